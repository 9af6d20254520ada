"""`verify SUMMARY --against FOLDER`: our summary, a form that was filled in by hand, and a workbook that somebody made, against their parts."""

from decimal import Decimal

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify
from hand_made import typed

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Variant, layout_of
from ogi_xlsx.returns import reader

LINES = ("A,甲镇,镇", "B,乙镇,镇", "C,丙局,部门")
A = {"t3.new_received.natural_person": 3, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 1, "t2.licensing.decisions": 10}
B = {"t3.new_received.natural_person": 5, "t3.granted.natural_person": 5, "t2.licensing.decisions": 40, "t2.fees.amount": 0.25}
C = {"t3.new_received.business": 7, "t3.granted.business": 7, "t2.licensing.decisions": 900, "t4.review.upheld": 1}
SUM = {
    "t3.new_received.natural_person": 8,
    "t3.granted.natural_person": 7,
    "t3.carried_out.natural_person": 1,
    "t3.new_received.business": 7,
    "t3.granted.business": 7,
    "t2.licensing.decisions": 950,
    "t2.fees.amount": 0.25,
    "t4.review.upheld": 1,
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Forms of three bodies in `out`, their returns in `in`, the summary `sum.xlsx`, and a form of the county in `county/out`."""
    folder = tmp_path_factory.mktemp("desk")
    for code, path, values in zip("ABC", issue(folder, lines=LINES), (A, B, C), strict=True):
        fill(path, values, to=copy(path, folder / "in" / f"{code}.xlsx"), form=layout(level="department" if code == "C" else "township"))
    made = run("consolidate", folder / "in", "--roster", folder / "roster.csv", "--out", folder / "sum.xlsx", "--agency", "350582,甲县,county")
    assert made.exit_code == 0, made.stderr
    issue(folder / "county", lines=("350582,甲县,county",))
    return folder


@pytest.fixture
def inbox(desk, tmp_path):
    """The returns in a folder of the test's own."""
    for path in (desk / "in").iterdir():
        copy(path, tmp_path / "in" / path.name)
    return tmp_path / "in"


def held(path, folder, *options):
    """Exit code, and what is said of the one summary."""
    code, told = verify(path, "--against", folder, *options)
    (one,) = told["returns"]
    return code, one


def of(one, code):
    """The finding of a code, which must be one."""
    (finding,) = [finding for finding in one["findings"] if finding["code"] == code]
    return finding


def hierarchy(one, *severities):
    """Codes of what is said about the parts."""
    return [code for code in codes(one, *severities) if code.startswith("H")]


def county(desk, tmp_path, values):
    """The county's own form, filled in by hand."""
    (source,) = (desk / "county" / "out").glob("0*.xlsx")
    return fill(source, values, to=tmp_path / "county.xlsx", form=reader.read(source).layout)


def total(values):
    """Numbers with the totals that a form for typing leaves to the typist."""
    form = layout_of(editions.load("2021"), Variant("county"))
    numbers = {key: Decimal(str(values.get(key, 0))) for key in form.checks.typed_keys}
    return {key: float(value) for key, value in form.checks.complete(numbers).items() if value is not None}


# Our summary


def test_our_summary_agrees_with_the_returns_it_was_made_from(desk):
    code, one = held(desk / "sum.xlsx", desk / "in", "--roster", desk / "roster.csv")
    assert (code, one["state"], one["findings"]) == (0, "passed", [])
    assert held(desk / "sum.xlsx", desk / "in")[1]["findings"] == [], "without a roster the summary knows who must be in"


def test_a_return_that_changed_since_is_told_with_both_numbers(desk, inbox):
    fill(inbox / "B.xlsx", {"t2.licensing.decisions": 41})
    code, one = held(desk / "sum.xlsx", inbox)
    finding = of(one, "H301")
    assert code == 1 and hierarchy(one) == ["H301"]
    assert (finding["left"], finding["right"], finding["difference"]) == ("40", "41", "-1")
    message = finding["message"]["zh"]
    assert message.startswith("乙镇：") and "明细40，报表41，相差1" in message and "在汇总后改动过" in message
    assert (finding["sheet"], finding["cells"]) == ("明细表二", ["t2.licensing.decisions"])


def test_totals_that_follow_are_not_told_again(desk, inbox):
    fill(inbox / "B.xlsx", {"t3.new_received.natural_person": 6, "t3.granted.natural_person": 6})
    finding = of(held(desk / "sum.xlsx", inbox)[1], "H301")
    assert finding["cells"] == ["t3.new_received.natural_person", "t3.granted.natural_person"] and finding["left"] is None


def test_a_line_of_the_detail_that_was_altered_is_told_as_such(desk, tmp_path):
    form = layout_of(editions.load("2021"), Variant("county", rows=3))
    path = fill(desk / "sum.xlsx", {"detail.1.t2.licensing.decisions": 400}, zero=False, to=tmp_path / "sum.xlsx", form=form)
    finding = of(held(path, desk / "in")[1], "H301")
    assert "明细400，报表40" in finding["message"]["zh"] and "是明细被改动" in finding["message"]["zh"]


def test_a_return_saved_again_with_the_same_numbers_is_only_noted(desk, inbox):
    fill(inbox / "B.xlsx", {})
    code, one = held(desk / "sum.xlsx", inbox)
    assert (code, hierarchy(one)) == (0, ["H302"]) and "乙镇" in of(one, "H302")["message"]["zh"]


def test_a_body_of_the_summary_without_a_return_is_named(desk, inbox):
    (inbox / "B.xlsx").unlink()
    code, one = held(desk / "sum.xlsx", inbox, "--roster", desk / "roster.csv")
    assert (code, hierarchy(one)) == (1, ["H303"]) and "乙镇" in of(one, "H303")["message"]["zh"]


def test_a_sound_return_that_is_not_in_the_summary_is_named(desk, tmp_path):
    copy(desk / "in" / "A.xlsx", tmp_path / "some" / "A.xlsx")
    made = run("consolidate", tmp_path / "some", "--roster", desk / "roster.csv", "--out", tmp_path / "s.xlsx", "--agency", "350582,甲县,county")
    assert made.exit_code == 1
    code, one = held(tmp_path / "s.xlsx", desk / "in")
    assert (code, hierarchy(one)) == (1, ["H304"]) and "乙镇、丙局" in of(one, "H304")["message"]["zh"]
    code, one = held(tmp_path / "s.xlsx", tmp_path / "some")
    assert hierarchy(one) == ["H202"] and "乙镇（未报）、丙局（未报）" in of(one, "H202")["message"]["zh"]


def test_a_body_that_is_only_tracked_is_no_part(desk, tmp_path):
    listed = roster(tmp_path / "r.csv", "A,甲镇,镇,", "B,乙镇,镇,否", "C,丙局,部门,是", heading="代码,单位名称,类别,计入汇总")
    run("consolidate", desk / "in", "--roster", listed, "--out", tmp_path / "s.xlsx", "--agency", "350582,甲县,county")
    assert held(tmp_path / "s.xlsx", desk / "in")[1]["findings"] == []
    assert held(tmp_path / "s.xlsx", desk / "in", "--roster", listed)[1]["findings"] == []


def test_an_adjustment_is_shown_and_no_error(desk, tmp_path):
    form = layout_of(editions.load("2021"), Variant("county", rows=3))
    adjusted = {"adjust.amount.t2.licensing.decisions": 5, "adjust.reason.t2.licensing.decisions": "市级部门驻县机构"}
    path = fill(desk / "sum.xlsx", adjusted, zero=False, to=tmp_path / "sum.xlsx", form=form)
    code, one = held(path, desk / "in")
    assert (code, hierarchy(one), one["state"]) == (0, ["H305"], "passed")
    assert "+5（市级部门驻县机构）" in of(one, "H305")["message"]["zh"]


def test_a_city_of_counties(desk, tmp_path):
    for number in (1, 2):
        agency = f"35058{number},{number}县,county"
        run("consolidate", desk / "in", "--roster", desk / "roster.csv", "--out", tmp_path / "c" / f"{number}.xlsx", "--agency", agency)
    listed = roster(tmp_path / "roster.csv", "350581,1县,county", "350582,2县,county")
    run("consolidate", tmp_path / "c", "--roster", listed, "--out", tmp_path / "city.xlsx", "--agency", "3505,某市,city")
    assert held(tmp_path / "city.xlsx", tmp_path / "c")[1]["findings"] == []
    copy(tmp_path / "city.xlsx", tmp_path / "c" / "3.xlsx")
    assert hierarchy(held(tmp_path / "city.xlsx", tmp_path / "c")[1]) == ["H201"]


# The folder


def test_who_is_lacking_doubled_of_another_year_unknown_or_unreadable_is_told_once(desk, inbox, tmp_path):
    fill(copy(inbox / "B.xlsx", inbox / "B2.xlsx"), {"t2.licensing.decisions": 1})
    (inbox / "C.xlsx").unlink()
    older, stranger = issue(tmp_path / "o", year=2024, lines=("C,丙局,部门", "D,丁局,部门"))
    fill(older, {}, to=copy(older, inbox / "C.xlsx"), form=layout(level="department"))
    copy(stranger, inbox / "D.xlsx")
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
    code, one = held(county(desk, tmp_path, SUM), inbox, "--roster", roster(tmp_path / "r.csv", *LINES, "E,戊镇,镇"))
    assert code == 1 and hierarchy(one, "error") == ["H203", "H204", "H205", "H202"]
    assert "丁局（D.xlsx）" in of(one, "H203")["message"]["zh"] and "乙镇（B.xlsx、B2.xlsx）" in of(one, "H204")["message"]["zh"]
    assert "丙局（2024年度（2021格式））" in of(one, "H205")["message"]["zh"] and "戊镇（未报）" in of(one, "H202")["message"]["zh"]
    assert "坏.xlsx" in of(one, "H206")["message"]["zh"] and "乙镇、丙局、戊镇" in of(one, "H101")["message"]["zh"].replace("（未报）", "")


def test_the_summary_itself_among_the_parts_is_no_part(desk, inbox):
    copy(desk / "sum.xlsx", inbox / "sum.xlsx")
    assert held(inbox / "sum.xlsx", inbox)[1]["findings"] == [], "its own file is passed over"
    code, one = held(desk / "sum.xlsx", inbox)
    assert (code, hierarchy(one)) == (1, ["H201"]) and "甲县（sum.xlsx）" in of(one, "H201")["message"]["zh"]


def test_more_than_one_summary_is_refused(desk):
    result = run("verify", desk / "in", "--against", desk / "in")
    assert result.exit_code == 2 and "一次核对一份汇总表，这里有3份" in result.stderr


def test_a_folder_without_returns_is_refused(desk, tmp_path):
    assert run("verify", desk / "sum.xlsx", "--against", tmp_path / "no").exit_code == 2
    path = copy(desk / "sum.xlsx", tmp_path / "alone" / "sum.xlsx")
    assert run("verify", path, "--against", path.parent).exit_code == 2


# A form that was filled in by hand


def test_a_form_filled_in_by_hand_is_compared_cell_by_cell(desk, tmp_path):
    path = county(desk, tmp_path, SUM)
    code, one = held(path, desk / "in", "--roster", desk / "roster.csv")
    assert (code, hierarchy(one)) == (0, [])
    path = county(desk, tmp_path, {**SUM, "t3.new_received.business": 9, "t3.granted.business": 9})
    code, one = held(path, desk / "in", "--roster", desk / "roster.csv")
    told = [(f["severity"], f["left"], f["right"], f["difference"], f["cells"]) for f in one["findings"] if f["code"] == "H101"]
    assert told == [("error", "9", "7", "2", ["t3.new_received.business"]), ("error", "9", "7", "2", ["t3.granted.business"])]
    assert "汇总表9，各单位合计7，多2" in one["findings"][0]["message"]["zh"] and code == 1


def test_without_a_roster_a_sum_is_only_queried(desk, tmp_path):
    path = county(desk, tmp_path, {**SUM, "t3.new_received.business": 9, "t3.granted.business": 9})
    code, one = held(path, desk / "in")
    assert code == 0 and hierarchy(one, "warning") == ["H101", "H101"] and one["state"] == "query"
    assert "没有名单" in of({"findings": one["findings"][:1]}, "H101")["message"]["zh"]


def test_a_body_that_was_left_out_is_guessed_from_the_differences(desk, tmp_path):
    lines = {**SUM, "t3.new_received.business": 0, "t3.granted.business": 0, "t2.licensing.decisions": 50, "t4.review.upheld": 0}
    code, one = held(county(desk, tmp_path, lines), desk / "in", "--roster", desk / "roster.csv")
    assert code == 1 and hierarchy(one) == ["H101", "H107", "H107"]
    assert of(one, "H101")["hint"]["zh"] == "可能漏了丙局：所差的正是该单位的数。"
    assert "汇总表50，丙局900，相差850" in one["findings"][1]["message"]["zh"] + one["findings"][2]["message"]["zh"]


def test_nothing_of_the_parts_is_to_be_explained_on_the_form(desk, tmp_path):
    result = run("verify", county(desk, tmp_path, {**SUM, "t2.licensing.decisions": 951}), "--against", desk / "in")
    assert "H105  请核实  ［地方要求］" in result.stdout and "如属实" not in result.stdout.partition("H105")[2]


def test_a_return_with_errors_that_is_not_in_our_summary_is_lacking(desk, inbox, tmp_path):
    fill(inbox / "B.xlsx", {**B, "t3.granted.natural_person": 4})
    run("consolidate", inbox, "--roster", desk / "roster.csv", "--out", tmp_path / "s.xlsx", "--agency", "350582,甲县,county")
    _code, one = held(tmp_path / "s.xlsx", inbox)
    assert hierarchy(one) == ["H202"] and "乙镇（须改正）" in of(one, "H202")["message"]["zh"]


def test_returns_with_errors_count_as_they_stand_and_are_named(desk, inbox, tmp_path):
    fill(inbox / "B.xlsx", {**B, "t3.granted.natural_person": 4})
    _code, one = held(county(desk, tmp_path, SUM), inbox, "--roster", desk / "roster.csv")
    assert "乙镇（须改正）" in of(one, "H207")["message"]["zh"] and of(one, "H101")["right"] == "6"


def test_the_2019_edition_leaves_amounts_in_mixed_measures_out(tmp_path):
    form = layout("2019")
    amount, unit = "t2.procurement.amount", "unit.t2.procurement.amount"
    for path, money, measure in zip(issue(tmp_path, year=2020, lines=LINES[:2]), (30, 4), ("元", "万元"), strict=True):
        values = {amount: money, unit: measure, "t2.procurement.projects": 1, "t2.licensing.items_last_year": 2, "t2.licensing.items_change": -1}
        fill(path, values, to=copy(path, tmp_path / "in" / path.name), form=form)
    (source,) = issue(tmp_path / "c", year=2020, lines=("350582,甲县,county",))
    whole = {amount: 34, unit: "万元", "t2.procurement.projects": 2, "t2.licensing.items_last_year": 4, "t2.licensing.items_change": -1}
    fill(source, whole, form=layout("2019", level="county"))
    _code, one = held(source, tmp_path / "in", "--roster", tmp_path / "roster.csv")
    assert hierarchy(one) == ["H105", "H108"] and of(one, "H105")["cells"] == ["t2.licensing.items_change"]
    assert of(one, "H108")["cells"] == [amount] and "计量单位不一" in of(one, "H108")["message"]["zh"]


# A workbook that somebody made


@pytest.mark.parametrize("where", [{}, {"sheets": False, "down": 0, "right": 0}, {"sheets": False, "down": 5, "right": 3}])
def test_tables_are_found_by_their_labels_wherever_they_stand(desk, tmp_path, where):
    code, one = held(typed(tmp_path / "全县汇总.xlsx", total(SUM), **where), desk / "in", "--roster", desk / "roster.csv")
    assert (code, codes(one)) == (0, ["S311"])
    assert one["agency"] == {"code": "", "name": "全县汇总", "level": "county"} and (one["year"], one["edition"]) == (2025, "2021")


def test_a_difference_in_it_is_told_at_its_own_cell(desk, tmp_path):
    path = typed(tmp_path / "全县汇总.xlsx", total({**SUM, "t2.licensing.decisions": 951}))
    finding = of(held(path, desk / "in", "--roster", desk / "roster.csv")[1], "H105")
    page = openpyxl.load_workbook(path)["t2"]
    assert (finding["sheet"], page[finding["cell"]].value, finding["difference"]) == ("t2", 951, "1")


def test_its_typed_totals_are_checked_by_the_usual_rules(desk, tmp_path):
    path = typed(tmp_path / "s.xlsx", {**total(SUM), "t3.granted.total": 15})
    code, one = held(path, desk / "in", "--roster", desk / "roster.csv")
    assert code == 1 and set(codes(one, "error")) == {"R303"} and of(one, "R303")["sheet"] == "t3"


def test_cells_without_a_number_are_told_and_not_compared(desk, tmp_path):
    odd = {"t2.licensing.decisions": "９５０", "t2.penalties.decisions": None, "t4.review.upheld": "=1", "t2.coercion.decisions": "12件"}
    code, one = held(typed(tmp_path / "s.xlsx", {**total(SUM), **odd}), desk / "in", "--roster", desk / "roster.csv")
    told = sorted((finding for finding in one["findings"] if finding["code"] == "S312"), key=lambda finding: finding["sheet"])
    assert {key for finding in told for key in finding["cells"]} == set(odd) and hierarchy(one) == []
    assert "“９５０”" in told[0]["message"]["zh"] and "“空白”" in told[0]["message"]["zh"] and one["state"] == "failed" and code == 1


def test_totals_that_are_formulas_are_left_to_their_parts(desk, tmp_path):
    book = openpyxl.load_workbook(county(desk, tmp_path, SUM))
    del book["标识"]
    for prop in list(book.custom_doc_props.names):
        del book.custom_doc_props[prop]
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.save(tmp_path / "copied.xlsx")
    _code, one = held(tmp_path / "copied.xlsx", desk / "in", "--roster", desk / "roster.csv")
    told = {key for finding in one["findings"] if finding["code"] == "S312" for key in finding["cells"]}
    assert "31个总计是公式" in of(one, "S311")["message"]["zh"]
    assert not {key for key in told if key.endswith(".total")} and "t3.granted.research" in told, "blanks are told, whatever is declared beside them"


def test_a_workbook_whose_labels_do_not_stand_is_not_read(desk, tmp_path):
    path = typed(tmp_path / "s.xlsx", total(SUM))
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for row in book["t3"].iter_rows() for cell in row if cell.value == "自然人"]
    cell.value = "个人"
    del book["t4"]
    book.save(path)
    code, one = held(path, desk / "in", "--roster", desk / "roster.csv")
    told = sorted((finding["message"]["zh"] for finding in one["findings"] if finding["code"] == "S313"), key=len, reverse=True)
    assert code == 1 and len(told) == 2 and "表三" in told[0] and "应为“自然人”，现为“个人”" in told[0] and "没有一张工作表" in told[1]
    assert hierarchy(one) == [], "table 2 was found, and agrees"


