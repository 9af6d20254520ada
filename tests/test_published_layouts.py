"""Layouts of published reports that are not the form's: read right, or told; never a number of another year, row or column in silence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import Rows, blank, document, dropped, joined, ragged, repeated, table, texts, unrowed
from hypothesis import HealthCheck, given, settings, strategies as st

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.published import importing, tables, told
from ogi_xlsx.published.document import Document, Paragraph
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.importing import Import
from ogi_xlsx.published.readers.collected import Asked, placed

TITLE = "某县某局2023年政府信息公开工作年度报告"
HEADINGS = {"t2": "二、主动公开政府信息情况", "t3": "三、收到和处理政府信息公开申请情况", "t4": "四、政府信息公开行政复议、行政诉讼情况"}
WAYS: Mapping[str, Callable[[Rows], Rows]] = {"official": lambda rows: rows, "blank": blank, "repeated": repeated}
NUMBERS = {key: str(101 + at) for at, key in enumerate(editions.load("2021").spots)}
LAST = {key: str(int(number) + 500) for key, number in NUMBERS.items()}


def form(id: str, values: Mapping[str, object] = NUMBERS) -> Rows:
    return table("2021", id, values)


def whole(**changed: Rows) -> list[str | Rows]:
    """The blocks of a report in which some tables are drawn otherwise."""
    return [block for id, heading in HEADINGS.items() for block in (heading, changed.get(id) or form(id))]


def tables_of(values: Mapping[str, object]) -> list[str | Rows]:
    return [block for id, heading in HEADINGS.items() for block in (heading, form(id, values))]


def read(*blocks: str | Rows, title: str = TITLE) -> Import:
    return importing.read(document(title, "一、总体情况", "全年工作平稳。", *blocks, "五、存在的主要问题及改进情况", "宣传不够。"))


def row(*cells: str | Asked) -> list[Asked]:
    return [cell if isinstance(cell, Asked) else Asked(cell) for cell in cells]


def sure(found: Tables) -> dict[str, str]:
    return {key: one.text for key, one in found.printed.items() if not one.doubts}


def unsure(found: Tables) -> dict[str, str]:
    return {key: one.text for key, one in found.printed.items() if one.doubts}


def why(found: Tables) -> set[str]:
    """Why one cannot be sure, and why something was left over."""
    return {doubt.zh for one in found.printed.values() for doubt in one.doubts} | {one.why.zh for one in found.left}


def as_printed(one: Import, left: int = 0) -> None:
    """Every number of the report was read for sure; so many others are told."""
    assert sure(one.tables) == NUMBERS
    assert len(one.tables.left) == left


# Another year, another body


@pytest.mark.parametrize("heading", ["2022年", "2022年度数据", "附件：某县某局2022年政府信息公开工作年度报告数据", "附：上年度数据", "（二）2022年度情况："])
def test_tables_of_last_year_are_told_as_such(heading: str) -> None:
    one = read(*tables_of(NUMBERS), heading, *tables_of(LAST))
    as_printed(one, left=200)
    assert why(one.tables) == {"表前写的是2022年度，不是本报告的"}
    as_printed(read(heading, *tables_of(LAST), "2023年度数据", *tables_of(NUMBERS)), left=200)


def test_years_one_below_the_other_in_each_section() -> None:
    as_printed(read(*(block for id, heading in HEADINGS.items() for block in (heading, "2022年：", form(id, LAST), "2023年：", form(id)))), left=200)
    for years in ((("2022年度", LAST), ("2023年度", NUMBERS)), (("2022", LAST), ("2023", NUMBERS)), (("2023", NUMBERS), ("2022", LAST))):
        captioned = [[[[Asked(year, cols=sum(cell.cols for cell in form(id)[0]))], *form(id, values)] for year, values in years] for id in HEADINGS]
        as_printed(read(*joined(captioned)), left=200)
        as_printed(read(*map(joined, captioned)), left=200)
        as_printed(
            read(*(block for id, heading in HEADINGS.items() for block in (heading, *(part for year, of in years for part in (year, form(id, of)))))), left=200
        )


def test_years_in_lines_of_a_table() -> None:
    rows = form("t4")
    for years in (("2022年", "2023年"), ("上年", "本年"), ("2022", "2023")):
        lines = [[Asked(year), *numbers] for year, numbers in zip(years, (form("t4", LAST)[3], rows[3]), strict=True)]
        as_printed(read(*whole(t4=[[Asked("年度", rows=3), *rows[0]], *rows[1:3], *lines])), left=15)


def test_what_only_last_year_has_is_not_taken_for_this_year() -> None:
    one = read("2023年数据", HEADINGS["t2"], form("t2"), HEADINGS["t4"], form("t4"), "2022年数据", *tables_of(LAST))
    assert not [key for key in one.tables.printed if key.startswith("t3.")]
    assert len(one.tables.left) == 200


def test_a_heading_of_another_year_over_the_only_tables_is_a_doubt() -> None:
    one = read(f"2022年{HEADINGS['t2'][2:]}", form("t2"), HEADINGS["t3"], form("t3"), HEADINGS["t4"], form("t4"))
    assert unsure(one.tables) == NUMBERS and why(one.tables) == {"表前写的是2022年度"}


@pytest.mark.parametrize(
    "lines",
    [
        ["（2024年1月12日）"],
        ["发布日期：2024年1月12日"],
        ["2023年", "2022年", "2021年"],
        ["与2022年相比，新收申请下降20%。"],
        ["（一）2022年存在问题的整改情况", "已经整改。"],
        ["2024年工作打算"],
        ["（三）与2022年对比情况"],
        ["（三）与上年对比情况"],
        ["某县某局2022年政府信息公开工作年度报告", TITLE],
    ],
)
def test_a_year_elsewhere_says_nothing_of_the_tables(lines: list[str]) -> None:
    as_printed(read(*lines, *whole()))


def test_sheets_of_two_years() -> None:
    made = document(*tables_of(LAST), *tables_of(NUMBERS))
    sheets = [replace(grid, sheet=f"{'2022年' if at < 3 else '2023年'}表{'二三四'[at % 3]}") for at, grid in enumerate(made.grids)]
    found = tables.find(Document("report.xlsx", "xlsx", sheets), editions.load("2021"), 2023)
    assert sure(found) == NUMBERS and len(found.left) == 200


def test_reports_of_two_bodies_on_one_page() -> None:
    one = read(*tables_of(NUMBERS), "某县另一局2023年政府信息公开工作年度报告", "一、总体情况", *tables_of(LAST))
    as_printed(one, left=200)
    assert why(one.tables) == {"表前写的是“某县另一局”，不是本报告的"}


def test_a_column_of_another_year_is_told() -> None:
    header = row("信息内容", "本年处理决定数量（2022年）", "本年处理决定数量（2023年）")
    found = read([header, row("行政许可", "12", "13")]).tables
    assert sure(found) == {"t2.licensing.decisions": "13"} and [one.text for one in found.left] == ["12"]
    found = read([header[:2], row("行政许可", "12")]).tables
    assert unsure(found) == {"t2.licensing.decisions": "12"}
    as_printed(read(*whole(t2=texts(form("t2"), lambda text: text.replace("本年处理决定数量", "本年处理决定数量（2023年）")))))


# Rows and columns that lie otherwise


def turned(rows: Rows) -> Rows:
    made: Rows = [[] for _ in range(max(cell.col + cell.cols - 1 for cell in placed("x", rows)))]
    for cell in sorted(placed("x", rows), key=lambda cell: (cell.col, cell.row)):
        made[cell.col - 1].append(Asked(cell.text, cell.cols, cell.rows))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_applicants_one_under_another(way: str) -> None:
    one = read(*whole(t3=WAYS[way](turned(form("t3")))))
    as_printed(one)
    place = one.tables.printed["t3.granted.business"].place
    assert (place.row, place.col) == (5, 6)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("head", "text", "told"), [("合计", "999", 25), ("备注", "含上年3件", 25), ("单位", "件", 0), ("备注", "", 0)])
def test_a_column_more_at_the_end(way: str, head: str, text: str, told: int) -> None:
    rows = form("t3")
    more = [[*line, *([Asked(head, rows=3)] if not at else [Asked(text)] if at > 2 else [])] for at, line in enumerate(rows)]
    as_printed(read(*whole(t3=WAYS[way](more))), left=told)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("head", "text", "told"), [("单位", "件", 0), ("行次", "7", 25)])
def test_a_column_more_before_the_numbers(way: str, head: str, text: str, told: int) -> None:
    rows = form("t3")
    more = [[rows[0][0], Asked(head, rows=3), *rows[0][1:]], *rows[1:3], *([*line[:-7], Asked(text), *line[-7:]] for line in rows[3:])]
    as_printed(read(*whole(t3=WAYS[way](more))), left=told)


def test_a_column_more_in_lines_that_lost_their_merges_is_not_counted_in() -> None:
    rows = form("t3", {key: number for key, number in NUMBERS.items() if not key.endswith("natural_person")})
    more = [[*rows[0], Asked("备注", rows=3)], *rows[1:3], *([*line, Asked("9")] for line in rows[3:])]
    assert not [key for key in sure(read(*whole(t3=ragged(more))).tables) if key.startswith("t3.")]


def test_two_columns_of_totals() -> None:
    rows = form("t3")
    rows[0][1] = replace(rows[0][1], cols=8)
    for number in ("same", "999"):
        more = [rows[0], [*rows[1], Asked("总计", rows=2)], rows[2], *([*line, line[-1] if number == "same" else Asked(number)] for line in rows[3:])]
        found = read(*whole(t3=more)).tables
        other = {} if number == "same" else {key: f"{text} 999" for key, text in NUMBERS.items() if key.startswith("t3.") and key.endswith(".total")}
        assert unsure(found) == other and {**NUMBERS, **other} == {**sure(found), **other}


def test_a_column_that_is_labelled_as_another() -> None:
    rows = texts(form("t3"), lambda text: "其他" if text == "商业企业" else text)
    found = read(*whole(t3=rows)).tables
    assert not [key for key in sure(found) if key.startswith("t3.") and key.endswith(".other_org")]


def test_a_label_of_the_header_that_is_lost_shifts_no_number() -> None:
    values = {key: number for key, number in NUMBERS.items() if not key.endswith(("other_org", "total"))}
    rows = form("t3", values)
    found = tables.find(document([rows[0], *rows[2:]]), editions.load("2021"))  # the line with 自然人 and 总计
    assert not {key: text for key, text in sure(found).items() if text != values.get(key, "")}


def test_tables_one_after_another_in_one() -> None:
    as_printed(read(joined([form("t2"), form("t3"), form("t4")])))
    as_printed(read(joined([form("t4"), form("t2"), form("t3")])))


def test_a_number_over_two_rows_is_a_doubt() -> None:
    rows = form("t2")
    rows[9][1], rows[10] = replace(rows[9][1], text="12", rows=2), rows[10][:1]
    found = read(*whole(t2=rows)).tables
    assert unsure(found) == {"t2.penalties.decisions": "12", "t2.coercion.decisions": "12"}


HEADED = {"official": WAYS["official"], "blank": blank, "dropped": dropped, "ragged": ragged, "repeated": repeated, "unrowed": unrowed}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_merges_that_only_the_header_kept_shift_no_number(data: st.DataObject) -> None:
    edition, id = data.draw(st.sampled_from(["2019", "2021"])), data.draw(st.sampled_from(["t3", "t4"]))
    often = data.draw(st.sampled_from([["", "", "", "7"], ["", "0", "12", "/"], ["5"]]))
    values = {key: data.draw(st.sampled_from(often)) for key in editions.load(edition).spots if key.startswith(id)}
    over, below = (HEADED[data.draw(st.sampled_from(sorted(HEADED)))] for _ in range(2))
    rows = table(edition, id, values)
    found = tables.find(document([*over(rows)[:3], *below(rows)[3:]]), editions.load(edition))
    assert not {key: (values[key], text) for key, text in sure(found).items() if text != values[key]}


@pytest.mark.parametrize("filled", ["total", "business", "research"])
def test_padding_behind_numbers_is_told_from_blank_cells_before_them(filled: str) -> None:
    values = {key: "5" for key in NUMBERS if key.startswith("t3.") and key.endswith(filled)}
    rows = form("t3", values)
    official = tables.find(document(rows), editions.load("2021"))
    assert {key: text for key, text in sure(official).items() if text} == values
    found = tables.find(document([*rows[:3], *dropped(rows)[3:]]), editions.load("2021"))
    assert not {key: text for key, text in sure(found).items() if text != values.get(key, "")}
    assert any("看不出补的空格在数的前面还是后面" in reason for reason in why(found))


# Rows of one's own


@pytest.mark.parametrize("label", ["其中：罚款", "行政处罚（其中：罚款）", "行政处罚（简易程序）", "小计", "地方性法规"])
def test_a_row_of_ones_own_is_told(label: str) -> None:
    rows = form("t2")
    as_printed(read(*whole(t2=[*rows[:10], [Asked(label), Asked("9", cols=3)], *rows[10:]])), left=1)


def test_a_row_for_a_part_is_not_taken_for_the_whole() -> None:
    rows = texts(form("t2"), lambda text: "行政处罚（简易程序）" if text == "行政处罚" else text)
    assert list(unsure(read(*whole(t2=rows)).tables)) == ["t2.penalties.decisions"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("label", "own", "key"), [("（七）总计", "总计", "handled_total"), ("（七）总计", "合计", ""), ("3.其他", "其他", "other_remaining")])
def test_a_row_that_lost_its_number_is_a_doubt(way: str, label: str, own: str, key: str) -> None:
    rows = WAYS[way](texts(form("t3"), lambda text: own if text == label else text))
    found = read(*whole(t3=rows)).tables
    key = key or "handled_total"
    assert unsure(found) == {one: text for one, text in NUMBERS.items() if one.startswith(f"t3.{key}.")}
    assert {**sure(found), **unsure(found)} == NUMBERS


def test_a_blank_row_that_is_labelled_as_a_column_is_no_header() -> None:
    values = {key: number for key, number in NUMBERS.items() if key.startswith("t3.") and "other_remaining" not in key}
    found = tables.find(document(blank(texts(form("t3", values), lambda text: "其他" if text == "3.其他" else text))), editions.load("2021"))
    assert {key: text for key, text in sure(found).items() if text} == values


NUMBERED: Mapping[str, Callable[[str], str]] = {
    "①": lambda text: re.sub(r"^([0-9])\.", lambda found: "①②③④⑤⑥⑦⑧"[int(found[1]) - 1], text),
    "(1)": lambda text: re.sub(r"^([0-9])\.", r"（\1）", text),
    "1）": lambda text: re.sub(r"^([0-9])\.", r"\1）", text),
    "1": lambda text: re.sub(r"^([0-9])\.", r"\1 ", text),
    "line breaks": lambda text: text if text.isdecimal() else "\n".join(text[at : at + 4] for at in range(0, len(text), 4)),
    **{f"line breaks after {n}": lambda text, n=n: text if text.isdecimal() else f"{text[:n]}\n{text[n:]}" for n in range(2, 12)},
    "合计": lambda text: text.replace("总计", "合计"),
}


@pytest.mark.parametrize("way", NUMBERED)
def test_other_ways_to_number(way: str) -> None:
    as_printed(read(*whole(t3=texts(form("t3"), NUMBERED[way]))))


def test_rows_without_numbers_or_with_others() -> None:
    bare = texts(form("t3"), lambda text: re.sub(r"^(（[一二三四五六七]）|[一二三四]、|[0-9]\.)", "", text))
    found = read(*whole(t3=bare)).tables
    assert {**sure(found), **unsure(found)} == NUMBERS and len(unsure(found)) == 14  # 总计 and 其他
    other = texts(form("t3"), lambda text: re.sub(r"^（([一二三四五六七])）", lambda found: f"{'一二三四五六七'.index(found[1]) + 1}.", text))
    found = read(*whole(t3=other)).tables
    assert {**sure(found), **unsure(found)} == NUMBERS and len(unsure(found)) == 7  # 7.总计


# Money


@pytest.mark.parametrize("measure", ["单位：元", "（金额单位：元）", "单位：件、元"])
def test_another_measure_over_a_table_is_a_doubt(measure: str) -> None:
    rows = form("t2")
    assert list(unsure(read(HEADINGS["t2"], measure, rows).tables)) == ["t2.fees.amount"]
    assert list(unsure(read([[Asked(measure, cols=4)], *rows]).tables)) == ["t2.fees.amount"]
    assert not unsure(read("单位：件、万元", rows).tables)


def test_another_measure_beside_a_row_is_a_doubt() -> None:
    rows = [row("信息内容", "本年收费金额"), row("行政事业性收费（元）", "12000")]
    assert unsure(read(rows).tables) == {"t2.fees.amount": "12000"}
    rows = [row("信息内容", "本年收费金额"), row("行政事业性收费（万元）", "1.2")]
    assert sure(read(rows).tables) == {"t2.fees.amount": "1.2"}


# Table 4


@pytest.mark.parametrize(
    ("label", "own"),
    [("结果维持", "维持结果"), ("结果维持", "维持"), ("其他结果", "其它结果"), ("尚未审结", "未审结"), ("总计", "合计"), ("未经复议直接起诉", "直接起诉")],
)
def test_labels_of_table_4(label: str, own: str) -> None:
    for draw in (WAYS["official"], blank, ragged):
        as_printed(read(*whole(t4=draw(texts(form("t4"), lambda text: own if text == label else text)))))


def test_a_label_of_table_4_that_nobody_knows_is_a_doubt() -> None:
    for draw in (WAYS["official"], blank, ragged):
        found = read(*whole(t4=draw(texts(form("t4"), lambda text: "其他" if text == "其他结果" else text)))).tables
        assert {**sure(found), **unsure(found)} == NUMBERS
        assert {key.rpartition(".")[2] for key in unsure(found)} == {"other_result"}


def test_table_4_with_more_than_the_form_has() -> None:
    rows = form("t4")
    as_printed(read(*whole(t4=[[*rows[0], Asked("合计", rows=3)], *rows[1:3], [*rows[3], Asked("999")]])), left=1)
    own = [[Asked("小计"), *rows[3][1:]]]
    found = tables.find(document([*rows[:3], *own]), editions.load("2021"))
    assert not found.printed and len(found.left) == 14


@pytest.mark.parametrize("draw", [WAYS["official"], blank, unrowed, ragged])
def test_a_column_within_table_4_shifts_no_number(draw: Callable[[Rows], Rows]) -> None:
    values = {key: "" if key.endswith("total") else number for key, number in NUMBERS.items()}
    rows = form("t4", values)
    more = [rows[0], [*rows[1][:5], Asked("序号", rows=2), *rows[1][5:]], rows[2], [*rows[3][:5], Asked(""), *rows[3][5:]]]
    more[0][1] = replace(more[0][1], cols=11)
    found = tables.find(document(draw(more)), editions.load("2021"))
    assert not {key: text for key, text in sure(found).items() if text != values[key]}


# No tables


@pytest.mark.parametrize(
    "blocks",
    [
        [HEADINGS["t3"], "新收政府信息公开申请12件，上年结转0件，予以公开3件。", HEADINGS["t4"], "无。"],
        [[row("项目", "内容"), row("依申请公开", "新收政府信息公开申请12件，予以公开3件")]],
        [[row("一、本年新收政府信息公开申请数量：12件"), row("（一）予以公开 3件")]],
        [[row("事项", "2022年", "2023年"), row("行政许可", "12", "13")]],
    ],
)
def test_numbers_in_sentences_and_other_tables_are_not_found(blocks: list[str | Rows]) -> None:
    with pytest.raises(Refusal, match="没有找到年报的表"):
        read(*blocks)


def test_a_pdf_without_ruled_lines_is_said_to_be_one() -> None:
    lines = [TITLE, HEADINGS["t3"], "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1", "（一）予以公开 1 0 0 0 0 0 1"]
    with pytest.raises(Refusal, match="没有框线"):
        importing.read(Document("report.pdf", "pdf", [Paragraph(line, 1) for line in lines]))


def test_numbers_like_years_are_numbers() -> None:
    rows = [row("信息内容", "本年处理决定数量"), row("行政处罚", "2023"), row("行政强制", "2022")]
    assert sure(read(rows).tables) == {"t2.penalties.decisions": "2023", "t2.coercion.decisions": "2022"}
    as_printed(read(*tables_of(NUMBERS), "2022", "2021", "2020"))


def test_a_table_of_a_pdf_that_alone_has_no_ruled_lines_is_said_to_be_one() -> None:
    made = document(TITLE, *whole()[:4], HEADINGS["t4"], "行政复议 行政诉讼", "结果维持 结果纠正 其他结果 尚未审结 总计", "1 0 0 0 1")
    one = importing.read(replace(made, kind="pdf"))
    assert [table.id for table in one.unruled] == ["t4"] and "表四在PDF里只有文字、没有框线" in told.text(one, Path("年报.xlsx"), "zh")
    assert not importing.read(made).unruled


T4 = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
KINDS = ["行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"]


def of_kind(at: int) -> list[str]:
    """The five numbers of a kind of dispute, in their order."""
    return [number for key, number in NUMBERS.items() if key.startswith("t4.")][5 * at : 5 * at + 5]


def test_table_4_with_a_row_for_each_kind() -> None:
    rows = [row("类别", *T4), *(row(kind, *of_kind(at)) for at, kind in enumerate(KINDS))]
    as_printed(read(*whole(t4=rows)))
    own = [row("类别", *T4), row("行政裁决", *of_kind(0))]
    assert "“行政裁决”行：看不出属于哪一列" in why(read(*whole()[:4], HEADINGS["t4"], own).tables)


def test_table_4_with_reconsideration_as_a_table_of_its_own() -> None:
    first, second = [row(*T4), row(*of_kind(0))], [row("", *T4), *(row(kind, *of_kind(at)) for at, kind in enumerate(KINDS) if at)]
    as_printed(read(*whole()[:4], HEADINGS["t4"], "（一）行政复议情况", first, "（二）行政诉讼情况", second))


def test_a_column_of_ones_own_below_a_title_row_is_named_by_its_own_label() -> None:
    head, *lines = form("t3")[:1], *form("t3")[1:]
    width = max(len(line) for line in form("t3"))
    rows = [[Asked("统计表（单位：件）", cols=width + 9)], [*head[0], Asked("行次", rows=3)], *lines[:2], *([*line, Asked("7")] for line in lines[2:])]
    assert {one.why.zh for one in read(*whole(t3=rows)).tables.left} == {"“行次”不是所用格式的列"}


def test_digits_on_several_lines_may_be_one_number() -> None:
    found = read(*whole(t4=texts(form("t4"), lambda text: "1\n70" if text == of_kind(0)[4] else text))).tables
    assert [(one.text, one.doubts[0].zh[:20]) for one in found.printed.values() if one.doubts] == [("1\n70", "数字分在几行印，可能是一个数，也可能是几")]


def test_what_a_table_has_none_of_is_not_named() -> None:
    lines = told.text(read(*whole()), Path("年报.xlsx"), "zh").splitlines()
    assert {"  表二：10格都读到，没有疑问。", "  表三：175格都读到，没有疑问。", "  表四：15格都读到，没有疑问。"} <= set(lines)
    some = read(*whole(t4=texts(form("t4"), lambda text: {of_kind(0)[4]: "1\n70", of_kind(1)[0]: ""}.get(text, text))))
    assert "  表四：共15格，数13格，空白1格，照印的文字1格，读到的格中有1格不确定。" in told.text(some, Path("年报.xlsx"), "zh")
    assert "  表四: 15 cells: 13 numbers, 1 blank, 1 text as printed, 1 read with doubt." in told.text(some, Path("年报.xlsx"), "en")
