"""The text of a report: how it is read, and what its sentences say against the tables.

`cases_narrative/` holds one file a code: texts that fit, texts that do not with the sentence told, and texts of which
nothing may be said. Cells that a case does not mention are 0; `?` is a cell without a number.
"""

import io
import json
import os
import re
import time
import tomllib
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import returned
from hypothesis import given, settings, strategies as st

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.words import Refusal, template
from ogi_xlsx.published import importing, opening
from ogi_xlsx.returns import prose
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.review import narrative
from ogi_xlsx.review.clauses import chinese, paragraphs, worded

FOLDER = Path(__file__).parent / "cases_narrative"
SHARED = Path(os.environ.get("OGI_XLSX_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CODES = [entry["code"] for entry in template("narrative.toml")["finding"]]
COLUMNS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org")
SECONDS = 15  # for a text ten times as long as any that was published; a share of it on an ordinary machine


def cases() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, case) for path in sorted(FOLDER.glob("*.toml")) for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]


CASES = cases()


def judged(prose: Prose, cells: str = "", edition: str = "2021", year: int = 2024, level: str = "township") -> list[Any]:
    """Findings on a text beside tables of zeros but for `cells`."""
    form = editions.load(edition)
    values: dict[str, Decimal | None] = dict.fromkeys(form.spots, Decimal(0))
    values |= {key: reading.value for key, reading in returned.cells_of(cells).items()}
    return narrative.findings(prose, values, form, year, level)


def told(text: str, cells: str = "", **options: Any) -> list[str]:
    return [finding.code for finding in judged(prose.of_sections("文", {"一": text}), cells, **options)]


# Cases


@pytest.mark.parametrize(("code", "case"), CASES, ids=lambda value: value if isinstance(value, str) else value["should"].replace(" ", "_"))
def test_a_text_is_judged_as_its_case_says(code: str, case: dict[str, Any]) -> None:
    text = Prose("文", case.get("title", ""), case.get("preamble", ""), case.get("sections", {}))
    options = {key: case[key] for key in ("edition", "year", "level") if key in case}
    findings = judged(text, case.get("cells", ""), **options)
    shown = [
        {
            "code": one.code,
            "severity": one.severity,
            "zh": one.message.zh,
            "en": one.message.en,
            "left": one.left,
            "right": one.right,
            "difference": one.difference,
        }
        for one in findings
    ]
    wanted = case.get("finding", [])
    assert [{key: one[key] for key in want} for one, want in zip(shown, wanted, strict=False)] == wanted
    assert [one["code"] for one in shown[len(wanted) :]] == []
    assert all(one.severity != "error" and one.sheet == one.cell == "" for one in findings)
    assert not any(re.search(r"[{}]|None|E[+-]", one.message.zh + one.message.en) for one in findings)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_texts_that_fit_do_not_and_say_nothing(code: str) -> None:
    mine = [case for name, case in CASES if name == code]
    failing = [case for case in mine if case.get("finding")]
    assert any(finding["code"] == code and {"zh", "en"} <= set(finding) for case in failing for finding in case["finding"]) or code == "X107"
    assert any(re.match("be silent|leave", case["should"]) for case in mine) or code == "N112"
    assert len(mine) > len(failing)


def test_no_finding_of_a_text_is_an_error() -> None:
    assert {catalogue()[code].severity for code in CODES} == {"warning", "note"}


def test_a_limit_set_by_an_office_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    entry = replace(catalogue()["X107"], limits={"most": {"township": Decimal(20)}})
    monkeypatch.setitem(catalogue(), "X107", entry)
    assert told("2024年，我镇认真做好政府信息公开工作，取得成效。") == ["X107"]
    assert told("2024年，我镇认真做好政府信息公开工作，取得成效。", level="county") == []


def test_a_contradiction_told_twice_is_one_finding() -> None:
    assert told("共收到政府信息公开申请12件。全年共受理政府信息公开申请12件。", "t3.new_received total 3") == ["N101"]
    assert told("共收到政府信息公开申请12件。全年共受理政府信息公开申请13件。", "t3.new_received total 3") == ["N101", "N101"]