def test_a_table_that_stands_twice_is_not_chosen_between(desk, tmp_path):
    path = typed(tmp_path / "s.xlsx", total(SUM))
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["t3"]).title = "备份"
    book.save(path)
    assert "有2处都像" in of(held(path, desk / "in")[1], "S313")["message"]["zh"]


def test_a_workbook_without_any_table_stays_unreadable(desk, tmp_path):
    openpyxl.Workbook().save(tmp_path / "s.xlsx")
    code, one = held(tmp_path / "s.xlsx", desk / "in")
    assert (code, one["state"]) == (1, "unreadable") and codes(one) == ["S104", "S313", "S313", "S313"]


def test_other_wordings_of_published_reports_and_of_the_2019_edition_are_known(desk, tmp_path):
    path = typed(tmp_path / "s.xlsx", total(SUM))
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for row in book["t2"].iter_rows() for cell in row if cell.value == "行政规范性文件"]
    cell.value = " 规范性 文件"
    book.save(path)
    assert codes(held(path, desk / "in", "--roster", desk / "roster.csv")[1]) == ["S311"]
    _code, one = held(typed(tmp_path / "old.xlsx", {}, "2019"), desk / "in", "--roster", desk / "roster.csv")
    assert one["edition"] == "2019" and "H205" in codes(one, "error")


def test_what_it_holds_never_commands(desk, tmp_path):
    path = typed(tmp_path / "s.xlsx", total(SUM))
    book = openpyxl.load_workbook(path)
    book["t2"].title = "\u202e=t2"
    book.save(path)
    result = run("verify", path, "--against", desk / "in")
    assert "\u202e" not in result.output
