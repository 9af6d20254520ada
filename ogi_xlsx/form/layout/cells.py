"""What a workbook is made of: sheets of cells, each with its content, its lock and what it shows.

Rows and columns count from 1, as the programs show them. The writer turns this into a file, the reader compares
a returned file with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogi_xlsx.form.layout.showing import Showing

Content = str | int | float | None
Shown = Callable[["Showing"], Content]
Place = tuple[int, int]  # row, column
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True, eq=False, slots=True)  # a summary of a city has a million of them
class Cell:
    """One cell. `content` is a printed text or number, or a formula starting with `=`; None in a cell to be typed.

    `shows` computes what a formula shows. `key` names a number of the form or a field such as `zero.t3`.
    `personal` contents hold `{name}`, `{code}`, … and differ from body to body. `data` cells are locked and hold what
    the writer was given. `link` is a place in the workbook (`internal:…`) or the target of a `Link`.
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


@dataclass(frozen=True)
class Link:
    """A text that leads to a file; `target` is its path relative to the workbook's folder, as a program has it in a link."""

    text: str
    target: str


@dataclass(frozen=True)
class Data:
    """Rows of locked cells, one under another from row `top` on, that hold what the writer was given: a summary's detail.

    `columns` are the name and style of each column from the first on. The cell of column `name` in row i, counted from 0,
    is the field `detail.{i}.{name}`; fields are places by name (sheet, row, column).
    """

    sheet: str
    top: int
    rows: int
    columns: tuple[tuple[str, str], ...]

    @property
    def area(self) -> Area:
        """First row, first column, last row, last column."""
        return self.top, 1, self.top + self.rows - 1, len(self.columns)

    def place(self, row: int, col: int) -> tuple[str, int, int]:
        """Place of a row and a column, both counted from 0."""
        return self.sheet, self.top + row, col + 1


class Fields(Mapping[str, tuple[str, int, int]]):
    """The fields of rows of data; there may be half a million, so that none is kept."""

    def __init__(self, data: list[Data]) -> None:
        self.data = data
        self.columns = {name: (one, col) for one in data for col, (name, _) in enumerate(one.columns)}

    def __getitem__(self, field: str) -> tuple[str, int, int]:
        start, row, name = (*field.split(".", 2), "", "")[:3]
        if start != "detail" or name not in self.columns or not row.isdecimal() or int(row) >= self.columns[name][0].rows:
            raise KeyError(field)
        data, col = self.columns[name]
        return data.place(int(row), col)

    def __iter__(self) -> Iterator[str]:
        return (f"detail.{row}.{name}" for data in self.data for row in range(data.rows) for name, _ in data.columns)

    def __len__(self) -> int:
        return sum(data.rows * len(data.columns) for data in self.data)


@dataclass(frozen=True)
class Drawing:
    """A bar chart beside its numbers: `labels` and each series are a column of the rows `first` to `last`, a series named by its cell.

    `area` is where it stands. `percent`: its numbers are shares.
    """

    area: Area
    title: str
    first: int
    last: int
    labels: int
    series: tuple[tuple[Place, int], ...]
    percent: bool = False


@dataclass(eq=False)
class Sheet:
    """A sheet of the workbook. `merges` are (first row, first column, last row, last column).

    On a `loose` sheet the writer adds lines that belong to no layout, so that what stands outside its cells is not compared.
    `filter` is an area, its heading first, whose rows may be filtered. Rows of `grows` are as high as their text needs.
    """

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
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
    breaks: list[int] = field(default_factory=list)  # rows after which a new page begins
    loose: bool = False
    data: Data | None = None
    filter: Area | None = None
    grows: set[int] = field(default_factory=set)
    drawings: list[Drawing] = field(default_factory=list)

    @cached_property
    def typed(self) -> Mapping[Place, Cell]:
        """The cells to be typed. As those below: of a sheet that is laid out to its end."""
        return {place: cell for place, cell in self.cells.items() if cell.typed}

    @cached_property
    def printed(self) -> Mapping[Place, Cell]:
        """The cells that hold what was issued: neither typed nor data."""
        return {place: cell for place, cell in self.cells.items() if not (cell.typed or cell.data)}

    @cached_property
    def computed(self) -> Mapping[Place, Shown]:
        """The cells of formulas, with what each shows."""
        return {place: cell.shows for place, cell in self.cells.items() if cell.shows}

    def holds(self, place: Place) -> bool:
        """Whether a cell of the layout, or of the data, stands at a place."""
        return place in self.cells or (self.data is not None and within(place, self.data.area))

    def put(self, row: int, col: int, content: Content, style: str, *, to: Place | None = None, **more: object) -> Cell:
        """Place a cell; with `to` (last row, last column) it is merged up to there."""
        cell = Cell(content, style, **more)  # type: ignore[arg-type]
        self.cells[row, col] = cell
        if to and to != (row, col):
            self.merges.append((row, col, *to))
        return cell


def within(place: Place, area: Area | None) -> bool:
    """Whether a place lies in an area."""
    return area is not None and area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


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


_LETTERS = re.compile(r"[A-Z]{1,3}")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of the file format


@lru_cache(maxsize=20_000)  # workbooks of one issue have the same
def area_of(ref: str) -> Area | None:
    """First row, first column, last row, last column of `A1` or `A1:B2`; None for anything else.

    >>> area_of("B2:AA10"), area_of("A0")
    ((2, 2, 10, 27), None)
    """
    match = _AREA.fullmatch(ref)
    if match is None:
        return None
    first, last = (column_number(match[1]), int(match[2])), (column_number(match[3] or match[1]), int(match[4] or match[2]))
    area = (min(first[1], last[1]), min(first[0], last[0]), max(first[1], last[1]), max(first[0], last[0]))
    return area if area[0] >= 1 and area[1] >= 1 and area[2] <= LAST_ROW and area[3] <= LAST_COLUMN else None


@cache
def column_number(letters: str) -> int:
    """Number of a column by its letters; 0 for what is none."""
    if not _LETTERS.fullmatch(letters):
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


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
