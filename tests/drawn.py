"""Published reports as they are drawn: the official tables with given numbers, and what editors, exports and extraction make of them."""

import html
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ogi_xlsx.published.document import Block, Document, Grid, Paragraph
from ogi_xlsx.published.readers.collected import Asked, placed

SURVEY = json.loads((Path(__file__).parent / "data" / "layout-survey.json").read_text(encoding="utf-8"))
Rows = list[list[Asked]]


def table(edition: str, id: str, values: Mapping[str, object]) -> Rows:
    """An official table with its merges; a number that is not given is blank."""
    survey = next(table for table in SURVEY["editions"][edition]["tables"] if table["id"] == id)
    spans = {(first, col): (last - first + 1, end - col + 1) for first, col, last, end in survey["merges"]}
    rows: Rows = [[] for _ in range(survey["n_rows"])]
    for cell in sorted(survey["cells"], key=lambda cell: (cell["row"], cell["col"])):
        text = cell["text"] if "text" in cell else shown(values.get(cell["key"]))
        rows[cell["row"] - 1].append(Asked(text, *spans.get((cell["row"], cell["col"]), (1, 1))))
    return rows


def shown(value: object) -> str:
    return "" if value is None else str(value)


def document(*blocks: str | Rows, source: str = "report.html") -> Document:
    """A document of paragraphs and tables."""
    made: list[Block] = []
    for number, block in enumerate(blocks, 1):
        made.append(Paragraph(block) if isinstance(block, str) else Grid(number, tuple(placed(source, block))))
    return Document(source, "html", made)


def report(tables: Sequence[Rows]) -> Document:
    """A report with the three tables under their headings."""
    headings = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
    return document("某县某局2023年政府信息公开工作年度报告", "一、总体情况", *(block for pair in zip(headings, tables, strict=True) for block in pair))


def markup(rows: Rows) -> str:
    """A table as a web page has it."""
    cells = ("".join(f'<td rowspan="{cell.rows}" colspan="{cell.cols}"><p>{html.escape(cell.text)}</p></td>' for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def spread(rows: Rows, fill: Callable[[Asked], str]) -> Rows:
    """A table without merges: every place of the grid a cell, those that a merge took with a text of their own."""
    cells = placed("x", rows)
    height, width = max(cell.row + cell.rows - 1 for cell in cells), max(cell.col + cell.cols - 1 for cell in cells)
    texts = [[""] * width for _ in range(height)]
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            for col in range(cell.col, cell.col + cell.cols):
                texts[row - 1][col - 1] = cell.text if (row, col) == (cell.row, cell.col) else fill(Asked(cell.text))
    return [[Asked(text) for text in row] for row in texts]


def blank(rows: Rows) -> Rows:
    """Merges lost, blank cells in their places."""
    return spread(rows, lambda cell: "")


def repeated(rows: Rows) -> Rows:
    """Merges lost, the text in each of their places."""
    return spread(rows, lambda cell: cell.text)


def dropped(rows: Rows) -> Rows:
    """Merges lost, only the cells that began one kept, so that lines have different lengths; blank cells at the end make up for them."""
    width = max(sum(cell.cols for cell in row) for row in rows)
    return [[*(Asked(cell.text) for cell in row), *[Asked("")] * (width - len(row))] for row in rows]


def ragged(rows: Rows) -> Rows:
    """Merges lost, and nothing in their places."""
    return [[Asked(cell.text) for cell in row] for row in rows]


def unrowed(rows: Rows) -> Rows:
    """Row spans lost, and nothing in their places; column spans kept."""
    return [[replace(cell, rows=1) for cell in row] for row in rows]


def uncolumned(rows: Rows) -> Rows:
    """Column spans lost, and nothing in their places; row spans kept."""
    return [[replace(cell, cols=1) for cell in row] for row in rows]


def leading(rows: Rows) -> Rows:
    """An empty cell before each line."""
    return [[Asked(""), *row] for row in rows]


def wide(rows: Rows) -> Rows:
    """The first cell of a table over more columns than there are."""
    first = rows[0][0]
    return [[replace(first, cols=first.cols + 5), *rows[0][1:]], *rows[1:]]


def blank_rows(rows: Rows) -> Rows:
    """Row spans lost, blank cells below, column spans kept."""
    cells = placed("x", rows)
    made: Rows = [[] for _ in rows]
    width = max(cell.col + cell.cols - 1 for cell in cells)
    for at in range(1, len(rows) + 1):
        col = 1
        while col <= width:
            cell = next(cell for cell in cells if cell.row <= at < cell.row + cell.rows and cell.col <= col < cell.col + cell.cols)
            made[at - 1].append(Asked(cell.text if cell.row == at else "", 1, cell.cols))
            col += cell.cols
    return made


def pipes(rows: Rows) -> str:
    """A table of pipes."""
    lines = ["| " + " | ".join(cell.text.replace("\n", "<br>") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def texts(rows: Rows, change: Callable[[str], str]) -> Rows:
    """A table with each text changed."""
    return [[replace(cell, text=change(cell.text)) for cell in row] for row in rows]


def without(rows: Rows, *labels: str) -> Rows:
    """A table without the lines in which a cell is one of the labels."""
    return [row for row in rows if not any(cell.text in labels for cell in row)]


def joined(parts: Iterable[Rows]) -> Rows:
    return [row for part in parts for row in part]
