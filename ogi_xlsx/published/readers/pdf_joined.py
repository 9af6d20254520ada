"""A table that page breaks cut into several, put together again: columns by where they stand, rows one after another."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from ogi_xlsx.form.words import say
from ogi_xlsx.published.document import Cell
from ogi_xlsx.published.readers.collected import trimmed
from ogi_xlsx.published.readers.pdf_cells import Piece, Ruled

_NEAR = 5  # points: edges of columns so near one another are the same
_SHIFT = 60  # points by which pages may stand apart, as those of a book do
_NUMBER = re.compile(r"[\s+\-−–—.,，/0-9]*")
_MARK = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]|[0-9]{1,2}\s*[、.．])")
_OPEN = "，、；：（(“"
_CLOSE = "，。、；：）)”"


def can_join(above: Ruled, below: Ruled) -> bool:
    """Whether a table can be the continuation of one on the page before: both are equally wide, and one of them is more than a single cell."""
    width = (above.box.x1 - above.box.x0) - (below.box.x1 - below.box.x0)
    return abs(width) <= 2 * _NEAR and abs(above.box.x0 - below.box.x0) <= _SHIFT and len(above.cells) + len(below.cells) > 2


def join(above: Ruled, below: Ruled) -> None:
    """Put the rows of a table under those of one that it goes on with."""
    shift = above.box.x0 - below.box.x0
    xs = list(above.xs)
    moved = [replace(cell, x0=_at(xs, cell.x0 + shift), x1=_at(xs, cell.x1 + shift)) for cell in below.cells]
    moved = [cell for cell in moved if cell.x0 < cell.x1 or cell.text.strip()]  # the gap of a double line would take the place of the cell beside it
    ends = {(cell.x0, cell.x1): cell for cell in above.cells if cell.row + cell.rows - 1 == above.height}
    first = [cell for cell in moved if cell.row == 1]
    lift = above.height
    if _is_cut(first, ends):
        lift -= 1
        for cell in first:
            held = ends[cell.x0, cell.x1]
            _go_on(held, cell, held.rows + cell.rows - 1)
        moved = [cell for cell in moved if cell.row > 1]
    else:
        for at, cell in enumerate(first):
            begun = ends.get((cell.x0, cell.x1))
            if begun and _goes_on(begun, cell, first[at + 1 :]):
                _go_on(begun, cell, begun.rows + cell.rows)
                moved.remove(cell)
    above.cells += [replace(cell, row=cell.row + lift) for cell in moved]
    above.xs, above.height = sorted(xs), lift + below.height
    above.held += below.held


def _at(xs: list[float], x: float) -> float:
    """The edge that is there already, or a new one."""
    nearest = min(xs, key=lambda one: abs(one - x))
    if abs(nearest - x) <= _NEAR:
        return nearest
    xs.append(x)
    return x


def _is_cut(first: Sequence[Piece], ends: dict[tuple[float, float], Piece]) -> bool:
    """Whether a row that begins a page is certainly the rest of the one that ended the page before: a bracket or a sentence goes on in it."""
    told = [(ends.get((cell.x0, cell.x1)), cell) for cell in first]
    if any(above is None for above, _ in told):
        return False
    rests = [(above.text, cell.text) for above, cell in told if above is not None and cell.text.strip()]
    return bool(rests) and all(_continues(text, rest) for text, rest in rests)


def _continues(text: str, rest: str) -> bool:
    text, rest = text.strip(), rest.strip()
    opened = sum(map(text.count, "（(")) > sum(map(text.count, "）)")) and sum(map(rest.count, "）)")) > sum(map(rest.count, "（("))
    return bool(text) and not _MARK.match(rest) and (opened or text.endswith(tuple(_OPEN)) or rest.startswith(tuple(_CLOSE)))


def _goes_on(begun: Piece, cell: Piece, after: Sequence[Piece]) -> bool:
    """Whether a cell that begins a page is certainly the rest of a merged one: blank before a label, or both over several rows and no new label."""
    told = next((one.text for one in after if one.text.strip()), "")
    tall = begun.rows > 1 and cell.rows > 1 and _is_label(cell.text) and not _MARK.match(cell.text)
    if not cell.text.strip():
        return _is_label(begun.text) and _is_label(told)
    return tall and (not begun.text.strip() or _is_label(begun.text))


def _go_on(begun: Piece, cell: Piece, rows: int) -> None:
    """Put the rest of a cell to its beginning."""
    begun.text, begun.rows = _together(begun.text, cell.text), rows
    begun.doubts = tuple(dict.fromkeys((*begun.doubts, *cell.doubts)))


def _is_label(text: str) -> bool:
    return not _NUMBER.fullmatch(text)


def _together(text: str, rest: str) -> str:
    return "\n".join(one for one in (text, rest) if one.strip()) or text


def cells(table: Ruled) -> list[Cell]:
    """The cells of a table at their places."""
    xs = sorted(table.xs)

    def one(piece: Piece) -> Cell:
        col = bisect_left(xs, piece.x0)
        doubts = tuple(map(say, piece.doubts))
        return Cell(piece.text, piece.row, col + 1, piece.rows, max(1, bisect_left(xs, piece.x1) - col), piece.page, doubts)

    return trimmed(sorted(map(one, table.cells), key=lambda cell: (cell.row, cell.col)))
