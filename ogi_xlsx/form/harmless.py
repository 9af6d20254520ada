"""Text that came from outside, made fit for where it goes: a screen, JSON, CSV. Nothing in it may command what shows or opens it.

HTML escapes in its templates, XML in its library, workbooks in `returns.writing.texts`.
"""

import json
import re
from typing import Any

_BREAKS = r"\t-\r\x1c-\x1f\x85\u2028\u2029"  # what ends a line or jumps
_HALVES = r"\ud800-\udfff"  # half a character, as in a file's name that is no UTF-8: no file can hold one
_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f"  # control characters: with them a terminal's commands begin
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # what turns the direction of writing, joins, or is drawn as nothing
    r"\ufdd0-\ufdef" + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17))  # no characters; XML has no room for the first two
)
_BREAK, _HALF, _CONTROL = (re.compile(f"[{characters}]") for characters in (_BREAKS, _HALVES, _UNSEEN))
_ODD = re.compile(f"[{_BREAKS}{_HALVES}{_UNSEEN}]")
_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")  # how a text begins that a spreadsheet may take for a formula, guarded or not


def plain(text: object, limit: int = 80) -> str:
    """Text of a file made safe to print: control, direction and invisible characters gone, on one line, cut to `limit` characters.

    >>> plain("\\x1b[31m甲\\u202e镇\\n乙")
    '[31m甲镇 乙'
    """
    cleaned = _CONTROL.sub("", _HALF.sub("\ufffd", _BREAK.sub(" ", str(text).replace("\r\n", "\n"))))
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def is_plain(text: str) -> bool:
    """Whether a text is one that `plain` leaves as it is, however long."""
    return not _ODD.search(text)


def lines(text: str) -> str:
    """As `plain`, of a text of any length whose lines stay."""
    return "\n".join(plain(line, len(line)) for line in text.split("\n"))


def as_json(content: Any) -> str:
    """JSON in which nothing is lost and nothing is unseen: such characters stand as escapes, half a character among them.

    >>> as_json({"甲": "\\x9b31m\\u202e\\udcb0"})
    '{\\n "甲": "\\\\u009b31m\\\\u202e\\\\udcb0"\\n}'
    """
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return _ODD.sub(lambda match: match[0] if match[0] == "\n" else json.dumps(match[0])[1:-1], text)


def guarded(text: str) -> str:
    """A text for CSV that no spreadsheet takes for a formula; `unguarded` gives it back.

    >>> guarded("=1+1"), guarded("'@a"), guarded("甲-1")
    ("'=1+1", "''@a", '甲-1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
