"""Reads a returned workbook: file → Return.

Saved results of formulas are never looked at; numbers are taken from typed cells, as they stand.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Layout, layout_of, revision_of
from ogi_xlsx.form.settings import NONE, adjusted, unpacked
from ogi_xlsx.form.words import Refusal, os_reason, plain, say
from ogi_xlsx.returns import book, cells, identity as identities, program, safety, shifted, surface
from ogi_xlsx.returns.compare import compare
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.page import Book
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.safety import Unreadable

_MARK_ROWS = 500  # rows of the hidden sheet that can hold pieces of the mark: 100 000 characters
REGISTER = "ogi-xlsx-register"  # custom property of an issue register, which is no return


class NotAReturn(Exception):
    """The file is one of ours that is no return (an issue register); a folder's reader skips it with a note."""


def read(path: Path, shown_path: str | None = None, key: bytes = b"") -> Return:
    """Read a workbook; `key` is the office's for seals. What cannot be read is a finding of the return. Raises NotAReturn for a register."""
    result = Return(shown_path or str(path))
    held = opened(path, result)
    if held is None or not _identify(held, result, key):
        return result
    assert result.layout and result.identity and result.edition
    personal = identities.personal(result.identity, result.edition)
    order = shifted.settled(held, result.layout, personal)
    held = order.book
    result.missing, result.gone = order.missing, order.gone
    result.findings += order.findings
    cells.take(held, result)
    values = result.layout.checks.complete(result.typed)
    result.findings += compare(held, result.layout, personal, values)
    result.findings += surface.findings(held, result.layout)
    return result


def opened(path: Path, result: Return) -> Book | None:
    """The workbook in a file, what is known of the file put into `result`; None with a finding where it cannot be opened."""
    try:
        content = safety.content(path)
        result.sha256 = hashlib.sha256(content).hexdigest()
        result.modified, result.program = datetime.fromtimestamp(path.stat().st_mtime), program.of(content)
        return book.load(content)
    except Unreadable as trouble:
        result.findings.append(trouble.finding)
    except OSError as error:
        result.findings.append(found("S101", reason=os_reason(error)))
    return None


def reopened(returned: Return) -> Book:
    """A return's workbook once more, by the bytes that were judged, in the order it was issued in.

    Raises Refusal where it cannot be opened or is another one by now.
    """
    assert returned.layout and returned.identity and returned.edition
    path = Path(returned.path)
    try:
        content = safety.content(path)
        if hashlib.sha256(content).hexdigest() == returned.sha256:
            return shifted.settled(book.load(content), returned.layout, identities.personal(returned.identity, returned.edition)).book
    except OSError as error:
        raise Refusal(say("file_not_readable", file=plain(path, 200), reason=os_reason(error))) from error
    except Unreadable:
        pass  # it is no longer the file that could be read
    raise Refusal(say("correction_changed", file=plain(path, 200)))


def _identify(book: Book, result: Return, key: bytes) -> bool:
    """Find identity and layout; False with a finding where they cannot be told."""
    if REGISTER in book.properties:
        raise NotAReturn
    names = {name: text.strip('"') for name, text in book.names.items()}
    sheet = book.pages[IDENTITY_SHEET].cells if IDENTITY_SHEET in book.pages else {}
    held = [str(sheet[row, 1].value) for row in range(2, _MARK_ROWS) if (row, 1) in sheet]
    marks = [
        identities.unpacked(_joined(book.properties, f"{identities.PROPERTY}-")),
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
