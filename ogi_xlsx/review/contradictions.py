"""Sentences of the text against the tables: what each clause is about, which number is which, and what contradicts.

A number counts only where a claim fits the words around it, in a clause about its topic; it is told only where it is none
of the values that it may be. Where a value is missing, or whose number it is stands in doubt, nothing is said.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ogi_xlsx.form.findings import NOTE, Finding, found
from ogi_xlsx.form.words import Sentence, say, section, template
from ogi_xlsx.review.claims import Claim, Tables, any_of, claims, pattern, told_difference, where, with_numbers
from ogi_xlsx.review.clauses import Clause, Mention, paragraphs

_SENTENCE = 200  # characters of a sentence that are kept in mind
REQUEST, DISPUTE, NORM, OTHER = "request", "dispute", "norm", "other"


@dataclass
class State:
    """What the sentences so far were about: the topic of the last clause, and the last number's code in this sentence."""

    topic: str = ""
    linked: bool = False  # disputes count only where they are about 信息公开
    last: str = ""
    years: str = ""
    sentence: str = ""
    findings: dict[tuple[object, ...], Finding] = field(default_factory=dict)


def contradictions(text: str, part: Sentence, tables: Tables, year: int) -> list[Finding]:
    """Findings of one section; `part` says which. One finding for a claim, however often it is told."""
    state = State()
    under = False  # whether the last numbered heading is about requests
    for paragraph in paragraphs(text, year):
        if paragraph.numbered:
            under = bool(pattern("{anchor}").search(paragraph.head[:25]))
        state.topic, state.linked = (REQUEST, True) if under else ("", False)
        for sentence in paragraph.sentences:
            state.last = state.years = state.sentence = ""
            state.linked = under or (state.linked and state.topic == DISPUTE)
            for clause in sentence:
                _clause(clause, state, tables, part)
            _upheld(sentence, state, tables, part)
    return list(state.findings.values())


def _clause(clause: Clause, state: State, tables: Tables, part: Sentence) -> None:
    stopped = bool(any_of("other").search(any_of("not_other").sub("", clause.text)))
    if clause.aside:
        if not stopped:
            for mention in clause.mentions:
                _number(mention, clause, state, tables, part)
        return
    state.sentence = (state.sentence + "，" + clause.text)[-_SENTENCE:]
    opened = pattern("^(?:自|从)?(本年|今年|全年|(?:上年|去年|某年)(?!度?(?:的)?{carry})|下年|某月|某日|截至)").match(clause.text)
    state.years = opened[1] if opened else state.years
    if stopped or any_of("closes").search(state.sentence):
        state.topic = OTHER
        return
    for mention in clause.mentions:
        _topic(mention.before, state)
        if mention.after and pattern("^(?:的)?{anchor}").match(mention.after):
            state.topic, state.linked = REQUEST, True
        _number(mention, clause, state, tables, part)
    if clause.mentions:
        return
    _topic(clause.text, state)
    for claim in claims():
        if claim.said and claim.topic == state.topic and claim.said.search(clause.text) and (state.linked or claim.topic != DISPUTE):
            _tell(claim, Decimal(0), clause, state.sentence, state, tables, part)


def _topic(text: str, state: State) -> None:
    """What the words are about; without a word that says it, the same as before."""
    request, dispute = pattern("{anchor}").search(text), re.search("复议|诉讼|应诉|起诉|败诉", text)
    if dispute:
        state.linked = state.linked or bool(re.search("信息公开|公开申请|依申请", text[: dispute.start()]))
        state.topic = DISPUTE
    elif request:
        state.topic, state.linked = REQUEST, True
    elif "规范性文件" in text:
        state.topic = NORM


