"""The sheets only a summary has and that its numbers come from: one row an agency for each table (明细), signed adjustments (调整)."""

from itertools import groupby

from ogi_xlsx.form.checks import Checks
from ogi_xlsx.form.edition import Edition, Heading, Table
from ogi_xlsx.form.layout import chart_sheet, told_sheets
from ogi_xlsx.form.layout.cells import Content, Data, Sheet, Validation, a1, column_name
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.words import level_names, printed

ADJUSTMENTS = "调整"
_FACTS = (("no", 6.0), ("name", 30.0), ("code", 15.0), ("level", 12.0), ("file", 44.0))  # columns before the first number
_NAME, _LEVEL, _FILE = 2, 4, 5
_BEFORE = len(_FACTS)
_KEYS, _GROUPS, _HEADINGS = 2, 3, 4  # rows over the detail
_DETAIL_TOP = 5  # first agency of a detail sheet
_ADJUST_TOP = 4
_ONE_PAGE = 15  # numbers that can be read on the width of one page


def detail_name(table: Table) -> str:
    """Name of the detail sheet of a table."""
    return f"明细{table.sheet}"


class Sums:
    """Where each number of a summary comes from: a column of a detail sheet, and a line of 调整.

    A row is left free under the detail: programs take what adjoins a filtered area for a part of it.
    """

    def __init__(self, edition: Edition, checks: Checks, rows: int, levels: tuple[str, ...], compared: bool) -> None:
        self.rows, self.levels, self.compared = rows, levels, compared
        self.column = {key: i + _BEFORE + 1 for t in edition.tables for i, key in enumerate(k for k, s in edition.spots.items() if s.table is t)}
        self.line = {key: _ADJUST_TOP + i for i, key in enumerate(checks.typed_keys)}
        self.sheet = {key: detail_name(spot.table) for key, spot in edition.spots.items()}
        self.last = _DETAIL_TOP + rows - 1
        self.total = self.last + 2 + len(levels)  # row of the sum over all agencies

    def area(self, col: int, fixed: str = "") -> str:
        """The cells of a column of the detail; `fixed` is a `$` where the column shall stay in a copied formula."""
        letters = column_name(col)
        return f"{fixed}{letters}{fixed}{_DETAIL_TOP}:{fixed}{letters}{fixed}{self.last}"

    def cells(self, key: str) -> str:
        """The cells of a number, one an agency, as another sheet names them."""
        return f"'{self.sheet[key]}'!{self.area(self.column[key])}"

    def detail(self, key: str) -> str:
        """Formula text: the sum of a number over all agencies."""
        return f"SUM({self.cells(key)})"

    def formula(self, key: str) -> str:
        """Formula text of a number of the summary: the detail and its adjustment."""
        return f"{self.detail(key)}+'{ADJUSTMENTS}'!{a1(self.line[key], 4)}"

    def of_row(self, row: int, key: str) -> tuple[str, str]:
        """References to the name and to a number of the agency in a row of the detail, counted from 0."""
        sheet, at = self.sheet[key], _DETAIL_TOP + row
        return f"'{sheet}'!{a1(at, _NAME)}", f"'{sheet}'!{a1(at, self.column[key])}"


def build(edition: Edition, checks: Checks, sums: Sums, formulas: Formulas) -> list[Sheet]:
    """The extra sheets of a summary, in order. `formulas` know where the numbers of the tables stand."""
    details = [_detail(edition, table, sums, formulas) for table in edition.tables]
    charts = [chart_sheet.build(edition, sums, formulas)] if edition.charts else []
    told = {listing: told_sheets.build(listing) for listing in told_sheets.LISTINGS}
    states, problems, explained = (told[listing] for listing in (told_sheets.STATES, told_sheets.PROBLEMS, told_sheets.EXPLAINED))
    return [states, *details, _adjustments(edition, sums, formulas), problems, explained, *charts]


def _detail(edition: Edition, table: Table, sums: Sums, formulas: Formulas) -> Sheet:
    keys = [key for key, spot in edition.spots.items() if spot.table is table]
    sheet = Sheet(detail_name(table), widths=[*(width for _, width in _FACTS), *[9.0] * len(keys)], landscape=True, scale=65)
    sheet.pages = (1, 0) if len(keys) <= _ONE_PAGE else None
    sheet.print_columns, sheet.repeat_columns = _BEFORE + len(keys), _NAME
    sheet.put(1, 1, printed("detail_title", table=table.title).zh, "title_left")
    sheet.put(1, _BEFORE + 1, "{banner}", "note", personal=True)
    _headings(sheet, edition, keys)
    columns = [(f"{table.id}.{name}", "list_number" if name == "no" else "list_link" if name == "file" else "list_text") for name, _ in _FACTS]
    sheet.data = Data(sheet.name, _DETAIL_TOP, sums.rows, (*columns, *((key, "list_number") for key in keys)))
    _sums(sheet, sums, keys, formulas)
    sheet.filter = (_HEADINGS, 1, sums.last, sheet.print_columns)
    sheet.frozen = (_HEADINGS, _NAME)
    sheet.repeat = (_GROUPS, _HEADINGS)
    sheet.heights |= {1: 26.0, _KEYS: 12.0, _GROUPS: 32.0, _HEADINGS: 42.0, **dict.fromkeys(range(_DETAIL_TOP, sums.last + 1), 20.0)}
    sheet.heights[sums.last + 1] = 8.0
    return sheet


