"""The text of a report: title, preamble and sections, from a Word file, a text file or the rows of a sheet.

Tables are no prose and are left out. Headings vary from body to body; `templates/narrative.toml` holds how they begin.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, Sentence, decoded, os_reason, plain, say, section
from ogi_xlsx.returns import word
from ogi_xlsx.returns.opening import safety
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.workers import Stopped, in_workers

NUMBERS = "一二三四五六"
SUFFIXES = (".docx", ".txt", ".md")
SHEET = "文字"  # source of a text that stands on a sheet
MOST_BYTES = 20_000_000  # a Word report is some 50 KB, with pictures a few MB
MOST_CHARACTERS = 1_000_000  # the longest published report has some 30 000
_HEADING_ENDS = 60  # a heading is a short line; the longest published one has 34 characters
_TITLE_LINES = 6  # the title stands among the first lines of a file

_LEADING = re.compile(r"[\s#*>　]{1,20}")
_NUMBERED = re.compile(r"([一二三四五六])[、.．，,:：]{1,2}")
_SPACE = re.compile(r"\s+")
_PAGE = re.compile(r"[0-9]{1,3}")  # alone after a heading: the line is one of a table of contents
_CONTENTS = re.compile(r"目\s{0,9}录|.{2,60}(?:\t|[.…·]{3})[.…·\s]{0,200}[0-9]{1,3}")


@dataclass(frozen=True)
class Prose:
    """The text of a report. `source`: its file or sheet; `sections`: text by number 一…六, paragraphs joined by newlines, absent where unknown."""

    source: str
    title: str = ""
    preamble: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Prose:
    """Read a .docx, .txt or .md. Raises Refusal with one sentence for whatever cannot be read."""
    name = plain(path.name)
    if path.suffix.lower() not in SUFFIXES:
        raise Refusal(say("prose_kind", file=name))
    content = given.content(path)
    if len(content) > MOST_BYTES:
        raise Refusal(say("prose_too_large", file=name, most=MOST_BYTES // 1_000_000))
    if not content.strip():
        raise Refusal(say("prose_empty", file=name))
    paragraphs = list(word.lines(word.body(name, content))) if path.suffix.lower() == ".docx" else _text(name, content).splitlines()
    if sum(map(len, paragraphs)) > MOST_CHARACTERS:
        raise Refusal(say("prose_too_large", file=name, most=MOST_CHARACTERS // 1_000_000))
    prose = of_paragraphs(name, paragraphs)
    if not (prose.title or prose.preamble or any(prose.sections.values())):
        raise Refusal(say("prose_empty", file=name))
    return prose


def each(paths: Sequence[Path], jobs: int = 0) -> Iterator[Prose | Refusal]:
    """Texts read in workers, so many at once, in their order; where one cannot be read, what `read` raises."""
    with closing(in_workers(_told, paths, jobs)) as results:
        for path, told in zip(paths, results, strict=True):
            if isinstance(told, Stopped):
                yield Refusal(say("prose_stopped", file=plain(path.name), reason=told.reason))
            else:
                yield told if isinstance(told, Prose) else Refusal(told)


def _told(path: Path) -> Prose | list[Sentence]:
    """A text, or what is wrong with it, as it travels between processes."""
    try:
        return read(path)
    except Refusal as refusal:
        return refusal.problems


def beside(workbook: Path) -> Path | None:
    """The text of the same name beside a workbook, Word first; None where there is none. Raises Refusal where the system does not say."""
    found = (workbook.with_suffix(suffix) for suffix in SUFFIXES)
    try:
        return next((path for path in found if path != workbook and path.is_file()), None)
    except OSError as error:
        raise Refusal(say("file_not_readable", file=plain(workbook.stem), reason=os_reason(error))) from None


def heading(line: str) -> str:
    """The number of the section whose numbered heading a line is; empty for any other line.

    >>> heading("二、主动公开政府信息情况"), heading("主动公开政府信息情况")
    ('二', '')
    """
    cleaned = _clean(line)
    return _heading(cleaned, "")[0] if _NUMBERED.match(_SPACE.sub("", cleaned[:_HEADING_ENDS])) else ""


def section_of(line: str) -> str:
    """The number of the section whose heading a line is, numbered or not; empty for any other line.

    >>> section_of("二、主动公开政府信息情况"), section_of("主动公开政府信息情况"), section_of("主动公开政府信息情况良好。")
    ('二', '二', '')
    """
    return _heading(_clean(line), "")[0]


def of_sections(source: str, sections: Mapping[str, str]) -> Prose:
    """A text of which only sections are known, by their numbers."""
    return Prose(plain(source), sections=dict(sections))


def of_return(returned: Return) -> Prose | None:
    """The text that stands on a return's own sheet 文字; None where there is none."""
    sections: dict[str, list[str]] = {}
    for name, content in returned.fields.items():
        if name.startswith("text.") and isinstance(content, str) and content.strip():
            sections.setdefault(name.split(".")[1], []).append(content.strip())
    return of_sections(SHEET, {number: "\n".join(paragraphs) for number, paragraphs in sections.items()}) if sections else None


