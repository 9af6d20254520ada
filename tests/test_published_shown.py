"""What stands in a file is not always what its page shows: digits raised, struck out or hidden are none of the number beside them."""

import datetime
import io
from dataclasses import replace

import openpyxl
import pytest
from drawn import report, table as official
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from published_files import Sheet, W, pdf, table, word

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.published import importing, opening
from ogi_xlsx.published.document import Cell, Document, Grid

pytest.importorskip("lxml")
pytest.importorskip("docx")
pytest.importorskip("pdfminer")

STROKE = "\u0336"


def read(path, content: bytes) -> Document:
    path.write_bytes(content)
    return opening.read(path)


def cells(document: Document) -> list[Cell]:
    (grid,) = document.grids
    return list(grid.cells)


# Web pages

SHEETS = """<style><!-- @charset "utf-8"; .up, i.low2 { Vertical-Align : super } .low{vertical-align:sub} /* .no{display:none} */
.st{text-decoration:line-through} .hid{display:none} #one{visibility:hidden} em{display:none!important} td .deep{display:none}
td > .child{opacity:0} .up.on{vertical-align:baseline}
tr.gone{display:none} .tiny{font-size:0} .a::after{content:"9}"} .no:hover{display:none}
@media print{.no{display:none}} @media screen{.scr{display:none}} td.out{visibility:hidden}
@media (max-width:9px){.no{display:none}} .tab{display:none} p > .no{display:none} --></style><style media=print>.no{display:none}</style>"""
PAGE = [
    ("7<span class=up>2</span>", "7²"),
    ("7<i class='x low2'>2</i>", "7²"),
    ("7<b class=low>2</b>", "7₂"),
    ("7<span class='up on'>2</span>", "72"),
    ("7<span class=up style='vertical-align:baseline'>2</span>", "72"),
    ("7<span style='position:relative;top:-4.0pt;mso-text-raise:4.0pt'>2</span>", "7²"),
    ("<span style='position:relative;top:-4.0pt'>7<b>2</b></span>", "72"),
    ("7<span style='vertical-align:-30%'>2</span>", "7₂"),
    ("<span class=st>5</span>7", f"5{STROKE}7"),
    ("<span style='text-decoration-line:underline line-through'>5</span>7", f"5{STROKE}7"),
    ("<span class=hid>5</span>7<span id=one>5</span><em style='display:inline'>5</em>", "7"),
    ("<p><span class=deep>5</span>7</p>", "7"),
    ("<span class=child>5</span><span class=tiny>5</span><span class=scr>5</span>7", "7"),
    ("<span style='font-size:0px'>5<b>5</b></span><span style='visibility:hidden'>5<b style='visibility:visible'>7</b></span>", "7"),
    ("<a class='a no'>7</a>", "7"),
    ("<span style='display:block'>1</span><span style='display:block'>2</span>", "1\n2"),
    ("<textarea>5</textarea>", "5"),
    ("<select><option>1<option selected>5</select>", "5"),
    ("<math><msup><mn>7</mn><mn>2</mn></msup></math><canvas>5</canvas>", "7²"),
    ("7<!-- 2 -->&nbsp;２", "7\xa0２"),
]


def test_a_page_sets_text_apart_by_its_own_style_sheets(tmp_path):
    row = "".join(f"<td>{content}</td>" for content, _ in PAGE)
    markup = f"<html><head>{SHEETS}</head><body><table><tr>{row}</tr><tr class=gone><td>5</td></tr></table></body></html>"
    assert [cell.text for cell in cells(read(tmp_path / "a.html", markup.encode()))] == [text for _, text in PAGE]


def test_an_invisible_cell_keeps_its_place_and_one_that_is_struck_out_is_told(tmp_path):
    row = "<td>甲<td class=out>5<td style='visibility:hidden'>5<td style='text-decoration:line-through'>5<td class=hid>5<td>7"
    found = cells(read(tmp_path / "a.html", f"<html><head>{SHEETS}</head><body><table><tr>{row}</table></body></html>".encode()))
    assert [(cell.text, cell.col) for cell in found] == [("甲", 1), ("", 2), ("", 3), (f"5{STROKE}", 4), ("7", 5)]


