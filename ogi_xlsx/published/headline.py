"""Whose report a document is and for which year: read from title, period, signature and what the page says of itself, and held against each other."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from ogi_xlsx.county.body_names import alike
from ogi_xlsx.form.words import Sentence, nfkc, plain, say, section, template
from ogi_xlsx.published.document import Document
from ogi_xlsx.returns.identity import MOST_NAME
from ogi_xlsx.returns.prose import Prose, heading

_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])年?(?:年?度)?")
_WRITTEN = re.compile(r"[一二][〇○零ОOo0一二三四五六七八九]{3}(?=年|政府|政务)|2[〇○ОOo][0-9]{2}(?=年)")
_DIGITS = str.maketrans("〇○零ОOo一二三四五六七八九", "000000123456789")
_LONGEST = 100  # characters of a line that is a title
_FIRST, _LAST = 12, 6  # lines at the beginning among which the title stands, and at the end among which the signature does


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
    lines = [line.text for line in document.lines]
    titles = {"title": _printed(lines, prose), "site": document.told.get("title", ""), "file": Path(document.source).stem}
    before = "\n".join((prose.preamble, *lines[:30]))
    signed, dated = _signed(lines)
    bodies = _each({**_per(titles, "title", "site", body_of), "signature": signed, "page": document.told.get("body", ""), "file": body_of(titles["file"])})
    years = _each({**_per(titles, "title", "site", _year), "period": _period(before), "date": _before(document.told.get("date", "")), "signed": dated})
    years |= {} if years else _each({"file": _year(titles["file"])})
    body, year = next(iter(bodies.values()), ""), next(iter(years.values()), "")
    title = next((text for where, text in titles.items() if where != "file" and body_of(text)), titles["title"] or prose.title)
    doubts = [*_about_year(years, year), *_about_body(bodies, body)]
    return Headline(plain(folded(title), 200), plain(body, MOST_NAME), int(year or 0), level_of(body), tuple(doubts))


def _per(titles: Mapping[str, str], one: str, other: str, told: Callable[[str], str]) -> dict[str, str]:
    """What two titles say; the second is left out where it says nothing else than the first."""
    first, second = told(titles[one]), told(titles[other])
    return {one: first, other: "" if first and alike(first, second) else second}


def _about_year(years: Mapping[str, str], year: str) -> Iterator[Sentence]:
    """Why one cannot be sure of the year."""
    if years and not {"title", "site", "period"} & set(years):
        yield say("headline_guessed_year", where=say(f"headline_{next(iter(years))}", what=year))
    if len(set(years.values())) > 1:
        yield _differ("headline_years", years)


def _about_body(bodies: Mapping[str, str], body: str) -> Iterator[Sentence]:
    """Why one cannot be sure of the body. That a page is marked with the name of another, who runs it, is usual."""
    if body and not {"title", "site", "signature"} & set(bodies):
        yield say("headline_guessed_body", where=say(f"headline_{next(iter(bodies))}", what=plain(body, MOST_NAME)))
    elif body and not re.search(section("published.toml", "title")["name"], body):
        yield say("headline_odd_body", what=plain(body, MOST_NAME))
    others = {where: name for where, name in bodies.items() if where not in ("page", "file") and not alike(name, body)}
    if others:
        yield _differ("headline_bodies", {next(iter(bodies)): body, **others})


def level_of(body: str) -> str:
    """The level that the end of a body's name lets one expect; a guess, for a county-level city is called as any city.

    >>> level_of("晋江市安海镇人民政府"), level_of("上海市人民政府办公厅"), level_of("沭阳县人民政府"), level_of("沭阳县2025年")
    ('township', 'department', 'county', 'department')
    """
    return next((level for level, pattern in _levels() if pattern.search(body)), "department")


def folded(text: str) -> str:
    """A text without white space, its years in digits.

    >>> folded("二〇二二年度 报告")
    '2022年度报告'
    """
    return _WRITTEN.sub(lambda written: written[0].translate(_DIGITS), _SPACE.sub("", nfkc(text)))


def _printed(lines: Sequence[str], prose: Prose) -> str:
    """The title that is printed: the first line, or two or three that follow one another, that name a body and a report."""
    first = [line for line in lines if line.strip()][:_FIRST]
    first = first[: next((at for at, line in enumerate(first) if heading(line)), len(first))]
    short = [line for line in first if len(line) <= _LONGEST]
    alone = [line for line in [*_begun(short), prose.title, *short] if _reports(line)]
    pairs = [one + other for one, other in pairwise(short) if _reports(one + other) and not body_of(other)]
    threes = ["".join(three) for three in zip(short, short[1:], short[2:], strict=False) if _reports("".join(three)) and not any(map(body_of, three[1:]))]
    found = [*alone, *pairs, *threes]
    return next((line for line in found if body_of(line)), next(iter(found), ""))


def _begun(lines: Sequence[str]) -> Iterator[str]:
    """Titles of one or two lines whose body begins in the line before, with the name of a place that they do not repeat."""
    place = re.compile(section("published.toml", "title")["place"])
    for before, line, after in zip(lines, lines[1:], [*lines[2:], ""], strict=False):
        for title in (line, line + after if not body_of(after) else ""):
            if place.fullmatch(folded(before)) and body_of(title) and not body_of(title).startswith(folded(before)):
                yield before + title


def _reports(line: str) -> bool:
    look = section("published.toml", "title")
    bare = _YEAR.sub("", undated(line))
    return bool(re.search(look["report"], bare)) and not re.search(look["other"], bare)


def undated(title: str) -> str:
    """A title, folded, without the day or year in which it was published.

    >>> undated("某局2022年政府信息公开工作年度报告（2023年1月发布）"), undated("某局2023年公布2022年年报")
    ('某局2022年政府信息公开工作年度报告()', '某局2022年年报')
    """
    return re.sub(section("published.toml", "title")["published"], "", folded(title))


def body_of(title: str) -> str:
    """The body that a title names: of two that which the report is about.

    >>> body_of("2019年上海市人民政府办公厅政府信息公开工作年度报告"), body_of("沭阳县2025年政府信息公开工作年度报告"), body_of("工作总结")
    ('上海市人民政府办公厅', '沭阳县', '')
    >>> body_of("某局关于报送2022年政府信息公开工作年度报告的报告"), body_of("某县政府办关于发布某县2022年政府信息公开工作年度报告的通知")
    ('某局', '某县')
    """
    look = section("published.toml", "title")
    bare = _YEAR.sub("", undated(title))
    match = re.search(look["report"], bare)
    if not match or re.search(look["other"], bare):
        return ""
    parts = (re.sub(look["around"], "", part) for part in re.split(look["about"], bare[: match.start()]))
    return next((part for part in reversed([*parts]) if part and part[0] not in "我本"), "")


def _year(title: str) -> str:
    """The year that a title names, once or several times; none where it names two, the one in which it was published aside."""
    found = set(_YEAR.findall(undated(title)))
    return found.pop() if len(found) == 1 else ""


def _period(text: str) -> str:
    """The year that the period of the numbers begins in."""
    match = re.search(section("published.toml", "title")["period"], folded(text))
    return next((year for year in match.groups() if year), "") if match else ""


def _before(date: str) -> str:
    """The year before a date of publication: reports are published in the first months of the next one.

    >>> _before("2024-01-31"), _before("2024年1月31日"), _before("二〇二四年一月五日"), _before("2024-09-01")
    ('2023', '2023', '2023', '')
    """
    match = re.match(r"\(?(20[0-9]{2})[-年/.]?0?([1-9]|1[0-2]|[一二三四五六])(?![0-9十])", folded(date))
    return str(int(match[1]) - 1) if match and int(match[2].translate(_DIGITS)) <= 6 else ""


def _signed(lines: Sequence[str]) -> tuple[str, str]:
    """The body that signs at the end, a short line before a date, and the year before that date."""
    look = section("published.toml", "title")
    last = [_SPACE.sub("", nfkc(line)) for line in lines if line.strip()][-_LAST:]
    for before, after in pairwise(last):
        if re.fullmatch(look["date"], after):
            return before if re.fullmatch(look["signature"], before) else "", _before(after)
    return "", ""


def same(one: str, other: str) -> bool:
    """Whether two names are taken for one body's: alike, and of one level, for a government and its office are two.

    >>> same("安海镇", "晋江市安海镇人民政府"), same("某县人民政府", "某县人民政府办公室")
    (True, False)
    """
    return one == other or (alike(one, other) and level_of(one) == level_of(other))


def _each(found: dict[str, str]) -> dict[str, str]:
    return {where: what for where, what in found.items() if what}


def _differ(key: str, found: Mapping[str, str]) -> Sentence:
    def told(lang: str, between: str) -> str:
        return between.join(say(f"headline_{where}", what=plain(what, MOST_NAME))[lang] for where, what in found.items())

    return say(key, places=Sentence(told("zh", "，"), told("en", ", ")))


@cache
def _levels() -> Iterable[tuple[str, re.Pattern[str]]]:
    return [(entry["level"], re.compile(entry["ends"])) for entry in template("published.toml")["level"]]
