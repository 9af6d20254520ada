"""Many returns: whose each is, and which of one agency's counts."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeVar

from ogi_xlsx.county.remarks import first_shown, with_sum
from ogi_xlsx.form.edition import SEVERITIES
from ogi_xlsx.form.findings import found
from ogi_xlsx.form.words import Refusal, Sentence, listed, plain, say
from ogi_xlsx.returns.reader import Return
from ogi_xlsx.review.verify import STATES, Judged

T = TypeVar("T")


def year_and_edition(returns: Iterable[Return], codes: Collection[str] | None = None, year: int | None = None, edition: str = "") -> tuple[int | None, str]:
    """Those of the round: given ones, else those that most returns have (of bodies with these codes); they are never mixed in one sum.

    Raises Refusal where they are evenly mixed.
    """
    known = [i for returned in returns if returned.layout and (i := returned.identity) and (codes is None or i.agency.code in codes)]
    counts = Counter((i.year, i.edition) for i in known if year in (None, i.year) and edition in ("", i.edition))
    ranked = counts.most_common(2)
    if not ranked:
        return year, edition
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        shown = [say("year_and_edition", year=year, edition=edition) for (year, edition), _ in ranked]
        raise Refusal(say("years_mixed", first=shown[0], second=shown[1], n=ranked[0][1]))
    return ranked[0][0]


@dataclass(frozen=True)
class Held:
    """What one agency sent: the return that counts, or several that differ; `alike` are for each of these all that hold the same, itself first."""

    current: Judged | None
    differing: tuple[Judged, ...] = ()
    alike: tuple[tuple[Judged, ...], ...] = ()


class Mark(NamedTuple):
    """What tells which of several returns of one agency counts: the correction round, the state, and a digest of what a return holds."""

    correction: int
    state: str
    content: bytes


def held(judged: Sequence[Judged]) -> dict[str, Held]:
    """By agency code, the return that counts: of the latest correction round; files with the same values are one, the soundest of them."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if one.returned.identity:
            groups.setdefault(one.returned.identity.agency.code, []).append(one)
    return {code: _one(group) for code, group in groups.items()}


def _one(group: list[Judged]) -> Held:
    alike = latest(group, mark_of)
    return Held(alike[0][0]) if len(alike) == 1 else Held(None, tuple(each[0] for each in alike), tuple(alike))


def latest(group: Sequence[T], mark: Callable[[T], Mark]) -> list[tuple[T, ...]]:
    """The returns of one agency that are of its latest correction round, those that hold the same together, the soundest of them first."""
    marked = [(mark(one), one) for one in group]
    last = max(marked_.correction for marked_, _ in marked)
    present = [(marked_, at, one) for at, (marked_, one) in enumerate(marked) if marked_.correction == last]
    present.sort(key=lambda one: STATES.index(one[0].state))  # same numbers, but labels may be broken, or explanations missing
    same: dict[bytes, list[tuple[int, T]]] = {}
    for marked_, at, one in present:
        same.setdefault(marked_.content, []).append((at, one))
    return [tuple(one for _, one in each) for each in sorted(same.values(), key=lambda each: each[0][0])]


def mark_of(one: Judged) -> Mark:
    """What tells a return from others of its agency: its content is year, edition and numbers, those declared to be 0 among them; what is no number,
    as it stands."""
    returned = one.returned
    assert returned.identity
    numbers = returned.beside | returned.typed
    cells = [(key, _exactly(numbers[key]), reading.code, reading.shown if reading.code else "") for key, reading in sorted(returned.readings.items())]
    content = ascii((returned.identity.year, returned.identity.edition, cells))
    return Mark(returned.identity.correction, one.state, hashlib.sha256(content.encode()).digest())


def _exactly(value: Decimal | None) -> tuple[int, int] | None:
    """A number in the one way that all ways to write it share: 2.50 is 2.5."""
    return None if value is None else value.as_integer_ratio()


def tell_several(judged: Sequence[Judged]) -> None:
    """Tell differing returns of one body and year that stand beside each other: a finding of each."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for one in judged:
        if (identity := one.returned.identity) and one.layout and not one.returned.published:
            groups.setdefault((identity.agency.code, identity.agency.name, identity.year), []).append(one)
    for (_, name, year), group in groups.items():
        alike = next(iter(held(group).values())).alike
        files = listed([_told(each) for each in alike], "and_more_files")
        for one in (one for each in alike for one in each):
            one.findings.append(found("S322", name=plain(name), year=year, n=len(alike), files=files))
            one.findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))


def _told(alike: Sequence[Judged]) -> Sentence:
    """A file with its control sum, and those that hold the same numbers."""
    first, *others = alike
    if not others:
        return with_sum(first)
    return say("same_numbers", file=with_sum(first), others=first_shown(others))
