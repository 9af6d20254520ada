"""The command line: options in, one call, output, exit code. The only place that knows click.

Exit codes: 0 done · 1 findings of severity error, or a summary that is not complete · 2 it could not be done.
"""

import io
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ogi_xlsx import __version__
from ogi_xlsx.form.words import Refusal, Sentence, plain, say

if TYPE_CHECKING:
    from ogi_xlsx.form.edition import Rule
    from ogi_xlsx.form.findings import Builtin

DONE, FINDINGS, IMPOSSIBLE = 0, 1, 2
T = TypeVar("T")

_path = click.Path(path_type=Path, readable=False)  # what cannot be read is told by us, file by file
_lang = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="输出语言。Language of the output.")
_force = click.option("--force", is_flag=True, help="允许覆盖已有文件。Overwrite what is there.")


class _Group(click.Group):
    """Turns refusals, ours and click's, into sentences and exit code 2, in one place."""

    def main(self, *args: Any, **more: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a console that cannot show Chinese still shows the rest
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # leave nothing half-written
        try:
            code = super().main(*args, **{**more, "standalone_mode": False})
        except click.ClickException as error:
            where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "ogi-xlsx"
            complain(say("usage", reason=_usage(error), command=where))
            code = IMPOSSIBLE
        except (click.Abort, KeyboardInterrupt):
            complain(say("stopped"))
            code = IMPOSSIBLE
        except BrokenPipeError:  # whoever read our output has stopped reading
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = DONE
        sys.exit(code if isinstance(code, int) else DONE)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            for problem in refusal.problems:
                complain(problem)
            ctx.exit(IMPOSSIBLE)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception:  # noqa: BLE001 - a fault of ours: said as one, with what a maintainer needs in a file
            complain(say("fault", file=str(_crash_report())))
            ctx.exit(IMPOSSIBLE)


def _usage(error: click.ClickException) -> Sentence:
    """What is wrong with a call: click says it in English, so that the kind of mistake is said in Chinese."""
    named = ""
    if isinstance(error, click.NoSuchOption):
        kind, named = "no_option", error.option_name
    elif isinstance(error, click.MissingParameter):
        kind = "missing"
    elif isinstance(error, click.BadParameter):
        kind = "value"
    else:
        kind = "other"
    if isinstance(error, click.BadParameter) and error.param is not None:
        named = (
            error.param.opts[0]
            if error.param.param_type_name == "option"
            else error.param.make_metavar(click.get_current_context(silent=True) or click.Context(main))
        )
    return Sentence(say(f"usage_{kind}", name=named).zh, error.format_message())


def _crash_report() -> Path:
    import tempfile

    with tempfile.NamedTemporaryFile("w", prefix="ogi-xlsx-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(f"ogi-xlsx {__version__}\n{traceback.format_exc()}")
    return Path(file.name)


def complain(sentence: Sentence) -> None:
    """Say something on stderr, in both languages."""
    click.echo(plain(sentence.zh, 2000), err=True)
    click.echo("  " + plain(sentence.en, 2000), err=True)


@contextmanager
def progress(label: Sentence) -> Iterator[Callable[[Iterable[T]], Iterable[T]]]:
    """A progress bar over a list on stderr; none where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield lambda items: bar.track(list(items), description=label.zh)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ogi-xlsx")
def main() -> None:
    """政府信息公开年报电子表：下发、校验、汇总。

    Workbooks for the tables of China's annual report on open government information: issue, verify, add up.
    """


@main.command()
@click.argument("roster", type=_path)
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="报告年度。Year of the report.")
@click.option("--out", type=_path, required=True, help="下发文件夹。Folder for the workbooks.")
@click.option("--edition", "edition_id", help="格式版本，默认取该年度适用的。Edition; by default the one valid for the year.")
@click.option("--typed-totals", is_flag=True, help="总计由单位填写并校验。Totals are typed and checked, not computed.")
@click.option("--only", multiple=True, metavar="CODE", help="只为这些代码补发，可多次。Only these agencies, for late-comers.")
@_force
def generate(roster: Path, year: int, out: Path, edition_id: str | None, typed_totals: bool, only: tuple[str, ...], force: bool) -> None:
    """按名单为每个单位生成锁定的电子表。

    Write one locked workbook for each agency of ROSTER (CSV or xlsx), and the office's register 下发登记表.xlsx.
    """
    from ogi_xlsx.county import issue, roster as rosters
    from ogi_xlsx.form import edition as editions

    edition = editions.load(edition_id) if edition_id else editions.for_year(year)
    entries = rosters.load(roster)
    if not edition.valid_for(year):
        complain(say("edition_not_valid", id=edition.id, year=year, years=edition.valid_years))
    with progress(say("progress_generate")) as step:
        issued = issue.issue(entries, issue.Plan(edition, year, typed_totals), out, only, force, step)
    click.echo(say("generated", n=len(issued), out=str(out)).zh)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_path, metavar="PATH...")
@click.option("--roster", type=_path, help="名单；不在名单中的单位会被指出。Roster; bodies that are not on it are told.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="输出格式。Format of the output.")
@click.option("--output", type=_path, help="输出到文件。Write to a file.")
@click.option(
    "--engine", type=click.Choice(["both", "native"]), default="both", show_default=True, help="两遍计算，或只算一遍。Both verdicts, or the exact one alone."
)
@click.option("--strict", is_flag=True, help="有未说明的核实项时退出码也为1。Exit 1 for an unexplained warning, too.")
@_lang
@_force
def verify(paths: tuple[Path, ...], roster: Path | None, form: str, output: Path | None, engine: str, strict: bool, lang: str, force: bool) -> None:
    """校验上报表：文件或文件夹。

    Verify returned workbooks: files, or folders with all that is in them.
    """
    from ogi_xlsx.render import data, text

    judged = _judged(paths, roster, engine, lang)
    _deliver(data.verify(judged) if form == "json" else text.verify(judged, lang), output, force, lang)
    if any(one.fault for one in judged):
        raise click.exceptions.Exit(IMPOSSIBLE)
    severities = {"error", "warning"} if strict else {"error"}
    wrong = any(finding.severity in severities and not finding.explanation for one in judged for finding in one.findings)
    raise click.exceptions.Exit(FINDINGS if wrong else DONE)


def _judged(paths: tuple[Path, ...], roster: Path | None, engine: str, lang: str) -> list[Any]:
    """Find, read and judge; notes on what was skipped go to stderr."""
    from ogi_xlsx.county import collection, roster as rosters
    from ogi_xlsx.review import verify as review

    entries = rosters.load(roster) if roster else None
    notes: list[Sentence] = []
    with progress(say("progress_verify")) as step:
        returns = list(collection.read(step(collection.files(paths, notes)), notes))
    for note in notes:
        click.echo(plain(note[lang], 500), err=True)
    if not returns:
        raise Refusal(say("nothing_to_read"))
    if entries is not None:
        collection.hold_against_roster(returns, entries)
    return review.verify(returns, engine)


def _deliver(content: str, output: Path | None, force: bool, lang: str) -> None:
    """Print, or write to a file by a temporary name."""
    if output is None:
        click.echo(content)
        return
    _refuse_existing(output, force)
    from ogi_xlsx.returns.outputs import placed

    with placed(output) as temporary:
        temporary.write_text(content + "\n", encoding="utf-8")
    click.echo(say("written", file=str(output))[lang], err=True)


def _refuse_existing(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise Refusal(say("file_exists", file=str(path)))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_path, metavar="PATH...")
@click.option("--roster", type=_path, required=True, help="名单。Roster.")
@click.option("--out", type=_path, required=True, help="汇总表文件。The summary workbook.")
@click.option("--agency", metavar="CODE,NAME,LEVEL", help="汇总表的单位。Whose summary it is.")
@click.option("--include", multiple=True, metavar="CODE", help="有错仍纳入的单位，须同时写 --reason。Take in despite errors; needs --reason.")
@click.option("--reason", multiple=True, metavar="TEXT", help="纳入的理由，与 --include 一一对应。The reason for each --include.")
@_lang
@_force
def consolidate(
    paths: tuple[Path, ...], roster: Path, out: Path, agency: str | None, include: tuple[str, ...], reason: tuple[str, ...], lang: str, force: bool
) -> None:
    """把校验通过的上报表汇总成一张汇总表。

    Add sound returns up into a summary workbook, which is itself a return for the level above.
    """
    from datetime import datetime

    from ogi_xlsx.county import consolidate as consolidation, roster as rosters, summary
    from ogi_xlsx.render import text

    if len(include) != len(reason) or not all(text_.strip() for text_ in reason):
        raise Refusal(say("include_needs_reason"))
    if out.suffix.lower() != ".xlsx":
        raise Refusal(say("out_not_xlsx", file=str(out)))
    _refuse_existing(out, force)
    whose = _agency(agency) if agency else None
    judged = _judged(paths, None, "both", lang)
    result = consolidation.consolidate(judged, rosters.load(roster), whose, dict(zip(include, reason, strict=True)))
    summary.write(out, result, datetime.now())
    click.echo(text.consolidation(result, lang))
    click.echo(say("written", file=str(out))[lang])
    if any(one.fault for one in judged):
        raise click.exceptions.Exit(IMPOSSIBLE)
    raise click.exceptions.Exit(DONE if result.complete else FINDINGS)


def _agency(text: str) -> Any:
    from ogi_xlsx.county.roster import known_levels, level_of
    from ogi_xlsx.returns.identity import Agency

    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    level = level_of(parts[-1])
    if len(parts) != 3 or not all(parts) or level is None:
        raise Refusal(say("agency_option", text=plain(text, 60), known=known_levels()))
    return Agency(parts[0], parts[1], level)


@main.command()
@click.argument("code", required=False)
@click.option("--edition", "edition_id", help="格式版本，默认最新。Edition; by default the newest.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="输出格式。Format of the output.")
@_lang
def rules(code: str | None, edition_id: str | None, form: str, lang: str) -> None:
    """列出校验规则，或说明其中一条。

    List the rules and codes, or explain one: what it says, on what basis, why, what to do.
    """
    from ogi_xlsx.form import edition as editions, findings
    from ogi_xlsx.render import data, text

    edition = editions.load(edition_id or list(editions.available())[-1])
    every: list[Rule | Builtin] = [*edition.rules, *findings.catalogue().values()]
    every.sort(key=lambda rule: ("RXYHNCS".find(rule.code[0]), rule.code))
    chosen = [rule for rule in every if code is None or rule.code == code.upper()]
    if not chosen:
        raise Refusal(say("rule_unknown", code=plain(code, 20), id=edition.id))
    if form == "json":
        click.echo(data.rules(edition, chosen))
    elif form == "markdown":
        click.echo(text.rules_page(edition, chosen))
    else:
        click.echo(text.rule(chosen[0], lang) if code else text.rules(edition, chosen, lang))


@main.command()
@click.argument("edition", metavar="FILE|ID")
def edition(edition: str) -> None:
    """检查格式版本文件，并列出其内容。

    Check an edition file, telling every problem at once, and show what it holds.
    """
    from ogi_xlsx.form import edition as editions
    from ogi_xlsx.render import text

    click.echo(text.edition(editions.load(edition)))


@main.command()
@click.argument("folder", type=_path, default=Path("ogi-demo"), metavar="[DIR]")
@_force
def demo(folder: Path, force: bool) -> None:
    """用示例数据演示全过程：下发、填报、校验、汇总。

    The whole story on sample data, in a folder of its own.
    """
    from ogi_xlsx import demo as story

    for line in story.tell(folder, force):
        click.echo(line)
