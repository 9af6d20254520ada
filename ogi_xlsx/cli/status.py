"""`status`: the board of a round, and reminders ready to paste."""

from datetime import datetime
from pathlib import Path

import click

from ogi_xlsx.cli.group import (
    DONE,
    FINDINGS,
    IMPOSSIBLE,
    deliver,
    force_option,
    hands_options,
    key_option,
    lang_option,
    main,
    path_type,
    prior_option,
    refuse_taken,
    settings_option,
    terms_of_round,
)
from ogi_xlsx.cli.reading import Asked, read_and_judge

_MOMENT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@main.command()
@click.argument("paths", nargs=-1, required=True, type=path_type, metavar="DIR...")
@click.option("--roster", type=path_type, required=True, help="名单。Roster.")
@click.option(
    "--deadline", type=_MOMENT, metavar="TIME", help="截止时间，如 2026-01-15 17:00；写了才列出文件时间晚于它的。Deadline; only then later files are told."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True, help="输出格式。Format of the output.")
@click.option("--output", type=path_type, help="输出到文件。Write to a file.")
@prior_option
@settings_option
@key_option
@hands_options
@lang_option
@force_option
def status(
    paths: tuple[Path, ...],
    roster: Path,
    deadline: datetime | None,
    form: str,
    output: Path | None,
    prior: Path | None,
    settings: Path | None,
    seal_key: Path | None,
    lang: str,
    force: bool,
) -> None:
    """收报情况：谁报了、谁没报、谁须改正，附可直接粘贴的催报语。

    The board: who sent, who did not, what must be corrected, and reminders ready to paste.
    """
    from dataclasses import replace

    from ogi_xlsx.county import board as boards, roster as rosters
    from ogi_xlsx.render import board as plain_text, board_data

    refuse_taken(output, force)
    known = terms_of_round()
    due = replace(known, deadline="", due=deadline) if deadline else known
    others: list[Path] = []
    judged = list(read_and_judge(Asked(paths, lang, roster, "both", prior, settings, seal_key), others=others))
    board = boards.of(judged, rosters.load(roster), others, known.year, known.edition)
    if known.folder:
        from ogi_xlsx.county import correction
        from ogi_xlsx.county.terms import CORRECTIONS

        board = correction.found_in(known.folder / CORRECTIONS, board)
    now = datetime.now()
    if form == "json":
        content = board_data.status(board, due, now, deadline)
    elif form == "html":
        from ogi_xlsx.render import page

        content = page.status(board, due, now, deadline, lang)
    else:
        content = plain_text.status(board, due, now, deadline, lang)
    deliver(content, output, force, lang, form)
    if any(one.fault for one in judged):
        raise click.exceptions.Exit(IMPOSSIBLE)
    raise click.exceptions.Exit(DONE if board.settled else FINDINGS)
