"""Formulas whose references followed what was moved or renamed, as office programs let them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ogi_xlsx.form.layout.cells import area_of, column_name
from ogi_xlsx.returns.moved.alignment import Axis

_LONGEST = 8_192  # characters of a formula in Excel; ours reach 1 800. Taking longer ones apart costs seconds
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)", re.DOTALL)
_REFERENCE = re.compile(r"(\$?)[A-Z]+(\$?)[0-9]+(?::(\$?)[A-Z]+(\$?)[0-9]+)?")
_RANGE, _ERROR, _NUMBER = "RANGE", "ERROR", "NUMBER"  # kinds of operands, as openpyxl's tokenizer calls them
_LOST = "#REF!"  # what programs write for a cell that is gone
_ANYWHERE = "ANYWHERE"  # stands for a reference into a sheet of which nothing can be told


@dataclass(frozen=True)
class Moved:
    """What became of a sheet: its present name, and where its lines stand now; None where nobody can tell."""

    title: str
    axes: tuple[Axis, Axis] | None = (Axis(()), Axis(()))  # rows, columns


def followed(formula: str, own: str, moves: Mapping[str, Moved]) -> str:
    """A formula on the sheet `own` as it reads once its references followed; `moves` by name of the sheet they go to.

    A text that is no formula is returned as it is.

    >>> followed("=SUM(D9:D29)+'表三'!$A$1", "表三", {"表三": Moved("张三", (Axis((*range(1, 10), *range(12, 32))), Axis(())))})
    "=SUM(D9:D31)+'张三'!$A$1"
    """
    tokens = _tokens(formula)
    return f"={''.join(_followed(text, own, moves) if kind == _RANGE else text for text, kind in tokens)}" if tokens else formula


@lru_cache(maxsize=20_000)
def shape(formula: str) -> str:
    """A formula without what it refers to: what of it stays when its references follow.

    >>> shape("=SUM(D7:I7) + 表三!#REF!") == shape("=sum($D$8:J8)+'表三'!B2")
    True
    """
    return "".join(_shape(text, kind) for text, kind in _tokens(formula) if text.strip())


def _shape(text: str, kind: str) -> str:
    if kind in (_RANGE, _ERROR):
        return "#"
    return repr(float(text)) if kind == _NUMBER else text.upper()


def _tokens(formula: str) -> list[tuple[str, str]]:
    """Text and kind of each token; none where it is no formula."""
    if len(formula) > _LONGEST:
        return []
    from openpyxl.formula import Tokenizer  # only where formulas are not as they were issued: it takes long to import

    try:
        return [(str(token.value), str(token.subtype)) for token in Tokenizer(formula).items]
    except Exception:  # noqa: BLE001 - the tokenizer raises many kinds on text that is no formula
        return []


def _followed(reference: str, own: str, moves: Mapping[str, Moved]) -> str:
    match = _SHEET.fullmatch(reference)
    name, cells = ((match[1] or "").replace("''", "'") or match[2], match[3]) if match else (own, reference)
    if cells == _LOST:
        return _LOST
    moved = moves.get(name)
    if moved is None:
        return reference
    if moved.axes is None:
        return _ANYWHERE
    there = _cells(cells, *moved.axes)
    quoted = moved.title.replace("'", "''")
    return f"'{quoted}'!{there}" if match and there != _LOST else there


def _cells(cells: str, rows: Axis, columns: Axis) -> str:
    """A cell or range where it stands now; anything else, such as a name, stays."""
    area, signs = area_of(cells.replace("$", "")), _REFERENCE.fullmatch(cells)
    if area is None or signs is None:
        return cells
    down, right = rows.span_now(area[0], area[2]), columns.span_now(area[1], area[3])
    if down is None or right is None:
        return _LOST
    ends = [f"{signs[2 * i + 1]}{column_name(right[i])}{signs[2 * i + 2]}{down[i]}" for i in (0, 1) if signs[2 * i + 2] is not None]
    return ":".join(ends)


def unknown(titles: Iterable[str]) -> dict[str, Moved]:
    """Sheets of a file of which nothing can be told, to be followed by the file's own formulas."""
    return {title: Moved(title, None) for title in titles}
