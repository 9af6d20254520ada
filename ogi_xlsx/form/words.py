"""Sentences for people, in Chinese and English side by side, read from `templates/`.

Code names a sentence; a file of `SAYINGS` in `templates/` holds it. Nothing here decides anything.
"""

import errno
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ogi_xlsx.form.harmless import plain as plain  # sentences hold what files say

MOST_PLACES = 5  # named in one finding
SAYINGS = (
    "words.toml",
    "round.toml",
    "summary.toml",
    "page.toml",
    "published.toml",
)  # of templates/: files whose `[say]` holds sentences; each key stands once
_OS = {  # what the system says, by the word we have for it; Windows' own numbers come translated into these
    "missing": ("ENOENT", "ELOOP"),
    "permission": ("EACCES", "EPERM", "EROFS"),
    "space": ("ENOSPC", "EDQUOT", "EFBIG"),
    "folder": ("EISDIR",),
    "no_folder": ("ENOTDIR",),
    "name": ("ENAMETOOLONG",),
    "exists": ("EEXIST",),
    "device": ("EIO", "ENXIO", "ENODEV", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ECONNRESET"),
    "busy": ("EBUSY", "ETXTBSY"),
    "place": ("EINVAL",),  # Windows, of a name with a colon or the like
}
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")
_QUOTED = re.compile("(“[^“”]*”)")
_SPACED = re.compile(rf"( ?){_PLACEHOLDER.pattern}(?=( |$)?)")
_MOST_MARKS = 30  # on one character, as in the stream-safe text of Unicode (UAX 15)


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages.

    >>> Sentence("共{n}份", "{n} returns").fill(n=3)
    Sentence(zh='共3份', en='3 returns')
    """

    zh: str
    en: str

    def fill(self, **values: object) -> "Sentence":
        """The sentence with its `{placeholders}` replaced; a value may itself be a Sentence. Raises KeyError for a missing one."""
        return fill(self, values)

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def __add__(self, other: "Sentence") -> "Sentence":
        return Sentence(self.zh + other.zh, f"{self.en} {other.en}".strip())


def fill(sentence: Sentence, values: dict[str, object]) -> Sentence:
    """As `Sentence.fill`, for placeholders such as `{review.total}` that are no Python names.

    What is empty takes the space before it along, where another follows.

    >>> fill(Sentence("甲。{more}请填。", "One. {more} Fill it in. {more}"), {"more": ""}).en
    'One. Fill it in.'
    >>> fill(Sentence("{a}：“{b}”", "{a}: “{b}”"), {"a": "甲、乙（“丙、丁”）", "b": "戊、己"}).en
    '甲, 乙（“丙、丁”）: “戊、己”'
    """

    def one(text: str, lang: str) -> str:
        def value(match: re.Match[str]) -> str:
            before, found = match[1], values[match[2]]
            text = found[lang] if isinstance(found, Sentence) else str(found)
            if not text and match[3] is not None:
                return ""
            quoted = match.string[match.start(2) - 2 : match.start(2) - 1] == "“"
            return before + (text if lang == "zh" or quoted else _in_english(text))

        return _SPACED.sub(value, text)

    return Sentence(one(sentence.zh, "zh"), one(sentence.en, "en"))


def placeholders(sentence: Sentence) -> set[str]:
    """Names in braces that a sentence needs, of both languages."""
    return set(_PLACEHOLDER.findall(sentence.zh)) | set(_PLACEHOLDER.findall(sentence.en))


def _in_english(text: str) -> str:
    """A list with English commas; what stands in quotes stays as it is printed."""
    return "".join(part if at % 2 else part.replace("、", ", ") for at, part in enumerate(_QUOTED.split(text))) if "、" in text else text


class Refusal(Exception):
    """The work could not be done; `problems` says why, a sentence each, for the user to read."""

    def __init__(self, problems: Sentence | Iterable[Sentence]) -> None:
        self.problems = [problems] if isinstance(problems, Sentence) else list(problems)
        super().__init__("\n".join(p.zh for p in self.problems))


def os_reason(error: OSError) -> Sentence:
    """Why the system refused, in words; what we have no words for is said as such, with the system's number."""
    kind = next((kind for kind, names in _OS.items() if errno.errorcode.get(error.errno or 0) in names), "other")
    return say(f"os_{kind}", number=error.errno or 0)


def listed(places: Sequence[Sentence], more: str = "and_more") -> Sentence:
    """The first few places in a row, and how many there are where some are left out; `more` is the sentence that counts them."""
    few = places[:MOST_PLACES]
    named = Sentence("；".join(place.zh for place in few), "; ".join(place.en for place in few))
    return named + say(more, n=len(places)) if len(places) > MOST_PLACES else named


def few(names: Sequence[str], most: int) -> str:
    """The first few names in a row, in Chinese, and a sign that there are more.

    >>> few(["甲镇", "乙镇", "丙镇"], 2), few(["甲镇"], 2)
    ('甲镇、乙镇等', '甲镇')
    """
    return "、".join(names[:most]) + ("等" if len(names) > most else "")


def nfkc(text: str) -> str:
    """Text in the normal form NFKC. Endless marks on one character are parted, for the time to sort them grows with their square.

    >>> nfkc("１２"), len(nfkc("1" + "\u0315\u0300" * 100_000)) < 210_000
    ('12', True)
    """
    if len(text) > _MOST_MARKS:
        parted, marks = [], 0
        for character in text:
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks > _MOST_MARKS:
                parted.append("\u034f")  # joins nothing and sorts nothing
                marks = 1
            parted.append(character)
        text = "".join(parted)
    return unicodedata.normalize("NFKC", text)


def decoded(content: bytes) -> str | None:
    """Text in UTF-8, with or without a mark, or in GB18030, as programs on a Chinese Windows save it; None for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def template_folder() -> Path:
    """Folder of the edition files and words: inside the installed package, or at the top of a checkout."""
    return _data_folder("templates")


def example_folder() -> Path:
    """Folder of the sample data, found as `template_folder` is."""
    return _data_folder("examples")


def _data_folder(name: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


@cache
def template(name: str) -> dict[str, Any]:
    """A file of `templates/` as plain data, read once."""
    with (template_folder() / name).open("rb") as file:
        return tomllib.load(file)


def section(name: str, part: str) -> dict[str, Any]:
    """One table of a template file. Raises KeyError where it is missing: a fault of ours."""
    found: dict[str, Any] = template(name)[part]
    return found


@cache
def _sentence(name: str, part: str, key: str) -> Sentence:
    entry = section(name, part)[key]
    return Sentence(entry["zh"], entry["en"])


@cache
def _sayings() -> dict[str, Sentence]:
    return {key: Sentence(entry["zh"], entry["en"]) for name in SAYINGS for key, entry in section(name, "say").items()}


def say(key: str, /, **values: object) -> Sentence:
    """The sentence `key` of the files of `SAYINGS`, filled in."""
    return fill(_sayings()[key], values)


def printed(key: str, /, **values: object) -> Sentence:
    """The text `key` of `templates/workbook.toml`: what stands printed on a workbook. Without values its placeholders stay, for a personal cell."""
    text = _sentence("workbook.toml", "text", key)
    return fill(text, values) if values else text


def level_names() -> dict[str, Sentence]:
    """Levels (township, street, …) with their names on screen, in the order of the file."""
    return {key: Sentence(entry["zh"], entry["en"]) for key, entry in section("words.toml", "levels").items()}
