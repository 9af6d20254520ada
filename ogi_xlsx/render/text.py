"""Findings, rules and results as text for people: plain lines, no markup, nothing a file could smuggle in."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ogi_xlsx.form.edition import Edition, Rule
from ogi_xlsx.form.findings import EVERY, Builtin
from ogi_xlsx.form.relation import LIMIT
from ogi_xlsx.form.words import Sentence, level_names, plain, say
from ogi_xlsx.render.telling import MOST_PATH, Told, explanations, in_force, tell, totals
from ogi_xlsx.review.verify import Judged

if TYPE_CHECKING:
    from ogi_xlsx.county.consolidate import Consolidation  # it takes long to import, and a file alone is not added up


def verify(judged: Sequence[Judged], lang: str) -> str:
    """The result of `verify`: the settings, a block a return, one line over all, then how often each rule was explained."""
    lines = [told[lang] for told in in_force(judged)]
    for one in judged:
        lines += [*_returned(one, lang), ""]
    return "\n".join(lines + [told[lang] for told in (totals(judged), *explanations(judged))])


def _returned(one: Judged, lang: str) -> list[str]:
    identity = one.returned.identity
    state = say(f"state_{one.state}")[lang]
    head = plain(one.returned.path, MOST_PATH)
    if identity:
        head = say("verify_head", path=head, name=plain(identity.agency.name), year=identity.year, state=state)[lang]
    else:
        head = say("verify_head_unknown", path=head, state=state)[lang]
    return [head, *(line for number, finding in enumerate(one.findings, 1) for line in _finding(number, tell(finding, one), lang))]


def _finding(number: int, told: Told, lang: str) -> list[str]:
    head = "  ".join(part for part in (told.place, told.code, told.severity[lang], told.basis[lang]) if part)
    return [f"  {number}. {head}", *(f"     {sentence[lang]}" for sentence in told.sentences)]


def consolidation(result: "Consolidation", lang: str) -> str:
    """What was added up: one line, then who is not in."""
    due = sum(1 for line in result.lines if line.entry.included)
    lines = [plain(told[lang], 500) for told in result.settings]
    lines += [say("summary_line", name=plain(result.agency.name), due=due, done=len(result.included), out=len(result.left_out))[lang]]
    for line in result.lines:
        if not line.included or line.reason.zh:
            lines.append(f"  {plain(line.entry.agency.name)}{'：' if lang == 'zh' else ': '}{plain(line.reason[lang], 200)}")
    for one in result.unknown:
        path, identity = plain(one.returned.path, 200), one.returned.identity
        stranger = identity and say("summary_published" if identity.published else "summary_stranger", name=plain(identity.agency.name), path=path)
        lines.append((stranger or say("summary_unknown", path=path))[lang])
    for one in result.same_level:
        name = plain(one.returned.identity.agency.name if one.returned.identity else "")
        lines.append(say("summary_same_level", name=name, path=plain(one.returned.path, 200))[lang])
    lines += [say("summary_explained", n=n)[lang]] if (n := len(result.explained)) else []
    lines += [plain(result.compared[lang], 500)] if result.compared else []
    return "\n".join(lines)


def rules(edition: Edition, chosen: Sequence[Rule | Builtin], lang: str) -> str:
    """The catalogue, one line a rule."""
    lines = [say("rules_head", id=edition.id, notice=edition.notice, years=edition.valid_years)[lang], ""]
    for rule in chosen:
        lines.append(f"{rule.code}  {say(f'severity_{rule.severity}')[lang]}  {rule.statement[lang]}")
    return "\n".join(lines)


def rule(one: Rule | Builtin, lang: str) -> str:
    """The page of one rule: what it says, on what basis, why, what to do."""
    parts: list[tuple[str, str]] = [("statement", one.statement[lang])]
    if isinstance(one, Rule):
        parts.append(("relation", one.relation.text))
        parts += [("when", bound.text) for bound in one.when]
        if one.levels:
            parts.append(("levels", "、".join(text[lang] for level, text in level_names().items() if level in one.levels)))
    parts += [("limits", told[lang]) for told in _limits(one)]
    parts += [
        ("finding", one.finding[lang]),
        ("repair", one.repair[lang]),
        *([("to_body", one.to_body[lang])] if isinstance(one, Builtin) and one.to_body else []),
        ("reason", one.reason[lang]),
        ("basis", say(f"basis_{one.basis}")[lang] or one.basis),
    ]
    if isinstance(one, Rule):
        parts.append(("source", one.source))
    lines = [f"{one.code} {one.name}  {say(f'severity_{one.severity}')[lang]}", ""]
    return "\n".join(lines + [f"{say(f'rule_{name}')[lang]}{text}" for name, text in parts])


def thresholds(one: Rule | Builtin) -> dict[str, Sentence]:
    """The thresholds of a rule or code by name, each by level in words; a rule's own is called limit."""
    named = one.limits if isinstance(one, Builtin) else {LIMIT: one.limits} if one.limits else {}
    return {name: _by_level(levels) for name, levels in named.items()}