def _headings(sheet: Sheet, edition: Edition, keys: list[str]) -> None:
    """Over each number its key, its row of the form, merged over neighbours, and its column."""
    sheet.put(_GROUPS, 1, printed("detail_body").zh, "heading_small", to=(_GROUPS, _NAME))
    sheet.put(_GROUPS, _NAME + 1, printed("detail_return").zh, "heading_small", to=(_GROUPS, _FILE))
    for col, (name, _) in enumerate(_FACTS, 1):
        sheet.put(_HEADINGS, col, printed(f"states_{name}").zh, "heading_small")
    col = _BEFORE + 1
    for row, group in groupby(keys, lambda key: edition.spots[key].row):
        members = list(group)
        sheet.put(_GROUPS, col, named(row), "heading_small", to=(_GROUPS, col + len(members) - 1))
        for i, key in enumerate(members):
            sheet.put(_KEYS, col + i, key, "key_line")
            sheet.put(_HEADINGS, col + i, edition.spots[key].column.label.zh, "heading_small")
        col += len(members)


def named(heading: Heading) -> str:
    """A row of the form with the heading it stands under: `（三）不予公开：1.属于国家秘密`."""
    return "：".join(heading.zh[-2:])


def _sums(sheet: Sheet, sums: Sums, keys: list[str], formulas: Formulas) -> None:
    """Below the detail: a sum by level, the sum over all, and last year's with the change where it is known."""
    for row, level in enumerate(sums.levels, sums.last + 2):
        name = level_names()[level].zh
        _sum_line(sheet, row, "detail_part", name, f'=COUNTIF({sums.area(_LEVEL, "$")},"{name}")', lambda s, at=level: s.counts.get(at, 0))
        for key in keys:
            formula = f'=SUMIF({sums.area(_LEVEL, "$")},"{name}",{sums.area(sums.column[key])})'
            sheet.put(row, sums.column[key], formula, "sum_number", shows=lambda s, k=key, at=level: as_number(s.detail_sum(k, at)))
    _sum_line(sheet, sums.total, "detail_sum", "", sums.rows)
    for key in keys:
        formula = f"=SUM({sums.area(sums.column[key])})"
        sheet.put(sums.total, sums.column[key], formula, "sum_number", shows=lambda s, k=key: as_number(s.detail_sum(k)))
    if sums.compared:
        _years(sheet, sums.total + 1, sums, keys, formulas)
    sheet.put(max(row for row, _ in sheet.cells) + 1, _NAME, "{prior_source}", "note", personal=True)


def _sum_line(sheet: Sheet, row: int, label: str, level: str, count: Content, shows: object = None) -> None:
    """The first cells of a line of sums; under the files stands how many bodies it adds up."""
    for col, content in ((1, ""), (_NAME, printed(label).zh), (_NAME + 1, ""), (_LEVEL, level)):
        sheet.put(row, col, content, "sum_label")
    sheet.put(row, _FILE, count, "sum_count", shows=shows)
    sheet.heights[row] = 20.0


def _years(sheet: Sheet, row: int, sums: Sums, keys: list[str], formulas: Formulas) -> None:
    """Last year's sums, as data, and what the table shows more or less; blank where last year's is not known."""
    for at, label in ((row, "detail_before"), (row + 1, "detail_change")):
        _sum_line(sheet, at, label, "", "")
    for key in keys:
        col, before = sums.column[key], a1(row, sums.column[key])
        sheet.put(row, col, None, "sum_number", data=True, key=f"before.{key}")
        formula = f'=IF(ISNUMBER({before}),ROUND({formulas.cell(key)}-{before},6),"")'
        sheet.put(row + 1, col, formula, "sum_number", shows=lambda s, k=key: s.change(k))


def _adjustments(edition: Edition, sums: Sums, formulas: Formulas) -> Sheet:
    """One line a typed number: the sum over agencies, a signed adjustment with its reason, and what stands in the table."""
    sheet = Sheet(ADJUSTMENTS, widths=[10, 60, 14, 14, 40, 14], landscape=True, print_columns=6, pages=(1, 0))
    sheet.put(1, 1, printed("adjust_title").zh, "title", to=(1, 6))
    sheet.put(2, 1, printed("adjust_hint").zh, "hint", to=(2, 6))
    for i, name in enumerate(("table", "label", "detail", "amount", "reason", "result")):
        sheet.put(3, i + 1, printed(f"adjust_{name}").zh, "heading")
    for key, row in sums.line.items():
        spot = edition.spots[key]
        table, at_row, at_col = formulas.where[key]
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