def test_a_finding_carries_its_numbers_and_the_cells_of_what_it_may_equal() -> None:
    (finding,) = judged(prose.of_sections("文", {"一": "共收到政府信息公开申请12件。"}), "t3.new_received total 3\nt3.carried_in total 1")
    assert (finding.left, finding.right, finding.difference) == ("12", "3", "9")
    assert finding.cells == ("t3.new_received.total", "t3.carried_in.total")


# Numbers and words


@pytest.mark.parametrize(
    ("numeral", "value"), [("十", 10), ("二十", 20), ("十二", 12), ("一百零五", 105), ("一千二百", 1200), ("两", 2), ("〇", 0), ("三十", 30)]
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert chinese(numeral) == value


@pytest.mark.parametrize("numeral", ["十四五", "二三", "一二三"])
def test_words_that_look_like_numerals(numeral: str) -> None:
    assert chinese(numeral) is None


@pytest.mark.parametrize("number", ["1113", "1,113", "1，113", "１１１３", "1 113 ", "1113（占17.46%）", "一千一百一十三"])
def test_a_number_is_understood_however_it_is_written(number: str) -> None:
    unit = "" if "占" in number else "件"
    assert told(f"共收到政府信息公开申请{number}{unit}。", "t3.new_received total 1113") == []
    assert told(f"共收到政府信息公开申请{number}{unit}。", "t3.new_received total 1114") == ["N101"]


@pytest.mark.parametrize(
    "text", ["2021年12月31日", "国办公开办函〔2021〕30号", "4.61%", "《条例》第20条", "“十四五”", "一网通办", "高效办成一件事", "第三季度", "一对一"]
)
def test_what_is_no_count_is_no_number(text: str) -> None:
    (paragraph,) = paragraphs(text, 2021)
    assert [mention for sentence in paragraph.sentences for clause in sentence for mention in clause.mentions] == []


def test_years_are_told_from_the_report_s() -> None:
    assert worded("2020年收到3件，2021年4件，转2022年，2008—2019年", 2021) == "上年收到3件，本年4件，转下年，某年"


def test_lines_cut_by_a_page_are_joined() -> None:
    text = "2024年，区政府办进一步规范依申请公开流程，全年共受理政府\n信息公开申请17件。\n（三）其他"
    assert told(text, "t3.new_received total 17") == []
    assert told(text, "t3.new_received total 16") == ["N101"]


# Sentences as reports write them, over tables that agree: nothing to say


QUIET = [line.rsplit("｜", 1) for line in (FOLDER / "quiet.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(("text", "cells"), QUIET)
def test_a_sentence_that_agrees_or_is_about_something_else_raises_nothing(text: str, cells: str) -> None:
    level = "county" if text.startswith("县：") else "township"
    assert told(text.removeprefix("县："), cells.replace(";", "\n"), level=level) == []


PHRASINGS = {
    "t3.new_received.total": [
        "全年共收到政府信息公开申请{n}件。",
        "本年度受理依申请公开{n}件。",
        "新收政府信息公开申请数量为{n}件。",
        "收到{n}件信息公开申请。",
    ],
    "t3.carried_in.total": ["新收政府信息公开申请若干件，上年度结转{n}件。", "依申请公开工作中，上年结转政府信息公开申请{n}件。"],
    "t3.handled_total.total": ["共办结政府信息公开申请{n}件。", "依申请公开工作规范有序，全年答复{n}件。", "全年办理政府信息公开申请{n}件。"],
    "t3.carried_out.total": ["政府信息公开申请中，{n}件结转下年度继续办理。", "依申请公开工作规范有序，结转下年度{n}件。"],
    "t3.granted.total": ["对政府信息公开申请，予以公开{n}件。", "答复政府信息公开申请时，予以公开的{n}件。"],
    "t3.partly_granted.total": ["对政府信息公开申请，部分公开{n}件。", "对政府信息公开申请，部分公开{n}，占4.61%。"],
    "t4.review.total": ["政府信息公开行政复议案件{n}件。", "因政府信息公开被申请行政复议{n}起。"],
}


def corpus() -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted((SHARED / "corpus").glob("*.json"))]


def table_of(path: Path) -> tuple[dict[str, Any], Edition, dict[str, Decimal | None]]:
    """A published report, its edition and its values, blank totals of a complete one added up as the reader does."""
    report = json.loads(path.read_text(encoding="utf-8"))
    edition = editions.load(report["edition"])
    given = {key: report["values"].get(key) for key in edition.spots}
    values = {key: Decimal(str(value)) if isinstance(value, int | float) else None for key, value in given.items()}
    if report["complete"]:
        for key in (key for key, value in values.items() if value is None):
            row, _, column = key.rpartition(".")
            parts = COLUMNS if row.startswith("t3") else ("upheld", "corrected", "other_result", "pending")
            values[key] = sum((values[f"{row}.{part}"] or Decimal(0) for part in parts), Decimal(0)) if column == "total" else Decimal(0)
    return report, edition, values


@pytest.mark.parametrize("path", corpus())
def test_published_numbers_in_natural_sentences_raise_nothing(path: Path) -> None:
    report, edition, values = table_of(path)
    year = report["year"] or 2024
    for key, phrasings in PHRASINGS.items():
        for phrasing in phrasings:
            text = phrasing.format(n=values.get(key))
            if values.get(key) is not None:
                found = narrative.findings(prose.of_sections("文", {"一": text}), values, edition, year, report["level"])
                assert [(one.code, text) for one in found] == []
            if values.get(key) and report["complete"]:
                off = phrasing.format(n=values[key] + 100_003)  # type: ignore[operator]
                assert narrative.findings(prose.of_sections("文", {"一": off}), values, edition, year, "township"), off


CLAIMS = {"收取信息处理费(元)": "六", "实际收取信息处理费(元)": "六"}


@pytest.mark.parametrize("path", corpus())
def test_what_published_texts_claim_raises_only_what_is_known(path: Path) -> None:
    report, edition, values = table_of(path)
    words = [f"{claim['claim']}{claim['value']}件" for claim in report["narrative"] if claim["claim"] not in CLAIMS]
    text = "（二）依申请公开情况。全年" + "；".join(words) + "。"
    found = narrative.findings(prose.of_sections("文", {"一": text}), values, edition, report["year"] or 2024, report["level"])
    known = {"shanghai-shifu-bangongting-2019": [("N106", "258"), ("N106", "265")]}  # 265 is one row; the published sentence names the reason
    assert [(one.code, one.left) for one in found] == known.get(path.stem, [])


def document(name: str) -> Prose:
    """The text of a published document."""
    path = SHARED / "real" / name
    if not path.exists():
        pytest.skip("needs the published documents")
    return importing.text_in(opening.read(path))


@pytest.mark.parametrize(
    ("name", "table", "codes"),
    [
        ("anhai-2021.md", "anhai-zhen-2021", []),
        ("shuyang-2025.txt", "shuyang-xian-2025", []),
        ("hongze-2024.pdf", "hongze-qu-2024", []),
        ("shuyang-fagaiju-2023.html", "shuyang-xian-fagaiju-2023", []),
        ("shanghai-office-2019.html", "shanghai-shifu-bangongting-2019", [("N106", "258"), ("N110", "0"), ("N110", "0")]),
    ],
)
def test_published_documents_raise_only_what_is_wrong_in_them(name: str, table: str, codes: list[tuple[str, str]]) -> None:
    text = document(name)
    assert set("一五六") <= set(text.sections) and "年度报告" in text.title and "月31日" in text.preamble.replace(" ", "")
    report, edition, values = table_of(SHARED / "corpus" / f"{table}.json")
    found = narrative.findings(text, values, edition, report["year"], report["level"])
    assert [(one.code, one.left) for one in found] == codes


# The fee


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("全县行政机关在办理2025年度信息公开申请中收取信息处理费共计380元，其中民政局1件，收取380元。", (1, 380)),
        ("全市收取信息处理费3件，共2230元，其中甲镇880元、乙局1080元、丙局270元。", (3, 2230)),
        ("全年收取政府信息公开信息处理费0元。", (0, 0)),
        ("本年度未收取信息处理费。", (0, 0)),
        ("政府信息公开未发生收费情况。", (0, 0)),
        ("按《政府信息公开信息处理费管理办法》，每件超过10件的部分每件100元。", (None, None)),
        ("收取信息处理费0.22万元。", (None, 2200)),
        ("甲局收取信息处理费100元，乙局收取200元，共计300元。", (None, 300)),
        ("甲局收取信息处理费100元，乙局收取200元。", (None, None)),
        ("共收取信息处理费100元。共收取信息处理费200元。", (None, None)),
        ("无。", (None, None)),
    ],
)
def test_the_fee_is_taken_where_it_is_beyond_doubt(text: str, fee: tuple[int | None, int | None]) -> None:
    assert narrative.fee_stated(prose.of_sections("文", {"六": text})) == fee


