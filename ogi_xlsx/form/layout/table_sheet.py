"""A table of the form on its sheet: the printed table to the letter, the zero declaration above it, marks beside it."""

from collections.abc import Iterator, Mapping

from ogi_xlsx.form.checks import Check, Checks
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout.cells import Mark, Sheet, Validation, a1
from ogi_xlsx.form.layout.formulas import Formulas, Where
from ogi_xlsx.form.layout.grid import Box, boxes
from ogi_xlsx.form.layout.showing import Showing, as_number, number_in, rounded
from ogi_xlsx.form.words import printed, section

TOP = 4  # first row of the printed table: title, name and zero declaration stand above it
ZERO_ROW = 3
_LABEL_WIDTH = 30  # characters that the zero declaration's label needs


def where(table: Table) -> Where:
    """Sheet, row and column of each number of a table."""
    return {box.key: (table.sheet, TOP + box.row - 1, box.col) for box in boxes(table) if box.key}


def zero_cell(table: Table) -> tuple[int, int]:
    """Row and column of the cell that declares the blanks of a table to be 0."""
    width, col = 0.0, 0
    while width < _LABEL_WIDTH:
        width += table.widths[col]
        col += 1
    return ZERO_ROW, col + 1


def build(edition: Edition, checks: Checks, table: Table, formulas: Formulas, filled: Mapping[str, str], aggregate: bool) -> Sheet:
    """The sheet of a table; cells of `filled` are not typed but hold a formula: a summary's sums, or what last year's data fill in."""
    sheet = Sheet(table.sheet, widths=[*table.widths, 12], landscape=any(block.across for block in table.blocks), print_columns=len(table.widths))
    width = len(table.widths)
    sheet.put(1, 1, table.title.zh, "title", to=(1, width))
    sheet.put(2, 1, printed("sheet_name_line").zh, "name_line", to=(2, width), personal=True)
    printed_boxes = boxes(table)
    for box in printed_boxes:
        _put(sheet, box, checks, formulas, filled)
    for row, height in _heights(table, printed_boxes).items():
        sheet.heights[row] = height
    _zero_line(sheet, checks, table, formulas, aggregate)
    _validations(sheet, edition, table, aggregate)
    _grey(sheet, table, checks, formulas)
    first_body = min(TOP + box.row - 1 for box in printed_boxes if box.key)
    single = len(table.blocks) == 1
    sheet.frozen = (first_body - 1, 0) if single else (TOP - 1, 0)
    sheet.repeat = (1, first_body - 1) if single else (1, TOP - 1)
    return sheet


def _put(sheet: Sheet, box: Box, checks: Checks, formulas: Formulas, filled: Mapping[str, str]) -> None:
    row, col, to = TOP + box.row - 1, box.col, (TOP + box.last_row - 1, box.last_col)
    if not box.key:
        sheet.put(row, col, box.text, box.style, to=to)
        return
    spot = formulas.edition.spots[box.key]
    kind = "money" if spot.column.type == "money" else "count"
    bound = checks.totals.get(box.key)
    if bound:
        sheet.put(row, col, "=" + formulas.side(bound.right), f"total_{kind}", to=to, key=box.key, shows=lambda s, k=box.key: as_number(s.value(k)))
    elif box.key in filled:
        sheet.put(row, col, filled[box.key], f"summed_{kind}", to=to, key=box.key, shows=lambda s, k=box.key: as_number(s.value(k)))
    else:
        sheet.put(row, col, None, f"input_{kind}", to=to, key=box.key, typed=True)
        if spot.column.type == "money" and not spot.column.unit:
            _measure(sheet, row, box.key)
    echo = section("workbook.toml", "echo").get(spot.column.unit)
    if isinstance(echo, dict):
        _echo(sheet, row, box, str(echo["text"]), int(echo["factor"]))


