"""The editions against a survey of the official form: every label, merge and cell key, and what is computed.

`data/layout-survey.json` was taken from the form as published; rows and columns count from 1 within each table.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout import Variant, layout_of
from ogi_xlsx.form.layout.grid import boxes
from ogi_xlsx.form.layout.table_sheet import TOP

SURVEY: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "layout-survey.json").read_text(encoding="utf-8"))["editions"]
TABLES = [(id, number) for id in SURVEY for number in range(len(SURVEY[id]["tables"]))]
KINDS = {"caption": "header", "heading": "header", "label": "label"}
TYPES = {"count": "count", "signed_count": "signed", "money": "money"}


def pair(id: str, number: int) -> tuple[Table, dict[str, Any]]:
    """A table of an edition and what the survey says of it."""
    return editions.load(id).tables[number], SURVEY[id]["tables"][number]


def surveyed_cells(id: str) -> list[dict[str, Any]]:
    """Every cell of an edition that holds a number, as surveyed."""
    return [cell for table in SURVEY[id]["tables"] for cell in table["cells"] if "key" in cell]


@pytest.fixture(params=sorted(SURVEY))
def edition(request: pytest.FixtureRequest) -> Edition:
    return editions.load(request.param)


def test_every_edition_is_surveyed() -> None:
    assert sorted(editions.available()) == sorted(SURVEY)


@pytest.mark.parametrize(("id", "number"), TABLES)
def test_every_label_stands_where_the_form_prints_it(id: str, number: int) -> None:
    table, survey = pair(id, number)
    ours = {(box.row, box.col, box.last_row, box.last_col, KINDS[box.style], box.text) for box in boxes(table) if not box.key}
    form = {(*_area(cell), cell["kind"], cell["text"]) for cell in survey["cells"] if "key" not in cell}
    assert ours == form


@pytest.mark.parametrize(("id", "number"), TABLES)
def test_every_cell_key_stands_where_the_form_has_its_cell(id: str, number: int) -> None:
    table, survey = pair(id, number)
    ours = {box.key: (box.row, box.col, box.last_row, box.last_col) for box in boxes(table) if box.key}
    assert ours == {cell["key"]: _area(cell) for cell in survey["cells"] if "key" in cell}


@pytest.mark.parametrize(("id", "number"), TABLES)
def test_every_merge_is_one_of_the_form(id: str, number: int) -> None:
    table, survey = pair(id, number)
    areas = [(box.row, box.col, box.last_row, box.last_col) for box in boxes(table)]
    merged = [list(area) for area in areas if area[:2] != area[2:]]
    assert sorted(merged) == sorted(survey["merges"])


@pytest.mark.parametrize(("id", "number"), TABLES)
def test_the_printed_cells_cover_the_grid_of_the_form_once(id: str, number: int) -> None:
    table, survey = pair(id, number)
    covered = [(row, col) for box in boxes(table) for row in range(box.row, box.last_row + 1) for col in range(box.col, box.last_col + 1)]
    assert sorted(covered) == [(row, col) for row in range(1, survey["n_rows"] + 1) for col in range(1, survey["n_cols"] + 1)]
    assert len(table.widths) == survey["n_cols"]


@pytest.mark.parametrize(("id", "number"), TABLES)
def test_the_sheet_carries_the_table_under_its_head(id: str, number: int) -> None:
    table, survey = pair(id, number)
    sheet = layout_of(editions.load(id), Variant("township")).sheets[table.sheet]
    rows = range(TOP, TOP + survey["n_rows"])
    printed = {(row - TOP + 1, col): cell.key or cell.content for (row, col), cell in sheet.cells.items() if row in rows and col <= survey["n_cols"]}
    assert printed == {(cell["row"], cell["col"]): cell.get("key") or cell["text"] for cell in survey["cells"]}
    merges = [[first - TOP + 1, col, last - TOP + 1, right] for first, col, last, right in sheet.merges if first in rows]
    assert sorted(merges) == sorted(survey["merges"])


def test_cell_keys_stand_in_the_order_of_the_form(edition: Edition) -> None:
    form = [cell["key"] for table in SURVEY[edition.id]["tables"] for cell in sorted(table["cells"], key=lambda c: (c["row"], c["col"])) if "key" in cell]
    assert list(edition.spots) == form


def test_types_and_measures_are_those_of_the_form(edition: Edition) -> None:
    ours = {key: (spot.column.type, spot.column.unit) for key, spot in edition.spots.items()}
    assert ours == {cell["key"]: (TYPES[cell["value_type"]], cell["unit"] or "") for cell in surveyed_cells(edition.id)}


def test_totals_of_the_form_are_computed_and_nothing_else(edition: Edition) -> None:
    computed = {cell["key"] for cell in surveyed_cells(edition.id) if cell["kind"] == "computed"}
    checks = checks_of(edition, "township", typed_totals=False)
    assert set(checks.totals) == computed
    assert set(checks.typed_keys) == {cell["key"] for cell in surveyed_cells(edition.id)} - computed
    assert (len(checks.typed_keys), len(checks.totals)) == (SURVEY[edition.id]["n_input"], SURVEY[edition.id]["n_computed"])


def test_each_total_adds_the_cells_that_the_form_adds(edition: Edition) -> None:
    totals = checks_of(edition, "township", typed_totals=False).totals
    ours = {key: [under for part in bound.right for under in part.keys] for key, bound in totals.items()}
    assert ours == {cell["key"]: cell["sum_of"] for cell in surveyed_cells(edition.id) if cell["kind"] == "computed"}
    assert all(part.factor == 1 for bound in totals.values() for part in bound.right)


def test_with_typed_totals_every_number_of_the_form_is_typed(edition: Edition) -> None:
    checks = checks_of(edition, "township", typed_totals=True)
    assert (checks.typed_keys, dict(checks.totals)) == (list(edition.spots), {})


def test_tables_and_titles_are_those_of_the_form(edition: Edition) -> None:
    form = [(table["id"], table["title"]) for table in SURVEY[edition.id]["tables"]]
    assert [(table.id, table.title.zh) for table in edition.tables] == form


def test_sections_are_those_of_the_form(edition: Edition) -> None:
    form = [(section["no"], section["title"], section["content"].partition("table:")[2]) for section in SURVEY[edition.id]["sections"]]
    assert [(section.no, section.title.zh, section.table) for section in edition.sections] == form


def test_a_section_with_a_table_has_the_title_of_the_table(edition: Edition) -> None:
    titles = {table.id: table.title for table in edition.tables}
    assert {section.table: section.title for section in edition.sections if section.table} == titles


def test_notice_and_years_are_those_of_the_form(edition: Edition) -> None:
    years = SURVEY[edition.id]["report_years"]
    assert (edition.notice, edition.first_year, edition.last_year) == (SURVEY[edition.id]["notice"], years["from"], years["to"])


@pytest.mark.parametrize(("year", "id"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021"), (2040, "2021")])
def test_a_year_takes_the_edition_that_the_notice_names(year: int, id: str) -> None:
    assert editions.for_year(year).id == id
    assert [edition for edition in editions.available() if editions.load(edition).valid_for(year)] == [id]


def test_the_same_key_in_two_editions_is_the_same_quantity() -> None:
    old, new = editions.load("2019"), editions.load("2021")
    shared = [key for key in old.spots if key in new.spots]
    assert {key.split(".")[0] for key in shared} == {"t2", "t3", "t4"}
    for key in shared:
        before, after = old.spots[key], new.spots[key]
        assert (before.column.type, before.column.unit) == (after.column.type, after.column.unit), key
        assert before.table.title == after.table.title, key


def _area(cell: dict[str, Any]) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a surveyed cell."""
    return cell["row"], cell["col"], cell["row"] + cell["rowspan"] - 1, cell["col"] + cell["colspan"] - 1
