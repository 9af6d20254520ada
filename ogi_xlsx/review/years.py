"""A return against last year's: which numbers can be compared, and what no rule of the edition can say about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.checks import PRIOR
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.words import Sentence


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
    """Last year's numbers that mean the same in this year's edition, as `prior.<key>`."""
    tables = edition.comparable.get(last.edition, ()) if last.edition != edition.id else tuple(table.id for table in edition.tables)
    return {f"{PRIOR}{key}": value for key, value in last.values.items() if key in edition.spots and edition.spots[key].table.id in tables}
