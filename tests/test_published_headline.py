"""Whose report a published document is, and for which year: as its title says, and in doubt where it says otherwise elsewhere."""

import pytest

from ogi_xlsx.published import headline
from ogi_xlsx.published.document import Document, Paragraph
from ogi_xlsx.published.headline import Headline
from ogi_xlsx.returns import prose

TEXT = "一、总体情况"
TITLE = "某县某局2022年政府信息公开工作年度报告"


def of(*lines: str, source: str = "report.html", **told: str) -> Headline:
    return headline.read(Document(source, "html", [Paragraph(line) for line in lines], told), prose.of_paragraphs(source, lines))


def doubts(one: Headline) -> str:
    return "；".join(doubt.zh for doubt in one.doubts)


@pytest.mark.parametrize(
    ("lines", "body", "year", "level"),
    [
        (["晋江市安海镇人民政府 2021 年政府信息公开工作年度报告"], "晋江市安海镇人民政府", 2021, "township"),
        (["2019年上海市人民政府办公厅政府信息公开工作年度报告"], "上海市人民政府办公厅", 2019, "department"),
        (["东乡区气象局2022年度政府信息公开工作年度报告"], "东乡区气象局", 2022, "department"),
        (["西安市阎良区机关事务服务中心政府信息公开工作2021年度报告"], "西安市阎良区机关事务服务中心", 2021, "department"),
        (["昌图县七家子镇2023年政府信息公开 工作告年度报"], "昌图县七家子镇", 2023, "township"),
        (["2022年度螅镇政府信息公开工作年度报告"], "螅镇", 2022, "township"),
        (["衡阳市衡东县杨林镇2023年政府信息公开年度报告", "（2024年3 月 26日）"], "衡阳市衡东县杨林镇", 2023, "township"),
        (["汉阳区人民政府办公室2022年度政府信息公开情况报告"], "汉阳区人民政府办公室", 2022, "department"),
        (["《枞阳县项铺镇2020年度政府信息公开工作年度报告》"], "枞阳县项铺镇", 2020, "township"),
        (["关于公布丰泽区2025年政府信息公开工作年度报告的公告"], "丰泽区", 2025, "county"),
        (["某局关于报送2022年政府信息公开工作年度报告的报告"], "某局", 2022, "department"),
        (["某县人民政府办公室关于发布某县2022年政府信息公开工作年度报告的通知"], "某县", 2022, "county"),
        (["九原区政务服务局", "2022年政府信息公开工作年度报告"], "九原区政务服务局", 2022, "department"),
        (["兴庆区前进街街道办事处", "2024年政府信息公开工作年度报告"], "兴庆区前进街街道办事处", 2024, "street"),
        (["沐阳县人民政府2025年", "政府信息公开工作年度报告", "沐阳县人民政府", "（2026年1月23日）"], "沐阳县人民政府", 2025, "county"),
        (["平武县统计局2021年政府信息公开工作年度报告_平武县人民政府"], "平武县统计局", 2021, "department"),
        (["首页", "政务公开", "某县某局2023年政府信息公开工作年度报告-某县人民政府网"], "某县某局", 2023, "department"),
        (["某县某局政府信息公开年报（2022）"], "某县某局", 2022, "department"),
        (["某县某局二〇二二年政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局二○二二年度政府信息公开工作报告"], "某县某局", 2022, "department"),
        (["【年报】某县某局2022年政务公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局政府信息公开工作年度报告", "数据的统计期限自2021年1月1日起至2021年12月31日止。"], "某县某局", 2021, "department"),
        (["某县某局政府信息公开工作年度报告", "统计期限从2019年01月01日到12月31日"], "某县某局", 2019, "department"),
        (["某镇政府信息公开工作年度报告", "内容涵盖 2021 年 1 月 1 日至 12 月 31 日期间的情况"], "某镇", 2021, "township"),
        (["关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知", TITLE], "某县某局", 2022, "department"),
        ([TITLE, "根据国办公开办函〔2021〕30号，统计期限为2022年1月1日至12月31日"], "某县某局", 2022, "department"),
        ([TITLE, "根据国办公开办函〔2019〕60号"], "某县某局", 2022, "department"),
        ([f"{TITLE}（2023年1月发布）"], "某县某局", 2022, "department"),
        ([f"{TITLE}(2023-01-20)"], "某县某局", 2022, "department"),
        ([f"{TITLE} 发布时间：2023年1月20日"], "某县某局", 2022, "department"),
        ([f"2023年发布：{TITLE}"], "某县某局", 2022, "department"),
        (["某县某局2023年公布2022年政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局", "2022年", "政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局2022年", "政府信息公开", "工作年度报告"], "某县某局", 2022, "department"),
        (["某县", "某局2022年政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县", "某局2022年", "政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县人民", "政府办公室2022年政府信息公开工作年度报告"], "某县人民政府办公室", 2022, "department"),
        (["某县", TITLE], "某县某局", 2022, "department"),
        (["某县", "某某某某某某管理局2022年政府信息公开工作年度报告"], "某县某某某某某某管理局", 2022, "department"),
        (["某县人民政府", "政府信息公开", TITLE], "某县某局", 2022, "department"),
        (["二〇二二年某县某局政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局二O二二政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局二o二二年度政府信息公开工作年度报告"], "某县某局", 2022, "department"),
        (["某县某局2O22年政府信息公开工作年度报告"], "某县某局", 2022, "department"),
    ],
)
def test_titles(lines: list[str], body: str, year: int, level: str) -> None:
    one = of(*lines, TEXT, "某某工作。")
    assert (one.body, one.year, one.level, doubts(one)) == (body, year, level, "")


