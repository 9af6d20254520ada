"""Writes so that nothing half-written is left, nothing is replaced unasked, and two runs at once lose nothing of each other.

A file is made under a temporary name where it will stand, then moved into its place in one step; several are moved all or none.
"""

import contextlib
import errno
import os
import platform
import secrets
import shutil
import signal
import stat
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ogi_xlsx.form.words import Refusal, os_reason, plain, say

PREFIX = "~ogi-"  # of every temporary name; whoever reads a folder skips them
LOCK = f"{PREFIX}lock.txt"
_PATIENCE = 10.0  # seconds to wait for another run: it holds its lock for less than one
_PAUSE = 0.05
_ABANDONED = 86_400.0  # seconds after which something temporary was left by a run that was killed: none takes a day
_OPEN = ("~${name}", ".~lock.{name}#")  # what Excel and WPS, and LibreOffice keep beside a file that they have open


@contextlib.contextmanager
def placed(path: Path, force: bool = False) -> Iterator[Path]:
    """A temporary file that takes the place of `path`, or of what a link there leads to, when the block ends well.

    Raises Refusal as `refuse_taken`, and where the system refuses; then all is as it was.
    """
    refuse_taken(path, force)
    with _told(path):
        target = _target(path)
        with _temporary_beside(target) as temporary:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())  # some drives tell only now that they are full
            with _carried_through():
                _move(temporary, target, force)


@contextlib.contextmanager
def laid_aside(path: Path) -> Iterator[Path]:
    """A temporary file where `path` is to stand, for what is needed only until then; gone afterwards, whatever happens.

    Raises Refusal where the system refuses.
    """
    with _told(path), _temporary_beside(_target(path)) as temporary:
        yield temporary


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """A temporary file in the folder of another, which is made; gone afterwards, unless it was moved."""
    with _folder(target.parent):
        temporary = _temporary(target.parent, ".tmp")
        try:
            temporary.touch(exist_ok=False)
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """What a link leads to; else the path itself."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextlib.contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A folder in `out` (which is made) for files that `settle` moves; gone afterwards, whatever happens. Raises Refusal where the system refuses."""
    with _told(out), _folder(out):
        work = _temporary(out)
        try:
            work.mkdir()
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def settle(work: Path, out: Path, force: bool, register: str = "") -> None:
    """Move the files of a workplace into `out`, all or none; to be called while `alone`. Without `force` none is replaced but the register.

    The register goes first: were the machine to stop here, it would list what is not there rather than lack what is. Raises Refusal.
    """
    files = sorted((path for path in work.iterdir() if path.is_file()), key=lambda path: (path.name != register, path.name))
    before = work / "before"
    before.mkdir()
    for path in files:
        may_replace = force or path.name == register
        refuse_taken(out / path.name, may_replace)
        if may_replace and (out / path.name).exists():
            shutil.copy2(out / path.name, before)
    moved: list[Path] = []
    try:
        for path in files:
            with _told(out / path.name):
                _move(path, out / path.name, force or path.name == register)
            moved.append(out / path.name)
    except BaseException:
        for path in moved:
            if (before / path.name).exists():
                (before / path.name).replace(path)
            else:
                path.unlink()
        raise


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other run is in such a block over the same folder; what is read, added to and written again belongs here, and must be short.

    The block is carried through: Ctrl-C in it comes too late. Raises Refusal where another run does not end.
    """
    lock, patience = folder / LOCK, time.monotonic() + _PATIENCE
    while True:
        with _carried_through():
            if _locked(lock):
                try:
                    yield
                    return
                finally:
                    lock.unlink(missing_ok=True)
        if time.monotonic() > patience:
            raise Refusal(say("folder_locked", folder=str(folder), who=_who(lock), lock=str(lock)))
        time.sleep(_PAUSE)


def refuse_taken(path: Path, force: bool) -> None:
    """Raise Refusal where nothing may be written to a path: a file is there (without `force`), or one that must not be replaced."""
    with _told(path):
        if not os.path.lexists(path):
            _refuse_below_file(path)
            return
        if not force:
            raise Refusal(say("file_exists", file=str(path)))
        mode = path.stat().st_mode if path.exists() else stat.S_IFREG | stat.S_IWUSR
        reason = "os_folder" if stat.S_ISDIR(mode) else "not_regular" if not stat.S_ISREG(mode) else "" if mode & stat.S_IWUSR else "os_permission"
        if reason:
            raise Refusal(say("not_written", file=str(path), reason=say(reason)))
        for name in (name.format(name=path.name) for name in _OPEN):
            if path.with_name(name).exists():
                raise Refusal(say("file_open", file=path.name, lock=name))


def _refuse_below_file(path: Path) -> None:
    """Raise NotADirectoryError where a path would stand below what is no folder."""
    nearest = next((at for at in path.absolute().parents if os.path.lexists(at)), None)
    if nearest and not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def _move(made: Path, path: Path, force: bool) -> None:
    """Move a file into its place in one step. Raises Refusal where another is there by now (without `force`), and OSError."""
    if force:
        if path.exists():
            shutil.copymode(path, made)
        made.replace(path)
        return
    try:
        _take(made, path)
    except FileExistsError:
        raise Refusal(say("file_exists", file=str(path))) from None


def _take(made: Path, path: Path) -> None:
    """Move a file to a place that must be free, which is seen and taken in one step on every system. Raises FileExistsError."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as of memory cards: an empty file holds the place until ours is there
        path.touch(exist_ok=False)
        try:
            made.replace(path)
        except OSError:
            path.unlink()
            raise


def _temporary(folder: Path, suffix: str = "") -> Path:
    """A temporary name in a folder that nobody else has; what runs that were killed left there is removed."""
    if not folder.name.startswith(PREFIX):
        for path in folder.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):  # others may remove it as well; what nobody can remove does no harm
                if path.name != LOCK and time.time() - path.stat().st_mtime > _ABANDONED:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder / f"{PREFIX}{secrets.token_hex(6)}{suffix}"


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Makes a folder and those above it; what stays empty is gone again."""
    made = [at for at in (folder, *folder.parents) if not at.exists()]
    if not made and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for at in made:
            with contextlib.suppress(OSError):  # it holds something, of ours or of others
                at.rmdir()


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the system says into a refusal that names the file, not the workplace in which it is made."""
    try:
        yield
    except OSError as error:
        final = path.parent.parent / path.name if path.parent.name.startswith(PREFIX) else path
        raise Refusal(say("not_written", file=str(final), reason=os_reason(error))) from error


@contextlib.contextmanager
def _carried_through() -> Iterator[None]:
    """Ctrl-C is passed over until the block ends. Signals reach the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _locked(lock: Path) -> bool:
    """Whether the lock is ours now; it says whose it is. Raises Refusal where none can be made."""
    with _told(lock):
        try:
            lock.touch(exist_ok=False)
        except FileExistsError:
            return False
        try:
            lock.write_text(f"{platform.node()}, {datetime.now():%Y-%m-%d %H:%M:%S}, {os.getpid()}", encoding="utf-8")
        except OSError:
            lock.unlink()
            raise
    return True


def _who(lock: Path) -> str:
    try:
        return plain(lock.read_text(encoding="utf-8", errors="replace"), 100)
    except OSError:  # gone at this moment, or kept from us
        return "?"
