"""Labels of the form as published reports print them: told by their folded text, by a known variant, or, where nothing else can be meant, by likeness.

What is folded away and which likeness is enough stand in `templates/published.toml`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Generic, TypeVar

from ogi_xlsx.form.words import nfkc, section

T = TypeVar("T")

_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u0336]+")
_GLOSS = re.compile(r"\([A-Za-z\u00c0-\u024f]{1,8}\)")  # how a character is pronounced, which some copies of pages put behind it
_REMARK = re.compile(r"\([^()]*\)$")
_BEGINS = re.compile(r"^(\(?[0-9一二三四五六七八九十]{1,3}\)?)[、.,．。:：]")
_IN_BRACKETS = re.compile(r"^(?:\(([0-9]{1,2})\)|([0-9]{1,2})\))\.?(?=[^0-9.])")  # (1) and 1) for 1.
_CIRCLED = re.compile(r"^\s*([①-⑳])(?=.)", re.DOTALL)
_MEASURE = re.compile(r"\(?(?:计量|金额)?单位(?!.*万元)[^0-9]{0,20}元\)?")
_YEAR = re.compile(r"20[0-9]{2}(?=年|$)")
LONGEST = 120  # characters of a label: the longest on the form has 40, with a filling instruction in brackets some 100

MOST_ASKED = 5_000  # different texts of a document that are looked up: a report has some 200 beside its numbers


@dataclass(frozen=True)
class Known(Generic[T]):
    """Whose label a text is. `close`: it is worded otherwise than any variant we know."""

    whose: T
    close: bool = False


class Labels(Generic[T]):
    """Labels of several things, among which a printed text is looked up. One is made for each document: it remembers what was asked."""

    def __init__(self, wordings: Iterable[tuple[T, Iterable[str]]], others: Iterable[str] = (), year: int = 0) -> None:
        """Things, each with the wordings of its label: the form's, and variants of it; and labels of the form that belong to none of them.

        `year` is that of the report, 0 where it is not known: a label may say that its numbers are those of another.
        """
        self.year = year
        self.wordings = [(whose, fold(text)) for whose, texts in wordings for text in texts]
        self.exact = {text: whose for whose, text in reversed(self.wordings)}
        self.others = {fold(text) for text in others} - set(self.exact)
        self.plain: dict[str, T | None] = {}
        for whose, text in self.wordings:  # without number and remark, where that still names one thing alone
            for bare in {core(text), numbered(core(text))[1]} - {text}:
                self.plain[bare] = whose if self.plain.get(bare, whose) == whose else None
        self.compared: list[tuple[T | None, str, str]] = [(whose, *numbered(core(text))) for whose, text in self.wordings]
        self.compared += [(None, *numbered(core(text))) for text in sorted(self.others)]
        self.found: dict[str, Known[T] | None] = {}
        self.tried = 0

    def find(self, text: str) -> Known[T] | None:
        """Whose label a printed text is; None where it is nobody's, or could be that of several."""
        if len(text) > 4 * LONGEST or text.isdecimal():
            return None
        if text not in self.found and len(self.found) < MOST_ASKED:
            folded = fold(text)
            self.found[text] = self._find(folded) if folded and len(folded) <= LONGEST else None
        return self.found.get(text)

    def _find(self, text: str) -> Known[T] | None:
        if text in self.exact:
            return Known(self.exact[text])
        if text in self.others:
            return None
        for bare in (core(text), numbered(core(text))[1]):
            whose = self.exact.get(bare) or self.plain.get(bare)
            if whose is not None and bare:
                return Known(whose, close=not self._agrees(text, whose))
        return self._closest(text)

    def _agrees(self, text: str, whose: T) -> bool:
        """Whether number and remark of a text, as far as there are any, do not say something else than a label of the thing.

        Rows that are numbered anew are what their words say, but words as short as 其他 and 总计 say nothing without their number.
        """
        number, remark = numbered(text)[0], text[len(core(text)) :]
        own = [label for one, label in self.wordings if one == whose]
        if len(numbered(core(text))[1]) >= section("published.toml", "likeness")["shortest"]:
            number = ""
        return not self._narrows(remark) and any(number in ("", numbered(label)[0]) and _same_measure(remark, label[len(core(label)) :]) for label in own)

    def _narrows(self, remark: str) -> bool:
        """Whether a remark says that only a part is counted, or another year: 行政处罚（简易程序）."""
        years = set(_YEAR.findall(remark))
        return any(word in remark for word in section("published.toml", "likeness")["narrows"]) or bool(years and self.year and str(self.year) not in years)

    def bare(self, text: str) -> Known[T] | None:
        """Whose label a text is without its number, where that is also another's label: 总计 for （七）总计, with a doubt."""
        whose = self.plain.get(fold(text)) if len(text) <= LONGEST else None
        return Known(whose, close=True) if whose is not None else None

    def _closest(self, text: str) -> Known[T] | None:
        """The label that is most like a text, where it is like enough and no other of the form comes near."""
        look = section("published.toml", "likeness")
        number, bare = numbered(core(text))
        if len(bare) < look["shortest"] or self.tried >= look["most"]:
            return None
        self.tried += 1
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(bare)
        best: dict[T | None, float] = {}
        for whose, own, rest in self.compared:
            if min(len(rest), len(bare)) * look["longer"] < max(len(rest), len(bare)) or (number and own and number != own):
                continue
            matcher.set_seq1(rest)
            if matcher.quick_ratio() >= look["least"] - look["ahead"]:
                best[whose] = max(best.get(whose, 0.0), 0.0 if _apart(bare, rest) else matcher.ratio())
        if not best and len(bare) >= look["cut"]:  # the beginning of a label whose end was cut off
            best = dict.fromkeys((whose for whose, own, rest in self.compared if rest.startswith(bare) and number in ("", own)), 1.0)
        ranked = sorted(best.items(), key=lambda one: -one[1])
        if not ranked or ranked[0][1] < look["least"] or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] - look["ahead"]):
            return None
        return Known(ranked[0][0], close=True) if ranked[0][0] is not None else None


