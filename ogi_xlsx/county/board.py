"""The board of a round: for each agency of the roster what it sent and where that stands, and what belongs to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogi_xlsx.county import differences, remarks
from ogi_xlsx.county.body_names import Names
from ogi_xlsx.county.collection import held, year_and_edition
from ogi_xlsx.county.differences import Difference
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.county.strays import KINDS, NOT_A_RETURN, OTHER_BODY, OTHER_EDITION, OTHER_YEAR, UNREADABLE, Stray, stray
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.review.verify import FAILED_STATE, PASSED_STATE, PENDING_STATE, QUERY, Judged

__all__ = ["BOARD_STATES", "DUPLICATE", "MISSING", "UNCHANGED", "AgencyLine", "Board", "Difference", "Stray", "of", "state_of"]
__all__ += ["KINDS", "NOT_A_RETURN", "OTHER_BODY", "OTHER_EDITION", "OTHER_YEAR", "UNREADABLE"]

MISSING, UNCHANGED, DUPLICATE = "missing", "unchanged", "duplicate"
BOARD_STATES = (PASSED_STATE, FAILED_STATE, PENDING_STATE, UNCHANGED, QUERY, DUPLICATE, UNREADABLE, MISSING)  # as the first line counts them


@dataclass(frozen=True)
class AgencyLine:
    """An agency on the board. `current` is the return that counts; none where nothing was sent or several returns differ.

    `state` is one of BOARD_STATES; `unreadable` is a return that we could not decide, by our fault.
    `files` are all its returns of the year, the one that counts first, or those that differ. `differences` are those of a duplicate.
    `lookalikes` are files that are no return and bear its name, where nothing of it is in: 疑似已交, never an assignment. `unread` are those of
    them that could not be read, and may well be what was issued.
    `astray` are its returns of another year or edition, which stand among the strays. `remarks` are further things to know.
    `copy` is the correction copy that was made from the return that counts, where one is known.
    """

    entry: Entry
    state: str
    current: Judged | None = None
    files: tuple[Judged, ...] = ()
    differences: tuple[Difference, ...] = ()
    lookalikes: tuple[Path, ...] = ()
    remarks: tuple[Sentence, ...] = ()
    astray: tuple[Judged, ...] = ()
    copy: Path | None = None
    unread: tuple[Judged, ...] = ()

    @property
    def no_returns(self) -> list[Path]:
        """The lookalikes that are certainly not what was issued."""
        unread = {Path(one.returned.path) for one in self.unread}
        return [path for path in self.lookalikes if path not in unread]


@dataclass(frozen=True)
class Board:
    """The board: a line an agency, in roster order, and the files that belong to nobody. Without returns year and edition may be unknown."""

    year: int | None
    edition: str
    lines: tuple[AgencyLine, ...]
    unknown: tuple[Stray, ...]

    @property
    def due(self) -> list[AgencyLine]:
        """Agencies that count, in roster order."""
        return [line for line in self.lines if line.entry.included]

    def count(self, *states: str) -> int:
        """How many agencies that count are in one of these states."""
        return sum(1 for line in self.due if line.state in states)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do: every agency that counts has passed or is to be checked only, and every file belongs to somebody."""
        return not self.unknown and self.count(PASSED_STATE, QUERY) == len(self.due)


def of(judged: Sequence[Judged], roster: Sequence[Entry], others: Sequence[Path] = (), year: int | None = None, edition: str = "") -> Board:
    """The board of judged returns. `others` are files beside them that are no workbooks.

    `year` and `edition` are those of the round, else those that most returns have. Raises Refusal where these are evenly mixed.
    """
    codes = {entry.agency.code for entry in roster}
    names = Names(roster)
    year, edition = year_and_edition([one.returned for one in judged], codes, year, edition)
    strays = {one: told for one in judged if (told := stray(one, codes, year, edition, names))}
    ours = _by_agency([one for one in judged if one not in strays])
    astray = _by_agency([one for one, why in strays.items() if one.returned.identity and why.kind in (OTHER_YEAR, OTHER_EDITION)])
    bearing = _bearing([*others, *(Path(one.path) for one in strays.values() if one.kind in (UNREADABLE, NOT_A_RETURN))], names)
    unread = {Path(one.returned.path): one for one, why in strays.items() if why.kind == UNREADABLE}
    lines = []
    for entry in roster:
        code = entry.agency.code
        line = replace(_line(entry, ours.get(code, [])), astray=tuple(astray.get(code, ())))
        lookalikes = () if line.files else tuple(bearing.get(code, ()))
        line = replace(line, unread=tuple(unread[path] for path in lookalikes if path in unread))
        lines.append(replace(line, lookalikes=lookalikes, remarks=remarks.of_files(entry, line.files, line.astray, names)))
    misused = remarks.misused(lines, names)
    lines = [replace(line, remarks=(*line.remarks, *misused.get(line.entry.agency.code, ()))) for line in lines]
    return Board(year, edition, tuple(lines), tuple(strays.values()))


def state_of(one: Judged) -> str:
    """The state of a return that somebody was to fill in: that of `verify`, or unchanged."""
    return UNCHANGED if one.returned.untouched and not one.fault else one.state


def _line(entry: Entry, sent: list[Judged]) -> AgencyLine:
    if not sent:
        return AgencyLine(entry, MISSING)
    found = held(sent)[entry.agency.code]
    first = (found.current,) if found.current else found.differing
    files = (*first, *(one for one in sent if one not in first))
    if found.current:
        return AgencyLine(entry, state_of(found.current), found.current, files)
    return AgencyLine(entry, DUPLICATE, None, files, differences.between([one.returned for one in found.differing]))


def _by_agency(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Returns by the code inside them, in their order."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if one.returned.identity:
            groups.setdefault(one.returned.identity.agency.code, []).append(one)
    return groups


def _bearing(paths: Sequence[Path], names: Names) -> dict[str, list[Path]]:
    """Files by code of the body whose name they bear."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        if guess := names.in_name(path):
            found.setdefault(guess.agency.code, []).append(path)
    return found
