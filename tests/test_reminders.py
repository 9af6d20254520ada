"""Reminders: what is said to whom, with what is known of the round and without what is not."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from boards import ANHAI, BALANCED, CIZAO, EDUCATION, MANY, UNBALANCED, blank, line_of, of, roster, sent

from ogi_xlsx.county import reminders
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import found
from ogi_xlsx.returns.opening.safety import no_workbook
from ogi_xlsx.returns.record import BLANK
from ogi_xlsx.returns.returned import Return

NOW = datetime(2026, 1, 14, 17)
TERMS = Terms(deadline="1月15日17时", due=datetime(2026, 1, 15, 17), contact="王五", phone="0595-85600000")
PHONE = "0595-22221111"


def said(told, name, terms=TERMS, at=NOW, copy=None):
    return reminders.of(replace(line_of(told, name), copy=copy), told, terms, at)


def test_missing_body_is_asked_for_its_return():
    assert said(of([sent(CIZAO)]), ANHAI).zh == (
        "安海镇人民政府：2025年度政府信息公开年报表请于1月15日17时前报送。截至1月14日17时，我办尚未收到贵单位电子报表。"
        "请尽快填报，没有申请的也请零报告。如已发送，请告知文件名和发送时间。联系人：王五，电话：0595-85600000。谢谢配合！"
    )
    assert said(of([sent(CIZAO)]), ANHAI).en.startswith(
        "安海镇人民政府: The return on open government information for 2025 is due by 01-15 17:00. As of 01-14 17:00, we have not received your return."
    )


def test_nothing_but_what_is_known_is_said():
    text = said(of([]), ANHAI, Terms(), datetime(2026, 1, 14, 9, 5)).zh
    assert text == (
        "安海镇人民政府：截至1月14日9时5分，我办尚未收到贵单位政府信息公开年报表。请尽快填报，没有申请的也请零报告。如已发送，请告知文件名和发送时间。谢谢配合！"
    )


def test_office_and_way_of_submission_are_named():
    text = said(of([]), ANHAI, Terms(deadline="1月15日", office="晋江市政府办公室", submit="政务内网邮箱", phone="1234", year=2025)).zh
    assert "请于1月15日前报送晋江市政府办公室。" in text and "报送方式：政务内网邮箱。电话：1234。" in text


def test_deadline_that_is_over_asks_for_the_soonest():
    late = datetime(2026, 1, 15, 17, 1)
    told = of([sent(CIZAO, UNBALANCED)])
    assert "应于1月15日17时前报送" in said(told, ANHAI, at=late).zh
    assert "请改正后尽快发回" in said(told, CIZAO, at=late).zh


def test_body_is_addressed_as_the_office_wants_it_throughout():
    returns = [sent(ANHAI, path="1.xlsx"), sent(ANHAI, MANY, path="2.xlsx"), sent(CIZAO, UNBALANCED), blank(EDUCATION)]
    told = of([*returns, sent("丁局", MANY)], roster(ANHAI, CIZAO, EDUCATION, "丁局", "戊局"), others=["戊局.pdf"])
    for line in told.lines:
        text = reminders.of(line, told, Terms(you="你单位"), NOW).zh
        assert "你单位" in text and "贵单位" not in text


def test_findings_are_numbered_with_both_numbers():
    text = said(of([sent(ANHAI, UNBALANCED + "t2.licensing decisions 70000000")]), ANHAI).zh
    assert text.startswith("安海镇人民政府：贵单位报表《安海镇人民政府.xlsx》收悉。经校验，有1处须改正：①表三“自然人”列不平：第一项3＋第二项4＝7")
    assert "另有1处请核实：①表二B10" in text
    assert "请改正后于1月15日17时前发回，改后重新打印签字盖章。如认为原数无误，请来电说明。" in text
    assert "退回修改表" not in text


def test_copy_to_correct_is_mentioned_only_where_there_is_one():
    told = of([sent(ANHAI, UNBALANCED)])
    assert "现附退回修改表《改.xlsx》，收到的文件里的数字均已保留，问题处已作标记。" in said(told, ANHAI, copy=Path("退回/改.xlsx")).zh
    assert "退回修改表" not in said(told, ANHAI).zh


def test_many_findings_have_numbers_beyond_the_circled_ones():
    returned = sent(ANHAI)
    returned.findings += [found("S205", names=f"表{n}") for n in range(21)]
    text = said(of([returned]), ANHAI)
    assert "；⑩" in text.zh and "；（11）" in text.zh and "; (11) " in text.en


def test_return_that_is_not_filled_is_to_be_completed():
    returned = blank(ANHAI)
    returned.fields["cover.filler"] = "张三"
    text = said(of([returned]), ANHAI, copy=Path("改.xlsx")).zh
    assert "尚未填完，有1处：①表三有1格未填" in text and "请填写完整后于1月15日17时前发回" in text and "现附退回修改表" in text


def test_return_sent_back_as_issued_is_told_as_such():
    assert "《安海镇人民政府.xlsx》与下发时相同，尚未填写。请填写后于1月15日17时前发回" in said(of([blank(ANHAI)]), ANHAI).zh


def test_what_is_to_be_checked_may_be_corrected_or_explained():
    text = said(of([sent(ANHAI, MANY)]), ANHAI).zh
    assert "有1处请核实：①" in text and "数据有误的请改正；数据无误的，请在“校验”表填写核实数和情况说明，于1月15日17时前发回。" in text


def test_body_with_two_returns_is_asked_which_one_holds():
    text = said(of([sent(ANHAI, path="1.xlsx"), sent(ANHAI, BALANCED + "t2.licensing decisions 7", path="2.xlsx")]), ANHAI).zh
    assert "收到贵单位2份数据不同的电子报表：①《1.xlsx》（核对数6）；②《2.xlsx》（核对数13）。" in text
    assert "不同之处：表二B10“行政许可”行“本年处理决定数量”列分别为0、7。请于1月15日17时前告知以哪一份为准。" in text


def test_control_sum_that_is_not_known_is_left_out():
    unclear = sent(ANHAI, path="1.xlsx")
    unclear.readings["t2.licensing.decisions"] = BLANK
    text = said(of([unclear, sent(ANHAI, BALANCED + "t2.licensing decisions 7", path="2.xlsx")]), ANHAI)
    assert "①《1.xlsx》；②《2.xlsx》（核对数13）" in text.zh and "(1) 《1.xlsx》; (2) 《2.xlsx》 (control sum 13)" in text.en


OFFICE = ("重新下发电子表", "密钥", "收表单位改名单", "照收", "移入", "两个单位", "请填报单位", "校验表填写")
OF_THE_OFFICE = {
    "S303": {"reason": "识别信息可能被改动"},
    "S305": {"place": "文档属性", "other": f"{CIZAO}2025年度", "name": f"{ANHAI}2025年度"},
    "S315": {"issue": "a1", "by": "a2", "what": "限值和停用的规则"},
    "S316": {"issue": "a1", "issued": ""},
    "S317": {"issue": "a1", "what": "上年数"},
    "S318": {"name": ANHAI, "other": CIZAO, "why": f"文件名像是“{CIZAO}”的"},
    "S319": {"n": 1, "places": "封面B3“磁灶镇人民政府”", "name": ANHAI, "year": 2025},
}


@pytest.mark.parametrize("code", OF_THE_OFFICE)
def test_body_is_told_what_it_can_do_and_of_no_other_body(code):
    returned = sent(ANHAI)
    returned.findings.append(found(code, **OF_THE_OFFICE[code]))
    text = said(of([returned]), ANHAI)
    assert not [words for words in OFFICE if words in text.zh] and CIZAO not in text.zh + text.en
    assert "请用本轮下发的电子表重新填写" in text.zh or "告知" in text.zh
    assert "please" in text.en.lower() and "issue the workbook again" not in text.en.lower()
    if returned.findings[-1].severity == "warning":
        assert "于1月15日17时前回复" in text.zh and "核实数" not in text.zh, "there is no number to copy"


def test_numbers_that_are_to_be_checked_beside_may_still_be_explained():
    returned = sent(ANHAI, MANY)
    returned.findings.append(found("S316", issue="a1", issued=""))
    assert "数据无误的，请在“校验”表填写核实数和情况说明" in said(of([returned]), ANHAI).zh


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (no_workbook("encrypted").finding, "看起来是设了打开密码的工作簿。请取消打开密码，存盘后重新发送。"),
        (no_workbook("xls").finding, "看起来是旧格式的工作簿（.xls 或 .et）。请用 Excel 或 WPS 打开，另存为"),
        (no_workbook("zip").finding, "请发送填好的电子表（.xlsx）本身"),
        (found("S103", reason="压缩目录读不出"), "工作簿已损坏，无法读取：压缩目录读不出。请用 Excel 或 WPS 打开检查"),
        (found("S107", what="部件太多"), "为安全未读取：部件太多。请取原下发的电子表"),
        (found("S108", reason="用时过长"), "读取中途停止：用时过长。请打开看是否有异常"),
        (found("S101", reason="文件超过20MB"), "读不到文件：文件超过20MB。"),
    ],
)
def test_body_whose_file_cannot_be_read_is_told_why_and_what_to_do(finding, words):
    told = of([sent(CIZAO), Return("收回/安海镇人民政府.xlsx", findings=[finding])], others=["安海镇.pdf"])
    text = said(told, ANHAI).zh
    assert "收到文件《安海镇人民政府.xlsx》，像是贵单位报送的，但无法读取：" in text and words in text and "请填报单位" not in text
    assert "收到文件《安海镇.pdf》，但不是下发的电子报表" in text and text.count("安海镇人民政府.xlsx") == 1


def test_missing_body_is_told_of_what_it_seems_to_have_sent():
    told = of([sent(CIZAO), sent(EDUCATION), sent(ANHAI, year=2024, path="旧.xlsx")], others=["安海镇.pdf"])
    text = said(told, ANHAI).zh
    assert "贵单位发来的《旧.xlsx》是2024年度（2021格式）的表" in text
    assert "收到文件《安海镇.pdf》，但不是下发的电子报表，无法校验；如系贵单位报送" in text
    assert "如已发送，请告知文件名" not in text


def test_nothing_is_said_to_a_body_that_passed():
    assert said(of([sent(ANHAI)]), ANHAI) is None


def test_group_hears_who_is_missing_and_nothing_else_of_anybody():
    told = of([sent(CIZAO, UNBALANCED)])
    text = reminders.group(told, TERMS, NOW)
    assert "尚未收到以下2个单位的电子报表：安海镇人民政府、晋江市教育局。" in text.zh
    assert CIZAO not in text.zh + text.en and "安海镇人民政府, 晋江市教育局" in text.en


def test_group_hears_nothing_where_nobody_that_counts_is_missing():
    assert reminders.group(of([sent(ANHAI)], [*roster(ANHAI), *roster(CIZAO, included=False)]), TERMS, NOW) is None


@pytest.mark.parametrize("field", ["phone", "contact", "email"])
def test_what_the_roster_knows_of_people_is_never_said(field):
    told = of([sent(CIZAO, UNBALANCED)], roster(ANHAI, CIZAO, **{field: PHONE}))
    texts = [reminders.group(told, TERMS, NOW), *(reminders.of(line, told, TERMS, NOW) for line in told.lines)]
    assert all(PHONE not in text.zh + text.en for text in texts if text)


def test_reminders_hold_no_control_characters_of_a_file():
    hostile = Return("收回/安海镇\x1b[31m\u202e.xlsx", findings=[found("S103", reason="压缩目录读不出")])
    told = of([sent(CIZAO), hostile])
    assert not re.search("[\x00-\x1f\u202e]", said(told, ANHAI).zh)
