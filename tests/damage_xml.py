"""Edits of one part, each by chance: its elements, its attributes, its text. What an edit cannot do to a part it leaves as it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hostile import HEAD

Edit = Callable[[bytes, Random], bytes]
# What stands where a number should and is none.
_ODD_NUMBERS = (
    "",
    " ",
    "abc",
    "NaN",
    "INF",
    "-INF",
    "0x10",
    "１２",
    "1_000",
    " 5 ",
    "1e999",
    "-",
    "1,5",
    "#REF!",
    "=1+1",
    "9" * 400,
    "٣",
    "1.5.2",
    "--5",
    "1e",
)
_ODD_VALUES = b" -1 0 99999999 4294967296 x A0 A1:XFD1048576 ../../x true 1e5".split(b" ")
_ODD_TARGETS = b" workbook.xml _rels/workbook.xml.rels .. ../../../etc/passwd /xl/styles.xml http://x/ a\0".split(b" ")
_PIECES = (b"<!-- 7 -->", b"<?x y?>", b"<![CDATA[7]]>", b"7", b"&n;", b"&#0;", b"\x01", b"\xff\xfe", b'<v xmlns="urn:x">7</v>', b"]]>")
_TAG = re.compile(rb"<(/?)([A-Za-z][\w:]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>")
_ATTRIBUTE = re.compile(rb"\s([\w:]+)=\"([^\"]*)\"")


@dataclass(frozen=True)
class Element:
    """An element of a part: its name, where it begins and ends, where its content does, and how deep it lies."""

    name: bytes
    start: int
    inside: int
    outside: int
    end: int
    depth: int


def elements(data: bytes) -> list[Element]:
    """The elements of a well-formed part, in no order."""
    found, open_ = [], []
    for tag in _TAG.finditer(data):
        if tag[1]:
            name, start, inside = open_.pop()
            found.append(Element(name, start, inside, tag.start(), tag.end(), len(open_)))
        elif tag[4]:
            found.append(Element(tag[2], tag.start(), tag.end(), tag.end(), tag.end(), len(open_)))
        else:
            open_.append((tag[2], tag.start(), tag.end()))
    return found


# Elements and attributes.


def _chosen(data: bytes, random: Random) -> Element:
    """An element: of a name first, so that rare ones have their turn beside a thousand cells."""
    found = [element for element in elements(data) if element.depth]
    name = random.choice(sorted({element.name for element in found}))
    return random.choice([element for element in found if element.name == name])


def drop_element(data: bytes, random: Random) -> bytes:
    element = _chosen(data, random)
    return data[: element.start] + data[element.end :]


def double_element(data: bytes, random: Random) -> bytes:
    element = _chosen(data, random)
    return data[: element.end] + data[element.start : element.end] + data[element.end :]


def unwrap_element(data: bytes, random: Random) -> bytes:
    element = _chosen(data, random)
    return data[: element.start] + data[element.inside : element.outside] + data[element.end :]


def rename_element(data: bytes, random: Random) -> bytes:
    element = _chosen(data, random)
    inside = data[element.inside : element.outside]
    return data[: element.start] + b"<zz>" + inside + b"</zz>" + data[element.end :]


def move_element(data: bytes, random: Random) -> bytes:
    """An element set before another one of its depth, not inside itself."""
    element = _chosen(data, random)
    others = [other.start for other in elements(data) if other.depth == element.depth and not element.start <= other.start < element.end]
    if not others:
        return data
    target, piece = random.choice(others), data[element.start : element.end]
    rest = data[: element.start] + data[element.end :]
    at = target if target < element.start else target - len(piece)
    return rest[:at] + piece + rest[at:]


def order_elements(data: bytes, random: Random) -> bytes:
    """The children of an element turned round."""
    parents = [element for element in elements(data) if element.end > element.outside]
    parent = random.choice(sorted(parents, key=lambda one: one.depth)[:20])
    children = sorted(
        (one for one in elements(data) if one.depth == parent.depth + 1 and parent.inside <= one.start < parent.outside), key=lambda one: one.start
    )
    turned = b"".join(data[one.start : one.end] for one in reversed(children))
    return data[: parent.inside] + turned + data[parent.outside :] if len(children) > 1 else data


def attribute(change: Callable[[bytes, bytes, bytes, Random], bytes]) -> Callable[[bytes, Random], bytes]:
    """An attribute changed: from name, value and the whole part to what stands in its place."""

    def edit(data: bytes, random: Random) -> bytes:
        element = _chosen(data, random)
        found = list(_ATTRIBUTE.finditer(data, element.start, element.inside))
        if not found:
            return data
        one = random.choice(found)
        return data[: one.start()] + change(one[1], one[2], data, random) + data[one.end() :]

    return edit


def others_value(name: bytes, _: bytes, data: bytes, random: Random) -> bytes:
    """The value that the attribute has elsewhere."""
    return b' %b="%b"' % (name, random.choice(re.findall(rb"\s%b=\"([^\"]*)\"" % re.escape(name), data)))


def odd_value(name: bytes, value: bytes, _: bytes, random: Random) -> bytes:
    return b' %b="%b"' % (name, random.choice([*_ODD_VALUES, value * 100, value + b" ", value.upper()]))


def odd_number(data: bytes, random: Random) -> bytes:
    """A number that is none any more, or an index that leads nowhere."""
    found = list(re.finditer(rb"<v>([^<]*)</v>", data))
    if not found:
        return data
    one = random.choice(found)
    return data[: one.start(1)] + random.choice(_ODD_NUMBERS).encode() + data[one.end(1) :]


def odd_kind(data: bytes, random: Random) -> bytes:
    """A cell that says it is of another kind."""
    one = random.choice(list(re.finditer(rb'<c r="\w+"( s="\d+")?( t="\w+")?(?=>)', data)))
    kind = random.choice([b"s", b"b", b"e", b"d", b"str", b"zz", b""])
    return data[: one.start(2) if one[2] else one.end()] + b' t="%b"' % kind + data[one.end() :]


# The text of a part.


def cut_text(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def flip_text(data: bytes, random: Random) -> bytes:
    """A character of the markup changed; those of numbers and texts stay, for another number is no damage that could be seen."""
    at = random.choice([match.start() for match in re.finditer(rb"[<>/\"=]", data)])
    return data[:at] + random.choice([b"", b"<", b">", b"&", b'"', b"\0", b"\xff", b"/"]) + data[at + 1 :]


def insert(data: bytes, random: Random) -> bytes:
    """Something put between two elements."""
    at = random.choice([element.start for element in elements(data) if element.depth])
    piece = random.choice(_PIECES)
    return data[:at] + piece + data[at:]


def recode(data: bytes, random: Random) -> bytes:
    """Another encoding, told or not."""
    body = re.sub(HEAD, b"", data, count=1).decode()
    encoding, told = random.choice(
        [("utf-16", "UTF-16"), ("utf-8", "UTF-16"), ("gb18030", "GB18030"), ("gb18030", "UTF-8"), ("utf-8", "ISO-8859-1"), ("utf-8-sig", "UTF-8")]
    )
    return f'<?xml version="1.0" encoding="{told}"?>{body}'.encode(encoding)


def declare(data: bytes, random: Random) -> bytes:
    types = (b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY n "7">]>', b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b'<!DOCTYPE x [<!ATTLIST c t CDATA "s">]>')
    return b'<?xml version="1.0"?>' + random.choice(types) + re.sub(HEAD, b"", data, count=1)


def rename_space(data: bytes, random: Random) -> bytes:
    """A namespace that is another one."""
    one = random.choice(list(re.finditer(rb'xmlns(:\w+)?="([^"]+)"', data)))
    return data[: one.start(2)] + random.choice([b"urn:x", one[2] + b"/", one[2].upper()]) + data[one.end(2) :]


def prefix(data: bytes, _: Random) -> bytes:
    """The same namespace by a prefix: honest, and read as before."""
    spelled = _TAG.sub(lambda tag: b"<%b%b%b%b>" % (tag[1], tag[2] if b":" in tag[2] else b"q:" + tag[2], tag[3], tag[4]), data)
    return spelled.replace(b' xmlns="', b' xmlns:q="', 1)


def target(data: bytes, random: Random) -> bytes:
    """A relation that leads elsewhere: to another's part, to itself, out, nowhere, to another computer."""
    one = random.choice(list(re.finditer(rb'Target="([^"]*)"', data)))
    others = [*re.findall(rb'Target="([^"]*)"', data), *_ODD_TARGETS]
    return data[: one.start(1)] + random.choice(others) + data[one.end(1) :]


def far(data: bytes, random: Random) -> bytes:
    one = random.choice(list(re.finditer(rb"/>", data)))
    return data[: one.start()] + b' TargetMode="External"/>' + data[one.end() :]


def fewer(name: bytes) -> Callable[[bytes, Random], bytes]:
    """Some of the elements of a list lost, at its end, its beginning or anywhere."""

    def edit(data: bytes, random: Random) -> bytes:
        found = sorted((one for one in elements(data) if one.name == name), key=lambda one: one.start)
        n = random.randint(1, len(found))
        for one in sorted(random.choice([found[-n:], found[:n], random.sample(found, n)]), key=lambda one: -one.start):
            data = data[: one.start] + data[one.end :]
        return data

    return edit


def empty_list(data: bytes, random: Random) -> bytes:
    """A list of the styles emptied."""
    lists = [one for one in elements(data) if one.depth == 1 and one.outside > one.inside]
    one = random.choice(lists)
    return data[: one.inside] + data[one.outside :]
