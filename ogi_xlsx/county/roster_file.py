"""The file of a roster as its office keeps it: lines of a CSV or xlsx, its heading found, and codes written back into it."""

import csv
import io
import re
import unicodedata
import warnings
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, decoded, plain, say, section

MOST_BODIES = 20_000  # the bodies of the largest province are some 8 000
_BOOK = b"PK\x03\x04"
_HEADS = ("code", "name", "level")  # two of them make a line the heading
_SPANNING = ("level", "parent")  # columns in which one merged cell stands for all its lines

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class RosterFile:
    """A roster's lines: their numbers in the file and trimmed texts. `columns` tells where each known column stands, from 0."""

    path: Path
    heading: Row
    columns: Mapping[str, int]
    rows: tuple[Row, ...]


def folded(text: str) -> str:
    """A heading, level or name without what tells nothing apart: width, case, white space, colons and stars.

    >>> folded("单位 名称：\\n") == folded("单位名称*")
    True
    """
    return re.sub(r"[\s:*]", "", unicodedata.normalize("NFKC", text).casefold())


def read(path: Path) -> RosterFile:
    """Read the file. Raises Refusal where it is none, or its heading lacks a column that is needed."""
    content = given.content(path)
    spanned: dict[tuple[int, int], str] = {}
    rows = _book_rows(path, content, spanned) if content.startswith(_BOOK) else [(n, _trimmed(row)) for n, row in _text_rows(path, content)]
    rows = [row for row in rows if any(row[1])]
    if not rows:
        raise Refusal(say("roster_empty", file=path.name))
    if len(rows) > MOST_BODIES:
        raise Refusal(say("roster_too_long", file=path.name, n=len(rows) - 1, most=MOST_BODIES))
    at = _heading_at(rows)
    columns = _columns(path, rows[at][1])
    for number, cells in rows[at + 1 :]:
        for col in (columns[name] for name in _SPANNING if name in columns):
            if col < len(cells) and not cells[col]:
                cells[col] = spanned.get((number, col), "")
    return RosterFile(path, rows[at], columns, tuple(rows[at + 1 :]))


def _heading_at(rows: list[Row]) -> int:
    """Which line is the heading: the first that names two of the columns that matter, else the first that names most of them."""
    names = {folded(alias): name for name in _HEADS for alias in section("words.toml", "roster")[name]}
    found = [min(2, len({names.get(folded(cell)) for cell in cells} - {None})) for _, cells in rows[:100]]
    return found.index(max(found))


def _columns(path: Path, heading: list[str]) -> dict[str, int]:
    """Where each known column stands. Raises Refusal naming every missing or doubled one that is needed."""
    known = section("words.toml", "roster")
    found = [folded(cell) for cell in heading]
    columns = {name: next(found.index(alias) for alias in map(folded, known[name]) if alias in found) for name in known if _count(found, known[name])}
    doubled = [name for name in _HEADS if _count(found, known[name]) > 1]
    if doubled:
        raise Refusal(say("roster_doubled_column", file=path.name, columns="、".join(f"{known[name][0]}（{name}）" for name in doubled)))
    missing = [name for name in ("name", "level") if name not in columns]
    if missing and len(heading) == 1:
        raise Refusal(say("roster_one_column", file=path.name, found=plain(heading[0], 60)))
    if missing:
        shown = "、".join(f"{known[name][0]}（{name}）" for name in missing)
        raise Refusal(say("roster_column", file=path.name, columns=shown, found=plain("、".join(cell for cell in heading if cell), 60)))
    return columns


def _count(found: list[str], aliases: list[str]) -> int:
    return sum(found.count(folded(alias)) for alias in aliases)


def _trimmed(row: list[str]) -> list[str]:
    return [cell.strip() for cell in row]


def _delimiter(text: str) -> str:
    """What parts the columns of a CSV: a tab where it was pasted from a spreadsheet, else a comma."""
    head = "\n".join(text.splitlines()[:5])
    return "\t" if "\t" in head and "," not in head else ","


