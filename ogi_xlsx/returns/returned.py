"""A workbook as it came back: whose it is, what its cells hold, and what is to be said about it."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from sys import intern
from typing import Any

from ogi_xlsx.form.checks import CORRECTED, COVER_NUMBERS
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.record import BLANK, Reading, Record, is_yes


@dataclass(eq=False)
class Return:
    """A workbook as it came back. `readings` by key of a cell or of a number of the cover, `fields` by field name;
    `formulas` are those fields that hold a formula or an error value, whose text is none that anybody typed.

    `findings` are about cells and structure.

    `modified` is the time that the file bears, which copying and mailing change; `program` what saved it last (see `returns.opening.program`).
    `missing` are sheets that are not there or could not be located, `gone` the keys and fields whose cells are not there,
    or hold nothing where a number may have been lost; `shut` are those of them that are there, and locked.
    Without identity and layout it could not be read, and `findings` says why.
    A `foreign` one is no workbook of ours: its tables were found by their labels, and its layout holds where they stand.
    """

    path: str
    sha256: str = ""
    identity: Identity | None = None
    edition: Edition | None = None
    layout: Layout | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    fields: dict[str, object] = field(default_factory=dict)
    zero: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    modified: datetime | None = None
    program: str = ""
    foreign: bool = False
    formulas: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A return that came from another process: its keys are those of thousands of others, and are kept once."""
        self.__dict__.update(state)
        self.readings = {intern(key): reading for key, reading in self.readings.items()}
        self.fields = {intern(key): content for key, content in self.fields.items()}

    @property
    def published(self) -> bool:
        """Whether it was made from a published report: it is no return of anybody's, and counts for nobody."""
        return bool(self.identity and self.identity.published)

    def lacks(self, sheet: str) -> bool:
        """Whether a sheet is not there at all, which was told as such."""
        return sheet in self.missing

    @property
    def typed(self) -> dict[str, Decimal | None]:
        """Number of each typed cell: as typed, 0 where blank and the table is declared zero, else None, as where it is gone."""
        declared = Decimal(0)
        spots = self.edition.spots if self.edition else {}
        read = {k: r for k, r in self.readings.items() if k in spots}
        return {k: declared if r.blank and spots[k].table.id in self.zero and k not in self.gone else r.value for k, r in read.items()}

    @property
    def beside(self) -> dict[str, Decimal | None]:
        """The other numbers that checks read: those of the cover (0 where blank, not where they are gone), and last year's that were locked in."""
        cover = {key: Decimal(0) if (r := self.readings.get(key, BLANK)).blank and key not in self.gone else r.value for key in COVER_NUMBERS}
        prior = {key: Decimal(text) for key, text in (self.identity.prior if self.identity else {}).items()}
        return {**cover, **prior, CORRECTED: Decimal(self.corrected)}

    @property
    def corrected(self) -> bool:
        """Whether the filler answered that what was carried in is corrected."""
        return is_yes(self.fields.get("carry.answer"))

    @property
    def unlocked(self) -> dict[str, object]:
        """What each unlocked cell holds, by key or field: a number as it is shown, else the content; None where blank."""
        keys = [cell.key for sheet in self.layout.sheets.values() for cell in sheet.cells.values() if cell.typed] if self.layout else []
        return {key: (self.readings[key].shown if key in self.readings else self.fields.get(key)) or None for key in keys}

    @property
    def untouched(self) -> bool:
        """Whether no unlocked cell differs from what was issued; a summary is made, not filled in, and never is."""
        if not self.layout or not self.identity or self.identity.aggregate:
            return False
        issued = {cell.key: cell.content for sheet in self.layout.sheets.values() for cell in sheet.cells.values() if cell.typed}
        return self.unlocked == issued

    @property
    def control_sum(self) -> Decimal | None:
        """The 核对数 that stands on the return; None where it shows a dash, since a cell has no number, or where nothing could be read."""
        record = self.record
        whole = record and self.layout and all(value is not None for value in self.typed.values())
        return record.control_sum(self.layout.checks.typed_keys) if record and self.layout and whole else None

    @property
    def added_up(self) -> list[str]:
        """Codes of the agencies whose numbers a summary adds up, in the order of its detail."""
        table = self.edition.tables[0].id if self.edition else ""
        return [str(self.fields.get(f"detail.{row}.{table}.code") or "") for row in range(self.identity.rows if self.identity else 0)]

    @property
    def record(self) -> Record | None:
        """The values with computed totals; None where nothing could be read."""
        if not self.identity or not self.layout:
            return None
        values = self.layout.checks.complete(self.typed)
        return Record(self.identity.agency, self.identity.year, self.identity.edition, {k: v for k, v in values.items() if v is not None})
