"""`export`: each number with the cell it comes from, in three formats that `--prior` reads back; and files that are not what they seem."""

import csv
import hashlib
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
import returned
from balanced import OFFICIAL, records as balanced
from clerks import codes, copy, fill, issue, layout, run, verify
from hypothesis import given, settings, strategies as st

from ogi_xlsx.county import prior, record_files, records
from ogi_xlsx.county.record_files import COLUMNS, PROVENANCE, Number, Source
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.record import show
from ogi_xlsx.review import verify as review

LINES = ("A,甲镇,镇", "B,乙镇,镇", "C,丙镇,镇")
SUFFIXES = (".csv", ".parquet", ".sqlite")
A = {"t3.new_received.natural_person": 5, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 3, "t2.fees.amount": 0.1}
B = {**A, "t3.granted.natural_person": 9}  # does not add up
every_format = pytest.mark.parametrize("suffix", SUFFIXES)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Last year's returns: 甲镇 is sound, 乙镇 is not, 丙镇 has hardly begun. `records.*` are all three; this year's forms are in `out`."""
    folder = tmp_path_factory.mktemp("desk")
    for code, path in zip("ABC", issue(folder / "before", year=2024, lines=LINES), strict=True):
        fill(path, {"A": A, "B": B, "C": {"t4.review.upheld": 2}}[code], zero=code != "C", to=copy(path, folder / "last" / f"{code}.xlsx"))
    for suffix in SUFFIXES:
        result = run("export", folder / "last", "--out", folder / f"records{suffix}")
        assert result.exit_code == 1 and "其中有2份没有通过校验" in result.stderr and result.stdout.startswith("已导出3份上报表的"), result.stderr
    issue(folder, lines=LINES)
    return folder


def lines_of(path: Path) -> list[dict[str, str]]:
    """The whole list, as any program would read it, every value as text."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".parquet":
        found = pyarrow.parquet.read_table(path).to_pylist()
    else:
        with closing(sqlite3.connect(path)) as base:
            base.row_factory = sqlite3.Row
            found = [dict(line) for line in base.execute("SELECT * FROM records")]
    return [{name: show(value) if isinstance(value, Decimal) else str(value) for name, value in line.items()} for line in found]


def judged(values, name="2021", code="A", **more):
    """A return of given numbers, judged."""
    form = returned.layout_of(returned.edition_named(name), returned.Variant("township"))
    one = returned.build(name, {key: returned.number(values[key]) for key in form.checks.typed_keys if key in values}, **more)
    one.identity = returned.Identity(returned.Agency(code, *(one.identity.agency.name, "township")), one.identity.year, name, one.identity.revision)
    return review.verify([one], "native")[0]


# What is written


def test_each_number_can_be_followed_to_a_cell_of_a_file_with_a_known_hash(desk):
    lines = lines_of(desk / "records.csv")
    assert list(lines[0]) == [*COLUMNS, *PROVENANCE]
    for line in lines:
        path = Path(line["file"])
        assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    for code in "AC":
        book = openpyxl.load_workbook(desk / "last" / f"{code}.xlsx")
        own = [line for line in lines if line["agency"] == code]
        for line in own:
            held = book[line["sheet"]][line["cell"]].value
            if line["origin"] == "typed":
                assert Decimal(str(held)) == Decimal(line["value"])
            else:
                assert (held is None and line["value"] == "0") if line["origin"] == "declared" else str(held).startswith("=")
        assert {line["origin"] for line in own} == ({"typed", "declared", "computed"} if code == "A" else {"typed"})


def test_a_blank_is_no_line_and_a_declared_one_is_0(desk):
    lines = lines_of(desk / "records.csv")
    assert [line["key"] for line in lines if line["agency"] == "C"] == ["t4.review.upheld"]
    assert len([line for line in lines if line["agency"] == "A"]) == len(layout().where)


def test_states_and_bodies_are_told_and_no_person(desk):
    lines = lines_of(desk / "records.csv")
    assert {(line["agency"], line["name"], line["level"], line["state"], line["kind"]) for line in lines} == {
        ("A", "甲镇", "township", "passed", "own"),
        ("B", "乙镇", "township", "failed", "own"),
        ("C", "丙镇", "township", "pending", "own"),
    }


