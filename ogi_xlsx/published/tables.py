"""Finds the numbers of the form in a published report: each by the labels of its row and its column, never by counting numbers.

`printed` is what is found, `left` what was printed in these tables and belongs to no cell of the form, each with its place.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ogi_xlsx.form.edition import Block, Column, Edition
from ogi_xlsx.form.words import Sentence, nfkc, plain, say
from ogi_xlsx.published import across, forms
from ogi_xlsx.published.document import Cell, Document, Grid, Paragraph
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Header, Line, Place
from ogi_xlsx.published.labels import Known, fold, numbered

_GLUED = re.compile(r"(\D{2,}?)([0-9]+)")


@dataclass(frozen=True)
class Printed:
    """What is printed for a cell of the form, where, and why one cannot be sure that it is meant for it: nothing where one can."""

    text: str
    place: Place
    doubts: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Left:
    """A number that is printed in the tables and belongs to no cell of the form, and why."""

    text: str
    place: Place
    why: Sentence


@dataclass
class Tables:
    """The tables of a report as those of an edition: what is printed, by cell key, and what is left over."""

    edition: Edition
    printed: dict[str, Printed] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    @property
    def fit(self) -> int:
        """How well the edition fits: each number that has its place counts for it, each that has none against it."""
        return sum(1 for one in self.printed.values() if not one.doubts) - len(self.left)

    def put(self, key: str, text: str, place: Place, doubts: Sequence[Sentence]) -> None:
        """Take what is printed for a cell; where it is printed before, both must say the same."""
        before = self.printed.get(key)
        if before is None or (before.doubts and not doubts and fold(before.text) == fold(text)):
            self.printed[key] = Printed(text, place, tuple(doubts))
        elif fold(before.text) != fold(text):
            self.printed[key] = replace(before, doubts=(*before.doubts, say("doubt_twice", other=plain(text, 40) or say("blank"))))


def find(document: Document, edition: Edition) -> Tables:
    """The numbers of a report, taken for one on the form of an edition."""
    reading = _Reading(edition)
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.text.strip():
            reading.heading = block.text
        elif isinstance(block, Grid):
            reading.grid(block)
    reading.likely()
    return reading.tables


class _Reading:
    """Goes through the tables of a report line by line: a header says what the columns below it are, a label whose row a line is."""

    def __init__(self, edition: Edition) -> None:
        self.tables = Tables(edition)
        self.form = forms.of(edition)
        self.headers: dict[Block, Header] = {}
        self.heading = ""  # the last line of text before a table
        self.strange: dict[int, str] = {}  # labels of another edition's columns, of the last header
        self.doubtful: list[tuple[Line, Grid, int, Cell]] = []  # lines whose label is only like one of the form

    def grid(self, grid: Grid) -> None:
        """Take the lines of a table."""
        used = across.take(grid, self.heading, self.form, self.tables.put)
        left_before, known = len(self.tables.left), False
        below = False  # whether a line of numbers came after the last header
        for row in range(1, grid.height + 1):
            cells = [] if row in used else [cell for cell in grid.row(row) if cell.text.strip()]
            if not cells or self._glued(grid, cells):
                continue
            numbers = [cell for cell in cells if is_figure(cell.text)]
            label = self._label(cells, bool(numbers))
            if label:
                known, below = True, True
                self._line(grid, row, *label)
            elif not numbers:
                below = not self._header(grid, cells, anew=below) and below
            else:
                below = True
                self._unknown(grid, row, cells, numbers)
        if not known and not any(header.grid == grid.number for header in self.headers.values()):
            del self.tables.left[left_before:]  # a table of something else

    def _label(self, cells: Sequence[Cell], numbers: bool) -> tuple[Known[Line], Cell] | None:
        """Whose row a line is, and the cell that says so."""
        found = [(known, cell) for cell in cells if (known := self.form.lines.find(cell.text)) and (numbers or not self._heads(cell.text))]
        if not found or (not numbers and len({known.whose for known, _ in found}) > 1):
            return None  # several rows named in one line without a number: it is a header of somebody's own
        return found[-1] if found[-1][0].whose == found[0][0].whose else found[0]

    def _heads(self, text: str) -> bool:
        """Whether a text that could be the label of a line is one of a column all the same: 总计, but not （七）总计."""
        return not numbered(fold(text))[0] and self.form.is_heading(text)

    def _header(self, grid: Grid, cells: Sequence[Cell], anew: bool) -> bool:
        """Take a line as one of a header: which columns of which blocks it names. False where it names none."""
        named = False
        others = [cell for cell in cells if not self.form.is_known(cell.text)]
        for block, labels in self.form.columns.items():
            matches = [(cell, known) for cell in cells if (known := labels.find(cell.text))]
            if not matches:
                continue
            named = True
            before = self.headers.get(block)
            header = Header(grid.number, grid.width) if anew or before is None or before.grid != grid.number else before
            for cell, known in matches:
                header.take(cell, known)
            header.others += others
            self.headers[block] = header
        self.strange = {cell.col: cell.text for cell in others} if any(self.form.strange.find(cell.text) for cell in others) and not named else {}
        return named or bool(self.strange)

    def _line(self, grid: Grid, row: int, known: Known[Line], cell: Cell) -> None:
        """Take the numbers of a line whose label is known; one that is only like a label of the form waits until all lines were seen."""
        if known.close:
            self.doubtful.append((known.whose, grid, row, cell))
        else:
            self._numbers(known.whose, grid, row, cell, [])

    def likely(self) -> None:
        """Take the lines whose labels are like one of the form, for rows that no other line is."""
        taken = {key.rpartition(".")[0] for key in self.tables.printed}
        for line, grid, row, cell in self.doubtful:
            if f"{line.table}.{line.row.key}" in taken:
                self._leave(grid, self._values(grid, row, cell), say("left_row", label=plain(cell.text, 60)))
            else:
                self._numbers(line, grid, row, cell, [say("doubt_label", label=plain(cell.text, 60), **{"as": line.row.label})])

    def _numbers(self, line: Line, grid: Grid, row: int, label: Cell, doubts: Sequence[Sentence]) -> None:
        """Assign the numbers right of a label to the columns of its block."""
        values = self._values(grid, row, label)
        header = self.headers.get(line.block)
        if self.strange:
            for cell in values:
                self._leave(grid, [cell] if cell.text.strip() else [], say("left_column", label=plain(self.strange.get(cell.col, label.text), 60)))
            return
        assigned = header.assign(line.block, values, grid) if header else None
        if assigned is None:
            complete = header is not None and header.complete(line.block)
            assigned = forms.in_order(line.block, values)
            doubts = [*doubts, *([] if complete else [say("doubt_order")])]
        if assigned is None:
            self._leave(grid, [cell for cell in values if cell.text.strip()], say("left_place", label=plain(label.text, 60)))
            return
        for column, cells in assigned.items():
            told = [cell for cell in cells if cell.text.strip()] or cells[:1]
            several = [say("doubt_several")] if len(told) > 1 else []
            of_column = header.doubts(column) if header else []
            key = f"{line.table}.{line.row.key}.{column.key}"
            self.tables.put(key, " ".join(cell.text for cell in told), Place.of(grid, told[0]), [*doubts, *several, *of_column])
        self._beside(grid, values, assigned, header)

    def _beside(self, grid: Grid, values: Sequence[Cell], assigned: Mapping[Column, Sequence[Cell]], header: Header | None) -> None:
        """Tell the numbers of a line that stand in columns of their own."""
        taken = {cell for cells in assigned.values() for cell in cells}
        for cell in values:
            if cell not in taken and cell.text.strip():
                self._leave(grid, [cell], say("left_column", label=plain(header.over(cell) if header else "", 60)))

    def _values(self, grid: Grid, row: int, label: Cell) -> list[Cell]:
        """The cells of a line right of its label."""
        return [cell for cell in grid.row(row) if cell.col > label.col + label.cols - 1]

    def _unknown(self, grid: Grid, row: int, cells: Sequence[Cell], numbers: Sequence[Cell]) -> None:
        """Tell the numbers of a line that is no row of the form, or whose label and numbers run together."""
        labels = [cell for cell in cells if cell not in numbers]
        why = say("left_row", label=plain(labels[-1].text, 60)) if labels else say("left_unlabelled")
        self._leave(grid, numbers, why)

    def _leave(self, grid: Grid, cells: Sequence[Cell], why: Sentence) -> None:
        self.tables.left += [Left(cell.text, Place.of(grid, cell), why) for cell in cells if any(map(str.isdecimal, nfkc(cell.text[:100])))]

    def _glued(self, grid: Grid, cells: Sequence[Cell]) -> bool:
        """Tell a line in which a label of the form and numbers run together."""
        for cell in cells:
            match = _GLUED.fullmatch(fold(cell.text))
            known = match and self.form.lines.find(match[1])
            if known and not known.close:
                self._leave(grid, [cell], say("left_glued", label=plain(cell.text, 60)))
                return True
        return False
