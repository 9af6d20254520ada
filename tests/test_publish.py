"""`publish`: the report for publication in Word and HTML, from returns, summaries and the text of a report."""

import re
import shutil
import subprocess
import zipfile
import zlib
from datetime import date, datetime

import pytest
import summaries
from clerks import copy, fill, issue, layout, run

from ogi_xlsx.county import consolidate, roster as rosters, summary
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout.grid import boxes
from ogi_xlsx.form.words import say, section
from ogi_xlsx.published import opening
from ogi_xlsx.published.writers import signature
from ogi_xlsx.published.writers.signature import Signature
from ogi_xlsx.returns import prose, reader
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.verify import verify

docx = pytest.importorskip("docx")
html = pytest.importorskip("lxml.html")

BODY = "甲镇人民政府"
LINES = (f"A,{BODY},镇", "B,𠮷镇“<b>&amp;,镇")
YEARS = {"2021": 2025, "2019": 2020}
TYPED = {"t3.new_received.natural_person": 13, "t3.granted.natural_person": 12, "t3.carried_out.natural_person": 1, "t4.review.upheld": 2}
TYPED_OF = {"2021": {**TYPED, "t2.licensing.decisions": 123456, "t2.fees.amount": 2.5037}, "2019": {**TYPED, "t2.licensing.items_last_year": 7}}
SECTIONS = {
    "一、总体情况": "2025年，我镇收到政府信息公开申请13件。\n（一）主动公开\n做到应公开尽公开。\n（二）依申请公开。规范办理。",
    "二、主动公开政府信息情况": "本年度主动公开情况如下。",
    "五、存在的主要问题及改进情况": "一是政策解读形式不够丰富；二是业务培训有待加强。下一步将改进。",
    "六、其他需要报告的事项": "2025年度没有收取信息处理费。",
}
SIGNED = {**SECTIONS, "六、其他需要报告的事项": f"2025年度没有收取信息处理费。\n{BODY}\n二〇二六年一月二十日"}
PREAMBLE = "根据《中华人民共和国政府信息公开条例》编制本报告。"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ENDS = ("docx", "html")


