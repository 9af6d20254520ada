"""Workbooks as their parts, for tests that change what no library would: each part is bytes by its name in the archive."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from clerks import YES

from ogi_xlsx.form.layout import Layout, revision_of
from ogi_xlsx.form.layout.filled import showing
from ogi_xlsx.returns.identity import Agency, Identity, sealed
from ogi_xlsx.returns.writing import workbook

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
SHEET = "xl/worksheets/sheet{}.xml"  # they are numbered in the order of the sheets
_EXCEL = b'<fileVersion appName="xl" lastEdited="7" lowestEdited="4" rupBuild="22228"/>'


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, held: Mapping[str, bytes]) -> Path:
    """A workbook of parts; a name that ends with a slash is a folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return path


def changed(path: Path, part: str, old: str, new: str) -> Path:
    """The workbook with one text of a part replaced, at its first place. Fails where it does not hold it."""
    held = parts(path)
    assert old.encode() in held[part]
    held[part] = held[part].replace(old.encode(), new.encode(), 1)
    return pack(path, held)


def attach(path: Path, to: str, kind: str, target: str, content: bytes = b"", outside: bool = False) -> Path:
    """The workbook with a relation of a part, empty for the whole workbook, to a new part with some content, or to something outside."""
    held = parts(path)
    folder, _, name = to.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else "_rels/.rels"
    held.setdefault(rels, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>')
    number = held[rels].count(b"<Relationship ") + 1
    kind = kind if "/" in kind else f"{OFFICE}/{kind}"
    leads = f'Target="{target}" TargetMode="External"' if outside else f'Target="/{target}"'
    one = f'<Relationship Id="rId{number}" Type="{kind}" {leads}/>'
    held[rels] = held[rels].replace(b"</Relationships>", one.encode() + b"</Relationships>")
    if not outside:
        held[target] = content
    return pack(path, held)


def filled(path: Path, form: Layout, values: Mapping[str, object], *, zero: bool = True, results: Mapping[str, object] | None = None) -> Path:
    """A workbook that Excel saved, with what was typed into it by key or field, and the results of its formulas.

    Blanks are declared 0 unless told otherwise. `results` is what was typed when the results were computed, where that is something else.
    """
    declared = {f"zero.{table.id}": YES for table in form.edition.tables} if zero else {}
    typed, computed = (_placed(form, declared | dict(one)) for one in (values, values if results is None else results))
    identity = Identity(Agency("001", "甲镇人民政府", form.variant.level), form.edition.last_year or 2025, form.edition.id, revision_of(form.edition))
    shown = form.shown(showing(form, computed, {}))
    workbook.write(path, form, sealed(identity, form), "PASSWORD", shown=shown, typed=typed)
    held = parts(path)
    held["xl/workbook.xml"] = re.sub(rb"<fileVersion[^>]*/>", _EXCEL, held["xl/workbook.xml"])
    return pack(path, held)


def _placed(form: Layout, values: Mapping[str, object]) -> dict[tuple[str, int, int], object]:
    return {form.where.get(key) or form.fields[key]: value for key, value in values.items()}
