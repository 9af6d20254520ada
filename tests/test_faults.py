"""Faults of the machine: each costs one sentence and exit code 2; what was there is as it was, and nothing half-written is left."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from clerks import codes, copy, fill, issue, roster, run, verify

from ogi_xlsx.county import correction, issue as issuing, round_folder
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns import outputs, reader
from ogi_xlsx.review import verify as review

LINES = ("A,甲镇,镇", "B,乙街道,街道")
UNCODED = f"代码,单位名称,类别\n,{'丙' * 20}局,部门\n,{'丁' * 20}局,部门\n"
WRONG = {"t3.new_received.natural_person": 5}
REGISTER = "下发登记表.xlsx"


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """Workbooks of two bodies, issued into `out`, one of them sound and one not in `back`."""
    folder = tmp_path_factory.mktemp("made")
    for path, values in zip(issue(folder, lines=LINES), ({}, WRONG), strict=True):
        (folder / "back").mkdir(exist_ok=True)
        fill(path, values, to=folder / "back" / path.name)
    (folder / "uncoded.csv").write_text(UNCODED, encoding="utf-8")
    return folder


@pytest.fixture
def place(made, tmp_path, monkeypatch) -> Path:
    """A copy of that for one test, which stands in it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@dataclass(frozen=True)
class Writer:
    """A command that writes, and where to."""

    args: str
    target: str

    def run(self, *more: str):
        return run(*self.args.split(), *more)


WRITERS = {
    "generate": Writer("generate roster.csv --year 2025 --out new", "new/01_甲镇_2025年度信息公开年报表.xlsx"),
    "codes": Writer("generate uncoded.csv --year 2025 --out new", "uncoded.csv"),
    "verify html": Writer("verify back --engine native --format html --output new/told.html", "new/told.html"),
    "verify csv": Writer("verify back --engine native --format csv --output told.csv", "told.csv"),
    "corrections": Writer("verify back --engine native --corrections copies", "copies/乙街道_2025年度信息公开年报表_退回修改1.xlsx"),
    "status": Writer("status back --roster roster.csv --format json --output told.json", "told.json"),
    "consolidate": Writer("consolidate back --roster roster.csv --out new/sum.xlsx", "new/sum.xlsx"),
    "export csv": Writer("export back --out all.csv", "all.csv"),
    "export parquet": Writer("export back --out all.parquet", "all.parquet"),
    "export sqlite": Writer("export back --out all.sqlite", "all.sqlite"),
    "init": Writer("init round --year 2025", "round/本轮.toml"),
    "demo": Writer("demo story", "story/下发/下发登记表.xlsx"),
}
writers = pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
OVER = {name: WRITERS[name] for name in ("generate", "verify html", "corrections", "consolidate", "export sqlite", "init")}  # one of each way to write
FULL = "写不进去"  # SQLite does not say more of a file that cannot grow
over = pytest.mark.parametrize("writer", OVER.values(), ids=OVER)


def held(folder: Path) -> dict[Path, bytes | None]:
    """All that is in a folder."""
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def temporary(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{outputs.PREFIX}*"))


def refused(result, *told: str) -> None:
    """One sentence in both languages says it."""
    assert result.exit_code == 2, result.output + result.stderr
    *_, zh, en = result.stderr.splitlines()
    assert all(text in zh for text in told), zh
    assert en.startswith("  ") and en.endswith((".", "!")) and "Errno" not in en, en


@contextmanager
def full_disk(most: int = 100) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fails(monkeypatch, owner: object, name: str, error: BaseException, when: Callable[..., bool] = lambda *_: True) -> None:
    """Let a function raise when it is called with what `when` tells."""
    real = getattr(owner, name)

    def call(*args, **more):
        if when(*args):
            raise error
        return real(*args, **more)

    monkeypatch.setattr(owner, name, call)


# Writing


@writers
def test_full_disk_leaves_nothing(place, writer):
    before = held(place)
    with full_disk():
        result = writer.run()
    refused(result, FULL)
    assert held(place) == before


@over
def test_full_disk_leaves_the_old_file(place, writer):
    target = place / writer.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"old")
    before = held(place)
    with full_disk():
        result = writer.run("--force")
    refused(result, FULL)
    assert held(place) == before


