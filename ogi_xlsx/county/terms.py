"""The terms of a round: what the office tells its bodies, in workbooks and reminders. The file 本轮.toml holds them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ogi_xlsx.form.words import say
from ogi_xlsx.returns.identity import Agency

FILE, ROSTER = "本轮.toml", "名单.xlsx"  # what stands in a round's folder
OUT, BACK, CORRECTIONS, SUMS = "下发", "收回", "退回", "汇总"  # and its folders


@dataclass(frozen=True)
class Terms:
    """What is known of a round; everything may be missing, and sentences then leave it out.

    `deadline` is how it is told (1月15日17时), `due` the moment itself where one is given. `you` is how a body is addressed: 贵单位 or 你单位.
    `submit` is how to send a return in, `agency` whose the summary is. `folder` is the round's. Paths are absolute.
    """

    year: int | None = None
    edition: str = ""
    office: str = ""
    agency: Agency | None = None
    circular: str = ""
    deadline: str = ""
    due: datetime | None = None
    contact: str = ""
    phone: str = ""
    submit: str = ""
    you: str = ""
    typed_totals: bool = False
    with_text: bool = False
    password: str = ""
    seal_key: Path | None = None
    prior: Path | None = None
    settings: Path | None = None
    folder: Path | None = None

    @property
    def addressed(self) -> str:
        """How a body is addressed."""
        return self.you or say("you_default").zh


NO_TERMS = Terms()


def find(folder: Path) -> Path | None:
    """The 本轮.toml of a round: in a folder or any above it."""
    return next((at / FILE for at in (folder, *folder.parents) if (at / FILE).is_file()), None)
