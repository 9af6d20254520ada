"""Explanations through real workbooks: on the lines of 校验 and on its free lines, counted by rule, carried to the summary."""

import json
from datetime import datetime

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify

from ogi_xlsx.county import consolidate as consolidation, roster as rosters, summary
from ogi_xlsx.returns import reader
from ogi_xlsx.review.verify import verify as judge

ODD = {"t2.normative_documents.issued_this_year": 5, "t2.normative_documents.in_force": 3}  # R202: 3 are fewer than 5
CHECK = "R202@normative_documents"
WORDS = "两件为修订旧文"
OWN = {f"explain.copied.{CHECK}": 3, f"explain.text.{CHECK}": WORDS}


def free(code="R202", place=None, copied=None, text=WORDS, line=0):
    """A free line."""
    return {f"free.{name}.{line}": value for name, value in (("code", code), ("place", place), ("copied", copied), ("text", text)) if value is not None}


def judged(folder, *typed, form=None, level="乡镇"):
    """The verdict on a return with what was typed."""
    path = issue(folder, lines=(f"A,甲镇,{level}",))[0]
    return verify(fill(path, {key: value for one in typed for key, value in one.items()}, form=form))[1]["returns"][0]


def noted(returned):
    """The notes on explanations: code, cell and sentence."""
    return [(f["code"], f["cell"], f["message"]["zh"]) for f in returned["findings"] if f["code"].startswith("C3")]


@pytest.mark.parametrize("code", ["R202", "r202", " Ｒ２０２ "])
@pytest.mark.parametrize("copied", [3, "3", "３", " 3 ", 3.0])
def test_free_line_is_matched_by_code_and_number(tmp_path, code, copied):
    returned = judged(tmp_path, ODD, free(code, None, copied))
    assert returned["state"] == "passed" and noted(returned) == []
    assert returned["findings"][0]["explanation"] == WORDS


UNMATCHED = {
    "no code": (free(None, None, 3), "没有填代码"),
    "unknown code": (free("R999", None, 3), "没有这个代码"),
    "nothing raised": (free("R301", None, 3), "没有这个代码的核实事项"),
    "a note": (free("C201"), "只是提示"),
    "another number": (free(copied=4), "核实数4与需核实的数（3）不符"),
    "explained already": ({**OWN, **free(copied=3)}, "已有情况说明"),
}


@pytest.mark.parametrize("name", UNMATCHED)
def test_free_line_that_fits_nothing_is_said_once(tmp_path, name):
    typed, why = UNMATCHED[name]
    ((code, cell, message),) = noted(judged(tmp_path, ODD, typed))
    assert (code, cell) == ("C305", layout().address("free.text.0")) and why in message and "第1条" in message


def test_free_line_never_explains_an_error(tmp_path):
    returned = judged(tmp_path, {"t3.new_received.natural_person": 1}, free("R301", None, 1))
    assert returned["state"] == "failed" and "须改正的错误" in noted(returned)[0][2]
    assert all(finding["explanation"] is None for finding in returned["findings"])


AMISS = {
    "no number": (free(), "C303", "没有填核实数", "free.copied.0"),
    "a measure": (free(copied="3件"), "C303", "“3件”不是数字", "free.copied.0"),
    "a truth value": (free(copied=True), "C303", "“True”不是数字", "free.copied.0"),
    "stock phrases": (free(copied=3, text="经核实，情况属实。"), "C302", "只有0个字", "free.text.0"),
    "no words": (free(copied=3, text=None), "C302", "没有写文字", "free.text.0"),
    "a link": (free(copied=3, text='=HYPERLINK("http://a.example","两件为修订旧文")'), "C302", "不是文字", "free.text.0"),
    "a formula of a text": (free(copied=3, text='="因换届清理文件"'), "C302", "不是文字", "free.text.0"),
    "an error value": (free(copied=3, text="#DIV/0!"), "C302", "不是文字", "free.text.0"),
    "invisible": (free(copied=3, text="\u200b\u200b\u202e\u200b\u200b"), "C302", "只有0个字", "free.text.0"),
    "strokes": (free(copied=3, text="————————"), "C302", "除标点和套话外", "free.text.0"),
}


@pytest.mark.parametrize("name", AMISS)
def test_what_a_matched_free_line_lacks_is_said_once(tmp_path, name):
    typed, code, why, at = AMISS[name]
    returned = judged(tmp_path, ODD, typed)
    ((told, cell, message),) = noted(returned)
    assert (told, cell) == (code, layout().address(at)) and why in message and returned["state"] == "query"


TWO = {"t2.regulations.issued_this_year": 5, "t2.regulations.in_force": 3, **ODD}


