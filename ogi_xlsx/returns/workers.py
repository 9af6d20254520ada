"""Reads files in processes of their own, so that one that hangs, crashes or fills the memory costs itself alone.

A process reads one file after another, each with a limit of time and of memory (see `returns.within`). On Linux workers are forked and find
loaded what we have loaded; elsewhere they start anew.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Generic, TypeVar

from ogi_xlsx.form.findings import found
from ogi_xlsx.form.words import Refusal, Sentence, os_reason, say
from ogi_xlsx.returns import faults, within
from ogi_xlsx.returns.opening.safety import Taken
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.within import LINUX, MB, NO_MEMORY, READ, Limits

T = TypeVar("T")

MOST_JOBS = 60  # Windows can wait for 63 pipes at once
AHEAD = 1_000  # results that may wait for an earlier file: 10 MB of returns, and the half minute of reading until a file that hangs is given up


@dataclass(frozen=True)
class Stopped:
    """A file that was not read to its end, and why."""

    reason: Sentence


@dataclass(frozen=True)
class Failed:
    """A reading that ended in an exception nobody foresaw, with its traceback: a fault of ours."""

    trace: str


Told = bytes | Stopped | Failed  # what became of a file: the result, packed, or why there is none


def cores() -> int:
    """Processor cores that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_worker(call: Callable[[Path], T], path: Path) -> T | Stopped:
    """What `call` makes of one file, in a process of its own."""
    with closing(in_workers(call, [path], 1)) as results:
        return next(results)


def or_finding(result: Return | Stopped, path: Path) -> Return:
    """The return that was read; one with nothing but a finding where reading was stopped."""
    return Return(str(path), findings=[found("S108", reason=result.reason)]) if isinstance(result, Stopped) else result


def unpacked(told: Told) -> Any:
    """The result of a file, or a Stopped that says why there is none; the traceback of a fault of ours goes into a file of this machine."""
    if isinstance(told, Stopped):
        return told
    try:
        return _stopped(told) if isinstance(told, Failed) else pickle.loads(told)  # noqa: S301 - written by our own worker
    except Exception:  # noqa: BLE001 - a fault of ours, told as one
        return _stopped(Failed(traceback.format_exc()))


def _stopped(failed: Failed) -> Stopped:
    return Stopped(say("stopped_failed", details=faults.details(failed.trace)))


def in_workers(
    call: Callable[[Path], T], paths: Sequence[Path], jobs: int = 0, meanwhile: Callable[[], None] = lambda: None
) -> Generator[T | Stopped, None, None]:
    """What `call` makes of each file, in their order, read by so many processes at once; by default one a core.

    `meanwhile` is called once all of these have a file: what takes its time and is needed only for results.

    `call` is a function of a module, or a `partial` of one; what it returns must be fit for pickle, and whatever it raises stops that file alone.
    Whoever does not go through to the end closes the iterator, and nothing runs on.
    """
    waiting, results = deque(enumerate(paths)), dict[int, Told]()
    crew = _Crew(call, min(jobs or cores(), MOST_JOBS))
    try:
        for turn in range(len(paths)):
            while True:
                while waiting and waiting[0][0] < turn + AHEAD and (worker := crew.free()):
                    worker.begin(*waiting.popleft())
                meanwhile()
                meanwhile = _nothing
                if turn in results:
                    break
                results.update(crew.results())
            result = results.pop(turn)
            if turn + 1 == len(paths):
                crew.dismiss()
            yield unpacked(result)
    finally:
        crew.dismiss()


def _nothing() -> None:
    """What is done meanwhile a second time."""


class Kept(Generic[T]):
    """A process that is kept from one file to the next, for whoever has them one at a time; whoever has no more closes it."""

    def __init__(self, call: Callable[[Any], T]) -> None:
        self.crew = _Crew(call, 1)

    def of(self, file: Path | Taken) -> Told:
        """What became of a file. Raises Refusal where the system lets us have no process."""
        worker = self.crew.free()
        assert worker
        worker.begin(0, file)
        ((_, told),) = self.crew.results()
        return told

    def close(self) -> None:
        """End the process."""
        self.crew.dismiss()


class _Crew(Generic[T]):
    """The processes at work; there are never more than there is work for."""

    def __init__(self, call: Callable[[Any], T], most: int) -> None:
        self.call, self.most = call, most
        self.context: Any = multiprocessing.get_context("fork" if LINUX else "spawn")
        self.workers: list[_Worker] = []

    def free(self) -> "_Worker | None":
        """A worker that has nothing to do; None where all are busy. Raises Refusal where the system lets us have not even one."""
        for worker in self.workers:
            if worker.turn is None:
                return worker
        if len(self.workers) == self.most:
            return None
        try:
            worker = _Worker(self.context, self.call, [worker.pipe for worker in self.workers])
        except OSError as error:
            if not self.workers:
                raise Refusal(say("no_process", reason=os_reason(error))) from error
            self.most = len(self.workers)
            return None
        self.workers.append(worker)
        return worker

    def results(self) -> Iterator[tuple[int, Told]]:
        """Wait for the next results, or until a worker has taken too long."""
        busy = {worker.pipe: worker for worker in self.workers if worker.turn is not None}
        ready = wait(list(busy), max(0, min(worker.until for worker in busy.values()) - time.monotonic()))
        for pipe, worker in busy.items():
            if pipe in ready or worker.until <= time.monotonic():
                turn, worker.turn = worker.turn, None
                assert turn is not None
                result = worker.result() if pipe in ready else Stopped(say("stopped_time", n=worker.limits.clock))
                if not isinstance(result, bytes):
                    worker.kill()
                    self.workers.remove(worker)
                yield turn, result

    def dismiss(self) -> None:
        """End all workers."""
        while self.workers:
            self.workers.pop().kill()


class _Worker:
    """A process as we see it: our end of the pipe; the file in hand, its limits, and until when it has time."""

    def __init__(self, context: Any, call: Callable[[Any], object], others: list[Connection]) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=within.work, args=(theirs, [self.pipe, *others] if LINUX else [], call), daemon=True)
        with _no_interrupt():
            self.process.start()
        theirs.close()
        self.turn: int | None = None

    def begin(self, turn: int, file: Path | Taken) -> None:
        """Give it a file."""
        self.turn, self.limits = turn, Limits.of(file)
        self.until = time.monotonic() + self.limits.clock
        with suppress(OSError):  # it died idle: reading its pipe says so
            self.pipe.send((file, self.limits))

    def result(self) -> Told:
        """The result that is there, packed, or why there is none."""
        try:
            told: bytes = self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.process.join(1)  # its pipe is closed: in a moment it is gone
            over = LINUX and self.process.exitcode == -signal.SIGXCPU
            return Stopped(say("stopped_time", n=self.limits.cpu) if over else say("stopped_died"))
        kind, content = told[:1], told[1:]
        if kind == READ:
            return content
        return Stopped(say("stopped_memory", n=self.limits.memory // MB)) if kind == NO_MEMORY else Failed(content.decode())

    def kill(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Keep Ctrl-C back for a moment; what is forked in it never hears it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
