"""Reads an edition file: every problem of the file is noted with its line before any is told."""

import re
from pathlib import Path

from ogi_xlsx.form import binding, chart_file, relation, rule_file, source
from ogi_xlsx.form.edition import TYPES, Block, Column, Edition, Heading, Section, Spot, Table
from ogi_xlsx.form.source import Entry, Path_, Source
from ogi_xlsx.form.words import level_names

_TOP = ("id", "revision", "title", "notice", "amounts", "comparable", "years", "sections", "aliases", "table", "rule", "chart", "mended")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SHEET = re.compile(r"[^\\/?*:'\[\]]{1,31}")  # what Excel allows as the name of a sheet, and no quote
_WIDEST = 255  # what Excel allows a column
_LAST_REVISION = 99_999  # what a mark of identity holds
_OWN_SHEETS = ("封面", "校验", "打印件", "上年", "标识", "报送情况", "调整", "问题", "说明", "图表", "文字")  # sheets that stand beside those of the tables


def build(path: Path) -> Edition:
    """Load an edition from a file. Raises Refusal with every problem, in line order."""
    file = source.read(path)
    data = file.data
    file.keys((), data, _TOP)
    years = file.take((), data, "years", dict)
    file.keys(("years",), years, ("from", "to"))
    tables = tuple(_table(file, i, entry) for i, entry in enumerate(file.entries((), data, "table")))
    file.unique([(("table", i, "id"), t.id) for i, t in enumerate(tables)], "table")
    file.unique([(("table", i, "sheet"), t.sheet) for i, t in enumerate(tables)], "sheet")
    rules = rule_file.rules(file, data, tables)
    spots = {s.key: s for t in tables for b in t.blocks for r in b.rows for c in b.columns for s in [Spot(f"{t.id}.{r.key}.{c.key}", t, b, r, c)]}
    sections = tuple(_section(file, i, entry, tables) for i, entry in enumerate(file.entries((), data, "sections")))
    edition = Edition(
        id=file.take((), data, "id", str),
        revision=file.take((), data, "revision", int),
        title=file.sentence(("title",), data.get("title"), "title"),
        notice=file.take((), data, "notice", str),
        amounts=file.sentence(("amounts",), data.get("amounts"), "amounts"),
        comparable=_comparable(file, data, tables),
        first_year=file.take(("years",), years, "from", int) if years else 0,
        last_year=file.take(("years",), years, "to", int, 0) or None,
        sections=sections,
        tables=tables,
        rules=rules,
        aliases={str(k): tuple(v) for k, v in file.take((), data, "aliases", dict, {}).items() if isinstance(v, list)},
        mended=tuple(_mended(file, i, entry) for i, entry in enumerate(file.entries((), data, "mended", required=False))),
        spots=spots,
        charts=chart_file.charts(file, data, tables, spots),
    )
    if "revision" in data:
        file.within((), "revision", edition.revision, 0, _LAST_REVISION)
    for name, year in (("from", edition.first_year), ("to", edition.last_year)):
        if year:
            file.within(("years",), name, year, 1000, 9999)
    if edition.last_year is not None and edition.last_year < edition.first_year:
        file.problem(("years", "to"), "edition_years", first=edition.first_year, last=edition.last_year)
    if not file.problems:
        _circles(file, edition)
    file.close()
    return edition


def _section(file: Source, i: int, entry: Entry, tables: tuple[Table, ...]) -> Section:
    path = ("sections", i)
    file.keys(path, entry, ("no", "zh", "en", "table"))
    table = file.take(path, entry, "table", str, "")
    file.among(path, table, ["", *(t.id for t in tables)], "table")
    return Section(file.take(path, entry, "no", str), file.sentence(path, entry, "section"), table)


def _comparable(file: Source, data: Entry, tables: tuple[Table, ...]) -> dict[str, tuple[str, ...]]:
    """Tables whose keys mean the same in another edition, by its id."""
    found = {}
    for id, names in file.take((), data, "comparable", dict, {}).items():
        found[str(id)] = tuple(map(str, names)) if isinstance(names, list) else ()
        for name in found[str(id)] or ("",):
            file.among(("comparable",), name or "?", [t.id for t in tables], str(id))
    return found


