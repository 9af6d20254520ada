"""Likely causes: what is named, what is not, and that every failed check is told once. The cases stand in `data/causes.toml`."""

import random
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import returned
from balanced import OFFICIAL, records
from hypothesis import given, settings, strategies as st

from ogi_xlsx.form.checks import FAILED, PASSED, Checks
from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.layout import Layout, Variant, layout_of
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.review import hints, search, slips
from ogi_xlsx.review.verify import verify

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "data" / "causes.toml").read_text(encoding="utf-8"))["case"]
CODES = [code for code in catalogue() if code.startswith("R9")]


def causes_of(layout: Layout, typed: dict[str, Decimal | None], prior: dict[str, Decimal] | None = None) -> list[hints.Cause]:
    """The causes of a return with these numbers; advice that fails beside them stands alone."""
    values = layout.checks.complete(typed)
    outcomes = {check.id: check.outcome(values) for check in layout.checks.checks}
    failed, passed = ([check for check in layout.checks.checks if outcomes[check.id] == one] for one in (FAILED, PASSED))
    found = hints.causes(failed, passed, layout, values, prior)
    assert sorted(check.id for cause in found for check in (cause.check, *cause.others)) == sorted(check.id for check in failed)
    for cause in found:
        told = hints.hint(cause, layout, values)
        assert (told is None) == (not cause.slips)
        assert told is None or ("可能" in told.zh and told.zh.endswith("请核实原始资料。") and "ossib" in told.en)
    return [cause for cause in found if cause.check.rule.severity == "error"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["should"].replace(" ", "_"))
def test_a_slip_is_named_as_its_case_says(case: dict[str, Any]) -> None:
    judged = verify([returned.build(case.get("edition", "2021"), returned.cells_of(case["cells"]), typed_totals=case.get("totals") != "computed")], "native")[0]
    layout = judged.returned.layout
    assert layout
    prior = {key: reading.value for key, reading in returned.cells_of(case.get("prior", "")).items() if reading.value is not None}
    found = causes_of(layout, {key: judged.values[key] for key in layout.checks.typed_keys}, prior)
    named = [sorted(" ".join([slip.code, *(key for key, _ in slip.changes)]) for slip in cause.slips) for cause in found]
    assert sorted(named) == sorted(sorted(cause) for cause in case["causes"])
    if "zh" in case:
        assert [hints.hint(cause, layout, judged.values) for cause in found] == [Sentence(case["zh"], case["en"])]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_named_by_a_case_in_both_languages(code: str) -> None:
    assert any("zh" in case and [one.split()[0] for cause in case["causes"] for one in cause] == [code] for case in CASES)


def test_the_codes_are_those_that_slips_have() -> None:
    named = {slips.WRONG, slips.SHIFTED, slips.TRANSPOSED, slips.TENFOLD, slips.YUAN, slips.JOINED, slips.LAST_YEAR, slips.TOTAL, slips.DIGIT}
    assert named == set(CODES)


def damaged(record: dict[str, Decimal], checks: Checks, chance: random.Random, cells: int) -> dict[str, Decimal | None]:
    """A record with some cells changed, some of them blank."""
    typed: dict[str, Decimal | None] = {key: record[key] for key in checks.typed_keys}
    for key in chance.sample(checks.typed_keys, min(cells, len(typed))):
        typed[key] = chance.choice((None, Decimal(chance.randrange(10)), Decimal(chance.randrange(1000)), Decimal("0.5")))
    return typed


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("typed_totals", [False, True])
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_whatever_a_return_holds_every_failed_check_is_told_once(name: str, typed_totals: bool, data: st.DataObject) -> None:
    layout = layout_of(returned.edition_named(name), Variant("township", typed_totals))
    record, chance = dict(data.draw(records(name))), data.draw(st.randoms(use_true_random=False))
    typed = damaged(record, layout.checks, chance, data.draw(st.sampled_from([1, 2, 3, 10, 200])))
    causes_of(layout, typed, {key: Decimal(chance.randrange(9)) for key in layout.edition.spots})


def failing(checks: Checks, typed: Mapping[str, Decimal]) -> set[str]:
    """The identities of tables 3 and 4 that fail."""
    values = checks.complete(typed)
    return {check.id for check in checks.checks if search.is_identity(check) and check.outcome(values) == FAILED}


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_what_a_slip_says_would_mend_its_checks_and_break_none(name: str, data: st.DataObject) -> None:
    layout, computed = (layout_of(returned.edition_named(name), Variant("township", typed_totals)) for typed_totals in (True, False))
    record = dict(data.draw(records(name)))
    key = data.draw(st.sampled_from([key for key in layout.checks.typed_keys if key[:2] in ("t3", "t4")]))
    typed = {one: record[one] for one in layout.checks.typed_keys} | {key: record[key] + data.draw(st.integers(1, 500))}
    before = failing(layout.checks, typed)
    for slip in (slip for cause in causes_of(layout, dict(typed)) for slip in cause.slips):
        mended = typed | {one: typed[one] + change for one, change in slip.changes}
        then, now = (computed.checks.complete({one: numbers[one] for one in computed.checks.typed_keys}) for numbers in (mended, typed))
        redone = mended | {total: mended[total] + (then[total] or 0) - (now[total] or 0) for total in computed.checks.totals}
        assert any(failing(layout.checks, numbers) <= before - slip.mends for numbers in (mended, redone))


@pytest.mark.parametrize("name", OFFICIAL)
def test_one_wrong_cell_of_table_3_is_named_whatever_it_holds(name: str) -> None:
    layout = layout_of(returned.edition_named(name), Variant("township", True))
    for key in (key for key in layout.checks.typed_keys if key.startswith("t3")):
        typed: dict[str, Decimal | None] = {one: Decimal(0) for one in layout.checks.typed_keys}
        (cause,) = causes_of(layout, typed | {key: Decimal(417)})
        assert cause.key == key
