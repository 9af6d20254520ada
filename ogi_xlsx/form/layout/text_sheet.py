"""The sheet 文字: the parts of the report that are text, one paragraph a row, where the office asks for them in the workbook."""

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout.cells import Sheet
from ogi_xlsx.form.words import printed, section

NAME = "文字"


def build(edition: Edition) -> Sheet:
    """The sheet. Its typed cells are fields such as `text.五.0`: section and paragraph."""
    sheet = Sheet(NAME, widths=[6, 88], print_columns=2, pages=(1, 0))
    sheet.put(1, 1, printed("text_title").zh, "title", to=(1, 2))
    sheet.put(2, 1, printed("sheet_name_line").zh, "name_line", to=(2, 2), personal=True)
    sheet.put(3, 1, printed("text_hint").zh, "hint", to=(3, 2))
    sheet.heights |= {1: 30.0, 2: 20.0, 3: 34.0}
    rows = section("workbook.toml", "paragraphs")
    at = 4
    for part in edition.sections:
        if part.table:
            continue
        sheet.put(at, 1, part.title.zh, "caption", to=(at, 2))
        sheet.heights[at] = 24.0
        for i in range(int(rows.get(part.no, rows["other"]))):
            sheet.put(at + 1 + i, 1, i + 1, "cell_count")
            sheet.put(at + 1 + i, 2, None, "input_text", typed=True, key=f"text.{part.no}.{i}")
            sheet.heights[at + 1 + i] = 46.0
        at += 1 + int(rows.get(part.no, rows["other"]))
    return sheet
