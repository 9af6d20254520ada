"""Measures the main job, verify and generate, against the libraries underneath: ratios taken in one run on one core.

Ours and reference run in turn (A B A B), each round gives one ratio, and the median counts. Times are CPU time where
the system tells it, so that other work on the machine weighs little. How to read the table: README.md beside this file.
"""

import argparse
import gc
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import count as numbered
from pathlib import Path
from statistics import median

import filled
import openpyxl
import plain_script

from ogi_xlsx.cli import main as command_line
from ogi_xlsx.county import issue
from ogi_xlsx.form import edition as editions
from ogi_xlsx.returns.writing import workbook

BOOKS = 30  # workbooks of one sample of generate
LAUNCHES = 5  # processes of one sample of --help
LOAD = "import sys, openpyxl\nfor path in sys.argv[1:]: openpyxl.load_workbook(path)"
VERIFY = "import sys\nfrom ogi_xlsx.cli import main\nmain.main(sys.argv[1:], standalone_mode=False)"
MEMORY = "\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"

Job = Callable[[], float]  # does the work once and returns its seconds


@dataclass(frozen=True)
class Row:
    """One line of the table: seconds of each round, per `per` pieces of work, and the ratio to stay under."""

    what: str
    reference: str
    ours: list[float]
    theirs: list[float]
    goal: str
    per: int = 1

    def __str__(self) -> str:
        ratios = [a / b for a, b in zip(self.ours, self.theirs, strict=True)]
        mine, other = (median(times) / self.per * 1000 for times in (self.ours, self.theirs))
        sign, limit = self.goal.split()
        met = median(ratios) < float(limit) if sign == "<" else median(ratios) <= float(limit)
        told = f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        return f"| {self.what} | {mine:.1f} ms | {self.reference} | {other:.1f} ms | {told} | {self.goal} | {'met' if met else 'not met'} |"


def main() -> None:
    """Run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--returns", type=int, default=100, help="returns to verify (default 100)")
    options.add_argument("--rounds", type=int, default=5, help="rounds of A B (default 5)")
    chosen = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="ogi-bench-") as folder:
        work = Path(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every process finds compiled modules, ours and theirs
        os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
        filled.fill(work / "returns", chosen.returns)
        print(machine())
        print(f"\n{chosen.returns} returns ({states(work)}), {chosen.rounds} rounds.\n")
        print("| what | ours | reference | reference takes | ratio (min–max) | goal | |\n| --- | --- | --- | --- | --- | --- | --- |")
        for row in rows(work, chosen.returns, chosen.rounds):
            print(row, flush=True)
        print(f"\n{memory(work)}")


def rows(work: Path, count: int, rounds: int) -> Iterator[Row]:
    """The measurements, one after the other."""
    paths = sorted((work / "returns").iterdir())
    load = [sys.executable, "-c", LOAD, *map(str, paths)]
    for engine, goal in (("native", "≤ 2.0"), ("both", "≤ 3.0")):
        times = alternate(rounds, partial(process, verify_command(work, engine)), partial(process, load))
        yield Row(f"`verify --engine {engine}`, {count} returns, whole process", "openpyxl loads them, whole process", *times, goal)
        times = alternate(rounds, partial(verify_here, work, engine), partial(load_here, paths))
        yield Row(f"`verify --engine {engine}`, per return, process warm", "openpyxl loads one", *times, goal, count)
    times = alternate(rounds, *generating(work))
    yield Row("`generate`, per workbook after the first", "xlsxwriter, the same calls as a plain script", *times, "≤ 1.5", BOOKS)
    bare = [sys.executable, "-c", "import click"]
    times = alternate(rounds, partial(launches, help_command()), partial(launches, bare))
    yield Row("`ogi-xlsx --help`", '`python -c "import click"`', *times, "< 3", LAUNCHES)


def alternate(rounds: int, ours: Job, theirs: Job) -> tuple[list[float], list[float]]:
    """Seconds of both jobs in turn; a first run of each warms caches and is thrown away."""
    ours(), theirs()
    times = [(ours(), theirs()) for _ in range(rounds)]
    return [a for a, _ in times], [b for _, b in times]


def timed(job: Callable[[], object]) -> float:
    """CPU seconds of a call in this process."""
    gc.collect()
    start = time.process_time()
    job()
    return time.process_time() - start


def process(command: Sequence[str]) -> float:
    """CPU seconds of a whole process, start included; seconds on the clock where the system does not tell. Raises RuntimeError where it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
    else:
        child.wait()
        seconds = time.perf_counter() - start
    if child.returncode not in (0, 1):  # 1: findings, as the returns have mistakes
        raise RuntimeError(f"{command[:4]} ended with {child.returncode}")
    return seconds


