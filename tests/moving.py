"""Inserts, deletes, renames and copies as office programs do, or as scripts do: on the picture of a workbook.

With `office`, references, merges and validations follow, and what is new looks like the line before it; a script moves cells alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import column_index_from_string, get_column_letter

from ogi_xlsx.returns.opening.page import Book, Page

ROW, COLUMN = 0, 1
_CELL = re.compile(r"(\$?)([A-Z]+)(\$?)([0-9]+)")


def shift(book: Book, title: str, axis: int, at: int, n: int, office: bool = True) -> Book:
    """Insert `n` rows or columns before `at`, or delete `-n` of them from there on."""
    pages = _copies(book)
    page = pages[title]
    pages[title] = replace(
        page,
        cells={there: cell for place, cell in page.cells.items() if (there := _place(place, axis, at, n))},
        unlocked={there for place in page.unlocked if (there := _place(place, axis, at, n))} | (_new(page, axis, at, n) if office else set()),
        merges={there for area in page.merges if (there := _area(area, axis, at, n)) and there[:2] != there[2:]} if office else page.merges,
        validated=[there for area in page.validated if (there := _area(area, axis, at, n))] if office else page.validated,
        comments={there: text for place, text in page.comments.items() if (there := _place(place, axis, at, n))},
    )
    if office:
        _follow(pages, lambda name, ref: _reference(ref, axis, at, n) if name == title else ref)
    return replace(book, pages=pages)


def rename(book: Book, title: str, now: str) -> Book:
    """Give a sheet another name; references follow."""
    pages = {now if name == title else name: page for name, page in _copies(book).items()}
    pages[now].title = now
    _follow(pages, lambda _, ref: ref, {title: now})
    return replace(book, pages=pages)


def copy(book: Book, title: str, to: str) -> Book:
    """Copy a sheet within the workbook."""
    return replace(book, pages={**_copies(book), to: replace(_copies(book)[title], title=to)})


def _copies(book: Book) -> dict[str, Page]:
    return {name: replace(page, cells=dict(page.cells), as_issued=False) for name, page in book.pages.items()}


def _new(page: Page, axis: int, at: int, n: int) -> set[tuple[int, int]]:
    before = {place for place in page.unlocked if place[axis] == at - 1}
    return {(line, col) if axis == ROW else (row, line) for row, col in before for line in range(at, at + n)}


def _follow(pages: Mapping[str, Page], moved: Callable[[str, str], str], names: Mapping[str, str] | None = None) -> None:
    for page in pages.values():
        for place, cell in page.cells.items():
            if cell.data_type != "f" or "#REF!" in str(cell.value):  # openpyxl takes none apart that has lost a reference
                continue
            tokens = Tokenizer(str(cell.value)).items
            for token in tokens:
                if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                    sheet, _, ref = token.value.rpartition("!")
                    name = sheet.strip("'")
                    there = moved(name or page.title, ref)
                    token.value = f"'{(names or {}).get(name, name)}'!{there}" if sheet else there
            page.cells[place] = replace(cell, value="=" + "".join(token.value for token in tokens))


def _reference(ref: str, axis: int, at: int, n: int) -> str:
    """A reference where it stands afterwards."""
    ends = [_CELL.fullmatch(end) for end in ref.split(":")]
    numbers = [int(end[4]) if axis == ROW else column_index_from_string(end[2]) for end in ends]
    span = _span(numbers[0], numbers[-1], at, n)
    if span is None:
        return "#REF!"
    pieces = []
    for end, number in zip(ends, span, strict=False):  # a single cell has one end
        pieces.append((end[1], end[2], end[3], number) if axis == ROW else (end[1], get_column_letter(number), end[3], end[4]))
    return ":".join("".join(map(str, piece)) for piece in pieces)


def _area(area: tuple[int, int, int, int], axis: int, at: int, n: int) -> tuple[int, int, int, int] | None:
    span = _span(area[axis], area[axis + 2], at, n)
    if span is None:
        return None
    return (span[0], area[1], span[1], area[3]) if axis == ROW else (area[0], span[0], area[2], span[1])


def _place(place: tuple[int, int], axis: int, at: int, n: int) -> tuple[int, int] | None:
    area = _area((*place, *place), axis, at, n)
    return area and area[:2]


def _span(first: int, last: int, at: int, n: int) -> tuple[int, int] | None:
    """First and last line of what is left of some lines."""
    if n > 0:
        return first + n * (first >= at), last + n * (last >= at)
    left = [line if line < at else line + n for line in {first, last, at - 1, at - n} if first <= line <= last and not at <= line < at - n]
    return (min(left), max(left)) if left else None
