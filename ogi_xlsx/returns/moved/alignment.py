"""Finds the lines of a form, its rows or its columns, in a sheet where they do not all stand in their places.

A line is known by the texts that it alone holds. There is an answer only where nothing else could be meant.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise

_MOST = 4  # times as many lines with texts of the form as the form has lines: no form was shifted there
_FREE = 1_048_576  # lines below the last that is known


@dataclass(frozen=True)
class Line:
    """A line as issued: the texts that it alone holds, how many cells of it are typed, whether it is a line of data."""

    texts: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    data: bool = False

    @property
    def bare(self) -> bool:
        """Whether there is nothing on it to know it by or to read."""
        return not (self.texts or self.typed or self.data)


@dataclass(frozen=True)
class Seen:
    """Lines of a sheet as it came back, by number: the form's texts on each, how many of its cells are unlocked, which hold anything."""

    texts: Mapping[int, Counter[str]]
    unlocked: Mapping[int, int]
    filled: frozenset[int]

    def stands(self, line: Line, at: int) -> bool:
        """Whether a line of the form may stand there: more than half of what is typed on it is unlocked; else something is there, and locked."""
        if line.typed:
            return 2 * self.unlocked.get(at, 0) > line.typed
        return line.bare or (at in self.filled and not self.unlocked.get(at))

    def standing(self, line: Line, free: range) -> list[int]:
        """Where among some numbers it may stand."""
        return [at for at in (self.unlocked if line.typed else self.filled) if at in free and self.stands(line, at)]


@dataclass(frozen=True)
class Axis:
    """Where the lines of a form stand now: the present number of line 1, 2, …, 0 of one that is gone. Lines beyond keep their distance."""

    places: tuple[int, ...]

    @cached_property
    def _left(self) -> tuple[list[int], list[int]]:
        """Lines that are left, and their present numbers."""
        return [line for line, now in enumerate(self.places, 1) if now], [now for now in self.places if now]

    @cached_property
    def _end(self) -> int:
        return max(self.places, default=0)

    @cached_property
    def moved(self) -> bool:
        """Whether any line is not where it was."""
        return self.places != tuple(range(1, len(self.places) + 1))

    @cached_property
    def gone(self) -> list[range]:
        """Lines that are gone, neighbours together."""
        lost = [line for line, now in enumerate(self.places, 1) if not now]
        runs = [[line for _, line in run] for _, run in groupby(enumerate(lost), lambda one: one[1] - one[0])]
        return [range(run[0], run[-1] + 1) for run in runs]

    @cached_property
    def more(self) -> list[tuple[int, range]]:
        """Lines that are new: before which line of the form, and their present numbers."""
        left = [(0, 0), *zip(*self._left, strict=True)]
        return [(line, range(before + 1, now)) for (_, before), (line, now) in pairwise(left) if now > before + 1]

    def now(self, line: int) -> int:
        """Present number of a line; 0 where it is gone."""
        return self.places[line - 1] if line <= len(self.places) else self._end + line - len(self.places)

    def issued(self, now: int) -> int:
        """The line that now has a number; 0 where that is a new one."""
        if now > self._end:
            return len(self.places) + now - self._end
        lines, numbers = self._left
        at = bisect_left(numbers, now)
        return lines[at] if numbers[at] == now else 0

    def span_now(self, first: int, last: int) -> tuple[int, int] | None:
        """First and last present number of what is left of some lines; None where nothing is."""
        lines, numbers = self._left
        inside = numbers[bisect_left(lines, first) : bisect_right(lines, last)]
        beyond = [self.now(max(first, len(self.places) + 1)), self.now(last)] if last > len(self.places) else []
        ends = [*inside[:1], *inside[-1:], *beyond]
        return (ends[0], ends[-1]) if ends else None

    def span_issued(self, first: int, last: int) -> tuple[int, int] | None:
        """First and last line of those that now have some numbers; None where all of them are new."""
        lines, numbers = self._left
        inside = lines[bisect_left(numbers, first) : bisect_right(numbers, last)]
        beyond = [self.issued(max(first, self._end + 1)), self.issued(last)] if last > self._end else []
        ends = [*inside[:1], *inside[-1:], *beyond]
        return (ends[0], ends[-1]) if ends else None


