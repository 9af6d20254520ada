"""Reads a report from a text file: tables of pipes and of markup among its lines, headings without their marks."""

import html
import re
from collections.abc import Iterator, Sequence

from ogi_xlsx.form import marked
from ogi_xlsx.form.words import Refusal, say
from ogi_xlsx.published.document import Cell, Document, Grid, Paragraph
from ogi_xlsx.published.readers import html_file
from ogi_xlsx.published.readers.collected import MOST_CELLS, Collected, too_many, trimmed
from ogi_xlsx.published.readers.decoding import text_of

_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]{1,9}")
_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"[ \t]{0,99}\|?(?:[ \t]{0,99}:?-{1,999}:?[ \t]{0,99}\|){0,999}[ \t]{0,99}:?-{1,999}:?[ \t]{0,99}\|?[ \t]{0,99}")
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,2000}\)")
_MARKUP = re.compile(r"<table[\s>].*?</table\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s{0,9}/?>|</p>", re.IGNORECASE)
_SET = re.compile(r"<(sup|sub|s|strike|del)>([^<>]{0,2000})</\1>|~~([^~\n]{1,2000})~~", re.IGNORECASE)
_SETS = {"sup": marked.raised, "sub": marked.lowered}  # what is neither is struck out
_TAG = re.compile(  # one that hides its text or sets it apart is kept: what it stands around is no number then
    r"</?(?:b|strong|i|em|u|span|font|p)(?:\s(?![^<>]{0,500}(?:hidden|display|visibility|opacity|font-size|vertical-align|line-through|position|mso-))[^<>]{0,500})?>",
    re.IGNORECASE,
)
_STRONG = re.compile(r"\*\*([^*\n]{1,2000})\*\*|__([^_\n]{1,2000})__")
_MOST_TABLES = 2_000  # of markup: each is a page of its own to the reader of pages


def read(name: str, content: bytes) -> Document:
    """The document in the bytes of a text. Raises Refusal with one sentence for what cannot be read."""
    text = text_of(content)
    if text is None:
        raise Refusal(say("prose_encoding", file=name))
    found = Collected(name)
    at = 0
    for count, table in enumerate(_MARKUP.finditer(text) if "</table" in text.lower() else ()):
        if count >= _MOST_TABLES:
            break
        _lines(text[at : table.start()].splitlines(), found)
        _markup(name, table[0], found)
        at = table.end()
    _lines(text[at:].splitlines(), found)
    return found.document("text")


def _markup(name: str, table: str, found: Collected) -> None:
    """A table of markup, as the reader of web pages sees it."""
    try:
        blocks = html_file.of_text(name, f"<body>{table}").blocks
    except Refusal as refusal:
        if refusal.problems == [say("prose_empty", file=name)]:  # the table alone is empty
            return
        raise
    for block in blocks:
        if isinstance(block, Grid):
            found.grid(block.cells)
        elif isinstance(block, Paragraph):
            found.line(block.text)
        else:
            found.picture()


def _lines(lines: Sequence[str], found: Collected) -> None:
    """Lines and pipe tables: rows that follow one another are one table."""
    rows: list[list[str]] = []

    def table() -> None:
        found.grid(trimmed(Cell(text, row, col) for row, cells in enumerate(rows, 1) for col, text in enumerate(cells, 1)))
        rows.clear()

    pipes, open_rows = 0, False  # rows may lack the pipes at their ends: below a separator
    for at, line in enumerate(lines):
        fenced = line.lstrip().startswith("|")
        if not fenced:
            open_rows = "|" in line and (open_rows or (at + 1 < len(lines) and "|" in lines[at + 1] and bool(_SEPARATOR.fullmatch(lines[at + 1]))))
        if fenced or open_rows:
            pipes += line.count("|")
            if pipes > MOST_CELLS:
                raise too_many(found.name)
            if not _SEPARATOR.fullmatch(line):
                rows.append(list(_cells(line)))
            continue
        table()
        for _ in _PICTURE.findall(line):
            found.picture()
        found.line(_unfolded(_PICTURE.sub("", _HEADING.sub("", line, count=1))))
    table()


def _cells(line: str) -> Iterator[str]:
    """The cells of a row of pipes."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    for cell in _PIPE.split(inner):
        yield _unfolded(cell.strip(" \t").replace("\\|", "|"))


def _unfolded(text: str) -> str:
    """Text without the marks of markdown and markup in it."""
    text = _STRONG.sub(lambda match: match[1] or match[2], text)
    text = _SET.sub(lambda match: _SETS.get((match[1] or "").lower(), marked.struck)(match[2] or match[3] or ""), text)
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text).rstrip("\n"))) if "<" in text or "&" in text else text
