"""`init`: a round's folder. `generate`: workbooks for a roster. `demo`: the whole story."""

from itertools import chain
from pathlib import Path

import click

from ogi_xlsx.cli.group import (
    IMPOSSIBLE,
    complain,
    force_option,
    key_of,
    key_option,
    main,
    office_settings,
    path_type,
    prior_option,
    say_notes,
    settings_option,
    tell,
    terms_of_round,
)
from ogi_xlsx.cli.progress import progress
from ogi_xlsx.form.words import Sentence, say


@main.command()
@click.argument("folder", type=path_type, metavar="DIR")
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="报告年度。Year of the report.")
@force_option
def init(folder: Path, year: int, force: bool) -> None:
    """新建本轮文件夹：本轮.toml、名单.xlsx 和下发、收回、退回、汇总。

    Make a round's folder: 本轮.toml and 名单.xlsx to fill in, and folders for what goes out and comes back.
    """
    from ogi_xlsx.county import round_folder
    from ogi_xlsx.county.terms import BACK, CORRECTIONS, OUT, SUMS

    terms, roster = round_folder.make(folder, year, force)
    names = (OUT, BACK, CORRECTIONS, SUMS)
    for told in (
        say("round_made", folder=str(folder), files=f"{terms.name}、{roster.name}", folders="、".join(names)),
        say("round_next", terms=terms.name, roster=roster.name),
    ):
        tell(told.zh)


@main.command()
@click.argument("roster", type=path_type)
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="报告年度。Year of the report.")
@click.option("--out", type=path_type, required=True, help="下发文件夹。Folder for the workbooks.")
@click.option("--edition", "edition_id", help="格式版本，默认取该年度适用的。Edition; by default the one valid for the year.")
@click.option("--typed-totals", is_flag=True, help="总计由单位填写并校验。Totals are typed and checked, not computed.")
@click.option("--with-text", is_flag=True, help="另加“文字”表，填报告的文字部分。With a sheet for the text of the report.")
@click.option("--only", multiple=True, metavar="CODE", help="只为这些单位（代码或名称）补发，可多次。Only these agencies, by code or name, for late-comers.")
@prior_option
@settings_option
@key_option
@force_option
def generate(
    roster: Path,
    year: int,
    out: Path,
    edition_id: str | None,
    typed_totals: bool,
    with_text: bool,
    only: tuple[str, ...],
    prior: Path | None,
    settings: Path | None,
    seal_key: Path | None,
    force: bool,
) -> None:
    """按名单为每个单位生成锁定的电子表。

    Write one locked workbook for each agency of ROSTER (CSV or xlsx), and the office's register 下发登记表.xlsx.
    """
    from ogi_xlsx.county import issue, prior as priors, roster as rosters
    from ogi_xlsx.form import edition as editions, settings as changes

    edition = editions.load(edition_id) if edition_id else editions.for_year(year)
    if not edition.valid_for(year):
        complain(say("edition_not_valid", id=edition.id, year=year, years=edition.valid_years))
    notes: list[Sentence] = []
    chosen = office_settings(settings, notes) or changes.NONE
    key = key_of(seal_key)
    last = priors.load(prior) if prior else None
    given: list[Sentence] = []
    entries = rosters.coded(roster, chain(issue.codes_issued(out), last.codes if last else ()), given)
    say_notes(given, "zh")  # they stand in the roster now, whatever becomes of the rest
    if last:
        last.know(entries)
    last_year = (lambda entry: last.of(entry.agency, year)) if last else (lambda _: None)
    plan = issue.Plan(edition, year, typed_totals, with_text, chosen, last_year, terms_of_round(), key)
    with progress(say("progress_generate"), lambda entry: entry.agency.name) as step:
        issued = issue.issue(entries, plan, out, only, force, step)
    say_notes([*notes, *(last.close() if last else []), *chosen.told()], "zh")
    if left := len(set(only) or entries) - len(issued):
        complain(say("stopped_issuing", n=len(issued), left=left, out=str(out)))
        raise click.exceptions.Exit(IMPOSSIBLE)
    tell(say("generated", n=len(issued), out=str(out)).zh)


@main.command()
@click.argument("folder", type=path_type, default=Path("ogi-demo"), metavar="[DIR]")
@force_option
def demo(folder: Path, force: bool) -> None:
    """用示例数据演示全过程：下发、填报、校验、汇总。

    The whole story on sample data, in a folder of its own.
    """
    from ogi_xlsx import demo as story

    for line in story.tell(folder, force):
        tell(line)
