"""A summary's numbers against those of its parts: each is the sum, and no part is above the whole. Values in, findings out.

Which code holds which numbers is data: `[[sum]]` in `templates/summary.toml`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import ERROR, WARNING, Finding, catalogue, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import MOST_PLACES, Sentence, listed, plain, say, template
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.builtin import where


@dataclass(frozen=True)
class Member:
    """A body that is added up, or the whole: its numbers by cell key. `measures` are those it chose for amounts without a printed one."""

    name: str
    values: Values
    measures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Cell:
    """A number of the whole that is compared: the sum of the parts that have it, and what rounding may make of it."""

    key: str
    whole: Decimal
    sum: Decimal
    rounding: Decimal
    lacking: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        return round(self.whole - self.sum, 6)


def findings(layout: Layout, whole: Member, parts: Sequence[Member], absent: Sequence[str], listed_all: bool) -> list[Finding]:
    """What is to be said of the whole. `absent` are bodies without a return that counts; `listed_all`: there is a list of all that must be in."""
    groups: dict[str, list[_Cell]] = {}
    above: list[tuple[_Cell, Member]] = []
    apart: list[tuple[str, str]] = []
    for key in _compared(layout, whole.values):
        code = sum_code(key, layout.variant.level)
        if code is None or not _one_measure(key, layout, (whole, *parts)):
            apart.append((key, "uncompared_unknown" if code is None else "uncompared_measure"))
        elif code:
            cell = _cell(key, layout.edition, whole, parts)
            certain = catalogue()[code].severity == ERROR and listed_all and not absent and not cell.lacking
            differs = abs(cell.difference) > cell.rounding
            largest = None if differs and certain else _above(cell, layout.edition, parts)
            if largest:
                above.append((cell, largest))
            elif differs:
                groups.setdefault(code, []).append(cell)
    told = [one for code in sorted(groups) for one in _sums(code, groups[code], layout, parts, absent, listed_all)]
    told += _parts_above(above, layout)
    if apart:
        told.append(_at("H108", {key: _uncompared(key, why, layout) for key, why in apart}, layout))
    return told


def sum_code(key: str, level: str) -> str | None:
    """The code that holds a number against its parts; empty where summaries of this level are not asked, None where nothing is known."""
    fitting = [(len(start), entry) for entry in template("summary.toml")["sum"] for start in entry["keys"] if f"{key}.".startswith(f"{start}.")]
    if not fitting:
        return None
    entry = max(fitting, key=lambda one: one[0])[1]
    return str(entry["code"]) if level in entry.get("levels", [level]) else ""


def followed_by(keys: Sequence[str], edition: Edition, level: str) -> list[str]:
    """Keys without the totals that follow from others of them."""
    totals = checks_of(edition, level, False).totals
    return [key for key in keys if key not in totals or not set(totals[key].keys[1:]) & set(keys)]


def _compared(layout: Layout, values: Values) -> Iterator[str]:
    """Numbers of the whole to compare. A total whose parts are all there follows from them, or a rule of the form tells that it does not."""
    totals = checks_of(layout.edition, layout.variant.level, False).totals
    for key in layout.where:
        follows = key in totals and all(values.get(part) is not None for part in totals[key].keys[1:])
        if values.get(key) is not None and not follows:
            yield key


def _one_measure(key: str, layout: Layout, members: Sequence[Member]) -> bool:
    """Whether all amounts of a key are in one measure: the printed one, or the one that everybody with an amount chose."""
    column = layout.edition.spots[key].column
    if column.type != "money" or column.unit:
        return True
    chosen = {member.measures.get(key, "") for member in members if member.values.get(key)}
    return len(chosen) < 2 and "" not in chosen


def _cell(key: str, edition: Edition, whole: Member, parts: Sequence[Member]) -> _Cell:
    total = whole.values[key]
    assert total is not None
    known = [value for part in parts if (value := part.values.get(key)) is not None]
    lacking = tuple(part.name for part in parts if part.values.get(key) is None)
    rounded = [value for value in (total, *known) if value]  # a 0 was not rounded
    exact = edition.spots[key].column.type != "money" or not rounded
    rounding = Decimal(0) if exact else Decimal(len([value for value in known if value])) / 2 * Decimal(10) ** -min(map(_decimals, rounded))
    return _Cell(key, total, sum(known, Decimal(0)), rounding, lacking)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _above(cell: _Cell, edition: Edition, parts: Sequence[Member]) -> Member | None:
    """The part whose number is furthest above the whole; changes may be negative and are not asked."""
    if edition.spots[cell.key].column.type == "signed":
        return None
    larger = [part for part in parts if (part.values.get(cell.key) or Decimal(0)) > cell.whole + cell.rounding]
    return max(larger, key=lambda part: part.values[cell.key] or Decimal(0), default=None)


def _sums(code: str, cells: list[_Cell], layout: Layout, parts: Sequence[Member], absent: Sequence[str], listed_all: bool) -> list[Finding]:
    """A finding a cell; one over all where they are many, or something explains them together: bodies that are lacking, or one body's numbers."""
    together = len(cells) > MOST_PLACES or bool(absent) or _hint(cells, parts) is not None
    return [_sum(code, group, layout, parts, absent, listed_all) for group in ([cells] if together else [[cell] for cell in cells])]