@pytest.mark.parametrize("date", ["2023年1月17日", "二〇二三年一月十七日", "（2023年1月17日）"])
def test_the_signature_stands_for_a_body_that_the_title_does_not_name(date: str) -> None:
    one = of("关于2022年度政府信息公开情况的报告", TEXT, "某某工作。", "二道区房屋征收工作管理办公室", date)
    assert (one.body, one.year, doubts(one)) == ("二道区房屋征收工作管理办公室", 2022, "")


def test_the_title_of_the_page_stands_for_a_printed_one() -> None:
    one = of("2022年政府信息公开工作年度报告", TEXT, title=f"{TITLE}-某县人民政府")
    assert (one.body, one.year, doubts(one)) == ("某县某局", 2022, "")
    assert "网页标题2021" in doubts(of("2022年政府信息公开工作年度报告", TEXT, title="某县某局2021年政府信息公开工作年度报告"))
    assert "网页标题某县另一局" in doubts(of(TITLE, TEXT, title="某县另一局2022年政府信息公开工作年度报告"))


@pytest.mark.parametrize(
    ("lines", "told", "said"),
    [
        ([TITLE, "统计期限自2021年1月1日起至12月31日止。"], {}, "标题2022，统计期限2021"),
        ([TITLE, TEXT, "正文。", "某县某局", "2024年1月5日"], {}, "落款日期的上一年2023"),
        ([TITLE, TEXT], {"date": "2024-01-31"}, "发布日期的上一年2023"),
        ([TITLE, TEXT, "正文。", "某县另一局", "2023年1月5日"], {}, "标题某县某局，落款某县另一局"),
        (["某县某局2023年度依申请公开和政府信息公开工作报告", TEXT], {}, "不像单位名称"),
    ],
)
def test_what_disagrees_is_a_doubt(lines: list[str], told: dict[str, str], said: str) -> None:
    assert said in doubts(of(*lines, **told))


def test_what_is_only_guessed_is_a_doubt() -> None:
    one = of("2022年政府信息公开工作年度报告", TEXT, body="某县人民政府办公室")
    assert one.body == "某县人民政府办公室" and "网页标注某县人民政府办公室" in doubts(one)
    one = of("某县某局政府信息公开工作年度报告", TEXT, date="2024-01-31")
    assert one.year == 2023 and "发布日期" in doubts(one)
    one = of("年度工作", TEXT, source="某县某局2023年政府信息公开工作年度报告.docx")
    assert (one.body, one.year) == ("某县某局", 2023) and doubts(one).count("文件名") == 2


def test_what_is_not_said_stays_open() -> None:
    one = of("工作总结", TEXT, "我局做了很多工作。")
    assert (one.body, one.year) == ("", 0)
    assert of("某县2022、2023年政府信息公开工作年度报告", TEXT).year == 0
    assert of("某县2022-2023年政府信息公开工作年度报告", TEXT).year == 0
    assert of("某县202022年政府信息公开工作年度报告", TEXT).year == 0
    assert of("某县政府信息公开工作年度报告（2023年1月20日）", TEXT).year == 0


def test_a_government_and_its_office_are_two_bodies() -> None:
    assert headline.same("安海镇", "晋江市安海镇人民政府")
    assert not headline.same("某县人民政府", "某县人民政府办公室")


def test_long_lines_take_no_time() -> None:
    one = of("关于" * 50_000, "2022年" * 20_000, "政府信息公开" * 10_000, TITLE, TEXT, "〇" * 100_000, title="的年度" * 30_000)
    assert (one.body, one.year) == ("某县某局", 2022)
