"""What stands in a file is not always what its page shows: digits raised, struck out or hidden are none of the number beside them."""

import pytest
from published_files import W, table, word

from ogi_xlsx.published import opening
from ogi_xlsx.published.document import Cell, Document

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
