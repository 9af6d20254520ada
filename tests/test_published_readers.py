"""What each reader of published documents gives: paragraphs, tables with their merged cells, pictures; one sentence for what cannot be read."""

import io
import os
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import openpyxl
import pytest
from clerks import issue
from openpyxl.styles import Border, Side
from published_files import HEADINGS, LONG, REAL, TABLE, TITLE, Sheet, objects, p, packed, pdf, stream, table, tc, word

from ogi_xlsx.form.words import Refusal
from ogi_xlsx.published import opening
from ogi_xlsx.published.document import Document, Grid, Paragraph, Picture

pytest.importorskip("lxml")
pytest.importorskip("docx")
pytest.importorskip("pdfminer")


def read(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return opening.read(path)


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines]


def rows(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in grid.row(number)] for number in range(1, grid.height + 1)]


def spans(grid: Grid) -> list[tuple[str, int, int, int, int]]:
    return [(cell.text, cell.row, cell.col, cell.rows, cell.cols) for cell in grid.cells]


def only(document: Document) -> Grid:
    (grid,) = document.grids
    return grid


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def report(tables: str = TABLE) -> str:
    return f"<p>{HEADINGS[0]}</p><p>{LONG}</p><p>{HEADINGS[1]}</p>{tables}<p>{HEADINGS[2]}</p><p>无。</p>"


# Web pages


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312"])
def test_a_page_in_any_encoding(tmp_path, encoding, declared):
    text = page(report()).replace("charset=utf-8", f'http-equiv="Content-Type" content="text/html; charset={declared}"')
    document = read(tmp_path / "a.html", text.encode(encoding))
    assert document.kind == "html" and HEADINGS[1] in texts(document) and rows(only(document))[3] == ["行政规范性文件", "3", "\xa0", "8"]


def test_a_page_cut_off_within_a_character_and_one_with_a_broken_one(tmp_path):
    content = page(report()).encode()
    assert HEADINGS[1] in texts(read(tmp_path / "a.html", content[: content.rindex("无".encode()) + 1]))
    assert HEADINGS[1] in texts(read(tmp_path / "b.html", content.replace("无".encode(), b"\xff", 1)))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<tr><td rowspan=2>甲<td>1<tr><td>2", [("甲", 1, 1, 2, 1), ("1", 1, 2, 1, 1), ("2", 2, 2, 1, 1)]),
        ("<tr><td colspan=9>甲<tr><td>1<td>2", [("甲", 1, 1, 1, 2), ("1", 2, 1, 1, 1), ("2", 2, 2, 1, 1)]),
        ("<tr><td rowspan=99999 colspan=99999>甲<td>1<tr><td>2", [("甲", 1, 1, 2, 1), ("1", 1, 2, 1, 1), ("2", 2, 2, 1, 1)]),
        ("<tr><td rowspan=0>甲<td>1<tr><td>2", [("甲", 1, 1, 2, 1), ("1", 1, 2, 1, 1), ("2", 2, 2, 1, 1)]),
        ("<tr><td colspan=2>甲<td>1<![if !supportMisalignedColumns]><tr height=0><td><td><td>", [("甲", 1, 1, 1, 1), ("1", 1, 2, 1, 1)]),
        ("<tr><td colspan=x>甲<td rowspan=-2>1", [("甲", 1, 1, 1, 1), ("1", 1, 2, 1, 1)]),
        ("<thead><tr><th>甲<th>乙</thead><tr><td>1<td>", [("甲", 1, 1, 1, 1), ("乙", 1, 2, 1, 1), ("1", 2, 1, 1, 1), ("", 2, 2, 1, 1)]),
        ("<tr><td rowspan=2>甲<td>1</tr><tr></tr><tr><td>2<td>3", [("甲", 1, 1, 1, 1), ("1", 1, 2, 1, 1), ("2", 2, 1, 1, 1), ("3", 2, 2, 1, 1)]),
    ],
)
def test_merged_cells_of_a_page(tmp_path, markup, expected):
    assert spans(only(read(tmp_path / "a.html", page(f"<table>{markup}</table>")))) == expected


