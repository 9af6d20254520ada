"""Files that belong to nobody on the board, and why."""

from collections.abc import Collection
from dataclasses import dataclass

from ogi_xlsx.county.belonging import issued_by
from ogi_xlsx.county.body_names import Names
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.review.verify import Judged

UNREADABLE, OTHER_YEAR, OTHER_BODY, OTHER_EDITION, NOT_A_RETURN = "unreadable", "other_year", "other_body", "other_edition", "not_a_return"
KINDS = (UNREADABLE, NOT_A_RETURN, OTHER_YEAR, OTHER_EDITION, OTHER_BODY)
_NOT_OURS = {"S104", "S106", "S320"}  # it opens, but whose it is cannot be told
_NOT_LAID_OUT = {"S105": OTHER_EDITION, "S321": UNREADABLE}  # whose it is is known, but not where its numbers stand
_OF_ANOTHER = "S310"


@dataclass(frozen=True)
class Stray:
    """A file that belongs to nobody: why (`kind` is one of the names above), and whose its name makes one think, which is a guess."""

    path: str
    kind: str
    reason: Sentence
    guess: Entry | None = None


def stray(one: Judged, codes: Collection[str], year: int | None, edition: str, names: Names) -> Stray | None:
    """Why a return belongs to nobody of the roster's `codes` in a round of this year and edition; None where it does belong."""
    told = _of_identity(one, codes, year, edition) if one.returned.identity else _of_file(one)
    return Stray(one.returned.path, *told, guess=names.in_name(one.returned.path)) if told else None


def _of_file(one: Judged) -> tuple[str, Sentence]:
    """A file whose identity is not known: the finding of its reader says why."""
    finding = one.returned.findings[0]
    return NOT_A_RETURN if finding.code in _NOT_OURS else UNREADABLE, finding.message


def _of_identity(one: Judged, codes: Collection[str], year: int | None, edition: str) -> tuple[str, Sentence] | None:
    identity = one.returned.identity
    assert identity
    name = plain(identity.agency.name)
    if identity.published:
        return NOT_A_RETURN, say("stray_published", name=name, file=plain(identity.published, 60))
    told = {finding.code: finding.message for finding in one.returned.findings}
    if identity.agency.code not in codes:
        return OTHER_BODY, say("stray_body", name=name, code=plain(identity.agency.code) or "—", issued=issued_by(identity))
    if _OF_ANOTHER in told:
        return OTHER_BODY, told[_OF_ANOTHER]
    if year is not None and identity.year != year:
        return OTHER_YEAR, say("stray_year", name=name, was=identity.year, year=year)
    if code := next((code for code in _NOT_LAID_OUT if code in told), None):
        return _NOT_LAID_OUT[code], told[code]
    if identity.edition != edition:
        return OTHER_EDITION, say("stray_edition", name=name, was=plain(identity.edition, 20), edition=edition)
    return None
