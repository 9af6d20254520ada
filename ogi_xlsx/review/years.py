"""A return against last year's: which numbers can be compared, and what no rule of the edition can say about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.binding import prior_read
from ogi_xlsx.form.checks import PRIOR, Values
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout, a1
from ogi_xlsx.form.words import Sentence, listed, say
from ogi_xlsx.returns.record import show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import threshold, where
from ogi_xlsx.review.totals import typed_totals


@dataclass(frozen=True)
class LastYear:
    """Last year's numbers of one body by cell key, the edition they were filed on, and where they come from.

    `accepted` is False where the return they come from did not pass, or they were typed from a published page.
    """

    values: Mapping[str, Decimal]
    edition: str
    source: Sentence
    accepted: bool = True


def comparable(last: LastYear, edition: Edition) -> dict[str, Decimal]:
    """Last year's numbers that mean the same in this year's edition, by cell key."""
    tables = edition.comparable.get(last.edition, ()) if last.edition != edition.id else tuple(table.id for table in edition.tables)
    return {key: value for key, value in last.values.items() if key in edition.spots and edition.spots[key].table.id in tables}


def read_by_checks(last: LastYear, edition: Edition) -> dict[str, Decimal]:
    """Those of them that any check of the edition reads, as `prior.<key>`."""
    read = prior_read(edition)
    return {f"{PRIOR}{key}": value for key, value in comparable(last, edition).items() if f"{PRIOR}{key}" in read}


def findings(told: list[Finding], returned: Return, layout: Layout, values: Values, last: LastYear) -> list[Finding]:
    """Y124, Y131 and Y132; what a rule across years tells of a cell is not told again."""
    before = comparable(last, layout.edition)
    known = {key for finding in told if finding.code.startswith("Y") for key in finding.cells}
    copy = _copy(layout, values, before, last)
    return [*_locked(returned, before), *(copy or _jumps(layout, values, before, known))]


def _locked(returned: Return, before: Mapping[str, Decimal]) -> list[Finding]:
    """Last year's numbers in the workbook that are no longer those that are known."""
    identity, layout = returned.identity, returned.layout
    assert identity and layout
    locked = {key.removeprefix(PRIOR): Decimal(text) for key, text in identity.prior.items()}
    differing = [key for key, value in locked.items() if key in before and before[key] != value]
    differing = [key for key in differing if key not in layout.checks.totals] or differing  # totals follow from the others
    if not differing:
        return []
    sheet, row, col = layout.beside[f"{PRIOR}{differing[0]}"]
    label = layout.edition.spots
    places = [say("locked_known", label=label[key].label, sheet=label[key].table.sheet, was=show(locked[key]), now=show(before[key])) for key in differing]
    return [found("Y124", sheet=sheet, cell=a1(row, col), cells=tuple(differing), n=len(differing), places=listed(places))]


def _copy(layout: Layout, values: Values, before: Mapping[str, Decimal], last: LastYear) -> list[Finding]:
    """Whether every number is last year's. Totals do not count: they follow from the others."""
    least = threshold("Y132", "least", layout)
    totals = typed_totals(layout)
    keys = [key for key in layout.checks.typed_keys if key in before and key not in totals]
    full = [key for key in keys if before[key] != 0]
    if least is None or last.edition != layout.edition.id or len(full) < least or any(values.get(key) != before[key] for key in keys):
        return []
    return [found("Y132", sheet=layout.sheet_of(full[0]), cell=layout.address(full[0]), cells=tuple(full), n=len(keys), full=len(full), source=last.source)]


def _jumps(layout: Layout, values: Values, before: Mapping[str, Decimal], known: set[str]) -> list[Finding]:
    """Numbers many times last year's, or a fraction of them: one finding a table. A total of which a part jumps is left out."""
    ratio, least = threshold("Y131", "ratio", layout), threshold("Y131", "least", layout)
    if ratio is None or least is None:
        return []

    def jumps(key: str) -> bool:
        now, was = values.get(key), before.get(key)
        return now is not None and was is not None and max(now, was) > least and (now > ratio * was or was > ratio * now)

    far = {key for key in layout.where if jumps(key)}
    parts = {key: set(bound.keys[1:]) for key, bound in layout.checks.totals.items()}
    parts |= {key: {part for way in ways for part in way} for key, ways in typed_totals(layout).items()}
    told = []
    for table in layout.edition.tables:
        keys = [k for k in layout.where if k in far - known and layout.edition.spots[k].table is table and not parts.get(k, set()) & far]
        if keys:
            changes = [say("grew_to", where=where(key, layout), was=show(before[key]), now=show(values[key] or Decimal(0))) for key in keys]
            cell = layout.address(keys[0])
            told.append(found("Y131", sheet=table.sheet, cell=cell, cells=tuple(keys), n=len(keys), ratio=show(ratio), changes=listed(changes)))
    return told
