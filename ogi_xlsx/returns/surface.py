"""What lies over or is kept out of sight in a returned workbook: hidden parts of the form, comments, locks and rules on cells to be typed."""

from collections.abc import Iterator
from itertools import product

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout, Sheet, a1
from ogi_xlsx.form.layout.cells import Place, column_name, within
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns import lost, notes
from ogi_xlsx.returns.opening.page import Book, Page

_WORDS = 20  # characters of a comment that are shown


def findings(book: Book, layout: Layout) -> list[Finding]:
    """S211, S212, S218 and S219, one finding each over the whole workbook."""
    pages = [(book.pages[name], sheet) for name, sheet in layout.sheets.items() if name in book.pages]
    hidden = [place for page, sheet in pages for place in _hidden(page, sheet)]
    comments = [place for page, _ in pages for place in _comments(page)]
    locked = [_cell(page, place) for page, sheet in pages for place in lost.locked(page, sheet)]
    unruled = [place for page, sheet in pages for place in _unruled(page, sheet) if place not in locked]
    told = []
    for code, places in (("S211", hidden), ("S212", comments), ("S218", locked), ("S219", unruled)):
        if places:
            sheet, cell, _ = places[0]
            told.append(found(code, sheet=sheet, cell=cell, n=len(places), places=listed([named for _, _, named in places])))
    return told


def _hidden(page: Page, sheet: Sheet) -> Iterator[tuple[str, str, Sentence]]:
    """The sheet, or its rows and columns that hold something of the form: sheet, address, words. Rows that a filter hides are not out of sight."""
    if page.state != "visible":
        yield sheet.name, "", say("hidden_sheet", sheet=sheet.name)
        return
    last_row, last_col = (max(place[i] for place in sheet.cells) for i in (0, 1))
    for row in sorted(page.hidden_rows):
        if row <= last_row and not within((row, 1), sheet.filter):
            yield sheet.name, a1(row, 1), say("hidden_row", sheet=sheet.name, n=row)
    for first, last in page.hidden_columns:
        for col in range(first, min(last, last_col) + 1):
            yield sheet.name, a1(1, col), say("hidden_column", sheet=sheet.name, col=column_name(col))


def _comments(page: Page) -> Iterator[tuple[str, str, Sentence]]:
    for place, text in notes.of_others(page):
        yield page.title, a1(*place), say("comment_at", sheet=page.title, cell=a1(*place), text=plain(text, _WORDS))
    for place, text in notes.of_others(page.between) if page.between else ():
        yield page.title, "", say("comment_in_new_line", sheet=page.title, cell=a1(*place), text=plain(text, _WORDS))


def _unruled(page: Page, sheet: Sheet) -> Iterator[tuple[str, str, Sentence]]:
    """Cells whose rule on what may be typed is gone; a rule that only gives advice is none."""
    left = {place for one in sheet.validations if one.kind != "text" for place in one.places}
    for area in page.validated:
        if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) <= len(left):
            left.difference_update(product(range(area[0], area[2] + 1), range(area[1], area[3] + 1)))
        else:
            left = {place for place in left if not within(place, area)}
    return (_cell(page, place) for place in sorted(left))


def _cell(page: Page, place: Place) -> tuple[str, str, Sentence]:
    return page.title, a1(*place), Sentence(f"{page.title}{a1(*place)}", f"{page.title}!{a1(*place)}")
