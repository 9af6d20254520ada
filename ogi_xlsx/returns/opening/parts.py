"""How the XML parts of a returned workbook are parsed: streamed through expat, no document type, no entity of its own.

Small parts call back for each element (`stream`); sheets are taken row by row as trees (`below`), which costs half as much.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import Protocol, TypeVar, cast
from xml.etree.ElementTree import XML, Element, ParseError, XMLPullParser
from xml.parsers import expat

from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.opening.safety import Unreadable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
R_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
STRICT = "http://purl.oclc.org/ooxml/"
MOST_DEPTH = 200  # elements within one another; parts of office programs reach 20
MOST_ELEMENTS = 4_000_000  # of a part; a sheet with the details of five thousand agencies has some two million
MOST_TEXT = 1_000_000  # characters of one text; a cell holds 32 767
MOST_NAMES = 20_000  # defined names, custom properties, relations, comments: a form has some hundred
MOST_WITHIN = 200_000  # elements of a row, or of what lies over the cells: a row has 16 384 cells
_KEPT = 20_000  # bytes of a part that is remembered: the themes and styles of our forms are smaller
SMALL = 1_000_000  # bytes of a part that is taken apart at once: its tree takes some thirty times as many; of a larger one, bytes at a time
_RUN = 6_000_000  # bytes without an element: a text of MOST_TEXT characters takes less
_HEAD = re.compile(rb"""(\xef\xbb\xbf)?(<\?xml version=["']1\.0["'] encoding=["'](?i:utf-8)["']( standalone=["'](yes|no)["'])?\s*\?>)?\s*<[A-Za-z_]""")
_ENCODINGS = {None, "UTF-8", "UTF-16", "US-ASCII", "ISO-8859-1"}  # those that expat knows by itself

T = TypeVar("T")


class Handler(Protocol):
    """What takes the elements of a part; names are `namespace local`."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of text within an element."""


def stream(name: str, data: bytes, handler: Handler) -> None:
    """Stream a part through a handler. Raises Unreadable where it is not well-formed, has a document type, or a value is none of its kind."""
    parser = _parser(name)
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise _damaged(name, parser.CurrentLineNumber) from error


def below(name: str, data: bytes, opened: str) -> Iterator[tuple[int, Element]]:
    """The elements right below the root of a part, each whole, with 1; before one that is `opened`, those right below it, with 2.

    An element holds what it held until the next is asked for. Names are `{namespace}local`. Raises Unreadable as `stream`.
    """
    if not _HEAD.match(data) or b"<!DOCTYPE" in data:
        guard(name, data)
    try:
        yield from _at_once(data, opened) if len(data) <= SMALL else _piecewise(name, data, opened)
    except (ParseError, ValueError) as error:
        line = error.position[0] if isinstance(error, ParseError) else 0
        raise _damaged(name, line) from error


def _at_once(data: bytes, opened: str) -> Iterator[tuple[int, Element]]:
    for element in XML(data):
        if element.tag == opened:
            for within in element:
                yield 2, within
        yield 1, element


def _piecewise(name: str, data: bytes, opened: str) -> Iterator[tuple[int, Element]]:
    """As `_at_once`, with limits, and without the whole tree in memory."""
    if any(data.find(b"<", at, at + _RUN) < 0 for at in range(0, len(data) - _RUN, SMALL)):  # its pieces would fill the memory
        raise Unreadable("S107", what=say("unsafe_run", part=plain(name, 60), most=_RUN // 1_000_000))
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    depth = elements = within = 0
    is_open = False
    for first in range(0, len(data), SMALL):
        parser.feed(data[first : first + SMALL])
        if first + SMALL >= len(data):
            parser.close()
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            if event == "start":
                depth += 1
                within += 1
                if depth == 2:
                    is_open = element.tag == opened
                elif depth > MOST_DEPTH:
                    raise Unreadable("S107", what=say("unsafe_depth", most=MOST_DEPTH))
                continue
            depth -= 1
            if depth == 1 or (depth == 2 and is_open):
                elements += within
                within = 0
                yield depth, element
                element.clear()
            if within > MOST_WITHIN or elements > MOST_ELEMENTS:
                raise Unreadable("S107", what=say("unsafe_elements", most=(MOST_WITHIN if within > MOST_WITHIN else MOST_ELEMENTS) // 10_000))


def _damaged(name: str, line: int) -> Unreadable:
    return Unreadable("S103", reason=say("damaged_xml", part=plain(name, 60), line=line))


def remembered(read: Callable[[str, bytes], T]) -> Callable[[str, bytes], T]:
    """What reads or guards a part, made to look once at one that is the same in thousands of returns, as themes and styles are."""
    kept = lru_cache(100)(read)

    @wraps(read)
    def once(name: str, data: bytes) -> T:
        return (kept if len(data) <= _KEPT else read)(name, data)

    return once


@remembered
def guard(name: str, data: bytes) -> None:
    """Refuse a part that is not read where it has a document type; whether it is well-formed is nobody's concern here."""
    parser = _parser(name)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        return


def _parser(name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def document_type(*_: object) -> None:
        raise Unreadable("S107", what=say("unsafe_doctype", part=plain(name, 60)))

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            raise Unreadable("S103", reason=say("damaged_encoding", part=plain(name, 60), encoding=plain(encoding, 20)))

    parser.StartDoctypeDeclHandler = document_type
    parser.XmlDeclHandler = declaration
    return parser


class Elements:
    """A handler by tables: functions of the attributes of an element, of its end, and of the text that an element without others in it held.

    Raises Unreadable for parts nested too deep.
    """

    def __init__(
        self,
        starts: Mapping[str, Callable[[dict[str, str]], None]],
        texts: Mapping[str, Callable[[str], None]],
        ends: Mapping[str, Callable[[], None]] = MappingProxyType({}),
    ) -> None:
        self.starts, self.texts, self.ends = starts, texts, ends
        self.depth = self.elements = 0
        self.held: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Unreadable("S107", what=say("unsafe_elements", most=MOST_ELEMENTS // 10_000))
        if self.depth > MOST_DEPTH:
            raise Unreadable("S107", what=say("unsafe_depth", most=MOST_DEPTH))
        if self.held is not None:
            raise ValueError("an element within a text")  # its own text would be taken for a piece of it
        if call := self.starts.get(tag):
            call(attributes)
        if tag in self.texts:
            self.held = []

    def end(self, tag: str) -> None:
        """An element ends."""
        self.depth -= 1
        if told := self.texts.get(tag):
            told("".join(self.held or ()))
            self.held = None
        if call := self.ends.get(tag):
            call()

    def text(self, data: str) -> None:
        """A piece of text within an element."""
        if self.held is not None:
            self.held.append(data)


def main(tables: Mapping[str, T]) -> dict[str, T]:
    """A table of elements of the format's main namespace, by their names in full."""
    return {f"{MAIN} {tag}": call for tag, call in tables.items()}


def counted(n: int) -> None:
    """Refuse more small things of one kind than any workbook has. Raises Unreadable."""
    if n > MOST_NAMES:
        raise Unreadable("S107", what=say("unsafe_names", most=MOST_NAMES))
