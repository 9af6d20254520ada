"""Reads a returned workbook: the only place that knows openpyxl's reading side.

Cached results of formulas are never looked at; numbers are taken from typed cells, as they stand.
"""

import hashlib
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Layout, layout_of, revision_of
from ogi_xlsx.form.settings import NONE, adjusted, unpacked
from ogi_xlsx.form.words import Refusal, os_reason, plain, say
from ogi_xlsx.returns import cells, identity as identities, program, safety, surface
from ogi_xlsx.returns.compare import compare
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.returned import Return

REGISTER = "ogi-xlsx-register"  # custom property of an issue register, which is no return


class NotAReturn(Exception):
    """The file is one of ours that is no return (an issue register); a folder's reader skips it with a note."""


def prepare() -> None:
    """Load what every reading needs, so that workers that are forked off find it loaded: the newest edition, and libraries, which no limit then counts."""
    from ogi_xlsx.returns import book  # noqa: F401

    editions.load(list(editions.available())[-1])


def read(path: Path, shown_path: str | None = None, key: bytes = b"") -> Return:
    """Read a workbook; `key` is the office's for seals. What cannot be read is a finding of the return. Raises NotAReturn for a register."""
    result = Return(shown_path or str(path))
    book = opened(path, result)
    if book is None or not _identify(book, result, key):
        return result
    assert result.layout and result.identity and result.edition
    result.missing = frozenset(result.layout.sheets) - frozenset(book.sheetnames)
    cells.take(book, result)
    values = result.layout.checks.complete(result.typed)
    result.findings += compare(book, result.layout, identities.personal(result.identity, result.edition), values)
    result.findings += surface.findings(book, result.layout)
    return result


def opened(path: Path, result: Return) -> Any:
    """The workbook as openpyxl gives it, what is known of the file put into `result`; None with a finding where it cannot be opened."""
    try:
        content = safety.content(path)
        if isinstance(content, Finding):
            result.findings.append(content)
            return None
        result.sha256 = hashlib.sha256(content).hexdigest()
        result.modified, result.program = datetime.fromtimestamp(path.stat().st_mtime), program.of(content)
        return _load(content, result)
    except OSError as error:
        result.findings.append(found("S101", reason=os_reason(error)))
        return None


def reopened(returned: Return) -> tuple[bytes, Any]:
    """A return's file and the workbook in it, once more. Raises Refusal where it cannot be opened or is another one by now.

    It needs no worker: the very same bytes were read within the limits of one.
    """
    path, trouble = Path(returned.path), Return(returned.path)
    try:
        content = safety.content(path)
    except OSError as error:
        raise Refusal(say("file_not_readable", file=plain(path, 200), reason=os_reason(error))) from error
    book = _load(content, trouble) if isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == returned.sha256 else None
    if book is None or not isinstance(content, bytes):
        raise Refusal(say("correction_changed", file=plain(path, 200)))
    return content, book


def _load(content: bytes, result: Return) -> Any:
    """The workbook as openpyxl gives it; None with a finding where it cannot be loaded."""
    from ogi_xlsx.returns import book  # heavy: only when a file is really read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that we do not use
            return book.load(content)
    except MemoryError:
        raise  # the limit of a worker, which is told as such
    except Exception:  # noqa: BLE001 - openpyxl raises at least twelve unrelated kinds on damaged files
        result.findings.append(found("S103"))
    return None


def _identify(book: Any, result: Return, key: bytes) -> bool:
    """Find identity and layout; False with a finding where they cannot be told."""
    properties = {p.name: str(p.value) for p in book.custom_doc_props.props}
    if REGISTER in properties:
        raise NotAReturn
    names = {name: str(d.attr_text or "").strip('"') for name, d in book.defined_names.items()}
    sheet = book[IDENTITY_SHEET] if IDENTITY_SHEET in book.sheetnames else None
    held = [str(row[0] or "") for row in sheet.iter_rows(min_row=2, max_row=min(500, sheet.max_row), max_col=1, values_only=True)] if sheet else []
    marks = [
        identities.unpacked(_joined(properties, f"{identities.PROPERTY}-")),
        identities.unpacked(_joined(names, f"{identities.NAME}_")),
        identities.unpacked("".join(held)),
    ]
    told = [mark for mark in marks if mark]
    agreed = next((mark for mark in told if told.count(mark) >= 2), None)
    if agreed is None:
        result.findings.append(found("S106" if len(told) > 1 else "S104"))
        return False
    result.identity = agreed
    if len(told) < 3:
        result.findings.append(found("S302"))
    for other in told:
        if other != agreed:
            whose = [say("whose", name=plain(mark.agency.name), year=mark.year) for mark in (other, agreed)]
            result.findings.append(found("S305", sheet="封面", other=whose[0], name=whose[1]))
    if agreed.banner:
        result.findings.append(found("S306", sheet="封面", banner=plain(agreed.banner, 400)))
    return _lay_out(result, agreed, key)


def _joined(pieces: Mapping[str, str], prefix: str) -> str:
    """A mark from its numbered pieces."""
    parts: list[str] = []
    while f"{prefix}{len(parts) + 1}" in pieces:
        parts.append(pieces[f"{prefix}{len(parts) + 1}"])
    return "".join(parts)


def _lay_out(result: Return, identity: Identity, key: bytes) -> bool:
    known = editions.available()
    if identity.edition in known:
        edition = editions.load(identity.edition)
        if _older_or_same(identity.revision, revision_of(edition)):
            edition = adjusted(edition, unpacked(identity.settings) or NONE)
            result.edition, result.layout = edition, layout_of(edition, identity.variant)
            result.findings += _seal(identity, result.layout, key)
            return True
    result.findings.append(found("S105", edition=plain(identity.edition, 20), revision=identity.revision))
    return False


def _seal(identity: Identity, layout: Layout, key: bytes) -> list[Finding]:
    """What is to be said of the seal."""
    if identity.keyed and not key:
        return [found("S307")]
    if identities.seal_of(identity, layout, key) == identity.seal:
        return []
    reason = say("seal_altered") if not key else say("seal_other_key" if identity.keyed else "seal_no_key")
    return [found("S303", reason=reason)]


def _older_or_same(revision: str, ours: str) -> bool:
    return all(int(a) <= int(b) for a, b in zip(revision.split("."), ours.split("."), strict=True))


__all__ = ["NotAReturn", "Return", "read", "reopened"]
