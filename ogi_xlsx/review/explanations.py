"""Explanations of warnings, on the lines of 校验 and on its free lines: which count, and what to say about each that does not.

One counts while the copied number is the present one and the words say something; errors and notes are never explained away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ogi_xlsx.form.checks import NOT_APPLICABLE, describe
from ogi_xlsx.form.findings import WARNING, Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.phrases import minimum, words_of
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.returns.record import number_reading, show
from ogi_xlsx.returns.returned import Return

# Codes, or how they begin, that are told of several workbooks: of a summary and its parts, of differing returns. No words on one settle them.
_OF_SEVERAL = ("H", "S322")


@dataclass(frozen=True)
class Written:
    """What stands on one line of 校验: the copied number and the words, each with the address of its cell. `computed`: the words are a formula's."""

    copied: object
    text: object
    copied_at: str = ""
    text_at: str = ""
    computed: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing is written."""
        return not _there(self.copied) and not _there(self.text)

    @property
    def number(self) -> Decimal | None:
        """The copied number; None where there is none, or something else."""
        if isinstance(self.copied, bool) or not isinstance(self.copied, int | float):
            return None
        return number_reading(self.copied, "signed_money").value

    @property
    def shown(self) -> str:
        """The copied number as the file has it."""
        return show(self.number) if self.number is not None else plain(self.copied, 20)


def written(returned: Return, name: str) -> Written:
    """What stands in the cells of an explanation; `name` holds a dash for the part, as `explain.-.R202` or `free.-.0`."""
    assert returned.layout
    copied, text = (name.replace("-", part, 1) for part in ("copied", "text"))
    held, address = returned.fields, returned.layout.address
    return Written(held.get(copied), held.get(text), address(copied), address(text), text in returned.formulas)


def on_lines(returned: Return, layout: Layout, outcomes: Mapping[str, str], findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Findings with the explanations that count on the checks' own lines, and a note for each that does not.

    `layout` is that of the verdict; what the filler saw is the layout of the return itself.
    """
    assert returned.layout
    told, notes = list(findings), []
    index = {finding.check: i for i, finding in enumerate(findings) if finding.check}
    for check in (line.check for line in returned.layout.lines if f"explain.text.{line.check.id}" in returned.layout.fields):
        what = written(returned, f"explain.-.{check.id}")
        if what.blank:
            continue
        place = describe(check, layout.edition)
        if check.id not in index:
            why = say(f"explain_{outcomes.get(check.id, NOT_APPLICABLE)}")  # a rule may be switched off by now
            notes.append(found("C304", sheet="校验", cell=what.text_at, code=check.rule.code, place=place, why=why))
            continue
        finding = told[index[check.id]]
        note = _number_amiss(what, finding, layout) or words_amiss(what, finding, layout)
        if note:
            notes.append(note)
        elif finding.severity == WARNING:
            told[index[check.id]] = replace(finding, explanation=str(what.text).strip())
    return told, notes


def _number_amiss(what: Written, finding: Finding, layout: Layout) -> Finding | None:
    """What is wrong with the copied number of a check's own line."""
    present = asked(finding, layout)
    if present is None or what.number == present:
        return None
    if isinstance(what.copied, int | float) and not isinstance(what.copied, bool):
        place = place_of(finding, layout)
        return found("C301", sheet="校验", cell=what.copied_at, code=finding.code, place=place, copied=what.shown, present=show(present))
    return no_number(what, finding, layout, show(present))


def no_number(what: Written, finding: Finding, layout: Layout, present: str) -> Finding:
    """Words without a number, or with something that is none."""
    lack = say("explain_number_odd", shown=plain(what.copied, 20)) if _there(what.copied) else say("explain_number_blank")
    return found("C303", sheet="校验", cell=what.copied_at, code=finding.code, place=place_of(finding, layout), lack=lack, present=present)


def words_amiss(what: Written, finding: Finding, layout: Layout) -> Finding | None:
    """What is wrong with the words: none, a formula, or too few beside punctuation and stock phrases."""
    if not _there(what.text):
        lack = say("explain_words_blank")
    elif not isinstance(what.text, str) or what.computed:
        lack = say("explain_words_odd", shown=plain(what.text, 20))
    else:
        words = words_of(plain(what.text, len(what.text)))  # invisible characters say nothing either
        if len(words) >= minimum() and any(character.isalnum() for character in words):
            return None
        lack = say("explain_words_few", shown=plain(what.text, 20), n=len(words))
    return found("C302", sheet="校验", cell=what.text_at, code=finding.code, place=place_of(finding, layout), lack=lack, least=minimum())


def _there(content: object) -> bool:
    """Whether a cell holds something; spaces are nothing."""
    return content is not None and (not isinstance(content, str) or bool(content.strip()))


def asked(finding: Finding, layout: Layout) -> Decimal | None:
    """The number that an explanation of a finding must copy: the difference of an equality, the left one otherwise."""
    check = layout.checks.by_id.get(finding.check)
    number = finding.difference if check and check.relation.operator == "=" else finding.left
    return None if number is None else Decimal(number)


def place_of(finding: Finding, layout: Layout) -> Sentence:
    """Where a finding stands, as an explanation names it: the place of its check, or sheet and cell."""
    check = layout.checks.by_id.get(finding.check)
    at = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    return describe(check, layout.edition) if check else Sentence(at, at)


def how_to(finding: Finding, returned: Return, layout: Layout) -> Sentence | None:
    """How to explain a finding, in one line; None where that cannot be done or is done."""
    if finding.severity != WARNING or finding.explanation or not returned.layout or returned.layout.variant.aggregate:
        return None
    if returned.foreign or finding.code.startswith(_OF_SEVERAL):  # no sheet to explain it on
        return None
    number = asked(finding, layout)
    own = returned.layout.fields.get(f"explain.text.{finding.check}")
    if own and number is not None:
        return say("explain_on_line", row=own[1], number=show(number))
    copy = say("explain_copy", number=show(number)) if number is not None else Sentence("", "")
    place = place_of(finding, layout)
    at = say("explain_place", place=place) if place.zh else Sentence("", "")
    return say("explain_on_free_line", code=finding.code, place=at, copy=copy)
