"""Honest workbooks taken apart, for the tests that damage them: their parts, edits of a part, and the numbers that stand in them."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from clerks import issue, layout
from openpyxl.utils.cell import get_column_letter

from ogi_xlsx.form.layout import Layout
from ogi_xlsx.returns.returned import Return

Parts = dict[str, bytes]  # of a workbook by name, in the order of the file

XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HEAD = rb"\A\s*(?:<\?xml[^>]*\?>)?\s*"  # openpyxl writes no declaration
PEOPLE = {"filler": "张三", "phone": "0595-84350000", "checker": "李四", "head": "王五", "date": "2026-01-12"}
FIRST = "t3.new_received.natural_person"  # the cell that most cases spoil


def numbers(form: Layout) -> dict[str, int]:
    """A record that passes every check, its larger numbers all different: one that lands in another cell is seen."""
    typed = dict.fromkeys(form.checks.typed_keys, 0)
    for n, column in enumerate(("natural_person", "business", "research", "public_interest", "legal_service", "other_org"), 1):
        told = {"new_received": 10 * n + 1, "carried_in": n, "granted": 7 * n, "partly_granted": 2 * n, "unavailable_not_held": n + 1, "carried_out": n}
        typed |= {f"t3.{row}.{column}": number for row, number in told.items()}
    typed |= {"t2.normative_documents.issued_this_year": 3, "t2.normative_documents.repealed_this_year": 1, "t2.normative_documents.in_force": 14}
    typed |= {"t2.licensing.decisions": 351, "t2.penalties.decisions": 42, "t2.coercion.decisions": 5}
    return typed | {"t4.review.upheld": 2, "t4.litigation_direct.corrected": 1}


def contents(form: Layout) -> dict[str, object]:
    """What a clerk types: every number, none left blank, and the people of the cover. The numbers of the cover stay blank, which is 0."""
    return {**numbers(form), "cover.way": "单位自填", **{f"cover.{name}": text for name, text in PEOPLE.items()}}


def honest(folder: Path) -> dict[str, Path]:
    """The workbook of one body, filled in: typed into what xlsxwriter wrote, and as openpyxl saves it."""
    form, (issued,) = layout(), issue(folder)
    held = parts(issued)
    book = openpyxl.load_workbook(issued)
    for key, content in contents(form).items():
        sheet, row, col = form.where[key] if key in form.where else form.fields[key]
        held = with_cell(held, sheet, f"{get_column_letter(col)}{row}", *_typed(content))
        book[sheet].cell(row, col).value = content
    saved = folder / "openpyxl.xlsx"
    book.save(saved)
    held = {name: re.sub(rb"(?<=</f>)<v>[^<]*</v>", b"", data) for name, data in held.items()}  # results of the blank form
    return {"xlsxwriter": pack(folder / "xlsxwriter.xlsx", held), "openpyxl": pack(saved, spelled(parts(saved)))}


def _typed(content: object) -> tuple[str, str]:
    """Attributes and inside of a cell that holds a number or a text."""
    return ("", f"<v>{content}</v>") if isinstance(content, int) else (' t="inlineStr"', f"<is><t>{escape(str(content))}</t></is>")


def spelled(held: Mapping[str, bytes]) -> Parts:
    """Parts whose Chinese stands as characters: openpyxl writes references."""
    return {name: re.sub(rb"&#(\d{3,});", lambda m: chr(int(m[1])).encode(), data) for name, data in held.items()}


def parts(path: Path) -> Parts:
    """Parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def packed(held: Mapping[str, bytes]) -> bytes:
    """A workbook of parts, as a file's bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def pack(path: Path, held: Mapping[str, bytes]) -> Path:
    """A workbook of parts, written."""
    path.write_bytes(packed(held))
    return path


def part_of(held: Mapping[str, bytes], sheet: str) -> str:
    """Name of the part that holds a sheet."""
    (tag,) = [tag for tag in re.findall(r"<sheet [^>]*>", held["xl/workbook.xml"].decode()) if f'name="{sheet}"' in tag]
    (rid,) = re.findall(r'r:id="(\w+)"', tag)
    (rel,) = [rel for rel in re.findall(r"<Relationship [^>]*>", held["xl/_rels/workbook.xml.rels"].decode()) if f'Id="{rid}"' in rel]
    (target,) = re.findall(r'Target="([^"]+)"', rel)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def edited(held: Mapping[str, bytes], part: str, pattern: bytes, replacement: bytes, count: int = 1) -> Parts:
    """Parts with a regular expression replaced in one of them, to the letter; an edit that finds nothing is a mistake of the test."""
    data, n = re.subn(pattern, lambda _: replacement, held[part], count=count, flags=re.DOTALL)
    assert n, f"the edit {pattern!r} found nothing in {part}"
    return {**held, part: data}


def with_cell(held: Mapping[str, bytes], sheet: str, ref: str, attributes: str, inside: str) -> Parts:
    """Parts with the attributes (but for style and place) and the inside of a cell that exists."""
    part = part_of(held, sheet)
    found = re.search(rf'<c r="{ref}"([^>]*?)(?:/>|>.*?</c>)'.encode(), held[part], re.DOTALL)
    assert found, f"no cell {ref} on {sheet}"
    kept = re.sub(rb' t="\w*"', b"", found[1])
    cell = f'<c r="{ref}"'.encode() + kept + attributes.encode() + b">" + inside.encode() + b"</c>"
    return {**held, part: held[part][: found.start()] + cell + held[part][found.end() :]}


def with_number(held: Mapping[str, bytes], attributes: str, inside: str, key: str = FIRST) -> Parts:
    """Parts with other attributes and another inside of the cell of a number."""
    sheet, row, col = layout().where[key]
    return with_cell(held, sheet, f"{get_column_letter(col)}{row}", attributes, inside)


def with_style(held: Mapping[str, bytes], number_format: str, value: str, key: str = FIRST) -> Parts:
    """Parts with a number in a format of its own, as programs give it to what they take for a date or a percentage."""
    styles = held["xl/styles.xml"]
    (n,) = re.findall(rb'<cellXfs count="(\d+)"', styles)
    xf = b'<xf numFmtId="990" fontId="0" fillId="0" borderId="0" applyNumberFormat="1" applyProtection="1"><protection locked="0"/></xf>'
    styles = styles.replace(b"</cellXfs>", xf + b"</cellXfs>")
    form = f'<numFmt numFmtId="990" formatCode="{number_format}"/>'.encode()
    styles = (
        re.sub(rb"<numFmts[^>]*>", lambda m: m[0] + form, styles)
        if b"<numFmts" in styles
        else re.sub(rb"<fonts", lambda m: b'<numFmts count="1">' + form + b"</numFmts>" + m[0], styles, count=1)
    )
    changed = with_number({**held, "xl/styles.xml": styles}, "", f"<v>{value}</v>", key)
    sheet, row, col = layout().where[key]
    return edited(changed, part_of(held, sheet), rf'(?<=<c r="{get_column_letter(col)}{row}" s=")\d+'.encode(), n)


def record(returned: Return) -> dict[str, object]:
    """What counts of a return: whose it is, each number, what is declared 0."""
    return {"of": returned.identity, "zero": returned.zero, **returned.readings}


def values(returned: Return) -> dict[str, object]:
    """The record, and who filled it in."""
    return record(returned) | {name: returned.fields.get(f"cover.{name}") for name in PEOPLE}