@over
def test_what_is_there_is_replaced_when_asked_alone(place, writer):
    target = place / writer.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"old")
    target.chmod(0o600)
    writer.run()
    assert target.read_bytes() == b"old"
    result = writer.run("--force")
    assert target.read_bytes() != b"old" and not temporary(place), result.stderr
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("room", [8, 28, 60])
def test_disk_that_fills_up_halfway_leaves_nothing(place, room):
    small = place / "small"
    small.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "none", small], capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("only root can mount a small disk")
    try:
        made = run("generate", "roster.csv", "--year", 2025, "--out", "small/out")
        left = held(small)
        summed = run("consolidate", "back", "--roster", "roster.csv", "--out", "small/sum.xlsx")
        listed = run("export", "back", "--out", "small/all.sqlite")
        assert held(small) == left == {}
    finally:
        subprocess.run(["umount", small], check=True)
    for result in (made, summed, listed):
        refused(result, "small/", FULL, "磁盘空间不足")


# Places


FILES = {name: WRITERS[name] for name in ("status", "consolidate", "export sqlite")}
files = pytest.mark.parametrize("writer", FILES.values(), ids=FILES)


def folder(path: Path) -> None:
    path.mkdir(parents=True)


def pipe(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)


def read_only(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"old")
    path.chmod(0o444)


def opened(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"old")
    path.with_name(f".~lock.{path.name}#").write_bytes(b"")


@files
@pytest.mark.parametrize(("there", "told"), [(folder, "是文件夹"), (pipe, "不是普通文件"), (read_only, "只读"), (opened, "LibreOffice 中打开")])
def test_what_stands_there_is_left_alone(place, writer, there, told, monkeypatch):
    monkeypatch.setattr(reader, "read", None)  # it is told before anything is read
    there(place / writer.target)
    before = sorted(place.rglob("*"))
    refused(writer.run("--force"), told)
    assert sorted(place.rglob("*")) == before
    assert not (place / writer.target).is_file() or (place / writer.target).read_bytes() == b"old"


@files
def test_file_that_is_held_by_another_program_stays(place, writer, monkeypatch):
    target = place / writer.target
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(b"old")
    before = held(place)
    fails(monkeypatch, Path, "replace", PermissionError(errno.EACCES, "in use"))
    refused(writer.run("--force"), Path(writer.target).name, "正在 Excel、WPS 中打开")
    assert held(place) == before


@files
def test_place_that_there_cannot_be_is_told(place, writer, monkeypatch):
    before = held(place)
    name = "x" * 300 + Path(writer.target).suffix
    refused(run(*writer.args.replace(writer.target, name).split()), "文件名太长")
    fails(monkeypatch, Path, "mkdir", FileNotFoundError(errno.ENOENT, "no such drive"))
    refused(run(*writer.args.replace(writer.target, f"Z/{writer.target}").split()), "没有这个文件或文件夹")
    assert held(place) == before


def test_link_is_followed_and_stays(place):
    (place / "told.json").symlink_to(place / "far.json")
    assert WRITERS["status"].run().exit_code == 2
    assert WRITERS["status"].run("--force").exit_code == 1
    assert (place / "told.json").is_symlink() and (place / "far.json").read_bytes()


@pytest.mark.parametrize("name", ["generate", "corrections", "init"])
def test_several_files_come_all_or_none(place, name, monkeypatch):
    writer = WRITERS[name]
    assert writer.run().exit_code in (0, 1)
    before = held(place)
    last = max(path.name for path in (place / writer.target).parent.iterdir() if path.is_file() and path.name[0] != "下")
    fails(monkeypatch, Path, "replace", PermissionError(errno.EACCES, "in use"), lambda _, to: to.name == last and to.parent.parent == Path())
    refused(writer.run("--force"), last, "正在 Excel、WPS 中打开")
    assert held(place) == before


def test_register_that_is_open_lets_nothing_out(place):
    opened(place / "out" / REGISTER)
    shutil.copy(place / "out" / REGISTER, place / "register.xlsx")
    roster(place / "roster.csv", *LINES, "C,丙局,部门")
    before = held(place)
    refused(run("generate", "roster.csv", "--year", 2025, "--out", "out", "--only", "C"), REGISTER)
    assert held(place) == before


def anybody(*args: object, **more) -> subprocess.CompletedProcess:
    """The command as a process that may not do more than its files' owner."""
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if drop and not shutil.which("setpriv"):
        pytest.skip("root may do anything")
    call = [*drop, sys.executable, "-m", "ogi_xlsx", *map(str, args)]
    return subprocess.run(call, capture_output=True, encoding="utf-8", errors="replace", timeout=60, **more)


