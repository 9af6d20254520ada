"""The text of a report against its tables and itself: every finding N1xx and those of section 五 and 六.

Findings of a text never are errors: what a sentence counts, only its writer knows for sure.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.findings import Finding, catalogue, found
from ogi_xlsx.form.words import Refusal, Sentence, say, section
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.review import fees
from ogi_xlsx.review.claims import Tables, Values, any_of, told_difference, where, with_numbers
from ogi_xlsx.review.clauses import Mention, paragraphs
from ogi_xlsx.review.contradictions import contradictions
from ogi_xlsx.review.fees import fee_stated

__all__ = ["fee_stated", "findings"]

_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年)")
_REPORT_YEAR = re.compile(r"(?<!\d)(20\d\d)年度?(?:的)?(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:报告|年报)")
_DATE = r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
_PERIOD = re.compile(rf"(?<!\d){_DATE}(?:起|开始|始|零时|0时)?[（(]?(?:至|到|[-—–~～]{{1,2}}|截至|止于?){_DATE}")
_PARTS = re.compile(r"其中|分别(?:为|是)|包括")
_ALL = re.compile(r"共|累计|总计|合计|总数|总量")
_NO_PART = re.compile(r"增|减|超|多|少|率|排名|第|较|比|上年|去年|某年|平均|最|累计|总|阅读|浏览|点击|播放")


def findings(prose: Prose, values: Values, edition: Edition, year: int, level: str) -> list[Finding]:
    """Everything to say about a text. `values`: every cell of the return by key, totals included, None where it has no number."""
    tables = Tables(values, edition, level)
    found_: list[Finding] = []
    for number in ("一", "六"):
        text, part = prose.sections.get(number, ""), say("prose_part_section", no=number)
        found_ += contradictions(text, part, tables, year)
        found_ += _lists(text, part, year) if number == "一" else []
    found_ += [*_years(prose, year), *_period(prose, year), *_notice(prose, year)]
    found_ += [*fees.findings(prose, tables, year), *_lengths(prose, level)]
    codes = list(catalogue())
    unique: dict[tuple[object, ...], Finding] = {}
    for one in found_:
        unique.setdefault((one.code, one.left, one.cells or one.message.zh), one)
    return sorted(unique.values(), key=lambda one: codes.index(one.code))


def _parts_of(prose: Prose) -> Iterator[tuple[Sentence, str]]:
    yield say("prose_part_title"), prose.title
    yield say("prose_part_preamble"), prose.preamble
    for number, text in prose.sections.items():
        yield say("prose_part_section", no=number), text


def _lists(text: str, part: Sentence, year: int) -> Iterator[Finding]:
    """`共N条，其中a条，b条`: no part above the whole; a list that ends with 其他 adds up to it. Requests are held against the tables."""
    for sentence in (sentence for paragraph in paragraphs(text, year) for sentence in paragraph.sentences):
        whole: Mention | None = None
        raw = ""
        parts: list[Mention] = []
        for clause in (clause for clause in sentence if not clause.aside):
            for mention in clause.mentions:
                if whole and _PARTS.search(mention.lead) and parts:
                    break  # a list within the list
                if whole and (parts or _PARTS.search(mention.lead)) and not _ALL.search(mention.before):
                    parts += [mention] if mention.unit == whole.unit and not _NO_PART.search(mention.before) else []
                elif _ALL.search(mention.before) and not re.search("申请|复议|诉讼|上年|去年|某年|以来", mention.before) and not parts:
                    whole, raw = mention, clause.raw
        if whole and (wrong := _wrong_sum(whole.value, parts)) is not None:
            difference = told_difference(whole.value - wrong)
            finding = found("N112", where=where(part, raw), told=f"{whole.value:f}", wanted=f"{wrong:f}", difference=difference)
            yield with_numbers(finding, whole.value, wrong)


def _wrong_sum(whole: Decimal, parts: list[Mention]) -> Decimal | None:
    """The sum of the parts where it contradicts the whole."""
    added = sum((part.value for part in parts), Decimal(0))
    complete = len(parts) > 1 and bool(re.search("其他|其它|其余", parts[-1].before))
    return added if any(part.value > whole for part in parts) or (complete and added != whole) else None


def _years(prose: Prose, year: int) -> Iterator[Finding]:
    """Another year in the title, before the words 信息公开…报告, or in all of section 一."""

    def told(part: Sentence, quote: str, other: str) -> Finding:
        finding = found("N113", where=where(part, quote), told=other, wanted=year)
        return replace(finding, left=other, right=str(year), difference=str(int(other) - year))

    years = _YEAR.findall(prose.title)
    if years and str(year) not in years:
        yield told(say("prose_part_title"), prose.title, years[0])
    for match in _REPORT_YEAR.finditer(_SPACE.sub("", prose.preamble)):
        if int(match[1]) != year:
            yield told(say("prose_part_preamble"), match[0], match[1])
    text = _SPACE.sub("", prose.sections.get("一", ""))
    years = _YEAR.findall(text)
    opening = re.match(r"[^，。]{0,12}?(?<!\d)(20\d\d)年", text)
    if opening and int(opening[1]) == year - 1 and str(year) not in years:
        yield told(say("prose_part_section", no="一"), text[:30], opening[1])


def _period(prose: Prose, year: int) -> Iterator[Finding]:
    """The first and last day of the figures, in the preamble or wherever a sentence speaks of a 统计期限."""
    for part, text in _parts_of(prose):
        for sentence in re.split("[。；]", _SPACE.sub("", text)):
            for match in _PERIOD.finditer(sentence):
                window = sentence[max(0, match.start() - 40) : match.end() + 20]
                about = section("narrative.toml", "period")["words"][: None if part == say("prose_part_preamble") else 3]
                if any(word in window for word in about) and not any_of("founded").search(sentence):
                    yield from _dates(match, part, year)


def _dates(match: re.Match[str], part: Sentence, year: int) -> Iterator[Finding]:
    if match[1] is None:
        return
    first = (int(match[1]), int(match[2]), int(match[3]))
    last = (int(match[4] or match[1]), int(match[5]), int(match[6]))
    if (first, last) != ((year, 1, 1), (year, 12, 31)):
        told, wanted = (
            say("narrative_period", first="-".join(f"{n:02}" for n in begin), last="-".join(f"{n:02}" for n in end))
            for begin, end in ((first, last), ((year, 1, 1), (year, 12, 31)))
        )
        yield found("N114", where=where(part, match[0]), told=told, wanted=wanted)


@cache
def _notices(year: int) -> tuple[str, tuple[str, ...]]:
    """The notice that makes the form for a year, and those that it replaced."""
    try:
        current = editions.for_year(year)
    except Refusal:
        return "", ()
    return current.notice, tuple(one.notice for one in map(editions.load, editions.available()) if one.first_year < current.first_year)


def _notice(prose: Prose, year: int) -> Iterator[Finding]:
    """A notice cited that another has replaced, unless that one is cited, too."""
    current, replaced = _notices(year)
    texts = [(part, _brackets(text)) for part, text in _parts_of(prose)]
    if not current or any(_brackets(current) in text for _, text in texts):
        return
    for notice in replaced:
        part = next((part for part, text in texts if _brackets(notice) in text), None)
        if part:
            yield found("N115", where=where(part, notice), told=notice, wanted=current)


def _brackets(text: str) -> str:
    """Text with the brackets of document numbers made alike."""
    return re.sub(r"[\[【（(﹝［](\d{4})[\]】）)﹞］]", r"〔\1〕", _SPACE.sub("", text))


def _lengths(prose: Prose, level: str) -> Iterator[Finding]:
    """Section 五 too short, section 一 too long, where there are limits."""
    for number, code, name in (("五", "X106", "least"), ("一", "X107", "most")):
        text, limit = prose.sections.get(number), catalogue()[code].limit(name, level)
        if text is None or limit is None:
            continue
        length = Decimal(len(_SPACE.sub("", text)))
        if (name == "least" and length < limit) or (name == "most" and length > limit):
            yield with_numbers(found(code, told=f"{length:f}", wanted=f"{limit:f}"), length, limit)
