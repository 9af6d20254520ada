"""What of a web page's text is seen, and what is set apart from the text beside it: raised, lowered, struck out."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from ogi_xlsx.form import marked
from ogi_xlsx.form.words import section
from ogi_xlsx.published.readers import style_sheets

_SET = {"sup": "raised", "sub": "lowered", "s": "struck", "strike": "struck", "del": "struck"}  # how elements set their text apart, whatever styles say
_IN_FORMULA = {"msup": "raised", "msub": "lowered", "mfrac": "lowered"}  # as their last part
_ALIGNED = {"super": "raised", "sub": "lowered"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # which lxml reads, but does not write
_CELLS = ("table", "tr", "td", "th")  # in which text is aligned with its cell, not with a line
_TYPED = ("text", "number")  # fields that show what is typed into them: cells of a form that was saved as a page
_LENGTH = re.compile(r"([-+]?[0-9]{0,6}\.?[0-9]{0,6})(px|pt|em|rem|%)")
_PIXELS = {"px": 1, "pt": 4 / 3, "em": 16, "rem": 16, "%": 0.2}
_APART = 3  # pixels above or below a line: less mends the look of a font
_NONE = re.compile(r"[-+]?(?:0*\.?0+|0+\.0*)(?:px|pt|em|rem|%)?")
_RELATIVE = re.compile(r".*(?:em|%)|inherit|smaller|larger")
_BLOCK = ("block", "list-item", "flex", "grid", "table", "table-row", "table-cell", "flow-root")
_LETTERS = ("a", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "u")
_HIDING = {"display", "visibility", "opacity", "font-size", "mso-hide"}


@cache
def blocks() -> frozenset[str]:
    """Elements that begin a line of their own."""
    return frozenset(section("published.toml", "read")["blocks"])


def drop_hidden(root: Any) -> Mapping[Any, Mapping[str, str]]:
    """Turn what no browser shows into scripts, and give back what is said of how the other elements look."""
    from lxml import etree

    sheets = [one for one in root.iter("style") if style_sheets.holds_for(one.get("media") or "all") and next(one.iterancestors("noscript"), None) is None]
    looks = style_sheets.looks(root, ("".join(one.itertext()) for one in sheets))
    for element in root.iter(etree.Element):
        look = looks.get(element, {})
        if look.keys() & _HIDING and not _may_be_hidden(element):
            own = style_sheets.own(element)
            look = looks[element] = {name: value for name, value in look.items() if name not in _HIDING or name in own}
        if element.get("hidden") is not None or _is_hidden(element, look):
            element.tag = "script"
            continue
        if look.get("display") in _BLOCK and element.tag in _LETTERS:
            element.tag = "div"
        if element.tag in ("input", "textarea", "select") and next(element.iterancestors("td", "th"), None) is not None:
            element.tail = _CONTROL.sub("", _typed(element)) + (element.tail or "")
    return looks


def _may_be_hidden(element: Any) -> bool:
    """Whether a sheet can hide an element for good: it is part of a table of figures. Whole tables and texts may be shown again by a script."""
    return next(element.iterancestors("table"), None) is not None and next(element.iter("table"), None) is None


def _is_hidden(element: Any, look: Mapping[str, str]) -> bool:
    """Whether an element takes no place on the page."""
    if element.tag == "tr" and look.get("visibility") == "collapse":
        return True
    return look.get("display") == "none" or look.get("mso-hide") == "all" or bool(_NONE.fullmatch(look.get("opacity", "")))


def _typed(field: Any) -> str:
    """What a field of a form shows."""
    if field.tag == "input":
        return field.get("value") or "" if (field.get("type") or "text").lower() in _TYPED else ""
    if field.tag == "textarea":
        return "".join(field.itertext())
    options = list(field.iter("option"))
    chosen = [one for one in options if one.get("selected") is not None] or options[:1]
    return " ".join("".join(one.itertext()).strip() for one in chosen)


def set_apart(root: Any, looks: Mapping[Any, Mapping[str, str]]) -> None:
    """Make plain text of what is raised, lowered or struck out, and nothing of what keeps its place unseen."""
    from lxml import etree

    within: Counter[str] = Counter()
    unseen = [(False, False)]  # of each element around: whether it is invisible, and whether its letters have no size
    for event, element in etree.iterwalk(root, events=("start", "end")):
        look = looks.get(element, {})
        if event == "start":
            within.update(_ways(element, look))
            unseen.append(_unseen(element, look, unseen[-1]))
            if (text := _as_set(element.text, within, any(unseen[-1]))) != element.text:
                element.text = text
        else:
            within.subtract(_ways(element, look))
            unseen.pop()
            if (text := _as_set(element.tail, within, any(unseen[-1]))) != element.tail:
                element.tail = text


def _unseen(element: Any, look: Mapping[str, str], around: tuple[bool, bool]) -> tuple[bool, bool]:
    """Whether an element is invisible, and whether its letters have no size: of a block those of the blocks within may have one by a sheet elsewhere."""
    visibility, size = look.get("visibility", "inherit"), look.get("font-size", "inherit")
    none = around[1] if _RELATIVE.fullmatch(size) else False
    if _NONE.fullmatch(size):
        none = element.tag not in blocks()
    return around[0] if visibility == "inherit" else visibility in ("hidden", "collapse"), none


def _ways(element: Any, look: Mapping[str, str]) -> set[str]:
    """The ways in which an element sets its text apart."""
    found = {_SET[element.tag]} if element.tag in _SET else set()
    around = element.getparent()
    if around is not None and around.tag in _IN_FORMULA and element is around[-1]:
        found.add(_IN_FORMULA[around.tag])
    if "line-through" in look.get("text-decoration", ""):
        found.add("struck")
    if look and element.tag not in _CELLS:
        found |= {_ALIGNED.get(look.get("vertical-align", "")) or _moved(element, look)} - {""}
    return found


def _moved(element: Any, look: Mapping[str, str]) -> str:
    """How an element is moved out of a line, part of whose text it is."""
    relative = look.get("position") == "relative"
    told = [_pixels(look.get(name, "")) for name in ("vertical-align", "mso-text-raise")]
    told += [_pixels(look.get("bottom", "")) if relative else 0, -_pixels(look.get("top", "")) if relative else 0]
    up = next((one for one in told if abs(one) >= _APART), 0)
    return "" if not up or not _is_part(element) else "raised" if up > 0 else "lowered"


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    try:
        return float(found[1]) * _PIXELS[found[2]] if found else 0
    except ValueError:  # a unit alone
        return 0


def _is_part(element: Any) -> bool:
    """Whether there is text beside an element in its line."""
    line = next((one for one in element.iterancestors() if one.tag in blocks()), None)
    return line is not None and sum(map(_inked, line.itertext())) > sum(map(_inked, element.itertext()))


def _inked(text: str) -> int:
    return len("".join(text.split()))


def _as_set(text: str | None, within: Mapping[str, int], unseen: bool) -> str | None:
    if text and unseen:
        return " " if text.isspace() else ""
    for way, as_set in (("raised", marked.raised), ("lowered", marked.lowered), ("struck", marked.struck)):
        text = as_set(_CONTROL.sub("", text)) if text and within[way] else text
    return text
