"""An edition as published reports are held against it: the labels of its lines and columns, and what a place in a report is called."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Block, Column, Edition, Heading
from ogi_xlsx.form.layout.cells import a1
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.labels import LONGEST, Known, Labels, fold

_JOINT = re.compile(r"[-:()/、,.·]")  # what may stand between two labels that were joined


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
        row, col = (cell.col, cell.row) if grid.turned else (cell.row, cell.col)
        return cls(grid.number, row, col, cell.page, grid.sheet)

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
class Lying:
    """The labels of a block whose rows lie side by side (table 4)."""

    table: str
    block: Block
    columns: Labels[Column]
    rows: Labels[Heading]

    def find(self, text: str) -> tuple[Known[Column] | None, Known[Heading] | None]:
        """Of which column or row a text is the label: of both where they were joined, as 行政复议结果维持."""
        bare = _JOINT.sub("", fold(text)) if len(text) <= LONGEST else ""
        for label in sorted((label for label in self.rows.exact if label in bare), key=len, reverse=True):
            rest = bare.replace(label, "", 1)
            outer = next((one for one in self.rows.exact[label].zh[:-1] if rest.startswith(one)), "")
            if rest.removeprefix(outer) in self.columns.exact:
                return Known(self.columns.exact[rest.removeprefix(outer)]), Known(self.rows.exact[label])
        return self.columns.find(text), self.rows.find(text)


@dataclass(frozen=True, eq=False)
class Form:
    """The labels of an edition. `lines` are rows with a line of their own, `columns` those of their blocks; `across` blocks lie in one line."""

    lines: Labels[Line]
    columns: Mapping[Block, Labels[Column]]
    across: Sequence[Lying]
    others: Labels[str]
    strange: Labels[str]  # columns of other editions

    def is_heading(self, text: str) -> bool:
        """Whether a text can stand in a header."""
        return any(labels.find(text) for labels in self.columns.values())

    def is_label(self, text: str) -> bool:
        """Whether a text is that of a row or column of a block."""
        return self.is_heading(text) or bool(self.lines.find(text) or self.strange.find(text)) or any(one.find(text)[0] for one in self.across)

    def is_known(self, text: str) -> bool:
        """Whether a text is printed on the form at all."""
        return self.is_heading(text) or bool(self.lines.find(text) or self.others.find(text))


def of(edition: Edition, year: int = 0) -> Form:
    """The labels of an edition for a report of a year, with the variants that are known. One is made for each document: labels remember what was asked."""

    def wordings(label: str) -> tuple[str, ...]:
        return (label, *edition.aliases.get(label, ()))

    blocks = [(table, block) for table in edition.tables for block in table.blocks]
    outer = {text for _, block in blocks for heading in (*block.rows, *block.columns) for text in heading.zh[:-1]}
    outer |= {sentence.zh for _, block in blocks for sentence in (block.caption, block.corner) if sentence}
    others = Labels([(text, wordings(text)) for text in sorted(outer)])
    every = {text for _, block in blocks for heading in (*block.rows, *block.columns) for text in wordings(heading.zh[-1])}
    every |= {text for text in outer for text in wordings(text)}

    def whole(row: Heading) -> tuple[str, ...]:
        """The label of a row with that over it: 行政诉讼（复议后起诉）."""
        return (f"{row.zh[0]}({row.zh[-1]})", "".join(row.zh)) if len(row.zh) > 1 else ()

    def labels(block: Block, rows: bool) -> Labels[Any]:
        return Labels([(one, (*wordings(one.zh[-1]), *(whole(one) if rows else ()))) for one in (block.rows if rows else block.columns)], every, year)

    down = [(table, block) for table, block in blocks if not block.across]
    lines = Labels([(Line(table.id, block, row), wordings(row.zh[-1])) for table, block in down for row in block.rows], every, year)
    columns = {block: labels(block, False) for _, block in down}
    across = [Lying(table.id, block, labels(block, False), labels(block, True)) for table, block in blocks if block.across]
    own = {column.zh[-1] for _, block in blocks for column in block.columns}
    official = [editions.load(id) for id in editions.available()]
    strange = {column.zh[-1] for one in official for table in one.tables for block in table.blocks for column in block.columns} - own
    return Form(lines, columns, across, others, Labels([(text, (text,)) for text in sorted(strange)], every))
