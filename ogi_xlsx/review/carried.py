"""A correction of what was carried in from last year: whether it is whole, and what it changes."""

from dataclasses import replace

from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.phrases import minimum, words_of
from ogi_xlsx.form.words import Sentence, listed, plain, say
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import where


def findings(returned: Return) -> list[Finding]:
    """Y121 where a correction is not whole, else Y122 with its reason as the explanation."""
    layout = returned.layout
    if not layout or not layout.carried:
        return []
    keys = [key for key in layout.carried if returned.fields.get(f"carry.{key}") not in (None, "")]
    sheet, cell = layout.sheet_of("carry.answer"), layout.address("carry.answer")
    problems = _problems(returned, bool(keys))
    if problems:
        return [found("Y121", sheet=sheet, cell=cell, cells=tuple(keys), problem=listed(problems))]
    if not keys:
        return []
    changes = listed([_change(returned, layout, key) for key in keys])
    reason = plain(returned.fields["carry.reason"], 200).strip()
    return [replace(found("Y122", sheet=sheet, cell=cell, cells=tuple(keys), changes=changes, why=reason), explanation=reason)]


def _problems(returned: Return, numbers: bool) -> list[Sentence]:
    """What a correction lacks: the answer, a number, or a reason that says something."""
    answer, reason = returned.fields.get("carry.answer"), returned.fields.get("carry.reason")
    if not returned.corrected:
        if answer not in (None, ""):
            return [say("carry_other_answer", shown=plain(answer, 20))]
        return [say("carry_no_answer")] if numbers else []
    said = isinstance(reason, str) and "carry.reason" not in returned.formulas and len(words_of(reason)) >= minimum()
    return [*([] if numbers else [say("carry_no_number")]), *([] if said else [say("carry_no_reason", n=minimum())])]


def _change(returned: Return, layout: Layout, key: str) -> Sentence:
    """One corrected number, from what was filled in to what was typed."""
    assert returned.identity
    was = returned.identity.prior[layout.carried[key]]
    return say("from_to", where=where(key, layout), was=was, now=returned.readings[key].shown)
