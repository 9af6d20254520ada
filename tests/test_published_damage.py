"""Damaged tables of published reports, with cells too many or too few, or lines run together: no number is read wrong or lost in silence."""

import re

import pytest
from damaged import SURGERY, Damaged, damaged
from drawn import Rows, blank, document, table

from ogi_xlsx.form import edition as editions
from ogi_xlsx.published import tables
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.readers.collected import Asked

TABLES = 500  # of each kind of file, some seconds; with others than these first ones it is run by hand


def find(read: Document, edition: str = "2021") -> Tables:
    return tables.find(read, editions.load(edition))


def sure(found: Tables) -> dict[str, str]:
    return {key: one.text for key, one in found.printed.items() if not one.doubts}


def why(found: Tables) -> set[str]:
    return {doubt.zh for one in found.printed.values() for doubt in one.doubts}


def numbers_in(texts: list[str]) -> set[str]:
    return {number for text in texts for number in re.findall("[0-9]+", text)} - {"0"}


def told(found: Tables) -> set[str]:
    """The numbers that were read, with a doubt or without, and those that were left over."""
    again = [one.again.zh for one in found.printed.values() if one.again]
    return numbers_in([one.text for one in found.printed.values()] + again + [one.text for one in found.left])


def in_cells(read: Document) -> set[str]:
    """The numbers that stand in cells of their own, or several in one."""
    return numbers_in([cell.text for grid in read.grids for cell in grid.cells if "".join(cell.text.split()).isdecimal()])


def check(one: Damaged, read: Document) -> None:
    found = find(read, one.edition)
    wrong = {key: (one.values[key], text) for key, text in sure(found).items() if text != one.values[key]}
    assert not wrong, one
    assert not in_cells(read) - told(found), one


@pytest.mark.parametrize("part", range(4))
def test_damage_reads_no_number_wrong_and_loses_none(part: int) -> None:
    for seed in range(part, TABLES, 4):
        check(one := damaged(seed), one.html)
        check(one := damaged(seed, unmerged=True), one.text)


def test_damage_is_of_every_kind() -> None:
    assert {damaged(seed).surgery for seed in range(TABLES)} == set(SURGERY)


UNEVEN = "这一行与列标题的格数对不上（有的行多一格或少一格），数可能错了列"
SPARSE = {"t3.granted.business": "5", "t3.granted.research": "2"}


def drawn() -> Rows:
    return table("2021", "t3", SPARSE)


def test_a_cell_too_many_or_too_few_is_a_doubt_for_its_line_alone() -> None:
    for line in (lambda row: [*row[:2], Asked(""), *row[2:]], lambda row: [*row[:-6], *row[-5:]]):
        rows = drawn()
        rows[5] = line(rows[5])
        found = find(document(rows))
        assert all(key.startswith("t3.granted.") for key, one in found.printed.items() if one.doubts)
        assert not [key for key in sure(found) if key.startswith("t3.granted.")]
        assert why(found) <= {UNEVEN}


def test_a_cell_too_many_among_equal_ones_is_no_doubt() -> None:
    rows = drawn()
    rows[6] = [*rows[6], Asked("")]
    found = find(document(rows))
    assert not why(found)


def test_a_header_with_a_cell_too_few_is_a_doubt_for_all_its_lines() -> None:
    rows = drawn()
    rows[2] = rows[2][1:]  # 商业企业
    found = find(document(rows))
    assert not [key for key, text in sure(found).items() if text != SPARSE.get(key, "")]


def test_columns_that_are_blank_in_every_line_are_no_doubt() -> None:
    found = find(document([[*row, Asked(""), Asked("")] for row in blank(drawn())]))
    assert sure(found) == {key: SPARSE.get(key, "") for key in editions.load("2021").spots if key.startswith("t3.")}
