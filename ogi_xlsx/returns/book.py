"""Opens a workbook with openpyxl, taking of each sheet only what a return is judged by.

openpyxl's own loader also draws the borders of merged cells, binds links, formats, charts and tables, and drops what stands
under a merged cell. That takes most of its time, lets a range over a whole sheet hang it, and would hide a number.
"""

import io
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import RelationshipList, get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.xml.constants import COMMENTS_NS, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from ogi_xlsx.returns.texts import unescaped


def load(content: bytes) -> Any:
    """The workbook in the bytes of a file. Raises at least twelve unrelated kinds of exception on damaged ones."""
    reader = _Reader(io.BytesIO(content))
    reader.read()
    return reader.wb


class _Reader(ExcelReader):
    """Reads cells, merges, sizes, protection and comments of each sheet."""

    def read_strings(self) -> None:
        """The texts that cells share, as they stand: openpyxl's own way loses what tells a text that looks like an escape."""
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = []
                for _, node in iterparse(source):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        text: Any = Text.from_tree(node)
                        self.shared_strings.append(text.content)
                        node.clear()

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
            _unescape(page)
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
                comment.text = unescaped(comment.text or "")
                page[ref].comment = comment


def _unescape(page: Any) -> None:
    """Texts as a program shows them, with the characters that xlsx writes as `_x000D_`."""
    for cell in page._cells.values():
        if cell.data_type == "s" and isinstance(cell.value, str) and "_x" in cell.value:
            cell._value = unescaped(cell.value)
