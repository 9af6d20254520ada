"""Opens a workbook with openpyxl, taking of each sheet only what a return is judged by.

openpyxl's own loader also draws the borders of merged cells, binds links, formats, charts and tables, and drops what stands
under a merged cell. That takes most of its time, lets a range over a whole sheet hang it, and would hide a number.
"""

import io
from typing import Any

from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import RelationshipList, get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.xml.constants import COMMENTS_NS
from openpyxl.xml.functions import fromstring


def load(content: bytes) -> Any:
    """The workbook in the bytes of a file. Raises at least twelve unrelated kinds of exception on damaged ones."""
    reader = _Reader(io.BytesIO(content))
    reader.read()
    return reader.wb


class _Reader(ExcelReader):
    """Reads cells, merges, sizes, protection and comments of each sheet."""

    def read_worksheets(self) -> None:
        for sheet, rel in self.parser.find_sheets():
            if rel.target not in self.valid_files:
                continue
            page = self.wb.create_sheet(sheet.name)
            page.sheet_state = sheet.state
            if "chartsheet" in rel.Type:
                continue
            with self.archive.open(rel.target) as part:
                reader = WorksheetReader(page, part, self.shared_strings, self.data_only, self.rich_text)
                reader.bind_cells()
            reader.bind_col_dimensions()
            reader.bind_row_dimensions()
            page.protection = getattr(reader.parser, "protection", None) or page.protection
            merged = getattr(reader.parser, "merged_cells", None)
            page.merged_cells = MultiCellRange([CellRange(one.ref) for one in (merged.mergeCell if merged else ())])
            self._comments(page, rel.target)

    def _comments(self, page: Any, target: str) -> None:
        """The comments of a sheet, each at its cell; one under a merged cell stays where it is."""
        path = get_rels_path(target)  # type: ignore[no-untyped-call]
        rels = get_dependents(self.archive, path) if path in self.valid_files else RelationshipList()
        for rel in rels.find(COMMENTS_NS):
            tree: Any = fromstring(self.archive.read(rel.target))
            held: Any = CommentSheet.from_tree(tree)
            for ref, comment in held.comments:
                page[ref].comment = comment
