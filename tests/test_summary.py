"""The summary workbook: detail with its subtotals, links, last year, what it tells of the returns, charts, the words on its face."""

import os
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify
from openpyxl.comments import Comment
from summaries import BODY, LINES, add_up, cells, form_of, led_to, lines, sent, shown, targets

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Variant, chart_sheet, layout_of
from ogi_xlsx.form.layout.summary_sheets import Sums
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import packed, unpacked
from ogi_xlsx.returns.writing import links

DETAILS = ("明细表二", "明细表三", "明细表四")
ODD_NAMES = {"A": "甲镇 年报#2（终稿）.xlsx", "B": "50%25[b]{c}'&^`.xlsx", "C": "长" * 70 + ".xlsx", "D": "=1+1.xlsx"}
ALL = dict.fromkeys("ABCD", BODY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The summary of four bodies, all sound."""
    folder = tmp_path_factory.mktemp("whole")
    sent(folder, ALL)
    return add_up(folder, "--agency", "350582,某县,county")


@pytest.fixture(scope="module")
def partial(tmp_path_factory) -> Path:
    """Of four bodies 甲镇 explains a warning, 乙街道 has a mistake, 丙局 sent two that differ, 丁镇 nothing; and a stranger."""
    folder = tmp_path_factory.mktemp("partial")
    own = {"explain.copied.R202@normative_documents": 3, "explain.text.R202@normative_documents": "两件为修订旧文，详询0595-85660000或13800138000"}
    odd = {"t2.normative_documents.issued_this_year": 5, "t2.normative_documents.repealed_this_year": 1, "t2.normative_documents.in_force": 3}
    people = {"cover.filler": "张三 0595-85660000", "cover.phone": "13800138000", "cover.checker": "李四"}
    back = sent(folder, {"A": {**BODY, **odd, **own, **people}, "B": {**BODY, "t3.granted.natural_person": 9}, "C": BODY})
    fill(copy(back / "C.xlsx", back / "C2.xlsx"), {**BODY, "t2.licensing.decisions": 6}, form=layout(level="department"))
    copy(fill(issue(folder / "other", lines=("X,外镇,镇",))[0], BODY), back / "X.xlsx")
    (back / "坏.xlsx").write_bytes(b"no workbook")
    return add_up(folder, code=1)


# The detail.


def test_detail_stands_in_the_order_of_the_roster_with_a_sum_for_each_level(whole):
    rows = cells(whole, "明细表三")
    assert [row[:5] for row in rows[3:8]] == [["序号", "单位名称", "代码", "类别", "文件"], *([i, *who] for i, who in enumerate(_bodies(), 1))]
    assert [row[1:5] for row in rows[9:13]] == [["小计", None, "乡镇", 2], ["小计", None, "街道", 1], ["小计", None, "部门", 1], ["合计", None, None, 4]]
    assert [row[5] for row in rows[9:13]] == [6, 3, 3, 12]


def _bodies() -> list[list[str]]:
    return [["甲镇", "A", "乡镇", "A.xlsx"], ["乙街道", "B", "街道", "B.xlsx"], ["丙局", "C", "部门", "C.xlsx"], ["丁镇", "D", "乡镇", "D.xlsx"]]


@pytest.mark.parametrize(("sheet", "frozen"), [*((name, "C5") for name in DETAILS), ("报送情况", "D4"), ("问题", "C4"), ("说明", "C4")])
def test_lines_can_be_filtered_under_the_lock_and_their_headings_stay(partial, sheet, frozen):
    page = openpyxl.load_workbook(partial)[sheet]
    assert page.protection.sheet and page.protection.autoFilter is False, "False: it is not forbidden"
    assert page.freeze_panes == frozen
    first, last = (int(re.sub("[A-Z]", "", part)) for part in page.auto_filter.ref.split(":"))
    assert (first, last) == ((4, 5) if sheet in DETAILS else (3, page.max_row)), "sums do not belong to it"


def test_rows_that_a_filter_hides_are_no_finding_and_others_are(whole, tmp_path):
    def hidden(row: int) -> list[str]:
        book = openpyxl.load_workbook(whole)
        book["明细表三"].row_dimensions[row].hidden = True
        book.save(tmp_path / "hidden.xlsx")
        return codes(verify(tmp_path / "hidden.xlsx")[1]["returns"][0], "warning")

    assert (hidden(6), hidden(13)) == ([], ["S211"])


def test_a_sum_that_was_written_over_is_found(whole, tmp_path):
    book = openpyxl.load_workbook(whole)
    book["明细表三"].cell(10, 6).value = 7
    book.save(tmp_path / "s.xlsx")
    assert codes(verify(tmp_path / "s.xlsx")[1]["returns"][0], "error") == ["S204"]


def test_only_adjustments_can_be_typed_beside_the_cover(whole):
    book = openpyxl.load_workbook(whole)
    unlocked = {(page.title, cell.column_letter) for page in book for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert {at for at in unlocked if at[0] != "封面"} == {("调整", "D"), ("调整", "E")}


def test_marks_with_levels_that_are_none_are_no_marks(whole):
    identity = reader.read(whole).identity
    assert identity.levels == "township,street,department" and unpacked(packed(identity)) == identity
    for levels in ("village", "township,township", "township,", ","):
        assert unpacked(packed(replace(identity, levels=levels))) is None


# Links.


def test_each_row_links_to_the_returned_file_whatever_its_name(tmp_path):
    back = sent(tmp_path, ALL, names=ODD_NAMES)
    path = add_up(tmp_path)
    found = targets(path)
    assert found.keys() == {*DETAILS, "报送情况", "问题"}
    for sheet, column, top in (("明细表三", "E", 5), ("明细表二", "E", 5), ("明细表四", "E", 5), ("报送情况", "H", 4)):
        assert [led_to(path, found[sheet][f"{column}{top + i}"]) for i in range(4)] == [back / ODD_NAMES[code] for code in "ABCD"]
        page = openpyxl.load_workbook(path)[sheet]
        assert [page[f"{column}{top + i}"].value for i in range(4)] == list(ODD_NAMES.values())
        assert {page[f"{column}{top + i}"].data_type for i in range(4)} == {"s"}
    assert verify(path)[0] == 0


def test_links_still_lead_to_the_files_where_the_whole_folder_has_moved(tmp_path):
    sent(tmp_path / "那里", ALL)
    path = add_up(tmp_path / "那里")
    moved = (tmp_path / "那里").rename(tmp_path / "这里") / "汇总" / path.name
    assert led_to(moved, targets(moved)["明细表三"]["E5"]) == tmp_path / "这里" / "收回" / "A.xlsx"


def test_a_file_that_no_path_leads_to_is_named_and_not_linked(monkeypatch, tmp_path):
    link = links.to(str(tmp_path / ("深" * 80) / ("深" * 80) / "a.xlsx"), tmp_path / Path(*["浅"] * 700))
    assert (link.text, link.target) == ("a.xlsx", ""), "Excel takes 2080 characters"
    assert links.to(os.fsdecode(b"/x/\xff.xlsx"), tmp_path).target == "", "a name that is no text"

    def other_drive(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", other_drive)
    assert links.to("D:/收回/甲镇.xlsx", tmp_path).target == ""


def test_nothing_else_of_a_return_becomes_a_link_or_a_formula(tmp_path):
    words = {"cover.filler": "http://a.example/x", "explain.copied.R202@normative_documents": 3}
    words |= {"explain.text.R202@normative_documents": "external:..\\密.xlsx 两件为修订旧文", "t2.normative_documents.issued_this_year": 3}
    sent(tmp_path, {"A": {**BODY, **words}}, lines=("A,=HYPERLINK(1)镇,镇",), names={"A": "http:a.xlsx"})
    path = add_up(tmp_path, code=0)
    assert {led_to(path, target) for found in targets(path).values() for target in found.values()} == {tmp_path / "收回" / "http:a.xlsx"}
    book = openpyxl.load_workbook(path)
    assert (book["明细表三"]["B5"].value, book["明细表三"]["B5"].data_type) == ("=HYPERLINK(1)镇", "s")
    assert (book["图表"]["A6"].data_type, shown_in(path, "图表", "A6")) == ("f", "=HYPERLINK(1)镇")
    assert lines(path, "报送情况")[0]["填表人"] == "http://a.example/x"
    assert book["报送情况"].cell(4, 12).hyperlink is None


def shown_in(path: Path, sheet: str, address: str) -> object:
    return openpyxl.load_workbook(path, data_only=True)[sheet][address].value


# Last year.


@pytest.fixture(scope="module")
def last(tmp_path_factory) -> Path:
    """Last year's returns of all four bodies and their summary, which adds an adjustment."""
    folder = tmp_path_factory.mktemp("last")
    body = {**BODY, "t3.new_received.natural_person": 5, "t3.granted.natural_person": 5, "t3.carried_out.natural_person": 0, "t2.licensing.decisions": 4}
    sent(folder, dict.fromkeys("ABCD", body), year=2024)
    path = add_up(folder, "--agency", "350582,某县,county")
    adjusted = {"adjust.amount.t2.licensing.decisions": 1, "adjust.reason.t2.licensing.decisions": "县级直接作出"}
    fill(path, adjusted, zero=False, form=form_of(path))
    return folder


def years(path: Path, key: str) -> tuple[object, object]:
    """Last year's number and the change."""
    sheet, row, col = form_of(path).fields[f"before.{key}"]
    page = openpyxl.load_workbook(path, data_only=True)[sheet]
    return page.cell(row, col).value, page.cell(row + 1, col).value


def test_last_years_summary_of_the_same_body_stands_below_the_detail_with_the_change(last, tmp_path):
    sent(tmp_path, ALL)
    path = add_up(tmp_path, "--agency", "350582,某县,county", "--prior", last / "汇总" / "汇总表.xlsx")
    assert years(path, "t2.licensing.decisions") == (17, 3), "with its adjustment"
    assert years(path, "t3.new_received.total") == (20, -8)
    assert "上年汇总表《汇总表.xlsx》" in str(cells(path, "明细表三"))
    assert verify(path)[0] == 0


def test_without_a_summary_the_sum_of_last_years_returns_is_taken(last, tmp_path):
    sent(tmp_path, {"A": BODY, "B": BODY})
    path = add_up(tmp_path, "--prior", last / "收回", code=1)
    assert years(path, "t3.new_received.total") == (10, -4), "of those that are in"
    assert "已纳入的2个单位上年数之和" in str(cells(path, "明细表二"))


def test_last_year_is_left_out_and_said_so_where_a_body_lacks_it(last, tmp_path):
    sent(tmp_path, {**ALL, "E": BODY}, lines=(*LINES, "E,戊镇,镇"))
    path = add_up(tmp_path, "--prior", last / "收回")
    assert not form_of(path).variant.compared
    assert "没有列上年数" in str(cells(path, "明细表三")) and "戊镇" in str(cells(path, "明细表三"))


def test_across_editions_only_tables_that_can_be_compared_have_last_year(tmp_path):
    for year, name in ((2020, "last"), (2021, "this")):
        files = issue(tmp_path / name, lines=("A,甲镇,镇",), year=year)
        copy(fill(files[0], {"t4.review.upheld": 2}, form=layout("2019" if year == 2020 else "2021")), tmp_path / name / "收回" / "A.xlsx")
    path = add_up(tmp_path / "this", "--prior", tmp_path / "last" / "收回")
    assert years(path, "t4.review.upheld") == (2, 0)
    assert years(path, "t2.licensing.decisions") == (None, None)


def test_a_changed_number_of_last_year_changes_nothing_of_the_record(last, tmp_path):
    sent(tmp_path, ALL)
    path = add_up(tmp_path, "--agency", "350582,某县,county", "--prior", last / "汇总" / "汇总表.xlsx")
    before = reader.read(path)
    fill(path, dict.fromkeys(("before.t3.new_received.total", "before.t2.licensing.decisions"), 99), zero=False, form=form_of(path))
    after = reader.read(path)
    assert after.record == before.record and verify(path)[0] == 0


# What it tells of the returns.


def test_every_body_stands_on_the_list_with_its_file_and_who_filled_it(partial):
    told = lines(partial, "报送情况")
    assert [(line["单位名称"], line["状态"], line["是否纳入"]) for line in told] == [
        ("甲镇", "通过", "是"),
        ("乙街道", "须改正", "否"),
        ("丙局", "重复待定", "否"),
        ("丁镇", "未报", "否"),
    ]
    first = told[0]
    returned = reader.read(partial.parents[1] / "收回" / "A.xlsx")
    keys = returned.layout.checks.typed_keys
    assert (first["文件"], first["SHA-256"], first["核对数"]) == ("A.xlsx", returned.sha256, returned.record.control_sum(keys))
    assert (first["填表人"], first["保存程序"], first["所含单位数"]) == ("张三", "程序写入，不是办公软件", 1)
    assert first["文件时间（仅供参考）"] == f"{returned.modified:%Y-%m-%d %H:%M}"
    assert "C2.xlsx" in told[2]["说明"] and told[3]["文件"] is None


def test_every_finding_has_a_line_also_of_what_is_not_in(partial):
    told = lines(partial, "问题")
    assert [(line["单位"], line["代码"], line["程度"]) for line in told if line["程度"] != "提示"] == [
        ("甲镇", "R202", "已说明"),
        ("乙街道", "R301", "须改正"),
        (None, "S102", "须改正"),
    ]
    wrong = next(line for line in told if line["代码"] == "R301")
    assert wrong["位置"] == "表三!D9" and "相差7" in wrong["校验问题"] and wrong["依据"] == "［格式要求］" and wrong["文件"] == "B.xlsx"
    assert {line["文件"] for line in told if line["单位"] == "丙局"} == {"C.xlsx", "C2.xlsx"}
    assert [line["校验问题"] for line in told if line["单位"] == "外镇"] == ["外镇不在名单中，没有纳入。请核对名单和单位代码。"]


def test_an_explanation_stands_beside_its_finding_and_on_a_sheet_of_its_own(partial):
    (line,) = lines(partial, "说明")
    assert (line["代码"], line["单位"], line["核实数"]) == ("R202", "甲镇", 3)
    assert line["情况说明"] == "两件为修订旧文，详询（电话略）或（电话略）"
    assert [one["情况说明"] for one in lines(partial, "问题") if one["情况说明"]] == [line["情况说明"]]


def test_no_telephone_number_leaves_the_office(partial):
    with zipfile.ZipFile(partial) as parts:
        text = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    assert "张三" in text and "85660000" not in text and "13800138000" not in text


def test_a_finding_quotes_no_telephone_number_either(tmp_path):
    back = sent(tmp_path, {"A": {**BODY, "explain.text.R202@normative_documents": "电13800138000", "free.text.0": "0595-85660000"}}, lines=("A,甲镇,镇",))
    book = openpyxl.load_workbook(back / "A.xlsx")
    book["表三"]["D7"].comment = Comment("请打13800138000", "张三")
    book.save(back / "A.xlsx")
    told = str(cells(add_up(tmp_path), "问题"))
    assert "请打（电话略）" in told and "13800138000" not in told and "85660000" not in told


def test_sheets_without_a_line_say_so(whole):
    assert [row[0] for row in cells(whole, "说明")[3:]] == ["没有情况说明。"]


# Charts.


def test_charts_are_native_and_hold_their_numbers_before_anything_recalculates(whole):
    with zipfile.ZipFile(whole) as parts:
        charts = [parts.read(name).decode() for name in sorted(parts.namelist()) if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        images = [name for name in parts.namelist() if "media" in name]
    assert len(charts) == 4 and not images
    points = [re.findall(r"<c:v>([^<]*)</c:v>", chart) for chart in charts]
    assert points[0] == ["件数", "甲镇", "乙街道", "丙局", "丁镇", "3", "3", "3", "3"]
    assert points[1][7:] == ["8", "0", "0", "0", "0", "0"] and points[1][1] == "（一）予以公开"
    assert points[2][0] == "结果维持" and "行政诉讼：复议后起诉" in points[2]
    assert points[3][-6:] == ["1", "0", "0", "0", "0", "0"]
    assert all("dLbls" in chart for chart in charts), "readable in black and white"
    assert len(set(re.findall(r"<c:ser>.*?<c:spPr>(.*?)<a:ln", charts[2]))) == 4, "four fills that differ"


def test_bodies_without_requests_are_counted_and_named(tmp_path):
    sent(tmp_path, {"A": BODY, "B": {}, "C": {"t3.new_received.business": 7, "t3.granted.business": 7}, "D": {}})
    column = [row[:2] for row in cells(add_up(tmp_path), "图表")[5:11]]
    assert column == [["丙局", 7], ["甲镇", 3], ["乙街道", 0], ["丁镇", 0], ["零申请单位 2 个", None], ["乙街道、丁镇", None]]


@pytest.mark.parametrize(("rows", "own"), [(1, 1), (21, 21), (22, 20), (300, 20)])
def test_many_bodies_are_the_greatest_and_one_bar_for_the_others(rows, own):
    edition = editions.load("2021")
    form = layout_of(edition, Variant("county", rows=rows))
    sums = Sums(edition, form.checks, rows, (), False)
    numbers = [Decimal(i % 7) for i in range(rows)]
    sheet = chart_sheet.bodies(edition, sums, [f"{i}镇" for i in range(rows)], {"t3.new_received.total": numbers})
    bars = [(cell, sheet.cells[row, 2]) for (row, col), cell in sorted(sheet.cells.items()) if col == 1 and (row, 2) in sheet.cells]
    values = [number.shows(None) for _, number in bars]
    assert len(bars) == own + (rows > own) and sum(values) == sum(numbers) and values[:own] == sorted(values[:own], reverse=True)
    drawing = form.sheets["图表"].drawings[0]
    assert drawing.last - drawing.first + 1 == len(bars) and (drawing.first, 2) in sheet.cells and (drawing.last, 2) in sheet.cells
    assert str(bars[-1][0].content).startswith("其他") == (rows > own)


@pytest.mark.parametrize(("edition", "charts"), [("2019", 4), ("2021", 4), ("every-feature", 2), ("minimal", 0)])
def test_charts_are_those_of_the_edition(edition, charts):
    path = Path(__file__).parent / "editions" / f"{edition}.toml"
    form = layout_of(editions.load(path if path.exists() else edition), Variant("county", rows=3))
    assert len(form.sheets["图表"].drawings if "图表" in form.sheets else ()) == charts


# Its face.


def test_a_partial_summary_says_so_in_the_words_of_the_office(partial):
    face = str(cells(partial, "封面"))
    assert "【未报齐，数据不完整】应汇总4个单位，已汇总1个，未纳入3个：乙街道（须改正）、丙局（重复待定）、丁镇（未报）。" in face
    assert re.search(r"仅供内部核对，请勿作为汇总数据上报或公开。生成时间：20\d\d年\d+月\d+日\d\d:\d\d。", face)
    for sheet in ("打印件", "报送情况", "图表"):
        assert "【未报齐，数据不完整】" in str(cells(partial, sheet))


def test_a_body_taken_in_despite_errors_is_named_with_the_reason(tmp_path):
    sent(tmp_path, {**ALL, "B": {**BODY, "t3.granted.natural_person": 9}})
    path = add_up(tmp_path, "--include", "B", "--reason", "已电话核实")
    assert "其中有错仍纳入1个：乙街道（理由：已电话核实）。" in str(cells(path, "封面"))
    assert shown(path, "t3.granted.natural_person") == 15
    assert codes(verify(path)[1]["returns"][0], "warning") == ["S306"]


def test_roster_order_is_kept_whatever_the_names_of_the_files(tmp_path):
    sent(tmp_path, ALL, names={"A": "z.xlsx", "D": "0.xlsx"})
    assert [row[1] for row in cells(add_up(tmp_path), "明细表二")[4:8]] == ["甲镇", "乙街道", "丙局", "丁镇"]


def test_names_of_files_are_shown_without_what_could_fool_a_reader(tmp_path):
    sent(tmp_path, {"A": BODY}, lines=("A,甲镇,镇",), names={"A": "a\u202exslx.xlsx"})
    path = add_up(tmp_path)
    assert lines(path, "报送情况")[0]["文件"] == "axslx.xlsx"
    assert "报送情况" not in targets(path)  # a link shows where it leads, and is not written for such a name


def test_consolidate_refuses_prior_data_that_are_none(tmp_path):
    sent(tmp_path, {"A": BODY}, lines=("A,甲镇,镇",))
    listed = roster(tmp_path / "roster.csv", "A,甲镇,镇")
    done = run("consolidate", tmp_path / "收回", "--roster", listed, "--out", tmp_path / "s.xlsx", "--prior", tmp_path / "nowhere")
    assert done.exit_code == 2 and not (tmp_path / "s.xlsx").exists()
