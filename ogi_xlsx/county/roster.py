"""The list of who must file: CSV (UTF-8 or GB18030) or xlsx, its order kept everywhere; bodies without a code are given one."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ogi_xlsx.county import roster_file
from ogi_xlsx.county.roster_file import RosterFile, folded
from ogi_xlsx.form.harmless import is_plain
from ogi_xlsx.form.words import Refusal, Sentence, listed, plain, say, section
from ogi_xlsx.returns.identity import MOST_CODE, MOST_NAME, Agency
from ogi_xlsx.returns.outputs import alone, placed

_SPOILED = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2} 00:00:00")  # a number cut short, a date
_POINT_ZERO = re.compile(r"([0-9]+)\.0+")
_GIVEN = re.compile(r"d([0-9]{1,9})")
_BETWEEN = " \t　，,；;：:。、（）()—-"  # what stands between an answer and its reason


@dataclass(frozen=True)
class Entry:
    """A line of the roster. `no` counts from 1; `included` is False for a body that is tracked but not added up, `reason` says why."""

    no: int
    agency: Agency
    included: bool = True
    parent: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    predecessors: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Roster:
    """A roster as it was read. `given` are codes that the file does not have yet, by line; its entries bear them already."""

    file: RosterFile
    entries: list[Entry]
    given: dict[int, str]


def load(path: Path) -> list[Entry]:
    """Read a roster in which every body has its code. Raises Refusal with every problem, each with its line."""
    roster = read(path)
    if roster.given:
        lines = listed([say("roster_line", line=line) for line in roster.given])
        raise Refusal(say("roster_no_codes", file=path.name, n=len(roster.given), lines=lines))
    return roster.entries


def coded(path: Path, taken: Iterable[str], notes: list[Sentence]) -> list[Entry]:
    """Read a roster, and write the codes that are missing back into it; what was given is noted. Codes of `taken` are given to nobody.

    Raises Refusal with every problem, or where the file cannot be written.
    """
    taken = set(taken)
    roster = read(path, taken)
    if roster.given:
        with alone(path.parent):
            roster = read(path, taken)  # again: another run may have given codes meanwhile
            if roster.given:
                _write_codes(path, roster, notes)
    return roster.entries


def _write_codes(path: Path, roster: Roster, notes: list[Sentence]) -> None:
    with placed(path, force=True) as temporary:
        roster_file.write_codes(roster.file, roster.given, temporary)
        _refuse_other(path, temporary, roster.entries)
    codes = list(roster.given.values())
    span = codes[0] if len(codes) == 1 else say("roster_codes_span", first=codes[0], last=codes[-1])
    notes.append(say("roster_codes_given", file=path.name, n=len(codes), codes=span))


def _refuse_other(path: Path, written: Path, entries: list[Entry]) -> None:
    """Raise Refusal where what was written does not read as what it should say, as with names that are formulas."""
    try:
        same = load(written) == entries
    except Refusal:
        same = False
    if not same:
        raise Refusal(say("roster_not_same", file=path.name))


def read(path: Path, taken: Iterable[str] = ()) -> Roster:
    """Read a roster, and give codes to bodies without one; nothing is written. Raises Refusal with every problem, each with its line."""
    file = roster_file.read(path)
    rows = {number: _row(file, cells) for number, cells in file.rows if not _only_number(file, cells)}
    given = _give(rows, taken)
    entries: list[Entry] = []
    problems: list[Sentence] = []
    seen: dict[str, int] = {}
    for number, row in rows.items():
        row["code"] = given.get(number) or row["code"]
        told = _problems(row, number, seen, number in given)
        problems += [say("roster_problem", file=path.name, line=number, problem=problem) for problem in told]
        if not told:
            entries.append(_entry(len(entries) + 1, row))
    if not entries and not problems:
        problems.append(say("roster_empty", file=path.name))
    if problems:
        raise Refusal(problems)
    return Roster(file, entries, given)


def _row(file: RosterFile, cells: list[str]) -> dict[str, str]:
    """A line by column; `more` is set where it has more cells than the heading."""
    row = {"code": "", **{name: cells[at] if at < len(cells) else "" for name, at in file.columns.items()}}
    whole = _POINT_ZERO.fullmatch(row["code"])
    return {**row, "code": whole[1] if whole else row["code"], "more": "1" if len(cells) > len(file.heading[1]) else ""}


def _only_number(file: RosterFile, cells: list[str]) -> bool:
    """Whether a line is blank but for its number: one that was prepared and not needed."""
    at = file.columns.get("no", -1)
    return all(not cell or (i == at and cell.isdigit()) for i, cell in enumerate(cells))


def _give(rows: dict[int, dict[str, str]], taken: Iterable[str]) -> dict[int, str]:
    """Codes for lines without one: D001 and so on, above every number of this kind that is in use, so that none is ever given twice."""
    lacking = [number for number, row in rows.items() if not row["code"]]
    if not lacking:
        return {}
    known = [code for row in rows.values() for code in (row["code"], *_parts(row.get("predecessors", "")))]
    last = max((int(match[1]) for code in (*known, *taken) if (match := _GIVEN.fullmatch(folded(code)))), default=0)
    return {number: f"D{last + i:03d}" for i, number in enumerate(lacking, 1)}


def _problems(row: dict[str, str], line: int, seen: dict[str, int], given: bool) -> list[Sentence]:
    """What is wrong with a line. `seen` are lines by code, and by name and parent."""
    code, name, level = row["code"], row["name"], row["level"]
    found = []
    if len(code) > MOST_CODE or plain(code, MOST_CODE) != code:
        found.append(say("roster_bad_code", code=plain(code, 30)))
    elif _SPOILED.fullmatch(code):
        found.append(say("roster_spoiled_code", code=code))
    elif (first := seen.setdefault(f"code:{unicodedata.normalize('NFKC', code)}", line)) != line:
        found.append(say("roster_doubled_code", code=code, first=first))
    if not name:
        found.append(say("roster_no_name"))
    elif len(name) > MOST_NAME:
        found.append(say("roster_long_name", name=plain(name, 20), n=len(name), most=MOST_NAME))
    elif plain(name, MOST_NAME) != name:
        found.append(say("roster_bad_name", name=plain(name, 30)))
    else:
        found += _same_name(row, line, seen, given)
    if not level:
        found.append(say("roster_no_level", known=known_levels()))
    elif level_of(level) is None:
        found.append(say("roster_level_comma" if row["more"] else "roster_level", level=plain(level, 20), known=known_levels()))
    if _answer(row.get("included", "")) is None:
        found.append(say("roster_answer", answer=plain(row["included"], 30)))
    return found


def _same_name(row: dict[str, str], line: int, seen: dict[str, int], given: bool) -> list[Sentence]:
    """Two bodies of one name and parent, which no code of the office's tells apart."""
    key = f"name:{folded(row['name'])}:{folded(row.get('parent', ''))}"
    if given:
        seen.setdefault(f"given:{key}", line)
    first = seen.setdefault(key, line)
    clash = first != line and (given or f"given:{key}" in seen)
    return [say("roster_doubled_name", name=row["name"], first=first)] if clash else []


