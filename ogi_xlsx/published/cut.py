"""Rows of a table that a page break cuts in the middle of their label, put together: the label of the form says that they are one."""

from dataclasses import replace
from functools import cache

from ogi_xlsx.form import edition as editions
from ogi_xlsx.published.document import Block, Cell, Document, Grid
from ogi_xlsx.published.labels import core, fold, numbered

_SHORTEST = 4  # characters of a label that is known without its number


def mended(document: Document) -> Document:
    """A document whose tables have no row that is cut."""
    blocks: list[Block] = [_whole(block) if isinstance(block, Grid) else block for block in document.blocks]
    return replace(document, blocks=tuple(blocks))


def _whole(grid: Grid) -> Grid:
    pages = {cell.row: cell.page for cell in grid.cells}
    breaks = [row for row in sorted(pages) if pages[row] != pages.get(row - 1, pages[row])]
    for row in reversed(breaks):  # from below, for rows behind one that is put to another move up
        grid = _joined(grid, row)
    return grid


def _joined(grid: Grid, row: int) -> Grid:
    """A table with a row put to the one above it, where they are one; else as it is."""
    above = {(cell.col, cell.cols): cell for cell in grid.cells if cell.row + cell.rows == row}
    below = {(cell.col, cell.cols): cell for cell in grid.cells if cell.row == row}
    if above.keys() != below.keys():
        return grid
    both = [(above[place].text, cell.text) for place, cell in below.items() if above[place].text.strip() and cell.text.strip()]
    if not both or not all(_is_one(*texts) for texts in both):
        return grid
    cells = []
    for cell in grid.cells:
        if cell.row + cell.rows == row:
            cells.append(_with(cell, below[cell.col, cell.cols]))
        elif cell.row != row:
            lift, less = int(cell.row > row), int(cell.row < row < cell.row + cell.rows)
            cells.append(replace(cell, row=cell.row - lift, rows=cell.rows - less))
    return replace(grid, cells=tuple(cells))


def _with(cell: Cell, rest: Cell) -> Cell:
    """A cell with the rest of it; what is whole stays on its page."""
    text = "\n".join(one for one in (cell.text, rest.text) if one.strip())
    page = cell.page if cell.text.strip() else rest.page
    return replace(cell, text=text, rows=cell.rows + rest.rows - 1, page=page, doubts=tuple(dict.fromkeys((*cell.doubts, *rest.doubts))))


def _is_one(text: str, rest: str) -> bool:
    """Whether two texts are a label of the form only together."""
    return _is_label(text + rest) and not _is_label(text) and not _is_label(rest)


def _is_label(text: str) -> bool:
    folded = fold(text)
    return folded in _labels() or core(folded) in _labels()


@cache
def _labels() -> frozenset[str]:
    """The labels of all rows, with and without their numbers and remarks."""
    found = set()
    for edition in map(editions.load, editions.available()):
        for heading in (row for table in edition.tables for block in table.blocks for row in block.rows):
            for text in heading.zh:
                for wording in (text, *edition.aliases.get(text, ())):
                    found |= {fold(wording), core(fold(wording))}
    return frozenset(found | {bare for one in found if len(bare := numbered(one)[1]) >= _SHORTEST})
