"""Reads an edition file: every problem of the file is noted with its line before any is told."""

import re
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.form import checks, relation, source
from ogi_xlsx.form.edition import BASES, SEVERITIES, TYPES, Block, Column, Edition, Heading, Rule, Section, Spot, Table
from ogi_xlsx.form.source import Path_, Source
from ogi_xlsx.form.words import Sentence, level_names, placeholders

_TOP = ("id", "revision", "title", "notice", "amounts", "years", "sections", "aliases", "table", "rule", "mended")
_RULE = (
    *("code", "name", "severity", "basis", "each", "check", "when", "applies_to", "except", "limits", "computes", "implied"),
    *("zh", "en", "finding", "repair", "reason", "source"),
)
_CODE = re.compile(r"[RXYH]\d{3}")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = {"table", "place", "left", "right", "difference", "more", "values", "limit"}  # placeholders of every finding

Entry = dict[str, object]


def build(path: Path) -> Edition:
    """Load an edition from a file. Raises Refusal with every problem, in line order."""
    file = source.read(path)
    data = file.data
    file.keys((), data, _TOP)
    years = file.take((), data, "years", dict)
    file.keys(("years",), years, ("from", "to"))
    tables = tuple(_table(file, i, entry) for i, entry in enumerate(_entries(file, (), data, "table")))
    _unique(file, [(("table", i), t.id) for i, t in enumerate(tables)], "table")
    rules = _rules(file, data, tables)
    sections = tuple(_section(file, i, entry, tables) for i, entry in enumerate(_entries(file, (), data, "sections")))
    edition = Edition(
        id=file.take((), data, "id", str),
        revision=file.take((), data, "revision", int),
        title=file.sentence(("title",), data.get("title"), "title"),
        notice=file.take((), data, "notice", str),
        amounts=file.sentence(("amounts",), data.get("amounts"), "amounts"),
        first_year=file.take(("years",), years, "from", int),
        last_year=file.take(("years",), years, "to", int, 0) or None,
        sections=sections,
        tables=tables,
        rules=rules,
        aliases={str(k): tuple(v) for k, v in file.take((), data, "aliases", dict, {}).items() if isinstance(v, list)},
        mended=tuple(_mended(file, i, entry) for i, entry in enumerate(_entries(file, (), data, "mended", required=False))),
        spots={s.key: s for t in tables for b in t.blocks for r in b.rows for c in b.columns for s in [Spot(f"{t.id}.{r.key}.{c.key}", t, b, r, c)]},
    )
    if not file.problems:
        _places(file, edition)
    file.close()
    return edition


def _entries(file: Source, path: Path_, entry: Entry, key: str, required: bool = True) -> list[Entry]:
    """A list of tables; what is no table is noted and left out."""
    found = file.take(path, entry, key, list, None if required else [])
    for i, item in enumerate(found):
        if not isinstance(item, dict):
            file.problem((*path, key, i), "edition_wrong_kind", key=key, kind="{ … }")
    return [item for item in found if isinstance(item, dict)]


def _section(file: Source, i: int, entry: Entry, tables: tuple[Table, ...]) -> Section:
    path = ("sections", i)
    file.keys(path, entry, ("no", "zh", "en", "table"))
    table = file.take(path, entry, "table", str, "")
    _among(file, path, table, ["", *(t.id for t in tables)], "table")
    return Section(file.take(path, entry, "no", str), file.sentence(path, entry, "section"), table)


def _mended(file: Source, i: int, entry: Entry) -> tuple[int, str, str]:
    path = ("mended", i)
    file.keys(path, entry, ("until", "was", "now"))
    return file.take(path, entry, "until", int), file.take(path, entry, "was", str), file.take(path, entry, "now", str)