def known_levels() -> Sentence:
    """How levels are written, for messages."""
    names = section("words.toml", "roster_levels")
    return Sentence("、".join(aliases[1] for aliases in names.values()), ", ".join(names))


def level_of(text: str) -> str | None:
    """The level that a text names, in Chinese or English; None for an unknown one."""
    return _levels().get(folded(text))


@cache
def _levels() -> dict[str, str]:
    return {folded(name): level for level, names in section("words.toml", "roster_levels").items() for name in names}


def agency_of(text: str) -> Agency | None:
    """The agency in `CODE,NAME,LEVEL`; None where that is not what the text says."""
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    level = level_of(parts[-1])
    return Agency(parts[0], parts[1], level) if len(parts) == 3 and all(parts) and all(map(is_plain, parts)) and level else None


def _answer(text: str) -> tuple[bool, str] | None:
    """Whether a body is added up, and the reason behind the answer; None where the answer cannot be understood."""
    if not text:
        return True, ""
    words = {word: counts for name, counts in (("yes", True), ("no", False)) for word in section("words.toml", "roster_answers")[name]}
    for word in sorted(words, key=len, reverse=True):
        rest = text[len(word) :]
        if text.casefold().startswith(word) and (not rest or rest[0] in _BETWEEN):
            return words[word], rest.strip(_BETWEEN)
    return None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[;；、,，\s]+", text) if part)


def _entry(no: int, row: dict[str, str]) -> Entry:
    agency = Agency(row["code"], row["name"], level_of(row["level"]) or "")
    more = {name: plain(row.get(name, ""), MOST_NAME) for name in ("parent", "contact", "phone", "email")}
    included, reason = _answer(row.get("included", "")) or (True, "")
    why = "" if included else plain(reason or row.get("reason", ""), MOST_NAME)
    return Entry(no, agency, included, predecessors=_parts(row.get("predecessors", "")), reason=why, **more)
