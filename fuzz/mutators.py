"""Seeds and mutations that know what they change: a line of an edition file, a field of an identity, a part of a workbook.

Bytes flipped in a whole file find nothing behind check sums and brackets; so the inside is taken out, changed, and packed again.
"""

import base64
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import damage
import hostile

from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import packed

Bytes = Callable[[bytes], bytes]  # the fuzzer's own mutation of bytes
ROOT = Path(__file__).parents[1]
_LITERAL = re.compile(rb'"[^"]*"|-?[0-9]+(?:\.[0-9]+)?|true|false|\[.*\]|\{.*\}')  # of TOML
_VALUES = [
    '""',
    '"t1"',
    '"="',
    "0",
    "-1",
    "99999999999999999999",
    "1.5",
    "nan",
    "inf",
    "1e308",
    "true",
    "[]",
    "{}",
    '["total"]',
    "2026-01-05",
    '"prior.total=1"',
    '"甲>乙"',
    '"{x}"',
    "0xFFFFFFFFFFFFFFFFFF",
]
_ODD = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    "",
    "\0",
    "\ud800",
    "甲" * 300,
    [],
    {},
    {"prior.t3.granted.total": "1"},
    "0.0",
    "99999.99999",
    "township,township",
)


def edition_seeds() -> Iterator[bytes]:
    """The editions of the tests, sound ones and broken ones: small, and with every feature."""
    for path in sorted((ROOT / "tests" / "editions").rglob("*.toml")):
        yield path.read_bytes()


def edition(data: bytes, random: Random, mutated: Bytes) -> bytes:
    """Lines dropped, doubled, moved, exchanged, or with another value; else bytes."""
    lines = data.split(b"\n")
    if len(lines) < 3 or random.random() < 0.3:
        return mutated(data)
    for _ in range(random.randint(1, 3)):
        at, other = random.randrange(len(lines)), random.randrange(len(lines))
        kind = random.randrange(6)
        if kind == 0 and len(lines) > 3:
            del lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3 and (literals := list(_LITERAL.finditer(lines[at]))):
            one, new = random.choice(literals), random.choice(_VALUES).encode()
            lines[at] = lines[at][: one.start()] + new + lines[at][one.end() :]
        elif kind == 4:
            lines[at] = mutated(lines[at])
        else:
            words = lines[at].split(b" ")
            others = lines[other].split(b" ")
            words[random.randrange(len(words))] = random.choice(others)
            lines[at] = b" ".join(words)
    return b"\n".join(lines)


def mark_seeds() -> Iterator[bytes]:
    """The mark of an issued workbook, and none."""
    with tempfile.TemporaryDirectory() as folder:
        (issued,) = hostile.issue(Path(folder))
        identity = reader.read(issued).identity
    assert identity
    yield packed(identity).encode()
    yield b""


def mark(data: bytes, random: Random, mutated: Bytes) -> bytes:
    """Fields dropped, exchanged or of another kind; the text of the identity changed by bytes; else the mark itself."""
    try:
        text = zlib.decompress(base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4)))
        fields = json.loads(text)
    except (ValueError, zlib.error):
        return mutated(data)
    kind = random.random()
    if kind < 0.1:
        return mutated(data)
    if kind < 0.4 or not isinstance(fields, dict) or not fields:
        text = mutated(text)
    else:
        inside = random.choice([fields, fields, *(value for value in fields.values() if isinstance(value, dict))])
        name, other = (random.choice(list(inside) or ["x"]) for _ in range(2))
        if kind < 0.5:
            inside.pop(name, None)
        elif kind < 0.6:
            inside[mutated(name.encode()).decode("utf-8", "replace")] = random.choice(_ODD)
        elif kind < 0.8:
            inside[name] = inside.get(other)
        else:
            inside[name] = random.choice(_ODD)
        text = json.dumps(fields, sort_keys=True, ensure_ascii=True).encode()
    return base64.urlsafe_b64encode(zlib.compress(text)).rstrip(b"=")


def returned_seeds() -> Iterator[bytes]:
    """An honest workbook of two programs; and without the sheets that only show, which is read three times as fast."""
    with tempfile.TemporaryDirectory() as folder:
        for path in hostile.honest(Path(folder)).values():
            yield path.read_bytes()
            held = hostile.parts(path)
            shown = [sheet for sheet in ("表二", "表三", "校验", "打印件") if hostile.part_of(held, sheet)]
            parts = {hostile.part_of(held, sheet) for sheet in shown}
            for sheet in shown:
                held = hostile.edited(held, "xl/workbook.xml", rf'<sheet [^>]*name="{sheet}"[^>]*/>'.encode(), b"")
            yield hostile.packed({name: data for name, data in held.items() if name not in parts})


def returned(data: bytes, random: Random, mutated: Bytes) -> bytes:
    """A part changed by bytes, or damaged as files are; the archive packed anew, so that its sums are right."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # noqa: BLE001 - zipfile raises many kinds
        return mutated(data)
    kind = random.random()
    if kind < 0.1 or len(held) < 3:
        return mutated(data)
    if kind < 0.6:
        name = random.choice([name for name in held if "theme" not in name])
        return hostile.packed({**held, name: mutated(held[name])})
    try:
        return damage.KINDS[random.choice(list(damage.KINDS))](random, held)
    except Exception:  # noqa: BLE001 - what was damaged before may be too far gone for a kind
        return mutated(data)


SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {"edition": edition_seeds, "mark": mark_seeds, "returned": returned_seeds}
MUTATORS: dict[str, Callable[[bytes, Random, Bytes], bytes]] = {"edition": edition, "mark": mark, "returned": returned}