def _table(file: Source, i: int, entry: Entry) -> Table:
    path: Path_ = ("table", i)
    file.keys(path, entry, ("id", "sheet", "zh", "en", "widths", "block", "rule"))
    blocks = tuple(_block(file, (*path, "block", j), b) for j, b in enumerate(_entries(file, path, entry, "block")))
    widths = tuple(float(w) for w in file.take(path, entry, "widths", list) if isinstance(w, int | float))
    for j, block in enumerate(blocks):
        if (size := grid_width(block)) != len(widths):
            file.problem((*path, "block", j), "edition_grid_width", columns=size, widths=len(widths))
    pairs = [((*path, "block", j), r.key) for j, b in enumerate(blocks) for r in b.rows]
    _unique(file, pairs, "row")
    return Table(file.take(path, entry, "id", str), file.take(path, entry, "sheet", str), file.sentence(path, entry, "table"), widths, blocks)


def grid_width(block: Block) -> int:
    """Grid columns of a block: those of its row headings and those of its columns, as spread by `spans`."""
    spread = sum(column.spans for column in block.columns)
    return spread * len(block.rows) if block.across else max((len(r.zh) for r in block.rows), default=0) + spread


def _block(file: Source, path: Path_, entry: Entry) -> Block:
    file.keys(path, entry, ("caption", "corner", "columns", "rows", "across"))
    columns = tuple(_column(file, (*path, "columns", i), e) for i, e in enumerate(_entries(file, path, entry, "columns")))
    rows = tuple(_heading(file, (*path, "rows", i), e) for i, e in enumerate(_entries(file, path, entry, "rows")))
    _unique(file, [((*path, "columns", i), c.key) for i, c in enumerate(columns)], "column")
    caption = file.sentence((*path, "caption"), entry["caption"], "caption") if "caption" in entry else None
    corner = file.sentence((*path, "corner"), entry["corner"], "corner") if "corner" in entry else None
    return Block(columns, rows, caption, corner, file.take(path, entry, "across", bool, False))


def _column(file: Source, path: Path_, entry: Entry) -> Column:
    heading = _heading(file, path, entry, ("type", "unit", "spans"))
    kind = file.take(path, entry, "type", str)
    _among(file, path, kind, TYPES, "type")
    return Column(heading.key, heading.zh, heading.en, kind, file.take(path, entry, "unit", str, ""), file.take(path, entry, "spans", int, 1))


def _heading(file: Source, path: Path_, entry: Entry, more: tuple[str, ...] = ()) -> Heading:
    file.keys(path, entry, ("key", "zh", "en", *more))
    key = file.take(path, entry, "key", str)
    if not _KEY.fullmatch(key):
        file.problem(path, "edition_bad_key", key=key)
    text = file.sentence(path, entry, key)
    zh, en = (tuple(part.strip() for part in half.split(" > ")) for half in (text.zh, text.en))
    if text.zh and text.en and len(zh) != len(en):
        file.problem(path, "edition_path_depth", key=key, zh=len(zh), en=len(en))
    return Heading(key, zh, en)


def _among(file: Source, path: Path_, value: str, known: list[str] | tuple[str, ...], what: str) -> None:
    if value not in known:
        file.problem(path, "edition_not_among", key=what, value=value, known="、".join(k for k in known if k), nearest=file.nearest(value, known))


def _unique(file: Source, pairs: list[tuple[Path_, str]], what: str) -> None:
    seen: set[str] = set()
    for path, key in pairs:
        if key in seen:
            file.problem(path, "edition_doubled", what=what, key=key)
        seen.add(key)


def _rules(file: Source, data: Entry, tables: tuple[Table, ...]) -> tuple[Rule, ...]:
    found: list[tuple[Path_, Rule]] = []
    raw = file.take((), data, "table", list, [])
    owners = [(("table", i), t.id, e) for i, (t, e) in enumerate(zip(tables, raw, strict=False)) if isinstance(e, dict)]
    for path, table, entry in [*owners, ((), "", data)]:
        for j, item in enumerate(_entries(file, path, entry, "rule", required=False)):
            rule = _rule(file, (*path, "rule", j), item, table, tables)
            if rule:
                found.append(((*path, "rule", j), rule))
    _unique(file, [(p, r.code) for p, r in found], "code")
    _unique(file, [(p, r.name) for p, r in found], "name")
    return tuple(rule for _, rule in found)


