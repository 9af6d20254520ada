"""The roster as offices keep it: headings, levels, codes that are missing or spoiled, and what is written back."""

import json
from pathlib import Path

import openpyxl
import pytest
from clerks import fill, layout, run, workbooks
from openpyxl.styles import Font

from ogi_xlsx.county import roster
from ogi_xlsx.form.words import Refusal


def csv(folder: Path, *lines: str, heading: str = "代码,单位名称,类别", encoding: str = "utf-8", newline: str = "\n") -> Path:
    path = folder / "名单.csv"
    path.write_bytes("".join(line + newline for line in (heading, *lines)).encode(encoding))
    return path


def book(folder: Path, *rows: list, merge: str = "") -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if merge:
        made.active.merge_cells(merge)
    made.save(folder / "名单.xlsx")
    return folder / "名单.xlsx"


def agencies(entries):
    return [(entry.agency.code, entry.agency.name, entry.agency.level) for entry in entries]


def problems(path):
    with pytest.raises(Refusal) as refused:
        roster.load(path)
    return "\n".join(problem.zh for problem in refused.value.problems)


def coded(path, *taken):
    """Entries with codes given and written back, and what was noted."""
    notes = []
    return roster.coded(path, taken, notes), [note.zh for note in notes]


def test_headings_are_known_however_they_are_set(tmp_path):
    heading = '序号,"单位\n名称：",类 别*,单位代码,联系人,联系电话,手机,备注'
    (entry,) = roster.load(csv(tmp_path, "某市2025年度名单", heading, "1,安海镇,镇,A1,张三,0595-1,138,无", heading="附件1"))
    assert (entry.agency.code, entry.agency.name, entry.agency.level, entry.contact, entry.phone) == ("A1", "安海镇", "township", "张三", "0595-1")
    (entry,) = roster.load(csv(tmp_path, "A1,安海镇,镇", heading="代码,填报单位,单位性质"))
    assert entry.agency.name == "安海镇"


@pytest.mark.parametrize(
    ("written", "level"),
    [
        *[(text, "township") for text in ("镇", "乡", "乡镇", "乡（镇）", "民族乡", "Township", " 镇 ")],
        *[(text, "street") for text in ("街道", "街道办事处", "街道办")],
        *[(text, "department") for text in ("部门", "县直部门", "区直单位", "市政府部门", "政府工作部门")],
        *[(text, "zone") for text in ("管委会", "管理委员会", "开发区")],
        *[("县", "county"), ("县(市、区)", "county"), ("设区的市", "city"), ("省", "province")],
        *[("公社", None), ("", None), ("正科级", None)],
    ],
)
def test_levels_are_known_by_the_words_of_offices(written, level):
    assert roster.level_of(written) == level


def test_missing_codes_are_given_in_order_and_written_back(tmp_path):
    path = csv(tmp_path, ",甲镇,镇", "X9,乙镇,镇", ",丙局,部门")
    entries, notes = coded(path)
    assert agencies(entries) == [("D001", "甲镇", "township"), ("X9", "乙镇", "township"), ("D002", "丙局", "department")]
    assert notes == ["名单.csv 中2个单位没有代码，已编为D001至D002，写回了名单。代码今后请勿改动。"]
    assert path.read_text(encoding="utf-8") == "代码,单位名称,类别\nD001,甲镇,镇\nX9,乙镇,镇\nD002,丙局,部门\n"
    assert coded(path) == (entries, [])
    assert [path.name for path in tmp_path.iterdir()] == ["名单.csv"]


def test_given_codes_stay_when_lines_are_inserted_and_none_is_given_twice(tmp_path):
    path = csv(tmp_path, ",新镇,镇", "D001,甲镇,镇", ",又一镇,镇", "D007,乙镇,镇,", heading="代码,单位名称,类别,前身")
    assert [entry.agency.code for entry in coded(path)[0]] == ["D008", "D001", "D009", "D007"]
    path = csv(tmp_path, ",新镇,镇,D012", heading="代码,单位名称,类别,前身")
    assert [entry.agency.code for entry in coded(path, "d020", "JJ99")[0]] == ["D021"]


