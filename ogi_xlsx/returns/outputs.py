"""Writes so that nothing half-written is left: beside the target under a temporary name, then moved into its place."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ogi_xlsx.form.words import Refusal, os_reason, say

PREFIX = "~ogi-"


@contextlib.contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when the block ends well. Raises Refusal where the system refuses."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".tmp", prefix=PREFIX, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise Refusal(say("not_written", file=str(path), reason=os_reason(error))) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A folder beside `out` that is gone afterwards, whatever happens. Raises Refusal where the system refuses."""
    work: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=PREFIX, dir=out.parent))
        yield work
    except OSError as error:
        raise Refusal(say("not_written", file=str(out), reason=os_reason(error))) from error
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)
