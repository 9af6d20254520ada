"""Reads a returned workbook: the only place that knows openpyxl's reading side.

Cached results of formulas are never looked at; numbers are taken from typed cells, as they stand.
"""

import hashlib
import stat
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Layout, layout_of, revision_of
from ogi_xlsx.form.words import Refusal, Sentence, plain, printed, say, section
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.compare import compare
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.record import BLANK, Reading, Record, number_reading, text_reading

MOST_BYTES = 20_000_000  # a form is some 40 KB; a summary of a thousand agencies some 5 MB
REGISTER = "ogi-xlsx-register"  # custom property of an issue register, which is no return
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PEOPLE = ("filler", "phone", "checker", "head", "date")


@dataclass(eq=False)
class Return:
    """A workbook as it came back. `readings` by cell key, `fields` by field name; `findings` are about cells and structure.

    Without identity and layout it could not be read, and `findings` says why.
    """

    path: str
    sha256: str = ""
    identity: Identity | None = None
    edition: Edition | None = None
    layout: Layout | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    fields: dict[str, object] = field(default_factory=dict)
    zero: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)

    @property
    def typed(self) -> dict[str, Decimal | None]:
        """Number of each typed cell: as typed, 0 where blank and the table is declared zero, else None."""
        declared = Decimal(0)
        spots = self.edition.spots if self.edition else {}
        return {k: declared if r.blank and spots[k].table.id in self.zero else r.value for k, r in self.readings.items()}

    @property
    def record(self) -> Record | None:
        """The values with computed totals; None where nothing could be read."""
        if not self.identity or not self.layout:
            return None
        values = self.layout.checks.complete(self.typed)
        return Record(self.identity.agency, self.identity.year, self.identity.edition, {k: v for k, v in values.items() if v is not None})


class NotAReturn(Exception):
    """The file is one of ours that is no return (an issue register); a folder's reader skips it with a note."""


def read(path: Path, shown_path: str | None = None) -> Return:
    """Read a workbook. What cannot be read is a finding of the return, never an exception. Raises NotAReturn for a register."""
    result = Return(shown_path or str(path))
    try:
        content = _content(path, result)
        if content is None:
            return result
        book = _load(path, result)
    except OSError as error:
        result.findings.append(found("S101", reason=error.strerror or "I/O"))
        return result
    if book is None or not _identify(book, result):
        return result
    _read_cells(book, result)
    return result


