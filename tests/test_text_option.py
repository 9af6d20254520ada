"""The text of a report over the command line: `--text`, a document beside the return, and the sheet 文字."""

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, run, verify

from ogi_xlsx.returns import reader

docx = pytest.importorskip("docx")
LINES = ("A,甲镇,镇", "B,乙镇,镇")
TYPED = {"t3.new_received.natural_person": 13, "t3.granted.natural_person": 13}
SECTIONS = {
    "一、总体情况": "2025年，我镇收到政府信息公开申请12件。",
    "五、存在的主要问题及改进情况": "一是政策解读形式不够丰富；二是业务培训有待加强。下一步将改进。",
    "六、其他需要报告的事项": "2025年度没有收取信息处理费。",
}
RIGHT = {**SECTIONS, "一、总体情况": "2025年，我镇收到政府信息公开申请13件。"}


def lines(sections):
    return ["甲镇人民政府2025年政府信息公开工作年度报告", *(line for one in sections.items() for line in one)]


def text(path, sections=SECTIONS, encoding="utf-8"):
    path.write_text("\n".join(lines(sections)), encoding=encoding)
    return path


def word(path, sections=SECTIONS):
    document = docx.Document()
    for line in lines(sections):
        document.add_paragraph(line)
    document.add_table(1, 2).cell(0, 0).text = "收到政府信息公开申请99件"
    document.save(path)
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Forms in `out`, and forms with a sheet for the text in `with`."""
    folder = tmp_path_factory.mktemp("desk")
    issue(folder, lines=LINES)
    assert run("generate", folder / "roster.csv", "--year", 2025, "--out", folder / "with", "--with-text").exit_code == 0
    return folder


def returned(desk, tmp_path, values=(), which="out", name="A"):
    """A return whose table 3 has 13 requests."""
    source = sorted((desk / which).glob("0*.xlsx"))["AB".index(name)]
    return fill(source, {**TYPED, **dict(values)}, to=copy(source, tmp_path / f"{name}.xlsx"), form=reader.read(source).layout)


def judge(path, *options):
    code, told = verify(path, *options)
    return code, told["returns"][0]


def of_text(told):
    """Codes that only a text can raise."""
    return [code for code in codes(told) if code[0] == "N" or code in ("X101", "X103", "X104", "X106", "X107")]


# A document


@pytest.mark.parametrize("make", [text, word], ids=["txt", "docx"])
@pytest.mark.parametrize("beside", [True, False], ids=["beside", "option"])
def test_a_document_is_held_against_the_tables(desk, tmp_path, make, beside):
    path = returned(desk, tmp_path)
    suffix = ".txt" if make is text else ".docx"
    document = make((tmp_path / f"{'A' if beside else '报告'}").with_suffix(suffix))
    code, told = judge(path, *(() if beside else ("--text", document)))
    (finding,) = [f for f in told["findings"] if f["severity"] == "warning"]
    assert code == 0 and told["state"] == "query" and finding["code"] == "N101"
    assert (finding["left"], finding["right"]) == ("12", "13") and "文中写12" in finding["message"]["zh"]
    make(document, RIGHT)
    assert judge(path, *(() if beside else ("--text", document)))[1]["state"] == "passed"


def test_a_text_of_another_encoding_and_markdown_are_read(desk, tmp_path):
    path = returned(desk, tmp_path)
    for document in (text(tmp_path / "a.txt", encoding="gb18030"), text(tmp_path / "a.md", {f"## {title}": told for title, told in SECTIONS.items()})):
        assert of_text(judge(path, "--text", document)[1]) == ["N101"]


def test_without_a_text_nothing_is_said_about_it(desk, tmp_path):
    for which in ("out", "with"):
        _, told = judge(returned(desk, tmp_path, which=which))
        assert told["state"] == "passed" and of_text(told) == []


def test_a_documents_own_name_decides_whose_it_is(desk, tmp_path):
    returned(desk, tmp_path)
    returned(desk, tmp_path, name="B")
    text(tmp_path / "B.txt")
    _, told = verify(tmp_path)
    assert [of_text(one) for one in told["returns"]] == [[], ["N101"]]


def test_a_given_text_takes_the_place_of_the_one_beside(desk, tmp_path):
    path = returned(desk, tmp_path)
    text(tmp_path / "A.txt")
    assert of_text(judge(path, "--text", text(tmp_path / "right.txt", RIGHT))[1]) == []


def test_one_text_for_two_returns_is_refused(desk, tmp_path):
    paths = [returned(desk, tmp_path, name=name) for name in "AB"]
    result = run("verify", *paths, "--text", text(tmp_path / "报告.txt"))
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("--text 只能用于一份上报表，这里有2份。") and len(result.stderr.splitlines()) == 2


UNREADABLE = {
    "坏.docx": (b"PK\x03\x04" + b"\0" * 300, "已损坏"),
    "旧.docx": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "不是 Word 文档"),
    "空.txt": (b" \n", "没有文字"),
    "乱.txt": (b"\xff\x81\x00\x01" * 20, "乱.txt"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_document_that_cannot_be_read(desk, tmp_path, name):
    content, why = UNREADABLE[name]
    path = returned(desk, tmp_path)
    (tmp_path / name).write_bytes(content)
    given = run("verify", path, "--text", tmp_path / name)
    assert given.exit_code == 2 and why in given.stderr and len(given.stderr.splitlines()) == 2
    (tmp_path / name).rename((tmp_path / "A").with_suffix((tmp_path / name).suffix))
    beside = run("verify", path)
    (note,) = beside.stderr.splitlines()
    assert beside.exit_code == 0 and "【通过】" in beside.stdout and why.replace("乱", "A") in note


@pytest.mark.parametrize("name", ["没有.txt", "报告.pdf", ""])
def test_what_is_no_document_is_refused(desk, tmp_path, name):
    path = returned(desk, tmp_path)
    if name.endswith("pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    result = run("verify", path, "--text", tmp_path / name)
    assert result.exit_code == 2 and len(result.stderr.splitlines()) == 2


def test_an_unreadable_document_beside_leaves_the_sheet(desk, tmp_path):
    path = returned(desk, tmp_path, {"text.一.0": SECTIONS["一、总体情况"]}, "with")
    (tmp_path / "A.docx").write_bytes(b"PK\x03\x04")
    assert of_text(judge(path)[1]) == ["N101"]
    assert len(run("verify", path).stderr.splitlines()) == 1


# The sheet


def test_the_sheet_is_there_with_room_for_the_parts_that_are_no_tables(desk):
    path = sorted((desk / "with").glob("0*.xlsx"))[0]
    book = openpyxl.load_workbook(path)
    page = book["文字"]
    face = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [title for title in face if title[:2] in ("一、", "二、", "三、", "四、", "五、", "六、")] == [
        "一、总体情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    form = reader.read(path).layout
    for part in "一五六":
        sheet, row, col = form.fields[f"text.{part}.0"]
        assert sheet == "文字" and not page.cell(row, col).protection.locked
    assert page.protection.sheet and page["A1"].protection.locked
    assert "文字" not in openpyxl.load_workbook(sorted((desk / "out").glob("0*.xlsx"))[0]).sheetnames


def test_paragraphs_of_the_sheet_are_checked(desk, tmp_path):
    typed = {"text.一.0": "2025年，我镇认真学习。", "text.一.1": "全年收到政府信息公开申请12件。", "text.五.0": "无。", "text.六.0": "没有收取信息处理费。"}
    code, told = judge(returned(desk, tmp_path, typed, "with"))
    found = {f["code"]: f for f in told["findings"]}
    assert code == 0 and of_text(told) == ["N101", "X106"] and told["state"] == "query"
    assert found["X106"]["message"]["zh"].startswith("文稿第五部分只有2个字。")
    assert not [one for one in codes(told) if one[0] in "CS" and one != "C201"]


def test_a_formula_or_a_number_on_the_sheet_is_no_text(desk, tmp_path):
    _, told = judge(returned(desk, tmp_path, {"text.一.0": 12, "text.五.0": "=A1"}, "with"))
    assert not {"N101", "X107"} & set(of_text(told))


# The fee


def test_the_fee_of_the_cover_goes_before_that_of_the_text(desk, tmp_path):
    sections = {**RIGHT, "六、其他需要报告的事项": "2025年度收取信息处理费1件，金额30000元。"}
    document = text(tmp_path / "报告.txt", sections)
    assert [c for c in codes(judge(returned(desk, tmp_path), "--text", document)[1]) if c.startswith("X1")] == ["X102"]
    path = returned(desk, tmp_path, {"t2.fees.amount": 0.02, "cover.fee_amount": 200})
    assert [c for c in codes(judge(path, "--text", document)[1]) if c.startswith("X1")] == []
    path = returned(desk, tmp_path, {"t2.fees.amount": 30000})
    assert "X105" in codes(judge(path, "--text", document)[1])


# Explanations


def test_an_explanation_on_a_free_line_settles_what_a_text_raised(desk, tmp_path):
    own = {"free.code.0": "N101", "free.copied.0": 12, "free.text.0": "一件为口头咨询未计入"}
    path = returned(desk, tmp_path, own)
    document = text(tmp_path / "报告.txt")
    code, told = judge(path, "--text", document, "--strict")
    (finding,) = [f for f in told["findings"] if f["code"] == "N101"]
    assert code == 0 and told["state"] == "passed" and finding["explanation"] == own["free.text.0"]
    text(document, {**SECTIONS, "一、总体情况": "2025年，我镇收到政府信息公开申请11件。"})
    code, told = judge(path, "--text", document, "--strict")
    assert code == 1 and told["state"] == "query" and "C305" in codes(told)
