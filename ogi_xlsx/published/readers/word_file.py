"""Reads a report in Word: paragraphs and tables in order, those of text boxes and content controls among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ogi_xlsx.form.words import say
from ogi_xlsx.published.document import Cell, Document
from ogi_xlsx.published.readers.collected import MOST_SPAN, Collected, trimmed
from ogi_xlsx.returns import word

_TINY = 40 * 9525  # English Metric Units of 40 pixels: what is smaller is an ornament
_NO = ("0", "false", "off")


def read(name: str, content: bytes) -> Document:
    """The document in the bytes of a .docx. Raises Refusal with one sentence for what cannot be read."""
    found = Collected(name)
    _blocks(word.body(name, content), found)
    return found.document("docx")


def _blocks(parent: Any, found: Collected) -> None:
    """Paragraphs and tables within an element."""
    for element in word.within(parent, "p", "tbl"):
        if word.local(element) == "tbl":
            _table(element, found)
            continue
        found.line(word.paragraph(element))
        for box in word.boxes(element):
            _blocks(box, found)
        if any(_is_picture(one) for one in element.iter()):
            found.picture()


def _is_picture(element: Any) -> bool:
    """Whether an element is a picture that can hold a table."""
    name = word.local(element)
    if name == "imagedata":
        return True
    if name not in ("inline", "anchor") or not any(word.local(one) == "pic" for one in element.iter()):
        return False
    extent = next((one for one in element if word.local(one) == "extent"), None)
    sizes = [] if extent is None else [str(extent.get(side, "")) for side in ("cx", "cy")]
    return not any(size.isdecimal() and len(size) < 10 and int(size) < _TINY for size in sizes)


def _table(table: Any, found: Collected) -> None:
    """A table; one that holds others, or a single cell, lays out a page, and its cells are told one after another."""
    rows = [row for row in word.within(table, "tr") if not _is_gone(row)]
    cells = [cell for row in rows for cell in word.within(row, "tc")]
    if len(cells) == 1 or any(word.local(one) == "tbl" for cell in cells for one in cell.iter()):
        for cell in cells:
            _blocks(cell, found)
        return
    found.table(_merged([list(_cells(row)) for row in rows]))


def _is_gone(row: Any) -> bool:
    """Whether a row was deleted, or is hidden."""
    return any(word.local(one) in ("del", "hidden") and word.value(one) not in _NO for one in _properties(row, "trPr"))


def _properties(element: Any, name: str) -> Iterator[Any]:
    return (one for part in element if word.local(part) == name for one in part)


def _number(text: str, otherwise: int) -> int:
    return min(int(text), MOST_SPAN) if text.isdecimal() and text.isascii() and len(text) < 6 else otherwise


class _Cell:
    """A cell as its row has it: its column, how many it takes, and whether it goes on with the one above or before."""

    def __init__(self, cell: Any, col: int) -> None:
        held: Mapping[str, Any] = {word.local(one): one for one in _properties(cell, "tcPr")}
        self.col, self.cols, self.rows = col, max(1, _number(_value(held, "gridSpan"), 1)), 1
        self.goes_on = "vMerge" in held and _value(held, "vMerge") != "restart"
        self.widens = "hMerge" in held and _value(held, "hMerge") != "restart"
        self.text = "\n".join(word.lines(cell)).strip("\n")
        self.doubts = tuple(map(say, _doubts(cell)))


def _doubts(cell: Any) -> Iterator[str]:
    """The names of the sentences that say why a cell may show another text."""
    if any(map(_is_numbered, word.within(cell, "p"))):
        yield "doubt_numbered"
    if any(map(_is_white, cell.iter())) and not any(_has_ground(one) for one in cell.iter()):
        yield "doubt_white"


def _is_white(run: Any) -> bool:
    """Whether a run holds white letters."""
    white = any(word.local(one) == "color" and word.value(one).upper() == "FFFFFF" for one in _properties(run, "rPr"))
    return white and any((one.text or "").strip() for one in run if word.local(one) == "t")


def _has_ground(element: Any) -> bool:
    """Whether an element gives a cell, a paragraph or a run in it a colour to stand on."""
    name = word.local(element)
    return (name == "shd" and word.value(element, "fill").upper() not in ("", "AUTO", "FFFFFF")) or (name == "highlight" and word.value(element) != "none")


def _is_numbered(paragraph: Any) -> bool:
    """Whether Word puts a number before a paragraph by itself, which stands nowhere in the file."""
    numbers = (one for held in _properties(paragraph, "pPr") if word.local(held) == "numPr" for one in held if word.local(one) == "numId")
    return any(word.value(number) != "0" for number in numbers)


def _value(held: Mapping[str, Any], name: str) -> str:
    return word.value(held[name]) if name in held else ""


def _cells(row: Any) -> Iterator[_Cell]:
    """The cells of a row; one that is merged into the one before in the old way only makes it wider."""
    col = 1 + sum(_number(word.value(one), 0) for one in _properties(row, "trPr") if word.local(one) == "gridBefore")
    before: _Cell | None = None
    for element in word.within(row, "tc"):
        cell = _Cell(element, col)
        col += cell.cols
        if cell.widens and before:
            before.cols += cell.cols
            continue
        if before:
            yield before
        before = cell
    if before:
        yield before


def _merged(rows: list[list[_Cell]]) -> list[Cell]:
    """The cells at their places, each as high as those below that go on with it."""
    above: dict[int, tuple[int, _Cell]] = {}
    kept: list[tuple[int, _Cell]] = []
    for at, row in enumerate(rows, 1):
        held: dict[int, tuple[int, _Cell]] = {}
        for cell in row:
            begun = above.get(cell.col)
            if cell.goes_on and begun and begun[1].cols == cell.cols:
                begun[1].rows += 1
            else:
                begun = at, cell
                kept.append(begun)
            held[cell.col] = begun
        above = held
    return trimmed(Cell(cell.text, at, cell.col, cell.rows, cell.cols, doubts=cell.doubts) for at, cell in kept)
