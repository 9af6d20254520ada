"""`generate`: what an office gets for its roster, and what a bad roster gets."""

import stat

import openpyxl
import pytest
from clerks import issue, layout, roster, run, workbooks

from ogi_xlsx.county.issue import cleaned, read_register


def test_one_workbook_an_agency_in_roster_order_and_a_register(tmp_path):
    files = issue(tmp_path, lines=("B1,乙镇人民政府,镇", "A1,甲街道办事处,街道", "C1,丙局,部门"))
    assert [path.name for path in files] == [f"0{i}_{name}_2025年度信息公开年报表.xlsx" for i, name in enumerate(["乙镇人民政府", "甲街道办事处", "丙局"], 1)]
    _, register = read_register(tmp_path / "out" / "下发登记表.xlsx")
    assert [(line.no, line.code, line.file) for line in register] == [(1, "B1", files[0].name), (2, "A1", files[1].name), (3, "C1", files[2].name)]
    assert len({line.password for line in register}) == 1


def test_sheets_stand_in_the_designed_order_and_are_locked(tmp_path):
    book = openpyxl.load_workbook(issue(tmp_path)[0])
    assert book.sheetnames == ["封面", "表二", "表三", "表四", "校验", "打印件", "标识"]
    assert book["标识"].sheet_state == "veryHidden"
    assert all(page.protection.sheet for page in book)
    assert book.security.lockStructure


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("typed", [False, True])
def test_inputs_are_open_and_blank_and_all_else_is_locked(tmp_path, edition, typed):
    path = issue(tmp_path, "--edition", edition, *(["--typed-totals"] if typed else []))[0]
    book, form = openpyxl.load_workbook(path), layout(edition, typed_totals=typed)
    for name, sheet in form.sheets.items():
        for place, cell in sheet.cells.items():
            held = book[name].cell(*place)
            assert held.protection.locked == (not cell.typed), (name, place)
            if cell.key in form.where and cell.typed:
                assert held.value is None


def test_validation_covers_every_input(tmp_path):
    book, form = openpyxl.load_workbook(issue(tmp_path)[0]), layout()
    for sheet in ("表二", "表三", "表四"):
        covered = {cell for rule in book[sheet].data_validations.dataValidation for area in rule.sqref.ranges for row in area.cells for cell in [row]}
        assert {(r, c) for name, r, c in form.where.values() if name == sheet} - {
            (r, c) for k, (n, r, c) in form.where.items() if k in form.checks.totals
        } <= covered
        assert all(rule.showErrorMessage and len(rule.error) <= 255 for rule in book[sheet].data_validations.dataValidation)


def test_roster_in_gb18030_and_with_chinese_headings_is_read(tmp_path):
    path = roster(tmp_path / "r.csv", "1,安海镇,镇", heading="代码,单位名称,类别", encoding="gb18030")
    assert run("generate", path, "--year", 2025, "--out", tmp_path / "out").exit_code == 0


def test_roster_as_workbook_is_read_below_its_title(tmp_path):
    book = openpyxl.Workbook()
    for row in (["名单"], [], ["序号", "代码", "单位名称", "类别"], [1, 350582101, "安海镇", "镇"]):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    assert run("generate", tmp_path / "名单.xlsx", "--year", 2025, "--out", tmp_path / "out").exit_code == 0


def test_late_comer_is_added_with_the_password_of_the_round(tmp_path):
    issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))
    late = roster(tmp_path / "r2.csv", "A,甲镇,镇", "B,乙镇,镇", "C,丙镇,镇")
    before = {path.name: path.read_bytes() for path in workbooks(tmp_path / "out")}
    assert run("generate", late, "--year", 2025, "--out", tmp_path / "out", "--only", "C").exit_code == 0
    assert len(workbooks(tmp_path / "out")) == 3
    assert all((tmp_path / "out" / name).read_bytes() == content for name, content in before.items())
    _, register = read_register(tmp_path / "out" / "下发登记表.xlsx")
    assert [line.code for line in register] == ["A", "B", "C"]
    assert len({line.password for line in register}) == 1
    again = run("generate", late, "--year", 2025, "--out", tmp_path / "out", "--only", "C")
    assert again.exit_code == 2 and "已经下发" in again.stderr


