"""The sheet 封面: whose form this is, who filled it in, the verdict, and how to fill it in."""

from ogi_xlsx.form.checks import COVER_NUMBERS, Checks
from ogi_xlsx.form.layout import check_sheet, print_sheet
from ogi_xlsx.form.layout.cells import Sheet, Validation, a1
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.words import printed, section

NAME = "封面"
_WIDTHS = [17.0, 29, 17, 29]
_PEOPLE = (("filler", "phone"), ("checker", "head"), ("date", ""))
_EXTRA = (("fee_cases", "fee_amount"), ("lapsed", ""))


def build(checks: Checks, formulas: Formulas, aggregate: bool) -> Sheet:
    """The cover. Its typed cells are fields such as `cover.filler`."""
    sheet = Sheet(NAME, widths=list(_WIDTHS), print_columns=4)
    sheet.put(1, 1, printed("cover_title").zh, "cover_title", to=(1, 4), personal=True)
    sheet.put(2, 1, "{name}", "cover_name", to=(2, 4), personal=True)
    sheet.heights |= {1: 44.0, 2: 52.0}
    row = _facts(sheet, 3)
    if aggregate:
        sheet.put(row, 1, printed("cover_aggregate").zh, "banner", to=(row, 4), personal=True)
        sheet.heights[row] = 30.0
        sheet.grows.add(row)
        row = _numbers(sheet, row + 1)
    else:
        row = _numbers(sheet, _typed(sheet, row))
    row = _verdict(sheet, row, checks, formulas)
    _instructions(sheet, row, "aggregate_instructions" if aggregate else "instructions")
    return sheet


def where(sheet: Sheet) -> dict[str, tuple[str, int, int]]:
    """Sheet, row and column of the cover's numbers."""
    return {cell.key: (NAME, *place) for place, cell in sheet.cells.items() if cell.key in COVER_NUMBERS}


def _facts(sheet: Sheet, row: int) -> int:
    for left, right in (("year", "code"), ("level", "edition")):
        for col, name in ((1, left), (3, right)):
            sheet.put(row, col, printed(f"cover_{name}").zh, "cover_label")
            sheet.put(row, col + 1, f"{{{name}}}", "cover_value", personal=True)
        sheet.heights[row] = 24.0
        row += 1
    for name in ("basis", "deadline"):
        sheet.put(row, 1, printed(f"cover_{name}").zh, "cover_label")
        sheet.put(row, 2, f"{{{name}}}", "cover_value", to=(row, 4), personal=True)
        sheet.heights[row] = 24.0
        row += 1
    return row


def _typed(sheet: Sheet, row: int) -> int:
    """Who filled it in and when."""
    sheet.put(row, 1, printed("cover_way").zh, "cover_label")
    sheet.put(row, 2, printed("way_own").zh, "input_cover", typed=True, key="cover.way")
    sheet.put(row, 3, printed("cover_way_note").zh, "cover_note", to=(row, 4))
    ways = (printed("way_own").zh, printed("way_for_others").zh)
    sheet.validations.append(Validation(((row, 2),), "choice", ways))
    sheet.heights[row] = 24.0
    return _pairs(sheet, row + 1, _PEOPLE, "input_cover")


def _numbers(sheet: Sheet, row: int) -> int:
    """A few numbers that serve the checks alone."""
    sheet.put(row, 1, printed("cover_extra").zh, "cover_note", to=(row, 4))
    sheet.heights[row] = 22.0
    top = row + 1
    row = _pairs(sheet, top, _EXTRA, "input_number")
    places = {cell.key: place for place, cell in sheet.cells.items() if cell.key}
    sheet.validations.append(Validation((places["cover.fee_cases"], places["cover.lapsed"]), "count"))
    sheet.validations.append(Validation((places["cover.fee_amount"],), "yuan"))
    return row


def _pairs(sheet: Sheet, row: int, pairs: tuple[tuple[str, str], ...], style: str) -> int:
    for pair in pairs:
        for col, name in zip((1, 3), pair, strict=True):
            if name:
                sheet.put(row, col, printed(f"cover_{name}").zh, "cover_label")
                sheet.put(row, col + 1, None, style, typed=True, key=f"cover.{name}")
        sheet.heights[row] = 24.0
        row += 1
    return row


def _verdict(sheet: Sheet, row: int, checks: Checks, formulas: Formulas) -> int:
    sheet.put(row, 1, printed("cover_verdict").zh, "cover_label")
    cell = f"'{check_sheet.NAME}'!{a1(*check_sheet.VERDICT)}"
    sheet.put(row, 2, f"={cell}", "verdict", to=(row, 4), shows=lambda s: s.verdict)
    sheet.put(row + 1, 1, printed("cover_control").zh, "cover_label")
    formula = "=" + print_sheet.control_sum(checks, formulas)
    sheet.put(row + 1, 2, formula, "cover_value", shows=lambda s: s.control_sum)
    sheet.put(row + 1, 3, printed("cover_control_note").zh, "cover_note", to=(row + 1, 4))
    sheet.heights |= {row: 28.0, row + 1: 24.0}
    verdict = a1(row, 2)
    sheet.marks += check_sheet.sign_marks(verdict, verdict)
    return row + 2


def _instructions(sheet: Sheet, row: int, name: str) -> None:
    sheet.put(row, 1, printed("cover_instructions").zh, "cover_heading", to=(row, 4))
    sheet.heights[row] = 24.0
    lines = section("workbook.toml", name)["zh"]
    for i, line in enumerate(lines if isinstance(lines, list) else []):
        at = row + 1 + i
        sheet.put(at, 1, f"{i + 1}. {line}", "instruction", to=(at, 4), personal=True)
        sheet.heights[at] = 18.0 if len(line) < 42 else 33.0
