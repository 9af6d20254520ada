"""Edition files that do not load: every problem at once, each with its line, in both languages.

Each file of `editions/broken/` has its messages beside it in a .txt file, Chinese first.
`OGI_XLSX_REWRITE=1 pytest tests/test_edition_file.py` writes them anew; read the difference before you keep it.
"""

import re
from pathlib import Path

import kept
import pytest

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.words import Refusal

FOLDER = Path(__file__).parent / "editions"
BROKEN = sorted((FOLDER / "broken").glob("*.toml"))


def told(path: Path) -> str:
    """What is said of a file that does not load, one sentence a line, English indented under Chinese."""
    with pytest.raises(Refusal) as refused:
        editions.load(path)
    return "".join(f"{problem.zh}\n  {problem.en}\n" for problem in refused.value.problems)


def damaged(folder: Path, *changes: tuple[str, str]) -> Path:
    """The minimal edition with texts replaced, in a file of its own."""
    text = (FOLDER / "minimal.toml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "damaged.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_told_problem_by_problem(path: Path) -> None:
    kept.compare(path.with_suffix(".txt"), told(path))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_problems_stand_in_the_order_of_the_lines_they_name(path: Path) -> None:
    lines = [int(number) for number in re.findall(r"^\S+ 第(\d+)行", told(path), re.MULTILINE)]
    assert lines == sorted(lines)
    assert lines[-1] <= len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_problem_ends_with_one_mark_and_holds_nothing_of_python(path: Path) -> None:
    for line in told(path).splitlines():
        assert not re.search(r"[。？?.;；]\s*[。？?.]|[{}]|None|\['", line.replace("…", "")), line
        assert line.endswith(("。", "？", ".", "?")), line


def test_one_file_has_mistakes_of_more_than_ten_kinds() -> None:
    kinds = {re.sub(r"“[^”]*”|\d+", "", line.partition(", line ")[2]) for line in told(FOLDER / "broken" / "many-mistakes.toml").splitlines()[1::2]}
    assert len(kinds) > 10


def test_the_count_of_problems_is_told_last() -> None:
    lines = told(FOLDER / "broken" / "many-mistakes.toml").splitlines()
    assert lines[-2].startswith(f"共{len(lines) // 2 - 1}个问题，")
    assert lines[-1].startswith(f"  {len(lines) // 2 - 1} problem(s);")


@pytest.mark.parametrize("name", ["minimal", "every-feature"])
def test_a_sound_file_loads_whole(name: str) -> None:
    edition = editions.load(FOLDER / f"{name}.toml")
    assert isinstance(edition, Edition)
    assert edition.id == name
    assert [rule.code for rule in edition.rules] == re.findall(r'^code = "(\w+)"', (FOLDER / f"{name}.toml").read_text(encoding="utf-8"), re.MULTILINE)


def test_an_edition_is_loaded_once() -> None:
    assert editions.load(FOLDER / "minimal.toml") is editions.load(str(FOLDER / "minimal.toml"))
    assert editions.load("2021") is editions.load(editions.available()["2021"])


def test_every_feature_of_a_rule_is_kept() -> None:
    rules = {rule.code: rule for rule in editions.load(FOLDER / "every-feature.toml").rules}
    assert (rules["R101"].computes, rules["R101"].table, rules["R101"].each) == (True, "t1", "row")
    assert rules["R102"].exceptions == {"total"}
    assert [condition.text for condition in rules["R103"].when] == ["received.total > 0", "carried_in.total > 0"]
    assert {level: int(limit) for level, limit in rules["R104"].limits.items()} == {"township": 100, "county": 5000}
    assert (rules["X101"].table, rules["X101"].basis) == ("", "local")
    assert [level for level in ("township", "street", "county") if rules["R104"].applies_to(level)] == ["township", "county"]


def test_the_minimal_edition_loads_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (FOLDER / "minimal.toml").read_bytes())
    assert editions.load(path).id == "minimal"


def test_one_bad_rule_stops_the_whole_file(tmp_path: Path) -> None:
    path = damaged(tmp_path, ("sum(persons:bodies)", "sum(persons:bodis)"))
    assert told(path).splitlines()[:2] == [
        "damaged.toml 第38行：规则 R101：表 t1 没有“bodis”。您是不是要写“bodies”？",
        "  damaged.toml, line 38: rule R101: table t1 has no “bodis”. Did you mean “bodies”?",
    ]


