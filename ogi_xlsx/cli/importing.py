"""`import`: published reports read into workbooks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ogi_xlsx.cli.group import (
    DONE,
    FINDINGS,
    IMPOSSIBLE,
    complain,
    deliver,
    force_option,
    hands_given,
    hands_options,
    lang_option,
    main,
    path_type,
)
from ogi_xlsx.form.words import Refusal, Sentence, plain, say

if TYPE_CHECKING:
    from ogi_xlsx.published.importing import Import
    from ogi_xlsx.returns.identity import Agency


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=path_type, metavar="FILE...")
@click.option("--out", type=path_type, required=True, metavar="DIR", help="工作簿存放的文件夹。Folder for the workbooks.")
@click.option("--year", type=click.IntRange(2019, 2099), help="年度，默认看标题。Year; by default what the title says.")
@click.option("--edition", "edition_id", help="格式版本，默认看表格。Edition; by default the one that the tables fit.")
@click.option("--roster", type=path_type, help="名单；按标题中的单位名称取代码和类别。Roster; gives code and level of the body that the title names.")
@click.option("--agency", metavar="CODE,NAME,LEVEL", help="单位，只用于一份年报。Whose report it is, for one file.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="输出格式。Format of the output.")
@hands_options
@lang_option
@force_option
def import_(
    files: tuple[Path, ...],
    out: Path,
    year: int | None,
    edition_id: str | None,
    roster: Path | None,
    agency: str | None,
    form: str,
    lang: str,
    force: bool,
) -> None:
    """把公开发布的年报（网页、Word、PDF、文本、工作簿）读成电子表。

    Read published reports (web page, Word, PDF, text, workbook) into workbooks: what was read, what was not found, what is not sure, each with its place.
    """
    from ogi_xlsx.published import importing, opening, told

    files = tuple(dict.fromkeys(files))
    whose = _named(files, roster, agency) if agency else None
    agencies = _listed(roster) if roster else []
    names = importing.named(files)
    _keep_sources(files, [out / name for name in names.values()])
    done: list[tuple[Import, Path]] = []
    refused: dict[Path, Sequence[Sentence]] = {}
    for path, document in zip(files, opening.each(files, hands_given().jobs), strict=True):
        try:
            if isinstance(document, Refusal):
                raise document
            one = importing.read(document, year or 0, edition_id or "", agencies, whose)
            importing.write(one, out / names[path], force)
        except Refusal as refusal:
            refused[path] = refusal.problems
        else:
            done.append((one, out / names[path]))
    if form == "json":
        deliver(told.data(done, refused), None, force, lang, form)
    elif done:
        deliver("\n\n".join(told.text(one, workbook, lang) for one, workbook in done), None, force, lang)
    for problem in (problem for problems in refused.values() for problem in problems):
        complain(problem)
    raise click.exceptions.Exit(IMPOSSIBLE if not done else FINDINGS if refused else DONE)


def _named(files: Sequence[Path], roster: Path | None, agency: str) -> "Agency":
    """The body that --agency names. Raises Refusal where it names none, for several files, and beside a roster."""
    from ogi_xlsx.county import roster as rosters

    whose = rosters.agency_of(agency)
    if not whose:
        raise Refusal(say("agency_option", text=plain(agency, 60), known=rosters.known_levels()))
    if roster:
        raise Refusal(say("import_agency_or_roster"))
    if len(files) > 1:
        raise Refusal(say("import_agency_of_one", n=len(files)))
    return whose


def _listed(roster: Path) -> "list[Agency]":
    """The bodies of a roster, whose reports these may be."""
    from ogi_xlsx.county import roster as rosters

    return [entry.agency for entry in rosters.load(roster)]


def _keep_sources(files: Sequence[Path], workbooks: Sequence[Path]) -> None:
    """Raise Refusal where a workbook, or the text beside it, would stand in the place of a report, whatever --force says."""
    from ogi_xlsx.published.importing import TEXT

    sources = {path.resolve() for path in files}
    for path in (one for workbook in workbooks for one in (workbook, workbook.with_suffix(TEXT))):
        if path.resolve() in sources:
            raise Refusal(say("import_over_source", file=plain(path.name, 100)))
