"""Reminders ready to paste: to a body that sent nothing, for each return that must come back, and one for the group.

What is not known of a round's terms is left out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ogi_xlsx.county.board import DUPLICATE, MISSING, UNCHANGED, AgencyLine, Board
from ogi_xlsx.county.remarks import shown, with_sum
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.findings import ERROR, WARNING, Finding
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.review.verify import FAILED_STATE, PENDING_STATE, QUERY

_CIRCLED = 10  # numbers that have a circled form on every Chinese console: GBK ends at ⑩
_MOST_FILES = 3  # named in one reminder
_MOST_SENTENCE = 2000  # characters


def moment(at: datetime) -> Sentence:
    """A moment of the round as sentences hold it: 1月14日17时."""
    minute = Sentence(f"{at.minute}分" if at.minute else "", f"{at.minute:02}")
    month, day, hour = (Sentence(str(n), f"{n:02}") for n in (at.month, at.day, at.hour))
    return say("moment", month=month, day=day, hour=hour, minute=minute)


def of(line: AgencyLine, board: Board, terms: Terms, at: datetime) -> Sentence | None:
    """What to say to an agency at this moment; None where nothing is asked of it. Its correction copy, if there is one, goes with it."""
    if line.state == MISSING:
        told = _missing(line, board, terms, at)
    elif line.state == DUPLICATE:
        told = _duplicate(line, terms, at)
    elif line.state == UNCHANGED:
        told = [say("reminder_unchanged", file=_file(line), **_asked(terms, at))]
    elif line.state in (FAILED_STATE, PENDING_STATE):
        told = _to_correct(line, terms, at)
    elif line.state == QUERY:
        told = _to_check(line, terms, at)
    else:
        return None
    return _joined([say("reminder_head", name=plain(line.entry.agency.name)), *told, *_contact(terms), say("reminder_thanks")])


def group(board: Board, terms: Terms, at: datetime) -> Sentence | None:
    """What to say to the group: who is missing, and nothing else of anybody. None where nobody is."""
    names = [plain(line.entry.agency.name) for line in board.due if line.state == MISSING]
    if not names:
        return None
    due = _due(board, terms, at)
    what = say("return_short") if due else _what(board.year)
    missing = say("group_missing", at=moment(at), what=what, n=len(names), names="、".join(names))
    return _joined([say("group_head"), *due, missing, *_contact(terms), say("reminder_thanks")])


def _missing(line: AgencyLine, board: Board, terms: Terms, at: datetime) -> list[Sentence]:
    due = _due(board, terms, at)
    told = [*due, say("reminder_missing", at=moment(at), what=say("return_short") if due else _what(board.year), you=_you(terms))]
    for one in line.astray[:_MOST_FILES]:
        if identity := one.returned.identity:
            told.append(say("reminder_astray", file=shown([one]), was=identity.year, edition=plain(identity.edition, 20), you=_you(terms)))
    for one in line.unread[:_MOST_FILES]:
        told.append(say("reminder_unread", file=shown([one]), told=_whole(_to_body(one.findings[0])), you=_you(terms)))
    if line.no_returns:
        files = "、".join(f"《{plain(path.name, 60)}》" for path in line.no_returns[:_MOST_FILES])
        told.append(say("reminder_lookalike", files=files, you=_you(terms)))
    return [*told, say("reminder_please")] if line.lookalikes or line.astray else [*told, say("reminder_please"), say("reminder_if_sent")]


def _to_correct(line: AgencyLine, terms: Terms, at: datetime) -> list[Sentence]:
    """What is wrong, numbered: errors first, then what is to be checked on this occasion."""
    errors, warnings = _of(line, ERROR), _of(line, WARNING)
    named = {"file": _file(line), "n": len(errors), "findings": _numbered(errors), "you": _you(terms)}
    told = [say("reminder_failed", **named) if line.state == FAILED_STATE else say("reminder_pending", **named)]
    if warnings:
        told.append(say("reminder_also", n=len(warnings), findings=_numbered(warnings)))
    if line.copy:
        told.append(say("reminder_copy", file=plain(line.copy.name, 100)))
    if line.state == PENDING_STATE:
        return [*told, say("reminder_complete", by=_by(terms, at))]
    return [*told, say("reminder_back", by=_by(terms, at)), say("reminder_object")]


def _to_check(line: AgencyLine, terms: Terms, at: datetime) -> list[Sentence]:
    """What is to be checked; where none of it is a matter of numbers, an answer is asked for, no explanation."""
    warnings = _of(line, WARNING)
    told = say("reminder_query", file=_file(line), n=len(warnings), findings=_numbered(warnings), you=_you(terms))
    numbers = any(finding.to_body is None for finding in warnings)
    return [told, say("reminder_settle" if numbers else "reminder_answer", by=_by(terms, at))]


def _duplicate(line: AgencyLine, terms: Terms, at: datetime) -> list[Sentence]:
    """Which of several returns holds: their names, control sums and differing cells."""
    differing = line.files[: len(line.differences[0].held)]
    files = [with_sum(one) for one in differing]
    places = listed([one.told for one in line.differences])
    return [say("reminder_duplicate", n=len(files), files=_in_row(files), places=places, **_asked(terms, at))]


def _of(line: AgencyLine, severity: str) -> list[Finding]:
    """Findings of the return that counts which somebody has to do something about."""
    return [finding for finding in (line.current.findings if line.current else ()) if finding.severity == severity and not finding.explanation]


def _numbered(findings: Sequence[Finding]) -> Sentence:
    return _in_row([_to_body(finding) for finding in findings])


def _to_body(finding: Finding) -> Sentence:
    """What a body is told of a finding: nothing that the office alone can do, and no other body."""
    return finding.to_body or finding.message


def _whole(told: Sentence) -> Sentence:
    """A sentence fit to be said, whatever came into it from a file."""
    return Sentence(plain(told.zh, _MOST_SENTENCE), plain(told.en, _MOST_SENTENCE))


def _in_row(sentences: Sequence[Sentence]) -> Sentence:
    """Sentences in one, numbered: ①…；②….

    >>> _in_row([Sentence("甲。", "A."), Sentence("乙。", "B.")])
    Sentence(zh='①甲；②乙', en='(1) A; (2) B')
    """
    zh = [f"{chr(0x245F + n) if n <= _CIRCLED else f'（{n}）'}{plain(one.zh, _MOST_SENTENCE).rstrip('。')}" for n, one in enumerate(sentences, 1)]
    en = [f"({n}) {plain(one.en, _MOST_SENTENCE).rstrip('.')}" for n, one in enumerate(sentences, 1)]
    return Sentence("；".join(zh), "; ".join(en))


def _asked(terms: Terms, at: datetime) -> dict[str, object]:
    """Until when, and how a body is addressed."""
    return {"by": _by(terms, at), "you": _you(terms)}


def _you(terms: Terms) -> Sentence:
    return Sentence(terms.addressed, say("you_default").en)


def _file(line: AgencyLine) -> str:
    return shown([one for one in (line.current,) if one])


def _what(year: int | None) -> Sentence:
    return say("return_of_year", year=year) if year else say("return_of_any_year")


def _deadline(terms: Terms) -> Sentence | None:
    """The deadline as it is told, else as a moment."""
    if terms.deadline:
        return Sentence(terms.deadline, moment(terms.due).en if terms.due else terms.deadline)
    return moment(terms.due) if terms.due else None


def _past(terms: Terms, at: datetime) -> bool:
    return terms.due is not None and at > terms.due


def _by(terms: Terms, at: datetime) -> Sentence:
    """Until when something is asked for; once the deadline is over, or where none is known, soon."""
    deadline = _deadline(terms)
    return say("reminder_by", deadline=deadline) if deadline and not _past(terms, at) else say("reminder_soon")


def _due(board: Board, terms: Terms, at: datetime) -> list[Sentence]:
    """What is due when and where, where the deadline is known."""
    deadline = _deadline(terms)
    to = say("reminder_to", office=terms.office) if terms.office else Sentence("", "")
    told = {"what": _what(board.year), "deadline": deadline, "to": to}
    return ([say("reminder_was_due", **told) if _past(terms, at) else say("reminder_due", **told)]) if deadline else []


def _contact(terms: Terms) -> list[Sentence]:
    """How to send it in, whom to ask."""
    told = [say("reminder_submit", submit=terms.submit)] if terms.submit else []
    if terms.contact and terms.phone:
        told.append(say("reminder_contact_phone", contact=terms.contact, phone=terms.phone))
    elif terms.contact:
        told.append(say("reminder_contact", contact=terms.contact))
    elif terms.phone:
        told.append(say("reminder_phone", phone=terms.phone))
    return told


def _joined(sentences: Iterable[Sentence]) -> Sentence:
    told = Sentence("", "")
    for sentence in sentences:
        told += sentence
    return told
