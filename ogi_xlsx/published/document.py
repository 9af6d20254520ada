"""A published report as every reader of a kind of file gives it: paragraphs, tables and pictures in the order of the page, nothing understood yet.

Texts stand as printed: spaces, line breaks and marks are kept, for what a cell holds is told as it was printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from ogi_xlsx.form.words import Sentence


@dataclass(frozen=True)
class Cell:
    """A printed cell: its text, and the grid rows and columns that it takes, counted from 1. `page` is that of a file that has pages, else 0.

    `doubts` are reasons why one who looks at the page may see another text.
    """

    text: str
    row: int
    col: int
    rows: int = 1
    cols: int = 1
    page: int = 0
    doubts: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table as printed: its number in the document, counted from 1, its cells, and the name of its sheet where it is one of a workbook.

    `turned`: rows and columns were changed to read it, and its cells are printed the other way round.
    """

    number: int
    cells: tuple[Cell, ...]
    sheet: str = ""
    turned: bool = False

    @cached_property
    def height(self) -> int:
        """How many grid rows there are."""
        return max((cell.row + cell.rows - 1 for cell in self.cells), default=0)

    @cached_property
    def width(self) -> int:
        """How many grid columns there are."""
        return max((cell.col + cell.cols - 1 for cell in self.cells), default=0)

    @cached_property
    def places(self) -> Mapping[tuple[int, int], Cell]:
        """The cell at each grid row and column, a merged one at all of them; where two claim a place, the first has it."""
        found: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                for col in range(cell.col, cell.col + cell.cols):
                    found.setdefault((row, col), cell)
        return found

    def end(self, row: int, col: int) -> int:
        """How far the line of a place goes without a gap, in columns as they are printed: further or less far than others where it has a cell more or less."""
        return self._ends.get(col if self.turned else row, 0)

    @cached_property
    def _ends(self) -> Mapping[int, int]:
        held: dict[int, set[int]] = {}
        for row, col in self.places:
            line, at = (col, row) if self.turned else (row, col)
            held.setdefault(line, set()).add(at)
        return {line: next(at for at in count(min(taken)) if at + 1 not in taken) for line, taken in held.items()}

    def row(self, number: int) -> list[Cell]:
        """The cells of a grid row from left to right, each once; a merged one stands in every row that it takes."""
        held = (self.places.get((number, col)) for col in range(1, self.width + 1))
        return list(dict.fromkeys(cell for cell in held if cell is not None))


@dataclass(frozen=True)
class Paragraph:
    """A line of text outside tables, with its page where the file has pages."""

    text: str
    page: int = 0


@dataclass(frozen=True)
class Picture:
    """A picture that stands among the text and may hold a table, with its page where the file has pages."""

    page: int = 0


Block = Paragraph | Grid | Picture


@dataclass(frozen=True)
class Document:
    """A published report as it was read from a file.

    `kind` is html, docx, pdf, text or xlsx; `told` what the file says of itself beside its text, by name, where it does:
    title, date (of publication) and body. `doubts` are reasons why its text may not be what the page shows.
    """

    source: str
    kind: str
    blocks: Sequence[Block]
    told: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Sentence, ...] = ()

    @property
    def grids(self) -> Iterator[Grid]:
        """The tables, in order."""
        return (block for block in self.blocks if isinstance(block, Grid))

    @property
    def lines(self) -> Iterator[Paragraph]:
        """The paragraphs, in order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))
