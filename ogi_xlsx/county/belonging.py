"""Whether a return belongs to a roster and its round, and whether it is as it was issued; hints that another body filled it in."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogi_xlsx.county import collection
from ogi_xlsx.county.body_names import Names, alike
from ogi_xlsx.county.terms import CORRECTIONS, OUT, Terms
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.words import Refusal, Sentence, plain, printed, say
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.returned import Return

if TYPE_CHECKING:
    from ogi_xlsx.county.issue import Issued
    from ogi_xlsx.county.roster import Entry

# What an identity says, by how a difference is told. What an issue is held against tells only of what numbers and checks rest on.
_PARTS = {
    "agency": ("agency",),
    "year": ("year",),
    "edition": ("edition", "revision"),
    "options": ("typed_totals", "with_text", "rows", "levels", "compared"),
    "prior": ("prior", "prior_source"),
    "settings": ("settings",),
    "terms": ("circular", "deadline", "office", "banner"),
    "round": ("correction", "made_from"),
    "seal": ("seal",),
}
_MATTERS = ("agency", "year", "edition", "options", "prior", "settings")
_PEOPLE = (("cover.filler", "contact", "hint_filler"), ("cover.phone", "phone", "hint_phone"))  # what is filled in, the roster's, how it is told
_LEAST_DIGITS = 7  # of a telephone number: fewer are extensions


@dataclass(frozen=True)
class Round:
    """What an office knows of its round: year, edition, its own name, the code of its summary, and what it issued, by issue id."""

    year: int | None = None
    edition: str = ""
    office: str = ""
    own: str = ""
    issued: "Mapping[str, Issued]" = field(default_factory=dict)

    @property
    def editions(self) -> set[str]:
        """Editions that were issued; empty where that is not known."""
        known = (identities.unpacked(line.identity) for line in self.issued.values() if not line.by)
        return {self.edition} if self.edition else {one.edition for one in known if one}

    def current(self, line: "Issued") -> "Issued":
        """The issue that stands for one that was replaced."""
        seen = {line.issue}
        while line.by in self.issued and line.by not in seen:
            line = self.issued[line.by]
            seen.add(line.issue)
        return line


NO_ROUND = Round()


def round_of(terms: Terms, notes: list[Sentence]) -> Round:
    """What is known of a round in its folder; nothing outside of one. A register that cannot be read is noted."""
    if not terms.folder:
        return NO_ROUND
    issued: dict[str, Issued] = {}
    for folder, name in ((OUT, "register_name"), (CORRECTIONS, "correction_register")):
        path: Path = terms.folder / folder / printed(name).zh
        if path.is_file():
            from ogi_xlsx.county.issue import read_register  # it takes long to import, and a file alone has no register

            try:
                issued |= {line.issue: line for line in read_register(path)[1]}
            except Refusal:
                notes.append(say("register_not_held", file=f"{folder}/{path.name}"))
    return Round(terms.year, terms.edition, terms.office, terms.agency.code if terms.agency else "", issued)


def decided_by_most(returns: Iterable[Return], roster: "Sequence[Entry] | None", known: Round) -> Round:
    """A round whose year may not be known, with the year and edition that most returns have, as the board decides; evenly mixed, nobody decides."""
    if known.year:
        return known
    codes = None if roster is None else {entry.agency.code for entry in roster}
    try:
        filed = [returned for returned in returns if not returned.published]
        year, edition = collection.year_and_edition(filed, codes, known.year, known.edition)
    except Refusal:
        return known
    return replace(known, year=year, edition=edition)


def hold(returns: Iterable[Return], roster: "Sequence[Entry] | None", known: Round = NO_ROUND) -> Iterator[Return]:
    """Returns, each held, as it passes, against a roster, if there is one, and what is known of its round: what is to be said becomes its findings."""
    holder = _Holder(roster, known)
    for returned in returns:
        if returned.identity and not returned.published:  # a published report belongs to no round
            returned.findings += holder.findings(returned, returned.identity)
        yield returned


def issued_by(identity: Identity) -> Sentence:
    """Which office issued a workbook, as part of a sentence; nothing where it does not say."""
    return say("issued_by", office=plain(identity.office, 60)) if identity.office else Sentence("", "")


class _Holder:
    """Holds return after return against one roster and round; without a roster against the round alone."""

    def __init__(self, listed: "Sequence[Entry] | None", known: Round) -> None:
        roster = listed or ()
        self.anybody = listed is None
        self.entries = {entry.agency.code: entry for entry in roster}
        self.known, self.names, self.editions = known, Names(roster), known.editions
        self.people: dict[tuple[str, str], list[Entry]] = {}
        for entry in roster:
            for _, part, _ in _PEOPLE:
                self.people.setdefault((part, _person(getattr(entry, part), part)), []).append(entry)

    def findings(self, returned: Return, identity: Identity) -> list[Finding]:
        """What does not belong has one finding; what does may have several."""
        agency, known = identity.agency, self.known
        entry = self.entries.get(agency.code)
        named: dict[str, Any] = {"name": plain(agency.name), "code": plain(agency.code) or "—", "issued": issued_by(identity)}
        if entry is None and not self.anybody:
            return [] if identity.aggregate and agency.code == known.own else [found("S304", sheet="封面", **named)]
        line = None if identity.aggregate else known.issued.get(identity.issue)
        if known.year and identity.year != known.year:
            return [found("S308", sheet="封面", name=named["name"], was=identity.year, year=known.year)]
        if self.editions and identity.edition not in self.editions:
            edition = "、".join(sorted(self.editions))
            return [found("S309", sheet="封面", name=named["name"], was=plain(identity.edition, 20), edition=edition)]
        if entry is None:
            return []
        if not line and self._of_another(identity, entry):
            return [found("S310", sheet="封面", listed=plain(entry.agency.name), **named)]
        told = [] if identity.aggregate or not known.issued else self._of_issue(identity, line)
        return told + list(self._hints(returned, identity, entry))

    def _of_another(self, identity: Identity, entry: "Entry") -> bool:
        """Whether the same code means another body: issued by another office, or under a name that is nothing like that on the roster."""
        office = self.known.office and identity.office and fold(identity.office) != fold(self.known.office)
        return bool(office) or not alike(identity.agency.name, entry.agency.name)

    def _of_issue(self, identity: Identity, line: "Issued | None") -> list[Finding]:
        """What the registers say of an issue: not known there, not as it was issued, or issued again since."""
        issue = plain(identity.issue, 20) or "—"
        if line is None:
            return [found("S316", sheet="封面", issue=issue, issued=issued_by(identity))]
        registered = identities.unpacked(line.identity)
        if registered and registered != identity:
            return [found("S317", sheet="封面", issue=issue, what=_in_row(_differing(registered, identity)))]
        if not line.by:
            return []
        current = self.known.current(line)
        now = identities.unpacked(current.identity)
        differing = [part for part in _differing(now, identity) if part in _MATTERS] if now else ["unknown"]
        named: dict[str, Any] = {"issue": issue, "by": plain(current.issue, 20)}
        return [found("S315", sheet="封面", what=_in_row(differing), **named) if differing else found("S314", sheet="封面", **named)]

    def _hints(self, returned: Return, identity: Identity, entry: "Entry") -> Iterator[Finding]:
        """S318 for each other body of which the file's name, or who filled it in, makes one think."""
        why: dict[str, list[Sentence]] = {}
        if (other := self.names.in_name(returned.path)) and other != entry:
            why.setdefault(other.agency.name, []).append(say("hint_file_name", name=plain(other.agency.name)))
        for filled, part, hint in _PEOPLE:
            told = _person(returned.fields.get(filled), part)
            others = self.people.get((part, told), []) if told else []
            if len(others) == 1 and others[0] != entry and _person(getattr(entry, part), part):
                why.setdefault(others[0].agency.name, []).append(say(hint, name=plain(others[0].agency.name)))
        for name, hints in why.items():
            yield found("S318", sheet="封面", name=plain(identity.agency.name), other=plain(name), why=_row_of(hints))


def _person(held: object, part: str) -> str:
    """A contact's name, or the digits of a telephone number, as they can be compared; empty where there is none."""
    text = fold(str(held or ""))
    if part != "phone":
        return text
    digits = re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))
    return digits if len(digits) >= _LEAST_DIGITS else ""


def _differing(one: Identity, other: Identity) -> list[str]:
    """In which parts two identities differ."""
    return [part for part, names in _PARTS.items() if any(getattr(one, name) != getattr(other, name) for name in names)]


def _in_row(parts: Iterable[str]) -> Sentence:
    return _row_of([say(f"differs_{part}") for part in parts])


def _row_of(told: Sequence[Sentence]) -> Sentence:
    return Sentence("、".join(one.zh for one in told), ", ".join(one.en for one in told))
