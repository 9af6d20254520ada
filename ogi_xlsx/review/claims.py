"""Kinds of numbers that a text tells of the tables, as `templates/narrative.toml` lists them, and what each may equal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from ogi_xlsx.form import relation
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.words import Sentence, plain, say, section, template
from ogi_xlsx.review.clauses import Mention

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Claim:
    """A kind of number in the text and what it may equal, as `templates/narrative.toml` tells it."""

    code: str
    what: Sentence
    topic: str
    units: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    said: re.Pattern[str] | None
    unlike: re.Pattern[str] | None
    accepts: tuple[str, ...]
    reason: tuple[str, ...] = ()
    zero: str = ""
    zero_accepts: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    aside: bool = False
    past: bool = False
    whose: bool = False
    only_zero: bool = False
    both: bool = False

    def fits(self, mention: Mention) -> bool:
        """Whether the words around a number are those of this claim."""
        if mention.unit not in self.units or (self.only_zero and mention.value):
            return False
        if self.unlike and self.unlike.search(mention.before):
            return False
        before = bool(self.before and self.before.search(mention.before))
        after = bool(self.after and mention.last and self.after.search(mention.after))
        return before and after if self.both else before or after


@dataclass(frozen=True)
class Tables:
    """The numbers to hold against: values by cell key, the edition that has the cells, the level of the body."""

    values: Values
    edition: Edition
    level: str

    def accepted(self, sides: tuple[str, ...]) -> tuple[list[Decimal], tuple[str, ...]] | None:
        """Values of the sides that this edition can have, and their cells; None where one lacks a number."""
        numbers, keys = [], []
        for terms in map(_side, sides):
            names = [term.name for term in terms if term.name]
            if any(name not in self.edition.spots for name in names):
                continue
            total = Decimal(0)
            for term in terms:
                value = self.values.get(term.name) if term.name else Decimal(1)
                if value is None:
                    return None
                total += term.factor * value
            numbers.append(total)
            keys += names
        return (list(dict.fromkeys(numbers)), tuple(dict.fromkeys(keys))) if numbers else None


@cache
def _side(side: str) -> tuple[relation.Term, ...]:
    return relation.parse(f"{side} = 0").left


@cache
def claims() -> tuple[Claim, ...]:
    """The claims of `templates/narrative.toml`, in the order in which they are tried."""
    units = section("narrative.toml", "words")
    plain_fields = ("zero", "aside", "past", "whose", "only_zero", "both")
    lists = ("accepts", "reason", "zero_accepts", "follows")
    found = []
    for entry in template("narrative.toml")["claim"]:
        rest: dict[str, Any] = {name: entry[name] for name in plain_fields if name in entry} | {name: tuple(entry[name]) for name in lists if name in entry}
        rest |= {name: _pattern(entry.get(name, [])) for name in ("before", "after", "said", "unlike")}
        found.append(Claim(entry["code"], Sentence(entry["zh"], entry["en"]), entry["topic"], frozenset(units[entry["units"]]), **rest))
    return tuple(found)


def _pattern(text: str | list[str]) -> re.Pattern[str] | None:
    """Patterns joined, with the names in braces replaced; None for none."""
    joined = text if isinstance(text, str) else "|".join(f"(?:{one})" for one in text)
    return re.compile(_expand(joined)) if joined else None


def _expand(text: str) -> str:
    parts = section("narrative.toml", "patterns")
    return re.sub(r"\{([a-z_]+)\}", lambda match: _expand(parts[match[1]]), text)


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A list of words of `templates/narrative.toml` as a pattern that finds each."""
    return re.compile("|".join(map(re.escape, section("narrative.toml", "words")[name])))


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of our own with the {names} of `templates/narrative.toml` in it."""
    return re.compile(_expand(text))


def told_difference(difference: Decimal) -> Sentence:
    """`多3` or `少3`."""
    return say("more" if difference > 0 else "less", n=f"{abs(difference):f}")


def where(part: Sentence, raw: str) -> Sentence:
    """A place of the text: its part and the words that stand there."""
    return say("prose_place", part=part, quote=plain(raw, 60))


def with_numbers(finding: Finding, left: Decimal, right: Decimal) -> Finding:
    """A finding with the number of the text left, the one of the table right."""
    return replace(finding, left=f"{left:f}", right=f"{right:f}", difference=f"{left - right:f}")
