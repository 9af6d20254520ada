"""`publish`: the report for publication, from a return and the text of the report."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ogi_xlsx.cli import group
from ogi_xlsx.cli.group import DONE, FINDINGS, key_option, lang_option, main, path_type, prior_option, settings_option
from ogi_xlsx.cli.reading import Asked, read_and_judge
from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, Sentence, plain, say

if TYPE_CHECKING:
    from ogi_xlsx.published.writers.report import Report


@main.command()
@click.argument("workbook", type=path_type)
@click.option("--out", type=path_type, required=True, help="报告文件：.docx 或 .html。The report, .docx or .html.")
@click.option("--text", type=path_type, help="报告文字（.docx、.txt、.md）。The report's text.")
@prior_option
@settings_option
@key_option
@lang_option
@click.option("--force", is_flag=True, help="允许覆盖已有文件；有问题未改正的，写成草稿。Overwrite what is there; of a return with errors, write a draft.")
def publish(workbook: Path, out: Path, text: Path | None, prior: Path | None, settings: Path | None, seal_key: Path | None, lang: str, force: bool) -> None:
    """用一份上报表或汇总表写出供公开的年度报告。

    Write the report for publication from a return or a summary, with the text given, beside it or in it.
    """
    from ogi_xlsx.published.writers import report
    from ogi_xlsx.returns import prose
    from ogi_xlsx.returns.outputs import placed

    write = _writer(out)
    group.refuse_taken(out, force)
    given.look(workbook)  # a folder is no workbook, though it may hold one
    _refuse_own_text(out, text or prose.beside(workbook))
    (judged,) = read_and_judge(Asked((workbook,), lang, None, "native", prior, settings, seal_key, text, one_round=False))
    notes: list[Sentence] = []
    printed = report.of(judged, force, notes)
    with placed(out, force) as temporary:
        temporary.write_bytes(write(printed))
    group.say_notes(notes, lang)
    group.tell(say("written", file=str(out))[lang])
    raise click.exceptions.Exit(FINDINGS if printed.head else DONE)


def _writer(out: Path) -> "Callable[[Report], bytes]":
    """What writes a report of the kind that a file's name asks for. Raises Refusal for other kinds."""
    from ogi_xlsx.published.writers import html_report, word_report

    found = {".docx": word_report.write, ".html": html_report.write, ".htm": html_report.write}.get(out.suffix.lower())
    if not found:
        raise Refusal(say("publish_kind", file=plain(out.name)))
    return found


def _refuse_own_text(out: Path, text: Path | None) -> None:
    """Raise Refusal where the report would take the place of the text that it is made from: pictures and tables of that would be gone."""
    if text and out.exists() and text.exists() and out.samefile(text):
        raise Refusal(say("publish_own_text", file=plain(out.name)))
