"""No text of a return becomes a formula, a link, markup or a command in anything we write: through the real commands, into every output."""

import ast
import csv
import html
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import openpyxl
import pytest
import smuggled
import test_page
from boards import ANHAI, UNBALANCED, of, sent
from browser import CHROMIUM, DRIVER, MISSING, start
from clerks import copy, issue, run
from hypothesis import example, given, settings, strategies as st
from smuggled import FILE_NAMES, FORGED, JOINED, LONG, NAMES, ODD, TEXTS, Round, held, named
from summaries import led_to, targets
from test_page import Outline

import ogi_xlsx
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.render import board as board_text, board_data, data, junit, page, sarif, table, text
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.compare import canonical
from ogi_xlsx.returns.contents import contents
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import Judged, verify

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names of files")
NOW = datetime(2026, 1, 14, 17)
FORMS = ("text", "json", "html", "csv", "sarif", "junit")
COMMANDS = tuple("=+-@＝＋－＠\t\r")
NUMBERS = ("左边", "右边", "相差")
PARTS = re.compile(  # what our workbooks consist of: no external links, embedded objects, connections or macros
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|"
    r"xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/comments\d+\.xml|xl/drawings/(vmlDrawing\d+\.vml|(_rels/)?drawing\d+\.xml(\.rels)?)|xl/charts/chart\d+\.xml"
)
anything = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from(sorted(set("".join(TEXTS))))), max_size=40)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Round:
    """The round, after every command that reads it."""
    done = smuggled.returns(tmp_path_factory.mktemp("round"))
    names = ("--roster", done.folder / "roster.csv")
    for form in FORMS:
        back = ("--corrections", done.folder / "退回") if form == "text" else ()
        done.run(form, "verify", done.back, *names, "--engine", "native", "--format", form, *back)
    for form in ("text", "json", "html"):
        done.run(f"status {form}", "status", done.back, *names, "--deadline", "2026-01-01 10:00", "--format", form)
    out = done.folder / "汇总" / "汇总表.xlsx"
    done.run("consolidate text", "consolidate", done.back, *names, "--out", out, "--include", "-3", "--reason", JOINED, "--lang", "en")
    for suffix in ("csv", "parquet", "sqlite"):
        done.run(f"export {suffix}", "export", done.back, "--out", done.folder / f"数据.{suffix}")
    return done


@dataclass(frozen=True)
class Written:
    """A workbook of ours: its file, what stands in it, and its return, if it is one."""

    path: Path
    book: openpyxl.Workbook
    returned: Return | None

    @property
    def correction(self) -> bool:
        return bool(self.returned and self.returned.identity and self.returned.identity.correction)

    def cells(self, *sheets: str) -> Iterator[tuple[str, openpyxl.cell.Cell]]:
        """The cells that hold something, with the names of their sheets."""
        for sheet in self.book.worksheets:
            if sheet.title in (sheets or self.book.sheetnames):
                yield from ((sheet.title, cell) for row in sheet.iter_rows() for cell in row if cell.value is not None)


@pytest.fixture(scope="module")
def books(made) -> list[Written]:
    """The workbooks that were written; of those that went out the first and the third, and the register."""
    out = sorted((made.folder / "out").glob("*.xlsx"))
    paths = [*out[:3:2], out[-1], *(path for folder in ("退回", "汇总") for path in sorted((made.folder / folder).glob("*.xlsx")))]
    return [Written(path, openpyxl.load_workbook(path), None if "登记表" in path.name else reader.read(path)) for path in paths]


@pytest.fixture(scope="module")
def sent_back(books) -> Written:
    """The correction copy of the return that holds every text."""
    return next(one for one in books if one.correction and one.returned.identity.agency.name == NAMES[0])


def attributes(content: str) -> set[tuple[str, str]]:
    """The elements of a page with the names of their attributes."""
    return {(tag, name) for tag, attrs in Outline(content).elements for name in (*attrs, "")}


HONEST = attributes(test_page.results()) | attributes(test_page.board()) | {("li", "")}  # what our pages have for honest returns


