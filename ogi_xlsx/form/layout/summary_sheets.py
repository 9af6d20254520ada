"""The sheets only a summary has: one row an agency for each table (明细), signed adjustments with a reason (调整), who is in (报送情况)."""

from collections.abc import Sequence
from math import ceil

from ogi_xlsx.form.checks import Checks
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout.cells import Content, Sheet, Validation, a1, column_name
from ogi_xlsx.form.layout.formulas import Where
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.words import printed

ADJUSTMENTS = "调整"
STATES = "报送情况"
STATE_COLUMNS = ("no", "code", "name", "level", "state", "included", "reason", "file", "sha256", "control")
STATES_TOP = 4  # first agency of 报送情况
EXPLAINED_COLUMNS = ("code", "body", "place", "copied", "text")
EXPLANATION_LENGTH = 1500  # characters of an explanation: what the highest row of a spreadsheet can show
_STATES_WIDTHS = [6, 16, 30, 10, 12, 10, 36, 40, 68, 14]
_DETAIL_TOP = 4  # first agency of a detail sheet
_ADJUST_TOP = 4
_BEFORE = 3  # columns before the first number of a detail sheet: no, code, name


def detail_name(table: Table) -> str:
    """Name of the detail sheet of a table."""
    return f"明细{table.sheet}"


class Sums:
    """Where each number of a summary comes from: a column of a detail sheet, and a line of 调整."""

    def __init__(self, edition: Edition, checks: Checks, rows: int) -> None:
        self.rows = rows
        self.column = {key: i + _BEFORE + 1 for t in edition.tables for i, key in enumerate(k for k, s in edition.spots.items() if s.table is t)}
        self.line = {key: _ADJUST_TOP + i for i, key in enumerate(checks.typed_keys)}
        self.sheet = {key: detail_name(spot.table) for key, spot in edition.spots.items()}

    def detail(self, key: str) -> str:
        """Formula text: the sum of a number over all agencies."""
        letters = column_name(self.column[key])
        return f"SUM('{self.sheet[key]}'!{letters}{_DETAIL_TOP}:{letters}{_DETAIL_TOP + self.rows - 1})"

    def formula(self, key: str) -> str:
        """Formula text of a number of the summary: the detail and its adjustment."""
        return f"{self.detail(key)}+'{ADJUSTMENTS}'!{a1(self.line[key], 4)}"


def build(edition: Edition, checks: Checks, sums: Sums, where: Where) -> list[Sheet]:
    """The extra sheets of a summary, in order."""
    details = [_detail(edition, table, sums) for table in edition.tables]
    return [_states(), *details, _adjustments(edition, checks, sums, where)]


def _states() -> Sheet:
    """Who sent what; its lines are written by the summary's writer and belong to no layout."""
    sheet = Sheet(STATES, widths=list(_STATES_WIDTHS), landscape=True, print_columns=8, pages=(1, 0), loose=True)
    sheet.put(1, 1, printed("states_title").zh, "title", to=(1, 8))
    sheet.put(2, 1, "{banner}", "hint", to=(2, 8), personal=True)
    for i, name in enumerate(STATE_COLUMNS):
        sheet.put(3, i + 1, printed(f"states_{name}").zh, "heading")
    sheet.frozen = (3, 3)
    sheet.repeat = (3, 3)
    sheet.heights |= {1: 30.0, 2: 34.0, 3: 22.0}
    return sheet


def put_explanations(sheet: Sheet, row: int, lines: Sequence[Sequence[Content]]) -> None:
    """Lines of explanations from a row on, each in the order of EXPLAINED_COLUMNS; the words take the width of the print."""
    last = len(EXPLAINED_COLUMNS)
    sheet.put(row, 1, printed("explained_title").zh, "title_left")
    for i, name in enumerate(EXPLAINED_COLUMNS, 1):
        sheet.put(row + 1, i, printed(f"explained_{name}").zh, "heading", to=(row + 1, 8) if i == last else None)
    widths = [*_STATES_WIDTHS[: last - 1], sum(_STATES_WIDTHS[last - 1 : 8])]
    sheet.heights |= {row: 26.0, row + 1: 22.0}
    for at, line in enumerate(lines, row + 2):
        for i, content in enumerate(line, 1):
            sheet.put(at, i, content, "cell_text", to=(at, 8) if i == last else None)
        high = max(ceil(2 * len(str(content)) / width) for content, width in zip(line, widths, strict=True) if content is not None)
        sheet.heights[at] = min(409.0, 8.0 + 12.0 * high)


