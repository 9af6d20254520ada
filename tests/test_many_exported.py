"""`export` of more returns than memory holds: none is kept, and what is written and said is as if all had been at hand at once."""

import gc
import gzip
import random
import sqlite3
import tracemalloc
import weakref
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest
import returned
from clerks import copy, fill, issue, run

from ogi_xlsx.cli import reading
from ogi_xlsx.county import collection, folders, record_files, records, spool
from ogi_xlsx.county.record_files import Number, Source
from ogi_xlsx.form.findings import found
from ogi_xlsx.form.layout import layout_of
from ogi_xlsx.form.words import Refusal, few, plain, say
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.outputs import laid_aside
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review import verify as review
from ogi_xlsx.review.verify import STATES, Judged

SUFFIXES = (".csv", ".parquet", ".sqlite")
BALANCED = "t3.new_received natural_person {0}\nt3.granted natural_person {0}"
UNBALANCED = "t3.new_received natural_person {0}\nt3.granted natural_person 1{0}"


def came(at: int, cells: str = BALANCED.format(1), **changes: object) -> Return:
    """A return as it was read; `changes` are to its identity."""
    one = returned.build("2021", returned.cells_of(cells))
    one.path, one.sha256 = f"in/{at:05}.xlsx", f"{at:064}"
    assert one.identity
    one.identity = replace(one.identity, **changes)
    one.layout = layout_of(one.edition, one.identity.variant)
    return one


def handed_in(monkeypatch: pytest.MonkeyPatch, each: Callable[[int], Return], count: int) -> None:
    """Let the commands find so many returns, each made as its turn comes."""
    monkeypatch.setattr(folders, "search", lambda *_: ([Path(f"{at}.xlsx") for at in range(count)], []))
    monkeypatch.setattr(folders, "read", lambda *_, **__: (each(at) for at in range(count)))


# As if all were at hand


def as_before(judged: list[Judged], path: Path) -> tuple[list[str], int]:
    """What is said, and the exit code, where all returns are held and compared as they are; their file is written."""

    def content(one: Judged) -> object:
        numbers = one.returned.beside | one.returned.typed
        cells = {(key, numbers[key], held.code, held.shown if held.code else "") for key, held in one.returned.readings.items()}
        return one.returned.identity.year, one.returned.identity.edition, frozenset(cells)

    def current(group: list[Judged]) -> Judged | None:
        latest = max(one.returned.identity.correction for one in group)
        present = sorted((one for one in group if one.returned.identity.correction == latest), key=lambda one: STATES.index(one.state))
        same = len({content(one) for one in present}) == len({one.returned.identity.agency.code for one in group}) == 1
        return present[0] if same else None

    def files(some: list[Judged]) -> str:
        return few([plain(Path(one.returned.path).name, 60) for one in some], 10)

    def name(one: Judged) -> str:
        return plain(one.returned.identity.agency.name, 1000).strip()

    groups: dict[object, list[Judged]] = {}
    for one in judged:
        if one.returned.layout is not None:
            identity = one.returned.identity
            code = plain(identity.agency.code, 1000).strip()
            if code or identity.aggregate:
                groups.setdefault((identity.year, identity.aggregate, code, name(one) if identity.aggregate else ""), []).append(one)
    known = [one for group in groups.values() for one in group]
    unreadable = [one for one in judged if one not in known]
    taken = [one for group in groups.values() if (one := current(group))]
    listed = [one for one in judged if one in taken]
    again = [one for group in groups.values() if current(group) for one in group if one not in taken]
    told = [say("export_duplicate", name=name(group[0]), n=len(group), files=files(group)) for group in groups.values() if not current(group)]
    told += [say("export_unreadable", n=len(unreadable), files=files(unreadable))] if unreadable else []
    told += [say("export_again", n=len(again), files=files(again))] if again else []
    unsound = sum(1 for one in listed if one.state not in ("passed", "query"))
    told += [say("export_unsound", n=unsound)] if unsound else []
    record_files.writer(path)(path, records.listed(listed))
    return [one.zh for one in told], 1 if len(listed) < len(known) - len(again) or unreadable or unsound else 0


