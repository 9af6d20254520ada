"""A summary of ours, line by line: what its detail says of each body against that body's return, and what was adjusted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ogi_xlsx.county import prior
from ogi_xlsx.county.hierarchy import followed_by, names_of
from ogi_xlsx.county.parts import Parts, name_of, sound
from ogi_xlsx.county.roster import Entry, level_of
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.record import number_reading, show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import where
from ogi_xlsx.review.verify import Judged


@dataclass(frozen=True)
class Row:
    """A line of the detail: its number from 0, and whose it is."""

    no: int
    code: str
    name: str


def rows(returned: Return) -> list[Row]:
    """The lines of a summary's detail."""
    assert returned.identity and returned.edition
    first = returned.edition.tables[0].id
    names = [[str(returned.fields.get(f"detail.{i}.{first}.{part}") or "") for part in ("code", "name")] for i in range(returned.identity.rows)]
    return [Row(i, code, name) for i, (code, name) in enumerate(names)]


def roster_of(returned: Return) -> list[Entry]:
    """Who must be in, as the summary itself lists it; where that list is gone, the bodies of its detail."""
    entries: list[Entry] = []
    while (line := f"state.{len(entries)}") and f"{line}.code" in returned.fields:
        code, name, level, reason = (str(returned.fields[f"{line}.{part}"] or "") for part in ("code", "name", "level", "reason"))
        entries.append(Entry(len(entries) + 1, Agency(code, name, level_of(level) or ""), not reason.startswith(say("reason_not_counted", why="").zh)))
    return entries or [Entry(row.no + 1, Agency(row.code, row.name, "")) for row in rows(returned)]


def findings(whole: Judged, parts: Parts) -> list[Finding]:
    """H301 to H305."""
    returned = whole.returned
    assert whole.layout
    told, saved, gone = [], [], []
    hashes = _hashes(returned)
    for row in rows(returned):
        part = parts.counted.get(row.code)
        if part is None:
            gone += [row.name] if row.code not in parts.doubled and row.code not in parts.others else []
            continue
        differing = _differing(whole, row, part)
        changed = hashes.get(row.code, part.returned.sha256) != part.returned.sha256
        if differing:
            told.append(_differs(whole.layout, row, differing, changed))
        elif changed:
            saved.append(row.name)
    inside = {row.code for row in rows(returned)}
    new = [name_of(part) for code, part in parts.counted.items() if code not in inside and sound(part)]
    for code, names in (("H302", saved), ("H303", gone), ("H304", new)):
        if names:
            told.append(found(code, n=len(names), names=names_of(names)))
    return told + _adjustments(returned, whole.layout)


def _hashes(returned: Return) -> dict[str, str]:
    """SHA-256 of the file that each body's line was made from, by code."""
    lines = [name.removesuffix(".code") for name in returned.fields if name.startswith("state.") and name.endswith(".code")]
    return {str(returned.fields[f"{line}.code"]): str(hash_) for line in lines if (hash_ := returned.fields[f"{line}.sha256"])}


def _differing(whole: Judged, row: Row, part: Judged) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Numbers of a line that are not those of the return, without totals that follow from others, by key."""
    assert whole.layout
    numbers = prior.detail(whole.returned, row.no)
    keys = [key for key, number in numbers.items() if number != part.values.get(key)]
    kept = followed_by(keys, whole.layout.edition, whole.layout.variant.level)
    return {key: (numbers[key], part.values.get(key)) for key in kept}


def _differs(layout: Layout, row: Row, differing: Mapping[str, tuple[Decimal, Decimal | None]], changed: bool) -> Finding:
    places = [_place(layout, row, key, *numbers) for key, numbers in differing.items()]
    at = f"detail.{row.no}.{next(iter(differing))}"
    cause = say("detail_file_changed" if changed else "detail_file_same")
    where_ = {"sheet": layout.sheet_of(at), "cell": layout.address(at)}
    told = found("H301", **where_, cells=tuple(differing), name=plain(row.name), n=len(places), places=listed(places), cause=cause)
    (detail, now), *more = differing.values()
    if more or now is None:
        return told
    return replace(told, left=show(detail), right=show(now), difference=show(detail - now))


def _place(layout: Layout, row: Row, key: str, detail: Decimal, now: Decimal | None) -> Sentence:
    at = f"detail.{row.no}.{key}"
    named = say("cell_at", sheet=layout.sheet_of(at), cell=layout.address(at), label=layout.edition.spots[key].label)
    held, difference = (say("blank"), "—") if now is None else (show(now), show(abs(detail - now)))
    return say("detail_at", where=named, detail=show(detail), part=held, difference=difference)


def _adjustments(returned: Return, layout: Layout) -> list[Finding]:
    """H305: what is declared beside the parts."""
    found_: dict[str, Decimal] = {}
    for key in layout.checks.typed_keys:
        value = returned.fields.get(f"adjust.amount.{key}")
        if isinstance(value, int | float) and not isinstance(value, bool) and (number := number_reading(value, "signed_money").value):
            found_[key] = number
    if not found_:
        return []
    first = f"adjust.amount.{next(iter(found_))}"
    places = listed([_adjusted(returned, layout, key, number) for key, number in found_.items()])
    return [found("H305", sheet=layout.sheet_of(first), cell=layout.address(first), cells=tuple(found_), n=len(found_), places=places)]


def _adjusted(returned: Return, layout: Layout, key: str, number: Decimal) -> Sentence:
    reason = plain(returned.fields.get(f"adjust.reason.{key}") or "", 60).strip()
    amount = ("+" if number > 0 else "") + show(number)
    return say("adjusted_at", where=where(key, layout), amount=amount, reason=reason or say("adjusted_no_reason"))
