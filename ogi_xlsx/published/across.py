"""Blocks whose rows lie side by side (table 4): each number stands under or beside the label of its column and the label of its row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ogi_xlsx.form.edition import Column, Heading
from ogi_xlsx.form.words import Sentence, plain, say, section
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Form
from ogi_xlsx.published.labels import Known, Labels, fold, numbered

Put = Callable[[str, Grid, Cell, Sequence[Sentence]], None]
Leave = Callable[[Grid, Sequence[Cell], Sentence], None]
Keyed = Mapping[Cell, tuple[Column, Heading, Sequence[Sentence]]]
_ENOUGH = 3  # labels of columns in a line, or one under another, are a header
_ABOVE = 2  # lines above the first of these in which the labels of rows stand


@dataclass
class _Over:
    """What labels say over each grid column. `said` are all of them in the order of reading, `first` is the grid column of the leftmost.

    `texts` are the grid columns over which anything is printed, `own` whether some of that is none of the form's,
    `ends` how far lines with labels go.
    """

    columns: dict[int, Known[Column]] = field(default_factory=dict)
    rows: dict[int, Known[Heading]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    first: int = 0
    texts: set[int] = field(default_factory=set)
    own: bool = False
    ends: set[int] = field(default_factory=set)


class Across:
    """Takes the numbers of one block that lies across, table after table: its header may stand in one and the numbers in the next."""

    def __init__(self, form: Form, at: int, put: Put, leave: Leave) -> None:
        """The block that is number `at` of its kind. `put` takes what is printed for a cell, `leave` what has no place."""
        self.form, self.lying = form, form.across[at]
        self.table, self.block = self.lying.table, self.lying.block
        self.put, self.leave = put, leave
        self.over = _Over()
        self.waiting = 0  # width of a table whose header no number followed

    def take(self, grid: Grid, heading: str) -> set[int]:
        """Take what a table holds of the block; the lines of it that these are. `heading` is the last text before the table."""
        lines = [row for row in range(1, grid.height + 1) if not self._of_others(grid.row(row))]
        heads = [row for row in lines if self._named_columns(grid.row(row)) >= _ENOUGH]
        beside = set() if heads else self._beside(grid)
        first = min([*heads, *beside], default=0)
        if not first and self.waiting != grid.width:
            return set()
        if first:
            self.over = _Over()
        top, last = max(1, first - _ABOVE), max(heads, default=0)
        below = [row for row in lines if row > last and any(cell.row == row for cell in grid.row(row))]
        blank = next(iter(below), 0) if not any(is_figure(cell.text) for row in below for cell in grid.row(row)) else 0
        used, filled = set[int](), False
        for row in (row for row in lines if row >= top):
            cells = grid.row(row)
            if row > min(heads, default=0) and (row == blank or row in beside or any(is_figure(cell.text) for cell in cells)):
                if not self._numbers(grid, row, cells, heading):
                    continue
                filled = True
            elif row <= last or any(self._named(cell) for cell in cells):
                self._labels(grid, [cell for cell in cells if cell.row == row], anew=filled)
                filled = False
            else:
                continue
            used.add(row)
        self.waiting = 0 if used and filled else grid.width
        return used

    def _of_others(self, cells: Sequence[Cell]) -> bool:
        """Whether a line is one of another block, which may stand in the same table."""
        texts = [cell.text for cell in cells if not self._named(cell)] if self._named_columns(cells) < _ENOUGH else []
        return any(self.form.is_heading(text) or ((known := self.form.lines.find(text)) and not known.close) for text in texts)

    def _named(self, cell: Cell) -> bool:
        return any(self.lying.find(cell.text))

    def _named_columns(self, cells: Sequence[Cell]) -> int:
        """How many columns labels of a line name."""
        return len({known.whose.key for cell in cells if (known := self.lying.find(cell.text)[0])})

    def _beside(self, grid: Grid) -> set[int]:
        """Lines that begin with the label of a column, where several stand one under another."""
        found: dict[int, dict[int, Column]] = {}
        for row in range(1, grid.height + 1):
            for cell in grid.row(row):
                known, _ = self.lying.find(cell.text)
                if known and not known.close:
                    found.setdefault(cell.col, {})[row] = known.whose
        return {row for lines in found.values() if len(set(lines.values())) >= _ENOUGH for row in lines}

    def _labels(self, grid: Grid, cells: Sequence[Cell], anew: bool) -> None:
        """Note the labels of a line over the columns that they take. One of a row holds to the right until the next text: its merge may be lost."""
        if anew:
            self.over.said, self.over.first, self.over.ends = [], 0, set()
        held: Known[Heading] | None = None
        guessed = self._guessed(cells)
        for cell in cells:
            column, row = self.lying.find(cell.text)
            column = column or guessed.get(cell)
            held = row if cell.text.strip() else held
            self.over.texts |= set(range(cell.col, cell.col + cell.cols)) if cell.text.strip() else set()
            self.over.own |= cell.col > 1 and bool(cell.text.strip()) and not (column or row or self.form.others.find(cell.text))
            for col in range(cell.col, cell.col + cell.cols):
                if column:
                    self.over.columns[col] = column
                if held and (row or not column):
                    self.over.rows[col] = held
            if column or row:
                self.over.said.append(fold((column or row).whose.zh[-1]))  # type: ignore[union-attr]
                self.over.ends.add(grid.end(cell.row, cell.col))
                self.over.first = min(self.over.first or cell.col, cell.col)

    def _guessed(self, cells: Sequence[Cell]) -> Mapping[Cell, Known[Column]]:
        """Unknown labels for the columns in whose places they stand, where all others stand in theirs, group after group."""
        order = self.block.columns
        labels = [cell for cell in cells if cell.text.strip() and (self.lying.find(cell.text)[0] or not self.lying.find(cell.text)[1])]
        known = [self.lying.find(cell.text)[0] for cell in labels]
        if len(labels) % len(order) or self._named_columns(labels) < _ENOUGH:
            return {}
        places = [order[at % len(order)] for at in range(len(labels))]
        if any(one and one.whose is not column for one, column in zip(known, places, strict=True)):
            return {}
        return {cell: Known(column, close=True) for cell, column, one in zip(labels, places, known, strict=True) if not one}

    def _numbers(self, grid: Grid, row: int, cells: Sequence[Cell], heading: str) -> bool:
        """Take a line of numbers; whether it is one."""
        values = [cell for cell in cells if cell.col >= self.over.first and cell.text.strip() and not self._named(cell)]
        if len(values) > 1 and not is_figure(values[0].text) and is_figure(values[1].text) and values[0].col == self.over.first:
            self.leave(grid, values, say("left_row", label=plain(values[0].text, 60)))  # the label of a row that is none of the form's
            return True
        official = self._as_official(cells)
        placed = None if official else self._by_place(cells, heading)
        keyed = official or placed or self._in_order(cells)
        if keyed is None:
            if not any(self._named(cell) for cell in cells) and not self.over.columns:
                return False
            self.leave(grid, [cell for cell in cells if is_figure(cell.text)], say("left_place", label=_label(cells, heading)))
            return True
        beside = [cell for cell in cells if cell not in keyed and is_figure(cell.text)]
        self.leave(grid, [cell for cell in beside if cell.col >= self.over.first], say("left_place", label=_label(cells, heading)))
        end = grid.end(row, cells[0].col)
        alike = len({fold(cell.text) for cell in keyed}) == 1 and end >= max(self.over.ends, default=0)
        uneven = placed and not alike and bool(self.over.ends - {end})
        for cell, (column, heading_of, doubts) in keyed.items():
            why = [*doubts, *([say("doubt_uneven")] if uneven and not doubts else [])]
            self.put(f"{self.table}.{heading_of.key}.{column.key}", grid, cell, [*why, *cell.doubts])
        return True

    def _as_official(self, cells: Sequence[Cell]) -> Keyed | None:
        """One cell after another, where the header reads like the form's and no more, and there are as many: whether its merges are kept or lost."""
        order = [(column, row) for row in self.block.rows for column in self.block.columns]
        values = [cell for cell in cells if cell.col >= self.over.first]
        if self.over.own or self.over.said != self._official() or len(values) != len(order):
            return None
        close = {known.whose: [say("doubt_like", **{"as": known.whose.label})] for known in self.over.columns.values() if known.close}
        return {cell: (column, row, close.get(column, ())) for cell, (column, row) in zip(values, order, strict=False)}

    def _official(self) -> list[str]:
        """The labels of the form's header as they are read line by line."""
        paths = [(*row.zh, *column.zh) for row in self.block.rows for column in self.block.columns]
        known = {heading.zh[-1] for heading in (*self.block.rows, *self.block.columns)}
        lines: list[str] = []
        for level in range(max(map(len, paths))):
            for before, path in zip([(), *paths], paths, strict=False):
                if len(path) > level and before[: level + 1] != path[: level + 1] and path[level] in known:
                    lines.append(fold(path[level]))
        return lines

    def _by_place(self, cells: Sequence[Cell], text: str) -> Keyed | None:
        """Each cell by the labels over it and left of it; None where two have the same, or one that is filled has not both and one of the form is missing."""
        column: Known[Column] | None = None
        row: Known[Heading] | None = None
        told = _in_text(text, self.lying.rows)
        keyed: dict[Cell, tuple[Column, Heading, Sequence[Sentence]]] = {}
        lacks: list[Cell] = []
        for cell in cells:
            if self._named(cell):
                of_column, of_row = self.lying.find(cell.text)
                column, row = of_column or column, of_row or row
                continue
            of_column, of_row = column or self.over.columns.get(cell.col), row or self.over.rows.get(cell.col) or told
            if of_column and of_row:
                close = [*([of_column.whose] if of_column.close else []), *([of_row.whose] if of_row.close else [])]
                doubts = [say("doubt_like", **{"as": heading.label}) for heading in close]
                keyed[cell] = (of_column.whose, of_row.whose, doubts)
            elif of_column or is_figure(cell.text):
                lacks.append(cell)
        taken = {(one.key, other.key) for one, other, _ in keyed.values()}
        if lacks and (len(taken) < len(self.block.columns) * len(self.block.rows) or any(cell.col not in self.over.texts for cell in lacks)):
            return None
        over = {(self.over.columns[col].whose.key, self.over.rows[col].whose.key) for col in self.over.columns.keys() & self.over.rows.keys()}
        return keyed if keyed and len(taken) == len(keyed) and (column or row or taken >= over) else None

    def _in_order(self, cells: Sequence[Cell]) -> Keyed | None:
        """One cell after another with a doubt, where the columns stand as on the form and the labels of the rows are lost."""
        order = [(column, row) for row in self.block.rows for column in self.block.columns]
        values = [cell for cell in cells if cell.col in self.over.columns]
        if self.over.rows or [self.over.columns[cell.col].whose for cell in values] != [column for column, _ in order]:
            return None
        return {cell: (column, row, [say("doubt_group")]) for cell, (column, row) in zip(values, order, strict=True)}


def _label(cells: Sequence[Cell], heading: str) -> str:
    """What a line of numbers is called: by its text nearest before them, else by the last text before the table."""
    before = takewhile(lambda cell: not is_figure(cell.text), cells)
    return plain(next((cell.text for cell in reversed([*before]) if cell.text.strip()), heading), 60)


def _in_text(heading: str, rows: Labels[Heading]) -> Known[Heading] | None:
    """The one row whose label a line of text names."""
    bare = numbered(fold(heading[:200]))[1]
    ends = (end for end in section("published.toml", "read")["heading_ends"] if bare.endswith(end))
    exact = rows.exact.get(bare) or rows.exact.get(bare.removesuffix(next(ends, "")))
    if exact:
        return Known(exact)
    named = {whose.key: whose for whose, label in rows.wordings if len(whose.zh) > 1 and label in fold(heading[:200])}
    return Known(next(iter(named.values()))) if len(named) == 1 else None
