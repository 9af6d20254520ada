"""本轮.toml, in which an office writes the terms of a round; it makes a folder a round's folder."""

import re
import unicodedata
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ogi_xlsx.county.roster import agency_of, known_levels
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form import edition as editions, source
from ogi_xlsx.form.source import Source
from ogi_xlsx.form.words import plain, printed, section

_MOST, _MOST_SUBMIT = 60, 200  # characters of a text: what the cover shows on two lines, and what reminders alone show
_TEXTS = ("office", "circular", "contact", "phone", "submit", "you", "edition", "agency", "password")
_PATHS = ("prior", "settings", "seal_key")
_SWITCHES = ("typed_totals", "with_text")
_KEYS = ("year", "deadline", *_TEXTS, *_SWITCHES, *_PATHS)
_PASSWORD = re.compile(r"[!-~]{0,15}")  # of a longer one, or of other characters, the programs do not agree on the lock
_TOLD = re.compile(
    r"""(?: (?P<year> [0-9]{4}) [年/.-] )?
        (?P<month> [0-9]{1,2}) [月/.-] (?P<day> [0-9]{1,2}) [日号]? (?: \( (?:星期|周) . \) )? T?
        (?: (?P<half> 上午|下午)? (?P<hour> [0-9]{1,2}) [时点:] (?: (?P<minute> [0-9]{1,2}) 分? (?: :00 )? )? 整? )?""",
    re.VERBOSE,
)


def load(path: Path) -> Terms:
    """Read 本轮.toml. Raises Refusal with every problem, each with its line."""
    file = source.read(path)
    file.keys((), file.data, _KEYS)
    year = _year(file)
    deadline, due = _deadline(file, year)
    found: dict[str, Any] = {key: _text(file, key) for key in _TEXTS}
    _hold_against_choices(file, found)
    found["agency"] = agency_of(found["agency"])
    folder = path.parent.absolute()
    found |= {key: folder / text if (text := _text(file, key)) else None for key in _PATHS}
    found |= {key: file.take((), file.data, key, bool, False) for key in _SWITCHES}
    file.close("terms_not_loaded")
    return Terms(year=year, deadline=deadline, due=due, folder=folder, **found)


def _year(file: Source) -> int:
    year = file.take((), file.data, "year", int)
    if "year" in file.data and not 2000 <= year <= 2099:
        file.problem(("year",), "terms_year", year=plain(file.data["year"], 20))
    return year


def _text(file: Source, key: str) -> str:
    """A text without white space around it; what does not fit is noted."""
    text = file.take((), file.data, key, str, "").strip()
    if plain(text, len(text)) != text:
        file.problem((key,), "terms_odd", key=key)
    elif key not in _PATHS and len(text) > (most := _MOST_SUBMIT if key == "submit" else _MOST):
        file.problem((key,), "terms_long", key=key, n=len(text), most=most)
    return text


def _hold_against_choices(file: Source, texts: dict[str, str]) -> None:
    """Note a text that is none of those that are known."""
    file.among((), texts["edition"], list(editions.available()), "edition")
    file.among((), texts["you"], section("round.toml", "address")["choices"], "you")
    if texts["agency"] and not agency_of(texts["agency"]):
        file.problem(("agency",), "terms_agency", text=plain(texts["agency"], 40), known=known_levels())
    if not _PASSWORD.fullmatch(texts["password"]):
        file.problem(("password",), "terms_password")


def _deadline(file: Source, year: int) -> tuple[str, datetime | None]:
    """The deadline as it is told, and the moment where it can be known; a day that is none is noted."""
    given = file.data.get("deadline", "")
    if isinstance(given, datetime):
        due = given.astimezone().replace(tzinfo=None) if given.tzinfo else given
        return told(due), due
    if isinstance(given, date):
        return told(given), datetime.combine(given, time.max)
    text = _text(file, "deadline")
    try:
        return deadline_of(text, year)
    except ValueError:
        file.problem(("deadline",), "terms_no_day", text=plain(text, 40))
        return text, None


def deadline_of(text: str, year: int | None) -> tuple[str, datetime | None]:
    """A deadline as it is told, and the moment itself: of the year after `year` where none is named, at the end of a day without an hour.

    The moment is None where the text does not tell it (下班前). Raises ValueError for a day or hour that does not exist.
    """
    text = re.sub(r"(之前|以前|前)$", "", text.strip())
    match = _TOLD.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if not match or not (match["year"] or year):
        return text, None
    day = date(int(match["year"] or (year or 0) + 1), int(match["month"]), int(match["day"]))
    hour, minute = int(match["hour"] or 24), int(match["minute"] or 0)
    if match["half"] == "下午" and hour < 12:
        hour += 12
    due = datetime.combine(day, time.max if (hour, minute) == (24, 0) else time(hour, minute))
    return text if "月" in text else told(due if match["hour"] else day), due


def told(due: date) -> str:
    """A day, or a moment, as a Chinese office tells it.

    >>> told(date(2026, 1, 15)), told(datetime(2026, 1, 15, 17, 30))
    ('1月15日', '1月15日17时30分')
    """
    day = printed("deadline_day", month=due.month, day=due.day).zh
    if not isinstance(due, datetime):
        return day
    return day + printed("deadline_hour", hour=due.hour).zh + (printed("deadline_minute", minute=due.minute).zh if due.minute else "")
