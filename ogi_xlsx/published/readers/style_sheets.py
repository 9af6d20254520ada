"""What the style sheets within a web page and its elements' own styles say of how text looks, as far as that makes another number of it.

Selectors are names, classes, ids and attributes, within one another; of one that says more, as by the place among others, it is only known that it may
mean an element. Sheets elsewhere are not loaded, and nothing can be known of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_SETTING = ("display", "visibility", "opacity", "font-size", "vertical-align", "text-decoration", "position", "top", "bottom", "mso-hide", "mso-text-raise")
_LOOKS = (*_SETTING, "color", "background", "background-color", "overflow", "height", "width", "text-indent", "clip", "clip-path")
MAYBE = "maybe"  # said of an element that a rule may hide or set apart, which one cannot tell
_HARM = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:opacity|font-size):0+(?:\.0*)?(?:px|pt|em|rem|%)?|mso-hide:all"
    r"|text-decoration:.*line-through.*|vertical-align:(?:super|sub|-?[1-9].*)"
)
_SAME = {"text-decoration-line": "text-decoration"}
_AWAY = re.compile(r"""/\*.*?(?:\*/|\Z)|<!--|-->|"[^"\n]*[{};,][^"\n]*"|'[^'\n]*[{};,][^'\n]*'""", re.DOTALL)
_BRACE = re.compile("([{}])")
_PART = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][A-Za-z_\u0080-\uffff-][\w-]*)*)")
_TOKEN = re.compile(r"\s*([>+~])\s*|\s+|((?:\[[^\]]*\]|\([^()]*\)|[^\s>+~\[(])+)")
_ATTRIBUTE = re.compile(r"""\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*["']?([^"'\]]*?)["']?\s*)?\]""")
_PLACED = re.compile(r":(?:first|last|nth|only|not|is|where|has|empty|root|lang)[\w-]*(?:\([^()]*\))?")
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_NAMES = re.compile(r"[.#][^.#]+")
_SHOWN_ON = ("screen", "all")
_INLINE = (1, 0, 0, 0)  # how specific an element's own style is


@dataclass(frozen=True)
class _Part:
    """A selector's part for one element: name, id, classes and attributes that it must have, of these None for any value.

    `child`: the part before is that of its parent. `loose`: it asks for more.
    """

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    child: bool
    loose: bool

    def fits(self, element: Any) -> bool:
        """Whether an element is such a one."""
        if (self.tag and element.tag != self.tag) or (self.id and element.get("id") != self.id):
            return False
        if self.classes and not self.classes <= set((element.get("class") or "").split()):
            return False
        return all(element.get(name) is not None if value is None else element.get(name) == value for name, value in self.attributes)


Weight = tuple[bool, tuple[int, ...], int]  # of a declaration: whether it is important, how specific its selector is, its order


@dataclass(frozen=True)
class _Rule:
    """A selector, from its last part to its first, with what it says."""

    parts: tuple[_Part, ...]
    specific: tuple[int, ...]
    order: int
    says: tuple[tuple[str, str, bool], ...]

    def fits(self, element: Any) -> bool:
        """Whether an element is meant."""
        if not self.parts[0].fits(element):
            return False
        at = element
        for part, before in zip(self.parts, self.parts[1:], strict=False):
            if part.child:
                at = at.getparent()
                if at is None or not before.fits(at):
                    return False
            else:
                at = next((one for one in at.iterancestors() if before.fits(one)), None)
                if at is None:
                    return False
        return True


class Styles:
    """The style sheets of a page."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.by_key: dict[str, list[_Rule]] = defaultdict(list)
        for order, (head, body) in enumerate(rule for text in texts for rule in _rules(_AWAY.sub(" ", text))):
            says = tuple(_declared(body))
            harms = any(_HARM.fullmatch(f"{name}:{value}") for name, value, _ in says)
            for parts in map(_parts, _COMMA.split(head) if says else ()):
                loose = any(part.loose for part in parts)
                if parts and (harms or not loose):
                    of = parts[0]
                    key = f"#{of.id}" if of.id else f".{min(of.classes)}" if of.classes else of.tag
                    self.by_key[key].append(_Rule(parts, _specific(parts), order, ((MAYBE, "", False),) if loose else says))

    def of(self, element: Any) -> Mapping[str, str]:
        """What is said of how an element looks."""
        own = element.get("style")
        if not own and not self.by_key:
            return {}
        said: list[tuple[Weight, str, str]] = []
        keys = (element.tag, "", f"#{element.get('id')}", *(f".{name}" for name in set((element.get("class") or "").split())))
        for rule in (rule for key in keys for rule in self.by_key.get(key, ()) if rule.fits(element)):
            said += [((important, rule.specific, rule.order), name, value) for name, value, important in rule.says]
        said += [((important, _INLINE, at), name, value) for at, (name, value, important) in enumerate(_declared(own or ""))]
        return {name: value for _, name, value in sorted(said)}


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors with their declarations, but for those that do not hold for every screen."""
    opened: list[str] = []
    pieces = _BRACE.split(text)
    for piece, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            opened.append(piece.rpartition(";")[2].strip())
        elif opened:
            head = opened.pop()
            if head and not head.startswith("@") and all(map(_holds, opened)):
                yield head, piece


def _holds(head: str) -> bool:
    """Whether rules within a block are those of any screen."""
    name, _, media = head.partition(" ")
    return name.lower() == "@media" and holds_for(media)


def holds_for(media: str) -> bool:
    """Whether a list of media names any screen, whatever its size.

    >>> holds_for("screen, print"), holds_for("only screen and (max-width: 600px)"), holds_for("print")
    (True, False, False)
    """
    return any(one.strip().removeprefix("only ").strip() in _SHOWN_ON for one in media.lower().split(","))


def _declared(body: str) -> Iterator[tuple[str, str, bool]]:
    for one in body.split(";"):
        name, _, value = one.partition(":")
        name = name.strip().lower()
        name = _SAME.get(name, name)
        if name in _LOOKS:
            plain = " ".join(value.lower().split())
            bare = plain.removesuffix("important").rstrip(" !") if plain.endswith("important") else plain
            yield name, bare, bare != plain


def _specific(parts: tuple[_Part, ...]) -> tuple[int, ...]:
    """How specific a selector is: an element's own style is more so than any."""
    return 0, sum(bool(one.id) for one in parts), sum(len(one.classes) + len(one.attributes) for one in parts), sum(bool(one.tag) for one in parts)


