"""The sheet 校验: one line a check with both sides, the difference, the outcome, and room to explain a warning."""

from collections.abc import Callable
from dataclasses import dataclass

from ogi_xlsx.form.checks import Check, Checks, describe
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout import prior_sheet
from ogi_xlsx.form.layout.cells import Content, Mark, Place, Sheet, Validation, a1
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.layout.phrases import minimum, stripped
from ogi_xlsx.form.layout.showing import Showing
from ogi_xlsx.form.words import printed

NAME = "校验"
VERDICT: Place = (3, 1)
HEADER_ROW = 5
FREE_LINES = 5
COLUMNS = ("code", "place", "relation", "left", "right", "difference", "wanted", "filled", "outcome", "to_explain", "copied", "explanation")
WIDTHS = [7.0, 30, 44, 9, 9, 9, 7, 7, 13, 11, 14, 34]
_AT = {name: i + 1 for i, name in enumerate(COLUMNS)}


@dataclass(frozen=True, eq=False)
class Line:
    """Where a check stands on the sheet, and the formulas of both sides and their difference, as the workbook carries them."""

    check: Check
    row: int
    left: str
    right: str
    difference: str

    def place(self, column: str) -> Place:
        """Row and column of one of COLUMNS on this line."""
        return self.row, _AT[column]

    def address(self, column: str) -> str:
        """Address of one of COLUMNS on this line, such as `D9`."""
        return a1(self.row, _AT[column])


def build(
    edition: Edition, checks: Checks, formulas: Formulas, zero: dict[str, str], prior: tuple[str, ...], aggregate: bool, correction: tuple[str, str, str] | None
) -> tuple[Sheet, list[Line]]:
    """The sheet, and its lines of checks in order.

    `zero`: the cell of each table's zero declaration, with its sheet. `prior`: last year's numbers that are known.
    `correction`: where the sheet 上年 asks whether they are right, for the reason, and for the right ones.
    """
    sheet = Sheet(NAME, widths=list(WIDTHS), landscape=True, print_columns=len(COLUMNS), pages=(1, 0))
    sheet.put(1, 1, printed("checks_title").zh, "title", to=(1, len(COLUMNS)))
    sheet.put(2, 1, printed("sheet_name_line").zh, "name_line", to=(2, len(COLUMNS)), personal=True)
    sheet.put(4, 1, printed("checks_hint").zh, "hint", to=(4, len(COLUMNS)))
    for column in COLUMNS:
        sheet.put(HEADER_ROW, _AT[column], printed(f"checks_{column}").zh, "heading")
    row = HEADER_ROW + 1
    for table in edition.tables:
        _fill_line(sheet, row, checks, table, formulas, zero)
        row += 1
    if correction:
        _correction_line(sheet, row, correction)
        row += 1
    shown = [check for check in checks.checks if check.prior_keys <= set(prior)]
    lines = [_check_line(sheet, row + i, check, edition, checks, formulas, zero, aggregate) for i, check in enumerate(shown)]
    last = row + len(lines) - 1
    _verdict(sheet, HEADER_ROW + 1, last, len(edition.tables))
    if not aggregate:
        _free_lines(sheet, last + 2)
    _marks(sheet, HEADER_ROW + 1, last)
    sheet.frozen = (HEADER_ROW, 0)
    sheet.repeat = (HEADER_ROW, HEADER_ROW)
    for line in lines:
        needs = 2 * max(len(str(sheet.cells[line.row, 3].content)) / WIDTHS[2], len(str(sheet.cells[line.row, 2].content)) / WIDTHS[1])
        sheet.heights[line.row] = 20.0 if needs <= 1.0 else 32.0 if needs <= 2.0 else 44.0
    sheet.heights |= {1: 30.0, 2: 20.0, 3: 26.0, 4: 34.0, HEADER_ROW: 34.0}
    return sheet, lines


def fill_area(tables: int) -> str:
    """Reference to the outcomes of the fill lines, one a table."""
    first = HEADER_ROW + 1
    return f"'{NAME}'!{a1(first, _AT['outcome'], True)}:{a1(first + tables - 1, _AT['outcome'], True)}"


