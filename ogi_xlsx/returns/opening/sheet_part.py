"""Reads a sheet's part into a page: what stands in its cells and what lies over them, each number as it was written.

Positions cost nothing: nothing here loops over an area, so that a merge over a whole sheet or a value in its last corner is only told.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn
from xml.etree.ElementTree import Element

from ogi_xlsx.form.layout.cells import LAST_COLUMN, LAST_ROW, Area, Place, a1, area_of, column_number
from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.opening.page import Cell, Page
from ogi_xlsx.returns.opening.parts import MAIN, MOST_TEXT, R_ID, below
from ogi_xlsx.returns.opening.safety import Unreadable
from ogi_xlsx.returns.opening.styles import Look
from ogi_xlsx.returns.writing.texts import unescaped

MOST_CELLS = 2_000_000  # of a workbook, blank ones among them: the details of five thousand agencies are a million
MOST_FORMULAS = 1_000_000  # characters of a workbook's formulas, shared ones written out; those of a summary come to some fifty thousand
MOST_AREAS = 20_000  # merges, validations, links, columns of a sheet: a form has some hundred
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")  # a longer one is endless, as in every office program
_INDEX = re.compile(r"[0-9]{1,9}")
_SHORT = 10  # more digits than any number of a text or cell has
_YES = {"1", "true", "on"}
_S = f"{{{MAIN}}}"
_DATA, _ROW, _CELL, _MORE, _FORMULA, _VALUE, _INLINE, _TEXT, _AID = (f"{_S}{tag}" for tag in ("sheetData", "row", "c", "extLst", "f", "v", "is", "t", "rPh"))
_INSIDE = {_FORMULA, _VALUE, _INLINE}
_R_ID = f"{{{R_ID.replace(' ', '}')}"
_XM = "http://schemas.microsoft.com/office/excel/2006/main"


class Count:
    """How many cells a workbook has had so far, and characters of formulas."""

    def __init__(self) -> None:
        self.cells = self.characters = 0

    def add(self, cells: int) -> None:
        """Raises Unreadable where they are too many."""
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise Unreadable("S107", what=say("unsafe_cells", most=MOST_CELLS // 10_000))

    def add_formula(self, characters: int) -> None:
        """As `add`, for the characters of a formula."""
        self.characters += characters
        if self.characters > MOST_FORMULAS:
            raise Unreadable("S107", what=say("unsafe_formulas", most=MOST_FORMULAS // 10_000))


def read(name: str, data: bytes, page: Page, texts: Sequence[str], looks: Sequence[Look], epoch: datetime, count: Count) -> None:
    """Read the part `name` into a page; `texts` are the shared ones, `looks` the styles. Raises Unreadable."""
    sheet = _Sheet(page, texts, looks, epoch, count)
    for depth, element in below(name, data, _DATA):
        if depth == 1:
            sheet.lying(element)
        else:
            sheet.row(element)


class _Sheet:
    def __init__(self, page: Page, texts: Sequence[str], looks: Sequence[Look], epoch: datetime, count: Count) -> None:
        self.page, self.shared_texts, self.looks, self.epoch, self.count = page, texts, looks, epoch, count
        self.complete = False  # the cells are all there
        self.at = self.areas = 0  # the row before
        self.shared: dict[str, _Shared] = {}
        self.by_style: dict[str, Look] = {}
        self.over: dict[str, Callable[[Element], None]] = {
            f"{_S}mergeCell": lambda one: self._area(page.merges.add, one.get("ref", "")),
            f"{_S}col": self._columns,
            f"{_S}sheetProtection": self._protection,
            f"{_S}dataValidation": lambda one: self._areas(one.get("sqref", "")),
            f"{_S}hyperlink": lambda one: self._area(lambda area: page.links.append((area, one.get(_R_ID, ""))), one.get("ref", "")),
            f"{{{_XM}}}sqref": lambda one: self._areas(one.text or ""),
        }

    def lying(self, part: Element) -> None:
        """Take what lies over the cells; the end of these, too, whose rows were taken before."""
        if part.tag == _DATA:
            self._data_ends()
            return
        for element in part.iter():
            if take := self.over.get(element.tag):
                take(element)

    # Rows and cells, in the order of the file; a second row or cell of one place is none that an office program writes.

    def row(self, row: Element) -> None:
        """Take a row with its cells."""
        if self.complete:
            self._damaged("twice", "sheetData")
        if row.tag != _ROW:
            self._other(row)
            return
        text = row.get("r") or str(self.at + 1)
        at = int(text) if _INDEX.fullmatch(text) else 0
        if not self.at < at <= LAST_ROW:
            self._damaged("row", text)
        self.at = at
        if row.get("hidden") in _YES or row.get("ht") == "0":
            self.page.hidden_rows.add(at)
        self.count.add(len(row))
        unlocked, by_style, before = self.page.unlocked, self.by_style, 0
        for cell in row:
            if cell.tag != _CELL:
                self._other(cell)
                continue
            ref = cell.get("r")
            column = before + 1 if ref is None else column_number(ref.removesuffix(text))
            if not before < column <= LAST_COLUMN:
                self._damaged("cell", ref or str(column))
            before = column
            style = cell.get("s", "0")
            look = by_style.get(style) or self._look(style)
            if not look.locked:
                unlocked.add((at, column))
            if len(cell):
                self._cell(cell, (at, column), look)

    def _other(self, element: Element) -> None:
        """What may stand beside cells in a row, or beside its value in a cell: extensions, and what is not of this format."""
        if element.tag != _MORE and any(one.tag.startswith(_S) for one in element.iter()):
            self._damaged("within", _local(element))

    def _cell(self, cell: Element, place: Place, look: Look) -> None:
        formula = value = inline = None
        for element in cell:
            tag = element.tag
            if tag == _VALUE and value is None:
                value = element
            elif tag == _FORMULA and formula is None:
                formula = element
            elif tag == _INLINE and inline is None:
                inline = element
                continue
            elif tag in _INSIDE:
                self._damaged("twice", f"{_local(element)} {a1(*place)}")
            else:
                self._other(element)
            if len(element):
                self._damaged("within", _local(element[0]))
        content: object = None
        kind = "n"
        if inline is not None:
            content, kind = unescaped(self._long(_joined(inline), place)), "s"
        elif value is not None and value.text:
            content, kind = self._held(self._long(value.text, place), cell.get("t"), look, formula is None)
        elif value is not None and cell.get("t") == "str":
            content, kind = "", "s"
        if formula is not None:
            self.page.cells[place] = Cell(self._formula(formula, place), "f", look.number_format, look.locked, content)
        elif content is not None:
            self.page.cells[place] = Cell(content, kind, look.number_format, look.locked)

    def _look(self, style: str) -> Look:
        if not _INDEX.fullmatch(style) or int(style) >= len(self.looks):
            self._damaged("style", style)
        return self.by_style.setdefault(style, self.looks[int(style)])

    def _held(self, raw: str, kind: str | None, look: Look, typed: bool) -> tuple[object, str]:
        """Value of a cell and its type; what stands where a number should and is none stays a text, as it was written."""
        plain_digits = len(raw) < _SHORT and raw.isdecimal() and raw.isascii()
        if kind == "s":
            if not plain_digits or int(raw) >= len(self.shared_texts):
                self._damaged("text", raw)
            return self.shared_texts[int(raw)], "s"
        if kind is None or kind == "n":
            value: int | float
            if plain_digits or _INTEGER.fullmatch(raw):
                value = int(raw)
            elif _NUMBER.fullmatch(raw):
                value = float(raw)
            else:
                return raw, "s"
            return (_moment(value, self.epoch, look.duration), "d") if look.date and typed else (value, "n")
        if kind == "b" and raw in ("0", "1", "true", "false"):
            return raw in _YES, "b"
        return unescaped(raw), kind if kind in ("e", "d") else "s"

    def _formula(self, formula: Element, place: Place) -> str:
        """The text of a formula; one that shares another's is as that one would read here."""
        kind, text = formula.get("t", "normal"), self._long(formula.text or "", place)
        self.count.add_formula(len(text))
        if kind == "shared":
            index = formula.get("si", "")
            if text:
                self.shared[index] = _Shared(text, a1(*place))
            elif index in self.shared:
                self.count.add_formula(len(self.shared[index].text))
                return self.shared[index].at(a1(*place))
        if kind == "dataTable":
            return "=TABLE()"
        return f"{{={text}}}" if kind == "array" else f"={text}"

    def _long(self, text: str, place: Place) -> str:
        if len(text) > MOST_TEXT:
            raise Unreadable("S107", what=say("unsafe_text", sheet=plain(self.page.title, 40), cell=a1(*place), most=MOST_TEXT // 10_000))
        return text

    # What lies over the cells.

    def _data_ends(self) -> None:
        if self.complete:
            self._damaged("twice", "sheetData")
        self.complete = True

    def _columns(self, column: Element) -> None:
        self._counted()
        first, last = (int(end) if _INDEX.fullmatch(end) else 0 for end in (column.get("min", ""), column.get("max", "")))
        if not 1 <= first <= last <= LAST_COLUMN:
            self._damaged("column", column.get("min", ""))
        if column.get("hidden") in _YES or column.get("width") == "0":
            self.page.hidden_columns.append((first, last))

    def _protection(self, protection: Element) -> None:
        self.page.protected = protection.get("sheet") in _YES

    def _areas(self, refs: str) -> None:
        for ref in refs.split():
            self._area(self.page.validated.append, ref)

    def _area(self, take: Callable[[Area], object], ref: str) -> None:
        self._counted()
        area = area_of(ref)
        if area is None:
            self._damaged("area", ref)
        take(area)

    def _counted(self) -> None:
        self.areas += 1
        if self.areas > MOST_AREAS:
            raise Unreadable("S107", what=say("unsafe_areas", sheet=plain(self.page.title, 40), most=MOST_AREAS))

    def _damaged(self, what: str, held: str) -> NoReturn:
        told = {"sheet": plain(self.page.title, 40), "held": plain(held, 40)}
        raise Unreadable("S103", reason=say(f"damaged_{what}", **told))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _joined(text: Element) -> str:
    """The pieces of a text, without its reading aids."""
    return "".join(piece.text or "" for part in text for piece in ([part] if part.tag == _TEXT else part.iter(_TEXT) if part.tag != _AID else ()))


def _moment(value: float, epoch: datetime, duration: bool) -> object:
    """The date, time or duration that a number shows; the number itself where it shows none."""
    from openpyxl.utils.datetime import from_excel  # only where somebody typed a date

    try:
        return from_excel(value, epoch, timedelta=duration)
    except (OverflowError, ValueError):
        return value


class _Shared:
    """A formula that several cells share, as it stands at the first of them; taken apart once, when another asks for it."""

    def __init__(self, text: str, origin: str) -> None:
        self.text, self.origin = text, origin
        self.translator: Any = None

    def at(self, here: str) -> str:
        """The formula as it reads at another cell."""
        from openpyxl.formula.translate import Translator  # only where a program shares formulas

        try:
            self.translator = self.translator or Translator(f"={self.text}", self.origin)
            return str(self.translator.translate_formula(here))
        except Exception:  # noqa: BLE001 - the tokenizer raises many kinds on text that is no formula; such text is shown as it stands
            return f"={self.text}"
