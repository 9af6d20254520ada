"""Measures how often the first hint names the damaged cell: balanced records, one slip of the hand each, of every kind.

The records are the published reports of `tests/data/published` that balance (blanks taken as 0), and seeded random ones.
A slip damages cells of table 3 or table 4 that hold something; with typed totals also a total may be the damaged cell,
with computed ones they follow. Every damaged return goes through verify with the native engine; last year is not known to
it. How to read the table: README.md beside this file.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import filled

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.checks import FAILED
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Layout, layout_of, revision_of
from ogi_xlsx.form.words import say
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.record import Reading, show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import Judged, verify

PUBLISHED = Path(__file__).resolve().parents[1] / "tests" / "data" / "published"
SEED = 20210930
TABLES = (("t3", "table 3"), ("t4", "table 4"), ("t3t4", "tables 3 and 4, cells drawn alike"))
NAMED, EITHER, CELL, SILENT, OTHER, UNSEEN = "hint names it", "one of two", "finding stands there", "nothing", "hint names another", "unseen"
SAID = (NAMED, EITHER, CELL, SILENT, OTHER)

Numbers = dict[str, Decimal]
Damage = tuple[Numbers, frozenset[str]]  # what the clerk typed otherwise, and the cells to be named
Slip = Callable[["Case", str, random.Random], "Damage | None"]


class Case:
    """A balanced record in one layout."""

    def __init__(self, edition: Edition, values: Mapping[str, Decimal], typed_totals: bool) -> None:
        self.identity = Identity(Agency("001", "甲镇人民政府", "city"), edition.first_year, edition.id, revision_of(edition), typed_totals)
        self.layout: Layout = layout_of(edition, self.identity.variant)
        full = layout_of(edition, Identity(self.identity.agency, edition.first_year, edition.id, "", False).variant).checks
        self.totals = full.totals
        self.recount = full.complete
        self.values = {key: value or Decimal(0) for key, value in full.complete({key: values[key] for key in full.typed_keys}).items()}
        typed = [key for key in self.layout.checks.typed_keys if key[:2] in ("t3", "t4")]
        self.full = {table: [key for key in typed if key.startswith(table) and self.values[key]] for table in ("t3", "t4")}
        self.full["t3t4"] = self.full["t3"] + self.full["t4"]
        self.neighbours = {(step, a): b for a in typed for step in ("column", "row") if (b := self.next(a, step)) in typed}

    def next(self, key: str, step: str) -> str:
        """The cell to the right or below; empty where there is none."""
        sheet, row, column = self.layout.where[key]
        at = (sheet, row, column + 1) if step == "column" else (sheet, row + 1, column)
        return next((other for other, place in self.layout.where.items() if place == at), "")

    def judged(self, typed: Numbers) -> Judged:
        """The verdict on the record as it was typed."""
        readings = {key: Reading(number, "", show(number)) for key in self.layout.checks.typed_keys for number in [typed.get(key, self.values[key])]}
        returned = Return("甲镇.xlsx", "0" * 64, self.identity, self.layout.edition, self.layout, readings, {}, frozenset())
        return verify([returned], "native")[0]


def one(change: Callable[[str, random.Random], str | None]) -> Slip:
    """A slip in the digits of one cell."""

    def slip(case: Case, key: str, chance: random.Random) -> Damage | None:
        digits = change(str(int(case.values[key])), chance)
        return ({key: Decimal(digits)}, frozenset((key,))) if digits else None

    return slip


def wrong_digit(digits: str, chance: random.Random) -> str:
    """One digit is another one."""
    place = chance.randrange(len(digits))
    return digits[:place] + chance.choice([d for d in "0123456789" if d != digits[place] and (place or len(digits) == 1 or d != "0")]) + digits[place + 1 :]


def transposed(digits: str, chance: random.Random) -> str | None:
    """Two neighbouring digits change places; not so that a 0 leads."""
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1] and (i or digits[1] != "0")]
    if not places:
        return None
    place = chance.choice(places)
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def tenfold(digits: str, chance: random.Random) -> str:
    """A 0 at the end too many, or too few where there is one."""
    return digits[:-1] if digits.endswith("0") and chance.random() < 0.5 else digits + "0"


def doubled(digits: str, chance: random.Random) -> str:
    """A digit typed twice."""
    place = chance.randrange(len(digits))
    return digits[:place] + digits[place] + digits[place:]


def dropped(digits: str, chance: random.Random) -> str | None:
    """A digit left out."""
    place = chance.randrange(len(digits))
    return str(int(digits[:place] + digits[place + 1 :])) if len(digits) > 1 else None


def off_by_one(digits: str, chance: random.Random) -> str:
    """One more or one less."""
    return str(int(digits) + chance.choice((-1, 1)))


def last_years(case: Case, key: str, chance: random.Random) -> Damage | None:
    """The cell still holds last year's number: some other of the same size."""
    last = Decimal(round(int(case.values[key]) * chance.uniform(0.5, 1.6)))
    return ({key: last}, frozenset((key,))) if last != case.values[key] else None


