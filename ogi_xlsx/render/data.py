"""Findings as data: the JSON that scripts rely on. Every key is always there, numbers are decimal strings."""

from collections.abc import Sequence
from typing import Any

from ogi_xlsx import __version__
from ogi_xlsx.form.checks import FAILED, PASSED, PENDING
from ogi_xlsx.form.edition import Edition, Rule
from ogi_xlsx.form.findings import Builtin, Finding
from ogi_xlsx.form.harmless import as_json
from ogi_xlsx.form.words import Sentence
from ogi_xlsx.review import explained, verify as review
from ogi_xlsx.review.verify import STATES, Judged

VERIFY_SCHEMA = "ogi-xlsx/verify/1"


def verify(judged: Sequence[Judged]) -> str:
    """The result of `verify` as JSON (schema ogi-xlsx/verify/1)."""
    editions = {one.returned.identity.edition for one in judged if one.returned.identity}
    content = {
        "schema": VERIFY_SCHEMA,
        "tool": f"ogi-xlsx {__version__}",
        "edition": editions.pop() if len(editions) == 1 else None,
        "settings": [_both(told) for told in review.settings_told(judged)],
        "returns": [_returned(one) for one in judged],
        "summary": {
            "returns": len(judged),
            **{state: sum(1 for one in judged if one.state == state) for state in STATES},
            "explained": explained.counts(judged),
        },
    }
    return as_json(content)


def _returned(one: Judged) -> dict[str, Any]:
    identity = one.returned.identity
    agency = identity.agency if identity else None
    return {
        "path": one.returned.path,
        "sha256": one.returned.sha256 or None,
        "agency": {"code": agency.code, "name": agency.name, "level": agency.level} if agency else None,
        "year": identity.year if identity else None,
        "edition": identity.edition if identity else None,
        "state": one.state,
        "checks": {"passed": one.count(PASSED), "failed": one.count(FAILED), "pending": one.count(PENDING)},
        "findings": [_finding(finding) for finding in one.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "basis": finding.basis,
        "sheet": finding.sheet or None,
        "cell": finding.cell or None,
        "cells": list(finding.cells),
        "left": finding.left,
        "right": finding.right,
        "difference": finding.difference,
        "message": _both(finding.message),
        "hint": _both(finding.hint),
        "explanation": finding.explanation,
    }


def _both(sentence: Sentence | None) -> dict[str, str] | None:
    return {"zh": sentence.zh, "en": sentence.en} if sentence else None


def rules(edition: Edition, chosen: Sequence[Rule | Builtin]) -> str:
    """Rules and built-in codes as JSON (schema ogi-xlsx/rules/1)."""
    content = {"schema": "ogi-xlsx/rules/1", "edition": edition.id, "rules": [_rule(rule) for rule in chosen]}
    return as_json(content)


def _rule(rule: Rule | Builtin) -> dict[str, Any]:
    own = rule if isinstance(rule, Rule) else None
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "basis": rule.basis,
        "check": own.relation.text if own else None,
        "when": [bound.text for bound in own.when] if own else [],
        "each": (own.each or None) if own else None,
        "table": (own.table or None) if own else None,
        "applies_to": sorted(own.levels) if own else [],
        "limits": {level: str(value) for level, value in own.limits.items()} if own else {},
        "computes": own.computes if own else False,
        "source": own.source if own else None,
        "statement": _both(rule.statement),
        "finding": _both(rule.finding),
        "repair": _both(rule.repair),
        "reason": _both(rule.reason),
    }
