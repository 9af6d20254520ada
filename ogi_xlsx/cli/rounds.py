"""A round's folder on the command line: inside it each command finds its arguments and options in 本轮.toml."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

    from ogi_xlsx.county.terms import Terms

COMMANDS = ("generate", "verify", "status", "consolidate", "export", "publish")  # those that ask 本轮.toml


def enter(context: "click.Context", folder: Path) -> bool:
    """Let all commands find what 本轮.toml says, in a folder or above it, and what stands beside it; False where there is none.

    Raises Refusal where it cannot be read.
    """
    from ogi_xlsx.county import terms

    file = terms.find(folder)
    if file:
        from ogi_xlsx.county import round_file

        context.obj = round_file.load(file)
        context.default_map = _defaults(context.obj, file.parent)
    return file is not None


def _defaults(terms: "Terms", folder: Path) -> dict[str, dict[str, Any]]:
    """Arguments and options of each command by name. One that is given on the command line wins."""
    from ogi_xlsx.county.terms import BACK, CORRECTIONS, OUT, ROSTER, SUMS
    from ogi_xlsx.form.words import printed

    agency = terms.agency
    named = {"name": agency.name if agency else SUMS, "year": terms.year, "time": f"{datetime.now():%m%d-%H%M%S}"}
    summary, records = (short(folder / SUMS / printed(name, **named).zh) for name in ("summary_file", "records_file"))
    judging = {name: short(path) for name in ("prior", "settings", "seal_key") if (path := getattr(terms, name))}
    common = {"roster": short(folder / ROSTER), **judging}
    reading = {**common, "paths": [short(folder / BACK)]}
    found: dict[str, dict[str, Any]] = {
        "generate": {**common, "year": terms.year, "out": short(folder / OUT), "typed_totals": terms.typed_totals, "with_text": terms.with_text},
        "verify": {**reading, "corrections": short(folder / CORRECTIONS)},
        "status": reading,
        "consolidate": {**reading, "out": summary},
        "export": {**reading, "out": records},
        "publish": judging,
    }
    if terms.edition:
        found["generate"]["edition_id"] = terms.edition
    if agency:
        found["consolidate"]["agency"] = f"{agency.code},{agency.name},{agency.level}"
    return found


def short(path: Path) -> str:
    """A path as it is told: from where one stands, unless the whole path is shorter."""
    here = Path.cwd()
    return min((os.path.relpath(path, here), str(path)), key=len) if path.drive == here.drive else str(path)
