"""Summaries that somebody made by hand, for the tests: official tables typed into a workbook of its own."""

import json
from collections.abc import Mapping
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

SURVEY = json.loads((Path(__file__).parent / "data" / "layout-survey.json").read_text(encoding="utf-8"))


def typed(path: Path, values: Mapping[str, object], edition: str = "2021", *, sheets: bool = True, down: int = 2, right: int = 1) -> Path:
    """The three tables as the survey of the official form has them, some cells further down and to the right: on a sheet each, or one under another."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    top = down
    for table in SURVEY["editions"][edition]["tables"]:
        page = book.create_sheet(table["id"]) if sheets or not book.worksheets else book.worksheets[0]
        top = down if sheets else top
        page.cell(max(top, 1), 1).value = table["title"]
        for cell in table["cells"]:
            page.cell(cell["row"] + top, cell["col"] + right).value = cell["text"] if "text" in cell else values.get(cell["key"], 0)
        for first, col, last, end in table["merges"]:
            page.merge_cells(f"{get_column_letter(col + right)}{first + top}:{get_column_letter(end + right)}{last + top}")
        top += table["n_rows"] + 3
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
