"""The office oracle: LibreOffice computes our workbooks anew and must reach the verdict of verify on every check.

Each workbook of `office_cases`, and summaries, are judged by verify and computed by LibreOffice at the same time.
"""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import product
from pathlib import Path

import office
import pytest
from office_cases import ADJUSTED, FORMS, SUMMARIES, cases, form_of, paths, rules_known, write
from office_verdicts import CHECKS, EXPLAINED, FAILS, HOLDS, IDLE, NOTED, PRINT, QUERIED, STALE, WAITS, Seen, differing, to_explain

from ogi_xlsx.form.checks import FAILED, PASSED, total
from ogi_xlsx.form.layout import Showing
from ogi_xlsx.returns import reader
from ogi_xlsx.review.verify import FAILED_STATE, PASSED_STATE, PENDING_STATE, QUERY, Judged, verify

pytestmark = pytest.mark.skipif(not office.SOFFICE, reason=office.MISSING)

NAMES = [*cases(), *SUMMARIES, *ADJUSTED]
TRAVELLERS = [
    *("sound: 2019 city, totals computed", "explained: 2021 city, totals computed", "changes below zero: 2019 county, totals typed"),
    *("text for numbers: 2021 county, totals computed", "errors: 2021 county, totals typed", SUMMARIES[-1], ADJUSTED[-1]),
]
BEYOND = {"S306", "C118", "C119", "C122", "R217", "R218"}  # what verify alone can say, so that its state is not the sheet's sign
every = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the files of this run are."""
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def written(folder) -> dict[str, Path]:
    """Every workbook as it is before LibreOffice opens it."""
    write(folder / "written")
    return paths(folder / "written")


@pytest.fixture(scope="module")
def oracle(folder, written) -> dict[str, Seen]:
    """Every workbook as verify and LibreOffice see it; both work at the same time."""
    with ThreadPoolExecutor(1) as pool, rules_known():
        computing = pool.submit(office.convert, written.values(), "xlsx", folder / "computed")
        judged = dict(zip(written, verify(reader.read(path) for path in written.values()), strict=True))
        computing.result()
    computed = {name: folder / "computed" / path.name for name, path in written.items()}
    return {name: Seen(path, judged[name], office.values(path)) for name, path in computed.items()}


@pytest.fixture(scope="module")
def travelled(folder, written, oracle) -> dict[tuple[str, str], Path]:
    """Workbooks that LibreOffice saved as xlsx again, some by way of another kind of file."""

    def there_and_back(kind: str) -> Path:
        office.convert([written[name] for name in TRAVELLERS], kind, folder / kind)
        office.convert(sorted((folder / kind).iterdir()), "xlsx", folder / f"{kind}-xlsx")
        return folder / f"{kind}-xlsx"

    with ThreadPoolExecutor(2) as pool:
        back = dict(zip(("ods", "xls"), pool.map(there_and_back, ("ods", "xls")), strict=True))
    made = {("xlsx", name): oracle[name].path for name in (*TRAVELLERS, *FORMS)}
    return made | {(kind, name): back[kind] / written[name].name for kind in back for name in TRAVELLERS}


@every
def test_every_check_has_the_outcome_of_verify(oracle, name):
    assert not differing(oracle[name].outcomes, oracle[name].column("outcome"))


@every
def test_both_sides_and_the_difference_of_a_decided_check_are_those_of_verify(oracle, name):
    seen = oracle[name]
    decided = [check for check in seen.checks if seen.judged.outcomes[check.id] in (PASSED, FAILED)]
    left, right = ({check.id: total(getattr(check.relation, side), seen.numbers) for check in decided} for side in ("left", "right"))
    assert not differing(left, seen.column("left"))
    assert not differing(right, seen.column("right"))
    assert not differing({id: round(left[id] - right[id], 6) for id in left}, seen.column("difference"))


@every
def test_the_numbers_in_a_finding_stand_on_its_line(oracle, name):
    seen = oracle[name]
    told = {check.id: finding for check in seen.checks if (finding := seen.finding(check))}
    for side in ("left", "right", "difference"):
        assert not differing({id: Decimal(getattr(finding, side)) for id, finding in told.items()}, seen.column(side))


@every
def test_the_number_to_explain_is_the_one_that_verify_asks_for(oracle, name):
    seen = oracle[name]
    asked = dict.fromkeys(seen.outcomes)
    for check in seen.checks:
        finding = seen.finding(check)
        if finding and check.rule.severity == "warning" and not seen.form.variant.aggregate:
            asked[check.id] = to_explain(check, finding)
    assert not differing(asked, seen.column("to_explain"))


@every
def test_each_line_counts_the_cells_that_verify_takes(oracle, name):
    seen = oracle[name]
    under = {check.id: seen.form.checks.to_fill(check) for check in seen.checks}
    assert not differing({id: len(keys) for id, keys in under.items()}, seen.column("wanted"))
    counted = {id: sum(seen.numbers[key] is not None for key in keys) for id, keys in under.items() if not _clouded(seen, keys)}
    assert not differing(counted, seen.column("filled"))


def _clouded(seen: Seen, keys: tuple[str, ...]) -> bool:
    """Whether text or an error hides a fraction: the safe set cannot look at each cell of a range; the line waits for both anyway."""
    codes = {reading.code for key in keys if (reading := seen.judged.returned.readings.get(key))}
    return bool(codes & {"C109", "C111"}) and bool(codes & {"C102", "C103", "C104", "C113", "C114", "C115"})


@every
def test_each_table_is_told_filled_pending_or_wrong_as_verify_does(oracle, name):
    assert not differing(oracle[name].fill_lines, oracle[name].shown_fill_lines())
    assert oracle[name].shown_correction() == oracle[name].correction


@every
def test_the_verdict_counts_what_verify_found_on_all_three_sheets(oracle, name):
    seen = oracle[name]
    assert (seen.shown[CHECKS, 3, 1], seen.beside("校验结论"), seen.printed("校验结论：")) == (seen.verdict,) * 3


@every
def test_the_sign_of_the_verdict_is_the_state_that_verify_gives(oracle, name):
    signs = {FAILED_STATE: "×", PENDING_STATE: "？", QUERY: "！", PASSED_STATE: "√"}
    if any(finding.code in BEYOND for finding in oracle[name].judged.findings):
        return
    assert str(oracle[name].shown[CHECKS, 3, 1])[0] == signs[oracle[name].judged.state]


@every
def test_the_control_sum_is_the_same_on_screen_in_print_and_in_verify(oracle, name):
    seen = oracle[name]
    cover, print_ = str(seen.beside("核对数")), seen.printed("核对数：")
    if set(seen.fill_lines.values()) != {"√ 已填完"}:
        assert (cover, print_) == ("—", "—")  # a sum of cells that cannot all be taken would be another one than that of verify
        return
    expected = pytest.approx(float(seen.judged.returned.record.control_sum(seen.form.checks.typed_keys)), rel=1e-12)
    assert (float(cover), float(print_)) == (expected, expected)


@every
def test_totals_are_computed_as_verify_does(oracle, name):
    seen = oracle[name]
    computed = [key for key, (sheet, row, col) in seen.form.where.items() if not seen.form.sheets[sheet].cells[row, col].typed]
    known = {key: seen.numbers[key] for key in computed if seen.numbers[key] is not None}
    assert not differing(known, {key: seen.shown.get(seen.form.where[key]) for key in known})


@every
def test_the_print_copy_shows_every_cell_and_a_zero_for_a_declared_blank(oracle, name):
    seen = oracle[name]
    mirror, expected = {}, {}
    for (row, col), cell in seen.form.sheets[PRINT].cells.items():
        if source := re.match(r"=IF\(ISBLANK\('([^']+)'!([A-Z]+\d+)\)", str(cell.content)):
            mirror[source.groups()] = seen.shown.get((PRINT, row, col))
    for key, (sheet, row, col) in seen.form.where.items():
        declared = 0 if seen.form.edition.spots[key].table.id in seen.judged.returned.zero else None
        expected[sheet, seen.form.address(key)] = seen.shown.get((sheet, row, col), declared)
    assert mirror.keys() == expected.keys()
    assert not differing(expected, mirror)


def test_every_formula_shows_what_we_would_write_as_its_value_where_all_cells_are_sound(oracle):
    clean = [name for name in cases() if not oracle[name].wrong and not any(key.startswith(("explain.", "carry.")) for key in cases()[name].typed)]
    assert len(clean) > 30
    for name in clean:
        seen = oracle[name]
        typed = {key: reading.value for key, reading in seen.judged.returned.readings.items() if reading.value is not None}
        typed |= {key: value for key in seen.form.beside if (value := seen.numbers[key]) is not None}
        cover = {name: str(value) for name, value in seen.judged.returned.fields.items() if name.startswith("cover.") and value is not None}
        values = seen.form.shown(Showing(seen.form.edition, seen.form.checks, typed, seen.judged.returned.zero, cover=cover))
        assert not differing({place: None if value == "" else value for place, value in values.items()}, seen.shown), name


@pytest.mark.parametrize("name", FORMS)
def test_a_new_workbook_holds_the_values_that_libreoffice_computes(oracle, name, tmp_path):
    held = office.values(office.issue(tmp_path / "new.xlsx", form_of(name)))
    assert not differing({place: held.get(place) for place in form_of(name).shown_empty}, oracle[name].shown)


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_new_summary_holds_the_values_that_libreoffice_computes(oracle, written, name):
    held = office.values(written[name])
    assert not differing({place: held.get(place) for place in oracle[name].form.shown_empty}, oracle[name].shown)


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_formula_of_a_summary_shows_what_libreoffice_computes(oracle, written, name):
    held = office.values(written[name])
    formulas = office.formulas(written[name])
    assert {page for page, _, _ in formulas} >= {"明细表三", "调整", "图表"}
    assert not differing({place: held.get(place) for place in formulas}, oracle[name].shown)


@pytest.mark.parametrize("name", SUMMARIES)
def test_charts_of_a_summary_show_what_libreoffice_computes(oracle, written, name):
    ours = office.points(written[name])
    assert len(ours) == 4 and office.points(oracle[name].path) == ours


@pytest.mark.parametrize("name", SUMMARIES)
def test_links_of_a_summary_lead_libreoffice_to_the_returned_files(folder, written, name):
    returned = {path.name: path for path in written[name].parent.glob(f"{written[name].stem}-*.xlsx")}
    office.convert([written[name]], "html", linked := folder / f"linked-{written[name].stem}")
    assert len(returned) == 3 and office.links(linked) == set(returned.values())


@pytest.mark.parametrize(("kind", "name"), [*(("xlsx", name) for name in FORMS), *product(("xlsx", "ods", "xls"), TRAVELLERS)])
def test_a_workbook_saved_by_libreoffice_is_judged_as_before(oracle, travelled, name, kind):
    (after,) = verify([reader.read(travelled[kind, name])])
    assert _told(after) == _told(oracle[name].judged)


@every
def test_a_save_by_libreoffice_looks_like_no_tampering(oracle, name):
    assert not [finding.code for finding in reader.read(oracle[name].path).findings if re.fullmatch("S21[1-9]|S22[0-9]", finding.code)]


def _told(judged: Judged) -> tuple[str, set[tuple[str, str, str]]]:
    """State, and findings but notes. An error value that was typed comes back as a formula that gives it: C112 for C113."""
    return judged.state, {(f.code.replace("C113", "C112"), f.sheet, f.cell) for f in judged.findings if f.severity != "note"}


def test_a_thousand_verdicts_are_compared_with_every_outcome_among_them(oracle):
    told = Counter(outcome for name in NAMES for outcome in oracle[name].outcomes.values())
    assert told.total() >= 1000
    assert min(told[outcome] for outcome in (HOLDS, FAILS, WAITS)) >= 100
    assert min(told[outcome] for outcome in (EXPLAINED, QUERIED, STALE, NOTED, IDLE)) >= 2
    assert {oracle[name].judged.state for name in NAMES} == {FAILED_STATE, PENDING_STATE, QUERY, PASSED_STATE}
