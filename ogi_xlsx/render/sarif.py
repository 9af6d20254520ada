"""Findings as SARIF 2.1.0, for code scanners and editors: a result a finding, a rule a code with its help."""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ogi_xlsx import __version__
from ogi_xlsx.form.edition import Rule
from ogi_xlsx.form.findings import Builtin, Finding, catalogue
from ogi_xlsx.form.harmless import as_json
from ogi_xlsx.form.words import plain
from ogi_xlsx.render.telling import in_force, tell
from ogi_xlsx.review.verify import Judged

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_TAGS = {"zh": "zh-CN", "en": "en"}
_FINGERPRINT = "ogi-xlsx/finding/1"
_HALVES = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")  # halves of a character that stand for no byte of a file's name


def verify(judged: Sequence[Judged], lang: str) -> str:
    """The result of `verify` as SARIF 2.1.0; rules also stand in the other language, as a translation."""
    rules = _raised(judged)
    places = {code: n for n, code in enumerate(rules)}
    run = {
        "tool": {"driver": {**_component(rules, lang), "version": __version__}},
        "translations": [_component(rules, other) for other in _TAGS if other != lang],
        "language": _TAGS[lang],
        "invocations": [
            {
                "executionSuccessful": not any(one.fault for one in judged),
                "toolExecutionNotifications": [{"level": "note", "message": _message(told[lang])} for told in in_force(judged)],
            }
        ],
        "artifacts": [_artifact(one) for one in judged],
        "results": [_result(finding, one, n, places, lang) for n, one in enumerate(judged) for finding in one.findings],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _raised(judged: Sequence[Judged]) -> dict[str, Rule | Builtin]:
    """The rules and built-in codes that findings are of, by code, in the order of the codes."""
    known: dict[str, Rule | Builtin] = {**catalogue()}
    for edition in {one.layout.edition.id: one.layout.edition for one in judged if one.layout}.values():
        known |= {rule.code: rule for rule in edition.rules}
    return {code: known[code] for code in sorted({finding.code for one in judged for finding in one.findings})}


def _component(rules: dict[str, Rule | Builtin], lang: str) -> dict[str, Any]:
    return {"name": "ogi-xlsx", "language": _TAGS[lang], "rules": [_rule(rule, lang) for rule in rules.values()]}


def _rule(rule: Rule | Builtin, lang: str) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.statement[lang]},
        "fullDescription": {"text": rule.reason[lang]},
        "help": {"text": rule.repair[lang]},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"basis": rule.basis},
    }


def _artifact(one: Judged) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": {"uri": _uri(one.returned.path)}}
    return artifact | ({"hashes": {"sha-256": one.returned.sha256}} if one.returned.sha256 else {})


def _result(finding: Finding, one: Judged, artifact: int, places: dict[str, int], lang: str) -> dict[str, Any]:
    told = tell(finding, one)
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(one.returned.path), "index": artifact}}}
    if told.place:
        location["logicalLocations"] = [{"name": finding.cell or finding.sheet, "fullyQualifiedName": told.place, "kind": "cell" if finding.cell else "sheet"}]
    result = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": finding.severity,
        "message": _message("\n".join(sentence[lang] for sentence in told.sentences)),
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, one)},
        "properties": {"basis": finding.basis, "left": finding.left, "right": finding.right, "difference": finding.difference},
    }
    if finding.explanation:
        result["suppressions"] = [{"kind": "inSource", "justification": plain(finding.explanation, 2000)}]
    return result


def _message(text: str) -> dict[str, str]:
    """A message that viewers show as it is: in SARIF `{0}` is replaced, and `[words](address)` becomes a link even in plain text."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _fingerprint(finding: Finding, one: Judged) -> str:
    """What stays the same of a finding when the file moves or its numbers change: whose it is, which year, which code, where."""
    identity = one.returned.identity
    whose = (identity.agency.code, identity.year) if identity else (one.returned.path, None)
    what = json.dumps([*whose, finding.code, finding.check, finding.sheet, finding.cell, finding.cells])
    return hashlib.sha256(what.encode()).hexdigest()


def _uri(path: str) -> str:
    """A path as a reference: relative to the working folder where it lies below it, percent-encoded byte by byte; half a character is `?`."""
    place = Path(_HALVES.sub("?", path))
    if place.is_absolute() and not place.is_relative_to(Path.cwd()):
        return place.as_uri()
    shown = (place.relative_to(Path.cwd()) if place.is_absolute() else place).as_posix()
    return quote(os.fsencode(shown))
