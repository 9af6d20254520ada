"""What is attached to a returned workbook beside its cells: macros, links to elsewhere, embedded objects, pictures.

None of it is opened or run. What every office program adds by itself (printer settings, themes, thumbnails, chains of calculation,
custom XML, parts of its own) is no concern here.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout, a1
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns.opening.page import Book, Related

_MACROS = {  # by the last word of a relation's type
    "vbaProject": "macro_vba",
    "control": "macro_control",
    **dict.fromkeys(("jdeExtension", "jsProject"), "macro_wps"),
    **dict.fromkeys(("xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"), "macro_sheet"),
    **dict.fromkeys(("webextension", "webextensiontaskpanes"), "macro_addin"),
}
_OBJECTS = ("oleObject", "package")
_IN_CELLS = ("cellImage", "richValueRel", "rdRichValueWebImage")  # pictures that WPS and Excel keep within cells
_TEXTS = re.compile(r'"(?:[^"]|"")*"|' + r"'(?:[^']|'')*'")
_REACHING = re.compile(r"\||\b(?:WEBSERVICE|IMAGE|STOCKHISTORY|RTD|DDE|CALL|REGISTER(?:\.ID)?|SQL\.REQUEST)\(", re.IGNORECASE)
_TARGET = 80  # characters of a target that are shown
_DEEPEST = 5  # parts between a sheet and what it leads to: a drawing, a chart


def findings(book: Book, layout: Layout) -> list[Finding]:
    """S213 to S215, S226 and S227, one finding each over the whole workbook. A summary's own links and charts are none."""
    sheets = _Sheets(book)
    macros, objects = list(_macros(book, sheets)), list(_objects(book, sheets))
    told = {"S213": macros, "S214": list(_links(book, sheets)), "S215": objects}
    if not layout.variant.aggregate:
        told["S227"] = list(_hyperlinks(book, layout, sheets))
    with_objects = {sheet for sheet, _ in macros + objects}  # each object has a picture of itself
    told["S226"] = list(_pictures(book, layout, sheets, with_objects))
    return [found(code, sheet=places[0][0], n=len(places), places=listed([words for _, words in places])) for code, places in told.items() if places]


Told = Iterator[tuple[str, Sentence]]  # the sheet, empty for the whole workbook, and the words


class _Sheets:
    """Whose a part is: the sheet that leads to it."""

    def __init__(self, book: Book) -> None:
        self.titles = {page.part: page.title for page in book.pages.values() if page.part}
        self.above = {one.target: one.part for one in book.related if not one.outside and one.target not in self.titles}

    def of(self, part: str) -> str:
        """Title of the sheet; empty for what belongs to the whole workbook."""
        for _ in range(_DEEPEST):
            if part in self.titles:
                return self.titles[part]
            part = self.above.get(part, "")
        return ""


def _at(sheet: str, key: str, **told: object) -> tuple[str, Sentence]:
    """Words with the sheet before them, where there is one."""
    words = say(key, **told)
    return sheet, say("on_sheet", sheet=plain(sheet, 40), what=words) if sheet else words


def _macros(book: Book, sheets: _Sheets) -> Told:
    related = [(sheets.of(one.part), _MACROS[one.kind]) for one in book.related if one.kind in _MACROS and not one.outside]
    if not any(key == "macro_vba" for _, key in related) and any(part.casefold().endswith("/vbaproject.bin") for part in book.parts):
        related.append(("", "macro_vba"))
    return (_at(sheet, key) for sheet, key in dict.fromkeys(related))


def _links(book: Book, sheets: _Sheets) -> Told:
    """What the office program would fetch by itself: other workbooks, linked objects and pictures, data of other programs."""
    outside: dict[str, list[Related]] = {}
    for one in book.related:
        if one.outside and one.kind != "hyperlink":
            outside.setdefault(one.part, []).append(one)
    for one in book.related:
        if one.kind == "externalLink" and not one.outside:
            targets = outside.pop(one.target, [])
            yield _at("", "link_target", target=plain(targets[0].target, _TARGET)) if targets else _at("", "link_program")
        elif one.kind == "connections" and not one.outside:
            yield _at("", "link_data")
    led = {one.target for one in book.related}
    for part in book.parts:
        if part.startswith("xl/externalLinks/") and "/_rels/" not in part and part not in led:  # nothing leads there, yet
            yield _at("", "link_target", target=plain(part, _TARGET))
    for part, several in outside.items():
        for one in several:
            yield _at(sheets.of(part), "link_target", target=plain(one.target, _TARGET))
    for page in book.pages.values():
        for place, cell in page.cells.items():
            if cell.data_type == "f" and reaching(str(cell.value)):
                yield page.title, say("link_formula", sheet=plain(page.title, 40), cell=a1(*place), formula=plain(cell.value, 40))
    for name, formula in book.names.items():
        if reaching(formula):
            yield _at("", "link_name", name=plain(name, 40), formula=plain(formula, 40))


@lru_cache(maxsize=20_000)
def reaching(formula: str) -> bool:
    """Whether a formula fetches something from another program or the network.

    >>> reaching("=cmd|'/c calc'!A0"), reaching('=IF(A1="a|b",1,0)')
    (True, False)
    """
    return bool(_REACHING.search(formula)) and bool(_REACHING.search(_TEXTS.sub("", formula)))


def _objects(book: Book, sheets: _Sheets) -> Told:
    held = {one.target: sheets.of(one.part) for one in book.related if one.kind in _OBJECTS and not one.outside}
    held = {part: "" for part in book.parts if part.startswith("xl/embeddings/")} | held
    return (_at(sheet, "object_embedded") for sheet in held.values())


def _hyperlinks(book: Book, layout: Layout, sheets: _Sheets) -> Told:
    """Links to outside on the sheets of the form: at cells, then at drawings."""
    outside = {(one.part, one.id): one.target for one in book.related if one.kind == "hyperlink" and one.outside and not one.target.startswith("#")}
    for name in layout.sheets:
        page = book.pages.get(name)
        for area, rel in page.links if page else ():
            if page and (target := outside.pop((page.part, rel), None)) is not None:
                yield name, say("hyperlink_at", sheet=name, cell=a1(*area[:2]), target=plain(target, _TARGET))
    for (part, _), target in outside.items():
        if part not in sheets.titles and sheets.of(part) in layout.sheets:
            yield _at(sheets.of(part), "link_target", target=plain(target, _TARGET))


def _pictures(book: Book, layout: Layout, sheets: _Sheets, told: set[str]) -> Told:
    """Sheets of the form with drawings or pictures, but for those with charts of ours, and those of which objects were told."""
    drawings = [one for one in book.related if one.kind == "image" or (one.kind == "drawing" and one.target in book.drawn)]
    drawn = {sheets.of(one.part) for one in drawings if not one.outside}
    for name, sheet in layout.sheets.items():
        if name in drawn and name not in told and not sheet.drawings:
            yield name, Sentence(name, name)
    if any(one.kind in _IN_CELLS for one in book.related):
        yield _at("", "picture_in_cells")