RULES = """<style>td:nth-child(2n) q{display:none} q:has(+){display:none} b::before, b:nonsense{display:none} b:hover{display:none}
[v-cloak]{display:none} i[lang=x]{display:none} u[title^=x]{display:none}
b + s{color:red} b + i{vertical-align:super} em[a="}"]{display:none} .x tr:last-child{display:none}</style>"""
DOUBTED = [
    ("7<q>2</q>", "72", ""), ("7<q>2</q>", "7", ""), ("7<i lang=x>2</i><i lang=y>3</i>", "73", ""), ("7<u title=xy>2</u><u>3</u>", "73", ""),
    ("7<b>1</b><i>2</i>", "71²", ""), ("7<b v-cloak>2</b><b>3</b>", "73", ""), ("<font color=#FFFFFF>5</font>7", "57", "看不见"),
    ("<span style='color:rgb(255, 255, 255)'>5</span>7", "57", "看不见"), ("<p style='background:red'><b style='color:#fff'>5</b></p>", "5", ""),
    ("<span style='position:absolute;left:-999px'>5</span>7", "57", "看不见"), ("<span style='overflow:hidden;height:0'>5</span>7", "57", "看不见"),
    ("<ol><li>5</ol>", "5", "编号"), ("<ul><li>5</ul>", "5", ""),
]  # fmt: skip


def test_what_a_page_may_show_otherwise_is_told(tmp_path):
    row = "".join(f"<td>{content}</td>" for content, *_ in DOUBTED)
    found = cells(read(tmp_path / "a.html", f"<html><head>{RULES}</head><body><table><tr>{row}</tr></table></body></html>".encode()))
    assert [cell.text for cell in found] == [text for _, text, _ in DOUBTED]
    for cell, (content, _, why) in zip(found, DOUBTED, strict=True):
        assert (len(cell.doubts), why in "".join(doubt.zh for doubt in cell.doubts)) == (bool(why), True), content
    rows = cells(read(tmp_path / "b.html", f"<html><head>{RULES}</head><body><table class=x><tr><td>甲<td>7<tr><td>5<td>5</table></body></html>".encode()))
    assert [cell.text for cell in rows] == ["甲", "7"]


@pytest.mark.parametrize(
    "sheet", ["b{color:" + "(" * 50_000, "b" + ":not(" * 5_000, "@media screen{" * 5_000, "b " * 5_000 + "{color:red}", "}{" * 5_000, "<!--/*"]
)
def test_hostile_style_sheets_change_nothing(tmp_path, sheet):
    style = sheet.partition("{")[2].replace("'", "")
    markup = f"<html><head><style>{sheet}</style></head><body><table><tr><td>甲<td style='{style}'><b>5</b></table></body></html>"
    assert [cell.text for cell in cells(read(tmp_path / "a.html", markup.encode()))] == ["甲", "5"]


def test_what_a_script_may_show_again_is_read(tmp_path):
    table = "<table><tr><td>甲<td>5</table>"
    document = read(tmp_path / "a.html", f"<html><head>{SHEETS}</head><body><p class=tab>文</p><div class=tab>{table}</div></body></html>".encode())
    assert [cell.text for cell in cells(document)] == ["甲", "5"] and [line.text for line in document.lines] == ["文"]


@pytest.mark.parametrize(("asked", "wide"), [("0", 1), ("2.5", 2), ("+2", 2), ("2px", 2), ("２", 1), ("99999999999", 3), ("", 1)])
def test_spans_are_read_as_browsers_read_them(tmp_path, asked, wide):
    first = cells(read(tmp_path / "a.html", f"<table><tr><td colspan='{asked}'>甲<tr><td>1<td>2<td>3</table>".encode()))[0]
    assert first.cols == wide


# Word


def run(text: str, properties: str = "", style: str = "") -> str:
    named = f"<w:rStyle w:val='{style}'/>" if style else ""
    return f"<w:r><w:rPr>{named}{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def styled(style: str) -> str:
    return f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>"


def style(id: str, properties: str, based: str = "", kind: str = "character") -> str:
    return f"<w:style w:type='{kind}' w:styleId='{id}'><w:basedOn w:val='{based}'/><w:rPr>{properties}</w:rPr></w:style>"


