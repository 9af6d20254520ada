"""The locked content of a sheet as texts by which its rows and columns are known again: labels, shapes of formulas, printed numbers."""

from collections.abc import Callable, Container, Mapping

from ogi_xlsx.form.layout import Content, Sheet, text_of
from ogi_xlsx.form.layout.cells import Area, Place
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.moved.references import shape
from ogi_xlsx.returns.opening.page import Cell, Page

Texts = Mapping[Place, str]
_FORMULA, _NUMBER = "\0=", "\0#"  # begin texts that many cells share; no label begins like them


def weak(text: str) -> bool:
    """Whether a text tells little alone, being a formula or a number: it counts where there is nothing better."""
    return text.startswith((_FORMULA, _NUMBER))


def texts_of(sheet: Sheet, personal: Mapping[str, Content]) -> dict[Place, str]:
    """The texts of a sheet as issued."""
    cells = ((place, text_of(cell, personal), cell.is_formula) for place, cell in sheet.printed.items())
    return {place: text for place, content, formula in cells if (text := _text(content, formula))}


def held(cells: Mapping[Place, Cell], known: Container[str]) -> dict[Place, str]:
    """Known texts of a sheet as it came back; a number counts in a locked cell alone."""
    found = ((place, _text(cell.value, cell.data_type == "f")) for place, cell in cells.items() if cell.locked or isinstance(cell.value, str))
    return {place: text for place, text in found if text in known}


def _text(content: object, formula: bool) -> str:
    if isinstance(content, str):
        return f"{_FORMULA}{shape(content)}" if formula else fold(content)
    return f"{_NUMBER}{content}" if isinstance(content, int) and not isinstance(content, bool) else ""


def displaced(issued: Texts, there: Texts, is_open: Callable[[Place], bool]) -> bool:
    """Whether a text is not in its place and stands where nobody expects it, what tells little in the same row or column.

    What stands in open cells may be anything.
    """
    stray: dict[str, list[Place]] = {}
    for place, text in there.items():
        if issued.get(place) != text and not is_open(place):
            stray.setdefault(text, []).append(place)
    missing = ((place, text) for place, text in issued.items() if text in stray and there.get(place) != text)
    return any(not weak(text) or row == other_row or col == other_col for (row, col), text in missing for other_row, other_col in stray[text])


def typed_places(sheet: Sheet) -> set[Place]:
    """Cells to be typed, with those merged into them."""
    typed = set(sheet.typed)
    merged: list[Area] = [area for area in sheet.merges if area[:2] in typed]
    return typed | {(row, col) for first, left, last, right in merged for row in range(first, last + 1) for col in range(left, right + 1)}


def in_place(page: Page, issued: Texts) -> float:
    """The share of a form's labels that stand in their places in a sheet."""
    labels = {place: text for place, text in issued.items() if not weak(text)}
    there = held({place: cell for place in labels if (cell := page.cells.get(place))}, set(labels.values()))
    return sum(there.get(place) == text for place, text in labels.items()) / len(labels)
