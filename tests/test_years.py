"""Last year's numbers over the command line: where they come from, what is compared, and what is filled in and locked."""

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify

from ogi_xlsx.returns import reader

LINES = ("A,甲镇,镇", "B,乙镇,镇")
LAST = {"t3.new_received.natural_person": 5, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 3}
NOW = {"t3.carried_in.natural_person": 3, "t3.granted.natural_person": 3}
CARRIED, REASON = "t3.carried_in.natural_person", "上年一件重复登记"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Last year's returns of 甲镇 and 乙镇 in `last`, their summary `last.xlsx`, and this year's forms in `out`."""
    folder = tmp_path_factory.mktemp("desk")
    for code, path, values in zip("AB", issue(folder / "before", year=2024, lines=LINES), (LAST, {}), strict=True):
        fill(path, values, to=copy(path, folder / "last" / f"{code}.xlsx"))
    issue(folder, lines=LINES)
    made = run("consolidate", folder / "last", "--roster", folder / "roster.csv", "--out", folder / "last.xlsx", "--agency", "C,甲县,county")
    assert made.exit_code == 0, made.stderr
    run("generate", folder / "roster.csv", "--year", 2025, "--out", folder / "filled", "--prior", folder / "last")
    return folder


def form_of(desk, which="out", code="A"):
    """A form of this year: of `out` empty, of `filled` with last year's numbers."""
    return next(path for path in sorted((desk / which).glob("0*.xlsx")) if {"A": "甲", "B": "乙"}[code] in path.name)


def returned(desk, tmp_path, values, which="out", code="A"):
    """A return of this year."""
    source = form_of(desk, which, code)
    return fill(source, values, to=tmp_path / f"{code}.xlsx", form=reader.read(source).layout)


def judge(path, prior, *options):
    """Exit code, what verify says of one return, and stderr."""
    code, told = verify(path, "--prior", prior, *options)
    return code, told["returns"][0]


def records(tmp_path, *lines, heading="agency,year,edition,key,value"):
    path = tmp_path / "records.csv"
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return path


def record_lines(code="A", year=2024, edition="2021", carried=3):
    """A body's records: what it carried over, by column and in all."""
    columns = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total")
    return [f"{code},{year},{edition},t3.carried_out.{c},{carried if c in ('natural_person', 'total') else 0}" for c in columns]


# Where they come from


@pytest.mark.parametrize("source", ["last", "last/A.xlsx", "last.xlsx", "records"])
@pytest.mark.parametrize(("values", "expected"), [(NOW, []), ({CARRIED: 2, "t3.granted.natural_person": 2}, ["Y101"])], ids=["same", "other"])
def test_what_is_carried_in_is_held_against_every_kind_of_source(desk, tmp_path, source, values, expected):
    prior = records(tmp_path, *record_lines()) if source == "records" else desk / source
    code, told = judge(returned(desk, tmp_path, values), prior)
    assert [c for c in codes(told, "error", "warning") if c[0] == "Y"] == expected and code == bool(expected)


def test_total_that_differs_is_an_error_with_both_numbers(desk, tmp_path):
    _, told = judge(returned(desk, tmp_path, {CARRIED: 2, "t3.granted.natural_person": 2}), desk / "last")
    (finding,) = [f for f in told["findings"] if f["code"] == "Y101"]
    assert told["state"] == "failed" and (finding["left"], finding["right"], finding["severity"]) == ("2", "3", "error")
    assert "总计填2件，上年年报“四、结转下年度继续办理”总计为3件，少1件" in finding["message"]["zh"]


def test_columns_classified_anew_are_only_asked_about(desk, tmp_path):
    values = {CARRIED: 2, "t3.carried_in.business": 1, "t3.granted.natural_person": 2, "t3.granted.business": 1}
    code, told = judge(returned(desk, tmp_path, values), desk / "last")
    assert code == 0 and told["state"] == "query" and codes(told, "error", "warning") == ["Y102", "Y102"]


