"""`consolidate`: who is in, the exact sums, the trail of every number, and the summary as a return."""

import hashlib
import shutil
from decimal import Decimal

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Variant, layout_of

LINES = ("A,甲镇,镇", "B,乙镇,镇", "C,丙局,部门")
BODY = {"t3.new_received.natural_person": 3, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 1, "t2.fees.amount": 0.1}


def sent(folder, **values):
    """Returns of 甲镇 (A), 乙镇 (B), 丙局 (C) in `folder/in`; a body without values sends nothing."""
    files = dict(zip("ABC", issue(folder, lines=LINES), strict=True))
    for code, typed in values.items():
        copy(files[code], folder / "in" / f"{code}.xlsx")
        form = layout(level="department") if code == "C" else layout()
        fill(folder / "in" / f"{code}.xlsx", typed, form=form)
    return folder / "in"


def consolidate(folder, *options, source="in", out="汇总.xlsx"):
    return run("consolidate", folder / source, "--roster", folder / "roster.csv", "--out", folder / out, *options)


def shown(path, key):
    """What the file shows for a key before anything recalculates."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet, row, col = layout().where[key]
    return book[sheet].cell(row, col).value


def test_sums_are_exact_and_already_in_the_file(tmp_path):
    sent(tmp_path, A=BODY, B={**BODY, "t2.fees.amount": 0.2}, C=BODY)
    result = consolidate(tmp_path)
    assert result.exit_code == 0, result.output
    assert shown(tmp_path / "汇总.xlsx", "t3.new_received.total") == 9
    assert shown(tmp_path / "汇总.xlsx", "t2.fees.amount") == 0.4  # in binary, 0.1 + 0.2 + 0.1 is not


def test_every_number_is_a_formula_over_a_detail_row_an_agency(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    consolidate(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    assert book.sheetnames == ["封面", "表二", "表三", "表四", "校验", "打印件", "报送情况", "明细表二", "明细表三", "明细表四", "调整", "标识"]
    for sheet, row, col in layout().where.values():
        assert str(book[sheet].cell(row, col).value).startswith("=")
    assert [book["明细表三"].cell(row, 3).value for row in (4, 5, 6)] == ["甲镇", "乙镇", "丙局"]


def test_summary_is_itself_a_return_that_passes(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    consolidate(tmp_path, "--agency", "350582,甲县,county")
    code, result = verify(tmp_path / "汇总.xlsx")
    assert code == 0 and result["returns"][0]["agency"] == {"code": "350582", "name": "甲县", "level": "county"}
    assert result["returns"][0]["checks"]["pending"] == 0


def test_missing_failed_and_doubled_bodies_are_left_out_and_named(tmp_path):
    folder = sent(tmp_path, A=BODY, C={**BODY, "t3.granted.natural_person": 9})
    result = consolidate(tmp_path)
    assert result.exit_code == 1
    assert "应汇总3个单位，已汇总1个，未纳入2个" in result.stdout and "乙镇：未报" in result.stdout and "丙局：须改正" in result.stdout
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    face = " ".join(str(cell.value) for row in book["封面"].iter_rows() for cell in row if cell.value)
    assert "【未报齐，数据不完整】" in face and "乙镇（未报）" in face and "丙局（须改正）" in face
    text = " ".join(str(cell.value) for row in book["报送情况"].iter_rows() for cell in row if cell.value)
    assert hashlib.sha256((folder / "A.xlsx").read_bytes()).hexdigest() in text and "乙镇" in text
    assert verify(tmp_path / "汇总.xlsx")[0] == 0


def test_two_differing_returns_of_one_body_are_never_chosen_between(tmp_path):
    folder = sent(tmp_path, A=BODY, B=BODY, C=BODY)
    copy(folder / "A.xlsx", folder / "A最终版.xlsx")
    assert consolidate(tmp_path).exit_code == 0, "files with the same values are one"
    fill(folder / "A最终版.xlsx", {**BODY, "t2.fees.amount": 7})
    result = consolidate(tmp_path, out="2.xlsx")
    assert result.exit_code == 1 and "甲镇：有2份不同的上报表" in result.stdout


def test_failed_return_is_taken_in_only_with_a_reason(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C={**BODY, "t3.granted.natural_person": 9})
    assert consolidate(tmp_path, "--include", "C").exit_code == 2
    result = consolidate(tmp_path, "--include", "C", "--reason", "已电话核实")
    assert result.exit_code == 0 and "丙局：有错仍纳入，理由：已电话核实" in result.stdout
    assert shown(tmp_path / "汇总.xlsx", "t3.granted.natural_person") == 13


def test_return_with_cells_that_are_no_numbers_is_never_taken_in(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C={**BODY, "t3.granted.natural_person": "２"})
    result = consolidate(tmp_path, "--include", "C", "--reason", "急")
    assert result.exit_code == 2 and "没有数" in result.stderr
    assert not (tmp_path / "汇总.xlsx").exists()


def test_tracked_body_is_listed_and_not_added(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    listed = roster(tmp_path / "r2.csv", "A,甲镇,镇,", "B,乙镇,镇,否", "C,丙局,部门,是", heading="代码,单位名称,类别,计入汇总")
    result = run("consolidate", tmp_path / "in", "--roster", listed, "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 0 and "乙镇：名单注明不计入汇总" in result.stdout
    assert shown(tmp_path / "s.xlsx", "t3.new_received.total") == 6


def test_years_are_never_mixed(tmp_path):
    folder = sent(tmp_path, A=BODY, B=BODY)
    other = issue(tmp_path / "2024", year=2024, lines=("C,丙局,部门",))[0]
    shutil.copy(other, folder)
    fill(folder / other.name, BODY, form=layout(level="department"))
    result = consolidate(tmp_path)
    assert result.exit_code == 1 and "丙局：《01_丙局_2024年度信息公开年报表.xlsx》是2024年度" in result.stdout
    (folder / "A.xlsx").unlink()
    assert consolidate(tmp_path, out="2.xlsx").exit_code == 2


def test_nothing_sound_is_nothing_to_add(tmp_path):
    sent(tmp_path, A={**BODY, "t3.granted.natural_person": 9})
    result = consolidate(tmp_path)
    assert result.exit_code == 2 and "没有可以汇总" in result.stderr and not (tmp_path / "汇总.xlsx").exists()


def test_adjustment_counts_and_needs_its_reason(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    consolidate(tmp_path)
    path = tmp_path / "汇总.xlsx"
    form = layout_of(editions.load("2021"), Variant("county", rows=3))
    fill(path, {"adjust.amount.t2.licensing.decisions": -0.0}, zero=False, form=form)
    assert verify(path)[0] == 0
    fill(path, {"adjust.amount.t2.licensing.decisions": 5}, zero=False, form=form)
    assert "S209" in codes(verify(path)[1]["returns"][0], "warning")
    fill(path, {"adjust.reason.t2.licensing.decisions": "市级部门驻县机构的决定"}, zero=False, form=form)
    assert verify(path)[1]["returns"][0]["state"] == "passed"
    fill(path, {"adjust.amount.t2.licensing.decisions": "五"}, zero=False, form=form)
    assert "S208" in codes(verify(path)[1]["returns"][0], "error")


@pytest.mark.parametrize("place", ["detail.1.t3.granted.natural_person", "t3.granted.natural_person"])
def test_altered_summary_is_found(tmp_path, place):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    consolidate(tmp_path)
    form = layout_of(editions.load("2021"), Variant("county", rows=3))
    fill(tmp_path / "汇总.xlsx", {place: 8}, zero=False, form=form)
    code, result = verify(tmp_path / "汇总.xlsx")
    assert code == 1, "the detail no longer balances, or a locked formula is gone"
    assert codes(result["returns"][0], "error") == (["R301"] if place.startswith("detail") else ["S204"])


def test_summary_is_never_an_input_of_its_own_level(tmp_path):
    sent(tmp_path, A=BODY, B=BODY, C=BODY)
    consolidate(tmp_path)
    shutil.copy(tmp_path / "汇总.xlsx", tmp_path / "in")
    result = consolidate(tmp_path, out="2.xlsx")
    assert result.exit_code == 0 and "没有纳入" in result.stdout
    assert shown(tmp_path / "2.xlsx", "t3.new_received.total") == 9


def test_city_adds_county_summaries_up(tmp_path):
    for code, name in (("350582", "甲县"), ("350583", "乙县")):
        sent(tmp_path / code, A=BODY, B=BODY, C=BODY)
        assert consolidate(tmp_path / code, "--agency", f"{code},{name},county", out="s.xlsx").exit_code == 0
        copy(tmp_path / code / "s.xlsx", tmp_path / "in" / f"{name}.xlsx")
    roster(tmp_path / "roster.csv", "350582,甲县,county", "350583,乙县,county")
    assert consolidate(tmp_path, "--agency", "3505,某市,city").exit_code == 0
    assert shown(tmp_path / "汇总.xlsx", "t3.new_received.total") == 18
    assert Decimal(str(shown(tmp_path / "汇总.xlsx", "t2.fees.amount"))) == Decimal("0.6")


def test_wrong_agency_option_is_told(tmp_path):
    sent(tmp_path, A=BODY)
    result = consolidate(tmp_path, "--agency", "甲县")
    assert result.exit_code == 2 and "代码,名称,类别" in result.stderr
