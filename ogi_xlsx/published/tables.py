"""Finds the numbers of the form in a published report: each by the labels of its row and its column, never by counting numbers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.words import Sentence, plain, say, section
from ogi_xlsx.published import forms
from ogi_xlsx.published.across import Across
from ogi_xlsx.published.aside import Aside
from ogi_xlsx.published.behind import Behind
from ogi_xlsx.published.document import Cell, Document, Grid, Paragraph
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.forms import Line, Place
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.labels import LONGEST, Known, fold, is_other_measure, numbered
from ogi_xlsx.published.over import Over
from ogi_xlsx.published.turned import upright

MOST_WIDE, MOST_PLACES = 200, 50_000  # columns and places of a table: the form has 15 and 280; wider or larger ones are tables of something else
_GLUED = re.compile(r"(.*[^0-9:])[:]?([0-9]+)件?")


def find(document: Document, edition: Edition, year: int = 0, body: str = "") -> Tables:
    """The numbers of a report, taken for one on the form of an edition; year and body are those of the report, where they are known."""
    reading = _Reading(edition, year, body)
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.text.strip():
            reading.text(block.text)
        elif isinstance(block, Grid) and block.width <= MOST_WIDE and len(block.places) <= MOST_PLACES:
            reading.grid(block)
    reading.likely()
    reading.tables.settle()
    return reading.tables


class _Reading:
    """Goes through the tables of a report line by line: a header says what the columns below it are, a label whose row a line is."""

    def __init__(self, edition: Edition, year: int, body: str) -> None:
        self.tables = Tables(edition)
        self.form = forms.of(edition, year)
        self.aside = Aside(year, body)
        self.over = Over(self.form)
        self.across = [Across(self.form, at, self._take, self._leave) for at in range(len(self.form.across))]
        self.heading = ""  # the last line of text before a table
        self.measure = ""  # what a table says of a measure of money that is not the form's
        self.lines: list[Behind] = []  # of the present table: it is seen to its end before its numbers are taken
        self.peers: dict[str, list[Behind]] = {}  # all lines of the present table, by table of the form
        self.seen: set[Cell] = set()  # cells of the present table that were taken or told
        self.doubtful: list[Behind] = []  # lines whose label is only like one of the form: they wait until all tables were seen

    def text(self, text: str) -> None:
        """Note a line of text between tables."""
        self.heading = text
        self.aside.heading(text, begun=bool(self.tables.printed))

    def grid(self, grid: Grid) -> None:
        """Take the lines of a table."""
        looks = _looks(grid)
        if not looks and not any(block.waiting for block in self.across) and not any(self.form.is_label(cell.text) for cell in grid.cells):
            return  # a table of something else
        grid = self.aside.grid(grid)
        self.over.begins()
        self.peers, self.seen = {}, set()
        self.measure = next((text for text in (self.heading, *(cell.text for cell in grid.cells)) if is_other_measure(text)), "")
        used = {row for block in self.across for row in block.take(grid, self.heading)}
        grid = grid if used else upright(grid, self.form)
        left_before = len(self.tables.left)
        known = self._rows(grid, used) or bool(used)
        for behind in self.lines:
            self._numbers(behind)
        self.lines = []
        if known or looks or self.over.is_of(grid):
            self._rest(grid)
        else:
            del self.tables.left[left_before:]  # a table of something else

    def _rows(self, grid: Grid, used: set[int]) -> bool:
        """Take the rows of a table that are not used yet one by one; whether labels of lines were among them."""
        known = below = False  # `below`: whether a line of numbers came after the last header
        for row in range(1, grid.height + 1):
            cells = [] if row in used else grid.row(row)
            filled = [cell for cell in cells if cell.text.strip()]
            if not filled:
                continue
            numbers = [cell for cell in filled if is_figure(cell.text)]
            lines = self._labels(grid, filled, bool(numbers), below)
            if lines:
                known, below = True, True
                self._lines(grid, row, cells, lines)
            elif self._glued(grid, filled):
                known = True
            elif not numbers:
                below = not self.over.line(grid, row, filled, anew=below) and below
            else:
                below = True
                self._unknown(grid, filled, numbers)
        return known

    def _labels(self, grid: Grid, cells: Sequence[Cell], numbers: bool, below: bool) -> list[tuple[Known[Line], Cell]]:
        """Whose row a line is, and the cells that say so: of several rows where their labels stand side by side, each before its numbers."""
        found = [(known, cell) for cell in cells if (known := self.form.lines.find(cell.text)) and (numbers or not self._heads(cell.text))]
        found = [one for one in found if not one[0].close] or found[-1:] or self._bare(grid, cells, numbers, below)[-1:]
        if not numbers and len({known.whose for known, _ in found}) > 1:
            return []  # several rows named in one line without a number: it is a header of somebody's own
        last = {known.whose: (known, cell) for known, cell in found}  # a label that a lost merge repeats counts where it stands last
        return list(last.values())

    def _bare(self, grid: Grid, cells: Sequence[Cell], numbers: bool, below: bool) -> list[tuple[Known[Line], Cell]]:
        """Whose row a line may be whose label is that of a column, too, when it has lost its number: 总计, 其他, below and left of a header of its block."""

        def is_below(known: Known[Line], cell: Cell) -> bool:
            header = self.over.headers.get(known.whose.block)
            return header is not None and header.holds(grid) and (numbers or (below and cell.col + cell.cols <= header.first))

        bare = [(known, cell) for cell in cells if (known := self.form.lines.bare(cell.text))]
        return [(known, cell) for known, cell in bare if is_below(known, cell)]

    def _heads(self, text: str) -> bool:
        """Whether a text that could be the label of a line is one of a column all the same: 总计, but not （七）总计."""
        return not numbered(fold(text))[0] and self.form.is_heading(text)

    def _lines(self, grid: Grid, row: int, cells: Sequence[Cell], lines: Sequence[tuple[Known[Line], Cell]]) -> None:
        """Note the numbers behind each label of a line."""
        labels = max((sum(map(self.form.is_known, cell.text.split())) for cell in cells if not self._is_one(cell.text)), default=0)
        bare = any(label.col + label.cols == behind.col for (_, label), (_, behind) in pairwise(lines))  # no number between: those behind may be of either
        together = (say("doubt_together"),) if labels > 1 or bare else ()
        for at, (known, label) in enumerate(lines):
            until = lines[at + 1][1].col if at + 1 < len(lines) else grid.width + 1
            values = [cell for cell in cells if label.col + label.cols <= cell.col < until]
            line, header = known.whose, self.over.headers.get(known.whose.block)
            behind = Behind(grid, row, line, label, values, header, self.measure, self.peers.setdefault(line.table, []), together)
            behind.peers.append(behind)
            if header and header.grid.number == grid.number:
                header.below.add(behind.end)
            self.seen.update(values)
            if self.over.strange:
                for cell in values:
                    self._leave(grid, [cell], say("left_column", label=plain(self.over.strange.get(cell.col, label.text), 60)))
            elif known.close:
                self.doubtful.append(behind)
            elif values or len(lines) == 1:
                self.lines.append(behind)

    def _is_one(self, text: str) -> bool:
        """Whether a text is the label of one row, however it is broken into lines."""
        known = self.form.lines.find(text)
        return known is not None and not known.close

    def _rest(self, grid: Grid) -> None:
        """Tell the numbers of a table that nothing was said of yet, as those before the labels, but for columns that only count lines."""
        rest: dict[int, list[Cell]] = {}
        for cell in grid.cells:
            if cell not in self.seen and is_figure(cell.text):
                rest.setdefault(cell.col, []).append(cell)
        for cells in rest.values():
            texts = [cell.text.strip() for cell in cells]
            if len(texts) == 1 or any(not one.isdecimal() or not other.isdecimal() or int(other) != int(one) + 1 for one, other in pairwise(texts)):
                self._leave(grid, cells, say("left_apart"))

    def likely(self) -> None:
        """Take the lines whose labels are like one of the form, for rows that no other line is."""
        taken = {key.rpartition(".")[0] for key in self.tables.printed}
        for behind in self.doubtful:
            line, label = behind.line, plain(behind.label.text, 60)
            if f"{line.table}.{line.row.key}" in taken:
                self._leave(behind.grid, behind.values, say("left_row", label=label))
            else:
                self._numbers(replace(behind, doubts=(say("doubt_label", label=label, **{"as": line.row.label}), *behind.doubts)))

    def _numbers(self, behind: Behind) -> None:
        """Take the numbers behind a label, and tell those that stand under no column of its block."""
        header, grid = behind.header, behind.grid
        found = behind.read([cell for cell in header.unknown if self._guessable(cell.text)] if header else [])
        if found is None:
            self._leave(grid, behind.values, say("left_place", label=plain(behind.label.text, 60)))
            return
        for column, read in found.items():
            cell = next((cell for cell in read.cells if cell.text.strip()), read.cells[0])
            of_cells = dict.fromkeys(doubt for one in read.cells for doubt in one.doubts)
            self._take(f"{behind.line.table}.{behind.line.row.key}.{column.key}", grid, cell, [*read.doubts, *of_cells], read.text)
        taken = {cell for read in found.values() for cell in read.cells}
        for cell in behind.values:
            if cell not in taken:
                self._leave(grid, [cell], say("left_column", label=plain(header.over(cell) if header else "", 60)))

    def _take(self, key: str, grid: Grid, cell: Cell, doubts: Sequence[Sentence], text: str | None = None) -> None:
        """Take what is printed for a cell of the form, with a doubt where lines that run together made one cell of two."""
        text, place = cell.text if text is None else text, Place.of(grid, cell)
        self.seen.add(cell)
        parts = text.split()
        if len(parts) > 1 and text == cell.text and all(line.strip().isdecimal() for line in text.strip().splitlines()):
            doubts = [*doubts, say("doubt_wrapped")]
        elif len(parts) > 1 and not doubts and (sum(map(str.isdecimal, parts)) > 1 or any(map(self.form.is_label, parts))):
            doubts = [say("doubt_together")]
        self.tables.put(key, text, place, doubts, self.aside.lines.get((place.table, place.row)))

    def _guessable(self, text: str) -> bool:
        """Whether a text over a column can be a label of the form that nobody recognises, and not one of something else."""
        return not self.form.strange.find(text) and not any(word in fold(text[:LONGEST]) for word in section("published.toml", "likeness")["never"])

    def _unknown(self, grid: Grid, cells: Sequence[Cell], numbers: Sequence[Cell]) -> None:
        """Tell the numbers of a line that is no row of the form."""
        labels = [cell for cell in cells if not is_figure(cell.text)]
        self._leave(grid, numbers, say("left_row", label=plain(labels[-1].text, 60)) if labels else say("left_unlabelled"))

    def _leave(self, grid: Grid, cells: Sequence[Cell], why: Sentence) -> None:
        self.seen.update(cells)
        for cell in cells:
            self.tables.leave(cell.text, Place.of(grid, cell), why)

    def _glued(self, grid: Grid, cells: Sequence[Cell]) -> bool:
        """Tell a line in which a label of the form and numbers run together."""
        for cell in cells:
            match = _GLUED.fullmatch(fold(cell.text)) if len(cell.text) <= LONGEST else None
            known = [self.form.lines.find(match[1]), *(one for lying in self.form.across for one in lying.find(match[1]))] if match else []
            if any(one and not one.close for one in known):
                self._leave(
                    grid, [cell, *(other for other in cells if other is not cell and is_figure(other.text))], say("left_glued", label=plain(cell.text, 60))
                )
                return True
        return False


def _looks(grid: Grid) -> bool:
    """Whether a table looks like one of the form, whatever its labels: words of the form stand in it."""
    texts = {fold(cell.text) for cell in grid.cells if len(cell.text) <= LONGEST}
    return sum(any(word in text for text in texts) for word in section("published.toml", "read")["table_words"]) > 1
