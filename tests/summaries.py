"""Rounds for the tests of summaries: bodies that send their returns in, the office that adds them up, and what the file then holds."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import openpyxl
from clerks import copy, fill, issue, layout, run

from ogi_xlsx.county import roster as rosters
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.returns import reader

LINES = ("A,甲镇,镇", "B,乙街道,街道", "C,丙局,部门", "D,丁镇,镇")
BODY = {"t3.new_received.natural_person": 3, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 1, "t2.licensing.decisions": 5}
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sent(
    folder: Path, values: Mapping[str, Mapping[str, object]], lines: tuple[str, ...] = LINES, year: int = 2025, names: Mapping[str, str] | None = None
) -> Path:
    """Returns in `folder/收回` of the bodies that have values, by code; `names` are the names of their files."""
    files = issue(folder, lines=lines, year=year)
    for path, entry in zip(files, rosters.load(folder / "roster.csv"), strict=True):
        code = entry.agency.code
        if code in values:
            to = copy(path, folder / "收回" / (names or {}).get(code, f"{code}.xlsx"))
            fill(to, values[code], form=layout(level=entry.agency.level))
    return folder / "收回"


def add_up(folder: Path, *options: object, code: int = 0) -> Path:
    """The summary of `folder/收回` in `folder/汇总`; the exit code must be the one given."""
    out = folder / "汇总" / "汇总表.xlsx"
    done = run("consolidate", folder / "收回", "--roster", folder / "roster.csv", "--out", out, "--force", *options)
    assert done.exit_code == code, done.stdout + done.stderr
    return out


def form_of(path: Path) -> Layout:
    """The layout of a summary."""
    form = reader.read(path).layout
    assert form
    return form


def cells(path: Path, sheet: str, values: bool = True) -> list[list[object]]:
    """What a sheet holds, row by row; formulas as their values."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path, data_only=values)[sheet].iter_rows()]


def lines(path: Path, sheet: str) -> list[dict[str, object]]:
    """The lines of 报送情况, 问题 or 说明, by heading."""
    rows = cells(path, sheet)
    return [dict(zip((str(name).replace("\n", "") for name in rows[2]), row, strict=True)) for row in rows[3:]]


def shown(path: Path, field: str) -> object:
    """What a number or a field shows before anything recalculates."""
    form = form_of(path)
    sheet, row, col = form.where[field] if field in form.where else form.fields[field]
    return openpyxl.load_workbook(path, data_only=True)[sheet].cell(row, col).value


def targets(path: Path) -> dict[str, dict[str, str]]:
    """Targets of the links that lead out of a workbook, as they stand in the file, by sheet and cell."""
    found: dict[str, dict[str, str]] = {}
    with zipfile.ZipFile(path) as parts:
        names = [str(sheet.get("name")) for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")]
        for number, name in enumerate(names, 1):
            relations = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            if relations in parts.namelist():
                known = {r.get("Id"): r for r in ElementTree.fromstring(parts.read(relations)) if r.get("TargetMode") == "External"}
                links = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{_MAIN}hyperlink")
                found[name] = {str(a.get("ref")): str(known[id].get("Target")) for a in links if (id := a.get(f"{_RELATIONS}id")) in known}
    return {name: links for name, links in found.items() if links}


def led_to(path: Path, target: str) -> Path:
    """The file that a program opens for a target: relative to the workbook's folder, escapes undone once."""
    assert not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[\\/]", target), f"{target} is not relative"
    assert not re.search(r'[\s"<>#]', target), f"{target} is not escaped"
    return (path.parent / unquote(target.replace("\\", "/"))).resolve()
