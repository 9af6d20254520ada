"""Reads a sheet's part into a page: what stands in its cells and what lies over them, each number as it was written.

Positions cost nothing: nothing here loops over an area, so that a merge over a whole sheet or a value in its last corner is only told.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn

from ogi_xlsx.form.layout.cells import LAST_COLUMN, LAST_ROW, Area, a1, area_of, column_number
from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.page import Cell, Page
from ogi_xlsx.returns.parts import MOST_TEXT, R_ID, Elements, main, stream
from ogi_xlsx.returns.safety import Unreadable
from ogi_xlsx.returns.styles import Look
from ogi_xlsx.returns.texts import unescaped

MOST_CELLS = 2_000_000  # of a workbook, blank ones among them: the details of five thousand agencies are a million
MOST_FORMULAS = 1_000_000  # characters of a workbook's formulas, shared ones written out; those of a summary come to some fifty thousand
MOST_AREAS = 20_000  # merges, validations, links, columns of a sheet: a form has some hundred
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")  # a longer one is endless, as in every office program
_INDEX = re.compile(r"[0-9]{1,9}")
_YES = {"1", "true", "on"}
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
    stream(name, data, _Sheet(page, texts, looks, epoch, count))


class _Sheet(Elements):
    def __init__(self, page: Page, texts: Sequence[str], looks: Sequence[Look], epoch: datetime, count: Count) -> None:
        starts = {
            "sheetData": self._data,
            "row": self._row,
            "c": self._cell,
            "f": self._formula_begins,
            "is": self._inline,
            "rPh": self._phonetic,
            "mergeCell": lambda a: self._area(page.merges.add, a.get("ref", "")),
            "col": self._columns,
            "sheetProtection": self._protection,
            "dataValidation": lambda a: self._areas(a.get("sqref", "")),
            "hyperlink": lambda a: self._area(lambda area: page.links.append((area, a.get(R_ID, ""))), a.get("ref", "")),
        }
        ends = {"sheetData": self._data_ends, "row": self._row_ends, "c": self._cell_ends, "rPh": self._phonetic_ends}
        super().__init__(main(starts), main({"v": self._value, "f": self._formula, "t": self._text}) | {f"{_XM} sqref": self._areas}, main(ends))
        self.page, self.shared_texts, self.looks, self.epoch, self.count = page, texts, looks, epoch, count
        self.rows = self.open = self.spoken = False  # within sheetData, a cell, a reading aid
        self.row = self.last_row = self.column = self.cells = self.areas = 0
        self.row_text = ""
        self.kind = self.style = ""
        self.raw: str | None = None
        self.pieces: list[str] | None = None
        self.formula: str | None = None
        self.formula_of: dict[str, str] = {}
        self.shared: dict[str, _Shared] = {}
        self.by_style: dict[str, Look] = {}

    # Rows and cells, in the order of the file; a second row or cell of one place is none that an office program writes.

    def _data(self, _: dict[str, str]) -> None:
        if self.rows or self.last_row:
            self._damaged("twice", "sheetData")
        self.rows = True

    def _data_ends(self) -> None:
        self.rows = False

    def _row(self, attributes: dict[str, str]) -> None:
        if not self.rows:
            return
        self.row_text = attributes.get("r") or str(self.last_row + 1)
        self.row = int(self.row_text) if _INDEX.fullmatch(self.row_text) else 0
        if not self.last_row < self.row <= LAST_ROW:
            self._damaged("row", self.row_text)
        self.last_row, self.column = self.row, 0
        if attributes.get("hidden") in _YES or attributes.get("ht") == "0":
            self.page.hidden_rows.add(self.row)

    def _row_ends(self) -> None:
        self.row = 0
        self.count.add(self.cells)
        self.cells = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        if not self.row:
            return
        ref = attributes.get("r")
        if ref is None:
            column = self.column + 1
        else:
            letters = ref.rstrip("0123456789")
            column = column_number(letters)
            if not column or ref[len(letters) :] != self.row_text:
                self._damaged("cell", ref)
        if not self.column < column <= LAST_COLUMN:
            self._damaged("cell", ref or str(column))
        self.column, self.open = column, True
        self.cells += 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.raw = self.formula = self.pieces = None

    def _inline(self, _: dict[str, str]) -> None:
        self.pieces = []

    def _phonetic(self, _: dict[str, str]) -> None:
        self.spoken = True

    def _phonetic_ends(self) -> None:
        self.spoken = False

    def _text(self, text: str) -> None:
        if self.pieces is not None and not self.spoken:
            self.pieces.append(text)

    def _value(self, text: str) -> None:
        if self.raw is not None:
            self._damaged("twice", f"v {a1(self.row, self.column)}")
        self.raw = text

    def _formula_begins(self, attributes: dict[str, str]) -> None:
        if self.formula is not None:
            self._damaged("twice", f"f {a1(self.row, self.column)}")
        self.formula_of = attributes

    def _formula(self, text: str) -> None:
        self.formula = text

    def _cell_ends(self) -> None:
        if not self.open:
            return
        self.open = False
        place = (self.row, self.column)
        look = self.by_style.get(self.style) or self._look()
        if not look.locked:
            self.page.unlocked.add(place)
        if self.raw is None and self.formula is None and self.pieces is None:
            return
        value, kind = self._held(look)
        if self.formula is not None:
            self.page.cells[place] = Cell(self._formula_text(), "f", look.number_format, look.locked, value)
        elif value is not None:
            self.page.cells[place] = Cell(value, kind, look.number_format, look.locked)

    def _look(self) -> Look:
        if not _INDEX.fullmatch(self.style) or int(self.style) >= len(self.looks):
            self._damaged("style", self.style)
        return self.by_style.setdefault(self.style, self.looks[int(self.style)])

    def _held(self, look: Look) -> tuple[object, str]:
        """Value of the cell and its type; what stands where a number should and is none stays a text, as it was written."""
        if self.pieces is not None:
            return unescaped(self._long("".join(self.pieces))), "s"
        if self.raw is None or (not self.raw and self.kind != "str"):
            return None, "n"
        raw = self._long(self.raw)
        if self.kind == "s":
            if not _INDEX.fullmatch(raw) or int(raw) >= len(self.shared_texts):
                self._damaged("text", raw)
            return self.shared_texts[int(raw)], "s"
        if self.kind == "n":
            return self._number(raw, look)
        if self.kind == "b" and raw in ("0", "1", "true", "false"):
            return raw in _YES, "b"
        return unescaped(raw), self.kind if self.kind in ("e", "d") else "s"

    def _number(self, raw: str, look: Look) -> tuple[object, str]:
        if not _NUMBER.fullmatch(raw):
            return raw, "s"
        value = int(raw) if _INTEGER.fullmatch(raw) else float(raw)
        if look.date and self.formula is None:
            return _moment(value, self.epoch, look.duration), "d"
        return value, "n"

    def _formula_text(self) -> str:
        """The text of a formula; one that shares another's is as that one would read here."""
        kind, text = self.formula_of.get("t", "normal"), self._long(self.formula or "")
        here = a1(self.row, self.column)
        self.count.add_formula(len(text))
        if kind == "shared":
            index = self.formula_of.get("si", "")
            if text:
                self.shared[index] = _Shared(text, here)
            elif index in self.shared:
                self.count.add_formula(len(self.shared[index].text))
                return self.shared[index].at(here)
        if kind == "dataTable":
            return "=TABLE()"
        return f"{{={text}}}" if kind == "array" else f"={text}"

    def _long(self, text: str) -> str:
        if len(text) > MOST_TEXT:
            raise Unreadable("S107", what=say("unsafe_text", sheet=plain(self.page.title, 40), cell=a1(self.row, self.column), most=MOST_TEXT // 10_000))
        return text

    # What lies over the cells.

    def _columns(self, attributes: dict[str, str]) -> None:
        self._counted()
        first, last = (int(attributes[end]) if _INDEX.fullmatch(attributes.get(end, "")) else 0 for end in ("min", "max"))
        if not 1 <= first <= last <= LAST_COLUMN:
            self._damaged("column", attributes.get("min", ""))
        if attributes.get("hidden") in _YES or attributes.get("width") == "0":
            self.page.hidden_columns.append((first, last))

    def _protection(self, attributes: dict[str, str]) -> None:
        self.page.protected = attributes.get("sheet") in _YES

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