TYPED = ("computes = true\n", "")
UNUSABLE = {  # the first change is the mistake
    "a sheet name of our own": [('sheet = "表一"', 'sheet = "校验"')],
    "a sheet name with a slash": [('sheet = "表一"', 'sheet = "表/一"')],
    "a sheet without a name": [('sheet = "表一"', 'sheet = ""')],
    "a sheet name above 31 characters": [('sheet = "表一"', f'sheet = "{"表" * 32}"')],
    "a table that no relation can name": [('id = "t1"', 'id = "T 1"'), ('table = "t1"', 'table = "T 1"')],
    "years that end before they begin": [("from = 2030", "from = 2030, to = 2029")],
    "a column without width": [('en = "Applicants > Total"', 'en = "Applicants > Total", spans = 0'), ("12, 12, 12]", "12, 12]")],
    "a rule without a cell of this year": [('"total = sum(persons:bodies)"', '"prior.total = prior.persons"'), TYPED],
    "a revision that no mark holds": [("revision = 1", "revision = 100000")],
    "a year of five digits": [("from = 2030", "from = 20300")],
    "a column of no width": [("12, 12, 12]", "nan, 12, 12]")],
    "a column that is too wide": [("12, 12, 12]", "256, 12, 12]")],
    "a label that is a formula": [('zh = "收到"', 'zh = "=1+1"')],
}


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE)
def test_what_no_workbook_can_be_made_of_does_not_load(changes: list[tuple[str, str]], tmp_path: Path) -> None:
    path = damaged(tmp_path, *changes)
    line = next(number for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if changes[0][1] in text)
    assert f"damaged.toml 第{line}行：" in told(path)


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    zh, en = told(tmp_path / "ogi-2031.toml").splitlines()
    assert re.fullmatch(r"ogi-2031\.toml 读不到：.+。请核对文件名和位置。", zh)
    assert re.fullmatch(r"  ogi-2031\.toml cannot be read: .+\. Check its name and place\.", en)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(b"title = \xff\xfe\x00")
    zh, en = told(path).splitlines()
    assert zh == "odd.toml 不是文本（UTF-8 或 GB18030），请用记事本打开检查，另存为 UTF-8。"
    assert en == "  odd.toml is no text in UTF-8 or GB18030; look at it in an editor and save it as UTF-8."


@pytest.mark.parametrize("text", [f"x = {'[' * 5000}{']' * 5000}", f"x = {'9' * 5000}", f"x = 0x{'f' * 20}", f"{'.'.join('a' * 3000)} = 1"], ids=len)
def test_numbers_and_brackets_that_nothing_can_hold_are_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(text, encoding="utf-8")
    zh, en = told(path).splitlines()
    assert zh == "odd.toml 里有过大的数或过深的括号，不能读取，请改正。"
    assert en == "  odd.toml holds a number too large or brackets too deep, and cannot be read. Correct it."


def test_a_file_saved_in_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gb.toml"
    path.write_bytes((FOLDER / "minimal.toml").read_text(encoding="utf-8").encode("gb18030"))
    assert editions.load(path).title == editions.load(FOLDER / "minimal.toml").title


def test_a_file_that_is_no_toml_is_told_with_the_line(tmp_path: Path) -> None:
    zh, en = told(damaged(tmp_path, ("revision = 1", "revision: 1"))).splitlines()
    assert zh == "damaged.toml 第4行第9列不符合 TOML 格式，请改正该处。"
    assert en == "  damaged.toml is no valid TOML at line 4, column 9. Correct it there."


def test_an_unknown_id_is_answered_with_the_known_ones() -> None:
    zh, en = told(Path("2020")).splitlines()
    assert zh == "没有格式版本“2020”，可用：2019、2021；也可以给出 .toml 文件。"
    assert en.startswith("  There is no edition “2020”; known are 2019")


def test_a_year_without_an_edition_is_refused_with_the_years_that_have_one() -> None:
    with pytest.raises(Refusal) as refused:
        editions.for_year(2018)
    assert [problem.zh for problem in refused.value.problems] == [
        "2018年度没有适用的格式版本，可用：2019（2019—2020年度）；2021（2021年度起）。请核对年度，或用 --edition 指定。"
    ]
