"""`verify` over the command line: states, codes, exit codes, and what is left alone."""

import json

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify

BALANCED = {"t3.new_received.natural_person": 12, "t3.carried_in.natural_person": 1, "t3.granted.natural_person": 11, "t3.carried_out.natural_person": 2}


def test_empty_form_is_pending_told_once_a_table(tmp_path):
    code, result = verify(issue(tmp_path)[0])
    assert code == 1 and result["returns"][0]["state"] == "pending"
    assert codes(result["returns"][0], "error") == ["C101"] * 3


def test_zero_report_passes(tmp_path):
    code, result = verify(fill(issue(tmp_path)[0], {}))
    assert code == 0 and result["returns"][0]["state"] == "passed"
    assert codes(result["returns"][0]) == ["C201", "R306"]  # people not filled, a year without requests: notes
    assert result["returns"][0]["checks"]["pending"] == 0


def test_column_that_does_not_balance_is_one_finding_with_both_numbers(tmp_path):
    code, result = verify(fill(issue(tmp_path)[0], {**BALANCED, "t3.granted.natural_person": 12}))
    (finding,) = [f for f in result["returns"][0]["findings"] if f["severity"] == "error"]
    assert code == 1 and result["returns"][0]["state"] == "failed"
    assert (finding["code"], finding["sheet"], finding["left"], finding["right"], finding["difference"]) == ("R301", "表三", "13", "14", "-1")
    assert finding["message"]["zh"].startswith("表三“自然人”列不平：第一项12＋第二项1＝13，第三项（七）总计12＋第四项2＝14，相差1。")
    assert "t3.granted.natural_person" in finding["cells"] and not any(key.endswith("total") for key in finding["cells"])


ODD = {
    "12": "C103", "１２": "C104", "3件": "C115", "1,113": "C115", "/": "C114", "无": "C114", "阎良区公务用车10辆": "C102", " ": "C102",
    -1: "C108", 1.5: "C109", True: "C105", "=1+1": "C112", 1234567890123456: "C110", "#REF!": "C113",
}  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_what_is_no_number_is_told_apart_and_never_summed(tmp_path, value):
    code, result = verify(fill(issue(tmp_path)[0], {**BALANCED, "t3.granted.natural_person": value}))
    returned = result["returns"][0]
    assert code == 1 and returned["state"] == "failed"
    assert codes(returned, "error") == [ODD[value]]
    assert returned["findings"][0]["cells"] == ["t3.granted.natural_person"]
    reading = [c for c in layout().checks.checks if "t3.granted.natural_person" in layout().checks.typed_under(c.keys) and not c.prior_keys]
    assert returned["checks"]["pending"] == len(reading) > 1


def test_date_and_percentage_are_told_by_their_format(tmp_path):
    for number_format, value, expected in (("yyyy-mm-dd", 46027, "C106"), ("0%", 0.05, "C107")):
        path = fill(issue(tmp_path / expected)[0], {**BALANCED, "t3.granted.natural_person": value})
        book = openpyxl.load_workbook(path)
        _, row, col = layout().where["t3.granted.natural_person"]
        book["表三"].cell(row, col).number_format = number_format
        book.save(path)
        assert codes(verify(path)[1]["returns"][0], "error") == [expected]


@pytest.mark.parametrize(("content", "code"), [(12, "S210"), (13, "S204"), ("12", "S204"), (None, "S204"), ("=6*2", "S204")])
def test_altered_formula_is_an_error_unless_it_is_the_very_number(tmp_path, content, code):
    path = fill(issue(tmp_path)[0], BALANCED)
    book = openpyxl.load_workbook(path)
    _, row, col = layout().where["t3.new_received.total"]
    book["表三"].cell(row, col).value = content
    book.save(path)
    exit_code, result = verify(path)
    told = [finding for finding in result["returns"][0]["findings"] if finding["code"].startswith("S")]
    assert exit_code == (code == "S204") and [finding["code"] for finding in told] == [code]
    assert told[0]["cells"] == ["t3.new_received.total"]


