"""Which of the characters on a page of a PDF are seen as they stand in the file: some are invisible, white, covered, or struck out by a line."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ogi_xlsx.form import marked
from ogi_xlsx.published.readers.pdf_drawn import Box, Char, Drawn, Rule, too_much

_BAND = 20  # points: characters are looked for in bands so high
_MOST_LOOKS = 20_000_000  # at characters that something may cover: a page has some 2 000, and some hundred that covers anything
_MIDDLE = (0.25, 0.75)  # of the height of a character: a line there strikes it out, one below underlines
_BEYOND = 0.6  # of the size of a character: how far a line that strikes a text out may reach beyond it
_TOGETHER = 0.15  # of the size of a digit: the next one of the same number begins nearer
_COVERED = 0.6  # of such a line: so much of it at least runs through characters
RECOGNISED, UNSEEN, CROSSED, NOTED, OVER = "doubt_recognised", "doubt_unseen", "doubt_crossed", "doubt_noted", "doubt_over"  # sentences


class Seen:
    """Takes what is painted on a page in its order: later things cover earlier ones."""

    def __init__(self, name: str, page: int) -> None:
        self.name, self.page, self.looks = name, page, 0
        self.chars: list[Char] = []
        self.bands: dict[int, list[int]] = defaultdict(list)
        self.pictures: list[Box] = []
        self.grounds: list[Box] = []  # coloured ones, on which white is seen
        self.invisible: list[int] = []

    def char(self, char: Char, invisible: bool, white: bool) -> None:
        """A character."""
        if invisible:
            self.invisible.append(len(self.chars))
        elif white and not self._is_on(self.grounds, char):
            char = replace(char, doubt=UNSEEN)
        self.bands[int(char.middle[1] // _BAND)].append(len(self.chars))
        self.chars.append(char)

    def picture(self, box: Box, opaque: bool) -> None:
        """A picture. Characters under it are what a machine made out in it, and so are invisible ones over it."""
        self.pictures.append(box)
        self.grounds.append(box)
        if opaque:
            self._cover(box, RECOGNISED)

    def ground(self, box: Box, white: bool) -> None:
        """A filled shape."""
        if white:
            self._cover(box, UNSEEN)
        else:
            self.grounds.append(box)

    def taken(self) -> list[Char]:
        """The characters, each with the doubt about it."""
        for at in self.invisible:
            char = self.chars[at]
            self.chars[at] = replace(char, doubt=RECOGNISED if self._is_on(self.pictures, char) else UNSEEN)
        return self.chars

    def _is_on(self, boxes: Sequence[Box], char: Char) -> bool:
        self._looked(len(boxes))
        return any(box.holds(*char.middle) for box in boxes)

    def _cover(self, box: Box, doubt: str) -> None:
        first, last = int(box.top // _BAND), int(box.bottom // _BAND)
        held = [at for band in self.bands if first <= band <= last for at in self.bands[band]]
        self._looked(len(held) + len(self.bands))
        for at in held:
            if box.holds(*self.chars[at].middle):
                self.chars[at] = replace(self.chars[at], doubt=doubt)

    def _looked(self, times: int) -> None:
        self.looks += times
        if self.looks > _MOST_LOOKS:
            raise too_much(self.name, self.page)


def struck(page: Drawn) -> Drawn:
    """A page whose lines through characters are no lines of tables any more: the characters are struck out."""
    chars = sorted(page.chars, key=lambda char: char.middle[1])
    middles, most = [char.middle[1] for char in chars], max((char.size for char in chars), default=0)
    rules: list[Rule] = []
    for rule in page.rules:
        near = range(bisect_left(middles, rule.at - most), bisect_right(middles, rule.at + most)) if not rule.vertical else ()
        through = [at for at in near if _is_through(rule, chars[at])]
        strikes = bool(through) and _is_along(rule, [chars[at] for at in through])
        for at in through:
            chars[at] = replace(chars[at], text=marked.struck(chars[at].text.rstrip(marked.STROKE))) if strikes else replace(chars[at], doubt=CROSSED)
        rules += [] if strikes else [rule]
    return replace(page, chars=chars, rules=rules)


def _is_through(rule: Rule, char: Char) -> bool:
    """Whether a level line runs through the middle of a character that is no blank."""
    low, high = ((1 - part) * char.box.top + part * char.box.bottom for part in _MIDDLE)
    return low < rule.at < high and rule.first < char.middle[0] < rule.last and not char.text.isspace() and char.turn in (0, 2)


def _is_along(rule: Rule, chars: Sequence[Char]) -> bool:
    """Whether a line is drawn for the characters that it runs through: it ends where they do, and hardly runs through anything else."""
    size = max(char.size for char in chars)
    left, right = min(char.box.x0 for char in chars), max(char.box.x1 for char in chars)
    inked = sum(max(0, min(char.box.x1, rule.last) - max(char.box.x0, rule.first)) for char in chars)
    return rule.first > left - _BEYOND * size and rule.last < right + _BEYOND * size and inked >= _COVERED * (rule.last - rule.first)


def doubts(chars: Sequence[Char], box: Box, noted: Sequence[Box]) -> Iterator[str]:
    """Names of the sentences that say why what stands in a cell may not be what is seen there."""
    yield from sorted({char.doubt for char in chars if char.doubt and not char.text.isspace()})
    if any(box.holds((one.x0 + one.x1) / 2, (one.top + one.bottom) / 2) or one.holds((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2) for one in noted):
        yield NOTED


def running_over(cells: Sequence[Sequence[Char]]) -> set[int]:
    """Which cells of a table hold digits that stand in one number with those of another cell: what is wider than its cell runs over the line."""
    digits = [(round(char.middle[1]), char.box.x0, at, char) for at, chars in enumerate(cells) for char in chars if char.text.isdecimal() and char.turn == 0]
    digits.sort(key=lambda one: one[:2])
    found: set[int] = set()
    for (y, _, at, char), (below, x, other, _) in pairwise(digits):
        if at != other and y == below and x - char.box.x1 < _TOGETHER * char.size:
            found |= {at, other}
    return found