def test_folder_that_may_not_be_written_is_told(place):
    (place / "shut").mkdir(mode=0o555)
    for args in (("init", "shut", "--year", 2025), ("generate", "roster.csv", "--year", 2025, "--out", "shut/out")):
        done = anybody(*args)
        assert done.returncode == 2 and "写不进去：没有权限" in done.stderr and "Traceback" not in done.stderr
    assert not list((place / "shut").iterdir())


# What is printed


def shell(line: str) -> subprocess.CompletedProcess:
    """A line of the shell in which `ogi-xlsx` is the command."""
    line = line.replace("ogi-xlsx", f"{sys.executable} -m ogi_xlsx")
    return subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, encoding="utf-8", errors="replace", timeout=60)


def test_work_goes_on_when_nobody_reads_any_more(place):
    done = shell("ogi-xlsx verify back --engine native --corrections copies | true")
    assert done.returncode == 1 and "退回修改表1份" in done.stderr and len(list((place / "copies").iterdir())) == 2
    done = shell("ogi-xlsx verify nowhere 2>&1 | true; exit ${PIPESTATUS[0]}")
    assert done.returncode == 2 and not done.stderr


def test_full_disk_under_what_is_printed_is_told(place):
    done = shell("ogi-xlsx verify back --engine native --corrections copies > /dev/full")
    assert done.returncode == 2 and "显示不出来：磁盘空间不足" in done.stderr and len(done.stderr.splitlines()) == 2, done.stderr
    assert not (place / "copies").exists()
    assert shell("ogi-xlsx verify nowhere 2> /dev/full").returncode == 2


def test_nothing_to_print_to_is_no_fault(place):
    done = shell("ogi-xlsx verify back --engine native --format json --corrections copies >&- 2>&-")
    assert done.returncode == 1 and (place / "copies").is_dir()


def test_what_the_machine_says_otherwise_is_a_sentence(place, monkeypatch):
    fails(monkeypatch, review, "verify", OSError(errno.EIO, "bad sector", "somewhere"))
    refused(run("verify", "back"), "somewhere", "没有响应")
    fails(monkeypatch, review, "verify", MemoryError())
    refused(run("verify", "back"), "内存不足")


def test_fault_of_ours_is_told_even_if_its_details_cannot_be_written(place, monkeypatch):
    from click.testing import CliRunner

    from ogi_xlsx.cli import main

    fails(monkeypatch, review, "verify", ZeroDivisionError())
    with full_disk(0):
        result = CliRunner().invoke(main, ["verify", "back"])
    refused(result, "这是本工具的问题", "磁盘空间不足")


# Reading


def read_with(place: Path, *more: object) -> tuple[int, dict, dict]:
    """Exit code of verify, and the returns of 甲镇 and 乙街道."""
    code, told = verify(place / "back", "--engine", "native", *more)
    return code, *told["returns"]


def changing(monkeypatch, change: Callable[[Path], object]) -> None:
    """Something happens to the file of 乙街道 between a look at it and its reading."""
    real = Path.open

    def open_(self, *args, **more):
        if "乙街道" in self.name and self.suffix == ".xlsx":
            change(self)
        return real(self, *args, **more)

    monkeypatch.setattr(Path, "open", open_)


def grow(path: Path) -> None:
    os.truncate(path, path.stat().st_size + 4)


def later(path: Path) -> None:
    os.utime(path, (2e9, 2e9))


@pytest.mark.parametrize(("change", "told"), [(Path.unlink, "没有这个文件"), (grow, "文件有变化"), (later, "文件有变化")])
def test_file_that_changes_under_our_eyes_is_a_finding_of_it(place, monkeypatch, change, told):
    changing(monkeypatch, change)
    code, sound, lost = read_with(place)
    assert code == 1 and sound["state"] == "passed" and lost["state"] == "unreadable"
    assert codes(lost) == ["S101"] and told in lost["findings"][0]["message"]["zh"]


def test_drive_that_fails_at_one_file_costs_that_file(place, monkeypatch):
    fails(monkeypatch, Path, "open", OSError(errno.EIO, "bad sector"), lambda path, *_: "乙街道" in path.name)
    code, sound, lost = read_with(place)
    assert code == 1 and sound["state"] == "passed"
    assert codes(lost) == ["S101"] and "磁盘或网络文件夹没有响应" in lost["findings"][0]["message"]["zh"]
    result = run("consolidate", "back", "--roster", "roster.csv", "--out", "sum.xlsx")
    assert result.exit_code == 1 and "乙街道" in result.stdout


