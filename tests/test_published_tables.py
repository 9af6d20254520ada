"""Numbers of published reports are found by the labels of their row and column: read right, or named as unsure, or told as not found or left over."""

import json
import time
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from drawn import (
    Rows,
    blank,
    blank_rows,
    document,
    dropped,
    joined,
    leading,
    markup,
    pipes,
    ragged,
    repeated,
    report,
    shown,
    table,
    uncolumned,
    unrowed,
    wide,
)
from hypothesis import HealthCheck, given, settings, strategies as st

from ogi_xlsx.form import edition as editions
from ogi_xlsx.published import importing, tables
from ogi_xlsx.published.document import Cell, Document, Grid
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.readers import html_file, text_file
from ogi_xlsx.published.readers.collected import Asked

CORPUS = sorted((Path(__file__).parents[2] / "shared" / "corpus").glob("*.json"))
DRAWN: Mapping[str, Callable[[Rows], Rows]] = {
    "official": lambda rows: rows,
    "blank": blank,
    "blank_rows": blank_rows,
    "repeated": repeated,
    "dropped": dropped,
    "ragged": ragged,
    "unrowed": unrowed,
    "uncolumned": uncolumned,
    "leading": leading,
    "wide": wide,
    "leading and dropped": lambda rows: leading(dropped(rows)),
}
T2_1 = {"t2.regulations.issued_this_year": 1, "t2.regulations.repealed_this_year": 2, "t2.regulations.in_force": 3}
T3 = ["natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total"]
T4 = ["upheld", "corrected", "other_result", "pending", "total"]


def numbers(edition: str) -> dict[str, int]:
    """A number of its own in each cell."""
    return {key: 101 + at for at, key in enumerate(editions.load(edition).spots)}


def row(*cells: str | Asked) -> list[Asked]:
    return [cell if isinstance(cell, Asked) else Asked(cell) for cell in cells]


def read(*blocks: str | Rows, edition: str = "2021") -> Tables:
    return tables.find(document(*blocks), editions.load(edition))


def sure(found: Tables) -> dict[str, str]:
    return {key: one.text for key, one in found.printed.items() if not one.doubts}


def unsure(found: Tables) -> dict[str, str]:
    return {key: one.text for key, one in found.printed.items() if one.doubts}


def left(found: Tables) -> list[str]:
    return [one.text for one in found.left]


def as_printed(found: Tables, values: Mapping[str, object], doubtful: bool = False) -> None:
    """Every number is found and right, and without doubt unless that is allowed."""
    wrong = {
        key: (shown(value), found.printed.get(key)) for key, value in values.items() if key not in found.printed or found.printed[key].text != shown(value)
    }
    assert not wrong
    assert doubtful or not unsure(found)
    assert not found.left


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("way", DRAWN)
def test_every_number_is_found_however_merges_were_kept_or_lost(way: str, edition: str) -> None:
    values = numbers(edition)
    drawn = [DRAWN[way](table(edition, id, values)) for id in ("t2", "t3", "t4")]
    found = importing.best(report(drawn), "", 0)
    assert found.edition.id == edition
    as_printed(found, values)


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize(
    ("kind", "way"),
    [one for one in product(("html", "pipes", "pipes of markup"), ("official", "blank", "dropped", "repeated")) if one != ("pipes", "official")],
)  # pipes have no merges
def test_files_are_read_like_tables(way: str, kind: str, edition: str) -> None:
    values = numbers(edition)
    drawn = [DRAWN[way](table(edition, id, values)) for id in ("t2", "t3", "t4")]
    if kind == "html":
        read_file: Document = html_file.of_text("r.html", "<html><body>" + "<p>一、总体情况</p>".join(map(markup, drawn)) + "</body></html>")
    else:
        made = "\n\n".join(map(pipes if kind == "pipes" else markup, drawn))
        read_file = text_file.read("r.md", f"# 某镇2023年政府信息公开工作年度报告\n\n{made}\n".encode())
    as_printed(importing.best(read_file, "", 0), values)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_published_numbers_are_read_back(path: Path) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    values = {key: record["values"].get(key) for key in editions.load(record["edition"]).spots}
    for way, draw in DRAWN.items():
        drawn = [draw(table(record["edition"], id, values)) for id in ("t2", "t3", "t4")]
        found = tables.find(report(drawn), editions.load(record["edition"]))
        as_printed(found, values, doubtful="dropped" in way)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_number_is_read_wrong_without_a_doubt(data: st.DataObject) -> None:
    edition = data.draw(st.sampled_from(["2019", "2021"]))
    texts_of = st.sampled_from(["", "0", "7", "+3", "-2", "/", "1,113", "22（其中修订16件）", "未增未减", "251000元", "12"])
    values = {key: data.draw(texts_of) for key in editions.load(edition).spots}
    draw = DRAWN[data.draw(st.sampled_from(sorted(DRAWN)))]
    found = tables.find(report([draw(table(edition, id, values)) for id in ("t2", "t3", "t4")]), editions.load(edition))
    assert not {key: (values[key], text) for key, text in sure(found).items() if text != values[key]}
    assert len(found.printed) == len(values)