def test_the_three_formats_hold_the_same_lines(desk):
    told = [sorted(tuple(line.items()) for line in lines_of(desk / f"records{suffix}")) for suffix in SUFFIXES]
    assert told[0] == told[1] == told[2]


def test_excel_is_told_that_the_csv_is_utf_8_and_sqlite_keeps_exact_texts(desk):
    assert (desk / "records.csv").read_bytes().startswith(b"\xef\xbb\xbfagency,year,edition,key,value,")
    with closing(sqlite3.connect(desk / "records.sqlite")) as base:
        assert {kind for (kind,) in base.execute("SELECT DISTINCT typeof(value) FROM numbers")} == {"text"}
        assert base.execute("SELECT count(*) FROM returns").fetchone() == (3,)
    assert pyarrow.parquet.read_schema(desk / "records.parquet").field("value").type == pyarrow.decimal128(28, 6)


def test_what_is_not_exported_is_said(desk, tmp_path):
    copy(desk / "last" / "A.xlsx", tmp_path / "in" / "A.xlsx")
    copy(desk / "last" / "A.xlsx", tmp_path / "in" / "A副本.xlsx")
    copy(desk / "last" / "C.xlsx", tmp_path / "in" / "C.xlsx")
    fill(desk / "last" / "C.xlsx", {"t4.review.upheld": 3}, zero=False, to=tmp_path / "in" / "C2.xlsx")
    (tmp_path / "in" / "坏.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 300)
    result = run("export", tmp_path / "in", "--out", tmp_path / "r.csv")
    assert result.exit_code == 1 and result.stderr.splitlines() == [
        "“丙镇”有2份不同的上报表，没有导出：C.xlsx、C2.xlsx。请把不用的移入“作废”文件夹后再导出。",
        "有1份读不出，没有导出：坏.xlsx。请先校验，看是什么原因。",
        "有1份与已导出的数相同，或已有后一轮的修改表，没有再导出：A副本.xlsx。",
    ]
    assert {line["file"] for line in lines_of(tmp_path / "r.csv")} == {str(tmp_path / "in" / "A.xlsx")}
    assert run("export", desk / "last" / "A.xlsx", "--out", tmp_path / "a.csv").exit_code == 0
    assert run("export", tmp_path / "in" / "坏.xlsx", "--out", tmp_path / "b.csv").exit_code == 2 and not (tmp_path / "b.csv").exists()


def test_years_of_one_body_are_no_duplicates(desk, tmp_path):
    now = fill(next(desk.glob("out/01_*.xlsx")), {}, to=tmp_path / "now.xlsx")
    assert run("export", desk / "last" / "A.xlsx", now, "--out", tmp_path / "r.csv").exit_code == 0
    assert {line["year"] for line in lines_of(tmp_path / "r.csv")} == {"2024", "2025"}


def test_a_body_that_is_not_on_the_roster_is_no_sound_one(desk, tmp_path):
    (tmp_path / "roster.csv").write_text("code,name,level\nZ,子镇,镇\n", encoding="utf-8")
    assert run("export", desk / "last" / "A.xlsx", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "r.csv").exit_code == 1
    assert {line["state"] for line in lines_of(tmp_path / "r.csv")} == {"failed"}


def test_numbers_filled_in_from_last_year_say_so_and_corrected_ones_name_the_right_cell(desk, tmp_path):
    carried, business = "t3.carried_in.natural_person", "t3.carried_in.business"
    run("generate", desk / "roster.csv", "--year", 2025, "--out", tmp_path / "filled", "--prior", desk / "last", "--only", "A")
    (blank,) = (tmp_path / "filled").glob("01_*.xlsx")
    form = reader.read(blank).layout
    for typed, expected in (
        ({}, {carried: "carried"}),
        ({"carry.answer": "是", f"carry.{carried}": 2, "carry.reason": "重复登记一件"}, {carried: "corrected"}),
    ):
        path = fill(blank, {"t3.granted.natural_person": 2 if typed else 3, **typed}, to=tmp_path / "A.xlsx", form=form)
        assert run("export", path, "--out", tmp_path / "r.csv", "--force").exit_code == 0
        by_key = {line["key"]: line for line in lines_of(tmp_path / "r.csv")}
        assert {carried: by_key[carried]["origin"]} == expected and by_key[business]["origin"] == "carried"
        assert by_key[carried]["value"] == ("2" if typed else "3") and by_key[carried]["sheet"] == ("上年" if typed else "表三")
        if typed:
            assert openpyxl.load_workbook(path)["上年"][by_key[carried]["cell"]].value == 2


# Read back


@settings(max_examples=8, deadline=None)
@every_format
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_what_is_exported_is_read_back_as_it_was(tmp_path_factory, suffix, name, data):
    sent = [judged(data.draw(balanced(name)), name, code) for code in ("A", "01", "3.0")]
    path = tmp_path_factory.mktemp("back") / f"r{suffix}"
    count = record_files.writer(path)(path, records.listed(sent))
    held = prior.load(path)
    assert count == sum(len(one.returned.record.values) for one in sent) and held.notes == []
    for one in sent:
        record = one.returned.record
        last = held.own[record.agency.code, record.year]
        assert (last.values, last.edition, last.accepted) == (record.values, name, True)


@every_format
@pytest.mark.parametrize("amount", ["0.1", "123456789.123456", "99999999999999", "0.000001"])
def test_amounts_stay_exact(tmp_path, suffix, amount):
    one = judged({"t2.fees.amount": Decimal(amount)})
    path = tmp_path / f"r{suffix}"
    record_files.writer(path)(path, records.listed([one]))
    assert prior.load(path).own["A", 2021].values["t2.fees.amount"] == Decimal(amount)


@every_format
def test_a_total_may_be_longer_than_any_typed_number(tmp_path, suffix):
    most = Decimal(999_999_999_999_999)
    one = judged({f"t3.new_received.{column}": most for column in ("natural_person", "business")})
    path = tmp_path / f"r{suffix}"
    record_files.writer(path)(path, records.listed([one]))
    assert prior.load(path).own["A", 2021].values["t3.new_received.total"] == 2 * most


@every_format
def test_a_return_that_did_not_pass_counts_next_year_as_one_that_did_not(desk, tmp_path, suffix):
    held = prior.load(desk / f"records{suffix}")
    assert {code: held.own[code, 2024].accepted for code in "ABC"} == {"A": True, "B": False, "C": False}
    assert any("上年“B”的报表" in note.zh and "【须改正】" in note.zh for note in held.notes)
    for code, severity in (("01", "error"), ("02", "warning")):
        form = next(desk.glob(f"out/{code}_*.xlsx"))
        _, told = verify(fill(form, {}, to=tmp_path / "now.xlsx"), "--prior", desk / f"records{suffix}")
        assert "Y101" in codes(told["returns"][0], severity)


@every_format
def test_a_summary_is_read_back_as_one_and_its_parts_are_not_in_it(desk, tmp_path, suffix):
    options = ("--roster", desk / "roster.csv", "--out", tmp_path / "sum.xlsx")
    for whose in (("--agency", "C,甲县,county"), ()):
        run("consolidate", desk / "last", *options, *whose, "--force")
        assert run("export", tmp_path / "sum.xlsx", "--out", tmp_path / f"r{suffix}", "--force").exit_code == 0
        held, direct = prior.load(tmp_path / f"r{suffix}"), prior.load(tmp_path / "sum.xlsx")
        assert not held.own and held.whole.keys() == direct.whole.keys()
        assert [last.values for last in held.whole.values()] == [last.values for last in direct.whole.values()]
        assert {line["origin"] for line in lines_of(tmp_path / f"r{suffix}")} == {"summed", "computed"}


@pytest.mark.parametrize("suffix", [".parquet", ".sqlite", ".db"])
def test_a_list_of_five_columns_made_elsewhere_is_read(tmp_path, suffix):
    path = tmp_path / f"R{suffix.upper()}"
    if suffix == ".parquet":
        table = {"value": [3, 1], "key": ["t3.carried_out.total", "t3.granted.total"], "agency": ["A", "A"], "year": [2024, 2024], "edition": ["2021"] * 2}
        pyarrow.parquet.write_table(pyarrow.table(table), path)
    else:
        with closing(sqlite3.connect(path)) as base:
            base.executescript(
                "CREATE TABLE records (agency, year, edition, key, value);"
                "INSERT INTO records VALUES ('A', 2024, '2021', 't3.carried_out.total', 3), ('A', '2024', 2021, 't3.granted.total', 1.0)"
            )
    last = prior.load(path).own["A", 2024]
    assert last.accepted and last.values == {"t3.carried_out.total": 3, "t3.granted.total": 1}


@every_format
def test_a_wrong_line_is_told_with_its_number(tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    good = judged({})
    (source, numbers), *_ = records.listed([good])
    bad = numbers[2]._replace(key="t3.nothing.total"), numbers[3]._replace(value=Decimal("-1"))
    record_files.writer(path)(path, [(source, [*numbers[:2], *bad]), (source._replace(agency="B", state="fine"), numbers[:1])])
    with pytest.raises(Refusal) as refusal:
        prior.load(path)
    told = " ".join(problem.zh for problem in refusal.value.problems)
    assert "没有指标“t3.nothing.total”" in told and "“-1" in told and "state 列的“fine”不认识" in told and "有3行不对" in told


@pytest.mark.parametrize("value", ["１２", "1_000", "1e-999", "1e-999999", "0x10", "0.0000001", "1e18", "-1", "", " "])
def test_a_text_that_only_looks_like_a_number_is_none(tmp_path, value):
    (tmp_path / "r.csv").write_text(f"agency,year,edition,key,value\nA,2024,2021,t2.fees.amount,{value}\n", encoding="utf-8")
    with pytest.raises(Refusal, match="第2行"):
        prior.load(tmp_path / "r.csv")


# Hostile contents

NAMES = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "'=1", "''", "＝1", 'a,b"c', "甲;DROP TABLE returns", "007", "a\tb\u202ec")


@every_format
@pytest.mark.parametrize("code", NAMES)
def test_a_name_is_never_a_formula_and_is_read_back(tmp_path, suffix, code):
    sent = judged({}, code=code)
    sent.returned.path = f"{code}\n\udce4.xlsx"  # a name of bytes that are no text
    path = tmp_path / f"r{suffix}"
    record_files.writer(path)(path, records.listed([sent]))
    assert [key for key, _ in prior.load(path).own] == [code.replace("\t", " ").replace("\u202e", "")]
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in list(csv.reader(file))[1:]:
                assert not any(text.startswith(tuple("=+-@＝\t\r")) for text in line) and len(line) == len(COLUMNS + PROVENANCE)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip).filter(bool), min_size=1, max_size=5, unique=True))
