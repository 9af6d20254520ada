"""What a body published held against what it filed, cell by cell. Nothing is decided: where they differ, the body says which of the two is right."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ogi_xlsx.county.body_names import alike
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, few, listed, plain, say
from ogi_xlsx.published import figures, headline, importing, tables
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.found import Printed
from ogi_xlsx.published.headline import Headline
from ogi_xlsx.returns.record import BLANK, show
from ogi_xlsx.review.verify import Judged

EACH = 12  # differences that are told one by one: more have one cause, such as the page of another year
SAME, DIFFERS, UNSURE, OTHERWISE, ABSENT = "same", "P201", "P203", "P204", "P202"  # what becomes of a cell; all but the first are codes


@dataclass(frozen=True)
class _Held:
    """A cell of a return beside what the page prints for it."""

    key: str
    filed: str
    printed: Printed | None
    outcome: str
    difference: Decimal | None = None


def findings(judged: Judged, document: Document) -> list[Finding]:
    """What is to be said of a published report beside the return whose numbers it should print: P201 to P207."""
    layout = judged.layout
    assert layout
    head = headline.read(document, importing.text_in(document))
    page = tables.find(document, layout.edition.base or layout.edition, head.year, head.body)
    held = [_held(key, judged, page.printed.get(key)) for key in layout.edition.spots]
    told = [*_headline(judged, document, head), *_differences([one for one in held if one.outcome == DIFFERS], layout)]
    for code in (ABSENT, UNSURE, OTHERWISE):
        told += _by_table(code, [one for one in held if one.outcome == code], layout)
    if page.left:
        places = [say("imported_left_at", shown=plain(left.text, 30), place=left.place.told) for left in page.left]
        told.append(found("P207", file=document.source, n=len(places), places=listed(places)))
    same = sum(1 for one in held if one.outcome == SAME)
    told.append(found("P206", sheet="封面", file=document.source, same=same, all=len(held)))
    return told


def _held(key: str, judged: Judged, printed: Printed | None) -> _Held:
    """What becomes of a cell: the same number, the same text or both blank is the same; blank or a sign where 0 was filed is printed otherwise."""
    number, reading = judged.values.get(key), judged.returned.readings.get(key, BLANK)
    filed = show(number) if number is not None else reading.shown
    if printed is None:
        return _Held(key, filed, None, ABSENT)
    content = figures.content(printed.text)
    if isinstance(content, int | float):
        there = Decimal(repr(content))
        if number is not None and there == number:
            return _Held(key, filed, printed, SAME)
        difference = number - there if number is not None else None
        return _Held(key, filed, printed, UNSURE if printed.doubts else DIFFERS, difference)
    if number is None and (content or "") == filed:
        return _Held(key, filed, printed, SAME)
    nothing = content is None or not any(map(str.isdecimal, content))
    return _Held(key, filed, printed, DIFFERS if nothing and number else OTHERWISE)


def _headline(judged: Judged, document: Document, head: Headline) -> list[Finding]:
    """P205: the page names another year or another body."""
    identity = judged.returned.identity
    assert identity
    wrong = []
    if head.year and head.year != identity.year:
        wrong.append(say("compared_year", told=head.year, year=identity.year))
    if head.body and not alike(head.body, identity.agency.name):
        wrong.append(say("compared_body", told=plain(head.body, 60), name=plain(identity.agency.name)))
    return [found("P205", sheet="封面", file=document.source, what=listed(wrong))] if wrong else []


def _differences(held: Sequence[_Held], layout: Layout) -> list[Finding]:
    """P201 for each cell, or where there are many for each table."""
    if len(held) > EACH:
        return _by_table(DIFFERS, held, layout)
    told = []
    for one in held:
        assert one.printed
        sheet, cell = layout.sheet_of(one.key), layout.address(one.key)
        place = say("cell_at", sheet=sheet, cell=cell, label=layout.edition.spots[one.key].label)
        what = say("compared_cell", where=place, **_numbers(one))
        finding = found(DIFFERS, sheet=sheet, cell=cell, cells=(one.key,), what=what)
        difference = show(one.difference) if one.difference is not None else None
        told.append(replace(finding, left=one.filed or None, right=one.printed.text.strip() or None, difference=difference))
    return told


def _numbers(one: _Held) -> Mapping[str, object]:
    """What was filed and what is printed, with its place."""
    shown = plain(one.printed.text.strip(), 40) if one.printed else ""
    place = one.printed.place.told if one.printed else Sentence("", "")
    return {"filed": one.filed or say("blank"), "shown": shown or say("blank"), "place": place}


def _by_table(code: str, held: Sequence[_Held], layout: Layout) -> list[Finding]:
    """A finding of a code for each table with such cells; the first few are named."""
    groups: dict[str, list[_Held]] = defaultdict(list)
    for one in held:
        groups[layout.sheet_of(one.key)].append(one)
    told = []
    for sheet, several in groups.items():
        keys = tuple(one.key for one in several)
        if code == ABSENT:
            names = few([layout.address(key) for key in keys], 8)
            what = say("compared_absent", table=sheet, n=len(keys), places=Sentence(names, names.replace("、", ", ")))
        else:
            places = [say("compared_at", cell=layout.address(one.key), **_numbers(one)) for one in several]
            what = say("compared_several", table=sheet, n=len(keys), places=listed(places))
        told.append(found(code, sheet=sheet, cell=layout.address(keys[0]), cells=keys, what=what))
    return told
