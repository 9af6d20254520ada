"""The sheet 问题清单 of a correction copy: what is wrong, where, why, and what to do; then what could not be written into the copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

from ogi_xlsx.form.layout.cells import Sheet
from ogi_xlsx.form.layout.check_sheet import sign_marks
from ogi_xlsx.form.words import printed

NAME = "问题清单"
COLUMNS = ("no", "severity", "place", "code", "problem", "cause")
_WIDTHS = [6.0, 10, 15, 8, 66, 36]
_LEFT_COLUMNS = ("no", "kind", "place", "content")
_LAST = len(COLUMNS)
_LAST_MARKED = 2000  # row up to which signs are coloured
_SHORT = 10  # characters that stand in the middle of their cell
_COUNT_ROW = 6
_TOP = 8  # first line under the headings
_HIGHEST = 409.0  # points: no row can be higher


@dataclass(frozen=True)
class Entry:
    """A line: texts in the order of its columns, and where its place leads (`internal:…`), if anywhere."""

    texts: tuple[str | int, ...]
    link: str = ""


def build() -> Sheet:
    """The sheet without its lines, which its writer adds and which belong to no layout."""
    sheet = Sheet(NAME, widths=list(_WIDTHS), landscape=True, print_columns=_LAST, pages=(1, 0), loose=True)
    for row, name, style, height in (
        (1, "wrong_title", "title", 32.0),
        (2, "sheet_name_line", "name_line", 20.0),
        (3, "wrong_terms", "name_line", 20.0),
        (4, "wrong_how", "instruction", 34.0),
        (5, "wrong_back", "instruction", 34.0),
    ):
        sheet.put(row, 1, printed(name).zh, style, to=(row, _LAST), personal=True)
        sheet.heights[row] = height
    for col, column in enumerate(COLUMNS, 1):
        sheet.put(_TOP - 1, col, printed(f"wrong_{column}").zh, "heading")
    sheet.marks += sign_marks(f"B{_TOP}:B{_LAST_MARKED}", f"B{_TOP}")
    sheet.frozen = (_TOP - 1, 0)
    sheet.repeat = (_TOP - 1, _TOP - 1)
    sheet.heights |= {_COUNT_ROW: 26.0, _TOP - 1: 24.0}
    return sheet


def lines(count: str, problems: Sequence[Entry], left: Sequence[Entry]) -> Sheet:
    """What is written on the sheet: how much there is in one sentence, a line a problem, then what could not be written as it was."""
    sheet = Sheet(NAME)
    sheet.put(_COUNT_ROW, 1, count, "problem_count", to=(_COUNT_ROW, _LAST))
    for row, entry in enumerate(problems, _TOP):
        _line(sheet, row, entry)
    if left:
        row = _TOP + len(problems) + 1
        sheet.put(row, 1, printed("left_title").zh, "title_left", to=(row, _LAST))
        sheet.put(row + 1, 1, printed("left_how").zh, "instruction", to=(row + 1, _LAST))
        for col, name in enumerate(_LEFT_COLUMNS, 1):
            sheet.put(row + 2, col, printed(f"wrong_{name}").zh, "heading", to=(row + 2, _LAST) if col == len(_LEFT_COLUMNS) else None)
        sheet.heights |= {row: 30.0, row + 1: 20.0, row + 2: 24.0}
        for at, entry in enumerate(left, row + 3):
            _line(sheet, at, entry)
    return sheet


def _line(sheet: Sheet, row: int, entry: Entry) -> None:
    """One line: number, kind, place, and texts, of which the last takes the room that is left."""
    needs = 1
    for col, text in enumerate(entry.texts, 1):
        style = "outcome" if col == 2 else "problem_link" if col == 3 and entry.link else "problem_text" if len(str(text)) > _SHORT else "problem_middle"
        last = col == len(entry.texts)
        sheet.put(row, col, text, style, to=(row, _LAST) if last else None, link=entry.link if col == 3 else "")
        needs = max(needs, _rows(str(text), sum(_WIDTHS[col - 1 :]) if last else _WIDTHS[col - 1]))
    sheet.heights[row] = min(_HIGHEST, 8 + 13.5 * needs)


def _rows(text: str, width: float) -> int:
    """Rows that a text takes in a column; a Chinese character is as wide as two digits."""
    return sum(max(1, ceil(sum(1 + (east_asian_width(c) in "FWA") for c in line) / (width - 2))) for line in text.split("\n"))
