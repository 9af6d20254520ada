"""Writes the summary workbook: official tables as live formulas over one detail row an agency. It is itself a return."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.county import consolidate, told
from ogi_xlsx.county.consolidate import Consolidation, Line
from ogi_xlsx.form.layout import Content, Layout, Link, Sheet, Showing, Variant, chart_sheet, layout_of, revision_of
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.layout.summary_sheets import Sums, detail_name
from ogi_xlsx.form.words import Sentence, few, level_names, plain, say
from ogi_xlsx.returns.identity import Identity, sealed
from ogi_xlsx.returns.writing import links, workbook
from ogi_xlsx.returns.writing.texts import LONGEST

_NAMED = 20  # agencies that a banner names


def write(path: Path, consolidation: Consolidation, now: datetime, key: bytes = b"", force: bool = False) -> Layout:
    """Write the summary, sealed with the office's key if there is one; returns its layout. Raises Refusal where it cannot be written.

    What is there already is replaced with `force` alone.
    """
    counts, edition = consolidate.levels(consolidation), consolidation.edition
    rows, revision = len(consolidation.included), revision_of(edition)
    variant = Variant(consolidation.agency.level, rows=rows, revision=revision, levels=tuple(counts), compared=bool(consolidation.before))
    layout = layout_of(edition, variant)
    identity = Identity(
        *(consolidation.agency, consolidation.year, edition.id, revision),
        rows=rows,
        banner=plain(banner(consolidation, now), LONGEST),
        levels=",".join(counts),
        compared=variant.compared,
        prior_source=plain(consolidation.compared.zh, LONGEST) if consolidation.compared else "",
    )
    charts = _bodies(consolidation, layout)
    showing = _showing(consolidation, layout, counts)
    shown = layout.shown(showing) | {(charts.name, *place): cell.shows(showing) for place, cell in charts.cells.items() if cell.shows}
    workbook.write(
        *(path, layout, sealed(identity, layout, key), workbook.new_password()),
        shown=shown,
        typed={layout.fields[f"before.{key}"]: as_number(value) for key, value in consolidation.before.items()},
        data={detail_name(table): _detail(consolidation, table.id, path.parent) for table in edition.tables},
        loose=[*told.sheets(consolidation, path.parent), charts],
        force=force,
    )
    return layout


def banner(consolidation: Consolidation, now: datetime) -> str:
    """What a summary says on its face where it is partial or holds bodies with errors; empty for a sound one."""
    taken = [say("banner_reason", name=line.entry.agency.name, reason=plain(line.why, 100)).zh for line in consolidation.included if line.why]
    included = say("banner_included", n=len(taken), names=few(taken, _NAMED)).zh if taken else ""
    included += "".join(change.zh for change in consolidation.settings)
    if consolidation.complete:
        return included
    out = consolidation.left_out
    names = few([f"{line.entry.agency.name}（{say(f'state_{line.state}').zh}）" for line in out], _NAMED)
    due = sum(1 for line in consolidation.lines if line.entry.included)
    time = Sentence(f"{now.year}年{now.month}月{now.day}日{now:%H:%M}", f"{now:%Y-%m-%d %H:%M}")
    facts = {"due": due, "done": len(consolidation.included), "out": len(out), "names": names, "time": time, "whose": consolidation.agency.name}
    return say("banner", **facts).zh + included


def _showing(consolidation: Consolidation, layout: Layout, counts: Mapping[str, int]) -> Showing:
    """All numbers that the summary's formulas show."""
    keys = list(consolidation.edition.spots)
    detail = consolidate.sums(consolidation, keys)
    typed = {key: detail[key] for key in layout.checks.typed_keys}
    by_level = {level: consolidate.sums(consolidation, keys, level) for level in counts}
    return Showing(consolidation.edition, layout.checks, typed, detail=detail, counts=counts, by_level=by_level, before=consolidation.before)


def _values(line: Line) -> Mapping[str, Decimal]:
    assert line.judged and line.judged.returned.record
    return line.judged.returned.record.values


def _detail(consolidation: Consolidation, table: str, folder: Path) -> Iterator[list[Content | Link]]:
    """The rows of a table's detail: whose, the returned file as seen from the summary's folder, the numbers."""
    keys = [key for key, spot in consolidation.edition.spots.items() if spot.table.id == table]
    for line in consolidation.included:
        assert line.judged
        agency, values = line.entry.agency, _values(line)
        facts: list[Content | Link] = [line.entry.no, agency.name, agency.code, level_names()[agency.level].zh]
        yield [*facts, links.to(line.judged.returned.path, folder), *(as_number(values[key]) for key in keys)]


def _bodies(consolidation: Consolidation, layout: Layout) -> Sheet:
    """The agencies in the charts."""
    edition, variant = consolidation.edition, layout.variant
    sums = Sums(edition, layout.checks, variant.rows, variant.levels, variant.compared)
    names = [line.entry.agency.name for line in consolidation.included]
    every = [_values(line) for line in consolidation.included]
    return chart_sheet.bodies(edition, sums, names, {chart.bodies: [values[chart.bodies] for values in every] for chart in edition.charts if chart.bodies})