def _mended(file: Source, i: int, entry: Entry) -> tuple[int, str, str]:
    path = ("mended", i)
    file.keys(path, entry, ("until", "was", "now"))
    return file.take(path, entry, "until", int), file.take(path, entry, "was", str), file.take(path, entry, "now", str)


def _table(file: Source, i: int, entry: Entry) -> Table:
    path: Path_ = ("table", i)
    file.keys(path, entry, ("id", "sheet", "zh", "en", "widths", "block", "rule"))
    blocks = tuple(_block(file, (*path, "block", j), b) for j, b in enumerate(file.entries(path, entry, "block")))
    widths = tuple(float(w) for w in file.take(path, entry, "widths", list) if isinstance(w, int | float))
    for width in widths:
        file.within(path, "widths", width, 1, _WIDEST)
    for j, block in enumerate(blocks):
        if (size := grid_width(block)) != len(widths):
            file.problem((*path, "block", j), "edition_grid_width", columns=size, widths=len(widths))
    pairs = [((*path, "block", j), r.key) for j, b in enumerate(blocks) for r in b.rows]
    file.unique(pairs, "row")
    name, sheet = file.take(path, entry, "id", str), file.take(path, entry, "sheet", str)
    if name and not _KEY.fullmatch(name):
        file.problem((*path, "id"), "edition_bad_key", key=name)
    if "sheet" in entry and (not _SHEET.fullmatch(sheet) or sheet in _OWN_SHEETS):
        file.problem((*path, "sheet"), "edition_bad_sheet", sheet=sheet, own="、".join(_OWN_SHEETS))
    return Table(name, sheet, file.sentence(path, entry, "table"), widths, blocks)


def grid_width(block: Block) -> int:
    """Grid columns of a block: those of its row headings and those of its columns, as spread by `spans`."""
    spread = sum(column.spans for column in block.columns)
    return spread * len(block.rows) if block.across else max((len(r.zh) for r in block.rows), default=0) + spread


def _block(file: Source, path: Path_, entry: Entry) -> Block:
    file.keys(path, entry, ("caption", "corner", "columns", "rows", "across"))
    columns = tuple(_column(file, (*path, "columns", i), e) for i, e in enumerate(file.entries(path, entry, "columns")))
    rows = tuple(_heading(file, (*path, "rows", i), e) for i, e in enumerate(file.entries(path, entry, "rows")))
    file.unique([((*path, "columns", i), c.key) for i, c in enumerate(columns)], "column")
    caption = file.sentence((*path, "caption"), entry["caption"], "caption") if "caption" in entry else None
    corner = file.sentence((*path, "corner"), entry["corner"], "corner") if "corner" in entry else None
    return Block(columns, rows, caption, corner, file.take(path, entry, "across", bool, False))


def _column(file: Source, path: Path_, entry: Entry) -> Column:
    heading = _heading(file, path, entry, ("type", "unit", "spans"))
    kind, unit = file.take(path, entry, "type", str), file.take(path, entry, "unit", str, "")
    file.among(path, kind, TYPES, "type")
    return Column(heading.key, heading.zh, heading.en, kind, unit, _positive(file, path, file.take(path, entry, "spans", int, 1)))


def _heading(file: Source, path: Path_, entry: Entry, more: tuple[str, ...] = ()) -> Heading:
    file.keys(path, entry, ("key", "zh", "en", *more))
    key = file.take(path, entry, "key", str)
    if key and (not _KEY.fullmatch(key) or key in relation.RESERVED):
        file.problem(path, "edition_bad_key", key=key)
    text = file.sentence(path, entry, key)
    if text.zh.startswith("="):
        file.problem((*path, "zh"), "edition_label_formula", text=text.zh)
    zh, en = (tuple(part.strip() for part in half.split(" > ")) for half in (text.zh, text.en))
    if text.zh and text.en and len(zh) != len(en):
        file.problem(path, "edition_path_depth", key=key, zh=len(zh), en=len(en))
    return Heading(key, zh, en)


def _positive(file: Source, path: Path_, spans: int) -> int:
    if spans < 1:
        file.problem((*path, "spans"), "edition_spans", spans=spans)
    return max(spans, 1)


def _circles(file: Source, edition: Edition) -> None:
    """What only the whole edition can show: totals that compute each other."""
    try:
        for level in level_names():
            binding.totals_of(edition, level)
    except binding.CircleError as error:
        file.problem((), "edition_circular", keys="、".join(error.keys))
