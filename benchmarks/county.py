"""Measures a county of 60 or a city of 3 000: each command over all returns as a process of its own, and what LibreOffice makes of the summary.

Time is told on the clock and on the processor, and as a multiple of what openpyxl takes, in the same run, to load the same files.
How to read the table: README.md beside this file. Needs a system with `wait4` (Linux, macOS).
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import filled
import main_job

from ogi_xlsx.cli import main as command_line

OFFICE = 900  # seconds that LibreOffice may take
_KB = 1 if sys.platform == "darwin" else 1024  # bytes in which the system counts peak memory

# A process counts the memory of the one that began it for its own until it needs more: so a small one begins it.
_MEASURE = """
import os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds on the clock and on the processor, and the peak of its memory in MB."""

    clock: float
    cpu: float
    memory: float


def main() -> None:
    """Build the county, run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bodies", type=int, default=60, help="bodies of the county (default 60)")
    options.add_argument("--keep", type=Path, help="folder to build in and to leave; what is there is used again")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogi-bench-") as folder:
        work = chosen.keep or Path(folder)
        build(work, chosen.bodies)
        print(f"{main_job.machine().replace(', one core', f', {os.cpu_count()} cores')}\n\n{chosen.bodies} returns, every fourth with mistakes.\n")
        print("| what | on the clock | processor | openpyxl loads the returns | peak memory |\n| --- | --- | --- | --- | --- |")
        for line in lines(work):
            print(line, flush=True)


def build(work: Path, bodies: int) -> None:
    """The roster and as many filled returns."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        roster = csv.writer(file)
        roster.writerow(("code", "name", "level"))
        roster.writerows((entry.agency.code, entry.agency.name, entry.agency.level) for entry in filled.bodies(bodies))
    if not (work / "returns").exists():
        filled.fill(work / "returns", bodies)
    if (found := len(list((work / "returns").iterdir()))) != bodies:
        raise RuntimeError(f"{work} holds {found} returns")


def lines(work: Path) -> Iterator[str]:
    """A line of the table for each thing that is measured."""
    returns, roster, summary = work / "returns", work / "roster.csv", work / "summary.xlsx"
    reference = cost([sys.executable, "-c", main_job.LOAD, *map(str, sorted(returns.iterdir()))])
    yield line("openpyxl loads the returns", reference, reference)
    whose = ("--agency", "350500,某市,city")
    commands: dict[str, tuple[object, ...]] = {
        "`verify`": ("verify", returns, "--format", "json", "--output", work / "verdicts.json", "--force"),
        "`status`": ("status", returns, "--roster", roster),
        "`consolidate`": ("consolidate", returns, "--roster", roster, "--out", summary, "--force", *whose),
        "`verify` of the summary": ("verify", summary),
        "`export`": ("export", returns, "--out", work / "records.csv", "--force"),
        "`verify` of one, with all as last year's": ("verify", next(returns.iterdir()), "--prior", work / "records.csv"),
    }
    for name, (command, *arguments) in commands.items():
        if command in command_line.commands:
            yield line(name, cost([sys.executable, "-m", "ogi_xlsx", command, *map(str, arguments)]), reference)
    yield office(summary, work, reference)
    sizes = (f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in (summary, work / "records.csv"))
    yield f"\nFiles: {', '.join(sizes)}."


def line(what: str, one: Cost, reference: Cost) -> str:
    """A line of the table."""
    return f"| {what} | {one.clock:.1f} s | {one.cpu:.1f} s | × {one.cpu / reference.cpu:.2f} | {one.memory:.0f} MB |"


def cost(command: Sequence[str], codes: Sequence[int] = (0, 1)) -> Cost:
    """What a process took; its memory is that of its largest process. Raises RuntimeError where it fails (1: findings, as the returns have mistakes)."""
    told = subprocess.run([sys.executable, "-S", "-c", _MEASURE, *command], stdout=subprocess.PIPE, check=True).stdout
    code, clock, cpu, memory = map(float, told.split())
    if code not in codes:
        raise RuntimeError(f"{command[:4]} ended with {code:.0f}")
    return Cost(clock, cpu, memory * _KB / 1e6)


def office(summary: Path, work: Path, reference: Cost) -> str:
    """LibreOffice loads the summary and saves it again."""
    program = shutil.which("soffice")
    if program is None:
        return "| LibreOffice is not there | | | | |"
    out = work / "office"
    shutil.rmtree(out, ignore_errors=True)
    profile = f"-env:UserInstallation={(work / 'profile').resolve().as_uri()}"
    one = cost(["timeout", str(OFFICE), program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(summary)], (0,))
    if not (out / summary.name).exists():
        raise RuntimeError("LibreOffice did not open the summary")
    return line("LibreOffice opens the summary and saves it", one, reference)


if __name__ == "__main__":
    main()
