"""The one way an XML part of a returned workbook is parsed: streamed through expat, no document type, no entity of its own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar
from xml.parsers import expat

from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.safety import Unreadable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
R_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
STRICT = "http://purl.oclc.org/ooxml/"
MOST_DEPTH = 200  # elements within one another; parts of office programs reach 20
MOST_ELEMENTS = 4_000_000  # of a part; a sheet with the details of five thousand agencies has some two million
MOST_TEXT = 1_000_000  # characters of one text; a cell holds 32 767
MOST_NAMES = 20_000  # defined names, custom properties, relations, comments: a form has some hundred
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
        line = parser.CurrentLineNumber
        raise Unreadable("S103", reason=say("damaged_xml", part=plain(name, 60), line=line)) from error


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
