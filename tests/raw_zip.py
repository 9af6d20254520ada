"""Zip archives byte by byte, with whatever a hand may write into them: zipfile itself refuses to write most of what it must survive."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LOCAL, CENTRAL, END, END64, LOCATOR64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
STORED, DEFLATED, BZIP2, UNKNOWN = 0, 8, 12, 99
ENCRYPTED, UTF8 = 0x1, 0x800  # flags of an entry
LINK = 0o120777  # mode of a symbolic link
_ALL = 0xFFFFFFFF  # a size or offset that the zip64 extra field tells
_DAY = 0x5C21  # of 2026


@dataclass
class Entry:
    """A part and what the archive says of it; a value that is None is told as it is. `at` is an offset to claim instead of its own."""

    name: bytes
    data: bytes
    method: int = DEFLATED
    flags: int = 0
    mode: int = 0o600
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    extra: bytes = b""
    version: int = 20
    packed: bytes | None = None
    at: int | None = None

    def bytes(self) -> bytes:
        """What stands in the file for the part."""
        if self.packed is None:
            squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
            self.packed = squeeze.compress(self.data) + squeeze.flush() if self.method == DEFLATED else self.data
        return self.packed

    def told(self, method: int) -> bytes:
        """The fields that both lists have."""
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        sizes = (len(self.bytes()) if self.packed_size is None else self.packed_size, len(self.data) if self.size is None else self.size)
        return struct.pack("<HHHHHLLL", self.version, self.flags, method, 0, _DAY, crc, *sizes)

    def local(self) -> bytes:
        """The part with the header before it."""
        name = self.name if self.local_name is None else self.local_name
        told = self.told(self.method if self.local_method is None else self.local_method)
        return LOCAL + told + struct.pack("<HH", len(name), 0) + name + self.bytes()

    def central(self, offset: int) -> bytes:
        """The line of the directory."""
        place = offset if self.at is None else self.at
        tail = struct.pack("<HHHHHLL", len(self.name), len(self.extra), 0, 0, 0, self.mode << 16, place)
        return CENTRAL + struct.pack("<H", 3 << 8 | 20) + self.told(self.method) + tail + self.name + self.extra


def entries(held: Mapping[str, bytes]) -> list[Entry]:
    """The parts of an honest workbook."""
    return [Entry(name.encode(), data) for name, data in held.items()]


def archive(
    listed: Iterable[Entry], *, before: bytes = b"", after: bytes = b"", comment: bytes = b"", count: int | None = None, start: int | None = None
) -> bytes:
    """A zip archive of entries. `count` and `start` are claims about the directory; what stands `before` is not counted in the offsets."""
    body, lines, at = [], [], 0
    for entry in listed:
        lines.append(entry.central(at))
        body.append(entry.local())
        at += len(body[-1])
    n, directory = len(lines) if count is None else count, b"".join(lines)
    return b"".join([before, *body, directory, end(n, len(directory), at if start is None else start, comment), after])


def end(count: int, size: int, start: int, comment: bytes = b"") -> bytes:
    """The end record of a directory."""
    return END + struct.pack("<HHHHLLH", 0, 0, count & 0xFFFF, count & 0xFFFF, size & _ALL, start & _ALL, len(comment)) + comment


def archive64(listed: Iterable[Entry], *, count: int | None = None, size: int | None = None, start: int | None = None, end_at: int | None = None) -> bytes:
    """A zip archive with the end records of zip64, and claims about the directory in them."""
    listed = list(listed)
    plain = archive(listed)
    tail = plain.rindex(END)
    directory = plain.index(CENTRAL)
    n, length, first = (real if claimed is None else claimed for claimed, real in ((count, len(listed)), (size, tail - directory), (start, directory)))
    record = END64 + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, n, n, length, first)
    return plain[:tail] + record + LOCATOR64 + struct.pack("<LQL", 0, tail if end_at is None else end_at, 1) + end(0xFFFF, _ALL, _ALL)


def sizes64(size: int, packed_size: int) -> bytes:
    """The extra field that tells large sizes of an entry."""
    return struct.pack("<HHQQ", 1, 16, size, packed_size)


def squeezed(name: bytes, head: bytes, piece: bytes, times: int, tail: bytes) -> Entry:
    """A part with a piece over and over between its head and tail, packed without ever being whole."""

    def packed(data: bytes) -> bytes:
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
        return squeeze.compress(data) + squeeze.flush(zlib.Z_FULL_FLUSH)  # ends on a byte, and leans on nothing before it

    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(piece, crc)
    body = packed(head) + packed(piece) * times + packed(tail) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return Entry(name, b"", size=len(head) + len(piece) * times + len(tail), crc=zlib.crc32(tail, crc), packed=body)
