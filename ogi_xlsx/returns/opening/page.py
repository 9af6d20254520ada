"""A workbook as it came back, as plain data: sheets of cells, each as it was written, and what lies over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ogi_xlsx.form.layout.cells import Area, Place


@dataclass(slots=True)
class Cell:
    """A cell that holds something.

    `data_type` as in the file: `n` number, `s` text, `b` boolean, `e` error, `d` date, `f` formula, whose value is its text beginning
    with `=` (an array formula with `{=`) and whose saved result is `shown`. `locked` by its style.
    """

    value: object
    data_type: str
    number_format: str = "General"
    locked: bool = True
    shown: object = None


@dataclass
class Page:
    """A sheet. Blank cells are not kept, but for the places of those that are unlocked.

    `validated` are areas with a rule on what may be typed; `links` the areas of links with the id of their relation, empty for one
    within the workbook; `comments` texts by place. `part` is where it stands in the archive.

    Of a sheet whose rows or columns were moved and are read as issued (see `returns.moved.shifted`), `between` holds what stood in new ones, by its
    place in the file. `gone` are the places of the form whose row or column is not there, and those that hold nothing since a merge covers them.
    `as_issued`: all that is locked was found so.
    """

    title: str
    state: str = "visible"
    protected: bool = False
    cells: dict[Place, Cell] = field(default_factory=dict)
    unlocked: set[Place] = field(default_factory=set)
    merges: set[Area] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    validated: list[Area] = field(default_factory=list)
    links: list[tuple[Area, str]] = field(default_factory=list)
    comments: dict[Place, str] = field(default_factory=dict)
    part: str = ""
    between: "Page | None" = None
    gone: frozenset[Place] = frozenset()
    as_issued: bool = False


@dataclass(frozen=True)
class Related:
    """What a part of the workbook leads to: the part, empty for the workbook as a whole, the relation's id and the last word of its type.

    The target is another part, or, where it is `outside`, whatever was written there.
    """

    part: str
    id: str
    kind: str
    target: str
    outside: bool


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets in order, custom properties, defined names, whether its structure is locked, its parts, what they lead to.

    `drawn` are parts of drawings in which something is drawn, `program` is what saved it last (see `returns.opening.program`).
    `unread` are sheets of the form, by name, that are not among `pages` since their cells cannot be located; `copies` the names of sheets
    that are copies of one of the form, with its name.
    """

    pages: Mapping[str, Page]
    properties: Mapping[str, str]
    names: Mapping[str, str]
    structure_locked: bool
    parts: Sequence[str]
    related: Sequence[Related]
    drawn: frozenset[str]
    program: str
    unread: Mapping[str, Page] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
