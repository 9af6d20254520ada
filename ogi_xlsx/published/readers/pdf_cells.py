"""Tables on a page of a PDF: cells between ruled lines, merged where no line parts them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ogi_xlsx.published.readers.pdf_drawn import Box, Char, Drawn, Rule, too_much
from ogi_xlsx.published.readers.pdf_lines import Line, lines
from ogi_xlsx.published.readers.pdf_seen import OVER, doubts, running_over

_NEAR = 2.5  # points: lines so near one another are one, as where cells are drawn one by one or lines are double
_GAP = 4  # points that a line may be broken by, or fall short of the one that it meets
_SHORT = 5  # points: shorter lines are dots and dashes that met no other
_MOST_PAIRS = 4_000_000  # of lines that may cross: the tables of a page have some 40 lines each way
_MOST_PLACES = 20_000  # between the lines of a table: the form has some 400


@dataclass
class Piece:
    """A cell of a table on a page, between its left and right edge: its rows, counted from 1, what stands in it, and on which page.

    `doubts` are the names of the sentences that say why what stands in it may not be what is seen.
    """

    x0: float
    x1: float
    row: int
    rows: int
    page: int
    text: str = ""
    doubts: tuple[str, ...] = ()


@dataclass
class Ruled:
    """A table on a page: its top, the edges of its columns, how many rows it has, its cells; and the lines of text in it."""

    box: Box
    xs: list[float]
    height: int
    cells: list[Piece]
    held: list[Line] = field(default_factory=list)


def tables(name: str, page: Drawn) -> tuple[list[Ruled], list[Char]]:
    """The tables of a page with what stands in them, and the characters outside. Raises Refusal where there are more lines than on any page."""
    found = [_Laid(page, xs, ys, rules) for xs, ys, rules in _meeting(name, page)]
    found.sort(key=lambda one: (one.box.x1 - one.box.x0) * (one.box.bottom - one.box.top))
    kept = [one for one in found if len(one.cells) > 1 or one.is_low]
    outside: list[Char] = []
    for char in page.chars:
        x, y = (char.box.x0 + char.box.x1) / 2, (char.box.top + char.box.bottom) / 2
        if not any(one.took(char, x, y) for one in kept):
            outside.append(char)
    return [one.ruled() for one in kept], outside


def _meeting(name: str, page: Drawn) -> Iterator[tuple[list[float], list[float], list[Rule]]]:
    """Edges of columns and of rows, and lines, of each group of lines that meet."""
    across, down = (sorted(_apart([rule for rule in page.rules if rule.vertical is way]), key=lambda rule: rule.at) for way in (False, True))
    if len(across) * len(down) > _MOST_PAIRS:
        raise too_much(name, page.number)
    group = list(range(len(across) + len(down)))
    for at, one in enumerate(down, len(across)):
        first = bisect_left(across, one.first - _GAP, key=lambda rule: rule.at)
        last = bisect_right(across, one.last + _GAP, key=lambda rule: rule.at)
        for other in range(first, last):
            if across[other].first - _GAP <= one.at <= across[other].last + _GAP:
                group[_root(group, other)] = _root(group, at)
    groups: dict[int, list[Rule]] = defaultdict(list)
    for at, rule in enumerate((*across, *down)):
        groups[_root(group, at)].append(rule)
    for met in groups.values():
        rules = [one for way in (False, True) for one in _united([rule for rule in met if rule.vertical is way])]
        xs, ys = (_edges(rules, vertical) for vertical in (True, False))
        if len(xs) > 1 and len(ys) > 1 and any(rule.vertical for rule in rules) and any(not rule.vertical for rule in rules):
            if (len(xs) - 1) * (len(ys) - 1) > _MOST_PLACES:
                raise too_much(name, page.number)
            yield xs, ys, rules


def _apart(rules: Sequence[Rule]) -> Iterator[Rule]:
    """As `_united`, but lines of tables below or beside one another are never one, however near they stand across."""
    for near in _runs(rules, lambda rule: (rule.at, rule.at), _NEAR):
        for band in _runs(near, lambda rule: (rule.first, rule.last), _GAP):
            yield from _united(band)


def _runs(rules: Sequence[Rule], ends: Callable[[Rule], tuple[float, float]], gap: float) -> Iterator[list[Rule]]:
    """Lines in the order of their beginnings, parted where the next begins behind the ends of all before by more than a gap."""
    run: list[Rule] = []
    until = 0.0
    for rule in sorted(rules, key=ends):
        first, last = ends(rule)
        if run and first > until + gap:
            yield run
            run = []
        until = max(until, last) if run else last
        run.append(rule)
    if run:
        yield run


def _united(rules: Sequence[Rule]) -> list[Rule]:
    """Lines of one direction, those that lie on one another or go on with one another made one, in order across."""
    found: list[Rule] = []
    ordered = sorted(rules, key=lambda rule: rule.at)
    first = 0
    for at in range(1, len(ordered) + 1):
        if at < len(ordered) and ordered[at].at - ordered[at - 1].at <= _NEAR and ordered[at].at - ordered[first].at <= 2 * _NEAR:
            continue
        group, first = sorted(ordered[first:at], key=lambda rule: rule.first), at
        where = sum(rule.at for rule in group) / len(group) if group else 0
        ends: list[list[float]] = []
        for rule in group:
            if ends and rule.first <= ends[-1][1] + _GAP:
                ends[-1][1] = max(ends[-1][1], rule.last)
            else:
                ends.append([rule.first, rule.last])
        found += [Rule(rule.vertical, where, *end) for end in ends if end[1] - end[0] >= _SHORT]
    return found


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        group[at] = group[group[at]]
        at = group[at]
    return at


def _edges(rules: Sequence[Rule], vertical: bool) -> list[float]:
    """Where lines of one direction stand, and how far those of the other reach beyond: a table may be open at its sides."""
    found = sorted({rule.at for rule in rules if rule.vertical is vertical})
    ends = [end for rule in rules if rule.vertical is not vertical for end in (rule.first, rule.last)]
    if ends and (not found or min(ends) < found[0] - 2 * _GAP):
        found.insert(0, min(ends))
    if ends and max(ends) > found[-1] + 2 * _GAP:
        found.append(max(ends))
    return found


class _Laid:
    """A table whose places between lines are put together to cells, and which takes the characters in it."""

    def __init__(self, page: Drawn, xs: list[float], ys: list[float], rules: Sequence[Rule]) -> None:
        self.page, self.noted, self.xs, self.ys = page.number, page.noted, xs, ys
        self.box = Box(xs[0], ys[0], xs[-1], ys[-1])
        self.wide, self.high = len(xs) - 1, len(ys) - 1
        self.cells, self.of = self._cells(rules)
        self.chars: list[list[Char]] = [[] for _ in self.cells]

    @property
    def is_low(self) -> bool:
        """Whether it is as low as the row of a table that a page break cut off."""
        return self.box.bottom - self.box.top < 80

    def _cells(self, rules: Sequence[Rule]) -> tuple[list[tuple[int, int, int, int]], dict[int, int]]:
        """Cells as row, column, rows and columns, and which of them each place belongs to."""
        group = list(range(self.wide * self.high))
        right, below = self._walls(rules)
        for place in group[:]:
            row, col = divmod(place, self.wide)
            if col + 1 < self.wide and place not in right:
                group[_root(group, place + 1)] = _root(group, place)
            if row + 1 < self.high and place not in below:
                group[_root(group, place + self.wide)] = _root(group, place)
        places: dict[int, list[int]] = defaultdict(list)
        for place in range(len(group)):
            places[_root(group, place)].append(place)
        cells = sorted(cell for held in places.values() for cell in self._rectangles(held))
        of = {r * self.wide + c: at for at, (row, col, rows, cols) in enumerate(cells) for r in range(row, row + rows) for c in range(col, col + cols)}
        return cells, of

    def _walls(self, rules: Sequence[Rule]) -> tuple[set[int], set[int]]:
        """Places that have a line at their right, and such with one below."""
        right: set[int] = set()
        below: set[int] = set()
        for rule in rules:
            along, across = (self.ys, self.xs) if rule.vertical else (self.xs, self.ys)
            at = bisect_left(across, rule.at) - 1
            for i in range(len(along) - 1):
                if at >= 0 and rule.first <= (along[i] + along[i + 1]) / 2 <= rule.last:
                    (right if rule.vertical else below).add(i * self.wide + at if rule.vertical else at * self.wide + i)
        return right, below

    def _rectangles(self, places: Sequence[int]) -> list[tuple[int, int, int, int]]:
        """Places that belong together as one rectangle, or where they are none, as several that are."""
        runs: list[list[int]] = []  # row, column, rows, columns
        for place in places:
            row, col = divmod(place, self.wide)
            if runs and runs[-1][0] == row and runs[-1][1] + runs[-1][3] == col:
                runs[-1][3] += 1
            else:
                runs.append([row, col, 1, 1])
        found: list[list[int]] = []
        open_at: dict[tuple[int, int], list[int]] = {}
        for row, col, rows, cols in runs:
            above = open_at.get((col, cols))
            if above and above[0] + above[2] == row:
                above[2] += rows
            else:
                open_at[col, cols] = one = [row, col, rows, cols]
                found.append(one)
        return [(row, col, rows, cols) for row, col, rows, cols in found]

    def took(self, char: Char, x: float, y: float) -> bool:
        """Whether a character whose middle is there stands in this table; it is taken then."""
        if not (self.box.x0 <= x <= self.box.x1 and self.box.top <= y <= self.box.bottom):
            return False
        col, row = (min(max(bisect_right(edges, at) - 1, 0), len(edges) - 2) for edges, at in ((self.xs, x), (self.ys, y)))
        self.chars[self.of[row * self.wide + col]].append(char)
        return True

    def ruled(self) -> Ruled:
        """The table with its texts."""
        cells, held = [], []
        over = running_over(self.chars)
        for at, ((row, col, rows, cols), chars) in enumerate(zip(self.cells, self.chars, strict=True)):
            found = lines(chars)
            box = Box(self.xs[col], self.ys[row], self.xs[col + cols], self.ys[row + rows])
            text = "\n".join(line.text for line in found)
            why = (*doubts(chars, box, self.noted), *([OVER] if at in over else []))
            cells.append(Piece(box.x0, box.x1, row + 1, rows, self.page, text, why))
            held += found
        return Ruled(self.box, self.xs, self.high, cells, held)
