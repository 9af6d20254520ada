"""Many files: which of a folder are returns, and their reading. It knows nothing of judging, so that this can be imported while the first is read."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from ogi_xlsx.form.words import Refusal, Sentence, plain, say
from ogi_xlsx.returns import prose, reader
from ogi_xlsx.returns.hands import HERE, Hands
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.opening.safety import Taken
from ogi_xlsx.returns.outputs import PREFIX
from ogi_xlsx.returns.reader import NotAReturn, Return
from ogi_xlsx.returns.workers import or_finding

SET_ASIDE = "作废"  # a folder of this name holds what the office has set aside
_BOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}


def files(paths: Sequence[Path], notes: list[Sentence]) -> list[Path]:
    """The files to read, as `search`. Raises Refusal where there is none, too."""
    found, _ = search(paths, notes)
    if not found:
        raise Refusal([*notes, say("nothing_to_read")])
    return found


def search(paths: Sequence[Path], notes: list[Sentence]) -> tuple[list[Path], list[Path]]:
    """The files to read and the files beside them that are no workbooks, in path order; what is skipped is noted.

    Raises Refusal for a path that is not there.
    """
    missing = [path for path in paths if not path.exists() and not path.is_symlink()]
    if missing:
        raise Refusal([say("path_missing", path=plain(path, 200)) for path in missing])
    found: list[Path] = []
    others: list[Path] = []
    for path in paths:
        found += _in_folder(path, notes, others) if path.is_dir() else [path]
    return _once(found), _once(others)


def _once(paths: list[Path]) -> list[Path]:
    return list({os.path.realpath(path): path for path in reversed(paths)}.values())[::-1]


def _in_folder(folder: Path, notes: list[Sentence], others: list[Path]) -> Iterator[Path]:
    """The workbooks below a folder, and folders that cannot be looked into: reading these tells why, as it does of a file."""
    before = len(others)
    closed: set[Path] = set()
    books: set[Path] = set()  # without their suffixes: a text of the same name beside one is read with it
    for path, told in sorted(_below(folder, closed), key=lambda one: one[0]):
        if told:
            notes.append(told)
        elif path.suffix.lower() in _BOOKS or path in closed:
            books.add(path.with_suffix(""))
            yield path
        else:
            others.append(path)
    skipped = [path for path in others[before:] if not (path.suffix in prose.SUFFIXES and path.with_suffix("") in books)]
    if skipped:
        notes.append(say("skipped_others", path=plain(folder, 200), n=len(skipped)))


def _below(folder: Path, closed: set[Path]) -> Iterator[tuple[Path, Sentence | None]]:
    """All files below a folder, each with what is said of it if it is skipped; `closed` takes the folders that cannot be looked into."""
    for at, folders, names in os.walk(folder, onerror=lambda error: closed.add(Path(error.filename))):
        for name in [*names, *(name for name in folders if name == SET_ASIDE or name.startswith(PREFIX))]:
            path, told = Path(at, name), None
            if name.startswith(PREFIX):
                told = say("skipped_leftover", path=plain(path, 200))
            elif name.startswith("~$"):
                told = say("skipped_owner", path=plain(path, 200))
            elif name in folders:
                told = say("skipped_set_aside", path=plain(path, 200))
            yield path, told
        folders[:] = [name for name in folders if name != SET_ASIDE and not name.startswith(PREFIX)]
    yield from ((path, None) for path in closed)


def read(
    paths: Sequence[Path],
    notes: list[Sentence],
    key: bytes = b"",
    *,
    hands: Hands = HERE,
    step: Callable[[Sequence[Path]], Iterable[Path]] = iter,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Return]:
    """Read files in workers, here or on a cluster, their seals held against `key`; an issue register is skipped with a note.

    A file whose reading had to be stopped is a return with a finding that says why. `step` goes through the files as their turn comes.
    `meanwhile` is called once, while the first files are read.
    """
    reader.prepare()
    with closing(hands.read(partial(_read, key), paths, meanwhile)) as results:
        for path, result in zip(step(paths), results, strict=False):  # the results are left open at the end, so that the last step is taken
            if result is None:
                notes.append(say("skipped_register", path=plain(path, 200)))
            else:
                yield or_finding(result, path)


def identity_of(path: Path) -> Identity | None:
    """Whose workbook a file is, read in a worker; None where that cannot be told."""
    return next((returned.identity for returned in read([path], [], hands=Hands(1))), None)


def _read(key: bytes, file: Path | Taken) -> Return | None:
    """A return; None for an issue register."""
    try:
        return reader.read(file, key=key)
    except NotAReturn:
        return None
