"""Which returns of a folder are parts of a summary, who is lacking, and what belongs to nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ogi_xlsx.county.collection import held
from ogi_xlsx.county.hierarchy import names_of
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.words import Sentence, level_names, listed, plain, say
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, Judged


@dataclass
class Parts:
    """Returns that count by agency code, in the roster's order if there is one, else in path order; then what does not count, and why.

    `doubled` are differing returns by code, `others` those of another year or edition, `missing` bodies that sent nothing at all.
    """

    counted: dict[str, Judged] = field(default_factory=dict)
    doubled: dict[str, tuple[Judged, ...]] = field(default_factory=dict)
    others: dict[str, Judged] = field(default_factory=dict)
    missing: list[Entry] = field(default_factory=list)
    strangers: list[Judged] = field(default_factory=list)
    itself: list[Judged] = field(default_factory=list)
    unreadable: list[Judged] = field(default_factory=list)

    @property
    def absent(self) -> list[str]:
        """Names of bodies that should be added up and cannot be."""
        sent = [*(group[0] for group in self.doubled.values()), *self.others.values()]
        return [*map(name_of, sent), *(entry.agency.name for entry in self.missing)]


def name_of(one: Judged) -> str:
    """The body of a return that was read."""
    assert one.returned.identity
    return one.returned.identity.agency.name


def sound(one: Judged) -> bool:
    """Whether a return may be added up."""
    return one.state in (PASSED_STATE, QUERY)


def sort_out(judged: Sequence[Judged], whole: Identity, entries: Sequence[Entry] | None) -> Parts:
    """What of a folder counts as part of a summary. Without entries everybody counts, and nobody is missing."""
    parts = Parts()
    due = {entry.agency.code: entry for entry in entries or ()}
    ours: list[Judged] = []
    for one in judged:
        identity = one.returned.identity
        if one.layout is None or identity is None:
            parts.unreadable.append(one)
        elif _is_whole(identity, whole):
            parts.itself.append(one)
        elif entries is not None and identity.agency.code not in due:
            parts.strangers.append(one)
        elif entries is None or due[identity.agency.code].included:
            ours.append(one)
    present = [one for one in ours if (i := one.returned.identity) and (i.year, i.edition) == (whole.year, whole.edition)]
    sent = held(present)
    for code in due if entries is not None else sent:
        if code in sent and (current := sent[code].current):
            parts.counted[code] = current
        elif code in sent:
            parts.doubled[code] = sent[code].differing
    for one in ours:
        if (i := one.returned.identity) and i.agency.code not in sent:
            parts.others.setdefault(i.agency.code, one)
    parts.missing = [entry for code, entry in due.items() if entry.included and code not in sent and code not in parts.others]
    return parts


def _is_whole(identity: Identity, whole: Identity) -> bool:
    """Whether a return is a summary of the very level: the same body's, or one of that level or above."""
    levels = list(level_names())
    same = (identity.agency.code, identity.agency.level) == (whole.agency.code, whole.agency.level)
    return same or (identity.aggregate and levels.index(identity.agency.level) >= levels.index(whole.agency.level))


def findings(parts: Parts, whole: Identity) -> list[Finding]:
    """What is to be said of the folder as it stands."""
    told = []
    if parts.itself:
        told.append(found("H201", n=len(parts.itself), places=_files(parts.itself)))
    if parts.strangers:
        told.append(found("H203", n=len(parts.strangers), places=_files(parts.strangers)))
    if parts.doubled:
        named = [_named(name_of(group[0]), "、".join(map(_file, group))) for group in parts.doubled.values()]
        told.append(found("H204", n=len(named), places=listed(named)))
    if parts.others:
        named = [_named(name_of(one), _year(one.returned.identity)) for one in parts.others.values() if one.returned.identity]
        told.append(found("H205", n=len(named), whole=_year(whole), places=listed(named)))
    if parts.unreadable:
        told.append(found("H206", n=len(parts.unreadable), places=listed([Sentence(_file(one), _file(one)) for one in parts.unreadable], "and_more_files")))
    return told


def lacking(names: Iterable[Sentence]) -> list[Finding]:
    """H202 over bodies, each with its state in words."""
    every = list(names)
    return [found("H202", n=len(every), names=names_of(every))] if every else []


def with_state(name: str, state: str) -> Sentence:
    """A body and where it stands, as lists of bodies name it."""
    return say("part_named", name=plain(name), what=say(f"state_{state}"))


def _files(judged: Iterable[Judged]) -> Sentence:
    return listed([_named(name_of(one), _file(one)) for one in judged], "and_more_files")


def _named(name: str, what: str | Sentence) -> Sentence:
    return say("part_named", name=plain(name), what=what)


def _file(one: Judged) -> str:
    return plain(Path(one.returned.path).name, 60)


def _year(identity: Identity) -> Sentence:
    return say("year_and_edition", year=identity.year, edition=plain(identity.edition, 20))
