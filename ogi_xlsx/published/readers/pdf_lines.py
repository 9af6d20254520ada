"""Lines of text on a page of a PDF, and the paragraphs that they make."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ogi_xlsx.form.marked import lowered, raised
from ogi_xlsx.published.readers.pdf_drawn import Char

_BEGINS = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十0-9]{1,3}[)）]|[0-9]{1,2}[、．]|第[一二三四五六七八九十]{1,3}[章条])")
_ENDS = "。！？；：…"
_NUMBER = re.compile(r"[-—–―~·•\s]{0,9}(?:第\s?)?[0-9]{1,3}\s?页?(?:\s?[/／,，]?\s?共?\s?[0-9]{1,3}\s?页?)?[-—–―~·•\s]{0,9}")
_DIGITS = re.compile("[0-9]+")
_EDGE = 0.12  # of the height of a page, at its top and bottom: where numbers and running titles stand
_INDENT = 1.2  # times the size of a letter: a first line stands in by two
_NOTE = 0.8  # of the size of a digit beside it: a smaller one is raised or lowered
_APART = 0.2  # of that size: a digit whose foot stands so far above or below is so, too
_SHORT = 1.6  # times the size of a letter: a line that ends so far from the margin is the last of its paragraph


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its ends, its top and bottom, and the size of its letters."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


def lines(chars: Iterable[Char]) -> list[Line]:
    """The lines that characters stand in, from top to bottom."""
    found: list[list[Char]] = []
    middle = 0.0
    for char in sorted(chars, key=lambda one: (_middle(one), one.box.x0)):
        if found and abs(_middle(char) - middle) < 0.4 * max(char.size, found[-1][0].size):
            found[-1].append(char)
        else:
            found.append([char])
            middle = _middle(char)
    return [line for line in map(_line, found) if line.text.strip()]


def _middle(char: Char) -> float:
    return (char.box.top + char.box.bottom) / 2


def _line(chars: list[Char]) -> Line:
    ordered = sorted(chars, key=lambda one: one.box.x0)
    texts = _as_set(ordered)
    text = texts[0]
    for (before, char), one in zip(pairwise(ordered), texts[1:], strict=True):
        text += (" " if _parted(before, char) else "") + one
    inked = [char for char in ordered if not char.text.isspace()] or ordered
    top, bottom = min(char.box.top for char in inked), max(char.box.bottom for char in inked)
    return Line(text.strip(" \t\r\n"), inked[0].box.x0, max(char.box.x1 for char in inked), top, bottom, max(char.size for char in inked))


def _as_set(ordered: Sequence[Char]) -> list[str]:
    """The texts of characters in a line, digits raised or lowered that are smaller than others right beside them, or stand above or below those."""
    texts = [char.text for char in ordered]
    first = 0
    for at in range(1, len(ordered) + 1):
        if at < len(ordered) and ordered[at - 1].text.isdecimal() and ordered[at].text.isdecimal() and not _parted(ordered[at - 1], ordered[at]):
            continue
        main = max(ordered[first:at], key=lambda one: one.size)
        for place in range(first, at):
            char = ordered[place]
            up = (main.box.bottom - char.box.bottom) / main.size if main.size else 0  # from foot to foot, which fonts have at different heights
            if char.text.isdecimal() and (char.size < _NOTE * main.size or (abs(up) > _APART and char.font == main.font)):
                texts[place] = lowered(char.text) if up < 0 else raised(char.text)
        first = at
    return texts


def _parted(before: Char, char: Char) -> bool:
    """Whether a gap between two characters is one between words: it is wider where Chinese ones, which may be set wide, stand beside it."""
    if before.text.isspace() or char.text.isspace():
        return False
    wide = _is_wide(before.text) + _is_wide(char.text)
    return char.box.x0 - before.box.x1 > (0.25, 0.5, 0.9)[wide] * max(before.size, char.size)


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[:1] or " ") in "WF"


def furniture(pages: Sequence[tuple[float, Sequence[Line]]]) -> list[set[Line]]:
    """Of each page, told by its height and lines, those that are no text of the report: page numbers and what stands on all pages at the edge."""
    edges = [[line for line in held if line.bottom < _EDGE * height or line.top > (1 - _EDGE) * height] for height, held in pages]
    count: dict[str, int] = {}
    for lines_there in edges:
        for text in {_same(line) for line in lines_there}:
            count[text] = count.get(text, 0) + 1
    running = {text for text, n in count.items() if n >= 2 and n >= len(pages) - 1}
    found: list[set[Line]] = []
    for (_, held), there in zip(pages, edges, strict=True):
        outer = {line for line in (*held[:1], *held[-1:]) if line in there and _NUMBER.fullmatch(line.text)}
        found.append(outer | {line for line in there if _same(line) in running})
    return found


def _same(line: Line) -> str:
    """A line's text and height, by which it is known on other pages."""
    return f"{round(line.top / 6)} {_DIGITS.sub('#', line.text)}"


@dataclass(frozen=True)
class Margins:
    """Where the text of a document begins and ends across its pages."""

    left: float
    right: float

    @classmethod
    def of(cls, held: Sequence[Line]) -> "Margins":
        """The margins of lines in the size that most of the text has: the leftmost place where some begin, and the rightmost that one reaches."""
        sizes: dict[float, int] = {}
        for line in held:
            sizes[round(line.size)] = sizes.get(round(line.size), 0) + len(line.text)
        size = max(sizes, key=sizes.__getitem__, default=0)
        text = [line for line in held if round(line.size) == size]
        begins = [line.x0 for line in text]
        some = [x for x in begins if 10 * sum(abs(x - other) < 3 for other in begins) >= len(begins)]
        return cls(min(some or begins, default=0), max((line.x1 for line in text), default=0))

    def goes_on(self, line: Line, after: Line) -> bool:
        """Whether a line is the continuation of the one before: that one is full, and this one neither stands in nor begins like a heading."""
        full = line.x1 > self.right - _SHORT * line.size
        stands_in = after.x0 > self.left + _INDENT * after.size
        if not full or stands_in or abs(line.size - after.size) > 0.1 * line.size:
            return False
        return not _BEGINS.match(after.text) or not line.text.endswith(tuple(_ENDS))


def joined(first: str, after: str) -> str:
    """Two lines of one paragraph, with a space between them where both words are of letters."""
    return f"{first} {after}" if first[-1:].isascii() and first[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else first + after
