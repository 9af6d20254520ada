"""Measures ours beside engines and readers of others, on the same filled returns in one run; each line is a process of its own.

Processor time counts (user and system, with that of the workers), per return and as a multiple of what IronCalc takes to load and evaluate the
same files. Ours and IronCalc run in turn, and the median counts. How to read the table: README.md beside this file. Needs `.[bench]` and `wait4`.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import county
import filled
import main_job

EACH = "import sys\nfor path in sys.argv[1:]: "
REFERENCE = "IronCalc loads and evaluates"
_MANY = 1000  # returns whose reading takes so long that cold caches do not show
SLOW = {"LibreOffice opens and saves": 100, "`formulas` builds and computes its model": 3, "openpyxl loads": 300}  # returns that are enough to tell
PEERS = {
    REFERENCE: f"import ironcalc\n{EACH}ironcalc.load_from_xlsx(path, 'en', 'UTC', 'en').evaluate()",
    "formualizer loads and evaluates": f"import formualizer\n{EACH}formualizer.load_workbook(path).evaluate_all()",
    "calamine reads the values": (
        "from python_calamine import CalamineWorkbook as Book\n"
        f"{EACH}book = Book.from_path(path); [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]"
    ),
    "lxml parses all parts": (
        "import zipfile\nfrom lxml import etree\n"
        f"{EACH}parts = zipfile.ZipFile(path); [etree.fromstring(parts.read(n)) for n in parts.namelist() if n.endswith(('.xml', '.rels'))]"
    ),
    "openpyxl loads": main_job.LOAD,
    "`formulas` builds and computes its model": f"import formulas\n{EACH}formulas.ExcelModel().loads(path).finish().calculate()",
}
OURS = {
    "ours: a return opened, nothing judged": f"from pathlib import Path\nfrom ogi_xlsx.returns.opening import book\n{EACH}book.load(Path(path).read_bytes())",
}


@dataclass(frozen=True)
class Line:
    """A line of the table: processor and clock seconds a return, the peak of memory in MB, and over how many returns."""

    what: str
    cpu: float
    clock: float
    memory: float
    count: int

    def told(self, reference: float) -> str:
        """The line with its processor time as a multiple of a reference's."""
        return f"| {self.what} | {self.count} | {self.cpu * 1000:.1f} ms | {self.clock * 1000:.1f} ms | × {self.cpu / reference:.2f} | {self.memory:.0f} MB |"


def main() -> None:
    """Build the returns, run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--returns", type=int, nargs="+", default=[1, 100], help="how many returns, one table each (default 1 100)")
    options.add_argument("--rounds", type=int, default=3, help="runs of ours and the reference in turn (default 3)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogi-bench-") as folder:
        work = Path(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every process finds compiled modules, ours and theirs
        os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
        print(main_job.machine().replace(", one core", f", {os.cpu_count()} cores"))
        for count in chosen.returns:
            county.build(work / str(count), count)
            print(f"\n{count} returns\n\n| what | returns | processor | on the clock | {REFERENCE} | peak memory |\n| --- | --- | --- | --- | --- | --- |")
            for line in table(work / str(count), chosen.rounds):
                print(line, flush=True)


def table(work: Path, rounds: int) -> Iterator[str]:
    """The lines of one number of returns: ours and the reference in turn, the others once."""
    paths = sorted((work / "returns").iterdir())
    turns = {REFERENCE: peer(REFERENCE, paths)} | ours(work, paths)
    lines: dict[str, list[Line]] = {what: [] for what in turns}
    for turn in range(0 if len(paths) < _MANY else 1, rounds + 1):
        for what, command in turns.items():
            line = measured(what, command, len(paths))
            lines[what] += [line] if turn else []  # the first warms caches, where they matter
    middle = {what: sorted(several, key=lambda line: line.cpu)[len(several) // 2] for what, several in lines.items()}
    reference = statistics.median(line.cpu for line in lines[REFERENCE])
    yield from (line.told(reference) for line in middle.values())
    for what in (what for what in PEERS if what != REFERENCE):
        some = paths[: SLOW.get(what, len(paths))]
        yield measured(what, peer(what, some), len(some)).told(reference)
    if office := shutil.which("soffice"):
        what = "LibreOffice opens and saves"
        some = paths[: SLOW[what]]
        command = (
            office,
            f"-env:UserInstallation=file://{work}/office",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(work / "saved"),
            *map(str, some),
        )
        yield measured(what, command, len(some)).told(reference)


def peer(what: str, paths: Sequence[Path]) -> list[str]:
    """The command of a peer over some files."""
    return [sys.executable, "-c", PEERS[what], *map(str, paths)]


def ours(work: Path, paths: Sequence[Path]) -> dict[str, list[str]]:
    """Our commands over the same files. `generate` writes as many workbooks."""
    run = [sys.executable, "-m", "ogi_xlsx"]
    result = ["--format", "json", "--output", str(work / "verdicts.json"), "--force"]
    returns, roster = str(work / "returns"), str(work / "roster.csv")
    commands = {what: [sys.executable, "-c", code, *map(str, paths)] for what, code in OURS.items()}
    for jobs in (1, 2):
        commands[f"ours: `verify --engine native --jobs {jobs}`"] = [*run, "verify", returns, "--engine", "native", "--jobs", str(jobs), *result]
    commands["ours: `verify` with both engines, one core"] = [*run, "verify", returns, "--jobs", "1", *result]
    whose = ["--agency", "350500,某市,city"]
    commands["ours: `consolidate`"] = [*run, "consolidate", returns, "--roster", roster, "--out", str(work / "summary.xlsx"), "--force", *whose]
    commands["ours: `export` to Parquet"] = [*run, "export", returns, "--out", str(work / "records.parquet"), "--force"]
    commands["ours: `generate`"] = [*run, "generate", roster, "--year", str(filled.YEAR), "--out", str(work / "issued"), "--force"]
    return commands


def measured(what: str, command: Sequence[str], count: int) -> Line:
    """A process over some returns."""
    cost = county.cost(command)
    return Line(what, cost.cpu / count, cost.clock / count, cost.memory, count)


if __name__ == "__main__":
    main()
