"""From a published report to a workbook and what is said of it: import, verify, verify --published, --prior, and nothing of it taken for a return."""

import json
from pathlib import Path

import openpyxl
import pytest
from clerks import YES, fill, issue, layout, roster, run

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout.grid import boxes
from ogi_xlsx.form.words import Refusal, Sentence
from ogi_xlsx.returns.writing import workbook as workbook_writer

BODY = "晋江市安海镇人民政府"
REAL = Path(__file__).parents[2] / "shared" / "real"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def page(folder: Path, values=None, *, year=2025, edition="2021", body=BODY, name="年报.html", blank="0", **labels: str) -> Path:
    """A web page of a report with the tables of an edition; values by cell key, others as `blank`; labels that are printed otherwise by what they replace."""
    form, values = editions.load(edition), values or {}
    parts = [f"<h1>{body}{year}年政府信息公开工作年度报告</h1>", f"<p>本报告数据统计期限为{year}年1月1日至{year}年12月31日。</p>"]
    for section in form.sections:
        parts.append(f"<p>{section.title.zh}</p>")
        table = next((table for table in form.tables if table.id == section.table), None)
        parts.append(_table(table, values, blank, labels) if table else f"<p>本节的文字{section.no}，全年工作平稳。</p>")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"<html><head><meta charset='utf-8'></head><body>{''.join(parts)}</body></html>", encoding="utf-8")
    return folder / name


def _table(table, values, blank, labels):
    rows: dict[int, list[str]] = {}
    for box in boxes(table):
        text = values.get(box.key, blank) if box.key else labels.get(box.text, box.text)
        span = f" rowspan={box.last_row - box.row + 1} colspan={box.last_col - box.col + 1}"
        rows.setdefault(box.row, []).append(f"<td{span}>{text}</td>")
    return "<table>" + "".join(f"<tr>{''.join(cells)}</tr>" for _, cells in sorted(rows.items())) + "</table>"


def imported(folder: Path, *files: object, code: int = 0):
    """What `import` says of files as data, and the workbooks."""
    result = run("import", *files, "--out", folder / "out", "--format", "json")
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout), sorted((folder / "out").glob("*.xlsx"))


def verified(*args: object):
    """What `verify` says of one workbook as data."""
    result = run("verify", *args, "--engine", "native", "--format", "json")
    (one,) = json.loads(result.stdout)["returns"]
    return one


def codes(one) -> list[str]:
    return [finding["code"] for finding in one["findings"]]


def test_report_becomes_a_workbook_with_its_numbers_and_its_text(tmp_path):
    file = page(tmp_path, {"t2.fees.amount": "4068.208", "t3.granted.business": "3", "t3.granted.total": "3"})
    told, (workbook,) = imported(tmp_path, file)
    (one,) = told["imports"]
    assert (one["agency"]["name"], one["agency"]["level"], one["year"], one["edition"]) == (BODY, "township", 2025, "2021")
    assert one["counts"] == {"number": 200, "blank": 0, "text": 0, "not_found": 0, "unsure": 0}
    cells = {cell["key"]: cell for cell in one["cells"]}
    assert cells["t2.fees.amount"]["value"] == "4068.208"
    assert cells["t3.granted.business"]["place"] == {"page": None, "sheet": None, "table": 2, "row": 6, "column": 5}
    sheet, row, col = layout().where["t3.granted.business"]
    assert openpyxl.load_workbook(workbook)[sheet].cell(row, col).value == 3
    assert "五、存在的主要问题及改进情况\n本节的文字五" in workbook.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("year", "fee"), [(2024, "1"), (2025, "2")])
