"""Where the printed cells of a table stand in its own grid: headings merged as the form merges them, numbers by key."""

from collections.abc import Iterator
from dataclasses import dataclass

from ogi_xlsx.form.edition import Block, Table


@dataclass(frozen=True)
class Box:
    """A printed cell of a table, in grid rows and columns from 1: a text, or the key of a number."""

    row: int
    col: int
    last_row: int
    last_col: int
    text: str = ""
    key: str = ""
    style: str = "label"


def boxes(table: Table) -> list[Box]:
    """Every cell of a table as the form prints it, block under block."""
    found: list[Box] = []
    row = 1
    for block in table.blocks:
        if block.caption:
            found.append(Box(row, 1, row, len(table.widths), block.caption.zh, style="caption"))
            row += 1
        found += list(_across(table, block, row) if block.across else _down(table, block, row))
        row = max(box.last_row for box in found) + 1
    return found


def _down(table: Table, block: Block, top: int) -> Iterator[Box]:
    """A block with one grid row a row."""
    labels, heads = max(len(r.zh) for r in block.rows), max(len(c.zh) for c in block.columns)
    starts = [labels + 1 + sum(c.spans for c in block.columns[:i]) for i in range(len(block.columns))]
    if block.corner:
        yield Box(top, 1, top + heads - 1, labels, block.corner.zh, style="heading")
    for text, depth, last, first, end in _tree([c.zh for c in block.columns], heads):
        right = starts[end] + block.columns[end].spans - 1
        yield Box(top + depth, starts[first], top + last, right, text, style="heading")
    body = top + heads
    for text, depth, last, first, end in _tree([r.zh for r in block.rows], labels):
        yield Box(body + first, depth + 1, body + end, last + 1, text, style="label")
    for i, row in enumerate(block.rows):
        for start, column in zip(starts, block.columns, strict=True):
            yield Box(body + i, start, body + i, start + column.spans - 1, key=f"{table.id}.{row.key}.{column.key}")


def _across(table: Table, block: Block, top: int) -> Iterator[Box]:
    """A block whose rows lie side by side in one grid row."""
    paths = [row.zh + column.zh for row in block.rows for column in block.columns]
    depth = max(map(len, paths))
    for text, level, last, first, end in _tree(paths, depth):
        yield Box(top + level, first + 1, top + last, end + 1, text, style="heading")
    for i, key in enumerate(f"{table.id}.{row.key}.{column.key}" for row in block.rows for column in block.columns):
        yield Box(top + depth, i + 1, top + depth, i + 1, key=key)


def _tree(paths: list[tuple[str, ...]], depth: int) -> Iterator[tuple[str, int, int, int, int]]:
    """Headings as (text, first level, last level, first item, last item): equal neighbours merge, a leaf reaches to the last level."""
    for level in range(depth):
        first = 0
        while first < len(paths):
            path = paths[first]
            end = first
            if len(path) > level + 1:
                while end + 1 < len(paths) and paths[end + 1][: level + 1] == path[: level + 1] and len(paths[end + 1]) > level + 1:
                    end += 1
            if len(path) > level:
                yield path[level], level, depth - 1 if len(path) == level + 1 else level, first, end
            first = end + 1
