"""Reads files for a worker of a Dask cluster, so that one that hangs, crashes or fills the memory costs itself alone there, too.

A Dask worker has threads, which a fork does not survive, and may have no children of multiprocessing's. So it starts this module as a program
of its own, one for each of its threads at work, which keeps a worker with limits as the command line does, and hands it one file after another.
"""

import hashlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogi_xlsx.form.words import say, template_folder
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.opening.safety import Taken
from ogi_xlsx.returns.workers import Kept, Stopped, Told

IDLE = 60  # seconds without a file after which a program ends: a run leaves nothing behind for long, and pauses between its files are shorter
_GONE = (EOFError, OSError, pickle.UnpicklingError)  # what a program that has ended leaves of a message


@dataclass(frozen=True)
class Otherwise:
    """A machine on which our code, the edition files or Python are not those of whoever asked: what it reads could be another thing."""

    host: str


def program() -> str:
    """What decides how a file is read here: a digest of our code, of the files of templates/ and of the version of Python."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for folder, kind in ((Path(__file__).resolve().parents[1], "*.py"), (template_folder(), "*.toml")):
        for path in sorted(folder.rglob(kind)):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read(call: bytes, file: Taken, asked: str) -> Told | Otherwise:
    """What `call`, packed, makes of a file, by a program that is there or a new one; this runs in a thread of a Dask worker.

    `asked` is the `program` of whoever wants to know. Raises OSError where the system lets us start no program.
    """
    beside = _idle(call, asked)
    told = beside.of(file) if beside else None
    if beside is None or told is None:  # there was none, or it had had its time when the file came
        beside = _Beside(call)
        if beside.program and beside.program != asked:
            beside.end()
            return Otherwise(socket.gethostname())
        told = beside.of(file)
    if told is None:
        return Stopped(say("stopped_died"))
    with _lock:
        _waiting.append(beside)
    return told


class _Beside:
    """A program beside a Dask worker, as that sees it, made for one call. `program` is what it says of itself; None where it ended before."""

    def __init__(self, call: bytes) -> None:
        self.call = call
        paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # it finds what the Dask worker finds, and nothing more (-P)
        command = [sys.executable, "-P", "-m", __name__]
        self.process: Any = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **paths})  # noqa: S603 - our own
        self.program: str | None = self._answer(pickle.dumps(call))

    def of(self, file: Taken) -> Told | None:
        """What became of a file; None where the program has ended."""
        told: Told | None = self._answer(pickle.dumps(file, pickle.HIGHEST_PROTOCOL))
        return told

    def _answer(self, packed: bytes) -> Any:
        try:
            self.process.stdin.write(packed)
            self.process.stdin.flush()
            return pickle.load(self.process.stdout)  # noqa: S301 - written by our own program
        except _GONE:
            self.end()
            return None

    def end(self) -> None:
        """End the program, whatever it does."""
        self.process.kill()
        self.process.wait()
        with suppress(OSError):  # what was not written by then has nobody to go to
            self.process.stdin.close()
        self.process.stdout.close()


_lock = threading.Lock()
_waiting: list[_Beside] = []  # programs of this Dask worker that have nothing to do


def _idle(call: bytes, asked: str) -> _Beside | None:
    """A program that was made for a call and has nothing to do; those that have ended are dropped."""
    with _lock:
        for one in [one for one in _waiting if one.process.poll() is not None]:
            _waiting.remove(one)
            one.end()
        found = next((one for one in _waiting if (one.call, one.program) == (call, asked)), None)
        if found:
            _waiting.remove(found)
    return found


def _serve() -> None:
    """The life of a program: a call, then files one after another, until nobody has any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the Dask worker, and with it our input
    reader.prepare()
    files = sys.stdin.buffer
    with suppress(EOFError):
        call: bytes = pickle.load(files)  # noqa: S301 - written by our own Dask worker
        _tell(program())  # before anything of the call's is loaded: other code may not have it
        with closing(Kept(pickle.loads(call))) as kept:  # noqa: S301
            while True:
                _end_in(IDLE)
                file: Taken = pickle.load(files)  # noqa: S301
                _end_in(0)
                _tell(kept.of(file))


def _tell(answer: object) -> None:
    sys.stdout.buffer.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
    sys.stdout.flush()


def _end_in(seconds: int) -> None:
    """Let the system end this program after so long; 0 takes that back. On Windows, which cannot, it ends with the Dask worker."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


if __name__ == "__main__":
    _serve()
