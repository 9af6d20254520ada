"""Workers: a file that hangs, crashes or fills the memory costs itself alone."""

import ctypes
import errno
import faulthandler
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
from clerks import codes, fill, issue, run, verify

from ogi_xlsx.county import folders
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.settings import Settings, adjusted
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns import reader, within, workers
from ogi_xlsx.returns.hands import Hands
from ogi_xlsx.returns.opening import book
from ogi_xlsx.returns.workers import Stopped, in_worker, in_workers

NAMES = ("a", "bad", "b", "c")
PATHS = [Path(name) for name in NAMES]


class Bad:
    """Can be packed, but not unpacked."""

    def __reduce__(self):
        return len, ()


class BadError(Exception):
    """As `Bad`, unless a library has taught exceptions to be unpacked, as dask does."""

    def __init__(self, one, two):
        super().__init__(one)


def deep():
    """Something nested too deeply to be packed."""
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def burn():
    """Python alone would never hear a signal here."""
    re.match("(a+)+$", "a" * 60 + "b")


def crash():
    """A real one, without the report of pytest's."""
    faulthandler.disable()
    ctypes.string_at(0)


def abort():
    """As C libraries do."""
    faulthandler.disable()
    os.abort()


def raises(error):
    """Raise it."""
    raise error


def again():
    """Recursion without end."""
    return again() + 1


ACTS = {
    "sleep": lambda: time.sleep(600),
    "burn": burn,
    "memory": lambda: [bytearray(10_000_000) for _ in range(10_000)],
    "exit": lambda: os._exit(0),
    "abort": abort,
    "crash": crash,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "value": lambda: raises(ValueError("什么")),
    "exits": lambda: raises(SystemExit(0)),
    "interrupt": lambda: raises(KeyboardInterrupt),
    "recursion": again,
    "bad_error": lambda: raises(BadError(1, 2)),
    "half": lambda: raises(ValueError("\ud800")),
    "function": lambda: lambda: 1,
    "cannot_unpack": Bad,
    "deep": deep,
}
REASONS = {"sleep": "用了2秒还没有读完", "burn": "用了1秒还没有读完", "memory": "需要的内存超过100MB"}
DIED = {"exit", "abort", "crash", "kill"}


def call(act, path):
    """The name of a path; for the bad one something else happens."""
    return ACTS[act]() if path.name == "bad" else path.name


