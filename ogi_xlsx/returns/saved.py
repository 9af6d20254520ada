"""Results that the office program saved with the formulas, held against those that the form computes from what was typed.

They are never used. Where they differ, the screen and the print show other numbers than those that are read.
"""

import math
from datetime import date, datetime, time, timedelta

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Cell, Content, Showing, a1, check_sheet, cover_sheet, print_sheet
from ogi_xlsx.form.layout.filled import Place, showing
from ogi_xlsx.form.layout.showing import number_in
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.opening import page, program
from ogi_xlsx.returns.opening.page import Book
from ogi_xlsx.returns.returned import Return

_NEAR = 1e-9  # by which results of two programs may differ: each computes with doubles in its own order
_LARGEST = 1e100  # beyond this no sum is computed; what was typed is told as no number anyway
_ALTERED = {"S201", "S203", "S204", "S220", "S221"}  # formulas follow what was altered: that they differ is no fault of the program
_OUTCOMES = ("outcome", "verdict")  # styles of the cells that tell an outcome, in the order in which they are told
_SOUND, _TROUBLE = ("√", "－"), ("×", "？", "！")
_SHOWN = 30  # characters of a result that are shown


def findings(book: Book, result: Return) -> list[Finding]:
    """S222 and S223, one finding each over the whole workbook; none where no results were saved, as by scripts.

    What `result` tells so far of altered content is taken into account.
    """
    saved = _saved(book, result)
    contents = _contents(book, result) if saved else None
    now = None if contents is None else _showing(result, contents)
    if now is None or _clouded(now):
        return []
    differing = [(place, cell, value, wanted) for place, cell, value in saved if not _agree(value, wanted := _shown(cell, now))]
    lying = sorted((one for one in differing if _passes(*one[1:])), key=lambda one: _OUTCOMES.index(one[1].style))
    stale = [] if _ALTERED & {finding.code for finding in result.findings} else [one for one in differing if one not in lying]
    told = []
    if stale:
        places = [say("result_at", sheet=place[0], cell=a1(*place[1:]), saved=_told(value), now=_told(wanted)) for place, _, value, wanted in stale]
        told.append(_finding("S222", stale[0][0], places, _why(result.program)))
    if lying:
        places = [say("outcome_at", place=_line(place, cell, result), saved=_told(value), now=_told(wanted)) for place, cell, value, wanted in lying]
        told.append(_finding("S223", lying[0][0], places))
    return told


def _finding(code: str, place: Place, places: list[Sentence], why: Sentence | None = None) -> Finding:
    return found(code, sheet=place[0], cell=a1(*place[1:]), n=len(places), places=listed(places), why=why)


def _saved(book: Book, result: Return) -> list[tuple[Place, Cell, object]]:
    """The results that were saved, in the order of the sheets. Of a summary those of the sheets that each form has: its detail is read by itself."""
    assert result.layout and result.edition and result.identity
    sheets = result.layout.sheets
    if result.identity.aggregate:
        names = {cover_sheet.NAME, check_sheet.NAME, print_sheet.NAME, *(table.sheet for table in result.edition.tables)}
        sheets = {name: sheet for name, sheet in sheets.items() if name in names}
    return [
        ((name, *place), sheet.cells[place], value)
        for name, sheet in sheets.items()
        if name in book.pages
        for place in sheet.computed
        if (value := _result(book.pages[name].cells.get(place))) is not None
    ]


def _result(cell: page.Cell | None) -> object:
    """What a cell shows; None where that was not saved."""
    return None if cell is None else cell.shown if cell.data_type == "f" else cell.value


def _contents(book: Book, result: Return) -> dict[Place, Content] | None:
    """What typed cells hold, as formulas read them. None where it is open what others show: an error, a formula without its result, a truth value,
    which programs count each in its own way."""
    assert result.layout
    held: dict[Place, Content] = {}
    for name, sheet in result.layout.sheets.items():
        cells = book.pages[name].cells if name in book.pages else {}
        for place in (place for place in sheet.typed if place in cells):
            cell, value = cells[place], _result(cells[place])
            if value is None or isinstance(value, bool) or cell.data_type == "e" or (cell.data_type == "f" and str(value).startswith("#")):
                return None
            if isinstance(value, datetime | date | time | timedelta):
                from openpyxl.utils.datetime import to_excel  # only where somebody typed a date

                value = to_excel(value)  # type: ignore[no-untyped-call]
            if isinstance(value, int | float) and not abs(value) < _LARGEST:
                return None
            held[name, *place] = value  # type: ignore[assignment]
    return held


def _clouded(now: Showing) -> bool:
    """Whether text stands beside a number that is none of its kind: no formula of the form can count both, and its counts are not what is right."""
    return len({number_in(content) is None for content in now.odd.values()}) == 2


def _showing(result: Return, contents: dict[Place, Content]) -> Showing:
    assert result.layout and result.edition and result.identity
    if not result.identity.aggregate:
        return showing(result.layout, contents, result.identity.prior)
    typed = {key: reading.value for key, reading in result.readings.items() if reading.value is not None}
    return Showing(result.edition, result.layout.checks, typed, detail={})


def _shown(cell: Cell, now: Showing) -> Content:
    assert cell.shows
    return cell.shows(now)


def _agree(saved: object, wanted: Content) -> bool:
    """Whether a saved result is what the form shows: texts by their folding, numbers as near as two programs come."""
    if isinstance(wanted, str):
        return saved == wanted or (isinstance(saved, str) and fold(saved) == fold(wanted))
    if wanted is None or isinstance(wanted, bool) or isinstance(saved, bool):
        return saved == wanted
    return isinstance(saved, int | float) and math.isclose(saved, wanted, rel_tol=_NEAR, abs_tol=_NEAR)


def _passes(cell: Cell, saved: object, wanted: Content) -> bool:
    """Whether a cell of an outcome shows nothing wrong where something is."""
    return cell.style in _OUTCOMES and str(saved).strip().startswith(_SOUND) and str(wanted).startswith(_TROUBLE)


def _line(place: Place, cell: Cell, result: Return) -> Sentence:
    """Where an outcome stands, with the code of its line."""
    assert result.layout
    sheet, row, col = place
    if cell.style == _OUTCOMES[0]:
        return say("outcome_line", sheet=sheet, cell=a1(row, col), code=result.layout.sheets[sheet].cells[row, 1].content)
    return say("outcome_verdict", sheet=sheet, cell=a1(row, col))


def _told(value: object) -> Sentence:
    if value in (None, ""):
        return say("blank")
    text = plain(f"{value:.15g}" if isinstance(value, float) else value, _SHOWN)
    return Sentence(f"“{text}”", f"“{text}”")


def _why(saved_by: str) -> Sentence:
    """Why results may differ, as far as the program that saved the workbook tells."""
    if saved_by == program.NEVER:
        return say("results_never")
    if saved_by in (program.SCRIPT, program.UNKNOWN):
        return say("results_script")
    return say("results_program", program=program.told(saved_by))