def _echo(sheet: Sheet, row: int, box: Box, text: str, factor: int) -> None:
    """Beside an amount, the same in the smaller measure, so that a slip of the measure shows at once."""
    before, after = text.split("{n}")
    amount = a1(row, box.col)
    formula = f'=IF(ISNUMBER({amount}),"{before}"&ROUND({amount}*{factor},2)&"{after}","")'

    def shows(s: Showing, key: str = box.key) -> str:
        known = key in s.typed or s.aggregate or number_in(s.odd.get(key)) is not None
        return f"{before}{as_number(rounded(s.value(key) * factor, 2))}{after}" if known else ""

    sheet.put(row, sheet.print_columns + 1, formula, "echo", shows=shows)


def _measure(sheet: Sheet, row: int, key: str) -> None:
    """Beside an amount for which the form prints no measure, a cell to choose one: the field `unit.<key>`."""
    col = sheet.print_columns + 2  # the signs of checks stand between
    sheet.widths[col - 1 :] = [12.0]
    sheet.put(row - 1, col, printed("unit_label").zh, "heading_small")
    sheet.put(row, col, None, "input_choice", typed=True, key=f"unit.{key}")


def _heights(table: Table, printed_boxes: list[Box]) -> dict[int, float]:
    """Row heights in points: a row is as high as its longest single-row label needs, twice the characters of a Chinese text."""
    heights = {1: 30.0, 2: 20.0, ZERO_ROW: 24.0}
    for box in printed_boxes:
        row = TOP + box.row - 1
        heights[row] = max(heights.get(row, 24.0), 24.0)
        if box.text and box.row == box.last_row:
            room = sum(table.widths[box.col - 1 : box.last_col]) * 0.85
            lines = -(-2 * len(box.text) // max(int(room), 1))
            heights[row] = max(heights[row], 8 + 14.5 * lines)
    return heights


def _zero_line(sheet: Sheet, checks: Checks, table: Table, formulas: Formulas, aggregate: bool) -> None:
    row, col = zero_cell(table)
    keys = checks.typed[table.id]
    if aggregate:
        sheet.put(row, 1, printed("aggregate_line").zh, "zero_label", to=(row, len(table.widths)))
        return
    sheet.put(row, 1, printed("zero_label").zh, "zero_label", to=(row, col - 1))
    sheet.put(row, col, None, "input_choice", typed=True, key=f"zero.{table.id}")
    zero = a1(row, col)
    filled, as_zero, unfilled = (printed(f"filled_{part}").zh for part in ("typed", "as_zero", "missing"))
    blank = formulas.blank(keys)
    formula = f'="{filled}"&{formulas.filled(keys)}&"{as_zero}"&IF({zero}="是",{blank},0)&"{unfilled}"&IF({zero}="是",0,{blank})'

    def shows(s: Showing) -> str:
        typed = s.filled(keys)
        blanks = len(keys) - typed
        declared = blanks if table.id in s.zero else 0
        return f"{filled}{typed}{as_zero}{declared}{unfilled}{blanks - declared}"

    sheet.put(row, col + 1, formula, "zero_status", to=(row, len(table.widths)), shows=shows)


def _validations(sheet: Sheet, edition: Edition, table: Table, aggregate: bool) -> None:
    if aggregate:
        return
    prompts = section("workbook.toml", "prompts")
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for place, cell in sheet.cells.items():
        if cell.typed and cell.key in edition.spots:
            spot = edition.spots[cell.key]
            prompt = next((name for name in (spot.row.key, spot.column.key) if name in prompts), "")
            plain = spot.column.type == "money" and not spot.column.unit
            groups.setdefault(("money_plain" if plain else spot.column.type, prompt), []).append(place)
    sheet.validations = [Validation(tuple(places), kind, prompt=prompt) for (kind, prompt), places in groups.items()]
    measures = tuple(place for place, cell in sheet.cells.items() if cell.key.startswith("unit."))
    if measures:
        sheet.validations.append(Validation(measures, "choice", tuple(section("workbook.toml", "unit")), "unit"))
    sheet.validations.append(Validation((zero_cell(table),), "choice", ("是",), "zero"))


def _grey(sheet: Sheet, table: Table, checks: Checks, formulas: Formulas) -> None:
    """Inputs that hold no usable number are marked; totals stay grey until their cells are filled."""
    zero_row, zero_col = zero_cell(table)
    zero = {table.id: a1(zero_row, zero_col, absolute=True)}
    for place, cell in sheet.cells.items():
        if cell.key in checks.totals:
            under = checks.typed_under((cell.key,))
            sheet.marks.append(Mark(a1(*place), f"={formulas.usable(under, zero)}<{len(under)}", "unfilled_total"))
    for kind in ("count", "signed", "money"):
        places = [
            place
            for place, cell in sheet.cells.items()
            if cell.typed and cell.key in formulas.edition.spots and formulas.edition.spots[cell.key].column.type == kind
        ]
        for area, anchor in _areas(places, formulas, sheet):
            sheet.marks.append(Mark(area, wrong_input(kind, anchor), "wrong_input"))


def wrong_input(kind: str, cell: str) -> str:
    """Condition, for one cell, that it holds something that is no number of its kind."""
    whole = f"ROUND({cell},6)<>{cell}" if kind == "money" else f"INT({cell})<>{cell}"
    negative = f",{cell}<=-1E15" if kind == "signed" else f",{cell}<0"
    return f"=IF(ISBLANK({cell}),FALSE,IF(ISNUMBER({cell}),OR({whole}{negative},{cell}>=1E15),TRUE))"


def _areas(places: list[tuple[int, int]], formulas: Formulas, sheet: Sheet) -> Iterator[tuple[str, str]]:
    keys = [sheet.cells[place].key for place in places]
    for area in formulas.areas(keys) if keys else []:
        yield area, area.split(":")[0]


def add_marks(sheet: Sheet, table: Table, checks: Checks, outcomes: dict[str, str], edition: Edition) -> None:
    """Signs √ × ！ ？ beside the rows and under the columns of a table that a check stands at; `outcomes`: cell by check id."""
    row_of = {box.key: TOP + box.row - 1 for box in boxes(table) if box.key}
    col_of = {box.key: box.col for box in boxes(table) if box.key}
    groups: dict[tuple[int, int], list[Check]] = {}
    for check in checks.checks:
        if check.id not in outcomes:
            continue
        here = [key for key in check.relation.cells if key in row_of]
        if not here or any(edition.spots[key].table is not table for key in check.relation.cells):
            continue
        if check.rule.each == "column" and len(table.blocks) == 1:
            groups.setdefault((max(row_of.values()) + 1, col_of[here[0]]), []).append(check)
        elif table.blocks[0].across:
            groups.setdefault((max(row_of.values()) + 1, col_of[check.relation.cells[0]]), []).append(check)
        else:
            groups.setdefault((row_of[here[0]], len(table.widths) + 1), []).append(check)
    for (row, col), found in groups.items():
        cells = [outcomes[check.id] for check in found]
        if (row, col) in sheet.cells:
            continue
        nested = f"LEFT({cells[0]},1)" if len(cells) == 1 else _worst(cells)
        sheet.put(row, col, "=" + nested, "sign", shows=lambda s, f=tuple(found): _worst_shown(s, f))
    if any(row > max(row_of.values()) for row, _ in groups):
        row = max(row_of.values()) + 1
        sheet.heights[row] = 20.0
        first = min(col for r, col in groups if r == row)
        if first > 1:
            sheet.put(row, 1, printed("sign_line").zh, "sign_label", to=(row, first - 1))


def _worst(cells: list[str]) -> str:
    """The most serious sign among outcomes, by nested IF."""
    text = f"LEFT({cells[0]},1)"
    for sign in ("√", "？", "！", "×"):
        condition = ",".join(f'LEFT({cell},1)="{sign}"' for cell in cells)
        text = f'IF(OR({condition}),"{sign}",{text})'
    return text


def _worst_shown(s: Showing, found: tuple[Check, ...]) -> str:
    signs = [s.outcome(check)[0] for check in found]
    return next((sign for sign in ("×", "！", "？", "√") if sign in signs), signs[0])
