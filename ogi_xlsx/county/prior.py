"""Last year's numbers of every body: from a folder of returns, a summary workbook with its detail, or a records file.

A records file is CSV with the columns `agency,year,edition,key,value`, one number a line.
"""

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ogi_xlsx.county import collection
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.words import Refusal, Sentence, decoded, os_reason, plain, say
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.record import Record, number_reading
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review import verify as review
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, Judged
from ogi_xlsx.review.years import LastYear

COLUMNS = ("agency", "year", "edition", "key", "value")
_YEAR = re.compile("[0-9]{4}")


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

    def close(self) -> list[Sentence]:
        """What was not taken, and who was asked for and is not known."""
        names = list(self.missed.values())
        more = "等" if len(names) > 10 else ""
        return self.notes + ([say("prior_missed", n=len(names), names="、".join(map(plain, names[:10])) + more)] if names else [])


def load(path: Path, roster: Sequence[Entry] = ()) -> Priors:
    """Read last year's numbers. Raises Refusal where nothing can be read, or a records file has problems."""
    priors = Priors(predecessors={entry.agency.code: entry.predecessors for entry in roster if entry.predecessors})
    if path.suffix.lower() == ".csv":
        _records(path, priors)
        return priors
    judged = review.verify(collection.read(collection.files([path], priors.notes), priors.notes), "native")
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
    record, sound = one.returned.record, one.state in (PASSED_STATE, QUERY)
    assert record
    name = plain(Path(one.returned.path).name, 60)
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
    first = returned.edition.tables[0].id
    for row in range(identity.rows):
        code = str(returned.fields.get(f"detail.{row}.{first}.code") or "")
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
    """Numbers of a records file. Raises Refusal with its problems, each with its line."""
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise Refusal(say("file_not_readable", file=path.name, reason=os_reason(error))) from None
    if text is None:
        raise Refusal(say("roster_encoding", file=path.name))
    lines = csv.DictReader(text.splitlines())
    problems: list[Sentence] = []
    values: dict[tuple[str, int], tuple[str, dict[str, Decimal]]] = {}
    try:
        lacking = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
        if lacking:
            raise Refusal(say("records_columns", file=path.name, columns="、".join(lacking)))
        for line in lines:
            row = {name: (line[name] or "").strip() for name in COLUMNS}
            told = _record_problem(row) or _take_record(row, values)
            if told:
                problems.append(say("records_problem", file=path.name, line=lines.line_num, problem=told))
    except csv.Error:
        problems.append(say("records_problem", file=path.name, line=lines.line_num + 1, problem=say("records_broken")))
    if problems or not values:
        raise Refusal([*problems[:20], say("records_not_read", file=path.name, n=len(problems))])
    for (agency, year), (edition, numbers) in values.items():
        sound = _adds_up(numbers, edition)
        if not sound:
            priors.notes.append(say("records_not_sound", file=plain(path.name, 60), agency=plain(agency, 40), year=year))
        priors.own[agency, year] = LastYear(numbers, edition, say("prior_from_records", file=plain(path.name, 60)), sound)


def _adds_up(numbers: Mapping[str, Decimal], edition: str) -> bool:
    """Whether every total of which all parts are there is their sum."""
    totals = checks_of(editions.load(edition), "county", False).totals.values()
    return all(bound.holds(numbers) for bound in totals if all(key in numbers for key in bound.keys))


def _take_record(row: Mapping[str, str], values: dict[tuple[str, int], tuple[str, dict[str, Decimal]]]) -> Sentence | None:
    """Take the number of a sound line; what is wrong where the body has it already, or has another edition."""
    edition, numbers = values.setdefault((row["agency"], int(row["year"])), (row["edition"], {}))
    if edition != row["edition"]:
        return say("records_editions", edition=edition, other=row["edition"])
    if row["key"] in numbers:
        return say("records_twice", key=row["key"])
    numbers[row["key"]] = Decimal(row["value"])
    return None


def _record_problem(row: Mapping[str, str]) -> Sentence | None:
    """What is wrong with a line of a records file."""
    if not all(row.values()):
        return say("records_blank")
    edition, key = row["edition"], row["key"]
    if not _YEAR.fullmatch(row["year"]) or edition not in editions.available():
        return say("records_edition", year=plain(row["year"], 10), edition=plain(edition, 20))
    if key not in editions.load(edition).spots:
        return say("records_key", key=plain(key, 60), edition=edition)
    try:
        number = float(Decimal(row["value"]))
    except InvalidOperation:
        number = math.nan
    fits = number_reading(number, editions.load(edition).spots[key].column.type).value is not None
    return None if fits else say("records_value", value=plain(row["value"], 30))
