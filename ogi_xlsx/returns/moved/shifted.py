"""Brings a workbook whose sheets, rows or columns were moved or renamed back into the order it was issued in, where that is certain.

What stands as issued is left alone. A sheet that cannot be located is not read: no number is taken from a cell that may be another's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Cell, Content, Layout, Sheet, a1, text_of
from ogi_xlsx.form.layout.cells import Place, column_name
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns import lost
from ogi_xlsx.returns.compare import canonical, changed
from ogi_xlsx.returns.moved import renamed
from ogi_xlsx.returns.moved.alignment import Axis
from ogi_xlsx.returns.moved.located import AXES, ROW, Form, Located
from ogi_xlsx.returns.moved.references import Moved, followed, unknown
from ogi_xlsx.returns.opening.page import Book, Page

_NAMED = 20  # characters of a label
_HELD = 40  # characters of what a cell holds


@dataclass
class Settled:
    """A workbook in the order it was issued in, the sheets that are missing, keys and fields whose cells are not there, and what to say.

    `shut` are those keys among them whose cells are there, but locked (see `returns.lost`).
    """

    book: Book
    missing: frozenset[str]
    gone: frozenset[str]
    shut: frozenset[str]
    findings: list[Finding]


def settled(book: Book, layout: Layout, personal: Mapping[str, Content]) -> Settled:
    """A workbook with every sheet, row and column where it was issued; sheets of which that is not certain are among its `unread`."""
    names = renamed.own_names(book, layout, personal)
    book = renamed.renamed_back(book, names) if names else book
    moves = {name: Moved(title) for name, title in names.items()}
    pages, unread = dict(book.pages), {}
    told: list[Finding] = []
    for name, sheet in layout.sheets.items():
        if name not in pages or _stands(pages[name], sheet, personal):
            continue
        form = Form(sheet, personal)
        located = form.located(pages[name])
        if located is None:
            unread[name] = pages.pop(name)
            moves[name] = Moved(name, None)
            told.append(found("S221", sheet=name, table=name))
        elif located.axes:
            pages[name] = located.page
            moves[name] = Moved(names.get(name, name), located.axes)
            told += _told(located, form, layout, personal)
        if name in pages:
            pages[name].gone |= form.unlabelled(pages[name])
    if moves:
        book = replace(book, pages=pages, unread=unread)
        _follow(book, layout, personal, moves)
    copies = renamed.copies(book, layout, personal)
    book = replace(book, copies=copies) if copies else book
    missing = frozenset(layout.sheets) - frozenset(book.pages)
    lost.mark_covered(book, layout)
    cells = [cell for name in missing for cell in layout.sheets[name].cells.values()]
    cells += [cell for name, page in book.pages.items() for place in page.gone if (cell := layout.sheets[name].cells.get(place))]
    shut = lost.shut(book, layout)
    return Settled(book, missing, frozenset(cell.key for cell in cells if cell.key) | shut, shut, [*renamed.findings(book, layout, names), *told])


def _stands(page: Page, sheet: Sheet, personal: Mapping[str, Content]) -> bool:
    """Whether everything locked is as issued, everything to be typed can be, and nothing is typed elsewhere."""
    page.as_issued = next(changed(page, sheet, personal), None) is None
    stray = page.as_issued and any(place in page.cells and place not in sheet.cells for place in page.unlocked)
    return page.as_issued and not stray and sheet.typed.keys() <= page.unlocked


def _follow(book: Book, layout: Layout, personal: Mapping[str, Content], moves: Mapping[str, Moved]) -> None:
    """Give formulas whose references did nothing but follow what was moved the text they were issued with."""
    blurred = unknown(name for name, moved in moves.items() if moved.axes is None)
    for name, page in book.pages.items():
        differing = list(changed(page, layout.sheets[name], personal)) if name in layout.sheets else []
        for place, cell, got, wanted in differing:
            if _is_formula(page, place, cell) and canonical(followed(str(got), name, blurred)) == canonical(followed(str(wanted), name, moves)):
                page.cells[place] = replace(page.cells[place], value=wanted)


def _is_formula(page: Page, place: Place, cell: Cell) -> bool:
    return cell.is_formula and place in page.cells and page.cells[place].data_type == "f"


def _told(located: Located, form: Form, layout: Layout, personal: Mapping[str, Content]) -> Iterator[Finding]:
    """S220 with what is new and what is gone, and S207 with what stands in new rows and columns."""
    page, between, name = located.page, located.page.between, form.sheet.name
    assert located.axes and between
    moves = [one for axis, lines in zip(AXES, located.axes, strict=True) for one in _moves(axis, lines, form.sheet, personal)]
    gone = [cell for place in sorted(page.gone) if (cell := form.sheet.cells.get(place))]
    keys = tuple(cell.key for cell in gone if cell.key in layout.where)
    numbers = say("moved_lost") if any(cell.key for cell in gone) else Sentence("", "")
    yield found("S220", sheet=name, cells=keys, table=name, moves=listed(moves), lost=numbers)
    if others := sorted(between.cells.items()):
        held = [say("in_new_line", sheet=name, cell=a1(*place), now=plain(cell.value, _HELD)) for place, cell in others]
        yield found("S207", sheet=name, n=len(held), places=listed(held))


def _moves(axis: int, lines: Axis, sheet: Sheet, personal: Mapping[str, Content]) -> Iterator[Sentence]:
    """What is new on an axis and what is gone, in words."""
    for at, new in lines.more:
        yield say("rows_new", at=at, n=len(new)) if axis == ROW else say("columns_new", at=column_name(at), n=len(new))
    for run in lines.gone:
        for at in run:
            label = _label(axis, at, sheet, personal)
            yield say("row_gone", at=at, label=label) if axis == ROW else say("column_gone", at=column_name(at), label=label)


def _label(axis: int, at: int, sheet: Sheet, personal: Mapping[str, Content]) -> Sentence:
    """The first printed text of a row or column that is merged over no other, in quotes; empty where it has none."""
    spans = {area[:2]: area for area in sheet.merges}
    own = [cell for place, cell in sorted(sheet.cells.items()) if place[axis] == at == spans.get(place, (*place, *place))[axis + 2]]
    texts = [text for cell in own if isinstance(text := text_of(cell, personal), str) and text.strip() and not cell.is_formula and not cell.typed]
    return Sentence(f"“{plain(texts[0], _NAMED)}”", f" “{plain(texts[0], _NAMED)}”") if texts else Sentence("", "")
