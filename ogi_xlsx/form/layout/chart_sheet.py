"""The sheet 图表 of a summary: what the edition's charts show, each as a bar chart with its numbers beside it.

The agencies of a chart by body are chosen when the summary is written (`bodies`); the rest is of the layout.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from ogi_xlsx.form.edition import Chart, Edition, Heading
from ogi_xlsx.form.layout.cells import Drawing, Sheet, a1
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.layout.showing import Showing, as_number
from ogi_xlsx.form.layout.told_sheets import lines_of
from ogi_xlsx.form.words import printed

if TYPE_CHECKING:
    from ogi_xlsx.form.layout.summary_sheets import Sums

NAME = "图表"
MOST_BARS = 20  # agencies with a bar of their own
MOST_NAMES = 10  # agencies without any that are named
_LABEL, _VALUE = 32.0, 9.0  # widths: a name, a number
_PLOT = 68.0  # width of a chart
_TOP = 4
_HEAD = 6  # rows of a page that title and banner take
_LEAST = 12  # rows of a block: what a chart needs to be read
_PAGE = 39  # rows of a printed page
_ROW = 18.0  # points
_NOTES = 2  # lines under the numbers by body: how many have none, and who
_SHARE = Decimal("0.0001")


def build(edition: Edition, sums: "Sums", formulas: Formulas) -> Sheet:
    """The sheet, with everything but the agencies of a chart by body."""
    numbers = max([2, *(len(chart.lines[0]) for chart in edition.charts if len(chart.lines) > 1)])
    sheet = Sheet(NAME, widths=[_LABEL, *[_VALUE] * numbers, 2.0, _PLOT], landscape=True, pages=None, scale=72, loose=True)
    sheet.print_columns = len(sheet.widths)
    sheet.put(1, 1, printed("charts_title").zh, "title", to=(1, sheet.print_columns), personal=True)
    sheet.put(2, 1, "{banner}", "banner", to=(2, sheet.print_columns), personal=True)
    sheet.heights |= {1: 30.0, 2: 20.0}
    sheet.grows = {2}
    page = _TOP - _HEAD  # row at which the present page begins
    for chart, top in zip(edition.charts, tops(edition, sums.rows), strict=True):
        rows = _rows(chart, edition, sums.rows)
        if top > _TOP and top + rows - page > _PAGE:
            sheet.breaks.append(top - 1)
            page = top
        sheet.put(top, 1, chart.title.zh, "title_left")
        last = _head_of_bodies(sheet, top + 1, sums.rows) if chart.bodies else _numbers(sheet, top + 1, chart, edition, formulas)
        _draw(sheet, chart, top + 1, last, top + rows - 2)
        sheet.heights |= dict.fromkeys(range(top, top + rows), _ROW)
    return sheet


def tops(edition: Edition, rows: int) -> list[int]:
    """First row of each chart's block."""
    found = [_TOP]
    for chart in edition.charts:
        found.append(found[-1] + _rows(chart, edition, rows))
    return found[:-1]


def _rows(chart: Chart, edition: Edition, rows: int) -> int:
    """Rows of a block: title, headings, numbers or as many bars, what stands under them, and a free one."""
    if chart.bodies:
        return max(_LEAST, 3 + bars(rows) + _NOTES)
    if len(chart.lines) > 1:
        return max(_LEAST, 3 + len(chart.lines) * len(chart.lines[0]))
    return max(_LEAST, 4 + len(_points(chart, edition)))


def bars(rows: int) -> int:
    """Bars of a chart by body: one an agency, or the most that can be read and one for all others."""
    return rows if rows <= MOST_BARS + 1 else MOST_BARS + 1


def _head_of_bodies(sheet: Sheet, row: int, rows: int) -> int:
    """Headings over the numbers by body; returns the last row of a bar."""
    sheet.put(row, 1, printed("charts_body").zh, "heading_small")
    sheet.put(row, 2, printed("charts_number").zh, "heading_small")
    return row + bars(rows)


def _numbers(sheet: Sheet, row: int, chart: Chart, edition: Edition, formulas: Formulas) -> int:
    """The numbers of a chart: one line of the form with shares, or several with a column a point; returns the last row of a bar."""
    points = _points(chart, edition)
    sheet.put(row, 1, printed("charts_item").zh, "heading_small")
    if len(chart.lines) > 1:
        for col, (name, _) in enumerate(points, 2):
            sheet.put(row, col, name, "heading_small")
        for at, line in enumerate(chart.lines, row + 1):
            sheet.put(at, 1, _line_name(line, edition), "list_text")
            for col, key in enumerate(line, 2):
                _number(sheet, at, col, (key,), formulas)
        return row + len(chart.lines)
    sheet.put(row, 2, printed("charts_number").zh, "heading_small")
    sheet.put(row, 3, printed("charts_share").zh, "heading_small")
    every, total = tuple(key for _, keys in points for key in keys), row + len(points) + 1
    for at, (name, keys) in enumerate([*points, (printed("detail_sum").zh, every)], row + 1):
        sheet.put(at, 1, name, "list_text")
        _number(sheet, at, 2, keys, formulas)
        formula = f"=IF({a1(total, 2)}=0,0,ROUND({a1(at, 2)}/{a1(total, 2)},4))"
        sheet.put(at, 3, formula, "list_share", shows=lambda s, part=keys: _share(s, part, every))
    return total - 1


