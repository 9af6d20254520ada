"""Adds sound returns up: who is in, who is not and why, and the exact sums."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ogi_xlsx.county import board
from ogi_xlsx.county.board import OTHER_BODY, UNREADABLE, AgencyLine
from ogi_xlsx.county.prior import Priors
from ogi_xlsx.county.remarks import astray_told, shown
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.words import Refusal, Sentence, level_names, say
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, Judged, settings_told


@dataclass(frozen=True)
class Line:
    """An agency of the roster in a summary: its state, its return if one counts, whether it is in, and why (not).

    `differing` are its returns where none counts, since several differ or they are of another year; `why` is the office's reason to take it in despite errors.
    """

    entry: Entry
    state: str
    judged: Judged | None
    included: bool
    reason: Sentence
    differing: tuple[Judged, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Consolidation:
    """All that a summary is made of. `unknown` are returns of nobody on the roster, `same_level` summaries of its own level; `settings` is what
    the office had changed about the checks. `before` are last year's sums by cell key, and `compared` what is to be said about them, if anybody asked."""

    agency: Agency
    year: int
    edition: Edition
    lines: tuple[Line, ...]
    unknown: tuple[Judged, ...]
    settings: tuple[Sentence, ...] = ()
    same_level: tuple[Judged, ...] = ()
    before: Mapping[str, Decimal] = field(default_factory=dict)
    compared: Sentence | None = None

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


def consolidate(
    judged: Sequence[Judged],
    roster: Sequence[Entry],
    agency: Agency | None,
    include: Mapping[str, str],
    last: Priors | None = None,
    year: int | None = None,
    edition: str = "",
) -> Consolidation:
    """Decide who is added up. `include` names agencies to take in spite of errors, with the office's reason. `last` are last year's numbers.

    `year` and `edition` are those of the round, else those that most returns have.

    Raises Refusal where nothing can be added up, years or editions are evenly mixed, or an agency to include cannot be.
    """
    on_roster = {entry.agency.code for entry in roster}
    whose = agency or _named(roster)
    unknown = tuple(one for one in judged if not one.returned.identity or one.returned.identity.agency.code not in on_roster)
    same_level = tuple(one for one in judged if one not in unknown and _of_same_level(one, whose, on_roster))
    unasked = [code for code in include if code not in on_roster]
    if unasked:
        raise Refusal(say("only_unknown", codes="、".join(unasked)))
    known = board.of([one for one in judged if one not in same_level], roster, year=year, edition=edition)
    of_others = {stray.path for stray in known.unknown if stray.kind == OTHER_BODY}
    unknown = tuple(one for one in judged if one in unknown or one.returned.path in of_others or one.returned.published)
    lines = tuple(_line(line, include) for line in known.lines)
    parts = [line.judged.returned for line in lines if line.included and line.judged]
    if known.year is None or not parts:
        raise Refusal(say("nothing_to_add"))
    form = editions.load(known.edition)
    before, compared = last.of_summary(whose, known.year, parts, form) if last else ({}, None)
    return Consolidation(whose, known.year, form, lines, unknown, tuple(settings_told(judged)), same_level, before, compared)


def _of_same_level(one: Judged, whose: Agency, on_roster: set[str]) -> bool:
    """Whether a return is a summary that is no part of this one: it is this one, of its level or above, or adds up what stands on the roster, too.

    The roster alone cannot tell: an office's own figures bear the code of its summary. Above the last level there is none.
    """
    identity = one.returned.identity
    if not identity or not identity.aggregate:
        return False
    names = list(level_names())
    theirs, level = (names.index(name) for name in (identity.agency.level, whose.level))
    twice = on_roster & (set(one.returned.added_up) - {identity.agency.code})
    return identity.agency.code == whose.code or (theirs >= level and whose.level != names[-1]) or bool(twice)


def _line(known: AgencyLine, include: Mapping[str, str]) -> Line:
    """Whether an agency of the board is added up, and why (not)."""
    entry, one, code = known.entry, known.current, known.entry.agency.code
    if one is None:
        return Line(entry, known.state, None, False, _refused(include, code, _lacking(known)), known.files or known.astray)
    if not entry.included:
        why = say("because", reason=entry.reason) if entry.reason else Sentence("", "")
        return Line(entry, known.state, one, False, say("reason_not_counted", why=why))
    if known.state in (PASSED_STATE, QUERY):
        return Line(entry, known.state, one, True, Sentence("", ""))
    if code in include:
        blank = [key for key, value in one.returned.typed.items() if value is None]
        if blank or known.state == UNREADABLE:
            raise Refusal(say("include_impossible", name=entry.agency.name, n=len(blank)))
        return Line(entry, known.state, one, True, say("reason_included", reason=include[code]), why=include[code])
    return Line(entry, known.state, one, False, say(f"state_{known.state}"))


def _lacking(known: AgencyLine) -> Sentence:
    """Why no return of an agency counts."""
    if known.differences:
        differing = known.files[: len(known.differences[0].held)]
        return say("reason_duplicate", n=len(differing), files=shown(differing))
    return astray_told(known.astray[0]) if known.astray else say("state_missing")


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


def sums(consolidation: Consolidation, keys: Sequence[str], level: str = "") -> dict[str, Decimal]:
    """Exact sum of each key over the agencies that are in, or over those of a level."""
    records = [line.judged.returned.record for line in consolidation.included if line.judged and level in ("", line.entry.agency.level)]
    return {key: sum((record.values[key] for record in records if record), Decimal(0)) for key in keys}


def levels(consolidation: Consolidation) -> dict[str, int]:
    """How many agencies of each level are in, in the order of levels."""
    counts = Counter(line.entry.agency.level for line in consolidation.included)
    return {level: counts[level] for level in level_names() if counts[level]}
