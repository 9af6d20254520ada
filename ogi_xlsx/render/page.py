"""Results as one HTML page that needs no network: it can be mailed, opened by a double click, searched and printed.

Markup stands in `templates/page/`; whatever is filled in is escaped, and free of control characters.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import PurePath

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ogi_xlsx import __version__
from ogi_xlsx.county.board import UNCHANGED, AgencyLine, Board, state_of
from ogi_xlsx.county.reminders import moment
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.edition import SEVERITIES
from ogi_xlsx.form.findings import ERROR, WARNING
from ogi_xlsx.form.words import plain, say, section, template_folder
from ogi_xlsx.render import board as lines
from ogi_xlsx.render.telling import EXPLAINED, common_folder, explanations, grade_word, in_force, names_in, tell, totals
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.verify import STATES, Judged

_MOST = 5000  # characters of one text
_MOST_CELLS = 30  # differing cells that are listed of a duplicate


def verify(judged: Sequence[Judged], made: datetime, lang: str = "zh") -> str:
    """The result of `verify` as a page that opens in `lang`, and switches to the other language."""
    returns = [(one, [tell(finding, one) for finding in one.findings]) for one in judged]
    grades = {told.grade for _, findings in returns for told in findings}
    folder = common_folder([one.returned.path for one in judged])
    return _filled(
        "verify",
        made,
        lang,
        title=say("page_title_verify"),
        totals=totals(judged),
        folder=folder.name if folder else "",
        name_of=names_in(folder),
        settings=in_force(judged),
        explanations=explanations(judged),
        returns=returns,
        findings=sum(len(findings) for _, findings in returns),
        names=list(dict.fromkeys(_body(one) for one in judged)),
        states=[state for state in STATES if any(one.state == state for one in judged)],
        grades=[grade for grade in (*SEVERITIES, EXPLAINED) if grade in grades],
    )


def status(board: Board, terms: Terms, made: datetime, deadline: datetime | None = None, lang: str = "zh") -> str:
    """The board and its reminders as a page. Files that bear a later time than `deadline` are told where one is given."""
    name_of = names_in(common_folder(lines.paths(board)))
    return _filled(
        "status",
        made,
        lang,
        title=say("page_title_status"),
        first_line=lines.first_line(board),
        board=board,
        tracked=[line for line in board.lines if not line.entry.included],
        settings=in_force([one for line in board.lines for one in line.files]),
        heads=[say(f"board_{name}") for name in ("no", "name", "state", "problems", "control")] + [say("page_files")],
        asked=_asked,
        name_of=name_of,
        names_of=lambda paths: "、".join(name_of(path) for path in paths),
        most=_MOST_CELLS,
        deadline=deadline and moment(deadline),
        later=lines.later_files(board, deadline) if deadline else [],
        reminders=lines.messages(board, terms, made),
    )


def _asked(line: AgencyLine) -> list[tuple[str, int]]:
    """How many findings of a body somebody has to do something about, by severity; none are counted where nothing was filled in."""
    open_ = [finding.severity for finding in line.current.findings if not finding.explanation] if line.current and line.state != UNCHANGED else []
    return [(severity, n) for severity in (ERROR, WARNING) if (n := open_.count(severity))]


def _filled(name: str, made: datetime, lang: str, **content: object) -> str:
    """The page `name`, with its style and script inside; a policy forbids every other, and the network."""
    about = {"tool": f"ogi-xlsx {__version__}", "made": _time(made), "lang": lang}
    return _templates().get_template(f"{name}.html.jinja").render(**about, style=_inline("style.css"), script=_inline("shared.js", f"{name}.js"), **content)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(template_folder() / "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
    )
    environment.globals |= {"say": say, "sign": _sign, "grade_word": grade_word, "body_of": _body, "state_of": state_of, "show": show, "time_of": _time}
    return environment


def _fit(value: object) -> object:
    """Whatever a template fills in: text without control and direction characters; macros have been through here already."""
    return plain(value, _MOST) if isinstance(value, str) and not isinstance(value, Markup) else value


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _sign(state: str) -> str:
    """The sign beside the word of a state or grade."""
    return str(section("page.toml", "signs")[state])


def _body(one: Judged) -> str:
    """What a body is called in the filter; a return that nobody is known to have sent is called as its file."""
    identity = one.returned.identity
    return plain(identity.agency.name if identity else PurePath(one.returned.path).name)


@dataclass(frozen=True)
class _Inline:
    """A style sheet or script of ours as it stands in the page, and the hash by which the policy allows it."""

    text: Markup

    @property
    def hash(self) -> str:
        return "sha256-" + base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()


@cache
def _inline(*names: str) -> _Inline:
    folder = template_folder() / "page"
    return _Inline(Markup("\n".join((folder / name).read_text(encoding="utf-8") for name in names)))  # noqa: S704 - our own files