def field(instruction: str, result: str) -> str:
    begin, separate, end = (f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>" for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText> = </w:instrText></w:r>{instruction}{separate}{result}{end}"


STYLES = "".join((
    style("up", "<w:vertAlign w:val='superscript'/>"), style("bold", "<w:b/>", based="up"), style("on", "<w:vertAlign w:val='baseline'/>", based="up"),
    style("struck", "<w:strike/>"), style("twice", "<w:dstrike/>"), style("hidden", "<w:vanish/>"), style("turn", "<w:strike/>", based="turn"),
    style("gone", "<w:strike/>", kind="paragraph"),
))  # fmt: skip
WORD = [
    (run("7") + run("2", style="up"), "7²"),
    (run("7") + run("2", style="bold"), "7²"),
    (run("7") + run("2", style="on"), "72"),
    (run("7") + run("2", "<w:vertAlign w:val='baseline'/>", "up"), "72"),
    (run("5", style="struck") + run("7"), f"5{STROKE}7"),
    (run("5", style="twice") + run("7"), f"5{STROKE}7"),
    (run("5", style="turn") + run("7", style="nobody"), f"5{STROKE}7"),
    (run("5", style="hidden") + run("7"), "7"),
    (styled("gone") + run("7"), f"7{STROKE}"),
    (styled("gone") + run("7", style="struck"), "7"),  # two that strike out undo each other
    (run("7") + run("2", "<w:position w:val='8'/>"), "7²"),
    (run("7") + run("2", "<w:position w:val='-8'/>"), "7₂"),
    (run("72", "<w:position w:val='8'/>"), "72"),
    (field(field("", run("5")), run("7")), "7"),
    ("<w:r><w:fldChar w:fldCharType='begin'/></w:r>" + run("7"), "7"),
    ("<w:fldSimple w:instr='REF a'>" + run("7") + "</w:fldSimple>", "7"),
    ("<m:sSup><m:e><m:r><m:t>7</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "7²"),
    ("<m:f><m:num><m:r><m:t>7</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>", "7/2"),
    ("<w:r><w:t>7</w:t><w:ptab/><w:t>2</w:t><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>", "7 2□"),
    ("<w:r><w:noBreakHyphen/><w:t>7</w:t><w:footnoteReference w:id='1'/></w:r>", "-7"),
]


def test_word_sets_text_apart_by_styles_positions_fields_and_formulas(tmp_path):
    row = "".join(f"<w:tc><w:tcPr/><w:p xmlns:m='urn:m'>{content}</w:p></w:tc>" for content, _ in WORD)
    document = read(tmp_path / "a.docx", word(table(row), word__styles_xml=f"<w:styles xmlns:w='{W}'>{STYLES}</w:styles>"))
    assert [cell.text for cell in cells(document)] == [text for _, text in WORD]


def test_a_number_that_word_puts_into_a_cell_by_itself_is_told(tmp_path):
    numbered = "<w:tc><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='{}'/></w:numPr></w:pPr></w:p></w:tc>"
    on, off = cells(read(tmp_path / "a.docx", word(table(numbered.format(1) + numbered.format(0)))))
    assert "自动加的编号" in on.doubts[0].zh and not off.doubts


# Workbooks

RAISED, STRUCK = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
ACCOUNTS = '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '
SHEET = [
    (CellRichText("7", TextBlock(RAISED, "2")), "General", "7²", ""),
    (CellRichText(TextBlock(STRUCK, "5"), "7"), "General", f"5{STROKE}7", ""),
    (0.5, "0", "0.5", "数字格式“0”"),
    (1.25, "0.00", "1.25", ""),
    (1234567, "0,", "1234567", "数字格式"),
    (12345, '0!.0,"万"', "12345", "数字格式"),
    (0.1256, "0%", "0.1256", "数字格式"),
    (0.12, "0%", "12%", ""),
    (3, '0"件"', "3件", ""),
    (3, "0件", "3件", ""),
    (30, '0"0"', "30", "数字格式"),
    (1234, '"¥"#,##0.00', "¥1234", ""),
    (7, "000", "007", ""),
    (1234, ACCOUNTS, "1234", ""),
    (-1234, ACCOUNTS, "-1234", ""),
    (0, ACCOUNTS, "0", ""),
    (0, "0;-0;;@", "0", "数字格式"),
    (-5, "0;[Red]0", "-5", "数字格式"),
    (-5, '0_);(0)', "-5", ""),
    (5, "[DBNum1]0", "5", "数字格式"),
    (5, '[>3]"多";0', "5", "数字格式"),
    (5, ";;;", "5", "数字格式"),
    ("5", ";;;", "5", "数字格式"),
    ("5", "@", "5", ""),
    (1 / 3, "General", "0.333333333333333", "数字格式"),
    (0.1 + 0.2, "General", "0.3", ""),
    (45000, "yyyy-mm-dd", "2023-03-15", ""),
    (datetime.date(2024, 1, 5), 'm"月"', "2024-01-05", ""),
    ("=1+1", "General", "=1+1", "没有保存结果"),
    ("#DIV/0!", "General", "#DIV/0!", ""),
]  # fmt: skip


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_shows_numbers_by_formats_and_parts_of_texts(tmp_path):
    book = openpyxl.Workbook()
    for column, (value, number_format, _, _) in enumerate(SHEET, 1):
        cell = book.active.cell(1, column, value)
        cell.number_format = number_format
    found = cells(read(tmp_path / "a.xlsx", saved(book)))
    assert [cell.text for cell in found] == [text for *_, text, _ in SHEET]
    for cell, (*_, why) in zip(found, SHEET, strict=True):
        assert (len(cell.doubts), why in "".join(doubt.zh for doubt in cell.doubts)) == (bool(why), True)


def test_whole_cells_that_are_set_apart_or_white_and_hidden_zeros(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for column, font in enumerate((Font(strike=True), Font(vertAlign="subscript"), Font(color="FFFFFFFF"), Font(color="FFFFFFFF"), Font()), 1):
        sheet.cell(1, column, 5).font = font
    sheet["F1"] = CellRichText("5", TextBlock(InlineFont(b=True), "7"))
    sheet["F1"].font = Font(strike=True)
    sheet["D1"].fill = PatternFill("solid", fgColor="FF0000FF")
    sheet["E1"] = 0
    sheet.sheet_view.showZeros = False
    found = cells(read(tmp_path / "a.xlsx", saved(book)))
    assert [cell.text for cell in found] == [f"5{STROKE}", "₅", "5", "5", "0", f"5{STROKE}7"]
    assert ["".join(doubt.zh for doubt in cell.doubts)[:4] for cell in found] == ["", "", "字是白色", "", "工作表不", ""]


# PDF


def drawn(*commands: str) -> Sheet:
    """A page with a table whose second cell is empty, but for what is drawn there: from 70, 200 to 270, 240."""
    sheet = Sheet().rows([70, 170, 270], 200, [["甲", ""], ["乙", "3"]])
    sheet.commands += [command.encode() for command in commands]
    return sheet


def text(digits: str, more: str = "", x: int = 173, y: float = 627, size: float = 10) -> str:
    return f"BT {more} /F1 {size} Tf {x} {y} Td <{digits.encode('utf-16-be').hex()}> Tj ET"


SEVEN = text("7")
LAYER = f"/OC /P1 BDC {text('2', x=183)} EMC"
PDF = [
    ((text("57"), "173 631 m 183 631 l S"), {}, f"5{STROKE}7", ""),
    ((text("57"), "172 630.6 12 0.6 re f"), {}, f"5{STROKE}7", ""),
    ((text("57"), "170 631 m 270 631 l S"), {}, "57", "线穿过"),
    ((text("57"), "173 625.5 m 193 625.5 l S"), {}, "57", ""),
    ((text("2", y=631, size=6), text("7", x=179)), {}, "²7", ""),
    ((SEVEN, text("2", x=183, y=630)), {}, "7²", ""),
    ((SEVEN, text("2", x=183, y=626, size=6)), {}, "7₂", ""),
    ((SEVEN, text("2", "3 Ts", x=183)), {}, "7²", ""),
    ((text("7", "3 Tr"),), {}, "7", "看不见"),
    ((text("7", "1 g"),), {}, "7", "看不见"),
    (("0 0 1 rg 170 622 100 20 re f", text("7", "1 1 1 rg")), {}, "7", ""),
    ((SEVEN, "1 g 170 622 100 20 re f"), {}, "7", "看不见"),
    ((SEVEN, text("9", x=600)), {}, "7", ""),
    ((SEVEN, text("9", x=190)), {"page": b"/CropBox[0 0 186 842]"}, "7", ""),
    ((SEVEN,), {"page": b"/Annots[<</Subtype/FreeText/Rect[180 622 200 640]>>]"}, "7", "标注"),
    ((SEVEN,), {"page": b"/Annots[<</Subtype/Link/Rect[180 622 200 640]>> <</Subtype/Stamp/F 2/Rect[180 622 200 640]>> 5]"}, "7", ""),
]


@pytest.mark.parametrize(("commands", "more", "shown", "why"), PDF)
def test_a_pdf_shows_what_is_painted_visibly(tmp_path, commands, more, shown, why):
    found = cells(read(tmp_path / "a.pdf", pdf(drawn(*commands), **more)))
    cell = found[1]
    assert (cell.text, found[0].text, found[-1].text) == (shown, "甲", "3")
    assert (len(cell.doubts), why in "".join(doubt.zh for doubt in cell.doubts)) == (bool(why), True)


@pytest.mark.parametrize(
    ("config", "layer", "shown"),
    [
        ("/OFF[8 0 R]", "8 0 R", "7"),
        ("/ON[8 0 R]", "8 0 R", "72"),
        ("/BaseState/OFF", "8 0 R", "7"),
        ("/BaseState/OFF/ON[8 0 R]", "8 0 R", "72"),
        ("/OFF[8 0 R]", "<</Type/OCMD/OCGs 8 0 R>>", "7"),
        ("/OFF[8 0 R]", "<</Type/OCMD/OCGs[8 0 R]/P/AllOff>>", "72"),
    ],
)
def test_layers_of_a_pdf_that_are_switched_off_are_not_seen(tmp_path, config, layer, shown):
    root, properties = f"/OCProperties<</OCGs[8 0 R]/D<<{config}>>>>".encode(), f"/Properties<</P1 {layer}>>".encode()
    content = pdf(drawn(SEVEN, LAYER), root=root, resources=properties, more=(b"<</Type/OCG/Name(x)>>",))
    assert cells(read(tmp_path / "a.pdf", content))[1].text == shown


@pytest.mark.parametrize("commands", [(text("7", "3 Tr"), "q 90 0 0 18 172 622 cm /Im Do Q"), (SEVEN, "q 90 0 0 18 172 622 cm /Im Do Q")])
def test_text_that_a_machine_made_out_in_a_picture_is_unsure(tmp_path, commands):
    document = read(tmp_path / "a.pdf", pdf(drawn(*commands)))
    assert "识别" in cells(document)[1].doubts[0].zh and "第1页" in document.doubts[0].zh
    below = read(tmp_path / "b.pdf", pdf(drawn("q 90 0 0 18 172 622 cm /Im Do Q", SEVEN)))
    assert not cells(below)[1].doubts and not below.doubts


def test_a_page_that_stands_on_its_head_is_turned(tmp_path):
    sheet = Sheet().grid([70, 170, 270], [200, 220]).text(265, 205, "甲", matrix="-1 0 0 -1").text(165, 205, "12", matrix="-1 0 0 -1")
    assert [cell.text for cell in cells(read(tmp_path / "a.pdf", pdf(sheet)))] == ["甲", "12"]


# White letters of Word


def test_white_letters_of_word_are_told_where_nothing_is_behind_them(tmp_path):
    white, named = run("5", "<w:color w:val='FFFFFF'/>"), run("5", style="pale")
    row = "".join(f"<w:tc><w:tcPr>{ground}</w:tcPr><w:p>{content}</w:p></w:tc>" for content, ground in [
        (white, ""), (named, ""), (white, "<w:shd w:val='clear' w:fill='0000FF'/>"), (run("5", "<w:color w:val='auto'/>", "pale"), ""),
    ])  # fmt: skip
    pale = style("pale", "<w:color w:val='ffffff'/>")
    content = word(table(row), word__styles_xml=f"<w:styles xmlns:w='{W}'>{pale}</w:styles>")
    assert [len(cell.doubts) for cell in cells(read(tmp_path / "a.docx", content))] == [1, 1, 0, 0]


# What becomes of a doubt


def test_a_doubt_about_a_cell_makes_its_number_unsure_in_every_table():
    why, values = Sentence("看不清", "blurred"), dict.fromkeys(editions.load("2021").spots, "7")
    document = report([official("2021", id, values) for id in ("t2", "t3", "t4")])
    blurred = [
        replace(block, cells=tuple(replace(cell, doubts=(why,)) for cell in block.cells)) if isinstance(block, Grid) else block for block in document.blocks
    ]
    read = importing.read(replace(document, blocks=blurred, doubts=(why,)))
    assert set(read.tables.printed) == set(values) and {one.doubts for one in read.tables.printed.values()} == {(why,)} and why in read.doubts


@pytest.mark.parametrize("beside", ["", "5"])
def test_a_number_of_a_pdf_that_runs_over_its_cell_is_no_sure_one(tmp_path, beside):
    sheet = Sheet().rows([70, 170, 200, 300, 400], 200, [["许可", "1573", beside, "8"], ["处罚", "15", "23", "8"]])
    found = {(cell.row, cell.col): cell for cell in cells(read(tmp_path / "a.pdf", pdf(sheet)))}
    assert {place for place, cell in found.items() if any("格线" in doubt.zh for doubt in cell.doubts)} == {(1, 2), (1, 3)}
    assert [found[2, col].text for col in (2, 3, 4)] == ["15", "23", "8"]