def test_without_section_six_no_fee_is_stated() -> None:
    assert narrative.fee_stated(prose.of_sections("文", {"一": "收取信息处理费10元。"})) == (None, None)


# Reading


REPORT = """甲镇人民政府2024年政府信息公开工作年度报告
根据《条例》编制本报告。
一、总体情况
2024年，我镇……
（一）主动公开
二、主动公开政府信息情况
| 信息内容 | 数 |
五、存在的主要问题及改进情况
一是……
六、其他需要报告的事项
无。"""


def test_sections_of_a_report() -> None:
    text = prose.of_paragraphs("文", REPORT.splitlines())
    assert text.title == "甲镇人民政府2024年政府信息公开工作年度报告"
    assert text.preamble == "根据《条例》编制本报告。"
    assert text.sections == {"一": "2024年，我镇……\n（一）主动公开", "二": "", "五": "一是……", "六": "无。"}


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("## 一、总体情况", "一"),
        ("**一、总体情况**", "一"),
        ("一、概述", "一"),
        ("总体情况", "一"),
        ("一、年度信息公开总体情况", "一"),
        ("一、二〇二四年工作开展情况", "一"),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "四"),
        ("五、存在的主要问题及整改措施", "五"),
        ("五、政府信息公开工作存在的主要问题及改进情况", "五"),
        ("六、其他需要报告的事项：", "六"),
        ("四、其他需要报告的事项", "六"),
        ("六．其他需要报告事项", "六"),
    ],
)
def test_headings_in_their_variants(heading: str, number: str) -> None:
    assert prose.of_paragraphs("文", [heading, "正文在此。"]).sections == {number: "正文在此。"}


