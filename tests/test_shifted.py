"""Rows, columns and sheets that were moved: named as such, read by their labels where that is certain, and never passed."""

from collections.abc import Callable
from dataclasses import replace

import moving
import pytest
from clerks import fill, issue, layout
from hypothesis import given, settings, strategies as st

from ogi_xlsx.returns import reader
from ogi_xlsx.returns.opening import book as books
from ogi_xlsx.returns.opening.page import Book
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import FAILED_STATE, verify

FORM = layout()
VALUES = {key: number for number, key in enumerate(FORM.checks.typed_keys, 1)}
TABLES = ("表二", "表三", "表四")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory):
    """A return each of whose cells holds another number, and a way to read it altered."""
    folder = tmp_path_factory.mktemp("moved")
    path = fill(issue(folder)[0], VALUES, to=folder / "安海镇.xlsx")
    honest = books.load(path.read_bytes())

    def read(alter: Callable[[Book], Book]) -> Return:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(books, "load", lambda _: alter(honest))
            return reader.read(path)

    return read


def codes(returned: Return) -> list[str]:
    return [finding.code for finding in returned.findings if finding.code.startswith("S")]


def told(returned: Return, code: str) -> str:
    (finding,) = (finding for finding in returned.findings if finding.code == code)
    return finding.message.zh


def lost(returned: Return) -> set[str]:
    return {key for key, value in returned.typed.items() if value is None}


def assert_never_wrong(returned: Return, where: object) -> None:
    """Each number that was read is the one that was typed there; what is gone is no number; the return is never sound."""
    assert {key: value for key, value in returned.typed.items() if value is not None and value != VALUES[key]} == {}, where
    assert {"S220", "S221", "S204", "S203"} & set(codes(returned)), where
    (judged,) = verify([returned], "native")
    assert judged.state == FAILED_STATE, where


def test_honest_return_tells_nothing_of_it(filled):
    assert codes(filled(lambda honest: honest)) == []


def test_rows_inserted_by_an_office_program_cost_one_finding_and_all_is_read(filled):
    returned = filled(lambda honest: moving.shift(honest, "表三", moving.ROW, 10, 2))
    assert codes(returned) == ["S220"] and not lost(returned) and returned.typed == {key: VALUES[key] for key in returned.typed}
    assert "表三的行列与下发时不同：第10行前多出2行。其余各格已按印制文字读取；其他提示里写的是下发时的位置。" in told(returned, "S220")
    (finding,) = (finding for finding in returned.findings if finding.code == "S220")
    assert finding.message.en.endswith("places of the issued form. Fill in the issued workbook again; do not insert or delete rows or columns.")


def test_column_inserted_by_an_office_program_costs_one_finding_and_all_is_read(filled):
    returned = filled(lambda honest: moving.shift(honest, "表二", moving.COLUMN, 2, 1))
    assert codes(returned) == ["S220"] and not lost(returned)
    assert "B列前多出1列" in told(returned, "S220")


def test_numbers_of_a_deleted_row_are_not_there_and_none_is_0(filled):
    sheet, row, _ = FORM.where["t3.granted.natural_person"]
    returned = filled(lambda honest: moving.shift(honest, sheet, moving.ROW, row, -1))
    gone = {key for key in VALUES if FORM.where[key][:2] == (sheet, row)}
    assert "S220" in codes(returned) and lost(returned) == gone
    assert f"少了第{row}行" in told(returned, "S220") and "不作0" in told(returned, "S220")
    assert "C101" not in [finding.code for finding in returned.findings]
    assert_never_wrong(returned, row)


@pytest.mark.parametrize("axis", [moving.ROW, moving.COLUMN], ids=["row", "column"])
def test_numbers_of_a_deleted_line_in_whose_place_a_blank_one_was_inserted_are_not_0(filled, axis):
    sheet, *place = FORM.where["t3.granted.natural_person"]
    returned = filled(lambda honest: moving.shift(moving.shift(honest, sheet, axis, place[axis], -1), sheet, axis, place[axis], 1))
    assert lost(returned) == {key for key in VALUES if FORM.where[key][0] == sheet and FORM.where[key][1 + axis] == place[axis]}
    assert "S203" in codes(returned)
    assert_never_wrong(returned, place)


@pytest.mark.parametrize("office", [True, False], ids=["office", "script"])
@pytest.mark.parametrize("axis", [moving.ROW, moving.COLUMN], ids=["row", "column"])
@pytest.mark.parametrize("title", TABLES)
@pytest.mark.parametrize("n", [1, 3, -1, -2])
def test_no_number_is_taken_for_another_whatever_was_moved(filled, title, axis, office, n):
    last = max(place[axis] for place in FORM.sheets[title].cells)
    for at in range(1, last + 1, 3):
        returned = filled(lambda honest, at=at: moving.shift(honest, title, axis, at, n, office))
        assert_never_wrong(returned, (title, axis, at, n, office))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_moves_upon_moves_never_make_a_number_another(filled, data):
    moves = data.draw(st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from([0, 1]), st.integers(2, 30), st.sampled_from([-2, -1, 1, 2])), max_size=3))

    def alter(honest: Book) -> Book:
        for title, axis, at, n in moves:
            honest = moving.shift(honest, title, axis, at, n)
        return honest

    returned = filled(alter)
    assert {key: value for key, value in returned.typed.items() if value is not None and value != VALUES[key]} == {}


def test_renamed_sheet_is_read_under_its_own_name_and_told_once(filled):
    returned = filled(lambda honest: moving.rename(honest, "表三", "Sheet3"))
    assert codes(returned) == ["S216"] and not lost(returned)
    assert "工作表“表三”被改名为“Sheet3”" in told(returned, "S216")


def test_copied_sheet_is_told_with_what_differs(filled):
    same = filled(lambda honest: moving.copy(honest, "表三", "表三 (2)"))
    assert codes(same) == ["S217"] and "多出工作表“表三 (2)”，是“表三”的副本" in told(same, "S217") and "与“表三”相同" in told(same, "S217")

    def differs(honest: Book) -> Book:
        copied = moving.copy(honest, "表三", "表三 (2)")
        _, row, col = FORM.where["t3.granted.natural_person"]
        cells = copied.pages["表三 (2)"].cells
        cells[row, col] = replace(cells[row, col], value=99_999)
        return copied

    assert "有1格与“表三”不同" in told(filled(differs), "S217")


def test_reworded_label_is_no_move(filled):
    def reword(honest: Book) -> Book:
        altered = moving.shift(honest, "表三", moving.ROW, 1000, 1)  # a copy: nothing stands there
        cells = altered.pages["表三"].cells
        row = FORM.where["t3.granted.natural_person"][1]
        place = max(place for place, cell in cells.items() if place[0] == row and isinstance(cell.value, str) and cell.data_type == "s")
        cells[place] = replace(cells[place], value="改过的项目")
        return altered

    assert codes(filled(reword)) == ["S203"]
