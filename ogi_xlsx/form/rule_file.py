"""Reads the rules of an edition file: each whole, or left out with its problems noted."""

import re
from decimal import Decimal

from ogi_xlsx.form import binding, relation
from ogi_xlsx.form.checks import BESIDE, PRIOR
from ogi_xlsx.form.edition import BASES, SEVERITIES, Rule, Table
from ogi_xlsx.form.findings import EVERY
from ogi_xlsx.form.source import Entry, Path_, Source
from ogi_xlsx.form.words import level_names, placeholders

_RULE = (
    *("code", "name", "severity", "basis", "each", "check", "when", "applies_to", "except", "limits", "computes", "carries", "implied"),
    *("zh", "en", "finding", "repair", "reason", "source"),
)
_CODE = re.compile(r"[RXYH][0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ALWAYS = {"table", "place", "left", "right", "difference", "more", "values", "limit"}  # placeholders of every finding


def rules(file: Source, data: Entry, tables: tuple[Table, ...]) -> tuple[Rule, ...]:
    """The rules of every table, then those across tables; what is wrong with them is noted."""
    found: list[tuple[Path_, Rule]] = []
    raw = file.take((), data, "table", list, [])
    owners = [(("table", i), t.id, e) for i, (t, e) in enumerate(zip(tables, raw, strict=False)) if isinstance(e, dict)]
    for path, table, entry in [*owners, ((), "", data)]:
        for j, item in enumerate(file.entries(path, entry, "rule", required=False)):
            rule = _rule(file, (*path, "rule", j), item, table, tables)
            if rule:
                found.append(((*path, "rule", j), rule))
    file.unique([((*p, "code"), r.code) for p, r in found], "code")
    file.unique([((*p, "name"), r.name) for p, r in found], "name")
    return tuple(rule for _, rule in found)


def _rule(file: Source, path: Path_, entry: Entry, table: str, tables: tuple[Table, ...]) -> Rule | None:
    before = len(file.problems)
    file.keys(path, entry, _RULE)

    def take(key: str, default: str | None = None) -> str:
        return file.take(path, entry, key, str, default)

    text = take("check")
    written = _relation(file, (*path, "check"), text) if isinstance(entry.get("check"), str) else None
    texts = {key: file.sentence((*path, key), entry.get(key), key) for key in ("finding", "repair", "reason")}
    rule = Rule(
        code=take("code"),
        name=take("name"),
        severity=take("severity"),
        basis=take("basis"),
        relation=written or relation.parse("0 = 0"),
        statement=file.sentence(path, entry, "rule"),
        source=take("source"),
        table=table,
        each=take("each", ""),
        when=tuple(w for text in file.take(path, entry, "when", list, []) if (w := _relation(file, (*path, "when"), str(text)))),
        exceptions=frozenset(map(str, file.take(path, entry, "except", list, []))),
        levels=frozenset(map(str, file.take(path, entry, "applies_to", list, []))),
        limits={k: Decimal(str(v)) for k, v in file.take(path, entry, "limits", dict, {}).items() if _number(file, path, k, v)},
        computes=file.take(path, entry, "computes", bool, False),
        carries=file.take(path, entry, "carries", bool, False),
        implied=frozenset(map(str, file.take(path, entry, "implied", list, []))),
        **texts,
    )
    _rule_words(file, path, rule)
    if len(file.problems) == before and written:
        _rule_sense(file, path, rule, tables)
    return rule if len(file.problems) == before else None


def _number(file: Source, path: Path_, key: str, value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15
    if not good:
        file.problem((*path, "limits"), "edition_wrong_kind", key=key, kind="1000")
    return good


def _relation(file: Source, path: Path_, text: str) -> relation.Relation | None:
    try:
        return relation.parse(text)
    except relation.RelationError as error:
        file.problem(path, error.reason, found=error.found, text=text)
        return None


def _rule_words(file: Source, path: Path_, rule: Rule) -> None:
    """The words of a rule that come from a fixed set."""
    file.among(path, rule.severity, SEVERITIES, "severity")
    file.among(path, rule.basis, BASES, "basis")
    file.among(path, rule.each, ["", "row", "column"], "each")
    for level in sorted(rule.levels):
        file.among(path, level, list(level_names()), "applies_to")
    for level in sorted(rule.limits):
        file.among(path, level, [*level_names(), EVERY], "limits")
    if rule.code and not _CODE.fullmatch(rule.code):
        file.problem((*path, "code"), "edition_bad_code", code=rule.code)
    if rule.name and not _NAME.fullmatch(rule.name):
        file.problem((*path, "name"), "edition_bad_name", name=rule.name)


def _rule_sense(file: Source, path: Path_, rule: Rule, tables: tuple[Table, ...]) -> None:
    """The rule as a whole: its names exist, it computes what can be computed, its sentence names what it reads."""
    loose = [t.name for r in (rule.relation, *rule.when) for t in r.terms if t.name and "." not in t.name and t.name != relation.LIMIT]
    if loose and not rule.each:
        file.problem((*path, "check"), "edition_needs_each", name=loose[0])
        return
    if not any(t.name and t.name != relation.LIMIT and not t.prior and not t.name.startswith(BESIDE) for t in rule.relation.terms):
        file.problem((*path, "check"), "edition_reads_nothing", code=rule.code, text=rule.relation.text)
        return
    try:
        bound = binding.bind(rule, tables, next(iter(rule.limits), ""))
    except binding.LineError as error:
        file.problem((*path, "check"), "edition_no_line", code=rule.code, first=error.first, last=error.last)
        return
    except binding.BindError as error:
        nearest = file.nearest(error.name, error.known)
        file.problem(_naming(path, rule, error.name), "edition_no_cell", code=rule.code, name=error.name, table=rule.table, nearest=nearest)
        return
    if not bound:
        file.problem(path, "edition_no_place", code=rule.code)
    left = rule.relation.left
    if rule.computes and (rule.relation.operator != "=" or len(left) != 1 or left[0].last or not left[0].name or rule.when):
        file.problem((*path, "check"), "edition_cannot_compute", code=rule.code)
    if rule.carries and not _carries(rule):
        file.problem((*path, "check"), "edition_cannot_carry", code=rule.code)
    if any(t.limited or t.name == relation.LIMIT for r in (rule.relation, *rule.when) for t in r.terms) != bool(rule.limits):
        file.problem((*path, "limits"), "edition_limits", code=rule.code)
    places = {h.key for t in tables for b in t.blocks for h in (*b.rows, *b.columns)}
    for key, names in (("except", rule.exceptions), ("implied", rule.implied)):
        for name in sorted(names - places):
            file.problem((*path, key), "edition_no_cell", code=rule.code, name=name, table=rule.table, nearest=file.nearest(name, places))
    _rule_placeholders(file, path, rule)


def _carries(rule: Rule) -> bool:
    """Whether a rule says `cell = last year's cell`."""
    sides = (rule.relation.left, rule.relation.right)
    return (
        rule.relation.operator == "="
        and all(len(s) == 1 and s[0].name and not s[0].last and s[0].factor == 1 for s in sides)
        and (not sides[0][0].prior and sides[1][0].prior)
    )


def _naming(path: Path_, rule: Rule, name: str) -> Path_:
    """Where a rule uses a name: its check, or else one of its conditions."""
    return (*path, "check" if any(name in (t.name, t.last) for t in rule.relation.terms) else "when")


def _rule_placeholders(file: Source, path: Path_, rule: Rule) -> None:
    terms = [t for r in (rule.relation, *rule.when) for t in r.terms if t.name]
    known = _ALWAYS | {f"{PRIOR if t.prior else ''}{t.name}" for t in terms}
    for key, text in (("finding", rule.finding), ("repair", rule.repair), ("reason", rule.reason), ("zh", rule.statement)):
        for name in sorted(placeholders(text) - known):
            file.problem((*path, key), "edition_unknown_placeholder", name=name, nearest=file.nearest(name, known))
