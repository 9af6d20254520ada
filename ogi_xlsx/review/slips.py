"""What a slip of the hand may have been: changes of one or a few cells that would make failed equalities hold.

Nothing here is a verdict or a repair: every slip is a possibility with a weight, and `hints` decides whether one stands out.
A weight is the chance of the slip, in 360ths: where it has several outcomes, the chance is shared among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, pairwise

from ogi_xlsx.form.checks import Check, Values
from ogi_xlsx.form.layout import Layout

WRONG, SHIFTED, TRANSPOSED, TENFOLD, YUAN, JOINED, LAST_YEAR, TOTAL, DIGIT = "R901", "R902", "R903", "R904", "R905", "R906", "R907", "R908", "R909"

Changes = Mapping[str, Decimal]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Slip:
    """A possible slip: its code of `templates/causes.toml`, the cells and what each should rise by, and the checks that this mends."""

    code: str
    changes: tuple[tuple[str, Decimal], ...]
    mends: frozenset[str]
    weight: int

    @property
    def cells(self) -> frozenset[str]:
        """The cells where the slip happened; totals that follow from them are not among them."""
        return frozenset(key for key, _ in self.changes)


@dataclass(frozen=True, eq=False)
class System:
    """The equalities of a form: what each typed cell does to the difference of each check, lines of neighbours, typed totals.

    `above` names the typed totals that follow when a cell changes, `chains` totals that follow from one another.
    """

    effects: Mapping[str, Mapping[str, Decimal]]
    lines: tuple[tuple[str, ...], ...]
    totals: frozenset[str]
    above: Mapping[str, tuple[str, ...]]
    chains: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def system_of(layout: Layout) -> System:
    """The equalities of a layout; those that hold a cell against a number are none of them."""
    effects: dict[str, dict[str, Decimal]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for check in layout.checks.checks:
        if is_identity(check):
            for key, factor in _effect(check, layout).items():
                effects.setdefault(key, {})[check.id] = factor
        if check.rule.computes:
            parts[check.relation.left[0].keys[0]] = tuple(key for part in check.relation.right for key in part.keys)
    return System(effects, tuple(_lines(layout)), frozenset(parts), *_above(layout, parts))


def is_identity(check: Check) -> bool:
    """Whether a check says that cells equal cells."""
    relation = check.relation
    return relation.operator == "=" and all(any(part.keys for part in side) for side in (relation.left, relation.right))


def _effect(check: Check, layout: Layout) -> Mapping[str, Decimal]:
    """How much the difference of a check grows when a typed cell rises by one; last year's numbers are not typed."""
    effect: dict[str, Decimal] = {}

    def add(key: str, factor: Decimal) -> None:
        bound = layout.checks.totals.get(key)
        if bound is None:
            effect[key] = effect.get(key, ZERO) + factor
            return
        for part in bound.right:
            for under in part.keys:
                add(under, factor * part.factor)

    for side, sign in ((check.relation.left, 1), (check.relation.right, -1)):
        for part in side:
            for key in () if part.prior else part.keys:
                add(key, part.factor * sign)
    return {key: factor for key, factor in effect.items() if factor and key in layout.edition.spots}


def _lines(layout: Layout) -> Iterator[tuple[str, ...]]:
    """Cells that stand side by side, and one below the other, as long as they are typed."""
    typed = set(layout.checks.typed_keys)
    for table in layout.edition.tables:
        for block in table.blocks:
            rows = [[f"{table.id}.{row.key}.{column.key}" for column in block.columns] for row in block.rows]
            lines = [list(chain(*rows))] if block.across else [*rows, *map(list, zip(*rows, strict=True))]
            yield from (tuple(key for key in line if key in typed) for line in lines)


