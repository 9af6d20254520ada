"""Reads a workbook that is none of ours: a table a visible sheet, each cell at the place that it has there."""

from collections.abc import Iterator
from datetime import date, datetime, time

from ogi_xlsx.form.layout.cells import LAST_COLUMN
from ogi_xlsx.form.words import Refusal, Sentence, plain, say
from ogi_xlsx.published.document import Cell, Document
from ogi_xlsx.published.readers import sheet_looks
from ogi_xlsx.published.readers.collected import MOST_CELLS, Collected, too_many
from ogi_xlsx.published.readers.sheet_formats import alters_texts, shown
from ogi_xlsx.published.readers.sheet_looks import Looks
from ogi_xlsx.returns import identify
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.opening.page import Cell as Held, Page
from ogi_xlsx.returns.opening.safety import Taken
from ogi_xlsx.returns.reader import opened
from ogi_xlsx.returns.returned import Return


def read(name: str, content: bytes) -> Document:
    """The document in the bytes of a workbook. Raises Refusal with one sentence for what cannot be read."""
    result = Return(name)
    book = opened(Taken(name, content), result)
    if book is None:
        raise Refusal(say("published_sheet", file=name, reason=result.findings[-1].message))
    if any(mark.identity for mark in identify.marks(book)):
        raise Refusal(say("published_ours", file=name))
    found, looks = Collected(name), sheet_looks.read(safety.workbook(content))
    for page in book.pages.values():
        if page.state == "visible":
            found.grid(list(_cells(name, page, looks[page.title])), page.title)
    return found.document("xlsx")


def _cells(name: str, page: Page, looks: Looks) -> Iterator[Cell]:
    """The cells that can be seen of the rows that hold something, and merged ones; a merge ends where the sheet's last cell does."""
    hidden = bytearray(LAST_COLUMN + 1)
    for first, last in page.hidden_columns:
        hidden[first : last + 1] = b"\1" * (last + 1 - first)
    seen = {place: cell for place, cell in page.cells.items() if place[0] not in page.hidden_rows and not hidden[place[1]]}
    last_row, last_col = (max((place[way] for place in seen), default=0) for way in (0, 1))
    merged = {area[:2]: (min(area[2], last_row), min(area[3], last_col)) for area in page.merges if area[0] <= last_row and area[1] <= last_col}
    if sum((row - place[0] + 1) * (col - place[1] + 1) for place, (row, col) in merged.items()) > MOST_CELLS:
        raise too_many(name)
    covered: set[tuple[int, int]] = set()
    rows = {row for row, _ in seen}
    if len(rows) * last_col > MOST_CELLS:
        raise too_many(name)
    blank = {(row, col) for row in rows for col in range(1, last_col + 1) if not hidden[col]}  # what is blank on a sheet is no cell of its file
    for place in sorted({*seen, *merged, *blank}):
        if place not in covered:
            row, col = merged.get(place, place)
            text, doubts = told(seen[place]) if place in seen else ("", ())
            doubts += tuple(map(say, sheet_looks.visible(looks, place, text)))
            yield Cell(looks.text(place, text), *place, row - place[0] + 1, col - place[1] + 1, doubts=doubts)
            if place in merged:
                covered.update((r, c) for r in range(place[0], row + 1) for c in range(place[1], col + 1))


def told(cell: Held) -> tuple[str, tuple[Sentence, ...]]:
    """What a cell shows, each number exactly as it is, and why it may look otherwise; a formula its saved result, or itself where there is none.

    >>> [told(cell)[0] for cell in (Held(0.1, "n"), Held(0.5, "n", "0%"), Held("=A1", "f", shown=2), Held("=A1", "f"))]
    ['0.1', '50%', '2', '=A1']
    """
    if cell.data_type == "f" and cell.shown is None:
        return str(cell.value), (say("doubt_formula"),)
    value = cell.shown if cell.data_type == "f" else cell.value
    if isinstance(value, bool) or cell.data_type == "b":
        return "TRUE" if value else "FALSE", ()
    if isinstance(value, int | float):
        text, odd = shown(value, cell.number_format)
        return text, (say("doubt_format", format=plain(cell.number_format, 40)),) if odd else ()
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ", "minutes"), ()
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if "年" in cell.number_format else value.strftime("%Y-%m-%d"), ()
    odd = alters_texts(cell.number_format)
    return str(value), (say("doubt_format", format=plain(cell.number_format, 40)),) if odd else ()