def test_each_body_of_a_summary_has_its_own_line(desk, tmp_path):
    """乙镇 carried nothing over, whatever the sum is."""
    code, told = judge(returned(desk, tmp_path, NOW, code="B"), desk / "last.xlsx")
    assert code == 1 and codes(told, "error") == ["Y101"] and told["findings"][0]["right"] == "0"
    assert judge(returned(desk, tmp_path, {}, code="B"), desk / "last.xlsx")[0] == 0


@pytest.mark.parametrize(("carried", "expected"), [(3, []), (4, ["Y101"])])
def test_a_summary_is_held_against_the_totals_of_the_summary_before(desk, tmp_path, carried, expected):
    for code, n in (("A", carried), ("B", 0)):
        fill(form_of(desk, code=code), {CARRIED: n, "t3.granted.natural_person": n}, to=copy(form_of(desk, code=code), tmp_path / "in" / f"{code}.xlsx"))
    options = ("--roster", desk / "roster.csv", "--out", tmp_path / "now.xlsx", "--agency", "C,甲县,county")
    assert run("consolidate", tmp_path / "in", *options).exit_code == 0
    _, told = judge(tmp_path / "now.xlsx", desk / "last.xlsx")
    assert [c for c in codes(told, "error") if c[0] == "Y"] == expected


def test_of_the_form_of_2019_only_tables_3_and_4_are_compared(tmp_path):
    old = layout("2019")
    before = {**LAST, "t2.normative_documents.made_this_year": 9, "t2.normative_documents.published_this_year": 9, "t2.normative_documents.public_total": 9}
    fill(issue(tmp_path / "before", year=2020)[0], before, to=copy(issue(tmp_path / "x", year=2020)[0], tmp_path / "last" / "a.xlsx"), form=old)
    blank = issue(tmp_path / "now", year=2021)[0]
    _, told = judge(fill(blank, {"t2.normative_documents.in_force": 500, "t2.normative_documents.issued_this_year": 500}), tmp_path / "last")
    assert [c for c in codes(told) if c[0] == "Y"] == ["Y101"]
    filled = tmp_path / "filled"
    assert run("generate", tmp_path / "now" / "roster.csv", "--year", 2021, "--out", filled, "--prior", tmp_path / "last").exit_code == 0
    held = reader.read(next(filled.glob("0*.xlsx"))).identity.prior
    assert held["prior.t3.carried_out.total"] == "3" and {key.split(".")[1] for key in held} <= {"t3", "t4"}


def test_a_copy_of_last_years_numbers_is_asked_about(tmp_path):
    same = {"t2.licensing.decisions": 7, "t3.new_received.natural_person": 3, "t3.granted.natural_person": 3, "t4.review.upheld": 1, "t2.coercion.decisions": 4}
    fill(issue(tmp_path / "before", year=2024)[0], same, to=copy(issue(tmp_path / "x", year=2024)[0], tmp_path / "last" / "a.xlsx"))
    code, told = judge(fill(issue(tmp_path / "now")[0], same), tmp_path / "last")
    assert code == 0 and "Y132" in codes(told, "warning") and told["state"] == "query"


# What cannot be used


@pytest.fixture(scope="module")
def unsound(desk, tmp_path_factory):
    """Last year's return of 甲镇, which does not add up."""
    folder = tmp_path_factory.mktemp("unsound")
    fill(desk / "last" / "A.xlsx", {"t3.granted.natural_person": 9}, to=copy(desk / "last" / "A.xlsx", folder / "last" / "A.xlsx"))
    return folder / "last"


def test_a_return_that_did_not_pass_is_only_asked_about_and_fills_nothing_in(desk, unsound, tmp_path):
    path = returned(desk, tmp_path, {})
    code, told = judge(path, unsound)
    assert code == 0 and codes(told, "error", "warning") == ["Y101"] and told["state"] == "query"
    said = run("verify", path, "--prior", unsound).stderr.splitlines()
    assert len(said) == 1 and "上年“甲镇”的报表（A.xlsx）【须改正】" in said[0]
    made = run("generate", roster(tmp_path / "r.csv", LINES[0]), "--year", 2025, "--out", tmp_path / "out", "--prior", unsound)
    blank = reader.read(next((tmp_path / "out").glob("0*.xlsx")))
    assert made.exit_code == 0 and made.stderr.count("不据此预填") == 1
    assert not blank.identity.prior and "上年" not in blank.layout.sheets


