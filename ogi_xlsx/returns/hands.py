"""Who reads files: processes of this machine, or a cluster."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ogi_xlsx.returns import workers
from ogi_xlsx.returns.workers import Stopped

T = TypeVar("T")


@dataclass(frozen=True)
class Hands:
    """So many processes of this machine, 0 for one a core; or, where there is an address of a `scheduler`, the workers of its cluster."""

    jobs: int = 0
    scheduler: str = ""

    def read(self, call: Callable[[Any], T], paths: Sequence[Path], meanwhile: Callable[[], None] = lambda: None) -> Generator[T | Stopped, None, None]:
        """What `call` makes of each file, in their order. It is given a path, or what was `Taken` from there; raises Refusal as its readers do.

        `meanwhile` is called once, while the first files are read.
        """
        if not self.scheduler:
            return workers.in_workers(call, paths, self.jobs, meanwhile)
        meanwhile()
        from ogi_xlsx.returns import cluster  # it takes long to import, and most have none

        return cluster.in_cluster(call, paths, self.scheduler)


HERE = Hands()