def _fill_line(sheet: Sheet, row: int, checks: Checks, table: Table, formulas: Formulas, zero: dict[str, str]) -> None:
    """Whether a table is filled: every cell holds a usable number or is a declared blank."""
    keys = checks.typed[table.id]
    wanted, filled = a1(row, _AT["wanted"]), a1(row, _AT["filled"])
    sheet.put(row, _AT["code"], "C101", "code")
    sheet.put(row, _AT["place"], table.sheet, "cell_text", link=f"internal:'{table.sheet}'!A1")
    sheet.put(row, _AT["relation"], printed("fill_rule").zh, "cell_text")
    for column in ("left", "right", "difference", "to_explain", "copied", "explanation"):
        sheet.put(row, _AT[column], "", "cell_text")
    sheet.put(row, _AT["wanted"], len(keys), "cell_count")
    sheet.put(row, _AT["filled"], "=" + formulas.usable(keys, zero), "cell_count", shows=lambda s: s.usable(keys))
    done, pending, wrong = (printed(f"fill_{name}").zh for name in ("done", "pending", "wrong"))
    amiss = f"{formulas.filled(keys)}>{filled}"
    if table.id in zero:
        cell = zero[table.id]
        amiss = f'OR({formulas.filled(keys)}+IF({cell}="是",{formulas.blank(keys)},0)>{filled},AND({cell}<>"",{cell}<>"是"))'
    formula = f'=IF({amiss},"{wrong}",IF({filled}<{wanted},"{pending}","{done}"))'
    sheet.put(row, _AT["outcome"], formula, "outcome", shows=lambda s: s.fill(table.id))
    sheet.heights[row] = 20.0


def _correction_line(sheet: Sheet, row: int, correction: tuple[str, str, str]) -> None:
    """Whether a correction of what was filled in from last year is whole: the answer, a right number, a reason."""
    answer, reason, numbers = correction
    sheet.put(row, _AT["code"], "Y121", "code")
    sheet.put(row, _AT["place"], prior_sheet.NAME, "cell_text", link=f"internal:'{prior_sheet.NAME}'!A1")
    sheet.put(row, _AT["relation"], printed("prior_rule").zh, "cell_text")
    for column in COLUMNS[3:]:
        sheet.put(row, _AT[column], "", "cell_text")
    failed, explained, idle = (printed(f"outcome_{name}").zh for name in ("failed", "explained", "not_applicable"))
    whole = f"AND(COUNTA({numbers})>0,ISTEXT({reason}),LEN({stripped(reason)})>={minimum()})"
    blank = f'AND({answer}="",COUNTA({numbers})=0)'
    formula = f'=IF({answer}="是",IF({whole},"{explained}","{failed}"),IF({blank},"{idle}","{failed}"))'
    sheet.put(row, _AT["outcome"], formula, "outcome", shows=lambda s: s.correction)
    sheet.heights[row] = 32.0


def _check_line(sheet: Sheet, row: int, check: Check, edition: Edition, checks: Checks, formulas: Formulas, zero: dict[str, str], aggregate: bool) -> Line:
    at = {name: a1(row, col) for name, col in _AT.items()}
    keys = checks.to_fill(check)
    first = formulas.where[check.relation.cells[0]]
    sheet.put(row, _AT["code"], check.rule.code, "code")
    sheet.put(row, _AT["place"], describe(check, edition).zh, "cell_text", link=f"internal:'{first[0]}'!{a1(first[1], first[2])}")
    sheet.put(row, _AT["relation"], check.rule.statement.zh, "cell_text")
    left, right = ("=" + _guarded(formulas.side(side), side) for side in (check.relation.left, check.relation.right))
    difference = f'=IFERROR(ROUND({at["left"]}-{at["right"]},6),"—")'

    def put(column: str, formula: str, style: str, shows: Callable[[Showing], Content]) -> None:
        sheet.put(row, _AT[column], formula, style, shows=shows)

    put("left", left, "cell_number", lambda s: s.shown_side(check.relation.left))
    put("right", right, "cell_number", lambda s: s.shown_side(check.relation.right))
    put("difference", difference, "cell_number", lambda s: s.shown_difference(check.relation))
    sheet.put(row, _AT["wanted"], len(keys), "cell_count")
    put("filled", "=" + formulas.usable(keys, zero), "cell_count", lambda s: s.usable(keys))
    put("outcome", _outcome(check, formulas, at), "outcome", lambda s: s.outcome(check))
    if check.rule.severity != "warning" or aggregate:
        for column in ("to_explain", "copied", "explanation"):
            sheet.put(row, _AT[column], "", "cell_text")
    else:
        _explain(sheet, row, check, at)
    return Line(check, row, left, right, difference)


def _guarded(side: str, parts: object) -> str:
    """A side that shows a dash rather than an error when a cell holds text; one cell or SUM needs no guard."""
    return f'IFERROR({side},"—")' if any(sign in side[1:] for sign in "+-*") else side


def _explain(sheet: Sheet, row: int, check: Check, at: dict[str, str]) -> None:
    """Cells in which a warning is explained: the number is copied so that the words stay bound to it."""
    number = at["difference"] if check.relation.operator == "=" else at["left"]
    asked = f'OR(LEFT({at["outcome"]},1)="！",{at["outcome"]}="{printed("outcome_explained").zh}")'
    sheet.put(row, _AT["to_explain"], f'=IF({asked},{number},"")', "cell_number", shows=lambda s: s.to_explain(check))
    sheet.put(row, _AT["copied"], None, "input_number", typed=True, key=f"explain.copied.{check.id}")
    sheet.put(row, _AT["explanation"], None, "input_text", typed=True, key=f"explain.text.{check.id}")


