"""The parts of a workbook, taken out of its zip archive only where the archive's own list of them is sound.

Each limit is far above any workbook of ours, and low enough that no file can fill memory or time.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator

from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.opening.safety import Unreadable

MOST_PARTS = 2_000  # a form has some 25; a summary with links and charts some 60
MOST_PART_BYTES = 120_000_000  # unpacked; the details of five thousand agencies take some 60 MB
MOST_TOTAL_BYTES = 250_000_000  # unpacked, all parts together
MOST_RATIO = 200  # unpacked to packed, of a part of some size: sheets of ours reach 20, saved by LibreOffice 60
SMALL = 1_000_000  # bytes unpacked below which the ratio says nothing
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those that office programs write
_SHOWN = 60  # characters shown of a part's name


class Archive:
    """The parts of a workbook by name. Raises Unreadable where the archive is damaged or its list of parts is not sound."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Unreadable("S103", reason=say("damaged_zip")) from error
        self._infos: dict[str, zipfile.ZipInfo] = {}
        _check_whole(self._zip.infolist(), len(content))
        folded = set()
        for info in self._zip.infolist():
            _check(info)
            if info.filename.casefold() in folded:
                raise _unsafe("unsafe_double", part=info.filename)
            folded.add(info.filename.casefold())
            if not info.is_dir():
                self._infos[info.filename] = info

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def read(self, name: str) -> bytes:
        """The bytes of a part, at most as many as its entry declares. Raises Unreadable where it is missing or damaged."""
        if name not in self._infos:
            raise Unreadable("S103", reason=say("damaged_missing", part=plain(name, _SHOWN)))
        try:
            with self._zip.open(self._infos[name]) as part:
                return part.read(self._infos[name].file_size + 1)  # asked for all of it, zipfile unpacks whatever there is before it cuts
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable("S103", reason=say("damaged_part", part=plain(name, _SHOWN))) from error


def _check_whole(infos: list[zipfile.ZipInfo], size: int) -> None:
    """Limits over all parts; packed sizes that exceed the file tell of parts that lie over one another."""
    if len(infos) > MOST_PARTS:
        raise Unreadable("S107", what=say("unsafe_parts", n=len(infos), most=MOST_PARTS))
    if sum(info.file_size for info in infos) > MOST_TOTAL_BYTES:
        raise Unreadable("S107", what=say("unsafe_total", most=MOST_TOTAL_BYTES // 1_000_000))
    if sum(info.compress_size for info in infos) > size:
        raise Unreadable("S107", what=say("unsafe_overlap"))


def _check(info: zipfile.ZipInfo) -> None:
    """Refuse an entry that no office program writes, or that unpacks into too much."""
    name = info.orig_filename  # what stands in the file: zipfile cuts names at a NUL and turns backslashes
    if "\\" in name or "\0" in name or name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise _unsafe("unsafe_name", part=name)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unsafe("unsafe_link", part=name)
    if info.flag_bits & 0x1:
        raise _unsafe("unsafe_encrypted", part=name)
    if info.compress_type not in _METHODS:
        raise _unsafe("unsafe_method", part=name)
    if info.file_size > MOST_PART_BYTES:
        raise _unsafe("unsafe_size", part=name, n=info.file_size // 1_000_000, most=MOST_PART_BYTES // 1_000_000)
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size):
        raise _unsafe("unsafe_ratio", part=name, n=info.file_size // max(1, info.compress_size), most=MOST_RATIO)


def _unsafe(key: str, part: str, **told: object) -> Unreadable:
    return Unreadable("S107", what=say(key, part=plain(part, _SHOWN), **told))
