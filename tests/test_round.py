"""A round's folder: what `init` makes, what 本轮.toml says, what commands find there, and seals with a key."""

import re
import shutil
import tomllib
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, roster, run, verify, workbooks

from ogi_xlsx.county import round_file
from ogi_xlsx.county.issue import read_register
from ogi_xlsx.form.words import template_folder
from ogi_xlsx.returns import reader

BODIES = (("甲镇", "镇"), ("乙局", "部门"))


def list_bodies(path, *bodies):
    """Type bodies into a roster as `init` makes it."""
    book = openpyxl.load_workbook(path)
    page = book.active
    (top,) = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == "序号"]
    for row, cells in enumerate(bodies or BODIES, top + 1):
        for col, value in enumerate(cells, 3):
            page.cell(row, col).value = value
    book.save(path)


def terms(path, *changes):
    """Write values into a 本轮.toml as `init` makes it: `key = value` in place of what stands there."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for change in changes:
        key = change.partition(" =")[0]
        lines = [change if line.startswith(f"{key} =") else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A round's folder in which two bodies are listed; commands run in it."""
    assert run("init", tmp_path / "本轮", "--year", 2025).exit_code == 0
    list_bodies(tmp_path / "本轮" / "名单.xlsx")
    monkeypatch.chdir(tmp_path / "本轮")
    return tmp_path / "本轮"


def test_init_makes_the_folder_and_tells_the_next_step(tmp_path):
    result = run("init", tmp_path / "年报", "--year", 2025)
    assert result.exit_code == 0 and "打开 名单.xlsx" in result.stdout and "本轮.toml" in result.stdout
    assert sorted(path.name for path in (tmp_path / "年报").iterdir()) == sorted(["下发", "收回", "退回", "汇总", "本轮.toml", "名单.xlsx"])


def test_init_leaves_a_folder_alone_that_has_such_files(folder):
    before = (folder / "名单.xlsx").read_bytes()
    result = run("init", folder, "--year", 2026)
    assert result.exit_code == 2 and "已有 本轮.toml、名单.xlsx" in result.stderr
    assert (folder / "名单.xlsx").read_bytes() == before and round_file.load(folder / "本轮.toml").year == 2025
    assert run("init", folder, "--year", 2026, "--force").exit_code == 0
    assert round_file.load(folder / "本轮.toml").year == 2026


def test_template_of_the_terms_loads_as_it_is_written(tmp_path):
    run("init", tmp_path, "--year", 2025)
    raw = (tmp_path / "本轮.toml").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n")
    found = round_file.load(tmp_path / "本轮.toml")
    assert (found.year, found.you, found.folder) == (2025, "贵单位", tmp_path)
    assert not any((found.edition, found.office, found.agency, found.deadline, found.due, found.password, found.seal_key, found.prior, found.settings))


def test_template_names_every_term(tmp_path):
    text = (template_folder() / "round-file.toml.txt").read_text(encoding="utf-8")
    assert {line.partition(" =")[0] for line in text.splitlines() if line and not line.startswith("#")} == set(round_file._KEYS)


@pytest.mark.parametrize(
    ("given", "told", "due"),
    [
        ('"1月15日17时"', "1月15日17时", datetime(2026, 1, 15, 17)),
        ('"2026年1月15日17时前"', "2026年1月15日17时", datetime(2026, 1, 15, 17)),
        ('"１月１５日（星期四）下午5点30分之前"', "１月１５日（星期四）下午5点30分", datetime(2026, 1, 15, 17, 30)),
        ('"1月15日17:30"', "1月15日17:30", datetime(2026, 1, 15, 17, 30)),
        ('"1月15日"', "1月15日", datetime.combine(date(2026, 1, 15), time.max)),
        ('"1月15日24时"', "1月15日24时", datetime.combine(date(2026, 1, 15), time.max)),
        ('"2026-01-15"', "1月15日", datetime.combine(date(2026, 1, 15), time.max)),
        ('"2026-01-15 17:00"', "1月15日17时", datetime(2026, 1, 15, 17)),
        ("2026-01-15", "1月15日", datetime.combine(date(2026, 1, 15), time.max)),
        ("2026-01-15T17:30:00", "1月15日17时30分", datetime(2026, 1, 15, 17, 30)),
        ('"1月15日下班前"', "1月15日下班", None),
        ('""', "", None),
    ],
)
def test_deadline_is_told_as_written_and_known_where_it_can_be(folder, given, told, due):
    found = round_file.load(terms(folder / "本轮.toml", f"deadline = {given}"))
    assert (found.deadline, found.due) == (told, due)


