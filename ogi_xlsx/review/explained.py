"""How many agencies explain the same rule: one that everybody explains may be a bad rule."""

from collections.abc import Sequence

from ogi_xlsx.form.words import section
from ogi_xlsx.review.verify import Judged


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """Agencies with an explanation that counts, by code of what they explain, in order of the codes."""
    agencies: dict[str, set[str]] = {}
    for one in judged:
        for finding in one.findings if one.returned.identity else []:
            if finding.explanation:
                agencies.setdefault(finding.code, set()).add(_agency(one))
    return {code: len(agencies[code]) for code in sorted(agencies)}


def agencies(judged: Sequence[Judged]) -> int:
    """Agencies whose returns were judged."""
    return len({_agency(one) for one in judged if one.layout})


def too_many(judged: Sequence[Judged]) -> list[str]:
    """Codes that so many agencies explain that the rule itself should be looked at."""
    limits, among = section("words.toml", "explained_by_many"), agencies(judged)
    return [code for code, n in counts(judged).items() if n >= limits["least"] and 100 * n >= limits["percent"] * among]


def _agency(one: Judged) -> str:
    return one.returned.identity.agency.code if one.returned.identity else ""
