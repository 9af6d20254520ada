"""The official tables of a report, grid row by grid row, as both writers print them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ogi_xlsx.form.edition import Table
from ogi_xlsx.form.layout.grid import Box, boxes

_NARROW = 10  # grid columns from which a table is printed small: tables 3 and 4 must fit 156 mm


@dataclass(frozen=True)
class Place:
    """A printed cell in a grid row. A merged one stands in every row that it takes; `first` is True in the uppermost alone."""

    box: Box
    text: str
    first: bool
    kind: str

    @property
    def rows(self) -> int:
        """Grid rows that the cell takes."""
        return self.box.last_row - self.box.row + 1

    @property
    def cols(self) -> int:
        """Grid columns that the cell takes."""
        return self.box.last_col - self.box.col + 1

    @property
    def left(self) -> bool:
        """Whether its text begins at the left; others are centred."""
        return self.kind in ("caption", "item")


@dataclass(frozen=True)
class Grid:
    """A table: its grid rows from left to right, the widths of its grid columns as the edition has them, and how many rows are its head.

    `head` is 0 where blocks have heads of their own. `narrow` tables are printed smaller.
    """

    rows: tuple[tuple[Place, ...], ...]
    widths: tuple[float, ...]
    head: int
    narrow: bool

    def share(self, place: Place) -> float:
        """How much of the table's width a cell takes, in hundredths."""
        return round(100 * sum(self.widths[place.box.col - 1 : place.box.last_col]) / sum(self.widths), 1)


def grid(table: Table, cells: Mapping[str, str]) -> Grid:
    """A table with what stands in its cells, by key."""
    every = boxes(table)
    first = min(box.row for box in every if box.key)
    listed = min(box.col for box in every if box.key) > 2  # labels in several columns are a list, those in one are a heading
    rows = tuple(
        tuple(
            Place(box, cells[box.key] if box.key else box.text, box.row == row, _kind(box, listed))
            for box in sorted(every, key=lambda box: box.col)
            if box.row <= row <= box.last_row
        )
        for row in range(1, max(box.last_row for box in every) + 1)
    )
    return Grid(rows, table.widths, first - 1 if len(table.blocks) == 1 else 0, len(table.widths) >= _NARROW)


def _kind(box: Box, listed: bool) -> str:
    """number, caption, heading, label, or item: a label that is one of a list."""
    if box.key:
        return "number"
    return "item" if box.style == "label" and listed else box.style
