"""What a summary tells of the returns behind it: 报送情况, a line an agency; 问题, a line a finding; 说明, a line an explanation.

Telephone numbers stay out of it: a summary goes up.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ogi_xlsx.county.consolidate import Consolidation, Line
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Content, Link, Sheet
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.layout.told_sheets import EXPLAINED, PROBLEMS, STATES, filled
from ogi_xlsx.form.words import Sentence, level_names, plain, say
from ogi_xlsx.returns.opening import program
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.writing import links
from ogi_xlsx.review.explanations import asked, place_of
from ogi_xlsx.review.verify import Judged

Row = list[Content | Link]
_MOST_TEXT = 1500  # characters of a text: what the highest row of a spreadsheet can show
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?(?:1[3-9][0-9]{9}|0[0-9]{2,3}[-－— ]?[0-9]{7,8})(?![0-9])")
_BESIDE_A_NAME = re.compile(r"[0-9０-９+＋(（][0-9０-９()（）－—\- ]{4,}")  # no name of a person has five digits


def sheets(consolidation: Consolidation, folder: Path) -> list[Sheet]:
    """The lines of the three sheets; `folder` is where the summary stands, from which links lead to the files."""
    states = (_state(line, folder) for line in consolidation.lines)
    return [filled(STATES, states), filled(PROBLEMS, _problems(consolidation, folder)), filled(EXPLAINED, map(_explanation, consolidation.explained))]


def _state(line: Line, folder: Path) -> Row:
    """A line of 报送情况, in the order of its columns."""
    agency = line.entry.agency
    reason = "" if line.reason == say(f"state_{line.state}") else line.reason.zh
    facts: Row = [line.entry.no, agency.code, agency.name, level_names()[agency.level].zh, say(f"state_{line.state}").zh]
    facts += [say("yes" if line.included else "no").zh, reason]
    return facts + (_file(line.judged.returned, folder) if line.judged else [""] * (len(STATES.columns) - len(facts)))


def _file(returned: Return, folder: Path) -> Row:
    """What is known of a returned file."""
    identity = returned.identity
    control = "" if (total := returned.control_sum) is None else as_number(total)
    bodies, correction = (identity.rows or 1, identity.correction or "") if identity else ("", "")
    filler = plain(_BESIDE_A_NAME.sub("", str(returned.fields.get("cover.filler") or "")).strip(), 20)
    modified = f"{returned.modified:%Y-%m-%d %H:%M}" if returned.modified else ""
    return [links.to(returned.path, folder), control, bodies, correction, filler, program.told(returned.program).zh, modified, returned.sha256]


def _problems(consolidation: Consolidation, folder: Path) -> Iterator[Row]:
    """The lines of 问题: the findings of every return of the roster in its order, then files that belong to nobody."""
    for line in consolidation.lines:
        for one in (line.judged,) if line.judged else line.differing:
            yield from (_finding(line.entry.agency.name, finding, one, folder) for finding in one.findings)
    for one in consolidation.unknown:
        if one.returned.identity:
            yield _stranger(one, say("problem_published" if one.returned.identity.published else "problem_stranger", name=_name(one)), folder)
        else:
            yield from (_finding("", finding, one, folder) for finding in one.findings)
    for one in consolidation.same_level:
        yield _stranger(one, say("problem_same_level", name=_name(one)), folder)


def _finding(body: str, finding: Finding, one: Judged, folder: Path) -> Row:
    """A line of 问题, in the order of its columns. A finding without numbers may quote what a filler wrote."""
    message = plain(finding.message.zh, _MOST_TEXT) if finding.left is not None else _without_phones(finding.message.zh)
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    severity = say("explained" if finding.explanation else f"severity_{finding.severity}").zh
    hint = plain(finding.hint.zh, 500) if finding.hint else ""
    texts = [message, hint, _without_phones(finding.explanation or "")]
    return [body, finding.code, severity, place, *texts, say(f"basis_{finding.basis}").zh, links.to(one.returned.path, folder)]


def _stranger(one: Judged, told: Sentence, folder: Path) -> Row:
    return [_name(one), "", say("severity_note").zh, "", told.zh, "", "", "", links.to(one.returned.path, folder)]


def _name(one: Judged) -> str:
    return plain(one.returned.identity.agency.name) if one.returned.identity else ""


def _explanation(explained: tuple[Line, Judged, Finding]) -> Row:
    """A line of 说明, in the order of its columns."""
    line, judged, finding = explained
    assert judged.layout
    number = asked(finding, judged.layout)
    copied = "" if number is None else as_number(number)
    return [finding.code, line.entry.agency.name, place_of(finding, judged.layout).zh, copied, _without_phones(finding.explanation or "")]


def _without_phones(text: str) -> str:
    """What a filler wrote, without telephone numbers.

    >>> _without_phones("漏统计2件，详询0595-85660000"), _without_phones("原数13800件无误")
    ('漏统计2件，详询（电话略）', '原数13800件无误')
    """
    return plain(_PHONE.sub(say("number_left_out").zh, text), _MOST_TEXT)
