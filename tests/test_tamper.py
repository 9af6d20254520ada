"""What a returned workbook carries beside its numbers, or shows otherwise than they are: each is told once, in plain words."""

import re

import openpyxl
import pytest
from clerks import copy, fill, issue, layout
from openpyxl.styles import Protection
from packages import MICROSOFT, SHEET, attach, changed, filled, pack, parts

from ogi_xlsx.form.findings import Finding
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.attached import reaching
from ogi_xlsx.returns.opening import program
from ogi_xlsx.review.verify import verify

SOUND = {"t3.new_received.natural_person": 12, "t3.carried_in.natural_person": 1, "t3.granted.natural_person": 11, "t3.carried_out.natural_person": 2}
WRONG = SOUND | {"t3.granted.natural_person": 9}
BOOK = "xl/workbook.xml"
T2, T3, CHECKS = (SHEET.format(number) for number in (2, 3, 5))
PICTURE = b"\x89PNG\r\n\x1a\n"
DRAWN = b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor/></xdr:wsDr>'
BESIDE = {f"S2{number}" for number in (13, 14, 15, 18, 19, 22, 23, 26, 27)}


@pytest.fixture(scope="session")
def form():
    """The form of a township."""
    return layout()


@pytest.fixture(scope="session")
def sound(tmp_path_factory, form):
    """A sound return that Excel saved."""
    return filled(tmp_path_factory.mktemp("sound") / "甲镇.xlsx", form, SOUND)


@pytest.fixture
def path(tmp_path, sound):
    """A copy of it, to be changed."""
    return copy(sound, tmp_path / sound.name)


def told(path, code):
    """The one finding of a code, in Chinese, without what to do; empty where there is none."""
    found = [one for one in reader.read(path).findings if one.code == code]
    assert len(found) <= 1
    return found[0].message.zh if found else ""


def findings(path) -> list[Finding]:
    """All findings of this file's codes."""
    return [one for one in reader.read(path).findings if one.code in BESIDE]


def test_a_sound_return_tells_nothing_of_all_this(path):
    assert findings(path) == []
    assert verify([reader.read(path)])[0].state == "passed"


# Macros


@pytest.mark.parametrize(
    ("to", "kind", "target", "words"),
    [
        (BOOK, f"{MICROSOFT}/vbaProject", "xl/vbaProject.bin", "VBA 宏"),
        (BOOK, f"{MICROSOFT}/vbaProject", "xl/other.bin", "VBA 宏"),
        (BOOK, f"{MICROSOFT}/xlMacrosheet", "xl/macrosheets/sheet1.xml", "宏表"),
        (BOOK, "http://www.wps.cn/officeDocument/2018/jdeExtension", "xl/JDEData.bin", "WPS 的 JS 宏"),
        (T3, "control", "xl/activeX/activeX1.xml", "表三：ActiveX 控件"),
        ("", "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes", "xl/webextensions/taskpanes.xml", "网络加载项"),
    ],
)
def test_macros_and_controls_are_an_error_and_the_numbers_are_read(path, to, kind, target, words):
    attach(path, to, kind, target, b"<a/>")
    assert told(path, "S213").startswith(f"工作簿含有宏或控件：{words}；没有运行，表中的数照常读取。请填报单位取原下发的电子表")
    (judged,) = verify([reader.read(path)])
    assert judged.state == "failed" and judged.values["t3.granted.natural_person"] == 11


def test_a_macro_that_nothing_leads_to_is_told_once(path):
    held = parts(path)
    pack(path, held | {"xl/vbaProject.bin": b"x"})
    assert "VBA 宏；没有运行" in told(path, "S213")


# Links to elsewhere


