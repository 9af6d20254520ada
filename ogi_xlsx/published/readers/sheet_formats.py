"""What the number format of a cell shows for the number in it: the number with what the format puts around it, or perhaps another number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from ogi_xlsx.returns.record import show

_MOST_DIGITS = 400  # of a number written out: 1E+308 has 309
_EXACT = Context(prec=2 * _MOST_DIGITS, rounding=ROUND_HALF_UP)
_PRECISE, _GENERAL = 15, 10  # significant digits that an office program keeps, and that a cell without a format has room for
_TOKEN = re.compile(
    r'"(?P<text>[^"]*)"|[\\!](?P<one>.)|(?P<space>_.|\*\D)|\[\$(?P<sign>[^\]-]*)[^\]]*\]|\[(?P<named>[^\]]*)\]|(?P<end>;)'
    r"|(?P<general>General|G/通用格式|@)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*,*)?|\.[0#?]+,*)|(?P<percent>%)|(?P<plain>[^A-Za-z/*])",
    re.DOTALL,
)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|yellow|color ?\d{1,2}|[黑蓝青绿红黄]色?|洋红色?|颜色 ?\d{1,2}", re.IGNORECASE)
_DASHES = ("-", "–", "—", "－")  # what stands for 0 in the formats of accounts
_MINUS = re.compile(r"[-−－(（]")


def shown(value: int | float, number_format: str) -> tuple[str, bool]:
    """A number as its cell shows it, without exponent and groups of digits; and whether one who looks at the cell may see another number, or none.

    >>> shown(0.5, "0%"), shown(3, '0"件"'), shown(1234.5, "#,##0.00"), shown(0.5, "0"), shown(1234567, "0,"), shown(0, "0;-0;")
    (('50%', False), ('3件', False), ('1234.5', False), ('0.5', True), ('1234567', True), ('0', True))
    """
    exact = Decimal(repr(value)) if isinstance(value, int) else Decimal(f"{value:.{_PRECISE}g}")
    if not exact.is_finite() or exact.adjusted() > _MOST_DIGITS:
        return str(value), False
    parts = _parts(number_format)[:3]
    at = 1 if exact < 0 and len(parts) > 1 else 2 if exact == 0 and len(parts) > 2 else 0
    if any(part.strange for part in parts):
        return show(exact), True
    return parts[at].text(exact, own=at == 1)


def alters_texts(number_format: str) -> bool:
    """Whether a format shows a text otherwise than as it is: with something around it, or not at all.

    >>> [alters_texts(one) for one in ("General", "@", "0;-0;0", ";;;", '@"件"', '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ')]
    [False, False, False, True, True, False]
    """
    parts = _parts(number_format)
    if len(parts) < 4 and "@" not in number_format:
        return False
    return parts[-1].digits is None or bool(parts[-1].before.strip() or parts[-1].behind.strip())


@dataclass
class _Part:
    """A part of a number format: what stands before and behind the number, and its digits.

    Those are empty for the general format, and None where no number is shown; `strange`: it shows numbers in a way of its own.
    """

    before: str = ""
    behind: str = ""
    digits: str | None = None
    percent: bool = False
    strange: bool = False

    def take(self, token: re.Match[str]) -> None:
        """Take the next token."""
        if token["digits"] or token["general"]:
            self.strange |= self.digits is not None
            self.digits = token["digits"] or ""
        elif token["named"] is not None:
            self.strange |= not _COLOUR.fullmatch(token["named"])
        elif token["percent"]:
            self.percent = True
        elif self.digits is None:
            self.before += _put(token)
        else:
            self.behind += _put(token)

    def text(self, exact: Decimal, own: bool) -> tuple[str, bool]:
        """As `shown`; `own`: the part is for negative numbers alone, and says itself that they are."""
        before, behind = self.before.strip(), self.behind.strip()
        if self.digits is None:
            return show(exact), exact != 0 or before not in _DASHES
        number = exact.scaleb(2, _EXACT) if self.percent else exact
        sign = bool(_MINUS.search(before))
        if sign != own or any(map(str.isdigit, before + behind)) or self._is_another(number, self.digits):
            return show(exact), True
        plain = show(number)
        if "." not in plain and not own:
            plain = plain.zfill(self.digits.partition(".")[0].count("0"))
        return f"{'' if own else before}{plain}{'%' if self.percent else ''}{behind.strip(')）') if own else behind}", False

    def _is_another(self, number: Decimal, digits: str) -> bool:
        """Whether the digits show another number, or nothing."""
        if not digits:
            return number != number.to_integral_value() and len(number.as_tuple().digits) > _GENERAL
        whole, _, rest = digits.partition(".")
        if number == 0:
            return "0" not in digits
        return digits.endswith(",") or whole.endswith(",") or number != number.quantize(Decimal(1).scaleb(-len(rest)), context=_EXACT)


def _put(token: re.Match[str]) -> str:
    """What a token puts beside the number."""
    return token["text"] or token["one"] or token["sign"] or token["plain"] or ""


def _parts(number_format: str) -> Sequence[_Part]:
    """The parts of a format: for all numbers, or those above 0; for negative ones; for 0; and for texts, which are none of ours."""
    found = [_Part()]
    at = 0
    while at < len(number_format):
        token = _TOKEN.match(number_format, at)
        at = token.end() if token else at + 1
        if token is None:
            found[-1].strange = True
        elif token["end"]:
            found.append(_Part())
        else:
            found[-1].take(token)
    return found if number_format else [_Part(digits="")]
