"""A published report made into a workbook: what was read as typed cells, what was read with doubt marked by notes, what was not found said in its cell.

The text of the report goes into a file of the same name beside the workbook, where `verify` and `publish` look for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from ogi_xlsx.county.body_names import alike
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition, Table
from ogi_xlsx.form.layout import Content, Layout, layout_of, revision_of
from ogi_xlsx.form.layout.filled import showing
from ogi_xlsx.form.words import Refusal, Sentence, level_names, plain, printed, say, section
from ogi_xlsx.published import figures, headline, own_text, tables
from ogi_xlsx.published.document import Document, Paragraph, Picture
from ogi_xlsx.published.found import Tables
from ogi_xlsx.published.headline import Headline
from ogi_xlsx.published.labels import LONGEST, fold
from ogi_xlsx.returns import imported, notes, outputs, prose
from ogi_xlsx.returns.identity import Agency, Identity, sealed
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.returns.writing.added import Added

TEXT = ".txt"  # suffix of the text beside a workbook
_LABELS = 3  # labels of a table among lines of text: it is printed there
_NO_TABLE = {"pdf": "import_no_lines", "text": "import_no_pipes"}  # sentences for kinds whose tables have to be of one make


@dataclass(frozen=True)
class Import:
    """What was read from a published report: whose it is, for which year, on which edition, its tables and its text.

    Of some tables nothing was found: `pictures` are those where a picture stands, `unruled` those of a PDF that are text without ruled lines.
    `doubts` are those about its text, and about body, year and level.
    """

    source: str
    kind: str
    agency: Agency
    year: int
    title: str
    tables: Tables
    prose: Prose
    pictures: tuple[Table, ...] = ()
    unruled: tuple[Table, ...] = ()
    doubts: tuple[Sentence, ...] = ()

    @property
    def edition(self) -> Edition:
        """The edition that the report fits best."""
        return self.tables.edition

    @property
    def contents(self) -> dict[str, Content]:
        """What is typed into each cell, by key: the number, the text as printed, None for a blank, and a word where nothing was found."""
        found = self.tables.printed
        return {key: figures.content(found[key].text) if key in found else imported.not_found() for key in self.edition.spots}


def read(document: Document, year: int = 0, edition: str = "", agencies: Sequence[Agency] = (), whose: Agency | None = None) -> Import:
    """Read a report. Year, edition and body (`whose`) are those given, else what title and tables say; the body is the one of `agencies` that it names.

    Raises Refusal where no table of the form was found, or no year.
    """
    lines = _lines(document)
    head = headline.read(document, prose.of_paragraphs(document.source, lines))
    found = best(document, edition, year or head.year, head)
    pictured = _pictures(document)
    if not found.printed:
        told = "import_picture" if pictured else _NO_TABLE.get(document.kind, "import_no_table")
        raise Refusal(say(told, file=document.source))
    if not (year or head.year):
        raise Refusal(say("import_no_year", file=document.source))
    agency, doubts = (whose, _otherwise(head, whose)) if whose else _agency(document, head, agencies)
    if year and head.year and year != head.year:
        doubts = [say("import_other_year", told=head.year, year=year), *doubts]
    empty = [table for table in found.edition.tables if not any(key.startswith(f"{table.id}.") for key in found.printed)]
    sections = {one.table: one.no for one in found.edition.sections}
    pictures = tuple(table for table in empty if sections[table.id] in pictured)
    unruled = tuple(table for table in empty if table not in pictures and document.kind == "pdf" and _is_text(table, document))
    own = own_text.of(lines, head, year or head.year)
    narrative = _narrative(prose.of_paragraphs(document.source, own.lines), found.edition)
    why = (*document.doubts, *head.doubts, *doubts, *own.doubts)
    return Import(document.source, document.kind, agency, year or head.year, own.title, found, narrative, pictures, unruled, why)


def _is_text(table: Table, document: Document) -> bool:
    """Whether labels of a table stand among the lines of text."""
    labels = {fold(heading.zh[-1]) for block in table.blocks for heading in (*block.rows, *block.columns)}
    words = {fold(word) for line in document.lines for word in line.text.split()}
    return len(labels & words) >= _LABELS


def _narrative(text: Prose, edition: Edition) -> Prose:
    """The text without what belongs to tables: in their sections labels stand as lines of their own where tables were cut, and are no sentences."""
    tabled = {one.no for one in edition.sections if one.table}
    ends = tuple(section("published.toml", "title")["sentence_ends"])

    def is_kept(no: str, line: str) -> bool:
        return no not in tabled or len(line) > LONGEST or line.rstrip().endswith(ends)

    return replace(text, sections={no: "\n".join(line for line in held.splitlines() if is_kept(no, line)) for no, held in text.sections.items()})


def text_in(document: Document) -> Prose:
    """Title, preamble and sections of a report."""
    return prose.of_paragraphs(document.source, _lines(document))


def _lines(document: Document) -> list[str]:
    """The lines of a report outside its tables."""
    texts = [*_above_tables(document), *(line.text for line in document.lines)]
    return [line for text in texts for line in text.splitlines() if line.strip()]


def _above_tables(document: Document) -> Iterator[str]:
    """The texts that stand alone in their rows at the top of each sheet of a workbook, which has no paragraphs: its title among them."""
    for grid in document.grids if document.kind == "xlsx" else ():
        for row in range(1, grid.height + 1):
            texts = [cell.text for cell in grid.row(row) if cell.text.strip()]
            if len(texts) > 1 or any(map(prose.heading, texts)):
                break
            yield from texts


def best(document: Document, edition: str, year: int, head: Headline | None = None) -> Tables:
    """The tables as those of an edition: of the one that is named, else of the one that they fit best, and of equals the one that is valid for the year.

    Where the headline says another year, one cannot tell which tables are those of the report, unless those headed with the year are surer.
    """
    chosen = [editions.load(edition)] if edition else [editions.load(id) for id in editions.available()]

    def fitting(told: int, body: str) -> Tables:
        every = (tables.find(document, one, told, body) for one in chosen)
        return max(every, key=lambda one: (one.fit, bool(year) and one.edition.valid_for(year)))

    if not head or head.year in (0, year):
        return fitting(year, head.body) if head else fitting(0, "")
    every, those = fitting(0, ""), fitting(year, head.body)
    unsure, still = (sum(1 for one in found.printed.values() if one.doubts) for found in (every, those))
    return those if those.edition == every.edition and those.printed.keys() >= every.printed.keys() and still < unsure else every


def _agency(document: Document, head: Headline, agencies: Sequence[Agency]) -> tuple[Agency, list[Sentence]]:
    """The body, with its code where it is known; else its name stands for the code, and its level is guessed from the name."""
    named = [one for one in agencies if head.body and headline.same(one.name, head.body)]
    same = [one for one in named if one.name == head.body] or named
    if len(same) == 1:
        return same[0], []
    name = head.body or plain(Path(document.source).stem, 60)
    doubts = [] if head.body else [say("import_no_body", name=name)]
    doubts += [say("import_not_on_roster", name=name)] if agencies else []
    return Agency(name[:40], name, head.level), [*doubts, say("import_level", name=name, level=level_names()[head.level])]


def _otherwise(head: Headline, whose: Agency) -> list[Sentence]:
    """That a report names another body than the one it is said to be of."""
    known = not head.body or alike(head.body, whose.name)
    return [] if known else [say("import_other_body", told=head.body, name=whose.name)]


def _pictures(document: Document) -> set[str]:
    """Numbers of the sections in which pictures stand."""
    current, found = "", set[str]()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            current = prose.heading(block.text) or current
        elif isinstance(block, Picture):
            found.add(current)
    return found


def identity_of(one: Import) -> Identity:
    """The identity of its workbook, not sealed: totals are typed, for they are printed."""
    return Identity(one.agency, one.year, one.edition.id, revision_of(one.edition), typed_totals=True, published=plain(one.source, 200))


def write(one: Import, path: Path, force: bool) -> None:
    """Write the workbook, and the text beside it. Raises Refusal where one is there already, without `force`."""
    outputs.refuse_taken(path, force)
    text = text_of(one)
    if text:
        outputs.refuse_taken(path.with_suffix(TEXT), force)
    identity = identity_of(one)
    layout = layout_of(one.edition, identity.variant)
    typed: dict[tuple[str, int, int], Content] = {layout.where[key]: content for key, content in one.contents.items() if content is not None}
    typed[layout.fields["cover.way"]] = printed("way_published").zh
    shown = layout.shown(showing(layout, typed, {}))
    added, made = Added(_notes(one, layout)), sealed(identity, layout)
    with outputs.placed(path.with_suffix(TEXT), force) if text else nullcontext() as temporary:  # no text without its workbook
        if temporary:
            temporary.write_text(text, encoding="utf-8")
        workbook.write(path, layout, made, workbook.new_password(), shown=shown, typed=typed, added=added, force=force)


def _notes(one: Import, layout: Layout) -> dict[tuple[str, int, int], str]:
    """A note at each cell that was read with doubt."""
    doubted = {key: found for key, found in one.tables.printed.items() if found.doubts}
    told = {key: printed("import_note", reason="；".join(dict.fromkeys(doubt.zh for doubt in found.doubts))).zh for key, found in doubted.items()}
    return {layout.where[key]: notes.signed(text, "import_mark") for key, text in told.items()}


def text_of(one: Import) -> str:
    """The text of the report as it stands beside the workbook: title, preamble, and each section under its heading; empty where there is none."""
    if not any((one.prose.preamble, *one.prose.sections.values())):
        return ""
    headings = {part.no: part.title.zh for part in one.edition.sections}
    parts = [one.title or one.prose.title, one.prose.preamble]
    parts += [f"{headings[no]}\n{text}".rstrip() for no, text in sorted(one.prose.sections.items(), key=lambda item: prose.NUMBERS.index(item[0]))]
    return "\n\n".join(part for part in parts if part) + "\n"


def named(sources: Sequence[Path]) -> Mapping[Path, str]:
    """The file name of each workbook: that of its source, with the kind where two sources differ in nothing else, then with a number."""
    stems = [path.stem.casefold() for path in sources]
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in sorted(sources, key=lambda one: stems.count(one.stem.casefold())):  # those that keep their name come first
        own = path.stem if stems.count(path.stem.casefold()) == 1 else path.name.replace(".", "_")
        name = next(name for name in (own, *(f"{own}_{number}" for number in range(2, len(taken) + 3))) if name.casefold() not in taken)
        taken.add(name.casefold())
        names[path] = f"{name}.xlsx"
    return names
