"""What holds for every record and every cell: properties, over drawn examples."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
import returned
from balanced import OFFICIAL, Values, records
from hypothesis import given, settings, strategies as st

from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.checks import FAILED, NOT_APPLICABLE, PASSED, PENDING, Check
from ogi_xlsx.form.layout import Layout, Showing, Variant, layout_of
from ogi_xlsx.form.layout.formulas import rectangles
from ogi_xlsx.returns.record import number_reading, text_reading

EVERY = (*OFFICIAL, "every-feature", "minimal")
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
    record = data.draw(records(name))
    key = data.draw(st.sampled_from(checks.typed_keys))
    raised = checks.complete({k: record[k] + (k == key) for k in checks.typed_keys})
    under = {total: set(checks.typed_under((total,))) for total in checks.totals}
    for check in checks.checks:
        assert check.outcome(record) == PASSED, check.id
        change = effect(check, key, under)
        reads = key in checks.typed_under(check.keys)
        tight = _difference(check, record) == 0
        breaks = reads and (check.relation.operator == "=" or (tight and change < 0))
        assert check.outcome(raised) == (FAILED if breaks else PASSED), check.id


@few
@pytest.mark.parametrize("name", OFFICIAL)
@given(st.data())
def test_a_blank_makes_exactly_the_checks_that_read_it_wait(name: str, data: st.DataObject) -> None:
    checks = checks_of(returned.edition_named(name), "township", False)
    record = data.draw(records(name))
    key = data.draw(st.sampled_from(checks.typed_keys))
    blank = checks.complete({k: None if k == key else record[k] for k in checks.typed_keys})
    assert {c.id for c in checks.checks if c.outcome(blank) == PENDING} == {c.id for c in checks.checks if key in checks.typed_under(c.keys)}


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
        assert check.outcome(summed) == PASSED, check.id


def assert_shown(layout: Layout, typed: Mapping[str, int | None], zero: frozenset[str]) -> None:
    """Hold what 校验 shows against the outcome of each check. `typed`: numbers as typed, None for a blank."""
    showing = Showing(layout.edition, layout.checks, {key: Decimal(value) for key, value in typed.items() if value is not None}, zero)
    declared = {key: 0 if value is None and layout.edition.spots[key].table.id in zero else value for key, value in typed.items()}
    values = layout.checks.complete({key: None if value is None else Decimal(value) for key, value in declared.items()})
    signs = {PASSED: "√", PENDING: "？", NOT_APPLICABLE: "－"}
    for check in layout.checks.checks:
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


def _difference(check: Check, values: Values) -> Decimal:
    """Left minus right, added up anew."""
    sides = ((check.relation.left, 1), (check.relation.right, -1))
    return sum((part.factor * sign * (sum(values[key] for key in part.keys) if part.keys else 1) for parts, sign in sides for part in parts), Decimal(0))


def _mostly_zero(data: st.DataObject, keys: list[str]) -> dict[str, int | None]:
    """Numbers of a large form: 0 in most cells, a few other numbers and blanks."""
    odd = data.draw(st.dictionaries(st.sampled_from(keys), st.one_of(st.none(), st.integers(0, 5)), max_size=12))
    return dict.fromkeys(keys, 0) | odd
