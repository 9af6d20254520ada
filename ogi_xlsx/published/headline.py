"""Whose report a document is and for which year: read from title, period, signature and what the page says of itself, and held against each other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from ogi_xlsx.form.words import Sentence, nfkc, plain, say, section, template
from ogi_xlsx.published.document import Document
from ogi_xlsx.returns.identity import MOST_NAME
from ogi_xlsx.returns.prose import Prose

_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(20[0-9]{2})年?(?:年?度)?")
_LAST = 6  # lines at the end of a report among which its signature stands


@dataclass(frozen=True)
class Headline:
    """Title, body, year and level of a report, empty (0) where they are not to be found; `doubts` say what disagrees or was only guessed."""

    title: str
    body: str
    year: int
    level: str
    doubts: tuple[Sentence, ...] = ()


def read(document: Document, prose: Prose) -> Headline:
    """What a report says of itself."""
    title = _title(document, prose)
    lines = [line.text for line in document.lines]
    bodies = _each({"title": _body(title), "signature": _signed(lines), "page": document.told.get("body", "")})
    years = _each({"title": _year(title), "period": _period(prose.preamble or "\n".join(lines[:30])), "date": _before(document.told.get("date", ""))})
    body = next(iter(bodies.values()), "")
    of_file = _year(Path(document.source).stem)
    year = next(iter(years.values()), of_file)
    doubts = [say("headline_file", year=year)] if year and not years else []
    doubts += [_differ("headline_years", years)] if len({*years.values()}) > 1 else []
    others = {where: name for where, name in bodies.items() if where != "page" and not alike(name, body)}
    doubts += [_differ("headline_bodies", {next(iter(bodies)): body, **others})] if others else []
    level = level_of(body)
    return Headline(title, plain(body, MOST_NAME), int(year or 0), level, tuple(doubts))


def level_of(body: str) -> str:
    """The level that the end of a body's name lets one expect; a guess, for a county-level city is called as any city.

    >>> level_of("晋江市安海镇人民政府"), level_of("上海市人民政府办公厅"), level_of("沭阳县人民政府"), level_of("沭阳县2025年")
    ('township', 'department', 'county', 'department')
    """
    return next((level for level, pattern in _levels() if pattern.search(body)), "department")


def _title(document: Document, prose: Prose) -> str:
    """The title that is printed, or that the page gives; that of the page without the site's name behind it."""
    for text in (prose.title, document.told.get("title", "")):
        folded = _SPACE.sub("", nfkc(text))
        if folded and (_year(folded) or _body(folded)):
            return plain(folded, 200)
    return plain(_SPACE.sub("", prose.title), 200)


def _body(title: str) -> str:
    """The body that a title names.

    >>> _body("2019年上海市人民政府办公厅政府信息公开工作年度报告"), _body("沭阳县2025年政府信息公开工作年度报告"), _body("工作总结")
    ('上海市人民政府办公厅', '沭阳县', '')
    """
    look = section("published.toml", "title")
    folded = _SPACE.sub("", nfkc(title))
    match = re.search(look["report"], folded)
    if not match:
        return ""
    named = _YEAR.sub("", folded[: match.start()])
    return re.sub(look["around"], "", named)


def _year(title: str) -> str:
    """The year that a title names, once or several times; none where it names two."""
    found = set(_YEAR.findall(_SPACE.sub("", nfkc(title))))
    return found.pop() if len(found) == 1 else ""


def _period(text: str) -> str:
    """The year that the period of the numbers begins in."""
    match = re.search(section("published.toml", "title")["period"], _SPACE.sub("", nfkc(text)))
    return match[1] if match else ""


def _before(date: str) -> str:
    """The year before a date of publication: reports are published in the first months of the next one."""
    match = re.match(r"\s*(20[0-9]{2})[-年/.]?\s*0?([1-9]|1[0-2])\b", date)
    return str(int(match[1]) - 1) if match and int(match[2]) <= 6 else ""


def _signed(lines: Sequence[str]) -> str:
    """The body that signs at the end: a short line before a date."""
    look = section("published.toml", "title")
    last = [_SPACE.sub("", nfkc(line)) for line in lines if line.strip()][-_LAST:]
    for before, after in pairwise(last):
        if re.fullmatch(look["date"], after) and re.fullmatch(look["signature"], before):
            return before
    return ""


def _each(found: dict[str, str]) -> dict[str, str]:
    return {where: what for where, what in found.items() if what}


def alike(one: str, other: str) -> bool:
    """Whether two names can be those of one body: one is left of the other when words are left out."""
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _differ(key: str, found: dict[str, str]) -> Sentence:
    def told(lang: str, between: str) -> str:
        return between.join(say(f"headline_{where}", what=plain(what, MOST_NAME))[lang] for where, what in found.items())

    return say(key, places=Sentence(told("zh", "，"), told("en", ", ")))


@cache
def _levels() -> Iterable[tuple[str, re.Pattern[str]]]:
    return [(entry["level"], re.compile(entry["ends"])) for entry in template("published.toml")["level"]]
