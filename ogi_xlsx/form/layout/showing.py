"""What a workbook shows for given numbers: the value of each of our formulas, as an office program would compute it.

It serves the cached values of files we write, so that a preview that does not calculate still tells the truth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ogi_xlsx.form.checks import COVER_NUMBERS, Bound, Check, Checks, Part, compare
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout.cells import Content
from ogi_xlsx.form.words import printed


@dataclass(eq=False)
class Showing:
    """Typed numbers by key (absent where blank), last year's beside them, and the tables declared zero; `cover` holds what is typed on the cover
    by field. For a summary also the sums of its `detail`, its agencies' `counts` and sums by level, and last year's sums (`before`)."""

    edition: Edition
    checks: Checks
    typed: Mapping[str, Decimal] = field(default_factory=dict)
    zero: frozenset[str] = frozenset()
    detail: Mapping[str, Decimal] | None = None
    cover: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    by_level: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    before: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def aggregate(self) -> bool:
        """Whether this is a summary; its numbers are then all there."""
        return self.detail is not None

    def detail_sum(self, key: str, level: str = "") -> Decimal:
        """Sum of a number over a summary's agencies, of a level or all of them, before adjustment."""
        return (self.by_level.get(level, {}) if level else self.detail or {}).get(key, Decimal(0))

    def change(self, key: str) -> Content:
        """A summary's number minus last year's; nothing where that is not known."""
        return as_number(round(self.value(key) - self.before[key], 6)) if key in self.before else ""

    def value(self, key: str) -> Decimal:
        """Number that a sum takes from a cell: blank counts as 0, a total is computed."""
        bound = self.checks.totals.get(key)
        return self.side(bound.right) if bound else self.typed.get(key, Decimal(0))

    def mirror(self, key: str) -> Content:
        """What the print copy shows: the number, 0 for a declared blank, nothing for a blank."""
        known = key in self.checks.totals or key in self.typed or self.edition.spots[key].table.id in self.zero
        return as_number(self.value(key)) if known else ""

    def side(self, parts: tuple[Part, ...]) -> Decimal:
        """A side of a relation, blanks as 0."""
        return sum((p.factor * (sum((self.value(k) for k in p.keys), Decimal(0)) if p.keys else 1) for p in parts), Decimal(0))

    def difference(self, bound: Bound) -> Decimal:
        """Left minus right."""
        return round(self.side(bound.left) - self.side(bound.right), 6)

    def usable(self, keys: Iterable[str]) -> int:
        """Cells that count as filled."""
        return sum(1 for key in keys if key in COVER_NUMBERS or key in self.typed or self.edition.spots[key].table.id in self.zero)

    def applies(self, check: Check) -> bool:
        """Whether all conditions of a check hold."""
        return all(compare(self.difference(bound), bound.operator) for bound in check.when)

    def outcome(self, check: Check) -> str:
        """Text of the outcome of a check, with its sign."""
        keys = self.checks.to_fill(check)
        if self.usable(keys) < len(keys):
            return printed("outcome_pending").zh
        if not self.applies(check):
            return printed("outcome_not_applicable").zh
        good = compare(self.difference(check.relation), check.relation.operator)
        failed = {"error": "outcome_failed", "warning": "outcome_query"}.get(check.rule.severity, "outcome_note")
        return printed("outcome_passed" if good else failed).zh

    @property
    def verdict(self) -> str:
        """The one line over all checks."""
        signs = [self.outcome(check)[0] for check in self.checks.checks if all(key in self.typed for key in check.prior_keys)]
        signs += ["√" if self.usable(keys) == len(keys) else "？" for keys in self.checks.typed.values()]
        missing = sum(len(keys) - self.usable(keys) for keys in self.checks.typed.values())
        for sign, name, number in (("×", "failed", signs.count("×")), ("？", "pending", missing), ("！", "query", signs.count("！"))):
            if sign in signs:
                return printed(f"verdict_{name}").zh.replace("{n}", str(number))
        return printed("verdict_passed").zh

    @property
    def control_sum(self) -> Content:
        """The 核对数: the sum of all typed cells, once every table is filled."""
        if any(self.usable(keys) < len(keys) for keys in self.checks.typed.values()):
            return "—"
        return as_number(round(sum((self.value(key) for key in self.checks.typed_keys), Decimal(0)), 6))

    def to_explain(self, check: Check) -> Content:
        """Number that an explanation must copy: the difference of an equality, the left value otherwise; nothing where none is asked."""
        if self.outcome(check) != printed("outcome_query").zh:
            return ""
        return as_number(self.difference(check.relation) if check.relation.operator == "=" else self.side(check.relation.left))


def as_number(value: Decimal) -> int | float:
    """A number for a cell: whole numbers as int."""
    return int(value) if value == value.to_integral_value() else float(value)