def test_breaks_hidden_text_and_word_markup_in_cells(tmp_path):
    cells = [
        ("本年新<br>制作数量", "本年新\n制作数量"),
        ("<p class=MsoNormal><span>商业</span></p><p><span>企\n业</span><o:p></o:p></p>", "商业\n企 业"),
        ("<p><o:p>&nbsp;</o:p></p>", "\xa0"),
        ("1<span style='display: none'>9</span><!-- 8 --><script>7</script>", "1"),
        ("<![if !supportEmptyParas]>2<![endif]>", "2"),
        ("<ins>3</ins><b>4</b>", "34"),
        ("<input value='5'>件<input type=hidden value='6'><input type=submit value='7'>", "5件"),
    ]
    markup = "<table><tr>" + "".join(f"<td>{cell}</td>" for cell, _ in cells) + "</tr></table>"
    assert rows(only(read(tmp_path / "a.html", page(markup)))) == [[text for _, text in cells]]


def test_of_a_site_only_the_report_is_taken_with_its_title(tmp_path):
    menu = "<div id=nav><table><tr><td>首页</td><td>政务公开</td></tr><tr><td>机构</td><td>新闻</td></tr></table><ul><li>政府信息公开年报</ul></div>"
    footer = "<div class=footer><p>主办：甲镇人民政府</p><img src=red.png width=80 height=100></div>"
    head = (
        f"<title>{TITLE}-甲镇</title><meta name=ArticleTitle content='{TITLE}'><meta name=PubDate content='2025-01-20'><meta name=ContentSource content='甲镇'>"
    )
    article = f"<div id=zoom>{report()}<p><img src=a.png><img src=icon.png width=16><img src=b.png style='width:20px'></p></div>"
    document = read(tmp_path / "a.htm", page(f"{menu}<h1>{TITLE}</h1><table><tr><td>{article}</td></tr></table>{footer}", head))
    assert texts(document) == [TITLE, HEADINGS[0], LONG, *HEADINGS[1:], "无。"]
    assert dict(document.told) == {"title": TITLE, "date": "2025-01-20", "body": "甲镇"}
    assert only(document).width == 4 and isinstance(document.blocks[-1], Picture) and len([b for b in document.blocks if isinstance(b, Picture)]) == 1


def test_layout_tables_are_text_and_only_the_innermost_are_tables(tmp_path):
    document = read(tmp_path / "a.html", page(f"<table><tr><td>前<table><tr><td>{TABLE}中</td></tr></table>后</td><td>旁</td></tr></table>"))
    assert [type(block) for block in document.blocks] == [Paragraph, Grid, Paragraph, Paragraph, Paragraph]
    assert texts(document) == ["前", "中", "后", "旁"]
    long = read(tmp_path / "b.html", page(f"<table><tr><td>题</td></tr><tr><td>{'文' * 1100}</td></tr></table>"))
    assert texts(long) == ["题", "文" * 1100] and not list(long.grids)


# Word


def test_merged_cells_of_word(tmp_path):
    begin, on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    content = table(
        tc("甲", begin) + tc("乙", "<w:gridSpan w:val='2'/>"),
        tc("", on) + tc("1") + tc("2"),
        "<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + tc("3") + tc("4"),
        tc("丙", "<w:hMerge w:val='restart'/>") + tc("", "<w:hMerge/>") + tc("5"),
        "<w:trPr><w:del/></w:trPr>" + tc("删") + tc("删") + tc("删"),
    )
    assert spans(only(read(tmp_path / "a.docx", word(content)))) == [
        ("甲", 1, 1, 2, 1), ("乙", 1, 2, 1, 2), ("1", 2, 2, 1, 1), ("2", 2, 3, 1, 1),
        ("3", 3, 2, 1, 1), ("4", 3, 3, 1, 1), ("丙", 4, 1, 1, 2), ("5", 4, 3, 1, 1),
    ]  # fmt: skip


def test_controls_changes_hidden_text_and_breaks_of_word(tmp_path):
    def sdt(inner: str) -> str:
        return f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    run = "<w:r><w:t>{}</w:t></w:r>"
    changed = f"<w:p><w:ins>{run.format('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom>{run.format('移')}</w:moveFrom></w:p>"
    hidden = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>{sdt(run.format('现'))}<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"
    numbered = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/></w:numPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>编号段</w:t></w:r></w:p>"
    cell = f"<w:tc>{p('一')}{p('二')}</w:tc>"
    tables = sdt(f"<w:tbl>{sdt('<w:tr>' + sdt(cell) + tc('1') + '</w:tr>')}</w:tbl>")
    document = read(tmp_path / "a.docx", word(changed + hidden + sdt(numbered) + tables))
    assert texts(document) == ["新", "现甲", "乙", "编号段"] and rows(only(document)) == [["一\n二", "1"]]