def exchanged(step: str) -> Slip:
    """The number stands in the neighbouring column or row, and that one's here."""

    def slip(case: Case, key: str, chance: random.Random) -> Damage | None:
        other = case.neighbours.get((step, key))
        if not other or case.values[key] == case.values[other]:
            return None
        return {key: case.values[other], other: case.values[key]}, frozenset((key, other))

    return slip


def joined(case: Case, key: str, chance: random.Random) -> Damage | None:
    """Two neighbouring numbers run together in the first cell."""
    other = case.neighbours.get(("column", key))
    if not other or not case.values[other]:
        return None
    return {key: Decimal(f"{case.values[key]}{case.values[other]}"), other: Decimal(0)}, frozenset((key, other))


def split(case: Case, key: str, chance: random.Random) -> Damage | None:
    """One number split over its cell and the empty one to the right."""
    other, digits = case.neighbours.get(("column", key)), str(int(case.values[key]))
    if not other or case.values[other] or len(digits) < 2:
        return None
    places = [i for i in range(1, len(digits)) if digits[i] != "0"]
    if not places:
        return None
    place = chance.choice(places)
    return {key: Decimal(digits[:place]), other: Decimal(digits[place:])}, frozenset((key, other))


def not_redone(case: Case, key: str, chance: random.Random) -> Damage | None:
    """A part was corrected in the end, and all that follows but this total."""
    if key not in case.totals or key not in case.layout.checks.typed_keys:
        return None
    part = chance.choice(list(leaves(case, key)))
    column = part.rsplit(".", 1)[1]
    change = Decimal(chance.choice([n for n in (-2, -1, 1, 2, 3, 5, 8) if case.values[part] + n >= 0]))
    typed = {part: case.values[part] + change}
    if part.startswith("t3"):  # what came in follows, so that the column balances
        balance = f"t3.{'carried_out' if part.split('.')[1] in ('new_received', 'carried_in') else 'new_received'}.{column}"
        typed[balance] = case.values[balance] + change
        if typed[balance] < 0:
            return None
    after = case.recount({k: typed.get(k, case.values[k]) for k in case.values if k not in case.totals})
    mended = {k: v or Decimal(0) for k, v in after.items() if k[:2] in ("t3", "t4")}
    return (mended | {key: case.values[key]}, frozenset((key,))) if mended[key] != case.values[key] else None


def leaves(case: Case, key: str) -> Iterator[str]:
    """The parts under a total."""
    for part in case.totals[key].right:
        for under in part.keys:
            yield from leaves(case, under) if under in case.totals else (under,)


SLIPS: dict[str, Slip] = {
    "digit typed wrong": one(wrong_digit),
    "digits transposed": one(transposed),
    "factor of ten": one(tenfold),
    "digit doubled": one(doubled),
    "digit left out": one(dropped),
    "off by one": one(off_by_one),
    "last year's value": last_years,
    "neighbouring column": exchanged("column"),
    "neighbouring row": exchanged("row"),
    "two cells joined": joined,
    "one number split": split,
    "total not redone": not_redone,
}