def test_every_problem_of_the_terms_is_told_with_its_line(folder):
    path = folder / "本轮.toml"
    changes = ("year = 25", 'deadline = "2月30日"', 'you = "您单位"', 'agency = "晋江市"', 'edition = "2020"', "with_text = 1", 'password = "密码"')
    terms(path, *changes, f'circular = "{"号" * 99}"', 'phone = "010\\n1"')
    path.write_text(path.read_text(encoding="utf-8") + '\ndealine = "1月15日"\n', encoding="utf-8")
    result = run("generate")
    lines = path.read_text(encoding="utf-8").splitlines()
    for start, told in {
        "year": "年度写了“25”",
        "deadline": "“2月30日”，没有这一天",
        "you": "你单位",
        "agency": "代码,名称,类别",
        "edition": "2021",
        "with_text": "true 或 false",
        "password": "最多15个字符",
        "circular": "有99个字",
        "phone": "换行或不可见字符",
        "dealine": "您是不是要写“deadline”",
    }.items():
        number = next(i for i, line in enumerate(lines, 1) if line.startswith(f"{start} ="))
        (line,) = [line for line in result.stderr.splitlines() if line.startswith(f"本轮.toml 第{number}行：")]
        assert told in line
    assert result.exit_code == 2 and "共10个问题" in result.stderr and not list((folder / "下发").iterdir())


def test_terms_that_notepad_saved_are_read(folder):
    path = terms(folder / "本轮.toml", 'office = "甲市政府办"')
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert round_file.load(path).office == "甲市政府办"


def test_wrong_toml_is_told_with_line_and_column(folder):
    terms(folder / "本轮.toml", "office = “甲市”")
    number = next(i for i, line in enumerate((folder / "本轮.toml").read_text(encoding="utf-8").splitlines(), 1) if line.startswith("office"))
    result = run("verify")
    assert result.exit_code == 2 and f"本轮.toml 第{number}行第10列不符合 TOML 格式" in result.stderr


def test_example_of_the_documents_loads_whole(folder):
    (block,) = re.findall(r"```toml\n(.*?)```", (Path(__file__).parents[1] / "docs" / "round.md").read_text(encoding="utf-8"), re.S)
    (folder / "本轮.toml").write_text(block, encoding="utf-8")
    found = round_file.load(folder / "本轮.toml")
    assert found.due == datetime(2026, 1, 15, 17) and found.agency.name == "晋江市"
    assert all(getattr(found, key) is not None for key in tomllib.loads(block))


def test_paths_are_relative_to_the_file(folder):
    found = round_file.load(terms(folder / "本轮.toml", "prior = '../2024/收回'"))
    assert found.prior == folder / "../2024/收回"


def test_whole_round_needs_no_options(folder):
    terms(folder / "本轮.toml", 'agency = "350582,晋江市,县"')
    issued = run("generate")
    assert issued.exit_code == 0 and "D001至D002，写回了名单" in issued.stderr and str(folder) not in issued.output
    first, second = workbooks(folder / "下发")
    assert (first.name, second.name) == ("01_甲镇_2025年度信息公开年报表.xlsx", "02_乙局_2025年度信息公开年报表.xlsx")
    fill(first, {}, to=folder / "收回" / "甲.xlsx")
    told = run("verify")
    assert told.exit_code == 0 and "收回/甲.xlsx" in told.stdout and "通过1" in told.stdout
    result = run("consolidate")
    assert result.exit_code == 1 and "晋江市：应汇总2个单位，已汇总1个" in result.stdout
    (summary,) = (folder / "汇总").iterdir()
    assert summary.name.startswith("晋江市_2025年度汇总表_") and f"汇总/{summary.name}" in result.stdout
    again = run("generate")
    assert again.exit_code == 2 and "已有文件" in again.stderr


def test_reminder_names_the_copy_that_was_made_from_this_very_return(folder):
    run("generate")
    first = copy(workbooks(folder / "下发")[0], folder / "收回" / "甲镇.xlsx")
    fill(first, {"t3.new_received.natural_person": 3})
    assert "现附退回修改表" not in run("status").stdout
    run("verify")
    assert "现附退回修改表《甲镇_2025年度信息公开年报表_退回修改1.xlsx》" in run("status").stdout
    fill(first, {"t3.new_received.natural_person": 4}, zero=False)
    assert "现附退回修改表" not in run("status").stdout


