"""Reads the styles of a workbook: of each only how it shows a number, and whether it locks its cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ogi_xlsx.form.words import say
from ogi_xlsx.returns.opening.parts import Elements, main, remembered, stream
from ogi_xlsx.returns.opening.safety import Unreadable

MOST_STYLES = 70_000  # cell styles and number formats; Excel itself allows 64 000
_DATES = (*range(27, 37), *range(50, 59))  # numbers that stand for a date format on a Chinese system (ECMA-376 part 1, 18.8.30)
_CHINESE_DATE = 'yyyy"年"m"月"d"日"'
_LONGEST = 255  # characters of a number format in Excel; what tells dates apart takes a time that grows with the square
_COMMON = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 49: "@"}  # the same, 18.8.30
_MAY_BE_DATE = re.compile("[dmhys]", re.IGNORECASE)
_INDEX = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Look:
    """A style: its number format, whether that is one of dates, or of durations, and whether it locks the cell."""

    number_format: str = "General"
    date: bool = False
    duration: bool = False
    locked: bool = True


@cache
def _look(number_format: str, locked: bool) -> Look:
    if not _MAY_BE_DATE.search(number_format):
        return Look(number_format, locked=locked)
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format  # only where a format may be one of dates: it takes long to import

    return Look(number_format, bool(is_date_format(number_format)), bool(is_timedelta_format(number_format)), locked)


def _built_in(number: int) -> str:
    """A format that is known by its number alone."""
    if number in _COMMON:
        return _COMMON[number]
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # as above

    return str(BUILTIN_FORMATS.get(number, "General"))


@remembered
def read(name: str, data: bytes) -> Sequence[Look]:
    """The cell styles of the part `name`, in order. Raises Unreadable."""
    handler = _Styles()
    stream(name, data, handler)
    return tuple(handler.looks) or (Look(),)


class _Styles(Elements):
    def __init__(self) -> None:
        starts = {"numFmt": self._format, "cellXfs": self._begin, "xf": self._style, "protection": self._protection}
        super().__init__(main(starts), {}, main({"xf": self._style_ends, "cellXfs": self._end}))
        self.formats: dict[int, str] = dict.fromkeys(_DATES, _CHINESE_DATE)
        self.looks: list[Look] = []
        self.within = False
        self.number = 0
        self.locked = True

    def _format(self, attributes: dict[str, str]) -> None:
        if _INDEX.fullmatch(attributes.get("numFmtId", "")):
            self.formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "General")[:_LONGEST]
        self._counted(len(self.formats))

    def _begin(self, _: dict[str, str]) -> None:
        self.within = True

    def _end(self) -> None:
        self.within = False

    def _style(self, attributes: dict[str, str]) -> None:
        number = attributes.get("numFmtId", "0")
        self.number, self.locked = (int(number) if _INDEX.fullmatch(number) else 0), True

    def _protection(self, attributes: dict[str, str]) -> None:
        self.locked = attributes.get("locked", "1") in ("1", "true", "on")

    def _style_ends(self) -> None:
        if self.within:
            self.looks.append(_look(self.formats.get(self.number) or _built_in(self.number), self.locked))
            self._counted(len(self.looks))

    def _counted(self, n: int) -> None:
        if n > MOST_STYLES:
            raise Unreadable("S107", what=say("unsafe_styles", most=MOST_STYLES))