def test_boxes_nested_tables_and_pictures_of_word(tmp_path):
    box = f"<w:txbxContent>{p('框中')}{table(tc('甲') + tc('1'))}</w:txbxContent>"
    either = f"<mc:Choice><a:x>{box}</a:x></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    twice = f"<w:p><w:r><mc:AlternateContent>{either}</mc:AlternateContent></w:r></w:p>"
    nested = f"<w:tbl><w:tr><w:tc>{p('外')}{table(tc('乙') + tc('2'))}{p('后')}</w:tc>{tc('旁')}</w:tr></w:tbl>"
    large, small = (f"<w:p><w:r><wp:inline><wp:extent cx='{n}' cy='{n}'/><pic:pic/></wp:inline></w:r></w:p>" for n in (5_000_000, 100_000))
    document = read(tmp_path / "a.docx", word(twice + nested + large + small))
    assert texts(document) == ["框中", "外", "后", "旁"] and [rows(grid) for grid in document.grids] == [[["甲", "1"]], [["乙", "2"]]]
    assert [type(block) for block in document.blocks].count(Picture) == 1


def test_a_word_file_with_macros_is_read_and_nothing_runs(tmp_path):
    types = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    assert texts(read(tmp_path / "a.docx", word(p("文"), word__vbaProject_bin=b"x", **{"[Content_Types]_xml": types}))) == ["文"]


# PDF

XS = [70.0, 200.0, 300.0, 400.0]
FOOT = 800


def test_tables_and_paragraphs_of_a_pdf(tmp_path):
    sheet = Sheet().text(200, 80, TITLE, 12).text(90, 110, "这是第一行文字一直写到右边的页边距才换行继续写下去直到行末尾处").text(70, 130, "第二行接着写。")
    sheet.text(90, 150, "另一段。").text(280, FOOT, "- 1 -")
    sheet.line(70, 200, 400, 200).line(70, 240, 400, 240).line(200, 220, 400, 220).line(70, 200, 70, 240).line(400, 200, 400, 240)
    sheet.line(200, 200, 200, 240).line(300, 220, 300, 240).text(75, 225, "甲").text(250, 215, "乙").text(210, 235, "1").text(310, 235, "2")
    document = read(tmp_path / "a.pdf", pdf(sheet))
    assert texts(document)[1:] == ["这是第一行文字一直写到右边的页边距才换行继续写下去直到行末尾处第二行接着写。", "另一段。"]
    assert spans(only(document)) == [("甲", 1, 1, 2, 1), ("乙", 1, 2, 1, 2), ("1", 2, 2, 1, 1), ("2", 2, 3, 1, 1)]
    assert {cell.page for cell in only(document).cells} == {1}


def test_a_small_digit_behind_a_number_in_a_pdf_is_a_note(tmp_path):
    sheet = Sheet().rows([70, 170, 270], 200, [["甲", "7", "15"], ["乙", "12", "3"]]).text(183, 211, "2", 6).text(283, 211, "4", 9)
    assert rows(only(read(tmp_path / "a.pdf", pdf(sheet)))) == [["甲", "7²"], ["乙", "12"]]


def test_radicals_of_a_pdf_are_the_words_that_they_look_like(tmp_path):
    sheet = Sheet().text(90, 60, "⻰⻔县⼈⺠政府").rows([70, 170, 270], 200, [["⾏政许可", "7"]])
    document = read(tmp_path / "a.pdf", pdf(sheet))
    assert texts(document) == ["龙门县人民政府"] and rows(only(document)) == [["行政许可", "7"]]


def test_a_table_over_pages_is_one(tmp_path):
    first = Sheet().text(250, 40, "年度报告").rows(XS, 700, [["类别", "数", "备注"], ["（一）公开（区分的，只", "9", "无"]]).text(290, FOOT, "1")
    second = Sheet().text(250, 40, "年度报告").rows([x + 3 for x in XS], 80, [["计这一情形）", "", ""], ["（二）不予公开", "1", "有"]]).text(290, FOOT, "2")
    third = Sheet().text(250, 40, "年度报告").rows(XS, 80, [["（三）总计", "10", ""]]).text(90, 150, "完。").text(290, FOOT, "3")
    document = read(tmp_path / "a.pdf", pdf(first, second, third))
    held = [["类别", "数", "备注"], ["（一）公开（区分的，只\n计这一情形）", "9", "无"], ["（二）不予公开", "1", "有"], ["（三）总计", "10", ""]]
    assert rows(only(document)) == held and texts(document) == ["完。"]
    assert [only(document).places[row, 1].page for row in (1, 2, 3, 4)] == [1, 1, 2, 3]