# Cells


def test_cells_are_kept_as_printed() -> None:
    printed = ["/", "-", "未增未减", "251000元", "1,113", "22（其中修订 16 件）", "", " 0", "? 0", "１２"]
    values = dict(zip([key for key in numbers("2021") if key.startswith("t2.")], printed, strict=True))
    as_printed(read(table("2021", "t2", values)), values)


def test_a_row_that_runs_together_is_told() -> None:
    rows = [row if row[0].text != "规章" else [Asked("规章000", cols=4)] for row in table("2021", "t2", numbers("2021"))]
    found = read(rows)
    assert "t2.regulations.in_force" not in found.printed and left(found) == ["规章000"]


def test_numbers_beside_a_label_with_a_footnote_mark_are_not_lost() -> None:
    found = read([row("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), row("规章①", "1", "2", "3")])
    assert unsure(found) == {key: str(value) for key, value in T2_1.items()} or left(found) == ["规章①", "1", "2", "3"]


def test_a_missing_value_cell_does_not_shift_others() -> None:
    rows = table("2021", "t2", numbers("2021"))
    rows = [line[:1] if line[0].text == "行政强制" else line for line in rows]
    found = read(rows)
    assert "t2.coercion.decisions" not in found.printed
    assert sure(found)["t2.fees.amount"] == str(numbers("2021")["t2.fees.amount"])


def test_one_value_in_a_row_stays_in_its_column() -> None:
    values = {"t3.new_received.total": "5", "t3.carried_in.natural_person": "0"}
    found = read(table("2021", "t3", values))
    assert {key: text for key, text in sure(found).items() if text} == values


def test_text_instead_of_a_count_is_kept() -> None:
    rows = table("2019", "t2", numbers("2019"))
    last = [Asked("政府集中采购"), Asked("公务用车10辆", cols=2), Asked("1530000元", cols=2)]
    found = read([*rows[:-1], last, last], edition="2019")
    assert sure(found)["t2.procurement.projects"] == "公务用车10辆" and sure(found)["t2.procurement.amount"] == "1530000元"


def test_several_numbers_in_a_place_are_kept_with_a_doubt() -> None:
    found = read([row("信息内容", Asked("本年处理决定数量", cols=2)), row("行政许可", "10", "12")])
    assert unsure(found) == {"t2.licensing.decisions": "10 12"}


# Labels


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("规范性文件", "normative_documents"),
        ("行政规范性 文件", "normative_documents"),
        ("规 章", "regulations"),
        ("规章（设区的市、自治州人民政府应提供相关数据）", "regulations"),
        ("規章", "regulations"),
        ("行政規範性文件", "normative_documents"),
        ("規(guī)章", "regulations"),
        ("行政規范性文件", "normative_documents"),
    ],
)
def test_labels_of_table_2(label: str, key: str) -> None:
    found = read([row("信息内容", "本年制发件数", "本年废止件数", "现行有效件数（历史累计）"), row(label, "1", "2", "3")])
    assert sure(found) == {f"t2.{key}.{column.rpartition('.')[2]}": str(value) for column, value in T2_1.items()}


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("1、属于国家秘密", "refused_state_secret"),
        ("1．属于国家秘密", "refused_state_secret"),
        ("属于国家秘密", "refused_state_secret"),
        ('3.危及"三安全一稳定"', "refused_safety_stability"),
        ("3.危及 “三安全 一稳定 ”", "refused_safety_stability"),
        ("2.其他法律行政止公开", "refused_law_prohibits"),
        ("(二)部分公开(区分处理的,只计这一情形,不计其他情形)", "partly_granted"),
        ("（二）部分公开（区分处理的，只计这一情况，不计其他情形）", "partly_granted"),
        ("（二）部分公开", "partly_granted"),
        ("(一)予以公開(kāi)", "granted"),
        ("四、结转下年度继续办理", "carried_out"),
        ("四 、结 转下年度 继续办理", "carried_out"),
        ("（七）总 计", "handled_total"),
        ("1.申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请", "other_overdue_correction"),
        ("1.申请人无正当理由逾期不补正", "other_overdue_correction"),
        ("6.屬於四類過程性信息", "refused_process_information"),
        ("5.要求行政机关确认或重新出具已获取信息", "not_handled_reconfirm"),
    ],
)
def test_labels_of_table_3(label: str, key: str) -> None:
    rows = table("2021", "t3", {})[:3]
    found = read([*rows, row(Asked(label, cols=3), *"1234567")])
    assert sure(found) == {f"t3.{key}.{column}": str(at) for at, column in enumerate(T3, 1)}


