"""The board of a round: for each agency of the roster what it sent and where that stands, and what belongs to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ogi_xlsx.county.roster import Entry
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.review.verify import FAILED_STATE, PASSED_STATE, PENDING_STATE, QUERY, Judged

MISSING, UNCHANGED, DUPLICATE = "missing", "unchanged", "duplicate"
BOARD_STATES = (PASSED_STATE, QUERY, FAILED_STATE, PENDING_STATE, UNCHANGED, DUPLICATE, MISSING)

# Why a file belongs to nobody.
UNREADABLE, OTHER_YEAR, OTHER_BODY, OTHER_EDITION, NOT_A_RETURN = "unreadable", "other_year", "other_body", "other_edition", "not_a_return"


@dataclass(frozen=True)
class Difference:
    """A cell in which two returns of one agency differ: its name in words, and what each file holds, in the order of the files."""

    where: Sentence
    held: tuple[str, ...]


@dataclass(frozen=True)
class AgencyLine:
    """An agency on the board. `current` is the return that counts; none where nothing was sent or several returns differ.

    `files` are all its returns of the year, the one that counts first. `differences` are those of a duplicate.
    `lookalikes` are files that are no workbook and bear its name: 疑似已交, never an assignment. `remarks` are further things to know.
    """

    entry: Entry
    state: str
    current: Judged | None = None
    files: tuple[Judged, ...] = ()
    differences: tuple[Difference, ...] = ()
    lookalikes: tuple[Path, ...] = ()
    remarks: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Stray:
    """A file that belongs to nobody: why (`kind` is one of the names above), and whose its name makes one think, which is a guess."""

    path: str
    kind: str
    reason: Sentence
    guess: Entry | None = None


@dataclass(frozen=True)
class Board:
    """The board: a line an agency, in roster order, and the files that belong to nobody."""

    year: int
    edition: str
    lines: tuple[AgencyLine, ...]
    unknown: tuple[Stray, ...]


def of(judged: Sequence[Judged], roster: Sequence[Entry], others: Sequence[Path] = (), year: int | None = None) -> Board:
    """The board of judged returns. `others` are files beside them that are no workbooks; `year` is that of the round, else the one most returns have."""
    raise NotImplementedError
