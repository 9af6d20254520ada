"""Adds sound returns up: who is in, who is not and why, and the exact sums."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.county.collection import Held, held
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.words import Refusal, Sentence, level_names, plain, say
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, UNREADABLE, Judged, settings_told

MISSING, DUPLICATE, OTHER_YEAR, OTHER_EDITION = "missing", "duplicate", "other_year", "other_edition"


@dataclass(frozen=True)
class Line:
    """An agency of the roster in a summary: its state, its return if one counts, whether it is in, and why (not)."""

    entry: Entry
    state: str
    judged: Judged | None
    included: bool
    reason: Sentence


@dataclass(frozen=True)
class Consolidation:
    """All that a summary is made of. `unknown` are returns of nobody on the roster; `settings` what the office had changed about the checks."""

    agency: Agency
    year: int
    edition: Edition
    lines: tuple[Line, ...]
    unknown: tuple[Judged, ...]
    settings: tuple[Sentence, ...] = ()

    @property
    def included(self) -> list[Line]:
        """Agencies that are added up, in roster order."""
        return [line for line in self.lines if line.included]

    @property
    def explained(self) -> list[tuple[Line, Judged, Finding]]:
        """Explanations that count, of agencies that are added up, in roster order."""
        return [(line, line.judged, finding) for line in self.included if line.judged for finding in line.judged.findings if finding.explanation]

    @property
    def left_out(self) -> list[Line]:
        """Agencies that should be added up and are not."""
        return [line for line in self.lines if line.entry.included and not line.included]

    @property
    def complete(self) -> bool:
        """Whether everybody who counts is in."""
        return not self.left_out


def consolidate(judged: Sequence[Judged], roster: Sequence[Entry], agency: Agency | None, include: Mapping[str, str]) -> Consolidation:
    """Decide who is added up. `include` names agencies to take in spite of errors, with the office's reason.

    Raises Refusal where nothing can be added up, years or editions are evenly mixed, or an agency to include cannot be.
    """
    on_roster = {entry.agency.code for entry in roster}
    ours = [one for one in judged if one.returned.identity and one.returned.identity.agency.code in on_roster]
    unknown = tuple(one for one in judged if not one.returned.identity or one.returned.identity.agency.code not in on_roster)
    unasked = [code for code in include if code not in on_roster]
    if unasked:
        raise Refusal(say("only_unknown", codes="、".join(unasked)))
    year, edition = year_and_edition(ours)
    present = [one for one in ours if (i := one.returned.identity) and (i.year, i.edition) == (year, edition)]
    sent = {**held(ours), **held(present)}
    lines = tuple(_line(entry, sent.get(entry.agency.code), year, edition, include) for entry in roster)
    if not any(line.included for line in lines):
        raise Refusal(say("nothing_to_add"))
    return Consolidation(agency or _named(roster), year, editions.load(edition), lines, unknown, tuple(settings_told(judged)))


def year_and_edition(judged: Sequence[Judged]) -> tuple[int, str]:
    """Year and edition that most returns have: they are never mixed in one sum."""
    counts = Counter((i.year, i.edition) for one in judged if (i := one.returned.identity))
    ranked = counts.most_common(2)
    if not ranked:
        raise Refusal(say("nothing_to_add"))
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        shown = [say("year_and_edition", year=year, edition=edition) for (year, edition), _ in ranked]
        raise Refusal(say("years_mixed", first=shown[0], second=shown[1], n=ranked[0][1]))
    return ranked[0][0]


def _line(entry: Entry, sent: Held | None, year: int, edition: str, include: Mapping[str, str]) -> Line:
    code = entry.agency.code
    if sent is None:
        return Line(entry, MISSING, None, False, _refused(include, code, say("state_missing")))
    if sent.current is None:
        return Line(entry, DUPLICATE, None, False, _refused(include, code, say("reason_duplicate", n=len(sent.differing), files=_files(sent.differing))))
    one = sent.current
    identity = one.returned.identity
    assert identity
    if (identity.year, identity.edition) != (year, edition):
        other = OTHER_YEAR if identity.year != year else OTHER_EDITION
        return Line(entry, other, one, False, _refused(include, code, say("reason_other_year", year=identity.year, edition=identity.edition)))
    if not entry.included:
        return Line(entry, one.state, one, False, say("reason_not_counted"))
    if one.state in (PASSED_STATE, QUERY):
        return Line(entry, one.state, one, True, Sentence("", ""))
    if code in include:
        blank = [key for key, value in one.returned.typed.items() if value is None]
        if blank or one.state == UNREADABLE:
            raise Refusal(say("include_impossible", name=entry.agency.name, n=len(blank)))
        return Line(entry, one.state, one, True, say("reason_included", reason=include[code]))
    return Line(entry, one.state, one, False, say("reason_state", state=say(f"state_{one.state}")))


def _files(judged: Sequence[Judged]) -> str:
    return "、".join(plain(Path(one.returned.path).name, 60) for one in judged)


def _refused(include: Mapping[str, str], code: str, reason: Sentence) -> Sentence:
    """The reason why an agency is out. Raises Refusal where the office asked to take it in."""
    if code in include:
        raise Refusal(say("include_no_return", code=code, reason=reason))
    return reason


def _named(roster: Sequence[Entry]) -> Agency:
    """Whom a summary is named after: the roster's common parent, or 汇总; one level above its highest body."""
    parents = {entry.parent for entry in roster}
    name = parents.pop() if len(parents) == 1 else ""
    return Agency("", name or say("summary_name").zh, level_above(entry.agency.level for entry in roster))


def level_above(levels: Iterable[str]) -> str:
    """The level of a summary of bodies of these levels."""
    order = list(level_names())
    highest = max(levels, key=order.index)
    return {"county": "city", "city": "province", "province": "province"}.get(highest, "county")


def sums(consolidation: Consolidation, keys: Sequence[str]) -> dict[str, Decimal]:
    """Exact sum of each key over the agencies that are in."""
    records = [line.judged.returned.record for line in consolidation.included if line.judged]
    return {key: sum((record.values[key] for record in records if record), Decimal(0)) for key in keys}
