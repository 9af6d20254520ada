"""Judges returns: every check by exact arithmetic, again by `formulas`, and what to say about each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.checks import FAILED, NOT_APPLICABLE, PASSED, PENDING, PRIOR, Check, describe, total
from ogi_xlsx.form.edition import SEVERITIES, Edition
from ogi_xlsx.form.findings import ERROR, NOTE, WARNING, Finding, found, limit_of
from ogi_xlsx.form.layout import Layout, Line, layout_of, place_of
from ogi_xlsx.form.settings import NONE, Settings, adjusted
from ogi_xlsx.form.words import Sentence, fill, say
from ogi_xlsx.returns import prose
from ogi_xlsx.returns.cells import NOT_FILLED
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.returns.reader import Return
from ogi_xlsx.returns.record import BLANK, show
from ogi_xlsx.review import free_lines, hints, opinion, standing, years
from ogi_xlsx.review.builtin import where
from ogi_xlsx.review.years import LastYear

UNREADABLE, FAILED_STATE, PENDING_STATE, QUERY, PASSED_STATE = "unreadable", "failed", "pending", "query", "passed"
STATES = (PASSED_STATE, QUERY, FAILED_STATE, PENDING_STATE, UNREADABLE)
FAULT = "S901"


@dataclass(eq=False)
class Judged:
    """A return with its values (totals completed), the outcome of each check by id, its findings, and its state.

    `layout` is that of the return with all that is known now: last year's numbers among it, and the settings in force.
    `text` is that of the report that it was held against, if there was one.
    """

    returned: Return
    layout: Layout | None = None
    values: dict[str, Decimal | None] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    text: Prose | None = None

    @property
    def settings(self) -> Settings:
        """What the office has changed about the checks."""
        return (self.layout.edition.settings if self.layout else None) or NONE

    @property
    def fault(self) -> bool:
        """Whether the two verdicts differ: a fault of ours."""
        return any(finding.code == FAULT for finding in self.findings)

    @property
    def state(self) -> str:
        """The first that applies: unreadable (or undecided by our fault), failed, pending, query, passed."""
        if self.returned.layout is None or self.fault:
            return UNREADABLE
        errors = {finding.code for finding in self.findings if finding.severity == ERROR}
        if errors - {NOT_FILLED}:
            return FAILED_STATE
        if errors:
            return PENDING_STATE
        unexplained = any(finding.severity == WARNING and not finding.explanation for finding in self.findings)
        return QUERY if unexplained else PASSED_STATE

    def checks(self, outcome: str) -> list[Check]:
        """The checks that had this outcome."""
        return [check for check in self.layout.checks.checks if self.outcomes[check.id] == outcome] if self.layout else []

    def count(self, outcome: str) -> int:
        """How many checks had this outcome; advice that a note gives is no failure."""
        return sum(1 for check in self.checks(outcome) if not (outcome == FAILED and check.rule.severity == NOTE))


def verify(
    returns: Iterable[Return],
    engine: str = "both",
    last_year: Callable[[Return], LastYear | None] = lambda _: None,
    settings: Settings | None = None,
    text: Callable[[Return], Prose | None] = prose.of_return,
    more: Callable[[Judged], list[Finding]] = lambda _: [],
) -> list[Judged]:
    """Judge returns, in order. `engine` both evaluates the workbook's formulas too; native leaves that out.

    `last_year` gives last year's numbers of a return's body, where they are known. `settings` are the office's now; without them
    those that a workbook was issued with hold, as far as they have not expired. `text` gives the report's text, where there is one.
    `more` gives what else is to be said of a return once its numbers are known.
    """
    judged = [_judge(returned, last_year(returned), settings, text(returned), more) for returned in returns]
    if engine == "both":
        groups: dict[Layout, list[Judged]] = {}
        for one in judged:
            if one.layout:
                groups.setdefault(one.layout, []).append(one)
        for layout, group in groups.items():
            _second_opinion(layout, group)
    return judged


def settings_told(judged: Iterable[Judged]) -> list[Sentence]:
    """What the office has changed about the checks, each change once: to be shown with every result."""
    return list(dict.fromkeys(told for one in judged for told in one.settings.told()))


def _judge(returned: Return, last: LastYear | None, settings: Settings | None, told: Prose | None, more: Callable[[Judged], list[Finding]]) -> Judged:
    judged = Judged(returned, findings=list(returned.findings), text=told)
    if not returned.layout or not returned.identity or not returned.edition:
        return judged
    edition = _set(returned.edition, settings)
    beside = _beside(returned, edition, last, told)
    prior = tuple(sorted(key for key in beside if key.startswith(PRIOR)))
    layout = layout_of(edition, replace(returned.identity.variant, prior=prior))
    judged.layout = layout = replace(layout, where=returned.layout.where) if returned.foreign else layout
    judged.values = layout.checks.complete(returned.typed) | beside
    judged.outcomes = {check.id: check.outcome(judged.values) for check in layout.checks.checks}
    if not edition.valid_for(returned.identity.year):
        judged.findings.append(_edition_finding(returned))
    judged.findings += _of_checks(judged, layout, last)
    judged.findings = standing.findings(judged.findings, returned, layout, judged.values, last)
    if told:
        judged.findings += _of_text(judged, layout, told, returned.identity.year)
    judged.findings += more(judged)
    judged.findings = [finding for finding in judged.findings if finding.code not in judged.settings.codes_off]
    judged.findings = free_lines.apply(returned, layout, judged.outcomes, judged.findings)
    judged.findings.sort(key=lambda finding: _order(finding, layout))
    return judged


def _beside(returned: Return, edition: Edition, last: LastYear | None, told: Prose | None) -> dict[str, Decimal | None]:
    """The numbers that checks read beside the tables: the cover's, and last year's as they are known now.

    Where the cover gives no processing fee, the text's is taken.
    """
    beside: dict[str, Decimal | None] = returned.beside
    if last:
        beside = {key: value for key, value in beside.items() if not key.startswith(PRIOR)}
        beside.update(years.read_by_checks(last, edition))
    if told and returned.readings.get("cover.fee_amount", BLANK).blank:
        from ogi_xlsx.review import narrative  # as below: a return without a text needs none of it

        beside["cover.fee_amount"] = narrative.fee_stated(told)[1] or Decimal(0)
    return beside


def _of_checks(judged: Judged, layout: Layout, last: LastYear | None) -> list[Finding]:
    """A finding for each cause of failed checks."""
    failed, passed = (judged.checks(outcome) for outcome in (FAILED, PASSED))
    before = years.comparable(last, layout.edition) if last else {}
    causes = hints.causes(failed, passed, layout, judged.values, before)
    return [_finding(cause, layout, judged.values, last is None or last.accepted) for cause in causes]


def _of_text(judged: Judged, layout: Layout, told: Prose, year: int) -> list[Finding]:
    """What the text says otherwise than the tables; a total that is wrong in itself is not told again by the text."""
    from ogi_xlsx.review import narrative

    doubted = {check.relation.left[0].keys[0] for check in judged.checks(FAILED) if check.rule.computes}
    sure = {key: None if key in doubted else value for key, value in judged.values.items()}
    return narrative.findings(told, sure, layout.edition, year, layout.variant.level)


def _set(edition: Edition, settings: Settings | None) -> Edition:
    """The edition with the office's settings: those given, or those of the workbook that have not expired."""
    return adjusted(edition, settings or (edition.settings or NONE).in_force(date.today()))


