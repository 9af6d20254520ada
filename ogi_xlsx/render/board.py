"""The board as text: one line that says it all, a line an agency, what belongs to nobody, then reminders to paste."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ogi_xlsx.county import reminders
from ogi_xlsx.county.board import BOARD_STATES, DUPLICATE, MISSING, UNCHANGED, UNREADABLE, AgencyLine, Board, state_of
from ogi_xlsx.county.reminders import moment
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import ERROR, WARNING
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.render.telling import common_folder, names_in
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.verify import FAILED_STATE, PASSED_STATE, PENDING_STATE, QUERY, Judged

_ALWAYS = (PASSED_STATE, FAILED_STATE, QUERY, MISSING)  # counted in the first line even where nobody is
_FIRST = (MISSING, DUPLICATE, FAILED_STATE, PENDING_STATE, UNCHANGED, UNREADABLE, QUERY, PASSED_STATE)  # what asks for something stands on top
_WIDEST = 36  # columns of the console for a name; a longer one moves its own line
_MOST = 10  # differing cells that are listed of a duplicate
_INDENT = " " * 6
_UNKNOWN = "—"
Told = Callable[[str | Path], str]


def status(board: Board, terms: Terms, now: datetime, deadline: datetime | None, lang: str) -> str:
    """The board and the reminders. Files that bear a later time than `deadline` are told where one is asked for."""
    told = names_in(common_folder(paths(board)))
    lines = [first_line(board)[lang]]
    if board.year:
        lines.append(say("board_round", year=board.year, edition=board.edition or "—")[lang])
    lines += ["", *_table(board.due, told, lang)]
    if tracked := [line for line in board.lines if not line.entry.included]:
        lines += ["", say("board_tracked", n=len(tracked))[lang], *_table(tracked, told, lang)]
    lines += _strays(board, told, lang)
    lines += _later(board, deadline, told, lang) if deadline else []
    return "\n".join([*lines, *_reminders(board, terms, now, lang)])


def first_line(board: Board) -> Sentence:
    """How many agencies are due, are in, and stand where: 应报37 已收34 通过29 须改正4 待核实1 未报3."""
    due = len(board.due)
    counts = [(say("board_due"), due), (say("board_received"), due - board.count(MISSING))]
    counts += [(say(f"state_{state}"), n) for state in BOARD_STATES if (n := board.count(state)) or state in _ALWAYS]
    return Sentence(" ".join(f"{name.zh}{n}" for name, n in counts), ", ".join(f"{name.en} {n}" for name, n in counts))


def _table(lines: Sequence[AgencyLine], told: Told, lang: str) -> Iterator[str]:
    """A line an agency, those that ask for something first; under it what is to be known of it."""
    heads = [say(f"board_{name}")[lang] for name in ("no", "name", "state", "problems", "control", "time")]
    rows = [(line, _cells(line, lang)) for line in sorted(lines, key=lambda line: _FIRST.index(line.state))]
    widths = [min(_WIDEST, max(_width(cells[i]) for cells in (heads, *(cells for _, cells in rows)))) for i in range(len(heads))]
    yield _aligned(heads, widths)
    for line, cells in rows:
        yield _aligned([*cells, *(told(one) for one in _odd(line))], widths)
        yield from (_INDENT + text for text in _details(line, told, lang))


def _cells(line: AgencyLine, lang: str) -> list[str]:
    one = line.current
    asked = sum(1 for finding in one.findings if finding.severity in (ERROR, WARNING) and not finding.explanation) if one else 0
    total = one.returned.control_sum if one else None
    return [
        str(line.entry.no),
        plain(line.entry.agency.name),
        say(f"state_{line.state}")[lang],
        str(asked or "") if line.state != UNCHANGED else "",
        "" if total is None else show(total),
        _time(one),
    ]


def _time(one: Judged | None) -> str:
    return f"{one.returned.modified:%Y-%m-%d %H:%M}" if one and one.returned.modified else ""


def _odd(line: AgencyLine) -> list[str]:
    """The one file of an agency where its name does not say whose it is."""
    paths = [one.returned.path for one in line.files]
    return paths if len(paths) == 1 and fold(line.entry.agency.name) not in fold(Path(paths[0]).name) else []


def _details(line: AgencyLine, told: Told, lang: str) -> Iterator[str]:
    if len(line.files) > 1:
        for one in line.files:
            total, state = one.returned.control_sum, say(f"state_{state_of(one)}")
            known = _UNKNOWN if total is None else show(total)
            yield say("board_file", file=told(one.returned.path), state=state, sum=known, time=_time(one) or _UNKNOWN)[lang]
    yield from (difference.told[lang] for difference in line.differences[:_MOST])
    if len(line.differences) > _MOST:
        yield say("and_more", n=len(line.differences))[lang]
    if line.state == DUPLICATE:
        yield say("board_choose")[lang]
    elif len(line.files) > 1:
        yield say("board_first")[lang]
    if line.unread:
        yield say("board_unread", files="、".join(told(one.returned.path) for one in line.unread))[lang]
    if line.no_returns:
        yield say("board_lookalike", files="、".join(told(path) for path in line.no_returns))[lang]
    yield from (plain(remark[lang], 500) for remark in line.remarks)


def _strays(board: Board, told: Told, lang: str) -> Iterator[str]:
    """What belongs to nobody: why, and whose its name makes one think."""
    if board.unknown:
        yield from ("", say("board_unknown", n=len(board.unknown))[lang])
    for stray in board.unknown:
        yield f"  {say(f'stray_{stray.kind}')[lang]}  {told(stray.path)}"
        yield _INDENT + plain(stray.reason[lang], 500)
        if stray.guess:
            yield _INDENT + say("board_guess", name=plain(stray.guess.agency.name))[lang]


def _later(board: Board, deadline: datetime, told: Told, lang: str) -> Iterator[str]:
    later = later_files(board, deadline)
    yield from ("", say("board_later" if later else "board_none_later", deadline=moment(deadline))[lang])
    for line, one in later:
        yield f"  {_time(one)}  {plain(line.entry.agency.name)}  {told(one.returned.path)}"


def _reminders(board: Board, terms: Terms, now: datetime, lang: str) -> Iterator[str]:
    for head, texts in messages(board, terms, now):
        yield from ("", f"【{head[lang]}】", *(f"{told[lang]}\n" for _, told in texts[:-1]), texts[-1][1][lang])


def messages(board: Board, terms: Terms, now: datetime) -> list[tuple[Sentence, list[tuple[str, Sentence]]]]:
    """The reminders under their headings, each with the name of the body that it is for; that to the group has none. Headings without any are left out."""
    asked = [(line, told) for line in board.lines if (told := reminders.of(line, board, terms, now))]
    chased = [(plain(line.entry.agency.name), told) for line, told in asked if line.state == MISSING]
    returned = [(plain(line.entry.agency.name), told) for line, told in asked if line.state != MISSING]
    group = reminders.group(board, terms, now)
    headed = (("reminders_missing", chased), ("reminders_returned", returned), ("reminders_group", [("", group)] if group else []))
    return [(say(head), texts) for head, texts in headed if texts]


def paths(board: Board) -> list[str | Path]:
    """Every file that the board names."""
    own = [one.returned.path for line in board.lines for one in line.files]
    return [*own, *(path for line in board.lines for path in line.lookalikes), *(stray.path for stray in board.unknown)]


def later_files(board: Board, deadline: datetime) -> list[tuple[AgencyLine, Judged]]:
    """Returns whose file bears a later time, which proves nothing."""
    return [(line, one) for line in board.lines for one in line.files if one.returned.modified and one.returned.modified > deadline]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells in columns; what is beyond the last of them follows as it is."""
    padded = [text + " " * (width - _width(text)) for text, width in zip(cells, widths, strict=False)]
    return "  ".join([*padded, *cells[len(widths) :]]).rstrip()


def _width(text: str) -> int:
    """Columns of a console that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
