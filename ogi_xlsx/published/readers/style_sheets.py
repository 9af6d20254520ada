"""What the style sheets within a web page and its elements' own styles say of how text looks, as far as that makes another number of it.

Simple selectors only: names, classes and ids, within one another. Sheets elsewhere are not loaded, and nothing can be known of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LOOKS = ("display", "visibility", "opacity", "font-size", "vertical-align", "text-decoration", "position", "top", "bottom", "mso-hide", "mso-text-raise")
_SAME = {"text-decoration-line": "text-decoration"}
_AWAY = re.compile(r"""/\*.*?(?:\*/|\Z)|<!--|-->|"[^"\n]*"|'[^'\n]*'""", re.DOTALL)
_BRACE = re.compile("([{}])")
_PART = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][A-Za-z_\u0080-\uffff-][\w-]*)*)")
_NAMES = re.compile(r"[.#][^.#]+")
_SHOWN_ON = ("screen", "all")
_INLINE = (1, 0, 0, 0)  # how specific an element's own style is


@dataclass(frozen=True)
class _Part:
    """A selector's part for one element: name, id and classes that it must have; `child`: the part before is that of its parent."""

    tag: str
    id: str
    classes: frozenset[str]
    child: bool

    def fits(self, element: Any) -> bool:
        """Whether an element is such a one."""
        if (self.tag and element.tag != self.tag) or (self.id and element.get("id") != self.id):
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


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
            for selector in head.split(",") if says else ():
                parts = _parts(selector)
                if parts:
                    of = parts[0]
                    specific = tuple(sum(counts) for counts in zip(*((bool(one.id), len(one.classes), bool(one.tag)) for one in parts), strict=True))
                    key = f"#{of.id}" if of.id else f".{min(of.classes)}" if of.classes else of.tag
                    self.by_key[key].append(_Rule(parts, (0, *specific), order, says))

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


def _parts(selector: str) -> tuple[_Part, ...]:
    """The parts of a selector from the last to the first; none where it is more than simple."""
    found: list[_Part] = []
    child = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            child = True
            continue
        match = _PART.fullmatch(word)
        if match is None:
            return ()
        names = _NAMES.findall(match[2])
        ids = [name[1:] for name in names if name.startswith("#")]
        tag = "" if match[1] in (None, "*") else match[1].lower()
        found.append(_Part(tag, ids[0] if ids else "", frozenset(name[1:] for name in names if name.startswith(".")), child))
        child = False
    return tuple(reversed(found))