def test_mistyped_labels_are_read_with_a_doubt() -> None:
    found = read([*table("2021", "t3", {})[:3], row(Asked("5.属于三类内容事务信息", cols=3), *"1234567")])
    assert unsure(found) == {f"t3.refused_internal_affairs.{column}": str(at) for at, column in enumerate(T3, 1)}


def test_labels_of_opposite_meaning_are_not_alike() -> None:
    rows = table("2021", "t3", {})[:3]
    for label in ("不予公开", "三、本年度办理结果", "属于公开范围"):
        found = read([*rows, row(Asked(label, cols=3), *"1234567")])
        assert not found.printed and left(found) == list("1234567"), label


def test_a_column_of_last_year_is_not_taken_for_this_year() -> None:
    for header in (("上年制发件数", "本年制发件数"), ("本年制发件数", "上年制发件数")):
        found = read([row("信息内容", *header, "本年废止件数", "现行有效件数"), row("规章", *("9", "1")[:: 1 if header[0][0] == "上" else -1], "2", "3")])
        assert sure(found) == {key: str(value) for key, value in T2_1.items()}
        assert left(found) == ["9"]


def test_instructions_in_headers_are_no_numbers() -> None:
    header = row("信息内容", "上一年项目数量", Asked("本年增/减(指2020年比2019年增减,减用负值表示,如-8)", cols=2), "处理决定数量")
    found = read([header, row("行政处罚", "4", Asked("-2", cols=2), "7")], edition="2019")
    assert sure(found) == {"t2.penalties.items_last_year": "4", "t2.penalties.items_change": "-2", "t2.penalties.decisions": "7"}


@pytest.mark.parametrize("change", ["本年增/", "本年度增/减", "本年增减", "本年增/减", "本年增／减"])
def test_variants_of_the_change(change: str) -> None:
    found = read([row("信息内容", "上一年项目数量", Asked(change, cols=2), "处理决定数量"), row("行政处罚", "4", Asked("-2", cols=2), "7")], edition="2019")
    assert {**sure(found), **unsure(found)} == {"t2.penalties.items_last_year": "4", "t2.penalties.items_change": "-2", "t2.penalties.decisions": "7"}
    assert len(unsure(found)) <= 1


def test_a_header_whose_second_line_is_cut() -> None:
    found = read([row("信息内容", "本年新", Asked("本年新", cols=2), "对外公开总数量"), row("规章", "1", Asked("2", cols=2), "3")], edition="2019")
    assert {**sure(found), **unsure(found)} == {
        "t2.regulations.made_this_year": "1",
        "t2.regulations.published_this_year": "2",
        "t2.regulations.public_total": "3",
    }
    assert set(sure(found)) == {"t2.regulations.public_total"}


def test_a_header_that_names_one_column_twice() -> None:
    found = read([row("信息内容", "本年新制作数量", "本年新制作数量", "对外公开总数量"), row("规章", "1", "2", "3")], edition="2019")
    assert sure(found) == {"t2.regulations.made_this_year": "1", "t2.regulations.public_total": "3"}
    assert unsure(found) == {"t2.regulations.published_this_year": "2"}


def test_another_measure_of_money_is_a_doubt() -> None:
    found = read([row("信息内容", "本年收费金额（单位：元）"), row("行政事业性收费", "45000")])
    assert unsure(found) == {"t2.fees.amount": "45000"}
    assert "元" in found.printed["t2.fees.amount"].doubts[0].zh


# Layouts


def test_another_edition_in_a_table_is_told() -> None:
    mixed = [row("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"), row("规章", "1", "2", "3"), row("规范性文件", "4", "5", "6")]
    values = numbers("2021")
    found = read([*table("2021", "t2", values)[:1], *mixed, *table("2021", "t2", values)[4:]])
    assert left(found) == list("123456")
    assert sure(found) == {key: str(value) for key, value in values.items() if key.startswith("t2.") and "regul" not in key and "normative" not in key}


