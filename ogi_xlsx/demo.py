"""The whole story on sample data: issue, fill in, verify, add up. Plays the clerks by writing filled workbooks."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ogi_xlsx.county import consolidate, folders, issue, roster, summary
from ogi_xlsx.county.issue import Plan
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Content, layout_of, revision_of
from ogi_xlsx.form.layout.filled import showing
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.words import Refusal, Sentence, example_folder, say
from ogi_xlsx.render import text
from ogi_xlsx.returns.identity import Identity, sealed
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.review.verify import verify

YEAR = 2021
SAMPLE = "jinjiang"


def tell(folder: Path, force: bool = False) -> Iterator[str]:
    """Run the story in a folder, and tell each step. Raises Refusal where the folder is not empty (without `force`)."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise Refusal(say("out_not_empty", out=str(folder)))
    sample = example_folder() / SAMPLE
    entries = roster.load(sample / "roster.csv")
    edition = editions.for_year(YEAR)
    out, back, result = folder / "下发", folder / "收回", folder / "汇总" / "汇总表.xlsx"
    issued = issue.issue(entries, Plan(edition, YEAR), out, force=force)
    yield _step(1, say("demo_issued", n=len(issued), folder=out))
    returned = [_fill(entry, values, back, force) for entry in entries if (values := _figures(sample / "figures.csv").get(entry.agency.code))]
    yield _step(2, say("demo_filled", n=len(returned), folder=back))
    notes: list[Sentence] = []
    judged = verify(folders.read(folders.files([back], notes), notes))
    yield _step(3, say("demo_verified", folder=back))
    yield text.verify(judged, "zh")
    summed = consolidate.consolidate(judged, entries, None, {})
    summary.write(result, summed, datetime.now(), force=force)
    yield _step(4, say("demo_summed"))
    yield text.consolidation(summed, "zh")
    again = verify(folders.read([result], notes))
    yield _step(5, say("demo_again", state=say(f"state_{again[0].state}"), file=result))


def _step(number: int, sentence: Sentence) -> str:
    return f"\n[{number}/5] {sentence.zh}\n      {sentence.en}"


def _figures(path: Path) -> dict[str, list[dict[str, str]]]:
    """Lines of the sample figures by agency code."""
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["agency"], []).append(line)
    return found


def _fill(entry: roster.Entry, lines: list[dict[str, str]], folder: Path, force: bool) -> Path:
    """Write a filled workbook as a clerk would send it back."""
    edition = editions.load(lines[0]["edition"])
    identity = Identity(entry.agency, YEAR, edition.id, revision_of(edition), issue="demo")
    layout = layout_of(edition, identity.variant)
    typed = {line["key"]: _typed(line["value"]) for line in lines}
    people = {"cover.filler": "张三", "cover.phone": "0595-0000000", "cover.checker": "李四", "cover.head": "王五", "cover.date": f"{YEAR + 1}-01-12"}
    places = {**layout.where, **layout.fields}
    content: dict[tuple[str, int, int], Content] = {places[key]: value for key, value in {**typed, **people}.items()}
    path = folder / issue.file_name(entry, YEAR, 2)
    shown = layout.shown(showing(layout, content, identity.prior))
    workbook.write(path, layout, sealed(identity, layout), workbook.new_password(), shown=shown, typed=content, force=force)
    return path


def _typed(text_: str) -> Content:
    """What the clerk types: a number where the sample has one, else the text."""
    try:
        return as_number(Decimal(text_)) if text_.isascii() else text_
    except InvalidOperation:
        return text_
