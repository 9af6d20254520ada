"""`status`: the board on the console and as JSON, its exit codes, and what it says of file times."""

import json
import os
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from boards import ANHAI, BALANCED, CIZAO, EDUCATION, MANY, UNBALANCED, line_of, of, roster as entries, sent
from clerks import copy, fill, issue, layout, roster, run

from ogi_xlsx.county import board
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import found
from ogi_xlsx.render import board as plain_text, board_data
from ogi_xlsx.returns.opening.safety import no_workbook
from ogi_xlsx.returns.record import BLANK
from ogi_xlsx.returns.returned import Return

LINES = ("A,安海镇人民政府,镇", "B,磁灶镇人民政府,镇", "C,晋江市教育局,部门")
BODY = {"t3.new_received.natural_person": 3, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 1}
NOW = datetime(2026, 1, 14, 17)


@pytest.fixture
def folder(tmp_path):
    """A round of three bodies; 安海镇 sent a sound return, 磁灶镇 sent its workbook back, the last one only a picture."""
    files = issue(tmp_path, lines=LINES)
    copy(files[0], tmp_path / "in" / files[0].name)
    fill(tmp_path / "in" / files[0].name, BODY)
    copy(files[1], tmp_path / "in" / "新建.xlsx")
    (tmp_path / "in" / "教育局盖章.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "in" / "磁灶镇.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    return tmp_path


def status(folder, *options, source="in"):
    return run("status", folder / source, "--roster", folder / "roster.csv", *options)


def data(folder, *options):
    return json.loads(status(folder, "--format", "json", *options).stdout)


def shown(told, deadline=None, lang="zh"):
    return plain_text.status(told, Terms(), NOW, deadline, lang)


def columns(text):
    """Columns of a console that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def test_first_line_says_it_all(folder):
    assert status(folder).stdout.splitlines()[0] == "应报3 已收2 通过1 须改正0 未填即报1 待核实0 未报1"
    assert status(folder, "--lang", "en").stdout.splitlines()[0].startswith("due 3, received 2, passed 1, to correct 0, sent back as issued 1")


def test_board_names_states_hints_and_strays(folder):
    result = status(folder)
    assert result.exit_code == 1
    text = result.stdout
    assert "疑似已交（非电子报表）：教育局盖章.jpg" in text
    assert "打不开  磁灶镇.xls" in text and "按文件名猜测可能是磁灶镇人民政府的" in text
    assert text.index("不属于任何单位的文件（1）") < text.index("【催报（单独发）】") < text.index("【退回（单独发）】") < text.index("【群消息】")


def test_json_has_every_key_and_the_order_of_the_roster(folder):
    told = data(folder)
    assert told["schema"] == "ogi-xlsx/status/1" and (told["year"], told["edition"], told["deadline"]) == (2025, "2021", None)
    assert [(one["code"], one["state"], one["control_sum"]) for one in told["agencies"]] == [
        ("A", "passed", "6"),
        ("B", "unchanged", None),
        ("C", "missing", None),
    ]
    keys = {"code", "name", "level", "included", "state", "files", "control_sum", "differences", "lookalikes", "remarks", "copy", "reminder"}
    assert all(set(one) == keys for one in told["agencies"])
    assert told["agencies"][0]["reminder"] is None and set(told["agencies"][2]["reminder"]) == {"zh", "en"}
    assert told["summary"]["received"] == 2 and told["summary"]["unknown"] == 1
    [stray] = told["unknown"]
    assert (stray["kind"], stray["guess"]) == ("unreadable", {"code": "B", "name": CIZAO, "from": "file name"}) and set(stray["reason"]) == {"zh", "en"}
    assert "晋江市教育局" in told["group_message"]["zh"]


def test_lateness_is_never_said_unasked(folder):
    path = next((folder / "in").glob("01*.xlsx"))
    moment = datetime(2026, 1, 16, 9, 30).timestamp()
    os.utime(path, (moment, moment))
    text = status(folder).stdout
    assert "2026-01-16 09:30" in text and text.count("仅供参考") == 1 and "晚于" not in text
    assert all(one["file_time_after_deadline"] is None for agency in data(folder)["agencies"] for one in agency["files"])
    text = status(folder, "--deadline", "2026-01-15 17:00").stdout
    later = text.split("文件时间晚于1月15日17时（文件时间，仅供参考）：")[1].split("【")[0]
    assert f"2026-01-16 09:30  {ANHAI}  {path.name}" in later
    assert data(folder, "--deadline", "2026-01-15 17:00")["agencies"][0]["files"][0]["file_time_after_deadline"] is True


def test_deadline_without_later_files_says_so(folder):
    assert "没有文件时间晚于12月31日23时的" in status(folder, "--deadline", "2099-12-31 23:00").stdout


def test_folder_that_is_still_empty_is_a_board_of_missing_bodies(folder):
    (folder / "empty").mkdir()
    result = status(folder, source="empty")
    assert result.exit_code == 1 and result.stdout.startswith("应报3 已收0 通过0 须改正0 待核实0 未报3\n")
    assert status(folder, source="nowhere").exit_code == 2


def test_nothing_left_to_do_is_exit_code_0(folder):
    files = sorted((folder / "out").glob("0*.xlsx"))
    for path in (folder / "in").iterdir():
        path.unlink()
    for path, level in zip(files, ("township", "township", "department"), strict=True):
        fill(path, BODY, to=folder / "in" / path.name, form=layout(level=level))
    result = status(folder)
    assert result.exit_code == 0 and result.stdout.startswith("应报3 已收3 通过3 须改正0 待核实0 未报0\n") and "【" not in result.stdout


def test_returns_set_aside_settle_a_duplicate(folder):
    path = next((folder / "in").glob("01*.xlsx"))
    fill(path, {**BODY, "t2.licensing.decisions": 7}, to=folder / "in" / "最终.xlsx")
    told = data(folder)["agencies"][0]
    assert told["state"] == "duplicate" and told["differences"][0]["held"] == ["0", "7"] and [one["control_sum"] for one in told["files"]] == ["6", "13"]
    (folder / "in" / "作废").mkdir()
    path.rename(folder / "in" / "作废" / path.name)
    settled = data(folder)["agencies"][0]
    assert (settled["state"], settled["control_sum"]) == ("passed", "13")


def test_summary_is_a_return_like_any_other_for_the_level_above(folder):
    for path in (folder / "in").glob("*.xls"):
        path.unlink()
    one = roster(folder / "one.csv", LINES[0])
    run("consolidate", folder / "in", "--roster", one, "--agency", "350582,晋江市,county", "--out", folder / "city" / "晋江市.xlsx")
    counties = roster(folder / "counties.csv", "350582,晋江市,county", "350583,南安市,county")
    told = json.loads(run("status", folder / "city", "--roster", counties, "--format", "json").stdout)
    assert [(one["state"], one["control_sum"]) for one in told["agencies"]] == [("passed", "6"), ("missing", None)]


def test_summary_leaves_out_whom_the_board_does_not_count(folder):
    result = run("consolidate", folder / "in", "--roster", folder / "roster.csv", "--out", folder / "汇总.xlsx")
    assert result.exit_code == 1 and "磁灶镇人民政府：未填即报" in result.stdout and "晋江市教育局：未报" in result.stdout


def test_board_is_written_to_a_file_and_never_over_one(folder):
    assert status(folder, "--output", folder / "板.txt").exit_code == 1
    assert (folder / "板.txt").read_text(encoding="utf-8").startswith("应报3 ")
    assert status(folder, "--output", folder / "板.txt").exit_code == 2


def test_columns_stand_under_each_other():
    text = shown(of([sent(ANHAI), sent(CIZAO, MANY)], entries(ANHAI, CIZAO)))
    rows = text.split("\n\n")[1].splitlines()
    places = {columns(row[: row.index(word)]) for row, word in zip(rows, ("状态", "待核实", "通过"), strict=True)}
    assert len(places) == 1 and max(map(columns, rows)) <= 80


def test_what_asks_for_something_stands_on_top_in_roster_order():
    text = shown(of([sent(ANHAI), sent("丙镇", UNBALANCED), sent("丁镇", UNBALANCED)], entries(ANHAI, "丙镇", CIZAO, "丁镇")))
    rows = text.split("\n\n")[1].splitlines()[1:]
    assert [row.split()[1] for row in rows] == [CIZAO, "丙镇", "丁镇", ANHAI]


def test_file_is_named_where_its_name_does_not_say_whose_it_is():
    text = shown(of([sent(ANHAI, path="收回/镇/新建.xlsx"), sent(CIZAO, path="收回/02_磁灶镇人民政府.xlsx")]))
    table = text.split("\n\n")[1]
    assert table.count(".xlsx") == 1 and "镇/新建.xlsx" in table


def test_every_file_of_a_body_is_listed_where_there_are_several():
    text = shown(of([sent(ANHAI, UNBALANCED, path="1.xlsx"), sent(ANHAI, path="2.xlsx", correction=1)]))
    assert "2.xlsx　通过　核对数6　文件时间2026-01-12 17:03" in text and "1.xlsx　须改正　核对数10" in text and "以第一份为准" in text


def test_file_that_cannot_be_read_may_be_what_was_issued():
    locked = Return("收回/安海镇人民政府.xlsx", findings=[no_workbook("encrypted").finding])
    text = shown(of([sent(CIZAO), locked], others=["收回/教育局.pdf"]))
    assert "疑似已交（打不开）：安海镇人民政府.xlsx" in text and "疑似已交（非电子报表）：教育局.pdf" in text


def test_control_sum_and_time_of_a_file_that_are_not_known_are_a_dash():
    unclear = sent(ANHAI, path="1.xlsx")
    unclear.readings["t2.licensing.decisions"], unclear.modified = BLANK, None
    assert "　核对数—　文件时间—" in shown(of([unclear, sent(ANHAI, path="2.xlsx")]))


def test_long_list_of_differences_is_cut_and_counted():
    many = "".join(f"t3.{row} natural_person 1\n" for row in ("refused_state_secret", "refused_law_prohibits", "unavailable_not_held", "other_remaining"))
    more = "".join(f"t3.{row} business 1 research 1 other_org 1\n" for row in ("granted", "carried_in", "partly_granted"))
    told = of([sent(ANHAI, path="1.xlsx"), sent(ANHAI, many + more, path="2.xlsx")])
    count = len(line_of(told, ANHAI).differences)
    assert count > 10 and f"等共{count}处" in shown(told)


def test_bodies_that_do_not_count_stand_apart():
    text = shown(of([sent(ANHAI)], [*entries(ANHAI), *entries(CIZAO, included=False)]))
    assert text.startswith("应报1 已收1 通过1 须改正0 待核实0 未报0\n") and "不计入汇总的单位（1）：" in text


def test_fault_of_ours_is_told_as_one():
    told = of([sent(ANHAI)])
    judged = line_of(told, ANHAI).current
    judged.findings.insert(0, found("S901", place="表三", native="1", other="2"))
    told = board.of([judged], entries(ANHAI))
    assert told.lines[0].state == "unreadable" and "这是本工具的问题" in told.lines[0].remarks[0].zh
    assert json.loads(board_data.status(told, Terms(), NOW, None))["agencies"][0]["reminder"] is None
    assert "无法读取" in shown(told)


def test_page_of_the_manual_shows_a_real_board():
    chendai, water = "陈埭镇人民政府", "晋江市水利局"
    locked = Return("收回/水利局.xlsx", findings=[no_workbook("xls").finding])
    twice = [sent(chendai, path="收回/陈埭镇.xlsx"), sent(chendai, BALANCED + "t2.licensing decisions 7", path="收回/陈埭镇（最终）.xlsx")]
    returns = [sent(ANHAI), sent(CIZAO, UNBALANCED, path="收回/磁灶.xlsx"), *twice, locked]
    terms = Terms(deadline="1月15日17时", contact="王五", phone="0595-85600000")
    text = plain_text.status(of(returns, entries(ANHAI, CIZAO, chendai, EDUCATION, water), ["收回/教育局年报.docx"]), terms, NOW, None, "zh")
    page = (Path(__file__).parents[1] / "docs" / "status.md").read_text(encoding="utf-8")
    assert f"```text\n{text}\n```" in page, text
