"""The second verdict: the very formula text of the workbook, evaluated by the `formulas` engine.

Each formula is compiled once a run. Formulas over single cells are called once for all returns, as arrays;
a SUM over a range collapses arrays, so it is called return by return, each set of numbers once.
The engine gets clean numbers only: it takes text digits and truth values as numbers where Excel does not.
"""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from ogi_xlsx.form.layout import Layout, Line, place_of

Column = Mapping[str, Decimal]  # numbers of one return by cell key


def totals(layout: Layout, returns: Sequence[Column]) -> list[dict[str, Decimal]]:
    """Computed totals of each return, from the formulas of the tables, in the order in which they build on each other."""
    found: list[dict[str, Decimal]] = [dict(values) for values in returns]
    for key in layout.checks.totals:
        sheet, row, col = layout.where[key]
        formula = str(layout.sheets[sheet].cells[row, col].content)
        for values, result in zip(found, _evaluate(formula, sheet, layout, found), strict=True):
            if result is not None:
                values[key] = result
    return found


def differences(layout: Layout, line: Line, returns: Sequence[Column]) -> list[tuple[Decimal, Decimal, Decimal] | None]:
    """Left, right and difference of a check for each return; None where a cell has no number. `returns` hold totals."""
    left = _evaluate(line.left, "校验", layout, returns)
    right = _evaluate(line.right, "校验", layout, returns)
    ready = [(i, a, b) for i, (a, b) in enumerate(zip(left, right, strict=True)) if a is not None and b is not None]
    results: list[tuple[Decimal, Decimal, Decimal] | None] = [None] * len(returns)
    if not ready:
        return results
    sides = {line.address("left"): [a for _, a, _ in ready], line.address("right"): [b for _, _, b in ready]}
    function, inputs = _compiled(line.difference)
    told = _column(function(*(_array(sides[name]) for name in inputs)), len(ready))
    for (i, a, b), difference in zip(ready, told, strict=True):
        results[i] = (a, b, difference)
    return results


def _evaluate(formula: str, sheet: str, layout: Layout, returns: Sequence[Column]) -> list[Decimal | None]:
    """A formula for each return; None where a cell it reads has no number."""
    function, inputs = _compiled(formula)
    places = [_keys(name, sheet, layout) for name in inputs]
    needed = [key for keys in places for row in keys for key in row]
    ready = [i for i, values in enumerate(returns) if all(values.get(key) is not None for key in needed)]
    results: list[Decimal | None] = [None] * len(returns)
    if not inputs:
        return [_column(function(), 1)[0]] * len(returns)
    if all(len(keys) == 1 and len(keys[0]) == 1 for keys in places):
        arrays = [_array([returns[i][keys[0][0]] for i in ready]) for keys in places]
        told = _column(function(*arrays), len(ready)) if ready else []
    else:
        known: dict[tuple[Decimal, ...], Decimal] = {}
        told = []
        for i in ready:
            numbers = tuple(returns[i][key] for key in needed)
            if numbers not in known:
                known[numbers] = _column(function(*(_grid(keys, returns[i]) for keys in places)), 1)[0]
            told.append(known[numbers])
    for i, result in zip(ready, told, strict=True):
        results[i] = result
    return results


@cache
def _compiled(formula: str) -> tuple[Callable[..., Any], list[str]]:
    """A formula as a function, and the names of its arguments in their order (sorted by text, not by appearance)."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # the library draws progress bars
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own source warns when Python compiles it
        import formulas  # heavy: scipy

        function = formulas.Parser().ast(formula)[1].compile()
    return function, list(function.inputs)


def _keys(name: str, sheet: str, layout: Layout) -> list[list[str]]:
    """Cell keys under an argument such as `表三!D6` or `表三!D6:I6`, by row."""
    where, _, cells = name.rpartition("!")
    first, _, last = cells.partition(":")
    (first_col, first_row), (last_col, last_row) = place_of(first), place_of(last or first)
    if not first_row or not last_row:
        raise ValueError(f"no cell reference: {name}")
    by_place = _by_place(layout)
    where = where or sheet
    rows = [[by_place.get((where, row, col)) for col in range(first_col, last_col + 1)] for row in range(first_row, last_row + 1)]
    return [[key for key in row if key] for row in rows]  # cells that a merge covers hold nothing


@lru_cache(maxsize=64)  # as many layouts as there are at hand: each summary of another size has one of its own
def _by_place(layout: Layout) -> dict[tuple[str, int, int], str]:
    return {place: key for key, place in (layout.where | layout.beside).items()}


def _array(values: Sequence[Decimal | None]) -> Any:
    import numpy

    return numpy.array([float(value) for value in values if value is not None], dtype=float).reshape(-1, 1)


def _grid(keys: list[list[str]], values: Column) -> Any:
    import numpy

    return numpy.array([[float(values[key]) for key in row] for row in keys], dtype=object)


def _column(result: Any, count: int) -> list[Decimal]:
    """What the engine gave, as decimals rounded to six places; one number serves all. Raises ValueError for anything but numbers."""
    import numpy

    numbers = numpy.asarray(result, dtype=object).ravel().tolist()
    if len(numbers) == 1:
        numbers *= count
    if len(numbers) != count:
        raise ValueError(f"{len(numbers)} results for {count} returns")
    return [round(Decimal(repr(float(number))), 6) for number in numbers]
