"""The free lines of 校验: explanations of warnings that only verify raises, matched by code, number and place, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ogi_xlsx.form.findings import ERROR, NOTE, WARNING, Finding, catalogue, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.check_sheet import FREE_LINES
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.record import digits, show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.explanations import Written, asked, no_number, on_lines, place_of, words_amiss, written


class _Unmatched(Exception):
    """A free line explains nothing; `why` says why."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.zh)
        self.why = why


@dataclass(frozen=True)
class _FreeLine(Written):
    """A free line: its code and place beside the rest. The number may be text digits, full-width ones, too."""

    code: str = ""
    place: str = ""

    @property
    def number(self) -> Decimal | None:
        """The copied number; None where there is none, or something else."""
        return digits(self.copied) if isinstance(self.copied, str) else super().number


def apply(returned: Return, layout: Layout, outcomes: Mapping[str, str], findings: Sequence[Finding]) -> list[Finding]:
    """Findings with every explanation that counts, and a note for each that does not: nothing written is passed over."""
    if not returned.layout or returned.layout.variant.aggregate:
        return list(findings)
    told, notes = on_lines(returned, layout, outcomes, findings)
    for i in range(FREE_LINES):
        line = _line(returned, i)
        if line.blank and not line.code and not line.place:
            continue
        try:
            index = _match(line, told, layout)
        except _Unmatched as unmatched:
            notes.append(found("C305", sheet="校验", cell=line.text_at, n=i + 1, code=plain(line.code, 20) or "—", why=unmatched.why))
            continue
        note = _amiss(line, told[index], layout)
        if note:
            notes.append(note)
        else:
            told[index] = replace(told[index], explanation=str(line.text).strip())
    return told + notes


def _line(returned: Return, i: int) -> _FreeLine:
    code, place = (returned.fields.get(f"free.{name}.{i}") for name in ("code", "place"))
    what = written(returned, f"free.-.{i}")
    named = [_folded("" if content is None else str(content)) for content in (code, place)]
    return _FreeLine(what.copied, what.text, what.copied_at, what.text_at, what.computed, *named)


def _folded(text: str) -> str:
    return fold(text[:200]).upper()


def _match(line: _FreeLine, findings: Sequence[Finding], layout: Layout) -> int:
    """Which finding a free line explains. Raises _Unmatched where none or several come into question."""
    ours = _of_code(line, findings, layout)
    fitting = [i for i in ours if line.number is None or (wanted := asked(findings[i], layout)) is None or wanted == line.number]
    if not fitting:
        raise _Unmatched(say("free_number", copied=line.shown, present=_numbers(findings, ours, layout)))
    named = [i for i in ours if line.place in _names(findings[i], layout)]
    if named:
        fitting = [i for i in fitting if i in named]
        if not fitting:
            raise _Unmatched(say("free_number", copied=line.shown, present=_numbers(findings, named, layout)))
    open_ = [i for i in fitting if not findings[i].explanation]
    if not open_:
        raise _Unmatched(say("free_explained"))
    if len(open_) > 1:
        places = [place_of(findings[i], layout) for i in open_[:5]]
        raise _Unmatched(say("free_several", n=len(open_), places=Sentence("、".join(p.zh for p in places), "; ".join(p.en for p in places))))
    return open_[0]


def _of_code(line: _FreeLine, findings: Sequence[Finding], layout: Layout) -> list[int]:
    """The warnings of a free line's code. Raises _Unmatched where there is none."""
    if not line.code:
        raise _Unmatched(say("free_no_code"))
    if line.code not in catalogue() and all(rule.code != line.code for rule in layout.edition.rules):
        raise _Unmatched(say("free_unknown"))
    ours = [i for i, finding in enumerate(findings) if finding.code == line.code and finding.severity == WARNING]
    if ours:
        return ours
    severities = {finding.severity for finding in findings if finding.code == line.code}
    raise _Unmatched(say("free_error" if ERROR in severities else "free_note" if NOTE in severities else "free_not_raised"))


def _names(finding: Finding, layout: Layout) -> set[str]:
    """How a free line may name the place of a finding: in words, by sheet and cell, by cell, by sheet where it has no cell."""
    place = place_of(finding, layout)
    names = {place.zh, place.en, f"{finding.sheet}!{finding.cell}", f"{finding.sheet}{finding.cell}", finding.cell}
    return {_folded(name) for name in names if name}


def _numbers(findings: Sequence[Finding], chosen: Sequence[int], layout: Layout) -> str:
    """The numbers that findings ask for, each once."""
    numbers = [number for i in chosen if (number := asked(findings[i], layout)) is not None]
    return "、".join(dict.fromkeys(show(number) for number in numbers[:5]))


def _amiss(line: _FreeLine, finding: Finding, layout: Layout) -> Finding | None:
    """What is wrong with a free line that was matched: no number where one is asked for, or no words."""
    wanted = asked(finding, layout)
    if wanted is not None and line.number is None:
        return no_number(line, finding, layout, show(wanted))
    return words_amiss(line, finding, layout)