def written(path, sections=SIGNED, preamble=PREAMBLE, title=f"{BODY}2025年政府信息公开工作年度报告"):
    """A text file."""
    path.write_text("\n".join([title, preamble, *(line for one in sections.items() for line in one)]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Forms of both editions, and forms with a sheet for the text."""
    folder = tmp_path_factory.mktemp("desk")
    for id_, year in YEARS.items():
        issue(folder / id_, year=year, lines=LINES)
    issue(folder / "text", "--with-text", lines=LINES)
    issue(folder / "typed", "--typed-totals", lines=LINES)
    return folder


def returned(desk, tmp_path, values=None, which="2021", zero=True, name="A"):
    """A return; without values, one that is sound."""
    source = sorted((desk / which / "out").glob("0*.xlsx"))["AB".index(name)]
    typed = TYPED_OF.get(which, TYPED) if values is None else values
    kept = desk / f"{zlib.crc32(repr((which, name, zero, typed)).encode())}.xlsx"  # to fill one in takes twice as long as to publish it
    if not kept.exists():
        fill(source, typed, zero, to=copy(source, kept), form=reader.read(source).layout)
    return copy(kept, tmp_path / f"{name}.xlsx")


def publish(path, out, *options, code=0):
    """What was said on stderr."""
    result = run("publish", path, "--out", out, *options)
    assert result.exit_code == code, result.stdout + result.stderr
    return result.stderr


class Page:
    """A report as it can be read: lines of its paragraphs, and tables as (row, column, rows, columns) → text; the order of all."""

    def __init__(self, path):
        self.order, self.tables = [], []
        self.lines = []
        read = self._word if path.suffix == ".docx" else self._html
        read(path)

    def _add(self, kind, content):
        self.order.append("table" if kind == "table" else content)
        (self.tables if kind == "table" else self.lines).append(content)

    def _word(self, path):
        document = docx.Document(path)
        for one in document.iter_inner_content():
            if hasattr(one, "rows"):
                found = {}
                for r, row in enumerate(one.rows):
                    for c, cell in enumerate(row.cells):
                        found.setdefault(cell._tc, [r, c, r, c, cell.text])[2:4] = r, c
                self._add("table", {(r, c, last - r + 1, end - c + 1): text for r, c, last, end, text in found.values()})
            else:
                self._add("line", one.text.replace("\n", ""))

    def _html(self, path):
        for one in html.fragments_fromstring(path.read_bytes().decode()):
            if not hasattr(one, "tag"):
                assert not one.strip()
            elif one.tag == "table":
                found, taken = {}, set()
                for r, row in enumerate(one.iter("tr")):
                    c = 0
                    for cell in row:
                        assert cell.tag == "td"
                        while (r, c) in taken:
                            c += 1
                        rows, cols = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
                        taken |= {(r + i, c + j) for i in range(rows) for j in range(cols)}
                        found[r, c, rows, cols] = cell.text_content()
                self._add("table", found)
            else:
                assert one.tag == "p"
                self._add("line", one.text_content())


def expected(edition, values):
    """The official tables, filled with numbers by key."""
    return [
        {(b.row - 1, b.col - 1, b.last_row - b.row + 1, b.last_col - b.col + 1): values[b.key] if b.key else b.text for b in boxes(table)}
        for table in edition.tables
    ]


def record(path):
    return {key: show(value) for key, value in reader.read(path).record.values.items()}


# What is printed


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("id_", YEARS)
def test_every_number_stands_at_its_place_in_the_official_tables(desk, tmp_path, id_, end):
    path = returned(desk, tmp_path, which=id_)
    out = tmp_path / f"报告.{end}"
    publish(path, out, "--text", written(tmp_path / "文稿.txt"))
    page, edition = Page(out), editions.load(id_)
    assert page.tables == expected(edition, record(path))
    sizes = [(max(r + rows for r, _, rows, _ in t), max(c + cols for _, c, _, cols in t)) for t in page.tables]
    assert sizes[0] == {"2021": (14, 4), "2019": (18, 5)}[id_] and [len(t) for t in page.tables] == [len(boxes(t)) for t in edition.tables]
    assert all(sum(rows * cols for _, _, rows, cols in table) == height * width for table, (height, width) in zip(page.tables, sizes, strict=True))


@pytest.mark.parametrize("end", ENDS)
def test_parts_come_in_the_official_order_with_official_headings(desk, tmp_path, end):
    out = tmp_path / f"报告.{end}"
    stderr = publish(returned(desk, tmp_path), out, "--text", written(tmp_path / "文稿.txt"))
    titles = [one.title.zh for one in editions.load("2021").sections]
    text = SECTIONS["一、总体情况"].split("\n")
    assert Page(out).order == [
        *(f"{BODY}2025年政府信息公开工作年度报告", PREAMBLE, titles[0], *text, titles[1], SECTIONS[titles[1]], "table", titles[2], "table"),
        *(titles[3], "table", titles[4], SECTIONS["五、存在的主要问题及改进情况"], titles[5], "2025年度没有收取信息处理费。", BODY, "2026年1月20日"),
    ]
    assert stderr == ""


def test_declared_blanks_are_0_and_totals_are_printed(desk, tmp_path):
    path = returned(desk, tmp_path, {"t3.new_received.natural_person": 5, "t3.carried_out.natural_person": 5})
    publish(path, tmp_path / "a.html")
    values = [text for table in Page(tmp_path / "a.html").tables for place, text in table.items() if text.isdigit()]
    assert sorted(set(values)) == ["0", "5"] and values.count("5") == 4 and len(values) == len(editions.load("2021").spots)


def test_typed_totals_are_printed_as_typed(desk, tmp_path):
    values = dict.fromkeys(layout(typed_totals=True).checks.typed_keys, 0) | {k: 4 for k in layout().checks.totals if k.startswith("t3.carried_out")}
    values |= {"t3.carried_out.natural_person": 4, "t3.new_received.natural_person": 4, "t3.new_received.total": 4}
    path = returned(desk, tmp_path, values, "typed")
    publish(path, tmp_path / "a.docx")
    assert Page(tmp_path / "a.docx").tables == expected(editions.load("2021"), {key: str(value) for key, value in values.items()})


def test_numbers_are_exact(desk, tmp_path):
    path = returned(desk, tmp_path, {"t2.fees.amount": 999.123456, "t2.licensing.decisions": 9876})
    publish(path, tmp_path / "a.docx")
    texts = set(Page(tmp_path / "a.docx").tables[0].values())
    assert {"999.123456", "9876"} <= texts


@pytest.fixture(scope="module")
def sums(tmp_path_factory):
    """A summary of all bodies, and one in which a body is missing."""
    folder = tmp_path_factory.mktemp("sums")
    back = summaries.sent(folder, dict.fromkeys("ABCD", summaries.BODY))
    entries, judged = rosters.load(folder / "roster.csv"), verify([reader.read(path) for path in sorted(back.iterdir())], "native")
    for name, some in (("whole", judged), ("partial", judged[1:])):
        added = consolidate.consolidate(some, entries, Agency("350582", "晋江市", "county"), {})
        summary.write(folder / f"{name}.xlsx", added, datetime(2026, 3, 1))
    return folder / "whole.xlsx", folder / "partial.xlsx"


@pytest.mark.parametrize("end", ENDS)
def test_a_whole_summary_is_published_and_a_partial_one_is_not(sums, tmp_path, end):
    whole, partial = sums
    out = tmp_path / f"报告.{end}"
    publish(whole, out, "--text", written(tmp_path / "文稿.txt", title="晋江市2025年政府信息公开工作年度报告"))
    assert Page(out).lines[0] == "晋江市2025年政府信息公开工作年度报告"
    assert Page(out).tables == expected(editions.load("2021"), record(whole)) and "12" in Page(out).tables[1].values()
    assert "未报齐" in publish(partial, tmp_path / f"b.{end}", code=2)
    publish(partial, tmp_path / f"b.{end}", "--force", code=1)
    assert next(line for line in Page(tmp_path / f"b.{end}").lines if "报告" in line).startswith("【草稿】晋江市2025年")


def test_banners_of_partial_summaries_are_known_by_their_beginning():
    facts = dict.fromkeys(("due", "done", "out", "names", "time", "whose"), "")
    words = section("published.toml", "report")
    assert say("banner", **facts).zh.startswith(words["partial"])
    assert not say("banner_included", n=1, names="").zh.startswith(words["partial"])


# Refusals and drafts


@pytest.mark.parametrize(
    ("values", "zero", "state", "count"),
    [({"t3.new_received.natural_person": 3}, True, "须改正", 1), ({"t2.licensing.decisions": 5}, False, "未填完", 3)],
    ids=["wrong", "not filled"],
)
def test_a_return_with_errors_is_refused(desk, tmp_path, values, zero, state, count):
    result = run("publish", returned(desk, tmp_path, values, zero=zero), "--out", tmp_path / "a.docx")
    assert result.exit_code == 2 and result.stdout == "" and not (tmp_path / "a.docx").exists()
    told = result.stderr.splitlines()
    assert len(told) == 2 and f"“{state}”，有{count}项" in told[0] and "ogi-xlsx verify" in told[0]


@pytest.mark.parametrize("end", ENDS)
def test_a_draft_says_so_on_its_face_and_shows_cells_as_they_stand(desk, tmp_path, end):
    typed = {"t2.licensing.decisions": "约12<件>", "t2.penalties.decisions": -3, "t2.coercion.decisions": "/", "t3.new_received.natural_person": 1}
    path, out = returned(desk, tmp_path, typed, zero=False), tmp_path / f"a.{end}"
    stderr = publish(path, out, "--force", code=1)
    page = Page(out)
    assert "草稿" in stderr and next(line for line in page.lines if BODY in line) == f"【草稿】{BODY}2025年政府信息公开工作年度报告"
    cells = {b.key: page.tables[0][b.row - 1, b.col - 1, 1, b.last_col - b.col + 1] for b in boxes(editions.load("2021").tables[0]) if b.key}
    assert cells["t2.licensing.decisions"] == "约12<件>" and cells["t2.penalties.decisions"] == "-3" and cells["t2.coercion.decisions"] == "/"
    assert cells["t2.fees.amount"] == "" and "1" in page.tables[1].values()
    if end == "docx":
        top = docx.Document(out).sections[0]
        assert all(one.paragraphs[0].text.startswith("【草稿】校验状态为“须改正”") for one in (top.header, top.even_page_header))
    else:
        assert page.lines[0].startswith("【草稿】校验状态为“须改正”")


def test_force_on_a_sound_return_only_overwrites(desk, tmp_path):
    path, out = returned(desk, tmp_path), tmp_path / "a.docx"
    out.write_bytes(b"mine")
    assert "--force" in publish(path, out, code=2) and out.read_bytes() == b"mine"
    publish(path, out, "--force")
    assert "草稿" not in "".join(Page(out).lines) and not docx.Document(out).sections[0].header.paragraphs[0].text


def test_warnings_are_told_and_do_not_stop_it(desk, tmp_path):
    text = written(tmp_path / "文稿.txt", {**SIGNED, "一、总体情况": "2025年，我镇收到政府信息公开申请12件。"})
    stderr = publish(returned(desk, tmp_path), tmp_path / "a.html", "--text", text)
    (note,) = stderr.splitlines()
    assert "1项请核实的问题没有说明" in note and "12件" in Page(tmp_path / "a.html").lines[3]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xlsx", "a.doc"])
def test_other_kinds_are_refused(desk, tmp_path, name):
    path = returned(desk, tmp_path)
    before = sorted(tmp_path.iterdir())
    assert ".docx" in publish(path, tmp_path / name, code=2) and sorted(tmp_path.iterdir()) == before


def test_what_is_no_return_is_refused(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    for path in (tmp_path / "x.xlsx", tmp_path / "none.xlsx", tmp_path):
        for force in ((), ("--force",)):
            assert len(publish(path, tmp_path / "a.docx", *force, code=2).splitlines()) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.xlsx"]


def test_nothing_half_written_is_left(desk, tmp_path, monkeypatch):
    path = returned(desk, tmp_path)
    from ogi_xlsx.published.writers import word_report

    def broken(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(word_report, "write", broken)
    out = tmp_path / "neu" / "a.docx"
    assert "磁盘" in publish(path, out, code=2) and not out.parent.exists()


def test_the_text_itself_is_never_overwritten(desk, tmp_path):
    path = returned(desk, tmp_path)
    publish(path, tmp_path / "A.docx", "--text", written(tmp_path / "文稿.txt"))
    held = (tmp_path / "A.docx").read_bytes()
    for options in ((), ("--text", tmp_path / "A.docx")):
        assert "换一个文件名" in publish(path, tmp_path / "A.docx", "--force", *options, code=2)
    assert (tmp_path / "A.docx").read_bytes() == held


# The text


@pytest.mark.parametrize("end", ENDS)
def test_the_text_comes_from_the_option_else_from_beside_else_from_the_sheet(desk, tmp_path, end):
    path = returned(desk, tmp_path, {**TYPED, "text.一.0": "这是表上的。", "text.五.0": "这是表上的五。", "text.六.0": "这是表上的六。"}, "text")
    seen = []
    for make in (lambda: (), lambda: (written(tmp_path / "A.txt", {**SIGNED, "一、总体情况": "这是同名的。"}), ())[1], None):
        options = make() if make else ("--text", written(tmp_path / "选.md", {**SIGNED, "一、总体情况": "这是选定的。"}))
        publish(path, tmp_path / f"o{len(seen)}.{end}", *options)
        lines = Page(tmp_path / f"o{len(seen)}.{end}").lines
        seen.append(lines[lines.index("一、总体情况") + 1])
    assert seen == ["这是表上的。", "这是同名的。", "这是选定的。"]


@pytest.mark.parametrize("end", ENDS)
def test_without_a_text_there_are_lines_to_fill_in(desk, tmp_path, end):
    stderr = publish(returned(desk, tmp_path), tmp_path / f"a.{end}")
    lines = Page(tmp_path / f"a.{end}").lines
    assert [line for line in lines if line.startswith("（此处")] == [
        "（此处填写总体情况）",
        "（此处填写存在的主要问题及改进情况）",
        "（此处填写其他需要报告的事项）",
    ]
    assert "一、五、六部分只留了填写处" in stderr and "成文日期留空" in stderr
    assert lines[-2:] == [BODY, "　　年　月　日"]


def test_what_a_text_lacks_is_named_and_lines_to_fill_in_are_no_text(desk, tmp_path):
    path = returned(desk, tmp_path)
    publish(path, tmp_path / "empty.docx")
    text = written(tmp_path / "部分.txt", {"一、总体情况": "有。", "五、存在的主要问题及改进情况": "也有。"})
    assert "部分.txt 没有六部分的文字" in publish(path, tmp_path / "a.docx", "--text", text)
    assert "empty.docx 没有一、五、六部分的文字" in publish(path, tmp_path / "b.docx", "--text", tmp_path / "empty.docx")


def test_a_report_of_ours_is_read_as_the_text_that_it_was_made_from(desk, tmp_path):
    publish(returned(desk, tmp_path), tmp_path / "a.docx", "--text", written(tmp_path / "文稿.txt"))
    again, first = prose.read(tmp_path / "a.docx"), prose.read(tmp_path / "文稿.txt")
    assert (again.title, again.preamble) == (first.title, first.preamble)
    assert {no: text for no, text in again.sections.items() if no != "六" and text} == {no: text for no, text in first.sections.items() if no != "六"}


HOSTILE = "<script>alert(1)</script> & \"'`{{ 7*7 }} ]]> &#x0; \x1b[31m\x00\u202e\ud800| =1+1 " + "长" * 30_000


@pytest.mark.parametrize("end", ENDS)
def test_texts_stay_texts_whatever_they_hold(desk, tmp_path, end):
    path = returned(desk, tmp_path, name="B")
    text = tmp_path / "文稿.txt"
    text.write_bytes(
        "\n".join(["一、总体情况", HOSTILE.replace("\x00", ""), "五、存在的主要问题及改进情况", "无", "六、其他需要报告的事项", "无"]).encode("utf-8", "ignore")
    )
    out = tmp_path / f"a.{end}"
    publish(path, out, "--text", text)
    page = Page(out)
    (told,) = [line for line in page.lines if "script" in line]
    assert told.startswith("<script>alert(1)</script> & \"'`{{ 7*7 }} ]]> &#x0; [31m| =1+1 ") and told.endswith("长" * 30_000)
    assert page.lines[0].startswith("𠮷镇“<b>&amp;2025年") and len(page.tables) == 3
    if end == "html":
        assert b"<script" not in out.read_bytes() and b"<b>" not in out.read_bytes()


# Signature and date


SIGNATURES = {
    f"结束。\n{BODY}\n2026年1月20日": (["结束。"], BODY, date(2026, 1, 20)),
    f"结束。\n{BODY}　2026年01月05日": (["结束。"], BODY, date(2026, 1, 5)),
    "结束。\n（2026年1月23日）": (["结束。"], "", date(2026, 1, 23)),
    "结束。\n二○二六年十二月三十一日": (["结束。"], "", date(2026, 12, 31)),
    "结束。\n二〇二六年一月十日": (["结束。"], "", date(2026, 1, 10)),
    f"结束。\n{BODY}": (["结束。"], BODY, None),
    f"结束。\n2026.1.20\n{BODY}": (["结束。"], BODY, date(2026, 1, 20)),
    "结束。\n某县甲镇人民政府\n2026/1/20": (["结束。"], "某县甲镇人民政府", date(2026, 1, 20)),
    "结束。\n发布日期：2026-1-20 10:30": (["结束。"], "", date(2026, 1, 20)),
    "结束。\n某县甲镇人民政府": (["结束。", "某县甲镇人民政府"], "", None),
    "结束。\n乙镇人民政府\n2026年1月20日": (["结束。", "乙镇人民政府"], "", date(2026, 1, 20)),
    "结束。\n2026年2月30日": (["结束。", "2026年2月30日"], "", None),
    "截至2026年1月20日": (["截至2026年1月20日"], "", None),
    "甲镇人民政府没有其他事项。": (["甲镇人民政府没有其他事项。"], "", None),
    f"{BODY}\n{BODY}\n2026年1月20日": ([BODY], BODY, date(2026, 1, 20)),
    "": ([], "", None),
}


@pytest.mark.parametrize("text", SIGNATURES)
def test_a_signature_at_the_end_is_told_from_text(text):
    rest, name, day = SIGNATURES[text]
    assert signature.at_end(text.splitlines(), BODY) == (rest, Signature(name, day))


STARTS = {
    "（2026年1月20日）\n为此，": (["为此，"], "", date(2026, 1, 20)),
    f"来源：{BODY}　发布时间：2026-01-20 08:00\n为此，": (["为此，"], BODY, date(2026, 1, 20)),
    "来源：甲镇\n为此，": (["为此，"], "甲镇", None),
    f"{BODY}\n2026年1月20日\n为此，": (["为此，"], BODY, date(2026, 1, 20)),
    "为此，\n2026年1月20日": (["为此，", "2026年1月20日"], "", None),
    "来源：新华社\n为此，": (["来源：新华社", "为此，"], "", None),
}


@pytest.mark.parametrize("text", STARTS)
def test_what_stands_below_the_title_is_told_from_text(text):
    rest, name, day = STARTS[text]
    assert signature.at_start(text.splitlines(), BODY) == (rest, Signature(name, day))


@pytest.mark.parametrize(
    ("sections", "preamble", "cover", "end"),
    [
        (SIGNED, "（2026年1月23日）\n为此。", "2026-01-15", "2026年1月20日"),
        (SECTIONS, "（2026年1月23日）\n为此。", "2026-01-15", "2026年1月23日"),
        (SECTIONS, "为此。", "2026年01月05日", "2026年1月5日"),
        (SECTIONS, "为此。", date(2026, 1, 5), "2026年1月5日"),
        (SECTIONS, "为此。", "元月五日", "　　年　月　日"),
    ],
    ids=["signature", "below the title", "cover", "cover, a date", "none"],
)
def test_the_day_is_that_of_the_text_else_of_the_cover_else_left_blank(desk, tmp_path, sections, preamble, cover, end):
    path = returned(desk, tmp_path, {**TYPED, "cover.date": cover})
    stderr = publish(path, tmp_path / "a.html", "--text", written(tmp_path / "文稿.txt", sections, preamble))
    lines = Page(tmp_path / "a.html").lines
    assert lines[-2:] == [BODY, end] and lines[1] == "为此。" and lines.count(BODY) == 1
    assert ("成文日期留空" in stderr) == (not end.strip("　年月日"))


def test_a_text_without_headings_loses_its_signature_too(desk, tmp_path):
    (tmp_path / "A.txt").write_text(f"{BODY}2025年报告\n（2026年1月23日）\n我镇认真工作。\n{BODY}", encoding="utf-8")
    publish(returned(desk, tmp_path), tmp_path / "a.html")
    lines = Page(tmp_path / "a.html").lines
    assert lines[2] == "我镇认真工作。" and lines[-2:] == [BODY, "2026年1月23日"] and lines.count(BODY) == 1


# How it looks


@pytest.fixture(scope="module")
def word(desk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("word")
    publish(returned(desk, folder), folder / "a.docx", "--text", written(folder / "文稿.txt"))
    return folder / "a.docx"


def test_paper_and_page_numbers_are_those_of_the_standard(word):
    document = docx.Document(word)
    (page,) = document.sections
    measures = (page.page_width, page.page_height, page.top_margin, page.right_margin, page.bottom_margin, page.left_margin)
    assert [round(one.mm) for one in measures] == [210, 297, 37, 26, 35, 28]
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = page.footer.paragraphs[0], page.even_page_footer.paragraphs[0]
    assert (odd.text, odd.alignment, even.text, even.alignment) == ("— 1 —", docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT, "— 1 —", 0)
    assert all(" PAGE " in one._p.xml for one in (odd, even))


def look(document, paragraph):
    """Font for Chinese and size in points, as the styles give them."""
    style, fonts, size = paragraph.style, None, None
    while style is not None:
        properties = style.element.rPr
        if properties is not None:
            found = properties.find(f"{W}rFonts")
            fonts = fonts or (found is not None and found.get(f"{W}eastAsia")) or None
            size = size or (style.font.size and style.font.size.pt)
        style = style.base_style
    basic = document.styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    return fonts or basic.find(f"{W}rFonts").get(f"{W}eastAsia"), size or int(basic.find(f"{W}sz").get(f"{W}val")) / 2


def test_fonts_and_sizes_are_those_of_the_standard(word):
    document = docx.Document(word)
    looks = {one.text: look(document, one) for one in document.paragraphs}
    assert looks[f"{BODY}2025年政府信息公开工作年度报告".replace("府2", "府\n2")] == ("方正小标宋简体", 22)
    assert looks["一、总体情况"] == ("黑体", 16) and looks["做到应公开尽公开。"] == ("仿宋_GB2312", 16) and looks["（一）主动公开"] == ("楷体_GB2312", 16)
    (mixed,) = [one for one in document.paragraphs if one.text.startswith("（二）依申请公开。")]
    assert [run_.text for run_ in mixed.runs] == ["（二）依申请公开。", "规范办理。"]
    assert mixed.runs[0]._r.rPr.rFonts.get(f"{W}eastAsia") == "楷体_GB2312" and mixed.runs[1]._r.rPr is None
    with zipfile.ZipFile(word) as parts:
        assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong"/>' in parts.read("word/fontTable.xml").decode()


def test_tables_fit_the_page_and_rows_are_whole(word):
    document = docx.Document(word)
    page = document.sections[0]
    room = (page.page_width - page.left_margin - page.right_margin) / docx.shared.Twips(1)
    heads = []
    for table in document.tables:
        assert abs(sum(int(one.get(f"{W}w")) for one in table._tbl.tblGrid) - room) <= 1
        rows = table._tbl.tr_lst
        assert all(row.trPr.find(f"{W}cantSplit") is not None for row in rows)
        heads.append(sum(row.trPr.find(f"{W}tblHeader") is not None for row in rows))
        assert all(sum(int(tc.tcPr.find(f"{W}tcW").get(f"{W}w")) for tc in row.tc_lst) == sum(int(g.get(f"{W}w")) for g in table._tbl.tblGrid) for row in rows)
    assert heads == [0, 3, 3]
    fills = [cell._tc.tcPr.find(f"{W}shd") for row in document.tables[0].rows for cell in row.cells]
    assert {one.get(f"{W}fill") for one in fills if one is not None} == {"DDEBF7"}


def test_properties_are_the_reports_own_and_the_file_is_the_same_each_time(word, tmp_path):
    about = docx.Document(word).core_properties
    assert (about.title, about.author, about.comments, about.keywords) == (f"{BODY}2025年政府信息公开工作年度报告", BODY, "", "")
    publish(word.with_name("A.xlsx"), tmp_path / "again.docx", "--text", word.with_name("文稿.txt"))
    assert (tmp_path / "again.docx").read_bytes() == word.read_bytes()
    with zipfile.ZipFile(word) as parts:
        assert "docx" not in "".join(parts.namelist()) and all(b"python" not in parts.read(name) for name in parts.namelist())


def test_html_is_a_fragment_that_an_editor_keeps(desk, tmp_path):
    publish(returned(desk, tmp_path), tmp_path / "a.html", "--text", written(tmp_path / "文稿.txt"))
    text = (tmp_path / "a.html").read_bytes().decode()
    assert text.startswith("<p ") and set(re.findall(r"<([a-z]+)", text)) == {"p", "table", "tbody", "tr", "td"}
    assert set(re.findall(r' ([a-z]+)="', text)) == {"style", "rowspan", "colspan"} and not re.search(r"class|<!|url\(|http", text)
    assert set(re.findall(r"<([a-z]+) style", text)) <= {"p", "table", "td"} and "border-collapse" in text


@pytest.mark.parametrize("name", ["晋江市人民政府青阳街道办事处", "甲镇", "某某自治州某某自治县某某民族乡人民政府综合行政执法队和社会事务服务中心"])
def test_name_and_day_end_inside_the_page_and_are_centred(name):
    from types import SimpleNamespace

    from ogi_xlsx.published.writers.word_report import _signature, _width

    left, right = _signature(SimpleNamespace(signed=name, date="2026年1月20日"))
    assert left >= 0 and right >= 400
    assert abs((left + _width(name) / 2) - (right + _width("2026年1月20日") / 2)) <= 1


# In a round's folder, and in an office


def test_settings_of_a_rounds_folder_hold(tmp_path, monkeypatch):
    folder = tmp_path / "轮"
    assert run("init", folder, "--year", 2025).exit_code == 0
    monkeypatch.chdir(folder)
    (path, *_) = issue(tmp_path, lines=LINES)
    fill(path, {"t2.fees.amount": 2000})
    assert "1项请核实" in publish(path, tmp_path / "a.html")
    (folder / "设置.toml").write_text("[R205]\nlimits = { township = 5000 }\n", encoding="utf-8")
    text = (folder / "本轮.toml").read_text(encoding="utf-8")
    (folder / "本轮.toml").write_text(re.sub(r"^#? ?settings = .*$", 'settings = "设置.toml"', text, flags=re.M), encoding="utf-8")
    assert "项请核实" not in publish(path, tmp_path / "b.html")


@pytest.fixture(scope="module")
def printed(word, tmp_path_factory):
    """What LibreOffice prints, of the report and of a text; without its Writer it opens neither."""
    folder = tmp_path_factory.mktemp("printed")
    (folder / "probe.txt").write_text("甲", encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", folder, word, folder / "probe.txt"], capture_output=True, timeout=120, check=False)
    return folder


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_office_prints_it_with_whole_tables(printed):
    high_level = pytest.importorskip("pdfminer.high_level")
    if not (printed / "probe.pdf").exists() and not (printed / "a.pdf").exists():
        pytest.skip("this LibreOffice has no Writer")
    texts = [re.sub(r"\s", "", page) for page in high_level.extract_text(printed / "a.pdf").rstrip("\f").split("\f")]
    assert len(texts) in (3, 4) and all(f"—{n}—" in text for n, text in enumerate(texts, 1))
    tables = list(opening.read(printed / "a.pdf").grids)
    assert [table.width for table in tables] == [4, 10, 15]
    assert all(len({cell.page for cell in table.cells}) == 1 for table in tables), "each whole, on one page"
    assert tables[1].places[4, 4].text == "13" and "2026年1月20日" in texts[-1]
