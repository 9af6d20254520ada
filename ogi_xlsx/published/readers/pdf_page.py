"""What is drawn on the pages of a PDF: characters, ruled lines and pictures at their places, counted from the top left. Imports pdfminer, an optional extra."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTPage
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1

from ogi_xlsx.form.words import Refusal, say

MOST_PAGES = 300  # the longest published report has some 30
MOST_OBJECTS = 50_000  # characters, lines and pictures of a page: a full one has some 2 000
MOST_DRAWN = 600_000  # the same of all pages
MOST_COMMANDS = 1_500_000  # bytes that draw a page: a full one has some 100 000, and pdfminer takes six seconds for a million
MOST_STREAM = 100_000_000  # unpacked bytes of a part, as of a picture of a whole page in colour
MOST_UNPACKED = 1_000_000_000  # of all parts, most of them pictures that are never unpacked
_THIN = 4  # points: what is filled and thinner is a line
_STREAM = re.compile(rb"stream\r?\n")
_RIGHT_ANGLE = 0.1  # of a character's matrix: less is none


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its top left."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Char:
    """A character, or several that one glyph stands for, in its box; `turn` is 0 for one that stands upright, else 1 or -1 as it runs up or down."""

    text: str
    box: Box
    size: float
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: where it stands across, and from where to where it runs."""

    vertical: bool
    at: float
    first: float
    last: float


@dataclass
class Drawn:
    """A page."""

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def pages(name: str, content: bytes) -> Iterator[Drawn]:
    """The pages of a PDF. Raises Refusal where there is more than in any report, and whatever pdfminer raises for a damaged or locked one."""
    _look_at_streams(name, content)
    manager = PDFResourceManager()
    drawn = 0
    for number, page in enumerate(PDFPage.create_pages(PDFDocument(PDFParser(BytesIO(content)))), 1):
        if number > MOST_PAGES:
            raise Refusal(say("published_pages", file=name, most=MOST_PAGES))
        parts = [one for one in map(resolve1, page.contents) if isinstance(one, PDFStream)]
        if sum(len(part.get_data()) for part in parts) > MOST_COMMANDS:
            raise too_much(name, number)
        device = _Device(manager, name, number)
        PDFPageInterpreter(manager, device).process_page(page)
        drawn += device.objects
        if drawn > MOST_DRAWN:
            raise too_much(name, number)
        yield _upright(_taken(number, device.get_result()))


def too_much(name: str, page: int) -> Refusal:
    """What is said of a page on which more is drawn than on any of a report."""
    return Refusal(say("published_drawn", file=name, page=page))


