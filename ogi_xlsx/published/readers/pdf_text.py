"""The document in what is drawn on the pages of a PDF: lines become paragraphs, and tables that page breaks cut are one again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ogi_xlsx.form.words import say
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.readers import pdf_joined
from ogi_xlsx.published.readers.collected import Collected
from ogi_xlsx.published.readers.pdf_cells import Ruled, tables
from ogi_xlsx.published.readers.pdf_drawn import Box, Drawn
from ogi_xlsx.published.readers.pdf_lines import Line, Margins, furniture, joined, lines
from ogi_xlsx.published.readers.pdf_seen import RECOGNISED

_WIDE, _HIGH = 0.4, 60  # of a page's width, and points: a picture as large may hold a table, a seal is smaller
_ENOUGH = 5  # lines of a page that tell where its margins are


@dataclass
class _Item:
    """What stands on a page, and how far from its top."""

    page: int
    top: float
    what: Line | Ruled | Box


def document(name: str, drawn: Sequence[Drawn]) -> Document:
    """The document on these pages. Raises Refusal where it holds more than any report."""
    pages = list(_pages(name, drawn))
    every = Margins.of([item.what for items in pages for item in items if isinstance(item.what, Line)])
    margins = {}
    for page, items in zip(drawn, pages, strict=True):
        held = [item.what for item in items if isinstance(item.what, Line)]
        margins[page.number] = Margins.of(held) if len(held) >= _ENOUGH else every
    found = Collected(name)
    _tell(_joined(pages), margins.__getitem__, found)
    recognised = [page.number for page in drawn if any(char.doubt == RECOGNISED for char in page.chars)]
    doubts = (say("recognised_pages", pages=", ".join(map(str, recognised))),) if recognised else ()
    return replace(found.document("pdf"), doubts=doubts)


def _pages(name: str, drawn: Sequence[Drawn]) -> Iterator[list[_Item]]:
    """What stands on each page from top to bottom, without page numbers and running titles."""
    taken = [(page, *tables(name, page)) for page in drawn]
    held = [(page, ruled, lines(outside)) for page, ruled, outside in taken]
    for (page, ruled, texts), gone in zip(held, furniture([(page.height, texts) for page, _, texts in held]), strict=True):
        items = [_Item(page.number, line.top, line) for line in texts if line not in gone]
        items += [_Item(page.number, table.box.top, table) for table in ruled]
        items += [_Item(page.number, box.top, box) for box in page.pictures if _may_hold_a_table(box, page)]
        yield sorted(items, key=lambda item: item.top)


def _may_hold_a_table(box: Box, page: Drawn) -> bool:
    """Whether a picture is large enough; one behind all the text of a page is its background, or the page itself with its text recognised."""
    behind = bool(page.chars) and box.bottom - box.top > 0.8 * page.height
    return not behind and box.x1 - box.x0 > _WIDE * page.width and box.bottom - box.top > _HIGH


def _joined(pages: Sequence[Sequence[_Item]]) -> list[_Item]:
    """All that stands on the pages, a table that goes on on the next page made one with it; a frame around a line is no table."""
    found: list[_Item] = []
    end = 0  # the page on which the last table ends
    for items in pages:
        for item in items:
            last = found[-1].what if found else None
            if isinstance(item.what, Ruled) and isinstance(last, Ruled) and item.page == end + 1 and pdf_joined.can_join(last, item.what):
                pdf_joined.join(last, item.what)
            else:
                found.append(item)
            end = item.page if isinstance(item.what, Ruled) else end
    return [one for item in found for one in _opened(item)]


def _opened(item: _Item) -> Iterator[_Item]:
    """A table; of a frame the lines in it."""
    if isinstance(item.what, Ruled) and len(item.what.cells) == 1:
        yield from (_Item(item.page, line.top, line) for line in item.what.held)
    else:
        yield item


def _tell(items: Sequence[_Item], margins: Callable[[int], Margins], found: Collected) -> None:
    """Hand over the blocks in order, lines put together to paragraphs."""
    text, page = "", 0
    before: _Item | None = None
    for item in items:
        if isinstance(item.what, Line):
            if before and isinstance(before.what, Line) and _goes_on(before, item, margins):
                text = joined(text, item.what.text)
            else:
                found.line(text, page)
                text, page = item.what.text, item.page
        else:
            found.line(text, page)
            text = ""
            if isinstance(item.what, Ruled):
                found.grid(pdf_joined.cells(item.what))
            else:
                found.picture(item.page)
        before = item
    found.line(text, page)


def _goes_on(before: _Item, item: _Item, margins: Callable[[int], Margins]) -> bool:
    """Whether a line goes on with the paragraph of the one before, which may end the page before."""
    assert isinstance(before.what, Line) and isinstance(item.what, Line)
    if before.page == item.page:
        near = item.what.top - before.what.bottom < 2.5 * item.what.size
        return near and margins(item.page).goes_on(before.what, item.what)
    left, right = margins(item.page).left, margins(before.page).right
    return item.page == before.page + 1 and Margins(left, right).goes_on(before.what, item.what)
