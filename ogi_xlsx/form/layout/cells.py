"""What a workbook is made of: sheets of cells, each with its content, its lock and what it shows.

Rows and columns count from 1, as the programs show them. The writer turns this into a file, the reader compares
a returned file with it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogi_xlsx.form.layout.showing import Showing

Content = str | int | float | None
Shown = Callable[["Showing"], Content]
Place = tuple[int, int]  # row, column


@dataclass(frozen=True, eq=False, slots=True)  # a summary of a city has half a million
class Cell:
    """One cell. `content` is a printed text or number, or a formula starting with `=`; None in a cell to be typed.

    `shows` computes what a formula shows. `key` names a number of the form or a field such as `zero.t3`.
    `personal` contents hold `{name}`, `{code}`, … and differ from body to body. `data` cells are locked and hold what
    the writer was given, such as a line of a summary's detail.
    """

    content: Content
    style: str
    shows: Shown | None = None
    typed: bool = False
    key: str = ""
    personal: bool = False
    data: bool = False
    link: str = ""

    @property
    def is_formula(self) -> bool:
        """Whether the content is a formula."""
        return isinstance(self.content, str) and self.content.startswith("=")


@dataclass(frozen=True)
class Validation:
    """What may be typed into cells of a sheet: `kind` is one of `[validation]` in workbook.toml, `prompt` one of `[prompts]`."""

    places: tuple[Place, ...]
    kind: str
    choices: tuple[str, ...] = ()
    prompt: str = ""


@dataclass(frozen=True)
class Mark:
    """A conditional style over a range, by a formula anchored at its first cell."""

    area: str
    formula: str
    style: str


@dataclass(eq=False)
class Sheet:
    """A sheet of the workbook. `merges` are (first row, first column, last row, last column).

    On a `loose` sheet the writer adds lines that belong to no layout, so that what stands outside its cells is not compared.
    """

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    validations: list[Validation] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    frozen: Place = (0, 0)
    repeat: tuple[int, int] | None = None
    landscape: bool = False
    print_columns: int = 0
    pages: tuple[int, int] | None = (1, 1)  # pages wide and high, 0 for as many as needed; None prints at `scale`
    scale: int = 100  # percent, where `pages` is None
    repeat_columns: int = 0
    loose: bool = False

    def put(self, row: int, col: int, content: Content, style: str, *, to: Place | None = None, **more: object) -> Cell:
        """Place a cell; with `to` (last row, last column) it is merged up to there."""
        cell = Cell(content, style, **more)  # type: ignore[arg-type]
        self.cells[row, col] = cell
        if to and to != (row, col):
            self.merges.append((row, col, *to))
        return cell


def column_name(col: int) -> str:
    """Letters of a column.

    >>> column_name(1), column_name(28)
    ('A', 'AB')
    """
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")


def place_of(address: str) -> tuple[int, int]:
    """Column and row of an address; 0, 0 where there is none.

    >>> place_of("AB5"), place_of("")
    ((28, 5), (0, 0))
    """
    match = _ADDRESS.fullmatch(address)
    number = 0
    for letter in match[1] if match else "":
        number = number * 26 + ord(letter) - 64
    return number, int(match[2]) if match else 0


def a1(row: int, col: int, absolute: bool = False) -> str:
    """Address of a cell as the programs show it, such as `D5`, or `$D$5`."""
    return f"${column_name(col)}${row}" if absolute else f"{column_name(col)}{row}"
