"""verify as CSV, SARIF and JUnit XML: what each holds, and that nothing of a file can spoil it."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from clerks import fill, issue, run
from returned import build, number

from ogi_xlsx.form.findings import found
from ogi_xlsx.form.words import Sentence, plain
from ogi_xlsx.render import junit, sarif, table
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import Judged, verify

# The schema of the SARIF committee as Microsoft published it with its Python classes (sarif-om 1.0.4, MIT licence).
SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-rtm.4.json").read_text(encoding="utf-8"))
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", " =1", "<script>&\x1b[31m]]>", 'a,b"c\nd', "\u202e\udcff\ufffe"]


def unbalanced(name: str = "甲镇人民政府", path: str = "甲 镇.xlsx") -> Return:
    """A return whose column is one too few, which makes a negative difference."""
    returned = build("2021", {"t3.granted.natural_person": number(2), "t3.new_received.natural_person": number(1)})
    assert returned.identity
    returned.path = path
    returned.identity = replace(returned.identity, agency=Agency("001", name, "township"))
    return returned


def sound() -> Return:
    """A return with nothing to say about it."""
    people = {"cover.filler": "张三", "cover.phone": "0595-0000000", "cover.checker": "李四", "cover.head": "王五", "cover.date": "2022-01-12"}
    return build("2021", {"t3.granted.natural_person": number(2), "t3.new_received.natural_person": number(2)}, fields=people)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    unreadable = Return("坏.xlsx", findings=[found("S103", reason="压缩目录读不出")])
    return verify([unbalanced(), sound(), unreadable], engine="native")


def lines(judged: list[Judged], lang: str = "zh") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.verify(judged, lang), newline="")))


def test_csv_has_a_line_a_finding_and_one_for_a_return_without_any(judged):
    told = lines(judged)
    assert [(line["文件"], line["状态"]) for line in told if not line["规则代码"]] == [("甲镇.xlsx", "通过")]
    assert [(line["规则代码"], line["单位名称"]) for line in told if line["文件"] == "坏.xlsx"] == [("S103", "")]
    assert len(told) == sum(len(one.findings) or 1 for one in judged)
    assert table.verify(judged, "zh").count("\r\n") == table.verify(judged, "zh").count("\n") == len(told) + 1
    assert list(lines(judged, "en")[0])[:5] == ["File", "Agency code", "Agency", "Year", "State"]


def test_csv_keeps_negative_numbers_numbers(judged):
    (line,) = [line for line in lines(judged) if line["规则代码"] == "R301"]
    assert (line["工作表"], line["左边"], line["右边"], line["相差"]) == ("表三", "1", "2", "-1")
    assert Decimal(line["相差"]) == -1


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_no_text_of_a_file_is_a_formula_in_csv(name):
    returned = unbalanced(name, path=name)
    returned.findings.append(replace(found("S103", reason="压缩目录读不出"), message=Sentence(name, name), explanation=name, sheet="=1", cell="+2"))
    for line in lines(verify([returned], engine="native")):
        text = {column: cell for column, cell in line.items() if column not in ("左边", "右边", "相差")}
        assert not [cell for cell in text.values() if cell.strip()[:1] in set("=+-@＝＋－＠")]
        assert line["单位名称"].removeprefix("'") == plain(name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sarif_fits_its_schema(judged, lang):
    told = json.loads(sarif.verify(judged, lang))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(told)
    (run_,) = told["runs"]
    for result in run_["results"]:
        rule = run_["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"] and rule["help"]["text"]
    (translation,) = run_["translations"]
    assert [rule["id"] for rule in translation["rules"]] == [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    assert {run_["language"], translation["language"]} == {"zh-CN", "en"}


def test_sarif_tells_place_level_and_numbers(judged):
    (run_,) = json.loads(sarif.verify(judged, "zh"))["runs"]
    (result,) = [result for result in run_["results"] if result["ruleId"] == "R301"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "%E7%94%B2%20%E9%95%87.xlsx"
    assert location["logicalLocations"] == [{"name": "D7", "fullyQualifiedName": "表三!D7", "kind": "cell"}]
    assert result["level"] == "error" and result["properties"]["difference"] == "-1"
    assert run_["artifacts"][0]["hashes"] == {"sha-256": "0" * 64} and "hashes" not in run_["artifacts"][2]


def test_sarif_recognises_a_finding_in_a_file_of_another_name_and_with_other_numbers():
    def prints(returned: Return) -> dict[str, str]:
        (run_,) = json.loads(sarif.verify(verify([returned], engine="native"), "zh"))["runs"]
        return {result["ruleId"]: result["partialFingerprints"]["ogi-xlsx/finding/1"] for result in run_["results"]}

    before, after = unbalanced(), unbalanced(path="改.xlsx")
    after.readings["t3.granted.natural_person"] = number(7)
    assert prints(before)["R301"] == prints(after)["R301"]
    assert len(set(prints(before).values())) == len(prints(before))


def test_sarif_names_a_file_below_the_working_folder_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    uris = {}
    for path in (str(tmp_path / "收" / "a:b #1.xlsx"), "a:b.xlsx", "/elsewhere/甲.xlsx", "半\ud83c.xlsx", "/elsewhere/半\ud83c.xlsx"):
        (run_,) = json.loads(sarif.verify([Judged(Return(path, findings=[found("S103", reason="压缩目录读不出")]))], "zh"))["runs"]
        uris[path] = run_["artifacts"][0]["location"]["uri"]
    assert list(uris.values()) == [
        "%E6%94%B6/a%3Ab%20%231.xlsx",
        "a%3Ab.xlsx",
        "file:///elsewhere/%E7%94%B2.xlsx",
        "%E5%8D%8A%3F.xlsx",
        "file:///elsewhere/%E5%8D%8A%3F.xlsx",
    ]


def test_sarif_suppresses_what_is_explained_with_the_reason():
    returned = sound()
    returned.findings.append(replace(found("C201", names="填表人"), severity="warning", explanation="上年未办结的转入"))
    (run_,) = json.loads(sarif.verify(verify([returned], engine="native"), "zh"))["runs"]
    (result,) = [result for result in run_["results"] if result["ruleId"] == "C201"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "上年未办结的转入"}]


def test_junit_has_a_suite_a_return_and_fails_for_errors_alone(judged):
    root = ElementTree.fromstring(junit.verify(judged, "zh"))
    wrong, right, bad = root.findall("testsuite")
    assert (wrong.get("failures"), right.get("failures"), bad.get("failures"), bad.get("errors")) == ("1", "0", "0", "1")
    assert (right.get("tests"), [case.get("name") for case in right]) == ("1", ["通过"])
    (case,) = [case for case in wrong if case.get("name") == "R301 表三!D7"]
    assert "相差1" in case.find("failure").get("message") and case.get("classname") == "甲镇人民政府"


def test_junit_skips_an_open_warning_passes_one_that_is_explained_and_names_cases_apart():
    returned = sound()
    warning = replace(found("C201", names="填表人"), severity="warning")
    returned.findings += [warning, replace(warning, explanation="上年未办结的转入")]
    (suite,) = ElementTree.fromstring(junit.verify(verify([returned], engine="native"), "zh"))
    assert [(case.get("name"), case[0].tag) for case in suite] == [("C201", "skipped"), ("C201 (2)", "system-out")]
    assert suite.get("skipped") == "1" and "上年未办结的转入" in suite[1][0].text


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_junit_is_well_formed_whatever_a_file_holds(name):
    returned = unbalanced(name, path=name)
    returned.findings.append(replace(found("S103", reason="压缩目录读不出"), message=Sentence(name, name), sheet=name))
    text = junit.verify(verify([returned], engine="native"), "zh")
    (suite,) = ElementTree.fromstring(text.encode("utf-8"))
    assert suite.find("testcase") is not None and not {"\x1b", "\u202e", "\ufffe"} & set(text)


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_sarif_fits_its_schema_whatever_a_file_holds(name):
    told = json.loads(sarif.verify(verify([unbalanced(name, path=name)], engine="native"), "en"))
    jsonschema.Draft4Validator(SCHEMA).validate(told)


@pytest.mark.parametrize("form", ["csv", "html", "sarif", "junit", "json"])
def test_files_are_utf8_and_only_csv_has_a_mark(tmp_path, form):
    path = fill(issue(tmp_path)[0], {})
    out = tmp_path / f"out.{form}"
    assert run("verify", path, "--format", form, "--output", out).exit_code == 0
    content = out.read_bytes()
    assert "封面" in content.decode("utf-8") and content.startswith(b"\xef\xbb\xbf") == (form == "csv")
    if form == "csv":
        assert b"\r\r" not in content and content.count(b"\r\n") == content.count(b"\n")
    assert run("verify", path, "--format", form, "--output", out).exit_code == 2  # never overwritten unasked
