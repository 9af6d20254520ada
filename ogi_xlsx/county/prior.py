"""Last year's numbers of every body: from a folder of returns, a summary workbook with its detail, or a records file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.county import collection, folders, record_files, records
from ogi_xlsx.county.records import SOUND
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.words import Refusal, Sentence, few, plain, say
from ogi_xlsx.returns.hands import HERE, Hands
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.record import Record, number_reading
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review import verify as review
from ogi_xlsx.review.verify import Judged
from ogi_xlsx.review.years import LastYear, comparable

_NAMED = 10  # bodies that a note names


@dataclass(eq=False)
class Priors:
    """Last year's numbers by agency code and year; a summary's own stand under its code and name. `notes` say what was not taken."""

    own: dict[tuple[str, int], LastYear] = field(default_factory=dict)
    whole: dict[tuple[str, str, int], LastYear] = field(default_factory=dict)
    predecessors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[Sentence] = field(default_factory=list)
    missed: dict[str, str] = field(default_factory=dict)

    def of_return(self, returned: Return) -> LastYear | None:
        """As `of`, for the body and year of a return."""
        identity = returned.identity
        return self.of(identity.agency, identity.year, identity.aggregate) if identity else None

    def of(self, agency: Agency, year: int, aggregate: bool = False) -> LastYear | None:
        """Numbers of the year before; those of merged bodies are summed. None where one of them is not known."""
        if aggregate:
            found = self.whole.get((agency.code, agency.name, year - 1))
        else:
            codes = [c for c in dict.fromkeys((agency.code, *self.predecessors.get(agency.code, ()))) if c != agency.code or (c, year - 1) in self.own]
            parts = [self.own.get((code, year - 1)) for code in codes]
            found = _summed([part for part in parts if part]) if parts and all(parts) else None
        if found is None:
            self.missed[agency.code] = agency.name
        return found

    def of_summary(self, agency: Agency, year: int, parts: Sequence[Return], edition: Edition) -> tuple[dict[str, Decimal], Sentence]:
        """Last year's sums that mean the same in an edition, and a sentence on where they are from: those of the summary before, else the sums
        over its `parts` where all of them are known. Without any the sentence says why."""
        before = self.whole.get((agency.code, agency.name, year - 1))
        if before:
            values, source = comparable(before, edition), before.source
        else:
            known = [(part, self.of_return(part)) for part in parts]
            lacking = [part.identity.agency.name for part, last in known if last is None and part.identity]
            if lacking:
                return {}, say("summary_not_compared", n=len(lacking), names=few([plain(name) for name in lacking], _NAMED))
            each = [comparable(last, edition) for _, last in known if last]
            values = {key: sum((one[key] for one in each), Decimal(0)) for key in edition.spots if all(key in one for one in each)}
            source = say("summary_compared_bodies", n=len(parts))
        return values, say("summary_compared", source=source) if values else say("summary_not_same_edition")

    @property
    def codes(self) -> set[str]:
        """Codes of the bodies whose numbers are known."""
        return {code for code, _ in self.own}

    def know(self, roster: Sequence[Entry]) -> None:
        """Take from the roster whose numbers of last year are to be added up for a body."""
        self.predecessors = {entry.agency.code: entry.predecessors for entry in roster if entry.predecessors}

    def close(self) -> list[Sentence]:
        """What was not taken, and who was asked for and is not known."""
        names = list(self.missed.values())
        return self.notes + ([say("prior_missed", n=len(names), names=few([plain(name) for name in names], _NAMED))] if names else [])


def load(path: Path, roster: Sequence[Entry] = (), hands: Hands = HERE) -> Priors:
    """Read last year's numbers, returns by whoever reads them. Raises Refusal where nothing can be read, or a records file has problems."""
    priors = Priors()
    priors.know(roster)
    if record_files.is_records(path):
        _records(path, priors)
        return priors
    judged = review.verify(folders.read(folders.files([path], priors.notes), priors.notes, hands=hands), "native")
    for one in judged:
        if one.returned.layout is None or not one.returned.identity:
            priors.notes.append(say("prior_unreadable", file=plain(Path(one.returned.path).name, 60)))
        elif one.returned.identity.aggregate:
            _take_summary(one, one.returned.identity, priors)
    years: dict[int, list[Judged]] = {}
    for one in judged:
        if one.returned.layout and (identity := one.returned.identity) and not identity.aggregate:
            years.setdefault(identity.year, []).append(one)
    for held in (held for group in years.values() for held in collection.held(group).values()):
        if held.current:
            _take(held.current, priors)
        else:
            name = plain(identity.agency.name) if (identity := held.differing[0].returned.identity) else ""
            priors.notes.append(say("prior_duplicate", name=name, n=len(held.differing)))
    if not priors.own and not priors.whole:
        raise Refusal([*priors.notes, say("prior_nothing", path=plain(path, 200))])
    return priors


