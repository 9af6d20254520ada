"""What verify says: a finding, and the catalogue of built-in codes beside the rules of an edition.

The catalogue stands in `templates/`; a code without an entry there cannot be raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from ogi_xlsx.form.words import Sentence, fill, template

ERROR, WARNING, NOTE = "error", "warning", "note"
FILES = ("findings.toml", "narrative.toml", "causes.toml", "published.toml")  # of templates/, in the order in which codes are listed
EVERY = "all"  # in place of a level: every level without a limit of its own


@dataclass(frozen=True)
class Builtin:
    """A built-in code: its name, severity and basis, what it is about, and the sentences of its findings.

    `to_body` is what a reminder says instead, where the finding speaks to the office. `limits` are its thresholds by name, then by level.
    """

    code: str
    name: str
    severity: str
    basis: str
    statement: Sentence
    finding: Sentence
    repair: Sentence
    reason: Sentence
    to_body: Sentence | None = None
    limits: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


def limit_of(limits: Mapping[str, Decimal], level: str) -> Decimal | None:
    """The limit of a level, or the one for every level; None where there is none."""
    return limits.get(level, limits.get(EVERY))


@dataclass(frozen=True)
class Finding:
    """One thing to say about a return: where (sheet and address), the cells by key, the numbers, the sentence.

    `check` is the id of the check that it tells of, `explanation` the filler's reason for it, if that counts.
    `to_body` is what the body is told of it in a reminder, where the message is for the office alone.
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
    to_body: Sentence | None = None


@cache
def catalogue() -> dict[str, Builtin]:
    """The built-in codes, in the order of the files."""
    found = {}
    for entry in (entry for name in FILES for entry in template(name)["finding"]):
        finding, repair, reason = (Sentence(**entry[key]) for key in ("finding", "repair", "reason"))
        statement = Sentence(entry["zh"], entry["en"])
        limits = {name: {level: Decimal(str(n)) for level, n in levels.items()} for name, levels in entry.get("limits", {}).items()}
        to_body = Sentence(**entry["to_body"]) if "to_body" in entry else None
        code, severity, basis = entry["code"], entry["severity"], entry["basis"]
        found[code] = Builtin(code, entry["name"], severity, basis, statement, finding, repair, reason, to_body, limits)
    return found


def found(code: str, /, *, sheet: str = "", cell: str = "", cells: tuple[str, ...] = (), **values: object) -> Finding:
    """A finding of a built-in code; `values` fill its sentence. Raises KeyError for an unknown code or missing value."""
    builtin = catalogue()[code]
    message = fill(builtin.finding + builtin.repair, values)
    to_body = fill(builtin.to_body, values) if builtin.to_body else None
    return Finding(builtin.code, builtin.name, builtin.severity, builtin.basis, message, sheet, cell, cells, to_body=to_body)
