"""Correction copies over the command line: what goes back, what it holds, and that it comes back like any return."""

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, run, verify, workbooks

from ogi_xlsx.returns import reader

LINES = ("A,甲镇,镇", "B,乙街道,街道")
WRONG = {"t3.new_received.natural_person": 5, "t3.granted.natural_person": 9, "t3.carried_out.natural_person": 1}


def sent(folder, values, **more):
    """A return of 甲镇 in `folder/收回`."""
    path = copy(issue(folder, lines=LINES)[0], folder / "收回" / "甲镇.xlsx")
    return fill(path, values, **more)


def back(folder, *options):
    """The copies of `folder/收回`, without the register."""
    result = run("verify", folder / "收回", "--corrections", folder / "退回", *options)
    return result, [path for path in workbooks(folder / "退回") if not path.name.startswith("退回登记表")] if (folder / "退回").exists() else []


def told(path):
    """Codes and cells of the errors and warnings of a return."""
    (one,) = verify(path, "--engine", "native")[1]["returns"]
    return sorted((finding["code"], finding["sheet"], finding["cell"]) for finding in one["findings"] if finding["severity"] != "note")


def test_a_copy_holds_the_same_numbers_and_findings_one_round_higher(tmp_path):
    path = sent(tmp_path, WRONG)
    _, (made,) = back(tmp_path)
    assert told(made) == told(path)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames[0] == "问题清单" and all(book[name].protection.sheet for name in ("表二", "表三", "表四", "问题清单"))
    sheet, row, col = layout().where["t3.granted.natural_person"]
    assert book[sheet].cell(row, col).value == 9 and not book[sheet].cell(row, col).protection.locked
    assert "问题1" in book[sheet].cell(row, col).comment.text
    links = [cell.hyperlink.location for line in book["问题清单"].iter_rows() for cell in line if cell.hyperlink]
    assert "'表三'!D9" in links


def test_corrected_it_passes_and_replaces_the_earlier_one(tmp_path):
    sent(tmp_path, WRONG)
    _, (made,) = back(tmp_path)
    fixed = fill(copy(made, tmp_path / "收回" / "改好.xlsx"), {"t3.granted.natural_person": 4}, zero=False)
    code, result = verify(fixed)
    assert code == 0 and codes(result["returns"][0], "error", "warning") == []
    status = run("status", tmp_path / "收回", "--roster", tmp_path / "roster.csv").stdout
    assert status.startswith("应报2 已收1 通过1")


@pytest.mark.parametrize("content", ["１２", " 12", "12件", "=1+1 是文字", True, -3, 1.5, "一段\n文字", "http://a.cn", "'", "无"])
def test_what_was_typed_stands_in_its_cell_as_it_was(tmp_path, content):
    path = sent(tmp_path, WRONG)
    sheet, row, col = layout().where["t2.licensing.decisions"]
    book = openpyxl.load_workbook(path)
    cell = book[sheet].cell(row, col)
    cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"  # openpyxl would take = for a formula
    book.save(path)
    _, (made,) = back(tmp_path)
    held = openpyxl.load_workbook(made)[sheet].cell(row, col)
    assert (held.value, held.data_type, held.hyperlink) == (content, cell.data_type, None)
    assert told(made) == told(path)


def test_what_cannot_be_written_stands_in_the_list(tmp_path):
    path = sent(tmp_path, WRONG)
    sheet, row, col = layout().where["t2.licensing.decisions"]
    book = openpyxl.load_workbook(path)
    book[sheet].cell(row, col).value = "=6*7"
    book[sheet]["K40"] = "表外的备注"
    book.create_sheet("附表")["A1"] = "另有3件"
    book.save(path)
    _, (made,) = back(tmp_path)
    copy_ = openpyxl.load_workbook(made)
    listed = "\n".join(str(cell.value) for line in copy_["问题清单"].iter_rows() for cell in line if cell.value is not None)
    held = copy_[sheet].cell(row, col)
    assert (held.value, held.data_type) == ("=6*7", "s") and "附表" not in copy_.sheetnames  # a blank could count as 0, text never does
    assert all(text in listed for text in ("6*7", "表外的备注", "另有3件"))


def test_a_copy_of_the_same_return_is_kept_and_of_another_not_overwritten(tmp_path):
    path = sent(tmp_path, WRONG)
    _, (made,) = back(tmp_path)
    first = made.read_bytes()
    result, _ = back(tmp_path)
    assert "保留不动" in result.stderr and made.read_bytes() == first
    fill(path, {"t3.granted.natural_person": 8}, zero=False)
    result, _ = back(tmp_path)
    assert "没有覆盖" in result.stderr and made.read_bytes() == first
    back(tmp_path, "--force")
    assert made.read_bytes() != first


