"""The office's own files as they are given: regular ones of a size that people keep, read whole. Returned files are looked at by `returns.opening.safety`."""

import stat
from pathlib import Path

from ogi_xlsx.form.words import Refusal, Sentence, os_reason, plain, say

MOST_BYTES = 50_000_000  # a roster or register of 20 000 bodies is some 3 MB
_MEGABYTE = 1_000_000


def content(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file. Raises Refusal where it cannot be read, is not regular, or holds more than `most`."""
    look(path, most)
    try:
        with path.open("rb") as file:
            held = file.read(most + 1)
    except OSError as error:
        raise _refusal(path, os_reason(error)) from None
    if len(held) > most:  # it grew, or its size is not told, as of what the system shows as files
        raise _too_large(path, most)
    return held


def look(path: Path, most: int = MOST_BYTES) -> None:
    """Look at a file before anything opens it: a pipe would never end. Raises Refusal as `content`."""
    try:
        status = path.stat()
    except OSError as error:
        raise _refusal(path, os_reason(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise _refusal(path, say("os_folder" if stat.S_ISDIR(status.st_mode) else "not_regular"))
    if status.st_size > most:
        raise _too_large(path, most)


def _too_large(path: Path, most: int) -> Refusal:
    return Refusal(say("file_too_large", file=plain(path.name, 200), most=most // _MEGABYTE))


def _refusal(path: Path, reason: Sentence) -> Refusal:
    return Refusal(say("file_not_readable", file=plain(path.name, 200), reason=reason))
