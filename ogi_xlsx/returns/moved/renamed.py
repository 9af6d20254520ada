"""Sheets that were renamed or copied: known by the labels that stand in their places."""

from collections.abc import Mapping
from dataclasses import replace

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Content, Layout, Sheet, a1
from ogi_xlsx.form.layout.cells import Place, within
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns.moved.landmarks import in_place, texts_of
from ogi_xlsx.returns.opening.page import Book, Page

_SURE = 0.9  # of the labels: a sheet of another edition shares half of them


def own_names(book: Book, layout: Layout, personal: Mapping[str, Content]) -> dict[str, str]:
    """Present name of each sheet of the form that was renamed, where only one sheet can be meant."""
    missing = [name for name in layout.sheets if name not in book.pages]
    extra = _extra(book, layout) if missing else []
    if not extra:
        return {}
    fitting = {name: _fitting(book, extra, layout.sheets[name], personal) for name in missing}
    claimed = [title for titles in fitting.values() for title in titles]
    return {name: titles[0] for name, titles in fitting.items() if len(titles) == 1 and claimed.count(titles[0]) == 1}


def renamed_back(book: Book, names: Mapping[str, str]) -> Book:
    """A workbook whose sheets have their own names again, in the order of the file."""
    own = {title: name for name, title in names.items()}
    return replace(book, pages={own.get(title, title): replace(page, title=own.get(title, title)) for title, page in book.pages.items()})


def copies(book: Book, layout: Layout, personal: Mapping[str, Content]) -> dict[str, str]:
    """Sheets that are copies of one of the form that is there, too, with its name."""
    found_: dict[str, str] = {}
    extra = _extra(book, layout)
    for name, sheet in layout.sheets.items() if extra else ():
        if name in book.pages or name in book.unread:
            found_ |= dict.fromkeys(_fitting(book, extra, sheet, personal), name)
    return found_


def _extra(book: Book, layout: Layout) -> list[str]:
    return [title for title in book.pages if title not in layout.sheets and title != IDENTITY_SHEET]


def _fitting(book: Book, titles: list[str], sheet: Sheet, personal: Mapping[str, Content]) -> list[str]:
    issued = texts_of(sheet, personal)
    return [title for title in titles if in_place(book.pages[title], issued) >= _SURE]


def differing(copy: Page, original: Page, sheet: Sheet) -> list[Place]:
    """Cells to be typed, or of data, that hold something else in a copy."""
    places = set(sheet.typed)
    if sheet.data:
        places |= {place for page in (copy, original) for place in page.cells if within(place, sheet.data.area)}
    return sorted(place for place in places if _value(copy, place) != _value(original, place))


def _value(page: Page, place: Place) -> object:
    cell = page.cells.get(place)
    return None if cell is None or cell.value == "" else cell.value


def findings(book: Book, layout: Layout, names: Mapping[str, str]) -> list[Finding]:
    """S216 and S217, one a sheet."""
    told = [found("S216", sheet=name, name=name, now=plain(title, 40)) for name, title in names.items()]
    for title, name in book.copies.items():
        differ: Sentence
        if name not in book.pages:
            differ = say("copy_of_unread", name=name)
        elif places := differing(book.pages[title], book.pages[name], layout.sheets[name]):
            named = [say("copy_holds", cell=a1(*place), shown=_shown(book.pages[title], place)) for place in places]
            differ = say("copy_differs", n=len(places), name=name, places=listed(named))
        else:
            differ = say("copy_same", name=name)
        told.append(found("S217", sheet=name, copy=plain(title, 40), name=name, differ=differ))
    return told


def _shown(page: Page, place: Place) -> Sentence:
    value = _value(page, place)
    return say("blank") if value is None else Sentence(f"“{plain(value, 40)}”", f"“{plain(value, 40)}”")
