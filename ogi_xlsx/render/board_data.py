"""The board as data: the JSON that scripts rely on. Every key is always there, numbers are decimal strings."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from ogi_xlsx import __version__
from ogi_xlsx.county import reminders
from ogi_xlsx.county.board import BOARD_STATES, MISSING, AgencyLine, Board, Stray, state_of
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.harmless import as_json
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.verify import Judged

SCHEMA = "ogi-xlsx/status/1"


def status(board: Board, terms: Terms, now: datetime, deadline: datetime | None) -> str:
    """The board as JSON (schema ogi-xlsx/status/1). With a deadline, files that bear a later time are marked."""
    due, missing = len(board.due), board.count(MISSING)
    content = {
        "schema": SCHEMA,
        "tool": f"ogi-xlsx {__version__}",
        "year": board.year,
        "edition": board.edition or None,
        "deadline": deadline.isoformat(timespec="minutes") if deadline else None,
        "summary": {"due": due, "received": due - missing, **{state: board.count(state) for state in BOARD_STATES}, "unknown": len(board.unknown)},
        "agencies": [_agency(line, board, terms, now, deadline) for line in board.lines],
        "unknown": [_stray(stray) for stray in board.unknown],
        "group_message": _both(reminders.group(board, terms, now)),
    }
    return as_json(content)


def _agency(line: AgencyLine, board: Board, terms: Terms, now: datetime, deadline: datetime | None) -> dict[str, Any]:
    return {
        **asdict(line.entry.agency),
        "included": line.entry.included,
        "state": line.state,
        "files": [_file(one, deadline) for one in line.files],
        "control_sum": _number(line.current.returned.control_sum if line.current else None),
        "differences": [{"where": _both(one.where), "held": list(one.held)} for one in line.differences],
        "lookalikes": [str(path) for path in line.lookalikes],
        "remarks": [_both(remark) for remark in line.remarks],
        "copy": str(line.copy) if line.copy else None,
        "reminder": _both(reminders.of(line, board, terms, now)),
    }


def _file(one: Judged, deadline: datetime | None) -> dict[str, Any]:
    """A return. Its time is that of the file, which copying and mailing change: for reference only."""
    returned = one.returned
    modified = returned.modified
    return {
        "path": returned.path,
        "sha256": returned.sha256,
        "state": state_of(one),
        "correction": returned.identity.correction if returned.identity else None,
        "control_sum": _number(returned.control_sum),
        "file_time": modified.isoformat(timespec="minutes") if modified else None,
        "file_time_after_deadline": modified > deadline if modified and deadline else None,
    }


def _stray(stray: Stray) -> dict[str, Any]:
    guess = stray.guess.agency if stray.guess else None
    return {
        "path": stray.path,
        "kind": stray.kind,
        "reason": _both(stray.reason),
        "guess": {"code": guess.code, "name": guess.name, "from": "file name"} if guess else None,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else show(value)


def _both(sentence: Sentence | None) -> dict[str, str] | None:
    return asdict(sentence) if sentence else None