def _above(layout: Layout, parts: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """The typed totals over each cell, and pairs of a total and one that adds it."""
    adders: dict[str, list[str]] = {}
    for total, under in parts.items():
        for key in under:
            adders.setdefault(key, []).append(total)
    chains = tuple((low, high) for low in parts for high in adders.get(low, ()))
    direct = {key: dict.fromkeys(totals) for key, totals in adders.items()}
    return {key: tuple(dict.fromkeys((*totals, *(high for low in totals for high in direct.get(low, ()))))) for key, totals in direct.items()}, chains


class Search:
    """Looks for the slips of one return. `wanted`: the difference of each check that has numbers, 0 where it holds."""

    def __init__(self, layout: Layout, values: Values, wanted: Mapping[str, Decimal], prior: Mapping[str, Decimal]) -> None:
        self.layout, self.values, self.wanted, self.prior = layout, values, wanted, prior
        self.system = system_of(layout)
        self.open = {id for id, difference in wanted.items() if difference}

    def slips(self) -> list[Slip]:
        """Every slip that would make each equality it touches hold."""
        near = [key for key in self.system.effects if self._reaches(key)]
        return [*self._single(near), *self._neighbours(set(near)), *self._chains()]

    def _reaches(self, key: str) -> bool:
        return any(id in self.open for over in (key, *self.system.above.get(key, ())) for id in self.system.effects.get(over, ()))

    def _single(self, near: Sequence[str]) -> Iterator[Slip]:
        """One cell that holds another number than it should."""
        for key in near:
            spot, now = self.layout.edition.spots[key], self.values.get(key)
            for changes in self._both({key: Decimal(1)}):
                change = self._needed(changes)
                if now is None or not change or not self._possible({key: change}):
                    continue
                mends = self._mends({one: factor * change for one, factor in changes.items()})
                for code, weight in _kinds(now, now + change, spot.column.type, self.prior.get(key), key in self.system.totals) if mends else ():
                    yield Slip(code, ((key, change),), mends, weight)

    def _neighbours(self, near: set[str]) -> Iterator[Slip]:
        """Cells side by side or one below the other that hold each other's numbers."""
        for line in self.system.lines:
            for pair in pairwise(line):
                if near.isdisjoint(pair) or any(self.values.get(key) is None for key in pair):
                    continue
                yield from self._moved(pair)
                for code, weight, then in _pairs(*(self.values[key] or ZERO for key in pair)):
                    yield from self._exactly(code, weight, pair, then)
            yield from self._slid(line, near)

    def _moved(self, pair: tuple[str, str]) -> Iterator[Slip]:
        """Part of a number stands in the neighbouring cell: the amount is what the checks ask for."""
        for changes in self._both({pair[0]: Decimal(1), pair[1]: Decimal(-1)}):
            if change := self._needed(changes):
                moved = {key: changes[key] * change for key in pair}
                if self._possible(moved) and (mends := self._mends({one: factor * change for one, factor in changes.items()})):
                    yield Slip(SHIFTED, tuple(moved.items()), mends, 1)

    def _slid(self, line: tuple[str, ...], near: set[str]) -> Iterator[Slip]:
        """Three or more neighbours slid by one place, towards an end that held 0."""
        held = [self.values.get(key) for key in line]
        for start in range(len(line) - 2):
            for end in range(start + 3, len(line) + 1):
                now = [value for value in held[start:end] if value is not None]
                if len(now) < end - start or near.isdisjoint(line[start:end]) or bool(now[0]) == bool(now[-1]):
                    continue
                then = [*now[1:], ZERO] if not now[0] else [ZERO, *now[:-1]]
                yield from self._exactly(SHIFTED, 60, line[start:end], then)

    def _chains(self) -> Iterator[Slip]:
        """Two totals, one over the other, that were both not added up again."""
        for low, high in self.system.chains:
            change = self._needed({low: Decimal(1), high: Decimal(1)})
            if change and self._possible(changes := {low: change, high: change}) and (mends := self._mends(changes)):
                yield Slip(TOTAL, tuple(changes.items()), mends, 60)

    def _exactly(self, code: str, weight: int, keys: Sequence[str], then: Sequence[Decimal]) -> Iterator[Slip]:
        """A slip whose every number is known, if it mends what it touches."""
        told = tuple((key, new - (self.values[key] or ZERO)) for key, new in zip(keys, then, strict=True))
        for changes in self._both(dict(told)):
            if mends := self._mends(changes):
                yield Slip(code, told, mends, weight)

    def _both(self, changes: Changes) -> Iterator[Changes]:
        """Changes of cells alone; and with the totals above them, which were added up from the wrong numbers."""
        yield changes
        carried = dict(changes)
        for key, change in changes.items():
            for total in self.system.above.get(key, ()):
                carried[total] = carried.get(total, ZERO) + change
        if len(carried) > len(changes) and not any(key in self.system.totals for key in changes):
            yield carried

    def _net(self, changes: Changes) -> dict[str, Decimal]:
        """How much changes move the difference of each check that has numbers."""
        net: dict[str, Decimal] = {}
        for key, change in changes.items():
            for id, factor in self.system.effects.get(key, {}).items():
                if id in self.wanted:
                    net[id] = net.get(id, ZERO) + factor * change
        return {id: amount for id, amount in net.items() if amount}

    def _needed(self, changes: Changes) -> Decimal | None:
        """How many times the changes are needed for every check they touch to hold; None where the checks disagree."""
        times = {-self.wanted[id] / amount for id, amount in self._net(changes).items()}
        return times.pop() if len(times) == 1 else None

    def _mends(self, changes: Changes) -> frozenset[str]:
        """The failed checks that changes mend; none if one of them stays wrong or another breaks."""
        net = self._net(changes)
        return frozenset(net) if all(amount == -self.wanted[id] for id, amount in net.items()) else frozenset()

    def _possible(self, changes: Changes) -> bool:
        """Whether cells could have held the changed numbers: counts are whole, and only signed cells fall below 0."""
        for key, change in changes.items():
            kind, value = self.layout.edition.spots[key].column.type, self.values.get(key)
            if value is None or (kind != "signed" and value + change < 0) or (kind != "money" and change % 1):
                return False
        return True


def _kinds(now: Decimal, then: Decimal, kind: str, last: Decimal | None, total: bool) -> Iterator[tuple[str, int]]:
    """How one number may have come to stand for another."""
    if last is not None and now == last != 0:
        yield LAST_YEAR, 360 if now >= 10 else 90
    if kind == "money" and now and then and now == then * 10000:
        yield YUAN, 720
    if now and then and (now == then * 10 or then == now * 10):
        yield TENFOLD, 180
    elif now % 1 == then % 1 == 0 and min(now, then) >= 0:
        yield from _digits(str(int(now)), str(int(then)))
    plain = 180 if abs(now - then) == 1 else 1
    yield (TOTAL, max(plain, 30)) if total else (WRONG, plain)


def _digits(now: str, then: str) -> Iterator[tuple[str, int]]:
    """What may have happened to the digits of a number."""
    if len(now) == len(then):
        differing = [place for place, (a, b) in enumerate(zip(now, then, strict=True)) if a != b]
        first = differing[0]
        if len(differing) == 2 and differing[1] == first + 1 and now[first : first + 2] == then[first : first + 2][::-1]:
            yield TRANSPOSED, 360 // (len(now) - 1)
        if len(differing) == 1:
            yield WRONG, 40 // len(now)
    longer, shorter = sorted((now, then), key=len, reverse=True)
    lost = [place for place in range(len(longer)) if longer[:place] + longer[place + 1 :] == shorter]
    if len(longer) == len(shorter) + 1 and lost:
        doubled = len(lost) > 1  # either of two equal digits may go
        yield DIGIT, 360 // len(then) if longer == then or doubled else 36 // len(now)


def _pairs(a: Decimal, b: Decimal) -> Iterator[tuple[str, int, tuple[Decimal, Decimal]]]:
    """What two neighbours may have been meant to hold."""
    if a != b:
        yield SHIFTED, 90 if a and b else 180, (b, a)
    if a % 1 or b % 1 or a < 0 or b < 0:
        return
    if a and b:
        whole = Decimal(f"{int(a)}{int(b)}")
        yield JOINED, 60, (whole, ZERO)
        yield JOINED, 30, (ZERO, whole)
    elif a or b:
        digits = str(int(a or b))
        for place in range(1, len(digits)):
            if digits[place] != "0":
                yield JOINED, 180, (Decimal(digits[:place]), Decimal(digits[place:]))
