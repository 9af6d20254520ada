"""What a correction copy holds over its layout: notes at cells, marks while they hold what was returned, number formats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ogi_xlsx.form.layout.cells import Mark
from ogi_xlsx.form.words import printed


@dataclass(frozen=True)
class Added:
    """Notes by sheet and place, marks by sheet, and the kind of number format (`[format]`) of typed cells."""

    notes: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    formats: Mapping[tuple[str, int, int], str] = field(default_factory=dict)

    def write_notes(self, page: Any, sheet: str) -> None:
        """Write the notes of a sheet, each as high as its text needs."""
        for (name, row, col), text in self.notes.items():
            if name == sheet:
                lines = sum(1 + len(line) // 22 for line in text.split("\n"))
                look = {"author": printed("note_author").zh, "font_name": "宋体", "font_size": 9, "width": 300, "height": 14 + 16 * lines}
                page.write_comment(row - 1, col - 1, text, look)
