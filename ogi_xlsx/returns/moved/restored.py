"""The picture of a sheet whose rows or columns were moved, as if each stood where it was issued."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ogi_xlsx.form import layout as form
from ogi_xlsx.form.layout import Sheet
from ogi_xlsx.form.layout.cells import Area, Place
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.moved.alignment import Axis
from ogi_xlsx.returns.opening.page import Cell, Page


def restored(page: Page, sheet: Sheet, rows: Axis, columns: Axis) -> Page:
    """A sheet as if moved back. What stood in new rows and columns is kept in `between`; nothing more is to be said of cells that are gone."""
    places = {place: (rows.issued(place[0]), columns.issued(place[1])) for place in (*page.cells, *page.unlocked, *page.comments)}
    kept = {place: back for place, back in places.items() if all(back)}
    gone = frozenset(place for place in _places(sheet, rows, columns) if not (rows.now(place[0]) and columns.now(place[1])))
    back = replace(
        page,
        cells={kept[place]: cell for place, cell in page.cells.items() if place in kept},
        unlocked={kept[place] for place in page.unlocked if place in kept} | gone,
        merges=set(),
        hidden_rows={line for row in page.hidden_rows if (line := rows.issued(row))},
        hidden_columns=[lines for first, last in page.hidden_columns if (lines := columns.span_issued(first, last))],
        validated=[*page.validated, *(area for one in page.validated if (area := _issued(one, rows, columns))), *((*place, *place) for place in gone)],
        links=[(area, rel) for one, rel in page.links if (area := _issued(one, rows, columns))],
        comments={kept[place]: text for place, text in page.comments.items() if place in kept},
        between=Page(
            page.title,
            cells={place: cell for place, cell in page.cells.items() if place not in kept},
            links=[(one, rel) for one, rel in page.links if not _issued(one, rows, columns)],
            comments={place: text for place, text in page.comments.items() if place not in kept},
        ),
        gone=gone,
        as_issued=False,
    )
    _merge(page, back, sheet, rows, columns)
    return back


def _places(sheet: Sheet, rows: Axis, columns: Axis) -> Iterator[Place]:
    """Cells of a form; those of its data where some of them are gone."""
    yield from sheet.cells
    if sheet.data and (rows.gone or columns.gone):
        first, left, last, right = sheet.data.area
        yield from product(range(first, last + 1), range(left, right + 1))


def _issued(area: Area, rows: Axis, columns: Axis) -> Area | None:
    down, right = rows.span_issued(area[0], area[2]), columns.span_issued(area[1], area[3])
    return (down[0], right[0], down[1], right[1]) if down and right else None


def _now(area: Area, rows: Axis, columns: Axis) -> Area | None:
    down, right = rows.span_now(area[0], area[2]), columns.span_now(area[1], area[3])
    return (down[0], right[0], down[1], right[1]) if down and right else None


def _is(held: Cell, label: form.Cell) -> bool:
    return isinstance(held.value, str) and isinstance(label.content, str) and fold(held.value) == fold(label.content)


def _merge(page: Page, back: Page, sheet: Sheet, rows: Axis, columns: Axis) -> None:
    """The merges as issued where they followed, where a script left them behind, or where too little is left to merge.

    Where the first row or column of one is gone, its label may stand in the first that is left.
    """
    others = set(page.merges)
    for area in sheet.merges:
        there = _now(area, rows, columns)
        if there is None or there in page.merges or area in page.merges or there[:2] == there[2:]:
            back.merges.add(area)
            others -= {area, there or area}
        first = (rows.issued(there[0]), columns.issued(there[1])) if there else area[:2]
        if first not in sheet.cells and first in back.cells and _is(back.cells[first], sheet.cells[area[:2]]):
            del back.cells[first]
    back.merges |= {back_there for one in others if (back_there := _issued(one, rows, columns))}