def test_a_csv_gives_back_every_text(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("texts") / "r.csv"
    number = Number("k", Decimal("-1.50"), "表二", "B2", "typed")
    record_files.writer(path)(path, [(Source(text, 2025, "2021", *[text] * 2, "own", "passed", 0, *[text] * 3), [number]) for text in texts])
    found = [row for _, row in record_files.read(path)]
    assert [(row["agency"], row["name"]) for row in found] == [(text, text) for text in texts]
    assert {row["value"] for row in found} == {"-1.50"}


def test_a_body_without_a_code_is_left_out_and_said(tmp_path):
    chosen = records.choose([judged({}, code=" \u200b")])
    assert not chosen.returns and not chosen.whole and "有1份读不出" in chosen.told()[0].zh


# What cannot be done


@pytest.mark.parametrize("name", ["r.xlsx", "r", "r.csv.gz"])
def test_another_kind_of_file_is_refused_before_anything_is_read(tmp_path, name):
    result = run("export", tmp_path / "nowhere", "--out", tmp_path / name)
    assert result.exit_code == 2 and "应以 .csv、.parquet 或 .sqlite 结尾" in result.stderr and not list(tmp_path.iterdir())


@every_format
def test_what_is_there_is_not_overwritten_without_force(desk, tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    path.write_text("mine", encoding="utf-8")
    args = ("export", desk / "last" / "A.xlsx", "--out", path)
    assert run(*args).exit_code == 2 and path.read_text(encoding="utf-8") == "mine"
    assert run(*args, "--force").exit_code == 0 and prior.load(path).own and list(tmp_path.iterdir()) == [path]


@every_format
def test_a_full_disk_leaves_nothing_behind(desk, tmp_path, suffix):
    command = [sys.executable, "-m", "ogi_xlsx", "export", *[desk / "last" / f"{code}.xlsx" for code in "AB"], "--out", tmp_path / f"r{suffix}"]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # noqa: E731
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, preexec_fn=limit)
    assert done.returncode == 2 and "写不进去" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_its_library_says_how_to_get_it(desk, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for args in (("export", desk / "last", "--out", tmp_path / "r.parquet"), ("verify", desk / "last", "--prior", desk / "records.parquet")):
        result = run(*args)
        assert result.exit_code == 2 and 'pip install "ogi-xlsx[export]"' in result.stderr
    assert run("export", desk / "last" / "A.xlsx", "--out", tmp_path / "r.sqlite").exit_code == 0


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def holed(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 300 + content[400:]


@pytest.mark.parametrize("suffix", [".parquet", ".sqlite"])
@pytest.mark.parametrize("spoil", [cut, holed, lambda _: b"", lambda _: b"agency,year,edition,key,value\n"], ids=["cut", "holed", "empty", "other kind"])
def test_a_damaged_file_is_a_sentence(desk, tmp_path, suffix, spoil):
    path = tmp_path / f"r{suffix}"
    path.write_bytes(spoil((desk / f"records{suffix}").read_bytes()))
    result = run("verify", desk / "last" / "A.xlsx", "--prior", path)
    assert result.exit_code == 2 and path.name in result.stderr and len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_or_is_a_folder_is_a_sentence(desk, tmp_path, suffix):
    (tmp_path / f"folder{suffix}").mkdir()
    for name in (f"nowhere{suffix}", f"folder{suffix}"):
        result = run("verify", desk / "last" / "A.xlsx", "--prior", tmp_path / name)
        assert result.exit_code == 2 and f"{name} 读不到" in result.stderr


VIEW = "CREATE VIEW records AS SELECT 'A' agency, 2024 year, '2021' edition, 't3.granted.total' key, "
ENDLESS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)"
MANY = "(SELECT max(a.i + b.i + c.i + d.i) FROM t a, t b, t c, t d) value FROM t"
FOREIGN = {
    "another schema": ("CREATE TABLE numbers (a, b)", "没有名为 records 的表"),
    "other columns": ("CREATE TABLE records (agency, year)", "缺少列：edition、key、value"),
    "an endless view": (f"{VIEW}{ENDLESS} value", "已损坏"),
    "a view that calls": (f"{VIEW}load_extension('x') value", "已损坏"),
    "a view that makes much": (f"{VIEW}hex(zeroblob(900000000)) value", "已损坏"),
    "a view over nothing": ("CREATE TABLE t (i); CREATE VIEW records AS SELECT * FROM t; DROP TABLE t", "已损坏"),
    "a column that computes": (
        "CREATE TABLE records (agency, year, edition, key, value AS (hex(zeroblob(2000000)))); INSERT INTO records VALUES (1, 2, 3, 4)",
        "已损坏",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_database_runs_nothing_and_is_a_sentence(desk, tmp_path, name):
    script, told = FOREIGN[name]
    with closing(sqlite3.connect(tmp_path / "r.sqlite")) as base:
        base.executescript(script)
    before = (tmp_path / "r.sqlite").read_bytes()
    result = run("verify", desk / "last" / "A.xlsx", "--prior", tmp_path / "r.sqlite")
    assert result.exit_code == 2 and told in result.stderr, result.stderr
    assert (tmp_path / "r.sqlite").read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_a_view_that_never_comes_to_a_line_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(record_files, "_MOST_STEPS", 1_000_000)
    with closing(sqlite3.connect(tmp_path / "r.sqlite")) as base:
        base.execute("CREATE TABLE t (i)")
        base.executemany("INSERT INTO t VALUES (?)", [(i,) for i in range(300)])
        base.execute(f"{VIEW}1 value FROM t a, t b, t c, t d WHERE a.i + b.i + c.i + d.i < 0")
        base.commit()
    with pytest.raises(Refusal, match="已损坏"):
        prior.load(tmp_path / "r.sqlite")


@every_format
def test_a_list_without_end_is_given_up(desk, monkeypatch, suffix):
    monkeypatch.setattr(record_files, "MOST_LINES", 100)
    with pytest.raises(Refusal, match="超过100行"):
        prior.load(desk / f"records{suffix}")


def test_the_manual_explains_every_column_and_origin():
    text = (Path(__file__).resolve().parents[1] / "docs" / "records.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [name.strip(" `") for row in rows for name in row.split(",")] == [*COLUMNS, *PROVENANCE]
    origins = (records.TYPED, records.DECLARED, records.COMPUTED, records.CARRIED, records.CORRECTED, records.SUMMED)
    assert all(f"`{word}`" in text for word in (*origins, *review.STATES, records.OWN, records.AGGREGATE, records.PUBLISHED))
