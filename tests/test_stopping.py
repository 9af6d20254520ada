"""Long runs: what is shown meanwhile, and what Ctrl-C leaves."""

import os
import pty
import signal
import subprocess
import sys
import time

import pytest
from clerks import copy, issue, roster, run, workbooks

from ogi_xlsx.county import folders, issue as issuing

LINES = ("A,甲镇,镇", "B,乙街道,街道", "C,丙局,部门")


def interrupted(monkeypatch, module, name, after):
    """Press Ctrl-C once a function has been called so many times."""
    original, calls = getattr(module, name), []

    def call(*args, **more):
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(args)
        return original(*args, **more)

    monkeypatch.setattr(module, name, call)


def test_verify_tells_what_it_has_read_and_that_it_was_stopped(tmp_path, monkeypatch):
    issue(tmp_path, lines=LINES)
    interrupted(monkeypatch, folders, "or_finding", 2)
    result = run("verify", tmp_path / "out", "--engine", "native", "--corrections", tmp_path / "back")
    assert result.exit_code == 2
    assert "甲镇" in result.stdout and "乙街道" in result.stdout and "丙局" not in result.stdout
    assert "已中止：4份文件读了2份" in result.stderr and "没有生成退回修改表" in result.stderr
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("command", ["consolidate", "status", "export"])
def test_a_sum_or_a_board_of_half_the_files_is_never_made(tmp_path, monkeypatch, command):
    issue(tmp_path, lines=LINES)
    interrupted(monkeypatch, folders, "or_finding", 2)
    out = [] if command == "status" else ["--out", tmp_path / ("all.csv" if command == "export" else "all.xlsx")]
    result = run(command, tmp_path / "out", "--roster", tmp_path / "roster.csv", *out)
    assert result.exit_code == 2 and "已中止" in result.stderr and not result.stdout
    assert not list(tmp_path.glob("all.*"))


HANGS = """
import os, sys, time
from ogi_xlsx.cli import main
from ogi_xlsx.returns import reader
original, hangs = reader.read, sys.argv.pop()
def read(path, *args, **more):
    if path.name.startswith("03"):
        open(hangs, "w").close()
        time.sleep(600)
    return original(path, *args, **more)
reader.read = read
main()
"""


@pytest.mark.parametrize("key", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_files_are_read_ends_every_process_and_tells_what_was_read(tmp_path, key):
    issue(tmp_path, lines=LINES)
    hangs = tmp_path / "hangs"
    call = [sys.executable, "-c", HANGS, "verify", str(tmp_path / "out"), "--engine", "native", "--jobs", "2", str(hangs)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while not hangs.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)  # the others are read meanwhile
        os.killpg(process.pid, key) if key == signal.SIGINT else process.send_signal(key)  # a terminal tells the whole group
        told, complaint = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "甲镇" in told and "乙街道" in told and "丙局" not in told
    assert "已中止：4份文件读了2份" in complaint and "Traceback" not in complaint
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_generate_keeps_and_registers_what_was_finished(tmp_path, monkeypatch):
    listed = roster(tmp_path / "roster.csv", *LINES)
    interrupted(monkeypatch, issuing, "_one", 2)
    result = run("generate", listed, "--year", 2025, "--out", tmp_path / "out")
    assert result.exit_code == 2 and "已生成2份电子表并登记" in result.stderr and "还有1份没有生成" in result.stderr
    assert len(workbooks(tmp_path / "out")) == 2
    assert [line.code for line in issuing.read_register(tmp_path / "out" / "下发登记表.xlsx")[1]] == ["A", "B"]
    monkeypatch.undo()
    assert run("generate", listed, "--year", 2025, "--out", tmp_path / "out", "--only", "C").exit_code == 0
    assert len(workbooks(tmp_path / "out")) == 3


def test_generate_stopped_at_once_leaves_nothing(tmp_path, monkeypatch):
    listed = roster(tmp_path / "roster.csv", *LINES)
    interrupted(monkeypatch, issuing, "_one", 0)
    result = run("generate", listed, "--year", 2025, "--out", tmp_path / "out")
    assert result.exit_code == 2 and "没有写入任何结果" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_terminal_is_shown_how_many_of_how_many_and_the_present_file(tmp_path):
    (path,) = issue(tmp_path)
    copy(path, tmp_path / "back" / "安海镇.xlsx")
    shown = []

    def read(handle):
        data = os.read(handle, 4096)
        shown.append(data)
        return data

    code = pty.spawn([sys.executable, "-m", "ogi_xlsx", "verify", str(tmp_path / "back"), "--engine", "native"], read)
    text = b"".join(shown).decode(errors="replace")
    assert os.waitstatus_to_exitcode(code) == 1
    assert "1/1" in text or "0/1" in text
    assert "安海镇.xlsx" in text.split("共1份")[0]
