"""Three levels: townships to counties, counties to cities, cities to the province, and a number followed all the way down."""

import hashlib
from pathlib import Path

import openpyxl
import pytest
from clerks import copy, fill, roster, run, verify
from summaries import BODY, add_up, cells, form_of, led_to, lines, sent, shown, targets

from ogi_xlsx.returns import reader

TOP = "t3.new_received.total"
SUMMARY = Path("汇总", "汇总表.xlsx")
CITIES = {"35A": ("甲市", ("35A1", "35A2")), "35B": ("乙市", ("35B1",))}


@pytest.fixture(scope="module")
def province(tmp_path_factory) -> Path:
    """The folder of a province, with those of its cities and their counties in it: in each county two townships and the office's own figures."""
    top = tmp_path_factory.mktemp("province")
    for city, (name, counties) in CITIES.items():
        made = [_county(top / name / county, county) for county in counties]
        _summary(top / name, [f"{county},{county}县,县" for county in counties], f"{city},{name},市", *made)
    _summary(top, [f"{city},{name},市" for city, (name, _) in CITIES.items()], "35,某省,省", *(top / name / SUMMARY for name, _ in CITIES.values()))
    return top


def _county(folder: Path, code: str) -> Path:
    """A county whose own figures are a row like any other, under the code of its summary."""
    bodies = (f"{code}01,{code}甲镇,镇", f"{code}02,{code}乙镇,镇", f"{code},{code}县政府办,县")
    sent(folder, {f"{code}01": BODY, f"{code}02": BODY, code: {**BODY, "t2.licensing.decisions": 90}}, lines=bodies)
    return _summary(folder, list(bodies), f"{code},{code}县,县")


def _summary(folder: Path, bodies: list[str], agency: str, *paths: Path) -> Path:
    """A summary in a folder, of its own 收回 or of files where they stand."""
    roster(folder / "roster.csv", *bodies)
    whose = ("--roster", folder / "roster.csv", "--agency", agency, "--out", folder / SUMMARY)
    done = run("consolidate", *(paths or [folder / "收回"]), *whose)
    assert done.exit_code == 0, done.stdout + done.stderr
    return folder / SUMMARY


def test_sums_of_three_levels_are_exact(province):
    assert shown(province / SUMMARY, TOP) == 3 * 3 * 3
    assert shown(province / SUMMARY, "t2.licensing.decisions") == 3 * (5 + 5 + 90), "an office's own figures are counted once"


def test_a_summary_of_any_level_is_a_return_that_passes(province):
    for path in sorted(province.rglob("汇总表.xlsx")):
        assert verify(path)[0] == 0, path


def test_a_number_can_be_followed_from_the_province_to_the_cell_of_a_township(province):
    path, trail = province / SUMMARY, []
    while (form := form_of(path)).variant.aggregate:
        (_, row, file), (_, _, number) = (form.fields[f"detail.0.{name}"] for name in ("t3.file", TOP))
        page = openpyxl.load_workbook(path, data_only=True)["明细表三"]
        trail.append((page.cell(row, 2).value, page.cell(row, number).value))
        below = led_to(path, targets(path)["明细表三"][page.cell(row, file).coordinate])
        assert lines(path, "报送情况")[0]["SHA-256"] == hashlib.sha256(below.read_bytes()).hexdigest()
        path = below
    assert trail == [("甲市", 18), ("35A1县", 9), ("35A1甲镇", 3)]
    assert path == province / "甲市" / "35A1" / "收回" / "35A101.xlsx" and reader.read(path).record.values[TOP] == 3


def test_control_sums_agree_between_the_levels(province):
    for path in (province / SUMMARY, province / "甲市" / SUMMARY, province / "甲市" / "35A1" / SUMMARY):
        told = lines(path, "报送情况")
        own = reader.read(path)
        assert sum(line["核对数"] for line in told) == own.record.control_sum(own.layout.checks.typed_keys)


def test_each_level_says_how_many_bodies_stand_behind_a_line(province):
    assert [line["所含单位数"] for line in lines(province / SUMMARY, "报送情况")] == [2, 1]
    assert [line["所含单位数"] for line in lines(province / "甲市" / SUMMARY, "报送情况")] == [3, 3]
    assert [row[1:5] for row in cells(province / SUMMARY, "明细表三")[7:9]] == [["小计", None, "设区的市", 2], ["合计", None, None, 2]]


def test_an_incomplete_county_is_told_to_the_city(province, tmp_path):
    sent(tmp_path / "县", {"A": BODY}, lines=("A,甲镇,镇", "B,乙镇,镇"))
    copy(add_up(tmp_path / "县", "--agency", "C,丙县,县", code=1), tmp_path / "收回" / "丙县.xlsx")
    path = _summary(tmp_path, ["C,丙县,县"], "S,某市,市")
    (finding,) = (line for line in lines(path, "问题") if line["代码"] == "S306")
    assert finding["单位"] == "丙县" and "未纳入1个：乙镇（未报）" in finding["校验问题"]


@pytest.mark.parametrize(
    ("agency", "bodies"),
    [
        ("C,丙县,县", ("A,甲镇,镇", "C,丙县政府办,县")),  # the office's own figures bear the code of its summary
        ("C,丙县,县", ("A,甲镇,镇", "D,丁县,县")),  # a summary of this level, under another code of the roster
        ("S,某市,市", ("A,甲镇,镇", "C,丙县政府办,县")),  # one that adds up what stands on the roster, too
    ],
)
def test_a_summary_is_never_an_input_of_its_own_level_nor_counted_beside_its_parts(tmp_path, agency, bodies):
    own = bodies[1].partition(",")[0]
    sent(tmp_path, {"A": BODY, own: BODY}, lines=bodies)
    earlier = add_up(tmp_path, "--agency", f"{own},丙县,县")
    copy(earlier, tmp_path / "收回" / "汇总表.xlsx")
    done = run("consolidate", tmp_path / "收回", "--roster", tmp_path / "roster.csv", "--agency", agency, "--out", tmp_path / "s.xlsx")
    assert done.exit_code == 0 and "丙县是同级汇总表，没有纳入，以免重复计算" in done.stdout
    assert shown(tmp_path / "s.xlsx", TOP) == 6
    assert next(line["校验问题"] for line in lines(tmp_path / "s.xlsx", "问题") if line["单位"] == "丙县").startswith("这是同级汇总表（丙县），没有纳入")


def test_a_county_may_send_the_city_a_form_of_its_own_in_place_of_a_summary(tmp_path):
    sent(tmp_path, {"C": BODY, "D": BODY}, lines=("C,丙县,县", "D,丁县,县"))
    assert shown(_summary(tmp_path, ["C,丙县,县", "D,丁县,县"], "S,某市,市"), TOP) == 6


def test_an_adjustment_of_a_county_goes_up_with_its_sum_and_its_rows_do_not_change(tmp_path):
    sent(tmp_path / "县", {"A": BODY, "B": BODY}, lines=("A,甲镇,镇", "B,乙镇,镇"))
    county = add_up(tmp_path / "县", "--agency", "C,丙县,县")
    change = {"adjust.amount.t2.licensing.decisions": -3, "adjust.reason.t2.licensing.decisions": "两镇重复计入"}
    fill(county, change, zero=False, form=form_of(county))
    assert [shown(county, f"detail.{row}.t2.licensing.decisions") for row in (0, 1)] == [5, 5]
    copy(county, tmp_path / "收回" / "丙县.xlsx")
    assert shown(_summary(tmp_path, ["C,丙县,县"], "S,某市,市"), "t2.licensing.decisions") == 7
