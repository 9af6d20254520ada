"""Reads the charts of an edition file."""

from collections.abc import Mapping

from ogi_xlsx.form import binding
from ogi_xlsx.form.edition import Chart, Spot, Table
from ogi_xlsx.form.source import Entry, Path_, Source


def charts(file: Source, data: Entry, tables: tuple[Table, ...], spots: Mapping[str, Spot]) -> tuple[Chart, ...]:
    """The charts of a summary, in order; what is wrong is noted."""
    return tuple(_chart(file, ("chart", i), entry, tables, spots) for i, entry in enumerate(file.entries((), data, "chart", required=False)))


def _chart(file: Source, path: Path_, entry: Entry, tables: tuple[Table, ...], spots: Mapping[str, Spot]) -> Chart:
    file.keys(path, entry, ("zh", "en", "bodies", "lines", "joined", "shares"))
    bodies = file.take(path, entry, "bodies", str, "")
    file.among(path, bodies, list(spots), "bodies")
    lines = tuple(_line(file, path, str(text), tables) for text in file.take(path, entry, "lines", list, []))
    if bool(bodies) == bool(lines):
        file.problem(path, "edition_chart_what")
    if len({len(line) for line in lines}) > 1:
        file.problem((*path, "lines"), "edition_chart_lengths")
    joined, shares = (file.take(path, entry, name, bool, False) for name in ("joined", "shares"))
    return Chart(file.sentence(path, entry, "chart"), bodies, lines, joined, shares)


def _line(file: Source, path: Path_, text: str, tables: tuple[Table, ...]) -> tuple[str, ...]:
    """The keys from first to last of `first:last`, along a row or a column."""
    first, _, last = text.partition(":")
    for line in binding.lines(tables):
        if first in line and last in line and line.index(first) < line.index(last):
            return line[line.index(first) : line.index(last) + 1]
    file.problem((*path, "lines"), "edition_chart_line", text=text)
    return ()
