"""Takes the numbers from an opened workbook: what each typed cell holds, and what to say where that is no number."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from ogi_xlsx.form.checks import COVER_NUMBERS
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.told_sheets import STATES, TOP
from ogi_xlsx.form.words import Sentence, plain, printed, say
from ogi_xlsx.returns import imported
from ogi_xlsx.returns.opening.page import Book, Cell
from ogi_xlsx.returns.record import BLANK, UNSEEN, Reading, is_yes, number_reading, signed_words, text_reading
from ogi_xlsx.returns.returned import Return

NOT_FILLED, BLANK_PUBLISHED = "C101", "P104"
_ERROR = re.compile(r"=(#[A-Z0-9/]+[!?]?|NA\(\))")
_PEOPLE = ("filler", "phone", "checker", "head", "date")


def take(book: Book, result: Return) -> None:
    """Take readings, fields and declarations of an opened workbook whose layout is known."""
    layout, identity, edition = result.layout, result.identity, result.edition
    assert layout and identity and edition
    formulas = set()
    for name, (sheet, row, col) in layout.fields.items():
        if sheet in book.pages:
            cell = book.pages[sheet].cells.get((row, col))
            result.fields[name] = None if cell is None else cell.value
            if cell is not None and cell.data_type in ("f", "e"):
                formulas.add(name)
    result.formulas = frozenset(formulas)
    for key, place in layout.beside.items():
        if key in COVER_NUMBERS:
            result.readings[key] = _read(book, place, COVER_NUMBERS[key])
    if identity.aggregate:
        _told_cells(result, layout, edition)
        _read_summary(book, result, layout)
        _read_states(book, result)
        return
    for key in layout.checks.typed_keys:
        result.readings[key] = _read(book, layout.where[key], edition.spots[key].column.type)
    if identity.published:
        imported.take(result)
    _carried(book, result, layout)
    _told_cells(result, layout, edition)
    _declarations(result, edition)
    asked = {name: f"cover.{name}" for name in _PEOPLE if f"cover.{name}" not in result.gone}
    blank = [printed(f"cover_{name}").zh for name, key in asked.items() if result.fields.get(key) in (None, "")]
    if blank and not identity.published:
        result.findings.append(found("C201", sheet="封面", names="、".join(blank)))


def _read(book: Book, place: tuple[str, int, int], kind: str) -> Reading:
    sheet, row, col = place
    cell = book.pages[sheet].cells.get((row, col)) if sheet in book.pages else None
    return BLANK if cell is None else reading_of(cell, kind)


def _is_there(book: Book, place: tuple[str, int, int]) -> bool:
    sheet, row, col = place
    return sheet in book.pages and (row, col) not in book.pages[sheet].gone


def _carried(book: Book, result: Return, layout: Layout) -> None:
    """Numbers that were filled in from last year: the right one where the filler corrects it, else the one that was locked in."""
    assert result.identity and result.edition
    for key, source in layout.carried.items():
        right = _read(book, layout.fields[f"carry.{key}"], result.edition.spots[key].column.type)
        taken = result.corrected and (not right.blank or f"carry.{key}" in result.gone)
        result.readings[key] = right if taken else Reading(Decimal(result.identity.prior[source]), "", result.identity.prior[source])


def reading_of(cell: Cell, kind: str) -> Reading:
    """What a typed cell holds, by its type in the file."""
    value, data_type = cell.value, cell.data_type
    if data_type == "f" and is_error(value):
        return Reading(None, "C113", str(value).removeprefix("="))
    if data_type == "f":
        return Reading(None, "C112", plain(value, 40))
    if data_type == "e":
        return Reading(None, "C113", plain(value, 20))
    if isinstance(value, bool):
        return Reading(None, "C105", "TRUE" if value else "FALSE")
    if data_type == "d" or not isinstance(value, int | float | str):
        return Reading(None, "C106", plain(str(value).removesuffix(" 00:00:00"), 30))
    if isinstance(value, str):
        reading = text_reading(value, kind)
        return Reading(None, reading.code, plain(reading.shown, 40) or UNSEEN)
    return number_reading(value, kind, cell.number_format)


def is_error(value: object) -> bool:
    """Whether a formula is nothing but an error value: LibreOffice saves those as formulas."""
    return isinstance(value, str) and bool(_ERROR.fullmatch(value))


def _told_cells(result: Return, layout: Layout, edition: Edition) -> None:
    """A finding for each cell that holds no usable number, and one a table for its blanks."""
    for key, reading in result.readings.items():
        if reading.code and reading.code != imported.NOT_FOUND:
            at = f"carry.{key}" if key in layout.carried else key
            label = edition.spots[key].label if key in edition.spots else printed(key.replace("cover.", "cover_"))
            sheet, cell = layout.sheet_of(at), layout.address(at)
            told = {"where": say("cell_at", sheet=sheet, cell=cell, label=label), "shown": reading.shown, "instead": signed_words(reading.shown)}
            result.findings.append(found(reading.code, sheet=sheet, cell=cell, cells=(key,), **told))


def _declarations(result: Return, edition: Edition) -> None:
    """Zero declarations, then blanks that are not declared, and those that no declaration can mean."""
    assert result.layout
    declared = set()
    for table in edition.tables:
        answer = result.fields.get(f"zero.{table.id}")
        if is_yes(answer):
            declared.add(table.id)
        elif answer not in (None, ""):
            result.findings.append(found("C116", sheet=table.sheet, cell=_zero_address(result, table.id), table=table.sheet, shown=plain(answer, 20)))
    result.zero = frozenset(declared)
    for table in edition.tables:
        keys, not_there = result.layout.checks.typed[table.id], result.gone - result.shut
        blank = [key for key in keys if result.readings[key].blank and key not in not_there]
        if blank and table.id not in declared and not result.lacks(table.sheet):
            result.findings.append(not_filled(result, table.sheet, blank))
        if (shut := [key for key in keys if key in result.shut]) and table.id in declared:
            result.findings.append(_of_blanks("S228", result.layout, table.sheet, shut))


def not_filled(result: Return, sheet: str, blank: Sequence[str]) -> Finding:
    """One finding over the blanks of a table: they are to be filled in, but those of a published report are as they are."""
    assert result.layout and result.identity
    return _of_blanks(BLANK_PUBLISHED if result.identity.published else NOT_FILLED, result.layout, sheet, blank)


def _of_blanks(code: str, layout: Layout, sheet: str, blank: Sequence[str]) -> Finding:
    """A finding of a code about blanks of a table; the first few are named."""
    addresses = [layout.address(key) for key in blank]
    places = Sentence("、".join(addresses[:5]), ", ".join(addresses[:5])) + (say("and_so_on") if len(blank) > 5 else Sentence("", ""))
    return found(code, sheet=sheet, cell=addresses[0], cells=tuple(blank), table=sheet, n=len(blank), places=places)


def _zero_address(result: Return, table: str) -> str:
    assert result.layout
    return result.layout.address(f"zero.{table}")


def _read_summary(book: Book, result: Return, layout: Layout) -> None:
    """A summary's numbers: the exact sum of its detail and adjustments."""
    assert result.identity and result.edition
    unclear: list[str] = []
    unreasoned: list[str] = []
    for key in layout.checks.typed_keys:
        kind = result.edition.spots[key].column.type
        change = f"adjust.amount.{key}"
        names = {f"detail.{i}.{key}": kind for i in range(result.identity.rows)} | {change: "signed_money" if kind == "money" else "signed"}
        readings = {name: _read(book, layout.fields[name], kind) for name, kind in names.items()}
        gone = {name for name in names if not _is_there(book, layout.fields[name])}
        wrong = [name for name, reading in readings.items() if reading.code or (reading.blank and name != change) or name in gone]
        unclear += [f"{layout.fields[name][0]}{layout.address(name)}" for name in wrong if name not in gone]
        if readings[change].value and not str(result.fields.get(f"adjust.reason.{key}") or "").strip():
            unreasoned.append(layout.address(change))
        total = sum((reading.value or Decimal(0) for reading in readings.values()), Decimal(0))
        result.readings[key] = Reading(None if wrong else total, "S208" if wrong else "")
    for code, places in (("S208", unclear), ("S209", unreasoned)):
        if places:
            result.findings.append(found(code, n=len(places), places="、".join(places[:5])))


def _read_states(book: Book, result: Return) -> None:
    """Who was in a summary and from which file, line by line: fields such as `state.0.sha256`."""
    held = book.pages[STATES.name].cells if STATES.name in book.pages else {}
    for i in count():
        row = [held.get((TOP + i, col)) for col in range(1, len(STATES.columns) + 1)]
        if row[0] is None or not isinstance(row[0].value, int):
            return
        result.fields.update({f"state.{i}.{name}": cell and cell.value for (name, _), cell in zip(STATES.columns, row, strict=True)})
