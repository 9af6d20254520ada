"""Reading and judging, as the commands over returns do it: what is skipped is noted, how far it is is shown, Ctrl-C loses nothing."""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from ogi_xlsx.cli.group import hands_given, key_of, office_settings, say_notes, terms_of_round
from ogi_xlsx.cli.progress import progress
from ogi_xlsx.form.words import Refusal, Sentence, say

if TYPE_CHECKING:
    from ogi_xlsx.county.prior import Priors
    from ogi_xlsx.county.roster import Entry
    from ogi_xlsx.form.findings import Finding
    from ogi_xlsx.form.settings import Settings
    from ogi_xlsx.returns.prose import Prose
    from ogi_xlsx.returns.returned import Return
    from ogi_xlsx.review.verify import Judged

PORTION = 500  # returns judged together: the second engine takes many at once, and the texts beside them are read at once


def file_named(path: Path) -> str:
    """What is shown of a file while it is read."""
    return path.name


@dataclass(frozen=True)
class Asked:
    """What a command was asked to read, and by what to judge it.

    `text` is the report of the one return that is judged, `published` what its body made public of it. Returns are those of `one_round` unless
    they may be of any year.
    """

    paths: tuple[Path, ...]
    lang: str
    roster: Path | None = None
    engine: str = "both"
    prior: Path | None = None
    settings: Path | None = None
    seal_key: Path | None = None
    text: Path | None = None
    published: Path | None = None
    one_round: bool = True


def read_and_judge(
    asked: Asked, *, others: list[Path] | None = None, last: "Priors | None" = None, stopped: list[Sentence] | None = None
) -> Generator["Judged", None, None]:
    """Find, read and judge, one after another; notes on what was skipped go to stderr at the end.

    `others` takes the files that are no workbooks; whoever asks for them may be given no return at all. Raises Refusal where else there is none.
    `last` are last year's numbers where they are read already. Without terms the year of one round is that of most, so that all are read before
    one is judged; else only a portion is in memory at a time. What is found before the first return is read is refused at once, not when the
    first is asked for. Ctrl-C ends the run, unless `stopped` is there to take the sentence that says so: then what was read until then is judged.
    """
    from ogi_xlsx.county import folders
    from ogi_xlsx.returns import within

    gc.set_threshold(within.GARBAGE)  # thousands of returns may stay, and hold no circles either
    entries = _entries(asked.roster) if asked.roster else None
    notes, of_round = list[Sentence](), list[Sentence]()
    chosen = office_settings(asked.settings, notes)
    last = last or (_priors(asked.prior, entries or ()) if asked.prior else None)
    files, beside = folders.search(asked.paths, notes)
    returns = _read(files, key_of(asked.seal_key), notes, stopped)
    if others is None:
        returns = _some(returns, notes, asked.lang)
    else:
        others += beside
    if asked.text or asked.published:
        returns = _one(returns, "published_of_one" if asked.published else "text_of_one")
    by = _By(asked, last, chosen)
    if entries is not None or asked.one_round:
        returns = _held(returns, entries, asked.one_round, of_round)
    return _in_portions(returns, by.judged, lambda: say_notes([*notes, *of_round, *by.notes, *(last.close() if last else [])], asked.lang))


class _By:
    """What returns are judged by: last year's numbers, the office's settings, the text and the published report given for the one return.

    Raises Refusal where one of those two cannot be read. `notes` are those on other texts.
    """

    def __init__(self, asked: Asked, last: "Priors | None", settings: "Settings | None") -> None:
        self.engine, self.last, self.settings = asked.engine, last, settings
        self.notes: list[Sentence] = []
        self.given = _text_given(asked.text) if asked.text else None
        self.more: Callable[[Judged], list[Finding]] = _held_against_page(asked.published) if asked.published else lambda _: []

    def judged(self, portion: "list[Return]") -> "list[Judged]":
        """The returns, judged."""
        from ogi_xlsx.review import verify as review

        texts = repeat(self.given) if self.given else _texts(portion, self.notes)
        prior = self.last.of_return if self.last else lambda _: None
        return review.verify(portion, self.engine, prior, self.settings, lambda _: next(texts), self.more)


