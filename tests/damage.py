"""Damage as it happens to files on their way and in the hands of programs: kinds of it, each by chance, none of which types another number.

A kind takes the parts of an honest workbook and gives a file's bytes. What it does is either seen, or has to leave every number as it was.
"""

import re
from collections.abc import Callable
from random import Random

import damage_xml as xml
import raw_zip as raw
from hostile import Parts, packed

Damage = Callable[[Random, Parts], bytes]
XML_PARTS = re.compile(r".*\.(xml|rels)")
TEXTS, STYLES, BOOK, TYPES, RELS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"


# The file as a whole.


def _cut(random: Random, held: Parts) -> bytes:
    data = packed(held)
    return data[: random.randrange(4, len(data))]


def _flip_header(random: Random, held: Parts) -> bytes:
    """Bits of the headers and of the directory."""
    data = bytearray(packed(held))
    directory = data.index(raw.CENTRAL)
    starts = [match.start() for match in re.finditer(re.escape(raw.LOCAL), bytes(data[:directory]))]
    for _ in range(random.randint(1, 3)):
        at = random.choice([random.randrange(directory, len(data)), random.choice(starts) + random.randrange(30)])
        data[at] ^= 1 << random.randrange(8)
    return bytes(data)


def _flip_data(random: Random, held: Parts) -> bytes:
    data = bytearray(packed(held))
    for _ in range(random.randint(1, 4)):
        data[random.randrange(30, data.index(raw.CENTRAL))] ^= 1 << random.randrange(8)
    return bytes(data)


def _block(change: Callable[[bytes, Random], bytes]) -> Damage:
    """A block of the file changed, as a bad sector or a broken transfer does it."""

    def damage(random: Random, held: Parts) -> bytes:
        data = packed(held)
        size = random.choice([1, 16, 512, 4096])
        at = random.randrange(len(data) - size)
        return data[:at] + change(data[at : at + size], random) + data[at + size :]

    return damage


def _swap_blocks(random: Random, held: Parts) -> bytes:
    data = packed(held)
    one, other = sorted(random.sample(range(len(data) // 512), 2))
    blocks = [data[at : at + 512] for at in range(0, len(data), 512)]
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return b"".join(blocks)


def _as_text(random: Random, held: Parts) -> bytes:
    """Line ends changed, as a transfer in text mode does it."""
    return packed(held).replace(b"\n", b"\r\n") if random.random() < 0.5 else packed(held).replace(b"\r\n", b"\n").replace(b"\n", b"")


# Parts.


def _drop_part(random: Random, held: Parts) -> bytes:
    name = random.choice(list(held))
    return packed({other: data for other, data in held.items() if other != name})


def _rename_part(random: Random, held: Parts) -> bytes:
    name = random.choice(list(held))
    new = random.choice([name.upper(), name.replace("xml", "XML"), f"{name}.bak", f"a/{name}", name.replace("/", "//"), f"./{name}"])
    return packed({new if other == name else other: data for other, data in held.items()})


def _swap_parts(random: Random, held: Parts) -> bytes:
    one, other = random.sample([name for name in held if XML_PARTS.fullmatch(name)], 2)
    return packed({**held, one: held[other], other: held[one]})


def _copy_part(random: Random, held: Parts) -> bytes:
    one, other = random.sample([name for name in held if XML_PARTS.fullmatch(name)], 2)
    return packed({**held, one: held[other]})


def _double_entry(random: Random, held: Parts) -> bytes:
    listed = raw.entries(held)
    again = random.choice(listed)
    return raw.archive([*listed, raw.Entry(again.name, random.choice([again.data, b"", again.data[:100], random.choice(listed).data]))])


def _order_parts(random: Random, held: Parts) -> bytes:
    names = list(held)
    random.shuffle(names)
    return packed({name: held[name] for name in names})


def _part(change: xml.Edit, which: Callable[[str], object] = XML_PARTS.fullmatch) -> Damage:
    """A part changed, packed again with right sums."""

    def damage(random: Random, held: Parts) -> bytes:
        names = [name for name in held if which(name)]
        for _ in range(100):
            name = random.choice(names)
            changed = change(held[name], random)
            if changed != held[name]:
                return packed({**held, name: changed})
        raise AssertionError("nothing to damage")

    return damage


def _named(name: str) -> Callable[[str], object]:
    return lambda other: other == name


def _relations(name: str) -> bool:
    return name.endswith(".rels")


def _sheets(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


FILE: dict[str, Damage] = {
    "cut": _cut,
    "headers flipped": _flip_header,
    "data flipped": _flip_data,
    "block lost": _block(lambda _, __: b""),
    "block doubled": _block(lambda block, _: block * 2),
    "block zeroed": _block(lambda block, _: bytes(len(block))),
    "block of noise": _block(lambda block, random: random.randbytes(len(block))),
    "blocks swapped": _swap_blocks,
    "sent as text": _as_text,
}
PART: dict[str, Damage] = {
    "part lost": _drop_part,
    "part renamed": _rename_part,
    "parts swapped": _swap_parts,
    "part over another": _copy_part,
    "entry twice": _double_entry,
    "parts in another order": _order_parts,
    "part emptied": _part(lambda _, random: random.choice([b"", b" ", b"<x/>", b'<?xml version="1.0"?>'])),
    "part cut": _part(xml.cut_text),
    "part doubled": _part(lambda data, _: data * 2),
    "content types wrong": _part(xml.attribute(xml.others_value), _named(TYPES)),
    "relations elsewhere": _part(xml.target, _relations),
    "relations far": _part(xml.far, _relations),
    "styles emptied": _part(xml.empty_list, _named(STYLES)),
    "styles lost": _part(xml.fewer(b"xf"), _named(STYLES)),
    "sheets lost": _part(xml.fewer(b"sheet"), _named(BOOK)),
    "texts lost": _part(xml.fewer(b"si"), _named(TEXTS)),
    "texts in another order": _part(xml.order_elements, _named(TEXTS)),
}
ELEMENT: dict[str, Damage] = {
    "element lost": _part(xml.drop_element),
    "element of a sheet lost": _part(xml.drop_element, _sheets),
    "element doubled": _part(xml.double_element),
    "element of a sheet doubled": _part(xml.double_element, _sheets),
    "element unwrapped": _part(xml.unwrap_element),
    "element renamed": _part(xml.rename_element),
    "element moved": _part(xml.move_element),
    "element of a sheet moved": _part(xml.move_element, _sheets),
    "elements in another order": _part(xml.order_elements),
    "attribute lost": _part(xml.attribute(lambda *_: b"")),
    "attribute of a sheet lost": _part(xml.attribute(lambda *_: b""), _sheets),
    "attribute of another": _part(xml.attribute(xml.others_value)),
    "attribute odd": _part(xml.attribute(xml.odd_value)),
    "attribute of a sheet odd": _part(xml.attribute(xml.odd_value), _sheets),
    "number odd": _part(xml.odd_number, _sheets),
    "kind odd": _part(xml.odd_kind, _sheets),
}
TEXT: dict[str, Damage] = {
    "markup flipped": _part(xml.flip_text),
    "something between": _part(xml.insert),
    "encoding": _part(xml.recode),
    "document type": _part(xml.declare),
    "namespace": _part(xml.rename_space, lambda name: XML_PARTS.fullmatch(name) and name != "xl/theme/theme1.xml"),
    "prefix": _part(xml.prefix, _sheets),
}
KINDS = {**FILE, **PART, **ELEMENT, **TEXT}
WITH_TEXTS = ("texts lost", "texts in another order")  # kinds that need shared texts; openpyxl writes each into its cell
