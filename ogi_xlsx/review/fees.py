"""The information-processing fee, as section 六 tells it: cases, yuan, and the parts named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.words import Sentence, say, section
from ogi_xlsx.returns.prose import Prose
from ogi_xlsx.review.claims import Tables, any_of, told_difference, where, with_numbers
from ogi_xlsx.review.clauses import Clause, Mention, paragraphs

_CASES = ("件", "起", "笔", "宗", "例")
_OTHER_AMOUNT = re.compile(r"每|标准|超过?|以[上下]|不足|起征|[/／]页|上年|去年|较|比")
UNPAID = "t3.other_unpaid_fee.total"


@dataclass(frozen=True)
class Fee:
    """What a sentence tells of the fee: cases and yuan in all, None where not sure; the parts named; its words."""

    cases: Decimal | None
    amount: Decimal | None
    case_parts: tuple[Decimal, ...]
    amount_parts: tuple[Decimal, ...]
    raw: str


def fee_stated(prose: Prose) -> tuple[Decimal | None, Decimal | None]:
    """Cases and yuan that section 六 tells in all; None where it does not, or not beyond doubt."""
    fees = told(prose.sections.get("六", ""))
    cases, amounts = ({getattr(fee, name) for fee in fees} for name in ("cases", "amount"))
    return cases.pop() if len(cases) == 1 else None, amounts.pop() if len(amounts) == 1 else None


def findings(prose: Prose, tables: Tables, year: int) -> list[Finding]:
    """Is the fee told of, do its parts add up, does it fit requests dropped for want of payment."""
    text, rules = prose.sections.get("六"), section("narrative.toml", "fee")
    if text is None or tables.edition.first_year < rules["since"] or year < rules["since"]:
        return []
    part = say("prose_part_section", no="六")
    if not any(word in text for word in rules["words"]):
        return [found("X101")]
    return [*_parts(told(text), part), *_unpaid(text, tables, part)]


def told(text: str) -> list[Fee]:
    """The sentences of section 六 that tell of the fee."""
    fees = []
    for sentence in (sentence for paragraph in paragraphs(text, 0) for sentence in paragraph.sentences):
        words = "，".join(clause.text for clause in sentence)
        if any(word in words for word in section("narrative.toml", "fee")["words"]):
            fee = _fee(sentence, words)
            fees += [fee] if fee else []
    return fees


def _fee(sentence: tuple[Clause, ...], words: str) -> Fee | None:
    """The fee of one sentence; None where it names neither an amount nor that there was none."""
    raw = "，".join(clause.raw for clause in sentence if not clause.aside)
    whole, parts = _sorted(sentence)
    amounts, listed = _amounts(whole), _amounts(parts)
    totals = [mention for mention in amounts if re.search("共|合计|总计|总额", mention.before)]
    if len(amounts) > 1 and len(totals) == 1:  # parts first, then the sum
        return Fee(_one_case(whole, totals), totals[0].value, (), tuple(m.value for m in amounts if m is not totals[0]), raw)
    if not amounts:
        return Fee(Decimal(0), Decimal(0), (), (), raw) if any_of("no_fee").search(words) and not listed else None
    if len(amounts) > 1:
        return Fee(None, None, (), (), raw)
    cases = tuple(mention.value for mention in parts if mention.unit in _CASES)
    values = tuple(mention.value for mention in listed)
    stated = _one_case(whole, amounts)
    if stated is None and len(cases) == len(values) and sum(values) == amounts[0].value and values:
        stated = sum(cases, Decimal(0))
    if amounts[0].value == 0 and stated is None:
        stated = Decimal(0)
    return Fee(stated, amounts[0].value, cases if len(cases) == len(values) else (), values, raw)


def _sorted(sentence: tuple[Clause, ...]) -> tuple[list[Mention], list[Mention]]:
    """Numbers of the whole, and those of the parts: after 其中 or, where there is none, in brackets."""
    whole: list[Mention] = []
    parts: list[Mention] = []
    asides: list[Mention] = []
    listing = False
    for clause in sentence:
        for mention in clause.mentions:
            listing = listing or (not clause.aside and bool(re.search("其中|分别|包括|具体", mention.lead)))
            (asides if clause.aside else parts if listing else whole).append(mention)
    return whole, parts or asides


def _amounts(mentions: Iterable[Mention]) -> list[Mention]:
    return [mention for mention in mentions if mention.unit == "元" and not _OTHER_AMOUNT.search(mention.before[-15:] + mention.after[:2])]


def _one_case(whole: list[Mention], amounts: list[Mention]) -> Decimal | None:
    """The cases told with the total: one number, about charging."""
    cases = [mention for mention in whole if mention.unit in _CASES]
    if len(cases) != 1 or not amounts:
        return None
    return cases[0].value if re.search("收取|收费|处理费|共", cases[0].before) and not re.search("申请$|申请共$|受理", cases[0].before) else None


def _parts(fees: list[Fee], part: Sentence) -> list[Finding]:
    findings = []
    for fee in fees:
        for whole, parts in ((fee.amount, fee.amount_parts), (fee.cases, fee.case_parts)):
            added = sum(parts, Decimal(0))
            if whole is None or not parts or added == whole or (len(parts) == 1 and added < whole):
                continue  # one part smaller than the whole may be an example
            difference = told_difference(whole - added)
            finding = found("X103", where=where(part, fee.raw), told=f"{whole:f}", wanted=f"{added:f}", difference=difference)
            findings.append(with_numbers(finding, whole, added))
    return findings


def _unpaid(text: str, tables: Tables, part: Sentence) -> list[Finding]:
    """Requests dropped for an unpaid fee, and a text that says no fee arose; that none was collected fits well."""
    unpaid = tables.values.get(UNPAID) if UNPAID in tables.edition.spots else None
    words = any_of("no_fee_notice").search("".join(text.split()))
    if not unpaid or not words:
        return []
    clean = "".join(text.split())
    quote = clean[max(0, words.start() - 20) : words.end() + 10]
    return [with_numbers(found("X104", cells=(UNPAID,), where=where(part, quote), wanted=f"{unpaid:f}"), Decimal(0), unpaid)]