def test_of_a_page_with_two_years_the_one_that_is_asked_for_is_read(tmp_path, year, fee):
    old, new = (page(tmp_path / str(one), {"t2.fees.amount": amount}, year=one).read_text(encoding="utf-8") for one, amount in ((2024, "1"), (2025, "2")))
    (tmp_path / "两年.html").write_text(old.replace("</body></html>", "") + new[new.index("<h1>") :], encoding="utf-8")
    told, (workbook,) = imported(tmp_path, tmp_path / "两年.html", "--year", year)
    (one,) = told["imports"]
    text = workbook.with_suffix(".txt").read_text(encoding="utf-8")
    assert (one["title"], f"{year}年1月1日" in text, f"{4049 - year}年" in text) == (f"{BODY}{year}年政府信息公开工作年度报告", True, False)
    assert one["sections"]["一"] == "本节的文字一，全年工作平稳。"
    (amount,) = (cell for cell in one["cells"] if cell["key"] == "t2.fees.amount")
    assert (one["year"], amount["value"], amount["sure"], one["counts"]["unsure"]) == (year, fee, True, 0)


def test_import_says_that_it_is_one_and_is_verified_as_a_published_report(tmp_path):
    _, (workbook,) = imported(tmp_path, page(tmp_path, {"t3.granted.business": "3"}))
    one = verified(workbook)
    assert "P101" in codes(one) and "R303" in codes(one)
    assert not {"C201", "S212", "S303"} & set(codes(one))


def test_the_mark_of_a_note_or_a_struck_number_makes_no_other_number(tmp_path):
    printed = {"t2.regulations.in_force": "7<sup>2</sup>", "t2.fees.amount": "<s>5</s>6"}
    told, (workbook,) = imported(tmp_path, page(tmp_path, printed))
    cells = {cell["key"]: cell for cell in told["imports"][0]["cells"]}
    assert [(cells[key]["state"], cells[key]["printed"]) for key in printed] == [("text", "7²"), ("text", "5\u03366")]
    assert {"t2.regulations.in_force", "t2.fees.amount"} <= {key for finding in verified(workbook)["findings"] for key in finding["cells"]}


def test_what_is_no_number_is_kept_as_printed(tmp_path):
    printed = {"t2.regulations.in_force": "/", "t2.fees.amount": "251000元", "t3.granted.total": "1,113", "t3.granted.business": "22（其中修订 16 件）"}
    told, (workbook,) = imported(tmp_path, page(tmp_path, printed))
    cells = {cell["key"]: cell for cell in told["imports"][0]["cells"]}
    assert {key: (cells[key]["state"], cells[key]["printed"]) for key in printed} == {key: ("text", text) for key, text in printed.items()}
    book = openpyxl.load_workbook(workbook)
    for key, text in printed.items():
        sheet, row, col = layout().where[key]
        assert book[sheet].cell(row, col).value == text
    assert codes(verified(workbook)).count("C115") == 2 and "C114" in codes(verified(workbook))


def test_blank_is_neither_zero_nor_not_found(tmp_path):
    told, (workbook,) = imported(tmp_path, page(tmp_path, blank="&nbsp;"))
    assert told["imports"][0]["counts"]["blank"] == 200
    one = verified(workbook)
    assert codes(one).count("P104") == 3 and "C101" not in codes(one)
    assert one["state"] == "query"


