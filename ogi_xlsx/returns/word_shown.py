"""What of a Word file's text is shown, and how, beyond what its runs say themselves: named styles, raised positions, and the insides of fields.

Everything is written into the runs, so that who reads the text need not know of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFF = ("0", "false", "off")
_W = f"{{{MAIN}}}"
_TOGGLES = ("vanish", "strike")  # that the style of a paragraph and that of a run, both setting them, switch off again (ECMA-376 part 1, 17.7.3)
_SET = (*_TOGGLES, "dstrike", "vertAlign", "color")
_MOST_BASES = 100  # styles based on one another; Word itself writes some ten
_RAISED = 4  # half points by which a run beside others on the line stands apart from them: less mends the look of a font
_TEXTS = ("t", "tab", "br", "cr", "noBreakHyphen", "sym", "ptab")


def put_into_runs(body: Any, styles: Any | None) -> None:
    """Give each run the properties that it has from elsewhere; `styles` is the root of the part that holds them, where there is one."""
    _hide_insides_of_fields(body)
    known = _Styles(styles)
    for paragraph in body.iter(f"{_W}p"):
        runs = [run for run in paragraph.iter(f"{_W}r") if next(run.iterancestors(f"{_W}p")) is paragraph]
        style = _named(paragraph, "pPr", "pStyle") or known.defaults.get("paragraph", "")
        shifts = {_shift(run) for run in runs if _has_text(run)}
        for run in runs:
            given = dict(known.set_by(style, _named(run, "rPr", "rStyle") or known.defaults.get("character", "")))
            shift = _shift(run)
            if shift and len(shifts) > 1:  # a whole line that is moved stands apart from nothing
                given = {"vertAlign": "superscript" if shift > 0 else "subscript"} | given
            _give(run, given)


def _give(run: Any, given: Mapping[str, str]) -> None:
    """Write properties into a run, but for those that it has of its own."""
    if not given:
        return
    own = run.find(f"{_W}rPr")
    if own is None:
        own = run.makeelement(f"{_W}rPr")
        run.insert(0, own)
    for name, value in given.items():
        if own.find(f"{_W}{name}") is None:
            own.append(own.makeelement(f"{_W}{name}", {f"{_W}val": value}))


def _named(element: Any, properties: str, name: str) -> str:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    return "" if found is None else str(found.get(f"{_W}val", ""))


def _has_text(run: Any) -> bool:
    return any((text.text or "").strip() for text in run.iter(f"{_W}t"))


def _shift(run: Any) -> int:
    """1 or -1 where a run stands above or below the line."""
    text = _named(run, "rPr", "position")
    digits = text.removeprefix("-")
    number = int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else 0
    return 0 if abs(number) < _RAISED else 1 if number > 0 else -1


class _Styles:
    """The named styles: of each only what sets a text apart or hides it, with what it has from those that it is based on."""

    def __init__(self, root: Any | None) -> None:
        held = [] if root is None else list(root.iterchildren(f"{_W}style"))
        self.styles = {style.get(f"{_W}styleId", ""): style for style in held}
        self.defaults = {style.get(f"{_W}type", ""): style.get(f"{_W}styleId", "") for style in held if style.get(f"{_W}default", "0") not in OFF}
        self.known: dict[str, Mapping[str, str]] = {}

    def set_by(self, paragraph: str, run: str) -> Mapping[str, str]:
        """What the style of a paragraph and that of a run in it set together."""
        outer, inner = self._of(paragraph), self._of(run)
        found = {**outer, **inner}
        for name in _TOGGLES:
            if name in outer and name in inner:
                found[name] = "1" if (outer[name] in OFF) != (inner[name] in OFF) else "0"
        return found

    def _of(self, id: str) -> Mapping[str, str]:
        if id not in self.known:
            found: dict[str, str] = {}
            at = id
            for _ in range(_MOST_BASES):
                style = self.styles.get(at)
                if style is None:
                    break
                properties = style.find(f"{_W}rPr")
                for name in _SET if properties is not None else ():
                    one = properties.find(f"{_W}{name}")
                    if one is not None:
                        found.setdefault(name, str(one.get(f"{_W}val", "1" if name in (*_TOGGLES, "dstrike") else "")))
                based = style.find(f"{_W}basedOn")
                at = "" if based is None else str(based.get(f"{_W}val", ""))
            self.known[id] = found
        return self.known[id]


@dataclass
class _Field:
    """A field that has begun: whether its result has, and the texts before that."""

    texts: list[Any]
    is_result: bool = False


def _hide_insides_of_fields(body: Any) -> None:
    """Take out what stands between the beginning of a field and its result: other fields within an instruction have results of their own.

    A field that does not end says nothing of the text behind it.
    """
    opened: list[_Field] = []
    for element in body.iter(f"{_W}fldChar", *(f"{_W}{name}" for name in _TEXTS)):
        kind = element.get(f"{_W}fldCharType", "") if element.tag == f"{_W}fldChar" else ""
        if kind == "begin":
            opened.append(_Field([]))
        elif kind == "separate" and opened:
            opened[-1].is_result = True
        elif kind == "end" and opened:
            for text in opened.pop().texts:
                text.tag, text.text = f"{_W}instrText", None
        elif not kind:
            within = next((field for field in opened if not field.is_result), None)
            if within:
                within.texts.append(element)