def test_a_row_that_may_be_one_of_its_own_stays_one(tmp_path):
    sheets = Sheet().rows(XS, 760, [["行政许可", "9", "无"]]), Sheet().rows(XS, 80, [["行政处罚", "", ""], ["行政强制", "1", ""]])
    assert rows(only(read(tmp_path / "a.pdf", pdf(*sheets)))) == [["行政许可", "9", "无"], ["行政处罚", "", ""], ["行政强制", "1", ""]]


def test_a_row_cut_within_its_label_is_one(tmp_path):
    first = Sheet().rows(XS, 740, [["行政许可", "9", ""], ["2.没有现成信息需要另", "", "5"]])
    second = Sheet().rows(XS, 80, [["行制作", "7", ""], ["3.其他", "1", "2"]])
    grid = only(read(tmp_path / "a.pdf", pdf(first, second)))
    assert rows(grid) == [["行政许可", "9", ""], ["2.没有现成信息需要另\n行制作", "7", "5"], ["3.其他", "1", "2"]]
    assert [cell.page for cell in grid.row(2)] == [1, 2, 1]


def test_a_row_cut_within_its_label_and_that_of_its_group_is_one(tmp_path):
    def part(top: float, group: str, held: list[list[str]]) -> Sheet:
        high = 20 * len(held)
        return Sheet().rows(XS[1:], top, held).grid([70, 200], [top, top + high]).text(75, top + 15, group)

    first = part(760, "（四）无", [["1.本机关不掌握", "3"]])
    second = part(80, "法提供", [["相关政府信息", ""], ["2.重复申请", "4"]])
    held = [("（四）无\n法提供", 1, 1, 2, 1), ("1.本机关不掌握\n相关政府信息", 1, 2, 1, 1), ("3", 1, 3, 1, 1)]
    grid = only(read(tmp_path / "a.pdf", pdf(first, second)))
    assert spans(grid) == [*held, ("2.重复申请", 2, 2, 1, 1), ("4", 2, 3, 1, 1)]


@pytest.mark.parametrize("rest", [["行制作", "7", "8"], ["行制作了", "", ""], ["2.没有现成信息需要另行制作", "", ""]])
def test_rows_that_a_page_parts_are_two_where_no_label_says_otherwise(tmp_path, rest):
    sheets = Sheet().rows(XS, 760, [["2.没有现成信息需要另", "", "5"]]), Sheet().rows(XS, 80, [rest])
    assert len(rows(only(read(tmp_path / "a.pdf", pdf(*sheets))))) == 2


def test_lines_of_the_next_table_move_none_of_this_one(tmp_path):
    """Browsers draw a line at each side of a cell, so that lines are double, and hardly any two tables have theirs in the same places."""

    def drawn(sheet: Sheet, xs: list[float], top: float, row: list[str]) -> Sheet:
        for left, right, text in zip(xs, xs[1:], row, strict=False):
            sheet.grid([left + 1.1, right - 1.1], [top, top + 20]).text(left + 4, top + 15, text)
        return sheet

    xs, others = [70.0, 200.3, 300.0, 400.0], [70.0, 150.0, 197.0, 400.0]
    first = drawn(Sheet(), xs, 760, ["类别", "本年数", "上年数"])
    second = drawn(drawn(Sheet().text(90, 250, "另一张表"), xs, 80, ["甲", "12", "5"]), others, 300, ["乙", "3", "4"])
    document = read(tmp_path / "a.pdf", pdf(first, second))
    assert [rows(grid) for grid in document.grids] == [[["类别", "本年数", "上年数"], ["甲", "12", "5"]], [["乙", "3", "4"]]]


