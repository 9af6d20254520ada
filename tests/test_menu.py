"""The menu of `ogi-xlsx` without a command: what it shows, says, does, and takes for a path."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from clerks import copy, fill, run, workbooks
from click.testing import CliRunner
from test_round import list_bodies, terms

from ogi_xlsx.cli import main
from ogi_xlsx.cli.menu import dragged


def menu(*lines: object):
    """Type lines into the menu until the input ends."""
    result = CliRunner().invoke(main, [], input="".join(f"{line}\n" for line in lines))
    assert result.exception is None and result.exit_code == 0, result.output
    assert "这是本工具的问题" not in result.stderr
    return result


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A round's folder with two bodies on its roster; the menu is opened in it."""
    run("init", tmp_path / "本轮", "--year", 2025)
    list_bodies(tmp_path / "本轮" / "名单.xlsx")
    monkeypatch.chdir(tmp_path / "本轮")
    return tmp_path / "本轮"


@pytest.fixture
def outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_menu_shows_round_and_numbered_lines(folder):
    terms(folder / "本轮.toml", 'office = "甲市政府办"', 'deadline = "1月15日17时"')
    shown = menu().stdout
    assert "【2025年度政府信息公开年报】　甲市政府办" in shown and "报送截止：1月15日17时" in shown
    for number, word in enumerate(("下发", "校验", "催报", "汇总"), 1):
        assert f"  {number}  {word}：" in shown
    assert "  0  退出" in shown


@pytest.mark.parametrize("lines", [(), ("0",), ("０",), ("", "0"), ("1",), ("2",)])
def test_menu_ends_quietly_and_does_nothing_unasked(folder, lines):
    result = menu(*lines)
    assert not result.stderr and not list((folder / "下发").iterdir())


def test_menu_says_what_it_will_do_and_goes_back_on_n(folder):
    shown = menu("1", "n", "1", "什么", "0").stdout
    assert shown.count("将按 名单.xlsx 为2个单位各生成一份电子表，连同下发登记表.xlsx（内有密码，不外发），写到 下发。") == 2
    assert "其中2个单位没有代码，会自动编好，写回 名单.xlsx" in shown
    assert not list((folder / "下发").iterdir()) and openpyxl.load_workbook(folder / "名单.xlsx").active["B7"].value is None


def test_issue_verify_and_sum_up_by_the_menu(folder):
    assert "已生成2份电子表，在 下发" in menu("1", "").stdout
    first, second = workbooks(folder / "下发")
    fill(first, {}, to=folder / "收回" / "甲.xlsx")
    copy(second, folder / "收回" / "乙.xlsx")
    result = menu("2", "", "4", "", "0")
    assert result.stdout.count("收回 里现有2份报表。") == 2
    assert "共2份：通过1" in result.stdout and "应汇总2个单位，已汇总1个" in result.stdout
    (summary,) = (folder / "汇总").iterdir()
    assert f"写成一个新文件 汇总/{summary.name}" in result.stdout


def test_bodies_that_were_added_to_the_roster_are_issued_late(folder):
    menu("1", "")
    before = {path.name: path.read_bytes() for path in workbooks(folder / "下发")}
    assert "名单上的单位都有了，无需补发" in menu("1", "").stdout
    list_bodies(folder / "名单.xlsx", ("甲镇", "镇"), ("乙局", "部门"), ("丙街道办事处", "街道"))
    result = menu("1", "")
    assert "已下发2份，不会改动；将为名单上还没有的1个单位补发：丙街道办事处" in result.stdout and "已生成1份电子表" in result.stdout
    assert {path.name: path.read_bytes() for path in workbooks(folder / "下发")[:2]} == before
    assert len(workbooks(folder / "下发")) == 3


