"""LibreOffice as a judge of our workbooks: it reads many files in one call, computes every formula anew and saves them.

And the clerk before it: `issue` and `fill` make the workbooks that it reads, `values` tells what it then shows.
"""

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple

from ogi_xlsx.form.binding import prior_read
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Layout, Variant, layout_of, revision_of
from ogi_xlsx.returns import workbook
from ogi_xlsx.returns.identity import Agency, Identity, sealed

SOFFICE = shutil.which("soffice")
MISSING = "LibreOffice is not installed (no soffice on the path): nothing to hold our verdicts against"
_FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97", "html": "html:HTML (StarCalc)"}
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
_PATIENCE = 300  # seconds
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PEOPLE = {"cover.filler": "张三", "cover.phone": "0527-84350000", "cover.checker": "李四", "cover.head": "王五"}

Content = str | int | float | None
Place = tuple[str, int, int]  # sheet, row, column


def convert(files: Iterable[Path], kind: str, folder: Path) -> None:
    """Save files as xlsx, ods, xls or html into a new folder by one call of LibreOffice, every formula computed anew."""
    files = list(files)
    folder.mkdir()
    with tempfile.TemporaryDirectory(prefix="soffice-", ignore_cleanup_errors=True) as profile:
        user = Path(profile, "user")
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
        command = [str(SOFFICE), f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", _FILTERS[kind], "--outdir", str(folder), *map(str, files)]
        done = subprocess.run(command, env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    made = {f"{path.stem}.{kind}" for path in files}
    missing = made - {path.name for path in folder.iterdir()}
    assert len(made) == len(files), "two files of one name would overwrite each other"
    assert not missing, f"LibreOffice did not write {missing}\n{done.stdout}\n{done.stderr}"  # its exit code is 0 all the same


def layout(edition: Edition, level: str, typed_totals: bool, prior: bool = False) -> Layout:
    """The layout of a form issued today, with last year's numbers or without."""
    known = tuple(sorted(prior_read(edition))) if prior else ()
    return layout_of(edition, Variant(level, typed_totals, 0, revision_of(edition), known))


def issue(path: Path, form: Layout, code: str = "320000001", shown: Mapping[Place, Content] | None = None) -> Path:
    """Write the empty workbook of a body; `shown` are other cached values than the right ones."""
    level, edition = form.variant.level, form.edition
    prior = {key: str(number % 7) for number, key in enumerate(form.variant.prior)}
    agency = Agency(code, f"测试单位{code}", level)
    identity = Identity(agency, edition.last_year or 2025, edition.id, form.variant.revision, form.variant.typed_totals, prior=prior)
    workbook.write(path, form, sealed(identity, form), "PASSWORD", shown=shown)
    return path


def fill(issued: Path, form: Layout, contents: Mapping[Path, Mapping[str, Content]]) -> None:
    """Save copies of an issued workbook, each with its contents typed: by cell keys and fields such as `zero.t3`."""
    book = openpyxl.load_workbook(issued)
    day = f"{(form.edition.last_year or 2025) + 1}-01-12"
    for path, typed in contents.items():
        people = {name: text for name, text in {**_PEOPLE, "cover.date": day}.items() if name in form.fields}
        for name, content in {**people, **typed}.items():
            cell = _cell(book, form, name)
            assert not cell.protection.locked, f"{name} is locked"
            cell.value = content
        book.save(path)
        for name in typed:
            _cell(book, form, name).value = None


def _cell(book: openpyxl.Workbook, form: Layout, name: str) -> openpyxl.cell.Cell:
    sheet, row, col = form.where[name] if name in form.where else form.fields[name]
    return book[sheet].cell(row, col)


def values(path: Path) -> dict[Place, object]:
    """What a workbook shows, as it was last computed, by sheet, row and column; blanks left out.

    Four times as fast as a library that builds a whole workbook; both writers number the parts as the sheets stand.
    """
    with zipfile.ZipFile(path) as parts:
        texts = ["".join(text.text or "" for text in item.iter(f"{_NS}t")) for item in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))]
        names = [str(sheet.get("name")) for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_NS}sheet")]
        pages = [ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml")) for number in range(1, len(names) + 1)]
    cells = ((name, cell) for name, page in zip(names, pages, strict=True) for cell in page.iter(f"{_NS}c"))
    return {(name, *coordinate_to_tuple(str(cell.get("r")))): value for name, cell in cells if (value := _value(cell, texts)) not in (None, "")}


def formulas(path: Path) -> set[Place]:
    """Where the formulas of a workbook stand."""
    book = openpyxl.load_workbook(path)
    return {(page.title, *place) for page in book for place, cell in page._cells.items() if cell.data_type == "f"}


def points(path: Path) -> list[list[list[object]]]:
    """What the charts of a workbook show, each as its series of numbers, in the order of the sheets."""
    with zipfile.ZipFile(path) as parts:
        charts = [ElementTree.fromstring(parts.read(name)) for name in sorted(parts.namelist()) if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    return [[[round(float(v.text or 0), 9) for v in values.iter(f"{_CHART}v")] for values in chart.iter(f"{_CHART}val")] for chart in charts]


def links(folder: Path) -> set[Path]:
    """The files that links of the pages in a folder lead to."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html")))
    return {Path(unquote(urlparse(target).path)) for target in re.findall(r'href="(file:[^"#]+)"', text)}


def _value(cell: ElementTree.Element, texts: list[str]) -> object:
    text, kind = cell.findtext(f"{_NS}v"), cell.get("t", "n")
    if not text or kind in ("str", "e"):
        return text
    return texts[int(text)] if kind == "s" else bool(int(text)) if kind == "b" else float(text)