def _content(path: Path, result: Return) -> bytes | None:
    """The bytes of a file that can be a workbook, its hash taken; None with a finding otherwise."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) or path.stat().st_size > MOST_BYTES:
        reason = say("not_regular") if not stat.S_ISREG(mode) else say("too_large", most=MOST_BYTES // 1_000_000)
        result.findings.append(found("S101", reason=reason))
        return None
    content = path.read_bytes()
    result.sha256 = hashlib.sha256(content).hexdigest()
    kind = _kind(content)
    if kind:
        result.findings.append(found("S102", kind=kind))
        return None
    return content


def _kind(content: bytes) -> Sentence | None:
    """What a file that is no zip archive looks like; None for one that is."""
    if content.startswith(b"PK\x03\x04"):
        return None
    for magic, name in ((b"", "empty"), (_OLE, "ole"), (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"{\\rtf", "word")):
        if content == magic or (magic and content.startswith(magic)):
            return say(f"kind_{name}")
    head = content.lstrip()[:200].lower()
    return say("kind_html") if head.startswith((b"<!doctype", b"<html")) else say("kind_text")


def _load(path: Path, result: Return) -> Any:
    """The workbook as openpyxl gives it; None with a finding where it cannot be loaded."""
    import openpyxl  # heavy: only when a file is really read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that we do not use
            return openpyxl.load_workbook(path)
    except (zipfile.BadZipFile, MemoryError):
        result.findings.append(found("S103"))
    except Exception:  # noqa: BLE001 - openpyxl raises at least twelve unrelated kinds on damaged files
        result.findings.append(found("S103"))
    return None


def _identify(book: Any, result: Return) -> bool:
    """Find identity and layout; False with a finding where they cannot be told."""
    properties = {p.name: str(p.value) for p in book.custom_doc_props.props}
    if REGISTER in properties:
        raise NotAReturn
    names = {name: str(d.attr_text or "").strip('"') for name, d in book.defined_names.items()}
    sheet = book[IDENTITY_SHEET] if IDENTITY_SHEET in book.sheetnames else None
    cells = [str(row[0] or "") for row in sheet.iter_rows(min_row=2, max_row=500, max_col=1, values_only=True)] if sheet else []
    marks = [
        identities.unpacked(_joined(properties, f"{identities.PROPERTY}-")),
        identities.unpacked(_joined(names, f"{identities.NAME}_")),
        identities.unpacked("".join(cells)),
    ]
    told = [mark for mark in marks if mark]
    agreed = next((mark for mark in told if told.count(mark) >= 2), None)
    if agreed is None:
        result.findings.append(found("S106" if len(told) > 1 else "S104"))
        return False
    result.identity = agreed
    if told.count(agreed) < 3:
        result.findings.append(found("S302"))
    return _lay_out(result, agreed)


def _joined(pieces: Mapping[str, str], prefix: str) -> str:
    """A mark from its numbered pieces."""
    parts: list[str] = []
    while f"{prefix}{len(parts) + 1}" in pieces:
        parts.append(pieces[f"{prefix}{len(parts) + 1}"])
    return "".join(parts)


def _lay_out(result: Return, identity: Identity) -> bool:
    known = editions.available()
    if identity.edition in known:
        edition = editions.load(identity.edition)
        if _older_or_same(identity.revision, revision_of(edition)):
            result.edition, result.layout = edition, layout_of(edition, identity.variant)
            if identities.seal_of(identity, result.layout) != identity.seal:
                result.findings.append(found("S303"))
            return True
    result.findings.append(found("S105", edition=plain(identity.edition, 20), revision=identity.revision))
    return False


def _older_or_same(revision: str, ours: str) -> bool:
    return all(int(a) <= int(b) for a, b in zip(revision.split("."), ours.split("."), strict=True))


def _read_cells(book: Any, result: Return) -> None:
    layout, identity, edition = result.layout, result.identity, result.edition
    assert layout and identity and edition
    result.findings += compare(book, layout, identities.personal(identity, edition))
    for name, (sheet, row, col) in layout.fields.items():
        if sheet in book.sheetnames:
            cell = book[sheet]._cells.get((row, col))
            result.fields[name] = None if cell is None else cell.value
    if identity.aggregate:
        _read_summary(book, result, layout)
        return
    for key in layout.checks.typed_keys:
        sheet, row, col = layout.where[key]
        cell = book[sheet]._cells.get((row, col)) if sheet in book.sheetnames else None
        result.readings[key] = BLANK if cell is None else reading_of(cell, edition.spots[key].column.type)
    _told_cells(result, layout, edition)
    _declarations(result, edition)
    blank = [printed(f"cover_{name}").zh for name in _PEOPLE if result.fields.get(f"cover.{name}") in (None, "")]
    if blank:
        result.findings.append(found("C201", sheet="封面", names="、".join(blank)))


def reading_of(cell: Any, kind: str) -> Reading:
    """What a typed cell holds, by its type in the file."""
    value, data_type = cell.value, cell.data_type
    if value is None:
        return BLANK
    if data_type == "f":
        return Reading(None, "C112", plain(getattr(value, "text", None) or value, 40))
    if data_type == "e":
        return Reading(None, "C113", plain(value, 20))
    if isinstance(value, bool):
        return Reading(None, "C105", "TRUE" if value else "FALSE")
    if data_type == "d" or not isinstance(value, int | float | str):
        return Reading(None, "C106", plain(value, 30))
    if isinstance(value, str):
        reading = text_reading(value)
        return Reading(None, reading.code, plain(reading.shown, 40))
    return number_reading(value, kind, cell.number_format)


def _told_cells(result: Return, layout: Layout, edition: Edition) -> None:
    """A finding for each cell that holds no usable number, and one a table for its blanks."""
    for key, reading in result.readings.items():
        if reading.code:
            spot = edition.spots[key]
            where = say("cell_at", sheet=spot.table.sheet, cell=layout.address(key), label=spot.label)
            result.findings.append(found(reading.code, sheet=spot.table.sheet, cell=layout.address(key), cells=(key,), where=where, shown=reading.shown))


def _declarations(result: Return, edition: Edition) -> None:
    """Zero declarations, then blanks that are not declared."""
    yes = section("words.toml", "reading")["yes"]
    declared = set()
    for table in edition.tables:
        answer = result.fields.get(f"zero.{table.id}")
        if answer in yes if isinstance(answer, str) else False:
            declared.add(table.id)
        elif answer not in (None, ""):
            result.findings.append(found("C116", sheet=table.sheet, cell=_zero_address(result, table.id), table=table.sheet, shown=plain(answer, 20)))
    result.zero = frozenset(declared)
    for table in edition.tables:
        blank = [key for key, reading in result.readings.items() if reading.blank and edition.spots[key].table is table]
        if blank and table.id not in declared:
            assert result.layout
            addresses = [result.layout.address(key) for key in blank]
            places = Sentence("、".join(addresses[:5]), ", ".join(addresses[:5])) + (say("and_so_on") if len(blank) > 5 else Sentence("", ""))
            result.findings.append(found("C101", sheet=table.sheet, cell=addresses[0], cells=tuple(blank), table=table.sheet, n=len(blank), places=places))


def _zero_address(result: Return, table: str) -> str:
    assert result.layout
    return result.layout.address(f"zero.{table}")


def _read_summary(book: Any, result: Return, layout: Layout) -> None:
    """A summary's numbers: the exact sum of its detail and adjustments."""
    assert result.identity and result.edition
    unclear: list[str] = []
    unreasoned: list[str] = []
    for key in layout.checks.typed_keys:
        kind = result.edition.spots[key].column.type
        change = f"adjust.amount.{key}"
        names = {f"detail.{i}.{key}": kind for i in range(result.identity.rows)} | {change: "signed_money" if kind == "money" else "signed"}
        readings = {name: _field_reading(book, layout, name, kind) for name, kind in names.items()}
        wrong = [f"{layout.fields[name][0]}{layout.address(name)}" for name, reading in readings.items() if reading.code or (reading.blank and name != change)]
        unclear += wrong
        if readings[change].value and not str(result.fields.get(f"adjust.reason.{key}") or "").strip():
            unreasoned.append(layout.address(change))
        total = sum((reading.value or Decimal(0) for reading in readings.values()), Decimal(0))
        result.readings[key] = Reading(None if wrong else total, "S208" if wrong else "")
    for code, places in (("S208", unclear), ("S209", unreasoned)):
        if places:
            result.findings.append(found(code, n=len(places), places="、".join(places[:5])))


def _field_reading(book: Any, layout: Layout, name: str, kind: str) -> Reading:
    sheet, row, col = layout.fields[name]
    cell = book[sheet]._cells.get((row, col)) if sheet in book.sheetnames else None
    return BLANK if cell is None else reading_of(cell, kind)


__all__ = ["NotAReturn", "Refusal", "Return", "read"]