def test_body_that_left_the_roster_keeps_its_code(tmp_path):
    path = csv(tmp_path, ",甲镇,镇", ",乙镇,镇")
    assert run("generate", path, "--year", 2025, "--out", tmp_path / "out").exit_code == 0
    csv(tmp_path, "D001,甲镇,镇", ",丙镇,镇")
    assert run("generate", path, "--year", 2025, "--out", tmp_path / "out", "--only", "丙镇").exit_code == 0
    assert [entry.agency.code for entry in roster.load(path)] == ["D001", "D003"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_keeps_its_encoding_and_what_else_it_holds(tmp_path, encoding, newline):
    path = csv(tmp_path, "甲镇,镇, 原样 ", '"乙, 丙镇",镇', heading="单位名称,类别,别的", encoding=encoding, newline=newline)
    coded(path)
    lines = ["单位名称,类别,别的,代码", "甲镇,镇, 原样 ,D001", '"乙, 丙镇",镇,,D002', ""]
    assert path.read_bytes() == newline.join(lines).encode(encoding)


def test_tabs_stay_tabs(tmp_path):
    path = csv(tmp_path, "\t甲镇\t镇", heading="代码\t单位名称\t类别")
    coded(path)
    assert path.read_text(encoding="utf-8") == "代码\t单位名称\t类别\nD001\t甲镇\t镇\n"


def test_workbook_keeps_its_look_and_gets_codes_alone(tmp_path):
    path = book(tmp_path, ["名单"], ["序号", "单位名称", "类别"], [1, "甲镇", "镇"], [2, "乙镇", "镇"])
    made = openpyxl.load_workbook(path)
    made.active["B3"].font = Font(name="楷体", bold=True)
    made.active.column_dimensions["B"].width = 41
    made.create_sheet("别的")["A1"] = "=1+1"
    made.save(path)
    coded(path)
    after = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in after.active.iter_rows()] == [
        ["名单", None, None, None],
        ["序号", "单位名称", "类别", "代码"],
        [1, "甲镇", "镇", "D001"],
        [2, "乙镇", "镇", "D002"],
    ]
    assert after.active["B3"].font.name == "楷体" and after.active.column_dimensions["B"].width == 41
    assert after.active["D3"].number_format == "@" and after["别的"]["A1"].value == "=1+1"


def test_roster_with_formulas_is_left_alone(tmp_path):
    path = book(tmp_path, ["单位名称", "类别", "代码"], ['="甲"&"镇"', "镇", None], ["乙镇", "镇", None])
    before = path.read_bytes()
    assert "没有单位名称" in problems(path)  # no program has calculated it yet
    assert path.read_bytes() == before
    path = book(tmp_path, ["单位名称", "类别", "代码"], ["甲镇", "镇", "=A2"])
    before = path.read_bytes()
    with pytest.raises(Refusal, match="第2行的代码格里有公式"):
        coded(path)
    assert path.read_bytes() == before


def test_roster_that_would_read_otherwise_is_not_written(tmp_path, monkeypatch):
    path = csv(tmp_path, ",甲镇,镇")
    before = path.read_bytes()
    monkeypatch.setattr(roster.roster_file, "write_codes", lambda file, codes, to: to.write_text("代码,单位名称,类别\nD001,乙镇,镇\n", encoding="utf-8"))
    with pytest.raises(Refusal, match="写回代码会改变名单"):
        coded(path)
    assert path.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == ["名单.csv"]


@pytest.mark.parametrize("lock", ["~$名单.xlsx", ".~lock.名单.xlsx#"])
def test_roster_that_is_open_is_not_written(tmp_path, lock):
    path = book(tmp_path, ["单位名称", "类别"], ["甲镇", "镇"])
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(Refusal, match="正在 Excel、WPS 或 LibreOffice 中打开"):
        coded(path)
    assert openpyxl.load_workbook(path).active.max_column == 2


def test_roster_that_the_system_does_not_let_go_is_told(tmp_path, monkeypatch):
    path = csv(tmp_path, ",甲镇,镇")

    def held(self, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(Refusal, match="文件正在 Excel、WPS 中打开"):
        coded(path)


def test_only_issuing_gives_codes(tmp_path):
    path = csv(tmp_path, ",甲镇,镇", "X,乙镇,镇", ",丙镇,镇")
    before = path.read_bytes()
    result = run("verify", tmp_path, "--roster", path)
    assert result.exit_code == 2 and "名单.csv 中有2个单位没有代码（第2行；第4行）。请先下发（ogi-xlsx generate）" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "reason", "included", "why"),
    [
        ("", "", True, ""),
        ("是", "备注几句", True, ""),
        ("否", "由市里汇总", False, "由市里汇总"),
        ("否：通过市系统报送", "", False, "通过市系统报送"),
        ("否（通过市系统报送）", "另有说明", False, "通过市系统报送"),
        ("不计入 已由市局汇总", "", False, "已由市局汇总"),
        ("No; reported to the city", "", False, "reported to the city"),
        ("0", "", False, ""),
        ("√", "", True, ""),
    ],
)
def test_body_may_be_tracked_and_not_added_up_with_a_reason(tmp_path, answer, reason, included, why):
    (entry,) = roster.load(csv(tmp_path, f"1,甲局,部门,{answer},{reason}", heading="代码,单位名称,类别,计入汇总,不计入的理由"))
    assert (entry.included, entry.reason) == (included, why)


