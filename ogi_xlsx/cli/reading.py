"""Reading and judging, as the commands over returns do it: what is skipped is noted, how far it is is shown, Ctrl-C loses nothing."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from ogi_xlsx.cli.group import hands_given, key_of, office_settings, say_notes, terms_of_round
from ogi_xlsx.cli.progress import progress
from ogi_xlsx.form.words import Refusal, Sentence, say

if TYPE_CHECKING:
    from ogi_xlsx.county.prior import Priors
    from ogi_xlsx.county.roster import Entry
    from ogi_xlsx.returns.prose import Prose
    from ogi_xlsx.returns.returned import Return
    from ogi_xlsx.review.verify import Judged


def file_named(path: Path) -> str:
    """What is shown of a file while it is read."""
    return path.name


def read_and_judge(
    paths: tuple[Path, ...],
    roster: Path | None,
    engine: str,
    lang: str,
    prior: Path | None = None,
    settings: Path | None = None,
    text: Path | None = None,
    seal_key: Path | None = None,
    others: list[Path] | None = None,
    last: "Priors | None" = None,
    stopped: list[Sentence] | None = None,
    one_round: bool = True,
) -> list["Judged"]:
    """Find, read and judge; notes on what was skipped go to stderr. `text` is the report of the one return that is judged.

    `others` takes the files that are no workbooks; whoever asks for them may be given no return at all. Raises Refusal where else there is none.
    `last` are last year's numbers where they are read already, else `prior` says where they are.
    Returns are those of `one_round` unless they may be of any year: without terms its year is that of most.
    Ctrl-C ends the run, unless `stopped` is there to take the sentence that says so: then what was read until then is judged.
    """
    from ogi_xlsx.review import verify as review

    entries = _entries(roster) if roster else None
    notes: list[Sentence] = []
    chosen = office_settings(settings, notes)
    last = last or (_priors(prior, entries or ()) if prior else None)
    returns, beside = _read(paths, key_of(seal_key), notes, stopped)
    if others is not None:
        others += beside
    elif not returns:
        say_notes(notes, lang)
        raise Refusal(say("nothing_to_read"))
    if text and len(returns) > 1:
        raise Refusal(say("text_of_one", n=len(returns)))
    texts = repeat(_text_given(text)) if text else _texts(returns, notes)
    if entries is not None or one_round:
        from ogi_xlsx.county import belonging

        known = belonging.round_of(terms_of_round(), notes)
        belonging.hold(returns, entries, belonging.decided_by_most(returns, entries, known) if one_round else known)
    judged = review.verify(returns, engine, last.of_return if last else lambda _: None, chosen, lambda _: next(texts))
    say_notes([*notes, *(last.close() if last else [])], lang)
    return judged


def _entries(roster: Path) -> "list[Entry]":
    from ogi_xlsx.county import roster as rosters  # as below: a file alone is judged without it

    return rosters.load(roster)


def _priors(prior: Path, entries: "Sequence[Entry]") -> "Priors":
    from ogi_xlsx.county import prior as priors

    return priors.load(prior, entries, hands_given())


def _read(paths: tuple[Path, ...], key: bytes, notes: list[Sentence], stopped: list[Sentence] | None) -> tuple[list["Return"], list[Path]]:
    """The returns of the paths, and the files beside them that are no workbooks; those before a Ctrl-C where `stopped` takes the sentence that says so."""
    from ogi_xlsx.county import collection

    returns: list[Return] = []
    files, beside = collection.search(paths, notes)
    try:
        with progress(say("progress_verify"), file_named) as step:
            for returned in collection.read(files, notes, key, hands=hands_given(), step=step):
                returns.append(returned)
    except KeyboardInterrupt:
        if stopped is None or not returns:
            raise
        stopped.append(say("stopped_reading", done=len(returns), all=len(files)))
    return returns, beside


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