def _own_numbers(one: Judged, source: str, priors: Priors) -> tuple[Record, LastYear]:
    """The numbers of one return or summary; that it did not pass is noted. `source` is the sentence that says where they are from."""
    record, identity = one.returned.record, one.returned.identity
    assert record and identity
    name = plain(Path(one.returned.path).name, 60)
    if identity.published:  # nobody accepted what was read from a page
        return record, LastYear(record.values, record.edition, say("prior_from_published", file=plain(identity.published, 60)), False)
    sound = one.state in SOUND
    if not sound:
        priors.notes.append(say("prior_not_sound", name=plain(record.agency.name), file=name, state=say(f"state_{one.state}")))
    return record, LastYear(record.values, record.edition, say(source, file=name), sound)


def _take(one: Judged, priors: Priors) -> None:
    record, last = _own_numbers(one, "prior_from_return", priors)
    priors.own[record.agency.code, record.year] = last


def _take_summary(one: Judged, identity: Identity, priors: Priors) -> None:
    """A summary's own numbers, and those of each body in its detail."""
    _, last = _own_numbers(one, "prior_from_summary", priors)
    returned = one.returned
    assert returned.edition
    priors.whole[identity.agency.code, identity.agency.name, identity.year] = last
    for row, code in enumerate(returned.added_up):
        priors.own.setdefault((code, identity.year), replace(last, values=detail(returned, row)))


def detail(returned: Return, row: int) -> dict[str, Decimal]:
    """The numbers of one line of a summary's detail."""
    assert returned.edition
    found: dict[str, Decimal] = {}
    for key, spot in returned.edition.spots.items():
        value = returned.fields.get(f"detail.{row}.{key}")
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = number_reading(value, spot.column.type).value
            if number is not None:
                found[key] = number
    return found


def _summed(parts: list[LastYear]) -> LastYear:
    """The numbers of merged bodies, added up; only keys that all of them have, on one edition."""
    if len(parts) == 1:
        return parts[0]
    keys = set.intersection(*(set(part.values) for part in parts)) if len({part.edition for part in parts}) == 1 else set()
    values = {key: sum((part.values[key] for part in parts), Decimal(0)) for key in sorted(keys)}
    source = Sentence("；".join(part.source.zh for part in parts), "; ".join(part.source.en for part in parts))
    return LastYear(values, parts[0].edition, source, all(part.accepted for part in parts))


def _records(path: Path, priors: Priors) -> None:
    """Numbers of a records file; those of a return that did not pass, or of which a total is no sum, are not taken for sound."""
    file = plain(path.name, 60)
    for body in records.read(path):
        name = plain(body.name or body.agency, 40)
        unsound = [] if body.published else sorted(body.states - {*SOUND, ""})
        if unsound:
            priors.notes.append(say("prior_not_sound", name=name, file=file, state=say(f"state_{unsound[0]}")))
        sound = _adds_up(body.values, body.edition)
        if not sound:
            priors.notes.append(say("records_not_sound", file=file, agency=name, year=body.year))
        last = LastYear(body.values, body.edition, say("prior_from_records", file=file), sound and not unsound and not body.published)
        if body.aggregate:
            priors.whole[body.agency, body.name, body.year] = last
        else:
            priors.own[body.agency, body.year] = last


def _adds_up(numbers: Mapping[str, Decimal], edition: str) -> bool:
    """Whether every total of which all parts are there is their sum."""
    totals = checks_of(editions.load(edition), "county", False).totals.values()
    return all(bound.holds(numbers) for bound in totals if all(key in numbers for key in bound.keys))
