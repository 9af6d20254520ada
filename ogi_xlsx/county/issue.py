"""Hands workbooks out: one locked workbook an agency of the roster, and the office's register beside them."""

import io
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ogi_xlsx.county.roster import Entry
from ogi_xlsx.county.terms import NO_TERMS, Terms
from ogi_xlsx.form import edition as editions, given, harmless
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import IDENTITY_SHEET, Content, Layout, Showing, layout_of, revision_of
from ogi_xlsx.form.settings import NONE, Settings, adjusted
from ogi_xlsx.form.words import Refusal, printed, say, template_folder
from ogi_xlsx.returns.identity import Identity, packed, sealed
from ogi_xlsx.returns.outputs import PREFIX, alone, settle, workplace
from ogi_xlsx.returns.reader import REGISTER
from ogi_xlsx.returns.record import show
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.returns.writing.plain_book import PlainBook
from ogi_xlsx.returns.writing.series import Series
from ogi_xlsx.review import years
from ogi_xlsx.review.years import LastYear

_UNSAFE = re.compile(r'[\\/:*?"<>|\[\]]')  # Windows has no room for them, Excel opens no file with brackets in its name
_EDGES = " .~$-"  # hidden files, files of Office that are open, options of commands
_MOST_BYTES = 150  # of a body's name in a file name: file systems allow 255 in all
_COLUMNS = ("no", "code", "name", "file", "password", "issue", "by")


@dataclass(frozen=True)
class Issued:
    """A line of the register: an agency's workbook, its sheet password and issue id.

    `by` is the issue that replaced it, if one did; `identity` the whole identity, packed, as it was issued.
    """

    no: int
    code: str
    name: str
    file: str
    password: str
    issue: str
    by: str = ""
    identity: str = ""


@dataclass(frozen=True)
class Plan:
    """What to issue: the edition and year, and how the workbooks are made; last year's numbers are filled in where they are sound.

    Of `terms` the workbooks bear office, circular and deadline, and its password where it has one; `key` is the office's for the seals.
    """

    edition: Edition
    year: int
    typed_totals: bool = False
    with_text: bool = False
    settings: Settings = NONE
    last_year: Callable[[Entry], LastYear | None] = lambda _: None
    terms: Terms = NO_TERMS
    key: bytes = b""


def file_name(entry: Entry, year: int, width: int) -> str:
    """File name of a body's workbook: its number on the roster and its name, cleaned."""
    return printed("file_name", no=str(entry.no).zfill(width), name=cleaned(entry.agency.name), year=year).zh


def cleaned(name: str) -> str:
    """A name as part of a file name: no separators, nothing unseen, no edges that Windows drops or that stand for something, at most 150 bytes.

    >>> cleaned("~$../甲|乙\x1b镇 .")
    '_甲_乙镇'
    """
    text = _UNSAFE.sub("_", harmless.plain(name, len(name))).strip(_EDGES)
    return text.encode()[:_MOST_BYTES].decode(errors="ignore").strip(_EDGES)


def issue(
    roster: Sequence[Entry], plan: Plan, out: Path, only: Sequence[str] = (), force: bool = False, step: Callable[[Iterable[Entry]], Iterable[Entry]] = iter
) -> list[Issued]:
    """Write a workbook for each agency (or those that `only` names by code or name) and the register; returns what was issued, in roster order.

    Ctrl-C ends it early: what was finished is kept and registered. Raises Refusal where the folder holds something already (without `force`),
    or does so by the time that the workbooks are made, a code is unknown, or writing fails; then nothing of this call is left in the folder.
    """
    width = max(2, len(str(len(roster))))
    chosen = _chosen(roster, only)
    files = {entry.no: file_name(entry, plan.year, width) for entry in chosen}
    register = out / printed("register_name").zh
    _refuse_unknown(plan.edition)
    earlier = _earlier(out, register, list(files.values()), plan.year, bool(only), force)
    password = (earlier[0].password if only and earlier else "") or plan.terms.password or workbook.new_password()
    with workplace(out) as work:
        issued = _finished(chosen, plan, work, files, password, step)
        with alone(out):
            earlier = _earlier(out, register, [line.file for line in issued], plan.year, bool(only), force)  # others may have issued meanwhile
            lines = sorted(registered(earlier, issued, "code"), key=lambda line: (line.no, bool(line.by)))
            write_register(work / register.name, plan.year, lines, printed("register_title", year=plan.year).zh)
            settle(work, out, force, register.name)
    return issued


