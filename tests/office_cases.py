"""The workbooks that LibreOffice and verify judge: published figures, sound random ones, and every kind of damage.

Booleans are left out of what is typed: LibreOffice counts them as numbers in ranges, Excel does not, and verify calls
them errors. So are formulas, dates and percentages: no function of the safe set tells their cells from those of numbers.
"""

import json
import random
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from office import Content, fill, issue, layout

from ogi_xlsx.cli import main
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.returns import reader

DATA = Path(__file__).with_name("data")
RULES = "rules"  # an edition that only these tests know
_TOTALS = {"computed": False, "typed": True}
SUMMARIES = ("summary: 2019", "summary: 2021")
ADJUSTED = tuple(f"{name}, adjusted" for name in SUMMARIES)
FORMS = {
    f"new: {edition} {level}, totals {totals}": (edition, level, typed_totals)
    for edition in ("2019", "2021")
    for level in ("township", "city")
    for totals, typed_totals in _TOTALS.items()
}
_ODD = (None, None, "12", "无", 1.5, -2, "#DIV/0!")


@dataclass(frozen=True)
class Case:
    """A workbook as somebody fills it in: the form, and what is typed where."""

    name: str
    form: Layout
    typed: Mapping[str, Content]


@cache
def with_rules() -> Edition:
    """The edition of 2021 with the rules of `data/rules.toml` beside its own."""
    text = editions.available()["2021"].read_text(encoding="utf-8").replace('id = "2021"', f'id = "{RULES}"', 1)
    with tempfile.TemporaryDirectory(prefix="ogi-rules-") as folder:
        path = Path(folder, f"ogi-{RULES}.toml")
        path.write_text(text + (DATA / "rules.toml").read_text(encoding="utf-8"), encoding="utf-8")
        return editions.load(path)


def load(edition: str) -> Edition:
    """An edition by its id, that of `with_rules` included."""
    return with_rules() if edition == RULES else editions.load(edition)


@contextmanager
def rules_known() -> Iterator[None]:
    """While it lasts, the reader knows the edition of `with_rules`."""
    found, loaded = editions.available, editions.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions, "available", lambda: {**found(), RULES: DATA / "rules.toml"})
        patch.setattr(editions, "load", lambda name: with_rules() if name == RULES else loaded(name))
        yield


@cache
def cases() -> dict[str, Case]:
    """The workbooks of `data/office.toml`, and some with random damage, by name."""
    found: list[Case] = []
    for entry in tomllib.loads((DATA / "office.toml").read_text(encoding="utf-8"))["case"]:
        for title, form, figures in _bases(entry):
            kept = {k: v for k, v in figures.items() if not any(fnmatchcase(k, pattern) for pattern in entry.get("clear", ()))}
            found.append(_case(f"{entry['name']}: {title}", form, {**kept, **entry.get("type", {})}))
    found += [_remembered(edition, totals, number) for edition in ("2019", "2021") for totals in _TOTALS for number in range(4)]
    found += [_damaged(edition, totals, number) for edition in ("2019", "2021") for totals in _TOTALS for number in range(3)]
    return {case.name: case for case in found}


def _bases(entry: dict[str, Any]) -> Iterator[tuple[str, Layout, Mapping[str, Content]]]:
    """Title, form and figures of each workbook of an entry."""
    for totals in entry.get("totals", _TOTALS):
        for slug in entry["figures"] if isinstance(entry["figures"], list) else ():
            report = json.loads((DATA / "published" / f"{slug}.json").read_text(encoding="utf-8"))
            form = layout(load(report["edition"]), entry.get("level", report["level"]), _TOTALS[totals])
            yield f"{slug}, totals {totals}", form, report["values"]
        for edition in entry.get("editions", ()):
            for level in entry.get("levels", ["county"]):
                figures = sound(load(edition), level, random.Random(f"{entry['name']} {edition} {level}")) if entry["figures"] == "sound" else {}
                yield f"{edition} {level}, totals {totals}", layout(load(edition), level, _TOTALS[totals]), figures


def _case(name: str, form: Layout, typed: Mapping[str, Content]) -> Case:
    """A case; totals that the form computes, and places that it has not, are left out."""
    there = {*form.checks.typed_keys, *form.fields} - set(form.carried)
    return Case(name, form, {key: content for key, content in typed.items() if key in there})


def _remembered(edition: str, totals: str, number: int) -> Case:
    """Figures in a form that knows last year's: nothing corrected, corrected with a reason, without one, and without the answer 是."""
    rng = random.Random(f"last year {edition} {totals} {number}")
    form = layout(load(edition), "county", _TOTALS[totals], prior=True)
    typed = dict(_case("", form, sound(load(edition), "county", rng)).typed)
    typed |= {key: rng.randrange(8) for key in typed if key in form.where and rng.random() < 0.6 and not key.startswith("t2.regulations")}
    typed |= {"cover.lapsed": rng.choice([None, 0, 2]), "cover.fee_amount": rng.choice([None, 20, 3.5, "20元"])}
    right: dict[str, Content] = {f"carry.{key}": rng.randrange(9) for key in rng.sample(list(form.carried), 3)}
    told: list[dict[str, Content]] = [
        {},
        {**right, "carry.answer": "是", "carry.reason": "上年漏计三件申请"},
        {**right, "carry.answer": "是", "carry.reason": "无"},
        right,
    ]
    return _case(f"last year known {number}: {edition}, totals {totals}", form, {**typed, **told[number]})


