"""An edition as published reports are held against it: the labels of its lines and columns, and where a header says that columns stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Block, Column, Edition, Heading
from ogi_xlsx.form.layout.cells import a1
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.figures import is_figure
from ogi_xlsx.published.labels import Known, Labels, fold


@dataclass(frozen=True)
class Place:
    """Where something is printed: page (0 where there are none), table, row and column, counted from 1; of a workbook the sheet."""

    table: int
    row: int
    col: int
    page: int = 0
    sheet: str = ""

    @classmethod
    def of(cls, grid: Grid, cell: Cell) -> "Place":
        """The place of a cell of a table."""
        return cls(grid.number, cell.row, cell.col, cell.page, grid.sheet)

    @property
    def told(self) -> Sentence:
        """The place in words: `第3页表2第5行第4列`, of a workbook `“Sheet1”表D5格`."""
        if self.sheet:
            return say("printed_at_cell", sheet=plain(self.sheet, 40), cell=a1(self.row, self.col))
        return say("printed_on_page" if self.page else "printed_at", page=self.page, table=self.table, row=self.row, col=self.col)


@dataclass(frozen=True)
class Line:
    """A row of a block that has a line of its own."""

    table: str
    block: Block
    row: Heading


@dataclass(frozen=True, eq=False)
class Form:
    """The labels of an edition. `lines` are rows with a line of their own, `columns` those of their blocks; `across` blocks lie in one line."""

    lines: Labels[Line]
    columns: Mapping[Block, Labels[Column]]
    across: Sequence[tuple[str, Block, Labels[Column], Labels[Heading]]]
    others: Labels[str]
    strange: Labels[str]  # columns of other editions

    def is_heading(self, text: str) -> bool:
        """Whether a text can stand in a header."""
        return any(labels.find(text) for labels in self.columns.values())

    def is_known(self, text: str) -> bool:
        """Whether a text is printed on the form at all."""
        return self.is_heading(text) or bool(self.lines.find(text) or self.others.find(text))


@dataclass
class Header:
    """What the header of a block says: the grid columns of each column of the form, and texts over columns that are none."""

    grid: int
    width: int
    columns: dict[Column, set[int]] = field(default_factory=dict)
    labels: dict[Column, str] = field(default_factory=dict)  # as printed, of those that are worded in a way of their own
    others: list[Cell] = field(default_factory=list)  # texts of the header that are none of the form's

    def take(self, cell: Cell, known: Known[Column]) -> None:
        """Take the label of a column; one that is printed twice for the same column counts where it stands first."""
        if known.whose not in self.columns:
            self.columns[known.whose] = set(range(cell.col, cell.col + cell.cols))
            if known.close:
                self.labels[known.whose] = cell.text

    def over(self, cell: Cell) -> str:
        """What the header says over a cell, where that is no label of the form."""
        return next((one.text for one in self.others if one.col <= cell.col < one.col + one.cols), "")

    def complete(self, block: Block) -> bool:
        """Whether all columns of a block were named, from left to right as on the form."""
        starts = [min(self.columns[column]) for column in block.columns if column in self.columns]
        return len(starts) == len(block.columns) and starts == sorted(starts)

    def doubts(self, column: Column) -> list[Sentence]:
        """Why one cannot be sure of a column."""
        return [say("doubt_label", label=plain(self.labels[column], 60), **{"as": column.label})] if column in self.labels else []

    def assign(self, block: Block, values: Sequence[Cell], grid: Grid) -> dict[Column, list[Cell]] | None:
        """The cells of a line under each column; None where the line does not stand under this header as it should."""
        if not values or (grid.number != self.grid and grid.width != self.width):
            return None
        self._guess(block, values[0].col)
        found = {column: [cell for cell in values if at & set(range(cell.col, cell.col + cell.cols))] for column, at in self.columns.items()}
        named = set().union(*self.columns.values(), *(range(cell.col, cell.col + cell.cols) for cell in self.others))
        astray = any(cell.text.strip() and cell.col not in named for cell in values)
        shared = len({cell for cells in found.values() for cell in cells if cell.text.strip()}) < sum(
            1 for cells in found.values() for cell in cells if cell.text.strip()
        )
        if astray or shared or any(not cells for cells in found.values()):
            return None
        return found

    def _guess(self, block: Block, first: int) -> None:
        """Take unknown labels for those columns in whose places they stand, where all others stand in theirs."""
        others = [cell for cell in self.others if cell.col >= first and not any(cell.col in at for at in self.columns.values())]
        places = sorted([*((min(at), column) for column, at in self.columns.items()), *((cell.col, cell) for cell in others)], key=lambda place: place[0])
        if not others or len(places) != len(block.columns):
            return
        if all(one is column for (_, one), column in zip(places, block.columns, strict=True) if isinstance(one, Column)):
            for (_, one), column in zip(places, block.columns, strict=True):
                if isinstance(one, Cell):
                    self.take(one, Known(column, close=True))


def in_order(block: Block, values: Sequence[Cell]) -> dict[Column, list[Cell]] | None:
    """As many cells as the block has columns, one a column; None where there are more or fewer. Blank ones at both ends may be left out."""
    cells = list(values)
    if len(cells) != len(block.columns):
        filled = [i for i, cell in enumerate(cells) if cell.text.strip()]
        cells = cells[filled[0] : filled[-1] + 1] if filled else []
    if len(cells) != len(block.columns) or not all(is_figure(cell.text) for cell in cells if cell.text.strip()):
        return None
    return {column: [cell] for column, cell in zip(block.columns, cells, strict=True)}


@cache
def of(edition: Edition) -> Form:
    """The labels of an edition, each with the variants that are known."""

    def wordings(label: str) -> tuple[str, ...]:
        return (label, *edition.aliases.get(label, ()))

    down = [(table, block) for table in edition.tables for block in table.blocks if not block.across]
    lines = [(Line(table.id, block, row), wordings(row.zh[-1])) for table, block in down for row in block.rows]
    columns = {block: Labels([(column, wordings(column.zh[-1])) for column in block.columns]) for _, block in down}
    across = [
        (
            table.id,
            block,
            Labels([(column, wordings(column.zh[-1])) for column in block.columns]),
            Labels([(row, wordings(row.zh[-1])) for row in block.rows]),
        )
        for table in edition.tables
        for block in table.blocks
        if block.across
    ]
    outer = {text for table in edition.tables for block in table.blocks for heading in (*block.rows, *block.columns) for text in heading.zh[:-1]}
    outer |= {sentence.zh for table in edition.tables for block in table.blocks for sentence in (block.caption, block.corner) if sentence}
    own = {column.zh[-1] for table in edition.tables for block in table.blocks for column in block.columns}
    official = [editions.load(id) for id in editions.available()]
    strange = {column.zh[-1] for one in official for table in one.tables for block in table.blocks for column in block.columns} - own
    others = Labels([(text, wordings(text)) for text in sorted(outer)])
    return Form(Labels(lines), columns, across, others, Labels([(text, (text,)) for text in sorted(strange)]))


__all__ = ["Form", "Header", "Line", "Place", "fold", "in_order", "of"]
