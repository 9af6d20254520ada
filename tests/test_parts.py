"""The XML parts of a workbook: taken apart at once or piece by piece, they hold the same; what no part should hold is refused."""

import io
import zipfile
from xml.etree import ElementTree

import hostile
import pytest
from clerks import fill, issue
from hostile_cases import CASES

from ogi_xlsx.returns.opening import book, parts
from ogi_xlsx.returns.opening.safety import Unreadable

DATA = "{urn:x}data"
MOST_UNPACKED = 400_000  # larger ones would take long in pieces of a hundred bytes


def below(data: bytes) -> list[tuple[int, bytes]]:
    return [(depth, ElementTree.tostring(element) if depth == 2 or element.tag != DATA else b"") for depth, element in parts.below("x.xml", data, DATA)]


@pytest.fixture
def piecewise(monkeypatch):
    """Whatever the size of a part, it is taken piece by piece, and the pieces end anywhere."""
    monkeypatch.setattr(parts, "SMALL", 97)


def sheet(inside: str, before: str = "", after: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sheet xmlns="urn:x">{before}<data>{inside}</data>{after}</sheet>'.encode()


def test_rows_come_before_what_holds_them_and_the_rest_in_its_order():
    told = [
        (depth, element.tag.rpartition("}")[2])
        for depth, element in parts.below("x.xml", sheet("<row/><row/>", "<pr><one/></pr>", "<merges><m/></merges>"), DATA)
    ]
    assert told == [(1, "pr"), (2, "row"), (2, "row"), (1, "data"), (1, "merges")]


def test_whole_or_in_pieces_odd_and_hostile_workbooks_are_the_same(tmp_path, piecewise):
    held = hostile.parts(hostile.honest(tmp_path)["xlsxwriter"])
    compared = 0
    for name, case in list(CASES.items())[::3]:
        content = case.file(held)
        if unpacked(content) < MOST_UNPACKED:
            in_pieces = loaded(content)
            with pytest.MonkeyPatch.context() as patch:
                assert in_pieces == whole(content, patch), name
            compared += 1
    assert compared > 40


def unpacked(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return MOST_UNPACKED


def test_whole_or_in_pieces_a_filled_workbook_is_the_same(tmp_path, piecewise, monkeypatch):
    content = fill(issue(tmp_path)[0], {"t3.new_received.natural_person": 3}).read_bytes()
    read = loaded(content)
    assert isinstance(read, book.Book) and read == whole(content, monkeypatch)


def loaded(content: bytes) -> book.Book | str:
    try:
        return book.load(content)
    except Unreadable as trouble:
        return trouble.finding.code


def whole(content: bytes, monkeypatch: pytest.MonkeyPatch) -> book.Book | str:
    monkeypatch.setattr(parts, "SMALL", 1_000_000_000)
    return loaded(content)


def test_piece_by_piece_elements_within_elements_are_refused(piecewise):
    depth = parts.MOST_DEPTH + 1
    with pytest.raises(Unreadable, match="嵌套"):
        below(sheet("<a>" * depth + "</a>" * depth))


def test_piece_by_piece_a_row_without_end_is_refused(piecewise, monkeypatch):
    monkeypatch.setattr(parts, "MOST_WITHIN", 20_000)
    with pytest.raises(Unreadable, match="超过2万个"):
        below(sheet("<row>" + "<c/>" * 20_001 + "</row>"))


def test_piece_by_piece_white_space_without_end_is_refused(piecewise, monkeypatch):
    monkeypatch.setattr(parts, "_RUN", 1_000)
    assert below(sheet("<row/>" + " " * 900))
    with pytest.raises(Unreadable, match="一段文字或空白"):
        below(sheet("<row/>" + " " * 1_200))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    "head",
    ['<?xml version="1.0" encoding="{}"?>', '<?xml version="1.0" encoding="{}"?><!-- <a/> -->', "<?xml version='1.0'\n encoding='{}' standalone='yes' ?>"],
)
def test_a_document_type_is_found_in_every_encoding(encoding, head):
    text = head.format(encoding) + '<!DOCTYPE sheet [<!ENTITY e "x">]><sheet xmlns="urn:x"><data><row>&e;</row></data></sheet>'
    with pytest.raises(Unreadable, match="DOCTYPE"):
        below(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-7", "cp037"])
def test_an_encoding_that_no_office_program_writes_is_refused(encoding):
    with pytest.raises(Unreadable):
        below(f'<?xml version="1.0" encoding="{encoding}"?><sheet xmlns="urn:x"/>'.encode(encoding))


def test_the_line_of_what_is_malformed_is_told():
    with pytest.raises(Unreadable, match="第3行"):
        below(b'<sheet xmlns="urn:x">\n<data>\n<row></data></sheet>')


def test_zip_parts_of_a_workbook_begin_as_expected(tmp_path):
    """So that none of them needs a second look for its encoding."""
    with zipfile.ZipFile(issue(tmp_path)[0]) as archive:
        assert all(parts._HEAD.match(archive.read(name)) for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
