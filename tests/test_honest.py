"""What office programs do to a workbook when they save it, and clerks within its locks: none of it is told as tampering.

The traits of WPS and Excel are written into the parts, as found in files of theirs; LibreOffice saves for itself.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import office
import openpyxl
import pytest
from clerks import YES, copy, fill, issue, layout, run, workbooks
from packages import SHEET, attach, filled, pack, parts
from summaries import BODY, add_up, sent

from ogi_xlsx.returns import reader
from ogi_xlsx.returns.opening import program

NUMBERS = {"t3.new_received.natural_person": 12, "t3.carried_in.natural_person": 1, "t3.granted.natural_person": 11, "t3.carried_out.natural_person": 2}
VALUES = NUMBERS | {"cover.filler": "张三", "cover.phone": "0595-85350000"}
SHEETS = [SHEET.format(number) for number in range(1, 8)]
T3 = SHEETS[2]
BESIDE = re.compile("S2[0-9]{2}")


def told(path):
    """Codes of what differs from the workbook as issued or lies over it."""
    return [one.code for one in reader.read(path).findings if BESIDE.fullmatch(one.code)]


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """A return with results that fit its numbers."""
    return filled(tmp_path_factory.mktemp("saved") / "甲镇.xlsx", layout(), VALUES)


def _each(held, change):
    return held | {name: change(held[name].decode()).encode() for name in SHEETS}


def _blanks_to_the_last_column(held):
    style = re.search(r'<c r="K7" s="(\d+)"', held[T3].decode())[1]
    blanks = "".join(f'<c r="{openpyxl.utils.get_column_letter(col)}8" s="{style}"/>' for col in range(12, 16385))
    return held | {T3: re.sub(r'(<row r="8".*?)</row>', rf"\1{blanks}</row>", held[T3].decode(), count=1).encode()}


def _folders(held):
    return {"xl/": b"", "xl/worksheets/": b"", "docProps/": b""} | held


def _marks_of_wps(held):
    own = '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="99" name="KSOProductBuildVer"><vt:lpwstr>2052-11.1.0.14309</vt:lpwstr></property>'
    held = held | {"docProps/custom.xml": held["docProps/custom.xml"].replace(b"</Properties>", own.encode() + b"</Properties>")}
    wps = b'<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>'
    held["xl/workbook.xml"] = re.sub(rb"<fileVersion[^>]*/>", wps, held["xl/workbook.xml"])
    return _each(held, lambda text: text.replace("<worksheet ", '<worksheet xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" ', 1))


def _prefixed(held):
    def change(text):
        return re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", text).replace(" xmlns=", " xmlns:x=", 1)

    return _each(held, change) | {"xl/workbook.xml": change(held["xl/workbook.xml"].decode()).encode()}


def _newer_rules(held):
    """Validations as the extension of 2010 has them, which Excel writes where a list stands on another sheet."""

    def change(text):
        rules = re.findall(r"<dataValidation [^>]*sqref=\"([^\"]*)\"", text)
        new = "".join(f'<x14:dataValidation type="whole"><xm:sqref>{areas}</xm:sqref></x14:dataValidation>' for areas in rules)
        spaces = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
        text = re.sub(r"<dataValidations .*</dataValidations>", "", text)
        return text.replace("</worksheet>", f"<extLst><ext {spaces}><x14:dataValidations>{new}</x14:dataValidations></ext></extLst></worksheet>")

    return _each(held, change)


def _shared_formulas(held):
    text = held[T3].decode()
    text = text.replace("<f>SUM(D10:I10)</f>", '<f t="shared" ref="J10:J12" si="0">SUM(D10:I10)</f>')
    for row in (11, 12):
        assert f"<f>SUM(D{row}:I{row})</f>" in text
        text = text.replace(f"<f>SUM(D{row}:I{row})</f>", '<f t="shared" si="0"/>')
    return held | {T3: text.encode()}


def _texts_in_cells(held):
    texts = re.findall(r"<si>(.*?)</si>", held["xl/sharedStrings.xml"].decode(), re.DOTALL)
    return _each(held, lambda text: re.sub(r't="s"><v>(\d+)</v>', lambda match: f't="inlineStr"><is>{texts[int(match[1])]}</is>', text))


def _rich_texts(held):
    pieces = r'<si><r><t>\1</t></r><r><rPr><b/></rPr><t xml:space="preserve">\2</t></r><rPh sb="0" eb="1"><t>ピン</t></rPh><phoneticPr fontId="1"/></si>'
    text = re.sub(r"<si><t[^>]*>([^<])([^<]*)</t></si>", pieces, held["xl/sharedStrings.xml"].decode())
    return held | {"xl/sharedStrings.xml": text.encode()}


def _no_addresses(held):
    """Cells without their own addresses, in rows that have no gaps."""
    return held | {T3: re.sub(r'<c r="[A-K](?:[1-9]|[12][0-9])" ', "<c ", held[T3].decode()).encode()}


TRAITS = {
    "styled blanks to the last column": _blanks_to_the_last_column,
    "entries of folders": _folders,
    "marks of WPS": _marks_of_wps,
    "a prefix for the namespace": _prefixed,
    "rules of the extension": _newer_rules,
    "shared formulas": _shared_formulas,
    "texts in their cells": _texts_in_cells,
    "rich texts with reading aids": _rich_texts,
    "no dimension": lambda held: _each(held, lambda text: re.sub(r"<dimension [^>]*/>", "", text)),
    "cells without addresses": _no_addresses,
    "absolute targets": lambda held: held | {"xl/_rels/workbook.xml.rels": held["xl/_rels/workbook.xml.rels"].replace(b'Target="', b'Target="/xl/')},
    "structure not locked": lambda held: held | {"xl/workbook.xml": held["xl/workbook.xml"].replace(b'lockStructure="1"', b"")},
    "zoomed": lambda held: _each(held, lambda text: text.replace("<sheetView ", '<sheetView zoomScale="130" ')),
    "rows made higher": lambda held: _each(held, lambda text: text.replace('ht="24"', 'ht="31.5"')),
}


@pytest.mark.parametrize("trait", TRAITS)
def test_traits_of_office_programs_are_no_finding(tmp_path, saved, trait):
    held = parts(saved)
    altered = TRAITS[trait](held)
    assert altered != held
    path = pack(tmp_path / "甲镇.xlsx", altered)
    one = reader.read(path)
    assert [finding.code for finding in one.findings] == [finding.code for finding in reader.read(saved).findings] == ["C201"]
    assert one.readings == reader.read(saved).readings and one.control_sum == 26


def test_parts_of_wps_tell_wps(tmp_path, saved):
    assert reader.read(saved).program == program.EXCEL
    assert reader.read(pack(tmp_path / "甲镇.xlsx", _marks_of_wps(parts(saved)))).program == program.WPS


def test_a_chain_of_calculation_and_settings_of_a_printer_are_no_finding(tmp_path, saved):
    path = copy(saved, tmp_path / "甲镇.xlsx")
    attach(path, "xl/workbook.xml", "calcChain", "xl/calcChain.xml", b"<calcChain/>")
    assert told(attach(path, T3, "printerSettings", "xl/printerSettings/printerSettings1.bin", b"\0\1")) == []


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_what_openpyxl_saves_is_no_finding(tmp_path, edition):
    form = layout(edition)
    (blank,) = issue(tmp_path, "--edition", edition)
    openpyxl.load_workbook(blank).save(tmp_path / "空.xlsx")
    assert told(tmp_path / "空.xlsx") == told(fill(blank, VALUES, to=tmp_path / "满.xlsx", form=form)) == []
    assert reader.read(tmp_path / "满.xlsx").program == program.SCRIPT


# LibreOffice


def _issued(base: Path) -> dict[str, Path]:
    """Workbooks by what they are: blank, with last year's numbers and text, corrected there, sent back, a summary."""
    found = {f"blank-{year}": issue(base / str(year), year=year)[0] for year in (2020, 2025)}
    last = fill(issue(base / "last", year=2024)[0], {"t3.new_received.natural_person": 1, "t3.carried_out.natural_person": 1})
    copy(last, base / "before" / "last.xlsx")
    carried = found["carried"] = issue(base / "carried", "--prior", base / "before", "--with-text")[0]
    form = reader.read(carried).layout
    corrected = {"carry.answer": YES, "carry.t3.carried_in.natural_person": 4, "carry.reason": "上年漏计三件申请"}
    found["corrected"] = fill(carried, corrected, to=base / "corrected.xlsx", form=form)
    copy(fill(carried, {"t3.granted.natural_person": 7, "t4.review.upheld": "无"}, to=base / "wrong.xlsx", form=form), base / "wrong" / "wrong.xlsx")
    run("verify", base / "wrong", "--corrections", base / "back")
    (found["sent-back"],) = (path for path in workbooks(base / "back") if not path.name.startswith("退回登记表"))
    sent(base / "round", dict.fromkeys("ABCD", BODY))
    found["summary"] = add_up(base / "round")
    return {name: copy(path, base / "all" / f"{name}.xlsx") for name, path in found.items()}


@pytest.mark.skipif(not office.SOFFICE, reason=office.MISSING)
def test_what_libreoffice_saves_is_no_finding_whatever_way_it_went(tmp_path):
    issued = _issued(tmp_path)

    def travelled(kind: str) -> Path:
        office.convert(issued.values(), kind, tmp_path / f"to-{kind}")
        if kind == "xlsx":
            return tmp_path / "to-xlsx"
        office.convert(sorted((tmp_path / f"to-{kind}").iterdir()), "xlsx", tmp_path / f"by-{kind}")
        return tmp_path / f"by-{kind}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        folders = list(pool.map(travelled, ("xlsx", "ods", "xls")))
    for name, before in issued.items():
        as_sent = reader.read(before).readings
        for path in (folder / before.name for folder in folders):
            assert (path.parent.name, name, told(path)) == (path.parent.name, name, [])
            assert reader.read(path).readings == as_sent and reader.read(path).program == program.LIBREOFFICE
