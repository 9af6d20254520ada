"""The list of who must file: CSV (UTF-8 or GB18030) or xlsx, its order kept everywhere."""

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogi_xlsx.form.words import Refusal, Sentence, decoded, os_reason, plain, say, section
from ogi_xlsx.returns.identity import Agency

MOST_NAME = 100  # characters of a body's name: longer ones are pasted text, and spoil cover and footer
MOST_CODE = 40
MOST_BODIES = 20_000  # the bodies of the largest province are some 8 000
_SPOILED = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True)
class Entry:
    """A line of the roster. `no` counts from 1; `included` is False for a body that is tracked but not added up."""

    no: int
    agency: Agency
    included: bool = True
    parent: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    predecessors: tuple[str, ...] = ()


def load(path: Path) -> list[Entry]:
    """Read a roster. Raises Refusal with every problem, each with its line."""
    lines = _rows(path)
    if not lines:
        raise Refusal(say("roster_empty", file=path.name))
    if len(lines) > MOST_BODIES:
        raise Refusal(say("roster_too_long", file=path.name, n=len(lines) - 1, most=MOST_BODIES))
    columns = _columns(path, lines[0][1])
    entries: list[Entry] = []
    problems: list[Sentence] = []
    seen: dict[str, int] = {}
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        row = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        told = _problems(row, number, seen, len(cells) > len(lines[0][1]))
        problems += [say("roster_problem", file=path.name, line=number, problem=problem) for problem in told]
        if not told:
            entries.append(_entry(len(entries) + 1, row))
    if not entries and not problems:
        problems.append(say("roster_empty", file=path.name))
    if problems:
        raise Refusal(problems)
    return entries


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Lines with their numbers, each a list of trimmed texts."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(say("file_not_readable", file=path.name, reason=os_reason(error))) from None
    if content.startswith(b"PK\x03\x04"):
        return _book_rows(path)
    text = decoded(content)
    if text is None:
        raise Refusal(say("roster_encoding", file=path.name))
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first and "," not in first else ",")
    try:
        return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        raise Refusal(say("roster_encoding", file=path.name)) from None


def _book_rows(path: Path) -> list[tuple[int, list[str]]]:
    import openpyxl  # only for a roster in a workbook

    try:
        book: Any = openpyxl.load_workbook(path, data_only=True)
        page = book.worksheets[0]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError):
        raise Refusal(say("roster_encoding", file=path.name)) from None
    found = [(n, [_text(value) for value in row]) for n, row in enumerate(page.iter_rows(values_only=True, max_row=10_000, max_col=40), 1)]
    heading = next((i for i, (_, cells) in enumerate(found) if len(set(cells) & _known("code", "name", "level")) >= 2), 0)
    return [(n, cells) for n, cells in found[heading:] if any(cells)]


def _text(value: object) -> str:
    """Text of a roster cell; a number too long for a spreadsheet shows as one that Excel spoiled."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.6G}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return f"{float(value):.6G}"
    return "" if value is None else str(value).strip()


def _known(*names: str) -> set[str]:
    return {alias for name in names for alias in section("words.toml", "roster")[name]}


def _columns(path: Path, heading: list[str]) -> dict[str, int]:
    """Where each known column stands. Raises Refusal naming every missing one."""
    names = section("words.toml", "roster")
    columns = {name: heading.index(alias) for name, aliases in names.items() for alias in aliases if alias in heading}
    doubled = [name for name, aliases in names.items() if sum(heading.count(alias) for alias in aliases) > 1]
    if doubled:
        raise Refusal(say("roster_doubled_column", file=path.name, columns="、".join(f"{names[name][0]}（{name}）" for name in doubled)))
    missing = [name for name in ("code", "name", "level") if name not in columns]
    if missing and len(heading) == 1:
        raise Refusal(say("roster_one_column", file=path.name, found=plain(heading[0], 60)))
    if missing:
        shown = "、".join(f"{names[name][0]}（{name}）" for name in missing)
        raise Refusal(say("roster_column", file=path.name, columns=shown, found=plain("、".join(heading), 60)))
    return columns


def _problems(row: dict[str, str], line: int, seen: dict[str, int], long: bool) -> list[Sentence]:
    code, name, level = row["code"], row["name"], row["level"]
    found = []
    if not code or len(code) > MOST_CODE or plain(code, MOST_CODE) != code:
        found.append(say("roster_no_code" if not code else "roster_bad_code", code=plain(code, 30)))
    elif _SPOILED.fullmatch(code):
        found.append(say("roster_spoiled_code", code=code))
    elif (folded := unicodedata.normalize("NFKC", code)) in seen:
        found.append(say("roster_doubled_code", code=code, first=seen[folded]))
    else:
        seen[folded] = line
    if not name:
        found.append(say("roster_no_name", code=plain(code, 30)))
    elif len(name) > MOST_NAME:
        found.append(say("roster_long_name", name=plain(name, 20), n=len(name), most=MOST_NAME))
    elif plain(name, MOST_NAME) != name:
        found.append(say("roster_bad_name", name=plain(name, 30)))
    if not level:
        found.append(say("roster_no_level", known=known_levels()))
    elif level_of(level) is None:
        found.append(say("roster_level_comma" if long else "roster_level", level=plain(level, 20), known=known_levels()))
    return found


def known_levels() -> Sentence:
    """How levels are written, for messages."""
    names = section("words.toml", "roster_levels")
    return Sentence("、".join(aliases[1] for aliases in names.values()), ", ".join(names))


def level_of(text: str) -> str | None:
    """The level that a text names, in Chinese or English; None for an unknown one."""
    return next((level for level, names in section("words.toml", "roster_levels").items() if text in names), None)


def _entry(no: int, row: dict[str, str]) -> Entry:
    agency = Agency(row["code"], row["name"], level_of(row["level"]) or "")
    more = {name: row.get(name, "") for name in ("parent", "contact", "phone", "email")}
    answer = row.get("included", "").split("，")[0].split("（")[0].strip().lower()
    included = answer not in section("words.toml", "roster_no")["words"]
    predecessors = tuple(part for part in re.split(r"[;；、,，\s]+", row.get("predecessors", "")) if part)
    return Entry(no, agency, included, predecessors=predecessors, **more)
