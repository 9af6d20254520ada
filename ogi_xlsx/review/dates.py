"""The date on the cover: filled in too late, or before the year was over."""

import re
from datetime import date, datetime
from decimal import Decimal

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import nfkc
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import threshold

_FIELD = "cover.date"
_OTHER_YEAR = "S308"
_DATE = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?")


def findings(returned: Return, layout: Layout) -> list[Finding]:
    """S401 and S402; nothing where the date is blank or cannot be understood. The deadline for another year's form is not that of this round."""
    day = day_of(returned.fields.get(_FIELD))
    if day is None or returned.identity is None:
        return []
    next_year = returned.identity.year + 1
    sheet, cell = layout.sheet_of(_FIELD), layout.address(_FIELD)
    if day < date(next_year, 1, 1):
        return [found("S402", sheet=sheet, cell=cell, day=day.isoformat(), year=returned.identity.year)]
    deadline = _deadline(next_year, threshold("S401", "until", layout))
    if deadline is None or any(finding.code == _OTHER_YEAR for finding in returned.findings):
        return []
    return [found("S401", sheet=sheet, cell=cell, day=day.isoformat(), deadline=deadline.isoformat(), days=(day - deadline).days)] if day > deadline else []


def _deadline(year: int, limit: Decimal | None) -> date | None:
    """The last day, from month and day as one number such as 131; None where there is none."""
    try:
        return None if limit is None else date(year, *divmod(int(limit), 100))
    except ValueError:
        return None


def day_of(content: object) -> date | None:
    """The day in a cell: a date, or a text that can be read in one way only.

    >>> day_of("2026年1月15日") == day_of("2026.1.15") == day_of("2026-01-15") == date(2026, 1, 15)
    True
    >>> day_of("1月15日"), day_of("2026-2-30"), day_of(46037)
    (None, None, None)
    """
    if isinstance(content, date):
        return content.date() if isinstance(content, datetime) else content
    match = _DATE.fullmatch(re.sub(r"\s", "", nfkc(content))) if isinstance(content, str) else None
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