def aligned(lines: Sequence[Line], seen: Seen) -> Axis | None:
    """Where the lines stand now; None where that is not certain. Where some are gone and others new, it never is."""
    matched = _matched(lines, seen)
    if matched is None:
        return None
    places: list[int] = []
    for (_, at), (line, now) in pairwise([(0, 0), *matched]):
        between = _between(lines[len(places) : line - 1], range(at + 1, now), seen)
        if between is None:
            return None
        places += [*between, now]
    tail = _tail(lines[len(places) :], matched[-1][1] if matched else 0, seen)
    if tail is None:
        return None
    axis = Axis((*places, *tail))
    return None if axis.gone and axis.more else axis


def _matched(lines: Sequence[Line], seen: Seen) -> list[tuple[int, int]] | None:
    """Pairs of a line and its present number that share most texts, all in order; None where another choice is as good."""
    known = [line for line, one in enumerate(lines, 1) if one.texts]
    there = sorted(seen.texts)
    if len(there) > _MOST * len(lines):
        return None
    # most[i][j]: what the first i known lines share with the first j there at best, and in how many ways
    most = [[(0, 1)] * (len(there) + 1) for _ in range(len(known) + 1)]
    for i, line in enumerate(known, 1):
        for j, at in enumerate(there, 1):
            most[i][j] = _best(most[i - 1][j], most[i][j - 1], most[i - 1][j - 1], _shared(lines[line - 1].texts, seen.texts[at]))
    if most[-1][-1][1] != 1:
        return None
    pairs, i, j = [], len(known), len(there)
    while i and j:
        if most[i][j][0] == most[i - 1][j][0]:
            i -= 1
        elif most[i][j][0] == most[i][j - 1][0]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((known[i], there[j]))
    return pairs[::-1]


def _shared(texts: Counter[str], there: Counter[str]) -> int:
    """How many texts of a line are there, if more than half of them are."""
    shared = (texts & there).total()
    return shared if 2 * shared > texts.total() else 0


def _best(without_line: tuple[int, int], without_number: tuple[int, int], without_both: tuple[int, int], shared: int) -> tuple[int, int]:
    """The best of two prefixes and in how many ways it is reached, from what is known of shorter ones."""
    best = max(without_line[0], without_number[0])
    ways = sum(count for most, count in (without_line, without_number) if most == best) - without_both[1] * (without_both[0] == best)
    paired = without_both[0] + shared
    if not shared or paired < best:
        return best, ways
    return paired, without_both[1] + ways * (paired == best)


def _between(gap: Sequence[Line], free: range, seen: Seen) -> list[int] | None:
    """Present numbers of lines that no text told, between two that were told. As many as there are numbers: they are there."""
    if len(gap) == len(free):
        return list(free)
    if not free:
        return [0] * len(gap)
    return _by_kind(gap, free, seen)


def _tail(gap: Sequence[Line], last: int, seen: Seen) -> list[int] | None:
    """Present numbers of the lines after the last that was told; those at the end that left nothing behind are gone."""
    straight = list(range(last + 1, last + 1 + len(gap)))
    kept = next((i for i, (line, at) in enumerate(zip(gap, straight, strict=True)) if not seen.stands(line, at)), len(gap))
    below = range(last + 1 + kept, _FREE)
    left = any(at in seen.filled or seen.unlocked.get(at) for at in straight[kept:]) or any(seen.standing(line, below) for line in gap[kept:] if line.typed)
    if not left:
        return straight[:kept] + [0] * (len(gap) - kept)
    return _by_kind(gap, range(last + 1, _FREE), seen)


def _by_kind(gap: Sequence[Line], free: range, seen: Seen) -> list[int] | None:
    """Present numbers of lines without texts, where exactly as many may stand there or hold something, or none may. Bare ones take what is free.

    Lines whose texts are not there are gone, if none of what is there may be theirs.
    """
    wanted = [line for line in gap if not (line.bare or line.texts)]
    held = sorted({at for line in wanted for at in seen.standing(line, free)})
    held = [at for at in held if at in seen.filled] if len(held) > len(wanted) else held
    if len(held) not in (0, len(wanted)):
        return None
    if any(at not in held for line in gap if line.texts for at in seen.standing(line, free)):
        return None
    places: list[int] = []
    at = free.start
    for line in gap:
        if line.bare:
            places.append(at if at < (held[0] if held else free.stop) else 0)
        else:
            places.append(held.pop(0) if held and not line.texts else 0)
        at = max(at, places[-1] + 1)
    return places