def _finished(
    chosen: Sequence[Entry], plan: Plan, work: Path, files: Mapping[int, str], password: str, step: Callable[[Iterable[Entry]], Iterable[Entry]]
) -> list[Issued]:
    """The workbooks that were finished before the end, or before Ctrl-C, which is raised where there is none."""
    issued: list[Issued] = []
    series = Series(password)
    try:
        for entry in step(chosen):
            issued.append(_one(entry, plan, work / files[entry.no], series))
    except KeyboardInterrupt:
        if not issued:
            raise
    return issued


def codes_issued(out: Path) -> Iterator[str]:
    """Codes in the register of a folder, if there is one: even a body that left the roster keeps its code."""
    register = out / printed("register_name").zh
    if register.is_file():
        yield from (line.code for line in read_register(register)[1])


def _refuse_unknown(edition: Edition) -> None:
    """Raise Refusal for an edition that is not among the templates: nobody could read its workbooks when they come back."""
    known = editions.available()
    if edition.id not in known or editions.load(edition.id) is not edition:
        raise Refusal(say("edition_not_installed", id=edition.id, folder=str(template_folder())))


def _chosen(roster: Sequence[Entry], only: Sequence[str]) -> list[Entry]:
    unknown = [told for told in only if told not in {told for entry in roster for told in (entry.agency.code, entry.agency.name)}]
    if unknown:
        raise Refusal(say("only_unknown", codes="、".join(unknown)))
    return [entry for entry in roster if not only or entry.agency.code in only or entry.agency.name in only]


def _earlier(out: Path, register: Path, files: list[str], year: int, adding: bool, force: bool) -> list[Issued]:
    """What was issued into the folder before. Raises Refusal where something would be overwritten."""
    if out.exists() and not out.is_dir():
        raise Refusal(say("out_not_folder", out=out.name))
    if adding:
        there = [name for name in files if (out / name).exists()]
        if there and not force:
            raise Refusal(say("already_issued", file=there[0]))
        issued_for, earlier = read_register(register) if register.exists() else (year, [])
        if issued_for != year:
            raise Refusal(say("issued_other_year", out=str(out), issued=issued_for, year=year))
        return earlier
    if out.exists() and any(not path.name.startswith(PREFIX) for path in out.iterdir()) and not force:
        raise Refusal(say("out_not_empty", out=str(out)))
    issued_for, earlier = read_register(register) if register.exists() else (year, [])
    return earlier if issued_for == year else []


def _one(entry: Entry, plan: Plan, path: Path, series: Series) -> Issued:
    edition = adjusted(plan.edition, plan.settings)
    prior, source = _prior(plan.last_year(entry), edition)
    blank = Identity(
        *(entry.agency, plan.year, edition.id, revision_of(edition), plan.typed_totals, plan.with_text),
        issue=secrets.token_hex(6),
        circular=plan.terms.circular,
        deadline=plan.terms.deadline,
        office=plan.terms.office,
        prior=prior,
        prior_source=source,
        settings=plan.settings.packed(),
    )
    layout = layout_of(edition, blank.variant)
    identity = sealed(blank, layout, plan.key)
    series.write(path, layout, identity, _shown(layout, prior) if prior else None)
    return Issued(entry.no, entry.agency.code, entry.agency.name, path.name, series.password, blank.issue, identity=packed(identity))


