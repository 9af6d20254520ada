"""Whose a workbook is, as it stands in it, and how high the rows are that its texts fill."""

from collections.abc import Mapping
from dataclasses import dataclass

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Content, Layout, Sheet, text_of
from ogi_xlsx.form.layout.told_sheets import lines_of
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.identity import Identity


@dataclass(frozen=True)
class Bearer:
    """Whose a workbook is, as it stands in it: name and year, the contents of personal cells, the mark in pieces.

    `measured` are the contents by whose length rows are as high as they are.
    """

    name: str
    year: int
    personal: Mapping[str, Content]
    marks: tuple[str, ...]
    measured: Mapping[str, Content]

    @classmethod
    def of(cls, identity: Identity, edition: Edition) -> "Bearer":
        """The bearer that an identity names."""
        personal = identities.personal(identity, edition)
        return cls(identity.agency.name, identity.year, personal, tuple(identities.chunks(identities.packed(identity))), personal)


def heights(layout: Layout, measured: Mapping[str, Content]) -> dict[tuple[str, int], float]:
    """Heights of the rows that are as high as their text needs, by sheet and row, for given contents of personal cells."""
    return {(name, row): grown(sheet, row, measured) for name, sheet in layout.sheets.items() for row in sorted(sheet.grows)}


def grown(sheet: Sheet, row: int, measured: Mapping[str, Content]) -> float:
    """The height that the merged texts of a row need."""
    least = sheet.heights[row]
    areas = [(cell, sum(sheet.widths[col - 1 : right])) for first, col, _, right in sheet.merges if first == row and (cell := sheet.cells[first, col])]
    lines = max(lines_of(str(text_of(cell, measured)), width) for cell, width in areas)
    return min(409.0, max(least, 6.0 + 14.0 * lines)) if lines > 1 else least
