"""Filled returns to measure with: seeded random numbers that balance, no two returns alike, every fourth with a mistake.

Each file is stored as Excel stores it, with the results of all formulas and without quotes round the sheet names in them, so that the comparison
of formulas has its real work to do.
"""

import random
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.county.issue import file_name
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Layout, layout_of, revision_of
from ogi_xlsx.form.layout.filled import showing
from ogi_xlsx.returns.identity import Agency, Identity, sealed
from ogi_xlsx.returns.writing import workbook

YEAR = 2025
_SEED = 20210930
_KINDS = (("township", "镇人民政府"), ("street", "街道办事处"), ("department", "局"))
_MISTAKES: tuple[object, ...] = (999, None, "12", "３", "无", 1.5, -4)
_PEOPLE = {"filler": "林小燕", "phone": "0595-85633000", "checker": "陈志强", "head": "王建华", "date": "2026-01-12"}

Numbers = dict[str, Decimal]


def bodies(count: int) -> list[Entry]:
    """A roster of townships, streets and departments in turn."""
    return [Entry(no, Agency(f"350582{no:03}", f"第{no}{kind}", level)) for no in range(1, count + 1) for level, kind in [_KINDS[no % 3]]]


def fill(folder: Path, count: int) -> None:
    """Write filled returns of the edition in force into a folder."""
    edition = editions.for_year(YEAR)
    for entry in bodies(count):
        identity, layout = identified(entry, edition)
        chance = random.Random(f"{_SEED} {entry.no}")
        numbers = numbers_of(edition, chance)
        zero = _declare(layout, numbers, chance)
        typed = _typed(layout, numbers, zero, chance if entry.no % 4 == 0 else None)
        shown = layout.shown(showing(layout, typed, {}))
        path = folder / file_name(entry, YEAR, 3)
        workbook.write(path, layout, identity, "benchmark", shown=shown, typed=typed)
        _as_excel_saves(path, list(layout.sheets))


def identified(entry: Entry, edition: Edition) -> tuple[Identity, Layout]:
    """The sealed identity of a body's workbook, and its layout."""
    blank = Identity(entry.agency, YEAR, edition.id, revision_of(edition), issue=f"{entry.no:012x}")
    layout = layout_of(edition, blank.variant)
    return sealed(blank, layout), layout


def numbers_of(edition: Edition, chance: random.Random) -> Numbers:
    """Numbers of every cell to be typed, so that every check passes; computed totals have none."""
    numbers = {key: Decimal(_small(chance)) for key in edition.spots}
    for key in (key for key in numbers if key.startswith("t2.regulations.")):
        numbers[key] = Decimal(0)
    numbers["t2.normative_documents.in_force"] = numbers["t2.normative_documents.issued_this_year"] + chance.randrange(200)
    numbers["t2.fees.amount"] = Decimal(chance.randrange(100_000)) / 100
    table = next(table for table in edition.tables if table.id == "t3")
    for column in table.blocks[0].columns[:-1]:
        cells = {row.key: f"t3.{row.key}.{column.key}" for row in table.blocks[0].rows}
        handled = sum(numbers[cell] for row, cell in cells.items() if row not in ("new_received", "carried_in", "carried_out", "handled_total"))
        received = handled + numbers[cells["carried_out"]]
        numbers[cells["carried_in"]] = min(numbers[cells["carried_in"]], received)
        numbers[cells["new_received"]] = received - numbers[cells["carried_in"]]
    return numbers


def _small(chance: random.Random) -> int:
    """Most cells of a real return hold 0, some a few, one or two many."""
    return chance.choice((0, 0, 0, 0, 0, 0, chance.randrange(10), chance.randrange(300)))


def _declare(layout: Layout, numbers: Numbers, chance: random.Random) -> set[str]:
    """Drop the totals; in half of the returns leave zeros blank and declare them. Returns the tables declared."""
    typed = set(layout.checks.typed_keys)
    declared = {table.id for table in layout.edition.tables} if chance.random() < 0.5 else set()
    for key in list(numbers):
        if key not in typed or (declared and not numbers[key]):
            del numbers[key]
    return declared


def _typed(layout: Layout, numbers: Numbers, zero: set[str], chance: random.Random | None) -> dict[tuple[str, int, int], str | int | float | None]:
    """Contents by place: the numbers, declarations and people; with `chance`, one to three cells of table 3 are wrong."""
    typed: dict[tuple[str, int, int], str | int | float | None] = {
        layout.where[key]: int(value) if value == value.to_integral_value() else float(value) for key, value in numbers.items()
    }
    typed |= {layout.fields[f"zero.{table}"]: "是" for table in zero}
    typed |= {layout.fields[f"cover.{name}"]: text for name, text in _PEOPLE.items()}
    if chance:
        keys: Sequence[str] = layout.checks.typed["t3"]
        for key in chance.sample(keys, chance.randint(1, 3)):
            typed[layout.where[key]] = chance.choice(_MISTAKES)  # type: ignore[assignment]
    return typed


def _as_excel_saves(path: Path, sheets: Sequence[str]) -> None:
    """Take the quotes from sheet names in formulas."""
    with zipfile.ZipFile(path) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            for sheet in sheets if name.startswith("xl/worksheets/") else ():
                content = content.replace(f"'{sheet}'!".encode(), f"{sheet}!".encode())
            book.writestr(name, content)
