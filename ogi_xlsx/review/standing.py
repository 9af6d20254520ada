"""What the rule language cannot say: built-in checks of a return's numbers, its dates, and its figures against last year's."""

from dataclasses import replace

from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review import amounts, carried, dates, totals, years
from ogi_xlsx.review.years import LastYear


def findings(told: list[Finding], returned: Return, layout: Layout, values: Values, last: LastYear | None) -> list[Finding]:
    """What was told of a return already, with the findings of the built-in checks; one cause is told once."""
    every = [*told, *totals.findings(returned, layout, values), *dates.findings(returned, layout), *carried.findings(returned)]
    every += amounts.findings(returned, layout, values)
    if last:
        every += years.findings(told, returned, layout, values, last)
    return _once(totals.without_told(every, layout))


def _once(findings: list[Finding]) -> list[Finding]:
    """An amount that looks like yuan is the hint of the finding that it is too large, where there is one."""
    yuan = {finding.cells[0]: finding for finding in findings if finding.code == "R206"}
    large = [finding for finding in findings if finding.code == "R205"]
    told = {key for finding in large for key in finding.cells}
    kept = []
    for finding in findings:
        if finding.code == "R206" and finding.cells[0] in told:
            continue
        hints = [yuan[key].message for key in finding.cells if key in yuan] if finding.code == "R205" else []
        kept.append(replace(finding, hint=hints[0]) if hints and not finding.hint else finding)
    return kept