def _parts(selector: str) -> tuple[_Part, ...]:
    """The parts of a selector from the last to the first; none where it is of another kind, as for what the mouse points at."""
    found: list[_Part] = []
    between = ""
    for match in _TOKEN.finditer(selector.strip()):
        if match[2] is None:
            between = match[1] or between
            continue
        part = _part(match[2], between)
        if part is None:
            return ()
        found = [part] if between in ("+", "~") else [*found, part]
        between = ""
    return tuple(reversed(found))


def _part(text: str, between: str) -> _Part | None:
    """A part of a selector, `between` it and the part before a sign; None for one of another kind."""
    attributes = _ATTRIBUTE.findall(text)
    bare = _ATTRIBUTE.sub("", text)
    plain = _PLACED.sub("", bare)
    match = _PART.fullmatch(plain)
    if match is None:
        return None
    names = _NAMES.findall(match[2])
    ids = [name[1:] for name in names if name.startswith("#")]
    classes = frozenset(name[1:] for name in names if name.startswith("."))
    exact = tuple((name.lower(), value if sign == "=" else None) for name, sign, value in attributes)
    loose = plain != bare or between in ("+", "~") or any(sign not in ("", "=") for _, sign, _ in attributes)
    tag = "" if match[1] in (None, "*") else match[1].lower()
    return _Part(tag, ids[0] if ids else "", classes, exact, between == ">", loose)
