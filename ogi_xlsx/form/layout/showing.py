"""What a workbook shows for given numbers: the value of each of our formulas, as an office program would compute it.

It serves the cached values of files we write, so that a preview that does not calculate still tells the truth.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from ogi_xlsx.form.checks import COVER_NUMBERS, Bound, Check, Checks, Part, compare
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout.cells import Content
from ogi_xlsx.form.layout.phrases import YES, says_something
from ogi_xlsx.form.words import printed

DASH = "—"
_ZERO = Decimal(0)
_DIGITS = re.compile(r" *[-+]?[0-9]{1,15}(\.[0-9]{1,15})? *")


@dataclass(eq=False)
class Showing:
    """Typed numbers by key (absent where blank), last year's beside them, and the tables declared zero; `cover` holds what is typed on the cover
    by field. For a summary also the sums of its `detail`, its agencies' `counts` and sums by level, and last year's sums (`before`).

    Of a form that something else is typed into, `odd` is by key what cells hold that the sheet takes for no number of their kind,
    `said` by field the explanations, declarations and corrections of last year's numbers.
    """

    edition: Edition
    checks: Checks
    typed: Mapping[str, Decimal] = field(default_factory=dict)
    zero: frozenset[str] = frozenset()
    detail: Mapping[str, Decimal] | None = None
    cover: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    by_level: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    before: Mapping[str, Decimal] = field(default_factory=dict)
    odd: Mapping[str, Content] = field(default_factory=dict)
    said: Mapping[str, Content] = field(default_factory=dict)
    _values: dict[str, Decimal] = field(default_factory=dict, init=False)
    _outcomes: dict[str, str] = field(default_factory=dict, init=False)

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
        """Number that a sum takes from a cell: blank and text count as 0, a total is computed."""
        value = self._values.get(key)
        if value is None:
            bound = self.checks.totals.get(key)
            value = self.side(bound.right) if bound else self.typed.get(key) or number_in(self.odd.get(key)) or _ZERO
            self._values[key] = value
        return value

    def mirror(self, key: str) -> Content:
        """What the print copy shows: the number, 0 for a declared blank, nothing for a blank."""
        if key in self.odd:
            return self.odd[key]
        known = key in self.checks.totals or key in self.typed or self.edition.spots[key].table.id in self.zero
        return as_number(self.value(key)) if known else ""

    def side(self, parts: tuple[Part, ...]) -> Decimal:
        """A side of a relation, blanks as 0."""
        return sum((p.factor * (sum(map(self.value, p.keys), _ZERO) if p.keys else 1) for p in parts), _ZERO)

    def difference(self, bound: Bound) -> Decimal:
        """Left minus right."""
        return round(self.side(bound.left) - self.side(bound.right), 6)

    def shown_side(self, parts: tuple[Part, ...]) -> Content:
        """What the formula of a side shows: what a single cell holds, whatever it is; a dash where text would be added."""
        if len(parts) == 1 and len(parts[0].keys) == 1 and parts[0].factor == 1 and parts[0].keys[0] in self.odd:
            return self.odd[parts[0].keys[0]]
        terms = [None if (number := self._operand(part)) is None else part.factor * number for part in parts]
        return DASH if None in terms else as_number(sum((term for term in terms if term is not None), Decimal(0)))

    def _operand(self, part: Part) -> Decimal | None:
        """The number that arithmetic takes; None for text. A range is added up, which leaves text out."""
        if len(part.keys) == 1 and part.keys[0] in self.odd:
            return coerced(self.odd[part.keys[0]])
        return sum(map(self.value, part.keys), _ZERO) if part.keys else Decimal(1)

    def shown_difference(self, bound: Bound) -> Content:
        """What the difference shows: a dash where a side is text."""
        left, right = (coerced(self.shown_side(side)) for side in (bound.left, bound.right))
        return DASH if left is None or right is None else as_number(rounded(left - right, 6))

    def filled(self, keys: Iterable[str]) -> int:
        """Cells that hold something."""
        return sum(1 for key in keys if key in self.typed or key in self.odd)

    def usable(self, keys: Iterable[str]) -> int:
        """Cells that count as filled."""
        return sum(map(self._usable.__contains__, keys))

    @cached_property
    def _usable(self) -> frozenset[str]:
        declared = {key for table in self.zero for key in self.checks.typed.get(table, ())}
        return frozenset(self.typed) | (({*declared, *COVER_NUMBERS}) - self.odd.keys())

    def fill(self, table: str) -> str:
        """Text of the line that says whether a table is filled."""
        keys = self.checks.typed[table]
        wrong = any(key in self.odd for key in keys) or (table not in self.zero and self.said.get(f"zero.{table}") not in (None, ""))
        name = "wrong" if wrong else "done" if self.usable(keys) == len(keys) else "pending"
        return printed(f"fill_{name}").zh

    def applies(self, check: Check) -> bool:
        """Whether all conditions of a check hold."""
        return all(compare(self.difference(bound), bound.operator) for bound in check.when)

    def outcome(self, check: Check) -> str:
        """Text of the outcome of a check, with its sign."""
        if check.id not in self._outcomes:
            self._outcomes[check.id] = self._outcome(check)
        return self._outcomes[check.id]

    def _outcome(self, check: Check) -> str:
        keys = self.checks.to_fill(check)
        if self.usable(keys) < len(keys):
            return printed("outcome_pending").zh
        if not self.applies(check):
            return printed("outcome_not_applicable").zh
        if compare(self.difference(check.relation), check.relation.operator):
            return printed("outcome_passed").zh
        failed = {"error": "outcome_failed", "warning": self._explained(check)}.get(check.rule.severity, "outcome_note")
        return printed(failed).zh

    def _explained(self, check: Check) -> str:
        """How a warning stands: explained, explained before its number changed, or not."""
        copied, text = number_in(self.said.get(f"explain.copied.{check.id}")), self.said.get(f"explain.text.{check.id}")
        if copied is None:
            return "outcome_query"
        if copied != self._asked(check):
            return "outcome_stale"
        return "outcome_explained" if says_something(text) else "outcome_query"

    @property
    def correction(self) -> str:
        """Text of the line on a correction of last year's numbers."""
        answer, reason = self.said.get("carry.answer"), self.said.get("carry.reason")
        numbers = [
            name for name, content in self.said.items() if name not in ("carry.answer", "carry.reason") and name.startswith("carry.") and content is not None
        ]
        if answer == YES:
            return printed("outcome_explained" if numbers and says_something(reason) else "outcome_failed").zh
        return printed("outcome_failed" if answer not in (None, "") or numbers else "outcome_not_applicable").zh

    @cached_property
    def verdict(self) -> str:
        """The one line over all checks."""
        signs = [self.outcome(check)[0] for check in self.checks.checks if all(key in self.typed for key in check.prior_keys)]
        signs += [self.fill(table)[0] for table in self.checks.typed]
        signs += [self.correction[0]]
        missing = sum(len(keys) - self.usable(keys) for keys in self.checks.typed.values())
        for sign, name, number in (("×", "failed", signs.count("×")), ("？", "pending", missing), ("！", "query", signs.count("！"))):
            if sign in signs:
                return printed(f"verdict_{name}").zh.replace("{n}", str(number))
        return printed("verdict_passed").zh

    @property
    def control_sum(self) -> Content:
        """The 核对数: the sum of all typed cells, once every table is filled."""
        if any(not self.fill(table).startswith("√") for table in self.checks.typed):
            return DASH
        return as_number(round(sum((self.value(key) for key in self.checks.typed_keys), Decimal(0)), 6))

    def to_explain(self, check: Check) -> Content:
        """Number that an explanation must copy: the difference of an equality, the left value otherwise; nothing where none is asked."""
        outcome = self.outcome(check)
        return as_number(self._asked(check)) if outcome[0] == "！" or outcome == printed("outcome_explained").zh else ""

    def _asked(self, check: Check) -> Decimal:
        return self.difference(check.relation) if check.relation.operator == "=" else self.side(check.relation.left)


def as_number(value: Decimal) -> int | float:
    """A number for a cell: whole numbers as int."""
    return int(value) if value == value.to_integral_value() else float(value)


def rounded(value: Decimal, places: int) -> Decimal:
    """A number rounded; one too large to have such places stays as it is."""
    return round(value, places) if value.adjusted() < 20 else value


def number_in(content: Content) -> Decimal | None:
    """The number that a cell holds; truth values are none."""
    return Decimal(repr(content)) if isinstance(content, int | float) and not isinstance(content, bool) else None


def coerced(content: Content) -> Decimal | None:
    """The number that arithmetic makes of a cell: text of plain digits and truth values are taken for numbers.

    >>> coerced("12"), coerced("１２"), coerced(True)
    (Decimal('12'), None, Decimal('1'))
    """
    if isinstance(content, str):
        return Decimal(content) if _DIGITS.fullmatch(content) else None
    return Decimal(int(content)) if isinstance(content, bool) else number_in(content)
