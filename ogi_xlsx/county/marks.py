"""What shows in a correction copy where something is wrong: a note at each cell of a finding, and a mark while nothing was changed there.

A mark is a conditional style that goes once a cell of its finding holds something else: whether that is right, the sheet's own signs tell.
Of a return's texts only the length stands in a condition, so that none can become a formula.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Content, Layout, a1, place_of
from ogi_xlsx.form.layout.cells import Mark
from ogi_xlsx.form.layout.formulas import number, rectangles
from ogi_xlsx.form.layout.phrases import YES
from ogi_xlsx.form.layout.showing import number_in
from ogi_xlsx.form.words import plain, printed, section
from ogi_xlsx.returns import notes
from ogi_xlsx.returns.cells import NOT_FILLED

Place = tuple[str, int, int]  # sheet, row, column
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


def noted(findings: Mapping[int, Finding], layout: Layout) -> dict[Place, str]:
    """The note of each cell, by place; findings that share a cell share its note. `findings` by their number on 问题清单."""
    lines: dict[Place, list[str]] = {}
    for n, finding in findings.items():
        text = printed("note_line", n=n, text=plain(finding.message.zh, _limits()["characters"])).zh
        for place in _shown_at(finding, layout):
            lines.setdefault(place, []).append(text)
    most = _limits()["lines"]
    return {place: notes.signed("\n".join(texts[:most])) for place, texts in lines.items()}


def marked(findings: Mapping[int, Finding], layout: Layout, contents: Mapping[Place, Content]) -> dict[str, list[Mark]]:
    """The marks of each sheet; where findings overlap, the first one shows. `contents` are those of the typed cells."""
    marks: dict[str, list[Mark]] = {}
    for finding in findings.values():
        for sheet, places in _by_sheet(_shown_at(finding, layout) if finding.code != NOT_FILLED else _places(finding, layout)).items():
            if finding.code == NOT_FILLED:
                marks.setdefault(sheet, []).extend(_blank(finding, area, layout) for area in _areas(places))
                continue
            typed = [place for place in _places(finding, layout) if place[0] == sheet and place in contents]
            if typed:
                area = " ".join(map(_range, _areas(places)))
                marks.setdefault(sheet, []).append(Mark(area, _unchanged(typed, contents), f"problem_{finding.severity}"))
    return marks


def own_place(finding: Finding, layout: Layout) -> Place | None:
    """The cell that a finding names, where it is one of the form."""
    col, row = place_of(finding.cell)
    sheet = layout.sheets.get(finding.sheet)
    return (finding.sheet, row, col) if sheet and (row, col) in sheet.cells else None


def _places(finding: Finding, layout: Layout) -> list[Place]:
    """All cells of a finding, its own first."""
    own = own_place(finding, layout)
    others = [place for key in finding.cells if (place := layout.where.get(key) or layout.fields.get(key))]
    return list(dict.fromkeys([*([own] if own else []), *others]))


def _shown_at(finding: Finding, layout: Layout) -> list[Place]:
    """The cells at which a finding shows: all, or its own alone where they would be half a table."""
    places = _places(finding, layout)
    return places if len(places) <= _limits()["cells"] else places[:1]


def _blank(finding: Finding, area: Area, layout: Layout) -> Mark:
    """The mark of cells that are not filled, each while it is blank and its table is not declared to be 0."""
    table = layout.edition.spots[finding.cells[0]].table.id
    zero = a1(*layout.fields[f"zero.{table}"][1:], absolute=True)
    return Mark(_range(area), f'=AND(ISBLANK({a1(*area[:2])}),{zero}<>"{YES}")', "problem_blank")


def _unchanged(typed: Sequence[Place], contents: Mapping[Place, Content]) -> str:
    """Condition that typed cells of one sheet hold what was returned, as far as a formula tells: how many, their sum, the length of a text."""
    held = [contents[place] for place in typed]
    cells = ",".join(_range(area, absolute=True) for area in _areas(typed))
    if isinstance(held[0], bool) and len(held) == 1:
        return f"=ISLOGICAL({cells})"
    numbers = [exact for content in held if (exact := number_in(content)) is not None]
    total = sum(numbers, Decimal(0))
    near = number(max(Decimal("0.0000001"), abs(total) / 10**12))  # what a double keeps of it
    conditions = [f"COUNTA({cells})={sum(content is not None for content in held)}", f"COUNT({cells})={len(numbers)}"]
    conditions.append(f"ABS(SUM({cells})-({number(total)}))<={near}")
    if isinstance(held[0], str) and len(held) == 1:
        conditions.append(f"LEN({cells})={len(held[0])}")
    return f"=AND({','.join(conditions)})"


def _by_sheet(places: Sequence[Place]) -> dict[str, list[Place]]:
    sheets: dict[str, list[Place]] = {}
    for place in places:
        sheets.setdefault(place[0], []).append(place)
    return sheets


def _areas(places: Sequence[Place]) -> list[Area]:
    """Cells of one sheet as few rectangles."""
    return rectangles([(row, col, row, col) for _, row, col in places])


def _range(area: Area, absolute: bool = False) -> str:
    first, last = a1(area[0], area[1], absolute), a1(area[2], area[3], absolute)
    return first if first == last else f"{first}:{last}"


def _limits() -> Mapping[str, int]:
    return section("workbook.toml", "problem")
