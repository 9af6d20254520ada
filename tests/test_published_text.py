"""The report's own text: without the footer and menus of its web page, and without the text of another report on it."""

import pytest

from ogi_xlsx.published import own_text
from ogi_xlsx.published.headline import Headline

BODY = "某县某局"
TITLE = f"{BODY}2024年政府信息公开工作年度报告"
TEXT = [
    "一、总体情况",
    "全年工作平稳，主动公开信息20条。",
    "五、存在的主要问题及改进情况",
    "培训不够。",
    "六、其他需要报告的事项",
    "无其他事项。",
    BODY,
    "2025年1月20日",
]


def own(*lines: str, title: str = TITLE, body: str = BODY, year: int = 2024) -> own_text.Own:
    return own_text.of(lines, Headline(title, body, year, "department"), year)


def report(year: int, body: str = BODY, **replaced: str) -> list[str]:
    lines = [f"{body}{year}年政府信息公开工作年度报告", f"现公布{body}{year}年度报告。", *TEXT[:1], f"{year}年工作平稳。", *TEXT[2:]]
    return [replaced.get("said", line) if "工作平稳" in line else line for line in lines]


@pytest.mark.parametrize(
    "footer",
    [
        ["Copyright 版权所有 电话：021-23111111"],
        ["版权所有：某县人民政府", "地址：某路1号", "苏ICP备05012345号-1"],
        ["主办单位：某县人民政府办公室 承办单位：某局", "网站标识码：3213220001", "苏公网安备 32132202000001号"],
        ["【打印】 【关闭】", "分享到：微信 微博"],
        ["上一篇：某县某局2023年政府信息公开工作年度报告", "下一篇：没有了"],
        ["相关链接", "中国政府网", "某省人民政府"],
        ["关于我们 | 网站地图 | 联系我们", "© 2025 某县"],
        ["附件下载：", "年度报告.docx"],
        ["技术支持：某公司 建议使用1024×768分辨率"],
    ],
)
def test_footer_of_a_page_is_no_text_of_the_report(footer):
    assert own(TITLE, *TEXT, *footer).lines == [TITLE, *TEXT]


@pytest.mark.parametrize(
    "line",
    [
        "如有疑问，请与某局办公室联系，联系电话：0517-87290606。",
        "联系我们：如有疑问，请与某局办公室联系",
        "涉及版权所有者的申请3件，均已答复。",
        "版权所有者的申请3件，均已答复",
        "我局网站备案号为苏ICP备12345678号，全年更新信息100条。",
        "技术支持不足",
        "关于我们的不足",
        "相关信息",
    ],
)
def test_sentence_that_mentions_words_of_footers_is_kept(line):
    lines = [TITLE, *TEXT[:6], line, *TEXT[6:]]
    assert own(*lines).lines == lines
    assert own(*lines[:-2]).lines == lines[:-2]


def test_line_like_a_footer_before_the_end_of_the_text_is_kept():
    lines = [TITLE, *TEXT[:2], "附件下载：", *TEXT[2:]]
    assert own(*lines).lines == lines


def test_menus_before_the_title_are_no_text_of_the_report():
    menu = ["某县人民政府", "首页", "政府信息公开", "当前位置：首页 > 年报", TITLE, "政府信息公开年报"]
    assert own(*menu, TITLE, "发布时间：2025-01-20", "【打印】", *TEXT).lines == [TITLE, "发布时间：2025-01-20", *TEXT]
    assert own("首页 | 登录 | 注册", "某县某局2024年", "政府信息公开", "工作年度报告", *TEXT).lines == ["某县某局2024年", "政府信息公开", "工作年度报告", *TEXT]


def test_sentence_before_the_title_is_kept():
    lines = ["现将本局年度报告公布如下。", TITLE, *TEXT]
    assert own(*lines).lines == lines


@pytest.mark.parametrize("first", [2023, 2024])
def test_of_the_texts_of_two_years_that_of_the_report_is_taken(first):
    lines = [*report(first), *report(4047 - first)]
    found = own(*lines)
    assert (found.lines, found.title, found.doubts) == (report(2024), TITLE, ())


def test_of_two_texts_without_numbers_before_their_headings_one_is_taken():
    old, new = ([line[2:] if line[1:2] == "、" else line for line in report(year)] for year in (2023, 2024))
    assert own(*old, *new).lines == own(*new, *old).lines == new
    assert own(*report(2024), report(2023)[0], "2023年工作平稳。").lines == report(2024)


def test_of_the_texts_of_two_bodies_that_of_the_report_is_taken():
    found = own(*report(2024, "某县乙镇"), *report(2024))
    assert (found.lines, found.doubts) == (report(2024), ())


def test_text_that_is_there_twice_is_taken_once():
    found = own(*report(2024), *(line.replace("，", "， ") for line in report(2024)))
    assert (found.lines, found.doubts) == (report(2024), ())
    untitled = own(*report(2024), *report(2024)[2:])
    assert [line for line in untitled.lines if line == "一、总体情况"] == ["一、总体情况"]


def test_texts_of_which_one_cannot_tell_which_is_meant_are_told():
    (doubt,) = own(*report(2024), *report(2024, said="另一种说法。")).doubts
    assert "2份报告的文字" in doubt.zh
    (doubt,) = own(*report(2022), *report(2023)).doubts
    assert "2 reports" in doubt.en


def test_links_to_other_reports_and_a_table_of_contents_begin_no_other_report():
    lines = [TITLE, "目录", "一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", *TEXT]
    assert own(*lines).lines == lines
    linked = [TITLE, *TEXT, f"{BODY}2023年政府信息公开工作年度报告"]
    assert own(*linked).lines == linked