def _sum(code: str, cells: list[_Cell], layout: Layout, parts: Sequence[Member], absent: Sequence[str], listed_all: bool) -> Finding:
    without = list(dict.fromkeys([*absent, *(name for cell in cells for name in cell.lacking)]))
    severity = catalogue()[code].severity
    lacking = Sentence("", "")
    if without:
        lacking = say("sum_without", n=len(without), names=names_of(without))
    elif not listed_all and severity == ERROR:
        lacking = say("sum_unlisted")
    places = {cell.key: _sum_at(cell, layout) for cell in cells}
    told = _at(code, places, layout, [(cell.whole, cell.sum) for cell in cells], bodies=len(parts), lacking=Sentence(lacking.zh, f" {lacking.en}".rstrip()))
    return replace(told, severity=WARNING if lacking.zh else severity, hint=_hint(cells, parts))


def _sum_at(cell: _Cell, layout: Layout) -> Sentence:
    amount = say("more" if cell.difference > 0 else "less", n=show(abs(cell.difference)))
    return say("sum_at", where=where(cell.key, layout), whole=show(cell.whole), sum=show(cell.sum), more=amount)


def _hint(cells: Sequence[_Cell], parts: Sequence[Member]) -> Sentence | None:
    """The one body whose numbers are all the differences: left out, or counted twice."""
    fitting = [
        (key, part.name)
        for part in parts
        for key, sign in (("sum_left_out", -1), ("sum_twice", 1))
        if all(part.values.get(cell.key) == sign * cell.difference for cell in cells)
    ]
    if len(fitting) != 1:
        return None
    key, name = fitting[0]
    return say("sum_twice", name=plain(name)) if key == "sum_twice" else say("sum_left_out", name=plain(name))


def _parts_above(above: list[tuple[_Cell, Member]], layout: Layout) -> list[Finding]:
    """H107, one a table."""
    told = []
    for table in layout.edition.tables:
        here = [(cell, part) for cell, part in above if layout.edition.spots[cell.key].table is table]
        if here:
            places = {cell.key: _above_at(cell, part, layout) for cell, part in here}
            told.append(_at("H107", places, layout, [(cell.whole, part.values[cell.key] or Decimal(0)) for cell, part in here]))
    return told


def _above_at(cell: _Cell, part: Member, layout: Layout) -> Sentence:
    number = part.values[cell.key] or Decimal(0)
    difference = show(number - cell.whole)
    return say("part_above", where=where(cell.key, layout), whole=show(cell.whole), name=plain(part.name), part=show(number), difference=difference)


def _uncompared(key: str, why: str, layout: Layout) -> Sentence:
    at = where(key, layout)
    return say("uncompared_unknown", where=at) if why == "uncompared_unknown" else say("uncompared_measure", where=at)


def _at(code: str, places: Mapping[str, Sentence], layout: Layout, sides: Sequence[tuple[Decimal, Decimal]] = (), **values: object) -> Finding:
    """One finding over cells, at the first of them; about a single number it has both sides and their difference."""
    first, named = next(iter(places)), listed([*places.values()])
    told = found(code, sheet=layout.sheet_of(first), cell=layout.address(first), cells=tuple(places), n=len(places), places=named, **values)
    if len(sides) != 1:
        return told
    left, right = sides[0]
    return replace(told, left=show(left), right=show(right), difference=show(round(left - right, 6)))


def names_of(names: Sequence[str | Sentence], most: int = 10) -> Sentence:
    """Names in a row, and whether there are more."""
    few = [name if isinstance(name, Sentence) else Sentence(plain(name), plain(name)) for name in names[:most]]
    more = say("and_so_on") if len(names) > most else Sentence("", "")
    return Sentence("、".join(name.zh for name in few), ", ".join(name.en for name in few)) + more
