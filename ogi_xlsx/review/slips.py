"""What a slip of the hand looks like: how one number, or the numbers of two neighbours, may have come to stand for others.

A weight is the chance of a slip to leave just these numbers, in 360ths: a swap of two of four digits has three outcomes, a
doubled digit four, a 0 at the end two. What explains every difference explains little, and weighs little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

WRONG, SHIFTED, TRANSPOSED, TENFOLD, YUAN, JOINED, LAST_YEAR, TOTAL, DIGIT = "R901", "R902", "R903", "R904", "R905", "R906", "R907", "R908", "R909"


@dataclass(frozen=True)
class Slip:
    """A possible slip: its code of `templates/causes.toml`, the cells and what each should rise by, and the checks that this mends."""

    code: str
    changes: tuple[tuple[str, Decimal], ...]
    mends: frozenset[str]
    weight: int

    @property
    def cells(self) -> frozenset[str]:
        """The cells where the slip happened; totals that follow from them are not among them."""
        return frozenset(key for key, _ in self.changes)


def kinds(now: Decimal, then: Decimal, kind: str, last: Decimal | None, total: bool) -> Iterator[tuple[str, int]]:
    """How one number may have come to stand for another."""
    if last is not None and now == last != 0:
        yield LAST_YEAR, 360 if now >= 10 else 90
    if kind == "money" and now and then and now == then * 10000:
        yield YUAN, 720
    if now and then and (now == then * 10 or then == now * 10):
        yield TENFOLD, 180
    elif now % 1 == then % 1 == 0 and min(now, then) > 0:
        yield from _digits(str(int(now)), str(int(then)))
    plain = 180 if abs(now - then) == 1 else 3
    yield (TOTAL, max(plain, 30)) if total else (WRONG, plain)


def _digits(now: str, then: str) -> Iterator[tuple[str, int]]:
    """What may have happened to the digits of a number."""
    if len(now) == len(then):
        differing = [place for place, (a, b) in enumerate(zip(now, then, strict=True)) if a != b]
        first = differing[0]
        if len(differing) == 2 and differing[1] == first + 1 and now[first : first + 2] == then[first : first + 2][::-1]:
            yield TRANSPOSED, 360 // (len(now) - 1)
        if len(differing) == 1:
            yield WRONG, 40 // len(now)
    longer, shorter = sorted((now, then), key=len, reverse=True)
    lost = [place for place in range(len(longer)) if longer[:place] + longer[place + 1 :] == shorter]
    if len(longer) == len(shorter) + 1 and lost:
        doubled = len(lost) > 1  # either of two equal digits may go
        yield DIGIT, 360 // len(then) if longer == then or doubled else 36 // len(now)


def pairs(a: Decimal, b: Decimal) -> Iterator[tuple[str, int, tuple[Decimal, Decimal]]]:
    """What two neighbours may have been meant to hold."""
    if a != b:
        yield SHIFTED, 180, (b, a)
    if a % 1 or b % 1 or a < 0 or b < 0:
        return
    if a and b:
        whole = Decimal(f"{int(a)}{int(b)}")
        yield JOINED, 180, (whole, Decimal(0))
        yield JOINED, 60, (Decimal(0), whole)
    elif a or b:
        digits = str(int(a or b))
        for place in range(1, len(digits)):
            if digits[place] != "0":
                yield JOINED, 180, (Decimal(digits[:place]), Decimal(digits[place:]))