def test_folder_that_fails_is_told_and_not_passed_over(place, monkeypatch):
    copy(place / "back" / "02_乙街道_2025年度信息公开年报表.xlsx", place / "back" / "东片" / "乙.xlsx").with_name("丙.xlsx").write_bytes(b"")
    fails(monkeypatch, os, "scandir", OSError(errno.EIO, "gone", str(place / "back" / "东片")), lambda path=".": str(path).endswith("东片"))
    fails(monkeypatch, os, "listdir", OSError(errno.EIO, "gone"), lambda path=".": str(path).endswith("东片"))
    code, told = verify(place / "back", "--engine", "native")
    assert code == 1 and [Path(one["path"]).name[:2] for one in told["returns"]] == ["01", "02", "东片"]
    assert "没有响应" in told["returns"][2]["findings"][0]["message"]["zh"]


def test_what_may_not_be_read_is_a_finding_and_the_rest_is_read(place):
    (place / "back" / "02_乙街道_2025年度信息公开年报表.xlsx").chmod(0)
    (place / "back" / "shut").mkdir(mode=0)
    (place / "back" / "seen").mkdir(mode=0o444)  # its names can be listed, and no more
    copy(place / "roster.csv", place / "back" / "seen" / "x.xlsx").parent.chmod(0o444)
    done = anybody("verify", "back", "--engine", "native", "--lang", "en")
    assert done.returncode == 1 and done.stdout.count("permission denied") == 3 and "1 passed" in done.stdout, done.stdout + done.stderr


def test_time_that_no_calendar_has_is_no_fault(place):
    shared = Path("/dev/shm")  # where a file may bear any time
    if not shared.is_dir():
        pytest.skip("no such place here")
    path = copy(place / "back" / "01_甲镇_2025年度信息公开年报表.xlsx", shared / f"ogi-{os.getpid()}.xlsx")
    try:
        os.utime(path, (1e12, 1e12))
        assert run("status", path, "--roster", "roster.csv").exit_code == 1
    finally:
        path.unlink()


@pytest.mark.parametrize("option", ["--roster", "--prior", "--settings", "--seal-key", "--text"])
def test_input_that_cannot_be_read_is_told(place, monkeypatch, option):
    (place / "input.txt").write_text("x")
    fails(monkeypatch, Path, "open", OSError(errno.EIO, "bad sector"), lambda path, *_: path.name == "input.txt")
    fails(monkeypatch, Path, "read_bytes", OSError(errno.EIO, "bad sector"), lambda path, *_: path.name == "input.txt")
    refused(run("verify", "out/01_甲镇_2025年度信息公开年报表.xlsx", "--engine", "native", option, "input.txt"), "input.txt")


def test_link_that_leads_to_itself_is_a_finding(place):
    (place / "back" / "x.xlsx").symlink_to("x.xlsx")
    code, told = verify(place / "back", "--engine", "native")
    assert code == 1 and codes(told["returns"][2]) == ["S101"]


# Stopping


@over
def test_ctrl_c_while_writing_leaves_what_was_there(place, writer, monkeypatch):
    before = held(place)
    fails(monkeypatch, outputs, "_move", KeyboardInterrupt())
    refused(writer.run(), "已中止", "没有写入任何结果")
    assert held(place) == before


@pytest.mark.parametrize("name", ["verify html", "status", "consolidate", "export csv"])
def test_ctrl_c_while_judging_leaves_what_was_there(place, name, monkeypatch):
    before = held(place)
    fails(monkeypatch, review, "verify", KeyboardInterrupt())
    refused(WRITERS[name].run(), "已中止", "没有写入任何结果")
    assert held(place) == before


@pytest.mark.parametrize("name", ["generate", "corrections", "init"])
def test_ctrl_c_between_several_files_comes_too_late(place, name, monkeypatch):
    real = outputs._move

    def move(*args):
        signal.raise_signal(signal.SIGINT)
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(outputs, "settle", lambda *args, settle=outputs.settle: (patch.setattr(outputs, "_move", move), settle(*args)))
        for module in (issuing, correction, round_folder):
            patch.setattr(module, "settle", outputs.settle)
        assert WRITERS[name].run().exit_code in (0, 1)
    assert (place / WRITERS[name].target).exists() and not temporary(place)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