@pytest.fixture
def limits(monkeypatch, tmp_path):
    """Tight limits, and a place for what maintainers are to see."""
    monkeypatch.setattr(within, "SECONDS", 1)
    monkeypatch.setattr(within, "MEMORY", 100_000_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return monkeypatch


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("act", ACTS)
def test_whatever_happens_costs_one_file_alone(limits, tmp_path, act, jobs):
    limits.setattr(within, "BUSY", 2 if act == "sleep" else 60)
    results = list(in_workers(partial(call, act), PATHS, jobs))
    stopped = results.pop(1)
    assert results == ["a", "b", "c"]
    assert isinstance(stopped, Stopped)
    reports = list(tmp_path.glob("ogi-xlsx-*.txt"))
    if act in REASONS or act in DIED:
        assert stopped.reason.zh == REASONS.get(act, "读取它的进程意外退出")
        assert not reports
    else:
        assert stopped.reason.zh == f"读取时程序出错，这是本工具的问题，详情在 {reports[0]}，请反馈给维护者"
        assert "Traceback" in reports[0].read_text()


def test_a_hang_is_noticed_when_its_time_is_over(limits):
    limits.setattr(within, "BUSY", 2)
    began = time.monotonic()
    in_worker(partial(call, "sleep"), Path("bad"))
    assert 2 <= time.monotonic() - began < 3


def test_processes_are_as_many_as_the_system_allows(monkeypatch):
    started = []

    def start(self):
        if len(started) == allowed:
            raise BlockingIOError(errno.EAGAIN, "no more")
        started.append(original(self))

    original = ForkProcess.start
    monkeypatch.setattr(ForkProcess, "start", start)
    allowed = 1
    assert list(in_workers(partial(call, ""), [PATHS[0], PATHS[2]], 2)) == ["a", "b"]
    allowed = len(started)
    with pytest.raises(Refusal, match="进程启动不了"):
        in_worker(partial(call, ""), PATHS[0])


def process_of(path):
    """Who reads."""
    time.sleep(0.2)
    return os.getpid()


def test_processes_are_as_many_as_asked_for_and_never_more_than_files():
    assert len(set(in_workers(process_of, PATHS, 2))) == 2
    assert len(set(in_workers(process_of, PATHS[:2], 8))) == 2
    assert os.getpid() not in in_workers(process_of, PATHS, 1)
    assert list(in_workers(process_of, [])) == []


def test_files_wait_for_an_earlier_one_only_so_far(monkeypatch, tmp_path):
    monkeypatch.setattr(workers, "AHEAD", 5)
    paths = [tmp_path / str(i) for i in range(20)]
    results = in_workers(slow_first, paths, 2)
    assert next(results) == "0"
    assert not (tmp_path / "7").exists()
    assert [*results] == [path.name for path in paths[1:]]


def slow_first(path):
    """Leaves a trace."""
    if path.name == "0":
        time.sleep(0.5)
    path.touch()
    return path.name


def test_nothing_runs_on_when_nobody_wants_the_rest(tmp_path):
    results = in_workers(process_of, PATHS, 2)
    first = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_limits_grow_with_the_file(tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x" * 40_000)
    with large.open("wb") as file:
        file.truncate(20_000_000)
    assert within.Limits.of(small) == within.Limits(11, 33, 508_000_000)
    assert within.Limits.of(large) == within.Limits(160, 480, 1_500_000_000)
    assert within.Limits.of(tmp_path / "none") == within.Limits(10, 30, 500_000_000)


LONELY = """
import os, time
from pathlib import Path
from ogi_xlsx.returns.workers import in_workers
def call(path):
    time.sleep(600 if path.name == "hangs" else 0.2)
    return os.getpid()
for result in in_workers(call, [Path("a"), Path("b"), Path("hangs")], 2):
    print(result, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_idle_workers_end_when_their_parent_is_killed():
    with subprocess.Popen([sys.executable, "-c", LONELY], stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        pids = {int(process.stdout.readline()) for _ in range(2)}
        process.kill()
    until = time.monotonic() + 10
    while len(left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) > 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(left) == 1
    os.kill(left[0], signal.SIGKILL)


def test_a_return_is_the_same_after_its_journey(tmp_path):
    (path,) = issue(tmp_path)
    fill(path, {"t3.new_received.natural_person": 5, "t3.new_received.business": "３", "cover.filler": "张三"})
    there, (here,) = reader.read(path), folders.read([path], [])
    assert here.layout is there.layout and here.edition is there.edition
    assert vars(here) == vars(there)
    assert all(here.readings[key] is pickle.loads(pickle.dumps(reading)) for key, reading in there.readings.items())


def test_an_edition_as_an_office_has_set_it_is_the_same_after_its_journey():
    edition = adjusted(editions.load("2021"), Settings(off=(("R304", "无", "2099-01-01"),)))
    assert pickle.loads(pickle.dumps(edition)) is edition
    with pytest.raises(TypeError):
        pickle.dumps(replace(editions.load("2021"), revision=9))


def test_a_stopped_reading_is_a_finding_and_the_others_are_judged(tmp_path, monkeypatch):
    paths = issue(tmp_path, lines=("A,甲镇,镇", "B,乙街道,街道", "C,丙局,部门"))
    original = reader.read
    monkeypatch.setattr(reader, "read", lambda path, **more: os._exit(1) if path == paths[1] else original(path, **more))
    code, told = verify(tmp_path / "out", "--engine", "native", "--jobs", "2")
    assert code == 1
    assert [one["state"] for one in told["returns"]] == ["pending", "unreadable", "pending"]
    assert codes(told["returns"][1]) == ["S108"]
    message = told["returns"][1]["findings"][0]["message"]
    assert message["zh"].startswith("读取中途停止：读取它的进程意外退出。") and "died" in message["en"]
    assert catalogue()["S108"].severity == "error"


def test_memory_that_runs_out_is_told_as_such_and_not_as_damage(tmp_path, monkeypatch):
    (path,) = issue(tmp_path)
    monkeypatch.setattr(book, "load", lambda content: raises(MemoryError()))
    (returned,) = folders.read([path], [])
    assert [finding.code for finding in returned.findings] == ["S108"] and "内存" in returned.findings[0].message.zh


def test_a_text_whose_reading_is_stopped_is_noted(tmp_path, monkeypatch):
    (path,) = issue(tmp_path)
    path.with_suffix(".txt").write_text("关于什么的报告", encoding="utf-8")
    monkeypatch.setattr("ogi_xlsx.returns.prose.read", lambda path: os._exit(1))
    result = run("verify", path, "--engine", "native")
    assert f"{path.stem}.txt 读取中途停止：读取它的进程意外退出" in result.stderr


def test_where_processes_start_anew_returns_are_read_all_the_same(tmp_path, monkeypatch):
    paths = issue(tmp_path, lines=("A,甲镇,镇", "B,乙街道,街道"))
    monkeypatch.setattr(workers, "LINUX", False)
    read = list(folders.read([*paths, tmp_path / "out" / "下发登记表.xlsx"], notes := [], hands=Hands(2)))
    assert [one.identity.agency.name for one in read] == ["甲镇", "乙街道"] and len(notes) == 1
    assert read[0].layout is reader.read(paths[0]).layout
