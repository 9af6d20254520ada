"""The menu of `ogi-xlsx` without a command: it asks what to do, says what that will do, and calls the same commands."""

import io
import os
import re
import shlex
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import click

from ogi_xlsx.cli import rounds
from ogi_xlsx.cli.group import guarded, main, tell, terms_of_round
from ogi_xlsx.form.words import Refusal, Sentence, listed, plain, say

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_BACK, _GO = ("n", "no", "否", "0"), ("", "y", "yes", "是")


@dataclass(frozen=True)
class Call:
    """What an item will do: told in sentences, and the command with its arguments that does it. `opens` is a folder to be in afterwards."""

    tells: tuple[Sentence, ...]
    command: str
    arguments: tuple[str, ...] = ()
    takes_path: bool = False
    opens: Path | None = None


@dataclass(frozen=True)
class Item:
    """A line of the menu; `plan` looks what there is to do now, and is None where there is nothing."""

    label: str
    plan: Callable[[click.Context], Call | None]


def run(context: click.Context) -> None:
    """Show the menu again and again, until the user leaves or the input ends."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # a file name may be no text
    while True:
        items = _INSIDE if context.default_map else _OUTSIDE
        _show(items)
        answer = _ask(say("menu_ask"))
        if answer is None or unicodedata.normalize("NFKC", answer) == "0":
            return
        item = items.get(unicodedata.normalize("NFKC", answer))
        if item:
            guarded(lambda item=item: _do(context, item))  # type: ignore[misc]
        elif answer:
            _tell(say("menu_unknown", answer=plain(answer, 40)))


def _show(items: dict[str, Item]) -> None:
    terms = terms_of_round()
    tell()
    if terms.folder:
        _tell(say("menu_round", year=terms.year, office=terms.office and say("menu_office", office=terms.office), folder=terms.folder))
        _tell(say("menu_deadline", deadline=terms.deadline or say("menu_no_deadline")))
    else:
        _tell(say("menu_no_folder"))
    for number, item in items.items():
        tell(f"  {number}  {say(item.label).zh}")
    tell(f"  0  {say('menu_leave').zh}")


def _do(context: click.Context, item: Item) -> None:
    """Look again what the round's folder says, tell what an item will do, and do it if the user agrees."""
    if folder := terms_of_round().folder:
        rounds.enter(context, folder)
    call = item.plan(context)
    if call is None:
        return
    for sentence in call.tells:
        _tell(sentence)
    answer = _ask(say("menu_go_or_path" if call.takes_path else "menu_go"))
    if answer is None or answer.lower() in _BACK or (answer.lower() not in _GO and not call.takes_path):
        return
    if answer.lower() not in _GO:
        call = replace(call, arguments=(str(_there(answer)),))
    main.commands[call.command].main(list(call.arguments), call.command, standalone_mode=False, parent=context)
    if call.opens:
        rounds.enter(context, call.opens)


def _ask(question: Sentence) -> str | None:
    """An answer, trimmed; None at the end of the input."""
    try:
        return str(click.prompt(plain(question.zh, 500), default="", show_default=False, prompt_suffix="")).strip()
    except click.Abort:
        tell()
        return None


def _tell(sentence: Sentence) -> None:
    tell(plain(sentence.zh, 500))


def dragged(text: str) -> Path:
    """The path that a terminal types when a file is dragged into it: plain, quoted, with escaped spaces, or as an address.

    >>> [str(dragged(text)) for text in ("'/a b/c.xlsx' ", "/a\\\\ b/c.xlsx", '"C:\\\\表\\\\甲.xlsx"', "file:///a%20b/c.xlsx")]
    ['/a b/c.xlsx', '/a b/c.xlsx', 'C:\\\\表\\\\甲.xlsx', '/a b/c.xlsx']
    """
    text = text.strip().removeprefix("& ")  # as PowerShell puts it
    if text.lower().startswith("file://"):
        return Path(url2pathname(urlsplit(text).path) if os.name == "nt" else unquote(urlsplit(text).path))
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    inner = text[1:-1] if quoted else text
    if _DRIVE.match(inner) or Path(text).exists():
        return Path(inner if _DRIVE.match(inner) else text)
    if quoted or "\\" in text:
        try:
            parts = shlex.split(text)
        except ValueError:
            return Path(inner)
        return Path(" ".join(parts))
    return Path(text)