def test_the_gap_of_a_double_line_takes_no_place_on_the_next_page(tmp_path):
    first = Sheet().rows(XS, 760, [["类别", "本年数", "上年数"]])
    second = Sheet().grid([70, 198.4, 201.6, 300, 400], [80, 100]).text(75, 95, "甲").text(205, 95, "12").text(305, 95, "5")
    assert rows(only(read(tmp_path / "a.pdf", pdf(first, second)))) == [["类别", "本年数", "上年数"], ["甲", "12", "5"]]


def test_a_merged_label_goes_on_over_the_page(tmp_path):
    def part(top: float, label: str, held: list[list[str]]) -> Sheet:
        sheet = Sheet().rows(XS[1:], top, held).line(70, top, 200, top).line(70, top + 40, 200, top + 40).line(70, top, 70, top + 40)
        return sheet.text(75, top + 20, label)

    sheets = part(740, "三、办理结果", [["甲", "1"], ["乙", "2"]]), part(80, "", [["丙", "3"], ["丁", "4"]])
    assert spans(only(read(tmp_path / "a.pdf", pdf(*sheets))))[0] == ("三、办理结果", 1, 1, 4, 1)


def test_a_table_after_text_on_the_next_page_is_another(tmp_path):
    sheets = Sheet().rows(XS, 700, [["甲", "1", "2"]]), Sheet().text(90, 90, "二、另一张表").rows(XS, 120, [["乙", "3", "4"]])
    assert [rows(grid) for grid in read(tmp_path / "a.pdf", pdf(*sheets)).grids] == [[["甲", "1", "2"]], [["乙", "3", "4"]]]


def test_turned_pages_and_letters_printed_twice(tmp_path):
    turned = Sheet(rotate=90)  # printed sideways and shown upright
    for y in (100, 200, 300):
        turned.line(y, 100, y, 500)
    for x in (100, 300, 500):
        turned.line(100, x, 300, x)
    turned.text(150, 490, "甲", matrix="0 1 -1 0").text(150, 290, "1", matrix="0 1 -1 0").text(250, 490, "乙", matrix="0 1 -1 0").text(
        250, 290, "2", matrix="0 1 -1 0"
    )
    sideways = Sheet()
    sideways.commands = list(turned.commands)
    for content in (pdf(turned), pdf(sideways)):
        assert rows(only(read(tmp_path / "a.pdf", content))) == [["甲", "1"], ["乙", "2"]]
    bold = Sheet().text(90, 100, "一、总体情况").text(90.4, 100, "一、总体情况")
    assert texts(read(tmp_path / "b.pdf", pdf(bold))) == ["一、总体情况"]


def test_a_frame_is_no_table_and_pictures_are_told(tmp_path):
    framed = Sheet().grid([50, 545], [50, 790]).text(90, 100, "一、总体情况").rows(XS, 200, [["甲", "1", "2"]])
    document = read(tmp_path / "a.pdf", pdf(framed))
    assert texts(document) == ["一、总体情况"] and rows(only(document)) == [["甲", "1", "2"]]
    pictured = read(tmp_path / "b.pdf", pdf(Sheet().text(90, 60, "二、主动公开"), Sheet(), picture=True))
    assert [(type(block), block.page) for block in pictured.blocks if not isinstance(block, Grid)] == [(Paragraph, 1), (Picture, 1), (Picture, 2)]


# Text and workbooks


def test_pipe_tables_of_a_text(tmp_path):
    text = "\n".join([
        "# 标题 #1", "", "| | 甲 |", "|---|:-:|", r"| a\|b | **1** |", "| 缺 |", "文&nbsp;", "x | y", "--|--", "3 | 4<br>5", "", "完 | 不是表", "![图](a.png)",
        "<table><tr><td rowspan=2>丙<td>&lt;1<tr><td>2</table>", "| 一行 | 二 |",
    ])  # fmt: skip
    document = read(tmp_path / "a.md", text)
    assert texts(document) == ["标题 #1", "文\xa0", "完 | 不是表"]
    assert [rows(grid) for grid in document.grids] == [
        [["", "甲"], ["a|b", "1"], ["缺"]],
        [["x", "y"], ["3", "4\n5"]],
        [["丙", "<1"], ["丙", "2"]],
        [["一行", "二"]],
    ]
    assert [type(block) for block in document.blocks].count(Picture) == 1


def test_what_follows_the_end_of_a_page_is_read_as_a_browser_shows_it(tmp_path):
    text = f"<html><body><div>{report()}</body></html><p>后面的段落。</p></div></body></html ><html><head></head><body>{TABLE}</body></html>"
    document = read(tmp_path / "a.html", text)
    assert len(list(document.grids)) == 2 and "后面的段落。" in texts(document)


