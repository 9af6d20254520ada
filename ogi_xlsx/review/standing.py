"""What the rule language cannot say: built-in checks of a return's numbers, its dates, and its figures against last year's."""

from dataclasses import replace

from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review import amounts, carried, dates, totals, years
from ogi_xlsx.review.years import LastYear

_MEASURE = ("R205", "X105", "Y108")  # rules that ask whether an amount is in yuan


def findings(told: list[Finding], returned: Return, layout: Layout, values: Values, last: LastYear | None) -> list[Finding]:
    """What was told of a return already, with the findings of the built-in checks; one cause is told once."""
    every = [*told, *totals.findings(returned, layout, values), *dates.findings(returned, layout), *carried.findings(returned)]
    every += amounts.findings(returned, layout, values)
    if last:
        every += years.findings(told, returned, layout, values, last)
    return _once(totals.without_told(every, returned))


def _once(findings: list[Finding]) -> list[Finding]:
    """An amount that looks like yuan is no finding where another one asks about its measure, but the hint of that one."""
    yuan = {finding.cells[0]: finding.message for finding in findings if finding.code == "R206"}
    told = {key for finding in findings if finding.code in _MEASURE for key in finding.cells}
    kept = []
    for finding in findings:
        hint = next((yuan[key] for key in finding.cells if key in yuan), None) if finding.code in _MEASURE else None
        if finding.code != "R206" or finding.cells[0] not in told:
            kept.append(replace(finding, hint=finding.hint or hint))
    return kept
