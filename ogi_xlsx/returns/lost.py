"""Cells to be typed that hold nothing although something may have been typed, or was to be: no declaration makes a 0 of them."""

from collections.abc import Iterable

from ogi_xlsx.form.layout import Layout, Sheet
from ogi_xlsx.form.layout.cells import Area, Place, within
from ogi_xlsx.returns.opening.page import Book, Page


def covering(page: Page, sheet: Sheet) -> dict[Area, list[Place]]:
    """Merges that are none of the form's, each with the cells to be typed that it covers."""
    foreign = set() if sheet.loose else page.merges - set(sheet.merges)
    return {area: covered for area in foreign if (covered := [place for place in sheet.typed if place != area[:2] and within(place, area)])}


def locked(page: Page, sheet: Sheet) -> list[Place]:
    """Cells to be typed that nobody can type in, since their sheet is protected and they are locked."""
    return [place for place in sheet.typed if place not in page.unlocked] if page.protected else []


def mark_covered(book: Book, layout: Layout) -> None:
    """Count cells that a merge covers and that hold nothing as gone: programs throw away what stands under a merge."""
    for name, page in book.pages.items():
        if sheet := layout.sheets.get(name):
            page.gone |= _blank(page, (place for covered in covering(page, sheet).values() for place in covered))


def shut(book: Book, layout: Layout) -> frozenset[str]:
    """Keys of numbers of the tables whose cells are locked and hold nothing: a pasted lock takes the number away, or keeps it out.

    Other cells may be left blank without a declaration, and so may the adjustments of a summary.
    """
    pages = [] if layout.variant.aggregate else [(book.pages[name], sheet) for name, sheet in layout.sheets.items() if name in book.pages]
    keys = (sheet.cells[place].key for page, sheet in pages for place in _blank(page, locked(page, sheet)) - page.gone)
    return frozenset(key for key in keys if key in layout.where)


def _blank(page: Page, places: Iterable[Place]) -> frozenset[Place]:
    return frozenset(place for place in places if place not in page.cells)