def _order(finding: Finding, layout: Layout) -> tuple[int, ...]:
    """Errors first, then by sheet, row and column as the workbook has them."""
    sheets = list(layout.sheets)
    sheet = sheets.index(finding.sheet) if finding.sheet in layout.sheets else -1
    return (SEVERITIES.index(finding.severity), sheet, *reversed(place_of(finding.cell)))


def _edition_finding(returned: Return) -> Finding:
    identity, edition = returned.identity, returned.edition
    assert identity and edition
    right = next((e for e in editions.available() if editions.load(e).valid_for(identity.year)), "—")
    return found("S301", sheet="封面", year=identity.year, right=right, edition=edition.id, years=edition.valid_years)


def _finding(cause: hints.Cause, layout: Layout, values: dict[str, Decimal | None], accepted: bool) -> Finding:
    """The finding of a failed check, with its numbers in the sentence. Against last year's numbers that nobody accepted it only asks."""
    check, rule = cause.check, cause.check.rule
    left, right = (total(side, values) or Decimal(0) for side in (check.relation.left, check.relation.right))
    difference = round(left - right, 6)
    parts = [part for bound in (check.relation, *check.when) for part in bound.parts]
    named: dict[str, object] = {part.name: show(_sum(part.keys, values)) for part in parts if part.keys}
    sheet = layout.where[cause.key or check.relation.cells[0]][0]
    named |= {
        "table": layout.edition.spots[check.relation.cells[0]].table.sheet,
        "place": check.place.label if check.place else Sentence("", ""),
        "left": show(left),
        "right": show(right),
        "difference": show(abs(difference)),
        "more": say("more" if difference > 0 else "less", n=show(abs(difference))),
        "values": "、".join(show(_sum((key,), values)) for key in check.relation.keys),
        "limit": show(limit_of(rule.limits, layout.variant.level) or Decimal(0)),
    }
    severity = WARNING if rule.severity == ERROR and check.prior_keys and not accepted else rule.severity
    return Finding(
        *(rule.code, rule.name, severity, rule.basis, fill(rule.finding + rule.repair, named)),
        sheet=sheet,
        cell=layout.address(cause.key or check.relation.cells[0]),
        cells=layout.checks.typed_under(check.cells),
        left=show(left),
        right=show(right),
        difference=show(difference),
        hint=hints.hint(cause, layout, values),
        check=check.id,
    )