# Screens


def test_there_is_one_way_to_the_screen():
    package = Path(ogi_xlsx.__file__).parent
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in package.rglob("*.py") if path != package / "cli" / "group.py"}
    calls = [(path, ast.unparse(node.func)) for path, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call for call in calls if call[1] in ("print", "click.echo", "click.secho") or call[1].endswith((".stdout.write", ".stderr.write"))] == []


def test_no_screen_is_sent_what_it_obeys_or_does_not_show(made):
    for name, told in made.told.items():
        assert not ODD.findall(told.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")), name
    assert not ODD.findall(made.aside) and "已跳过" in made.aside


@pytest.mark.parametrize("name", FILE_NAMES, ids=ascii)
@pytest.mark.parametrize(
    "args",
    [
        ("verify", "{}"),
        ("verify", "{there}", "--roster", "{}"),
        ("verify", "{there}", "--text", "{}"),
        ("verify", "{there}", "--settings", "{}"),
        ("verify", "{there}", "--prior", "{}"),
        ("verify", "{there}", "--seal-key", "{}"),
        ("verify", "{there}", "--format", "{}"),
        ("generate", "{}", "--year", "2025", "--out", "{folder}/x"),
        ("edition", "{}"),
        ("rules", "{}"),
    ],
    ids=" ".join,
)
def test_what_is_said_of_a_name_that_is_wrong_is_safe(made, tmp_path, name, args):
    known = {"there": made.back / "二.xlsx", "folder": tmp_path}
    done = run(*(str(tmp_path / named(name)) if arg == "{}" else arg.format(**known) for arg in args))
    assert done.exit_code == 2 and done.stderr and not ODD.findall(done.stdout + done.stderr)


@pytest.mark.parametrize("name", FILE_NAMES, ids=ascii)
def test_outputs_may_have_such_names_too(made, tmp_path, name):
    for args in (("verify", made.back / "二.xlsx", "--engine", "native", "--format", "html", "--output"), ("export", made.back / "二.xlsx", "--out")):
        out = tmp_path / named(name, ".html" if args[0] == "verify" else ".csv")
        done = run(*args, out)
        assert done.exit_code in (0, 1) and out.exists() and not ODD.findall(done.stdout + done.stderr)


def test_last_year_may_lie_in_files_of_such_names(made, tmp_path):
    done = run("generate", made.folder / "roster.csv", "--year", 2026, "--out", tmp_path / "out", "--prior", made.back)
    assert done.exit_code == 0 and not ODD.findall(done.stdout + done.stderr)
    sources = [reader.read(path).identity.prior_source for path in sorted((tmp_path / "out").glob("0*.xlsx"))]
    assert sources[1] == "上年上报表《]0;x31m [red]<i>{name}{{7*7}}.xlsx》"


def test_a_terminal_with_a_progress_bar_is_sent_nothing_of_a_file(made):
    reads = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    command = [sys.executable, "-c", reads, sys.executable, "-m", "ogi_xlsx", "verify", str(made.back / named(FILE_NAMES[1])), "--engine", "native"]
    done = subprocess.run(command, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    told = done.stdout.decode("utf-8")
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)  # the bar's own
    assert "\x1b[" in told and not ODD.findall(drawn.replace("\r", "")) and "[red]<i>{name}{{7*7}}" in drawn


# Data


def test_json_gives_texts_and_paths_back_whole(made):
    told = json.loads(made.told["json"])
    assert all(Path(one["path"]).exists() for one in told["returns"]) and len(told["returns"]) == 7
    assert {one["agency"]["name"] for one in told["returns"] if one["agency"]} == {*NAMES[:4], FORGED}
    explanations = [finding["explanation"] for one in told["returns"] for finding in one["findings"] if finding["explanation"]]
    assert explanations == [held(JOINED)]
    board = json.loads(made.told["status json"])
    paths = [file["path"] for line in board["agencies"] for file in line["files"]] + [one["path"] for one in board["unknown"]]
    assert len(paths) == 7 and all(Path(path).exists() for path in paths)


def test_sarif_messages_have_no_links_and_no_placeholders(made):
    (told,) = json.loads(made.told["sarif"])["runs"]
    messages = [result["message"]["text"] for result in told["results"]]
    assert any("[y] (http://evil)" in message for message in messages) and any("{{0}}" in message for message in messages)
    assert not [message for message in messages if "](" in message or re.search("[{}]", message.replace("{{", "").replace("}}", ""))]
    assert all(one["location"]["uri"].isascii() and "javascript:" not in one["location"]["uri"] for one in told["artifacts"])


def test_junit_is_xml_that_tells_the_texts(made):
    root = ElementTree.fromstring(made.told["junit"])
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
    assert "</script><script>alert(1)</script>" in "".join(str(element.get("message")) for element in root.iter("failure"))


def test_no_field_of_a_csv_is_a_formula_and_numbers_are_numbers(made):
    told = list(csv.DictReader(io.StringIO(made.told["csv"].decode("utf-8-sig"), newline="")))
    assert [field for line in told for name, field in line.items() if name not in NUMBERS and field.lstrip(" ").startswith(COMMANDS)] == []
    numbers = [line[name] for line in told for name in NUMBERS if line[name]]
    assert "-7" in numbers and [float(number) for number in numbers]
    assert {line["单位名称"] for line in told} == {"'" + NAMES[0], *NAMES[1:3], "'" + NAMES[3], FORGED, ""}


def test_records_hold_plain_texts_and_exact_numbers(made):
    with (made.folder / "数据.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [field for line in lines for name, field in line.items() if name != "value" and field.startswith(COMMANDS)] == []
    assert all(float(line["value"]) >= 0 for line in lines) and {line["agency"] for line in lines} == {"'-3", "'@2"}
    with closing(sqlite3.connect(made.folder / "数据.sqlite")) as base:
        bodies = base.execute("SELECT agency, name, file FROM returns").fetchall()
    parquet = pytest.importorskip("pyarrow.parquet").read_table(made.folder / "数据.parquet")
    assert {name for _, name, _ in bodies} == {*NAMES[:3], FORGED} and set(parquet["name"].to_pylist()) == {*NAMES[1:3]}
    assert {code for code, _, _ in bodies} == {"=1", "@2", "-3", "=E"} and not ODD.findall("".join(str(file) for _, _, file in bodies))


def test_a_roster_that_codes_are_written_into_keeps_its_texts(tmp_path):
    book = openpyxl.Workbook()
    for row in (["单位名称", "类别"], *([name, "镇"] for name in NAMES)):
        book.active.append([None, None])
        for col, words in enumerate(row, 1):
            smuggled.put(book.active.cell(book.active.max_row, col), words)
    book.save(tmp_path / "名单.xlsx")
    assert run("generate", tmp_path / "名单.xlsx", "--year", 2025, "--out", tmp_path / "out").exit_code == 0
    held_now = [(cell.value, cell.data_type) for row in openpyxl.load_workbook(tmp_path / "名单.xlsx").active.iter_rows() for cell in row if cell.value]
    assert {(name, "s") for name in NAMES} | {("D001", "s")} <= set(held_now) and {kind for _, kind in held_now} == {"s"}


# Pages


@pytest.mark.parametrize(("name", "honest"), [("html", test_page.results), ("status html", test_page.board)])
def test_a_page_has_no_element_that_an_honest_one_has_not(made, name, honest):
    content = made.told[name].decode("utf-8")
    outline = Outline(content)
    assert attributes(content) <= HONEST
    assert {one["href"] for one in outline.all("a")} <= {"#main", "#reminders"} and len(outline.all("script")) == len(Outline(honest()).all("script")) == 1
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in content and "{{7*7}}" in content


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)
def test_in_a_browser_nothing_of_a_return_runs_and_nothing_is_asked_for(made, tmp_path):
    driver = start(tmp_path / "profile")
    try:
        for name in ("html", "status html"):
            shown = tmp_path / f"{name}.html"
            shown.write_bytes(made.told[name])
            driver.get("about:blank")
            for log in ("performance", "browser"):
                driver.get_log(log)
            driver.get(shown.as_uri())
            assert driver.title.startswith("政府信息公开年报表")  # an alert would raise
            sent_for = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
            asked = {message["params"]["request"]["url"] for message in sent_for if message["method"] == "Network.requestWillBeSent"}
            assert asked == {shown.as_uri()} and driver.get_log("browser") == []
    finally:
        driver.quit()


# Workbooks


def test_workbooks_are_whole_and_hold_nothing_but_what_ours_do(books):
    assert [one.returned.identity.agency.name for one in books if one.correction] == [NAMES[0], NAMES[2]]  # none of marks that somebody made
    assert len(books) == 3 + 3 + 1
    for one in books:
        with zipfile.ZipFile(one.path) as parts:
            for name in parts.namelist():
                assert PARTS.fullmatch(name), name
                expat.ParserCreate(namespace_separator=" ").Parse(content := parts.read(name), True)
                for footer in re.findall("<oddFooter>(.*)</oddFooter>", content.decode("utf-8")):
                    assert re.fullmatch("&L&8 [^&]+&C&8 &P / &N&R&8 2025", html.unescape(footer))
        assert {name.rpartition("_")[0] for name in one.book.defined_names} <= {"ogi_xlsx"}


def test_links_lead_to_cells_and_to_the_returned_files_and_nowhere_else(books):
    outside = [led_to(one.path, target) for one in books for links in targets(one.path).values() for target in links.values()]
    assert {path.name for path in outside} == {"二.xlsx", "伪.xlsx", named(FILE_NAMES[2]), named(FILE_NAMES[3])} and all(path.exists() for path in outside)
    for one in books:
        places = {cell.hyperlink.location for _, cell in one.cells() if cell.hyperlink} - {None}
        sheets = {match[1] for place in places if (match := re.fullmatch("'([^']+)'![A-Z]{1,3}[0-9]+", place))}
        assert sheets <= set(one.book.sheetnames) and bool(places) == bool(sheets)


def test_no_formula_is_any_but_ours(books):
    for one in books:
        form = one.returned and one.returned.layout
        for sheet, cell in one.cells():
            assert cell.data_type != "e"
            if cell.data_type == "f":
                ours = form.sheets[sheet].cells.get((cell.row, cell.column)) if form else None
                of_chart = sheet == "图表" and re.match(r"""='明细表三'!|="零申请单位 "&COUNTIF\('明细表三'!""", cell.value)
                assert of_chart or (ours and ours.is_formula and canonical(str(ours.content)) == canonical(cell.value)), (one.path.name, sheet, cell.coordinate)


def test_a_correction_copy_holds_every_text_as_it_was_typed(made, sent_back):
    back = contents(sent_back.returned)
    assert list(back.typed.values()) == [held(TEXTS[i % len(TEXTS)]) for i in range(len(back.typed))] and len(back.typed) > 2 * len(TEXTS)
    for name, row, col in back.typed:
        cell = sent_back.book[name].cell(row, col)
        assert (cell.data_type, cell.hyperlink) == ("s", None)
    with zipfile.ZipFile(sent_back.path) as parts:
        texts = ["".join(one.itertext()) for one in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))]
    assert {held(text) for text in texts} >= {held(text) for text in TEXTS}
    assert LONG in "".join(texts) and max(len(text.encode("utf-16-le")) for text in texts) <= 2 * 32_767


