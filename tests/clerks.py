"""Plays the office and its clerks for the tests: issues workbooks, fills them in, reads what the command line says."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from ogi_xlsx.cli import main
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Layout, Variant, layout_of

YES = "是"


def run(*args: object) -> Result:
    """The command line; an exception that is no exit is a failure of ours and is raised."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output + result.stderr and "这是本工具的问题" not in result.stderr
    return result


def roster(path: Path, *lines: str, heading: str = "code,name,level", encoding: str = "utf-8") -> Path:
    """A roster file; without lines, one township."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([heading, *(lines or ("350582101,安海镇人民政府,township",))]) + "\n", encoding=encoding)
    return path


def issue(folder: Path, *options: object, year: int = 2025, lines: tuple[str, ...] = ()) -> list[Path]:
    """Workbooks issued into `folder/out`, in order."""
    result = run("generate", roster(folder / "roster.csv", *lines), "--year", year, "--out", folder / "out", *options)
    assert result.exit_code == 0, result.stderr
    return workbooks(folder / "out")


def workbooks(folder: Path) -> list[Path]:
    """Returns in a folder, without the register."""
    return sorted(path for path in folder.rglob("*.xlsx") if not path.name.startswith("下发登记表"))


def layout(edition: str = "2021", level: str = "township", typed_totals: bool = False) -> Layout:
    """The layout of a body's own workbook."""
    return layout_of(editions.load(edition), Variant(level, typed_totals))


def fill(path: Path, values: Mapping[str, object], zero: bool = True, to: Path | None = None, form: Layout | None = None) -> Path:
    """Type values by cell key or field into a workbook, and declare the blanks of every table to be 0."""
    form = form or layout()
    book = openpyxl.load_workbook(path)
    typed = {**({f"zero.{table.id}": YES for table in form.edition.tables} if zero else {}), **values}
    for key, value in typed.items():
        sheet, row, col = form.where[key] if key in form.where else form.fields[key]
        book[sheet].cell(row, col).value = value
    book.save(to or path)
    return to or path


def verify(*args: object) -> tuple[int, dict]:
    """Exit code and JSON of `verify`."""
    result = run("verify", *args, "--format", "json")
    return result.exit_code, json.loads(result.stdout)


def codes(returned: dict, *severities: str) -> list[str]:
    """Codes of the findings of one return."""
    return [finding["code"] for finding in returned["findings"] if not severities or finding["severity"] in severities]


def copy(path: Path, to: Path) -> Path:
    """A copy of a file, its folder made."""
    to.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(path, to))
