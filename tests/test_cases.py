"""Each rule by its cases: `cases/` holds one file a rule, with returns that pass, fail and wait, and what is said of them.

A case mentions the cells that matter. It names the outcome of checks (`absent` where the rule does not ask this level)
and every finding, in sheet order; of a finding only what is written there is compared. Messages may differ by edition.
Notes of other rules may be left out: most returns here have no request, which is noted.
`prior` are last year's numbers, 0 where not mentioned; without it last year is not known. `locked` are those that the
workbook was issued with. A file named after a built-in code has cases that raise it and cases that do not.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import returned

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import EVERY, NOTE, Finding, catalogue
from ogi_xlsx.review.verify import Judged, verify

FOLDER = Path(__file__).parent / "cases"
TOLD = {"code", "cell", "left", "right", "difference", "zh", "hint"}  # what at least one failing case of a rule must say


@dataclass(frozen=True)
class Case:
    """A case of a file for one edition."""

    file: str
    edition: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}-{self.edition}-{self.content['should'].replace(' ', '_')}"

    @property
    def outcomes(self) -> dict[str, str]:
        """Expected outcome by check."""
        return self.content.get("outcomes", {})

    def judged(self) -> Judged:
        """The verdict on the case's return."""
        options = {key: self.content[key] for key in ("level", "year", "zero", "fields", "locked") if key in self.content}
        cells = returned.cells_of(self.content.get("cells", ""))
        typed = self.content.get("totals") == "typed"
        last = None
        if "prior" in self.content:
            last = returned.last_year(self.content.get("prior_edition", self.edition), self.content["prior"])
        return verify([returned.build(self.edition, cells, typed_totals=typed, **options)], last_year=lambda _: last)[0]


def every_case() -> list[Case]:
    """The cases of all files, one for each edition they are told of."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [Case(path.stem, edition, case) for case in file["case"] for edition in case.get("editions", file["editions"])]
    return found


CASES = every_case()
RULES = [(id, rule.code) for id in editions.available() for rule in editions.load(id).rules]


def shown(finding: Finding) -> dict[str, str]:
    """A finding as case files write it."""
    numbers = {"left": finding.left, "right": finding.right, "difference": finding.difference, "explanation": finding.explanation}
    texts = {"code": finding.code, "severity": finding.severity, "cell": f"{finding.sheet}!{finding.cell}", "zh": finding.message.zh, "en": finding.message.en}
    return {key: value or "" for key, value in (texts | numbers | {"hint": finding.hint.zh if finding.hint else ""}).items()}


def place(judged: Judged, finding: Finding) -> tuple[int, int, str]:
    """Where a finding stands: sheet, row and column."""
    assert judged.returned.layout
    sheets = list(judged.returned.layout.sheets)
    column, row = re.fullmatch(r"([A-Z]*)(\d*)", finding.cell).groups()  # type: ignore[union-attr]
    return sheets.index(finding.sheet), int(row or 0), column


def expected(finding: dict[str, Any], edition: str) -> dict[str, str]:
    """A finding as a case file writes it, for one edition."""
    return {key: value[edition] if isinstance(value, dict) else value for key, value in finding.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_return_is_judged_as_its_case_says(case: Case) -> None:
    judged = case.judged()
    assert {id: judged.outcomes.get(id, "absent") for id in case.outcomes} == case.outcomes
    wanted = [expected(finding, case.edition) for finding in case.content.get("finding", [])]
    expects = {case.file, *(finding["code"] for finding in wanted)}
    findings = [finding for finding in judged.findings if finding.severity != NOTE or finding.code in expects]
    told = [shown(finding) for finding in sorted(findings, key=lambda finding: place(judged, finding))]
    named = [{key: one[key] for key in want} for one, want in zip(told, wanted, strict=False)]
    assert (named, [one["code"] for one in told[len(wanted) :]]) == (wanted, [])
    assert not any(re.search(r"[{}]|None|E[+-]", one["zh"] + one["en"] + one["hint"]) for one in told)
    assert judged.state == case.content.get("state", "failed" if wanted else judged.state)


def test_findings_of_one_severity_stand_in_sheet_order() -> None:
    cells = """
    t2.regulations          issued_this_year 1
    t2.normative_documents  issued_this_year 1
    t3.new_received   natural_person 3  total 3
    t3.granted        natural_person 4  total 3
    t3.handled_total  natural_person 3  total 3
    t3.carried_out    business 1
    t4.review         total 1
    """
    findings = verify([returned.build("2021", returned.cells_of(cells), typed_totals=True)])[0].findings
    assert [(finding.severity, finding.code) for finding in findings] == [
        *(("error", code) for code in ("R201", "R303", "R301", "R401")),
        *(("warning", code) for code in ("R203", "R203")),
    ]


@pytest.mark.parametrize(("edition", "code"), RULES)
def test_every_rule_has_cases_that_pass_fail_and_wait(edition: str, code: str) -> None:
    rule = next(rule for rule in editions.load(edition).rules if rule.code == code)
    mine = [case for case in CASES if case.file == code and case.edition == edition]
    outcomes = {outcome for case in mine for id, outcome in case.outcomes.items() if id.split("@")[0] == code}
    some = rule.levels or (rule.limits and EVERY not in rule.limits)  # not asked of every level
    assert outcomes >= {"passed", "failed", "pending"} | ({"absent"} if some else set())


@pytest.mark.parametrize(("edition", "code"), RULES)
def test_every_rule_has_a_failing_case_with_its_sentence_numbers_and_hint(edition: str, code: str) -> None:
    findings = [finding for case in CASES if (case.file, case.edition) == (code, edition) for finding in case.content.get("finding", [])]
    assert any(finding["code"] == code and set(finding) >= TOLD for finding in findings)


@pytest.mark.parametrize("code", sorted({case.file for case in CASES} & set(catalogue())))
def test_a_built_in_code_has_cases_that_raise_it_with_both_sentences_and_cases_that_do_not(code: str) -> None:
    told = [[finding for finding in case.content.get("finding", []) if finding["code"] == code] for case in CASES if case.file == code]
    assert sum(not findings for findings in told) >= 2, "one that passes, one that is not asked"
    assert any({"cell", "severity", "zh", "en"} <= set(finding) for findings in told for finding in findings)


def test_every_case_file_is_of_a_rule_or_says_what_it_is_about() -> None:
    codes = {code for _, code in RULES} | set(catalogue())
    assert {case.file for case in CASES} - codes == {"every-feature", "one-cause", "explanations"}
