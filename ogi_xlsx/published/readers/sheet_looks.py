"""What of a foreign workbook's cells is set apart or cannot be seen: letters raised, lowered, struck out or white, and zeros that a sheet hides.

Returns have no use for it, so that their reader (`returns.book`) does not tell; the parts are the same, within the same limits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from ogi_xlsx.form import marked
from ogi_xlsx.form.layout.cells import Place, column_number
from ogi_xlsx.returns.opening import small_parts
from ogi_xlsx.returns.opening.archive import Archive
from ogi_xlsx.returns.opening.parts import MAIN, Elements, below, main, stream
from ogi_xlsx.returns.opening.relations import relations
from ogi_xlsx.returns.writing.texts import unescaped

_S = f"{{{MAIN}}}"
_OFF = ("0", "false", "off")
_WAYS = {"superscript": marked.raised, "subscript": marked.lowered, "strike": marked.struck}
Run = tuple[str, frozenset[str] | None]  # a part of a text, and how it is set apart; None where it looks like its cell
_WHITE = ("FFFFFFFF", "00FFFFFF")


@dataclass
class Looks:
    """Of a sheet: texts whose parts look different, by place; how whole cells are set apart, and which are white; whether zeros are hidden."""

    texts: dict[Place, list[Run]] = field(default_factory=dict)
    ways: dict[Place, frozenset[str]] = field(default_factory=dict)
    white: set[Place] = field(default_factory=set)
    hides_zeros: bool = False

    def text(self, place: Place, text: str) -> str:
        """The text of a cell with what is set apart in it."""
        own = self.ways.get(place, frozenset())
        runs = self.texts.get(place, [(text, None)])
        return "".join(_set(part, own if ways is None else ways) for part, ways in runs)


def read(content: bytes) -> Mapping[str, Looks]:
    """The looks of each sheet by its name. Raises Unreadable for what `returns.book` raises it, which has read the same."""
    archive = Archive(content)
    part = next(one.target for one in relations(archive, "").values() if one.kind == "officeDocument" and not one.outside)
    rels = relations(archive, part)
    named = {one.kind: one.target for one in reversed(rels.values()) if not one.outside}
    texts, styles = _Texts(), _Styles()
    for kind, handler in (("sharedStrings", texts), ("styles", styles)):
        if kind in named:
            stream(named[kind], archive.read(named[kind]), handler)
    found: dict[str, Looks] = defaultdict(Looks)
    for name, _, id in small_parts.workbook(part, archive.read(part)).sheets:
        if rels[id].kind == "worksheet":
            _sheet(rels[id].target, archive.read(rels[id].target), texts.found, styles.found, found[name])
    return found


def _sheet(name: str, data: bytes, texts: Mapping[int, list[Run]], styles: Mapping[int, "_Look"], found: Looks) -> None:
    """Find the looks of a sheet."""
    at = 0
    for depth, element in below(name, data, f"{_S}sheetData"):
        if depth == 1:
            found.hides_zeros |= any(view.get("showZeros", "1") in _OFF for view in element.iter(f"{_S}sheetView"))
            continue
        if element.tag != f"{_S}row":
            continue
        at, column = int(element.get("r", at + 1)), 0
        for cell in element.iterfind(f"{_S}c"):
            column = column_number(cell.get("r", "").removesuffix(str(at))) if "r" in cell.attrib else column + 1
            look = styles.get(int(cell.get("s", "0")))
            if look:
                found.ways[at, column] = look.ways
                found.white |= {(at, column)} if look.is_white else set()
            runs = _runs(cell, texts)
            if runs:
                found.texts[at, column] = runs


def _runs(cell: Element, texts: Mapping[int, list[Run]]) -> list[Run]:
    """The parts of a cell's text where they look different; none of any other cell."""
    inline = cell.find(f"{_S}is")
    if inline is not None:
        return [(unescaped("".join(text.text or "" for text in run.iter(f"{_S}t"))), _ways(run)) for run in inline.iterfind(f"{_S}r")]
    value = cell.findtext(f"{_S}v")
    return texts.get(int(value), []) if cell.get("t") == "s" and value and value.isdecimal() else []


def _ways(run: Element) -> frozenset[str] | None:
    told = run.find(f"{_S}rPr")
    return None if told is None else frozenset(_way(one.tag.removeprefix(_S), one.attrib) for one in told) - {""}