def _look_at_streams(name: str, content: bytes) -> None:
    """Refuse a file whose parts unpack into too much, before pdfminer unpacks any of them whole."""
    unpacked = 0
    for match in _STREAM.finditer(content):
        head = content[match.end() : match.end() + 2]
        if len(head) == 2 and head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0:  # how deflated data begins
            end = content.find(b"endstream", match.end())
            size = _size(content[match.end() : end if end >= 0 else len(content)])
            unpacked += size
            if size > MOST_STREAM or unpacked > MOST_UNPACKED:
                raise Refusal(say("published_too_large", file=name, most=MOST_STREAM // 1_000_000))


def _size(packed: bytes) -> int:
    """How many bytes deflated data unpacks into, counted to a little more than the limit."""
    inflater, size, rest = zlib.decompressobj(), 0, packed
    try:
        while rest and size <= MOST_STREAM:
            size += len(inflater.decompress(rest, 1_000_000))
            rest = inflater.unconsumed_tail
    except zlib.error:
        pass  # whoever asks for it finds out
    return size


class _Device(PDFPageAggregator):
    """Takes what is drawn on one page, and counts it."""

    def __init__(self, manager: PDFResourceManager, name: str, page: int) -> None:
        super().__init__(manager, page)
        self.name, self.page, self.objects = name, page, 0

    def _count(self) -> None:
        self.objects += 1
        if self.objects > MOST_OBJECTS:
            raise too_much(self.name, self.page)

    def begin_figure(self, *told: Any, **named: Any) -> None:
        """A picture or a form within the page begins; forms may hold one another endlessly."""
        self._count()
        super().begin_figure(*told, **named)

    def render_char(self, *told: Any, **named: Any) -> float:
        """A character."""
        self._count()
        return super().render_char(*told, **named)

    def paint_path(self, *told: Any, **named: Any) -> None:
        """A line, a rectangle or another shape."""
        self._count()
        super().paint_path(*told, **named)


def _taken(number: int, page: LTPage) -> Drawn:
    """What lies on a page, forms within it opened."""
    drawn = Drawn(number, page.width, page.height)
    waiting: list[Any] = [page]
    while waiting:
        held: list[Any] = []
        for one in waiting.pop():
            if isinstance(one, LTContainer):
                held.append(one)
                continue
            box = Box(one.x0, page.height - one.y1, one.x1, page.height - one.y0)
            if isinstance(one, LTChar):
                drawn.chars.append(Char(one.get_text(), box, one.size, _turn(one.matrix)))
            elif isinstance(one, LTImage):
                drawn.pictures.append(box)
            elif isinstance(one, LTCurve):
                drawn.rules += _rules(one, box, page.height)
        waiting += reversed(held)
    drawn.chars = _once([char for char in drawn.chars if _is_on(char.box, drawn)])
    return drawn


def _is_on(box: Box, page: Drawn) -> bool:
    """Whether the middle of something is on the page: a text that its cell cuts off may run beyond."""
    return 0 <= box.x0 + box.x1 <= 2 * page.width and 0 <= box.top + box.bottom <= 2 * page.height


def _turn(matrix: Sequence[float]) -> int:
    return 0 if abs(matrix[0]) > _RIGHT_ANGLE * abs(matrix[1]) else 1 if matrix[1] > 0 else -1


def _rules(shape: LTCurve, box: Box, height: float) -> Iterator[Rule]:
    """The straight lines along the page that a shape draws: its edges where they are stroked, or the whole where it is thin."""
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if high <= _THIN or wide <= _THIN:
        if high <= _THIN:
            yield Rule(False, (box.top + box.bottom) / 2, box.x0, box.x1)
        if wide <= _THIN:
            yield Rule(True, (box.x0 + box.x1) / 2, box.top, box.bottom)
    elif shape.stroke:
        points = [(x, height - y) for x, y in shape.pts]
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            if abs(ay - by) < 1 < abs(ax - bx):
                yield Rule(False, (ay + by) / 2, min(ax, bx), max(ax, bx))
            elif abs(ax - bx) < 1 < abs(ay - by):
                yield Rule(True, (ax + bx) / 2, min(ay, by), max(ay, by))


def _once(chars: Sequence[Char]) -> list[Char]:
    """Characters without those that are printed twice in nearly the same place to look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for char in chars:
        x, y = round(char.box.x0), round(char.box.top)
        if char.text.isspace() or not any((char.text, x + dx, y + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            kept.append(char)
            seen.add((char.text, x, y))
    return kept


def _upright(page: Drawn) -> Drawn:
    """A page turned as its text is read, where most of it runs up or down."""
    turns = [char.turn for char in page.chars if not char.text.isspace()]
    turn = 1 if 2 * turns.count(1) > len(turns) else -1 if 2 * turns.count(-1) > len(turns) else 0
    if not turn:
        return page

    def box(one: Box) -> Box:
        if turn > 0:
            return Box(page.height - one.bottom, one.x0, page.height - one.top, one.x1)
        return Box(one.top, page.width - one.x1, one.bottom, page.width - one.x0)

    def rule(one: Rule) -> Rule:
        held = box(Box(one.at, one.first, one.at, one.last) if one.vertical else Box(one.first, one.at, one.last, one.at))
        return Rule(False, held.top, held.x0, held.x1) if one.vertical else Rule(True, held.x0, held.top, held.bottom)

    chars = [replace(char, box=box(char.box), turn=0 if char.turn == turn else char.turn) for char in page.chars]
    return Drawn(page.number, page.height, page.width, chars, [rule(one) for one in page.rules], [box(one) for one in page.pictures])
