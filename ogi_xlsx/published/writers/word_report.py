"""A report as a Word document laid out by GB/T 9704—2012. Its parts are templates; nothing stands in it that we did not put there.

Written without a library: the parts are few, and equal reports become equal files.
"""

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ogi_xlsx.form.words import section
from ogi_xlsx.published.writers.filling import fill
from ogi_xlsx.published.writers.html_report import band
from ogi_xlsx.published.writers.official import Grid, Place, grid
from ogi_xlsx.published.writers.report import Report

PARTS: tuple[str, ...] = ("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml", "word/_rels/document.xml.rels", "word/document.xml")
PARTS += ("word/styles.xml", "word/settings.xml", "word/fontTable.xml", "word/footer1.xml", "word/footer2.xml", "word/header1.xml")
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can tell
_POINT = 25.4 / 72  # millimetres
_SLACK = 0.2  # millimetres that a line of text may lack without being broken


@dataclass(frozen=True)
class _Page:
    """Measures of the paper, in the twentieths of a point that Word counts in."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    footer: int

    @property
    def text(self) -> int:
        """Width of the type area."""
        return self.width - self.left - self.right


def write(report: Report) -> bytes:
    """The document. A table is one `w:tbl`, its merges `w:gridSpan` and `w:vMerge`; the same report gives the same bytes."""
    style = section("published.toml", "report")["style"]
    page = _page(style)
    tables = {part.table.id: _table(grid(part.table, report.cells), page, style) for part in report.parts if part.table}
    content: dict[str, Any] = {
        "report": report,
        "page": page,
        "style": style,
        "fonts": style["fonts"],
        "tables": tables,
        "band": band().removeprefix("#"),
        "padding": [_twips(millimetres) for millimetres in style["table_padding"]],
        "dashes": section("published.toml", "report")["page_number"],
        "broken": _width(report.title) * style["title"] / 100 > page.text / 20,
        "indents": _signature(report),
        "twips": lambda points: round(points * 20),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PARTS:
            if report.head or not name.startswith("word/header"):
                archive.writestr(_entry(name), fill(f"word/{name.rpartition('/')[2].lstrip('.')}", **content).strip().encode())
    return held.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _page(style: dict[str, Any]) -> _Page:
    width, height, top, right, bottom, left = map(_twips, (*style["paper"], *style["margins"]))
    return _Page(width, height, top, right, bottom, left, _twips(style["number_above"]))


def _twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point.

    >>> _twips(210), _twips(297)
    (11906, 16838)
    """
    return round(millimetres / _POINT * 20)


@dataclass(frozen=True)
class _Cell:
    """A cell of a table as Word has it: its place in the grid, its width, and the margin that breaks its text well, 0 for the table's own."""

    place: Place
    width: int
    margin: int


@dataclass(frozen=True)
class _Table:
    """A table as Word has it, measures in twentieths of a point; `size` in half points."""

    rows: list[list[_Cell]]
    widths: list[int]
    head: int
    size: int


def _table(printed: Grid, page: _Page, style: dict[str, Any]) -> _Table:
    """A table over the whole width of the text."""
    edges = [round(page.text * sum(printed.widths[:i]) / sum(printed.widths)) for i in range(len(printed.widths) + 1)]
    size = style["table_narrow"] if printed.narrow else style["table"]

    def cell(place: Place) -> _Cell:
        width = edges[place.box.last_col] - edges[place.box.col - 1]
        return _Cell(place, width, _margin(place, width / 20 * _POINT, size * _POINT, style["table_padding"][1]))

    rows = [[cell(place) for place in row] for row in printed.rows]
    return _Table(rows, [end - start for start, end in pairwise(edges)], printed.head, round(size * 2))


def _margin(place: Place, width: float, character: float, padding: float) -> int:
    """Margin at both sides of a cell whose text breaks badly in a narrow column with the table's own; 0 where that does.

    Headings are made of words of two characters, which stay whole. Labels get three to a line where they can.
    Measures are millimetres, the result twentieths of a point.
    """
    fits = int((width - 2 * padding) / character)
    if place.cols > 1 or fits < 2 or len(place.text) <= fits:
        return 0
    if place.kind == "heading":
        line = fits - fits % 2
    elif fits == 2 and width - _SLACK >= 3 * character:
        line = 3
    else:
        return 0
    return _twips((width - line * character - _SLACK) / 2)


def _signature(report: Report) -> tuple[int, int]:
    """How far name and day stay from the right, in hundredths of a character: the day four characters, the name centred over it (7.3.5.1)."""
    name, day = _width(report.signed), _width(report.date)
    right = max(400, (name - day) // 2)  # a long name pushes the day to the left
    return right + (day - name) // 2, right


def _width(text: str) -> int:
    """How wide a text is, in hundredths of a character."""
    return sum(100 if unicodedata.east_asian_width(one) in "WFA" else 50 for one in text)