def _outcome(check: Check, formulas: Formulas, at: dict[str, str]) -> str:
    passed, failed, pending, query, stale, explained, idle = (
        f'"{printed(f"outcome_{name}").zh}"' for name in ("passed", "failed", "pending", "query", "stale", "explained", "not_applicable")
    )
    bad = failed if check.rule.severity == "error" else f'"{printed("outcome_note").zh}"'
    if check.rule.severity == "warning":
        number = at["difference"] if check.relation.operator == "=" else at["left"]
        said = f"ISTEXT({at['explanation']}),LEN({stripped(at['explanation'])})>={minimum()}"
        good = f"AND(ISNUMBER({at['copied']}),{at['copied']}={number},{said})"
        bad = f"IF({good},{explained},IF(AND(ISNUMBER({at['copied']}),{at['copied']}<>{number}),{stale},{query}))"
    text = f"IF({at['difference']}{check.relation.operator}0,{passed},{bad})"
    for bound in check.when:
        text = f"IF({formulas.relation(bound)},{text},{idle})"
    return f"=IF({at['filled']}<{at['wanted']},{pending},{text})"


def _verdict(sheet: Sheet, first: int, last: int, tables: int) -> None:
    """One line over all: how many must be corrected, explained or filled."""
    area = f"{a1(first, _AT['outcome'], True)}:{a1(last, _AT['outcome'], True)}"
    # Not COUNTIF: some programs take a full-width ？ for a wildcard.
    count = {sign: f'SUMPRODUCT((LEFT({area},1)="{sign}")*1)' for sign in "×？！"}
    wrong, unfilled, query, passed = (printed(f"verdict_{name}").zh for name in ("failed", "pending", "query", "passed"))
    lines = f"{a1(first, _AT['wanted'])}:{a1(first + tables - 1, _AT['wanted'])}", f"{a1(first, _AT['filled'])}:{a1(first + tables - 1, _AT['filled'])}"
    number = {"×": count["×"], "？": f"SUM({lines[0]})-SUM({lines[1]})", "！": count["！"]}
    told = {sign: '"' + text.replace("{n}", f'"&{number[sign]}&"') + '"' for sign, text in (("×", wrong), ("？", unfilled), ("！", query))}
    formula = f'=IF({count["×"]}>0,{told["×"]},IF({count["？"]}>0,{told["？"]},IF({count["！"]}>0,{told["！"]},"{passed}")))'

    sheet.put(*VERDICT, formula, "verdict", to=(VERDICT[0], len(COLUMNS)), shows=lambda s: s.verdict)


def _free_lines(sheet: Sheet, row: int) -> None:
    """Lines for explanations of warnings that only verify can raise."""
    sheet.put(row, 1, printed("free_lines").zh, "hint", to=(row, len(COLUMNS)))
    sheet.heights[row] = 34.0
    for name, column in (("code", "code"), ("place", "place"), ("copied", "relation"), ("text", "left")):
        to = (row + 1, len(COLUMNS)) if column == "left" else None
        sheet.put(row + 1, _AT[column], printed(f"free_{name}").zh, "heading", to=to)
    row += 1
    for i in range(FREE_LINES):
        at = row + 1 + i
        sheet.put(at, _AT["code"], None, "input_text", typed=True, key=f"free.code.{i}")
        sheet.put(at, _AT["place"], None, "input_text", typed=True, key=f"free.place.{i}")
        sheet.put(at, _AT["relation"], None, "input_number", typed=True, key=f"free.copied.{i}")
        sheet.put(at, _AT["left"], None, "input_text", typed=True, key=f"free.text.{i}", to=(at, len(COLUMNS)))
        sheet.heights[at] = 20.0
    places = tuple((row + 1 + i, _AT["left"]) for i in range(FREE_LINES))
    sheet.validations.append(Validation(places, "text", prompt="free"))


def _marks(sheet: Sheet, first: int, last: int) -> None:
    area = f"{a1(first, _AT['outcome'])}:{a1(last, _AT['outcome'])}"
    sheet.marks += sign_marks(area, a1(first, _AT["outcome"]))
    sheet.marks += sign_marks(a1(*VERDICT), a1(*VERDICT))


def sign_marks(area: str, anchor: str) -> list[Mark]:
    """Colours that follow the sign a cell begins with; `anchor` is the first cell of the area."""
    signs = (("×", "mark_failed"), ("！", "mark_query"), ("？", "mark_pending"), ("√", "mark_passed"))
    return [Mark(area, f'=LEFT({anchor},1)="{sign}"', style) for sign, style in signs]