def _apart(one: str, other: str) -> bool:
    """Whether two texts differ in a word that makes them mean different things however alike they look: 上年 and 本年, 予以 and 不予."""
    return any(one.count(word) != other.count(word) for word in section("published.toml", "likeness")["apart"])


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """A text as labels are compared: NFKC, no white space and nothing invisible, one kind of quotes and brackets, simplified characters.

    What means the same and is often written otherwise is made alike, as `templates/published.toml` has it.

    >>> fold("规 章（设区的市）"), fold("3．危及“三安全一稳定”"), fold("1、其它"), fold("公開(kāi)"), fold("①其他"), fold("(2)其他")
    ('规章(设区的市)', '3.危及三安全一稳定', '1.其他', '公开', '1.其他', '2.其他')
    """
    text = _UNSEEN.sub("", nfkc(_UNSEEN.sub("", _CIRCLED.sub(r"\1.", text))))
    text = _GLOSS.sub("", text).translate(_marks())
    for wrong, right in section("published.toml", "same").items():
        text = text.replace(wrong, right)
    text = _IN_BRACKETS.sub(lambda found: f"{found[1] or found[2]}.", text)
    text = _BEGINS.sub(lambda found: found[1].strip("()") + "." if found[1][0] != "(" else found[1], text)
    return text.translate(_commas())


@cache
def _commas() -> dict[int, None]:
    return dict.fromkeys(map(ord, section("published.toml", "folded")["commas"]), None)


@cache
def _marks() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(map(ord, section("published.toml", "folded")["away"]), None)
    for one, other in section("published.toml", "folded")["as"].items():
        table |= dict.fromkeys(map(ord, other), one)
    return table | {ord(pair[0]): pair[1] for pair in section("published.toml", "folded")["traditional"].split()}


def core(folded: str) -> str:
    """A folded label without the remark in brackets at its end.

    >>> core("规章(设区的市)"), core("(一)"), core("第二十条第(一)项")
    ('规章', '(一)', '第二十条第(一)项')
    """
    return _REMARK.sub("", folded) or folded


def numbered(folded: str) -> tuple[str, str]:
    """The number that a folded label begins with, bare and empty where there is none, and the rest.

    >>> numbered("1.属于国家秘密"), numbered("(一)予以公开"), numbered("规章"), numbered("一.本年"), numbered("3其他")
    (('1', '属于国家秘密'), ('(一)', '予以公开'), ('', '规章'), ('一', '本年'), ('3', '其他'))
    """
    match = re.match(r"(\([一二三四五六七八九十]{1,3}\))\.?|([一二三四五六七八九十]{1,3}|[0-9]{1,2})\.|([0-9]{1,2})(?=[\u4e00-\u9fff])", folded)
    return ((match[1] or match[2] or match[3]), folded[match.end() :]) if match else ("", folded)


def is_other_measure(text: str) -> bool:
    """Whether a line of text says that a table counts money in another measure than that of the form.

    >>> is_other_measure("（单位：元）"), is_other_measure("单位：件、万元"), is_other_measure("收费单位共收取3元。")
    (True, False, False)
    """
    return len(text) <= LONGEST and bool(_MEASURE.fullmatch(fold(text)))


def _same_measure(one: str, other: str) -> bool:
    """Whether a remark does not name another measure of money than that of the form: 单位:元 is not 单位:万元, which the form counts in."""
    return "元" not in one or one.count("万元") == (other.count("万元") if "元" in other else 1)
