"""What is said of an import: as lines for people, and as data for scripts, every cell with the place where it is printed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ogi_xlsx import __version__
from ogi_xlsx.form.edition import Table
from ogi_xlsx.form.harmless import as_json
from ogi_xlsx.form.layout import Layout, layout_of
from ogi_xlsx.form.words import Sentence, level_names, listed, plain, say
from ogi_xlsx.published.forms import Place
from ogi_xlsx.published.found import Printed
from ogi_xlsx.published.importing import Import, identity_of
from ogi_xlsx.returns import imported
from ogi_xlsx.returns.record import show

SCHEMA = "ogi-xlsx/import/1"
NUMBER, BLANK, TEXT, NOT_FOUND = "number", "blank", "text", "not_found"  # what a cell holds


def state(content: object) -> str:
    """What the content of a cell is."""
    if content is None:
        return BLANK
    if isinstance(content, str):
        return NOT_FOUND if content == imported.not_found() else TEXT
    return NUMBER


def text(one: Import, workbook: Path, lang: str) -> str:
    """What was read from a report, what not, and what with doubt, for people."""
    layout = layout_of(one.edition, identity_of(one).variant)
    agency = one.agency
    head = {"file": plain(one.source, 100), "workbook": plain(workbook, 200), "name": agency.name, "year": one.year}
    lines = [say("imported", **head, level=level_names()[agency.level], edition=one.edition.id)[lang]]
    lines += [f"  {say('imported_doubt', why=doubt)[lang]}" for doubt in one.doubts]
    lines += [f"  {told[lang]}" for table in one.edition.tables for told in _of_table(one, table, layout)]
    for why, places in _grouped((left.why, say("imported_left_at", shown=plain(left.text, 30), place=left.place.told)) for left in one.tables.left).items():
        lines.append(f"  {say('imported_left', why=why, places=listed(places))[lang]}")
    words = {number: len(part) for number, part in one.prose.sections.items() if part}
    told = Sentence("、".join(f"{no}（{n}字）" for no, n in words.items()), ", ".join(f"{no} ({n} characters)" for no, n in words.items()))
    lines.append(f"  {say('imported_text' if words else 'imported_no_text', sections=told)[lang]}")
    return "\n".join(lines)


def _of_table(one: Import, table: Table, layout: Layout) -> list[Sentence]:
    """The lines about one table: how many cells hold what, then each kind that is to be looked at, with places in the report."""
    contents, found = one.contents, one.tables.printed
    keys = [key for key in one.edition.spots if key.startswith(f"{table.id}.")]
    by_state = {name: [key for key in keys if state(contents[key]) == name] for name in (NUMBER, BLANK, TEXT, NOT_FOUND)}
    doubted = [key for key in keys if key in found and found[key].doubts]
    told = [_counted(table, {name: len(held) for name, held in by_state.items()}, len(doubted))]
    if table in one.pictures:
        told.append(say("imported_picture", table=table.sheet))
    elif by_state[NOT_FOUND]:
        rows = list(dict.fromkeys(one.edition.spots[key].row.label for key in by_state[NOT_FOUND]))
        told.append(say("imported_not_found", table=table.sheet, n=len(by_state[NOT_FOUND]), rows=listed(rows)))
        told += [say("imported_unruled", table=table.sheet)] if table in one.unruled else []
    if by_state[TEXT]:
        shown = [say("imported_shown", cell=layout.address(key), shown=plain(found[key].text, 30), place=found[key].place.told) for key in by_state[TEXT]]
        told.append(say("imported_as_printed", table=table.sheet, n=len(shown), places=listed(shown)))
    reasons = _grouped((_why(found[key]), key) for key in doubted)
    for why, held in reasons.items():
        shown = [_shown(found[key], layout.address(key)) for key in held]
        told.append(say("imported_unsure", table=table.sheet, n=len(held), why=why, places=listed(shown)))
    return told


def _counted(table: Table, counts: Mapping[str, int], unsure: int) -> Sentence:
    """How many cells of a table hold what: what there is none of is not named."""
    every = sum(counts.values())
    if counts[NUMBER] == every and not unsure:
        return say("imported_whole", table=table.sheet, all=every)
    named = {"imported_number": NUMBER, "imported_blank": BLANK, "imported_text_cells": TEXT, "imported_none": NOT_FOUND}
    parts = [*((key, counts[name]) for key, name in named.items()), ("imported_doubtful", unsure)]
    told = [say(key, n=n) for key, n in parts if n]
    return say("imported_table", table=table.sheet, all=every, counts=Sentence("，".join(one.zh for one in told), ", ".join(one.en for one in told)))


def _why(one: Printed) -> Sentence:
    """Why one cannot be sure of a cell, in the same words for all cells that are printed twice, whatever is printed."""
    return _joined([*one.doubts[:-1], say("doubt_twice_told")] if one.again else one.doubts)


def _shown(one: Printed, address: str) -> Sentence:
    """What is printed for a cell, and where."""
    told = {"cell": address, "shown": plain(one.text, 30), "place": one.place.told}
    return say("imported_twice", other=one.again, **told) if one.again else say("imported_shown", **told)


def _joined(doubts: Sequence[Sentence]) -> Sentence:
    return Sentence("；".join(doubt.zh for doubt in doubts), "; ".join(doubt.en for doubt in doubts))


def _grouped(pairs: Iterable[tuple[Sentence, Any]]) -> Mapping[Sentence, list[Any]]:
    groups: dict[Sentence, list[Any]] = defaultdict(list)
    for why, one in pairs:
        groups[why].append(one)
    return groups


def data(done: Sequence[tuple[Import, Path]], refused: Mapping[Path, Sequence[Sentence]]) -> str:
    """What was read from reports as JSON (schema ogi-xlsx/import/1): every cell of the form, every number left over, and why a file was not read."""
    content = {
        "schema": SCHEMA,
        "tool": f"ogi-xlsx {__version__}",
        "imports": [_import(one, workbook) for one, workbook in done],
        "refused": [{"path": str(path), "reasons": [_both(problem) for problem in problems]} for path, problems in refused.items()],
    }
    return as_json(content)


def _import(one: Import, workbook: Path) -> dict[str, Any]:
    cells = [_cell(key, content, one.tables.printed.get(key)) for key, content in one.contents.items()]
    return {
        "source": one.source,
        "kind": one.kind,
        "workbook": str(workbook),
        "agency": {"code": one.agency.code, "name": one.agency.name, "level": one.agency.level},
        "year": one.year,
        "edition": one.edition.id,
        "title": one.title,
        "doubts": [_both(doubt) for doubt in one.doubts],
        "pictures": [table.id for table in one.pictures],
        "unruled": [table.id for table in one.unruled],
        "cells": cells,
        "left": [{"printed": left.text, "place": _place(left.place), "why": _both(left.why)} for left in one.tables.left],
        "sections": dict(one.prose.sections),
        "counts": {name: sum(1 for cell in cells if cell["state"] == name) for name in (NUMBER, BLANK, TEXT, NOT_FOUND)}
        | {"unsure": sum(1 for cell in cells if not cell["sure"] and cell["printed"] is not None)},
    }


def _cell(key: str, content: object, found: Printed | None) -> dict[str, Any]:
    number = show(Decimal(repr(content))) if isinstance(content, int | float) else None
    doubts = [_both(doubt) for doubt in found.doubts] if found else []
    place = _place(found.place) if found else None
    sure = found is not None and not doubts
    return {"key": key, "state": state(content), "printed": found.text if found else None, "value": number, "sure": sure, "doubts": doubts, "place": place}


def _place(place: Place) -> dict[str, Any]:
    return {"page": place.page or None, "sheet": place.sheet or None, "table": place.table, "row": place.row, "column": place.col}


def _both(sentence: Sentence) -> dict[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}