@pytest.mark.parametrize("place", ["表二“规章”行", '表二"规章"行', "表二！d6", "D6", "d6", "表二D6"])
def test_place_tells_apart_what_code_and_number_do_not(tmp_path, place):
    form = layout(level="city")
    returned = judged(tmp_path, TWO, free(place=place, copied=3), form=form, level="设区的市")
    assert noted(returned) == [] and [f["explanation"] for f in returned["findings"] if f["code"] == "R202"] == [WORDS, None]


def test_several_fitting_places_are_not_guessed_between(tmp_path):
    returned = judged(tmp_path, TWO, free(copied=3), free(place="表九", copied=3, line=1), form=layout(level="city"), level="设区的市")
    assert [code for code, _, _ in noted(returned)] == ["C305", "C305"] and returned["state"] == "query"
    assert "相符的有2处" in noted(returned)[0][2] and "表二“规章”行、表二“行政规范性文件”行" in noted(returned)[0][2]


AS_TEXT = "=因换届清理文件"


def typed_as_text(path, *fields, text=AS_TEXT):
    """The workbook with a text that reads like a formula in cells, as somebody types it after an apostrophe."""
    book = openpyxl.load_workbook(path)
    for field in fields:
        sheet, row, col = layout().fields[field]
        book[sheet].cell(row, col).value = text
        book[sheet].cell(row, col).data_type = "s"  # openpyxl would take it for a formula
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("typed", "at"), [({f"explain.copied.{CHECK}": 3}, f"explain.text.{CHECK}"), (free(copied=3, text=None), "free.text.0")], ids=["own line", "free line"]
)
def test_text_that_begins_like_a_formula_is_text(tmp_path, typed, at):
    path = typed_as_text(fill(issue(tmp_path)[0], ODD | typed), at)
    returned = verify(path)[1]["returns"][0]
    assert returned["state"] == "passed" and noted(returned) == [] and returned["findings"][0]["explanation"] == AS_TEXT


@pytest.mark.parametrize("text", ['="因换届清理文件"', AS_TEXT, "#DIV/0!"])
@pytest.mark.parametrize("at", [f"explain.text.{CHECK}", "free.text.0"])
def test_an_explanation_that_is_a_formula_does_not_become_text_in_a_copy(tmp_path, text, at):
    copied = {f"explain.copied.{CHECK}": 3} if at.startswith("explain") else free(copied=3, text=None)
    wrong = {"t3.new_received.natural_person": 1}
    path = copy(fill(issue(tmp_path)[0], ODD | wrong | copied | {at: text}), tmp_path / "in" / "a.xlsx")
    assert [code for code, _, _ in noted(verify(path)[1]["returns"][0])] == ["C302"]
    run("verify", path, "--corrections", tmp_path / "back", "--engine", "native")
    (made,) = (one for one in (tmp_path / "back").glob("*.xlsx") if "登记表" not in one.name)
    sheet, row, col = layout().fields[at]
    book = openpyxl.load_workbook(made)
    listed = {cell.value: cell.data_type for line in book["问题清单"].iter_rows() for cell in line}
    assert book[sheet].cell(row, col).value is None and listed[text] == "s"
    returned = verify(made, "--engine", "native")[1]["returns"][0]
    assert all(finding["explanation"] is None for finding in returned["findings"])


def test_an_explanation_that_is_text_like_a_formula_stays_one_in_a_copy(tmp_path):
    typed = ODD | {"t3.new_received.natural_person": 1, f"explain.copied.{CHECK}": 3}
    path = typed_as_text(copy(fill(issue(tmp_path)[0], typed), tmp_path / "in" / "a.xlsx"), f"explain.text.{CHECK}")
    run("verify", path, "--corrections", tmp_path / "back", "--engine", "native")
    (made,) = (one for one in (tmp_path / "back").glob("*.xlsx") if "登记表" not in one.name)
    assert [f["explanation"] for f in verify(made, "--engine", "native")[1]["returns"][0]["findings"] if f["code"] == "R202"] == [AS_TEXT]


def test_place_of_another_number_is_not_overruled(tmp_path):
    returned = judged(tmp_path, {**TWO, "t2.regulations.in_force": 2}, free(place="D6", copied=3), form=layout(level="city"), level="设区的市")
    assert "核实数3与需核实的数（2）不符" in noted(returned)[0][2]


def test_warning_without_a_number_needs_only_its_code(tmp_path):
    path = fill(issue(tmp_path)[0], free("S202", text="多出的表是内部台账"))
    book = openpyxl.load_workbook(path)
    book.create_sheet("台账")
    book.save(path)
    returned = verify(path)[1]["returns"][0]
    assert returned["state"] == "passed" and returned["findings"][0]["explanation"] == "多出的表是内部台账"