@pytest.mark.parametrize(("second", "third"), [("2019", "2021"), ("2021", "2019")])
def test_tables_of_two_editions(second: str, third: str) -> None:
    old, new = numbers(second), numbers(third)
    found = importing.best(report([table(second, "t2", old), table(third, "t3", new), table(third, "t4", new)]), "", 0)
    values = {**{key: value for key, value in new.items() if key[1] != "2"}, **{key: value for key, value in old.items() if key[1] == "2"}}
    assert not {key: text for key, text in sure(found).items() if text != str(values.get(key))}
    assert all(key.endswith(".decisions") for key in unsure(found))  # 处理决定数量 and 本年处理决定数量
    assert {str(value) for value in values.values()} == {one.text for one in found.printed.values()} | set(left(found))


def test_rows_of_ones_own_are_told() -> None:
    values = numbers("2019")
    rows = table("2019", "t2", values)
    extra = [Asked("其他主动公开文件"), Asked("901"), Asked("902", cols=2), Asked("903")]
    found = read([*rows[:4], extra, *rows[4:]], edition="2019")
    assert left(found) == ["901", "902", "903"] and "其他主动公开文件" in found.left[0].why.zh
    assert sure(found) == {key: str(value) for key, value in values.items() if key.startswith("t2.")}


def test_columns_of_ones_own_are_told() -> None:
    rows = [
        row(Asked("（勾稽关系）", rows=3), Asked("申请人情况", cols=8)),
        row(Asked("自然人", rows=2), Asked("法人或其他组织", cols=6), Asked("总计", rows=2)),
        row("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "小计"),
        row("一、本年新收政府信息公开申请数量", *"12345697"),
    ]
    for drawn in (rows, blank(rows), repeated(rows)):
        found = read(drawn)
        assert sure(found) == {f"t3.new_received.{column}": str(at) for at, column in enumerate(T3, 1)} | {"t3.new_received.total": "7"}
        assert left(found) == ["9"]


def test_a_table_without_totals() -> None:
    rows = [row("", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"), row("一、本年新收政府信息公开申请数量", *"123456")]
    assert sure(read(rows)) == {f"t3.new_received.{column}": str(at) for at, column in enumerate(T3[:-1], 1)}
    other = [[*rows[0], Asked("小计")], [*rows[1], Asked("9")]]
    found = read(other)
    assert "t3.new_received.total" not in found.printed and left(found) == ["9"]


def test_a_table_cut_into_many() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t3.")}
    rows = blank(table("2021", "t3", values))
    for header in (rows[:3], [], [row("", "", "", *(f"数据{at}" for at in range(1, 8)))]):
        parts: list[str | Rows] = [rows[:9], "- 4 -", [*header, *rows[9:20]], "- 5 -", [*header, *rows[20:]]]
        found = read(*parts)
        as_printed(found, values, doubtful=bool(header) and len(header) == 1)


def test_a_table_may_go_on_in_one_of_other_width() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t3.")}
    rows = table("2021", "t3", values)
    found = read(rows[:9], ragged(rows[9:]))
    as_printed(found, values)


def test_a_header_that_is_printed_twice() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t3.")}
    rows = table("2021", "t3", values)
    as_printed(read(joined([rows[:3], rows[:3], rows[3:]])), values)
    rows = blank(rows)
    as_printed(read(joined([rows[:6], rows[:3], rows[6:]])), values)


def test_small_tables_of_something_else_do_not_count() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t2.")}
    small = [row("类别", "数量"), row("规章", "901"), row("行政许可", "902"), row("工作动态", "903")]
    found = read("主动公开情况", small, table("2021", "t2", values), small)
    assert sure(found) == {key: str(value) for key, value in values.items()} and not unsure(found)
    assert {"901", "902"} <= set(left(found))
    assert not left(read([row("项目", "数量"), row("微博", "12")], table("2021", "t2", values)))


def test_a_footnote_below_a_table_is_none_of_it() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t4.")}
    rows = table("2021", "t4", values)
    as_printed(read([*rows, [Asked("注：其中3件为上年度结转。", cols=15)]]), values)


def test_the_same_table_twice() -> None:
    values = {key: value for key, value in numbers("2021").items() if key.startswith("t2.")}
    as_printed(read(table("2021", "t2", values), table("2021", "t2", values)), values)
    found = read(table("2021", "t2", values), table("2021", "t2", {**values, "t2.fees.amount": 7}))
    assert unsure(found) == {"t2.fees.amount": str(values["t2.fees.amount"])}
    assert "7" in found.printed["t2.fees.amount"].doubts[0].zh


def test_years_side_by_side_are_not_taken_for_one() -> None:
    found = read([row("信息内容", Asked("本年处理决定数量", cols=2)), row("", "2022年", "2023年"), row("行政许可", "10", "12")])
    assert not sure(found) and unsure(found) == {"t2.licensing.decisions": "10 12"}
    found = read([row("信息内容", "2022年", "2023年"), row("行政许可", "10", "12")])
    assert not found.printed and left(found) == ["10", "12"]


def test_two_rows_side_by_side() -> None:
    found = read([row("信息内容", "本年处理决定数量", "信息内容", "本年处理决定数量"), row("行政处罚", "10", "行政强制", "12")])
    assert {**sure(found), **unsure(found)} == {"t2.penalties.decisions": "10", "t2.coercion.decisions": "12"}


# Table 4


def t4(values: Mapping[str, object], row_of: str) -> list[str]:
    return [shown(values[f"t4.{row_of}.{column}"]) for column in T4]


COLUMNS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
ROWS = {"review": "行政复议", "litigation_direct": "未经复议直接起诉", "litigation_after_review": "复议后起诉"}


def four() -> dict[str, int]:
    return {key: value for key, value in numbers("2021").items() if key.startswith("t4.")}


def test_table_4_in_three_tables() -> None:
    values = four()
    below: list[str | Rows] = []
    within: list[str | Rows] = []
    for key, label in ROWS.items():
        below += [f"（一）{label}", [row(*COLUMNS), row(*t4(values, key))]]
        within.append([[Asked(label, cols=5)], row(*COLUMNS), row(*t4(values, key))])
    as_printed(read(*below), values)
    as_printed(read(*within), values)
    as_printed(read(joined(part for part in within if not isinstance(part, str))), values)


def test_table_4_with_labels_of_rows() -> None:
    values = four()
    rows = [row("类型", *COLUMNS), *(row(label, *t4(values, key)) for key, label in ROWS.items())]
    as_printed(read(rows), values)
    grouped = [row("", "", *COLUMNS), row("行政复议", "", *t4(values, "review"))]
    grouped += [row(Asked("行政诉讼", rows=2), "未经复议直接起诉", *t4(values, "litigation_direct")), row("复议后起诉", *t4(values, "litigation_after_review"))]
    as_printed(read(grouped), values)


def test_table_4_turned() -> None:
    values = four()
    rows = [
        row("结果", *ROWS.values()),
        *(row(label, *(shown(values[f"t4.{key}.{column}"]) for key in ROWS)) for column, label in zip(T4, COLUMNS, strict=True)),
    ]
    as_printed(read(rows), values)
    listed = [
        row(Asked(label, rows=5), name, shown(values[f"t4.{key}.{column}"])) if column == "upheld" else row(name, shown(values[f"t4.{key}.{column}"]))
        for key, label in ROWS.items()
        for column, name in zip(T4, COLUMNS, strict=True)
    ]
    as_printed(read(listed), values)


def test_table_4_whose_numbers_stand_on_the_next_page() -> None:
    values = four()
    rows = table("2021", "t4", values)
    as_printed(read(rows[:3], "- 7 -", rows[3:]), values)


def test_table_4_without_labels_of_rows_is_read_with_doubts() -> None:
    values = four()
    rows = [row(*COLUMNS * 3), row(*(text for key in ROWS for text in t4(values, key)))]
    found = read(rows)
    assert not sure(found)
    as_printed(found, values, doubtful=True)


def test_table_4_with_a_number_too_few_is_told() -> None:
    values = four()
    found = read([*ragged(table("2021", "t4", values))[:3], row(*map(str, range(14)))])
    assert not sure(found) and len(left(found)) + len(unsure(found)) == 14


# What a hostile file may hold


def timed(grid: list[Cell]) -> float:
    before = time.process_time()
    tables.find(Document("x", "html", [Grid(1, tuple(grid))]), editions.load("2021"))
    return time.process_time() - before


def test_a_report_is_matched_quickly() -> None:
    drawn = report([blank(table("2021", id, numbers("2021"))) for id in ("t2", "t3", "t4")])
    importing.best(drawn, "", 0)
    before = time.process_time()
    importing.best(drawn, "", 0)
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    "text",
    [
        lambda row, col: "0",
        lambda row, col: "结果维持" if row % 2 else "0",
        lambda row, col: f"{row}.属于国家秘密{col}的信息",
        lambda row, col: "规章" * 50 + str(row * col),
        lambda row, col: "本年新制作数量",
    ],
)
def test_large_grids_take_bounded_time(text: Callable[[int, int], str]) -> None:
    assert timed([Cell(text(row, col), row, col) for row in range(1, 101) for col in range(1, 101)]) < 4


def test_long_labels_take_bounded_time() -> None:
    assert timed([Cell("规" * 100_000 + str(at), at, 1) for at in range(1, 9)]) < 2