def _sum(keys: Sequence[str], values: dict[str, Decimal | None]) -> Decimal:
    return sum((values[key] or Decimal(0) for key in keys), Decimal(0))


def _second_opinion(layout: Layout, group: list[Judged]) -> None:
    """Hold the verdicts of returns of one layout against those of the workbook's own formulas."""
    given = [*layout.checks.typed_keys, *layout.beside]
    typed = [{key: value for key in given if (value := one.values.get(key)) is not None} for one in group]
    others = opinion.totals(layout, typed)
    for one, other in zip(group, others, strict=True):
        for key in layout.checks.totals:
            if _differ(one.values[key], other.get(key)):
                _fault(one, where(key, layout), (key,), one.values[key], other.get(key))
    for line in layout.lines:
        for one, told in zip(group, opinion.differences(layout, line, others), strict=True):
            _hold(one, line, told, layout)


def _hold(one: Judged, line: Line, told: tuple[Decimal, Decimal, Decimal] | None, layout: Layout) -> None:
    """Note where the formulas of a line give other numbers than exact arithmetic."""
    if one.outcomes[line.check.id] in (PENDING, NOT_APPLICABLE):
        return
    left, right = (total(side, one.values) for side in (line.check.relation.left, line.check.relation.right))
    assert left is not None and right is not None
    expected = (left, right, left - right)
    if told is None or any(_differ(a, b) for a, b in zip(expected, told, strict=True)):
        _fault(one, describe(line.check, layout.edition), line.check.keys, left - right, told[2] if told else None)


def _differ(native: Decimal | None, other: Decimal | None) -> bool:
    """Whether two results differ by more than a double's last places at their size."""
    if native is None or other is None:
        return (native is None) != (other is None)
    return abs(native - other) > max(Decimal("0.000001"), abs(native) * Decimal("1e-12"))


def _fault(one: Judged, place: Sentence, keys: tuple[str, ...], native: Decimal | None, other: Decimal | None) -> None:
    shown = [("—" if number is None else show(round(number, 6))) for number in (native, other)]
    one.findings.insert(0, replace(found(FAULT, place=place, native=shown[0], other=shown[1]), cells=keys))
