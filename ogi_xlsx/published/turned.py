"""Tables that lie on their side: applicants one under another, results side by side. They are set upright, and read as any other."""

from collections.abc import Mapping
from dataclasses import replace

from ogi_xlsx.form.edition import Block
from ogi_xlsx.published.document import Grid
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Form

_ENOUGH = 2  # labels of a block that stand where on the form they do not


def upright(grid: Grid, form: Form) -> Grid:
    """The table itself, or what it is with rows and columns changed."""
    if not any(_lies(grid, form, block) for block in form.columns if len(block.columns) > 1):
        return grid
    cells = sorted((replace(cell, row=cell.col, col=cell.row, rows=cell.cols, cols=cell.rows) for cell in grid.cells), key=lambda cell: (cell.row, cell.col))
    return replace(grid, cells=tuple(cells), turned=not grid.turned)


def _lies(grid: Grid, form: Form, block: Block) -> bool:
    """Whether labels of rows of a block stand side by side with no number beside them, and below that line labels of its columns one under another."""
    under: dict[int, dict[str, int]] = {}
    beside: Mapping[int, set[str]] = {cell.row: set() for cell in grid.cells}
    for cell in grid.cells:
        line, column = form.lines.find(cell.text), form.columns[block].find(cell.text)
        if line and line.whose.block is block and not line.close:
            beside[cell.row].add(line.whose.row.key)
        elif column and not column.close:
            under.setdefault(cell.col, {})[column.whose.key] = cell.row
    heads = [row for row, keys in beside.items() if len(keys) >= _ENOUGH and not any(is_figure(cell.text) for cell in grid.row(row))]
    return any(sum(row > head for row in rows.values()) >= _ENOUGH for rows in under.values() for head in heads)