@pytest.mark.parametrize("answer", ["待定", "否则", "是不是", "2"])
def test_answer_that_is_neither_yes_nor_no_is_a_problem(tmp_path, answer):
    assert f"第2行：“计入汇总”写了“{answer}”" in problems(csv(tmp_path, f"1,甲局,部门,{answer}", heading="代码,单位名称,类别,计入汇总"))


def test_codes_that_a_spreadsheet_wrote_as_numbers_are_read(tmp_path):
    path = book(
        tmp_path, ["代码", "单位名称", "类别"], [350582101, "甲镇", "镇"], [350582102.0, "乙镇", "镇"], ["350582103.0", "丙镇", "镇"], ["007", "丁镇", "镇"]
    )
    assert [entry.agency.code for entry in roster.load(path)] == ["350582101", "350582102", "350582103", "007"]


def test_codes_that_a_spreadsheet_spoiled_are_caught(tmp_path):
    from datetime import datetime

    long = 113505820000000001
    path = book(
        tmp_path,
        ["代码", "单位名称", "类别"],
        [float(long), "甲镇", "镇"],
        [long, "乙镇", "镇"],
        [datetime(2026, 1, 2), "丙镇", "镇"],
        ["1.1E+17", "丁镇", "镇"],
    )
    told = problems(path)
    assert told.count("已被表格程序改成科学计数或日期") == 4 and all(f"第{line}行" in told for line in (2, 3, 4, 5))


def test_one_merged_cell_is_the_level_of_all_its_lines(tmp_path):
    path = book(tmp_path, ["代码", "单位名称", "类别"], ["1", "甲镇", "镇"], ["2", "乙镇", None], ["3", "丙局", "部门"], merge="C2:C3")
    assert [entry.agency.level for entry in roster.load(path)] == ["township", "township", "department"]


def test_numbered_lines_that_were_not_needed_are_no_bodies(tmp_path):
    path = book(tmp_path, ["序号", "代码", "单位名称", "类别"], [1, "A", "甲镇", "镇"], [2, None, None, None], [3, None, None, None])
    assert len(roster.load(path)) == 1


def test_lines_that_are_no_bodies_are_told(tmp_path):
    told = problems(book(tmp_path, ["序号", "代码", "单位名称", "类别"], [1, "A", "甲镇", "镇"], ["合计", None, 1, None], ["备注：以上单位", None, None, None]))
    assert "第3行：没有填类别" in told and "第4行：没有单位名称" in told


def test_bodies_of_one_name_need_something_that_tells_them_apart(tmp_path):
    assert "第3行：单位“甲 镇”与第2行同名" in problems(csv(tmp_path, ",甲镇,镇", ",甲 镇,镇"))
    assert "第3行：单位“甲镇”与第2行同名" in problems(csv(tmp_path, ",甲镇,镇", "2,甲镇,镇"))
    assert len(roster.load(csv(tmp_path, "1,甲镇,镇", "2,甲镇,镇"))) == 2
    assert len(coded(csv(tmp_path, ",城关镇,镇,甲县", ",城关镇,镇,乙县", heading="代码,单位名称,类别,上级"))[0]) == 2


def test_reason_of_a_body_that_is_not_added_up_stands_in_the_summary(tmp_path):
    path = csv(tmp_path, ",甲镇,镇,", ",乙局,部门,否：通过市系统报送", heading="代码,单位名称,类别,计入汇总")
    assert run("generate", path, "--year", 2025, "--out", tmp_path / "out").exit_code == 0
    for file, level in zip(workbooks(tmp_path / "out"), ("township", "department"), strict=True):
        fill(file, {}, form=layout(level=level))
    result = run("consolidate", tmp_path / "out", "--roster", path, "--out", tmp_path / "sum.xlsx")
    assert result.exit_code == 0 and "应汇总1个单位，已汇总1个" in result.stdout
    texts = [str(cell.value) for row in openpyxl.load_workbook(tmp_path / "sum.xlsx")["报送情况"].iter_rows() for cell in row]
    assert "名单注明不计入汇总：通过市系统报送" in texts


def test_heading_that_lacks_a_column_is_told_by_its_columns(tmp_path):
    assert "缺少列：类别（level）；现有列：代码、单位名称" in problems(csv(tmp_path, "代码,单位名称", "1,甲镇", heading="某市名单"))


def test_roster_order_is_kept_where_bodies_are_told(tmp_path):
    path = csv(tmp_path, ",丙局,部门", ",甲镇,镇", ",乙街道办事处,街道")
    assert run("generate", path, "--year", 2025, "--out", tmp_path / "out").exit_code == 0
    assert [file.name.split("_")[1] for file in sorted((tmp_path / "out").glob("0*"))] == ["丙局", "甲镇", "乙街道办事处"]
    told = run("verify", tmp_path / "out", "--roster", path, "--format", "json")
    assert [one["agency"]["code"] for one in json.loads(told.stdout)["returns"]] == ["D001", "D002", "D003"]