def _damaged(edition: str, totals: str, number: int) -> Case:
    """Sound figures of which some are changed and, but for number 0, some blanked or spoiled."""
    rng = random.Random(f"{edition} {totals} {number}")
    form = layout(load(edition), "county", _TOTALS[totals])
    typed = dict(_case("", form, sound(load(edition), "county", rng)).typed)
    for key in rng.sample(sorted(typed), 6):
        typed[key] = abs(int(typed[key] or 0) + rng.choice([-3, -1, 1, 10]))
    typed |= {key: rng.choice(_ODD) for key in rng.sample(sorted(typed), number * 3)}
    declared: dict[str, Content] = {f"zero.{table}": "是" for table in form.checks.typed if rng.random() < 0.5}
    return _case(f"damage {number}: {edition}, totals {totals}", form, {**typed, **declared})


def sound(edition: Edition, level: str, rng: random.Random) -> dict[str, Content]:
    """Random figures, totals included, that pass every check of an edition."""
    numbers: dict[str, int | float] = {}
    for key, spot in edition.spots.items():
        row, col = spot.row.key, spot.column.key
        most = 10_000 if col in ("in_force", "public_total", "items_last_year") else rng.choice([0, 1, 20, 4000])
        if row == "regulations" and level not in ("city", "province"):
            most = 0
        numbers[key] = rng.randrange(most // 2, most + 1) if spot.column.type == "count" else rng.randrange(-most, most + 1)
        if spot.column.type == "money":
            numbers[key] = round(rng.random() * most, rng.randrange(7))
    block = next(table for table in edition.tables if table.id == "t3").blocks[0]
    rows = [row.key for row in block.rows if row.key not in ("new_received", "carried_in", "handled_total")]
    for col in [column.key for column in block.columns if column.key != "total"]:
        out = sum(int(numbers[f"t3.{row}.{col}"]) for row in rows)
        numbers[f"t3.carried_in.{col}"] = rng.randrange(out + 1)
        numbers[f"t3.new_received.{col}"] = out - int(numbers[f"t3.carried_in.{col}"])
    exact = {key: Decimal(str(number)) for key, number in numbers.items()}
    whole = layout(edition, level, False).checks.complete(exact)
    return {key: as_number(number) for key, number in whole.items() if number is not None}


def form_of(name: str) -> Layout:
    """The layout of one of FORMS."""
    edition, level, typed_totals = FORMS[name]
    return layout(load(edition), level, typed_totals)


def paths(folder: Path) -> dict[str, Path]:
    """Where `write` puts each workbook: cases, summaries, and empty forms."""
    return {name: folder / f"{number}.xlsx" for number, name in enumerate((*cases(), *SUMMARIES, *ADJUSTED, *FORMS))}


def write(folder: Path) -> None:
    """Write every workbook: cases filled in, summaries with and without adjustments, empty forms with wrong cached values."""
    folder.mkdir()
    files = paths(folder)
    for number, form in enumerate({case.form: None for case in cases().values()}):
        issued = issue(folder / f"issued-{number}.xlsx", form)
        fill(issued, form, {files[case.name]: case.typed for case in cases().values() if case.form is form})
    for plain, adjusted in zip(SUMMARIES, ADJUSTED, strict=True):
        _summarize(plain.removeprefix("summary: "), files[plain])
        _adjust(files[plain], files[adjusted])
    for name in FORMS:
        issue(files[name], form_of(name), shown=dict.fromkeys(form_of(name).shown_empty, "not computed"))


def _summarize(edition: str, path: Path) -> None:
    """Add three returns up beside last year's decisions; the third has a warning where its edition knows one, a fourth body has sent nothing."""
    form = layout(load(edition), "city", False)
    returns = [path.with_name(f"{path.stem}-{number}.xlsx") for number in range(3)]
    for number, part in enumerate(returns):
        typed = dict(_case("", form, sound(form.edition, "city", random.Random(number))).typed)
        typed |= {"t2.regulations.issued_this_year": 90_000, "t2.regulations.in_force": 0} if number == 2 and edition == "2021" else {}
        fill(issue(part, form, f"32000000{number}"), form, {part: typed})
    roster = path.with_suffix(".csv")
    roster.write_text("code,name,level\n" + "".join(f"32000000{n},测试单位{n},{'county' if n == 1 else 'city'}\n" for n in range(4)), encoding="utf-8")
    whose = ["--roster", str(roster), "--agency", "320000,测试省,province", "--out", str(path)]
    key, year = "t2.penalties.decisions", (form.edition.last_year or 2025) - 1
    last = path.with_name(f"{path.stem}-last.csv")
    last.write_text("agency,year,edition,key,value\n" + "".join(f"32000000{n},{year},{edition},{key},{n}\n" for n in range(3)), encoding="utf-8")
    done = CliRunner().invoke(main, ["consolidate", *map(str, returns), *whose, "--prior", str(last)])
    assert done.exit_code == 1, done.output  # for the body that is missing


def _adjust(summary: Path, path: Path) -> None:
    """A summary with adjustments, two of which break a balance."""
    form = reader.read(summary).layout
    assert form
    changes = {"t3.new_received.business": 5, "t3.granted.business": 4, "t4.review.upheld": -1, "t2.penalties.decisions": 2}
    reasons = {f"adjust.reason.{key}": "县级直接受理" for key in changes}
    fill(summary, form, {path: {**reasons, **{f"adjust.amount.{key}": amount for key, amount in changes.items()}}})
