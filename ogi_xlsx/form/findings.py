"""What verify says: a finding, and the catalogue of built-in codes beside the rules of an edition.

The catalogue stands in `templates/findings.toml`; a code without an entry there cannot be raised.
"""

from dataclasses import dataclass
from functools import cache

from ogi_xlsx.form.words import Sentence, fill, template

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Builtin:
    """A built-in code: its name, severity and basis, what it is about, and the sentences of its findings."""

    code: str
    name: str
    severity: str
    basis: str
    statement: Sentence
    finding: Sentence
    repair: Sentence
    reason: Sentence


@dataclass(frozen=True)
class Finding:
    """One thing to say about a return: where (sheet and address), the cells by key, the numbers, the sentence."""

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


@cache
def catalogue() -> dict[str, Builtin]:
    """The built-in codes, in the order of the file."""
    found = {}
    for entry in template("findings.toml")["finding"]:
        finding, repair, reason = (Sentence(**entry[key]) for key in ("finding", "repair", "reason"))
        statement = Sentence(entry["zh"], entry["en"])
        found[entry["code"]] = Builtin(entry["code"], entry["name"], entry["severity"], entry["basis"], statement, finding, repair, reason)
    return found


def found(code: str, /, *, sheet: str = "", cell: str = "", cells: tuple[str, ...] = (), **values: object) -> Finding:
    """A finding of a built-in code; `values` fill its sentence. Raises KeyError for an unknown code or missing value."""
    builtin = catalogue()[code]
    message = fill(builtin.finding + builtin.repair, values)
    return Finding(builtin.code, builtin.name, builtin.severity, builtin.basis, message, sheet, cell, cells)
