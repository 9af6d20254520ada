"""What every output for people says of results, in the same words: a finding in its parts, what is in force, the totals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.review import explained, verify as review
from ogi_xlsx.review.explanations import how_to
from ogi_xlsx.review.verify import STATES, Judged

EXPLAINED = "explained"  # in place of the severity of a finding whose explanation counts
MOST_PATH, MOST_SENTENCE = 200, 2000  # characters shown of a path, and of a sentence


@dataclass(frozen=True)
class Told:
    """A finding as people read it. `grade` is its severity, or `explained`; `basis` what it rests on, so that advice is never taken for a requirement."""

    code: str
    place: str
    grade: str
    basis: Sentence
    message: Sentence
    hint: Sentence | None
    explanation: Sentence | None
    how_to_explain: Sentence | None

    @property
    def severity(self) -> Sentence:
        """The grade in words."""
        return grade_word(self.grade)

    @property
    def sentences(self) -> list[Sentence]:
        """All that is said, in the order in which it is read."""
        return [told for told in (self.message, self.hint, self.explanation, self.how_to_explain) if told]


def tell(finding: Finding, one: Judged) -> Told:
    """A finding of a return in its parts, each fit to be shown."""
    place = plain(f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet)
    said = say("explanation_said", text=plain(finding.explanation, 200)) if finding.explanation else None
    how = how_to(finding, one.returned, one.layout) if one.layout else None
    grade = EXPLAINED if finding.explanation else finding.severity
    basis = say(f"basis_{finding.basis}")
    return Told(finding.code, place, grade, basis, fit(finding.message), finding.hint and fit(finding.hint), said, how and fit(how))


def grade_word(grade: str) -> Sentence:
    """A grade in words."""
    return say("explained") if grade == EXPLAINED else say(f"severity_{grade}")


def fit(sentence: Sentence) -> Sentence:
    """A sentence fit to be shown, whatever came into it from a file."""
    return Sentence(plain(sentence.zh, MOST_SENTENCE), plain(sentence.en, MOST_SENTENCE))


def in_force(judged: Sequence[Judged]) -> list[Sentence]:
    """What the office has changed about the checks."""
    return [fit(told) for told in review.settings_told(judged)]


def totals(judged: Sequence[Judged]) -> Sentence:
    """One line over all returns."""
    counts = {state: sum(1 for one in judged if one.state == state) for state in STATES}
    return say("verify_total_one" if len(judged) == 1 else "verify_total", n=len(judged), **counts)


def explanations(judged: Sequence[Judged]) -> list[Sentence]:
    """How many bodies explain which rule, and which rules so many explain that they should be looked at."""
    counts = explained.counts(judged)
    by = [say("explained_by", code=code, n=n) for code, n in counts.items()]
    codes = Sentence("、".join(told.zh for told in by), "、".join(told.en for told in by))
    lines = [say("explained_counts", codes=codes)] if counts else []
    among = explained.agencies(judged)
    return lines + [say("explained_by_many", code=code, n=counts[code], among=among) for code in explained.too_many(judged)]


def common_folder(paths: Sequence[str | Path]) -> Path | None:
    """The folder that holds all files; None where there is none."""
    folders = {Path(path).absolute().parent for path in paths}
    deepest = max(folders, key=lambda folder: len(folder.parts), default=Path())
    return next((folder for folder in (deepest, *deepest.parents) if all(other.is_relative_to(folder) for other in folders)), None)


def names_in(folder: Path | None) -> Callable[[str | Path], str]:
    """How files of a folder are named: from there."""
    return lambda path: plain(Path(path).absolute().relative_to(folder) if folder else path, MOST_PATH)