def mixed(chance: random.Random, count: int) -> list[Return]:
    """Returns of few bodies, so that many are of the same one: again, corrected, of another year, differing, unreadable; summaries among them."""
    bodies = [Agency(code, name, "township") for code, name in (("A", "甲镇"), ("B", "乙镇"), ("C", "丙镇"), ("A\u200b", "甲镇"), (" ", "无"), ("D", "丁镇"))]

    def one(at: int) -> Return:
        kind = chance.random()
        if kind < 0.1:
            return Return(f"in/坏{at}.xlsx", findings=[found("S103", reason="压缩目录读不出")])
        agency = chance.choice([*bodies, *[Agency(f"{at}", f"第{at}镇", "township")] * 4])
        cells = chance.choice((BALANCED, BALANCED, UNBALANCED)).format(chance.choice((1, 1, 2)))
        cells += f"\nt2.fees amount {chance.choice(('2.5', '2.50', '2.500', '0.1'))}" + chance.choice(
            ("", "", '\nt4.review upheld "3件"', "\nt4.review upheld ?")
        )
        rows = chance.choice((0, 0, 0, 2)) if agency.code in "B " else 0
        return came(at, cells, agency=agency, year=chance.choice((2024, 2025, 2025)), correction=chance.choice((0, 0, 0, 1, 2)), rows=rows)

    return [one(at) for at in range(count)]


