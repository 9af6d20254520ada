"""The text of a section as sentences, clauses and the numbers in them.

Each number is seen with the words before and after it in its clause; dates, shares and document numbers become words,
so that a number left over is a count. Every pattern reads a bounded window: the time taken grows with the text alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ogi_xlsx.form.words import section

WINDOW = 60  # characters before and after a number that can say what it counts
_LONGEST = 400  # characters of a clause; what follows is read as a clause of its own
_WRAPPED = 25  # a line of so many characters without an end mark goes on in the next: text taken from a page

_ENDS = "。！？!?；;：:”）)"
_BEGINS = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|[一二三四五六七八九十]是|第[一二三四五六七八九十][，、]|[①-⑳]")
_LEAD = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑳])")
_DIGITS = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_THOUSANDS = re.compile(r"(?<![\d.])(\d{1,3}(?:[,，]\d{3}){1,4})(?![\d])")
_YEARS = re.compile(r"(?<!\d)20\d\d(?:年度?)?[-—–~～至到]{1,2}20\d\d年度?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年度?|(?=[上下][半]年))")
_CHINESE_YEAR = re.compile(r"二[〇○零０0][〇○零０0一二三四五六七八九]{2}年度?")
_WORDS = (  # what is no count, as a word; in this order
    (re.compile(r"[〔\[【（(]\d{4}[〕\]】）)]第?\d{1,5}号"), "某文"),
    (re.compile(r"《[^《》]{0,100}》"), "某文件"),
    (re.compile(r"\d+(?:\.\d+)?[%‰]|百分之[零一二三四五六七八九十百点]{1,9}|\d+(?:\.\d+)?个百分点"), "某率"),
    (re.compile(r"0?1月0?1日(?:起|开始)?[-—–~～至到]{1,2}(?:本年)?12月31日|0?1月?(?:份)?[-—–~～至到]{1,2}12月(?:份|底)?(?!\d)"), "全年"),
    (re.compile(r"12月(?:31日|底)"), "年底"),
    (re.compile(r"(?<!\d)\d{1,2}月\d{1,2}日"), "某日"),
    (re.compile(r"(?<!\d)\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份|第?[一二三四1-4前]{1,2}个?季度|[上下]半年|每季度?"), "某月"),
    (re.compile(r"[近这过][一二两三四五六七八九十\d]{1,2}年|[两三四五六七八九十]年来"), "某年"),
    (re.compile(r"第[一二三四五六七八九十百零\d]{1,6}[条款项批次期届号]"), "某条"),
    (re.compile(r"一件事|一件件|每一?件|一件一\w|一次性|一对一|一起"), "某事"),
)
_NUMERALS = "零〇○一二两三四五六七八九十百千万"
_VALUE = {character: at for at, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_PLACE = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True)
class Mention:
    """A number of a clause: its unit ("" for none), the words before it since the last number, and those after it up to the next.

    `lead` also holds the words of earlier clauses since the last number; `last`: no number follows in the clause.
    """

    value: Decimal
    unit: str
    before: str
    after: str
    lead: str
    last: bool


@dataclass(frozen=True)
class Clause:
    """A clause as it stands (`raw`) and with dates and shares as words (`text`). `aside`: it stood in brackets."""

    raw: str
    text: str
    aside: bool
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Paragraph:
    """Sentences of a paragraph, each a list of clauses. `head`: its first words; `numbered`: it opens with a number of its own."""

    head: str
    numbered: bool
    sentences: tuple[tuple[Clause, ...], ...]


def paragraphs(text: str, year: int) -> Iterator[Paragraph]:
    """The text in its parts; `year` is the report's, so that other years can be told."""
    for block in _blocks(text):
        sentences = (_sentence(one, year) for one in re.split("[。！？!?]", block))
        yield Paragraph(block[:WINDOW], bool(re.match(r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]", block)), tuple(filter(None, sentences)))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs without white space; lines cut by a page's width are joined."""
    block, last = "", ""
    for line in ("".join(line.split()) for line in text.split("\n")):
        if not line:
            continue
        if block and len(last) >= _WRAPPED and last[-1] not in _ENDS and not _BEGINS.match(line):
            block += line
        else:
            if block:
                yield block
            block = line
        last = line
    if block:
        yield block


def _sentence(sentence: str, year: int) -> tuple[Clause, ...]:
    sentence = _THOUSANDS.sub(lambda match: re.sub("[,，]", "", match[1]), _LEAD.sub("", sentence.translate(_DIGITS)))
    sentence = _WORDS[0][0].sub(_WORDS[0][1], sentence)
    clauses, lead = [], ""
    for raw, aside in _split(sentence):
        text = worded(raw, year)
        mentions = tuple(_mentions(text, "" if aside else lead))
        if not aside:
            lead = (mentions[-1].after if mentions else lead + "，" + text)[-WINDOW:]
        clauses.append(Clause(raw, text, aside, mentions))
    return tuple(clauses)


def _split(sentence: str) -> Iterator[tuple[str, bool]]:
    """Clauses and whether each stood in brackets; a bracket's clauses come after the one around it. Short glosses stay in their clause."""
    sentence = re.sub(r"[（(](含部分公开|或其他组织|和其他组织)[）)]", r"\1", sentence)
    outer, inner, depth = [""], [""], 0
    for character in sentence:
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
            inner.append("")
        elif character in "，,；;：:":
            (inner if depth else outer).append("")
            if not depth:
                yield from _both(outer[-2], inner)
                inner = [""]
        else:
            parts = inner if depth else outer
            parts[-1] += character
            if len(parts[-1]) >= _LONGEST:
                parts.append("")
    yield from _both(outer[-1], inner)


def _both(outer: str, inner: list[str]) -> Iterator[tuple[str, bool]]:
    if outer:
        yield outer, False
    yield from ((part, True) for part in inner if part)


def worded(text: str, year: int) -> str:
    """A clause with dates, shares and document numbers as words; years are 本年, 上年, 下年 or 某年.

    >>> worded("2020年收到3件，占4.61%", 2021)
    '上年收到3件，占某率'
    """
    names = {year: "本年", year - 1: "上年", year + 1: "下年"}
    text = _YEARS.sub("某年", text)
    text = _CHINESE_YEAR.sub(lambda match: names.get(int("".join(str(_VALUE.get(c, 0)) for c in match[0][:4])), "某年"), text)
    text = _YEAR.sub(lambda match: names.get(int(match[1]), "某年"), text)
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text


@cache
def _number() -> re.Pattern[str]:
    units = "|".join(sorted(section("narrative.toml", "words")["units"], key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.A-Za-z])(?P<n>\d{{1,12}}(?:\.\d{{1,6}})?)(?P<k>[万千亿]?)(?![\d.A-Za-z])(?P<u>{units})?|(?P<c>[{_NUMERALS}]{{1,12}})(?P<v>{units})"
    )


def _mentions(text: str, lead: str) -> Iterator[Mention]:
    """The numbers of a clause: those with a unit, and those without where nothing but a request or the end follows."""
    found = []
    for match in _number().finditer(text):
        value = _arabic(match) if match["n"] else chinese(match["c"])
        unit = match["u"] or match["v"] or ""
        loose = match["n"] and (match.end() == len(text) or text.startswith(("申请", "、", "依申请", "政府信息"), match.end()))
        if value is not None and (unit or loose):
            found.append((match, value, unit))
    for at, (match, value, unit) in enumerate(found):
        begin = found[at - 1][0].end() if at else 0
        end = found[at + 1][0].start() if at + 1 < len(found) else len(text)
        before = text[max(begin, match.start() - WINDOW) : match.start()]
        yield Mention(value, unit, before, text[match.end() : min(end, match.end() + WINDOW)], before if at else lead + before, at + 1 == len(found))


def _arabic(match: re.Match[str]) -> Decimal:
    return Decimal(match["n"]) * {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}[match["k"]]


def chinese(numeral: str) -> Decimal | None:
    """The number that Chinese numerals write, up to 万; None for what is none.

    >>> [str(chinese(n)) for n in ("十二", "一百零五", "两", "三十", "一万二千", "十四五")]
    ['12', '105', '2', '30', '12000', 'None']
    """
    total = part = digit = 0
    fresh = True  # whether a digit may stand here
    for character in numeral:
        if character == "万":
            total, part, digit, fresh = (total + part + digit) * 10_000, 0, 0, True
        elif character in _PLACE:
            part, digit, fresh = part + (digit or 1) * _PLACE[character], 0, True
        elif not fresh and digit:
            return None
        else:
            digit, fresh = _VALUE[character], _VALUE[character] == 0
    return Decimal(total + part + digit)
