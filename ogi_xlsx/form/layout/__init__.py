"""Where each cell of a workbook stands and what it holds: the only room that knows addresses.

A layout depends on the edition and its revision, the level of the body and the options; bodies of one level share it.
Contents that differ from body to body are `personal` and filled in by `text_of`.
"""

import hashlib
import json
import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from ogi_xlsx.form import words
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.checks import Checks
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import check_sheet, cover_sheet, print_sheet, prior_sheet, problem_sheet, summary_sheets, table_sheet, text_sheet
from ogi_xlsx.form.layout.cells import Cell, Content, Fields, Link, Sheet, a1, place_of
from ogi_xlsx.form.layout.check_sheet import Line
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.layout.showing import Showing

__all__ = ["Cell", "Content", "Layout", "Line", "Link", "Sheet", "Showing", "Variant", "a1", "layout_of", "place_of"]

IDENTITY_SHEET = "标识"
_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Variant:
    """What makes one layout differ from another of the same edition.

    `rows`: agencies in a summary's detail, 0 for a body's own form. `prior`: last year's numbers that are known, as `prior.<key>`, sorted.
    `with_text`: there is a sheet for the text of the report. Of a summary also the `levels` of its agencies, and whether last year's
    sums stand below its detail (`compared`). `correction`: it goes back to be corrected, with a sheet of what is wrong.
    """

    level: str
    typed_totals: bool = False
    rows: int = 0
    revision: str = ""
    prior: tuple[str, ...] = ()
    with_text: bool = False
    levels: tuple[str, ...] = ()
    compared: bool = False
    correction: bool = False

    @property
    def aggregate(self) -> bool:
        """Whether this is a summary."""
        return self.rows > 0


