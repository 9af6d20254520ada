"""What a header of a printed table says: under which columns of it the numbers of each column of the form stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ogi_xlsx.form.edition import Block, Column
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.labels import Known, fold

MOST = 200  # labels of a header that are printed again
Assigned = Mapping[Column, Sequence[Cell]]


@dataclass
class Header:
    """What the header of a block says: the grid columns of each column of the form, and texts over columns that are none.

    `said` are its labels in the order of reading, as the form words them: where they are all of the form's in the form's order, only merges were lost.
    """

    grid: Grid
    columns: dict[Column, set[int]] = field(default_factory=dict)
    labels: dict[Column, Cell] = field(default_factory=dict)
    close: set[Column] = field(default_factory=set)  # those whose labels are worded in a way of their own
    again: list[tuple[Column, Cell]] = field(default_factory=list)  # labels that were printed once more
    others: list[Cell] = field(default_factory=list)  # texts of the header that are none of the form's
    said: list[str] = field(default_factory=list)
    below: set[int] = field(default_factory=set)  # how far the lines below it go, of its own table
    in_place: dict[int, bool] = field(default_factory=dict)  # by table: whether blank cells stand where merges were

    def take(self, cell: Cell, known: Known[Column]) -> None:
        """Take the label of a column. The form's own wording counts before others, and what stands first before what is printed again."""
        column = known.whose
        before = self.labels.get(column)
        if before is None or self._better(cell, known, column):
            if before is not None:
                self.others.append(before)
            self.labels[column], self.columns[column] = cell, set(range(cell.col, cell.col + cell.cols))
            self.close.discard(column)
            if known.close:
                self.close.add(column)
        elif known.close or fold(cell.text) != fold(before.text):
            self.others.append(cell)
        elif len(self.again) < MOST:
            self.again.append((column, cell))

    def _better(self, cell: Cell, known: Known[Column], column: Column) -> bool:
        """Whether a label says surer than the one before that it is a column's: 总计 than 合计."""
        if known.close or column in self.close:
            return not known.close
        return fold(cell.text) == fold(column.zh[-1]) != fold(self.labels[column].text)

    def says(self, label: str) -> None:
        """Note a label; one that lost merges repeat side by side is noted once."""
        if self.said[-1:] != [label]:
            self.said.append(label)

    def over(self, cell: Cell) -> str:
        """What the header says over a cell, nearest to it, where that is no label of the form."""
        above = [one for one in self.unknown if one.col <= cell.col < one.col + one.cols]
        return max(above, key=lambda one: one.row + one.rows).text if above else ""

    @property
    def unknown(self) -> list[Cell]:
        """Texts of the header of which one does not know what they say: those that are none of the form's, and those that were printed again."""
        return [*self.others, *(cell for _, cell in self.again)]

    @property
    def first(self) -> int:
        """The grid column of the leftmost label."""
        return min(map(min, self.columns.values()))

    @property
    def has_strangers(self) -> bool:
        """Whether texts stand beside its labels that are none of the form's, so that a line may hold numbers of a column of their own."""
        return any(cell.col > 1 for cell in self.others)

    def holds(self, grid: Grid) -> bool:
        """Whether the header is one of a table: its own, or that of one before which goes on in it."""
        return grid.number == self.grid.number or grid.width == self.grid.width

    @property
    def ends(self) -> set[int]:
        """How far the lines go in which labels stand."""
        return {self.grid.end(label.row, label.col) for label in self.labels.values()}

    def complete(self, block: Block) -> bool:
        """Whether all columns of a block were named, from left to right as on the form."""
        return len(self.columns) == len(block.columns) and (self._ordered(block) or self.lost_merges(block))

    def _ordered(self, block: Block) -> bool:
        starts = [min(self.columns[column]) for column in block.columns if column in self.columns]
        return all(one < other for one, other in pairwise(starts))

    def lost_merges(self, block: Block) -> bool:
        """Whether the header reads like the form's, but its columns stand in places of their own."""
        levels = expected(block)
        return bool(levels) and self.said in (levels, levels[1:])

    def doubts(self, column: Column) -> list[Sentence]:
        """Why one cannot be sure of a column: its label is worded otherwise, or is also that of another."""
        if column not in self.labels:
            return []
        label = plain(self.labels[column].text, 60)
        close = [say("doubt_label", label=label, **{"as": column.label})] if column in self.close else []
        at = self._run(column)
        apart = any(cell.col not in at for again, cell in self.again if again is column)
        return [*close, *([say("doubt_label_again", label=label)] if apart else [])]

    def _run(self, column: Column) -> set[int]:
        """The grid columns of a column, with those behind it that repeat its label because a merge was lost."""
        at = set(self.columns[column])
        for again, cell in sorted(self.again, key=lambda one: one[1].col):
            if again is column and cell.col - 1 in at:
                at |= set(range(cell.col, cell.col + cell.cols))
        return at

    def assign(self, block: Block, values: Sequence[Cell], grid: Grid, guessable: Sequence[Cell]) -> Assigned | None:
        """The cells of a line under each column; None where the line does not stand under this header as it should.

        `guessable` are those of `unknown` that may be labels of the form which nobody would recognise.
        """
        if not values or not self.holds(grid):
            return None
        self._guess(block, values[0].col, guessable)
        columns = self._widened()
        if sum(map(len, columns.values())) > len(set().union(*columns.values())) or (self.lost_merges(block) and not self._ordered(block)):
            return None  # two labels over one column, or columns that changed places in a header that reads like the form's: merges were lost
        found = {column: [cell for cell in values if at & set(range(cell.col, cell.col + cell.cols))] for column, at in columns.items()}
        named = set().union(*columns.values(), *(range(cell.col, cell.col + cell.cols) for cell in self.others))
        whole = len(columns) == len(block.columns)  # a blank cell may stand under a column whose label is missing
        astray = any(cell.col not in named and (cell.text.strip() or (not whole and cell.col > self.first)) for cell in values)
        filled = [cell for cells in found.values() for cell in cells if cell.text.strip()]
        if astray or len(set(filled)) < len(filled) or any(not cells for cells in found.values()):
            return None
        return found

    def may_be_padded(self, values: Sequence[Cell], grid: Grid) -> bool:
        """Whether the numbers of a line may stand too far left, blank cells at its end making up for a merge that its label has lost.

        Then as many cells are blank behind the label as at the end, and no line of the table shows that blank cells stand where merges were.
        """
        first, last = self.first, max(map(max, self.columns.values()))
        gap = [cell for cell in values if cell.col < first]
        behind = next((at for at, cell in enumerate(reversed(values)) if cell.text.strip()), 0)
        if not gap or any(cell.text.strip() for cell in gap) or behind < len(gap):
            return False
        if grid.number not in self.in_place:
            self.in_place[grid.number] = any(_in_place(grid, row, first, last) for row in range(1, grid.height + 1))
        return not self.in_place[grid.number]

    def _widened(self) -> dict[Column, set[int]]:
        """The columns, with those beside them that repeat a label because its merge was lost."""
        return {column: self._run(column) for column in self.columns}

    def _guess(self, block: Block, first: int, guessable: Sequence[Cell]) -> None:
        """Take unknown labels for those columns in whose places they stand, where all others stand in theirs."""
        taken = set().union(*self.columns.values())
        unknown = [cell for cell in self.unknown if cell.col >= first and cell.col not in taken]
        places = sorted([*((min(at), column) for column, at in self.columns.items()), *((cell.col, cell) for cell in unknown)], key=lambda place: place[0])
        if not unknown or len(places) != len(block.columns) or not all(cell in guessable for cell in unknown):
            return
        if all(one is column for (_, one), column in zip(places, block.columns, strict=True) if isinstance(one, Column)):
            for (_, one), column in zip(places, block.columns, strict=True):
                if isinstance(one, Cell):
                    self.take(one, Known(column, close=True))
            self.again = [(column, cell) for column, cell in self.again if cell not in unknown]


