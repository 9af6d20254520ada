"""The numbers of many bodies as a long list, one a line: which returns are listed and where each number comes from; and such a list read again."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path
from sys import intern

from ogi_xlsx import __version__
from ogi_xlsx.county import collection, record_files
from ogi_xlsx.county.collection import Mark
from ogi_xlsx.county.record_files import COLUMNS, Listed, Number, Row, Source
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Spot
from ogi_xlsx.form.layout import a1
from ogi_xlsx.form.words import Refusal, Sentence, few, plain, say
from ogi_xlsx.returns.record import DECIMALS
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, STATES, Judged

OWN, AGGREGATE, PUBLISHED = "own", "aggregate", "published"
SOUND = (PASSED_STATE, QUERY)
# How a number came about: typed, blank and declared 0, added up by the form, locked in from last year or corrected there, added up in a summary.
TYPED, DECLARED, COMPUTED, CARRIED, CORRECTED, SUMMED = "typed", "declared", "computed", "carried", "corrected", "summed"
_NAMED = 10  # files in one note
_TOLD = 20  # problems of one file
_MOST = 10**18  # a typed number has at most 15 digits; a total can have more
_YEAR = re.compile("[0-9]{4}")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


@dataclass(eq=False, slots=True)
class Head:
    """What is kept of a return until all are read: which it is of those given, its file, whose it is, and what tells whether it counts.

    `whose` is body and year; empty where that cannot be told. `code` is the body's as the workbook has it.
    """

    at: int
    file: str
    state: str
    fault: bool
    whose: tuple[object, ...] = ()
    name: str = ""
    code: str = ""
    mark: Mark | None = None


@dataclass(frozen=True)
class Chosen:
    """Returns whose numbers are listed, and those that are not: unreadable, several of one body that differ, and those that another one stands for."""

    returns: list[Head]
    unreadable: list[Head]
    differing: list[list[Head]]
    again: list[Head]

    @property
    def unsound(self) -> int:
        """How many of those that are listed did not pass."""
        return sum(1 for one in self.returns if one.state not in SOUND)

    @property
    def whole(self) -> bool:
        """Whether every body's numbers are listed, and passed."""
        return not (self.unreadable or self.differing or self.unsound)

    @property
    def fault(self) -> bool:
        """Whether the two verdicts on one of all these returns differ: a fault of ours."""
        return any(one.fault for one in chain(self.returns, self.unreadable, *self.differing, self.again))

    def told(self) -> list[Sentence]:
        """What is not listed and why, and how many did not pass."""
        notes = [say("export_duplicate", name=group[0].name, n=len(group), files=_files(group)) for group in self.differing]
        notes += [say("export_unreadable", n=len(self.unreadable), files=_files(self.unreadable))] if self.unreadable else []
        notes += [say("export_again", n=len(self.again), files=_files(self.again))] if self.again else []
        return notes + ([say("export_unsound", n=self.unsound)] if self.unsound else [])


def choose(judged: Iterable[Judged], keep: Callable[[Listed], object] = lambda _: None) -> Chosen:
    """Of every body and year the return that counts, in the order given.

    No return stays in memory: `keep` is given the numbers of each as it passes, and none of one that cannot be listed.
    """
    heads: list[Head] = []
    for at, one in enumerate(judged):
        heads.append(_head(at, one))
        keep(listed([one] if heads[-1].whose else []))
    groups: dict[tuple[object, ...], list[Head]] = {}
    for head in heads:
        groups.setdefault(head.whose, []).append(head)
    unreadable = groups.pop((), [])
    standing = {group[0]: _current(group) for group in groups.values()}
    taken = {one for one in standing.values() if one}
    differing = [group for group in groups.values() if standing[group[0]] is None]
    again = [one for group in groups.values() if standing[group[0]] for one in group if one not in taken]
    return Chosen([one for one in heads if one in taken], unreadable, differing, again)


def _head(at: int, one: Judged) -> Head:
    head = Head(at, plain(Path(one.returned.path).name, 60), one.state, one.fault)
    if one.returned.layout is None:
        return head
    source, identity = _source(one), one.returned.identity
    assert identity
    name = intern(source.name) if source.kind == AGGREGATE else ""  # a summary is known by its name, too
    if source.agency or name:
        head.whose = (source.year, source.kind, intern(source.agency), name)
        head.name, head.code, head.mark = intern(source.name), intern(identity.agency.code), collection.mark_of(one)
    return head


def _current(group: list[Head]) -> Head | None:
    """The return of one body that counts; None where several differ."""
    alike = collection.latest(group, _mark) if len({head.code for head in group}) == 1 else []
    return alike[0][0] if len(alike) == 1 else None


def _mark(head: Head) -> Mark:
    assert head.mark
    return head.mark


def listed(judged: Iterable[Judged]) -> Iterator[tuple[Source, list[Number]]]:
    """The numbers of returns, each return with what they have in common. A cell without a number is not there."""
    for one in judged:
        returned = one.returned
        assert returned.edition and returned.record
        values = returned.record.values
        yield _source(one), [_number(returned, key, values[key]) for key in returned.edition.spots if key in values]


