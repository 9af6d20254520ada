"""Findings as CSV for a spreadsheet: a line a finding, and one for each return without any."""

import csv
import io
from collections.abc import Iterator, Sequence

from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.harmless import guarded
from ogi_xlsx.form.words import plain, say
from ogi_xlsx.render.telling import MOST_PATH, MOST_SENTENCE, tell
from ogi_xlsx.review.verify import Judged

_WHOSE = ("file", "agency_code", "agency", "year", "state")
_WHAT = ("code", "severity", "basis", "sheet", "cell", "left", "right", "difference", "message", "hint", "explanation", "how_to_explain")
_NUMBERS = ("left", "right", "difference")  # our own decimals: what a spreadsheet should read as numbers, the negative ones, too


def verify(judged: Sequence[Judged], lang: str) -> str:
    """The result of `verify` as CSV, lines ended by CRLF. Nothing but our own numbers can begin as a formula does."""
    page = io.StringIO()
    writer = csv.DictWriter(page, (*_WHOSE, *_WHAT), restval="", lineterminator="\r\n")
    writer.writerow({name: say(f"column_{name}")[lang] for name in (*_WHOSE, *_WHAT)})
    for one in judged:
        whose = _whose(one, lang)
        writer.writerows({name: text if name in _NUMBERS else guarded(text) for name, text in line.items()} for line in _lines(one, whose, lang))
    return page.getvalue()


def _lines(one: Judged, whose: dict[str, str], lang: str) -> Iterator[dict[str, str]]:
    if not one.findings:
        yield whose
    for finding in one.findings:
        yield whose | _what(finding, one, lang)


def _whose(one: Judged, lang: str) -> dict[str, str]:
    identity = one.returned.identity
    state = {"file": plain(one.returned.path, MOST_PATH), "state": say(f"state_{one.state}")[lang]}
    if not identity:
        return state
    return state | {"agency_code": plain(identity.agency.code), "agency": plain(identity.agency.name), "year": str(identity.year)}


def _what(finding: Finding, one: Judged, lang: str) -> dict[str, str]:
    told = tell(finding, one)
    cells = {"code": told.code, "severity": told.severity[lang], "basis": told.basis[lang], "sheet": plain(finding.sheet), "cell": plain(finding.cell)}
    cells |= {name: number for name in _NUMBERS if (number := getattr(finding, name)) is not None}
    cells |= {"message": told.message[lang], "explanation": plain(finding.explanation or "", MOST_SENTENCE)}
    return cells | {name: sentence[lang] for name, sentence in (("hint", told.hint), ("how_to_explain", told.how_to_explain)) if sentence}