def _rule(file: Source, path: Path_, entry: Entry, table: str, tables: tuple[Table, ...]) -> Rule | None:
    before = len(file.problems)
    file.keys(path, entry, _RULE)

    def take(key: str, default: str | None = None) -> str:
        return file.take(path, entry, key, str, default)

    written = _relation(file, (*path, "check"), take("check"))
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
        implied=frozenset(map(str, file.take(path, entry, "implied", list, []))),
        **texts,
    )
    _rule_words(file, path, rule)
    if len(file.problems) == before and written:
        _rule_sense(file, path, rule, tables)
    return rule if len(file.problems) == before else None


def _number(file: Source, path: Path_, key: str, value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good:
        file.problem((*path, "limits"), "edition_wrong_kind", key=key, kind="1000")
    return good


def _relation(file: Source, path: Path_, text: str) -> relation.Relation | None:
    if not text:
        return None
    try:
        return relation.parse(text)
    except relation.RelationError as error:
        file.problem(path, error.reason, found=error.found, text=text)
        return None


def _rule_words(file: Source, path: Path_, rule: Rule) -> None:
    """The words of a rule that come from a fixed set."""
    _among(file, path, rule.severity, SEVERITIES, "severity")
    _among(file, path, rule.basis, BASES, "basis")
    _among(file, path, rule.each, ["", "row", "column"], "each")
    for level in sorted(rule.levels | set(rule.limits)):
        _among(file, (*path, "applies_to"), level, list(level_names()), "applies_to")
    if not _CODE.fullmatch(rule.code):
        file.problem((*path, "code"), "edition_bad_code", code=rule.code)
    if not _NAME.fullmatch(rule.name):
        file.problem((*path, "name"), "edition_bad_name", name=rule.name)


def _rule_sense(file: Source, path: Path_, rule: Rule, tables: tuple[Table, ...]) -> None:
    """The rule as a whole: its names exist, it computes what can be computed, its sentence names what it reads."""
    loose = [t.name for r in (rule.relation, *rule.when) for t in r.terms if t.name and "." not in t.name and t.name != relation.LIMIT]
    if loose and not rule.each:
        file.problem((*path, "check"), "edition_needs_each", name=loose[0])
        return
    try:
        bound = checks.bind(rule, tables, next(iter(rule.limits), ""))
    except checks.BindError as error:
        name = error.name.rsplit(".", 1)[-1]
        nearest = file.nearest(error.name, error.known)
        file.problem((*path, "check"), "edition_no_cell", code=rule.code, name=error.name if "." in error.name else name, table=rule.table, nearest=nearest)
        return
    if not bound:
        file.problem(path, "edition_no_place", code=rule.code)
    left = rule.relation.left
    if rule.computes and (rule.relation.operator != "=" or len(left) != 1 or left[0].last or not left[0].name):
        file.problem((*path, "check"), "edition_cannot_compute", code=rule.code)
    if any(t.name == relation.LIMIT for t in rule.relation.terms) != bool(rule.limits):
        file.problem((*path, "limits"), "edition_limits", code=rule.code)
    places = {h.key for t in tables for b in t.blocks for h in (*b.rows, *b.columns)}
    for key, names in (("except", rule.exceptions), ("implied", rule.implied)):
        for name in sorted(names - places):
            file.problem((*path, key), "edition_no_cell", code=rule.code, name=name, table=rule.table, nearest=file.nearest(name, places))
    _rule_placeholders(file, path, rule)


def _rule_placeholders(file: Source, path: Path_, rule: Rule) -> None:
    known = _ALWAYS | {t.name for t in rule.relation.terms if t.name}
    for key, text in (("finding", rule.finding), ("repair", rule.repair), ("reason", rule.reason), ("zh", rule.statement)):
        for name in sorted(placeholders(text) - known):
            file.problem((*path, key), "edition_unknown_placeholder", name=name, nearest=file.nearest(name, known))


def _places(file: Source, edition: Edition) -> None:
    """What only the whole edition can show: sheets apart, totals that do not compute each other."""
    _unique(file, [(("table", i), t.sheet) for i, t in enumerate(edition.tables)], "sheet")
    try:
        for level in level_names():
            checks.checks_of(edition, level, False)
    except ValueError as error:
        file.problem((), "edition_circular", reason=str(error))


__all__ = ["Sentence", "build", "grid_width"]