def _number(mention: Mention, clause: Clause, state: State, tables: Tables, part: Sentence) -> None:
    """Hold one number against the first claim that fits it."""
    if any_of("approximate").match(mention.after) or re.search("(?:约|近|超过?|逾|突破|不到)$", mention.before):
        return
    for claim in claims():
        if claim.topic != state.topic or (clause.aside and not claim.aside) or not claim.fits(mention):
            continue
        if claim.topic == DISPUTE and not state.linked:
            continue
        if claim.follows and state.last and state.last not in claim.follows:
            return
        if not clause.aside and _elsewhere(claim, mention, state):
            state.last = OTHER
            return
        around = state.sentence if claim.topic == NORM else mention.lead + mention.after
        _tell(claim, mention.value, clause, around, state, tables, part)
        if not clause.aside:
            state.last = claim.code
        return
    if not clause.aside:
        state.last = OTHER


def _elsewhere(claim: Claim, mention: Mention, state: State) -> bool:
    """Whether the number is of another time, or of something else than all that the table counts."""
    before = mention.before
    if state.years in ("上年", "去年", "某年", "下年", "某月", "某日") and not (claim.past and state.years in ("上年", "去年")):
        return True
    if not claim.past and re.search("上年|上一年|去年|往年", before):
        return True
    if claim.topic == REQUEST:
        if "其中" in mention.lead and state.last in (OTHER, claim.code) and not claim.past:
            return True  # a part of a number that is not understood, or of a result
        return bool(any_of("never").search(before.replace("上年", "") if claim.past else before))
    if claim.topic == DISPUTE:
        return bool(any_of("doubt_dispute").search(before))
    return False


def _doubtful(claim: Claim, around: str, level: str) -> bool:
    """Whether the number may be that of a part, or of another body."""
    if claim.topic == NORM:
        return bool(any_of("doubt_norm").search(around))
    if not claim.whose:
        return False
    return bool(any_of("doubt").search(around)) or (level in section("narrative.toml", "words")["above"] and bool(any_of("doubt_above").search(around)))


def _tell(claim: Claim, told: Decimal, clause: Clause, around: str, state: State, tables: Tables, part: Sentence) -> None:
    """Add a finding where the number is none of those accepted."""
    zero = told == 0 and claim.zero_accepts
    reason = claim.reason if re.search("因|由于|属于|涉及|依据|根据|按照", around) else ()
    accepted = tables.accepted(claim.zero_accepts if zero else claim.accepts + reason)
    if accepted is None or told in accepted[0]:
        return
    if _doubtful(claim, around, tables.level):
        state.topic = OTHER
        return
    numbers, keys = accepted
    if zero and claim.zero:
        claim = next(one for one in claims() if one.code == claim.zero)
    difference = told - numbers[0]
    wanted = say("narrative_or", one=f"{numbers[0]:f}", other=f"{numbers[1]:f}") if len(numbers) == 2 else f"{numbers[0]:f}"
    place, more = where(part, clause.raw), told_difference(difference)
    finding = found(claim.code, cells=keys, where=place, told=f"{told:f}", what=claim.what, wanted=wanted, difference=more)
    finding = with_numbers(finding, told, numbers[0])
    state.findings.setdefault((claim.code, told, keys), finding)


def _upheld(sentence: tuple[Clause, ...], state: State, tables: Tables, part: Sentence) -> None:
    """All upheld, none lost: then nothing was corrected, and nothing should be pending."""
    so_far = ""
    for clause in sentence:
        so_far = (so_far + clause.text)[-_SENTENCE:]
        if not state.linked or any_of("hopes").search(clause.text):
            continue
        for entry in template("narrative.toml")["upheld"]:
            if not re.search(entry["words"], clause.text) or not re.search(entry["asks"], so_far):
                continue
            for kind in ("corrected", "pending"):
                accepted = tables.accepted((entry[kind],))
                if accepted and accepted[0][0] > 0:
                    what = Sentence(entry["zh"], entry["en"]) if kind == "corrected" else say("narrative_pending")
                    finding = found("N110", cells=accepted[1], where=where(part, clause.raw), what=what, wanted=f"{accepted[0][0]:f}")
                    finding = with_numbers(finding, Decimal(0), accepted[0][0])
                    finding = finding if kind == "corrected" else replace(finding, severity=NOTE)
                    state.findings.setdefault(("N110", accepted[1]), finding)
                    break
