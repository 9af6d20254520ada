"""The cells behind the label of a line: under which columns of its block they stand, and why one cannot be sure of that."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ogi_xlsx.form.edition import Block, Column
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.published import headers
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.forms import Line
from ogi_xlsx.published.headers import Assigned, Header
from ogi_xlsx.published.labels import fold


class Read(NamedTuple):
    """What stands under a column: the cells, their text, and why one cannot be sure of it."""

    cells: Sequence[Cell]
    text: str
    doubts: list[Sentence]


@dataclass(frozen=True, eq=False)
class Behind:
    """The cells behind a label in a row of a table, and what was said over them: the header of its block, and a measure of money.

    `peers` are all such lines of the same table of the form in it, itself among them. `doubts` hold for all that is read from the line.
    """

    grid: Grid
    row: int
    line: Line
    label: Cell
    values: Sequence[Cell]
    header: Header | None
    measure: str
    peers: list["Behind"]
    doubts: tuple[Sentence, ...] = ()

    @property
    def block(self) -> Block:
        """The block whose row the line is."""
        return self.line.block

    @property
    def end(self) -> int:
        """How far the line goes in which the label stands."""
        return self.grid.end(self.row, self.label.col)

    def read(self, guessable: Sequence[Cell]) -> dict[Column, Read] | None:
        """What stands under each column; None where that cannot be told. `guessable` are those texts of the header that may be labels nobody knows."""
        placed = self.header.assign(self.block, self.values, self.grid, guessable) if self.header else None
        assigned, doubt = (placed, None) if placed is not None else self._in_order()
        if assigned is None:
            return None
        if not doubt and self._may_be_padded(assigned):
            doubt = say("doubt_padded")
        found: dict[Column, Read] = {}
        for column, cells in assigned.items():
            told = [cell for cell in cells if cell.text.strip()] or list(cells[:1])
            one = len({fold(cell.text) for cell in told}) == 1
            uneven = not doubt and placed is not None and self._is_uneven(told[0])
            why = [*self.doubts, *([doubt] if doubt else [say("doubt_uneven")] if uneven else [])]
            why += [say("doubt_several")] if len(told) > 1 and not (one and self._repeats(column)) else []
            why += [*(self.header.doubts(column) if self.header else []), *self._doubts(column, told[0])]
            found[column] = Read(cells, told[0].text if one else " ".join(cell.text for cell in told), why)
        return found

    def _in_order(self) -> tuple[Assigned | None, Sentence | None]:
        """The cells one after another as columns of the block, and why that may be wrong."""
        header, block = self.header, self.block
        known = header if header and (header.holds(self.grid) or len(block.columns) > 1) else None  # a single number may be one of anything
        assigned, alone = headers.in_order(block, self.values, known is not None and known.lost_merges(block)) or (None, False)
        if not (alone and known and known.complete(block) and not known.has_strangers):
            return assigned, say("doubt_order")
        return assigned, None if self._is_whole() else say("doubt_uneven")

    @property
    def _is_exact(self) -> bool:
        """Whether there are as many cells as columns."""
        return len(self.values) == len(self.block.columns)

    def _is_even(self) -> bool:
        """Whether the line ends where the lines of its header do, and where that stands in a table before, some line there does, too."""
        header = self.header
        return header is not None and header.ends == {self.end} and (not header.below or self.end in header.below)

    @property
    def filled(self) -> list[str]:
        """What the cells hold that are not blank."""
        return [fold(cell.text) for cell in self.values if cell.text.strip()]

    def _is_full(self) -> bool:
        """Whether a line holds all numbers of the block and no others, below a header that names each column once, in order and nothing else.

        Blank cells before or behind them may be columns of somebody's own, one of which is taken for a number, unless the line is even and begins with a
        number, or all numbers say the same and no line has more.
        """
        header, most = self.header, len(self.block.columns)
        if not header or not header.complete(self.block) or header.has_strangers or header.again or len(self.filled) != most:
            return False
        if self._is_exact or (self._is_even() and self.values[0].text.strip()):
            return True
        return len(set(self.filled)) == 1 < most and all(len(peer.filled) <= len(peer.block.columns) for peer in self.peers)

    def _is_whole(self) -> bool:
        """Whether a line lacks no cell: it begins with a number and is even, or has a cell for each column and is as long as its peers, unless these differ."""
        if self._is_full() or (self.values[0].text.strip() and self._is_even()):
            return True
        end, lines = Counter(peer.end for peer in self.peers).most_common(1)[0]
        return self._is_exact and (self.end == end or sum(peer._is_exact for peer in self.peers) > lines)

    def _is_uneven(self, cell: Cell) -> bool:
        """Whether a number may stand under the label of another column: a cell is missing or too many in its line, or in one of the header.

        It does not matter where all cells of a line that is not short say the same, nor in a full line below a header that is even.
        """
        ends = self.header.ends if self.header else set()
        if self._is_even() and self.grid.end(self.row, cell.col) == self.end:
            return False
        alike = len({fold(one.text) for one in self.values}) == 1 and self.end >= max(ends, default=0)
        return not alike and not (len(ends) == 1 and self._is_exact and self._is_full())

    def _may_be_padded(self, assigned: Assigned) -> bool:
        header = self.header
        return bool(header and header.holds(self.grid) and header.may_be_padded(self.values, self.grid)) or headers.stands_late(assigned)

    def _repeats(self, column: Column) -> bool:
        """Whether the header repeats the label of a column, as lost merges do, so that a number is one although several cells have it."""
        return self.header is not None and any(column is again for again, _ in self.header.again)

    def _doubts(self, column: Column, cell: Cell) -> list[Sentence]:
        """Why one cannot be sure of what a cell says of a column: it takes more lines than its label, or counts money in a measure of its own."""
        several = bool(cell.text.strip()) and (cell.row < self.label.row or cell.row + cell.rows > self.label.row + self.label.rows)
        other = [say("doubt_measure", measure=plain(self.measure, 40), own=column.unit)] if self.measure and "元" in column.unit else []
        return [*([say("doubt_merged")] if several else []), *other]
