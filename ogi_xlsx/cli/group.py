"""What all commands share: the group that turns refusals into sentences, options, the terms of a round, delivering."""

import codecs
import errno
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogi_xlsx import __version__
from ogi_xlsx.cli import rounds
from ogi_xlsx.form import given
from ogi_xlsx.form.harmless import lines
from ogi_xlsx.form.words import Refusal, Sentence, os_reason, plain, say

if TYPE_CHECKING:
    from ogi_xlsx.county.terms import Terms
    from ogi_xlsx.form.settings import Settings
    from ogi_xlsx.returns.hands import Hands

DONE, FINDINGS, IMPOSSIBLE = 0, 1, 2
_ENDS = ("SIGTERM", "SIGHUP", "SIGBREAK")  # asked to end, the terminal is gone, Ctrl-Break: each where there is such a thing
_CLOSED = (errno.EPIPE, errno.EINVAL)  # whoever read our output has stopped reading; the latter is what Windows says
_LEAST_KEY, _MOST_KEY = 16, 4096  # bytes: a shorter key can be tried out, a longer file is another one than was meant
_JOBS, _SCHEDULER = f"{__name__}.jobs", f"{__name__}.scheduler"  # where a call keeps these options

path_type = click.Path(path_type=Path, readable=False)  # what cannot be read is told by us, file by file
lang_option = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="输出语言。Language of the output.")
prior_option = click.option("--prior", type=path_type, help="上年的上报表文件夹、汇总表或 records 文件。Last year's returns, summary or records file.")
settings_option = click.option("--settings", type=path_type, help="限值和停用规则的设置文件（TOML）。Thresholds and waivers, a TOML file.")
key_option = click.option("--seal-key", type=path_type, help="封签的密钥文件。File that holds the key for seals.")
_jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    expose_value=False,
    callback=lambda context, _, jobs: context.meta.__setitem__(_JOBS, jobs or 0),
    help="同时读几份文件，默认每个处理器核一份。Files read at once; by default one a core.",
)
_scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    expose_value=False,
    callback=lambda context, _, address: context.meta.__setitem__(_SCHEDULER, address or ""),
    help="由 Dask 集群读取，写其调度器的地址。Read on a Dask cluster; the address of its scheduler.",
)
force_option = click.option("--force", is_flag=True, help="允许覆盖已有文件。Overwrite what is there.")


class _Group(click.Group):
    """Turns refusals, ours and click's, into sentences and exit code 2, in one place."""

    def main(self, *args: Any, **more: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a console that cannot show Chinese still shows the rest
        for name in _ENDS:
            if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:  # as nohup asks
                signal.signal(getattr(signal, name), lambda *_: signal.raise_signal(signal.SIGINT))  # leave nothing half-written
        sys.exit(guarded(lambda: super(_Group, self).main(*args, **{**more, "standalone_mode": False})))


def guarded(call: Callable[[], object]) -> int:
    """Exit code of a call of click's; refusals, ours and click's, become sentences, and so does a fault of the machine or of ours."""
    try:
        code = call()
    except Refusal as refusal:
        for problem in refusal.problems:
            complain(problem)
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "ogi-xlsx"
        complain(say("usage", reason=_usage(error), command=where))
    except (click.Abort, KeyboardInterrupt):
        complain(say("stopped"))
    except OSError as error:
        complain(say("not_accessible", file=plain(error.filename, 200) if error.filename else say("a_file"), reason=os_reason(error)))
    except MemoryError:
        complain(say("no_memory"))
    except Exception:  # noqa: BLE001 - a fault of ours: said as one, with what a maintainer needs in a file
        complain(_fault())
    else:
        return code if isinstance(code, int) else DONE
    return IMPOSSIBLE


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


def _fault() -> Sentence:
    """What is said of the exception that is being handled."""
    from ogi_xlsx.returns import faults

    return say("fault", details=faults.details(traceback.format_exc()))


def _print(content: str | bytes, *, err: bool, nl: bool) -> None:
    """Print. Where nobody reads any more the work goes on, unheard. Raises Refusal where stdout cannot be written, as on a full disk."""
    try:
        click.echo(content, err=err, nl=nl)
    except OSError as error:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), (sys.stderr if err else sys.stdout).fileno())
        if not err and error.errno not in _CLOSED:
            raise Refusal(say("output_not_written", reason=os_reason(error))) from error


