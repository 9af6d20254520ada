"""`export`: the numbers of returns as a long list, for other programs and for next year."""

from contextlib import closing
from pathlib import Path

import click

from ogi_xlsx.cli import group
from ogi_xlsx.cli.group import DONE, FINDINGS, IMPOSSIBLE, force_option, hands_options, key_option, lang_option, main, path_type, prior_option, settings_option
from ogi_xlsx.cli.reading import Asked, read_and_judge
from ogi_xlsx.form.words import Refusal, say


@main.command()
@click.argument("paths", nargs=-1, required=True, type=path_type, metavar="PATH...")
@click.option("--out", type=path_type, required=True, help="数据文件：.csv、.parquet 或 .sqlite。The records file.")
@click.option("--roster", type=path_type, help="名单；不在名单中的单位会被指出。Roster; bodies that are not on it are told.")
@prior_option
@settings_option
@key_option
@hands_options
@lang_option
@force_option
def export(
    paths: tuple[Path, ...], out: Path, roster: Path | None, prior: Path | None, settings: Path | None, seal_key: Path | None, lang: str, force: bool
) -> None:
    """把上报表的数导出成一行一个数的数据文件。

    Write the numbers of returns one a line, each with the file and cell it comes from; --prior reads such a file next year.
    """
    from ogi_xlsx.county import record_files, records, spool
    from ogi_xlsx.returns.outputs import laid_aside, placed

    write = record_files.writer(out)
    group.refuse_taken(out, force)
    asked = Asked(paths, lang, roster, "both", prior, settings, seal_key, one_round=False)
    with closing(read_and_judge(asked)) as judged, laid_aside(out) as aside:
        with spool.written(aside) as keep:
            chosen = records.choose(judged, keep)
        group.say_notes(chosen.told(), lang)
        if not chosen.returns:
            raise Refusal(say("nothing_to_read"))
        with placed(out, force) as temporary:
            count = write(temporary, spool.read(aside, {one.at for one in chosen.returns}))
    group.tell(say("exported", returns=len(chosen.returns), n=count, file=str(out))[lang])
    if chosen.fault:
        raise click.exceptions.Exit(IMPOSSIBLE)
    raise click.exceptions.Exit(DONE if chosen.whole else FINDINGS)
