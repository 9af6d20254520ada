"""Writes a workbook from its layout: the only place that knows xlsxwriter's workbook of a return or summary.

Every formula gets the value it shows, since previews and some programs do not calculate on opening.
"""

import io
import secrets
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import IDENTITY_SHEET, Layout, Link, Sheet, text_of
from ogi_xlsx.form.layout.cells import Cell, Content, Data, Place, a1
from ogi_xlsx.form.words import printed, section
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.outputs import placed
from ogi_xlsx.returns.writing import drawing, texts, validations
from ogi_xlsx.returns.writing.added import Added
from ogi_xlsx.returns.writing.bearer import Bearer, grown
from ogi_xlsx.returns.writing.plain_book import PlainBook

Shown = Mapping[tuple[str, int, int], Content]
Rows = Iterable[Sequence[Content | Link]]
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_password() -> str:
    """A random password that can be read out over the telephone: ten letters and digits, none of them alike."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


class _LockedBook(PlainBook):
    """xlsxwriter cannot lock the structure of a workbook; the element stands before the views."""

    def _write_book_views(self) -> None:
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


class _Exact(float):
    """A number that is written with all its digits; xlsxwriter writes sixteen."""

    def __new__(cls, number: int | float) -> "_Exact":
        exact = super().__new__(cls, number)
        exact.digits = repr(number)
        return exact

    digits: str

    def __format__(self, _: str) -> str:
        return self.digits


def write(
    path: Path,
    layout: Layout,
    identity: Identity,
    password: str,
    *,
    shown: Shown | None = None,
    typed: Shown | None = None,
    data: Mapping[str, Rows] | None = None,
    loose: Sequence[Sheet] = (),
    added: Added | None = None,
    force: bool = False,
) -> None:
    """Write a workbook to a path, by a temporary name; what is there already is replaced with `force` alone.

    `shown` are the values of formulas (those of the empty form without it), `typed` contents of typed or data cells, `data` the rows of data of a
    sheet, `loose` lines that belong to no layout, on the sheet of their name: of them only what tells what it shows becomes a formula, and only
    what has a link becomes one. `added` lies over the cells. Raises Refusal where the file cannot be written.
    """
    with placed(path, force) as temporary:
        bearer = Bearer.of(identity, layout.edition)
        writer = _Writer(layout, bearer, password, shown or layout.shown_empty, typed or {}, data or {}, loose, added or Added())
        temporary.write_bytes(writer.write())  # whole before a byte of it is written


def content(layout: Layout, bearer: Bearer, password: str) -> bytes:
    """The bytes of a workbook in which nothing is filled in."""
    return _Writer(layout, bearer, password, layout.shown_empty, {}, {}, (), Added()).write()


class _Writer:
    def __init__(
        self,
        layout: Layout,
        bearer: Bearer,
        password: str,
        shown: Shown,
        typed: Shown,
        data: Mapping[str, Rows],
        loose: Sequence[Sheet],
        added: Added,
    ) -> None:
        self.layout, self.bearer, self.password = layout, bearer, password
        self.shown, self.typed, self.data, self.added = shown, typed, data, added
        self.loose = {sheet.name: sheet for sheet in loose}
        self.out = io.BytesIO()
        self.book = _LockedBook(self.out)
        self.styles: dict[str, Any] = {}

    def style(self, name: str, number_format: str = "") -> Any:
        key = f"{name} {number_format}" if number_format else name
        if key not in self.styles:
            look: dict[str, Any] = {**section("workbook.toml", "style")["default"], **section("workbook.toml", "style")[name]}
            if number_format:
                look["num_format"] = section("workbook.toml", "format")[number_format]
            self.styles[key] = self.book.add_format(look)
        return self.styles[key]

    def write(self) -> bytes:
        """The bytes of the workbook."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # xlsxwriter warns, and leaves out, what it cannot write
            self._write()
        return self.out.getvalue()

    def _write(self) -> None:
        self.book.set_properties({"title": f"{self.bearer.name} {self.bearer.year}", "company": self.bearer.name, "comments": ""})
        self.book.set_size(2400, 1500)
        for sheet in self.layout.sheets.values():
            self.sheet(sheet)
        self.mark()
        self.book.close()

    def sheet(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        for col, width in enumerate(sheet.widths):
            page.set_column(col, col, width)
        self.cells(page, sheet, sheet.name)
        if sheet.data:
            self.rows(page, sheet.data)
        loose = self.loose.get(sheet.name)
        if loose:
            self.cells(page, loose, sheet.name)
        for validation in sheet.validations:
            validations.add(page, validation)
        for mark in (*self.added.marks.get(sheet.name, ()), *sheet.marks):
            options = {"type": "formula", "criteria": mark.formula, "format": self.mark_style(mark.style)}
            page.conditional_format(mark.area.split(" ")[0], options | ({"multi_range": mark.area} if " " in mark.area else {}))
        self.added.write_notes(page, sheet.name)
        for one in sheet.drawings:
            drawing.draw(self.book, page, sheet, one)
        self.page(page, sheet, loose)
        allowed = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True}
        allowed["format_cells"] = any(place[0] == sheet.name for place in self.added.formats)  # or nobody could take the format away
        area = loose.filter if loose else sheet.filter
        if area:
            page.autofilter(area[0] - 1, area[1] - 1, area[2] - 1, area[3] - 1)
            allowed["autofilter"] = True
        page.protect(self.password, allowed)

    def cells(self, page: Any, sheet: Sheet, name: str) -> None:
        """Heights, merges and cells of a sheet, or of its loose lines."""
        for row, height in sheet.heights.items():
            page.set_row(row - 1, grown(sheet, row, self.bearer.measured) if row in sheet.grows else height)
        merged = {(first, col): (first, col, last, right) for first, col, last, right in sheet.merges}
        for place, cell in sheet.cells.items():
            if place in merged:
                first, col, last, right = merged[place]
                page.merge_range(first - 1, col - 1, last - 1, right - 1, "", self.style(cell.style))
            self.cell(page, name, place, cell)

    def rows(self, page: Any, data: Data) -> None:
        """The rows of data of a sheet."""
        styles = [self.style(style) for _, style in data.columns]
        for at, row in enumerate(self.data.get(data.sheet, ()), data.top - 1):
            for col, (content, style) in enumerate(zip(row, styles, strict=True)):
                if isinstance(content, Link) and content.target:
                    page.write_url(at, col, content.target, style, content.text)
                else:
                    self.content(page, at, col, content.text if isinstance(content, Link) else content, style)

    def mark_style(self, name: str) -> Any:
        key = f"mark:{name}"
        if key not in self.styles:
            self.styles[key] = self.book.add_format(section("workbook.toml", "style")[name])
        return self.styles[key]

    def cell(self, page: Any, sheet: str, place: Place, cell: Cell) -> None:
        row, col, style = place[0] - 1, place[1] - 1, self.style(cell.style, self.added.formats.get((sheet, *place), ""))
        content = self.typed.get((sheet, *place), cell.content) if cell.typed or cell.data else text_of(cell, self.bearer.personal)
        if cell.is_formula and cell.shows:
            shown = self.shown.get((sheet, *place), "")
            page.write_formula(row, col, str(content), style, texts.escaped(shown) if isinstance(shown, str) else shown)
        elif cell.link:
            page.write_url(row, col, cell.link, style, str(content))
        elif cell.typed and content == "":
            page.write_string(row, col, "", style)  # which is not the same as a blank
        else:
            if cell.typed and isinstance(content, int | float) and not isinstance(content, bool):
                content = _Exact(content)
            self.content(page, row, col, content, style)

    @staticmethod
    def content(page: Any, row: int, col: int, content: Content, style: Any) -> None:
        """Write a content as what it is: no text ever becomes a formula, a link or a number."""
        if content is None or content == "":
            page.write_blank(row, col, None, style)
        elif isinstance(content, bool):
            page.write_boolean(row, col, content, style)
        elif isinstance(content, int | float):
            page.write_number(row, col, content, style)
        else:
            page.write_string(row, col, str(content), style)

    def page(self, page: Any, sheet: Sheet, loose: Sheet | None) -> None:
        """Print set-up: A4, one page wide, headings repeated, page numbers."""
        page.set_paper(9)
        if sheet.landscape:
            page.set_landscape()
        page.set_margins(left=0.5, right=0.5, top=0.55, bottom=0.6)
        page.center_horizontally()
        if sheet.pages:
            page.fit_to_pages(*sheet.pages)
        else:
            page.set_print_scale(sheet.scale)
        if sheet.repeat_columns:
            page.repeat_columns(0, sheet.repeat_columns - 1)
        page.set_footer(texts.footer(self.bearer.name, str(self.bearer.year)))
        if sheet.repeat:
            page.repeat_rows(sheet.repeat[0] - 1, sheet.repeat[1] - 1)
        if sheet.print_columns:
            ends = [row for row, _ in sheet.cells] + [last for _, _, last, _ in sheet.merges] + [one.area[2] for one in sheet.drawings]
            rows = max([*ends, *(row for row, _ in (loose.cells if loose else ()))])
            page.print_area(0, 0, rows - 1, sheet.print_columns - 1)
        if sheet.breaks:
            page.set_h_pagebreaks(sheet.breaks)
        if sheet.frozen != (0, 0):
            page.freeze_panes(*sheet.frozen)
        page.hide_gridlines(2)
        typed = min((place for place, cell in sheet.cells.items() if cell.typed), default=(1, 1))
        page.set_selection(a1(*typed))

    def mark(self) -> None:
        """The three marks of identity, each whole."""
        for i, piece in enumerate(self.bearer.marks):
            self.book.set_custom_property(f"{identities.PROPERTY}-{i + 1}", piece, "text")
            self.book.define_name(f"{identities.NAME}_{i + 1}", f'="{piece}"')
        page = self.book.add_worksheet(IDENTITY_SHEET)
        page.write_string(0, 0, printed("identity_hint").zh)
        for i, piece in enumerate(self.bearer.marks):
            page.write_string(1 + i, 0, piece)
        page.protect(self.password)
        page.very_hidden()


__all__ = ["Edition", "a1", "new_password", "write"]
