"""From failed checks to findings: one cause is told once, with the likely cell where the arithmetic points at one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.checks import Check, Values, total
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, say
from ogi_xlsx.returns.record import show


@dataclass(frozen=True)
class Cause:
    """Failed checks that one change would mend: the check that tells it, the others, and the cell if only one is possible."""

    check: Check
    others: tuple[Check, ...] = ()
    key: str = ""
    change: Decimal = Decimal(0)


def causes(failed: Sequence[Check], passed: Sequence[Check], layout: Layout, values: Values) -> list[Cause]:
    """Group failed equalities by the single typed cell whose change would mend them; what is left stands alone."""
    equal = {check.id: check for check in failed if check.relation.operator == "=" and check.rule.severity == "error"}
    effects = {check.id: _effects(check, layout, values) for check in (*equal.values(), *passed) if check.relation.operator == "="}
    wanted = {id: difference_of(check, values) for id, check in equal.items()}
    touched_by: dict[str, set[str]] = {}
    for id, effect in effects.items():
        for key in effect:
            touched_by.setdefault(key, set()).add(id)
    open_, found = set(equal), []
    while open_:
        best = _best(open_, effects, wanted, touched_by, lambda key, change: _possible(key, change, layout, values))
        if not best:
            break
        ids, candidates = best
        found.append(_cause(sorted(ids), candidates, equal, layout))
        open_ -= ids
    told = {id for cause in found for id in (cause.check.id, *(c.id for c in cause.others))}
    return found + [Cause(check) for check in failed if check.id not in told]


def difference_of(check: Check, values: Values) -> Decimal:
    """Left minus right of a check whose cells all have numbers."""
    left, right = total(check.relation.left, values), total(check.relation.right, values)
    assert left is not None and right is not None
    return round(left - right, 6)


def _effects(check: Check, layout: Layout, values: Values) -> Mapping[str, Decimal]:
    """How much the difference of a check changes when a typed cell rises by one."""
    effect: dict[str, Decimal] = {}

    def add(key: str, factor: Decimal) -> None:
        if key not in layout.where:
            return  # last year's numbers and those of the cover are given
        bound = layout.checks.totals.get(key)
        if bound is None:
            effect[key] = effect.get(key, Decimal(0)) + factor
            return
        for part in bound.right:
            for under in part.keys:
                add(under, factor * part.factor)

    for parts, sign in ((check.relation.left, 1), (check.relation.right, -1)):
        for part in parts:
            for key in part.keys:
                add(key, part.factor * sign)
    return {key: factor for key, factor in effect.items() if factor}


def _possible(key: str, change: Decimal, layout: Layout, values: Values) -> bool:
    """Whether a cell could have held the changed number: a count and an amount are never below 0."""
    value = values.get(key)
    return value is not None and (value + change >= 0 or layout.edition.spots[key].column.type == "signed")


def _best(
    open_: set[str],
    effects: Mapping[str, Mapping[str, Decimal]],
    wanted: Mapping[str, Decimal],
    touched_by: Mapping[str, set[str]],
    possible: Callable[[str, Decimal], bool],
) -> tuple[frozenset[str], list[tuple[str, Decimal]]] | None:
    """The largest group (at least two) of open checks that one change of one cell mends without breaking another."""
    groups: dict[frozenset[str], list[tuple[str, Decimal]]] = {}
    for key, ids in touched_by.items():
        changes = {-wanted[id] / effects[id][key] for id in ids if id in open_}
        if len(changes) == 1 and len(ids) >= 2 and ids <= open_ and possible(key, (change := changes.pop())):
            groups.setdefault(frozenset(ids), []).append((key, change))
    if not groups:
        return None
    return max(groups.items(), key=lambda item: (len(item[0]), -len(item[1])))


def _cause(ids: list[str], candidates: list[tuple[str, Decimal]], checks: Mapping[str, Check], layout: Layout) -> Cause:
    members = [checks[id] for id in ids]
    narrowest = min(members, key=lambda check: len(layout.checks.typed_under(check.cells)))
    others = tuple(check for check in members if check is not narrowest)
    key, change = candidates[0] if len(candidates) == 1 else ("", Decimal(0))
    return Cause(narrowest, others, key, change)


def hint(cause: Cause, layout: Layout, values: Values) -> Sentence | None:
    """The likely cell in words, always as a possibility; None where the arithmetic points at no single one."""
    if not cause.key:
        return None
    spot = layout.edition.spots[cause.key]
    value = values[cause.key]
    assert value is not None
    where = say("cell_at", sheet=spot.table.sheet, cell=layout.address(cause.key), label=spot.label)
    return say("hint_crossing", where=where, now=show(value), then=show(value + cause.change), n=len(cause.others) + 1)
