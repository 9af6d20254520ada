"""Returns built in memory from a small text table, without a file: what a test of rules starts from.

A line of the table is a row of the form and some of its cells, `t3.granted  natural_person 3  total ?`:
`?` is a blank, a word in quotes a text. Cells that are not mentioned are 0.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import prior_read
from ogi_xlsx.form.checks import COVER_NUMBERS, PRIOR
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Variant, layout_of, revision_of
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.record import BLANK, Reading, number_reading, show, text_reading
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.years import LastYear

FOLDER = Path(__file__).parent / "editions"


def edition_named(name: str) -> Edition:
    """An official edition, or one of `editions/`."""
    return editions.load(name if name in editions.available() else FOLDER / f"{name}.toml")


def cells_of(table: str) -> dict[str, Reading]:
    """Readings by cell key, from a text table."""
    found = {}
    for line in table.strip().splitlines():
        row, *pairs = line.split()
        for column, value in zip(pairs[::2], pairs[1::2], strict=True):
            found[f"{row}.{column}"] = reading(value)
    return found


def reading(value: str) -> Reading:
    """What a cell of a text table holds."""
    if value == "?":
        return BLANK
    return text_reading(value.strip('"')) if value.startswith('"') else number(Decimal(value))


def number(value: Decimal | int) -> Reading:
    """A cell that holds a number."""
    return Reading(Decimal(value), "", show(Decimal(value)))


def build(
    name: str,
    cells: Mapping[str, Reading],
    *,
    level: str = "township",
    typed_totals: bool = False,
    year: int = 0,
    zero: Iterable[str] = (),
    fields: Mapping[str, object] | None = None,
    locked: str | None = None,
) -> Return:
    """A return of an edition for its first year. Raises KeyError for a cell that is not typed in this form.

    `fields` are what other cells hold, formulas where they begin with `=`; numbers of the cover among them are read as such, and corrections of what
    is carried in.
    `locked` are last year's numbers that the workbook was issued with, as a text table.
    """
    edition = edition_named(name)
    before = {f"{PRIOR}{key}": show(value) for key, value in last_year(name, locked).values.items()} if locked is not None else {}
    prior = {key: before[key] for key in sorted(prior_read(edition) & set(before))}
    identity = Identity(Agency("001", "甲镇人民政府", level), year or edition.first_year, edition.id, revision_of(edition), typed_totals, prior=prior)
    layout = layout_of(edition, identity.variant)
    readings = {key: number(0) for key in layout.checks.typed_keys}
    for key, source in layout.carried.items():
        right = (fields or {}).get(f"carry.{key}") if (fields or {}).get("carry.answer") == "是" else None
        readings[key] = number(Decimal(prior[source])) if right is None else number(Decimal(str(right)))
    for key, told in cells.items():
        if key not in readings:
            raise KeyError(key)
        readings[key] = told
    for key, kind in COVER_NUMBERS.items():
        if isinstance(typed := (fields or {}).get(key), int | float):
            readings[key] = number_reading(typed, kind)
    formulas = frozenset(name for name, content in (fields or {}).items() if isinstance(content, str) and content.startswith("="))
    return Return("甲镇.xlsx", "0" * 64, identity, edition, layout, readings, dict(fields or {}), frozenset(zero), formulas=formulas)


def last_year(name: str, table: str) -> LastYear:
    """Last year's numbers from a text table, filed on an edition; cells that are not mentioned are 0."""
    layout = layout_of(edition_named(name), Variant("township"))
    typed = {key: Decimal(0) for key in layout.checks.typed_keys} | {key: told.value for key, told in cells_of(table).items()}
    values = layout.checks.complete(typed)
    return LastYear({key: value for key, value in values.items() if value is not None}, name, Sentence("上年上报表", "last year's return"))