def test_nothing_goes_back_to_those_who_passed_and_our_notes_are_not_theirs(tmp_path):
    path = copy(issue(tmp_path, lines=LINES)[0], tmp_path / "收回" / "甲镇.xlsx")
    fill(path, {})
    result, made = back(tmp_path)
    assert made == [] and "退回修改表0份" in result.stderr
    fill(path, WRONG)
    _, (one,) = back(tmp_path)
    assert "S212" not in [code for code, _, _ in told(one)]
    book = openpyxl.load_workbook(one)
    book["表二"]["B6"].comment = openpyxl.comments.Comment("见附件", "张三")
    book.save(one)
    assert "S212" in [code for code, _, _ in told(one)]


@pytest.mark.parametrize(("cell", "words"), [("A2", "乙街道"), ("A1", "2024年度政府信息公开工作年度报告数据报表")])
def test_no_copy_hides_that_a_form_was_renamed_to_another_body(tmp_path, cell, words):
    path = sent(tmp_path, {})
    book = openpyxl.load_workbook(path)
    book["封面"][cell] = words
    book.save(path)
    result, made = back(tmp_path)
    assert made == [] and not (tmp_path / "退回").exists() and told(path) == [("S319", "封面", cell)]
    assert "甲镇.xlsx 上印的单位名称、代码或年度被改动，没有生成退回修改表。请核实这些数是谁的" in result.stderr


NUMBERS = {"t3.new_received.natural_person": 12, "t3.new_received.business": 0, "t3.granted.natural_person": 12, "t4.review.upheld": 3}


def merged(path, cells):
    """The workbook with cells merged as office programs do it: what is covered is thrown away."""
    book = openpyxl.load_workbook(path)
    book["表四"].merge_cells(cells)
    book.save(path)
    return path


def locked(path, cell):
    """The workbook with a blank, locked cell pasted over one of table 4."""
    book = openpyxl.load_workbook(path)
    book["表四"][cell] = None
    book["表四"][cell].protection = openpyxl.styles.Protection(locked=True)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("lose", "code", "words"), [(lambda path: merged(path, "A7:B7"), "S225", "B7"), (lambda path: locked(path, "B7"), "S228", "（B7）")], ids=["merge", "lock"]
)
def test_a_number_that_is_lost_is_no_declared_zero_and_its_copy_does_not_pass(tmp_path, lose, code, words):
    key = next(key for key, place in layout().where.items() if place == ("表四", 7, 2))
    path = lose(sent(tmp_path, NUMBERS | {key: 1}))
    returned = reader.read(path)
    assert returned.typed[key] is None and key in returned.gone and returned.control_sum is None
    result, (made,) = back(tmp_path)
    assert code in [code for code, _, _ in told(path)] and words in result.stdout
    book = openpyxl.load_workbook(made)
    listed = [str(cell.value) for line in book["问题清单"].iter_rows() for cell in line if cell.value is not None]
    assert "零报告未带入（该表有数缺失）" in listed and not any("已填数字均已保留" in text for text in listed)
    assert any("有1格的数在收到的文件里已经没有了，须重新填写。" in text for text in listed)
    sheet, row, col = layout().fields["zero.t4"]
    assert book[sheet].cell(row, col).value is None and book["表四"]["A7"].value == 3
    copy(made, tmp_path / "发回" / "甲镇.xlsx")
    code, result = verify(tmp_path / "发回", "--engine", "native")
    assert (code, result["returns"][0]["state"], told(made)) == (1, "pending", [("C101", "表四", "B7")])


def test_a_lock_on_a_blank_that_is_not_declared_leaves_it_unfilled(tmp_path):
    path = locked(sent(tmp_path, {f"zero.{table}": "是" for table in ("t2", "t3")}, zero=False), "B7")
    (finding,) = (one for one in reader.read(path).findings if one.code == "C101")
    assert layout().address(finding.cells[1]) == "B7" and len(finding.cells) == len(layout().checks.typed["t4"])
    assert "S228" not in [code for code, _, _ in told(path)]


def test_a_lock_on_a_cell_that_holds_its_number_takes_nothing_away(tmp_path):
    path = sent(tmp_path, {"t4.review.upheld": 3})
    book = openpyxl.load_workbook(path)
    book["表四"]["A7"].protection = openpyxl.styles.Protection(locked=True)
    book.save(path)
    returned = reader.read(path)
    assert (returned.typed["t4.review.upheld"], returned.shut, told(path)) == (3, frozenset(), [])
