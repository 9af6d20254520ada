"""Opens a published report of any kind: what a file is, its content says; its name decides only between kinds of text."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, Sentence, plain, say
from ogi_xlsx.published import cut
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.readers import html_file, pdf_file, sheet_file, text_file, word_file
from ogi_xlsx.returns import word
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.workers import Stopped, in_workers

MOST_BYTES = 20_000_000  # a report is some 100 KB, with pictures a few MB
_HEAD = 4096  # bytes at the beginning that are looked at
_PAGES = (".html", ".htm", ".shtml", ".xhtml")
_TEXTS = (".txt", ".md", ".markdown", ".text")
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|meta|table|div|p|span)[\s>/]", re.IGNORECASE)
_READERS: Mapping[str, Callable[[str, bytes], Document]] = {
    "html": html_file.read,
    "docx": word_file.read,
    "pdf": pdf_file.read,
    "text": text_file.read,
    "xlsx": sheet_file.read,
}


def read(path: Path) -> Document:
    """The document in a file. Raises Refusal with one sentence for whatever cannot be read."""
    name = plain(path.name, 200)
    content = given.content(path)
    if len(content) > MOST_BYTES:
        raise Refusal(say("published_too_large", file=name, most=MOST_BYTES // 1_000_000))
    kind = _kind(name, path.suffix.lower(), content)
    document = _READERS[kind](name, content)
    return cut.mended(document) if kind == "pdf" else document


def each(paths: Sequence[Path], jobs: int = 0) -> Iterator[Document | Refusal]:
    """Documents read in workers, so many at once, in their order; where one cannot be read, what `read` raises."""
    with closing(in_workers(_told, paths, jobs)) as results:
        for path, told in zip(paths, results, strict=True):
            if isinstance(told, Stopped):
                yield Refusal(say("published_stopped", file=plain(path.name, 200), reason=told.reason))
            else:
                yield told if isinstance(told, Document) else Refusal(told)


def _told(path: Path) -> Document | list[Sentence]:
    """A document, or what is wrong with it, as it travels between processes."""
    try:
        return read(path)
    except Refusal as refusal:
        return refusal.problems


def _kind(name: str, suffix: str, content: bytes) -> str:
    """Which reader a file is for. Raises Refusal where there is none."""
    if not content.strip():
        raise Refusal(say("prose_empty", file=name))
    if b"%PDF-" in content[:1024]:
        return "pdf"
    kind = safety.kind_of(content)
    if kind == "":
        return _kind_of_zip(name, content)
    if kind == "docx":
        return kind
    if kind == "encrypted":
        raise Refusal(say("published_locked", file=name))
    if kind == "picture":
        raise Refusal(say("published_picture", file=name))
    if kind not in ("text", "csv", "html"):
        raise Refusal(say("published_other", file=name, kind=say(f"kind_{kind}")))
    return _kind_of_text(name, suffix, content[:_HEAD])


def _kind_of_zip(name: str, content: bytes) -> str:
    """Which reader an archive is for that can be a workbook: one with macros can be a text as well. Raises Refusal for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise Refusal(say("published_damaged", file=name)) from None
    return "docx" if word.TEXT in names and not any(part.startswith("xl/") for part in names) else "xlsx"


def _kind_of_text(name: str, suffix: str, head: bytes) -> str:
    """Which reader a text is for: markup is a page whatever its name, but for tables in a text that is named one. Raises Refusal for other texts."""
    if suffix not in _TEXTS and head.lstrip().startswith((b"MIME-Version:", b"From:")):  # it holds a page in pieces
        raise Refusal(say("published_archive", file=name))
    if suffix in _PAGES:
        return "html"
    if suffix in _TEXTS:
        return "html" if safety.kind_of(head) == "html" else "text"
    if _MARKUP.search(head):
        return "html"
    raise Refusal(say("published_kind", file=name))