def _number(sheet: Sheet, row: int, col: int, keys: tuple[str, ...], formulas: Formulas) -> None:
    formula = f"={formulas.cell(keys[0]) if len(keys) == 1 else formulas.sum(keys)}"
    sheet.put(row, col, formula, "list_number", shows=lambda s: as_number(_sum(s, keys)))


def _sum(s: Showing, keys: Sequence[str]) -> Decimal:
    return sum((s.value(key) for key in keys), Decimal(0))


def _share(s: Showing, part: Sequence[str], every: Sequence[str]) -> int | float:
    whole = _sum(s, every)
    return as_number((_sum(s, part) / whole).quantize(_SHARE, ROUND_HALF_UP)) if whole else 0


def _points(chart: Chart, edition: Edition) -> list[tuple[str, tuple[str, ...]]]:
    """Names and numbers along the first line of a chart; where it says so, numbers under one heading are one."""
    line = chart.lines[0]
    paths = {key: _along(line, edition)[i].zh for i, key in enumerate(line)}
    depth = 0
    while len({path[: depth + 1] for path in paths.values()}) == 1:
        depth += 1
    if not chart.joined:
        return [(short(path[-1]), (key,)) for key, path in paths.items()]
    return [(short(path[-1]), tuple(keys)) for path, keys in groupby(line, lambda key: paths[key][: depth + 1])]


def _along(line: Sequence[str], edition: Edition) -> list[Heading]:
    """The headings that change along a line: its columns, or its rows."""
    spots = [edition.spots[key] for key in line]
    return [spot.row for spot in spots] if len({spot.column.key for spot in spots}) == 1 else [spot.column for spot in spots]


def _line_name(line: Sequence[str], edition: Edition) -> str:
    """What all numbers of a line have in common."""
    spot = edition.spots[line[0]]
    return "：".join((spot.column if _along(line, edition)[0] is spot.row else spot.row).zh[-2:])


def short(name: str) -> str:
    """A heading without what it adds in brackets at its end.

    >>> short("（二）部分公开（区分处理的，只计这一情形）"), short("（一）予以公开")
    ('（二）部分公开', '（一）予以公开')
    """
    return re.sub(r"(?<=.)（[^（）]*）$", "", name)


def _draw(sheet: Sheet, chart: Chart, heading: int, last: int, end: int) -> None:
    """The chart beside the numbers: one series, or one for each column of several lines."""
    first = 3 if chart.shares else 2
    columns = range(first, first + (len(chart.lines[0]) if len(chart.lines) > 1 else 1))
    area = (heading, sheet.print_columns, end, sheet.print_columns)
    series = tuple(((heading, col), col) for col in columns)
    sheet.drawings.append(Drawing(area, chart.title.zh, heading + 1, last, 1, series, chart.shares))


def bodies(edition: Edition, sums: "Sums", names: Sequence[str], numbers: Mapping[str, Sequence[Decimal]]) -> Sheet:
    """The agencies of the charts by body, as lines of no layout: formulas over the detail, the greatest first.

    `names` of the agencies and, by cell key, their `numbers`, in the order of the detail.
    """
    sheet = Sheet(NAME)
    for chart, top in zip(edition.charts, tops(edition, sums.rows), strict=True):
        if chart.bodies:
            _ranked(sheet, top + 2, chart.bodies, sums, names, numbers[chart.bodies])
    return sheet


def _ranked(sheet: Sheet, top: int, key: str, sums: "Sums", names: Sequence[str], values: Sequence[Decimal]) -> None:
    """The lines of a chart by body: its bars, then who has none."""
    ranked = sorted(range(sums.rows), key=lambda i: -values[i])
    own = ranked if bars(sums.rows) == sums.rows else ranked[:MOST_BARS]
    for at, i in enumerate(own, top):
        name, number = sums.of_row(i, key)
        sheet.put(at, 1, f"={name}", "list_text", shows=lambda _, i=i: names[i])
        sheet.put(at, 2, f"={number}", "list_number", shows=lambda _, i=i: as_number(values[i]))
    others = ranked[len(own) :]
    if others:
        at, rest = top + len(own), as_number(sum((values[i] for i in others), Decimal(0)))
        sheet.put(at, 1, printed("charts_others", n=len(others)).zh, "list_text")
        formula = f"=ROUND({sums.detail(key)}-SUM({a1(top, 2)}:{a1(at - 1, 2)}),6)"
        sheet.put(at, 2, formula, "list_number", shows=lambda _: rest)
    _zeros(sheet, top + bars(sums.rows), sums, key, [name for name, value in zip(names, values, strict=True) if not value])


def _zeros(sheet: Sheet, row: int, sums: "Sums", key: str, without: Sequence[str]) -> None:
    """How many agencies have none, by a formula over the detail, and who, where they are few."""
    before, after = printed("charts_zero").zh.split("{n}")
    formula = f'="{before}"&COUNTIF({sums.cells(key)},0)&"{after}"'
    sheet.put(row, 1, formula, "note", shows=lambda _: f"{before}{len(without)}{after}")
    if 0 < len(without) <= MOST_NAMES:
        names = "、".join(without)
        sheet.put(row + 1, 1, names, "note_wrapped", to=(row + 1, 3))
        sheet.heights[row + 1] = max(_ROW, 4 + 12.0 * lines_of(names, _LABEL + 2 * _VALUE))
