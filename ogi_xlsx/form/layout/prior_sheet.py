"""The sheet 上年: last year's numbers that checks read, locked with their source, and room to correct what was carried in.

It is there only in workbooks that were issued with last year's data.
"""

from collections.abc import Iterable, Mapping

from ogi_xlsx.form.checks import CORRECTED, PRIOR
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout.cells import Place, Sheet, Validation, a1
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.words import printed

NAME = "上年"
_TOP = 6  # first row of a number
_NUMBER, _RIGHT = 3, 4  # columns: last year's number, the right one where it is corrected


def in_order(edition: Edition, prior: tuple[str, ...]) -> tuple[str, ...]:
    """Last year's numbers as the form has them."""
    return tuple(key for key in (f"{PRIOR}{spot}" for spot in edition.spots) if key in prior)


def where(prior: tuple[str, ...]) -> dict[str, tuple[str, int, int]]:
    """Sheet, row and column of each of last year's numbers, given in order, and of the sign that one is corrected."""
    if not prior:
        return {}
    places = {key: (NAME, _TOP + i, _NUMBER) for i, key in enumerate(prior)}
    return places | {CORRECTED: (NAME, _TOP + len(prior), _RIGHT)}


def build(edition: Edition, prior: tuple[str, ...], carried: Mapping[str, str]) -> Sheet:
    """The sheet. Its typed cells are fields: `carry.<key>` the right number, `carry.answer` 是, `carry.reason`."""
    sheet = Sheet(NAME, widths=[9, 62, 14, 14], print_columns=4)
    sheet.put(1, 1, printed("prior_title").zh, "title", to=(1, 4), personal=True)
    sheet.put(2, 1, printed("sheet_name_line").zh, "name_line", to=(2, 4), personal=True)
    sheet.put(3, 1, printed("prior_source").zh, "name_line", to=(3, 4), personal=True)
    sheet.put(4, 1, printed("prior_hint" if carried else "prior_hint_none").zh, "hint", to=(4, 4))
    for col, name in enumerate(("table", "label", "number", "right"), 1):
        sheet.put(_TOP - 1, col, printed(f"prior_{name}").zh, "heading")
    inputs = {source: key for key, source in carried.items()}
    for i, key in enumerate(prior):
        spot = edition.spots[key.removeprefix(PRIOR)]
        sheet.put(_TOP + i, 1, spot.table.sheet, "cell_text")
        sheet.put(_TOP + i, 2, spot.label.zh, "cell_text")
        sheet.put(_TOP + i, _NUMBER, f"{{{key}}}", "cell_number", personal=True)
        if key in inputs:
            sheet.put(_TOP + i, _RIGHT, None, "input_number", typed=True, key=f"carry.{inputs[key]}")
        else:
            sheet.put(_TOP + i, _RIGHT, "", "cell_text")
    _correction(sheet, _TOP + len(prior), bool(carried))
    sheet.heights |= {1: 30.0, 2: 20.0, 3: 20.0, 4: 48.0, _TOP - 1: 24.0}
    places = tuple(place for place, cell in sheet.cells.items() if cell.typed and cell.style == "input_number")
    if places:
        sheet.validations.append(Validation(places, "count"))
    return sheet


def _correction(sheet: Sheet, row: int, possible: bool) -> None:
    """The answer whether numbers are corrected, and the reason. The sign beside the answer is what conditions read."""
    answer = a1(row, _NUMBER)
    sheet.put(row, 1, printed("prior_correct").zh, "label", to=(row, 2))
    if not possible:
        sheet.put(row, _NUMBER, "", "cell_text")
        sheet.put(row, _RIGHT, 0, "cell_count")
        return
    sheet.put(row, _NUMBER, None, "input_choice", typed=True, key="carry.answer")
    sheet.put(row, _RIGHT, f'=IF({answer}="是",1,0)', "cell_count", shows=lambda s: as_number(s.value(CORRECTED)))
    sheet.put(row + 1, 1, printed("prior_reason").zh, "label", to=(row + 1, 2))
    sheet.put(row + 1, _NUMBER, None, "input_text", typed=True, key="carry.reason", to=(row + 1, _RIGHT))
    sheet.heights |= {row: 24.0, row + 1: 40.0}
    sheet.validations.append(Validation(((row, _NUMBER),), "choice", ("是",)))


def formulas(prior: tuple[str, ...], carried: Mapping[str, str]) -> dict[str, str]:
    """Formula text of each number that is filled in from last year: the right one where it is corrected."""
    at = where(prior)
    found = {}
    for key, source in carried.items():
        row = at[source][1]
        answer = f"'{NAME}'!{a1(at[CORRECTED][1], _NUMBER)}"
        number, right = (f"'{NAME}'!{a1(row, col)}" for col in (_NUMBER, _RIGHT))
        found[key] = f'=IF(AND({answer}="是",{right}<>""),{right},{number})'
    return found


def correction_cells(prior: tuple[str, ...], carried: Iterable[str]) -> tuple[str, str, str] | None:
    """References to the answer, to the reason, and to the right numbers (their rows from first to last); None where nothing is carried in."""
    at = where(prior)
    rows: list[Place] = [at[source][1:] for source in carried]
    if not rows:
        return None
    row = at[CORRECTED][1]
    first, last = min(rows)[0], max(rows)[0]
    return f"'{NAME}'!{a1(row, _NUMBER)}", f"'{NAME}'!{a1(row + 1, _NUMBER)}", f"'{NAME}'!{a1(first, _RIGHT)}:{a1(last, _RIGHT)}"