def test_digits_set_apart_are_none_of_the_number_beside_them(tmp_path):
    cells = [
        ("7<sup>2</sup>", "7²"), ("7<span style='vertical-align: super'>2</span>", "7²"), ("7<sub>2</sub>", "7₂"), ("<s>5</s>7", "5\u03367"),
        ("<del>5\x07</del>7\x07", "5\u03367\x07"), ("<span style='text-decoration:underline line-through'>5<b>6</b></span>7", "5\u03366\u03367"),
        ("<ruby>7<rp>(</rp><rt>8</rt><rp>)</rp></ruby>", "7"),
    ]  # fmt: skip
    markup = "<table><tr>" + "".join(f"<td style='vertical-align:super'>{cell}</td>" for cell, _ in cells) + "</tr></table>"
    assert rows(only(read(tmp_path / "a.html", page(markup)))) == [[text for _, text in cells]]

    def run(properties: str, text: str) -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    noted = run("<w:strike w:val='0'/>", "7") + run("<w:vertAlign w:val='superscript'/>", "2") + run("<w:strike/>", "5")
    body = table(f"<w:tc><w:tcPr/><w:p>{noted}</w:p></w:tc>" + tc("1"))
    assert rows(only(read(tmp_path / "a.docx", word(body)))) == [["7²5\u0336", "1"]]
    text = "| 甲 | 7<sup>2</sup> | ~~5~~7 | <p>7</p><p>8</p> | <span style='display:none'>9</span>7 |"
    assert rows(only(read(tmp_path / "a.md", text))) == [["甲", "7²", "5\u03367", "7\n8", "<span style='display:none'>97"]]


def test_a_foreign_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表一"
    for place, value in {"B2": "甲", "C3": 0.1, "D3": 0.125, "E3": "=1+1", "F3": 12, "G3": 7, "H3": 1e22}.items():
        sheet[place] = value
    sheet["D3"].number_format, sheet["F3"].number_format = "0.0%", '0"元"'
    sheet.merge_cells("B2:D2")
    sheet.column_dimensions["G"].hidden = True
    book.create_sheet("藏").sheet_state = "hidden"
    book["藏"]["A1"] = "藏"
    file = io.BytesIO()
    book.save(file)
    grid = only(read(tmp_path / "a.xlsx", file.getvalue()))
    held = [("甲", 2, 2, 1, 3), ("0.1", 3, 3, 1, 1), ("12.5%", 3, 4, 1, 1), ("=1+1", 3, 5, 1, 1), ("12元", 3, 6, 1, 1), ("1" + "0" * 22, 3, 8, 1, 1)]
    assert grid.sheet == "表一" and [span for span in spans(grid) if span[0]] == held
    assert {place: cell.text for place, cell in grid.places.items()}[2, 8] == ""  # blank beside something, and a cell of its table all the same
    assert (2, 7) not in grid.places  # hidden


def test_a_workbook_of_ours_is_no_published_report(tmp_path):
    (workbook,) = issue(tmp_path)
    with pytest.raises(Refusal) as refusal:
        opening.read(workbook)
    assert "verify" in refusal.value.problems[0].zh


