"""What a printed cell holds: a number, nothing, or a text that is kept as it was printed. Nothing is mended on the way."""

import re
from decimal import Decimal
from functools import cache

from ogi_xlsx.form.words import nfkc, section
from ogi_xlsx.published.labels import fold
from ogi_xlsx.returns.record import DIGITS

Content = int | float | str | None
_PLAIN = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_MINUS = str.maketrans({"−": "-", "–": "-"})
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff]+")  # have no width: editors of websites leave them behind
_LONGEST = 40  # characters of a figure with all that is printed around it


def content(text: str) -> Content:
    """What is typed for a printed text: the number that it is, None for a blank, and the text itself where it is anything else.

    >>> content(" 0\\n"), content("+19"), content("4068.208"), content(" "), content("1,113"), content("251000元"), content("007"), content("１２")
    (0, 19, 4068.208, None, '1,113', '251000元', '007', '１２')
    >>> content("\\xa0\\u200b12\\ufeff"), content("\\u200b")
    (12, None)
    """
    bare = _UNSEEN.sub("", text).strip()
    if not bare:
        return None
    plain = bare.translate(_MINUS)
    if _PLAIN.fullmatch(plain) and sum(map(str.isdecimal, plain)) <= DIGITS:
        number = Decimal(plain) + 0  # −0 is 0
        return int(number) if number == number.to_integral_value() else float(number)
    return bare


def is_figure(text: str) -> bool:
    """Whether a printed text can be what a cell of numbers holds: a number with or without a measure or a remark, or a sign for none.

    >>> [is_figure(text) for text in ("0", "251000元", "/", "22（其中修订 16 件）", "未增未减", "1 0", "规章", "数据1", "2019年")]
    [True, True, True, True, True, True, False, False, False]
    """
    if len(text) > 20 * _LONGEST:
        return False
    bare = nfkc(text).strip()
    if not bare or len(bare) > _LONGEST:
        return False
    return bool(_figure().fullmatch(fold(bare)))


@cache
def _figure() -> re.Pattern[str]:
    words = section("words.toml", "reading")
    measures = "|".join(sorted(map(re.escape, words["measures"]), key=len, reverse=True))
    none = "|".join(map(re.escape, map(fold, [*words["placeholders"], *words["same"], *section("published.toml", "figure")["none"]])))
    change = "|".join(map(re.escape, [*words["rise"], *words["fall"]]))
    return re.compile(rf"(?:(?:{change})?[?¥]?[-+±]?[0-9][0-9,.]*(?:{measures})?(?:\([^()]*\))?|{none})")