@pytest.mark.parametrize("form", ["{}", "'{}' ", '"{}"', "{} ", "file://{}"])
def test_one_dragged_file_is_verified_alone(folder, tmp_path, form):
    menu("1", "")
    path = copy(workbooks(folder / "下发")[0], tmp_path / "来 件" / "甲 镇.xlsx")
    shown = menu("2", form.format(path)).stdout
    assert "共1份：" in shown and "甲 镇.xlsx" in shown


def test_reminders_say_what_they_look_at(folder):
    shown = menu("3", "n", "0").stdout
    assert "收回 里现有0份报表" in shown and "将对照 名单.xlsx 列出 收回 里谁报了、谁没报、谁要改" in shown


def test_errors_are_sentences_and_the_menu_goes_on(folder):
    result = menu("4", "", "2", "没有的.xlsx", "七", "0")
    assert "有2个单位没有代码" in result.stderr and "找不到 没有的.xlsx" in result.stderr
    assert "没有“七”这一项" in result.stdout and result.stdout.count("  0  退出") == 4


def test_broken_terms_are_told_and_nothing_is_shown(folder):
    terms(folder / "本轮.toml", "year = 25")
    result = run()
    assert result.exit_code == 2 and "年度写了“25”" in result.stderr and not result.stdout


def test_terms_are_read_again_for_each_item(folder, monkeypatch):
    def answers(question):
        step = next(steps)
        if step.startswith("year"):
            terms(folder / "本轮.toml", step)
            step = next(steps)
        return step

    steps = iter(["year = 25", "1", "year = 2024", "1", "", "0"])
    monkeypatch.setattr("ogi_xlsx.cli.menu._ask", answers)
    result = run()
    assert "年度写了“25”" in result.stderr and "已生成2份" in result.stdout
    assert all("_2024年度" in path.name for path in workbooks(folder / "下发"))


def test_new_folder_is_made_and_opened(outside):
    result = menu("1", "2025", "我的年报", "", "1", "0")
    assert "将新建文件夹 我的年报" in result.stdout and "【2025年度政府信息公开年报】" in result.stdout
    assert "名单.xlsx 里没有单位" in result.stderr and (outside / "我的年报" / "本轮.toml").exists()


def test_new_folder_has_last_year_for_a_default(outside):
    menu("1", "", "", "")
    assert (outside / f"{date.today().year - 1}年度年报" / "本轮.toml").exists()


def test_year_that_is_none_is_told(outside):
    assert "年度写了“去年”，应为2000至2099" in menu("1", "去年", "0").stderr and not list(outside.iterdir())


def test_folder_is_opened_by_dragging_it(folder, outside):
    result = menu("2", f"'{folder}'", "1", "", "0")
    assert "已生成2份电子表" in result.stdout and len(workbooks(folder / "下发")) == 2
    assert "【2025年度" in menu("2", folder / "本轮.toml", "0").stdout


def test_folder_that_is_none_of_a_round_is_told(outside):
    (outside / "别的").mkdir()
    assert "不是本轮文件夹。请核对" in menu("2", "别的", "0").stderr
    assert "找不到 没有" in menu("2", "没有", "0").stderr


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/甲 乙/表.xlsx", "/甲 乙/表.xlsx"),
        (r"/甲\ 乙/表\(1\).xlsx ", "/甲 乙/表(1).xlsx"),
        ("'/甲 乙/it'\\''s.xlsx'", "/甲 乙/it's.xlsx"),
        (r"C:\甲 乙\表.xlsx", r"C:\甲 乙\表.xlsx"),
        (r'"C:\甲 乙\表.xlsx"', r"C:\甲 乙\表.xlsx"),
        (r"& 'D:\甲 乙\表.xlsx'", r"D:\甲 乙\表.xlsx"),
        (r"\\服务器\共享\表.xlsx", r"\\服务器\共享\表.xlsx"),
        ("file:///%E7%94%B2%20b/c.xlsx", "/甲 b/c.xlsx"),
        ("'", "'"),
    ],
)
def test_dragged_paths_are_read_as_terminals_type_them(typed, path):
    assert dragged(typed) == Path(path)
