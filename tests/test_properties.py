"""What holds for every record and every cell: properties, over drawn examples."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
import returned
from balanced import OFFICIAL, Values, records
from hypothesis import given, settings, strategies as st

from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.checks import COVER_NUMBERS, FAILED, NOT_APPLICABLE, PASSED, PENDING, Bound, Check
from ogi_xlsx.form.layout import Layout, Showing, Variant, layout_of
from ogi_xlsx.form.layout.formulas import rectangles
from ogi_xlsx.returns.record import number_reading, text_reading

EVERY = (*OFFICIAL, "every-feature", "minimal")
COVER: Values = dict.fromkeys(COVER_NUMBERS, Decimal(0))
HOLDS = {"=": "__eq__", "<>": "__ne__", "<=": "__le__", ">=": "__ge__", "<": "__lt__", ">": "__gt__"}
few = settings(max_examples=25, deadline=None)
many = settings(max_examples=200, deadline=None)


def effect(check: Check, key: str, total_of: dict[str, set[str]]) -> Decimal:
    """By how much left minus right of a check grows when a typed cell grows by 1. `total_of`: typed cells under each total."""
    sides = ((check.relation.left, 1), (check.relation.right, -1))
    return sum((part.factor * sign for parts, sign in sides for part in parts for k in part.keys if key in total_of.get(k, {k})), Decimal(0))


@few
@pytest.mark.parametrize("typed_totals", [False, True])
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_adding_1_to_a_cell_breaks_exactly_the_checks_that_read_it(name: str, typed_totals: bool, data: st.DataObject) -> None:
    checks = checks_of(returned.edition_named(name), "township", typed_totals)
    record = {**data.draw(records(name)), **COVER}
    key = data.draw(st.sampled_from(checks.typed_keys))
    completed = checks.complete({k: record[k] + (k == key) for k in checks.typed_keys})
    raised = {**{k: value for k, value in completed.items() if value is not None}, **COVER}
    under = {total: set(checks.typed_under((total,))) for total in checks.totals}
    for check in checks.checks:
        if check.prior_keys:
            assert check.outcome(raised) == NOT_APPLICABLE, check.id
            continue
        assert check.rule.severity != "error" or check.outcome(record) == PASSED, check.id
        holds = _holds(check.relation, _difference(check.relation, record) + effect(check, key, under))
        asked = all(_holds(condition, _difference(condition, raised)) for condition in check.when)
        assert check.outcome(raised) == (NOT_APPLICABLE if not asked else PASSED if holds else FAILED), check.id
        assert key in checks.typed_under(check.keys) or check.outcome(raised) == check.outcome(record), check.id


@few
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_a_blank_makes_exactly_the_checks_that_read_it_wait(name: str, data: st.DataObject) -> None:
    checks = checks_of(returned.edition_named(name), "township", False)
    record = data.draw(records(name))
    key = data.draw(st.sampled_from(checks.typed_keys))
    blank = {**checks.complete({k: None if k == key else record[k] for k in checks.typed_keys}), **COVER}
    reading = {c.id for c in checks.checks if key in checks.typed_under(c.keys) and not c.prior_keys}
    assert {c.id for c in checks.checks if c.outcome(blank) == PENDING} == reading


@few
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_a_sum_of_records_passes_what_each_of_them_passes(name: str, data: st.DataObject) -> None:
    checks = checks_of(returned.edition_named(name), "township", True)
    drawn = [dict(record) for record in data.draw(st.lists(records(name), min_size=2, max_size=4))]
    for record in drawn:
        key = data.draw(st.sampled_from(checks.typed_keys))
        record[key] += data.draw(st.integers(0, 3))
    for check in checks.checks:
        if check.when or any(not part.keys and part.factor for part in check.relation.parts):
            continue
        passing = [record for record in drawn if check.outcome(record) == PASSED]
        summed = {key: sum((record[key] for record in passing), Decimal(0)) for key in checks.typed_keys}
        assert not passing or check.outcome(summed) == PASSED, check.id


def assert_shown(layout: Layout, typed: Mapping[str, int | None], zero: frozenset[str]) -> None:
    """Hold what 校验 shows against the outcome of each check. `typed`: numbers as typed, None for a blank."""
    showing = Showing(layout.edition, layout.checks, {key: Decimal(value) for key, value in typed.items() if value is not None}, zero)
    declared = {key: 0 if value is None and layout.edition.spots[key].table.id in zero else value for key, value in typed.items()}
    values = {**layout.checks.complete({key: None if value is None else Decimal(value) for key, value in declared.items()}), **COVER}
    signs = {PASSED: "√", PENDING: "？", NOT_APPLICABLE: "－"}
    for check in (line.check for line in layout.lines):
        failed = {"error": "×", "warning": "！", "note": "－"}[check.rule.severity]
        assert showing.outcome(check)[0] == signs.get(check.outcome(values), failed), check.id


@few
@pytest.mark.parametrize("typed_totals", [False, True])
@pytest.mark.parametrize("name", EVERY)
@given(st.data())
def test_the_workbook_shows_the_verdict_of_the_arithmetic(name: str, typed_totals: bool, data: st.DataObject) -> None:
    layout = layout_of(returned.edition_named(name), Variant("township", typed_totals))
    numbers = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 200))
    typed = (
        {key: data.draw(numbers) for key in layout.checks.typed_keys} if len(layout.checks.typed_keys) < 30 else _mostly_zero(data, layout.checks.typed_keys)
    )
    zero = frozenset(data.draw(st.sets(st.sampled_from([table.id for table in layout.edition.tables]))))
    assert_shown(layout, typed, zero)


@pytest.mark.parametrize("blank", ["t1.received.persons", "t1.carried_in.bodies", "t1.handled.bodies"])
def test_the_workbook_shows_a_blank_beside_a_false_condition_as_the_arithmetic_tells_it(blank: str) -> None:
    layout = layout_of(returned.edition_named("every-feature"), Variant("township"))
    assert_shown(layout, {key: None if key == blank else 0 for key in layout.checks.typed_keys}, frozenset())


@many
@given(st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_ranges_cover_exactly_their_cells(cells: set[tuple[int, int]]) -> None:
    covered = [
        (row, col)
        for first, left, last, right in rectangles([(row, col, row, col) for row, col in cells])
        for row in range(first, last + 1)
        for col in range(left, right + 1)
    ]
    assert sorted(covered) == sorted(cells)


@many
@given(st.one_of(st.floats(), st.integers()), st.sampled_from(["count", "signed", "money", "signed_money"]))
def test_a_number_is_taken_as_it_is_or_refused(value: float, kind: str) -> None:
    reading = number_reading(value, kind)
    assert (reading.value is None) == bool(reading.code)
    assert reading.value is None or (float(reading.value) == value and (kind.startswith("signed") or reading.value >= 0))


@many
@given(st.text())
def test_a_text_is_never_a_number(text: str) -> None:
    reading = text_reading(text)
    assert reading.value is None
    assert reading.code and reading.shown


def _difference(bound: Bound, values: Values) -> Decimal:
    """Left minus right, added up anew."""
    sides = ((bound.left, 1), (bound.right, -1))
    return sum((part.factor * sign * (sum(values[key] for key in part.keys) if part.keys else 1) for parts, sign in sides for part in parts), Decimal(0))


def _holds(bound: Bound, difference: Decimal) -> bool:
    """Whether a relation holds for left minus right."""
    return bool(getattr(difference, HOLDS[bound.operator])(Decimal(0)))


def _mostly_zero(data: st.DataObject, keys: list[str]) -> dict[str, int | None]:
    """Numbers of a large form: 0 in most cells, a few other numbers and blanks."""
    odd = data.draw(st.dictionaries(st.sampled_from(keys), st.one_of(st.none(), st.integers(0, 5)), max_size=12))
    return dict.fromkeys(keys, 0) | odd
