"""Runs the commands that draw a page of a PDF, and keeps what they draw in its order. Imports pdfminer, an optional extra.

Layers that are switched off are left out, as on the screen. Fields and marks that lie over a page are not drawn; where they lie is kept.
"""

from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTItem
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import apply_matrix_rect

from ogi_xlsx.published.readers.pdf_drawn import too_much

MOST_OBJECTS = 50_000  # characters, lines and pictures of a page: a full one has some 2 000
_INVISIBLE = (3, 7)  # of the ways to draw text (ISO 32000-1, table 106)
_NO_MARKS = ("Link", "Popup", "Text", "Highlight", "Underline", "Squiggly", "FileAttachment")  # which change nothing that is printed
_UNSEEN = 0b100010  # flags of what lies over a page: hidden, not to be seen
_MOST_MARKS = 2_000


class Device(PDFPageAggregator):
    """Takes what is drawn on one page, and counts it. `painted` is all of it in its order, of characters also whether they are invisible."""

    def __init__(self, manager: PDFResourceManager, name: str, page: int, off: frozenset[int]) -> None:
        super().__init__(manager, page)
        self.name, self.page, self.off, self.objects = name, page, off, 0
        self.painted: list[tuple[LTItem, bool]] = []
        self.layers: list[bool] = []  # of those that are begun, whether they are switched off
        self.mode = 0
        self.visible: tuple[float, float, float, float] = (0, 0, 0, 0)
        self.noted: list[tuple[float, float, float, float]] = []

    def _count(self) -> None:
        self.objects += 1
        if self.objects > MOST_OBJECTS:
            raise too_much(self.name, self.page)

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """A page begins."""
        super().begin_page(page, ctm)
        self.visible = apply_matrix_rect(ctm, page.cropbox)
        self.noted = [apply_matrix_rect(ctm, rectangle) for rectangle in _marks(page)]

    def begin_figure(self, *told: Any, **named: Any) -> None:
        """A picture or a form within the page begins; forms may hold one another endlessly."""
        self._count()
        super().begin_figure(*told, **named)

    def render_string(self, textstate: Any, *told: Any, **named: Any) -> None:
        """A text."""
        self.mode = textstate.render
        super().render_string(textstate, *told, **named)

    def render_char(self, *told: Any, **named: Any) -> float:
        """A character."""
        self._count()
        width = super().render_char(*told, **named)
        self._paint(len(self.cur_item) - 1)
        return width

    def render_image(self, *told: Any, **named: Any) -> None:
        """A picture."""
        super().render_image(*told, **named)
        self._paint(len(self.cur_item) - 1)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        """A line, a rectangle or another shape; of several in one, each comes here by itself."""
        self._count()
        before = len(self.cur_item)
        super().paint_path(gstate, stroke, fill, evenodd, path)
        if sum(part[0] == "m" for part in path) < 2:
            self._paint(before)

    def _paint(self, first: int) -> None:
        if not any(self.layers):
            self.painted += [(one, isinstance(one, LTChar) and self.mode in _INVISIBLE) for one in self.cur_item._objs[first:]]


class Interpreter(PDFPageInterpreter):
    """Runs commands for a `Device`, and tells it of layers."""

    device: Device

    def do_BMC(self, tag: Any) -> None:
        """A part begins that is named."""
        self.device.layers.append(False)

    def do_BDC(self, tag: Any, props: Any) -> None:
        """A part begins that may belong to a layer."""
        layer = None
        if isinstance(tag, PSLiteral) and literal_name(tag) == "OC" and isinstance(props, PSLiteral):
            held = resolve1(self.resources.get("Properties"))
            layer = held.get(literal_name(props)) if isinstance(held, dict) else None
        self.device.layers.append(_is_off(layer, self.device.off))

    def do_EMC(self) -> None:
        """A part ends."""
        if self.device.layers:
            self.device.layers.pop()

    def do_Do(self, xobjid_arg: Any) -> None:
        """A picture or a form is drawn, which may belong to a layer."""
        one = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        self.device.layers.append(isinstance(one, PDFStream) and _is_off(one.get("OC"), self.device.off))
        super().do_Do(xobjid_arg)
        self.device.layers.pop()


def switched_off(document: PDFDocument) -> frozenset[int]:
    """The layers of a document that are not seen as it is opened, by the numbers of their objects."""
    told = resolve1(document.catalog.get("OCProperties"))
    config = resolve1(told.get("D")) if isinstance(told, dict) else None
    if not isinstance(config, dict):
        return frozenset()
    base = resolve1(config.get("BaseState"))
    if isinstance(base, PSLiteral) and literal_name(base) == "OFF":
        return frozenset(_numbers(told.get("OCGs"))) - frozenset(_numbers(config.get("ON")))
    return frozenset(_numbers(config.get("OFF")))


def _numbers(held: Any) -> list[int]:
    if isinstance(held, PDFObjRef) and not isinstance(resolve1(held), list):
        return [held.objid]
    listed = resolve1(held)
    return [one.objid for one in listed if isinstance(one, PDFObjRef)] if isinstance(listed, list) else []


def _is_off(layer: Any, off: frozenset[int]) -> bool:
    """Whether a layer, or all of those that decide together, are switched off."""
    if not off or layer is None:
        return False
    if isinstance(layer, PDFObjRef) and layer.objid in off:
        return True
    several = resolve1(layer)
    if not isinstance(several, dict) or "OCGs" not in several:
        return False
    states = [number in off for number in _numbers(several["OCGs"])]
    policy = several.get("P")
    name = literal_name(policy) if isinstance(policy, PSLiteral) else "AnyOn"
    return {"AllOn": any(states), "AnyOff": not any(states), "AllOff": not all(states)}.get(name, bool(states) and all(states))


def _marks(page: PDFPage) -> Iterator[tuple[float, float, float, float]]:
    """Where fields and marks lie over a page that may change what is seen there."""
    listed = resolve1(page.annots)
    for one in listed[:_MOST_MARKS] if isinstance(listed, list) else ():
        held = resolve1(one)
        if not isinstance(held, dict) or not isinstance(held.get("Subtype"), PSLiteral) or literal_name(held["Subtype"]) in _NO_MARKS:
            continue
        flags, corners = resolve1(held.get("F")), resolve1(held.get("Rect"))
        corners = [resolve1(corner) for corner in corners] if isinstance(corners, list) else []
        if len(corners) == 4 and all(isinstance(corner, int | float) for corner in corners) and not (isinstance(flags, int) and flags & _UNSEEN):
            yield corners[0], corners[1], corners[2], corners[3]
