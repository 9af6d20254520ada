"""Typed totals of which one half is missing: the total without its parts, or the parts without their total."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, listed, say
from ogi_xlsx.returns.cells import BLANK_PUBLISHED, NOT_FILLED, not_filled
from ogi_xlsx.returns.record import show
from ogi_xlsx.returns.returned import Return


@lru_cache(maxsize=64)
def typed_totals(layout: Layout) -> dict[str, list[tuple[str, ...]]]:
    """Totals that are typed, with the parts that each rule adds up to them. Nothing where totals are computed."""
    ways: dict[str, list[tuple[str, ...]]] = {}
    for check in layout.checks.checks:
        if check.rule.computes:
            parts = tuple(key for part in check.relation.right for key in part.keys)
            ways.setdefault(check.relation.left[0].keys[0], []).append(parts)
    return ways


def findings(returned: Return, layout: Layout, values: Values) -> list[Finding]:
    """C118 and C119: one finding a table for each."""
    lone: dict[str, tuple[str, ...]] = {}  # totals by key, with their blank parts
    lost: dict[str, tuple[str, ...]] = {}  # parts of the totals that are blank
    for key, ways in typed_totals(layout).items():
        if layout.edition.spots[key].table.id in returned.zero:
            continue
        for parts in ways:
            if (values.get(key) or 0) > 0 and all(returned.readings[part].blank for part in parts):
                lone[key] = parts
                break
            if returned.readings[key].blank and any((values.get(part) or 0) > 0 for part in parts):
                lost[key] = parts
                break
    told = {part for parts in lone.values() for part in parts}
    lost = {key: parts for key, parts in lost.items() if key not in told}
    return [*_told("C118", lone, layout, values), *_told("C119", lost, layout, values)]


def _told(code: str, totals: dict[str, tuple[str, ...]], layout: Layout, values: Values) -> list[Finding]:
    """One finding a table: each total with its number, or with the sum of its parts."""
    told = []
    for table in layout.edition.tables:
        here = [key for key in totals if layout.edition.spots[key].table is table]
        if here:
            blank = [part for key in here for part in totals[key]] if code == "C118" else []
            places = listed([_place(key, totals[key] if code == "C119" else (key,), layout, values) for key in here])
            cells = tuple(dict.fromkeys([*here, *blank]))
            told.append(found(code, sheet=table.sheet, cell=layout.address(here[0]), cells=cells, table=table.sheet, n=len(here), places=places))
    return told


def _place(key: str, added: Iterable[str], layout: Layout, values: Values) -> Sentence:
    return say("cell_number", cell=layout.address(key), n=show(sum((values.get(one) or Decimal(0) for one in added), Decimal(0))))


def without_told(findings: list[Finding], returned: Return) -> list[Finding]:
    """The findings, of which the one about blanks no longer lists the blanks that C118 and C119 tell."""
    gone = {key for finding in findings if finding.code in ("C118", "C119") for key in finding.cells}
    kept = []
    for finding in findings:
        left = [key for key in finding.cells if key not in gone]
        if finding.code not in (NOT_FILLED, BLANK_PUBLISHED) or len(left) == len(finding.cells):
            kept.append(finding)
        elif left:
            kept.append(not_filled(returned, finding.sheet, left))
    return kept
