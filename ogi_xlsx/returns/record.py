"""The values of one agency for one year, and how a cell of a workbook becomes a number, or does not.

Counts and amounts are exact decimals; a blank is no number, text is no number, and nothing is repaired.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from ogi_xlsx.form.words import nfkc, section
from ogi_xlsx.returns.identity import Agency

DIGITS = 15  # significant digits that spreadsheet programs keep
DECIMALS = 6  # decimals of an amount: 万元 exact to the fen
UNSEEN = "（看不见的字符）"  # how a text shows that holds nothing else
_PLAIN = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"E[+-]", re.IGNORECASE)  # in a number format
_MINUS = str.maketrans({"−": "-", "–": "-", "－": "-", "﹣": "-"})


@dataclass(frozen=True)
class Record:
    """Values of one agency for one year by cell key, computed totals included; a key without a number is not there."""

    agency: Agency
    year: int
    edition: str
    values: Mapping[str, Decimal]

    def control_sum(self, keys: list[str]) -> Decimal:
        """The 核对数: the sum of the typed cells `keys`, equal on screen, on the print and on the board."""
        return sum((self.values.get(key, Decimal(0)) for key in keys), Decimal(0))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell holds: a number, or the code of why it is none, and how to show it. Blank: no number and no code."""

    value: Decimal | None = None
    code: str = ""
    shown: str = ""

    def __reduce__(self) -> tuple[object, ...]:
        return _shared, (self.value, self.code, self.shown)

    @property
    def blank(self) -> bool:
        """Whether nothing is there."""
        return self.value is None and not self.code


@lru_cache(maxsize=100_000)
def _shared(value: Decimal | None, code: str, shown: str) -> Reading:
    """A reading that came from another process: equal cells share one, as where they were read."""
    return Reading(value, code, shown)


BLANK = Reading()


def is_yes(answer: object) -> bool:
    """Whether a cell with a choice holds 是."""
    return isinstance(answer, str) and answer in section("words.toml", "reading")["yes"]


@lru_cache(maxsize=100_000, typed=True)
def number_reading(value: int | float, kind: str, number_format: str = "General") -> Reading:
    """A numeric cell of kind count, signed, money or signed_money. Equal cells share one reading: most numbers of most returns are small.

    >>> number_reading(1.5, "count").code, number_reading(12.0, "count").value
    ('C109', Decimal('12'))
    """
    if isinstance(value, float) and not math.isfinite(value):
        return Reading(None, "C110", "∞")
    exact = Decimal(repr(value)) + 0  # −0 is 0
    if exact == exact.to_integral_value() and abs(exact) < 10**DIGITS:
        exact = exact.quantize(Decimal(1))
    shown = show(exact) if -20 < exact.adjusted() < 30 else f"{exact:.3E}"
    if "%" in number_format:
        return Reading(None, "C107", f"{show(exact * 100)}%")
    if _SCIENTIFIC.search(number_format):
        return Reading(None, "C121", shown)
    if abs(exact) >= 10**DIGITS or len(exact.normalize().as_tuple().digits) > DIGITS:
        return Reading(None, "C110", shown)
    if exact < 0 and not kind.startswith("signed"):
        return Reading(None, "C108", shown)
    money = kind.endswith("money")
    if not money and exact != exact.to_integral_value():
        return Reading(None, "C109", shown)
    if money and exact != round(exact, DECIMALS):
        return Reading(None, "C111", shown)
    return Reading(exact, "", shown)


def text_reading(text: str, kind: str = "count") -> Reading:
    """A text cell: why it is no number.

    >>> text_reading("１２").code, text_reading("12").code, text_reading("3件").code, text_reading("/").code
    ('C104', 'C103', 'C115', 'C114')
    """
    bare = text.strip()
    if not bare:
        return Reading(None, "C102", "（空格）")
    if kind.startswith("signed") and signed_words(bare):
        return Reading(None, "C120", bare)
    folded = nfkc(bare).translate(_MINUS)
    if _PLAIN.fullmatch(folded):
        return Reading(None, "C104" if any(unicodedata.east_asian_width(c) == "F" for c in bare) else "C103", bare)
    placeholders, measured = _words()
    if bare in placeholders:
        return Reading(None, "C114", bare)
    return Reading(None, "C115" if measured.fullmatch(folded) else "C102", bare)


def digits(text: str) -> Decimal | None:
    """The number of a text that is nothing but digits, of whatever width; None for any other text. Never for cells of the form.

    >>> digits(" －１２ "), digits("12件")
    (Decimal('-12'), None)
    """
    folded = nfkc(text.strip()).translate(_MINUS)
    return Decimal(folded) if _PLAIN.fullmatch(folded) and len(folded) <= 2 * DIGITS else None


def signed_words(text: str) -> str:
    """What to type for a change that is told in words; empty for any other text.

    >>> signed_words("增3"), signed_words("减少 2 项"), signed_words("持平"), signed_words("3")
    ('3', '-2', '0', '')
    """
    folded = nfkc(text).strip()
    same, pattern = _changes()
    if folded in same:
        return "0"
    match = pattern.fullmatch(folded)
    return f"{'-' if match['fall'] and match['n'].strip('0') else ''}{match['n']}" if match else ""


@cache
def _changes() -> tuple[frozenset[str], re.Pattern[str]]:
    entry = section("words.toml", "reading")
    rise, fall, measures = ("|".join(sorted(map(re.escape, entry[name]), key=len, reverse=True)) for name in ("rise", "fall", "measures"))
    return frozenset(map(str, entry["same"])), re.compile(rf"(?:(?P<rise>{rise})|(?P<fall>{fall})):?\s*(?P<n>[0-9]{{1,15}})\s*(?:{measures})?")


@cache
def _words() -> tuple[frozenset[str], re.Pattern[str]]:
    entry = section("words.toml", "reading")
    measures = sorted(map(str, entry["measures"]), key=len, reverse=True)
    pattern = re.compile(rf"[-+]?[0-9][0-9,.\s]*(?:{'|'.join(map(re.escape, measures))})?")
    return frozenset(map(str, entry["placeholders"])), pattern


def show(value: Decimal) -> str:
    """A number as text, without exponent and without trailing zeros after the point.

    >>> show(Decimal("2.50")), show(Decimal("1E+3"))
    ('2.5', '1000')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
