"""Whose a report is and of which day, as its text says it: lines that hold nothing else, at the end or right below the title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from ogi_xlsx.form.words import nfkc, section

_ARABIC = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?")
_CHINESE = re.compile(r"([〇○零0Oo一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_DIGITS = {**dict.fromkeys("〇○零0Oo", "0"), **{one: str(n) for n, one in enumerate("一二三四五六七八九", 1)}}
_AROUND = "()[]【】:;,、|/·. "
_SENTENCE = re.compile(r"[。，；：？！、,;:?!]")
_MOST_LINE = 80  # characters: a longer line is text
_MOST_MORE = 12  # characters that the name in a signature may have more than that of the return, as a county before a town
_LINES = 3  # that may stand between title and text: date, publisher


@dataclass(frozen=True)
class Signature:
    """A publisher's name, empty where there is none, and a day."""

    name: str = ""
    day: date | None = None

    def __bool__(self) -> bool:
        return bool(self.name or self.day)


def at_end(lines: Sequence[str], body: str) -> tuple[list[str], Signature]:
    """Lines without the signature that ends them: at most two lines, of a name and a day.

    A line without a day is one only where it is the body's very name; beside a day the name may have more or less before and after it.
    """
    rest, found = list(lines), Signature()
    for _ in range(2):
        told = of_line(rest[-1]) if rest else Signature()
        name_fits = not told.name or (not found.name and (_same(told.name, body) or (bool(told.day or found.day) and _alike(told.name, body))))
        if not told or not name_fits or (told.day and found.day):
            break
        found = Signature(told.name or found.name, told.day or found.day)
        rest.pop()
    return rest, _named(found, body)


def at_start(lines: Sequence[str], body: str) -> tuple[list[str], Signature]:
    """Lines without those at their start that hold nothing but the day and the publisher, as web pages have them below the title."""
    rest, found = list(lines), Signature()
    for _ in range(_LINES):
        told = of_line(rest[0]) if rest else Signature()
        if not told or (told.name and not _alike(told.name, body)):
            break
        found = Signature(found.name or told.name, found.day or told.day)
        rest.pop(0)
    return rest, _named(found, body)


def of_line(line: str) -> Signature:
    """Name and day of a line that may be a signature; nothing for one that is longer.

    >>> of_line("（2026年1月20日）"), of_line("甲镇人民政府 二〇二六年一月二十日")
    (Signature(name='', day=datetime.date(2026, 1, 20)), Signature(name='甲镇人民政府', day=datetime.date(2026, 1, 20)))
    """
    if len(line) > _MOST_LINE:
        return Signature()
    text, day = _folded(line), None
    for pattern in (_ARABIC, _CHINESE):
        if match := pattern.search(text):
            day = _day(*match.groups())
            text = text[: match.start()] + text[match.end() :] if day else text
            break
    for label in section("published.toml", "report")["labels"]:
        text = text.replace(f"{label}:", "")
    name = text.strip(_AROUND)
    return Signature(name, day) if not _SENTENCE.search(name) else Signature()


def _day(*parts: str) -> date | None:
    """The day of year, month and day in either kind of digits; None where there is no such day."""
    year, month, day = parts
    try:
        return date(int("".join(_DIGITS.get(one, one) for one in year)), _small(month), _small(day))
    except ValueError:
        return None


def _small(text: str) -> int:
    """A number up to 99. Raises ValueError for what is none.

    >>> _small("十"), _small("二十"), _small("三十一"), _small("十二"), _small("08")
    (10, 20, 31, 12, 8)
    """
    if "十" not in text:
        return int("".join(_DIGITS.get(one, one) for one in text))
    tens, _, ones = text.partition("十")
    return 10 * int(_DIGITS.get(tens or "一", "?")) + int(_DIGITS.get(ones or "零", "?"))


@cache
def _folded(text: str) -> str:
    return re.sub(r"\s", "", nfkc(text))


def _same(name: str, body: str) -> bool:
    return _folded(name) == _folded(body)


def _alike(name: str, body: str) -> bool:
    """Whether two names may be the same body's: one has its county before it (晋江市陈埭镇人民政府), or says what it is (晋江市人民政府).

    >>> _alike("陈埭镇人民政府", "晋江市陈埭镇人民政府"), _alike("晋江市人民政府", "晋江市"), _alike("晋江市陈埭镇人民政府", "晋江市")
    (True, True, False)
    """
    short, long = sorted((_folded(name), _folded(body)), key=len)
    ends = section("published.toml", "report")["bodies_end"]
    return len(short) > 1 and ((long.endswith(short) and len(long) <= len(short) + _MOST_MORE) or any(long == short + end for end in ends))


def _named(found: Signature, body: str) -> Signature:
    """A signature with the body's name as it is written, where the text writes the same."""
    return Signature(body, found.day) if found.name and _same(found.name, body) else found
