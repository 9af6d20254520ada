"""An office's settings over the command line: thresholds and waivers, in workbooks and at `verify`, and files that are wrong."""

import json
from datetime import date

import openpyxl
import pytest
from clerks import codes, copy, fill, roster, run, verify

from ogi_xlsx.form import settings as changes
from ogi_xlsx.review import verify as review

LINES = ("A,甲镇,镇", "B,乙镇,镇")
LIMIT = "[R205]\nlimits = { township = 500 }\n"
OFF = '[R202]\noff = "清理期间"\nuntil = 2999-12-31\n'
FEES = {"t2.fees.amount": 600}
ODD = {"t2.normative_documents.issued_this_year": 5, "t2.normative_documents.in_force": 3}  # R202
TOLD_LIMIT, TOLD_OFF = "设置：R205 的限值（乡镇）改为500。", "设置：R202 已停用至2999-12-31，理由：清理期间。"


def settings(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Forms as they are in `plain`, and forms issued with a threshold and a waiver in `set`."""
    folder = tmp_path_factory.mktemp("desk")
    settings(folder, LIMIT + OFF)
    whose = roster(folder / "roster.csv", *LINES)
    for name, options in (("plain", ()), ("set", ("--settings", folder / "settings.toml"))):
        result = run("generate", whose, "--year", 2025, "--out", folder / name, *options)
        assert result.exit_code == 0 and (TOLD_LIMIT in result.stderr) == (TOLD_OFF in result.stderr) == bool(options)
    return folder


def returned(desk, tmp_path, values, which="plain", name="A"):
    source = sorted((desk / which).glob("0*.xlsx"))["AB".index(name)]
    return fill(source, values, to=copy(source, tmp_path / "in" / f"{name}.xlsx"))


def judge(path, *options):
    code, told = verify(path, *options)
    return code, told["returns"][0], [one["zh"] for one in told["settings"]]


def test_threshold_of_an_office_decides_at_verify(desk, tmp_path):
    path = returned(desk, tmp_path, FEES)
    assert judge(path)[1]["state"] == "passed"
    _, told, said = judge(path, "--settings", settings(tmp_path, LIMIT))
    assert told["state"] == "query" and said == [TOLD_LIMIT]
    (finding,) = [f for f in told["findings"] if f["severity"] == "warning"]
    assert finding["code"] == "R205" and "同类单位一般低于500万元" in finding["message"]["zh"]
    fill(path, {"t2.fees.amount": 1500})
    assert judge(path)[1]["state"] == "query"
    assert judge(path, "--settings", settings(tmp_path, "[R205]\nlimits = { township = 2000 }\n"))[1]["state"] == "passed"


def test_one_threshold_for_all_replaces_every_default(desk, tmp_path):
    path = returned(desk, tmp_path, FEES)
    assert "R205" in codes(judge(path, "--settings", settings(tmp_path, "[R205]\nlimits = { all = 500 }\n"))[1], "warning")


def test_threshold_stands_in_the_formulas_of_the_workbook(desk):
    def formulas(which):
        book = openpyxl.load_workbook(sorted((desk / which).glob("0*.xlsx"))[0])
        return [str(cell.value) for row in book["校验"].iter_rows() for cell in row if cell.value is not None]

    assert sum("500" in text and "1000" not in text for text in formulas("set")) > sum("500" in text and "1000" not in text for text in formulas("plain"))
    names = [[text for text in formulas(which) if text == "R202" or text.startswith("R202@")] for which in ("plain", "set")]
    assert names[0] and not names[1]


def test_a_workbooks_own_settings_hold_at_verify_and_nothing_looks_altered(desk, tmp_path):
    code, told, said = judge(returned(desk, tmp_path, {**FEES, **ODD}, "set"))
    assert code == 0 and said == [TOLD_LIMIT, TOLD_OFF]
    assert codes(told, "error", "warning") == ["R205"]


def test_settings_given_at_verify_take_the_place_of_the_workbooks_own(desk, tmp_path):
    path = returned(desk, tmp_path, {**FEES, **ODD}, "set")
    code, told, said = judge(path, "--settings", settings(tmp_path, "[R205]\nlimits = { township = 700 }\n"))
    assert code == 0 and codes(told, "error", "warning") == ["R202"] and said == ["设置：R205 的限值（乡镇）改为700。"]


def test_a_rule_switched_off_is_silent_and_stands_in_every_output(desk, tmp_path):
    path, chosen = returned(desk, tmp_path, ODD), settings(tmp_path, OFF)
    assert codes(judge(path)[1], "warning") == ["R202"]
    _, told, said = judge(path, "--settings", chosen)
    assert told["state"] == "passed" and said == [TOLD_OFF]
    assert run("verify", path, "--settings", chosen).stdout.splitlines()[0] == TOLD_OFF
    assert run("verify", path, "--settings", chosen, "--lang", "en").stdout.startswith("Setting: R202 is switched off until 2999-12-31; reason: ")
    returned(desk, tmp_path, {}, name="B")
    result = run("consolidate", tmp_path / "in", "--roster", desk / "roster.csv", "--out", tmp_path / "sum.xlsx", "--settings", chosen)
    assert result.exit_code == 0 and TOLD_OFF in result.stdout
    book = openpyxl.load_workbook(tmp_path / "sum.xlsx")
    assert TOLD_OFF in " ".join(str(cell.value) for row in book["封面"].iter_rows() for cell in row if cell.value)


def test_a_builtin_code_can_be_switched_off_and_its_threshold_set(desk, tmp_path):
    path = returned(desk, tmp_path, {"t2.licensing.decisions": 60})
    chosen = settings(tmp_path, "[C122]\nlimits = { township = 50 }\n")
    assert "C122" in codes(judge(path, "--settings", chosen)[1])
    chosen = settings(tmp_path, '[C122]\nlimits = { township = 50 }\noff = "理由"\nuntil = 2999-01-01\n')
    assert "C122" not in codes(judge(path, "--settings", chosen)[1])


def test_an_expired_waiver_is_said_and_the_rule_checked(desk, tmp_path):
    path, chosen = returned(desk, tmp_path, ODD), settings(tmp_path, OFF.replace("2999-12-31", "2020-01-31"))
    _, told, said = judge(path, "--settings", chosen)
    assert codes(told, "warning") == ["R202"] and said == []
    (note,) = run("verify", path, "--settings", chosen).stderr.splitlines()
    assert note.startswith("settings.toml：R202 的停用已于2020-01-31到期，本次照常校验。")


class Later(date):
    """A day after every waiver."""

    @classmethod
    def today(cls):
        return cls(3000, 1, 1)


def test_a_workbooks_waiver_that_has_expired_since_is_checked_again(desk, tmp_path, monkeypatch):
    path = returned(desk, tmp_path, {**FEES, **ODD}, "set")
    monkeypatch.setattr(review, "date", Later)
    code, told, said = judge(path)
    assert code == 0 and sorted(codes(told, "error", "warning")) == ["R202", "R205"] and said == [TOLD_LIMIT]


BAD = {
    "unknown code": ("[r205]\nlimits = { township = 500 }\n", 1, "没有代码“r205”。您是不是要写“R205”？"),
    "letter for a digit": ("[R2O5]\nlimits = { township = 500 }\n", 1, "您是不是要写“R205”？"),
    "negative": ("[R205]\nlimits = { township = -1 }\n", 2, "R205 的限值（township）写了-1"),
    "no number": ('[R205]\nlimits = { township = "500" }\n', 2, "R205 的限值（township）写了500"),
    "not a number": ("[R205]\nlimits = { township = nan }\n", 2, "写了nan"),
    "endless": ("[R205]\nlimits = { township = inf }\n", 2, "写了inf"),
    "yes": ("[R205]\nlimits = { township = true }\n", 2, "写了True"),
    "unknown level": ("[R205]\nlimits = { townshp = 500 }\n", 2, "您是不是要写“township”？"),
    "no thresholds": ("[R205]\nlimits = 500\n", 2, "“limits”应为"),
    "a code without": ("\n[R301]\nlimits = { township = 500 }\n", 3, "R301 没有限值可设"),
    "unnamed": ("[Y131]\nlimits = { all = 8 }\n", 2, "Y131 有几个限值，请分别写明：ratio、least"),
    "unknown name": ("[Y131]\nlimits.ration = { all = 8 }\n", 2, "您是不是要写“ratio”？"),
    "no levels": ("[Y131]\nlimits = { ratio = 8, least = { all = 5 } }\n", 2, "“ratio”应为"),
    "no reason": ("[R202]\nuntil = 2999-12-31\n", 1, "停用 R202 须写明理由和期限"),
    "blank reason": ('[R202]\noff = " "\nuntil = 2999-12-31\n', 1, "停用 R202 须写明理由和期限"),
    "no until": ('[R202]\noff = "理由"\n', 1, "停用 R202 须写明理由和期限"),
    "until is a text": ('[R202]\noff = "理由"\nuntil = "2999-12-31"\n', 1, "停用 R202 须写明理由和期限"),
    "until is an hour": ('[R202]\noff = "理由"\nuntil = 2999-12-31T00:00:00\n', 1, "停用 R202 须写明理由和期限"),
    "computing rule": ('[R302]\noff = "理由"\nuntil = 2999-12-31\n', 1, "R302 不能停用"),
    "carrying rule": ('[Y102]\noff = "理由"\nuntil = 2999-12-31\n', 1, "Y102 不能停用"),
    "builtin error": ('[C101]\noff = "理由"\nuntil = 2999-12-31\n', 1, "C101 不能停用"),
    "unknown key": ("[R205]\nlimit = { township = 500 }\n", 2, "不认识的项“limit”"),
    "no table": ("R205 = 500\n", 1, "“R205”应为"),
    "no TOML": ("[R205]\nlimits = {\n", None, "settings.toml"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_settings_file_that_is_wrong_is_told_with_its_line(desk, tmp_path, name):
    text, line, problem = BAD[name]
    result = run("verify", desk / "plain", "--settings", settings(tmp_path, text))
    told = [one for one in result.stderr.splitlines() if not one.startswith("  ")]
    assert result.exit_code == 2 and result.stdout == "" and problem in told[0], told
    assert len(told) == (1 if line is None else 2), told
    if line:
        assert told[0].startswith(f"settings.toml 第{line}行"), told
        assert told[1].startswith("共1个问题")


def test_every_problem_is_told_and_nothing_issued(desk, tmp_path):
    chosen = settings(tmp_path, "[R2O5]\n[R205]\nlimits = { township = -1 }\n")
    result = run("generate", desk / "roster.csv", "--year", 2025, "--out", tmp_path / "out", "--settings", chosen)
    assert result.exit_code == 2 and "共2个问题" in result.stderr and not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_told(desk, tmp_path):
    for args in (("verify", desk / "plain"), ("consolidate", desk / "plain", "--roster", desk / "roster.csv", "--out", tmp_path / "s.xlsx")):
        result = run(*args, "--settings", tmp_path / "没有.toml")
        assert result.exit_code == 2 and len(result.stderr.splitlines()) == 2 and "没有.toml" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "5",
        "[[], [[]]]",
        '[[["R205","limit","township","x"]],[]]',
        '[[],[["R202","a","b"]]]',
        '[[["R205","limit","township","NaN"]],[]]',
        "[" * 100_000,
    ],
)
def test_settings_in_an_identity_that_are_none_of_ours_are_nothing(text):
    assert changes.unpacked(text) is None


def test_settings_come_back_from_an_identity_as_they_were(tmp_path):
    chosen = changes.load(settings(tmp_path, LIMIT + OFF + "[Y131]\nlimits.ratio = { all = 8.5 }\n"), date(2026, 1, 1), [])
    assert changes.unpacked(chosen.packed()) == chosen and json.loads(chosen.packed())
    assert changes.unpacked("") == changes.NONE