def _in_portions(returns: "Iterator[Return]", judge: "Callable[[list[Return]], list[Judged]]", at_end: Callable[[], None]) -> "Generator[Judged, None, None]":
    """Returns judged, so many at once; those of one portion are gone before the next is read, unless somebody keeps them."""
    while portion := list(islice(returns, PORTION)):
        yield from judge(portion)
        portion.clear()
    at_end()


def _entries(roster: Path) -> "list[Entry]":
    from ogi_xlsx.county import roster as rosters  # as below: a file alone is judged without it

    return rosters.load(roster)


def _priors(prior: Path, entries: "Sequence[Entry]") -> "Priors":
    from ogi_xlsx.county import prior as priors

    return priors.load(prior, entries, hands_given())


def _read(files: Sequence[Path], key: bytes, notes: list[Sentence], stopped: list[Sentence] | None) -> "Iterator[Return]":
    """The returns in files, one after another; those before a Ctrl-C where `stopped` takes the sentence that says so."""
    from ogi_xlsx.county import folders

    done = 0
    try:
        with progress(say("progress_verify"), file_named) as step:
            for returned in folders.read(files, notes, key, hands=hands_given(), step=step, meanwhile=_make_ready):
                done += 1
                yield returned
    except KeyboardInterrupt:
        if stopped is None or not done:
            raise
        stopped.append(say("stopped_reading", done=done, all=len(files)))


def _make_ready() -> None:
    """Load what judging and telling need, while the first files are read."""
    from ogi_xlsx.county import belonging, collection  # noqa: F401 - both are needed a moment later
    from ogi_xlsx.form import findings
    from ogi_xlsx.render import text  # noqa: F401
    from ogi_xlsx.review import verify  # noqa: F401

    findings.catalogue()


def _some(returns: "Iterator[Return]", notes: list[Sentence], lang: str) -> "Iterator[Return]":
    """The returns, of which the first is read. Raises Refusal where there is none."""
    first = next(returns, None)
    if first is None:
        say_notes(notes, lang)
        raise Refusal(say("nothing_to_read"))
    return chain([first], returns)


def _held(returns: "Iterator[Return]", entries: "list[Entry] | None", one_round: bool, notes: list[Sentence]) -> "Iterator[Return]":
    """The returns, held against the roster and what is known of the round; of one whose year nobody says, all are read first."""
    from ogi_xlsx.county import belonging

    known = belonging.round_of(terms_of_round(), notes)
    if one_round:
        every = list(returns)
        returns, known = iter(every), belonging.decided_by_most(every, entries, known)
    return belonging.hold(returns, entries, known)


def _one(returns: "Iterator[Return]", several: str) -> "Iterator[Return]":
    """The return that a document is given for. Raises Refusal, with the sentence named, where there are several."""
    every = list(returns)
    if len(every) > 1:
        raise Refusal(say(several, n=len(every)))
    return iter(every)


def _held_against_page(path: Path) -> "Callable[[Judged], list[Finding]]":
    """What is to be said of a return beside a published report. Raises Refusal where that cannot be read."""
    from ogi_xlsx.published import compared, opening

    (document,) = opening.each([path])
    if isinstance(document, Refusal):
        raise document
    return lambda judged: compared.findings(judged, document)


def _text_given(document: Path) -> "Prose":
    """The text that is given. Raises Refusal where it cannot be read."""
    from ogi_xlsx.returns import prose

    (told,) = prose.each([document])
    if isinstance(told, Refusal):
        raise told
    return told


def _texts(returns: "list[Return]", notes: list[Sentence]) -> "Iterator[Prose | None]":
    """The text of each return: a document of the same name beside it, else its own sheet. One that cannot be read is noted."""
    from ogi_xlsx.returns import prose

    documents = [prose.beside(Path(returned.path)) if returned.identity else None for returned in returns]
    read = prose.each([document for document in documents if document], hands_given().jobs)
    for returned, document in zip(returns, documents, strict=True):
        told = next(read) if document else None
        if isinstance(told, Refusal):
            notes.extend(told.problems)
        yield told if told and not isinstance(told, Refusal) else prose.of_return(returned)