def test_text_that_reads_like_a_formula_is_not_the_formula(tmp_path):
    path = fill(issue(tmp_path)[0], BALANCED)
    book = openpyxl.load_workbook(path)
    _, row, col = layout().where["t3.new_received.total"]
    book["表三"].cell(row, col).data_type = "s"
    book.save(path)
    (told,) = (finding for finding in verify(path)[1]["returns"][0]["findings"] if finding["code"].startswith("S"))
    assert told["code"] == "S204" and "表三J7原为“=SUM(D7:I7)”，现为“=SUM(D7:I7)”（文字，不是公式）" in told["message"]["zh"]


def test_changed_label_added_sheet_lost_lock_and_stray_number_are_told_apart(tmp_path):
    path = fill(issue(tmp_path)[0], BALANCED)
    book = openpyxl.load_workbook(path)
    page = book["表三"]
    page["A7"].value = "一、本年新收"
    page["Z99"].value = 5
    page.protection.sheet = False
    book.create_sheet("备注")
    book.save(path)
    assert sorted(codes(verify(path)[1]["returns"][0])[:4]) == ["S202", "S203", "S205", "S207"]


def test_missing_sheet_is_an_error(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    book = openpyxl.load_workbook(path)
    del book["表四"]
    book.save(path)
    code, result = verify(path)
    assert code == 1 and "S201" in codes(result["returns"][0], "error")


def test_two_of_three_marks_suffice(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    book = openpyxl.load_workbook(path)
    del book["标识"]
    book.save(path)
    code, result = verify(path)
    assert code == 0 and codes(result["returns"][0]) == ["S302", "C201", "R306"]
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.save(path)
    assert codes(verify(path)[1]["returns"][0]) == ["S320"]


def test_identity_edited_alike_in_two_marks_breaks_the_seal(tmp_path):
    from dataclasses import replace

    from ogi_xlsx.returns import identity as identities, reader
    from ogi_xlsx.returns.writing import workbook

    read = reader.read(issue(tmp_path)[0])
    other = replace(read.identity, agency=identities.Agency("9", "别的镇", "township"))
    workbook.write(tmp_path / "x.xlsx", read.layout, other, "pw")
    assert "S303" in codes(verify(tmp_path / "x.xlsx")[1]["returns"][0])


def test_warning_is_a_query_until_it_is_explained(tmp_path):
    values = {"t2.normative_documents.issued_this_year": 5, "t2.normative_documents.in_force": 3}
    path = fill(issue(tmp_path)[0], values)
    code, result = verify(path)
    assert code == 0 and result["returns"][0]["state"] == "query"
    assert run("verify", path, "--strict").exit_code == 1
    check = "R202@normative_documents"
    for copied, text, state in ((3, "两件为修订旧文", "passed"), (2, "两件为修订旧文", "query"), (3, "经核实，情况属实。", "query")):
        fill(path, {f"explain.copied.{check}": copied, f"explain.text.{check}": text})
        returned = verify(path)[1]["returns"][0]
        assert returned["state"] == state, (copied, text)
    fill(path, {f"explain.copied.{check}": 3, f"explain.text.{check}": "两件为修订旧文"})
    code, result = verify(path, "--strict")
    assert code == 0 and result["returns"][0]["findings"][0]["explanation"] == "两件为修订旧文"


UNREADABLE = {
    "empty.xlsx": (b"", "空文件"),
    "加密.xlsx": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "打开密码"),
    "单位.xlsx": ("单位,数量\n安海镇,3\n".encode("gb18030"), "文本"),
    "网页.xlsx": (b"<!DOCTYPE html><html></html>", "网页"),
    "坏.xlsx": (b"PK\x03\x04" + b"\0" * 300, "损坏"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_file_that_is_no_workbook_costs_one_finding_and_the_next_is_still_read(tmp_path, name):
    content, told = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    honest = fill(issue(tmp_path / "a")[0], {})
    code, result = verify(tmp_path / name, honest)
    bad, good = result["returns"]
    assert code == 1 and bad["state"] == "unreadable" and good["state"] == "passed"
    assert len(bad["findings"]) == 1 and told in bad["findings"][0]["message"]["zh"]
    assert bad["agency"] is None and bad["findings"][0]["code"].startswith("S1")


def test_workbook_of_somebody_else_is_told_as_such(tmp_path):
    openpyxl.Workbook().save(tmp_path / "别的.xlsx")
    assert codes(verify(tmp_path / "别的.xlsx")[1]["returns"][0]) == ["S104"]


def test_folder_is_read_in_path_order_and_what_is_skipped_is_said(tmp_path):
    files = issue(tmp_path, lines=("B,乙镇,镇", "A,甲镇,镇"))
    copy(files[0], tmp_path / "in" / "b" / "1.xlsx")
    copy(files[1], tmp_path / "in" / "a.xlsx")
    copy(files[1], tmp_path / "in" / "作废" / "旧.xlsx")
    copy(tmp_path / "out" / "下发登记表.xlsx", tmp_path / "in" / "登记.xlsx")
    (tmp_path / "in" / "~$a.xlsx").write_bytes(b"owner")
    (tmp_path / "in" / "说明.docx").write_bytes(b"word")
    result = run("verify", tmp_path / "in", "--format", "json")
    assert [r["path"].rsplit("/", 1)[1] for r in json.loads(result.stdout)["returns"]] == ["a.xlsx", "1.xlsx"]
    assert all(part in result.stderr for part in ("作废", "~$a.xlsx", "下发登记表", "1个文件不是电子表"))


def test_nothing_to_read_ends_with_two(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "nowhere.xlsx"):
        result = run("verify", path)
        assert result.exit_code == 2 and result.stderr and not result.stdout


def test_body_that_is_not_on_the_roster_is_told(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    code, result = verify(path, "--roster", roster(tmp_path / "other.csv", "X,别的镇,镇"))
    assert code == 1 and "S304" in codes(result["returns"][0], "error")


def test_output_goes_to_a_file_and_is_not_overwritten(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    assert run("verify", path, "--output", tmp_path / "r" / "结果.txt").exit_code == 0
    assert "通过1" in (tmp_path / "r" / "结果.txt").read_text(encoding="utf-8")
    assert run("verify", path, "--output", tmp_path / "r" / "结果.txt").exit_code == 2


def test_english_output_has_no_chinese_sentence(tmp_path):
    result = run("verify", issue(tmp_path)[0], "--lang", "en")
    assert "not filled" in result.stdout and "请" not in result.stdout


def test_edition_that_is_not_the_form_of_the_year_is_a_warning(tmp_path):
    path = issue(tmp_path, "--edition", "2019", year=2023)[0]
    code, result = verify(fill(path, {}, form=layout("2019")))
    assert code == 0 and result["returns"][0]["state"] == "query" and "S301" in codes(result["returns"][0], "warning")
    assert result["edition"] == "2019"


def test_json_has_every_key_of_the_contract(tmp_path):
    _, result = verify(fill(issue(tmp_path)[0], {**BALANCED, "t3.granted.natural_person": 12}))
    assert result["schema"] == "ogi-xlsx/verify/1"
    assert list(result) == ["schema", "tool", "edition", "settings", "returns", "summary"]
    returned = result["returns"][0]
    assert list(returned) == ["path", "sha256", "agency", "year", "edition", "state", "checks", "findings"]
    finding = ["code", "name", "severity", "basis", "sheet", "cell", "cells", "left", "right", "difference", "message", "hint", "explanation"]
    assert all(list(f) == finding for f in returned["findings"])
    assert list(result["summary"]) == ["returns", "passed", "query", "failed", "pending", "unreadable", "explained"]


def test_verdicts_that_differ_are_our_fault_and_end_with_two(tmp_path, monkeypatch):
    from ogi_xlsx.review import opinion

    path = fill(issue(tmp_path)[0], BALANCED)
    honest = opinion._column
    monkeypatch.setattr(opinion, "_column", lambda result, count: [number + 1 for number in honest(result, count)])
    code, result = verify(path)
    assert code == 2 and result["returns"][0]["state"] == "unreadable"
    assert result["returns"][0]["findings"][0]["code"] == "S901" and "本工具的问题" in result["returns"][0]["findings"][0]["message"]["zh"]
    assert verify(path, "--engine", "native")[0] == 0
