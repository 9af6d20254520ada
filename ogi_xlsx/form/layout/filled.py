"""What a workbook shows once its typed cells hold given contents, whatever they are."""

from collections.abc import Mapping
from decimal import Decimal

from ogi_xlsx.form.checks import CORRECTED, COVER_NUMBERS
from ogi_xlsx.form.layout import Content, Layout, Showing
from ogi_xlsx.form.layout.phrases import YES
from ogi_xlsx.form.layout.showing import as_number, number_in

Place = tuple[str, int, int]  # sheet, row, column
_LARGEST = Decimal(10) ** 15
_SAID = ("zero.", "explain.", "carry.")


def showing(layout: Layout, contents: Mapping[Place, Content], prior: Mapping[str, str]) -> Showing:
    """The numbers and words that formulas read. `prior` are last year's numbers that were filled in, by key."""
    kinds = {key: layout.edition.spots[key].column.type for key in layout.checks.typed_keys} | COVER_NUMBERS
    said = {name: contents.get(place) for name, place in layout.fields.items() if name.startswith(_SAID)}
    held = {key: contents.get(layout.where.get(key) or layout.beside[key]) for key in kinds if key not in layout.carried}
    before = {key: Decimal(text) for key, text in prior.items()}
    corrected = said.get("carry.answer") == YES
    for key, source in layout.carried.items():
        right = said[f"carry.{key}"]
        held[key] = as_number(before[source]) if right in (None, "") or not corrected else right
    typed = {key: number for key, content in held.items() if (number := number_in(content)) is not None and _taken(number, kinds[key])}
    odd = {key: content for key, content in held.items() if content is not None and key not in typed}
    zero = frozenset(table.id for table in layout.edition.tables if said.get(f"zero.{table.id}") == YES)
    people = {name: _general(content) for name, place in layout.fields.items() if name.startswith("cover.") and (content := contents.get(place)) is not None}
    return Showing(layout.edition, layout.checks, typed | before | {CORRECTED: Decimal(corrected)}, zero, cover=people, odd=odd, said=said)


def _taken(number: Decimal, kind: str) -> bool:
    """Whether the sheet counts a number as one of its kind: what formulas can tell, which is not the format."""
    least = -_LARGEST if kind.startswith("signed") else Decimal(0)
    if not least <= number < _LARGEST or number == -_LARGEST:
        return False
    return number == (round(number, 6) if kind.endswith("money") else number.to_integral_value())


def _general(content: Content) -> str:
    """A content as a formula joins it to a text."""
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    return content if isinstance(content, str) else f"{content:.15g}"