def launches(command: Sequence[str]) -> float:
    """Seconds of several launches of a short command."""
    return sum(process(command) for _ in range(LAUNCHES))


def verify_arguments(work: Path, engine: str) -> list[str]:
    """Arguments of a verify of all returns, its result as JSON in a file."""
    return ["verify", str(work / "returns"), "--engine", engine, "--format", "json", "--output", str(work / "verdicts.json"), "--force"]


def verify_command(work: Path, engine: str) -> list[str]:
    """The same as a command."""
    return [sys.executable, "-m", "ogi_xlsx", *verify_arguments(work, engine)]


def verify_here(work: Path, engine: str) -> float:
    """Seconds of a verify in this process, imports and layouts being there."""
    return timed(lambda: command_line.main(verify_arguments(work, engine), standalone_mode=False))


def load_here(paths: Sequence[Path]) -> float:
    """Seconds that openpyxl takes to load files in this process, one after the other."""
    return timed(lambda: [openpyxl.load_workbook(path) and None for path in paths])


def states(work: Path) -> str:
    """How many returns passed, failed, …: all of them must have been read."""
    verify_here(work, "both")
    verdicts = json.loads((work / "verdicts.json").read_text(encoding="utf-8"))["returns"]
    if any(one["state"] == "unreadable" for one in verdicts):
        raise RuntimeError("a return could not be read: the benchmark would measure something else")
    return ", ".join(f"{n} {state}" for state, n in Counter(one["state"] for one in verdicts).most_common())


def generating(work: Path) -> tuple[Job, Job]:
    """Issue workbooks to bodies of several levels; and as many by xlsxwriter alone."""
    plan = issue.Plan(editions.for_year(filled.YEAR), filled.YEAR)
    roster = filled.bodies(BOOKS)
    folders = numbered()

    def ours() -> float:
        out = work / f"issued{next(folders)}"
        return timed(lambda: issue.issue(roster, plan, out))

    identity, layout = filled.identified(roster[0], plan.edition)
    script = plain_script.script_of(lambda path: workbook.write(path, layout, identity, workbook.new_password()), work)

    def theirs() -> float:
        out = work / f"plain{next(folders)}"
        out.mkdir()
        return timed(lambda: [script(out / f"{i}.xlsx") for i in range(BOOKS)])

    return ours, theirs


def help_command() -> list[str]:
    """The installed command, or the package run as a module."""
    script = Path(sys.executable).with_name("ogi-xlsx")
    return [str(script) if script.exists() else sys.executable, *([] if script.exists() else ["-m", "ogi_xlsx"]), "--help"]


def memory(work: Path) -> str:
    """A sentence with the peak memory of verify and of openpyxl, each in a process of its own."""
    if not Path("/proc/self/status").exists():
        return "Peak memory: not told by this system."
    paths = map(str, sorted((work / "returns").iterdir()))
    told = []
    for name, code, arguments in (
        ("verify native", VERIFY, verify_arguments(work, "native")),
        ("verify both", VERIFY, verify_arguments(work, "both")),
        ("openpyxl alone", LOAD, list(paths)),
    ):
        done = subprocess.run([sys.executable, "-c", code + MEMORY, *arguments], capture_output=True, text=True, check=True)
        told.append(f"{name} {int(done.stdout.split()[-1]) / 1024:.0f} MB")
    return f"Peak memory over the same returns: {', '.join(told)}."


def machine() -> str:
    """Processor, Python and versions of the libraries."""
    cpu = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", cpu.read_text()) if cpu.exists() else []
    libraries = ", ".join(f"{name} {version(name)}" for name in ("ogi-xlsx", "openpyxl", "xlsxwriter", "formulas", "numpy", "click"))
    return f"{names[0] if names else platform.processor()}, one core; {platform.system()}; Python {platform.python_version()}; {libraries}."


if __name__ == "__main__":
    main()