def test_every_warning_says_how_to_explain_it(tmp_path):
    path = fill(issue(tmp_path)[0], ODD)
    book = openpyxl.load_workbook(path)
    book.create_sheet("台账")
    book.save(path)
    row = layout().fields[f"explain.text.{CHECK}"][1]
    told = run("verify", path).stdout
    assert f"“校验”表第{row}行照抄核实数3" in told and "空行填写代码S202，并写情况说明" in told
    fill(path, OWN)
    assert f"第{row}行照抄" not in run("verify", path).stdout
    assert f"on row {row} of 校验" in run("verify", fill(path, {f"explain.copied.{CHECK}": 9}), "--lang", "en").stdout


HOSTILE = [
    "\x01\x1b[31m两件为修订旧文\x07\n换行",
    "字" * 40_000,
    "两件为修订旧文" + "\u202e倒写",
    "http://a.example/两件为修订旧文",
    "+1+两件为修订旧文",
    "@两件为修订旧文",
    "=因换届清理文件",
]


def carried(folder, text):
    """A summary of two bodies, the first with an explanation."""
    files = issue(folder, lines=("A,甲镇,镇", "B,乙镇,镇"))
    returns = [reader.read(fill(path, typed)) for path, typed in zip(files, (ODD | OWN, {}), strict=True)]
    returns[0].fields[f"explain.text.{CHECK}"] = text  # no honest program writes some of these
    result = consolidation.consolidate(judge(returns, "native"), rosters.load(folder / "roster.csv"), None, {})
    summary.write(folder / "s.xlsx", result, datetime(2026, 1, 1))
    return folder / "s.xlsx"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_explanation_is_carried_to_the_summary_as_text_whatever_it_holds(tmp_path, text):
    path = carried(tmp_path, text)
    cell = openpyxl.load_workbook(path)["说明"].cell(4, 5)
    assert cell.data_type == "s" and cell.hyperlink is None and 0 < len(cell.value) <= 1500
    assert not any(ord(character) < 32 or character == "\u202e" for character in cell.value)
    code, result = verify(path)
    assert code == 0 and codes(result["returns"][0]) == ["R202", "R306"], "the sums raise it again, the list raises nothing"


def test_explanations_stand_on_a_sheet_of_the_summary_and_are_counted(tmp_path):
    files = issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇", "C,丙镇,镇"))
    for path, typed in zip(files, (ODD | OWN, {}, ODD), strict=True):
        copy(fill(path, typed), tmp_path / "in" / path.name)
    told = run("consolidate", tmp_path / "in", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "s.xlsx").stdout
    assert "1条情况说明" in told
    page = openpyxl.load_workbook(tmp_path / "s.xlsx")["说明"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert rows == [["代码", "单位", "位置", "核实数", "情况说明"], ["R202", "甲镇", "表二“行政规范性文件”行", 3, WORDS]]
    assert page.print_area.endswith("$E$4") and verify(tmp_path / "s.xlsx")[1]["returns"][0]["state"] == "query"


def test_summary_without_explanations_says_so(tmp_path):
    copy(fill(issue(tmp_path)[0], ODD), tmp_path / "in" / "a.xlsx")
    told = run("consolidate", tmp_path / "in", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "s.xlsx").stdout
    assert "情况说明" not in told and openpyxl.load_workbook(tmp_path / "s.xlsx")["说明"].cell(4, 1).value == "没有情况说明。"


def test_rule_that_many_agencies_explain_is_counted_and_questioned(tmp_path):
    files = issue(tmp_path, lines=tuple(f"{i},{i}镇,镇" for i in range(10)))
    for i, path in enumerate(files):
        copy(fill(path, ODD | OWN if i < 4 else {}), tmp_path / "in" / path.name)
    copy(files[0], tmp_path / "in" / "又一份.xlsx")
    result = run("verify", tmp_path / "in", "--format", "json")
    assert json.loads(result.stdout)["summary"]["explained"] == {"R202": 4}
    told = run("verify", tmp_path / "in").stdout
    assert "情况说明：R202（4个单位）。" in told and "规则可能不适合" not in told
    fill(tmp_path / "in" / files[4].name, ODD | OWN)
    assert "R202：共10个单位，有5个都作了情况说明。这条规则可能不适合" in run("verify", tmp_path / "in").stdout


def test_nothing_explained_is_no_line(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    assert "情况说明：" not in run("verify", path, "--roster", roster(tmp_path / "r.csv")).stdout