def test_a_link_to_another_workbook_is_told_with_its_name(path):
    attach(path, BOOK, "externalLink", "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    attach(path, "xl/externalLinks/externalLink1.xml", "externalLinkPath", "file:///D:/年报/汇总.xlsx", outside=True)
    expected = "工作簿有1处链接到其他文件或程序：“file:///D:/年报/汇总.xlsx”；没有打开，表中的数照常读取。请填报单位在“数据—编辑链接”中断开链接"
    assert told(path, "S214").startswith(expected)
    assert verify([reader.read(path)])[0].state == "failed"


def test_data_of_other_programs_and_linked_pictures_are_told(path):
    attach(path, BOOK, "externalLink", "xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink/></externalLink>")
    attach(path, BOOK, "connections", "xl/connections.xml", b"<connections/>")
    attach(path, T3, "drawing", "xl/drawings/drawing1.xml", DRAWN)
    attach(path, "xl/drawings/drawing1.xml", "image", "http://example.com/a.png", outside=True)
    assert "3处链接到其他文件或程序：其他程序的数据（DDE）；外部数据连接；表三：“http://example.com/a.png”；" in told(path, "S214")


def test_formulas_that_fetch_something_are_told_wherever_they_stand(tmp_path):
    path = issue(tmp_path)[0]
    book = openpyxl.load_workbook(path)
    book["表三"]["N40"] = "=cmd|'/c calc'!A0"
    book.create_sheet("草稿")["B2"] = '=WEBSERVICE("http://a.cn")'
    book.save(path)
    words = "工作簿有2处链接到其他文件或程序：表三N40的公式“=cmd|'/c calc'!A0”；草稿B2的公式“=WEBSERVICE(\"http://a.cn\")”；"
    assert told(path, "S214").startswith(words)


def test_a_name_that_fetches_something_is_told(path):
    changed(path, BOOK, "<definedNames>", "<definedNames><definedName name=\"税\">cmd|'/c calc'!A0</definedName>")
    assert "1处链接到其他文件或程序：名称“税”的公式“cmd|'/c calc'!A0”；" in told(path, "S214")


@pytest.mark.parametrize("formula", ['=IF(A1="a|b",1,0)', "='甲|乙'!A1", "=SUM(A1:B2)", "=RECALL(1)", '="RTD("'])
def test_ordinary_formulas_fetch_nothing(formula):
    assert not reaching(formula)


# Objects, pictures, links to click on


def test_embedded_objects_are_a_warning_and_their_pictures_are_not_told_again(path):
    attach(path, T3, "oleObject", "xl/embeddings/oleObject1.bin")
    attach(path, T3, "package", "xl/embeddings/附件.docx")
    attach(path, T3, "vmlDrawing", "xl/drawings/vmlDrawing1.vml")
    attach(path, "xl/drawings/vmlDrawing1.vml", "image", "xl/media/image1.emf")
    assert told(path, "S215").startswith("工作簿里嵌入了2个文件或对象：表三：嵌入的文件或对象；表三：嵌入的文件或对象；其中的内容不会被读取，")
    assert told(path, "S226") == "" and verify([reader.read(path)])[0].state == "query"


def test_a_photo_of_the_stamped_page_is_a_note(path):
    attach(path, T3, "drawing", "xl/drawings/drawing1.xml", DRAWN)
    attach(path, "xl/drawings/drawing1.xml", "image", "xl/media/image1.png", PICTURE)
    attach(path, BOOK, "http://www.wps.cn/officeDocument/2020/cellImage", "xl/cellimages.xml", b"<a/>")
    attach(path, "xl/cellimages.xml", "image", "xl/media/image2.png", PICTURE)
    assert told(path, "S226").startswith("表中有图片或图形：表三；单元格内的图片；其中的内容不会被读取，汇总时会丢失。")
    assert verify([reader.read(path)])[0].state == "passed"


def test_an_empty_drawing_is_none(path):
    attach(path, T3, "drawing", "xl/drawings/drawing1.xml", DRAWN.replace(b"<xdr:twoCellAnchor/>", b""))
    assert findings(path) == []


def test_a_link_that_leads_out_is_a_note_and_one_within_is_none(path):
    attach(path, T3, "hyperlink", "http://example.com/", outside=True)
    attach(path, T2, "hyperlink", "#表三!A1", outside=True)
    link = '<hyperlinks><hyperlink ref="{}" r:id="rId1"/></hyperlinks><printOptions'
    changed(path, T3, "<printOptions", link.format("D7"))
    changed(path, T2, "<printOptions", link.format("E6"))
    assert told(path, "S227").startswith("表中有1处超链接通向工作簿以外：表三D7链接到“http://example.com/”；没有打开。无需处理；")
    assert verify([reader.read(path)])[0].state == "passed"


@pytest.mark.parametrize(
    ("to", "kind", "target"),
    [
        (T3, "printerSettings", "xl/printerSettings/printerSettings1.bin"),
        (BOOK, "customXml", "customXml/item1.xml"),
        ("", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.wmf"),
        (BOOK, "calcChain", "xl/calcChain.xml"),
        (T3, "vmlDrawing", "xl/drawings/vmlDrawing1.vml"),
        (T3, "ctrlProp", "xl/ctrlProps/ctrlProp1.xml"),
        (BOOK, "http://www.wps.cn/officeDocument/2023/relationships/customStorage", "customStorage/customStorage.xml"),
    ],
)
def test_what_office_programs_add_by_themselves_is_no_finding(path, to, kind, target):
    assert findings(attach(path, to, kind, target, b"<a/>")) == []


# Cells to be typed


def test_cells_that_a_paste_locked_are_named_blank_and_filled(tmp_path, form):
    def locked(path, protected=True):
        book = openpyxl.load_workbook(path)
        for cell in (book["表三"]["D7"], book["表三"]["E7"], book["表四"]["A7"]):
            cell.protection = Protection(locked=True)
        book["表三"].protection.sheet = book["表四"].protection.sheet = protected
        book.save(path)
        return path

    path = locked(fill(issue(tmp_path)[0], SOUND, form=form))
    assert told(path, "S218").startswith("3个填写格被锁定，不能填写或修改：表三D7；表三E7；表四A7。多因粘贴了锁定的单元格；")
    shut = {
        "t3.new_received.business": "表三声明了零报告，但有1个空着的填写格被锁定（E7）",
        "t4.review.upheld": "表四声明了零报告，但有1个空着的填写格被锁定（A7）",
    }
    (judged,) = verify([reader.read(path)])
    assert {key for key, value in judged.returned.typed.items() if value is None} == set(shut) and judged.state == "failed", "nobody could type there"
    assert [one.message.zh.split("，数可能")[0] for one in judged.findings if one.code == "S228"] == list(shut.values())
    assert {one.code for one in reader.read(locked(path, protected=False)).findings} & {"S218", "S228"} == set()


def test_cells_that_lost_their_rule_are_named_unless_they_were_told_as_locked(path):
    changed(path, T3, 'sqref="D7:D29 D31 ', 'sqref="D9:D29 D31 ')
    assert told(path, "S219").startswith("2个填写格的输入限制没有了：表三D7；表三D8；填的内容已照常校验。无需处理，粘贴会这样；")
    text = parts(path)[T3].decode()
    total = re.search(r'<c r="J7" s="(\d+)"', text)[1]
    free = re.search(r'<c r="D8" s="\d+"', text)[0]
    changed(path, T3, free, f'<c r="D8" s="{total}"')
    assert "1个填写格的输入限制没有了：表三D7；" in told(path, "S219") and "1个填写格被锁定，不能填写或修改：表三D8。" in told(path, "S218")


def test_a_rule_that_covers_whole_columns_covers_its_cells(path):
    rule = '<dataValidation type="whole" sqref="A1:XFD1048576"><formula1>0</formula1></dataValidation></dataValidations>'
    held = parts(path)
    held[T3] = re.sub(r"<dataValidation .*</dataValidations>", rule, held[T3].decode()).encode()
    assert told(pack(path, held), "S219") == ""


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_an_extra_sheet_out_of_sight_is_told_as_such(tmp_path, state):
    path = issue(tmp_path)[0]
    book = openpyxl.load_workbook(path)
    book.create_sheet("草稿").sheet_state = state
    book.create_sheet("附")
    book.save(path)
    assert told(path, "S202").startswith("多出工作表：草稿（隐藏）、附，其中的内容不会被读取。")


# Saved results


def test_results_that_do_not_fit_the_numbers_are_told_with_both(tmp_path, form):
    path = filled(tmp_path / "旧.xlsx", form, SOUND | {"t3.granted.legal_service": 3, "t3.new_received.legal_service": 3}, results=SOUND)
    (stale,) = findings(path)
    assert (stale.code, stale.severity, stale.sheet, stale.cell) == ("S222", "note", "封面", "B15")
    pairs = {"封面B15": (26, 32), "表三J7": (12, 15), "表三J9": (11, 14), "表三H30": (0, 3), "表三J30": (11, 14)}
    places = "；".join(f"{cell}存的是“{old}”，应为“{new}”" for cell, (old, new) in pairs.items()) + "等共23处"
    why = "Excel 保存时没有重新计算，或者数是由程序写入的。校验以重新计算的为准；"
    assert stale.message.zh.startswith(f"23处公式存的结果与按表中的数重新计算的不同：{places}。{why}")
    assert verify([reader.read(path)])[0].state == "passed"


def test_who_saved_results_that_do_not_fit_is_told(tmp_path, form):
    path = filled(tmp_path / "旧.xlsx", form, SOUND, results={})
    changed(path, BOOK, 'lastEdited="7" lowestEdited="4" rupBuild="22228"', 'lastEdited="4" lowestEdited="4" rupBuild="4505"')
    assert "本表下发后没有用办公软件保存过，数是由程序写入的。" in told(path, "S222")
    changed(path, BOOK, '<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>', "")
    assert "保存它的程序没有重新计算，或者数是由程序写入的。" in told(path, "S222")


def test_numbers_as_near_as_two_programs_come_are_the_same(path):
    changed(path, T3, "<f>SUM(D7:I7)</f><v>12</v>", "<f>SUM(D7:I7)</f><v>12.00000000001</v>")
    assert findings(path) == []
    changed(path, T3, "<v>12.00000000001</v>", "<v>12.00001</v>")
    assert told(path, "S222").startswith("1处公式存的结果与按表中的数重新计算的不同：表三J7存的是“12.00001”，应为“12”。Excel 保存时")


def test_without_saved_results_there_is_nothing_to_tell(tmp_path, form):
    assert findings(fill(filled(tmp_path / "甲.xlsx", form, {}), WRONG, form=form)) == []


@pytest.mark.parametrize("odd", ["12", "１２", "无", -3, 1.5, 1e200, 1e300, 10**20, True, 0.1, "", "#DIV/0!", "="])
def test_results_beside_what_is_no_number_are_those_that_the_form_shows(tmp_path, form, odd):
    path = filled(tmp_path / "甲.xlsx", form, SOUND | {"t2.licensing.decisions": odd, "t3.granted.other_org": odd, "cover.filler": odd})
    assert findings(path) == []


def test_what_follows_an_altered_formula_is_no_fault_of_the_program(tmp_path, form):
    path = filled(tmp_path / "甲.xlsx", form, SOUND, results={})
    changed(path, T3, "<f>SUM(D7:I7)</f>", "<f>SUM(D7:H7)</f>")
    assert told(path, "S204") and told(path, "S222") == ""


# Outcomes


def test_a_check_that_shows_it_holds_where_it_does_not_is_a_warning(tmp_path, form):
    path = filled(tmp_path / "甲.xlsx", form, WRONG, results=SOUND)
    line = next(line for line in form.lines if line.check.rule.code == "R301")
    warning, note = sorted(findings(path), key=lambda one: one.severity, reverse=True)
    assert (warning.code, warning.severity, warning.sheet, warning.cell) == ("S223", "warning", "校验", line.address("outcome"))
    over_all = "（总的结论）存的是“√ 校验通过”，按表中的数是“× 须改正 1 处”"
    first = f"校验{line.address('outcome')}（R301）存的是“√ 符合”，按表中的数是“× 不符”"
    assert warning.message.zh.startswith(f"3处校验结论与表中的数不符：{first}；封面B14{over_all}；校验A3{over_all}。以本次校验为准；")
    assert note.code == "S222" and "√ 符合" not in note.message.zh


def test_an_outcome_put_in_the_place_of_its_formula_is_told_for_what_it_says(tmp_path, form):
    path = filled(tmp_path / "甲.xlsx", form, WRONG)
    cell = next(line for line in form.lines if line.check.rule.code == "R301").address("outcome")
    text = re.search(rf'<c r="{cell}" s="\d+" t="str"><f>.*?</c>', parts(path)[CHECKS].decode())[0]
    changed(path, CHECKS, text, re.sub(r"<f>.*", "<v>√ 符合</v></c>", text))
    assert told(path, "S204")
    assert told(path, "S223").startswith(f"1处校验结论与表中的数不符：校验{cell}（R301）存的是“√ 符合”，按表中的数是“× 不符”。以本次校验为准；")


def test_an_outcome_worse_than_the_numbers_is_only_old(tmp_path, form):
    assert [one.code for one in findings(filled(tmp_path / "甲.xlsx", form, SOUND, results=WRONG))] == ["S222"]


def test_a_form_not_filled_that_shows_it_passed_is_told(tmp_path, form):
    path = filled(tmp_path / "甲.xlsx", form, {"t3.granted.natural_person": 1}, zero=False, results={f"zero.{table.id}": "是" for table in form.edition.tables})
    assert "存的是“√ 校验通过”，按表中的数是“？ 尚未填完" in told(path, "S223") or "等共" in told(path, "S223")


# The program


EXCEL = '<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="23426"/>'
WPS = '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>'
OURS = '<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>'
NAMESPACE = '<worksheet xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'


@pytest.mark.parametrize(
    ("version", "about", "sheet", "expected"),
    [
        (EXCEL, "<Application>Microsoft Excel</Application>", "", program.EXCEL),
        (WPS, "<Application>Microsoft Excel</Application>", "", program.WPS),
        (WPS, "<Application>LibreOffice/7.4</Application>", "", program.WPS),
        (WPS.replace("fileVersion", "x:fileVersion"), "", "", program.WPS),
        (EXCEL, "<Application>WPS 表格</Application>", NAMESPACE, program.WPS),
        (EXCEL, "<Application>WPS 表格</Application>", "", program.EXCEL),
        ('<fileVersion appName="Calc"/>', "<Application>LibreOffice/7.4</Application>", "", program.LIBREOFFICE),
        ("", "<Application>LibreOffice/7.4</Application>", "", program.LIBREOFFICE),
        (OURS, "<Application>Microsoft Excel</Application>", "", program.NEVER),
        ("", "<Application>Microsoft Excel Compatible / Openpyxl 3.1.5</Application>", "", program.SCRIPT),
        ("", "", "", program.UNKNOWN),
    ],
)
def test_the_program_is_told_by_what_it_leaves(version, about, sheet, expected):
    assert program.of(f"<workbook>{version}</workbook>".encode(), about.encode(), sheet.encode()) == expected
