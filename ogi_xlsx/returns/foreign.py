"""Reads a workbook that is none of ours: a table is taken for one of the form where every printed label stands in its place.

Its cells are read as those of a return; what is no number is told and never taken for one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import a1, layout_of, revision_of
from ogi_xlsx.form.layout.grid import Box, boxes
from ogi_xlsx.form.words import Sentence, level_names, listed, plain, say
from ogi_xlsx.returns.cells import reading_of
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.opening.page import Page
from ogi_xlsx.returns.reader import opened
from ogi_xlsx.returns.record import BLANK, Reading
from ogi_xlsx.returns.returned import Return


@dataclass(frozen=True)
class _Place:
    """Where a table may stand: its sheet, how far from its own grid, and how many of its labels are there."""

    page: Page
    down: int
    right: int
    there: int

    @property
    def sheet(self) -> str:
        return plain(self.page.title, 40)

    @property
    def cell(self) -> str:
        return a1(1 + self.down, 1 + self.right)

    def at(self, box: Box) -> tuple[int, int]:
        return box.row + self.down, box.col + self.right


def read(level: str, year: int, editions: Sequence[Edition], path: Path) -> Return:
    """Read a summary somebody made, as one of a level and year, named after its file; of the editions that fit equally well, the first.

    Where no table is found it has no layout, and its findings say why.
    """
    result = Return(str(path), foreign=True)
    book = opened(safety.take(path), result)
    if book is None:
        return result
    pages = [(page, _texts(page)) for page in book.pages.values()]
    ranked = [(edition, {table.id: _places(table, edition, pages) for table in edition.tables}) for edition in editions]
    edition, places = max(ranked, key=lambda one: sum(_is_found(table, one[1][table.id]) for table in one[0].tables))
    found_at = {table.id: places[table.id][0] for table in edition.tables if _is_found(table, places[table.id])}
    result.findings += [_not_found(table, edition, places[table.id]) for table in edition.tables if table.id not in found_at]
    if found_at:
        _take(result, edition, Identity(Agency("", plain(path.stem), level), year, edition.id, revision_of(edition), typed_totals=True), found_at)
    return result


def _labels(table: Table) -> list[Box]:
    return [box for box in boxes(table) if box.text]


def _texts(page: Page) -> dict[str, list[tuple[int, int]]]:
    """Places of each text of a sheet, as labels are compared."""
    texts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, cell in page.cells.items():
        if isinstance(cell.value, str):
            texts[fold(cell.value)].append(place)
    return texts


def _places(table: Table, edition: Edition, pages: Iterable[tuple[Page, Mapping[str, list[tuple[int, int]]]]]) -> list[_Place]:
    """Where most labels of a table stand at one distance from its grid, with the number of them: whole tables, or else the nearest one."""
    places = []
    for page, texts in pages:
        votes: Counter[tuple[int, int]] = Counter()
        for box in _labels(table):
            votes.update({(row - box.row, col - box.col) for text in _wordings(box.text, edition) for row, col in texts.get(text, ())})
        places += [_Place(page, down, right, n) for (down, right), n in votes.items() if down >= 0 and right >= 0]
    most = max((place.there for place in places), default=0)
    best = [place for place in places if place.there == most]
    return best if most == len(_labels(table)) else best[:1]


def _wordings(label: str, edition: Edition) -> set[str]:
    """A label as the form prints it, and as some published reports do."""
    return {fold(label), *map(fold, edition.aliases.get(label, ()))}


def _is_found(table: Table, places: Sequence[_Place]) -> bool:
    return len(places) == 1 and places[0].there == len(_labels(table))


def _not_found(table: Table, edition: Edition, places: Sequence[_Place]) -> Finding:
    """S313: nothing looks like the table, or some label is not in its place, or it stands there more than once."""
    if not places or 2 * places[0].there < len(_labels(table)):
        return found("S313", table=table.sheet, why=say("table_nowhere"))
    if len(places) > 1:
        several = listed([say("table_at", table=table.sheet, sheet=place.sheet, cell=place.cell) for place in places])
        return found("S313", table=table.sheet, why=say("table_several", n=len(places), places=several))
    (nearest,), labels = places, _labels(table)
    lost = next(box for box in labels if fold(str(_value(nearest, box) or "")) not in _wordings(box.text, edition))
    told = {"sheet": nearest.sheet, "cell": nearest.cell, "n": len(labels), "there": nearest.there, "place": a1(*nearest.at(lost))}
    why = say("table_nearly", **told, wanted=plain(lost.text, 40), held=plain(_value(nearest, lost) or "", 40))
    return found("S313", sheet=nearest.sheet, cell=a1(*nearest.at(lost)), table=table.sheet, why=why)


def _value(place: _Place, box: Box) -> object:
    cell = place.page.cells.get(place.at(box))
    return None if cell is None else cell.value


def _take(result: Return, edition: Edition, identity: Identity, found_at: Mapping[str, _Place]) -> None:
    """Identity, layout and readings of a workbook whose tables were found."""
    layout = layout_of(edition, identity.variant)
    result.identity, result.edition = identity, edition
    result.readings = dict.fromkeys(layout.checks.typed_keys, BLANK)
    where = dict(layout.where)
    for table in edition.tables:
        for box in boxes(table) if table.id in found_at else ():
            if box.key:
                place = found_at[table.id]
                where[box.key] = (place.sheet, *place.at(box))
                cell = place.page.cells.get(place.at(box))
                result.readings[box.key] = BLANK if cell is None else reading_of(cell, edition.spots[box.key].column.type)
    result.layout = replace(layout, where=where)
    named = [say("table_at", table=table.sheet, sheet=(p := found_at[table.id]).sheet, cell=p.cell) for table in edition.tables if table.id in found_at]
    result.findings.insert(0, _told(result, identity, listed(named)))
    result.findings += [_no_numbers(result, table, where) for table in edition.tables if table.id in found_at and _blank(result, table)]


def _told(result: Return, identity: Identity, places: Sentence) -> Finding:
    """S311: which tables were found where, as what they are taken."""
    summed = len(_summed(result))
    formulas = say("table_formulas", n=summed) if summed else Sentence("", "")
    formulas = Sentence(formulas.zh, f" {formulas.en}".rstrip())
    level = level_names()[identity.agency.level]
    return found("S311", places=places, year=identity.year, level=level, edition=identity.edition, formulas=formulas)


def _summed(result: Return) -> set[str]:
    """Totals that are formulas: what they add up is compared, their cached results are not looked at."""
    assert result.edition and result.identity
    totals = checks_of(result.edition, result.identity.agency.level, False).totals
    return {key for key in totals if result.readings[key].code == "C112"}


def _blank(result: Return, table: Table) -> dict[str, Reading]:
    """Cells of a table that hold no number and should."""
    lacking = {key: reading for key, reading in result.readings.items() if reading.value is None and key.startswith(f"{table.id}.")}
    return {key: reading for key, reading in lacking.items() if key not in _summed(result)}


def _no_numbers(result: Return, table: Table, where: Mapping[str, tuple[str, int, int]]) -> Finding:
    """S312: the cells of a table that hold no number, and what they hold."""
    lacking = _blank(result, table)
    told = [say("cell_holds", cell=a1(*where[key][1:]), shown=reading.shown or say("blank")) for key, reading in lacking.items()]
    sheet, row, col = where[next(iter(lacking))]
    return found("S312", sheet=sheet, cell=a1(row, col), cells=tuple(lacking), table=table.sheet, n=len(lacking), places=listed(told))
