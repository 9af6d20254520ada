"""A rule at each of its places: the names of its relation become cell keys.

A check is exact arithmetic over a record's values; `outcome` is the first of the two verdicts of `verify`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.edition import Edition, Heading, Rule
from ogi_xlsx.form.words import Sentence, say

PASSED, FAILED, PENDING, NOT_APPLICABLE = "passed", "failed", "pending", "not_applicable"

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Part:
    """`factor` times the sum of the cells `keys`; without keys a number. `name` is how the rule calls it."""

    factor: Decimal
    keys: tuple[str, ...] = ()
    name: str = ""
    prior: bool = False


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
        """Cells of this year that the relation reads, each once, in order."""
        return tuple(dict.fromkeys(key for part in self.parts if not part.prior for key in part.keys))

    def holds(self, values: Values, prior: Values) -> bool | None:
        """Whether the relation is true; None where a cell it needs has no number."""
        left, right = total(self.left, values, prior), total(self.right, values, prior)
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

    @property
    def keys(self) -> tuple[str, ...]:
        """Cells that the check reads, conditions included."""
        return tuple(dict.fromkeys((*self.relation.keys, *(key for bound in self.when for key in bound.keys))))

    @property
    def needs_prior(self) -> bool:
        """Whether the check reads last year's values."""
        return any(part.prior for bound in (self.relation, *self.when) for part in bound.parts)

    def outcome(self, values: Values, prior: Values | None = None) -> str:
        """PASSED, FAILED, PENDING (a cell has no number) or NOT_APPLICABLE (a condition is false, last year unknown)."""
        if prior is None and self.needs_prior:
            return NOT_APPLICABLE
        conditions = [bound.holds(values, prior or {}) for bound in self.when]
        held = self.relation.holds(values, prior or {})
        if held is None or None in conditions:
            return PENDING
        return NOT_APPLICABLE if False in conditions else PASSED if held else FAILED


def total(parts: tuple[Part, ...], values: Values, prior: Values) -> Decimal | None:
    """A side of a relation, exact; None where a cell has no number."""
    result = Decimal(0)
    for part in parts:
        if not part.keys:
            result += part.factor
            continue
        source = prior if part.prior else values
        for key in part.keys:
            value = source.get(key)
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

    def complete(self, typed: Values) -> dict[str, Decimal | None]:
        """Typed values with the computed totals added; a total of which a part has no number has none."""
        values = dict(typed)
        for key, bound in self.totals.items():
            values[key] = total(bound.right, values, {})
        return values

    def typed_under(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Keys with each computed total replaced by the typed cells under it."""
        found: dict[str, None] = {}
        for key in keys:
            bound = self.totals.get(key)
            found.update(dict.fromkeys(self.typed_under(bound.keys[1:]) if bound else (key,)))
        return tuple(found)


def describe(check: Check, edition: Edition) -> Sentence:
    """Where a check stands, in words: `表三“自然人”列`, `表四`."""
    keys_ = check.relation.keys
    table = edition.spots[keys_[0]].table if keys_ else edition.tables[0]
    if check.place is None:
        return Sentence(table.sheet, table.sheet)
    return say(f"place_{check.rule.each}", table=table.sheet, place=check.place.label)