def _limits(one: Rule | Builtin) -> list[Sentence]:
    """The thresholds in one sentence; none where there are none."""
    told = [text if name == LIMIT else Sentence(f"{name} {text.zh}", f"{name} {text.en}") for name, text in thresholds(one).items()]
    return [Sentence("；".join(text.zh for text in told), "; ".join(text.en for text in told))] if told else []


def _by_level(levels: Mapping[str, Decimal]) -> Sentence:
    if not levels:
        return say("limit_unset")
    names = level_names() | {EVERY: say("every_level" if len(levels) > 1 else "limit_everywhere")}
    told = [say("limit_at", level=name, number=f"{levels[level]:f}") for level, name in names.items() if level in levels]
    return Sentence("、".join(text.zh for text in told), ", ".join(text.en for text in told))


def rules_page(edition: Edition, chosen: Sequence[Rule | Builtin]) -> str:
    """The catalogue as a page of the manual, Markdown in both languages."""
    head = [f"# {edition.title.zh}：校验规则", "", f"{edition.title.en}. {edition.notice}，{edition.valid_years.zh}。", ""]
    return "\n".join(head) + page(chosen)


def page(chosen: Sequence[Rule | Builtin]) -> str:
    """Rules or codes one under another, as Markdown."""
    lines: list[str] = [""]
    for one in chosen:
        lines += [f"## {one.code} {one.name}", ""]
        for name, text in _page_parts(one):
            lines.append(f"- **{say(f'rule_{name}').zh.rstrip('：')}** {text.zh}")
            lines += [f"  {text.en}"] if text.zh != text.en else []
        lines.append("")
    return "\n".join(lines)


def _page_parts(one: Rule | Builtin) -> list[tuple[str, Sentence]]:
    severity = say(f"severity_{one.severity}")
    parts = [("severity", severity), ("statement", one.statement)]
    if isinstance(one, Rule):
        parts.append(("relation", Sentence(f"`{one.relation.text}`", f"`{one.relation.text}`")))
        parts += [("when", Sentence(f"`{bound.text}`", f"`{bound.text}`")) for bound in one.when]
    parts += [("limits", told) for told in _limits(one)]
    basis = say(f"basis_{one.basis}") if say(f"basis_{one.basis}").zh else Sentence(one.basis, one.basis)
    parts += [("finding", one.finding), ("repair", one.repair)]
    parts += [("to_body", one.to_body)] if isinstance(one, Builtin) and one.to_body else []
    parts += [("reason", one.reason), ("basis", basis)]
    return parts + ([("source", Sentence(one.source, one.source))] if isinstance(one, Rule) else [])


def edition(one: Edition) -> str:
    """An edition in a few lines: its tables with their rows and columns, its rules."""
    lines = [say("rules_head", id=one.id, notice=one.notice, years=one.valid_years).zh, f"{one.title.zh}  {one.title.en}"]
    for table in one.tables:
        keys = [key for key, spot in one.spots.items() if spot.table is table]
        lines.append(say("edition_table", sheet=table.sheet, title=table.title.zh, n=len(keys)).zh)
        for block in table.blocks:
            lines.append("  " + "、".join(row.label.zh for row in block.rows))
            lines.append("    × " + "、".join(column.label.zh for column in block.columns))
    lines.append(say("edition_rules", n=len(one.rules), codes="、".join(rule.code for rule in one.rules)).zh)
    return "\n".join(lines)
