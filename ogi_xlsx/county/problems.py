"""The lines of 问题清单 in a correction copy: every finding with its place, cause and what to do, then what could not be written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ogi_xlsx.county.marks import own_place
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout, Sheet
from ogi_xlsx.form.layout.problem_sheet import Entry, lines
from ogi_xlsx.form.words import plain, printed, say
from ogi_xlsx.returns.cells import NOT_FILLED
from ogi_xlsx.returns.contents import Left
from ogi_xlsx.returns.writing.texts import fitting
from ogi_xlsx.review.explanations import how_to
from ogi_xlsx.review.verify import Judged

HEALED = {  # what a fresh copy puts right
    *("S202", "S203", "S204", "S205", "S206", "S207", "S210", "S211", "S212", "S216", "S217", "S302", "S305"),
    *("S213", "S214", "S215", "S218", "S219", "S222", "S223", "S226", "S227"),
}
_KINDS = ("error", "blank", "warning", "note", "explained", "healed")  # in the order in which they are counted
_FORMATTED = {"C106", "C107", "C121"}  # entries whose number format stays with the cell
_LONGEST = 2000  # characters of a sentence
_MOST_LEFT = 1000  # lines of what is left


def asking(findings: Sequence[Finding]) -> dict[int, Finding]:
    """Findings that ask for something in the copy, by their numbers as verify tells them."""
    return {n: finding for n, finding in enumerate(findings, 1) if _kind(finding) not in ("healed", "explained")}


def sheet_of(one: Judged, layout: Layout, left: Sequence[Left]) -> Sheet:
    """What is written on the sheet."""
    problems = [_problem(n, finding, one, layout) for n, finding in enumerate(one.findings, 1)]
    pieces = list(_pieces(left))
    told = [_left(n, piece, layout) for n, piece in enumerate(pieces[:_MOST_LEFT], 1)]
    if len(pieces) > _MOST_LEFT:
        told.append(Entry(("", "", "", printed("left_more", n=len(pieces) - _MOST_LEFT).zh)))
    lost = sum(key in one.returned.gone for key in layout.checks.typed_keys)
    return lines(_count(one.findings, lost, len(pieces)), problems, told)


def _kind(finding: Finding) -> str:
    """How a line is called: by severity, or by what makes it ask for less."""
    if finding.explanation:
        return "explained"
    return "healed" if finding.code in HEALED else "blank" if finding.code == NOT_FILLED else finding.severity


def _count(findings: Sequence[Finding], lost: int, left: int) -> str:
    """How many lines there are of each kind, how many numbers are lost, and how much could not be written."""
    counts = Counter(map(_kind, findings))
    kinds = [printed("wrong_of_kind", kind=printed(f"problem_{kind}").zh, n=counts[kind]).zh for kind in _KINDS if counts[kind]]
    told = printed("wrong_count", n=len(findings), kinds="、".join(kinds)).zh
    told += printed("lost_count", n=lost).zh if lost else ""
    return told + (printed("left_count", n=left).zh if left else "")


def _problem(n: int, finding: Finding, one: Judged, layout: Layout) -> Entry:
    """The line of a finding."""
    kind = _kind(finding)
    place, link = _place(finding.sheet, finding.cell if own_place(finding, layout) else "", layout)
    about = [finding.hint.zh if finding.hint else ""]
    if kind == "healed":
        about.append(printed("problem_healed_how").zh)
    elif finding.code in _FORMATTED:
        about.append(printed("problem_formatted_how").zh)
    elif finding.explanation:
        about.append(say("explanation_said", text=plain(finding.explanation, 200)).zh)
    elif one.layout and (how := how_to(finding, one.returned, one.layout)):
        about.append(how.zh)
    texts = (plain(finding.message.zh, _LONGEST), "\n".join(plain(text, 500) for text in about if text))
    return Entry((n, printed(f"problem_{kind}").zh, place, finding.code, *texts), link)


def _place(sheet: str, cell: str, layout: Layout) -> tuple[str, str]:
    """How a place is told, and the link that leads there where the copy has it."""
    told = f"{sheet} {cell}".strip()
    return plain(told, 60), f"internal:'{sheet}'!{cell or 'A1'}" if sheet in layout.sheets else ""


def _pieces(left: Sequence[Left]) -> Iterator[Left]:
    """What is left, as it stood, long texts in several pieces, so that each fits into a cell."""
    for one in left:
        text = one.text
        while (cut := fitting(text)) < len(text):
            yield replace(one, text=text[:cut])
            text = text[cut:]
        yield replace(one, text=text)


def _left(n: int, one: Left, layout: Layout) -> Entry:
    place, link = _place(one.sheet, one.cell, layout)
    return Entry((n, printed(f"left_{one.kind}").zh, place, one.text or printed("left_picture_how").zh), link)