def _prior(last: LastYear | None, edition: Edition) -> tuple[dict[str, str], str]:
    """Last year's numbers that checks read, as texts by key, and where they are from; none from a return that did not pass."""
    if not last or not last.accepted:
        return {}, ""
    known = {key: show(value) for key, value in years.read_by_checks(last, edition).items()}
    return dict(sorted(known.items())), last.source.zh if known else ""


def _shown(layout: Layout, prior: dict[str, str]) -> dict[tuple[str, int, int], Content]:
    """What an empty form shows that last year's numbers are filled into."""
    numbers = {key: Decimal(text) for key, text in prior.items()}
    carried = {key: numbers[source] for key, source in layout.carried.items()}
    return layout.shown(Showing(layout.edition, layout.checks, numbers | carried))


def registered(earlier: Sequence[Issued], issued: Sequence[Issued], by: str) -> list[Issued]:
    """The lines of a register after an issue: one that is replaced (by its code or file, as `by` says) stays, since it may still come back."""
    new = {getattr(line, by): line.issue for line in issued}
    kept = [replace(line, by=new[getattr(line, by)]) if getattr(line, by) in new and not line.by else line for line in earlier]
    return [*kept, *issued]


def write_register(path: Path, year: int, lines: Sequence[Issued], title: str) -> None:
    """Write a register, known by its mark and no return: which workbook went to whom, with its password; on a hidden sheet the identities."""
    content = io.BytesIO()
    book = PlainBook(content)
    book.set_custom_property(REGISTER, str(year), "text")
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "font_name": "宋体"})
    plain = book.add_format({"border": 1, "font_name": "宋体", "valign": "vcenter"})
    middle = book.add_format({"border": 1, "font_name": "宋体", "align": "center", "valign": "vcenter"})
    page = book.add_worksheet(printed("register_mark").zh)
    page.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14, "font_name": "宋体"}))
    headings = ("states_no", "states_code", "states_name", "register_file", "register_password", "register_issue", "register_by")
    for col, (name, width) in enumerate(zip(headings, (6, 18, 36, 60, 16, 16, 16), strict=True)):
        page.set_column(col, col, width)
        page.write_string(1, col, printed(name).zh, bold)
    for row, line in enumerate(lines, 2):
        page.set_row(row, 20)
        page.write_number(row, 0, line.no, middle)
        for col, name in enumerate(_COLUMNS[1:], 1):
            page.write_string(row, col, str(getattr(line, name)), plain)
    page.freeze_panes(2, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    hidden = book.add_worksheet(IDENTITY_SHEET)
    for row, line in enumerate(lines):
        hidden.write_string(row, 0, line.issue)
        hidden.write_string(row, 1, line.identity)
    hidden.very_hidden()
    book.close()
    path.write_bytes(content.getbuffer())


def read_register(path: Path) -> tuple[int, list[Issued]]:
    """Year and lines of an issue register. Raises Refusal where the file is no register, or cannot be read."""
    import openpyxl

    content = given.content(path)
    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(content))
        year = next(int(p.value) for p in book.custom_doc_props.props if p.name == REGISTER)
        rows = [row[: len(_COLUMNS)] for row in book.worksheets[0].iter_rows(min_row=3, values_only=True) if row[0] is not None]
        held = book[IDENTITY_SHEET].iter_rows(max_col=2, values_only=True) if IDENTITY_SHEET in book.sheetnames else ()
        identities = {str(issue): str(identity or "") for issue, identity in held}
        lines = [Issued(int(row[0]), *(str(value or "") for value in row[1:])) for row in rows]
        return year, [replace(line, identity=identities.get(line.issue, "")) for line in lines]
    except Exception as error:  # any file may stand under the register's name, and openpyxl raises many kinds
        raise Refusal(say("register_unreadable", file=path.name)) from error
