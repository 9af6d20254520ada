"""Reads a report from a saved web page, as a browser shows it: the report's part of the page, tables with their merged cells.

Nothing is loaded and no script runs. The tree is gone through as it lies, not by functions that call themselves: markup may be nested very deep.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ogi_xlsx.form.words import Refusal, say
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.readers import page_doubts, page_parts
from ogi_xlsx.published.readers.collected import MOST_CELLS, Asked, Collected, placed, too_many
from ogi_xlsx.published.readers.decoding import text_of
from ogi_xlsx.published.readers.page_looks import blocks

MOST_DEPTH = 1_000  # elements within one another: a page with endless unclosed <font> reaches some hundred, the parser's own limit is 2 048
MOST_ELEMENTS = 500_000  # a page exported from Word has some 20 000
_TINY = 40  # pixels: what is smaller is an icon
_SPACES = re.compile(r"[ \t\r\n\f]+")  # a no-break space is none of them
_END = re.compile(r"</(?:html|body)\s{0,99}>", re.IGNORECASE)  # browsers show what follows, the parser would leave it out
_DIGITS = re.compile(r"[ \t\r\n\f]*\+?([0-9]+)")
_PIXELS = re.compile(r"\s{0,9}([0-9]{1,5})(?:\.[0-9]{1,9})?(?:px)?\s{0,9}")
_STYLE = re.compile(r"(?:^|;)\s{0,9}(?:width|height)\s{0,9}:\s{0,9}([0-9]{1,5})(?:\.[0-9]{1,9})?px", re.IGNORECASE)


def read(name: str, content: bytes) -> Document:
    """The document in the bytes of a web page. Raises Refusal with one sentence for what cannot be read."""
    text = text_of(content)
    if text is None:
        raise Refusal(say("prose_encoding", file=name))
    return of_text(name, text)


def of_text(name: str, text: str) -> Document:
    """The document in a text with markup. Raises Refusal as `read`."""
    root = _parsed(name, text)
    told, looks = page_parts.clear(root)
    tables = [table for table in root.iter("table") if next(table.iterdescendants("table"), None) is None]
    plain = set(tables)
    lines = [(one.element, one.text) for one in _pieces(root, plain) if one.text]
    around = page_parts.article(root, tables, lines)
    found = Collected(name)
    pieces = list(_pieces(around, plain))
    if told.get("title") and not page_parts.has_title([one.text for one in pieces if one.text][:6]):
        found.line(told["title"])
    for one in pieces:
        if one.is_table:
            found.table(placed(name, list(_rows(one.element, looks))))
        elif one.text:
            found.line(one.text)
        else:
            found.picture()
    return found.document("html", told)


def _parsed(name: str, text: str) -> Any:
    """The tree of a page. Raises Refusal for what is nested too deep, holds too much, or is nothing at all."""
    try:
        import cssselect2  # noqa: F401 - an optional extra, as lxml
        from lxml import etree
    except ImportError as error:
        raise Refusal(say("published_needs", file=name, what=str(error.name))) from None
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(_END.sub("", text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        raise Refusal(say("prose_empty", file=name)) from None
    if root is None:
        raise Refusal(say("prose_empty", file=name))
    depth = deepest = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest, count = max(deepest, depth), count + 1
    if deepest > MOST_DEPTH:
        raise Refusal(say("published_deep", file=name, most=MOST_DEPTH))
    if count > 2 * MOST_ELEMENTS or sum(1 for _ in root.iter("td", "th")) > MOST_CELLS:
        raise too_many(name)
    return root


@dataclass(frozen=True)
class _Piece:
    """A line of text with the element in which it begins; a table; or a picture, which has neither."""

    element: Any
    text: str = ""
    is_table: bool = False


def _pieces(around: Any, plain: set[Any]) -> Iterator[_Piece]:
    """Lines, tables and pictures of an element in order; `plain` are the tables that hold none."""
    held: list[str] = []
    begun: Any = None

    def line() -> Iterator[_Piece]:
        nonlocal begun
        if begun is not None:
            yield _Piece(begun, _shown("".join(held)))
        held.clear()
        begun = None

    for event, element in _walk(around, plain):
        if event == "text":
            if begun is None and element[1].strip():
                begun = element[0]
            held.append(element[1])
        elif event == "table":
            yield from line()
            yield _Piece(element, is_table=True)
        elif element.tag == "img":
            if _is_picture(element):
                yield from line()
                yield _Piece(element)
        else:
            yield from line()
    yield from line()


def _walk(around: Any, plain: set[Any]) -> Iterator[tuple[str, Any]]:
    """What a browser meets on its way through an element: texts with the element they stand in, blocks that begin or end, whole tables, pictures."""
    from lxml import etree

    walk, lines = etree.iterwalk(around, events=("start", "end")), blocks()
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if element in plain:
                walk.skip_subtree()
                yield "table", element
                continue
            if tag in lines or tag == "img":
                yield "block", element
            if element.text:
                yield "text", (element, element.text)
        else:
            if tag in lines:
                yield "block", element
            if element.tail and element is not around:
                yield "text", (element.getparent(), element.tail)


def _shown(text: str) -> str:
    """Text with its white space as a browser shows it; no-break spaces stay."""
    return _SPACES.sub(" ", text).strip(" ")


def _is_picture(image: Any) -> bool:
    """Whether an image is one that can hold a table: it has a source and is told no smaller than an icon."""
    sizes = [match[1] for side in ("width", "height") if (match := _PIXELS.fullmatch(image.get(side) or ""))]
    sizes += _STYLE.findall(image.get("style") or "")
    return bool(image.get("src")) and not any(int(size) < _TINY for size in sizes)


def _rows(table: Any, looks: Mapping[Any, Mapping[str, str]]) -> Iterator[list[Asked]]:
    """The rows of a table; cells that stand in none make one of their own."""
    row: list[Asked] | None = None
    of: Any = None
    for element in table.iter("tr", "td", "th"):
        if element.tag == "tr":
            if row is not None:
                yield row
            row, of = [], element
            continue
        around = next(element.iterancestors("tr", "table"))
        if row is None or (around is not of and of is not table):
            if row is not None:
                yield row
            row, of = [], around
        text = "\n".join(piece.text for piece in _pieces(element, set()) if piece.text) or _blank(element)
        doubts = tuple(map(say, page_doubts.names(element, looks)))
        row.append(Asked(text, _span(element.get("rowspan"), 0), _span(element.get("colspan"), 1), doubts))
    if row is not None:
        yield row


def _blank(cell: Any) -> str:
    """What a cell without words holds: no-break spaces, as they stand, or nothing."""
    return _shown("".join(cell.itertext()))


def _span(text: str | None, least: int) -> int:
    """How many rows or columns a cell asks for, as browsers read numbers: digits up to what is none; else 1."""
    digits = _DIGITS.match(text or "")
    return max(least, int(digits[1][:6])) if digits else 1