def test_options_that_are_given_win(folder, tmp_path):
    run("generate")
    assert run("generate", roster(tmp_path / "r.csv"), "--year", 2024, "--out", tmp_path / "other").exit_code == 0
    (other,) = workbooks(tmp_path / "other")
    assert "安海镇人民政府_2024年度" in other.name
    copy(workbooks(folder / "下发")[0], tmp_path / "one" / "a.xlsx")
    code, told = verify(tmp_path / "one")
    assert len(told["returns"]) == 1 and code == 1


def test_commands_work_from_a_folder_below(folder, monkeypatch):
    monkeypatch.chdir(folder / "收回")
    assert run("generate").exit_code == 0 and len(workbooks(folder / "下发")) == 2


def test_roster_that_nobody_filled_in_is_told_in_one_sentence(tmp_path, monkeypatch):
    run("init", tmp_path, "--year", 2025)
    monkeypatch.chdir(tmp_path)
    result = run("generate")
    assert result.exit_code == 2 and result.stderr.splitlines()[0] == "名单.xlsx 里没有单位，请在表头下每行填一个单位。"


def test_workbooks_bear_what_the_office_says(folder):
    terms(
        folder / "本轮.toml",
        'office = "甲市政府办"',
        'circular = "甲政办函〔2026〕3号"',
        'deadline = "1月15日17时"',
        'password = "Jia-2026"',
        "with_text = true",
    )
    assert run("generate").exit_code == 0
    book = openpyxl.load_workbook(workbooks(folder / "下发")[0])
    texts = [str(cell.value) for row in book["封面"].iter_rows() for cell in row if cell.value]
    assert "甲政办函〔2026〕3号；国办公开办函〔2021〕30号" in texts and "1月15日17时" in texts
    assert any("于1月15日17时前报甲市政府办" in text for text in texts)
    assert "文字" in book.sheetnames
    _, lines = read_register(folder / "下发" / "下发登记表.xlsx")
    assert {line.password for line in lines} == {"Jia-2026"}
    assert verify(*workbooks(folder / "下发"))[1]["returns"][0]["state"] == "pending"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A return that was issued with a key."""
    folder = tmp_path_factory.mktemp("keyed")
    (folder / "key").write_bytes(b"0123456789abcdef\n")
    (path,) = issue(folder, "--seal-key", folder / "key")
    return fill(path, {}, to=folder / "in.xlsx")


def test_seal_with_a_key_is_judged_by_those_who_have_it(keyed):
    folder = keyed.parent
    assert reader.read(keyed).identity.keyed
    assert not {"S303", "S307"} & set(codes(verify(keyed, "--seal-key", folder / "key")[1]["returns"][0]))
    (returned,) = verify(keyed)[1]["returns"]
    assert codes(returned, "note").count("S307") == 1 and returned["state"] == "passed"
    (folder / "other").write_bytes(b"another key of sixteen")
    (returned,) = verify(keyed, "--seal-key", folder / "other")[1]["returns"]
    (finding,) = [finding for finding in returned["findings"] if finding["code"] == "S303"]
    assert "用别的密钥下发" in finding["message"]["zh"] and returned["state"] == "failed"


def test_seal_without_a_key_does_not_pass_where_there_is_one(keyed, tmp_path):
    (path,) = issue(tmp_path)
    (finding,) = [finding for finding in verify(path, "--seal-key", keyed.parent / "key")[1]["returns"][0]["findings"] if finding["code"] == "S303"]
    assert "没有用密钥" in finding["message"]["zh"]


def test_summary_is_sealed_with_the_key_of_the_round(folder, keyed):
    shutil.copy(keyed.parent / "key", folder / "密钥")
    terms(folder / "本轮.toml", "seal_key = '密钥'")
    run("generate")
    fill(workbooks(folder / "下发")[0], {}, to=folder / "收回" / "甲.xlsx")
    assert "S307" not in run("verify").stdout
    assert run("consolidate").exit_code == 1
    (summary,) = (folder / "汇总").iterdir()
    assert reader.read(summary).identity.keyed and "S303" not in codes(verify(summary)[1]["returns"][0])


@pytest.mark.parametrize(("content", "told"), [(b" \n", "是空的"), (None, "读不到")])
def test_key_file_without_a_key_is_refused(tmp_path, content, told):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    result = run("generate", roster(tmp_path / "r.csv"), "--year", 2025, "--out", tmp_path / "out", "--seal-key", tmp_path / "key")
    assert result.exit_code == 2 and told in result.stderr and not (tmp_path / "out").exists()
