"""What stands in a report for publication: title, text, the numbers as they were filed, signature. How it looks is for the writers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from ogi_xlsx.form.edition import Section, Table
from ogi_xlsx.form.findings import ERROR, WARNING
from ogi_xlsx.form.words import Refusal, Sentence, plain, say, section
from ogi_xlsx.published.writers import signature
from ogi_xlsx.published.writers.signature import Signature
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.returns.record import BLANK, show
from ogi_xlsx.review.dates import day_of
from ogi_xlsx.review.verify import PASSED_STATE, QUERY, Judged

_SECOND = re.compile(r"（[一二三四五六七八九十]{1,3}）[^。；]{1,30}(?:。|$)")  # a heading of the second level, alone on its line or before its text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; its first `head` characters are a heading of the second level."""

    text: str
    head: int = 0

    @property
    def heading(self) -> bool:
        """Whether it is a heading and nothing else."""
        return 0 < self.head == len(self.text)


@dataclass(frozen=True)
class Part:
    """A section: its official heading, its paragraphs, then its table where it has one."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    table: Table | None = None


@dataclass(frozen=True)
class Report:
    """All that is printed. `titles` are the lines of a title that is too long for one: whose report it is, and what it is called.

    `body` is the return's name, `signed` the name at the end as the text has it. `cells` holds what stands in each number's cell, by key.
    `head` is printed on every page of a draft, and empty otherwise.
    """

    titles: tuple[str, str]
    body: str
    signed: str
    date: str
    preamble: tuple[Paragraph, ...]
    parts: tuple[Part, ...]
    cells: Mapping[str, str] = field(repr=False)
    head: str = ""

    @property
    def title(self) -> str:
        """The title on one line."""
        return "".join(self.titles)


def of(judged: Judged, force: bool, notes: list[Sentence]) -> Report:
    """The report of a return, with the text that it was held against; what is to be said about it is added to `notes`.

    A return with findings to correct, an unfilled one, and a summary that is not complete become a draft with `force`.
    Raises Refusal for them without it, and for what could not be read.
    """
    returned, file = judged.returned, plain(PurePath(judged.returned.path).name, 200)
    identity = returned.identity
    if not judged.layout or not identity:
        why = judged.findings[0].message if judged.findings else Sentence("", "")
        raise Refusal(say("publish_unreadable", file=file, why=why))
    words = section("published.toml", "report")
    head = _draft(judged, file, force, words)
    open_ = sum(1 for finding in judged.findings if finding.severity == WARNING and not finding.explanation)
    if head:
        notes.append(say("publish_draft", file=file))
    elif open_:
        notes.append(say("publish_warnings", file=file, n=open_))
    body = identity.agency.name
    sections = judged.layout.edition.sections
    preamble, texts, signed = _text(judged.text, body, {one.no: _placeholder(one, words) for one in sections})
    day = signed.day or (day_of(returned.fields.get("cover.date")) if "cover.date" not in returned.formulas else None)
    if not day:
        notes.append(say("publish_no_date"))
    _tell_lacking(sections, texts, judged.text, notes)
    tables = {table.id: table for table in judged.layout.edition.tables}
    return Report(
        titles=((words["draft"] if head else "") + body, words["title"].format(year=identity.year)),
        body=body,
        signed=signed.name or body,
        date=_printed(day, words),
        preamble=_paragraphs(preamble),
        parts=tuple(Part(one.title.zh, _paragraphs(texts.get(one.no, ())) or _to_fill(one, words), tables.get(one.table)) for one in sections),
        cells=dict(_cells(judged)),
        head=head,
    )


def _draft(judged: Judged, file: str, force: bool, words: Mapping[str, str]) -> str:
    """What a draft says on every page; empty for what may be published. Raises Refusal for what becomes none without `force`."""
    errors = sum(1 for finding in judged.findings if finding.severity == ERROR)
    state = say(f"state_{judged.state}")
    banner = judged.returned.identity.banner if judged.returned.identity else ""
    if judged.state not in (PASSED_STATE, QUERY):
        refusal, why = say("publish_not_sound", file=file, state=state, n=errors), words["draft_errors"].format(state=state.zh, n=errors)
    elif banner.startswith(words["partial"]):
        refusal, why = say("publish_partial", file=file), words["draft_partial"]
    else:
        return ""
    if not force:
        raise Refusal(refusal)
    return words["draft_head"].format(why=why)


def _text(text: Prose | None, body: str, placeholders: Mapping[str, str]) -> tuple[list[str], dict[str, list[str]], Signature]:
    """Preamble and sections of a text as lines, and whose it is and of which day.

    Its signature and what stands below its title are not among the lines, nor are lines to fill in, as a report has them that we wrote without a text.
    """
    if text is None:
        return [], {}, Signature()
    blank = section("published.toml", "report")["no_date"].strip()
    lines = {no: [line for line in held.splitlines() if line.strip() not in ("", placeholders.get(no), blank)] for no, held in text.sections.items()}
    sections = {no: held for no, held in lines.items() if held}
    start, end = Signature(), Signature()
    if sections:
        last = max(sections, key=list(text.sections).index)
        sections[last], end = signature.at_end(sections[last], body)
    preamble, start = signature.at_start(text.preamble.splitlines(), body)
    if not text.preamble and list(sections) == ["一"]:  # a text without headings is all section 一
        sections["一"], start = signature.at_start(sections["一"], body)
    return preamble, {no: lines for no, lines in sections.items() if lines}, Signature(end.name, end.day or start.day)


def _tell_lacking(sections: Sequence[Section], texts: Mapping[str, Sequence[str]], text: Prose | None, notes: list[Sentence]) -> None:
    """Note which sections hold only a line to fill in."""
    lacking = [one.no for one in sections if not one.table and one.no not in texts]
    if lacking:
        named = "、".join(lacking)
        notes.append(say("publish_lacks", source=text.source, sections=named) if text else say("publish_no_text", sections=named))


def _to_fill(one: Section, words: Mapping[str, str]) -> tuple[Paragraph, ...]:
    """What stands in place of a text that is not there; before a table nothing needs to."""
    return () if one.table else (Paragraph(_placeholder(one, words)),)


def _placeholder(one: Section, words: Mapping[str, str]) -> str:
    return words["placeholder"].format(title=one.title.zh.removeprefix(f"{one.no}、"))


def _paragraphs(lines: Sequence[str]) -> tuple[Paragraph, ...]:
    """Lines as paragraphs, whole, without characters that no document can hold."""
    found = [plain(line, len(line) + 1).strip() for line in lines]
    return tuple(Paragraph(line, len(match[0]) if (match := _SECOND.match(line)) else 0) for line in found if line)


def _cells(judged: Judged) -> Iterator[tuple[str, str]]:
    """What stands in each cell: the number, and on a draft what was typed in its place."""
    for key in judged.layout.edition.spots if judged.layout else ():
        value = judged.values.get(key)
        typed = judged.returned.readings.get(key, BLANK).shown
        yield key, show(value) if value is not None else plain(typed, 200)


def _printed(day: date | None, words: Mapping[str, str]) -> str:
    """A day in Arabic numerals without leading zeros (GB/T 9704—2012, 7.3.5), or room for one."""
    return words["date"].format(year=day.year, month=day.month, day=day.day) if day else words["no_date"]