@pytest.mark.parametrize(
    "line", ["一、主动公开政府信息情况良好，共发布信息30条。", "本报告由总体情况、存在的问题等组成。", "总体情况良好。", "（一）总体情况", "一是存在的问题"]
)
def test_lines_that_are_no_heading(line: str) -> None:
    sections = prose.of_paragraphs("文", ["题目年度报告", "一、总体情况", line]).sections
    assert sections == {"一": line}


@pytest.mark.parametrize("page", ["\t3", "……………… 3", ".........3", ""])
def test_a_table_of_contents_is_no_text(page: str) -> None:
    title = ["甲镇人民政府", "2025年政府信息公开工作年度报告"]
    headings = [line for line in REPORT.splitlines() if prose.heading(line)]
    text = prose.of_paragraphs("文", [*title, "目　录", *(heading + page for heading in headings), "".join(title), *REPORT.splitlines()[1:]])
    plain = prose.of_paragraphs("文", ["".join(title), *REPORT.splitlines()[1:]])
    assert (text.title, text.preamble, text.sections) == (plain.title, plain.preamble, plain.sections)


def test_text_on_the_line_of_a_heading_belongs_to_its_section() -> None:
    assert prose.of_paragraphs("文", ["六、其他需要报告的事项。未收取信息处理费。"]).sections == {"六": "未收取信息处理费。"}


def test_without_headings_all_of_it_is_section_one() -> None:
    text = prose.of_paragraphs("文", ["甲街道2025年政府信息公开工作年度报告", "受理19件。", "答复19件。"])
    assert text.sections == {"一": "受理19件。\n答复19件。"} and text.preamble == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_files_in_their_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "甲镇.txt"
    path.write_bytes(REPORT.encode(encoding))
    assert prose.read(path).sections["六"] == "无。"


