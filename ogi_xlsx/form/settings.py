"""What an office changes about the checks: thresholds of its own, and rules switched off with a reason until a day.

A small TOML, one table a code: `[R205]` with `limits = { township = 500 }`, or `[R304]` with `off = "reason"` and `until = 2026-03-31`.
A code with several thresholds names them: `limits.ratio = { all = 8 }`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from ogi_xlsx.form import edition as editions, source
from ogi_xlsx.form.edition import Edition, Rule
from ogi_xlsx.form.findings import ERROR, EVERY, Builtin, catalogue, limit_of
from ogi_xlsx.form.relation import LIMIT
from ogi_xlsx.form.source import Source
from ogi_xlsx.form.words import Sentence, level_names, say

_CODE = re.compile(r"[A-Z][0-9]{3}", re.ASCII)
_LIMIT_NAME = re.compile(r"[a-z_]{1,30}")
_MOST = 10**15  # a limit is below: a cell holds 15 digits
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,20})?(e[-+][0-9]{1,2})?", re.ASCII)
_MOST_REASON = 1000  # characters


@dataclass(frozen=True)
class Settings:
    """Thresholds as (code, name, level, number) and rules switched off as (code, reason, last day as YYYY-MM-DD)."""

    limits: tuple[tuple[str, str, str, str], ...] = ()
    off: tuple[tuple[str, str, str], ...] = ()

    @property
    def codes_off(self) -> frozenset[str]:
        """Codes that are switched off."""
        return frozenset(code for code, _, _ in self.off)

    def limits_of(self, code: str, name: str, given: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """The thresholds of a code by level, with the office's in place of the given ones; its `all` replaces every given one."""
        own = {level: Decimal(number) for c, n, level, number in self.limits if (c, n) == (code, name)}
        return own if EVERY in own else dict(given) | own

    def in_force(self, today: date) -> "Settings":
        """Without what has expired."""
        return replace(self, off=tuple(entry for entry in self.off if date.fromisoformat(entry[2]) >= today))

    def told(self) -> list[Sentence]:
        """Every change in a sentence: what each output shows."""
        levels = level_names()
        every = say("every_level")
        changed = [
            say("setting_limit", code=c, name="" if n == LIMIT else f" {n} ", level=levels.get(level, every), number=number)
            for c, n, level, number in self.limits
        ]
        return changed + [say("setting_off", code=code, reason=reason, until=until) for code, reason, until in self.off]

    def packed(self) -> str:
        """As one line, for the identity of a workbook; nothing where nothing is changed."""
        return json.dumps([self.limits, self.off], ensure_ascii=False) if self.limits or self.off else ""


NONE = Settings()


def unpacked(text: str) -> Settings | None:
    """Settings from the line in an identity; None where the text is none of ours, or switches off what nobody can."""
    if not text:
        return NONE
    try:
        limits, off = json.loads(text)
        settings = Settings(tuple((c, n, v, x) for c, n, v, x in limits), tuple((c, r, u) for c, r, u in off))
        sane = all(_is_limit(*one) for one in settings.limits) and all(_is_off(*one) for one in settings.off)
    except (ValueError, TypeError, RecursionError):
        return None
    return settings if sane else None


def _is_limit(code: object, name: object, level: object, number: object) -> bool:
    """Whether these say a threshold as `load` does."""
    known = _is_code(code) and isinstance(name, str) and bool(_LIMIT_NAME.fullmatch(name)) and level in (*level_names(), EVERY)
    return known and isinstance(number, str) and bool(_NUMBER.fullmatch(number)) and Decimal(number) < _MOST


def _is_off(code: object, reason: object, until: object) -> bool:
    """Whether these say a waiver as `load` does. Raises ValueError for a day that is none."""
    told = _is_code(code) and code not in _fixed() and isinstance(reason, str) and len(reason) <= _MOST_REASON and isinstance(until, str)
    return told and date.fromisoformat(str(until)).isoformat() == until


def _is_code(code: object) -> bool:
    return isinstance(code, str) and bool(_CODE.fullmatch(code))


@cache
def _rules() -> dict[str, Rule | Builtin]:
    """Every rule of the editions, and every built-in code."""
    known: dict[str, Rule | Builtin] = {rule.code: rule for id in editions.available() for rule in editions.load(id).rules}
    return known | catalogue()


