"""Boards for the tests, from returns built in memory: no file is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from returned import build, cells_of

from ogi_xlsx.county import board
from ogi_xlsx.county.board import AgencyLine, Board
from ogi_xlsx.county.roster import Entry
from ogi_xlsx.returns.cells import not_filled
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.record import BLANK
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import verify

ANHAI, CIZAO, EDUCATION = "安海镇人民政府", "磁灶镇人民政府", "晋江市教育局"
CODES = {ANHAI: "A", CIZAO: "B", EDUCATION: "C"}
BALANCED = """
t3.new_received  natural_person 3
t3.granted       natural_person 2
t3.carried_out   natural_person 1
"""
UNBALANCED = BALANCED + "t3.carried_in natural_person 4\n"
MANY = BALANCED + "t2.licensing decisions 70000000\n"  # asks to be checked


def roster(*names: str, **more: object) -> list[Entry]:
    """A roster of townships; a name with 局 is a department."""
    levels = ["department" if "局" in name else "township" for name in names]
    agencies = [Agency(CODES.get(name, name), name, level) for name, level in zip(names, levels, strict=True)]
    return [Entry(number, agency, **more) for number, agency in enumerate(agencies, 1)]  # type: ignore[arg-type]


def sent(name: str, cells: str = BALANCED, path: str = "", correction: int = 0, year: int = 2025, edition: str = "2021") -> Return:
    """A return of a body as it was read."""
    level = "department" if "局" in name else "township"
    returned = build(edition, cells_of(cells) if cells else {}, level=level, year=year, fields={"cover.way": "单位自填", "cover.filler": "张三"})
    assert returned.identity
    returned.identity = replace(returned.identity, agency=Agency(CODES.get(name, name), name, level), correction=correction)
    returned.path = path or f"收回/{name}.xlsx"
    returned.modified = datetime(2026, 1, 12, 17, 3)
    return returned


def blank(name: str, path: str = "") -> Return:
    """A return of which no cell was touched."""
    returned = sent(name, path=path)
    returned.readings = dict.fromkeys(returned.readings, BLANK)
    returned.fields = {"cover.way": "单位自填"}
    returned.findings = [not_filled(returned, "表三", ["t3.granted.natural_person"])] if returned.layout else []
    return returned


def of(returns: Sequence[Return], entries: Sequence[Entry] = (), others: Sequence[str] = (), **more: object) -> Board:
    """The board of returns for 安海镇, 磁灶镇 and 教育局, unless another roster is given."""
    judged = verify(returns, "native")
    return board.of(judged, entries or roster(ANHAI, CIZAO, EDUCATION), [Path(other) for other in others], **more)  # type: ignore[arg-type]


def line_of(told: Board, name: str) -> AgencyLine:
    """The line of a body."""
    return next(line for line in told.lines if line.entry.agency.name == name)
