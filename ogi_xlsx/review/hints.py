"""From failed checks to findings: one cause is told once, with the likely slip where the numbers show one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.checks import Check, Values, total
from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, fill, say
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.builtin import where
from ogi_xlsx.review.search import Search, is_identity
from ogi_xlsx.review.slips import Slip

SHARES = ((1, 60), (2, 85))  # what part of all likelihood, in percent, one slip must have to be named alone, and two together
TELLING = 36  # weight from which a slip is worth naming where a single check fails: only the digits speak for it


@dataclass(frozen=True)
class Cause:
    """Failed checks that one slip would explain: the check that tells it, the others, and the slip if one stands out, or two."""

    check: Check
    others: tuple[Check, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def key(self) -> str:
        """The cell that is likely wrong; empty where none stands out."""
        return self.slips[0].changes[0][0] if len(self.slips) == 1 else ""


def causes(failed: Sequence[Check], passed: Sequence[Check], layout: Layout, values: Values, prior: Mapping[str, Decimal] | None = None) -> list[Cause]:
    """Group failed identities by the slip that would explain them; what is left stands alone. `prior`: last year's values by cell."""
    equal = {check.id: check for check in failed if is_identity(check) and check.rule.severity == "error"}
    wanted = {id: difference_of(check, values) for id, check in equal.items()} | {check.id: Decimal(0) for check in passed if is_identity(check)}
    groups: dict[frozenset[str], list[Slip]] = {}
    for slip in Search(layout, values, wanted, prior or {}).slips() if equal else ():
        groups.setdefault(slip.mends, []).append(slip)
    open_, found = set(equal), []
    for ids in sorted(groups, key=lambda ids: (-len(ids), -max(slip.weight for slip in groups[ids]), sorted(ids))):
        if ids <= open_:
            found.append(_cause([check for check in equal.values() if check.id in ids], _standing_out(groups[ids]), layout))
            open_ -= ids
    told = {id for cause in found for id in (cause.check.id, *(c.id for c in cause.others))}
    return found + [Cause(check) for check in failed if check.id not in told]


def difference_of(check: Check, values: Values) -> Decimal:
    """Left minus right of a check whose cells all have numbers."""
    left, right = total(check.relation.left, values), total(check.relation.right, values)
    assert left is not None and right is not None
    return round(left - right, 6)


def _standing_out(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """The one slip that is likelier than all others together, or two that are likelier than the rest; of one cell the most telling."""
    best: dict[frozenset[str], Slip] = {}
    for slip in sorted(slips, key=lambda slip: -slip.weight):
        best.setdefault(slip.cells, slip)
    ranked, weight = list(best.values()), sum(slip.weight for slip in best.values())
    lone = len(ranked[0].mends) == 1
    for few, percent in SHARES:
        named = ranked[:few]
        if len(named) == few and 100 * sum(slip.weight for slip in named) >= percent * weight and not (lone and named[-1].weight < TELLING):
            return tuple(named)
    return ()


def _cause(members: Sequence[Check], slips: tuple[Slip, ...], layout: Layout) -> Cause:
    narrowest = min(members, key=lambda check: len(layout.checks.typed_under(check.cells)))
    return Cause(narrowest, tuple(check for check in members if check is not narrowest), slips)


def hint(cause: Cause, layout: Layout, values: Values) -> Sentence | None:
    """The likely slip in words, always as a possibility; None where the numbers show none."""
    told = [_told(slip, layout, values) for slip in cause.slips]
    if not told:
        return None
    repair = catalogue()[cause.slips[0].code].repair
    return (told[0] if len(told) == 1 else say("hint_either", first=told[0], second=told[1])) + repair


def _told(slip: Slip, layout: Layout, values: Values) -> Sentence:
    """A slip with its cells, what stands there and what may have been meant."""
    places = [where(key, layout) for key, _ in slip.changes]
    numbers = [values[key] or Decimal(0) for key, _ in slip.changes]
    named: dict[str, object] = {
        "where": Sentence("、".join(one.zh for one in places), ", ".join(one.en for one in places)),
        "now": "、".join(show(now) for now in numbers),
        "then": "、".join(show(now + change) for now, (_, change) in zip(numbers, slip.changes, strict=True)),
        "n": len(slip.mends),
    }
    return fill(catalogue()[slip.code].finding, named)