def tell(text: str = "", *, err: bool = False) -> None:
    """Print lines for people. Nothing else of ours prints texts, so that no file can command the screen."""
    _print(lines(text), err=err, nl=True)


def complain(sentence: Sentence) -> None:
    """Say something on stderr, in both languages."""
    tell(plain(sentence.zh, 2000), err=True)
    tell("  " + plain(sentence.en, 2000), err=True)


@click.group(cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ogi-xlsx")
@click.pass_context
def main(context: click.Context) -> None:
    """政府信息公开年报电子表：下发、校验、汇总。不写命令，按菜单办理。

    Workbooks for the tables of China's annual report on open government information: issue, verify, add up.
    Without a command, a menu (in Chinese).
    """
    command = context.invoked_subcommand
    if command is None or command in rounds.COMMANDS:
        rounds.enter(context, Path.cwd())
    if command is None:
        from ogi_xlsx.cli import menu

        menu.run(context)


def terms_of_round() -> "Terms":
    """What 本轮.toml says; nothing outside a round's folder."""
    from ogi_xlsx.county.terms import NO_TERMS

    found: Terms | None = click.get_current_context().obj
    return found or NO_TERMS


def hands_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options that say who reads returns, given to a command; `hands_given` has them."""
    return _jobs_option(_scheduler_option(command))


def hands_given() -> "Hands":
    """Who reads returns: as many processes as there are cores, where nobody says."""
    from ogi_xlsx.returns.hands import Hands

    meta = click.get_current_context().meta
    return Hands(meta.get(_JOBS, 0), meta.get(_SCHEDULER, ""))


def office_settings(path: Path | None, notes: list[Sentence]) -> "Settings | None":
    """The office's settings, if a file is given; what has expired is noted."""
    from datetime import date

    from ogi_xlsx.form import settings

    return settings.load(path, date.today(), notes) if path else None


def say_notes(notes: list[Sentence], lang: str) -> None:
    """What was skipped or not used, on stderr."""
    for note in notes:
        tell(plain(note[lang], 500), err=True)


def key_of(path: Path | None) -> bytes:
    """The key in a file, without white space and the mark of UTF-8 that editors add; empty without a file.

    Raises Refusal for a file that cannot be read, or holds nothing that can be a key.
    """
    if path is None:
        return b""
    held = given.content(path)
    key = held.removeprefix(codecs.BOM_UTF8).strip()
    if not key:
        raise Refusal(say("key_empty", file=path.name))
    if len(held) > _MOST_KEY:
        raise Refusal(say("key_long", file=path.name, most=_MOST_KEY))
    if len(key) < _LEAST_KEY:
        raise Refusal(say("key_short", file=path.name, least=_LEAST_KEY))
    return key


def deliver(content: str, output: Path | None, force: bool, lang: str, form: str = "text") -> None:
    """Print, or write to a file by a temporary name. What is not for people to read is UTF-8 wherever it goes, but on a console; CSV has a mark."""
    whole = lines(content) if form == "text" else content
    whole = whole if whole.endswith("\n") else whole + "\n"
    data = whole.encode("utf-8-sig" if form == "csv" else "utf-8")
    if output is None:
        _print(whole if form == "text" or (sys.stdout and sys.stdout.isatty()) else data, err=False, nl=False)
        return
    from ogi_xlsx.returns.outputs import placed

    with placed(output, force) as temporary:
        temporary.write_bytes(data)
    tell(say("written", file=str(output))[lang], err=True)


def refuse_taken(path: Path | None, force: bool) -> None:
    """As `outputs.refuse_taken`, before anything is read: nobody waits for a result that has no place."""
    from ogi_xlsx.returns import outputs

    if path:
        outputs.refuse_taken(path, force)
