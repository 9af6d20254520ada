"""What goes wrong with the tables of published reports: cells too many or too few, lines run together, merges lost, columns that changed places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from drawn import Rows, blank, dropped, leading, markup, pipes, ragged, repeated, table, uncolumned, unrowed

from ogi_xlsx.form import edition as editions
from ogi_xlsx.published.document import Document
from ogi_xlsx.published.readers import html_file, text_file
from ogi_xlsx.published.readers.collected import Asked

HEADER = {"t3": 3, "t4": 3}  # lines of a header; table 2 has one in each block
WAYS: Mapping[str, Callable[[Rows], Rows]] = {
    "official": lambda rows: rows,
    "blank": blank,
    "repeated": repeated,
    "ragged": ragged,
    "dropped": dropped,
    "unrowed": unrowed,
    "uncolumned": uncolumned,
    "leading": leading,
}
UNMERGED = ("blank", "repeated", "ragged", "dropped")  # what a text with pipes can show


@dataclass(frozen=True)
class Damaged:
    """A table of an edition after surgery: `values` are the numbers it had."""

    edition: str
    table: str
    way: str
    surgery: str
    values: Mapping[str, str]
    rows: Rows

    @property
    def html(self) -> Document:
        return html_file.of_text("r.html", f"<html><body>{markup(self.rows)}</body></html>")

    @property
    def text(self) -> Document:
        return text_file.read("r.md", pipes(self.rows).encode())


def damaged(seed: int, unmerged: bool = False) -> Damaged:
    """A table with numbers of its own in some cells and one surgery, the same for a seed."""
    dice = Random(seed)
    edition, id = dice.choice(["2019", "2021"]), dice.choice(["t2", "t3", "t3", "t4"])
    often = dice.choice([0.1, 0.3, 0.7, 1.0])
    empty = dice.choice(["", "", "0"])
    values = {key: str(101 + at) if dice.random() < often else empty for at, key in enumerate(editions.load(edition).spots) if key.startswith(id)}
    way = dice.choice([*UNMERGED] if unmerged else [*WAYS])
    surgery = dice.choice(list(SURGERY))
    rows = table(edition, id, values)
    head = HEADER.get(id, 0)
    rows = WAYS[way](SURGERY[surgery](rows, head, dice)) if surgery in BEFORE else SURGERY[surgery](WAYS[way](rows), head, dice)
    return Damaged(edition, id, way, surgery, values, rows)


def _some(rows: Rows, dice: Random, first: int = 0, least: int = 1) -> int:
    """A line with so many cells at least."""
    return dice.choice([at for at, row in enumerate(rows) if at >= first and len(row) >= least] or [first])


def spare(rows: Rows, head: int, dice: Random) -> Rows:
    at = _some(rows, dice)
    col = dice.randint(0, len(rows[at]))
    return [*rows[:at], [*rows[at][:col], Asked(""), *rows[at][col:]], *rows[at + 1 :]]


def missing(rows: Rows, head: int, dice: Random) -> Rows:
    at = _some(rows, dice, head, 2)
    col = dice.randrange(len(rows[at]))
    return [*rows[:at], [*rows[at][:col], *rows[at][col + 1 :]], *rows[at + 1 :]]


def unlabelled(rows: Rows, head: int, dice: Random) -> Rows:
    """A cell of the header less."""
    heads = range(head) if head else [at for at, row in enumerate(rows) if row and row[0].text == "信息内容"]
    at = dice.choice([at for at in heads if len(rows[at]) > 1] or [0])
    col = dice.randrange(len(rows[at]))
    return [*rows[:at], [*rows[at][:col], *rows[at][col + 1 :]], *rows[at + 1 :]]


def run_together(rows: Rows, head: int, dice: Random) -> Rows:
    """Two lines in one, their texts in the same cells or one behind the other."""
    at = min(_some(rows, dice, head), len(rows) - 2)
    one, other = rows[at : at + 2]
    if len(one) == len(other) and dice.random() < 0.5:
        both = [replace(cell, text="\n".join(filter(None, (cell.text, below.text)))) for cell, below in zip(one, other, strict=True)]
    else:
        both = [*one, *other]
    return [*rows[:at], both, *rows[at + 2 :]]


def split(rows: Rows, head: int, dice: Random) -> Rows:
    """A text over two cells."""
    at = _some(rows, dice)
    col = dice.randrange(len(rows[at]) or 1)
    cell = rows[at][col]
    if cell.text.isdecimal() or len(cell.text) < 2:
        return spare(rows, head, dice)
    half = len(cell.text) // 2
    return [*rows[:at], [*rows[at][:col], replace(cell, text=cell.text[:half]), Asked(cell.text[half:]), *rows[at][col + 1 :]], *rows[at + 1 :]]


def unmerged(rows: Rows, head: int, dice: Random) -> Rows:
    """One merge lost, blank cells in place of it in its line or none."""
    merged = [(at, col) for at, row in enumerate(rows) for col, cell in enumerate(row) if cell.rows > 1 or cell.cols > 1]
    if not merged:
        return spare(rows, head, dice)
    at, col = dice.choice(merged)
    cell = rows[at][col]
    instead = dice.choice([[Asked(cell.text, cell.rows)], [Asked(cell.text, 1, cell.cols)], [Asked(cell.text), *[Asked("")] * (cell.cols - 1)]])
    return [*rows[:at], [*rows[at][:col], *instead, *rows[at][col + 1 :]], *rows[at + 1 :]]


def blank_line(rows: Rows, head: int, dice: Random) -> Rows:
    at = _some(rows, dice)
    return [*rows[:at], [Asked("")] * dice.choice([1, 4, 10, 15]), *rows[at:]]


def swapped(rows: Rows, head: int, dice: Random) -> Rows:
    """Two neighbouring columns in each other's places, labels and numbers."""
    made = [list(row) for row in rows]
    one = {0: -1, 1: -5, 2: -3}[0 if not head else 1 if len(rows) > 4 else 2]  # the last two; the first of the organisations; within the last group
    for at, row in enumerate(made):
        label = at == 2 and one == -5  # 总计 stands above
        place = one + 1 if label else one
        if (at >= 2 or not head) and len(row) > 3:
            row[place], row[place - 1] = row[place - 1], row[place]
    return made


def unnamed(rows: Rows, head: int, dice: Random) -> Rows:
    """A column among the numbers that has no label."""
    back, text = dice.choice([1, 2]), dice.choice(["", "9", "件"])
    return [row if at < head or len(row) < 2 or row[0].text == "信息内容" else [*row[:-back], Asked(text), *row[-back:]] for at, row in enumerate(rows)]


def more(rows: Rows, head: int, dice: Random) -> Rows:
    """A column of one's own behind the others, with a label or without, with numbers or without."""
    label, text = dice.choice(["备注", "", "增长"]), dice.choice(["", "9", "件"])
    made = []
    for at, row in enumerate(rows):
        heads = at < head or (not head and (len(row) < 2 or row[0].text == "信息内容"))
        own = [Asked(text)] if not heads else [Asked(label, rows=head or 1)] if label and (not head or not at) else []
        made.append([*row, *own])
    return made


BEFORE = ("swapped", "more")  # done to the table as the form has it
SURGERY: Mapping[str, Callable[[Rows, int, Random], Rows]] = {
    "spare": spare,
    "missing": missing,
    "unlabelled": unlabelled,
    "run together": run_together,
    "split": split,
    "unmerged": unmerged,
    "blank line": blank_line,
    "swapped": swapped,
    "more": more,
    "unnamed": unnamed,
}
