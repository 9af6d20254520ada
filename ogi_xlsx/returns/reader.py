"""Reads a returned workbook: file → Return.

Saved results of formulas are never used; numbers are taken from typed cells, as they stand.
"""

import hashlib
from pathlib import Path

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout, layout_of, revision_of
from ogi_xlsx.form.settings import NONE, adjusted, unpacked
from ogi_xlsx.form.words import Refusal, os_reason, plain, say
from ogi_xlsx.returns import attached, cells, identify, identity as identities, imported, saved, surface
from ogi_xlsx.returns.compare import compare
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.moved import shifted
from ogi_xlsx.returns.opening import book, safety
from ogi_xlsx.returns.opening.page import Book
from ogi_xlsx.returns.opening.safety import Taken, Unreadable
from ogi_xlsx.returns.returned import Return

REGISTER = "ogi-xlsx-register"  # custom property of an issue register, which is no return


class NotAReturn(Exception):
    """The file is one of ours that is no return (an issue register); a folder's reader skips it with a note."""


def prepare() -> None:
    """Load what every reading needs, so that workers that are forked off find it loaded: the newest edition."""
    editions.load(list(editions.available())[-1])


def read(file: Path | Taken, shown_path: str | None = None, key: bytes = b"") -> Return:
    """Read a workbook; `key` is the office's for seals. What cannot be read is a finding of the return. Raises NotAReturn for a register."""
    taken = file if isinstance(file, Taken) else safety.take(file)
    result = Return(shown_path or taken.path)
    held = opened(taken, result)
    if held is None or not _identify(held, result, key):
        return result
    assert result.layout and result.identity and result.edition
    personal = identities.personal(result.identity, result.edition)
    order = shifted.settled(held, result.layout, personal)
    held = order.book
    result.missing, result.gone, result.shut = order.missing, order.gone, order.shut
    result.findings += order.findings
    cells.take(held, result)
    result.findings += imported.findings(held, result)
    values = result.layout.checks.complete(result.typed)
    result.findings += compare(held, result.layout, personal, values)
    result.findings += surface.findings(held, result.layout) + attached.findings(held, result.layout) + saved.findings(held, result)
    return result


def opened(taken: Taken, result: Return) -> Book | None:
    """The workbook in a file, what is known of the file put into `result`; None with a finding where it cannot be opened."""
    if taken.trouble:
        result.findings.append(taken.trouble)
        return None
    try:
        content = safety.workbook(taken.content)
        result.sha256 = hashlib.sha256(content).hexdigest()
        result.modified = taken.modified
        held = book.load(content)
        result.program = held.program
        return held
    except Unreadable as trouble:
        result.findings.append(trouble.finding)
    return None


def reopened(returned: Return) -> Book:
    """A return's workbook once more, in the order it was issued in. Raises Refusal where it cannot be opened or is another one by now.

    It needs no worker: the very same bytes were read within the limits of one.
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
    marks = identify.marks(book)
    result.identity = identify.agreed(marks)
    result.findings += identify.findings(marks, book)
    if result.identity is None:
        return False
    if banner := result.identity.banner:
        result.findings.append(found("S306", sheet="封面", banner=plain(banner, 400)))
    return _lay_out(book, result, result.identity, key)


def _lay_out(book: Book, result: Return, identity: Identity, key: bytes) -> bool:
    """Find the layout that a workbook was issued with; False with a finding where it is not known here, or not there."""
    known, told = editions.available(), {"edition": plain(identity.edition, 20), "revision": identity.revision}
    if identity.edition not in known:
        result.findings.append(found("S105", why=say("issued_edition_unknown", **told)))
        return False
    edition = editions.load(identity.edition)
    if not _older_or_same(identity.revision, revision_of(edition)):
        result.findings.append(found("S105", why=say("issued_edition_newer", **told, ours=revision_of(edition))))
        return False
    edition = adjusted(edition, unpacked(identity.settings) or NONE)
    layout = layout_of(edition, identity.variant)
    if lacking := identify.detail_there(identity, layout, book):
        result.findings += lacking
        return False
    result.edition, result.layout = edition, layout
    result.findings += _seal(identity, layout, key)
    return True


def _seal(identity: Identity, layout: Layout, key: bytes) -> list[Finding]:
    """What is to be said of the seal."""
    if not identities.is_seal(identity.seal):
        return [found("S303", reason=say("seal_missing"))]
    if identity.keyed and not key:
        return [found("S307")]
    if identities.seal_of(identity, layout, key) == identity.seal:
        return []
    if identity.keyed:
        reason = say("seal_other_key")
    elif key and identities.seal_of(identity, layout) == identity.seal:
        reason = say("seal_no_key")
    else:
        reason = say("seal_altered")
    return [found("S303", reason=reason)]


def _older_or_same(revision: str, ours: str) -> bool:
    return all(int(a) <= int(b) for a, b in zip(revision.split("."), ours.split("."), strict=True))


__all__ = ["NotAReturn", "Return", "read", "reopened"]
