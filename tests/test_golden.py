"""The workbooks as text: each sheet cell by cell, with content, style, lock and what it shows while nothing is filled in.

`OGI_XLSX_REWRITE=1 pytest tests/test_golden.py` writes `golden/` anew; read the difference before you keep it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import kept
import pytest

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Content, Layout, Sheet, Showing, Variant, a1, layout_of
from ogi_xlsx.form.layout.cells import Cell, Place
from ogi_xlsx.form.words import section

FOLDER = Path(__file__).parent / "golden"
# Read alike by Excel 2010, old WPS, LibreOffice and the engine of the second verdict, as far as we use them.
FUNCTIONS = {
    *("IF", "AND", "OR", "IFERROR", "SUM", "SUMPRODUCT", "ROUND", "INT", "ISNUMBER", "ISBLANK"),
    *("COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "SUMIF", "LEN", "LEFT", "SUBSTITUTE", "CLEAN", "ISTEXT"),
}
LAYOUTS = {
    "2019-computed": ("2019", Variant("township")),
    "2019-typed": ("2019", Variant("township", typed_totals=True)),
    "2021-computed": ("2021", Variant("township")),
    "2021-typed": ("2021", Variant("township", typed_totals=True)),
    "2021-summary": ("2021", Variant("county", rows=2, levels=("township", "department"), compared=True)),
}


def layout_named(name: str) -> Layout:
    """One of LAYOUTS."""
    edition, variant = LAYOUTS[name]
    return layout_of(editions.load(edition), variant)


def shown(layout: Layout) -> dict[tuple[str, int, int], Content]:
    """What formulas show while nothing is filled in; in a summary, whose numbers are all there, with 0 for each."""
    if not layout.variant.aggregate:
        return layout.shown_empty
    return layout.shown(Showing(layout.edition, layout.checks, dict.fromkeys(layout.checks.typed_keys, Decimal(0)), detail={}))


def told(layout: Layout) -> str:
    """A layout as text, sheet by sheet."""
    values = shown(layout)
    lines = [f"{layout.edition.id}  {layout.variant}  totals computed: {len(layout.checks.totals)}"]
    for sheet in layout.sheets.values():
        lines += ["", f"==== {sheet.name} ====", *_set_up(sheet)]
        areas = {(first, col): (last, right) for first, col, last, right in sheet.merges}
        for place, cell in sorted(sheet.cells.items()):
            lines.append(_line(place, areas.get(place, place), cell, values.get((sheet.name, *place))))
        lines += [
            f"data  {sheet.data.top}–{sheet.data.top + sheet.data.rows - 1}  {name}  {style}" for name, style in (sheet.data.columns if sheet.data else ())
        ]
        lines += [f"drawing  {drawing}" for drawing in sheet.drawings]
        lines += [f"validation  {rule.kind}  {','.join(rule.choices)}  {rule.prompt}  {_runs(rule.places)}" for rule in sheet.validations]
        lines += [f"mark  {mark.area}  {mark.style}  {mark.formula}" for mark in sheet.marks]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _set_up(sheet: Sheet) -> Iterator[str]:
    """Widths, heights, frozen and repeated rows, print set-up."""
    cells = ("name", "cells", "merges", "validations", "marks", "widths", "heights", "data", "drawings")
    only_summaries = ("breaks", "filter", "grows")
    yield "  ".join(f"{name}={value}" for name, value in vars(sheet).items() if name not in cells and (value or name not in only_summaries))
    yield "widths  " + " ".join(f"{width:g}" for width in sheet.widths)
    yield "heights  " + " ".join(f"{row}:{height:g}" for row, height in sorted(sheet.heights.items()))


def _line(place: Place, to: Place, cell: Cell, value: object) -> str:
    """One cell: address, lock, style, key, content, what it shows."""
    area = a1(*place) if place == to else f"{a1(*place)}:{a1(*to)}"
    lock = "typed" if cell.typed else "data" if cell.data else "personal" if cell.personal else "locked"
    content = "" if cell.content is None else str(cell.content).replace("\n", "\\n")
    parts = [f"{area:<9}", f"{lock:<8}", f"{cell.style:<14}", cell.key, content, f"→ {value!r}" if cell.shows else "", cell.link]
    return "  ".join(part for part in parts if part)


def _runs(places: tuple[Place, ...]) -> str:
    """Places down their columns as ranges: `D7:D29`."""
    runs: list[list[Place]] = []
    for place in sorted(places, key=lambda at: (at[1], at[0])):
        if runs and runs[-1][-1] == (place[0] - 1, place[1]):
            runs[-1].append(place)
        else:
            runs.append([place])
    return " ".join(a1(*run[0]) if len(run) == 1 else f"{a1(*run[0])}:{a1(*run[-1])}" for run in runs)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_workbook_is_built_as_kept(name: str) -> None:
    kept.compare(FOLDER / f"{name}.txt", told(layout_named(name)))


def test_nothing_is_kept_of_a_layout_that_is_gone() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_cells_are_unlocked_exactly_where_something_is_typed(name: str) -> None:
    styles = section("workbook.toml", "style")
    for sheet in layout_named(name).sheets.values():
        for place, cell in sheet.cells.items():
            assert cell.typed == (styles[cell.style].get("locked") is False), (sheet.name, a1(*place))
            assert not (cell.typed and cell.is_formula), (sheet.name, a1(*place))


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_formula_tells_what_it_shows(name: str) -> None:
    layout = layout_named(name)
    formulas = {(sheet.name, *place) for sheet in layout.sheets.values() for place, cell in sheet.cells.items() if cell.is_formula}
    assert set(layout.shown_empty) == formulas
    assert None not in layout.shown_empty.values()


@pytest.mark.parametrize("name", LAYOUTS)
def test_merges_neither_overlap_nor_hide_a_cell(name: str) -> None:
    for sheet in layout_named(name).sheets.values():
        covered = [(row, col) for first, left, last, right in sheet.merges for row in range(first, last + 1) for col in range(left, right + 1)]
        assert len(covered) == len(set(covered)), sheet.name
        hidden = set(covered) - {(first, left) for first, left, _, _ in sheet.merges}
        assert not hidden & set(sheet.cells), sheet.name


@pytest.mark.parametrize("name", LAYOUTS)
def test_formulas_stay_within_what_excel_2010_takes(name: str) -> None:
    for sheet in layout_named(name).sheets.values():
        for place, cell in sheet.cells.items():
            if cell.is_formula:
                text = str(cell.content)
                assert len(text) <= 8192, (sheet.name, a1(*place))
                assert _depth(text) <= 64, (sheet.name, a1(*place))
                assert text.count("(") == text.count(")"), (sheet.name, a1(*place))
                assert all(len(literal) <= 255 for literal in re.findall(r'"((?:[^"]|"")*)"', text)), (sheet.name, a1(*place))
                assert set(re.findall(r"([A-Z.]+)\(", _bare(text))) <= FUNCTIONS, (sheet.name, a1(*place))


@pytest.mark.parametrize("name", LAYOUTS)
def test_keys_and_fields_stand_in_one_cell_each(name: str) -> None:
    layout = layout_named(name)
    keys = [cell.key for sheet in layout.sheets.values() for cell in sheet.cells.values() if cell.key]
    assert len(keys) == len(set(keys))
    detail = [f"detail.{row}.{name}" for sheet in layout.sheets.values() if sheet.data for row in range(sheet.data.rows) for name, _ in sheet.data.columns]
    assert len(detail) == len(set(detail))
    assert set(keys) | set(detail) == set(layout.where) | set(layout.fields)


@pytest.mark.parametrize("name", LAYOUTS)
def test_sheets_stand_in_the_order_of_the_design(name: str) -> None:
    own = ["封面", "表二", "表三", "表四", "校验", "打印件"]
    summary = ["报送情况", "明细表二", "明细表三", "明细表四", "调整", "问题", "说明", "图表"]
    assert list(layout_named(name).sheets) == own + (summary if layout_named(name).variant.aggregate else [])


@pytest.mark.parametrize(("name", "other"), list(pairwise(LAYOUTS)))
def test_layouts_that_differ_have_seals_that_differ(name: str, other: str) -> None:
    assert layout_named(name).digest != layout_named(other).digest


def _depth(formula: str) -> int:
    """Greatest number of open parentheses."""
    depth = deepest = 0
    for sign in _bare(formula):
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _bare(formula: str) -> str:
    """A formula without its texts and sheet names."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", "", formula)
