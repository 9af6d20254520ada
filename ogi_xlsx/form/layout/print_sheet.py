"""The sheet 打印件: the tables mirrored on one page with zeros shown, for the leader's desk, with signatures and 核对数.

The three tables have 4 to 15 columns of their own; here they share one grid, each column taking its part of it.
The grid is coarse on purpose: readers of workbooks are slow with many merged cells.
"""

from ogi_xlsx.form.checks import Checks
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout import check_sheet
from ogi_xlsx.form.layout.cells import Sheet, a1
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.layout.grid import Box, boxes
from ogi_xlsx.form.words import printed

NAME = "打印件"
GRID = 15  # grid columns: those of table 4
_WIDTH = 6.2  # characters of a grid column


def build(edition: Edition, checks: Checks, formulas: Formulas, zero: dict[str, str], people: dict[str, str], aggregate: bool) -> Sheet:
    """The sheet for print."""
    sheet = Sheet(NAME, widths=[_WIDTH] * GRID, print_columns=GRID)
    sheet.put(1, 1, printed("print_title").zh, "print_title", to=(1, GRID), personal=True)
    sheet.put(2, 1, printed("print_name_line").zh, "print_name", to=(2, GRID), personal=True)
    sheet.heights |= {1: 30.0, 2: 20.0}
    row = 3
    if aggregate:
        sheet.put(row, 1, "{banner}", "banner", to=(row, GRID), personal=True)
        sheet.heights[row] = 16.0
        sheet.grows.add(row)
        row += 1
    for table in edition.tables:
        row = _table(sheet, row, table, formulas, zero)
    _foot(sheet, row, checks, formulas, people)
    return sheet


def _table(sheet: Sheet, row: int, table: Table, formulas: Formulas, zero: dict[str, str]) -> int:
    """Mirror a table from a row on; returns the row after it."""
    sheet.put(row, 1, table.title.zh, "print_heading", to=(row, GRID))
    sheet.heights[row] = 20.0
    ends = _ends(table)
    top = row + 1
    printed_boxes = boxes(table)
    for box in printed_boxes:
        first, last = (ends[box.col - 2] if box.col > 1 else 0) + 1, ends[box.last_col - 1]
        to = (top + box.last_row - 1, last)
        if box.key:
            _mirror(sheet, top + box.row - 1, first, to, box, formulas, zero, table)
        else:
            style = "print_label" if box.style == "label" else "print_head"
            sheet.put(top + box.row - 1, first, box.text, style, to=to)
        if box.row == box.last_row:
            lines = 1 if box.key else -(-len(box.text) * 2 // max(int((last - first + 1) * _WIDTH * 1.1), 1))
            at = top + box.row - 1
            sheet.heights[at] = max(sheet.heights.get(at, 17.0), 5 + 12.0 * lines)
    return top + max(box.last_row for box in printed_boxes)


def _ends(table: Table) -> list[int]:
    """Last grid column of each column of a table, in proportion to the widths on its own sheet."""
    whole, sofar, ends = sum(table.widths), 0.0, []
    for width in table.widths:
        sofar += width
        ends.append(round(GRID * sofar / whole))
    return ends


def _mirror(sheet: Sheet, row: int, col: int, to: tuple[int, int], box: Box, formulas: Formulas, zero: dict[str, str], table: Table) -> None:
    source = formulas.cell(box.key)
    otherwise = f'IF({zero[table.id]}="是",0,"")' if table.id in zero else '""'
    kind = "money" if formulas.edition.spots[box.key].column.type == "money" else "count"
    sheet.put(row, col, f"=IF(ISBLANK({source}),{otherwise},{source})", f"print_{kind}", to=to, shows=lambda s, k=box.key: s.mirror(k))


def _foot(sheet: Sheet, row: int, checks: Checks, formulas: Formulas, people: dict[str, str]) -> None:
    """Verdict, control sum, signatures and seal."""
    half = GRID // 2
    verdict, control = printed("print_verdict").zh, printed("print_control").zh
    cell = f"'{check_sheet.NAME}'!{a1(*check_sheet.VERDICT)}"
    sheet.put(row, 1, f'="{verdict}"&{cell}', "print_foot", to=(row, half), shows=lambda s: verdict + s.verdict)
    formula = f'="{control}"&{control_sum(checks, formulas)}'
    sheet.put(row, half + 1, formula, "print_foot", to=(row, GRID), shows=lambda s: f"{control}{s.control_sum}")
    for i, names in enumerate((("filler", "checker", "head"), ("date", "phone", ""))):
        for k, name in enumerate(names):
            if name:
                _person(sheet, row + 1 + i, 5 * k + 1, name, people)
        sheet.heights[row + 1 + i] = 26.0
    sheet.heights[row] = 20.0


def _person(sheet: Sheet, row: int, col: int, name: str, people: dict[str, str]) -> None:
    """A name or date from the cover, or room for a pen. `people`: the cells of the cover."""
    label = printed(f"cover_{name}").zh + printed("print_colon").zh
    to = (row, col + 4)
    if name in people:
        sheet.put(row, col, f'="{label}"&{people[name]}', "print_foot", to=to, shows=lambda s: label + s.cover.get(f"cover.{name}", ""))
    else:
        sheet.put(row, col, label, "print_foot", to=to)


def control_sum(checks: Checks, formulas: Formulas) -> str:
    """Formula text of the 核对数: the sum of all typed cells, rounded to six places, once every table is filled; a dash before."""
    fill_lines = check_sheet.fill_area(len(checks.typed))
    return f'IF(COUNTIF({fill_lines},"√*")<{len(checks.typed)},"—",ROUND({formulas.sum(checks.typed_keys)},6))'
