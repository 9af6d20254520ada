"""Which program saved a workbook last, by the traces that each leaves. A trace is no proof; it only helps to explain."""

import re

from ogi_xlsx.form.words import Sentence, say

EXCEL, WPS, LIBREOFFICE, SCRIPT, NEVER, UNKNOWN = "excel", "wps", "libreoffice", "script", "never", "unknown"
_HEAD = 65_536  # bytes of a part that are looked at: the traces stand at its beginning
_VERSION = re.compile(rb"<(?:\w+:)?fileVersion\b[^>]*>")
_OURS = (b'lastEdited="4"', b'rupBuild="4505"')  # as xlsxwriter writes it: nobody has saved the workbook since
_WPS = (b'lastEdited="3"', b'rupBuild="9302"')
_WPS_SHEET = b"http://www.wps.cn/officeDocument/2017/etCustomData"  # a namespace that no other program keeps


def of(book: bytes, about: bytes, sheet: bytes) -> str:
    """The program that saved a workbook last, as one of the names above; `never` where it is as we wrote it.

    It is told from the workbook's own part, its extended properties and one of its sheets. WPS leaves the properties as it finds them.
    """
    book, about, sheet = book[:_HEAD], about[:_HEAD], sheet[:_HEAD]
    found = _VERSION.search(book)
    version = found[0] if found else b""
    if b'appName="Calc"' in version:
        return LIBREOFFICE
    if all(trace in version for trace in _WPS) or _WPS_SHEET in sheet or _WPS_SHEET in book:
        return WPS
    if all(trace in version for trace in _OURS):
        return NEVER
    if b'appName="xl"' in version:
        return EXCEL
    if b"LibreOffice" in about:
        return LIBREOFFICE
    return SCRIPT if b"penpyxl" in about else UNKNOWN


def told(program: str) -> Sentence:
    """The program in words."""
    return say(f"program_{program}")
