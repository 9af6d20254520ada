"""The sheets of a summary that tell what became of the returns: 报送情况, 问题, 说明. Their lines belong to no layout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from ogi_xlsx.form.layout.cells import Content, Link, Sheet
from ogi_xlsx.form.words import printed

MOST_ROWS = 1_048_576  # of a sheet
TOP = 4  # first line, below title, hint and headings
_LINE, _MOST_HEIGHT = 12.0, 409.0  # points: a line of text, the highest row
_ROOM = 1.1  # digits of a list's small type to one of a column's width


@dataclass(frozen=True)
class Listing:
    """A sheet with a line for each of many things: its name, how its texts in workbook.toml begin, its columns with their widths, how many of them are printed,
    and how many stay in sight."""

    name: str
    key: str
    columns: tuple[tuple[str, float], ...]
    printed: int
    frozen: int


STATES = Listing(
    *("报送情况", "states"),
    (
        *(("no", 6), ("code", 13), ("name", 26), ("level", 11), ("state", 10), ("included", 9), ("reason", 26), ("file", 40), ("control", 11)),
        *(("bodies", 8), ("round", 8), ("filler", 10), ("program", 21), ("modified", 16), ("sha256", 68)),
    ),
    *(14, 3),
)
PROBLEMS = Listing(
    *("问题", "problems"),
    (
        *(("body", 24), ("code", 7), ("severity", 9), ("place", 12), ("message", 60), ("hint", 28), ("explanation", 24)),
        *(("basis", 21), ("file", 40)),
    ),
    *(8, 2),
)
EXPLAINED = Listing("说明", "explained", (("code", 8), ("body", 28), ("place", 36), ("copied", 12), ("text", 60)), 5, 2)
LISTINGS = (STATES, PROBLEMS, EXPLAINED)


def build(listing: Listing) -> Sheet:
    """The sheet with its title, hint and headings."""
    sheet = Sheet(listing.name, widths=[width for _, width in listing.columns], landscape=True, print_columns=listing.printed, pages=(1, 0), loose=True)
    sheet.put(1, 1, printed(f"{listing.key}_title").zh, "title", to=(1, listing.printed))
    sheet.put(2, 1, printed(f"{listing.key}_about").zh, "hint", to=(2, listing.printed), personal=True)
    for col, (name, _) in enumerate(listing.columns, 1):
        sheet.put(TOP - 1, col, printed(f"{listing.key}_{name}").zh, "heading")
    sheet.frozen = (TOP - 1, listing.frozen)
    sheet.repeat = (TOP - 1, TOP - 1)
    sheet.heights |= {1: 30.0, 2: 20.0, TOP - 1: 32.0}
    sheet.grows = {2}
    return sheet


def filled(listing: Listing, lines: Iterable[Sequence[Content | Link]]) -> Sheet:
    """The lines of a sheet, each in the order of the listing's columns; a last sentence says where the sheet ends before they do, or that there are none."""
    sheet = Sheet(listing.name)
    row = TOP
    for line in lines:
        if row >= MOST_ROWS:
            sheet.put(row, 1, printed("listing_full").zh, "list_text")
            break
        for col, content in enumerate(line, 1):
            _put(sheet, row, col, content)
        sheet.heights[row] = _height(listing, line)
        row += 1
    if row == TOP:
        sheet.put(row, 1, printed(f"{listing.key}_none").zh, "note")
    else:
        sheet.filter = (TOP - 1, 1, row - 1, len(listing.columns))
    return sheet


def _put(sheet: Sheet, row: int, col: int, content: Content | Link) -> None:
    if isinstance(content, Link):
        sheet.put(row, col, content.text, "list_link" if content.target else "list_text", link=content.target)
    else:
        sheet.put(row, col, content, "list_text" if isinstance(content, str) else "list_number")


def _height(listing: Listing, line: Sequence[Content | Link]) -> float:
    """Points that the longest printed text of a line needs; a link shrinks to its cell."""
    texts = ("" if isinstance(content, Link) else str(content) for content in line[: listing.printed])
    return min(_MOST_HEIGHT, 8.0 + _LINE * max(lines_of(text, width) for text, (_, width) in zip(texts, listing.columns, strict=False)))


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a width of so many digits; Chinese characters are two wide.

    >>> lines_of("三安全一稳定", 8), lines_of("", 8)
    (2, 1)
    """
    return max(1, ceil(sum(1 if ord(character) < 256 else 2 for character in text) / (width * _ROOM)))
