"""`consolidate`: sound returns added up into a summary."""

from pathlib import Path

import click

from ogi_xlsx.cli.group import (
    DONE,
    FINDINGS,
    IMPOSSIBLE,
    force_option,
    hands_given,
    hands_options,
    key_of,
    key_option,
    lang_option,
    main,
    path_type,
    prior_option,
    refuse_taken,
    settings_option,
    tell,
    terms_of_round,
)
from ogi_xlsx.cli.reading import Asked, read_and_judge
from ogi_xlsx.form.words import Refusal, plain, say

_MOST_REASON = 500  # characters: it stands in a cell, and on the summary's face


@main.command()
@click.argument("paths", nargs=-1, required=True, type=path_type, metavar="PATH...")
@click.option("--roster", type=path_type, required=True, help="名单。Roster.")
@click.option("--out", type=path_type, required=True, help="汇总表文件。The summary workbook.")
@click.option("--agency", metavar="CODE,NAME,LEVEL", help="汇总表的单位。Whose summary it is.")
@click.option("--include", multiple=True, metavar="CODE", help="有错仍纳入的单位，须同时写 --reason。Take in despite errors; needs --reason.")
@click.option("--reason", multiple=True, metavar="TEXT", help="纳入的理由，与 --include 一一对应。The reason for each --include.")
@prior_option
@settings_option
@key_option
@hands_options
@lang_option
@force_option
def consolidate(
    paths: tuple[Path, ...],
    roster: Path,
    out: Path,
    agency: str | None,
    include: tuple[str, ...],
    reason: tuple[str, ...],
    prior: Path | None,
    settings: Path | None,
    seal_key: Path | None,
    lang: str,
    force: bool,
) -> None:
    """把校验通过的上报表汇总成一张汇总表。

    Add sound returns up into a summary workbook, which is itself a return for the level above.
    """
    from datetime import datetime

    from ogi_xlsx.county import consolidate as consolidation, prior as priors, roster as rosters, summary
    from ogi_xlsx.render import text

    reasons = [plain(text_, _MOST_REASON).strip() for text_ in reason]
    if len(include) != len(reasons) or not all(reasons):
        raise Refusal(say("include_needs_reason"))
    if out.suffix.lower() != ".xlsx":
        raise Refusal(say("out_not_xlsx", file=str(out)))
    refuse_taken(out, force)
    whose = rosters.agency_of(agency) if agency else None
    if agency and not whose:
        raise Refusal(say("agency_option", text=plain(agency, 60), known=rosters.known_levels()))
    entries = rosters.load(roster)
    last = priors.load(prior, entries, hands_given()) if prior else None
    known = terms_of_round()
    judged = list(read_and_judge(Asked(paths, lang, roster, settings=settings, seal_key=seal_key), last=last))
    result = consolidation.consolidate(judged, entries, whose, dict(zip(include, reasons, strict=True)), last, known.year, known.edition)
    summary.write(out, result, datetime.now(), key_of(seal_key), force)
    tell(text.consolidation(result, lang))
    tell(say("written", file=str(out))[lang])
    if any(one.fault for one in judged):
        raise click.exceptions.Exit(IMPOSSIBLE)
    raise click.exceptions.Exit(DONE if result.complete else FINDINGS)