def test_word_files_without_their_tables(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    book = docx.Document()
    for line in REPORT.splitlines():
        book.add_paragraph(line)
    book.add_table(1, 1).cell(0, 0).text = "表格不是文稿"
    book.save(tmp_path / "甲镇.docx")
    text = prose.read(tmp_path / "甲镇.docx")
    assert text.sections["五"] == "一是……" and text.sections["六"] == "无。"
    assert prose.beside(tmp_path / "甲镇.xlsx") == tmp_path / "甲镇.docx"
    assert prose.beside(tmp_path / "乙镇.xlsx") is None


def test_the_official_word_form_is_read() -> None:
    pytest.importorskip("docx")
    assert set(document("official-form-2021.docx").sections) >= set("一二三四五六")


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


BAD = {
    "空.txt": (b" \n", "没有文字"),
    "表.md": (b"| 1 | 2 |\n", "没有文字"),
    "乱.txt": (b"\xff\xfe\x00\x80\x81" * 9, "UTF-8"),
    "旧.docx": (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, ".doc"),
    "表.docx": (archive(xl__workbook_xml=b"<a/>"), "Word"),
    "坏.docx": (archive(word__document_xml=b"<a")[:60], "已损坏"),
    "断.docx": (archive(word__document_xml=b"<a"), "已损坏"),
    "炸.docx": (archive(word__document_xml=b" " * 11_000_000), "10MB"),
    "大.docx": (archive(word__document_xml=b"<a/>", **{f"word__media{n}": bytes(30_000_000) for n in range(4)}), "100MB"),
    "长.txt": ("信".encode() * 6_700_000, "20MB"),
    "多.txt": ("信".encode() * 1_100_000, "1MB"),
    "图.txt": (b"%PDF-1.7", ".docx"),
    "报告.pdf": (b"%PDF", ".docx"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str) -> None:
    content, words = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        prose.read(path)
    assert len(refused.value.problems) == 1 and words in refused.value.problems[0].zh and name in refused.value.problems[0].zh
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["没有.txt", "夹.txt"])
def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "夹.txt").mkdir()
    with pytest.raises(Refusal) as refused:
        prose.read(tmp_path / name)
    assert len(refused.value.problems) == 1


def test_without_python_docx_a_word_file_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    path = tmp_path / "甲镇.docx"
    path.write_bytes(archive(word__document_xml=b"<a/>"))
    with pytest.raises(Refusal) as refused:
        prose.read(path)
    assert "pip install" in refused.value.problems[0].zh


# Any text


PIECES = [
    "收到",
    "受理",
    "政府信息公开申请",
    "依申请公开",
    "1",
    "12",
    "十二",
    "件",
    "，",
    "、",
    "（",
    "）",
    "上年结转",
    "未发生",
    "行政复议",
    "行政诉讼",
    "均获维持",
    "其中",
    "共",
]
PIECES += [
    "规范性文件",
    "制定",
    "\n",
    "一、",
    "2024年",
    "3月",
    "万",
    "元",
    "信息处理费",
    "%",
    "《",
    "〔2021〕",
    "。",
    "自然人",
    "予以公开",
    "其他",
    "条",
    "\u0000",
    "²",
    "①",
    "٣",
]


@settings(deadline=2000, max_examples=150)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), st.sampled_from(["2019", "2021"]))
def test_no_text_raises(text: str, edition: str) -> None:
    whole = Prose("文", text, text, {"一": text, "五": text, "六": text})
    found = judged(whole, edition=edition) + judged(prose.of_paragraphs("文", text.splitlines()), edition=edition)
    narrative.fee_stated(whole)
    assert all(one.message.zh and one.severity != "error" for one in found)


LONG = [
    "收到政府信息公开",
    "1件",
    "未的因有和或",
    "（",
    "收到申请1件\n",
    "收到政府信息公开申请1件，",
    "1,234",
    "没有公民",
    "2024年1月1日至",
    "《",
    "一十百",
    "件" * 9 + "未收到",
]


@pytest.mark.parametrize("piece", LONG)
def test_the_longest_texts_take_bounded_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.monotonic()
    judged(Prose("文", "", "", {"一": text, "六": text[:100_000]}))
    prose.of_paragraphs("文", text.splitlines())
    assert time.monotonic() - began < SECONDS