@dataclass(eq=False)
class Layout:
    """The sheets of a workbook in order, the lines of 校验, and where keys and fields stand (sheet, row, column).

    `beside` are the other numbers that checks read: those of the cover, and last year's. `carried` maps a number that is
    filled in from last year to where it comes from.
    """

    edition: Edition
    variant: Variant
    checks: Checks
    sheets: dict[str, Sheet]
    lines: list[Line]
    where: dict[str, tuple[str, int, int]]
    beside: dict[str, tuple[str, int, int]]
    carried: Mapping[str, str]

    def __reduce__(self) -> tuple[object, ...]:
        """A layout travels between processes as what it is made from, and is one object again on arrival; so does one with cells in other places."""
        made = layout_of(self.edition, self.variant)
        return (layout_of, (self.edition, self.variant)) if self is made else (_moved, (self.edition, self.variant, self.where))

    @cached_property
    def fields(self) -> Mapping[str, tuple[str, int, int]]:
        """Place of every cell that has a key and is no number of the form: declarations, people, explanations, detail."""
        found = {
            cell.key: (name, *place) for name, sheet in self.sheets.items() for place, cell in sheet.cells.items() if cell.key and cell.key not in self.where
        }
        return ChainMap(found, Fields([sheet.data for sheet in self.sheets.values() if sheet.data]))  # type: ignore[arg-type]

    @cached_property
    def shown_empty(self) -> dict[tuple[str, int, int], Content]:
        """What each formula shows while nothing is filled in."""
        return self.shown(Showing(self.edition, self.checks))

    def shown(self, showing: Showing) -> dict[tuple[str, int, int], Content]:
        """What each formula shows for given numbers."""
        return {(n, *p): c.shows(showing) for n, s in self.sheets.items() for p, c in s.cells.items() if c.shows}

    def sheet_of(self, key: str) -> str:
        """Sheet of the cell of a key or field."""
        return (self.where.get(key) or self.fields[key])[0]

    def address(self, key: str) -> str:
        """Address of the cell of a key or field, such as `D6`."""
        _, row, col = self.where[key] if key in self.where else self.fields[key]
        return a1(row, col)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all locked content that bodies share: what the seal is taken over."""
        told = [[n, *p, c.content] for n, s in self.sheets.items() for p, c in sorted(s.cells.items()) if not c.typed and not c.data]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def revision_of(edition: Edition) -> str:
    """Revision of a workbook made today: that of the edition file and that of the printed texts."""
    return f"{edition.revision}.{words.template('workbook.toml')['revision']}"


@lru_cache(maxsize=64)
def layout_of(edition: Edition, variant: Variant) -> Layout:
    """The layout of a workbook."""
    checks = checks_of(edition, variant.level, variant.typed_totals)
    where = {key: place for table in edition.tables for key, place in table_sheet.where(table).items()}
    cover = cover_sheet.build(checks, Formulas(edition, where), variant.aggregate)
    prior = prior_sheet.in_order(edition, variant.prior)
    beside = cover_sheet.where(cover) | prior_sheet.where(prior)
    formulas = Formulas(edition, where | beside)
    carried = {} if variant.aggregate else _carried(checks, prior)
    sums = summary_sheets.Sums(edition, checks, variant.rows, variant.levels, variant.compared)
    zero = {} if variant.aggregate else {t.id: f"'{t.sheet}'!{a1(*table_sheet.zero_cell(t), absolute=True)}" for t in edition.tables}
    filled = {key: f"={sums.formula(key)}" for key in checks.typed_keys} if variant.aggregate else prior_sheet.formulas(prior, carried)
    tables = [table_sheet.build(edition, checks, t, Formulas(edition, where | beside, t.sheet), filled, variant.aggregate) for t in edition.tables]
    correction = prior_sheet.correction_cells(prior, carried.values())
    check, lines = check_sheet.build(edition, checks, formulas, zero, prior, variant.aggregate, correction)
    outcomes = {line.check.id: f"'{check.name}'!{line.address('outcome')}" for line in lines}
    for sheet, table in zip(tables, edition.tables, strict=True):
        table_sheet.add_marks(sheet, table, checks, outcomes, edition)
    extra = summary_sheets.build(edition, checks, sums, formulas) if variant.aggregate else []
    people = {cell.key.removeprefix("cover."): f"'{cover.name}'!{a1(*place)}" for place, cell in cover.cells.items() if cell.key.startswith("cover.")}
    extra += [text_sheet.build(edition)] if variant.with_text else []
    last_year = [prior_sheet.build(edition, prior, carried)] if prior else []
    problems = [problem_sheet.build()] if variant.correction else []
    sheets = [*problems, cover, *tables, check, print_sheet.build(edition, checks, formulas, zero, people, variant.aggregate), *last_year, *extra]
    _mend(edition, variant, sheets)
    return Layout(edition, variant, checks, {sheet.name: sheet for sheet in sheets}, lines, where, beside, carried)


def _moved(edition: Edition, variant: Variant, where: dict[str, tuple[str, int, int]]) -> Layout:
    return replace(layout_of(edition, variant), where=where)


def _carried(checks: Checks, prior: tuple[str, ...]) -> dict[str, str]:
    """Numbers that a rule says are last year's, where last year's are all known, with where they come from."""
    pairs = {check.relation.left[0].keys[0]: check.relation.right[0].keys[0] for check in checks.checks if check.rule.carries}
    return pairs if set(pairs.values()) <= set(prior) else {}


def _mend(edition: Edition, variant: Variant, sheets: list[Sheet]) -> None:
    """Give texts that were reworded since the layout's revision the words they had then."""
    revisions = [int(part) for part in (variant.revision or revision_of(edition)).split(".")]
    printed = words.template("workbook.toml").get("mended", [])
    told = [(*entry, revisions[0]) for entry in edition.mended]
    told += [(e["until"], e["was"], e["now"], revisions[1]) for e in printed]
    was = {now: before for until, before, now, revision in told if revision <= until}
    for sheet in sheets if was else []:
        for place, cell in sheet.cells.items():
            if cell.content in was:
                sheet.cells[place] = Cell(was[str(cell.content)], cell.style, cell.shows, cell.typed, cell.key, cell.personal, cell.data, cell.link)


def text_of(cell: Cell, personal: Mapping[str, Content]) -> Content:
    """Content of a cell for one body: `{name}`, `{year}` and the like filled in; a cell that is nothing but a number's name holds the number.

    >>> text_of(Cell("{name}", "", personal=True), {"name": "安海镇人民政府"})
    '安海镇人民政府'
    >>> text_of(Cell("{name}（{code}）", "", personal=True), {"name": "甲{code}镇", "code": "1"})
    '甲{code}镇（1）'
    """
    if not cell.personal or not isinstance(cell.content, str):
        return cell.content
    whole = _NAME.fullmatch(cell.content)
    if whole and whole[1] in personal:
        return personal[whole[1]]
    return _NAME.sub(lambda match: str(personal.get(match[1], match[0])), cell.content)  # once: a name may look like a placeholder
