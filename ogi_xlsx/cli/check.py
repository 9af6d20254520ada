"""`verify`: returned workbooks judged. `rules` and `edition`: what is checked, and on what form."""

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
    key_of,
    key_option,
    lang_option,
    main,
    office_settings,
    path_type,
    prior_option,
    refuse_taken,
    say_notes,
    settings_option,
    tell,
    terms_of_round,
)
from ogi_xlsx.cli.progress import progress
from ogi_xlsx.cli.reading import Asked, file_named, read_and_judge
from ogi_xlsx.form.words import Refusal, Sentence, plain, say

if TYPE_CHECKING:
    from ogi_xlsx.form.edition import Rule
    from ogi_xlsx.form.findings import Builtin
    from ogi_xlsx.review.verify import Judged

FORMATS = ("text", "json", "html", "csv", "sarif", "junit")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=path_type, metavar="PATH...")
@click.option("--roster", type=path_type, help="名单；不在名单中的单位会被指出。Roster; bodies that are not on it are told.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="输出格式。Format of the output.")
@click.option("--output", type=path_type, help="输出到文件。Write to a file.")
@click.option(
    "--engine", type=click.Choice(["both", "native"]), default="both", show_default=True, help="两遍计算，或只算一遍。Both verdicts, or the exact one alone."
)
@prior_option
@settings_option
@key_option
@click.option("--text", type=path_type, help="报告文字（.docx、.txt、.md），只用于一份上报表。The report's text, for one return.")
@click.option("--against", type=path_type, help="下级各单位上报表的文件夹，逐格核对一份汇总表。Folder of the parts; one summary is held against them.")
@click.option("--published", type=path_type, metavar="FILE", help="发布的年报，与一份上报表逐格核对。The published report; one return is held against it.")
@click.option("--corrections", type=path_type, metavar="DIR", help="为须改正、未填完的上报表生成退回修改表。Correction copies of what failed or is not filled.")
@hands_options
@click.option("--strict", is_flag=True, help="有未说明的核实项时退出码也为1。Exit 1 for an unexplained warning, too.")
@lang_option
@force_option
def verify(
    paths: tuple[Path, ...],
    roster: Path | None,
    form: str,
    output: Path | None,
    engine: str,
    prior: Path | None,
    settings: Path | None,
    seal_key: Path | None,
    text: Path | None,
    against: Path | None,
    published: Path | None,
    corrections: Path | None,
    strict: bool,
    lang: str,
    force: bool,
) -> None:
    """校验上报表：文件或文件夹。

    Verify returned workbooks: files, or folders with all that is in them.
    """
    stopped: list[Sentence] = []
    if corrections and not against:
        from ogi_xlsx.county import correction

        correction.refuse_inside(corrections, paths)
    refuse_taken(output, force)
    asked = Asked(paths, lang, None if against else roster, engine, prior, settings, seal_key, text, published, one_round=against is None)
    judged = list(read_and_judge(asked, stopped=stopped))
    if against and not stopped:
        judged = [_held_against(judged, against, roster, settings, lang)]
    else:
        from ogi_xlsx.county import collection

        collection.tell_several(judged)
    deliver(_rendered(judged, form, lang), output, force, lang, form)
    if stopped:
        complain(stopped[0])
        raise click.exceptions.Exit(IMPOSSIBLE)
    if corrections and not against:
        sent = correction.send_back(judged, corrections, force=force, password=terms_of_round().password, key=key_of(seal_key))
        say_notes([*sent.notes, say("correction_written", n=len(sent.files), folder=str(corrections))], lang)
    if any(one.fault for one in judged):
        raise click.exceptions.Exit(IMPOSSIBLE)
    severities = {"error", "warning"} if strict else {"error"}
    wrong = any(finding.severity in severities and not finding.explanation for one in judged for finding in one.findings)
    raise click.exceptions.Exit(FINDINGS if wrong else DONE)


def _rendered(judged: list["Judged"], form: str, lang: str) -> str:
    """The result of `verify` in one of the formats; a file alone is told as text before the others are imported."""
    if form == "text":
        from ogi_xlsx.render import text

        return text.verify(judged, lang)
    from datetime import datetime

    from ogi_xlsx.render import data, junit, page, sarif, table

    if form == "json":
        return data.verify(judged)
    if form == "html":
        return page.verify(judged, datetime.now(), lang)
    return {"csv": table.verify, "sarif": sarif.verify, "junit": junit.verify}[form](judged, lang)


def _held_against(judged: list["Judged"], folder: Path, roster: Path | None, settings: Path | None, lang: str) -> "Judged":
    """The one summary with what is to be said of it and its parts; the roster tells who must be among these."""
    from ogi_xlsx.county import against, roster as rosters

    if len(judged) > 1:
        raise Refusal(say("against_one", n=len(judged)))
    notes: list[Sentence] = []
    entries = rosters.load(roster) if roster else None
    with progress(say("progress_verify"), file_named) as step:
        whole = against.hold(judged[0], folder, entries, office_settings(settings, []), notes, step, hands_given())
    say_notes(notes, lang)
    return whole


@main.command()
@click.argument("code", required=False)
@click.option("--edition", "edition_id", help="格式版本，默认最新。Edition; by default the newest.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="输出格式。Format of the output.")
@lang_option
def rules(code: str | None, edition_id: str | None, form: str, lang: str) -> None:
    """列出校验规则，或说明其中一条。

    List the rules and codes, or explain one: what it says, on what basis, why, what to do.
    """
    from ogi_xlsx.form import edition as editions, findings
    from ogi_xlsx.render import data, text

    edition = editions.load(edition_id or list(editions.available())[-1])
    every: list[Rule | Builtin] = [*edition.rules, *findings.catalogue().values()]
    every.sort(key=lambda rule: ("RXYHNCSP".find(rule.code[0]), rule.code))
    chosen = [rule for rule in every if code is None or rule.code == code.upper()]
    if not chosen:
        raise Refusal(say("rule_unknown", code=plain(code, 20), id=edition.id))
    if form == "json":
        tell(data.rules(edition, chosen))
    elif form == "markdown":
        tell(text.rules_page(edition, chosen))
    else:
        tell(text.rule(chosen[0], lang) if code else text.rules(edition, chosen, lang))


@main.command()
@click.argument("edition", metavar="FILE|ID")
def edition(edition: str) -> None:
    """检查格式版本文件，并列出其内容。

    Check an edition file, telling every problem at once, and show what it holds.
    """
    from ogi_xlsx.form import edition as editions
    from ogi_xlsx.render import text

    tell(text.edition(editions.load(edition)))
