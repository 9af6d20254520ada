"""Opens Word files: the archive looked at before anything is unpacked, then the part that holds the text and that of its styles; nothing else is opened.

Macros, links to elsewhere and embedded files are other parts, which nobody asks for.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from ogi_xlsx.form import marked
from ogi_xlsx.form.words import Refusal, say
from ogi_xlsx.returns import word_shown
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.word_shown import MAIN, OFF

MOST_INFLATED = 100_000_000  # what the parts of a docx may declare together; a zip bomb declares gigabytes
MOST_XML = 10_000_000  # of the part that holds the text: a report of 20 000 characters is some 1 MB, a tree of it ten times that
TEXT = "word/document.xml"  # the part that is read
_STYLES = "word/styles.xml"  # what named styles do to its text
_AROUND = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "bdo", "dir"}  # what may stand around paragraphs, tables, rows, cells and runs
_GONE = {"del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt"}  # deleted text, and what is no text; reading aids
_SETS = {"superscript": marked.raised, "subscript": marked.lowered, "sup": marked.raised, "sub": marked.lowered}  # of runs, and in formulas
_PLAIN = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-", "sym": "□"}  # a sign of a font of signs is no letter or digit of ours
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"


def body(name: str, content: bytes) -> Any:
    """The body of a Word file, an element of lxml. Raises Refusal with one sentence for what is none or cannot be read."""
    _look_at_parts(name, content)
    try:
        from docx import oxml  # an optional extra; its parser opens neither entities nor links
    except ImportError:
        raise Refusal(say("prose_needs_docx", file=name)) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.open(part).read(MOST_XML + 1).replace(_STRICT, MAIN.encode()) for part in (TEXT, _STYLES) if part in archive.namelist()]
        root, styles = [*map(oxml.parse_xml, parts), None][:2]
        found: Any = root.find(f"{{{MAIN}}}body") if root is not None else None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, RuntimeError, SyntaxError):
        raise Refusal(say("prose_damaged", file=name)) from None  # what zipfile and lxml raise for files that are not as they should be
    roots = (one.getroottree() for one in (root, styles) if one is not None)
    if found is None or any(tree.docinfo.doctype for tree in roots):  # no office program writes a document type, by which content can be smuggled in
        raise Refusal(say("prose_damaged", file=name))
    word_shown.put_into_runs(found, styles)
    return found


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def within(parent: Any, *names: str) -> Iterator[Any]:
    """The elements of these names right within another or within what only stands around them, in order; what was deleted is left out."""
    for element in parent:
        name = local(element)
        if name in names:
            yield element
        elif name in _AROUND:
            yield from within(element, *names)
        elif name == "AlternateContent" and len(element):
            yield from within(element[0], *names)  # the same once more follows, for older programs


def paragraph(element: Any) -> str:
    """The text of a paragraph: what is hidden or deleted is left out, and so are the texts of boxes in it and the numbers of lists."""
    return "".join(_pieces(element))


def _pieces(parent: Any) -> Iterator[str]:
    for element in parent:
        name = local(element)
        if name == "t":
            yield element.text or ""
        elif name in _PLAIN:
            yield _PLAIN[name]
        elif name in _SETS:
            yield _SETS[name]("".join(_pieces(element)))
        elif name == "den":  # what stands under a fraction
            yield "/"
            yield from _pieces(element)
        elif name == "AlternateContent" and len(element):
            yield from _pieces(element[0])
        elif name == "r":
            yield _run(element)
        elif name not in _GONE and name not in ("txbxContent", "tbl"):
            yield from _pieces(element)


def _run(run: Any) -> str:
    """The text of a run as its own properties set it: nothing where they hide it."""
    held = {local(one): value(one) for properties in run if local(properties) == "rPr" for one in properties}
    on = {name for name in ("vanish", "strike", "dstrike") if held.get(name, "off") not in OFF}
    if "vanish" in on:
        return ""
    text = "".join(_pieces(run))
    text = _SETS.get(held.get("vertAlign", ""), str)(text)
    return marked.struck(text) if on else text


def value(element: Any, name: str = "val") -> str:
    """An attribute of a Word element; empty where it is absent."""
    return str(element.get(f"{{{MAIN}}}{name}", ""))


def boxes(element: Any) -> Iterator[Any]:
    """The contents of text boxes in a paragraph, each once: what follows for older programs is the same again."""
    for one in element:
        name = local(one)
        if name == "txbxContent":
            yield one
        elif name == "AlternateContent" and len(one):
            yield from boxes(one[0])
        elif name not in _GONE and name != "tbl":
            yield from boxes(one)


def lines(parent: Any) -> Iterator[str]:
    """The paragraphs outside tables, in order, those of text boxes after the one that a box hangs on."""
    for element in within(parent, "p"):
        yield paragraph(element)
        for box in boxes(element):
            yield from lines(box)


def _look_at_parts(name: str, content: bytes) -> None:
    """Refuse what is no Word file, and one whose parts declare too much, before anything is unpacked."""
    kind = say(f"kind_{safety.kind_of(content) or 'zip'}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refusal(say("prose_damaged", file=name) if content.startswith(b"PK") else say("prose_not_docx", file=name, kind=kind)) from None
    if TEXT not in sizes:
        raise Refusal(say("prose_not_docx", file=name, kind=kind))
    xml = max(size for part, size in sizes.items() if part.endswith((".xml", ".rels")) or part == TEXT)
    if sum(sizes.values()) > MOST_INFLATED or xml > MOST_XML:
        raise Refusal(say("prose_too_large", file=name, most=MOST_XML // 1_000_000 if xml > MOST_XML else MOST_INFLATED // 1_000_000))
