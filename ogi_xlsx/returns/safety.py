"""Looks at a returned file before anything opens it: is it a regular file, and does it look like a workbook."""

import io
import stat
import zipfile
from pathlib import Path

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.words import Sentence, say

MOST_BYTES = 20_000_000  # a form is some 40 KB; a summary of a thousand agencies some 5 MB
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def content(path: Path) -> bytes | Finding:
    """The bytes of a file that can be a workbook, or the finding that says why it cannot. Raises OSError."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        next(path.iterdir(), None)  # a folder comes here because it cannot be looked into; the system says why
    if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
        reason = say("not_regular") if not stat.S_ISREG(status.st_mode) else say("too_large", most=MOST_BYTES // 1_000_000)
        return found("S101", reason=reason)
    held = path.read_bytes()
    if (len(held), path.stat().st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        return found("S101", reason=say("changed_while_read"))
    kind = kind_of(held)
    return found("S102", kind=kind) if kind else held


def kind_of(content: bytes) -> Sentence | None:
    """What a file that is no zip archive looks like; None for one that is."""
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    for magic, name in ((b"", "empty"), (_OLE, "ole"), (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"{\\rtf", "word")):
        if content == magic or (magic and content.startswith(magic)):
            return say(f"kind_{name}")
    head = content.lstrip()[:200].lower()
    return say("kind_html") if head.startswith((b"<!doctype", b"<html")) else say("kind_text")


def _kind_of_zip(content: bytes) -> Sentence | None:
    """What a zip archive without a workbook looks like; a damaged one is left to the reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.startswith("xl/") for name in names):
        return None
    kind = "docx" if "word/document.xml" in names else "pptx" if "ppt/presentation.xml" in names else "zip"
    return say(f"kind_{kind}")
