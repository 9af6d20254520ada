"""What happens in a process that reads files for another: its limits for each file, its life, and what it says.

These limits catch accidents and tricks; they are no sandbox: what runs here may do all that the other may. Beyond Linux only the time on the
clock is limited, by the other.
"""

import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ogi_xlsx.returns.opening.safety import Taken

LINUX = sys.platform.startswith("linux")
MB = 1_000_000
GARBAGE = 50_000  # objects made between two searches for circles: there are hardly any, and searching every 700 takes a fifth of the time
READ, NO_MEMORY, FAILED = b"r", b"m", b"f"  # first byte of what a worker says: the result follows, or nothing, or a traceback

# A return is 40 KB and takes 0.03 s and 10 MB. A summary of 3 000 agencies is 2.7 MB and takes 8 s and 250 MB; one of 5 000, the most there are, 4.5 MB.
LARGEST = 5 * MB  # what is larger is no larger summary, and gets no more
SECONDS, SECONDS_A_MB = 10, 30  # on the processor: old machines are five times as slow
BUSY = 3  # times as long on the clock: other programs have their share, and a process must start first
MEMORY, MEMORY_A_MB = 500 * MB, 200 * MB  # beyond what the process has when it begins the file


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: seconds on the processor and on the clock, bytes of memory."""

    cpu: int
    clock: int
    memory: int

    @classmethod
    def of(cls, file: Path | Taken) -> "Limits":
        """The limits of a file by its size; those of an empty one where there is none."""
        try:
            size = min(len(file.content) if isinstance(file, Taken) else file.stat().st_size, LARGEST)
        except OSError:  # reading it tells why
            size = 0
        seconds = SECONDS + SECONDS_A_MB * size // MB
        return cls(seconds, BUSY * seconds, MEMORY + MEMORY_A_MB * size // MB)


def work(pipe: Connection, copied: list[Connection], call: Callable[[Any], object]) -> None:
    """The life of a worker. `copied` are the parent's ends of pipes, which a fork has too: they are closed, so that pipes end with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent sees to Ctrl-C
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for one in copied:
        one.close()
    gc.freeze()  # what a fork has from its parent stays as it is: collecting it would copy all of its memory
    gc.set_threshold(GARBAGE)
    with Path(os.devnull).open("w") as nowhere:  # what libraries say of a damaged file is nobody's business
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    while True:
        try:
            file, limits = pipe.recv()
        except EOFError:
            return
        _limit(limits)
        pipe.send_bytes(told(call, file))


def told(call: Callable[[Any], object], file: Path | Taken) -> bytes:
    """The result of a call, packed, or what became of it, behind the byte that says which."""
    try:
        return READ + pickle.dumps(call(file), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return NO_MEMORY
    except BaseException:  # noqa: BLE001 - whatever it is, it costs this file alone, and is told
        return FAILED + traceback.format_exc().encode(errors="replace")


def _limit(limits: Limits) -> None:
    """Let the system stop this process beyond what one more file may take."""
    if LINUX:
        import resource

        used, pages = int(time.process_time()), int(Path("/proc/self/statm").read_text().split()[0])
        wanted = {resource.RLIMIT_CPU: used + 1 + limits.cpu, resource.RLIMIT_AS: pages * resource.getpagesize() + limits.memory, resource.RLIMIT_CORE: 0}
        for which, most in wanted.items():
            hard = resource.getrlimit(which)[1]
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