SLOW = """
import os, sys, time
def fsync(_):
    print("writing", flush=True)
    time.sleep(60)
os.fsync = fsync
from ogi_xlsx.__main__ import start
start()
"""


def while_writing(place: Path, number: signal.Signals) -> tuple[int, str]:
    """Exit code and stderr of a command that gets a signal while it writes."""
    call = [sys.executable, "-c", SLOW, *WRITERS["verify csv"].args.split()]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=place) as process:
        assert process.stdout and process.stdout.readline() == "writing\n"
        process.send_signal(number)
        return process.wait(30), process.stderr.read() if process.stderr else ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_process_that_is_ended_cleans_up_and_says_so(place, number):
    before = held(place)
    code, told = while_writing(place, number)
    assert code == 2 and "已中止" in told and "Traceback" not in told
    assert held(place) == before


LOADING = """
import ogi_xlsx.cli
from ogi_xlsx.__main__ import start
ogi_xlsx.cli.main = lambda: exec("raise KeyboardInterrupt")  # as where a data class is made
start()
"""


def test_ctrl_c_while_the_program_is_loaded_is_quiet(tmp_path):
    (tmp_path / "loading.py").write_text(LOADING, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "loading"], capture_output=True, encoding="utf-8", timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


# Leftovers


def test_what_a_killed_run_left_is_no_return_and_goes_after_a_day(place):
    (place / "back" / "~ogi-0123456789ab").mkdir()
    copy(place / "back" / "02_乙街道_2025年度信息公开年报表.xlsx", place / "back" / "~ogi-0123456789ab" / "乙.xlsx")
    (place / "back" / "~ogi-1.tmp").write_bytes(b"x")
    (place / "back" / outputs.LOCK).write_bytes(b"x")
    result = run("verify", "back", "--engine", "native", "--output", "back/told.txt")
    assert result.exit_code == 1 and "共2份" in (place / "back" / "told.txt").read_text(encoding="utf-8")
    assert result.stderr.count("临时文件") == 3 and "不是电子表" not in result.stderr
    assert len(temporary(place)) == 3
    for path in temporary(place):
        os.utime(path, (1e9, 1e9))
    assert run("verify", "back", "--engine", "native", "--output", "back/told.txt", "--force").exit_code == 1
    assert [path.name for path in temporary(place)] == [outputs.LOCK]


def test_killed_run_leaves_a_temporary_that_hinders_nobody(place):
    assert while_writing(place, signal.SIGKILL)[0] == -signal.SIGKILL
    (left,) = temporary(place)
    assert left.suffix == ".tmp" and not (place / "told.csv").exists()
    assert WRITERS["verify csv"].run().exit_code == 1
    (place / "new").mkdir()
    left.rename(place / "new" / left.name)
    assert WRITERS["generate"].run().exit_code == 0


# Two runs at once


def meanwhile(monkeypatch, owner: object, name: str, other: Callable[[], object]) -> None:
    """Before a function is called first, another run does all its work."""
    real, calls = getattr(owner, name), []

    def call(*args, **more):
        if not calls:
            calls.append(args)
            other()
        return real(*args, **more)

    monkeypatch.setattr(owner, name, call)


def registered(path: Path) -> dict[str, str]:
    """Issue ids of a register by code."""
    return {line.code: line.issue for line in issuing.read_register(path)[1]}


def ids(folder: Path) -> dict[str, str]:
    """Issue ids of workbooks by code."""
    found = [reader.read(path).identity for path in folder.glob("*年度信息公开年报表*.xlsx")]
    return {identity.agency.code: identity.issue for identity in found if identity}


@files
@pytest.mark.parametrize("links", [True, False])
def test_file_that_another_run_wrote_meanwhile_is_not_replaced(place, writer, links, monkeypatch):
    target = place / writer.target
    meanwhile(monkeypatch, os, "fsync", lambda: target.write_bytes(b"theirs"))
    if not links:
        fails(monkeypatch, os, "link", PermissionError(errno.EPERM, "no links here"))
    refused(writer.run(), "已存在，没有覆盖")
    assert target.read_bytes() == b"theirs" and not temporary(place)
    target.unlink()
    writer.run()
    assert target.stat().st_size > 100 and not temporary(place)