def test_another_year_or_another_body_is_not_compared_and_named(desk, tmp_path):
    path = returned(desk, tmp_path, {})
    for lines in (record_lines(year=2023), record_lines("Z")):
        prior = records(tmp_path, *lines)
        code, told = judge(path, prior)
        assert code == 0 and not [c for c in codes(told) if c[0] == "Y"]
        said = run("verify", path, "--prior", prior).stderr.splitlines()
        assert said == ["上年数据中没有以下1个单位上一年度的数，没有与上年核对：甲镇。"]


def test_returns_of_several_years_in_one_folder_are_no_duplicates(desk, tmp_path):
    older = issue(tmp_path / "older", year=2023, lines=LINES)[0]
    fill(older, {}, to=copy(older, tmp_path / "last" / "2023.xlsx"))
    copy(desk / "last" / "A.xlsx", tmp_path / "last" / "2024.xlsx")
    path = returned(desk, tmp_path, {})
    assert codes(judge(path, tmp_path / "last")[1], "error") == ["Y101"]
    assert run("verify", path, "--prior", tmp_path / "last").stderr == ""


def test_two_differing_returns_of_a_body_are_never_chosen_between(desk, tmp_path):
    copy(desk / "last" / "B.xlsx", tmp_path / "last" / "B.xlsx")
    copy(desk / "last" / "A.xlsx", tmp_path / "last" / "A.xlsx")
    fill(desk / "last" / "A.xlsx", {"t3.granted.natural_person": 1, "t3.carried_out.natural_person": 4}, to=tmp_path / "last" / "A2.xlsx")
    result = run("verify", returned(desk, tmp_path, NOW), "--prior", tmp_path / "last")
    assert result.exit_code == 0 and "上年数据中“甲镇”有2份不同的报表" in result.stderr and "没有与上年核对：甲镇" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_used(desk, tmp_path):
    copy(desk / "last" / "A.xlsx", tmp_path / "last" / "A.xlsx")
    (tmp_path / "last" / "坏.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 300)
    path = returned(desk, tmp_path, {})
    result = run("verify", path, "--prior", tmp_path / "last")
    assert result.exit_code == 1 and result.stderr.splitlines() == ["上年数据中的“坏.xlsx”读不出，没有采用。"]
    (tmp_path / "last" / "A.xlsx").unlink()
    result = run("verify", path, "--prior", tmp_path / "last")
    assert result.exit_code == 2 and "没有可用的上年数据" in result.stderr


GOOD = "A,2024,2021,t3.carried_out.total,3"
DAMAGED = {
    "unknown key": ("A,2024,2021,t3.carried.total,3", "格式没有指标“t3.carried.total”"),
    "bad number": ("A,2024,2021,t3.carried_out.total,三", "“三”不是该指标可填的数"),
    "no finite number": ("A,2024,2021,t3.carried_out.total,NaN", "“NaN”不是该指标可填的数"),
    "negative": ("A,2024,2021,t3.granted.total,-3", "“-3”不是该指标可填的数"),
    "fraction": ("A,2024,2021,t3.granted.total,2.5", "“2.5”不是该指标可填的数"),
    "enormous number": ("A,2024,2021,t3.carried_out.total,1e999999", "“1e999999”不是该指标可填的数"),
    "unknown edition": ("A,2024,1999,t3.carried_out.total,3", "格式“1999”不认识"),
    "bad year": ("A,²,2021,t3.carried_out.total,3", "年度“²”"),
    "blank": ("A,2024,2021,,3", "有空白项"),
    "short": ("A,2024", "有空白项"),
    "said twice": ("A,2024,2021,t3.carried_out.total,4", "又写了一次"),
    "two editions": ("A,2024,2019,t3.carried_out.total,3", "前面用2021格式，这里用2019格式"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_line_is_told_with_its_number(desk, tmp_path, name):
    line, problem = DAMAGED[name]
    result = run("verify", form_of(desk), "--prior", records(tmp_path, GOOD, line))
    told = [one for one in result.stderr.splitlines() if not one.startswith("  ")]
    assert result.exit_code == 2 and len(told) == 2
    assert told[0].startswith("records.csv 第3行：") and problem in told[0] and "有1行不对" in told[1]


def test_records_with_spaces_blank_lines_and_a_mark_before_them_are_read(desk, tmp_path):
    path = records(tmp_path, "", *(line.replace(",", " , ") for line in record_lines()))
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-8-sig"))
    assert codes(judge(returned(desk, tmp_path, {}), path)[1], "error") == ["Y101"]


def test_records_that_a_chinese_excel_saved_are_read(desk, tmp_path):
    path = records(tmp_path, *record_lines(), "甲乙丙,2024,2021,t3.carried_out.total,1")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert codes(judge(returned(desk, tmp_path, {}), path)[1], "error") == ["Y101"]


def test_records_whose_total_is_no_sum_are_only_asked_about(desk, tmp_path):
    path = records(tmp_path, *record_lines()[:-1], "A,2024,2021,t3.carried_out.total,9")
    _, told = judge(returned(desk, tmp_path, {}), path)
    assert "Y101" in codes(told, "warning") and "Y101" not in codes(told, "error")
    assert "“A”2024年度的总计与各分项之和不符" in run("verify", form_of(desk), "--prior", path).stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"agency,year,key,value\nA,2024,k,1\n", "缺少列：edition"),
        (b"", "缺少列"),
        (b"agency,year,edition,key,value\n", "没有数据"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"agency,year,edition,key,value\nA,2024,2021,t3.carried_out.total," + b"1" * 200_000 + b"\n", "records.csv"),
        (None, "records.csv"),
    ],
    ids=["column", "empty", "heading only", "no text", "endless", "missing"],
)
def test_records_that_cannot_be_used_are_refused_in_a_sentence(desk, tmp_path, content, told):
    path = tmp_path / "records.csv"
    if content is not None:
        path.write_bytes(content)
    for args in (("verify", form_of(desk)), ("generate", desk / "roster.csv", "--year", 2025, "--out", tmp_path / "o")):
        result = run(*args, "--prior", path)
        assert result.exit_code == 2 and told in result.stderr and len(result.stderr.splitlines()) <= 4


