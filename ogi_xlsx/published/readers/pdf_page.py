"""What is drawn on the pages of a PDF: characters, ruled lines and pictures at their places, counted from the top left. Imports pdfminer, an optional extra."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from pdfminer.layout import LTChar, LTComponent, LTCurve, LTImage
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1

from ogi_xlsx.form.words import Refusal, say
from ogi_xlsx.published.readers.pdf_device import Device, Interpreter, switched_off
from ogi_xlsx.published.readers.pdf_drawn import Box, Char, Drawn, Rule, too_much
from ogi_xlsx.published.readers.pdf_seen import Seen, struck
from ogi_xlsx.published.readers.radicals import as_words

MOST_PAGES = 300  # the longest published report has some 30
MOST_DRAWN = 600_000  # characters, lines and pictures of all pages
MOST_COMMANDS = 1_500_000  # bytes that draw a page: a full one has some 100 000, and pdfminer takes six seconds for a million
MOST_STREAM = 100_000_000  # unpacked bytes of a part, as of a picture of a whole page in colour
MOST_UNPACKED = 1_000_000_000  # of all parts, most of them pictures that are never unpacked
_THIN = 4  # points: what is filled and thinner is a line
_STREAM = re.compile(rb"stream\r?\n")
_WHITE = 0.98  # of all the light: what is brighter is not seen on paper
_INKS = ("Separation", "DeviceN", "Indexed", "Pattern")  # spaces of colours whose numbers are none of light
_RIGHT_ANGLE = 0.1  # of a character's matrix: less is none


def pages(name: str, content: bytes) -> Iterator[Drawn]:
    """The pages of a PDF. Raises Refusal where there is more than in any report, and whatever pdfminer raises for a damaged or locked one."""
    _look_at_streams(name, content)
    manager = PDFResourceManager()
    drawn = 0
    document = PDFDocument(PDFParser(BytesIO(content)))
    off = switched_off(document)
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > MOST_PAGES:
            raise Refusal(say("published_pages", file=name, most=MOST_PAGES))
        parts = [one for one in map(resolve1, page.contents) if isinstance(one, PDFStream)]
        if sum(len(part.get_data()) for part in parts) > MOST_COMMANDS:
            raise too_much(name, number)
        device = Device(manager, name, number, off)
        Interpreter(manager, device).process_page(page)
        drawn += device.objects
        if drawn > MOST_DRAWN:
            raise too_much(name, number)
        yield struck(_upright(_taken(device)))


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


def _taken(device: Device) -> Drawn:
    """What is drawn on a page, of characters only those that are seen on it."""
    page = device.get_result()
    drawn = Drawn(device.page, page.width, page.height)
    seen = Seen(device.name, device.page)
    visible = _box(device.visible, page.height)
    for one, invisible in device.painted:
        if not isinstance(one, LTComponent):
            continue
        box = _box(one.bbox, page.height)
        if isinstance(one, LTChar):
            char = Char(as_words(one.get_text()), box, one.size, _turn(one.matrix), one.fontname)
            if visible.holds(*char.middle):  # a text that its cell cuts off may run beyond
                seen.char(char, invisible, _is_white(one.graphicstate.ncolor, one.ncs.name))
        elif isinstance(one, LTImage):
            drawn.pictures.append(box)
            seen.picture(box, not one.imagemask and one.stream.get("SMask") is None and one.stream.get("Mask") is None)
        elif isinstance(one, LTCurve):
            drawn.rules += _rules(one, box, page.height)
            if one.fill and min(one.width, one.height) > _THIN:
                seen.ground(box, _is_white(one.non_stroking_color))
    drawn.chars = _once(seen.taken())
    drawn.noted = [_box(rectangle, page.height) for rectangle in device.noted]
    return drawn


def _box(rectangle: Sequence[float], height: float) -> Box:
    """A rectangle as pdfminer has it, from the lower left of a page so high."""
    x0, y0, x1, y1 = rectangle
    return Box(x0, height - y1, x1, height - y0)


def _is_white(colour: Any, space: str = "") -> bool:
    """Whether a colour is that of the paper; of a space that names its inks, none is known."""
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    if space in _INKS or not all(isinstance(part, int | float) for part in parts):
        return False
    return all(part <= 1 - _WHITE for part in parts) if len(parts) == 4 else all(part >= _WHITE for part in parts)


def _turn(matrix: Sequence[float]) -> int:
    if abs(matrix[0]) > _RIGHT_ANGLE * abs(matrix[1]):
        return 2 if matrix[0] < 0 and matrix[3] < 0 else 0
    return 1 if matrix[1] > 0 else -1


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
    for char in sorted(chars, key=lambda one: bool(one.doubt)):  # of two the one that is seen
        x, y = round(char.box.x0), round(char.box.top)
        if char.text.isspace() or not any((char.text, x + dx, y + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            kept.append(char)
            seen.add((char.text, x, y))
    return kept


def _upright(page: Drawn) -> Drawn:
    """A page turned as its text is read, where most of it runs up or down or stands on its head."""
    turns = [char.turn for char in page.chars if not char.text.isspace()]
    turn = next((turn for turn in (1, -1, 2) if 2 * turns.count(turn) > len(turns)), 0)
    if not turn:
        return page

    def box(one: Box) -> Box:
        if turn == 2:
            return Box(page.width - one.x1, page.height - one.bottom, page.width - one.x0, page.height - one.top)
        if turn > 0:
            return Box(page.height - one.bottom, one.x0, page.height - one.top, one.x1)
        return Box(one.top, page.width - one.x1, one.bottom, page.width - one.x0)

    def rule(one: Rule) -> Rule:
        held = box(Box(one.at, one.first, one.at, one.last) if one.vertical else Box(one.first, one.at, one.last, one.at))
        level = one.vertical if turn != 2 else not one.vertical
        return Rule(False, held.top, held.x0, held.x1) if level else Rule(True, held.x0, held.top, held.bottom)

    chars = [replace(char, box=box(char.box), turn=0 if char.turn == turn else char.turn) for char in page.chars]
    width, height = (page.width, page.height) if turn == 2 else (page.height, page.width)
    pictures, noted = ([box(one) for one in boxes] for boxes in (page.pictures, page.noted))
    return Drawn(page.number, width, height, chars, [rule(one) for one in page.rules], pictures, noted)