def test_row_that_is_not_there_is_said_and_is_no_blank(tmp_path):
    file = page(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("2.重复申请", "另行处理"), encoding="utf-8")
    told, (workbook,) = imported(tmp_path, file)
    one = told["imports"][0]
    assert one["counts"]["not_found"] == 7
    assert [left["printed"] for left in one["left"]] == ["0"] * 7
    assert [finding["cells"] for finding in verified(workbook)["findings"] if finding["code"] == "P102"] == [
        [f"t3.not_handled_repeat.{column}" for column in ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total")]
    ]


def test_label_that_is_close_is_read_with_doubt_and_said_until_the_note_is_deleted(tmp_path):
    _, (workbook,) = imported(tmp_path, page(tmp_path, **{"5.属于三类内部事务信息": "5.属于三类内部事物信息"}))
    (doubt,) = (finding for finding in verified(workbook)["findings"] if finding["code"] == "P103")
    assert len(doubt["cells"]) == 7 and "5.属于三类内部事物信息" in doubt["message"]["zh"]
    book = openpyxl.load_workbook(workbook)
    for key in doubt["cells"]:
        sheet, row, col = layout(typed_totals=True).where[key]
        assert book[sheet].cell(row, col).comment
        book[sheet].cell(row, col).comment = None
    book.save(workbook)
    assert "P103" not in codes(verified(workbook))


def test_labels_between_the_parts_of_a_table_are_no_text(tmp_path):
    file = page(tmp_path)
    held = file.read_text(encoding="utf-8")
    file.write_text(held.replace("<p>三、", "<p>二表说明如下：</p><p>申请人情况 (自然人)</p><p>三、", 1), encoding="utf-8")
    told, _ = imported(tmp_path, file)
    assert told["imports"][0]["sections"]["二"] == "二表说明如下："


def test_table_that_is_a_picture_is_said(tmp_path):
    file = page(tmp_path)
    text = file.read_text(encoding="utf-8")
    start = text.rindex("<table>")
    file.write_text(text[:start] + "<p><img src='t4.png' width=600></p>" + text[text.rindex("</table>") + 8 :], encoding="utf-8")
    result = run("import", file, "--out", tmp_path / "out")
    assert "表四所在处是图片" in result.stdout and "未找到15格" in result.stdout


def test_files_that_cannot_be_read_cost_a_sentence_each_and_the_others_are_read(tmp_path):
    (tmp_path / "空.html").write_bytes(b"")
    (tmp_path / "无表.txt").write_text("某镇2025年政府信息公开工作年度报告\n一、总体情况\n没有表。\n", encoding="utf-8")
    told, workbooks = imported(tmp_path, tmp_path / "空.html", page(tmp_path), tmp_path / "无表.txt", code=1)
    assert [Path(one["path"]).name for one in told["refused"]] == ["空.html", "无表.txt"]
    assert all(len(one["reasons"]) == 1 for one in told["refused"])
    assert "竖线" in told["refused"][1]["reasons"][0]["zh"]  # how a table of a text has to be
    assert [path.name for path in workbooks] == ["年报.xlsx"]
    assert run("import", tmp_path / "空.html", "--out", tmp_path / "out").exit_code == 2


def test_nothing_is_written_over_the_report_or_over_what_is_there(tmp_path):
    file = tmp_path / "年报.txt"
    file.write_text("甲镇2025年政府信息公开工作年度报告\n", encoding="utf-8")
    assert run("import", file, "--out", tmp_path, "--force").exit_code == 2
    assert file.read_text(encoding="utf-8").startswith("甲镇")
    source = page(tmp_path / "in")
    assert imported(tmp_path, source)[1]
    again = run("import", source, "--out", tmp_path / "out")
    assert again.exit_code == 2 and "--force" in again.stderr


def test_no_text_is_left_behind_where_its_workbook_cannot_be_written(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise Refusal(Sentence("写不了", "cannot be written"))

    monkeypatch.setattr(workbook_writer, "write", refuse)
    assert run("import", page(tmp_path), "--out", tmp_path / "out").exit_code == 2
    assert not list((tmp_path / "out").glob("*"))


def test_roster_gives_code_and_level_of_the_body_that_the_title_names(tmp_path):
    listed = roster(tmp_path / "名单.csv", "350582101,安海镇人民政府,township", "350582102,磁灶镇人民政府,township")
    told = json.loads(run("import", page(tmp_path), "--out", tmp_path / "out", "--roster", listed, "--format", "json").stdout)
    assert told["imports"][0]["agency"] == {"code": "350582101", "name": "安海镇人民政府", "level": "township"}


def test_years_that_disagree_are_said(tmp_path):
    file = page(tmp_path, year=2025)
    file.write_text(file.read_text(encoding="utf-8").replace(f"{BODY}2025年", f"{BODY}2024年"), encoding="utf-8")
    told, _ = imported(tmp_path, file)
    assert any("年度不一致" in doubt["zh"] for doubt in told["imports"][0]["doubts"])


def test_form_of_2019_is_known_by_its_tables(tmp_path):
    told, (workbook,) = imported(tmp_path, page(tmp_path, {"t2.licensing.change": "+19"}, edition="2019", year=2022))
    assert told["imports"][0]["edition"] == "2019"
    assert "S301" in codes(verified(workbook))


def test_workbook_of_somebody_elses_is_read_with_its_title_and_blanks(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = f"{BODY}2024年政府信息公开工作年度报告"
    top = 3
    for table in editions.load("2021").tables:
        for box in boxes(table):
            sheet.cell(top + box.row, box.col).value = (None if box.key.endswith("business") else 3) if box.key else box.text
            if (box.last_row, box.last_col) != (box.row, box.col):
                sheet.merge_cells(start_row=top + box.row, start_column=box.col, end_row=top + box.last_row, end_column=box.last_col)
        top += max(box.last_row for box in boxes(table)) + 2
    book.save(tmp_path / "外.xlsx")
    told, _ = imported(tmp_path, tmp_path / "外.xlsx")
    (one,) = told["imports"]
    assert (one["agency"]["name"], one["year"]) == (BODY, 2024)
    assert one["counts"] == {"number": 175, "blank": 25, "text": 0, "not_found": 0, "unsure": 0}
    assert one["cells"][0]["place"]["sheet"] == "Sheet"


def test_published_report_is_no_return(tmp_path):
    listed = roster(tmp_path / "名单.csv", f"001,{BODY},township")
    run("import", page(tmp_path), "--out", tmp_path / "收回", "--roster", listed)
    status = json.loads(run("status", tmp_path / "收回", "--roster", listed, "--format", "json").stdout)
    assert status["agencies"][0]["state"] == "missing"
    assert "发布的年报" in status["unknown"][0]["reason"]["zh"]
    summed = run("consolidate", tmp_path / "收回", "--roster", listed, "--out", tmp_path / "汇总.xlsx")
    assert summed.exit_code == 2 or "001" in summed.stdout + summed.stderr or BODY in summed.stdout + summed.stderr


def test_last_years_published_report_only_asks(tmp_path):
    listed = roster(tmp_path / "名单.csv", f"001,{BODY},township")
    last = {"t3.new_received.natural_person": "5", "t3.new_received.total": "5", "t3.carried_out.natural_person": "5", "t3.carried_out.total": "5"}
    assert run("import", page(tmp_path, last, year=2024), "--out", tmp_path / "上年", "--roster", listed).exit_code == 0
    (workbook,) = issue(tmp_path, year=2025, lines=(f"001,{BODY},township",))
    fill(workbook, {"t3.carried_in.natural_person": 4, "t3.granted.natural_person": 4})
    assert run("export", tmp_path / "上年", "--out", tmp_path / "上年.csv").exit_code in (0, 1)
    for prior in ("上年", "上年.csv"):
        (carried,) = (f for f in verified(workbook, "--prior", tmp_path / prior)["findings"] if f["code"] == "Y101")
        assert carried["severity"] == "warning"


def filed(folder: Path, values) -> Path:
    (workbook,) = issue(folder, lines=(f"001,{BODY},township",))
    return fill(workbook, values)


def test_page_that_says_what_was_filed_has_no_finding_but_how_many_cells_are_the_same(tmp_path):
    one = verified(filed(tmp_path, {"t3.new_received.natural_person": 2, "t3.granted.natural_person": 2}), "--published", page(
        tmp_path, {f"t3.{row}.{column}": "2" for row in ("new_received", "granted", "handled_total") for column in ("natural_person", "total")}
    ))  # fmt: skip
    assert [code for code in codes(one) if code.startswith("P")] == ["P206"]


def test_number_that_differs_on_the_page_is_told_with_both_and_the_place(tmp_path):
    one = verified(filed(tmp_path, {"t2.penalties.decisions": 12}), "--published", page(tmp_path, {"t2.penalties.decisions": "21"}))
    (differs,) = (finding for finding in one["findings"] if finding["code"] == "P201")
    assert (differs["cell"], differs["left"], differs["right"], differs["difference"]) == ("B13", "12", "21", "-9")
    assert "表1第10行第2列" in differs["message"]["zh"]


def test_blank_on_the_page_where_zero_was_filed_is_printed_otherwise(tmp_path):
    one = verified(filed(tmp_path, {}), "--published", page(tmp_path, {"t2.penalties.decisions": "/", "t2.coercion.decisions": ""}))
    (otherwise,) = (finding for finding in one["findings"] if finding["code"] == "P204")
    assert otherwise["cells"] == ["t2.penalties.decisions", "t2.coercion.decisions"]


def test_page_of_another_year_is_told_once_and_its_numbers_by_table(tmp_path):
    values = dict.fromkeys(editions.load("2021").spots, "7")
    one = verified(filed(tmp_path, {}), "--published", page(tmp_path, values, year=2024, body="南安市官桥镇人民政府"))
    assert codes(one).count("P201") == 3 and codes(one).count("P205") == 1


def test_page_is_for_one_return(tmp_path):
    folder = issue(tmp_path, lines=("001,甲镇,township", "002,乙镇,township"))[0].parent
    result = run("verify", folder, "--published", page(tmp_path))
    assert result.exit_code == 2 and "--published" in result.stderr


def test_declaring_the_blanks_of_a_published_report_zero_lets_it_be_checked(tmp_path):
    numbers = {f"t3.{row}.{column}": "26" for row in ("new_received", "granted", "handled_total") for column in ("natural_person", "total")}
    _, (workbook,) = imported(tmp_path, page(tmp_path, numbers, blank=""))
    fill(workbook, {f"zero.{table}": YES for table in ("t2", "t3", "t4")}, zero=False)
    one = verified(workbook)
    assert "P104" not in codes(one) and one["checks"]["pending"] == 0


@pytest.mark.skipif(not REAL.exists(), reason="the real documents are not here")
@pytest.mark.parametrize(
    ("file", "record", "unsure"),
    [
        ("anhai-2021.md", "anhai-zhen-2021", 0),
        ("shuyang-2025.txt", "shuyang-xian-2025", 154),
        ("shanghai-office-2019.html", "shanghai-shifu-bangongting-2019", 0),
        ("shuyang-fagaiju-2023.html", "shuyang-xian-fagaiju-2023", 0),
        ("hongze-2024.pdf", "hongze-qu-2024", 0),
    ],
)
def test_every_printed_cell_of_a_real_report_is_read_right_or_named_as_unsure(tmp_path, file, record, unsure):
    told, _ = imported(tmp_path, REAL / file)
    (one,) = told["imports"]
    cells = {cell["key"]: (cell["printed"] or "").strip() for cell in one["cells"]}
    known = json.loads((CORPUS / f"{record}.json").read_text(encoding="utf-8"))["values"]
    wrong = {key: (cells[key], value) for key, value in known.items() if key in cells and cells[key] != ("" if value is None else str(value))}
    assert not wrong
    lost = [key for key in known if key not in cells]
    assert len(lost) == len(one["left"]) and one["counts"]["unsure"] == unsure


def test_agency_says_whose_report_it_is_and_what_the_title_says_otherwise(tmp_path):
    file = page(tmp_path)
    result = run("import", file, "--out", tmp_path / "out", "--format", "json", "--agency", "350582102,陈埭镇,township")
    (one,) = json.loads(result.stdout)["imports"]
    assert one["agency"] == {"code": "350582102", "name": "陈埭镇", "level": "township"}
    assert [doubt["zh"] for doubt in one["doubts"]] == [f"年报写的是“{BODY}”，按 --agency 作“陈埭镇”导入"]
    result = run("import", file, "--out", tmp_path / "out", "--agency", "350582101,安海镇,township", "--roster", tmp_path / "名单.csv")
    assert result.exit_code == 2 and "只用一个" in result.stderr
    result = run("import", file, "--out", tmp_path / "own", "--agency", "350582101,安海镇,township")
    assert result.exit_code == 0 and "请核对" not in result.stdout


def test_reports_of_one_name_never_take_each_others_place(tmp_path):
    files = [page(tmp_path / folder, {"t2.fees.amount": amount}, name=name) for folder, amount, name in (("a", "1", "年报.html"), ("b", "2", "年报.html"))]
    files.append(page(tmp_path / "a", {"t2.fees.amount": "3"}, name="年报_html.htm"))
    told, workbooks = imported(tmp_path, *files, files[0])
    assert [one["workbook"].rpartition("/")[2] for one in told["imports"]] == ["年报_html_2.xlsx", "年报_html_3.xlsx", "年报_html.xlsx"]
    sheet, row, col = layout().where["t2.fees.amount"]
    values = [openpyxl.load_workbook(one["workbook"])[sheet].cell(row, col).value for one in told["imports"]]
    assert len(workbooks) == 3 and values == [1, 2, 3]


def test_an_import_is_exported_as_what_it_is_and_not_sent_back(tmp_path):
    _, (workbook,) = imported(tmp_path, page(tmp_path, {"t3.granted.business": "3"}))
    run("export", workbook, "--out", tmp_path / "r.csv")
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 201 and all(",published," in line for line in lines[1:])
    result = run("verify", workbook, "--engine", "native", "--corrections", tmp_path / "退回")
    assert result.exit_code == 1 and not list((tmp_path / "退回").glob("*.xlsx"))


@pytest.mark.parametrize("listed", [True, False])
def test_summary_says_that_an_import_is_no_return_and_adds_it_to_nothing(tmp_path, listed):
    workbook, _ = issue(tmp_path, lines=(f"001,{BODY},township", "002,乙镇,township"))
    (tmp_path / "收回").mkdir()
    fill(workbook, {"t3.new_received.natural_person": 1, "t3.granted.natural_person": 1}, to=tmp_path / "收回" / "甲.xlsx")
    names = tmp_path / "roster.csv"
    run("import", page(tmp_path, blank="9", body="乙镇"), "--out", tmp_path / "收回", *(("--roster", names) if listed else ()))
    options = ("--roster", names, "--agency", "1,甲县,county", "--out", tmp_path / "汇总.xlsx")
    result = run("consolidate", tmp_path / "收回", *options)
    assert "乙镇的这份由发布的年报导入，不是上报表，没有纳入" in result.stdout and "不在名单中" not in result.stdout
    assert "不是电子表" not in result.stderr  # the text beside the import is read with it
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    sheet, row, col = layout().where["t3.new_received.natural_person"]
    assert book[sheet].cell(row, col).value == 1
    assert any("由发布的年报导入的表" in str(cell.value) for row in book["问题"].iter_rows() for cell in row)


def test_tables_that_are_printed_twice_are_told_in_few_lines(tmp_path):
    numbers = {key: str(n) for n, key in enumerate(layout().edition.spots)}
    file, other = page(tmp_path, numbers), page(tmp_path / "b", {key: str(int(text) + 1000) for key, text in numbers.items()})
    file.write_text(file.read_text(encoding="utf-8") + other.read_text(encoding="utf-8"), encoding="utf-8")
    told = run("import", file, "--out", tmp_path / "out").stdout
    assert "表三有175格不确定（同一格印了两次，两次不同）：D7“10”，另一处“1010”（表2第4行第4列）；" in told and told.count("两次不同") == 3
    doubted = [finding for finding in verified(tmp_path / "out" / "年报.xlsx")["findings"] if finding["code"] == "P103"]
    assert sorted(len(finding["cells"]) for finding in doubted) == [10, 15, 175]


def test_what_differs_is_told_of_what_was_published_whatever_kind_of_file(tmp_path):
    """The file may be a PDF as well as a page, and in English one return is no returns."""
    workbook, file = filed(tmp_path, {"t2.penalties.decisions": 12}), page(tmp_path, {"t2.penalties.decisions": "21"})
    assert "填报12，公布21（" in run("verify", workbook, "--published", file, "--engine", "native").stdout
    assert "1 return: " in run("verify", workbook, "--published", file, "--engine", "native", "--lang", "en").stdout


def test_a_file_without_tables_of_the_form_may_be_the_wrong_one(tmp_path):
    (tmp_path / "预算.html").write_text("<p>某局2025年部门预算公开</p><table><tr><td>收入</td><td>1</td></tr></table>", encoding="utf-8")
    assert "请先核对是否选错了文件" in run("import", tmp_path / "预算.html", "--out", tmp_path / "out").stderr
