"""Whose name a file bears: a hint for people, never an assignment."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ogi_xlsx.form.words import section
from ogi_xlsx.returns.compare import fold

if TYPE_CHECKING:
    from ogi_xlsx.county.roster import Entry


class Names:
    """The names of the bodies of a roster and the short forms that only one of them has."""

    def __init__(self, roster: "Sequence[Entry]") -> None:
        full = {fold(entry.agency.name).casefold(): entry for entry in roster}
        short = [(form, entry) for name, entry in full.items() for form in _short(name, fold(entry.parent).casefold())]
        many = Counter(form for form, _ in short)
        doubled = Counter(fold(entry.agency.name).casefold() for entry in roster)
        self._whose = {form: entry for form, entry in short if many[form] == 1 and form not in full}
        self._whose |= {name: entry for name, entry in full.items() if doubled[name] == 1}
        self._lengths = sorted({len(form) for form in self._whose}, reverse=True)

    def in_name(self, path: str | Path) -> "Entry | None":
        """The body whose name the file's name holds; a name within a longer one does not count, and of several none is taken."""
        name = fold(Path(path).stem).casefold()
        taken: list[tuple[int, int]] = []
        found: dict[str, Entry] = {}
        for length in self._lengths:
            for start in range(len(name) - length + 1):
                entry = self._whose.get(name[start : start + length])
                if entry and not any(first <= start and start + length <= last for first, last in taken):
                    taken.append((start, start + length))
                    found[entry.agency.code] = entry
        return next(iter(found.values())) if len(found) == 1 else None


def alike(first: str, second: str) -> bool:
    """Whether two names can be those of one body: one is what is left of the other when some words are left out.

    >>> alike("安海镇政府", "晋江市安海镇人民政府"), alike("石狮市教育局", "晋江市教育局")
    (True, False)
    """
    shorter, longer = sorted((fold(first).casefold(), fold(second).casefold()), key=len)
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _short(name: str, parent: str) -> set[str]:
    """Short forms of a name: without the place before it, and without what offices leave out."""
    words = section("round.toml", "short_names")
    forms = set()
    for bare in _without_place(name, parent, words["places"]):
        for dropped in ("", *words["dropped"]):
            form = bare.replace(dropped, "") if dropped else bare
            forms |= {form, *(form.removesuffix(ending) for ending in words["endings"])}
    return {form for form in forms if len(form) >= words["least"] and form not in (name, *words["general"])}


def _without_place(name: str, parent: str, places: str) -> Iterator[str]:
    """The name, and what is left of it as the places before it go: 晋江市安海镇人民政府, 安海镇人民政府."""
    yield name
    if parent and name.startswith(parent):
        name = name.removeprefix(parent)
        yield name
    while match := re.match(f"{places}(?=..)", name):
        name = name[match.end() :]
        yield name
