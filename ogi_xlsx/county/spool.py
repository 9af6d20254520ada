"""Numbers of returns laid aside in a file until it is known which of the returns count: a line a return, in the order in which they were read."""

import errno
import gzip
import json
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from ogi_xlsx.county.record_files import Listed, Number, Source

_LEVEL = 1  # of compression: returns are so much alike that more takes longer and saves little


@contextmanager
def written(path: Path) -> Iterator[Callable[[Listed], object]]:
    """What lays aside the numbers of one return after another, or none of one that has none. Raises OSError where the system refuses."""
    with gzip.open(path, "wt", encoding="ascii", newline="", compresslevel=_LEVEL) as file:
        yield lambda listed: file.write(_packed(listed) + "\n")


def read(path: Path, wanted: Collection[int]) -> Listed:
    """The numbers of the returns that are wanted, by their places in the order, exactly as they were laid aside.

    Raises OSError where the file is no longer what was written: it bears a checksum.
    """
    try:
        with gzip.open(path, "rt", encoding="ascii", newline="") as file:
            yield from (numbers for at, line in enumerate(file) if at in wanted for numbers in _unpacked(line))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise OSError(errno.EIO, str(error)) from error


def _packed(listed: Listed) -> str:
    """A number as the text that gives the very same decimal, all else as it is."""
    return json.dumps([(source, [(key, str(value), *place) for key, value, *place in numbers]) for source, numbers in listed])


def _unpacked(line: str) -> Listed:
    for source, numbers in json.loads(line):
        yield Source(*source), [Number(key, Decimal(value), *place) for key, value, *place in numbers]