def _way(tag: str, attributes: Mapping[str, Any]) -> str:
    """The way in which a property of letters sets them apart; empty for any other."""
    value = str(attributes.get("val", "1"))
    if tag == "strike":
        return tag if value not in _OFF else ""
    return value if tag == "vertAlign" and value in _WAYS else ""


def _set(text: str, ways: frozenset[str]) -> str:
    for way in sorted(ways):
        text = _WAYS[way](text)
    return text


class _Texts(Elements):
    """The shared texts whose parts look different, by number."""

    def __init__(self) -> None:
        ends = main({"si": self._end, "rPh": self._aid_ends})
        starts = main({"si": self._begin, "r": self._run, "rPr": self._looks, "rPh": self._aid, "strike": self._strike, "vertAlign": self._align})
        super().__init__(starts, main({"t": self._piece}), ends)
        self.found: dict[int, list[Run]] = {}
        self.number = 0
        self.runs: list[Run] = []
        self.ways: frozenset[str] | None = None
        self.aids = False

    def _begin(self, _: dict[str, str]) -> None:
        self.runs, self.ways = [], None

    def _run(self, _: dict[str, str]) -> None:
        self.ways = None

    def _looks(self, _: dict[str, str]) -> None:
        self.ways = frozenset()

    def _aid(self, _: dict[str, str]) -> None:
        self.aids = True

    def _aid_ends(self) -> None:
        self.aids = False

    def _strike(self, attributes: dict[str, str]) -> None:
        self.ways = (self.ways or frozenset()) | {_way("strike", attributes)} - {""}

    def _align(self, attributes: dict[str, str]) -> None:
        self.ways = (self.ways or frozenset()) | {_way("vertAlign", attributes)} - {""}

    def _piece(self, text: str) -> None:
        if not self.aids:
            self.runs.append((unescaped(text), self.ways))

    def _end(self) -> None:
        if any(ways is not None for _, ways in self.runs):
            self.found[self.number] = self.runs
        self.number += 1


@dataclass
class _Look:
    """How the letters of a style are set apart, and whether they are white on no colour."""

    ways: frozenset[str] = frozenset()
    is_white: bool = False


class _Styles(Elements):
    """The cell styles that set letters apart, by number."""

    def __init__(self) -> None:
        lists = ("fonts", "fills", "cellXfs")
        starts: Any = {name: lambda _, name=name: self._within(name) for name in lists}
        starts |= {"font": self._font, "strike": self._strike, "vertAlign": self._align, "color": self._colour, "patternFill": self._fill, "xf": self._style}
        super().__init__(main(starts), {}, main(dict.fromkeys(lists, lambda: self._within(""))))
        self.list = ""
        self.fonts: list[_Look] = []
        self.fills: list[bool] = []  # whether they have a colour
        self.found: dict[int, _Look] = {}
        self.number = 0

    def _within(self, name: str) -> None:
        self.list = name

    def _font(self, _: dict[str, str]) -> None:
        if self.list == "fonts":
            self.fonts.append(_Look())

    def _strike(self, attributes: dict[str, str]) -> None:
        self._set(_way("strike", attributes))

    def _align(self, attributes: dict[str, str]) -> None:
        self._set(_way("vertAlign", attributes))

    def _set(self, way: str) -> None:
        if self.list == "fonts" and self.fonts and way:
            self.fonts[-1].ways |= {way}

    def _colour(self, attributes: dict[str, str]) -> None:
        if self.list == "fonts" and self.fonts:
            self.fonts[-1].is_white = attributes.get("rgb", "").upper() in _WHITE or (attributes.get("theme") == "0" and "tint" not in attributes)

    def _fill(self, attributes: dict[str, str]) -> None:
        if self.list == "fills":
            self.fills.append(attributes.get("patternType", "none") != "none")

    def _style(self, attributes: dict[str, str]) -> None:
        if self.list != "cellXfs":
            return
        font, fill = (int(text) if text.isdecimal() else 0 for text in (attributes.get(name, "0") for name in ("fontId", "fillId")))
        look = self.fonts[font] if font < len(self.fonts) else _Look()
        white = look.is_white and not (fill < len(self.fills) and self.fills[fill])
        if look.ways or white:
            self.found[self.number] = _Look(look.ways, white)
        self.number += 1


def visible(looks: Looks, place: Place, text: str) -> Iterator[str]:
    """Names of the sentences that say why a text in a cell may not be seen."""
    if place in looks.white:
        yield "doubt_white"
    if looks.hides_zeros and text == "0":
        yield "doubt_zero"
