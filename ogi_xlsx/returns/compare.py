"""Holds a returned workbook against the layout it was issued with: labels, formulas, merges, sheets, protection.

Only content counts. Styles, widths, quoting of sheet names and the order of parts change with every honest save.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from ogi_xlsx.form.checks import Values
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Cell, Content, Layout, Sheet, a1, text_of
from ogi_xlsx.form.layout.cells import Area, Place
from ogi_xlsx.form.words import MOST_PLACES, Sentence, listed, nfkc, plain, say
from ogi_xlsx.returns import lost
from ogi_xlsx.returns.opening.page import Book, Cell as Held, Page
from ogi_xlsx.returns.record import number_reading

_IDENTITY = ("{name}", "{code}", "{year}")  # what printed cells say of whose form it is
_LONGER = 3  # times: no program writes a formula of ours anew at more than that length, and to take a longer one apart costs seconds
_QUOTED = re.compile(r"""("[^"]*")|'([^'"]+)'!""")
_SPACE = re.compile(r"\s+|_x000D_")


def compare(book: Book, layout: Layout, personal: Mapping[str, Content], values: Values) -> list[Finding]:
    """What differs from the workbook as issued, one finding a sheet and kind. `values` are what the totals show."""
    findings = _sheets(book, layout)
    unprotected = [name for name in layout.sheets if name in book.pages and not book.pages[name].protected]
    if unprotected:
        findings.append(found("S205", names="、".join(unprotected)))
    for name, sheet in layout.sheets.items():
        if name in book.pages:
            page = book.pages[name]
            findings += _cells(page, sheet, layout, personal, values)
            findings += _merges(page, sheet, layout)
    return findings


def _sheets(book: Book, layout: Layout) -> list[Finding]:
    missing = [name for name in layout.sheets if name not in book.pages and name not in book.unread]
    extra = [name for name in book.pages if name not in layout.sheets and name not in book.copies and name != IDENTITY_SHEET]
    findings = [found("S201", names="、".join(missing))] if missing else []
    if extra:
        told = [Sentence(plain(name), plain(name)) + (say("out_of_sight") if book.pages[name].state != "visible" else Sentence("", "")) for name in extra]
        findings.append(found("S202", names=Sentence("、".join(one.zh for one in told), ", ".join(one.en for one in told))))
    return findings


def _cells(page: Page, sheet: Sheet, layout: Layout, personal: Mapping[str, Content], values: Values) -> list[Finding]:
    """Locked cells with other content, and content where the form has no cell."""
    labels: list[tuple[str, Sentence]] = []
    formulas: list[tuple[str, Sentence]] = []
    frozen: list[tuple[str, Sentence]] = []
    whose: list[tuple[str, Sentence]] = []
    keys: dict[str, list[str]] = {"S203": [], "S204": [], "S210": [], "S319": []}
    for place, cell, got, wanted in changed(page, sheet, personal):
        alike = cell.is_formula and isinstance(got, str) and got.startswith("=") and page.cells[place].data_type != "f"
        told = say("was_now", was=_named(wanted), now=_named(got) + say("as_text") if alike else _named(got))
        same = cell.key in layout.checks.totals and is_value(got, values.get(cell.key))
        code, places = ("S210", frozen) if same else ("S204", formulas) if cell.is_formula else ("S319", whose) if _is_of_identity(cell) else ("S203", labels)
        places.append((a1(*place), told))
        keys[code] += [cell.key] if cell.key in layout.where else []
    told_apart = {"S203": labels, "S204": formulas, "S210": frozen, "S319": whose}
    named = {name: plain(personal[name]) for name in ("name", "year")}
    findings = [_told(code, page.title, places, tuple(keys[code]), **named) for code, places in told_apart.items() if places]
    if others := [(a1(*place), say("now", now=plain(page.cells[place].value, 40))) for place in outside(page, sheet)]:
        findings.append(_told("S207", page.title, others, ()))
    return findings


def changed(page: Page, sheet: Sheet, personal: Mapping[str, Content]) -> Iterator[tuple[Place, Cell, object, Content]]:
    """Locked cells that hold something else than was issued: place, cell, what is there, what should be."""
    held = page.cells
    for place, cell in sheet.printed.items() if not page.as_issued else ():
        there = held.get(place)
        wanted = text_of(cell, personal) if cell.personal else cell.content
        if not _as_issued(there, cell, wanted) and place not in page.gone:
            yield place, cell, None if there is None else there.value, wanted


def _as_issued(there: Held | None, cell: Cell, wanted: Content) -> bool:
    """Whether a locked cell holds what was issued; a text that reads like the formula is none."""
    got, formula = (None, False) if there is None else (there.value, there.data_type == "f")
    return formula == cell.is_formula and (got == wanted or _same(got, wanted, formula))


