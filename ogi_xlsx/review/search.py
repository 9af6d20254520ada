"""Looks for the slips that failed equalities may come from: changes of one or a few cells that would make them hold.

Nothing here is a verdict or a repair: every slip is a possibility with a weight, and `hints` decides whether one stands out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, pairwise

from ogi_xlsx.form.checks import Check, Values
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.review.slips import SHIFTED, TOTAL, Slip, kinds, pairs

Changes = Mapping[str, Decimal]
Effects = Mapping[str, Mapping[str, Decimal]]  # by cell and check
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, eq=False)
class System:
    """The equalities of a form, by what a cell that rises by one does to the difference of each check.

    There are two such `effects`: of the cell alone; and with the typed totals over it, which were added up from it.
    `lines` are neighbouring cells, `totals` typed totals, `chains` pairs of a total and one that adds it.
    """

    effects: tuple[Effects, Effects]
    lines: tuple[tuple[str, ...], ...]
    totals: frozenset[str]
    chains: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def system_of(layout: Layout) -> System:
    """The equalities of a layout; those that hold a cell against a number are none of them."""
    effects: dict[str, dict[str, Decimal]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for check in layout.checks.checks:
        if not is_identity(check):
            continue
        for key, factor in _effect(check, layout).items():
            effects.setdefault(key, {})[check.id] = factor
        if check.rule.computes:
            parts[check.relation.left[0].keys[0]] = tuple(key for part in check.relation.right for key in part.keys)
    chains = tuple((low, high) for low in parts for high in parts if low in parts[high])
    carried = {key: _carried(key, effects, parts) for key in effects if key not in parts and any(key in under for under in parts.values())}
    return System((effects, carried), tuple(_lines(layout)), frozenset(parts), chains)


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
            for key in part.keys:
                add(key, part.factor * sign)
    return {key: factor for key, factor in effect.items() if factor and key in layout.edition.spots}


def _lines(layout: Layout) -> Iterator[tuple[str, ...]]:
    """Typed cells that stand side by side, and one below the other."""
    typed = set(layout.checks.typed_keys)
    for table in layout.edition.tables:
        for block in table.blocks:
            rows = [[f"{table.id}.{row.key}.{column.key}" for column in block.columns] for row in block.rows]
            lines = [list(chain(*rows))] if block.across else [*rows, *map(list, zip(*rows, strict=True))]
            yield from (tuple(key for key in line if key in typed) for line in lines)


def _carried(key: str, effects: Effects, parts: Mapping[str, Sequence[str]]) -> dict[str, Decimal]:
    """The effect of a cell with all the totals over it."""
    over = [key]
    for low in over:
        over += [high for high, under in parts.items() if low in under and high not in over]
    net: dict[str, Decimal] = {}
    for one in over:
        for id, factor in effects[one].items():
            net[id] = net.get(id, ZERO) + factor
    return {id: factor for id, factor in net.items() if factor}


class Search:
    """Looks for the slips of one return. `wanted`: the difference of each check that has numbers, 0 where it holds."""

    def __init__(self, layout: Layout, values: Values, wanted: Mapping[str, Decimal], prior: Mapping[str, Decimal]) -> None:
        self.layout, self.values, self.wanted, self.prior = layout, values, wanted, prior
        self.system = system_of(layout)
        self.settled = frozenset(id for id, difference in wanted.items() if not difference)
        self.failing = frozenset(wanted) - self.settled

    def slips(self) -> Iterator[Slip]:
        """Every slip that would make each equality it touches hold."""
        yield from self._chains()
        for effects in self.system.effects:
            near = {key: None for key, touched in effects.items() if not self.failing.isdisjoint(touched)}
            yield from self._single(near, effects)
            for line in self.system.lines:
                if near.keys().isdisjoint(line):
                    continue
                cells = [key for key in line if key in effects and self.values.get(key) is not None]
                for pair in pairwise(cells):
                    if pair[0] in near or pair[1] in near:
                        yield from self._pair(pair, effects)
                yield from self._slid(cells, effects)

    def _single(self, near: Iterable[str], effects: Effects) -> Iterator[Slip]:
        """One cell that holds another number than it should."""
        for key in near:
            now, change = self.values.get(key), self._needed({key: ONE}, effects)
            if now is None or not change or not self._possible({key: change}):
                continue
            mends = self._mends({key: change}, effects)
            kind = self.layout.edition.spots[key].column.type
            for code, weight in kinds(now, now + change, kind, self.prior.get(key), key in self.system.totals) if mends else ():
                yield Slip(code, ((key, change),), mends, weight)

    def _chains(self) -> Iterator[Slip]:
        """Two totals, one over the other, that were both not added up again."""
        effects = self.system.effects[0]
        for low, high in self.system.chains:
            change = self._needed({low: ONE, high: ONE}, effects)
            if change and self._possible(changes := {low: change, high: change}) and (mends := self._mends(changes, effects)):
                yield Slip(TOTAL, tuple(changes.items()), mends, 30)

    def _pair(self, pair: tuple[str, str], effects: Effects) -> Iterator[Slip]:
        """Two neighbours that hold each other's number, or part of it."""
        one, other = (effects[key].keys() for key in pair)
        if not self.settled.isdisjoint(one ^ other):
            return
        if change := self._needed({pair[0]: ONE, pair[1]: -ONE}, effects):
            moved = {pair[0]: change, pair[1]: -change}
            if self._possible(moved) and (mends := self._mends(moved, effects)):
                yield Slip(SHIFTED, tuple(moved.items()), mends, 1)
        for code, weight, then in pairs(*(self.values[key] or ZERO for key in pair)):
            yield from self._exactly(code, weight, pair, then, effects)

    def _slid(self, line: Sequence[str], effects: Effects) -> Iterator[Slip]:
        """Three or more neighbours slid by one place, towards an end that held 0: what one now holds belongs to the one before."""
        often = Counter(id for key in line for id in effects[key])
        fixed = {key for key in line if any(often[id] == 1 and id in self.settled for id in effects[key])}
        for cells in (line, line[::-1]):
            held = [self.values[key] or ZERO for key in cells]
            for start in range(len(cells) - 2):
                if held[start] or not held[start + 1]:
                    continue
                for end in range(start, len(cells)):
                    if end > start + 1 and held[end] and cells[end] not in fixed:
                        yield from self._exactly(SHIFTED, 60, cells[start : end + 1], [*held[start + 1 : end + 1], ZERO], effects)
                    if end + 1 < len(cells) and held[end] != held[end + 1] and cells[end] in fixed:
                        break

    def _exactly(self, code: str, weight: int, keys: Sequence[str], then: Sequence[Decimal], effects: Effects) -> Iterator[Slip]:
        """A slip whose every number is known, if it mends what it touches."""
        changes = {key: new - (self.values[key] or ZERO) for key, new in zip(keys, then, strict=True)}
        if mends := self._mends(changes, effects):
            yield Slip(code, tuple(changes.items()), mends, weight)

    def _net(self, changes: Changes, effects: Effects) -> dict[str, Decimal]:
        """How much changes move the difference of each check that has numbers."""
        net: dict[str, Decimal] = {}
        for key, change in changes.items():
            for id, factor in effects[key].items() if change else ():
                if id in self.wanted:
                    net[id] = net.get(id, ZERO) + factor * change
        return {id: amount for id, amount in net.items() if amount}

    def _needed(self, changes: Changes, effects: Effects) -> Decimal | None:
        """How many times the changes are needed for a check they touch to hold; None where they would break another."""
        net = self._net(changes, effects)
        return next((-self.wanted[id] / amount for id, amount in net.items()), None) if self.settled.isdisjoint(net) else None

    def _mends(self, changes: Changes, effects: Effects) -> frozenset[str]:
        """The failed checks that changes mend; none if one of them stays wrong or another breaks."""
        net = self._net(changes, effects)
        return frozenset(net) if all(amount == -self.wanted[id] for id, amount in net.items()) else frozenset()

    def _possible(self, changes: Changes) -> bool:
        """Whether cells could have held the changed numbers: counts are whole, and only signed cells fall below 0."""
        for key, change in changes.items():
            kind, value = self.layout.edition.spots[key].column.type, self.values.get(key)
            if value is None or (kind != "signed" and value + change < 0) or (kind != "money" and change % 1):
                return False
        return True