# Merged bodies


def test_numbers_of_merged_bodies_are_added_up(desk, tmp_path):
    """甲镇 takes over X and Y, which carried 2 and 1 over."""
    whose = roster(tmp_path / "r.csv", "N,新镇,镇,X;Y", heading="code,name,level,predecessors")
    prior = records(tmp_path, *record_lines("X", carried=2), *record_lines("Y", carried=1))
    assert run("generate", whose, "--year", 2025, "--out", tmp_path / "out").exit_code == 0
    path = next((tmp_path / "out").glob("0*.xlsx"))
    assert judge(fill(path, NOW), prior, "--roster", whose)[0] == 0
    (finding,) = [f for f in judge(fill(path, {CARRIED: 2, "t3.granted.natural_person": 2}), prior, "--roster", whose)[1]["findings"] if f["code"] == "Y101"]
    assert finding["right"] == "3"
    prior = records(tmp_path, *record_lines("X", carried=2))
    result = run("verify", path, "--prior", prior, "--roster", whose)
    assert result.exit_code == 0 and "没有与上年核对：新镇" in result.stderr


# Filled in and locked


def test_what_was_carried_over_is_filled_in_locked_and_shown_with_its_source(desk):
    path = form_of(desk, "filled")
    form = reader.read(path).layout
    book, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    sheet, row, col = form.where[CARRIED]
    cell = book[sheet].cell(row, col)
    assert cell.protection.locked and str(cell.value).startswith("=IF(") and book[sheet].protection.sheet
    assert cached[sheet].cell(row, col).value == 3
    _, row, col = form.where["t3.carried_in.total"]
    assert cached[sheet].cell(row, col).value == 3
    face = " ".join(str(c.value) for line in cached["上年"].iter_rows() for c in line if c.value is not None)
    assert "上年数据（2024年度）" in face and "出处：上年上报表《A.xlsx》" in face
    assert book["上年"].protection.sheet


