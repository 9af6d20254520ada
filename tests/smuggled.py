"""Texts that try to become something else, and a round whose clerks put them everywhere a return can carry text."""

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from clerks import YES, copy, issue, run
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import layout_of, revision_of
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import Agency, Identity, sealed
from ogi_xlsx.returns.writing import workbook

LONG = "𠮷" * 20_000  # more than a cell holds, though fewer characters than it has room for
TEXTS = (
    *("=1+1", "+1", "-1", "@SUM(1)", "{=1}", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A0", "＝1+1", "'=1", " =1", "\t=1", "\r=1", "\n=1"),
    *("http://evil", "mailto:a@evil", "file:///etc/passwd", "internal:'表二'!A1", "external:evil.xlsx", "javascript:alert(1)"),
    *("\x1b]0;x\x07", "\x9b31m", "_x001B_", "_x005F_x001B_", "\x00", "\x7f", "a\r\nb", "\u2028\u2029\x85"),
    *("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;i&gt;", "]]>", "<!--", "\"'><i>", "<r><t>丙</t></r>", "<r></si></r>"),
    *("[/red]", "[link=http://x]y[/link]", "[y](http://evil)", ":smile:", "{name}", "{0}", "{}", "{{7*7}}", "{% raw %}", "%s%n", "$(x)`x`"),
    *("\u202e甲\u2066乙", "甲\u200b乙\ufeff\u00ad", "\ud800", "\ufffe\uffff", "\U000e0041", "𠮷镇", '&D&P&"Arial"&G', "| a | **b** | `c` |", "#REF!"),
)
JOINED = "另行说明 " + " ".join(TEXTS)
FILE_NAMES = (  # as the system holds them; the first two are none that any program of ours gave
    b"\xb1\xb1\xbe\xa9=1",  # a Chinese name out of a zip on Linux: no UTF-8
    "\x1b]0;x\x07\x9b31m\n\u202e[red]<i>{name}{{7*7}}\ufffe".encode(),
    b"javascript:alert(1)&#%41'\"",
    b"~" + b"x" * 200,
)
NAMES = (  # what a roster lets in
    *('=HYPERLINK("http://evil","甲")&D&G镇', "<img src=x onerror=alert(1)>[red]{name}{{7*7}}镇", "<r><t>丙</t></r>", "@SUM(1)|[y](http://evil)镇"),
    "1丁镇",
)
FORGED = "<script>alert(1)</script>=1&D"  # the name in marks that somebody made himself
ODD = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff\U000e0041]"
)  # what no screen may be sent
SOUND = {"t3.new_received.natural_person": 3, "t3.granted.natural_person": 2, "t3.carried_out.natural_person": 1}
QUERY = {"t2.normative_documents.issued_this_year": 5, "t2.normative_documents.in_force": 3, "explain.copied.R202@normative_documents": 3}
WRONG = {**SOUND, "t3.granted.natural_person": 9}


def stored(text: str) -> str:
    """A text as it stands in the XML of a workbook, where some characters have no room."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]", lambda match: f"_x{ord(match[0]):04X}_", text)


def held(text: str) -> str:
    """What a cell holds then, for a program that reads it; half a character stays as it was written."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: m[0] if 0xD800 <= int(m[1], 16) < 0xE000 else chr(int(m[1], 16)), stored(text))


def put(cell: object, content: object) -> None:
    """A content into a cell, a text always as text."""
    cell.value = stored(content) if isinstance(content, str) else content  # type: ignore[attr-defined]
    if isinstance(content, str):
        cell.data_type = "s"  # type: ignore[attr-defined]


def type_in(path: Path, contents: dict[str, object]) -> Path:
    """Type contents by key or field, as they are."""
    form = reader.read(path).layout
    assert form
    book = openpyxl.load_workbook(path)
    for key, content in contents.items():
        sheet, row, col = form.where.get(key) or form.fields[key]
        put(book[sheet].cell(row, col), content)
    book.save(path)
    return path


