"""Blocks whose rows lie side by side (table 4): the label of a column stands above each number, the label of its row above that."""

from collections.abc import Callable, Sequence

from ogi_xlsx.form.edition import Block, Column, Heading
from ogi_xlsx.form.words import Sentence, say
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Form, Place
from ogi_xlsx.published.labels import Labels, fold

Put = Callable[[str, str, Place, Sequence[Sentence]], None]
_ENOUGH = 3  # labels of columns in a line make it a header
_ABOVE = 2  # lines above the first of these in which the labels of rows stand


def take(grid: Grid, heading: str, form: Form, put: Put) -> set[int]:
    """Take the numbers of a table's blocks that lie across; the rows of it that these are. `heading` is the last text before the table."""
    used: set[int] = set()
    for table, block, columns, rows in form.across:
        lines = [row for row in range(1, grid.height + 1) if sum(1 for cell in grid.row(row) if columns.find(cell.text)) >= _ENOUGH]
        if not lines:
            continue
        above = max(1, min(lines) - _ABOVE)
        below = [row for row in range(max(lines) + 1, grid.height + 1) if any(cell.row == row for cell in grid.row(row))]
        filled = [row for row in below if any(is_figure(cell.text) for cell in grid.row(row))]
        line = next(iter(filled or below), 0)
        used |= set(range(above, max(lines) + 1)) | {line}
        if line:
            _numbers(grid, line, _named(grid, (above, max(lines)), columns, rows, heading), table, block, put)
    return used


def _named(grid: Grid, lines: tuple[int, int], columns: Labels[Column], rows: Labels[Heading], heading: str) -> dict[int, tuple[Column, Heading | None]]:
    """Whose numbers stand in each grid column: the lowest label of a column over it, and the next label of a row above that."""
    found: dict[int, tuple[Column, Heading | None]] = {}
    for col in range(1, grid.width + 1):
        for row in range(lines[1], lines[0] - 1, -1):
            cell = grid.places.get((row, col))
            known = columns.find(cell.text) if cell else None
            if known and cell:
                found[col] = (known.whose, _row_above(grid, cell.row, col, lines[0], rows) or _in_text(heading, rows))
                break
    return found


def _row_above(grid: Grid, below: int, col: int, top: int, rows: Labels[Heading]) -> Heading | None:
    """The label of a row above a place; where merges were lost it stands further left in its line."""
    for row in range(below - 1, top - 1, -1):
        for at in range(col, 0, -1):
            cell = grid.places.get((row, at))
            if cell and cell.text.strip():
                known = rows.find(cell.text)
                if known:
                    return known.whose
                break
    return None


def _in_text(heading: str, rows: Labels[Heading]) -> Heading | None:
    """The one row whose label a line of text names."""
    exact = rows.find(heading)
    if exact:
        return exact.whose
    named = {whose.key: whose for whose, label in rows.wordings if label in fold(heading) and len(whose.zh) > 1}
    return next(iter(named.values())) if len(named) == 1 else None


def _numbers(grid: Grid, line: int, named: dict[int, tuple[Column, Heading | None]], table: str, block: Block, put: Put) -> None:
    """Assign the cells of the line of numbers."""
    doubts: list[Sentence] = []
    if any(row is None for _, row in named.values()):
        wanted = [(column, row) for row in block.rows for column in block.columns]
        if [column for column, _ in named.values()] != [column for column, _ in wanted]:
            return
        named = dict(zip(named, wanted, strict=True))
        doubts = [say("doubt_group")]
    held: dict[str, list[Cell]] = {}
    for col, (column, row) in named.items():
        cell = grid.places.get((line, col))
        if row and cell:
            cells = held.setdefault(f"{table}.{row.key}.{column.key}", [])
            cells += [cell] if cell not in cells else []
    shared = [cell for cells in held.values() for cell in cells]
    for key, cells in held.items():
        told = [cell for cell in cells if cell.text.strip()] or cells[:1]
        several = len(told) > 1 or any(shared.count(cell) > 1 for cell in told)
        put(key, " ".join(cell.text for cell in told), Place.of(grid, told[0]), [*doubts, *([say("doubt_several")] if several else [])])
