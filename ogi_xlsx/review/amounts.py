"""Numbers that are hardly right as they stand: too fine, too large, in another measure, or without one."""

from decimal import Decimal

from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.edition import Spot
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import section
from ogi_xlsx.returns.record import show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import finding_at, threshold
from ogi_xlsx.review.totals import typed_totals

_TEN_THOUSAND = "万元"


def findings(returned: Return, layout: Layout, values: Values) -> list[Finding]:
    """C117 and R206 for amounts in 10,000 yuan, C122 for counts, R217 and R218 for amounts without a measure."""
    told: list[Finding] = []
    totals = typed_totals(layout)
    for key in layout.checks.typed_keys:
        value = values.get(key)
        spot = layout.edition.spots[key]
        if value is None or key in totals:
            continue
        if spot.column.type == "count":
            told += _huge(spot, value, layout)
        elif spot.column.unit == _TEN_THOUSAND:
            told += _decimals(spot, value, layout) + _looks_like_yuan(spot, value, layout)
        elif spot.column.type == "money" and f"unit.{key}" in layout.fields:
            told += _measure(returned, spot, value, layout, values)
    return told


def _huge(spot: Spot, value: Decimal, layout: Layout) -> list[Finding]:
    most = threshold("C122", "most", layout)
    return [finding_at("C122", spot.key, layout, value, limit=show(most))] if most is not None and value > most else []


def _decimals(spot: Spot, value: Decimal, layout: Layout) -> list[Finding]:
    most = threshold("C117", "most", layout)
    return [finding_at("C117", spot.key, layout, value, limit=show(most))] if most is not None and value != round(value, int(most)) else []


def _looks_like_yuan(spot: Spot, value: Decimal, layout: Layout) -> list[Finding]:
    """A whole number of charges so large that it looks like yuan."""
    least = threshold("R206", "least", layout)
    if spot.table.id != "t2" or least is None or value < least or value != value.to_integral_value():
        return []
    return [finding_at("R206", spot.key, layout, value, limit=show(least), then=show(value / 10_000))]


def _measure(returned: Return, spot: Spot, value: Decimal, layout: Layout, values: Values) -> list[Finding]:
    """Whether a measure was chosen, and whether it makes sense for the number of projects beside the amount."""
    factors = section("workbook.toml", "unit")
    chosen = str(returned.fields.get(f"unit.{spot.key}") or "").strip()
    if value == 0:
        return []
    if chosen not in factors:
        return [finding_at("R217", spot.key, layout, value, choice=layout.address(f"unit.{spot.key}"))]
    least, most = (threshold("R218", name, layout) for name in ("least", "most"))
    counts = next(column.key for column in spot.block.columns if column.type == "count")
    projects = values.get(f"{spot.table.id}.{spot.row.key}.{counts}")
    if not projects or least is None or most is None:
        return []
    yuan = value * factors[chosen]
    if least * projects <= yuan <= most * projects:
        return []
    mean = show(round(yuan / projects, 2))
    return [finding_at("R218", spot.key, layout, value, unit=chosen, projects=show(projects), mean=mean, least=show(least), most=show(most))]
