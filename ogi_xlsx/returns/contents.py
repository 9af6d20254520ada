"""Everything that stands in a returned workbook, as it is: typed cells by place, and what a fresh copy has no cell for.

Readings say what a cell is worth; this says what is in it, so that nothing is lost when a return goes back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from sys import float_info

from ogi_xlsx.form.layout import IDENTITY_SHEET, Content, a1, cells as grid
from ogi_xlsx.form.words import printed
from ogi_xlsx.returns import identity as identities, notes, reader
from ogi_xlsx.returns.cells import is_error, reading_of
from ogi_xlsx.returns.compare import changed, is_value, outside
from ogi_xlsx.returns.moved import landmarks
from ogi_xlsx.returns.opening.page import Book, Cell, Page
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.writing.texts import fitting

Place = tuple[str, int, int]  # sheet, row, column
FORMULA, ERROR, REST, LABEL, OUTSIDE, SHEET, COMMENT, PICTURE, ZERO = "formula", "error", "rest", "label", "outside", "sheet", "comment", "picture", "zero"
_REASONS = ("explain.text.", "free.text.", "carry.reason")  # fields of words that count as an explanation
_FORMATS = {"C107": "percent", "C121": "scientific"}
_DRAWN = ("xl/media/", "xl/charts/", "xl/embeddings/")


@dataclass(frozen=True)
class Left:
    """What a copy cannot hold in a cell of its own: why (one of the names above), where it stood, and its words."""

    kind: str
    sheet: str = ""
    cell: str = ""
    text: str = ""


@dataclass
class Contents:
    """What is in each typed cell, blanks included, and the kind of number format (`[format]` in workbook.toml) that makes a number no plain one."""

    typed: dict[Place, Content] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def contents(returned: Return) -> Contents:
    """Open a return again and take all of it. Raises Refusal where the file is no longer the one that was judged.

    A table that is declared to be 0 and of which cells are gone goes back without the declaration: it was not made for their numbers.
    """
    book = reader.reopened(returned)
    assert returned.layout
    found = Contents()
    lacking = {returned.layout.edition.spots[key].table.id for key in returned.layout.checks.typed_keys if key in returned.gone}
    for name, sheet in returned.layout.sheets.items():
        for place, cell in sheet.cells.items():
            if cell.typed:
                held = book.pages[name].cells.get(place) if name in book.pages else None
                if held is not None and (kind := _unfit(held, cell.key, lacking)):
                    found.left.append(Left(kind, name, a1(*place), _words(held)))
                    held = None
                _take(held, (name, *place), found)
    found.left += _beside(book, returned)
    if book.drawn or any(part.startswith(_DRAWN) for part in book.parts):
        found.left.append(Left(PICTURE))
    return found


def _unfit(cell: Cell, key: str, lacking: set[str]) -> str:
    """Why a typed cell goes back blank: a declaration whose numbers are gone, or a formula in place of words, which as text would be words."""
    if key.removeprefix("zero.") in lacking:
        return ZERO
    if key.startswith(_REASONS) and cell.data_type in ("f", "e"):
        return ERROR if cell.data_type == "e" or is_error(cell.value) else FORMULA
    return ""


def _take(cell: Cell | None, place: Place, found: Contents) -> None:
    """Take a typed cell. A formula and the like are taken as text: a blank could count as 0, text is always told."""
    value, kind, left = _held(cell) if cell is not None else (None, "", "")
    if isinstance(value, str) and (cut := fitting(value)) < len(value):
        left, value, rest = REST, value[:cut], value[cut:]
        found.left.append(Left(left, place[0], a1(*place[1:]), rest))
    elif left:
        found.left.append(Left(left, place[0], a1(*place[1:]), str(value)))
    found.typed[place] = value
    if kind:
        found.formats[place] = kind


def _held(cell: Cell) -> tuple[Content, str, str]:
    """Content of a cell that is not blank, its kind of number format, and why it cannot be written as it is."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        error = cell.data_type == "e" or is_error(value)
        return _formula(value).removeprefix("=" if error else ""), "", ERROR if error else FORMULA
    if isinstance(value, bool):
        return value, "", ""
    if isinstance(value, datetime | date | time | timedelta):
        from openpyxl.utils.datetime import to_excel  # only where somebody typed a date

        serial: float = to_excel(value)  # type: ignore[no-untyped-call]
        return serial, _date_format(value), ""
    if isinstance(value, int | float):
        reading = reading_of(cell, "signed_money")
        return (value, _FORMATS.get(reading.code, ""), "") if abs(value) <= float_info.max else (reading.shown, "", ERROR)
    return str(value), "", ""


def _formula(value: object) -> str:
    return str(value)


def _date_format(value: object) -> str:
    if isinstance(value, timedelta):
        return "duration"
    if isinstance(value, time):
        return "time"
    return "date" if not isinstance(value, datetime) or value.time() == time() else "moment"


def _beside(book: Book, returned: Return) -> Iterator[Left]:
    """What stands in locked cells, beside the form, on other sheets, and in comments, sheet by sheet."""
    layout, identity, edition = returned.layout, returned.identity, returned.edition
    assert layout and identity and edition
    values = layout.checks.complete(returned.typed)
    personal = identities.personal(identity, edition)
    for page in book.pages.values():
        sheet = layout.sheets.get(page.title)
        held = page.cells
        if sheet:
            for place, cell, got, _ in changed(page, sheet, personal):
                if got not in (None, "") and not is_value(got, values.get(cell.key)):
                    yield Left(LABEL, page.title, a1(*place), _words(held[place]))
        others = outside(page, sheet) if sheet else _own(page, book.pages.get(book.copies.get(page.title, "")))
        for place in others if page.title != IDENTITY_SHEET else ():
            yield Left(OUTSIDE if sheet else SHEET, page.title, a1(*place), _words(held[place]))
        for place, text in notes.of_others(page):
            yield Left(COMMENT, page.title, a1(*place), text)
    for name, page in book.unread.items():
        printed_on_it = landmarks.held(page.cells, set(landmarks.texts_of(layout.sheets[name], personal).values()))
        yield from _in_file(page, sorted(set(page.cells) - set(printed_on_it)))
    for page in book.pages.values():
        if page.between:
            yield from _in_file(page.between, sorted(page.between.cells))


def _own(page: Page, original: Page | None) -> list[grid.Place]:
    """Cells of an extra sheet, of a copy those that its original has otherwise."""
    there = original.cells if original else {}
    return sorted(place for place, cell in page.cells.items() if place not in there or there[place].value != cell.value)


def _in_file(page: Page, places: Iterable[grid.Place]) -> Iterator[Left]:
    """Cells and comments at places of the file, which are others in the copy."""
    name = printed("left_in_file", sheet=page.title).zh
    for place in places:
        yield Left(OUTSIDE, name, a1(*place), _words(page.cells[place]))
    for place, text in notes.of_others(page):
        yield Left(COMMENT, name, a1(*place), text)


def _words(cell: Cell) -> str:
    """What a cell holds, in words."""
    if cell.data_type in ("f", "e"):
        return _formula(cell.value)
    return cell.value if isinstance(cell.value, str) else reading_of(cell, "signed_money").shown
