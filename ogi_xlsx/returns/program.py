"""Which program saved a workbook last, by the traces that each leaves. A trace is no proof; it only helps to explain."""

import io
import re
import zipfile

from ogi_xlsx.form.words import Sentence, say

EXCEL, WPS, LIBREOFFICE, SCRIPT, NEVER, UNKNOWN = "excel", "wps", "libreoffice", "script", "never", "unknown"
_HEAD = 65_536  # bytes of a part that are looked at: the traces stand at its beginning
_VERSION = re.compile(rb"<(?:\w+:)?fileVersion\b[^>]*>")
_OURS = (b'lastEdited="4"', b'rupBuild="4505"')  # as xlsxwriter writes it: nobody has saved the workbook since
_WPS = (b'lastEdited="3"', b'rupBuild="9302"')


def of(content: bytes) -> str:
    """The program that saved a workbook last, as one of the names above; `never` where it is as we wrote it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book, about = (_head(archive, name) for name in ("xl/workbook.xml", "docProps/app.xml"))
    except Exception:  # noqa: BLE001 - a damaged archive raises many kinds; what cannot be read is told by the reader
        return UNKNOWN
    found = _VERSION.search(book)
    version = found[0] if found else b""
    if b'appName="Calc"' in version or b"LibreOffice" in about:
        return LIBREOFFICE
    if all(trace in version for trace in _WPS):
        return WPS
    if all(trace in version for trace in _OURS):
        return NEVER
    if b'appName="xl"' in version:
        return EXCEL
    return SCRIPT if b"penpyxl" in about else UNKNOWN


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(_HEAD)


def told(program: str) -> Sentence:
    """The program in words."""
    return say(f"program_{program}")
