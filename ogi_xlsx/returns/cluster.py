"""Reads files on a Dask cluster: the same work as `workers`, on other machines. The only place that knows distributed.

A file travels as bytes, which needs no shared folder and leaves no doubt that the machine there reads the very file that was seen here.
What is told of it bears the path that it has here.
"""

import asyncio
import logging
import pickle
import sys
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import format_exception
from typing import Any, TypeVar

from ogi_xlsx import __version__
from ogi_xlsx.form.words import Refusal, Sentence, few, plain, say
from ogi_xlsx.returns import apart
from ogi_xlsx.returns.opening.safety import MOST_BYTES, Taken, take
from ogi_xlsx.returns.workers import AHEAD, Failed, Stopped, Told, unpacked

T = TypeVar("T")

CONNECT = 10  # seconds to reach a scheduler: on a network that is fit for the work it answers within one
ALONE = 30  # seconds that we wait for a first worker, or for another one after the last: one that is restarted is back in five
AHEAD_BYTES = 5 * MOST_BYTES  # of files that are out at once: the scheduler holds them, and 1 000 returns are 40 MB
_NAMED = 5  # workers named in a sentence
_PACKAGE = "ogi-xlsx"


def in_cluster(call: Callable[[Any], T], paths: Sequence[Path], scheduler: str) -> Generator[T | Stopped, None, None]:
    """What `call` makes of each file, in their order, read by the workers of a cluster; `call` is given what was `Taken`.

    It is as for `workers.in_workers`. A file is tried again where a worker is lost, and stopped where that happens time and again.
    Raises Refusal where there is no such cluster, it is lost, or it would read otherwise than we do.
    """
    if not paths:
        return
    with _connected(scheduler) as client:
        _same_everywhere(client)
        run = _Run(client, call, scheduler)
        try:
            for path in paths:
                file = take(path)
                while run.full(file):
                    yield run.next()
                run.begin(file)
            while run.ahead:
                yield run.next()
        finally:
            if run.ahead:
                client.cancel([future for _, future in run.ahead])


class _Run:
    """Files that are out, in their order."""

    def __init__(self, client: Any, call: Callable[[Any], object], scheduler: str) -> None:
        self.client, self.scheduler = client, scheduler
        self.call, self.program = pickle.dumps(call), apart.program()
        self.name, self.begun = f"ogi-xlsx-{uuid.uuid4().hex}", 0
        self.ahead: deque[tuple[Taken, Any]] = deque()
        self.bytes_ahead = 0

    def full(self, file: Taken) -> bool:
        """Whether a result must be waited for before one more file is sent."""
        return bool(self.ahead) and (len(self.ahead) == AHEAD or self.bytes_ahead + len(file.content) > AHEAD_BYTES)

    def begin(self, file: Taken) -> None:
        """Send a file."""
        self.ahead.append((file, self._sent(file)))
        self.bytes_ahead += len(file.content)

    def _sent(self, file: Taken) -> Any:
        self.begun += 1  # a name of its own: the same file twice is two results
        return self.client.submit(apart.read, self.call, file, self.program, key=f"{self.name}-{self.begun}", pure=False)

    def next(self) -> Any:
        """The result of the file that was sent first."""
        file, future = self.ahead.popleft()
        self.bytes_ahead -= len(file.content)
        told = self._told(future)
        if told is None:  # it may only have been on the same worker as one that takes them down, so that it has one more chance
            told = self._told(self._sent(file))
        if told is None:
            return Stopped(say("stopped_workers"))
        if isinstance(told, apart.Otherwise):
            raise Refusal(say("cluster_otherwise", host=plain(told.host, 60)))
        return unpacked(told)

    def _told(self, future: Any) -> Told | apart.Otherwise | None:
        """What became of a file; None where more workers were lost with it than the cluster allows."""
        from distributed import CancelledError, KilledWorker

        while True:
            try:
                told: Told | apart.Otherwise = future.result(timeout=ALONE)
                return told
            except TimeoutError:
                _some_worker(self.client, self.scheduler)
            except KilledWorker:
                return None
            except CancelledError as error:  # nobody but us cancels: the scheduler is gone
                raise Refusal(say("cluster_lost", address=plain(self.scheduler, 100))) from error
            except Exception as error:  # noqa: BLE001 - a worker that came later and lacks what it needs, or a fault of ours, told as one
                _same_everywhere(self.client)
                return Failed("".join(format_exception(error)))


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    """A client of the scheduler at an address; what its library says of its work is not for people who read ours."""
    try:
        import dask
        from distributed import Client  # an optional extra
    except ImportError:
        raise Refusal(say("cluster_needs_distributed")) from None
    logged = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": AHEAD_BYTES}), warnings.catch_warnings():  # a summary is no mistake
            warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)  # Ctrl-C may come while the library waits
            try:
                asyncio.run(_greet(scheduler))
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    client = Client(scheduler, timeout=CONNECT, set_as_default=False)
            except (OSError, ValueError, TypeError, RuntimeError) as error:  # nobody there, no address, no certificate, another protocol
                raise Refusal(say("cluster_unreachable", address=plain(scheduler, 100), n=CONNECT)) from error
            with client, _lost(client, scheduler):
                _some_worker(client, scheduler)
                yield client
    finally:
        logging.disable(logged)


@contextmanager
def _lost(client: Any, scheduler: str) -> Iterator[None]:
    """Raises Refusal for whatever goes wrong since the scheduler is gone, which its library tells in many ways."""
    try:
        yield
    except Exception as error:
        if isinstance(error, Refusal) or client.status == "running":
            raise
        raise Refusal(say("cluster_lost", address=plain(scheduler, 100))) from error


async def _greet(scheduler: str) -> None:
    """Reach a scheduler and take leave: a client that cannot stays behind half-made."""
    from distributed import Security
    from distributed.comm import connect

    comm = await connect(scheduler, timeout=CONNECT, **Security().get_connection_args("client"))
    await comm.close()


def _some_worker(client: Any, scheduler: str) -> None:
    """Wait for a worker. Raises Refusal where there is none for long."""
    try:
        client.wait_for_workers(1, timeout=ALONE)
    except TimeoutError:
        raise Refusal(say("cluster_no_worker", address=plain(scheduler, 100), n=ALONE)) from None


def _same_everywhere(client: Any) -> None:
    """Raises Refusal where a worker has no ogi-xlsx, or another one than we, or another Python."""
    workers: dict[str, Any] = client.get_versions(packages=[_PACKAGE])["workers"]
    versions = {address: told["packages"][_PACKAGE] or "—" for address, told in workers.items()}
    pythons = {address: ".".join(told["packages"]["python"].split(".")[:2]) for address, told in workers.items()}
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    problems = [*_others("cluster_other_version", __version__, versions), *_others("cluster_other_python", ours, pythons)]
    if problems:
        raise Refusal(problems)


def _others(sentence: str, ours: str, theirs: Mapping[str, str]) -> Iterator[Sentence]:
    """What is said of the workers that have another version than we."""
    other = [plain(f"{address} {version}", 80) for address, version in sorted(theirs.items()) if version != ours]
    if other:
        yield say(sentence, ours=ours, n=len(other), workers=few(other, _NAMED))
