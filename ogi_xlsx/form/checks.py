"""A rule at each of its places: the names of its relation become cell keys.

A check is exact arithmetic over a record's values; `outcome` is the first of the two verdicts of `verify`.
Values are one mapping: the numbers of the form by key, those of the cover as `cover.…`, last year's as `prior.…`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ogi_xlsx.form.edition import Edition, Heading, Rule
from ogi_xlsx.form.words import Sentence, say

PASSED, FAILED, PENDING, NOT_APPLICABLE = "passed", "failed", "pending", "not_applicable"

PRIOR, COVER = "prior.", "cover."  # how keys begin that are no numbers of this year's tables
CORRECTED = "carry.corrected"  # 1 where the filler corrects the carried-in number that was filled in from last year, else 0
BESIDE = (PRIOR, COVER, CORRECTED)
COVER_NUMBERS = {"cover.fee_cases": "count", "cover.fee_amount": "money", "cover.lapsed": "count"}  # optional: a blank is 0

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Part:
    """`factor` times the sum of the cells `keys`; without keys a number. `name` is how the rule calls it."""

    factor: Decimal
    keys: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Bound:
    """A relation with its names bound to cells of one place."""

    left: tuple[Part, ...]
    operator: str
    right: tuple[Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, left before right."""
        return self.left + self.right

    @property
    def keys(self) -> tuple[str, ...]:
        """All that the relation reads, each once, in order."""
        return tuple(dict.fromkeys(key for part in self.parts for key in part.keys))

    @property
    def cells(self) -> tuple[str, ...]:
        """Numbers of this year's tables that the relation reads."""
        return tuple(key for key in self.keys if not key.startswith(BESIDE))

    def holds(self, values: Values) -> bool | None:
        """Whether the relation is true; None where a cell it needs has no number."""
        left, right = total(self.left, values), total(self.right, values)
        return None if left is None or right is None else compare(left - right, self.operator)


@dataclass(frozen=True)
class Check:
    """A rule at one place. `place` is the row or column key, empty for a rule without `each`."""

    rule: Rule
    place: Heading | None
    relation: Bound
    when: tuple[Bound, ...] = ()

    @property
    def id(self) -> str:
        """`R301@natural_person`, or the code alone."""
        return f"{self.rule.code}@{self.place.key}" if self.place else self.rule.code

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All that the check reads, conditions included."""
        return tuple(dict.fromkeys((*self.relation.keys, *(key for bound in self.when for key in bound.keys))))

    @property
    def cells(self) -> tuple[str, ...]:
        """Numbers of this year's tables that the check reads, conditions included."""
        return tuple(key for key in self.keys if not key.startswith(BESIDE))

    @property
    def prior_keys(self) -> frozenset[str]:
        """Last year's numbers that the check reads."""
        return frozenset(key for key in self.keys if key.startswith(PRIOR))

    def outcome(self, values: Values) -> str:
        """PASSED, FAILED, PENDING (a cell has no number) or NOT_APPLICABLE (a condition is false, last year unknown)."""
        if any(values.get(key) is None for key in self.prior_keys):
            return NOT_APPLICABLE
        conditions = [bound.holds(values) for bound in self.when]
        held = self.relation.holds(values)
        if held is None or None in conditions:
            return PENDING
        return NOT_APPLICABLE if False in conditions else PASSED if held else FAILED


def total(parts: tuple[Part, ...], values: Values) -> Decimal | None:
    """A side of a relation, exact; None where a cell has no number."""
    result = Decimal(0)
    for part in parts:
        if not part.keys:
            result += part.factor
            continue
        for key in part.keys:
            value = values.get(key)
            if value is None:
                return None
            result += part.factor * value
    return result


def compare(difference: Decimal, operator: str) -> bool:
    """Whether `left operator right` holds for left − right, rounded to six places.

    >>> compare(Decimal("0.0000001"), "=")
    True
    """
    rounded = round(difference, 6)
    return {"=": rounded == 0, "<>": rounded != 0, "<=": rounded <= 0, ">=": rounded >= 0, "<": rounded < 0, ">": rounded > 0}[operator]


@dataclass(frozen=True, eq=False)
class Checks:
    """All that is checked for bodies of one level: computed totals by key, the typed cells by table, and the checks by code."""

    totals: Mapping[str, Bound]
    checks: tuple[Check, ...]
    typed: Mapping[str, tuple[str, ...]]

    @property
    def typed_keys(self) -> list[str]:
        """Every typed cell, in the order of the form."""
        return [key for keys_ in self.typed.values() for key in keys_]

    @cached_property
    def by_id(self) -> Mapping[str, Check]:
        """Every check by its id."""
        return {check.id: check for check in self.checks}

    def complete(self, typed: Values) -> dict[str, Decimal | None]:
        """Typed values with the computed totals added; a total of which a part has no number has none."""
        values = dict(typed)
        for key, bound in self.totals.items():
            values[key] = total(bound.right, values)
        return values

    def to_fill(self, check: Check) -> tuple[str, ...]:
        """Cells that must hold a number before a check can be judged; last year's are locked and always there."""
        return self._to_fill[check.id]

    @cached_property
    def _to_fill(self) -> Mapping[str, tuple[str, ...]]:
        under = {check.id: self.typed_under(check.keys) for check in self.checks}
        return {name: tuple(key for key in keys if not key.startswith((PRIOR, CORRECTED))) for name, keys in under.items()}

    def typed_under(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Keys with each computed total replaced by the typed cells under it."""
        found: dict[str, None] = {}
        for key in keys:
            bound = self.totals.get(key)
            found.update(dict.fromkeys(self.typed_under(bound.keys[1:]) if bound else (key,)))
        return tuple(found)


def describe(check: Check, edition: Edition) -> Sentence:
    """Where a check stands, in words: `表三“自然人”列`, `表四`."""
    table = edition.spots[check.relation.cells[0]].table
    if check.place is None:
        return Sentence(table.sheet, table.sheet)
    return say(f"place_{check.rule.each}", table=table.sheet, place=check.place.label)