def _there(text: str) -> Path:
    """A dragged path. Raises Refusal where nothing is there."""
    path = dragged(text)
    if not path.exists():
        raise Refusal(say("path_missing", path=plain(path, 200)))
    return path


def _issue(context: click.Context) -> Call | None:
    """Workbooks for the whole roster, or for those that are not in the register yet."""
    from ogi_xlsx.county import issue, roster as rosters

    given = _given(context, "generate")
    issued = set(issue.codes_issued(Path(given["out"])))
    roster = rosters.read(Path(given["roster"]), issued)
    codes = say("menu_gives_codes", n=len(roster.given), file=given["roster"])
    tells = (codes,) if roster.given else ()
    if not issued:
        return Call((say("menu_issues", n=len(roster.entries), roster=given["roster"], out=given["out"]), *tells), "generate")
    late = [entry.agency for entry in roster.entries if entry.agency.code not in issued]
    if not late:
        _tell(say("menu_all_issued", n=len(issued), out=given["out"]))
        return None
    names = listed([Sentence(agency.name, agency.name) for agency in late])
    only = tuple(f"--only={agency.name if agency.code in roster.given.values() else agency.code}" for agency in late)
    return Call((say("menu_issues_late", issued=len(issued), n=len(late), names=names, out=given["out"]), *tells), "generate", only)


def _verify(context: click.Context) -> Call:
    given = _given(context, "verify")
    return Call((_found(given["paths"][0]), say("menu_verifies", folder=given["paths"][0], out=given["corrections"])), "verify", takes_path=True)


def _remind(context: click.Context) -> Call:
    given = _given(context, "status")
    return Call((_found(given["paths"][0]), say("menu_reminds", folder=given["paths"][0], roster=given["roster"])), "status")


def _sum_up(context: click.Context) -> Call:
    given = _given(context, "consolidate")
    return Call((_found(given["paths"][0]), say("menu_sums_up", folder=given["paths"][0], out=given["out"])), "consolidate")


def _given(context: click.Context, command: str) -> dict[str, str]:
    """What a command finds in the round's folder."""
    assert context.default_map is not None
    return dict(context.default_map[command])


def _found(folder: str) -> Sentence:
    """How many files a folder holds."""
    from ogi_xlsx.county import folders

    try:
        return say("menu_found", folder=folder, n=len(folders.files([Path(folder)], [])))
    except Refusal:  # nothing has come yet, which is told as that
        return say("menu_found", folder=folder, n=0)


def _new(_: click.Context) -> Call | None:
    year = str(date.today().year - 1)
    year = unicodedata.normalize("NFKC", _ask(say("menu_ask_year", year=year)) or year)
    if not re.fullmatch("20[0-9]{2}", year):
        raise Refusal(say("terms_year", year=plain(year, 20)))
    name = say("menu_new_name", year=year).zh
    answer = _ask(say("menu_ask_new", name=name))
    if answer is None or answer.lower() in _BACK:
        return None
    folder = dragged(answer or name)
    return Call((say("menu_makes", folder=rounds.short(folder)),), "init", (str(folder), f"--year={year}"), opens=folder.absolute())


def _open(context: click.Context) -> None:
    answer = _ask(say("menu_ask_folder"))
    if answer is None or answer.lower() in ("", *_BACK):
        return
    path = _there(answer).absolute()
    if not rounds.enter(context, path if path.is_dir() else path.parent):
        raise Refusal(say("menu_no_round", path=plain(path, 200)))


def _demo(_: click.Context) -> Call:
    return Call((say("menu_tells_story"),), "demo")


_INSIDE = {"1": Item("menu_issue", _issue), "2": Item("menu_verify", _verify), "3": Item("menu_remind", _remind), "4": Item("menu_sum_up", _sum_up)}
_OUTSIDE = {"1": Item("menu_new", _new), "2": Item("menu_open", _open), "3": Item("menu_demo", _demo)}
