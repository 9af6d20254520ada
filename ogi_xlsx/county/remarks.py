"""Further things to know of an agency on the board: what disagrees, and what may have been mixed up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ogi_xlsx.county.body_names import Names
from ogi_xlsx.form.words import Sentence, level_names, plain, say
from ogi_xlsx.returns.record import show
from ogi_xlsx.review.verify import Judged

if TYPE_CHECKING:
    from ogi_xlsx.county.board import AgencyLine
    from ogi_xlsx.county.roster import Entry

_MOST_FILES = 3  # named in one sentence
_HINT = "S318"
_OF_IDENTITY = {"S303", "S305", "S314", "S315", "S316", "S317", _HINT, "S319"}  # what is to be known of whose a return is, whatever its state


def shown(files: Iterable[Judged]) -> str:
    """Names of files in a row, as sentences hold them."""
    return "、".join(f"《{plain(Path(one.returned.path).name, 60)}》" for one in files)


def first_shown(files: Sequence[Judged]) -> Sentence:
    """Names of the first few files in a row, and how many there are where some are left out."""
    names = shown(files[:_MOST_FILES])
    more = say("and_more_files", n=len(files)) if len(files) > _MOST_FILES else Sentence("", "")
    return Sentence(names + more.zh, f"{names} {more.en}".strip())


def with_sum(one: Judged) -> Sentence:
    """The name of a file and its control sum, where that is known."""
    total = one.returned.control_sum
    return Sentence(shown([one]), shown([one])) if total is None else say("reminder_with_sum", file=shown([one]), sum=show(total))


def of_files(entry: "Entry", files: Sequence[Judged], astray: Sequence[Judged], names: Names) -> tuple[Sentence, ...]:
    """What is to be known of the returns of an agency, and of those that are of another year or edition."""
    told = [sentence for one in files for sentence in _of_file(entry, one, names)]
    told += [astray_told(one) for one in astray]
    if files and _same_as_before(files[0], files[1:]):
        told.append(say("remark_same_as_before"))
    return tuple(dict.fromkeys(told))


def astray_told(one: Judged) -> Sentence:
    """That a return is of another year or edition."""
    identity = one.returned.identity
    assert identity
    return say("remark_other", file=shown([one]), year=identity.year, edition=plain(identity.edition, 20))


def _of_file(entry: "Entry", one: Judged, names: Names) -> Iterator[Sentence]:
    identity = one.returned.identity
    assert identity
    told = [finding for finding in one.findings if finding.code in _OF_IDENTITY]
    yield from (say("remark_identity", file=shown([one]), told=finding.message) for finding in told)
    hinted = any(finding.code == _HINT for finding in told)
    if (other := names.in_name(one.returned.path)) and other != entry and not hinted:
        yield say("remark_file_name", file=shown([one]), other=plain(other.agency.name), name=plain(identity.agency.name))
    if identity.agency.name != entry.agency.name:
        yield say("remark_name", held=plain(identity.agency.name), listed=plain(entry.agency.name))
    if identity.agency.level != entry.agency.level:
        levels = level_names()
        yield say("remark_level", held=levels[identity.agency.level], listed=levels[entry.agency.level])
    if one.fault:
        yield say("remark_fault", file=shown([one]))


def _same_as_before(current: Judged, others: Sequence[Judged]) -> bool:
    """Whether a return of a correction round holds what that of the latest round before it held."""
    rounds = {one: one.returned.identity.correction for one in (current, *others) if one.returned.identity}
    earlier = [one for one in others if rounds[one] < rounds[current]]
    latest = max((rounds[one] for one in earlier), default=0)
    return any(one.returned.unlocked == current.returned.unlocked for one in earlier if rounds[one] == latest)


def misused(lines: Sequence["AgencyLine"], names: Names) -> Mapping[str, list[Sentence]]:
    """By code of both, bodies that may have filled in the workbook of another: nothing came from them, and there is a return under their name, or one
    too many. The latter is no hint where a body sent something else, such as last year's form."""
    missing = {line.entry.agency.code: line.entry for line in lines if not line.files}
    silent = {line.entry.agency.code for line in lines if not (line.files or line.astray or line.lookalikes)}
    told: dict[str, list[Sentence]] = {}
    for line in (line for line in lines if line.files):
        named = {one: guess for one in line.files if (guess := names.in_name(one.returned.path)) and guess.agency.code in missing}
        suspects = {guess.agency.code: guess for guess in named.values()}
        if not suspects and line.differences and len(missing) == 1 and silent:
            suspects = missing
        for code, other in suspects.items():
            differing = line.files[: len(line.differences[0].held)] if line.differences else line.files
            files = first_shown([one for one, guess in named.items() if guess == other] or differing)
            sentence = say("remark_misused", other=plain(other.agency.name), name=plain(line.entry.agency.name), files=files)
            for whose in (line.entry.agency.code, code):
                told.setdefault(whose, []).append(sentence)
    return told
