"""Built-in checks that need the file: what cells look like, what is hidden or noted, and how findings make room for each other."""

from datetime import datetime

import openpyxl
import pytest
import returned
from clerks import codes, fill, issue, layout, verify
from openpyxl.comments import Comment

from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.settings import Settings
from ogi_xlsx.returns.record import signed_words
from ogi_xlsx.review import verify as review

BALANCED = {"t3.new_received.natural_person": 12, "t3.carried_in.natural_person": 1, "t3.granted.natural_person": 11, "t3.carried_out.natural_person": 2}


def told(path, code):
    """The findings of a code in a workbook, as JSON has them."""
    return [finding for finding in verify(path)[1]["returns"][0]["findings"] if finding["code"] == code]


def edited(path, change):
    """A workbook in which something was changed by hand."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("text", "number"),
    [("增3", "3"), ("增加３项", "3"), ("减2", "-2"), ("减少 12 项", "-12"), ("减0", "0"), ("新增：5", "5"), ("未增未减", "0"), ("持平", "0")]
    + [(text, "") for text in ("3", "-3", "增", "增约3", "增3减2", "无", "", "增" + "9" * 16)],
)
def test_a_change_in_words_is_told_with_the_number_to_type(text, number):
    assert signed_words(text) == number


def test_words_in_a_cell_of_changes_are_told_with_what_to_type_instead(tmp_path):
    form = layout("2019")
    path = fill(issue(tmp_path, year=2019)[0], {"t2.licensing.items_change": "减2", "t2.licensing.decisions": "增3"}, form=form)
    (finding,) = told(path, "C120")
    assert finding["message"]["zh"].endswith("填了文字“减2”。请改填-2：增加填正数，减少填负数，没有增减填0。")
    assert finding["message"]["en"].endswith("Enter -2: a positive number for more, a negative one for fewer, 0 for no change.")
    assert [finding["cells"] for finding in told(path, "C102")] == [["t2.licensing.decisions"]]


@pytest.mark.parametrize(("number_format", "expected"), [("0.00E+00", 1), ("0.0e-0", 1), ("##0.0E+0", 1), ("General", 0), ("0", 0), ("[$-804]e", 0)])
def test_scientific_notation_is_told_with_the_number_stored(tmp_path, number_format, expected):
    path = fill(issue(tmp_path)[0], {"t2.licensing.decisions": 100000})
    _, row, col = layout().where["t2.licensing.decisions"]
    found = told(edited(path, lambda book: setattr(book["表二"].cell(row, col), "number_format", number_format)), "C121")
    assert len(found) == expected
    assert not found or found[0]["message"]["zh"].endswith("是科学计数格式，实际存的数是100000。请清除该格（含格式）后重新键入数字。")


def test_hidden_rows_columns_and_sheets_of_the_form_are_named(tmp_path):
    def hide(book):
        book["表三"].row_dimensions[9].hidden = True
        book["表三"].column_dimensions["E"].hidden = True
        book["表三"].row_dimensions[500].hidden = True
        book["打印件"].sheet_state = "hidden"

    (finding,) = told(edited(fill(issue(tmp_path)[0], BALANCED), hide), "S211")
    assert finding["message"]["zh"].startswith("有3处被隐藏：表三第9行；表三E列；打印件（整张工作表），其中的数照常读取。")
    assert "表三, row 9; 表三, column E; 打印件 (the whole sheet)" in finding["message"]["en"]
    assert (finding["severity"], finding["sheet"], finding["cell"]) == ("warning", "表三", "A9")


def test_many_hidden_rows_are_counted(tmp_path):
    def hide(book):
        for row in range(10, 20):
            book["表三"].row_dimensions[row].hidden = True

    (finding,) = told(edited(fill(issue(tmp_path)[0], BALANCED), hide), "S211")
    assert "表三第14行等共10处，" in finding["message"]["zh"] and "row 14 and more, 10 in all;" in finding["message"]["en"]


def test_comments_are_named_with_their_first_words_made_safe(tmp_path):
    def write(book):
        book["表三"]["D7"].comment = Comment("实为13件，\u200b其中一件\n待核实，等上级答复后再改过来", "甲")
        book["表四"]["A7"].comment = Comment("无", "甲")

    (finding,) = told(edited(fill(issue(tmp_path)[0], BALANCED), write), "S212")
    assert finding["message"]["zh"].startswith("有2格带批注：表三D7“实为13件，其中一件 待核实，等上级答…”；表四A7“无”。")
    assert "表三!D7 “实为13件" in finding["message"]["en"] and finding["cell"] == "D7"


def test_a_workbook_as_issued_hides_nothing_and_has_no_comments(tmp_path):
    assert not {"S210", "S211", "S212"} & set(codes(verify(fill(issue(tmp_path)[0], BALANCED))[1]["returns"][0]))


def test_blanks_that_lack_a_total_or_parts_are_not_told_again_as_not_filled(tmp_path):
    form = layout(typed_totals=True)
    path = issue(tmp_path, "--typed-totals")[0]
    whole = dict.fromkeys(form.checks.typed_keys, 0) | {"t4.review.upheld": 1}
    fill(path, {**whole, "t4.review.total": None}, zero=False, form=form)
    assert codes(verify(path)[1]["returns"][0], "error") == ["C119"]
    fill(path, {"t4.review.pending": None}, zero=False, form=form)
    assert codes(verify(path)[1]["returns"][0], "error") == ["C101", "C119"]
    (finding,) = told(path, "C101")
    assert finding["cells"] == ["t4.review.pending"] and "表四有1格未填" in finding["message"]["zh"]


def test_the_measure_of_purchases_is_chosen_in_the_workbook_of_2019(tmp_path):
    form = layout("2019")
    path = fill(issue(tmp_path, year=2019)[0], {"t2.procurement.projects": 1, "t2.procurement.amount": 25}, form=form)
    assert len(told(path, "R217")) == 1
    fill(path, {"unit.t2.procurement.amount": "万元"}, zero=False, form=form)
    assert verify(path)[1]["returns"][0]["state"] == "passed"


def test_a_date_cell_on_the_cover_is_read(tmp_path):
    path = fill(issue(tmp_path)[0], {"cover.date": datetime(2026, 2, 3)})
    (finding,) = told(path, "S401")
    assert "2026-02-03，晚于2026-01-31，迟3天" in finding["message"]["zh"]


LOOKS_LIKE_YUAN = (
    "表二B17“行政事业性收费”行“本年收费金额（单位：万元）”列填了25000（万元），是不小于10000的整数，像是以元填写；如是25000元，应填2.5。请核实计量单位。"
)


@pytest.mark.parametrize(("fields", "code"), [({}, "R205"), ({"cover.fee_amount": 25000}, "X105")])
def test_an_amount_that_looks_like_yuan_is_the_hint_of_the_rule_that_asks_about_it(fields, code):
    (judged,) = review.verify([returned.build("2021", returned.cells_of("t2.fees  amount 25000"), fields=fields)])
    (finding,) = [finding for finding in judged.findings if finding.severity != "note"]
    assert (finding.code, finding.hint and finding.hint.zh) == (code, LOOKS_LIKE_YUAN)


@pytest.mark.parametrize(
    ("level", "amount", "expected"), [("township", 25000, 1), ("street", 10000, 1), ("township", 9999, 0), ("township", "25000.5", 0), ("county", 25000, 0)]
)
def test_an_amount_that_looks_like_yuan_is_told_where_no_rule_asks_about_it(level, amount, expected):
    settings = Settings(off=(("R205", "理由", "2999-12-31"),))
    (judged,) = review.verify([returned.build("2021", returned.cells_of(f"t2.fees  amount {amount}"), level=level)], settings=settings)
    found = [finding for finding in judged.findings if finding.code == "R206"]
    assert len(found) == expected and all(finding.severity == "warning" and finding.basis == "inference" for finding in found)
    assert amount != 25000 or not expected or found[0].message.zh == LOOKS_LIKE_YUAN


def test_an_office_sets_a_threshold_of_its_own():
    one = returned.build("2021", returned.cells_of("t2.licensing  decisions 8"))
    settings = Settings(limits=(("C122", "most", "township", "7"),))
    (judged,) = review.verify([one], settings=settings)
    (finding,) = [finding for finding in judged.findings if finding.code == "C122"]
    assert "填了8，超过7。" in finding.message.zh


def test_what_is_inferred_or_practice_asks_and_demands_nothing():
    advice = [one for one in catalogue().values() if one.basis in ("inference", "practice") and one.code[0] in "RY"]
    assert {one.severity for one in advice} <= {"warning", "note"}
    assert all("请核实" in one.repair.zh or one.code == "R217" for one in advice)
