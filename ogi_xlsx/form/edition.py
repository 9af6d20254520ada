"""An edition of the form as data: tables, blocks, rows, columns, rules. One file of `templates/` is one edition.

`load` gives a complete edition or raises with every problem of the file; nothing half-loaded exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ogi_xlsx.form.findings import limit_of
from ogi_xlsx.form.relation import Relation
from ogi_xlsx.form.words import Refusal, Sentence, say, template_folder

if TYPE_CHECKING:
    from ogi_xlsx.form.settings import Settings

SEVERITIES = ("error", "warning", "note")
BASES = ("form", "law", "local", "practice", "inference")
TYPES = ("count", "signed", "money")


@dataclass(frozen=True)
class Heading:
    """A row or column of a block: its key and its heading as a path from the outside in."""

    key: str
    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def label(self) -> Sentence:
        """The innermost heading, as messages name the row or column."""
        return Sentence(self.zh[-1], self.en[-1])


@dataclass(frozen=True)
class Column(Heading):
    """A column: `type` of its cells (count, signed count or money), their measure (件, 项, 万元 or none) and grid columns taken."""

    type: str = "count"
    unit: str = ""
    spans: int = 1


@dataclass(frozen=True, eq=False)
class Block:
    """A rectangle of cells under one header. `across`: the rows lie side by side in one line of the grid."""

    columns: tuple[Column, ...]
    rows: tuple[Heading, ...]
    caption: Sentence | None = None
    corner: Sentence | None = None
    across: bool = False


@dataclass(frozen=True)
class Spot:
    """A number of the form: its key `table.row.column` and what stands around it."""

    key: str
    table: "Table"
    block: Block
    row: Heading
    column: Column

    @property
    def label(self) -> Sentence:
        """Row and column as messages name them: `“（一）予以公开”行“自然人”列`."""
        return say("cell_label_across" if self.block.across else "cell_label", row=self.row.label, column=self.column.label)


@dataclass(frozen=True, eq=False)
class Rule:
    """One 勾稽关系, declared once. `table` is empty for a rule across tables; `each` is row, column or empty.

    `implied` names places where the check follows from its other places as long as totals are computed.
    `computes`: the left cell is a formula of the form; `carries`: it is filled in from last year where that is known.
    """

    code: str
    name: str
    severity: str
    basis: str
    relation: Relation
    statement: Sentence
    finding: Sentence
    repair: Sentence
    reason: Sentence
    source: str
    table: str = ""
    each: str = ""
    when: tuple[Relation, ...] = ()
    exceptions: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    computes: bool = False
    carries: bool = False
    implied: frozenset[str] = frozenset()

    def applies_to(self, level: str) -> bool:
        """Whether a body of this level is asked; a rule with limits asks only the levels that have one."""
        return (not self.levels or level in self.levels) and (not self.limits or limit_of(self.limits, level) is not None)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the form and the sheet it stands on. `widths` are grid column widths in characters."""

    id: str
    sheet: str
    title: Sentence
    widths: tuple[float, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Section:
    """A numbered part of the report: a table or text."""

    no: str
    title: Sentence
    table: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart of a summary: the number `bodies` of each agency, or the numbers of `lines` of the form.

    Several lines are groups of bars. Of one line, numbers under one heading are `joined`, and `shares` shows percentages.
    """

    title: Sentence
    bodies: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    joined: bool = False
    shares: bool = False


@dataclass(frozen=True, eq=False)
class Edition:
    """One official version of the form. Compared by identity: an edition is loaded once.

    `amounts` tells the filler in which measure money is given. `comparable` names, by another edition's id, the tables whose
    keys mean the same there. An edition as an office has set it carries
    its `settings`, and the official one as `base`. `mended` holds (last revision, words then, words now).
    """

    id: str
    revision: int
    title: Sentence
    notice: str
    amounts: Sentence
    comparable: Mapping[str, tuple[str, ...]]
    first_year: int
    last_year: int | None
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    aliases: Mapping[str, tuple[str, ...]]
    mended: tuple[tuple[int, str, str], ...]
    spots: Mapping[str, Spot]
    charts: tuple[Chart, ...] = ()
    settings: "Settings | None" = None
    base: "Edition | None" = None

    def __reduce__(self) -> tuple[object, ...]:
        """An official edition travels between processes by its id, with an office's settings if it has any, and is one object again on arrival."""
        from ogi_xlsx.form.settings import adjusted  # it needs the classes here

        official = self.base or self
        if load(official.id) is not official:
            raise TypeError(f"only editions of templates/ can be packed, not {official.id}")
        return (adjusted, (official, self.settings)) if self.base else (load, (self.id,))

    def valid_for(self, year: int) -> bool:
        """Whether the official notice makes this edition the form for a year's report."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @property
    def valid_years(self) -> Sentence:
        """`2019—2020年度` or `2021年度起`."""
        return say("years_from_to", first=self.first_year, last=self.last_year) if self.last_year else say("years_from", first=self.first_year)


@cache
def available() -> Mapping[str, Path]:
    """Edition files of `templates/`, by id, oldest first."""
    return {path.stem.removeprefix("ogi-"): path for path in sorted(template_folder().glob("ogi-*.toml"))}


def load(name: str | Path) -> Edition:
    """The edition with an id such as `2021`, or of a file. Raises Refusal with every problem of the file."""
    found = available()
    if str(name) in found:
        return _load(found[str(name)])
    path = Path(name)
    if path.suffix == ".toml":
        return _load(path.resolve())
    raise Refusal(say("edition_unknown", id=name, known="、".join(found)))


def for_year(year: int) -> Edition:
    """The edition that is the form for a year's report. Raises Refusal where there is none."""
    editions = [load(id) for id in available()]
    for edition in editions:
        if edition.valid_for(year):
            return edition
    raise Refusal(say("edition_none_for_year", year=year, known="；".join(f"{e.id}（{e.valid_years.zh}）" for e in editions)))


@cache
def _load(path: Path) -> Edition:
    from ogi_xlsx.form.edition_file import build  # the reader of the file needs the classes above

    return build(path)
