"""The lean way of opening a workbook gives what openpyxl's own loader gives, and what that one hides or hangs on."""

import io
import re
import time
import warnings
import zipfile

import openpyxl
import pytest
from clerks import codes, issue, verify
from openpyxl.comments import Comment

from ogi_xlsx.returns.opening import book


def altered(content: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with one text of one part replaced. Raises KeyError where the part is missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            held = archive.read(name)
            if name == part:
                assert old.encode() in held
                held = held.replace(old.encode(), new.encode(), 1)
            copy.writestr(name, held)
    return out.getvalue()


def theirs(content: bytes) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_cells_merges_locks_and_marks_are_those_that_openpyxl_reads(tmp_path, edition):
    content = issue(tmp_path, "--edition", edition)[0].read_bytes()
    ours, other = book.load(content), theirs(content)
    assert list(ours.pages) == other.sheetnames
    for page, sheet in zip(ours.pages.values(), other.worksheets, strict=True):
        held = {place: (cell.value, cell.data_type, cell.number_format, cell.locked) for place, cell in page.cells.items()}
        filled = {place: cell for place, cell in sheet._cells.items() if cell.value is not None}
        assert held == {place: (cell.value, cell.data_type, cell.number_format, cell.protection.locked) for place, cell in filled.items()}
        assert page.unlocked == {place for place, cell in sheet._cells.items() if not cell.protection.locked}
        assert page.merges == {(one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges}
        assert page.protected == sheet.protection.sheet and page.state == sheet.sheet_state
        assert len(page.validated) == sum(len(one.sqref.ranges) for one in sheet.data_validations.dataValidation)
    assert ours.properties == {one.name: one.value for one in other.custom_doc_props.props}
    assert ours.names == {name: one.attr_text for name, one in other.defined_names.items()}
    assert ours.structure_locked


def test_a_comment_stays_at_its_cell(tmp_path):
    path = issue(tmp_path)[0]
    filled = openpyxl.load_workbook(path)
    filled["表三"]["D7"].comment = Comment("见附件", "张三")
    filled.save(path)
    assert book.load(path.read_bytes()).pages["表三"].comments == {(7, 4): "见附件"}


def test_a_range_merged_over_the_whole_sheet_does_not_hang(tmp_path):
    path = issue(tmp_path)[0]
    path.write_bytes(altered(path.read_bytes(), "xl/worksheets/sheet3.xml", '<mergeCell ref="', '<mergeCell ref="A1:XFD1048576"/><mergeCell ref="'))
    began = time.process_time()
    _, result = verify(path, "--engine", "native")
    assert time.process_time() - began < 5
    assert {"S206", "S225"} <= set(codes(result["returns"][0])) and result["returns"][0]["state"] == "failed"


def test_a_number_under_a_merged_cell_is_told(tmp_path):
    path = issue(tmp_path)[0]
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        under = re.search(r'<c r="B1" s="\d+"/>', archive.read("xl/worksheets/sheet3.xml").decode())[0]
    path.write_bytes(altered(content, "xl/worksheets/sheet3.xml", under, under.replace("/>", "><v>77</v></c>")))
    _, result = verify(path, "--engine", "native")
    (finding,) = [one for one in result["returns"][0]["findings"] if one["code"] == "S207"]
    assert "表三B1“77”" in finding["message"]["zh"]
