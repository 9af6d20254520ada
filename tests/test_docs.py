"""Documents and code say the same: generated pages, the README's output, links, examples."""

import csv
import importlib.util
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from clerks import run

from ogi_xlsx.cli import main
from ogi_xlsx.county import prior, roster
from ogi_xlsx.form import edition as editions, settings
from ogi_xlsx.form.findings import catalogue

ROOT = Path(__file__).resolve().parents[1]
# Codes that the catalogue of checks has no name for.
OURS = {
    **dict.fromkeys(("R903", "R904", "R905", "R906", "R907", "R908", "R909"), "likely causes beside those of the catalogue"),
    **dict.fromkeys(("H206", "H207"), "parts that cannot be read, or only count as they stand"),
    **dict.fromkeys(("H301", "H302", "H303", "H304", "H305"), "a summary of ours line by line, where the catalogue knows sums"),
}
_spec = importlib.util.spec_from_file_location("docs_pages", ROOT / "scripts" / "docs.py")
docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(docs)


@pytest.mark.parametrize("name", docs.pages())
def test_generated_page_is_what_the_code_says(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == docs.pages()[name], "run `make docs`"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "ogi-demo"
    result = run("demo", folder)
    assert result.exit_code == 0
    assert (folder / "汇总" / "汇总表.xlsx").exists()
    return result.stdout.replace(str(folder), "ogi-demo")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_shows_real_output(told, readme):
    (block,) = re.findall(r"```text\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.S)
    missing = [line for line in block.splitlines() if line.strip() and line not in told]
    assert not missing


def test_demo_tells_a_summary_that_passes(told):
    assert "再校验一次：待核实" in told and "【须改正】" in told


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def named_tests(page: Path) -> list[tuple[str, str]]:
    """File and name of each test that a page names."""
    return re.findall(r"`(tests/\w+\.py)::(\w+)`", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_tests_that_a_page_names_are_there(page):
    for file, name in named_tests(page):
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), f"{file}::{name}"


def test_every_threat_has_a_test_beside_it():
    lines = (
        (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("## Threat by threat")[2].partition("## What a dishonest body")[0].splitlines()
    )
    rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| threat", "| ---"))]
    assert len(rows) > 20
    assert [line.split("|")[1].strip() for line in rows if "::" not in line] == []


def test_readmes_name_every_command_that_a_round_needs():
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert all(f"ogi-xlsx {name}" in text for name in ("generate", "verify", "consolidate", "demo"))
        assert set(re.findall(r"ogi-xlsx ([a-z]+)", text)) <= set(main.commands)


def test_every_command_and_option_has_help_in_both_languages():
    for name, command in main.commands.items():
        assert command.help and re.search("[\u4e00-\u9fff]", command.help) and re.search("[A-Za-z]{4}", command.help), name
        for option in command.params:
            if option.param_type_name == "option" and option.name != "help":
                assert option.help and re.search("[\u4e00-\u9fff]", option.help) and re.search("[A-Z][a-z]", option.help), (name, option.name)


def test_every_dependency_has_its_reason_beside_it():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    for dependency in project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]:
        lines = [line for line in text.splitlines() if line.strip().startswith(f'"{dependency}"')]
        assert lines and all(re.search(r"#\s+\S", line) for line in lines), dependency


def test_example_figures_use_keys_of_their_edition_and_say_their_origin():
    folder = ROOT / "examples" / "jinjiang"
    entries = roster.load(folder / "roster.csv")
    assert len(entries) == 19
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            assert line["key"] in editions.load(line["edition"]).spots or line["key"].startswith("zero.")
            assert line["origin"] == ("published" if line["agency"] == "JJ01" else "synthetic")


@pytest.mark.parametrize("code", ["R301", "r201", "C104", "S204"])
def test_rules_explains_a_code_in_both_languages(code):
    for lang, word in (("zh", "怎么办："), ("en", "What to do: ")):
        result = run("rules", code, "--lang", lang)
        assert result.exit_code == 0 and word in result.stdout and code.upper() in result.stdout


def test_rules_lists_every_rule_and_refuses_an_unknown_one():
    listed = run("rules", "--edition", "2019").stdout
    assert all(rule.code in listed for rule in editions.load("2019").rules)
    assert run("rules", "R999").exit_code == 2


def test_edition_command_shows_an_edition():
    result = run("edition", "2021")
    assert result.exit_code == 0 and "表三" in result.stdout and "R301" in result.stdout
    assert run("edition", "nowhere.toml").exit_code == 2


def test_example_of_settings_loads_whole(tmp_path):
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "设置.toml").write_text(block, encoding="utf-8")
    notes = []
    chosen = settings.load(tmp_path / "设置.toml", date(2026, 1, 1), notes)
    assert notes == []
    assert {code for code, *_ in (*chosen.limits, *chosen.off)} == set(tomllib.loads(block))


def test_example_of_last_years_records_loads(tmp_path):
    (block,) = re.findall(r"```csv\n(.*?)```", (ROOT / "docs" / "years.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "records.csv").write_text(block, encoding="utf-8")
    assert prior.load(tmp_path / "records.csv").own


def test_settings_page_names_all_rules_that_cannot_be_switched_off():
    (line,) = [line for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines() if line.startswith("- 表内自动计算")]
    fixed = {rule.code for id_ in editions.available() for rule in editions.load(id_).rules if rule.computes or rule.carries}
    assert set(re.findall(r"[A-Z]\d{3}", line)) == fixed


def test_code_page_names_every_module_in_its_folder():
    (block,) = re.findall(r"```text\n(.*?)```", (ROOT / "docs" / "code.md").read_text(encoding="utf-8"), re.S)
    folders = {part.split("/", 2)[1].split(maxsplit=1)[0]: part for part in re.split(r"\n(?=\S)", block)}
    lacking = []
    for path in sorted((ROOT / "ogi_xlsx").rglob("*.py")):
        top = path.relative_to(ROOT / "ogi_xlsx").parts[0]
        if not path.name.startswith("__") and not re.search(rf"\b{path.stem}\b", folders.get(top, "")):
            lacking.append(str(path))
    assert lacking == []


def test_names_page_has_codes_that_exist_and_all_codes_of_the_catalogue():
    lines = (ROOT / "docs" / "names.md").read_text(encoding="utf-8").splitlines()
    told = {code for line in lines if line.startswith("| `") for code in re.findall(r"\b[A-Z]\d{3}\b", line)}
    known = {rule.code for id_ in editions.available() for rule in editions.load(id_).rules} | set(catalogue())
    assert told <= known
    assert {code for code in known if code[0] in "RXYNH"} - told == set(OURS)