BAD_ROSTERS = {
    "missing column": ("code,name", ["1,甲镇"], "缺少列：类别（level）"),
    "doubled code": ("code,name,level", ["1,甲镇,镇", "1,乙镇,镇"], "第3行：单位代码“1”与第2行重复"),
    "empty name": ("code,name,level", ["1,,镇"], "第2行：没有单位名称"),
    "unknown level": ("code,name,level", ["1,甲镇,公社"], "第2行：类别“公社”不认识"),
    "spoiled code": ("code,name,level", ["3.5E+17,甲镇,镇"], "已被表格程序改成科学计数"),
    "bare comma": ("code,name,level", ["1,甲,镇政府,镇"], "名称中有逗号时请给名称加双引号"),
    "200 characters": ("code,name,level", ["1," + "镇" * 200 + ",镇"], "有200个字"),
    "nobody": ("code,name,level", [], "没有单位"),
}


@pytest.mark.parametrize("case", BAD_ROSTERS)
def test_bad_roster_is_told_in_a_sentence_and_nothing_is_written(tmp_path, case):
    heading, lines, told = BAD_ROSTERS[case]
    path = tmp_path / "名单.csv"
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    result = run("generate", path, "--year", 2025, "--out", tmp_path / "out")
    assert result.exit_code == 2 and told in result.stderr and "名单.csv" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["名单.csv"]


def test_every_problem_of_a_roster_is_told_at_once(tmp_path):
    path = roster(tmp_path / "r.csv", "1,甲镇,镇", "1,,公社", "3.5E+17,丙镇,镇")
    stderr = run("generate", path, "--year", 2025, "--out", tmp_path / "out").stderr
    assert all(part in stderr for part in ("第3行：单位代码“1”与第2行重复", "没有单位名称", "公社", "第4行"))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "r.csv").write_bytes(b"\xff\xfe\x00\x01\x80\x80")
    result = run("generate", tmp_path / "r.csv", "--year", 2025, "--out", tmp_path / "out")
    assert result.exit_code == 2 and "GB18030" in result.stderr


def test_names_with_comma_and_slash_make_safe_file_names(tmp_path):
    files = issue(tmp_path, lines=('1,"甲镇, 乙镇",镇', "2,丙局/丁办,部门", "3,..,部门"))
    assert [path.parent for path in files] == [tmp_path / "out"] * 3
    assert "丙局_丁办" in files[1].name


def test_cleaned_name_fits_into_a_file_name():
    assert len(cleaned("镇" * 100).encode()) <= 150
    assert cleaned('a\\b:c*d?e"f<g>h|i') == "a_b_c_d_e_f_g_h_i"


def test_full_folder_is_not_touched_without_force(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "旧表.xlsx").write_bytes(b"old")
    arguments = ("generate", roster(tmp_path / "r.csv"), "--year", 2025, "--out", tmp_path / "out")
    result = run(*arguments)
    assert result.exit_code == 2 and "已有文件" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["旧表.xlsx"]
    assert run(*arguments, "--force").exit_code == 0
    assert (tmp_path / "out" / "旧表.xlsx").read_bytes() == b"old"


def test_year_without_edition_is_refused_and_a_named_one_is_used_with_a_warning(tmp_path):
    listed = roster(tmp_path / "r.csv")
    none = run("generate", listed, "--year", 2018, "--out", tmp_path / "a")
    assert none.exit_code == 2 and "2018年度没有适用的格式版本" in none.stderr
    named = run("generate", listed, "--year", 2023, "--edition", "2019", "--out", tmp_path / "b")
    assert named.exit_code == 0 and "不适用于2023年度" in named.stderr
    unknown = run("generate", listed, "--year", 2023, "--edition", "2020", "--out", tmp_path / "c")
    assert unknown.exit_code == 2 and "没有格式版本“2020”" in unknown.stderr


def test_unwritable_place_is_told_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("x")
    result = run("generate", roster(tmp_path / "r.csv"), "--year", 2025, "--out", tmp_path / "file" / "out")
    assert result.exit_code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "r.csv"]


def test_written_files_can_be_read_by_others(tmp_path):
    assert stat.S_IMODE(issue(tmp_path)[0].stat().st_mode) & 0o044
