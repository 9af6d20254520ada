"""What lies over or is kept out of sight in a returned workbook: hidden parts of the form, and comments."""

from collections.abc import Iterator
from typing import Any

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout, Sheet, a1
from ogi_xlsx.form.layout.cells import column_name, within
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns import notes

_WORDS = 20  # characters of a comment that are shown


def findings(book: Any, layout: Layout) -> list[Finding]:
    """S211 and S212, one finding each over the whole workbook."""
    pages = [(book[name], sheet) for name, sheet in layout.sheets.items() if name in book.sheetnames]
    hidden = [place for page, sheet in pages for place in _hidden(page, sheet)]
    comments = [place for page, _ in pages for place in _comments(page)]
    told = []
    for code, places in (("S211", hidden), ("S212", comments)):
        if places:
            sheet, cell, _ = places[0]
            told.append(found(code, sheet=sheet, cell=cell, n=len(places), places=listed([named for _, _, named in places])))
    return told


def _hidden(page: Any, sheet: Sheet) -> Iterator[tuple[str, str, Sentence]]:
    """The sheet, or its rows and columns that hold something of the form: sheet, address, words. Rows that a filter hides are not out of sight."""
    if page.sheet_state != "visible":
        yield sheet.name, "", say("hidden_sheet", sheet=sheet.name)
        return
    last_row, last_col = (max(place[i] for place in sheet.cells) for i in (0, 1))
    for row, look in sorted(page.row_dimensions.items()):
        if look.hidden and row <= last_row and not within((row, 1), sheet.filter):
            yield sheet.name, a1(row, 1), say("hidden_row", sheet=sheet.name, n=row)
    for look in page.column_dimensions.values():
        for col in range(look.min, min(look.max or look.min, last_col) + 1) if look.hidden else ():
            yield sheet.name, a1(1, col), say("hidden_column", sheet=sheet.name, col=column_name(col))


def _comments(page: Any) -> Iterator[tuple[str, str, Sentence]]:
    for place, text in notes.of_others(page):
        yield page.title, a1(*place), say("comment_at", sheet=page.title, cell=a1(*place), text=plain(text, _WORDS))
