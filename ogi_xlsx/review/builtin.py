"""What the checks share: thresholds of built-in codes, and how a finding names its cell."""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from ogi_xlsx.form import settings
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, say
from ogi_xlsx.returns.record import show


@lru_cache(maxsize=1024)
def threshold(code: str, name: str, layout: Layout) -> Decimal | None:
    """A threshold of a built-in code for the level of a layout, as the office has set it; None where the level is not asked."""
    return settings.threshold(code, name, layout.edition, layout.variant.level)


def where(key: str, layout: Layout) -> Sentence:
    """A cell as messages name it: sheet, address, row and column."""
    sheet = layout.sheet_of(key)
    named = sheet if sheet in layout.sheets else f"“{sheet}”"  # a sheet that somebody named
    return say("cell_at", sheet=named, cell=layout.address(key), label=layout.edition.spots[key].label)


def finding_at(code: str, key: str, layout: Layout, number: Decimal, **values: object) -> Finding:
    """A finding about the number of one cell, which is its left side."""
    told = found(code, sheet=layout.sheet_of(key), cell=layout.address(key), cells=(key,), where=where(key, layout), shown=show(number), **values)
    return replace(told, left=show(number))