def outside(page: Page, sheet: Sheet) -> list[Place]:
    """Places that hold something and are no cells of the form; on a loose sheet nothing can be told."""
    return [] if sheet.loose else sorted(place for place in page.cells if not sheet.holds(place))


def _told(code: str, sheet: str, places: list[tuple[str, Sentence]], keys: tuple[str, ...], **more: str) -> Finding:
    """One finding over several cells of a sheet; the first few are named."""
    named = [Sentence(sheet + cell + told.zh, f"{sheet}!{cell} {told.en}") for cell, told in places]
    return found(code, sheet=sheet, cell=places[0][0], cells=keys, n=len(places), places=listed(named), **more)


def _is_of_identity(cell: Cell) -> bool:
    """Whether a cell shows whose form it is, or for which year."""
    return cell.personal and isinstance(cell.content, str) and any(part in cell.content for part in _IDENTITY)


def _merges(page: Page, sheet: Sheet, layout: Layout) -> list[Finding]:
    """Merges that differ from the form's, and cells to be filled that a merge covers: programs throw away what stands there."""
    wanted = set(sheet.merges)
    if sheet.loose or wanted == page.merges:
        return []
    findings = [found("S206", sheet=sheet.name, cell=a1(*min(wanted ^ page.merges)[:2]), places=_areas(sheet, wanted ^ page.merges))]
    if areas := lost.covering(page, sheet):
        keys = [sheet.cells[place].key for covered in areas.values() for place in covered]
        told = {"n": len(keys), "places": _areas(sheet, set(areas))}
        findings.append(found("S225", sheet=sheet.name, cell=a1(*min(areas)[:2]), cells=tuple(key for key in keys if key in layout.where), **told))
    return findings


def _areas(sheet: Sheet, areas: set[Area]) -> Sentence:
    named = [f"{a1(*area[:2])}:{a1(*area[2:])}" for area in sorted(areas)]
    more = say("and_more", n=len(named)) if len(named) > MOST_PLACES else Sentence("", "")
    return Sentence(sheet.name + "、".join(named[:MOST_PLACES]), f"{sheet.name}!{', '.join(named[:MOST_PLACES])}") + more


def is_value(got: object, value: Decimal | None) -> bool:
    """Whether a cell holds the very number that its formula would show."""
    return isinstance(got, int | float) and not isinstance(got, bool) and value is not None and number_reading(got, "signed_money").value == value


def _named(content: object) -> Sentence:
    return say("blank") if content in (None, "") else Sentence(f"“{plain(content, 40)}”", f"“{plain(content, 40)}”")


@lru_cache(maxsize=20_000, typed=True)  # a truth value is equal to a number, but no number
def _same(got: object, wanted: object, formula: bool) -> bool:
    """Whether two contents mean the same: texts by their folding, formulas by their canonical form, numbers by value."""
    if formula:
        got, wanted = str(got), str(wanted)
        return len(got) <= _LONGER * len(wanted) and _mean_same(got, wanted)
    if isinstance(wanted, int | float):
        return isinstance(got, int | float) and not isinstance(got, bool) and got == wanted
    if not wanted:
        return got is None or got == ""
    return isinstance(got, str) and fold(got) == fold(str(wanted))


def _mean_same(formula: str, other: str) -> bool:
    """Whether two formulas are the same but for what programs change; mostly that is quotes round the names of sheets, which is soon seen."""
    return _unquoted(formula) == _unquoted(other) or canonical(formula) == canonical(other)


@lru_cache(maxsize=20_000)
def _unquoted(formula: str) -> str:
    """A formula without quotes round sheet names; its texts stay as they are."""
    return _QUOTED.sub(lambda match: match[1] or f"{match[2]}!", formula)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Text as labels are compared: NFKC, no white space, straight quotes.

    >>> fold("规 章（１）\\n“三安全”")
    '规章(1)"三安全"'
    """
    text = nfkc(_SPACE.sub("", nfkc(text)))
    return text.replace("“", '"').replace("”", '"').replace("．", ".")


@lru_cache(maxsize=20_000)
def canonical(formula: str) -> str:
    """A formula without what office programs change when they save: white space, case, quoting, spelling of numbers.

    >>> canonical("='表三'!D6 + 1E3") == canonical("=表三!d6+1000")
    True
    """
    from openpyxl.formula import Tokenizer  # only where a program wrote formulas in its own way: it takes long to import

    try:
        return "".join(_token(str(token.value), token.type, token.subtype) for token in Tokenizer(formula).items)
    except Exception:  # noqa: BLE001 - the tokenizer raises many kinds on text that is no formula; such text equals only itself
        return formula


def _token(text: str, kind: str, subtype: str) -> str:
    """A token of a formula; kinds as openpyxl's tokenizer calls them."""
    if kind == "WHITE-SPACE":
        return ""
    if kind == "OPERAND" and subtype == "TEXT":
        return text
    if kind == "OPERAND" and subtype == "NUMBER":
        return repr(float(text))
    return text.upper().replace("'", "")
