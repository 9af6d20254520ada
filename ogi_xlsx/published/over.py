"""What stands over the numbers that come next: the header of each block, taken line by line, and labels of another edition's columns."""

from collections.abc import Mapping, Sequence

from ogi_xlsx.form.edition import Block, Column
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.forms import Form
from ogi_xlsx.published.headers import MOST, Header
from ogi_xlsx.published.labels import LONGEST, Known, fold


class Over:
    """The headers that hold for the lines below. `strange` are labels of another edition's columns in the last of them, by grid column."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.headers: dict[Block, Header] = {}
        self.strange: dict[int, str] = {}
        self.waiting: list[Cell] = []  # texts of lines that name no column yet, and may do so for a column that is none of the form's

    def begins(self) -> None:
        """A table begins."""
        self.waiting = []

    def is_of(self, grid: Grid) -> bool:
        """Whether a header stands in a table."""
        return any(header.grid.number == grid.number for header in self.headers.values())

    def line(self, grid: Grid, row: int, cells: Sequence[Cell], anew: bool) -> bool:
        """Take a line as one of a header: which columns of which blocks it names. False where it names none. `anew`: numbers came before it."""
        others = [cell for cell in cells if not self.form.is_known(cell.text)]
        self.waiting = ([] if anew else self.waiting)[:MOST] + others
        named = False
        for block, labels in self.form.columns.items():
            matches = {cell: known for cell in cells if (known := labels.find(cell.text))}
            if matches:
                named = True
                self._take(self._header(block, grid, anew), matches, row, cells)
        if not named and any(map(self._holds_heading, others)):  # lines that run together make a header that nobody can read
            self.headers = {}
        elif not named and len(others) == len(cells) > 1:  # a header of something else: those of tables before do not hold for what follows
            self.headers = {block: header for block, header in self.headers.items() if header.grid.number == grid.number}
        self.strange = {cell.col: cell.text for cell in others} if any(self.form.strange.find(cell.text) for cell in others) and not named else {}
        return named or bool(self.strange)

    def _holds_heading(self, cell: Cell) -> bool:
        """Whether one of several texts in a cell is the label of a column."""
        return any(map(self.form.is_heading, cell.text.split())) and len(cell.text) <= LONGEST

    def _header(self, block: Block, grid: Grid, anew: bool) -> Header:
        """The header that a line of a table goes on with, or a new one."""
        before = self.headers.get(block)
        if before is None or anew or before.grid.number != grid.number:
            self.headers[block] = Header(grid)
        return self.headers[block]

    def _take(self, header: Header, matches: Mapping[Cell, Known[Column]], row: int, cells: Sequence[Cell]) -> None:
        """Take the labels of a line into a header."""
        for cell in cells:
            known = matches.get(cell)
            group = self.form.others.find(cell.text) if not known else None
            if known:
                header.take(cell, known)
            if (known or group) and cell.row == row:
                header.says(fold(known.whose.zh[-1] if known else group.whose if group else ""))
        header.others += [cell for cell in self.waiting if cell not in header.others] if len(header.others) < MOST else []