def _text_rows(path: Path, content: bytes) -> list[Row]:
    """Lines of a CSV as they stand, each under the number of its last line in the file. Raises Refusal for anything else."""
    text = decoded(content)
    if text is None:
        raise Refusal(say("roster_encoding", file=path.name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise Refusal(say("roster_encoding", file=path.name)) from None


def _opened(path: Path, content: bytes, **how: bool) -> Any:
    """The workbook as openpyxl gives it. Raises Refusal for a damaged one."""
    import openpyxl  # only for a roster in a workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that we do not use
            book = openpyxl.load_workbook(io.BytesIO(content), **how)
            if book.worksheets:
                return book
    except Exception:  # noqa: BLE001 - openpyxl raises at least twelve unrelated kinds on damaged files
        raise Refusal(say("roster_encoding", file=path.name)) from None
    raise Refusal(say("roster_encoding", file=path.name))


def _book_rows(path: Path, content: bytes, spanned: dict[tuple[int, int], str]) -> list[Row]:
    """Lines of the first sheet. `spanned` gets the text of merged cells, by line and column from 0, for the lines that they hide."""
    page = _opened(path, content, data_only=True).worksheets[0]
    for area in page.merged_cells.ranges:
        if area.min_col == area.max_col:
            text = _text(page.cell(area.min_row, area.min_col).value)
            spanned |= {(row, area.min_col - 1): text for row in range(area.min_row + 1, min(area.max_row, MOST_BODIES) + 1)}
    most = MOST_BODIES + 100
    return [(n, [_text(value) for value in row]) for n, row in enumerate(page.iter_rows(values_only=True, max_row=min(page.max_row, most), max_col=40), 1)]


def _text(value: object) -> str:
    """Text of a cell; a number too long for a spreadsheet shows as one that Excel spoiled."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.6G}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return f"{float(value):.6G}"
    return "" if value is None else str(value).strip()


def write_codes(file: RosterFile, codes: Mapping[int, str], to: Path) -> None:
    """Write the roster to `to` with codes by line; everything else stays. Raises Refusal where a code's cell holds a formula."""
    content = given.content(file.path)
    if content.startswith(_BOOK):
        _write_book(file, content, codes, to)
    else:
        _write_text(file, content, codes, to)


def _new_column(file: RosterFile) -> int:
    """A free column for the codes, right of everything, where the roster has none."""
    return max(len(cells) for _, cells in (file.heading, *file.rows))


def _write_text(file: RosterFile, content: bytes, codes: Mapping[int, str], to: Path) -> None:
    text = decoded(content) or ""
    encoding = next((name for name in ("utf-8", "utf-8-sig") if text.encode(name) == content), "gb18030")
    col = file.columns.get("code", _new_column(file))
    written = dict(codes) if "code" in file.columns else {file.heading[0]: _heading(), **codes}
    rows = _text_rows(file.path, content)
    for number, row in rows:
        if number in written:
            row += [""] * (col + 1 - len(row))
            row[col] = written[number]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=_delimiter(text), lineterminator="\r\n" if "\r\n" in text else "\n").writerows(row for _, row in rows)
    to.write_bytes(out.getvalue().encode(encoding))


def _write_book(file: RosterFile, content: bytes, codes: Mapping[int, str], to: Path) -> None:
    book = _opened(file.path, content, rich_text=True, keep_vba=file.path.suffix.lower() == ".xlsm")
    page = book.worksheets[0]
    new = "code" not in file.columns
    col = (max(i for i, cell in enumerate(file.heading[1]) if cell) + 2) if new else file.columns["code"] + 1
    for number, text in ({file.heading[0]: _heading(), **codes} if new else codes).items():
        cell = page.cell(number, col)
        if cell.value is not None and str(cell.value).strip():
            raise Refusal(say("roster_code_formula", file=file.path.name, line=number))
        if new:
            cell._style = copy(page.cell(number, col - 1)._style)
        cell.value, cell.number_format = text, "@"
    out = io.BytesIO()
    book.save(out)
    to.write_bytes(out.getbuffer())


def _heading() -> str:
    return str(section("words.toml", "roster")["code"][0])
