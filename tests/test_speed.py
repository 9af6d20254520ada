"""What a return costs, told without a clock: calls of functions, which no busy machine changes, and what is imported for it.

A limit lies a quarter above what was counted when it was set. Who exceeds one looks for the reason first (benchmarks/README.md).
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from clerks import fill, issue, layout
from test_series import identified

from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.writing.series import Series
from ogi_xlsx.review.verify import verify

MOST_CALLS = 58_000  # to read and judge one more return
MOST_WRITING = 2_600  # to write one more workbook of an issue
HEAVY = {"openpyxl", "numpy", "scipy", "formulas", "xlsxwriter", "jinja2", "rich", "pyarrow", "docx", "sqlite3"}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return fill(issue(tmp_path)[0], dict.fromkeys(layout().checks.typed_keys, 0), to=tmp_path / "安海镇.xlsx")


def calls(job: Callable[[], object]) -> int:
    """How many functions a job calls, of Python and of C."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        job()
    finally:
        sys.setprofile(None)
    return count


def test_one_more_return_costs_no_more_than_it_did(filled):
    def job() -> None:
        verify([reader.read(filled)], "native")

    job()
    assert calls(job) < MOST_CALLS


def test_one_more_workbook_of_an_issue_costs_no_more_than_it_did(tmp_path):
    series = Series("PASSWORD23")
    bodies = [identified("2021", Agency(str(no), f"第{no}镇人民政府", "township")) for no in range(3)]
    for no, body in enumerate(bodies[:2]):
        series.write(tmp_path / f"{no}.xlsx", *body)
    assert calls(lambda: series.write(tmp_path / "2.xlsx", *bodies[2])) < MOST_WRITING


def test_a_file_alone_is_verified_without_importing_what_it_does_not_need(filled):
    code = (
        "import atexit, sys\nfrom ogi_xlsx.cli import main\n"
        "atexit.register(lambda: print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr))\n"
        f"main.main(['verify', {str(filled)!r}, '--engine', 'native'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert "ogi_xlsx" in told.split() and not HEAVY & set(told.split())
