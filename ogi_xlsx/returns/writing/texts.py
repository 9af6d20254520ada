"""Texts as they stand in the parts of a workbook: how long they may be, which characters XML has no room for, what commands a footer.

xlsx writes such characters as `_x000D_`, and a text that looks like that as `_x005F_x000D_`.
"""

import re

LONGEST = 32_767  # what a cell holds: UTF-16 units
MOST_FOOTER = 60  # characters of a name in a footer, which has room for 255 in all
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def escaped(text: str) -> str:
    """A text as xlsx writes it.

    >>> escaped("甲\\x1b乙_x0041_x0042_")
    '甲_x001B_乙_x005F_x0041_x005F_x0042_'
    """
    return _NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text))


def unescaped(text: str) -> str:
    """Text with the characters that xlsx writes as `_x000D_`.

    >>> unescaped("甲_x000D_乙_x005F_x0041_")
    '甲\\r乙_x0041_'
    """
    return _ESCAPED.sub(lambda match: match[0] if 0xD800 <= int(match[1], 16) < 0xE000 else chr(int(match[1], 16)), text)


def fitting(text: str) -> int:
    """How many characters of a text fit into a cell."""
    if len(text) <= LONGEST // 2:
        return len(text)
    return len(text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", errors="ignore"))


def footer(left: str, right: str) -> str:
    """A footer of small type with page numbers between two texts.

    `&` begins a command, which xlsxwriter also finds in a doubled one, so that the wide sign stands in its place; figures right after
    a size would belong to it.

    >>> footer("甲&G", "2025")
    '&L&8 甲＆G&C&8 &P / &N&R&8 2025'
    """
    left, right = (text[:MOST_FOOTER].replace("&", "＆") for text in (left, right))
    return f"&L&8 {left}&C&8 &P / &N&R&8 {right}"