def lines_of(path: Path) -> object:
    """What a file holds: its bytes where they are the lines, else all lines in order."""
    if path.suffix == ".csv":
        return path.read_bytes()
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    with closing(sqlite3.connect(path)) as base:
        return [base.execute(f"SELECT * FROM {table}").fetchall() for table in ("returns", "numbers", "records")]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_and_said_is_as_if_all_returns_were_at_hand(tmp_path, monkeypatch, seed):
    sent = mixed(random.Random(seed), 40)
    suffix = SUFFIXES[seed % 3]
    told, code = as_before(review.verify(sent), tmp_path / f"before{suffix}")
    handed_in(monkeypatch, lambda at: sent[at], len(sent))
    monkeypatch.setattr(reading, "PORTION", 7)
    result = run("export", tmp_path, "--out", tmp_path / f"r{suffix}")
    assert result.stderr.splitlines() == told and result.exit_code == code, result.stderr
    assert lines_of(tmp_path / f"r{suffix}") == lines_of(tmp_path / f"before{suffix}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"before{suffix}", f"r{suffix}"]


@pytest.mark.parametrize("which", ["listed", "again", "differing", "code"])
def test_a_fault_of_ours_is_told_by_the_exit_code_whatever_becomes_of_the_return(tmp_path, monkeypatch, which):
    body = Agency(" " if which == "code" else "B", "乙镇", "township")
    faulty = came(1, agency=body)
    others = {"again": [came(2, agency=body)], "differing": [came(2, BALANCED.format(2), agency=body)]}.get(which, [])
    sent = [came(0), faulty, *others]
    judge = review.verify

    def at_odds(*args):
        judged = judge(*args)
        for one in judged:
            one.findings += [found(review.FAULT, place="表三", native="1", other="2")] if one.returned is faulty else []
        return judged

    monkeypatch.setattr(review, "verify", at_odds)
    handed_in(monkeypatch, lambda at: sent[at], len(sent))
    assert run("export", tmp_path, "--out", tmp_path / "r.csv").exit_code == 2 and (tmp_path / "r.csv").exists()


@pytest.mark.parametrize("command", ["verify", "export"])
def test_returns_judged_one_by_one_are_judged_as_all_at_once(tmp_path, monkeypatch, command):
    issued = issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇", "C,丙镇,镇"))
    for path, name in zip(issued, "ABC", strict=True):
        fill(path, {"t3.new_received.natural_person": 3}, to=copy(path, tmp_path / "in" / f"{name}.xlsx"))
    for name in "AC":
        (tmp_path / "in" / f"{name}.docx").write_bytes(b"PK\x03\x04")  # each is noted
    (tmp_path / "in" / "B.txt").write_text("一、总体情况\n2024年收到政府信息公开申请9件。", encoding="utf-8")
    options = ("--out", tmp_path / "r.csv", "--force") if command == "export" else ()
    results = []
    for portion in (500, 1):
        monkeypatch.setattr(reading, "PORTION", portion)
        result = run(command, tmp_path / "in", *options, "--roster", tmp_path / "roster.csv")
        results.append((result.exit_code, result.stdout, result.stderr, (tmp_path / "r.csv").read_bytes() if options else b""))
    assert results[0] == results[1] and all(name in results[0][2] for name in ("A.docx", "C.docx"))


# What stays in memory


def many(at: int) -> Return:
    """A return of a body of its own."""
    return came(at, BALANCED.format(at % 7), agency=Agency(f"{350000000 + at}", f"第{at}镇人民政府", "township"))


def test_no_return_stays_in_memory(tmp_path, monkeypatch):
    alive: weakref.WeakSet[Judged] = weakref.WeakSet()
    most, count = 0, 300
    original, head = review.verify, records._head

    def watched(*args, **more):
        judged = original(*args, **more)
        alive.update(judged)
        return judged

    def seen(at, one):
        nonlocal most
        most = max(most, len(alive))
        return head(at, one)

    monkeypatch.setattr(review, "verify", watched)
    monkeypatch.setattr(records, "_head", seen)
    monkeypatch.setattr(reading, "PORTION", 20)
    handed_in(monkeypatch, many, count)
    assert run("export", tmp_path, "--out", tmp_path / "r.csv").exit_code == 0
    assert 20 <= most <= 20 + 2


def test_memory_grows_by_a_small_part_of_a_return(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PORTION", 20)
    judge = review.verify
    monkeypatch.setattr(review, "verify", lambda returns, engine="", *more: judge(returns, "native", *more))  # the second engine takes most of the time

    def peak(count: int) -> int:
        handed_in(monkeypatch, many, count)
        gc.collect()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert run("export", tmp_path, "--out", tmp_path / "r.csv", "--force").exit_code == 0
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        peak(20)  # what is read and compiled once
        held = tracemalloc.get_traced_memory()[0]
        kept = review.verify([many(at) for at in range(20)])
        whole = (tracemalloc.get_traced_memory()[0] - held) / len(kept)
        del kept
        peak_of_few, peak_of_many = peak(80), peak(160)
    finally:
        tracemalloc.stop()
    assert (peak_of_many - peak_of_few) / 80 < whole / 10


# The file in between


EXACT = ("0", "0.10", "0.1", "1E+3", "123456789012345.123456", "-7", "9999999999999999999")


def of_body(at: int) -> tuple[Source, list[Number]]:
    source = Source(f"{at}", 2025, "2021", '甲"\n镇', "township", "own", "passed", at, "\udce4.xlsx", "0" * 64, "ogi-xlsx")
    return source, [Number(f"k{n}", Decimal(text), "表二", f"B{n}", "typed") for n, text in enumerate(EXACT)]


def test_numbers_laid_aside_are_the_very_same(tmp_path):
    with spool.written(tmp_path / "aside") as keep:
        for at in range(5):
            keep([of_body(at)] if at != 2 else [])
    assert list(spool.read(tmp_path / "aside", {1, 2, 4})) == [of_body(1), of_body(4)]
    (first,) = spool.read(tmp_path / "aside", {0})
    assert [str(one.value) for one in first[1]] == list(EXACT)


@pytest.mark.parametrize("spoil", [lambda data: data[:-20], lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:], lambda _: b"[]\n"])
def test_a_file_in_between_that_was_damaged_is_never_listed(tmp_path, spoil):
    with spool.written(tmp_path / "aside") as keep:
        for at in range(50):
            keep([of_body(at)])
    (tmp_path / "aside").write_bytes(spoil((tmp_path / "aside").read_bytes()))
    with pytest.raises(Refusal, match=r"写不进去"), laid_aside(tmp_path / "r.csv"):
        list(spool.read(tmp_path / "aside", range(50)))


@pytest.mark.parametrize(("module", "name"), [(collection, "mark_of"), (reading, "_texts"), (record_files, "_lines"), (gzip, "open")])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(28, "full")], ids=str)
def test_nothing_is_left_behind_wherever_it_ends(tmp_path, monkeypatch, module, name, error):
    original, calls = getattr(module, name), []

    def call(*args, **more):
        calls.append(name)
        if len(calls) > (0 if name == "_lines" else 1):
            raise error
        return original(*args, **more)

    monkeypatch.setattr(module, name, call)
    monkeypatch.setattr(reading, "PORTION", 5)
    handed_in(monkeypatch, many, 12)
    result = run("export", tmp_path, "--out", tmp_path / "new" / "r.csv")
    assert result.exit_code == 2 and not result.stdout and calls and list(tmp_path.iterdir()) == []