def test_notes_quote_texts_plain_and_are_known_again_as_ours(sent_back):
    notes = [cell.comment.text for page in sent_back.book.worksheets for row in page.iter_rows() for cell in row if cell.comment]
    assert len(notes) > 100 and not ODD.findall("".join(notes)) and any("_x005F_x001B_" in note for note in notes)
    assert {finding.code for finding in sent_back.returned.findings} & {"S203", "S207", "S212"} == set()


def test_findings_are_listed_plain(sent_back):
    told = [str(row[4].value) for row in sent_back.book["问题清单"].iter_rows(min_row=8) if str(row[3].value).startswith("C")]
    assert len(told) > 100 and not ODD.findall("".join(told))


def test_the_summary_tells_texts_as_texts(books):
    summary = books[-1]
    told = {sheet: [str(cell.value) for _, cell in summary.cells(sheet)] for sheet in ("报送情况", "问题", "说明")}
    assert {NAMES[0], NAMES[4], "=1", "-3"} <= set(told["报送情况"]) and not ODD.findall("".join(map("".join, told.values())))
    assert any("=HYPERLINK" in line and "</script>" in line for line in told["说明"]) and "<r><t>丙</t></r>" in told["报送情况"]


def test_names_of_written_files_are_names_and_nothing_else(books):
    assert not [one.path.name for one in books if re.search(r'[\\/:*?"<>|\[\]]', one.path.name) or ODD.search(one.path.name) or one.path.name[0] in ".~$-"]