def _in_place(grid: Grid, row: int, first: int, last: int) -> bool:
    """Whether a line shows blank cells where merges were: before a label, or before numbers that go on to the last column."""
    before = [cell for cell in grid.row(row) if cell.col < first]
    blank = next((at for at, cell in enumerate(before) if not cell.text.strip() and cell.col > 1), len(before))
    if any(cell.text.strip() and not is_figure(cell.text) for cell in before[blank:]):
        return True
    at_last = grid.places.get((row, last))
    return bool(before) and not before[-1].text.strip() and at_last is not None and is_figure(at_last.text)


def stands_late(assigned: Assigned) -> bool:
    """Whether numbers stand further right under a column than blank cells in place of its merge would let them, or left of where they should."""
    filled = [[bool(cell.text.strip()) for cell in cells] for cells in assigned.values()]
    return any(any(at[1:]) and not (at[0] and any(filled[-1])) for at in filled)


def expected(block: Block) -> list[str]:
    """The labels of a block's header line by line, as they are read where only merges were lost."""
    paths = [column.zh for column in block.columns]
    lines: list[str] = []
    for level in range(max(map(len, paths))):
        for before, path in zip([(), *paths], paths, strict=False):
            if len(path) > level and before[: level + 1] != path[: level + 1]:
                lines.append(fold(path[level]))
    return lines


def in_order(block: Block, values: Sequence[Cell], lost_merges: bool) -> tuple[Assigned, bool] | None:
    """As many cells as the block has columns, one a column, and whether there are no more than that; None where they cannot be told apart.

    Blank cells at both ends may be left out; where merges were lost (`lost_merges`), those at the end make up for the labels that are missing.
    """
    most = len(block.columns)
    filled = [i for i, cell in enumerate(values) if cell.text.strip()]
    cells, sure = list(values), True
    if len(cells) != most and filled:
        cells = cells[filled[0] : filled[-1] + 1]
        if len(cells) != most and lost_merges and filled[-1] < most <= len(values):
            cells, sure = list(values[:most]), False
    elif len(cells) > most:
        cells = cells[:most]  # blank all of them
    if len(cells) != most or not all(is_figure(cell.text) for cell in cells if cell.text.strip()):
        return None
    if not all(cell.text.strip() for cell in cells):  # a blank cell may make up for two that were merged
        sure = sure and (len({cell.cols for cell in cells}) == 1 or [cell.cols for cell in cells] == [column.spans for column in block.columns])
    return {column: [cell] for column, cell in zip(block.columns, cells, strict=True)}, sure
