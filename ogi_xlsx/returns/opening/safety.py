"""Looks at a returned file before anything opens it: is it a regular file, and what is it if it is no workbook.

Taking a file from its place and reading it are two steps, for it may be read on another machine.
"""

import io
import re
import stat
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.words import os_reason, say

MOST_BYTES = 20_000_000  # a form is some 40 KB; a summary of three thousand agencies some 9 MB
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGIC = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"II*\0": "picture",
    b"MM\0*": "picture",
    b"{\\rtf": "word",
    b"Rar!": "zip",
    b"7z\xbc\xaf": "zip",
    b"MZ": "program",
}
_STREAMS = {"EncryptedPackage": "encrypted", "Workbook": "xls", "Book": "xls", "WordDocument": "word"}  # of the old container
_HOW = {"encrypted": "unlock", "ole": "both", "zip": "unpack", "program": "ask", "owner": "close"}  # for the others: to send the workbook itself
_HOW |= dict.fromkeys(("xls", "ods", "xlsb", "strict", "xml"), "save")
_RESENT = ("save", "both", "unlock", "close")  # of these a body is told how it sends the very workbook again
_HEAD = 4096  # bytes at the beginning of a text that are looked at
_OWNER_BYTES = 165  # size of the owner file (~$…) that Excel and WPS keep beside an open workbook


class Unreadable(Exception):
    """A file that cannot be read, or must not be; `finding` says why."""

    def __init__(self, code: str, **told: Any) -> None:  # the sentences that the code asks for
        self.finding: Finding = found(code, **told)
        super().__init__(self.finding.message.zh)


@dataclass(frozen=True)
class Taken:
    """A file as it was taken from its place: its bytes and the time that it bears, None where that is in no calendar; or why it could not be taken.

    `path` is the place, as whoever took it calls it: a text, which machines of all kinds understand.
    """

    path: str
    content: bytes = b""
    modified: datetime | None = None
    trouble: Finding | None = None


def take(path: Path) -> Taken:
    """A file, taken whole; what it holds is not looked at."""
    try:
        held, modified = _whole(path)
    except Unreadable as trouble:
        return Taken(str(path), trouble=trouble.finding)
    except OSError as error:
        return Taken(str(path), trouble=found("S101", reason=os_reason(error)))
    return Taken(str(path), held, _moment(modified))


def content(path: Path) -> bytes:
    """The bytes of a file that can be a workbook. Raises Unreadable where it cannot be one, and OSError."""
    return workbook(_whole(path)[0])


def workbook(held: bytes) -> bytes:
    """Bytes that can be a workbook, as they are. Raises Unreadable where they cannot be one."""
    if kind := kind_of(held):
        raise no_workbook(kind)
    return held


def _whole(path: Path) -> tuple[bytes, float]:
    """The bytes of a regular file that is not too large and did not change meanwhile, and its time. Raises Unreadable for others, and OSError."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        next(path.iterdir(), None)  # a folder comes here because it cannot be looked into; the system says why
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("S101", reason=say("not_regular"))
    if status.st_size > MOST_BYTES:
        raise Unreadable("S101", reason=say("too_large", most=MOST_BYTES // 1_000_000))
    with path.open("rb") as file:
        held = file.read(MOST_BYTES + 1)
    if (len(held), path.stat().st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise Unreadable("S101", reason=say("changed_while_read"))
    return held, status.st_mtime


def _moment(time: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(time)
    except (OSError, OverflowError, ValueError):
        return None


def no_workbook(kind: str) -> Unreadable:
    """What is told of a file that is no workbook: what it is, and how to send it instead."""
    how = _HOW.get(kind, "send")
    return Unreadable("S102", kind=say(f"kind_{kind}"), how=say(f"how_{how}"), resend=say(f"resend_{how if how in _RESENT else 'send'}"))


def kind_of(content: bytes) -> str:
    """The kind of a file that is no workbook, as `kind_…` of words.toml; empty for one that can be a workbook."""
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if not content:
        return "empty"
    if content.startswith(_OLE):
        return next((kind for stream, kind in _STREAMS.items() if stream.encode("utf-16-le") in content), "ole")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic) and (len(magic) > 2 or b"\0" in content[:_HEAD]):  # a text may begin with any two letters
            return kind
    if len(content) == _OWNER_BYTES and content[0] < _OWNER_BYTES:  # begins with the length of a user's name
        return "owner"
    return _kind_of_text(content[:_HEAD])


def _kind_of_text(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "xml"
    first = head.split(b"\n", 1)[0]
    return "csv" if b"\0" not in head and (b"," in first or b"\t" in first) else "text"


def _kind_of_zip(content: bytes) -> str:
    """What a zip archive without a workbook is; a damaged one is left to the reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind, types = (archive.open(name).read(_HEAD) if name in names else b"" for name in ("mimetype", "[Content_Types].xml"))
    except Exception:  # noqa: BLE001 - a damaged archive raises many kinds; the reader says what is wrong with it
        return ""
    if b"opendocument.spreadsheet" in kind:
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names) or re.search(rb"spreadsheetml\.(sheet|template)\.main|macroEnabled\.main", types):
        return ""
    return "docx" if "word/document.xml" in names else "pptx" if "ppt/presentation.xml" in names else "zip"
