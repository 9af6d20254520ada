"""A summary, ours or one that somebody made, held against the returns that it should add up."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from ogi_xlsx.county import collection, detail, folders, hierarchy, parts as folder_parts
from ogi_xlsx.county.consolidate import level_above
from ogi_xlsx.county.hierarchy import Member, names_of
from ogi_xlsx.county.parts import Parts, name_of, sound, with_state
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import SEVERITIES
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.settings import Settings
from ogi_xlsx.form.words import Refusal, Sentence, say
from ogi_xlsx.returns import foreign
from ogi_xlsx.returns.hands import HERE, Hands
from ogi_xlsx.returns.workers import in_worker, or_finding
from ogi_xlsx.review import verify as review
from ogi_xlsx.review.verify import Judged

_NOT_OURS = {"S104", "S320"}


def hold(
    whole: Judged,
    folder: Path,
    roster: Sequence[Entry] | None,
    settings: Settings | None,
    notes: list[Sentence],
    step: Callable[[Sequence[Path]], Iterable[Path]] = iter,
    hands: Hands = HERE,
) -> Judged:
    """The summary, judged, with what is to be said of it and the returns of a folder. The summary's own file is no part.

    Raises Refusal where the folder holds nothing to read, or a summary of no year has parts of several.
    """
    paths = [path for path in folders.files([folder], notes) if path.resolve() != Path(whole.returned.path).resolve()]
    judged = review.verify(folders.read(paths, notes, hands=hands, step=step), "native", settings=settings)
    if not judged:
        raise Refusal([*notes, say("nothing_to_read")])
    if any(finding.code in _NOT_OURS for finding in whole.findings):
        whole = _other_workbook(whole, judged, roster, settings)
    identity = whole.returned.identity
    if not whole.layout or not identity:
        return whole
    entries = roster if roster is not None or not identity.aggregate else detail.roster_of(whole.returned)
    parts = folder_parts.sort_out(judged, identity, entries)
    told = folder_parts.findings(parts, identity)
    told += _summary(whole, parts) if identity.aggregate else _hand_made(whole, parts, entries is not None)
    whole.findings += [finding for finding in told if finding.code not in whole.settings.codes_off]
    whole.findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return whole


def _other_workbook(whole: Judged, judged: Sequence[Judged], roster: Sequence[Entry] | None, settings: Settings | None) -> Judged:
    """A workbook that is none of ours, read by its labels as a summary of the year and level that its parts make it."""
    known = [one for one in judged if one.returned.identity]
    year, edition = collection.year_and_edition([one.returned for one in known])
    if year is None:
        raise Refusal(say("nothing_to_add"))
    levels = [entry.agency.level for entry in roster or ()] or [i.agency.level for one in known if (i := one.returned.identity)]
    order = sorted(editions.available(), key=lambda id_: id_ != edition)
    path, call = Path(whole.returned.path), partial(foreign.read, level_above(levels), year, [editions.load(id_) for id_ in order])
    returned = or_finding(in_worker(call, path), path)
    if not returned.layout:
        whole.findings += [finding for finding in returned.findings if finding not in whole.findings]
        return whole
    return review.verify([returned], "native", settings=settings)[0]  # it holds no formulas of ours for a second verdict


def _summary(whole: Judged, parts: Parts) -> list[Finding]:
    """Of a summary of ours: each line of its detail; the sums follow from these, since the whole is read as their exact sum."""
    inside = {row.code for row in detail.rows(whole.returned)}
    late = [with_state(name_of(part), part.state) for code, part in parts.counted.items() if code not in inside and not sound(part)]
    missing = [with_state(entry.agency.name, "missing") for entry in parts.missing if entry.agency.code not in inside]
    unsound = {code: part for code, part in parts.counted.items() if code in inside}
    return [*folder_parts.lacking([*missing, *late]), *_unsound(unsound.values()), *detail.findings(whole, parts)]


def _hand_made(whole: Judged, parts: Parts, listed_all: bool) -> list[Finding]:
    """Of a summary that somebody made: every number against the sum of the parts."""
    assert whole.layout
    missing = [with_state(entry.agency.name, "missing") for entry in parts.missing]
    members = [_member(part) for part in parts.counted.values()]
    told = [*folder_parts.lacking(missing), *_unsound(parts.counted.values())]
    return [*told, *(hierarchy.findings(whole.layout, _member(whole), members, parts.absent, listed_all) if members else ())]


def _unsound(judged: Iterable[Judged]) -> list[Finding]:
    names = [with_state(name_of(one), one.state) for one in judged if not sound(one)]
    return [found("H207", n=len(names), names=names_of(names))] if names else []


def _member(one: Judged) -> Member:
    chosen = {name.removeprefix("unit."): str(value).strip() for name, value in one.returned.fields.items() if name.startswith("unit.") and value}
    return Member(name_of(one), one.values, chosen)
