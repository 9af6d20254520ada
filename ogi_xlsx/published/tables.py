"""Finds the numbers of the form in a published report: each by the labels of its row and its column, never by counting numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogi_xlsx.form.edition import Block, Edition
from ogi_xlsx.form.words import Sentence, plain, say, section
from ogi_xlsx.published import forms, headers
from ogi_xlsx.published.across import Across
from ogi_xlsx.published.document import Cell, Document, Grid, Paragraph
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Line, Place
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.headers import Assigned, Header
from ogi_xlsx.published.labels import LONGEST, Known, fold, numbered

MOST_WIDE, MOST_PLACES = 200, 50_000  # columns and places of a table: the form has 15 and 280; wider or larger ones are tables of something else
_GLUED = re.compile(r"(.*\D)([0-9]+)")


def find(document: Document, edition: Edition) -> Tables:
    """The numbers of a report, taken for one on the form of an edition."""
    reading = _Reading(edition)
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.text.strip():
            reading.heading = block.text
        elif isinstance(block, Grid) and block.width <= MOST_WIDE and len(block.places) <= MOST_PLACES:
            reading.grid(block)
    reading.likely()
    return reading.tables


@dataclass(frozen=True)
class _Below:
    """The cells behind a label, and what was said over them: the header of its block, and labels of another edition's columns."""

    grid: Grid
    label: Cell
    values: Sequence[Cell]
    header: Header | None
    strange: Mapping[int, str]

    def leave(self, tables: Tables, cells: Sequence[Cell], why: Sentence) -> None:
        """Tell cells that have no place."""
        for cell in cells:
            tables.leave(cell.text, Place.of(self.grid, cell), why)