@cache
def _fixed() -> frozenset[str]:
    """Codes that nobody can switch off: computed totals, what is carried in, and built-in errors."""
    rules = _rules().values()
    return frozenset(rule.code for rule in rules if (rule.computes or rule.carries if isinstance(rule, Rule) else rule.severity == ERROR))


@lru_cache(maxsize=64)
def adjusted(edition: Edition, settings: Settings) -> Edition:
    """An edition as an office has set it: its thresholds, without the rules that are switched off."""
    original = edition.base or edition
    if settings == NONE:
        return original
    rules = [replace(rule, limits=settings.limits_of(rule.code, LIMIT, rule.limits)) if rule.limits else rule for rule in original.rules]
    kept = tuple(rule for rule in rules if rule.code not in settings.codes_off)
    return replace(original, rules=kept, settings=settings, base=original)


def threshold(code: str, name: str, edition: Edition, level: str) -> Decimal | None:
    """A threshold of a built-in code for bodies of a level, as the office has set it; None where they are not asked."""
    return limit_of((edition.settings or NONE).limits_of(code, name, catalogue()[code].limits[name]), level)


def load(path: Path, today: date, notes: list[Sentence]) -> Settings:
    """Read a settings file; what has expired is noted and left out. Raises Refusal with every problem, each with its line."""
    file = source.read(path)
    known = _rules()
    limits: list[tuple[str, str, str, str]] = []
    off: list[tuple[str, str, str]] = []
    for code, entry in file.data.items():
        if code not in known:
            file.problem((code,), "setting_unknown", code=code, nearest=file.nearest(code.upper().replace("O", "0"), known))
        elif not isinstance(entry, dict):
            file.problem((code,), "edition_wrong_kind", key=code, kind=say("kind_dict"))
        else:
            file.keys((code,), entry, ("limits", "off", "until"))
            limits += _limits(file, known[code], entry)
            off += _off(file, known[code], entry)
    file.close("settings_not_loaded")
    settings = Settings(tuple(limits), tuple(off))
    for code, _, until in set(settings.off) - set(settings.in_force(today).off):
        notes.append(say("setting_expired", file=file.name, code=code, until=until))
    return settings.in_force(today)


def _limits(file: Source, rule: Rule | Builtin, entry: dict[str, object]) -> list[tuple[str, str, str, str]]:
    """The thresholds of one code; what is wrong with them is noted."""
    given = file.take((rule.code,), entry, "limits", dict, {})
    names = list(rule.limits) if isinstance(rule, Builtin) else [LIMIT] if rule.limits else []
    if given and not names:
        file.problem((rule.code, "limits"), "setting_no_limit", code=rule.code)
        return []
    if not any(isinstance(value, dict) for value in given.values()):
        if len(names) > 1:
            file.problem((rule.code, "limits"), "setting_name_limit", code=rule.code, names="、".join(names))
            return []
        given = {names[0]: given} if given else {}
    found = []
    for name, levels in given.items():
        file.among((rule.code, "limits"), str(name), names, "limits")
        if not isinstance(levels, dict):
            file.problem((rule.code, "limits"), "edition_wrong_kind", key=name, kind=say("kind_dict"))
            continue
        for level, number in levels.items():
            file.among((rule.code, "limits"), str(level), [*level_names(), EVERY], "limits")
            if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < _MOST:
                file.problem((rule.code, "limits"), "setting_bad_limit", code=rule.code, level=level, number=str(number))
            else:
                found.append((rule.code, str(name), str(level), str(number)))
    return found


def _off(file: Source, rule: Rule | Builtin, entry: dict[str, object]) -> list[tuple[str, str, str]]:
    """The waiver of one code, if there is one; what is wrong with it is noted."""
    if "off" not in entry and "until" not in entry:
        return []
    reason, until = entry.get("off"), entry.get("until")
    if not isinstance(reason, str) or not reason.strip() or type(until) is not date:
        file.problem((rule.code,), "setting_off_needs", code=rule.code)
    elif len(reason) > _MOST_REASON:
        file.problem((rule.code, "off"), "setting_long_reason", n=len(reason), most=_MOST_REASON)
    elif rule.code in _fixed():
        file.problem((rule.code,), "setting_cannot_off", code=rule.code)
    else:
        return [(rule.code, " ".join(reason.split()), until.isoformat())]
    return []
