"""A workbook that was made from a published report: what it says of itself when it is read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, listed, plain, say, section
from ogi_xlsx.returns import notes
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.opening.page import Book
from ogi_xlsx.returns.record import Reading
from ogi_xlsx.returns.returned import Return

NOT_FOUND = "P102"  # code of a cell that says that the report shows no such number
_MOST_REASONS = 8  # of a table that are told one by one: a report on a page with last year's has one for each number


def not_found() -> str:
    """What stands in a cell of an import of which the report shows nothing."""
    return str(section("words.toml", "reading")["not_found"])


def take(result: Return) -> None:
    """Tell cells that say that nothing was found from those that hold other texts."""
    for key, reading in result.readings.items():
        if fold(reading.shown) == fold(not_found()):
            result.readings[key] = Reading(None, NOT_FOUND, reading.shown)


def findings(book: Book, result: Return) -> list[Finding]:
    """P101, then for each table what was not found and, for each reason, what one could not be sure of: those cells that still bear the note."""
    layout, identity, edition = result.layout, result.identity, result.edition
    if not layout or not identity or not edition or not identity.published:
        return []
    told = [found("P101", sheet="封面", file=plain(identity.published, 200))]
    doubted: list[Finding] = []
    for table in edition.tables:
        keys = layout.checks.typed[table.id]
        lost = [key for key in keys if result.readings[key].code == NOT_FOUND]
        if lost:
            told.append(_of(NOT_FOUND, layout, lost))
        noted = dict(notes.of_import(book.pages[table.sheet])) if table.sheet in book.pages else {}
        doubted += _doubted({key: text for key in keys if (text := noted.get(layout.where[key][1:]))}, layout)
    return told + doubted


def _doubted(noted: Mapping[str, str], layout: Layout) -> list[Finding]:
    """Findings over the cells of a table that bear a note: one a reason, or one over all of them where each has a reason of its own."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for key, text in noted.items():
        reasons[text].append(key)
    if len(reasons) > _MOST_REASONS:
        return [_of("P103", layout, list(noted), reason=say("imported_reasons"))]
    return [_of("P103", layout, keys, reason=plain(text, 300)) for text, keys in reasons.items()]


def _of(code: str, layout: Layout, keys: Sequence[str], **more: object) -> Finding:
    """A finding over some cells of a table."""
    sheet = layout.sheet_of(keys[0])
    places = [Sentence(layout.address(key), layout.address(key)) for key in keys]
    told: dict[str, object] = {"table": sheet, "n": len(keys), "places": listed(places), **more}
    return found(code, sheet=sheet, cell=layout.address(keys[0]), cells=tuple(keys), **told)