def _detail(edition: Edition, table: Table, sums: Sums) -> Sheet:
    keys = [key for key, spot in edition.spots.items() if spot.table is table]
    sheet = Sheet(
        detail_name(table), widths=[6, 16, 30, *[11.0] * len(keys)], landscape=True, print_columns=_BEFORE + len(keys), pages=None, repeat_columns=_BEFORE
    )
    sheet.put(1, 1, printed("detail_title", table=table.title).zh, "title_left")
    for i, name in enumerate(("no", "code", "name")):
        sheet.put(2, i + 1, printed(f"states_{name}").zh, "heading")
        sheet.put(3, i + 1, "", "key_line")
    for i, key in enumerate(keys):
        spot = edition.spots[key]
        sheet.put(2, _BEFORE + 1 + i, f"{spot.row.label.zh}\n{spot.column.label.zh}", "heading_small")
        sheet.put(3, _BEFORE + 1 + i, key, "key_line")
    for row in range(sums.rows):
        at = _DETAIL_TOP + row
        for i, name in enumerate(("no", "code", "name")):
            sheet.put(at, i + 1, None, "cell_text", data=True, key=f"detail.{row}.{table.id}.{name}")
        for i, key in enumerate(keys):
            sheet.put(at, _BEFORE + 1 + i, None, "cell_number", data=True, key=f"detail.{row}.{key}")
    end = _DETAIL_TOP + sums.rows
    sheet.put(end, _BEFORE, printed("detail_sum").zh, "heading")
    for i, key in enumerate(keys):
        letters = column_name(_BEFORE + 1 + i)
        formula = f"=SUM({letters}{_DETAIL_TOP}:{letters}{end - 1})"
        sheet.put(end, _BEFORE + 1 + i, formula, "cell_number", shows=lambda s, k=key: as_number(s.detail_sum(k)))
    sheet.frozen = (3, 3)
    sheet.repeat = (2, 2)
    sheet.heights |= {1: 26.0, 2: 64.0, 3: 14.0}
    return sheet


def _adjustments(edition: Edition, checks: Checks, sums: Sums, where: Where) -> Sheet:
    """One line a typed number: the sum over agencies, a signed adjustment with its reason, and what stands in the table."""
    sheet = Sheet(ADJUSTMENTS, widths=[10, 60, 14, 14, 40, 14], landscape=True, print_columns=6, pages=(1, 0))
    sheet.put(1, 1, printed("adjust_title").zh, "title", to=(1, 6))
    sheet.put(2, 1, printed("adjust_hint").zh, "hint", to=(2, 6))
    for i, name in enumerate(("table", "label", "detail", "amount", "reason", "result")):
        sheet.put(3, i + 1, printed(f"adjust_{name}").zh, "heading")
    for key, row in sums.line.items():
        spot = edition.spots[key]
        table, at_row, at_col = where[key]
        sheet.put(row, 1, table, "cell_text", link=f"internal:'{table}'!{a1(at_row, at_col)}")
        sheet.put(row, 2, spot.label.zh, "cell_text")
        sheet.put(row, 3, "=" + sums.detail(key), "cell_number", shows=lambda s, k=key: as_number(s.detail_sum(k)))
        sheet.put(row, 4, None, "input_number", typed=True, key=f"adjust.amount.{key}")
        sheet.put(row, 5, None, "input_text", typed=True, key=f"adjust.reason.{key}")
        sheet.put(row, 6, f"='{table}'!{a1(at_row, at_col)}", "cell_number", shows=lambda s, k=key: as_number(s.value(k)))
    sheet.validations.append(Validation(tuple((row, 4) for row in sums.line.values()), "adjustment"))
    sheet.frozen = (3, 0)
    sheet.repeat = (3, 3)
    sheet.heights |= {1: 30.0, 2: 34.0, 3: 22.0}
    return sheet
