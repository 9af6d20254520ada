"""Writes the summary workbook: official tables as live formulas over one detail row an agency. It is itself a return."""

from datetime import datetime
from pathlib import Path

from ogi_xlsx.county import consolidate
from ogi_xlsx.county.consolidate import Consolidation, Line
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Content, Layout, Sheet, Showing, Variant, layout_of, revision_of
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.layout.summary_sheets import EXPLANATION_LENGTH, STATE_COLUMNS, STATES, STATES_TOP, put_explanations
from ogi_xlsx.form.words import level_names, plain, say
from ogi_xlsx.returns import workbook
from ogi_xlsx.returns.identity import Identity, sealed
from ogi_xlsx.review.explanations import asked, place_of
from ogi_xlsx.review.verify import Judged


def write(path: Path, consolidation: Consolidation, now: datetime, key: bytes = b"") -> Layout:
    """Write the summary, sealed with the office's key if there is one; returns its layout. Raises Refusal where it cannot be written."""
    variant = Variant(consolidation.agency.level, False, len(consolidation.included), revision_of(consolidation.edition))
    layout = layout_of(consolidation.edition, variant)
    identity = Identity(
        consolidation.agency, consolidation.year, consolidation.edition.id, variant.revision, rows=variant.rows, banner=banner(consolidation, now)
    )
    detail = consolidate.sums(consolidation, list(consolidation.edition.spots))
    typed = {key: detail[key] for key in layout.checks.typed_keys}
    showing = Showing(consolidation.edition, layout.checks, typed, detail=detail)
    told = _detail(consolidation, layout)
    workbook.write(path, layout, sealed(identity, layout, key), workbook.new_password(), shown=layout.shown(showing), typed=told, loose=_lines(consolidation))
    return layout


def banner(consolidation: Consolidation, now: datetime) -> str:
    """What a summary says on its face where it is partial or holds bodies with errors; empty for a sound one."""
    taken = [line.entry.agency.name for line in consolidation.included if line.reason.zh]
    included = say("banner_included", n=len(taken), names="、".join(taken)).zh if taken else ""
    included += "".join(told.zh for told in consolidation.settings)
    if consolidation.complete:
        return included
    out = consolidation.left_out
    names = "、".join(f"{line.entry.agency.name}（{_short(line)}）" for line in out[:20]) + ("等" if len(out) > 20 else "")
    due = sum(1 for line in consolidation.lines if line.entry.included)
    return say("banner", due=due, done=len(consolidation.included), out=len(out), names=names, time=f"{now:%Y-%m-%d %H:%M}").zh + included


def _short(line: Line) -> str:
    return say(f"state_{line.state}").zh


def _detail(consolidation: Consolidation, layout: Layout) -> dict[tuple[str, int, int], Content]:
    """Contents of the detail rows, by place."""
    content: dict[tuple[str, int, int], Content] = {}
    for i, line in enumerate(consolidation.included):
        assert line.judged and line.judged.returned.record
        values = line.judged.returned.record.values
        for table in consolidation.edition.tables:
            facts: dict[str, Content] = {"no": line.entry.no, "code": line.entry.agency.code, "name": line.entry.agency.name}
            content |= {layout.fields[f"detail.{i}.{table.id}.{name}"]: value for name, value in facts.items()}
        content |= {layout.fields[f"detail.{i}.{key}"]: as_number(values[key]) for key in consolidation.edition.spots}
    return content


def _lines(consolidation: Consolidation) -> Sheet:
    """What 报送情况 holds under its heading: a line an agency, then the explanations that count."""
    sheet = Sheet(STATES)
    for i, line in enumerate(consolidation.lines):
        for col, value in enumerate(_state(line)):
            sheet.put(STATES_TOP + i, col + 1, value, "cell_text")
    explained = [_explanation(*one) for one in consolidation.explained]
    if explained:
        put_explanations(sheet, STATES_TOP + len(consolidation.lines) + 1, explained)
    return sheet


def _explanation(line: Line, judged: Judged, finding: Finding) -> tuple[Content, ...]:
    """A line of the explanations, in the order of EXPLAINED_COLUMNS."""
    assert judged.layout
    number = asked(finding, judged.layout)
    place = place_of(finding, judged.layout).zh
    return finding.code, line.entry.agency.name, place, "" if number is None else as_number(number), plain(finding.explanation, EXPLANATION_LENGTH)


def _state(line: Line) -> list[Content]:
    """A line of 报送情况, in the order of STATE_COLUMNS."""
    returned = line.judged.returned if line.judged else None
    record = returned.record if returned else None
    control = as_number(record.control_sum(returned.layout.checks.typed_keys)) if record and returned and returned.layout else None
    agency = line.entry.agency
    cells: list[Content] = [line.entry.no, agency.code, agency.name, level_names()[agency.level].zh, _short(line)]
    cells += [say("yes" if line.included else "no").zh, "" if line.reason == say(f"state_{line.state}") else line.reason.zh]
    cells += [Path(returned.path).name if returned else None, returned.sha256 if returned else None, control]
    assert len(cells) == len(STATE_COLUMNS)
    return cells
