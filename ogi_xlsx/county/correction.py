"""Sends returns back: for each that must be corrected a fresh workbook with all that was returned, one correction round higher.

It is made anew from the return's own identity, so that locks and validation are whole, and goes through verify as any return does.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogi_xlsx.county import issue, marks
from ogi_xlsx.county.board import Board
from ogi_xlsx.county.collection import held
from ogi_xlsx.county.folders import identity_of
from ogi_xlsx.county.issue import Issued
from ogi_xlsx.county.problems import asking, sheet_of
from ogi_xlsx.form.layout import layout_of
from ogi_xlsx.form.layout.filled import showing
from ogi_xlsx.form.words import Refusal, Sentence, plain, printed, say
from ogi_xlsx.returns.contents import Contents, contents
from ogi_xlsx.returns.identity import Identity, packed, sealed
from ogi_xlsx.returns.outputs import alone, settle, workplace
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.returns.writing.added import Added
from ogi_xlsx.review.verify import FAILED_STATE, PENDING_STATE, Judged

STATES = (FAILED_STATE, PENDING_STATE)  # of returns that go back
# Returns of which no copy is made, by code, and how that is said: the identity may be forged, it does not belong, the copy's seal
# would not hold, or the numbers may be those of another body, which a copy with the right name would hide.
_REFUSED = {"S303": "correction_seal", "S317": "correction_seal", **dict.fromkeys(("S304", "S308", "S309", "S310"), "correction_not_ours")}
_REFUSED |= {"S307": "correction_no_key", "S319": "correction_renamed"}


@dataclass(frozen=True)
class Sent:
    """Correction copies that were written, and what is to be said about the others."""

    files: list[Path]
    notes: list[Sentence]


def refuse_inside(folder: Path, paths: Sequence[Path]) -> None:
    """Raise Refusal for a folder that cannot take copies: a file, or one that is read itself, where copies would pass for returns."""
    if folder.exists() and not folder.is_dir():
        raise Refusal(say("out_not_folder", out=str(folder)))
    for path in paths:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise Refusal(say("correction_inside", folder=str(folder), path=str(path)))


def send_back(judged: Sequence[Judged], folder: Path, *, force: bool = False, password: str = "", key: bytes = b"") -> Sent:
    """Write a copy of each return that must be corrected, and the register of their passwords beside them.

    Without `password` a random one is taken. `key` is the office's for seals. A file that was made from another return
    is left alone without `force`. Raises Refusal where nothing can be written; then none of this call's files is left.
    """
    sent = Sent([], [])
    chosen = _chosen(judged, sent.notes)
    names = _names([one.returned.identity for one in judged if one.returned.identity])
    password = password or workbook.new_password()
    made: dict[str, Identity] = {}  # by file name
    with workplace(folder) as work:
        for one in chosen:
            identity = _next(one)
            name = _file_name(identity, names)
            if _may_write(folder / name, identity, force, sent.notes):
                try:
                    what = contents(one.returned)
                except Refusal as refusal:  # the others go back all the same
                    sent.notes.extend(refusal.problems)
                    continue
                made[name] = _write(work / name, one, what, identity, password, key)
        if made:
            _settle(work, folder, made, password, force, sent.notes)
    sent.files.extend(folder / name for name in made)
    return sent


def _settle(work: Path, folder: Path, made: dict[str, Identity], password: str, force: bool, notes: list[Sentence]) -> None:
    """Move copies into their folder and register them; those that another run has written meanwhile are taken out of `made`."""
    register = folder / printed("correction_register").zh
    with alone(folder):
        for name, identity in list(made.items()):
            if not _may_write(folder / name, identity, force, notes):
                (work / name).unlink()
                del made[name]
        if made:
            _register(work / register.name, register, made, password)
            settle(work, folder, force, register.name)


def _chosen(judged: Sequence[Judged], notes: list[Sentence]) -> list[Judged]:
    """The returns that go back, in order: of each body and year the one that counts. Notes say which cannot."""
    chosen: list[Judged] = []
    judged = [one for one in judged if not one.returned.published]  # nobody filled in what was read from a page
    for year in dict.fromkeys(one.returned.identity.year for one in judged if one.returned.identity):
        for sent in held([one for one in judged if one.returned.identity and one.returned.identity.year == year]).values():
            if sent.current is None:
                wrong = [one for one in sent.differing if one.state in STATES]
                notes += [say("correction_several", name=_name(wrong[0]), n=len(sent.differing), files=_files(sent.differing))] if wrong else []
            elif sent.current.state in STATES:
                refused = _refused(sent.current)
                if refused:
                    notes.append(refused)
                else:
                    chosen.append(sent.current)
    return chosen


def _refused(one: Judged) -> Sentence | None:
    """Why a return cannot go back as a copy: a summary is made again, and nothing is made from an identity that may be forged."""
    assert one.returned.identity
    if one.returned.identity.aggregate:
        return say("correction_summary", file=_file(one))
    told = {finding.code for finding in one.findings}
    return next((say(key, file=_file(one)) for code, key in _REFUSED.items() if code in told), None)


def _file(one: Judged) -> str:
    return plain(Path(one.returned.path).name, 100)


def _files(several: Sequence[Judged]) -> str:
    return "、".join(map(_file, several))


def _name(one: Judged) -> str:
    assert one.returned.identity
    return plain(one.returned.identity.agency.name)


def _names(identities: Sequence[Identity]) -> dict[str, str]:
    """Each body as a part of a file name, by code; bodies of one name are told apart by their codes."""
    names = {identity.agency.code: issue.cleaned(identity.agency.name) for identity in identities}
    counts = Counter(name.casefold() for name in names.values())
    return {code: name if counts[name.casefold()] == 1 and name else issue.cleaned(f"{code}_{name}") for code, name in names.items()}


def _next(one: Judged) -> Identity:
    """The identity of the copy, not sealed yet."""
    identity = one.returned.identity
    assert identity
    return replace(identity, correction=identity.correction + 1, issue=secrets.token_hex(6), made_from=one.returned.sha256)


def _file_name(identity: Identity, names: Mapping[str, str]) -> str:
    return printed("correction_name", name=names[identity.agency.code], year=identity.year, round=identity.correction).zh


def found_in(folder: Path, board: Board) -> Board:
    """The board with the correction copies that lie in a folder, each made from the very return that counts."""
    names = _names([one.returned.identity for line in board.lines for one in line.files if one.returned.identity])
    lines = []
    for line in board.lines:
        one = line.current
        path = folder / _file_name(_next(one), names) if one and one.state in STATES else None
        there = path is not None and path.is_file() and _made_from(path, one.returned.sha256 if one else "")
        lines.append(replace(line, copy=path) if there else line)
    return replace(board, lines=tuple(lines))


def _made_from(path: Path, sha256: str) -> bool:
    identity = identity_of(path)
    return identity is not None and identity.made_from == sha256


def _may_write(path: Path, identity: Identity, force: bool, notes: list[Sentence]) -> bool:
    """Whether a copy is to be written; what is there already is told."""
    if force or not path.exists():
        return True
    there = identity_of(path)
    same = there is not None and there.made_from == identity.made_from and there.agency == identity.agency
    notes.append(say("correction_kept" if same else "correction_exists", file=path.name))
    return False


def _write(path: Path, one: Judged, what: Contents, identity: Identity, password: str, key: bytes) -> Identity:
    """Write the copy of one return, which holds `what`; its identity, sealed."""
    assert one.returned.edition
    layout = layout_of(one.returned.edition, identity.variant)
    findings = asking(one.findings)
    added = Added(marks.noted(findings, layout), marks.marked(findings, layout, what.typed), what.formats)
    shown = layout.shown(showing(layout, what.typed, identity.prior))
    made = sealed(identity, layout, key)
    workbook.write(path, layout, made, password, shown=shown, typed=what.typed, loose=[sheet_of(one, layout, what.left)], added=added)
    return made


def _register(path: Path, present: Path, made: Mapping[str, Identity], password: str) -> None:
    """The register of copies: those that were written before, then those of this run."""
    year = next(iter(made.values())).year
    earlier = issue.read_register(present)[1] if present.exists() else []
    lines = [Issued(0, one.agency.code, one.agency.name, name, password, one.issue, identity=packed(one)) for name, one in made.items()]
    every = enumerate(issue.registered(earlier, lines, "file"), 1)
    issue.write_register(path, year, [replace(line, no=i) for i, line in every], printed("correction_register_title").zh)
