"""A TOML file read with the line of every entry, so that all its problems can be told at once, each with its place."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, Sentence, decoded, say

MOST_BYTES = 2_000_000  # an edition is some 50 KB
_HEADER = re.compile(r"^\s*\[(\[)?\s*([A-Za-z0-9_.-]+)\s*\]?\]")
_KEY = re.compile(r'^\s*([A-Za-z0-9_.-]+|"[^"]*")\s*=')
_LARGEST = 2**63  # TOML knows integers of 64 bits
_ITEM = re.compile(r"^\s*\{")

Path_ = tuple[str | int, ...]
Entry = dict[str, object]
T = TypeVar("T", str, int, bool, list[object], dict[str, object])


@dataclass
class Source:
    """One file: `data` as TOML gives it, `lines` by path, and the problems found so far."""

    name: str
    data: dict[str, object]
    lines: dict[Path_, int]
    problems: list[tuple[int, Sentence]] = field(default_factory=list)

    def line(self, path: Path_) -> int:
        """Line of an entry, or of the nearest entry around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path_, sentence: str, /, **values: object) -> None:
        """Note a problem at a path: a sentence of the words file, and its line."""
        self.problems.append((self.line(path), say(sentence, **values)))

    def nearest(self, name: str, known: Iterable[str]) -> Sentence:
        """`您是不是要写 'outcome'？`, or nothing where no known name is close."""
        close = difflib.get_close_matches(name, list(known), 1, 0.6)
        return say("did_you_mean", name=close[0]) if close else Sentence("", "")

    def keys(self, path: Path_, entry: Entry, known: Iterable[str]) -> None:
        """Note every key of an entry that is not among the known ones."""
        known = list(known)
        for key in entry:
            if key not in known:
                self.problem((*path, key), "edition_unknown_key", key=key, nearest=self.nearest(key, known))

    def take(self, path: Path_, entry: dict[str, object], key: str, kind: type[T], default: T | None = None) -> T:
        """Value of a key; notes it when missing (without a default) or of another kind, and then gives an empty value."""
        if key not in entry:
            if default is None:
                self.problem(path, "edition_missing_key", key=key)
                return kind()
            return default
        value = entry[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem((*path, key), "edition_wrong_kind", key=key, kind=say(f"kind_{kind.__name__}"))
            return kind()
        return value

    def entries(self, path: Path_, entry: Entry, key: str, required: bool = True) -> list[Entry]:
        """A list of tables; what is no table is noted and left out."""
        found = self.take(path, entry, key, list, None if required else [])
        for i, item in enumerate(found):
            if not isinstance(item, dict):
                self.problem((*path, key, i), "edition_wrong_kind", key=key, kind="{ … }")
        return [item for item in found if isinstance(item, dict)]

    def among(self, path: Path_, value: str, known: Sequence[str], what: str) -> None:
        """Note a value that is not among the known ones, with the nearest; a missing one was noted as such."""
        if value and value not in known:
            shown = "、".join(k for k in known if k)
            self.problem((*path, what), "edition_not_among", key=what, value=value, known=shown, nearest=self.nearest(value, known))

    def unique(self, pairs: list[tuple[Path_, str]], what: str) -> None:
        """Note every key that stood before."""
        seen: set[str] = set()
        for path, key in pairs:
            if key and key in seen:
                self.problem(path, "edition_doubled", what=what, key=key)
            seen.add(key)

    def within(self, path: Path_, key: str, value: float, first: int, last: int) -> None:
        """Note a number outside its range; a missing one was noted as such."""
        if not first <= value <= last:
            self.problem((*path, key), "edition_range", key=key, first=first, last=last)

    def sentence(self, path: Path_, entry: object, what: str) -> Sentence:
        """A text in both languages from `zh` and `en` of an entry; notes the missing half."""
        texts = {}
        for lang in ("zh", "en"):
            text = entry.get(lang) if isinstance(entry, dict) else None
            if not isinstance(text, str) or not text.strip():
                self.problem(path, "edition_missing_text", what=what, language=say(f"language_{lang}"), key=lang)
                text = ""
            texts[lang] = text
        return Sentence(**texts)

    def close(self, ending: str = "edition_not_loaded") -> None:
        """Raise Refusal with every problem, in line order, and a last sentence; do nothing where there is none."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: problem[0])
            told = [say("edition_problem", file=self.name, line=line, problem=_ended(text)) for line, text in ordered]
            raise Refusal([*told, say(ending, n=len(told))])


def _ended(text: Sentence) -> Sentence:
    """A problem with one full stop at its end; a hint may have ended it already."""
    zh, en = text.zh.strip(), text.en.strip()
    return Sentence(zh if zh.endswith(("。", "？")) else zh + "。", en if en.endswith((".", "?")) else en + ".")


def read(path: Path) -> Source:
    """Read a TOML file, as Chinese programs save it. Raises Refusal where it is missing, no file to read, no text or no TOML."""
    text = decoded(given.content(path, MOST_BYTES))
    if text is None:
        raise Refusal(say("file_no_text", file=path.name))
    try:
        data = tomllib.loads(text)
        if not _sane(data):
            raise OverflowError
        return Source(path.name, data, _lines(text))
    except tomllib.TOMLDecodeError as error:
        at = re.findall(r"\d+", str(error))  # "… (at line 4, column 10)", or "(at end of document)"
        line, column = at[-2:] if len(at) >= 2 else (len(text.splitlines()), 1)
        raise Refusal(say("file_not_toml", file=path.name, line=line, column=column)) from None
    except (RecursionError, ValueError, OverflowError):  # brackets by the thousand; a number of thousands of digits
        raise Refusal(say("file_toml_odd", file=path.name)) from None


def _sane(value: object) -> bool:
    """Whether all whole numbers in a value are such that everything can count with them."""
    if isinstance(value, dict | list):
        return all(map(_sane, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) < _LARGEST


def _lines(text: str) -> dict[Path_, int]:
    """Line numbers of headers, keys and of inline tables written one a line (as our editions do)."""
    lines: dict[Path_, int] = {}
    counts: dict[Path_, int] = {}
    at: Path_ = ()
    array: Path_ | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if array is not None:
            if _ITEM.match(line):
                lines[(*array, counts.get(array, 0))] = number
                counts[array] = counts.get(array, 0) + 1
            elif line.strip().startswith("]"):
                array = None
        elif header := _HEADER.match(line):
            at = _resolve(header[2], bool(header[1]), counts)
            lines[at] = number
        elif key := _KEY.match(line):
            path = (*at, *key[1].strip('"').split(".")) if not key[1].startswith('"') else (*at, key[1].strip('"'))
            for end in range(len(at) + 1, len(path) + 1):
                lines.setdefault(path[:end], number)
            array = path if line.split("=", 1)[1].strip() == "[" else None
    return lines


def _resolve(header: str, repeated: bool, counts: dict[Path_, int]) -> Path_:
    """Path of a `[header]` or `[[header]]`: the last opened element of each array on the way."""
    path: Path_ = ()
    parts = header.split(".")
    for depth, part in enumerate(parts):
        path = (*path, part)
        if depth == len(parts) - 1 and repeated:
            index = counts.get(path, 0)
            counts[path] = index + 1
            path = (*path, index)
        elif path in counts:
            path = (*path, counts[path] - 1)
    return path
