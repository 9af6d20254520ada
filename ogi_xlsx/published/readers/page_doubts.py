"""Why what a cell of a web page holds may not be what a browser shows in it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Look = Mapping[str, str]
_WHITE = re.compile(r"#fff(?:fff)?|white|transparent|rgba?\(255,255,255.*\)|rgba\(.*,0?\.?0+\)")
_NO_GROUND = re.compile(r"none|inherit|initial|unset|0")
_NOTHING = re.compile(r"[01]?(?:\.0*)?(?:px|pt|em|rem|%)?")
_FAR = re.compile(r"-[0-9]{3,}.*")


def names(cell: Any, looks: Mapping[Any, Look]) -> Iterator[str]:
    """The names of the sentences that say so."""
    within = _with_text(cell)
    told = [(one, looks.get(one, {})) for one in within]
    if any(_is_away(look) or _is_white(one, look, looks) for one, look in told):
        yield "doubt_unseen"
    if any(one.tag == "li" and one.getparent().tag == "ol" for one in within):
        yield "doubt_numbered"


def _with_text(cell: Any) -> set[Any]:
    """The elements of a cell, itself among them, in which there is text."""
    found: set[Any] = set()
    for one in cell.iter():
        at = one if (one.text or "").strip() else one.getparent() if (one.tail or "").strip() and one is not cell else None
        while at is not None and at not in found:
            found.add(at)
            at = None if at is cell else at.getparent()
    return found


def _is_away(look: Look) -> bool:
    """Whether an element is put elsewhere than in its line, or has no room."""
    if look.get("position") in ("absolute", "fixed") or {"clip", "clip-path"} & look.keys() or _FAR.fullmatch(look.get("text-indent", "")):
        return True
    return look.get("overflow") == "hidden" and any(_NOTHING.fullmatch(look[side]) for side in ("height", "width") if look.get(side))


def _is_white(element: Any, look: Look, looks: Mapping[Any, Look]) -> bool:
    """Whether letters are white, or no colour at all, where nothing behind them up to their table has a colour."""
    colour = look.get("color") or (element.get("color") or "" if element.tag == "font" else "")
    if not _is_pale(colour.lower()):
        return False
    for one in (element, *element.iterancestors()):
        behind = looks.get(one, {})
        grounds = [behind.get("background", ""), behind.get("background-color", ""), (one.get("bgcolor") or "").lower()]
        if any(ground and not _is_pale(ground) and not _NO_GROUND.fullmatch(ground) for ground in grounds):
            return False
        if one.tag == "table":
            break
    return True


def _is_pale(colour: str) -> bool:
    return bool(_WHITE.fullmatch("".join(colour.split())))