def of_paragraphs(source: str, paragraphs: Iterable[str]) -> Prose:
    """Title, preamble and sections of a text. Without any heading all of it after the title is section 一."""
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = ""
    for line in (_clean(line) for paragraph in paragraphs for line in paragraph.splitlines()):
        if not line or line.startswith("|"):
            continue
        number, rest = _heading(line, current)
        if _PAGE.fullmatch(rest.strip()) if number else not current and _CONTENTS.fullmatch(line):
            continue
        if number == "一" and current == NUMBERS[-1] and not any(text for no, text in sections.items() if no != current):  # all before were contents
            head += sections.pop(current)
            sections.clear()
        if number:
            current = number
            sections.setdefault(current, [])
        if rest:
            (sections[current] if current else head).append(rest)
    title, preamble = _title(head)
    if not sections and preamble:
        sections, preamble = {"一": preamble}, []
    return Prose(plain(source), title, "\n".join(preamble), {number: "\n".join(lines) for number, lines in sections.items()})


def _clean(line: str) -> str:
    """A line without markdown's marks around it."""
    line = line.strip()
    if not line.startswith("|"):
        line = _LEADING.sub("", line[:20], count=1) + line[20:] if line[:1] in "#*>" else line
        line = line.replace("**", "")
    return "" if set(line) <= set("-—=_*· 0123456789") else line


def _heading(line: str, current: str) -> tuple[str, str]:
    """Number of the section that a line opens, empty for none, and the text on that line."""
    begins = _SPACE.sub("", line[:_HEADING_ENDS])
    numbered = _NUMBERED.match(begins)
    told = begins[numbered.end() :] if numbered else begins
    for number, pattern in _titles().items():
        match = pattern.match(told)
        if match and _opens(number, numbered and numbered[1], current, told[match.end() :], len(line)):
            return number, _after(line, (numbered.end() if numbered else 0) + match.end())
    short = len(line) < _HEADING_ENDS and not begins.endswith(("。", "；", "：", "，"))
    if numbered and short and ((numbered[1] == "一" and not current) or (current, numbered[1]) in {("四", "五"), ("五", "六")}):
        return numbered[1], ""  # worded in a way of its own
    return "", line


def _opens(number: str, numbered: str | None, current: str, after: str, length: int) -> bool:
    """Whether a line that begins like the heading of a section is one: text may follow on the line only after a number."""
    if numbered is None:
        return not after.strip("：:。.") and length < _HEADING_ENDS
    later = not current or NUMBERS.index(number) > NUMBERS.index(current)
    return numbered == number or (later and number in "三四五六" and not after)  # numbered twice: the words decide


def _after(line: str, characters: int) -> str:
    """What follows the first so many characters that are no space."""
    for at, character in enumerate(line):
        if not characters:
            return line[at:].lstrip(" 　：:。.．…·")
        characters -= not character.isspace()
    return ""


@cache
def _titles() -> dict[str, re.Pattern[str]]:
    return {number: re.compile(pattern) for number, pattern in section("narrative.toml", "headings").items()}


def _title(head: list[str]) -> tuple[str, list[str]]:
    """The title, of one or two lines, and the lines after it; the title may stand twice."""
    at = next((i for i, line in enumerate(head[:_TITLE_LINES]) if len(line) <= _HEADING_ENDS and re.search("报告|年报", line)), None)
    if at is None:
        return "", head
    title = head[at] if len(head[at]) > 20 or not at else "".join(head[at - 1 : at + 1])
    again = {_SPACE.sub("", line) for line in (title, head[at])}
    return plain(_SPACE.sub("", title), 200), [line for line in head[at + 1 :] if _SPACE.sub("", line) not in again]


def _text(name: str, content: bytes) -> str:
    if safety.kind_of(content) not in ("text", "csv", "html"):
        raise Refusal(say("prose_kind", file=name))
    text = decoded(content)
    if text is None:
        raise Refusal(say("prose_encoding", file=name))
    return text