def _source(one: Judged) -> Source:
    identity = one.returned.identity
    assert identity
    agency, kind = identity.agency, AGGREGATE if identity.aggregate else PUBLISHED if identity.published else OWN
    told = (_text(agency.code), identity.year, identity.edition, _text(agency.name), agency.level, kind, one.state, identity.correction)
    return Source(*told, _text(one.returned.path), one.returned.sha256, f"ogi-xlsx {__version__}")


def _text(text: str) -> str:
    """A text of a file as every format can hold it."""
    return plain(text, 1000).strip()


def _files(heads: Sequence[Head]) -> str:
    return few([head.file for head in heads], _NAMED)


def _number(returned: Return, key: str, value: Decimal) -> Number:
    assert returned.layout
    origin = _origin(returned, key)
    sheet, row, col = returned.layout.fields[f"carry.{key}"] if origin == CORRECTED else returned.layout.where[key]
    return Number(key, value, sheet, a1(row, col), origin)


def _origin(returned: Return, key: str) -> str:
    assert returned.layout and returned.identity and returned.edition
    if key not in returned.readings:
        return COMPUTED
    if returned.identity.aggregate:
        return SUMMED
    if returned.readings[key].blank:
        return DECLARED
    if key not in returned.layout.carried:
        return TYPED
    return CORRECTED if returned.corrected and returned.fields.get(f"carry.{key}") is not None else CARRIED


@dataclass(eq=False)
class Body:
    """The numbers of one body and year in a records file, and the states that its lines tell; empty where they tell none.

    `published`: some were read from a published report, which nobody accepted.
    """

    agency: str
    name: str
    year: int
    aggregate: bool
    edition: str
    values: dict[str, Decimal] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    published: bool = False


def read(path: Path) -> list[Body]:
    """The bodies of a records file. Raises Refusal with its problems, each with its line."""
    bodies: dict[tuple[object, ...], Body] = {}
    problems: list[Sentence] = []
    wrong = 0
    for line, row in record_files.read(path):
        told = _problem(row) or _take(row, bodies)
        if told:
            wrong += 1
            problems += [say("records_problem", file=path.name, line=line, problem=told)] if wrong <= _TOLD else []
    if wrong or not bodies:
        raise Refusal([*problems, say("records_not_read", file=path.name, n=wrong)])
    return list(bodies.values())


def _take(row: Row, bodies: dict[tuple[object, ...], Body]) -> Sentence | None:
    """Take the number of a sound line; what is wrong where the body has it already, or has another edition."""
    aggregate = row.get("kind") == AGGREGATE
    name = row.get("name", "") if aggregate else ""
    whose = (row["agency"], name, int(row["year"]), aggregate)
    body = bodies.get(whose) or bodies.setdefault(whose, Body(*whose, row["edition"]))
    if body.edition != row["edition"]:
        return say("records_editions", edition=body.edition, other=row["edition"])
    if row["key"] in body.values:
        return say("records_twice", key=row["key"])
    spots, value = _spots(body.edition), _value(body.edition, row["key"], row["value"])
    assert spots and value is not None
    body.values[spots[row["key"]].key] = value  # the key of the edition, not one more copy of it
    body.states.add(row.get("state", ""))
    body.published |= row.get("kind") == PUBLISHED
    return None


def _problem(row: Row) -> Sentence | None:
    """What is wrong with a line."""
    unnamed = row.get("kind") == AGGREGATE and row.get("name")  # a summary may have no code
    if not all(row[name] for name in COLUMNS if name != "agency" or not unnamed):
        return say("records_blank")
    edition, key = row["edition"], row["key"]
    spots = _spots(edition)
    if not _YEAR.fullmatch(row["year"]) or spots is None:
        return say("records_edition", year=plain(row["year"], 10), edition=plain(edition, 20))
    if key not in spots:
        return say("records_key", key=plain(key, 60), edition=edition)
    for column, known in (("kind", (OWN, AGGREGATE, PUBLISHED)), ("state", STATES)):
        if row.get(column) and row[column] not in known:
            return say("records_mark", column=column, value=plain(row[column], 20))
    return say("records_value", value=plain(row["value"], 30)) if _value(edition, key, row["value"]) is None else None


@lru_cache(maxsize=16)
def _spots(edition: str) -> Mapping[str, Spot] | None:
    """The numbers of an edition; None for an unknown one."""
    return editions.load(edition).spots if edition in editions.available() else None


@lru_cache(maxsize=100_000)  # most numbers are small and stand there many times
def _value(edition: str, key: str, text: str) -> Decimal | None:
    """The number of a text; None where it cannot stand at that key."""
    if not _NUMBER.fullmatch(text):
        return None
    number, spots = Decimal(text), _spots(edition)
    assert spots
    kind = spots[key].column.type
    fits = abs(number) < _MOST and number == round(number, DECIMALS if kind.endswith("money") else 0) and (number >= 0 or kind.startswith("signed"))
    return number if fits else None
