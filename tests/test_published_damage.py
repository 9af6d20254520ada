"""Damaged tables of published reports, with cells too many or too few, or lines run together: no number is read wrong or lost in silence."""

import re
from dataclasses import replace
from random import Random

import pytest
from damaged import SURGERY, Damaged, damaged
from drawn import Rows, blank, document, table

from ogi_xlsx.form import edition as editions
from ogi_xlsx.published import tables
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.readers.collected import Asked

TABLES = 300  # of each kind of file, some seconds; with others than these first ones it is run by hand


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


@pytest.mark.parametrize("seed", [101201, 101347, 202630])  # which were read wrong: two labels before the numbers of two lines, headers run together
def test_damage_that_was_read_wrong_is_not(seed: int) -> None:
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


# Every number is told


FORM = editions.load("2021")
OTHERWISE = ["结果维持数", "行政复议及诉讼", "本年数量", "其中", "合计数", "2022", "办理", ""]


def otherwise(rows: Rows, dice: Random) -> Rows:
    """A table that is drawn as none of the form: labels in words of one's own, lines and columns in other orders, or only a part of it."""
    way = dice.choice(["labels", "mirrored", "upside down", "headless", "before", "part", "turned"])
    if way == "labels":
        texts = sorted({cell.text for row in rows for cell in row if cell.text and not cell.text.isdecimal()})
        own = {text: dice.choice(OTHERWISE) for text in dice.sample(texts, len(texts) // 2)}
        return [[replace(cell, text=own.get(cell.text, cell.text)) for cell in row] for row in rows]
    if way == "mirrored":
        return [row[::-1] for row in blank(rows)]
    if way == "upside down":
        return blank(rows)[::-1]
    if way == "headless":
        return blank(rows)[dice.randint(1, 3) :]
    if way == "before":
        return [[Asked(str(9000 + dice.randint(0, 99))), *row] for row in rows]
    if way == "part":
        return [row[dice.randint(0, 3) :] for row in dice.sample(rows, max(1, len(rows) // 2))]
    return [[Asked(row[at].text) for row in blank(rows)] for at in range(len(blank(rows)[0]))]


def test_every_number_of_a_table_that_looks_like_the_form_is_told() -> None:
    for seed in range(300):
        dice = Random(seed)
        id = dice.choice(["t2", "t3", "t4"])
        rows = otherwise(table("2021", id, {key: 101 + at for at, key in enumerate(FORM.spots) if dice.random() < 0.7}), dice)
        if not any(word in cell.text for row in rows for cell in row for word in ("行政", "结果", "公开", "申请")):
            continue  # nothing says that it is one
        read = document("一、总体情况", rows)
        assert not in_cells(read) - told(find(read)), (seed, rows)


@pytest.mark.parametrize("between", ["{row}{column}", "{row}—{column}", "{column}（{row}）", "行政诉讼：{row}：{column}"])
def test_labels_of_table_4_that_were_joined(between: str) -> None:
    keys = [key for key in FORM.spots if key.startswith("t4.")]
    labels = [between.format(row=FORM.spots[key].row.zh[-1], column=FORM.spots[key].column.zh[-1]).replace("行政诉讼：行政复议", "行政复议") for key in keys]
    values = {key: str(101 + at) for at, key in enumerate(keys)}
    for rows in (
        [list(map(Asked, labels)), list(map(Asked, values.values()))],
        [[Asked(label), Asked(values[key])] for label, key in zip(labels, keys, strict=True)],
    ):
        found = find(document(rows))
        assert sure(found) == values and not found.left


def test_a_table_4_in_words_of_its_own_is_told() -> None:
    rows = [[Asked("行政复议维持情况"), Asked("行政诉讼败诉情况"), Asked("结果维持率")], [Asked("101"), Asked("102"), Asked("103")]]
    assert [one.text for one in find(document(rows)).left] == ["101", "102", "103"]


def test_columns_that_count_lines_are_not_told() -> None:
    lines = ["规章", "行政规范性文件"]
    rows = [[Asked(str(lines.index(row[0].text) + 1) if row[0].text in lines else ""), *row] for row in table("2021", "t2", {})[:4]]
    assert not find(document(rows)).left
    assert [one.text for one in find(document([*rows[:3], [Asked("7"), *rows[3][1:]]])).left] == ["1", "7"]