def everywhere(path: Path, texts: Sequence[str]) -> Path:
    """Texts in every cell that is typed, and wherever else a workbook takes one: on and beside locked cells, on a sheet, as its name,
    in comments, properties, footers and links."""
    form = reader.read(path).layout
    assert form
    book = openpyxl.load_workbook(path)
    typed = [(name, *place) for name, sheet in form.sheets.items() for place, cell in sheet.cells.items() if cell.typed]
    for i, (name, row, col) in enumerate(typed):
        put(book[name].cell(row, col), texts[i % len(texts)])
    page, extra = book["表三"], book.create_sheet(re.sub(r"[\[\]:*?/\\']", "_", stored(texts[0]))[:31])
    for row, text in enumerate(texts, 1):
        put(extra.cell(row, 1), text)
        put(page.cell(row, 40), text)
        page.cell(row + 60, 41).comment = Comment(stored(text), stored(text)[:50])
        book.custom_doc_props.append(StringProperty(name=f"{row}{stored(text)[:100]}", value=stored(text)[:200]))
    put(page["A1"], texts[0])
    put(extra["B1"], LONG)
    extra["B2"] = '=HYPERLINK("http://evil","x")'
    page.oddFooter.left.text = stored(texts[0])
    extra["A3"].hyperlink = "http://evil.example/"
    book.properties.title = stored(texts[0])
    book.save(path)
    return path


def forged(path: Path, name: str) -> Path:
    """A workbook whose three marks somebody made himself, with texts of his own in each field that takes one."""
    edition = editions.load("2021")
    more = dict.fromkeys(("circular", "deadline", "office", "banner", "prior_source", "issue"), name)
    identity = Identity(Agency("=E", name, "township"), 2025, "2021", revision_of(edition), **more)  # type: ignore[arg-type]
    form = layout_of(edition, identity.variant)
    workbook.write(path, form, sealed(identity, form), "x")
    return path


@dataclass
class Round:
    """A round's folder, and what the commands said: by name the bytes of standard output; all that was said on the other stream."""

    folder: Path
    told: dict[str, bytes] = field(default_factory=dict)
    aside: str = ""

    @property
    def back(self) -> Path:
        return self.folder / "收回"

    def run(self, name: str, *args: object) -> None:
        """One command, its output kept under a name."""
        done = run(*args)
        assert done.exit_code in (0, 1), done.stderr
        self.told[name] = done.stdout_bytes
        self.aside += done.stderr


def line(*cells: object) -> str:
    """A line of a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def named(raw: bytes, ending: str = ".xlsx") -> str:
    """A file's name as Python has it."""
    return os.fsdecode(raw) + ending


def returns(folder: Path) -> Round:
    """What five bodies sent: texts everywhere; an explanation of all texts; numbers that are wrong; twice, with other texts; nothing. And
    what nobody asked for: a forged workbook, files that are none."""
    codes = ("=1", "@2", "-3", "+4", "5")
    issued = issue(folder, lines=tuple(line(code, name, "乡镇") for code, name in zip(codes, NAMES, strict=True)))
    made = Round(folder)
    zero = {f"zero.{table}": YES for table in ("t2", "t3", "t4")}
    people = {f"cover.{name}": JOINED[:3000] for name in ("filler", "phone", "checker", "head", "date")}
    a, b, c, d = (copy(path, made.back / named(raw)) for path, raw in zip(issued, FILE_NAMES, strict=False))
    everywhere(a, TEXTS)
    type_in(b, {**zero, **people, **SOUND, **QUERY, "explain.text.R202@normative_documents": JOINED})
    type_in(c, {**zero, **people, **WRONG, "free.text.0": JOINED, "free.code.0": "=R202", "free.place.0": "<i>"})
    second = copy(issued[3], made.back / "二.xlsx")
    type_in(d, {**SOUND, "t3.granted.natural_person": TEXTS[0]})
    type_in(second, {**SOUND, "t3.granted.natural_person": JOINED})
    prose = "2024年报告\n一、总体情况\n" + "。\n".join(f"{text}2024年收到政府信息公开申请99件{text}" for text in TEXTS)
    b.with_suffix(".txt").write_text(re.sub("[\0\ud800]", "", prose), encoding="utf-8")
    forged(made.back / "伪.xlsx", FORGED)
    (made.back / named(b"\xff\x1b[31m\n")).write_text("=1+1", encoding="utf-8")
    (made.back / f"{NAMES[4]}\x1b[31m<i>.pdf").write_bytes(b"")
    return made