def test_a_form_that_was_filled_in_passes_with_and_without_the_source(desk, tmp_path):
    path = returned(desk, tmp_path, {"t3.granted.natural_person": 3}, "filled")
    assert verify(path)[1]["returns"][0]["state"] == "passed"
    for source in ("last", "last.xlsx"):
        assert judge(path, desk / source)[1]["state"] == "passed"


def test_a_correction_with_a_reason_is_told_and_passes(desk, tmp_path):
    path = returned(
        desk,
        tmp_path,
        {"carry.answer": "是", f"carry.{CARRIED}": 2, "carry.reason": REASON, "t3.granted.natural_person": 2, "carry.t3.carried_in.business": None},
        "filled",
    )
    code, told = verify(path, "--strict")
    (finding,) = [f for f in told["returns"][0]["findings"] if f["severity"] == "warning"]
    assert code == 0 and told["returns"][0]["state"] == "passed"
    assert finding["code"] == "Y122" and finding["explanation"] == REASON and "由3改为2" in finding["message"]["zh"]


@pytest.mark.parametrize(
    "typed", [{"carry.answer": "是", f"carry.{CARRIED}": 2}, {f"carry.{CARRIED}": 2, "carry.reason": REASON}, {"carry.answer": "是", "carry.reason": REASON}]
)
def test_half_a_correction_is_an_error(desk, tmp_path, typed):
    code, told = verify(returned(desk, tmp_path, {"t3.granted.natural_person": 3, **typed}, "filled"))
    assert code == 1 and "Y121" in codes(told["returns"][0], "error")


@pytest.mark.parametrize(("data_type", "raised"), [("s", "Y122"), ("f", "Y121")])
def test_a_reason_that_reads_like_a_formula_counts_where_it_is_text(desk, tmp_path, data_type, raised):
    typed = {"carry.answer": "是", f"carry.{CARRIED}": 2, "carry.reason": f"={REASON}", "t3.granted.natural_person": 2}
    path = returned(desk, tmp_path, typed, "filled")
    sheet, row, col = reader.read(path).layout.fields["carry.reason"]
    book = openpyxl.load_workbook(path)
    book[sheet].cell(row, col).data_type = data_type
    book.save(path)
    assert [code for code in codes(verify(path)[1]["returns"][0]) if code in ("Y121", "Y122")] == [raised]


def test_last_years_number_altered_by_hand_is_found(desk, tmp_path):
    path = returned(desk, tmp_path, {"t3.granted.natural_person": 3}, "filled")
    sheet, row, col = reader.read(path).layout.beside["prior.t3.carried_out.natural_person"]
    book = openpyxl.load_workbook(path)
    assert book[sheet].cell(row, col).value == 3
    book[sheet].cell(row, col).value = 2
    book.save(path)
    found = [code for code in codes(verify(path)[1]["returns"][0], "error", "warning") if code in ("S203", "S204")]
    assert len(found) == 1


def test_a_number_that_is_known_otherwise_now_is_told(desk, tmp_path):
    path = returned(desk, tmp_path, {"t3.granted.natural_person": 3}, "filled")
    _, told = judge(path, records(tmp_path, *record_lines(carried=4)))
    assert {"Y101", "Y124"} <= set(codes(told, "error", "warning"))
    (finding,) = [f for f in told["findings"] if f["code"] == "Y124"]
    assert finding["severity"] == "warning" and "表内为3，现为4" in finding["message"]["zh"] and finding["sheet"] == "上年"
