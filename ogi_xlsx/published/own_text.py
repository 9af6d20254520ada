"""The report's own text among the lines of a document: not what a web page has around it, nor the text of another report on the same page.

How titles and the lines around a report are worded stands in `templates/published.toml`. Only whole lines are dropped, and only at the edges of the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogi_xlsx.county.body_names import alike
from ogi_xlsx.form.words import Sentence, nfkc, say, section
from ogi_xlsx.published import headline
from ogi_xlsx.published.document import Document, Paragraph
from ogi_xlsx.published.headline import Headline
from ogi_xlsx.returns import prose
from ogi_xlsx.returns.prose import heading, section_of

_SPACE = re.compile(r"\s+")
_LONGEST = 60  # characters of a title, and of a line that is no prose
_AHEAD = 30  # lines after a title in which its report begins


@dataclass(frozen=True)
class Own:
    """The lines of a report, its title as they print it, and why they may be those of another."""

    lines: Sequence[str]
    title: str
    doubts: tuple[Sentence, ...] = ()


def of(lines: Sequence[str], head: Headline, year: int) -> Own:
    """The lines of the report of a year among those of a document, whose headline is known."""
    parts = _parts(lines)
    if len(parts) == 1:
        return Own(_bare(lines, head.title), head.title)
    told = [_head(part) for part in parts]
    those = [at for at, one in enumerate(told) if one.year == year and (not one.body or not head.body or alike(one.body, head.body))]
    sure = len({_SPACE.sub("", "".join(_bare(parts[at], told[at].title))) for at in those}) == 1
    at = next(iter(those), 0)
    doubts = () if sure else (say("import_texts", n=len(parts)),)
    return Own(_bare(parts[at], told[at].title), told[at].title or head.title, doubts)


def _head(lines: Sequence[str]) -> Headline:
    return headline.read(Document("", "text", [Paragraph(line) for line in lines]), prose.of_paragraphs("", lines))


def _parts(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each report: another begins with a title, or with the first heading again, once there is text below headings."""
    parts: list[list[str]] = [[]]
    headings: dict[str, str] = {}  # of the present report, by number
    begun = False  # whether a sentence stands below one
    for at, line in enumerate(lines):
        number = section_of(line)
        again = number == "一" and _SPACE.sub("", line) == headings.get("一") and "五" in headings
        if begun and (again or (not number and _is_title(line, lines[at + 1 : at + 2]) and _goes_on(lines[at + 1 : at + _AHEAD], whole="五" in headings))):
            parts.append([])
            headings, begun = {}, False
        if number:
            headings.setdefault(number, _SPACE.sub("", line))
        begun = begun or (bool(headings) and not number and _is_prose(line))
        parts[-1].append(line)
    return parts


def _goes_on(lines: Sequence[str], whole: bool) -> bool:
    """Whether a report follows a title, and no list of links: its first heading, or any sentence where the report before is `whole`."""
    return any(section_of(line) == "一" or (whole and _is_prose(line) and not _is_around(line)) for line in lines)


def _is_title(line: str, after: Sequence[str]) -> bool:
    """Whether a line is the title of a report, or the name of a body before one."""
    if len(line) > _LONGEST or _is_prose(line):
        return False
    named = re.search(section("published.toml", "title")["name"], line.strip()) and after and len(after[0]) <= _LONGEST
    return bool(headline.body_of(line)) or bool(named and not headline.body_of(after[0]) and headline.body_of(line + after[0]))


def _bare(lines: Sequence[str], title: str) -> list[str]:
    """The lines of a report without those that a page has around it: all before its title, such as are known for it before its text, and its footer."""
    first = next((at for at, line in enumerate(lines) if _is_prose(line) or heading(line)), len(lines))
    begins, titled = next(((at, most) for at in range(first - 1, -1, -1) if (most := _titled(lines[at : at + 3], title))), (0, 0))
    kept = [line for line in lines[begins + titled : first] if not _is_around(line)]
    return [*lines[begins : begins + titled], *kept, *lines[first : _end(lines, first)]]


def _titled(lines: Sequence[str], title: str) -> int:
    """How many of three lines are the title; 0 where it does not begin with the first."""
    return next((most for most in (1, 2, 3) if title and headline.folded("".join(lines[:most])[: 4 * _LONGEST]) == title), 0)


def _end(lines: Sequence[str], first: int) -> int:
    """Where the footer of a page begins: at the first line that is known for one, from which on no prose, heading or date follows."""
    end = len(lines)
    for at in range(len(lines) - 1, first, -1):
        if _is_around(lines[at]):
            end = at
        elif _is_prose(lines[at]) or heading(lines[at]) or re.fullmatch(section("published.toml", "title")["date"], _SPACE.sub("", nfkc(lines[at]))):
            break
    return end


def _is_prose(line: str) -> bool:
    """Whether a line ends like a sentence, or is long and has parts as one."""
    marks = tuple(section("published.toml", "around")["sentence_ends"])
    return line.rstrip().endswith(marks) or (len(line) > _LONGEST and any(mark in line for mark in marks))


def _is_around(line: str) -> bool:
    """Whether a line is one that web pages have around a text: a whole footer, or a short line that begins like one and is no sentence."""
    look = section("published.toml", "around")
    bare = _SPACE.sub("", nfkc(line[: look["longest"] + 1]))
    if len(line) > look["longest"]:
        return False
    if re.search(look["certain"], bare, re.IGNORECASE):
        return True
    return not any(mark in line for mark in look["sentence_ends"]) and bool(
        re.match(look["begins"], bare, re.IGNORECASE) or re.fullmatch(look["only"], bare, re.IGNORECASE)
    )
