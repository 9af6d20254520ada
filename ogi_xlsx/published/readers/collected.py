"""What a reader of a kind of file collects on its way through it, within limits that no report reaches."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ogi_xlsx.form.words import Refusal, Sentence, say
from ogi_xlsx.published.document import Block, Cell, Document, Grid, Paragraph, Picture

MOST_CELLS = 200_000  # places of all tables together, merged cells with each that they take: a report has some 500, a county's workbook some 20 000
MOST_CHARACTERS = 1_000_000  # the longest published report has some 30 000
MOST_BLOCKS = 50_000  # paragraphs, tables and pictures: a report has some 200
MOST_COLUMNS = 1_000  # of a table that markup lays out: more are a trick of spans over spans
MOST_SPAN = 200  # rows or columns of one cell as markup asks for them: the form is 40 rows high and 15 columns wide
LONG_CELL = 1_000  # characters of a cell that no table of figures has: it lays out a page


class Collected:
    """Blocks in their order. Every method raises Refusal with one sentence where there is more of it than any report has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.grids = self.cells = self.characters = 0

    def line(self, text: str, page: int = 0) -> None:
        """Text outside tables, a paragraph a line; blank lines are none."""
        for line in text.split("\n"):
            if line.strip():
                self._counted(len(line))
                self.blocks.append(Paragraph(line, page))

    def picture(self, page: int = 0) -> None:
        """A picture among the text."""
        self._counted(0)
        self.blocks.append(Picture(page))

    def grid(self, cells: Sequence[Cell], sheet: str = "") -> None:
        """A table; one without cells is none."""
        if not cells:
            return
        self.cells += sum(cell.rows * cell.cols for cell in cells)
        if self.cells > MOST_CELLS:
            raise too_many(self.name)
        self._counted(sum(len(cell.text) for cell in cells))
        self.grids += 1
        self.blocks.append(Grid(self.grids, tuple(cells), sheet))

    def table(self, cells: Sequence[Cell]) -> None:
        """As `grid`, of what markup calls a table: with a single cell, or a cell of a whole text, it lays out a page and is told as lines."""
        if len(cells) > 1 and all(len(cell.text) <= LONG_CELL for cell in cells):
            self.grid(cells)
            return
        for cell in cells:
            self.line(cell.text)

    def document(self, kind: str, told: Mapping[str, str] | None = None) -> Document:
        """The document. Raises Refusal where it holds neither text nor table nor picture."""
        if not self.blocks:
            raise Refusal(say("prose_empty", file=self.name))
        return Document(self.name, kind, tuple(self.blocks), {key: text for key, text in (told or {}).items() if text})

    def _counted(self, characters: int) -> None:
        self.characters += characters
        if self.characters > MOST_CHARACTERS or len(self.blocks) >= MOST_BLOCKS:
            raise too_many(self.name)


def too_many(name: str) -> Refusal:
    """What is said of a file that holds more than any report."""
    return Refusal(say("published_too_many", file=name, cells=MOST_CELLS // 10_000, characters=MOST_CHARACTERS // 10_000))


@dataclass(frozen=True)
class Asked:
    """A cell as a web page has it: its text, how many rows and columns it asks for (0 rows are all that follow), and why it may show another text."""

    text: str
    rows: int = 1
    cols: int = 1
    doubts: tuple[Sentence, ...] = ()


def placed(name: str, rows: Sequence[Sequence[Asked]]) -> list[Cell]:
    """The cells of a table at their places, as browsers place them: each in the first columns of its row that no cell from above takes.

    A span ends with the table, and columns and rows in which no cell begins are left out. Raises Refusal for more places than any report has.
    """
    cells: list[Cell] = []
    until: dict[int, int] = {}  # the last row in which each column is taken from above
    places = 0
    for at, row in enumerate(rows, 1):
        col = 1
        for cell in row:
            while until.get(col, 0) >= at:
                col += 1
            high = min(cell.rows or len(rows), len(rows) - at + 1)
            wide = max(1, min(cell.cols, MOST_SPAN))
            places += wide
            if places > MOST_CELLS or col > MOST_COLUMNS:
                raise too_many(name)
            cells.append(Cell(cell.text, at, col, max(1, high), wide, doubts=cell.doubts))
            if high > 1:
                until.update(dict.fromkeys(range(col, col + wide), at + high - 1))
            col += wide
    return trimmed(cells)


def trimmed(cells: Iterable[Cell]) -> list[Cell]:
    """Cells without the rows and columns in which none begins, as those of a column span that is wider than its table."""
    held = list(cells)
    rows, cols = sorted({cell.row for cell in held}), sorted({cell.col for cell in held})

    def one(cell: Cell) -> Cell:
        row, col = bisect_left(rows, cell.row), bisect_left(cols, cell.col)
        high, wide = bisect_left(rows, cell.row + cell.rows) - row, bisect_left(cols, cell.col + cell.cols) - col
        return replace(cell, row=row + 1, col=col + 1, rows=high, cols=wide)

    return [one(cell) for cell in held]