# What cannot be read

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
ROOT, ONE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FORM = stream(b"/X Do " * 3, b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 5 0 R>>>>")
ENTITIES = f'<!DOCTYPE a [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">]>'
REFUSED = {
    "空.html": (b" \n", "没有文字"),
    "无.html": (b"<html></html>", "没有文字"),
    "深.html": (b"<html><body>" + b"<div>" * 100_000 + b"x", "嵌套"),
    "深表.html": (b"<html><body>" + b"<table><tr><td>" * 100_000 + b"x", "嵌套"),
    "跨.html": (b"<table>" + b"<tr><td colspan=99999 rowspan=99999>1<td>2" * 3000 + b"</table>", "太多"),
    "格.html": (b"<table><tr>" + b"<td>1" * 210_000 + b"</table>", "太多"),
    "乱.html": (bytes(range(256)) * 50, "读不懂"),
    "名.html": (b"%PDF-1.4 rubbish", "已损坏"),
    "图.html": (b"\x89PNG\0", "图片"),
    "杂.dat": (b"hello", "导入只认"),
    "册.mht": (b"From: x\nMIME-Version: 1.0\n\n<html>", "仅 HTML"),
    "册.html": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "仅 HTML"),
    "图.jpg": (b"\xff\xd8\xff\xe0" + bytes(99), "图片中的数不能读"),
    "实体.docx": (word(p("&c;"), ENTITIES), "已损坏"),
    "外部.docx": (word(p("&c;"), '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/passwd">]>'), "已损坏"),
    "深.docx": (word("<w:sdt><w:sdtContent>" * 5000), "已损坏"),
    "炸.docx": (packed(word__document_xml=b" " * 30_000_000), "超过10MB"),
    "表.docx": (packed(xl__workbook_xml="<a/>"), "缺少部件"),
    "旧.docx": (OLE + "WordDocument".encode("utf-16-le") + b"x" * 100, "文字文档"),
    "锁.docx": (OLE + "EncryptedPackage".encode("utf-16-le") + b"x" * 100, "密码"),
    "断.docx": (word(p("文"))[:-30], "已损坏"),
    "乱.xlsx": (b"PK\3\4" + os.urandom(1000), "已损坏"),
    "乱.pdf": (b"%PDF-1.4" + os.urandom(100_000), "已损坏"),
    "扫描.pdf": (pdf(Sheet(), picture=True), "扫描件"),
    "白.pdf": (pdf(Sheet()), "没有文字"),
    "圈.pdf": (objects(ROOT, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>"), "已损坏"),
    "深.pdf": (objects(ROOT, *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 1) for n in range(2, 3000))), "已损坏"),
    "自含.pdf": (objects(ROOT, ONE, PAGE, stream(b"/X Do"), FORM), "没有文字"),
    "炸.pdf": (objects(ROOT, ONE, PAGE, stream(zlib.compress(b"q Q " * 30_000_000), b"/Filter/FlateDecode")), "100MB"),
    "长.pdf": (objects(ROOT, ONE, PAGE, stream(b"q Q " * 500_000)), "画的内容太多"),
    "页.pdf": (pdf(*[Sheet()] * 301), "300页"),
    "密线.pdf": (pdf(Sheet().text(9, 9, "甲").grid([4.0 * n for n in range(1, 149)], [4.0 * n for n in range(1, 200)])), "画的内容太多"),
    "管.md": (b"|" * 3_000_000, "太多"),
    "大.txt": (b"x" * 21_000_000, "20MB"),
    "段.txt": (b"x\n" * 60_000, "太多"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_one_sentence(tmp_path, name):
    content, words = REFUSED[name]
    began = time.process_time()
    with pytest.raises(Refusal) as refused:
        read(tmp_path / name, content)
    (problem,) = refused.value.problems
    assert words in problem.zh and name in problem.zh and name in problem.en and time.process_time() - began < 8


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("网页.docx", page(report())),
        ("网页.doc", page(report())),
        ("网页.txt", page(report())),
        ("跨.html", page("<table><tr><td colspan=99999>1<td>2</table>" + report(""))),
        ("实体.html", '<!DOCTYPE html [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + report()),
        ("报告.html", pdf(Sheet().text(90, 90, HEADINGS[0]).text(90, 130, HEADINGS[1]))),
        ("报告.txt", word(p(HEADINGS[0]) + p(HEADINGS[1]))),
        ("开.html", page("<p><font>" * 150 + report())),
        ("树.md", "# " + HEADINGS[0] + "\n" + HEADINGS[1] + "\n" + "<table>" * 2000),
    ],
)
def test_a_file_is_what_it_holds(tmp_path, name, content):
    assert HEADINGS[0] in texts(read(tmp_path / name, content))


def test_many_files_in_workers(tmp_path):
    (tmp_path / "甲.html").write_text(page(report()), encoding="utf-8")
    (tmp_path / "乙.docx").write_bytes(b"PK\3\4")
    (tmp_path / "夹.txt").mkdir()
    first, second, third, fourth = opening.each([tmp_path / name for name in ("甲.html", "乙.docx", "夹.txt", "没有.pdf")], jobs=2)
    assert isinstance(first, Document) and only(first).places[1, 4].text == "第二十条第（一）项"
    assert all(isinstance(one, Refusal) and len(one.problems) == 1 for one in (second, third, fourth))


def test_a_file_that_takes_too_long_costs_itself_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("ogi_xlsx.returns.within.SECONDS", 1)
    monkeypatch.setattr("ogi_xlsx.returns.within.SECONDS_A_MB", 0)
    monkeypatch.setitem(opening._READERS, "text", lambda name, content: [None for _ in iter(int, 1)])  # type: ignore[arg-type]
    (tmp_path / "a.txt").write_text("甲")
    (refused,) = opening.each([tmp_path / "a.txt"], jobs=1)
    assert isinstance(refused, Refusal) and "中途停止" in refused.problems[0].zh


@pytest.mark.parametrize(("name", "missing"), [("a.html", "lxml"), ("a.html", "cssselect2"), ("a.pdf", "pdfminer"), ("a.docx", "docx")])
def test_a_missing_extra_is_told(tmp_path, monkeypatch, name, missing):
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(Refusal, match="pip install"):
        read(tmp_path / name, {"a.html": page("x"), "a.pdf": pdf(Sheet()), "a.docx": word(p("x"))}[name])


# The work of an office program


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A sheet whose table goes over pages, with the PDF that LibreOffice makes of it, and one with a password."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed (no soffice on the path)")
    folder = tmp_path_factory.mktemp("saved")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 81):
        for col in range(1, 5):
            sheet.cell(row, col, f"{row * col}件" if row > 1 and col > 1 else None).border = Border(*[Side("thin")] * 4)
    sheet["A1"], sheet["A2"] = "第二十条第（一）项", "规章"
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:A80")
    sheet["A82"] = HEADINGS[2]
    for name in ("open.xlsx", "locked.xlsx"):
        book.save(folder / name)
    locked = 'pdf:calc_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    for name, kind in (("open.xlsx", "pdf:calc_pdf_Export"), ("locked.xlsx", locked)):
        command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind, "--outdir", folder, folder / name]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def test_a_pdf_of_an_office_program(saved):
    sheet, printed = only(opening.read(saved / "open.xlsx")), opening.read(saved / "open.pdf")
    table, held = only(printed), [cell for cell in sheet.cells if cell.row < 82]
    assert {(cell.row, cell.col, cell.rows, cell.cols): cell.text for cell in held if cell.col > 1}.items() <= {
        (cell.row, cell.col, cell.rows, cell.cols): cell.text for cell in table.cells
    }.items()
    assert texts(printed)[-1] == HEADINGS[2] and {cell.page for cell in table.cells} == {1, 2}