# Any text


def anywhere(words: str) -> list[Judged]:
    """A return in memory with a text in all that is told of one."""
    returned = sent(ANHAI, UNBALANCED, path=f"收回/{words.replace('/', '_')}.xlsx".replace("\0", ""))
    returned.identity = replace(returned.identity, agency=replace(returned.identity.agency, name=words, code=words))
    returned.fields |= {"cover.filler": words, "carry.reason": words}
    odd = Finding("S103", "damaged", "error", "tool", Sentence(words, words), words, words, hint=Sentence(words, words), explanation=words)
    returned.findings.append(odd)
    return verify([returned], "native")


@settings(max_examples=60, deadline=None)
@given(anything)
@example("\ud800")
def test_any_text_is_told_safely_in_every_format(words):
    judged = anywhere(words)
    told = {form: render(judged, "zh") for form, render in (("text", text.verify), ("csv", table.verify), ("sarif", sarif.verify), ("junit", junit.verify))}
    told |= {"json": data.verify(judged), "html": page.verify(judged, NOW)}
    board = of([judged[0].returned], others=[f"收回/{ANHAI}{words}.pdf".replace("\0", "")])
    status = (board, Terms(), NOW, NOW)
    told |= {"status": board_text.status(*status, "zh"), "status json": board_data.status(*status), "status html": page.status(*status)}
    for name, content in told.items():
        assert not ODD.findall(content.replace("\r\n", "\n")), name
        content.encode("utf-8")
    (one,) = json.loads(told["json"])["returns"]
    assert (one["agency"]["name"], one["path"]) == (words, judged[0].returned.path)
    json.loads(told["sarif"]), json.loads(told["status json"]), ElementTree.fromstring(told["junit"])
    assert attributes(told["html"]) | attributes(told["status html"]) <= HONEST
    for line in csv.DictReader(io.StringIO(told["csv"], newline="")):
        assert not [field for name, field in line.items() if name not in NUMBERS and field.lstrip(" ").startswith(COMMANDS)]


@pytest.fixture(scope="module")
def form(tmp_path_factory) -> Path:
    return issue(tmp_path_factory.mktemp("form"), lines=("A,甲镇,镇",))[0]


@settings(max_examples=2, deadline=None)
@given(st.lists(anything, min_size=60, max_size=60))
def test_any_text_in_a_cell_goes_back_as_it_was(tmp_path_factory, form, texts):
    folder = tmp_path_factory.mktemp("any")
    path = smuggled.everywhere(copy(form, folder / "收回" / "甲.xlsx"), texts)
    done = run("verify", path, "--engine", "native", "--corrections", folder / "退回")
    assert done.exit_code == 1 and not ODD.findall(done.stdout + done.stderr)
    (back,) = [one for one in (folder / "退回").iterdir() if "登记表" not in one.name]
    was, now = (contents(reader.read(one)) for one in (path, back))
    assert now.typed == was.typed and list(was.typed.values()) == [held(texts[i % len(texts)]) or None for i in range(len(was.typed))]