class _Reading:
    """Goes through the tables of a report line by line: a header says what the columns below it are, a label whose row a line is."""

    def __init__(self, edition: Edition) -> None:
        self.tables = Tables(edition)
        self.form = forms.of(edition)
        self.headers: dict[Block, Header] = {}
        self.across = [Across(self.form, at, self.tables.put, self._leave) for at in range(len(self.form.across))]
        self.heading = ""  # the last line of text before a table
        self.strange: dict[int, str] = {}  # labels of another edition's columns, of the last header
        self.doubtful: list[tuple[Line, _Below]] = []  # lines whose label is only like one of the form

    def grid(self, grid: Grid) -> None:
        """Take the lines of a table."""
        if not any(block.waiting for block in self.across) and not any(self.form.is_label(cell.text) for cell in grid.cells):
            return  # a table of something else
        used = {row for block in self.across for row in block.take(grid, self.heading)}
        left_before, known = len(self.tables.left), bool(used)
        below = False  # whether a line of numbers came after the last header
        for row in range(1, grid.height + 1):
            cells = [] if row in used else grid.row(row)
            filled = [cell for cell in cells if cell.text.strip()]
            if not filled:
                continue
            numbers = [cell for cell in filled if is_figure(cell.text)]
            lines = self._labels(filled, bool(numbers))
            if lines:
                known, below = True, True
                self._lines(grid, cells, lines)
            elif self._glued(grid, filled):
                known = True
            elif not numbers:
                below = not self._header(grid, row, filled, anew=below) and below
            else:
                below = True
                self._unknown(grid, filled, numbers)
        if not known and not any(header.grid == grid.number for header in self.headers.values()):
            del self.tables.left[left_before:]  # a table of something else

    def _labels(self, cells: Sequence[Cell], numbers: bool) -> list[tuple[Known[Line], Cell]]:
        """Whose row a line is, and the cells that say so: of several rows where their labels stand side by side, each before its numbers."""
        found = [(known, cell) for cell in cells if (known := self.form.lines.find(cell.text)) and (numbers or not self._heads(cell.text))]
        found = [one for one in found if not one[0].close] or found[-1:]
        if not numbers and len({known.whose for known, _ in found}) > 1:
            return []  # several rows named in one line without a number: it is a header of somebody's own
        last = {known.whose: (known, cell) for known, cell in found}  # a label that a lost merge repeats counts where it stands last
        return list(last.values())

    def _heads(self, text: str) -> bool:
        """Whether a text that could be the label of a line is one of a column all the same: 总计, but not （七）总计."""
        return not numbered(fold(text))[0] and self.form.is_heading(text)

    def _header(self, grid: Grid, row: int, cells: Sequence[Cell], anew: bool) -> bool:
        """Take a line as one of a header: which columns of which blocks it names. False where it names none."""
        named = False
        others = [cell for cell in cells if not self.form.is_known(cell.text)]
        for block, labels in self.form.columns.items():
            matches = {cell: known for cell in cells if (known := labels.find(cell.text))}
            if not matches:
                continue
            named = True
            before = self.headers.get(block)
            header = Header(grid.number, grid.width) if anew or before is None or before.grid != grid.number else before
            for cell in cells:
                known = matches.get(cell)
                if known:
                    header.take(cell, known)
                group = self.form.others.find(cell.text) if not known else None
                if (known or group) and cell.row == row:
                    header.says(fold(known.whose.zh[-1] if known else group.whose if group else ""))
            header.others += others if len(header.others) < MOST_WIDE else []
            self.headers[block] = header
        if not named and len(others) == len(cells) > 1:  # a header of something else: those of tables before do not hold for what follows
            self.headers = {block: header for block, header in self.headers.items() if header.grid == grid.number}
        self.strange = {cell.col: cell.text for cell in others} if any(self.form.strange.find(cell.text) for cell in others) and not named else {}
        return named or bool(self.strange)

    def _lines(self, grid: Grid, cells: Sequence[Cell], lines: Sequence[tuple[Known[Line], Cell]]) -> None:
        """Take the numbers behind each label of a line; one whose label is only like one of the form waits until all lines were seen."""
        for at, (known, label) in enumerate(lines):
            until = lines[at + 1][1].col if at + 1 < len(lines) else grid.width + 1
            values = [cell for cell in cells if label.col + label.cols <= cell.col < until]
            below = _Below(grid, label, values, self.headers.get(known.whose.block), self.strange)
            if known.close:
                self.doubtful.append((known.whose, below))
            elif values or len(lines) == 1:
                self._numbers(known.whose, below, [])
        self._before(grid, cells, lines[0][1])

    def _before(self, grid: Grid, cells: Sequence[Cell], label: Cell) -> None:
        """Tell numbers that stand before the label of a line, but for the number of the line itself."""
        before = [cell for cell in cells if cell.col < label.col and is_figure(cell.text)]
        self._leave(grid, before[1:], say("left_place", label=plain(label.text, 60)))

    def likely(self) -> None:
        """Take the lines whose labels are like one of the form, for rows that no other line is."""
        taken = {key.rpartition(".")[0] for key in self.tables.printed}
        for line, below in self.doubtful:
            label = plain(below.label.text, 60)
            if f"{line.table}.{line.row.key}" in taken:
                below.leave(self.tables, below.values, say("left_row", label=label))
            else:
                self._numbers(line, below, [say("doubt_label", label=label, **{"as": line.row.label})])

    def _numbers(self, line: Line, below: _Below, doubts: Sequence[Sentence]) -> None:
        """Assign the numbers behind a label to the columns of its block."""
        header, grid, values, label = below.header, below.grid, below.values, plain(below.label.text, 60)
        if below.strange:
            for cell in values:
                below.leave(self.tables, [cell], say("left_column", label=plain(below.strange.get(cell.col, label), 60)))
            return
        assigned = header.assign(line.block, values, grid, [cell for cell in header.unknown if self._guessable(cell.text)]) if header else None
        if assigned is None:
            known = header if header and (header.holds(grid) or len(line.block.columns) > 1) else None  # a single number may be one of anything
            assigned, alone = headers.in_order(line.block, values, known is not None and known.lost_merges(line.block)) or (None, False)
            doubts = [*doubts, *([] if alone and known and known.complete(line.block) else [say("doubt_order")])]
        if assigned is None:
            below.leave(self.tables, values, say("left_place", label=label))
            return
        self._put(line, below, assigned, doubts)
        taken = {cell for cells in assigned.values() for cell in cells}
        for cell in values:
            if cell not in taken:
                below.leave(self.tables, [cell], say("left_column", label=plain(header.over(cell) if header else "", 60)))

    def _put(self, line: Line, below: _Below, assigned: Assigned, doubts: Sequence[Sentence]) -> None:
        """Take what stands under each column; several cells there hold one number where all of them repeat it as the header does."""
        for column, cells in assigned.items():
            told = [cell for cell in cells if cell.text.strip()] or list(cells[:1])
            one = len({fold(cell.text) for cell in told}) == 1
            repeated = one and below.header is not None and any(column is again for again, _ in below.header.again)
            several = [] if len(told) == 1 or repeated else [say("doubt_several")]
            of_column = below.header.doubts(column) if below.header else []
            text = told[0].text if one else " ".join(cell.text for cell in told)
            of_cells = dict.fromkeys(doubt for cell in told for doubt in cell.doubts)
            self.tables.put(f"{line.table}.{line.row.key}.{column.key}", text, Place.of(below.grid, told[0]), [*doubts, *several, *of_column, *of_cells])

    def _guessable(self, text: str) -> bool:
        """Whether a text over a column can be a label of the form that nobody recognises, and not one of something else."""
        return not self.form.strange.find(text) and not any(word in fold(text[:LONGEST]) for word in section("published.toml", "likeness")["never"])

    def _unknown(self, grid: Grid, cells: Sequence[Cell], numbers: Sequence[Cell]) -> None:
        """Tell the numbers of a line that is no row of the form."""
        labels = [cell for cell in cells if not is_figure(cell.text)]
        self._leave(grid, numbers, say("left_row", label=plain(labels[-1].text, 60)) if labels else say("left_unlabelled"))

    def _leave(self, grid: Grid, cells: Sequence[Cell], why: Sentence) -> None:
        for cell in cells:
            self.tables.leave(cell.text, Place.of(grid, cell), why)

    def _glued(self, grid: Grid, cells: Sequence[Cell]) -> bool:
        """Tell a line in which a label of the form and numbers run together."""
        for cell in cells:
            match = _GLUED.fullmatch(fold(cell.text)) if len(cell.text) <= LONGEST else None
            known = match and self.form.lines.find(match[1])
            if known and not known.close:
                self._leave(
                    grid, [cell, *(other for other in cells if other is not cell and is_figure(other.text))], say("left_glued", label=plain(cell.text, 60))
                )
                return True
        return False