def test_a_pdf_with_a_password_is_told(saved):
    with pytest.raises(Refusal, match="密码"):
        opening.read(saved / "locked.pdf")


# Real documents

SHAPES = {
    "anhai-2021.md": [(18, 4), (4, 8), (21, 10), (3, 9), (4, 15)],
    "hongze-2024.pdf": [(14, 4), (26, 10), (4, 15)],
    "official-form-2021.docx": [(14, 4), (28, 10), (4, 15)],
    "shanghai-office-2019.html": [(18, 5), (26, 10), (4, 15)],
    "shuyang-fagaiju-2023.html": [(14, 4), (28, 10), (4, 15)],
}
HELD = {
    "anhai-2021.md": (3, 20, 1, "5. 要求行政机关确认或重新出具已获取信息"),
    "hongze-2024.pdf": (2, 16, 2, "（四）无法提供"),
    "official-form-2021.docx": (2, 20, 1, "三、本年度办理结果"),
    "shanghai-office-2019.html": (1, 18, 5, "251000元"),
    "shuyang-fagaiju-2023.html": (2, 4, 4, "26"),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not here")
def test_real_documents(name):
    document = opening.read(REAL / name)
    grids = list(document.grids)
    number, row, col, text = HELD[name]
    assert [(grid.height, grid.width) for grid in grids] == SHAPES[name] and grids[number - 1].places[row, col].text == text
    assert all((row, col) in grid.places for grid in grids for row in range(1, grid.height + 1) for col in (1, 2))
    assert sum(line.text[:2] in ("一、", "二、", "三、", "四、", "五、", "六、") for line in document.lines) == 6


@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not here")
def test_a_real_text_with_a_table_cut_into_many():
    document = opening.read(REAL / "shuyang-2025.txt")
    assert len(list(document.grids)) == 19 and rows(next(document.grids))[-1] == ["行政规范性文件", "6", "1", "32"]