def test_two_that_issue_at_once_lose_no_line(place, monkeypatch):
    arguments = ("generate", "roster.csv", "--year", 2025, "--out", "new", "--only")
    meanwhile(monkeypatch, issuing, "_finished", lambda: run(*arguments, "B"))
    assert run(*arguments, "A").exit_code == 0
    assert registered(place / "new" / REGISTER) == ids(place / "new") and len(ids(place / "new")) == 2
    monkeypatch.undo()
    monkeypatch.chdir(place)
    meanwhile(monkeypatch, issuing, "_finished", lambda: run(*arguments, "A", "--force"))
    refused(run(*arguments, "B"), "已经下发过")
    assert registered(place / "new" / REGISTER) == ids(place / "new")


def test_two_that_issue_to_all_at_once_do_not_mix(place, monkeypatch):
    meanwhile(monkeypatch, issuing, "_finished", WRITERS["generate"].run)
    refused(WRITERS["generate"].run(), "已有文件，没有写入")
    assert registered(place / "new" / REGISTER) == ids(place / "new") and len(ids(place / "new")) == 2 and not temporary(place)


def test_two_that_send_back_at_once_keep_one_copy_and_its_line(place, monkeypatch):
    meanwhile(monkeypatch, correction, "_write", WRITERS["corrections"].run)
    result = WRITERS["corrections"].run()
    assert result.exit_code == 1 and "保留不动" in result.stderr and "退回修改表0份" in result.stderr
    assert registered(place / "copies" / "退回登记表.xlsx") == ids(place / "copies") and len(ids(place / "copies")) == 1


def test_two_that_give_codes_at_once_give_the_same(place, monkeypatch):
    arguments = ("generate", "uncoded.csv", "--year", 2025, "--out")
    from ogi_xlsx.county import roster as rosters

    meanwhile(monkeypatch, rosters, "alone", lambda: run(*arguments, "one"))
    result = run(*arguments, "two")
    assert result.exit_code == 0 and "D001" not in result.stderr
    assert ids(place / "one").keys() == ids(place / "two").keys() == {"D001", "D002"}


def test_lock_is_waited_for_and_tells_whose_it_is(place, monkeypatch):
    (place / "new").mkdir()
    lock = place / "new" / outputs.LOCK
    lock.write_text("PC-7, 2026-01-12 09:00:00, 4711", encoding="utf-8")
    monkeypatch.setattr(outputs, "_PATIENCE", 0.0)
    refused(WRITERS["generate"].run(), "PC-7, 2026-01-12 09:00:00, 4711", "请删去", outputs.LOCK)
    assert [path.name for path in (place / "new").iterdir()] == [outputs.LOCK]
    monkeypatch.setattr(outputs, "_PATIENCE", 30.0)
    threading.Timer(0.3, lock.unlink).start()
    assert WRITERS["generate"].run().exit_code == 0 and not lock.exists()


def test_of_many_that_write_one_name_one_wins(tmp_path):
    def write(number: int) -> int:
        try:
            with outputs.placed(tmp_path / "one.txt") as path:
                path.write_text(str(number), encoding="utf-8")
        except Refusal:
            return 0
        return number

    with ThreadPoolExecutor(8) as pool:
        won = [number for number in pool.map(write, range(1, 33)) if number]
    assert [int((tmp_path / "one.txt").read_text(encoding="utf-8"))] == won and len(list(tmp_path.iterdir())) == 1


def test_of_many_that_add_to_one_file_none_is_lost(tmp_path):
    count = tmp_path / "count.txt"
    count.write_text("0", encoding="utf-8")

    def add(_: int) -> None:
        with outputs.alone(tmp_path):
            number = int(count.read_text(encoding="utf-8"))
            time.sleep(0.001)
            count.write_text(str(number + 1), encoding="utf-8")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    assert count.read_text(encoding="utf-8") == "20"


def test_processes_that_run_at_once_lose_nothing(place):
    late = "generate roster.csv --year 2025 --out new --only"
    each = [f"{late} A", f"{late} B", *2 * [WRITERS["corrections"].args]]
    running = [subprocess.Popen([sys.executable, "-m", "ogi_xlsx", *line.split()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for line in each]
    ended = [process.wait(60) for process in running]
    assert ended == [0, 0, 1, 1]
    assert registered(place / "new" / REGISTER) == ids(place / "new") and len(ids(place / "new")) == 2
    assert registered(place / "copies" / "退回登记表.xlsx") == ids(place / "copies") and len(ids(place / "copies")) == 1
    assert not temporary(place)