def outcome(case: Case, damage: Damage) -> str:
    """What verify says of a damaged return, held against what was damaged."""
    typed, cells = damage
    judged = case.judged(typed)
    identities = {check.id for check in case.layout.checks.checks if check.relation.operator == "=" and check.relation.keys[0][:2] in ("t3", "t4")}
    if not any(judged.outcomes[id] == FAILED for id in identities):
        return UNSEEN
    first = next(finding for finding in judged.findings if finding.code[:2] in ("R3", "R4"))
    if not first.hint:
        return CELL if any(first.cell == case.layout.address(key) and first.sheet == case.layout.where[key][0] for key in cells) else SILENT
    places = {
        key: say("cell_at", sheet=spot.table.sheet, cell=case.layout.address(key), label=spot.label).zh
        for key in cells
        for spot in [case.layout.edition.spots[key]]
    }
    if not all(place in first.hint.zh for place in places.values()):
        return OTHER
    return EITHER if first.hint.zh.startswith(say("hint_either", first="", second="").zh) else NAMED


def published() -> Iterator[tuple[Edition, Numbers]]:
    """The published reports that balance and hold something in table 3."""
    for path in sorted(PUBLISHED.glob("*.json")):
        report = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        edition = editions.load(report["edition"])
        values = {key: Decimal(value) if isinstance(value := report["values"].get(key), int | Decimal) else Decimal(0) for key in edition.spots}
        full = Case(edition, values, False).values
        told = [key for key, value in report["values"].items() if key[:2] in ("t3", "t4") and value is not None]
        balanced = not any(finding.code[:2] in ("R3", "R4") for finding in Case(edition, full, True).judged({}).findings)
        if report["as_published"] and balanced and full["t3.new_received.total"] and all(full.get(key) == values.get(key) for key in told):
            yield edition, full


def random_ones(count: int) -> Iterator[tuple[Edition, Numbers]]:
    """Seeded random records of the edition in force."""
    edition = editions.for_year(filled.YEAR)
    for number in range(count):
        yield edition, filled.numbers_of(edition, random.Random(f"{SEED} {number}"))


def trials(cases: Sequence[Case], table: str, name: str, count: int) -> Counter[str]:
    """Outcomes of slips of one kind in one table: as many as asked, if the records allow this kind."""
    chance, found = random.Random(f"{SEED} {table} {name}"), Counter[str]()
    for attempt in range(count * 12):
        case = cases[attempt % len(cases)]
        if found.total() == count:
            break
        if case.full[table] and (damage := SLIPS[name](case, chance.choice(case.full[table]), chance)):
            found[outcome(case, damage)] += 1
    return found


def row(name: str, found: Counter[str]) -> str:
    """A line of the table: shares are of the slips that the rules see."""
    seen = found.total() - found[UNSEEN]
    shares = [f"{100 * found[kind] / seen:.0f} %" if seen else "–" for kind in SAID]
    return f"| {name} | {found.total()} | {seen} | {' | '.join(shares)} |"


def main() -> None:
    """Damage, judge and print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--slips", type=int, default=150, help="slips of each kind, table, layout and kind of record (default 150)")
    count = options.parse_args().slips
    sources = {"published reports": list(published()), "random records": list(random_ones(40))}
    for source, records in sources.items():
        for typed_totals in (True, False):
            cases = [Case(edition, values, typed_totals) for edition, values in records]
            for table, title in TABLES if typed_totals else TABLES[:1]:  # table 4 has nothing that could disagree with computed totals
                results = {name: trials(cases, table, name, count) for name in SLIPS}
                print(f"\n{len(records)} {source}, {title}, totals {'typed' if typed_totals else 'computed'}\n")
                print(f"| slip | slips | seen | {' | '.join(SAID)} |\n| --- | --- | --- |{' --- |' * len(SAID)}")
                for name, found in results.items():
                    print(row(name, found) if found else f"| {name} | 0 | – |{' – |' * len(SAID)}")
                print(row("**all**", sum(results.values(), Counter())), flush=True)


if __name__ == "__main__":
    main()
