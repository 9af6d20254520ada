"""What verify says: a finding, and the catalogue of built-in codes beside the rules of an edition.

The catalogue stands in `templates/`; a code without an entry there cannot be raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from ogi_xlsx.form.words import Sentence, fill, template

ERROR, WARNING, NOTE = "error", "warning", "note"
FILES = ("findings.toml", "narrative.toml", "causes.toml")  # of templates/, in the order in which codes are listed
EVERY = "all"  # in place of a level: every level without a limit of its own


@dataclass(frozen=True)
class Builtin:
    """A built-in code: its name, severity and basis, what it is about, and the sentences of its findings.

    `limits` are its thresholds by name, then by level.
    """

    code: str
    name: str
    severity: str
    basis: str
    statement: Sentence
    finding: Sentence
    repair: Sentence
    reason: Sentence
    limits: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)

    def limit(self, name: str, level: str) -> Decimal | None:
        """A threshold for bodies of a level; None where they are not asked."""
        return limit_of(self.limits.get(name, {}), level)


def limit_of(limits: Mapping[str, Decimal], level: str) -> Decimal | None:
    """The limit of a level, or the one for every level; None where there is none."""
    return limits.get(level, limits.get(EVERY))


@dataclass(frozen=True)
class Finding:
    """One thing to say about a return: where (sheet and address), the cells by key, the numbers, the sentence.

    `check` is the id of the check that it tells of, `explanation` the filler's reason for it, if that counts.
    """

    code: str
    name: str
    severity: str
    basis: str
    message: Sentence
    sheet: str = ""
    cell: str = ""
    cells: tuple[str, ...] = ()
    left: str | None = None
    right: str | None = None
    difference: str | None = None
    hint: Sentence | None = None
    explanation: str | None = None
    check: str = ""


@cache
def catalogue() -> dict[str, Builtin]:
    """The built-in codes, in the order of the files."""
    found = {}
    for entry in (entry for name in FILES for entry in template(name)["finding"]):
        finding, repair, reason = (Sentence(**entry[key]) for key in ("finding", "repair", "reason"))
        statement = Sentence(entry["zh"], entry["en"])
        limits = {name: {level: Decimal(str(n)) for level, n in levels.items()} for name, levels in entry.get("limits", {}).items()}
        found[entry["code"]] = Builtin(entry["code"], entry["name"], entry["severity"], entry["basis"], statement, finding, repair, reason, limits)
    return found


def found(code: str, /, *, sheet: str = "", cell: str = "", cells: tuple[str, ...] = (), **values: object) -> Finding:
    """A finding of a built-in code; `values` fill its sentence. Raises KeyError for an unknown code or missing value."""
    builtin = catalogue()[code]
    message = fill(builtin.finding + builtin.repair, values)
    return Finding(builtin.code, builtin.name, builtin.severity, builtin.basis, message, sheet, cell, cells)
