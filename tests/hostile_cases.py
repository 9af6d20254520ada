"""What nobody can trust, case by case: how each file is made out of an honest workbook's parts, and what has to be said of it.

A case without codes is harmless: every number has to be read, and right.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import raw_zip as raw
from hostile import HEAD, XML, Parts, edited, packed, part_of, with_cell, with_number, with_style


@dataclass(frozen=True)
class Case:
    """How a file is made; the codes of which one has to be found, with a word of its Chinese sentence; whether the numbers may be right instead."""

    make: Callable[[Parts], bytes | Parts]
    codes: str = ""
    word: str = ""
    harmless: bool = False

    def file(self, held: Parts) -> bytes:
        """The file's bytes."""
        made = self.make(dict(held))
        return made if isinstance(made, bytes) else packed(made)


MARKS = "\u0315\u0300"  # two marks that stand in the wrong order
BOOK, TEXTS, STYLES, TYPES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"
RELS, ROOT = "xl/_rels/workbook.xml.rels", "_rels/.rels"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)) + b"]>"
ENTITY = b'<!DOCTYPE x [<!ENTITY n "42">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
VBA = b'<Relationship Id="rIdV" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="printerSettings1.bin"/>'
SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def _noise(one: bytes, other: bytes, length: int = 10_000) -> bytes:
    """Two pieces in no order, which packs into no less than a bit each."""
    return b"".join(one if byte & 1 else other for byte in Random(1).randbytes(length))


def ole(*streams: str) -> bytes:
    """What an old file or an encrypted one looks like from outside: the names of its streams are written in its directory."""
    return OLE + bytes(504) + b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in streams) + bytes(4096)


def archive(*names: str, first: tuple[str, bytes] = ("mimetype", b"")) -> bytes:
    """A zip archive of some other kind."""
    return raw.archive([raw.Entry(first[0].encode(), first[1], raw.STORED), *(raw.Entry(name.encode(), b"<x/>") for name in names)])


def without(*names: str) -> Callable[[Parts], Parts]:
    return lambda held: {name: data for name, data in held.items() if name not in names}


def also(name: str, data: bytes = b"<x/>") -> Callable[[Parts], Parts]:
    return lambda held: {**held, name: data}


def more(entry: raw.Entry) -> Callable[[Parts], bytes]:
    """An honest workbook and one entry more."""
    return lambda held: raw.archive([*raw.entries(held), entry])


def told(part: str, **claims: object) -> Callable[[Parts], bytes]:
    """An honest workbook whose archive says something else of a part."""

    def make(held: Parts) -> bytes:
        listed = raw.entries(held)
        for entry in listed:
            if entry.name.decode() == part:
                for name, value in claims.items():
                    setattr(entry, name, value)
        return raw.archive(listed)

    return make


def sheet(pattern: bytes, replacement: bytes, name: str = "表三") -> Callable[[Parts], Parts]:
    """An edit of the part of a sheet."""
    return lambda held: edited(held, part_of(held, name), pattern, replacement)


def part(name: str, pattern: bytes, replacement: bytes) -> Callable[[Parts], Parts]:
    return lambda held: edited(held, name, pattern, replacement)


def cell(attributes: str, inside: str) -> Callable[[Parts], Parts]:
    return lambda held: with_number(held, attributes, inside)


def value(text: str) -> Callable[[Parts], Parts]:
    return cell("", f"<v>{text}</v>")


def styled(number_format: str, number: str) -> Callable[[Parts], Parts]:
    return lambda held: with_style(held, number_format, number)


def related(kind: str, target: str, *, outside: bool = False, rels: str = RELS) -> Callable[[Parts], Parts]:
    """A relation more."""
    mode = ' TargetMode="External"' if outside else ""
    link = f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'
    return part(rels, b"</Relationships>", link.encode() + b"</Relationships>")


def attached(kind: str, target: str) -> Callable[[Parts], Parts]:
    """A part that a sheet leads to."""
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    rels += f'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="../{target}"/></Relationships>'
    return lambda held: {**held, f"xl/{target}": b"<x/>", "xl/worksheets/_rels/sheet4.xml.rels": rels.encode()}


def swelled(name: str, before: bytes, head: bytes, piece: bytes, times: int, tail: bytes = b"") -> Callable[[Parts], bytes]:
    """A part that swells when it is unpacked; `before` says where."""

    def make(held: Parts) -> bytes:
        target = part_of(held, name) if name in ("表二", "表三") else name
        start, found, end = held[target].partition(before)
        assert found
        big = raw.squeezed(target.encode(), start + head, piece, times, tail + found + end)
        return raw.archive([big if entry.name.decode() == target else entry for entry in raw.entries(held)])

    return make


def lied(size: int, real: int) -> Callable[[Parts], bytes]:
    """A part that says it is small and unpacks into much."""

    def make(held: Parts) -> bytes:
        big = raw.squeezed(TEXTS.encode(), SST, b" " * 1_000_000, real // 1_000_000, b"</sst>")
        big.size, big.crc = size, 0
        return raw.archive([big if entry.name.decode() == TEXTS else entry for entry in raw.entries(held)])

    return make


def spoiled(held: Parts) -> bytes:
    """A workbook with bytes of a part zeroed in the middle of their packed form."""
    listed = raw.entries(held)
    squeezed = listed[0].bytes()
    listed[0].packed = squeezed[:40] + bytes(16) + squeezed[56:]
    return raw.archive(listed)


def sheets_on_one_part(held: Parts) -> Parts:
    more = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId3"/>' % (n, n + 100) for n in range(5000))
    return edited(held, BOOK, b"</sheets>", more + b"</sheets>")


def shared(length: int, cells: int) -> Callable[[Parts], Parts]:
    """A formula of a length that cells below the form share."""
    rows = b"".join(b'<row r="%d"><c><f t="shared" si="0"/></c></row>' % (1001 + n) for n in range(cells))
    first = b'<row r="1000"><c><f t="shared" si="0">' + b"+".join([b"A1"] * (length // 3)) + b"</f></c></row>"
    return sheet(rb"(?=</sheetData>)", first + rows)


def recoded(name: str, encoding: str, declared: str) -> Callable[[Parts], Parts]:
    """A part in another encoding than it says, or in one that nobody uses."""

    def make(held: Parts) -> Parts:
        text = re.sub(HEAD, b"", held[name], count=1).decode()
        head = f'<?xml version="1.0" encoding="{declared}"?>\n'
        return {**held, name: (head + text).encode(encoding)}

    return make


def overlapping(held: Parts) -> bytes:
    """Forty entries that all unpack the same bytes."""
    listed = raw.entries(held)
    big = raw.Entry(b"xl/media/a.bin", bytes(range(256)) * 2000, raw.STORED)
    at = sum(len(entry.local()) for entry in listed)
    return raw.archive(
        [
            *listed,
            big,
            *(raw.Entry(b"xl/media/%d.bin" % n, b"", raw.STORED, size=512_000, packed_size=512_000, crc=zlib.crc32(big.data), at=at) for n in range(40)),
        ]
    )


def two_directories(held: Parts) -> bytes:
    """A second list of parts within the comment of the first: readers that look for the end elsewhere see another workbook."""
    inner = raw.archive([raw.Entry(b"xl/workbook.xml", b"<x/>")])
    return raw.archive(raw.entries(held), comment=inner)


FILES = {
    "an empty file": Case(lambda _: b"", "S102", "空文件"),
    "text": Case(lambda _: "安海镇的表，明天再发。\n".encode(), "S102", "文本"),
    "CSV": Case(lambda _: "单位,数量\n安海镇,3\n".encode("gb18030"), "S102", "CSV"),
    "a web page": Case(lambda _: b"\xef\xbb\xbf\r\n<HTML><table><tr><td>3</td></tr></table></HTML>", "S102", "网页"),
    "an XML spreadsheet": Case(lambda _: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "S102", "另存为"),
    "half a file": Case(lambda held: packed(held)[:20_000], "S103", "不完整"),
    "a file without its last bytes": Case(lambda held: packed(held)[:-10], "S103", "不完整"),
    "an owner file": Case(lambda _: b"\x06zhangs" + b" " * 48 + b"\x06\0" + "zhangs".encode("utf-16-le") + b" \0" * 48, "S102", "~$"),
    "a password to open": Case(lambda _: ole("EncryptionInfo", "EncryptedPackage"), "S102", "密码"),
    "an old workbook (.xls)": Case(lambda _: ole("Workbook", "\5SummaryInformation"), "S102", "另存为"),
    "an old workbook of WPS (.et)": Case(lambda _: ole("Book", "ETExtData"), "S102", "另存为"),
    "an old Word file": Case(lambda _: ole("WordDocument", "1Table"), "S102", "文字文档"),
    "an OpenDocument sheet": Case(lambda _: archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")), "S102", "ODS"),
    "a Word file": Case(lambda _: archive("word/document.xml"), "S102", "Word"),
    "a presentation": Case(lambda _: archive("ppt/presentation.xml"), "S102", "演示文稿"),
    "a binary workbook": Case(lambda _: archive("xl/workbook.bin", "xl/worksheets/sheet1.bin"), "S102", "xlsb"),
    "an archive of files": Case(lambda _: archive("安海镇/照片.txt"), "S102", "压缩包"),
    "a workbook in an archive": Case(lambda held: archive("x", first=("安海镇.xlsx", packed(held))), "S102", "解压"),
    "an empty archive": Case(lambda _: raw.end(0, 0, 0), "S102 S103", ""),
    "a RAR archive": Case(lambda _: b"Rar!\x1a\x07\x01\0" + bytes(64), "S102", "压缩包"),
    "a picture": Case(lambda _: b"\x89PNG\r\n\x1a\n" + bytes(64), "S102", "图片"),
    "a photo": Case(lambda _: b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(64), "S102", "图片"),
    "a PDF": Case(lambda _: b"%PDF-1.7\n", "S102", "PDF"),
    "a program": Case(lambda _: b"MZ\x90\0" + bytes(512), "S102", "不要打开"),
    "nothing but zeros": Case(lambda _: bytes(65_536), "S102", ""),
    "strict OOXML": Case(
        lambda held: {
            name: data.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
            )
            for name, data in held.items()
        },
        "S102",
        "Strict",
    ),
}

ARCHIVES = {
    "an entry flagged as encrypted": Case(told(TEXTS, flags=raw.ENCRYPTED), "S107", "加了密"),
    "packed data spoiled": Case(spoiled, "S103", "解不开"),
    "a wrong check sum": Case(told(BOOK, crc=1), "S103", "解不开"),
    "a size told too small": Case(told(BOOK, size=100), "S103", "解不开"),
    "a size told too large": Case(told(BOOK, size=5_000_000), "S103 S107", BOOK),
    "a bomb that says it is small": Case(lied(1000, 1_000_000_000), "S103 S107", TEXTS),
    "a bomb that says what it is": Case(swelled("表三", b"</sheetData>", b"", b" " * 1_000_000, 300), "S107", "解压后超过"),
    "a bomb of moderate size": Case(swelled("表三", b"</sheetData>", b"", b" " * 1_000_000, 60), "S107", "倍"),
    "a part of two gigabytes told by zip64": Case(
        more(raw.Entry(b"xl/a.xml", b"<a/>", size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=raw.sizes64(2**62, 4))), "S107 S103", ""
    ),
    "a compression that office programs lack": Case(told(TEXTS, method=raw.UNKNOWN), "S107", "压缩方法"),
    "bzip2": Case(told(TEXTS, method=raw.BZIP2), "S107", "压缩方法"),
    "one name twice": Case(more(raw.Entry(b"xl/workbook.xml", b"<x/>")), "S107", "两次"),
    "one name twice in other letters": Case(more(raw.Entry(b"XL/Workbook.XML", b"<x/>")), "S107", "两次"),
    "a link": Case(more(raw.Entry(b"xl/media/a.png", b"/etc/passwd", raw.STORED, mode=raw.LINK)), "S107", "链接"),
    "a way out": Case(more(raw.Entry(b"../../evil.txt", b"x")), "S107", "工作簿之外"),
    "a way out in the middle": Case(more(raw.Entry(b"xl/media/../../../evil.txt", b"x")), "S107", "工作簿之外"),
    "an absolute name": Case(more(raw.Entry(b"/etc/cron.d/evil", b"x")), "S107", "工作簿之外"),
    "a drive": Case(more(raw.Entry(b"C:/windows/evil.dll", b"x")), "S107", "工作簿之外"),
    "backslashes": Case(more(raw.Entry(b"..\\..\\evil.txt", b"x")), "S107", "工作簿之外"),
    "a NUL in a name": Case(more(raw.Entry(b"xl/media/a.png\0../../evil", b"x")), "S107", "工作簿之外"),
    "a name that is no UTF-8": Case(more(raw.Entry(b"xl/media/\xff\xfe\xfd.png", b"x", flags=raw.UTF8)), "S103 S107", ""),
    "a name with an escape sequence": Case(more(raw.Entry(b"xl/\x1b[31m\xe2\x80\xae.xml", b"x", flags=raw.UTF8)), "S107 S103", "", harmless=True),
    "a name of 60 000 letters": Case(more(raw.Entry(b"xl/" + b"a" * 60_000, b"x")), "S107", "", harmless=True),
    "parts over one another": Case(overlapping, "S107", "重叠"),
    "seventy thousand parts": Case(
        lambda held: raw.archive64([*raw.entries(held), *(raw.Entry(b"xl/media/%d" % n, b"", raw.STORED) for n in range(70_000))]), "S107", "部件"
    ),
    "more parts told than there are": Case(lambda held: raw.archive(raw.entries(held), count=60_000), "S103", "不完整", harmless=True),
    "a directory told elsewhere": Case(lambda held: raw.archive(raw.entries(held), start=7), "S103", ""),
    "a directory beyond the end": Case(lambda held: raw.archive64(raw.entries(held), start=2**63), "S103", ""),
    "zip64 records": Case(lambda held: raw.archive64(raw.entries(held))),
    "zip64 records elsewhere": Case(lambda held: raw.archive64(raw.entries(held), end_at=2**60), "S103", "", harmless=True),
    "a zip64 directory of 2^64 bytes": Case(lambda held: raw.archive64(raw.entries(held), size=2**64 - 1), "S103", "不完整"),
    "a zip64 field cut short": Case(more(raw.Entry(b"xl/a.xml", b"<a/>", size=0xFFFFFFFF, extra=struct.pack("<HH", 1, 8) + b"\1\2")), "S103", "不完整"),
    "a field that is longer than it is": Case(more(raw.Entry(b"xl/a.xml", b"<a/>", extra=struct.pack("<HH", 9, 60_000))), "S103", "不完整"),
    "a version from the future": Case(more(raw.Entry(b"xl/a.xml", b"<a/>", version=255)), "S103", "不完整"),
    "an offset beyond the end": Case(more(raw.Entry(b"xl/a.xml", b"<a/>", at=0x7FFFFFFF)), "S103 S107", ""),
    "an offset into the middle": Case(more(raw.Entry(b"xl/a.xml", b"<a/>", at=9)), "S103 S107", ""),
    "junk before the archive": Case(lambda held: raw.archive(raw.entries(held), before=b"\0" * 512), "S102 S103", ""),
    "a program before the archive": Case(lambda held: raw.archive(raw.entries(held), before=b"MZ" + b"\0" * 510), "S102", "程序"),
    "junk after the archive": Case(lambda held: raw.archive(raw.entries(held), after=b"\r\n--boundary--\r\n"), "S103", "", harmless=True),
    "a second directory in the comment": Case(two_directories, "S102 S103 S107", ""),
    "a comment full of ends": Case(lambda held: raw.archive(raw.entries(held), comment=raw.end(1, 46, 0) * 900), "S102 S103 S107", ""),
    "another name before the part": Case(told(BOOK, local_name=b"xl/workbook.bin"), "S103", "解不开"),
    "another compression before the part": Case(told(BOOK, local_method=raw.STORED), "S103", "", harmless=True),
    "folders as entries": Case(lambda held: raw.archive([raw.Entry(b"xl/", b"", raw.STORED), raw.Entry(b"docProps/", b"", raw.STORED), *raw.entries(held)])),
    "parts that are not packed": Case(lambda held: raw.archive([raw.Entry(name.encode(), data, raw.STORED) for name, data in held.items()])),
}

PARTS = {
    "no workbook part": Case(without(BOOK), "S103", "xl/workbook.xml"),
    "no relations of the package": Case(without(ROOT), "S103", "缺少"),
    "no relations of the workbook": Case(without(RELS), "S103", "找不到"),
    "no shared strings": Case(without(TEXTS), "S103", TEXTS),
    "no styles": Case(without(STYLES), "S103", STYLES),
    "no external link where one is told": Case(related("externalLink", "externalLinks/externalLink1.xml"), "S214 S103", "", harmless=True),
    "a sheet's part is missing": Case(lambda held: without(part_of(held, "表三"))(held), "S103 S201", ""),
    "a sheet leads to no relation": Case(part(BOOK, rb'(?<=r:id=")rId4(?=")', b"rId99"), "S103 S201", "找不到"),
    "a sheet that is the styles": Case(part(RELS, rb'(?<=Target=")worksheets/sheet4.xml', b"styles.xml"), "S103", ""),
    "a relation out of the package": Case(part(RELS, rb'(?<=Target=")worksheets/sheet4.xml', b"../../../etc/passwd"), "S103", "缺少"),
    "a sheet on another computer": Case(
        part(RELS, rb'Target="worksheets/sheet4.xml"', b'Target="http://example.com/x.xml" TargetMode="External"'), "S103", "表四"
    ),
    "the workbook on another computer": Case(part(ROOT, rb'Target="xl/workbook.xml"', b'Target="http://example.com/x.xml" TargetMode="External"'), "S103", ""),
    "the content type of a Word file": Case(part(TYPES, rb"spreadsheetml\.sheet\.main", b"wordprocessingml.document.main"), "S102 S103", "", harmless=True),
    "the content type of a binary workbook": Case(
        part(TYPES, rb"vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml", b"vnd.ms-excel.sheet.binary.macroEnabled.main"),
        "S102 S103 S213",
        "",
        harmless=True,
    ),
    "no content types": Case(without(TYPES), "S103", "", harmless=True),
    "an entity bomb in the shared strings": Case(part(TEXTS, HEAD, XML + LAUGHS), "S107", "DOCTYPE"),
    "an entity bomb in the workbook": Case(part(BOOK, HEAD, XML + LAUGHS), "S107", "DOCTYPE"),
    "an entity bomb in a sheet": Case(sheet(HEAD, XML + LAUGHS), "S107", "DOCTYPE"),
    "an entity bomb in the styles": Case(part(STYLES, HEAD, XML + LAUGHS), "S107", "DOCTYPE"),
    "an entity bomb in a part that nobody reads": Case(part("xl/theme/theme1.xml", HEAD, XML + LAUGHS), "S107", "DOCTYPE"),
    "an entity that is a number": Case(lambda held: value("&n;")(sheet(HEAD, XML + ENTITY)(held)), "S107", "DOCTYPE"),
    "an outside entity in the shared strings": Case(part(TEXTS, HEAD, XML + OUTSIDE), "S107", "DOCTYPE"),
    "an outside entity in the workbook": Case(part(BOOK, HEAD, XML + OUTSIDE), "S107", "DOCTYPE"),
    "an entity that was never declared": Case(value("&n;"), "S103", "不合格式"),
    "a raw control character": Case(value("3\x01"), "S103", "不合格式"),
    "bytes that are no UTF-8": Case(sheet(rb"</sheetData>", b"<!-- \xff --></sheetData>"), "S103", "不合格式"),
    "a part that says GB18030": Case(recoded(BOOK, "gb18030", "GB18030"), "S103", "编码"),
    "GB18030 that says UTF-8": Case(recoded(BOOK, "gb18030", "UTF-8"), "S103", "不合格式"),
    "a part in UTF-16": Case(recoded(BOOK, "utf-16", "UTF-16")),
    "a part that says Latin-1": Case(recoded(BOOK, "utf-8", "ISO-8859-1"), "S201 S216 S103", ""),
    "an empty part": Case(also(TEXTS, b""), "S103", TEXTS),
    "a part cut short": Case(lambda held: {**held, TEXTS: held[TEXTS][:3000]}, "S103", "不合格式"),
    "elements within elements": Case(sheet(rb"</sheetData>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"</sheetData>"), "S103", "不在它该在的地方"),
    "a million attributes": Case(sheet(rb"<sheetData", b"<sheetData " + b" ".join(b'a%d=""' % n for n in range(300_000))), "S107 S103", "", harmless=True),
    "a million strings": Case(swelled(TEXTS, b"<si>", b"", b"<si><t>x</t></si>" * 1000, 1000), "S107", ""),
    "a million strings that hardly shrink": Case(
        lambda held: also(TEXTS, XML + SST + b"".join(b"<si><t>%x</t></si>" % (n * 2654435761 % 2**32) for n in range(1_000_100)) + b"</sst>")(held),
        "S107",
        "文字",
    ),
    "a string of a hundred megabytes": Case(swelled(TEXTS, b"</t>", b"", b"x" * 1_000_000, 100), "S107", ""),
    "white space of three hundred megabytes": Case(swelled(TEXTS, b"<si>", b"", b" " * 1_000_000, 300), "S107", ""),
    "white space of fifty megabytes that hardly shrinks": Case(
        swelled("表三", b"</sheetData>", b"", _noise(b" ", b"\n", 500_000), 100), "S107 S108", "", harmless=True
    ),
    "six million elements": Case(swelled("表三", b"</sheetData>", b"", _noise(b"<a/>", b"<b/>"), 600), "S103", "不在它该在的地方"),
    "six million elements over the cells": Case(swelled("表三", b"</worksheet>", b"<extLst>", _noise(b"<a/>", b"<b/>"), 600, b"</extLst>"), "S107", "元素"),
    "a million elements in a row": Case(swelled("表三", b"</row>", b"", _noise(b"<a xmlns='urn:a'/>", b"<b xmlns='urn:a'/>"), 100), "S107", "元素"),
    "cells within something else": Case(
        sheet(rb"(?=</sheetData>)", b'<x:choice xmlns:x="urn:x"><row r="900"><c r="A900"><v>1</v></c></row></x:choice>'), "S103", "不在它该在的地方"
    ),
    "ten million elements in a part that nobody reads": Case(swelled("xl/theme/theme1.xml", b"</a:theme>", b"", _noise(b"<a/>", b"<b/>"), 1000)),
    "a formula shared by thousands": Case(shared(8_000, 2_000), "S107", "公式过长过多"),
    "a long formula shared by ten": Case(shared(900_000, 10), "S107", "公式过长过多"),
    "five thousand sheets on one part": Case(sheets_on_one_part, "S107 S103", ""),
    "styles of a million": Case(part(STYLES, b"</cellXfs>", b'<xf numFmtId="0"/>' * 1_000_000 + b"</cellXfs>"), "S107", ""),
    "names of a hundred thousand": Case(
        part(BOOK, b"</definedNames>", b"".join(b'<definedName name="n%d">1</definedName>' % n for n in range(100_000)) + b"</definedNames>"), "S107", "名称"
    ),
    "macros": Case(also("xl/vbaProject.bin", OLE + bytes(512)), "S213", "宏"),
    "macros under another name": Case(
        lambda held: also("xl/printerSettings1.bin", OLE + bytes(512))(
            part(
                RELS,
                b"</Relationships>",
                VBA + b"</Relationships>",
            )(held)
        ),
        "S213",
        "宏",
    ),
    "an external link": Case(
        lambda held: also("xl/externalLinks/externalLink1.xml", b"<externalLink/>")(related("externalLink", "externalLinks/externalLink1.xml")(held)),
        "S214",
        "",
    ),
    "an embedded object": Case(also("xl/embeddings/oleObject1.bin", OLE + bytes(512)), "S215", ""),
    "an ActiveX control": Case(attached("control", "activeX/activeX1.xml"), "S213", "控件"),
    "an object of a sheet": Case(attached("package", "embeddings/a.docx"), "S215", "表四"),
    "an empty fill": Case(part(STYLES, rb"<fill>.*?</fill>", b"<fill/>")),
    "a colour that is none": Case(part(STYLES, rb'<color theme="1"/>', b'<color rgb="puce"/>')),
    "a font family of 34": Case(part(STYLES, rb'<family val="\d+"/>', b'<family val="34"/>')),
    "a number property that is no number": Case(
        part(
            "docProps/custom.xml",
            b"</Properties>",
            b'<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="99" name="x"><vt:i4>drei</vt:i4></property></Properties>',
        )
    ),
    "a day of creation that is none": Case(part("docProps/core.xml", rb"(?<=W3CDTF\">)[^<]*", b"gestern")),
    "a sheet renamed to what no name can be": Case(part(BOOK, 'name="表三"'.encode(), b'name="a/b*[c]:d?"'), "S201 S216", ""),
    "two sheets of one name": Case(part(BOOK, 'name="表四"'.encode(), 'name="表三"'.encode()), "S103", "表三"),
}

CELLS = {
    "letters as a number": Case(value("abc"), "C102", "abc"),
    "NaN": Case(value("NaN"), "C102", "NaN"),
    "INF": Case(value("INF"), "C102", "INF"),
    "hexadecimal": Case(value("0x10"), "C102", "0x10"),
    "full-width digits": Case(value("１２"), "C104", "１２"),
    "digits with an underscore": Case(value("1_000"), "C102", "1_000"),
    "a number between blanks": Case(value(" 5 "), "C103", "5"),
    "an infinite number": Case(value("1e999"), "C110", "∞"),
    "a number of five hundred digits": Case(value("9" * 500), "C110 C102", ""),
    "a hundred thousand digits": Case(value("9" * 100_000), "C110 C102 C103", ""),
    "an exponent of a hundred thousand": Case(value("1E-99999"), "C109 C110 C102", ""),
    "Arabic digits": Case(value("٣"), "C103 C102", ""),
    "too precise": Case(value("1.00000000000001"), "C109", "1.00000000000001"),
    "negative": Case(value("-5"), "C108", "-5"),
    "a truth value": Case(cell(' t="b"', "<v>1</v>"), "C105", "TRUE"),
    "an error": Case(cell(' t="e"', "<v>#REF!</v>"), "C113", "#REF!"),
    "a formula that is an error": Case(cell("", "<f>#REF!</f><v>0</v>"), "C113", "#REF!"),
    "a command": Case(cell(' t="str"', "<f>cmd|'/c calc'!A0</f><v>0</v>"), "C112", "cmd"),
    "a formula over the whole sheet": Case(cell("", "<f>SUM(A1:XFD1048576)</f><v>11</v>"), "C112", "公式"),
    "a formula whose saved result is right": Case(cell("", "<f>11</f><v>11</v>"), "C112", "公式"),
    "an array formula": Case(cell("", '<f t="array" ref="A1:XFD1048576">1</f><v>11</v>'), "C112", "公式"),
    "a table of data": Case(cell("", '<f t="dataTable" ref="A1:B2" r1="A1"/><v>11</v>'), "C112", "公式"),
    "a shared formula without its first": Case(cell("", '<f t="shared" si="7"/><v>11</v>'), "C112", "公式"),
    "a formula that is empty": Case(cell("", "<f/><v>11</v>"), "C112", "公式"),
    "a date": Case(styled("yyyy-mm-dd", "46027"), "C106", "2026"),
    "a date before all days": Case(styled("yyyy-mm-dd", "-5"), "C106", ""),
    "a date after all days": Case(styled("yyyy-mm-dd", "99999999"), "C106", "99999999"),
    "an ISO date": Case(cell(' t="d"', "<v>2026-01-05</v>"), "C106", "2026-01-05"),
    "an ISO date that is none": Case(cell(' t="d"', "<v>gestern</v>"), "C106 C102", "gestern"),
    "a number format of 200 000 brackets": Case(styled("[" * 200_000, "11")),
    "a hundred thousand marks on one digit": Case(cell(' t="inlineStr"', f"<is><t>11{MARKS * 50_000}</t></is>"), "C102", "11"),
    "a percentage": Case(styled("0%", "0.05"), "C107", "5%"),
    "rich text": Case(cell(' t="inlineStr"', "<is><r><t>1</t></r><r><rPr><b/></rPr><t>1</t></r></is>"), "C103", "11"),
    "rich text with a reading aid": Case(cell(' t="inlineStr"', '<is><t>11</t><rPh sb="0" eb="1"><t>99</t></rPh></is>'), "C103", "“11”"),
    "an escaped control character": Case(cell(' t="inlineStr"', "<is><t>11_x0001_</t></is>"), "C102", "11"),
    "markup and colours": Case(cell(' t="inlineStr"', "<is><t>[/red][link=x]&#x9b;31m&#x202e;</t></is>"), "C102", "[/red]"),
    "a text of 40 000 characters": Case(cell(' t="inlineStr"', f"<is><t>{'长' * 40_000}</t></is>"), "C102", "长"),
    "a text of two million characters": Case(cell(' t="inlineStr"', f"<is><t>{'长' * 2_000_000}</t></is>"), "S107 C102", ""),
    "a string index out of range": Case(cell(' t="s"', "<v>99999</v>"), "S103", "99999"),
    "a negative string index": Case(cell(' t="s"', "<v>-1</v>"), "S103", "-1"),
    "a style out of range": Case(sheet(rb'(?<=<c r="D7" s=")\d+', b"9999"), "S103", "9999"),
    "a kind of cell that nobody knows": Case(cell(' t="zz"', "<v>11</v>"), "C102 C103 S103", "11"),
    "a value and a text": Case(cell("", "<v>11</v><is><t>12</t></is>"), "C102 C103 S103", ""),
    "two values": Case(cell("", "<v>11</v><v>12</v>"), "S103", "两次"),
    "an element within a value": Case(cell("", "<v>1<x>2</x>1</v>"), "S103", "不在它该在的地方"),
    "a number of another namespace": Case(cell(' xmlns:x="urn:x"', "<x:v>99</x:v><v>11</v>")),
    "comments within a number": Case(cell("", "<v>1<!-- 7 -->1</v>")),
    "a number in pieces": Case(cell("", "<v>1<![CDATA[1]]></v>")),
    "a number as a reference": Case(cell("", "<v>&#49;&#x31;</v>")),
    "a number with an exponent": Case(value("1.1E1")),
}

MANY_MERGES = b'<mergeCells count="1">' + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(200, 19_000))
_MERGES = rb'<mergeCells count="\d+">'
SHEETS = {
    "a cell address that is none": Case(sheet(rb'<c r="D7"', b'<c r="7D"'), "S103", "7D"),
    "a cell address of another row": Case(sheet(rb'<c r="D7"', b'<c r="D8"'), "S103", "D8"),
    "a cell twice": Case(sheet(rb'(?=<c r="E7")', b'<c r="D7"><v>99</v></c>'), "S103", "D7"),
    "a row twice": Case(sheet(rb"(?=</sheetData>)", b'<row r="7"><c r="D7"><v>99</v></c></row>'), "S103", "7"),
    "cells twice over": Case(sheet(rb"(?<=</sheetData>)", b'<sheetData><row r="7"><c r="D7"><v>99</v></c></row></sheetData>'), "S103", "sheetData"),
    "a row of 2^31": Case(sheet(rb"(?=</sheetData>)", b'<row r="2147483649"><c r="A2147483649"><v>1</v></c></row>'), "S103", "2147483649"),
    "a column beyond the last": Case(sheet(rb"(?=</sheetData>)", b'<row r="9000"><c r="XFE9000"><v>1</v></c></row>'), "S103", "XFE9000"),
    "a dimension of the whole sheet": Case(sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"')),
    "a dimension of one cell": Case(sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"')),
    "a dimension that is none": Case(sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="everything"')),
    "a value in the last corner": Case(sheet(rb"(?=</sheetData>)", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "S207", "XFD1048576"),
    "the whole sheet merged": Case(sheet(_MERGES, b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/>'), "S225", "A1:XFD1048576"),
    "a million cells merged": Case(sheet(_MERGES, b'<mergeCells count="1"><mergeCell ref="A100:ALL1099"/>'), "S206", "A100:ALL1099"),
    "cells to be filled merged": Case(sheet(_MERGES, b'<mergeCells count="1"><mergeCell ref="D7:E7"/>'), "S225", "D7:E7"),
    "merges of a hundred thousand": Case(
        sheet(_MERGES, b'<mergeCells count="1">' + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(200, 100_200))), "S107", "区域"
    ),
    "a merge that is none": Case(sheet(_MERGES, b'<mergeCells count="1"><mergeCell ref="A1:ZZZ9"/>'), "S103", "A1:ZZZ9"),
    "a link over the whole sheet": Case(
        sheet(rb"(?=<pageMargins)", '<hyperlinks><hyperlink ref="A1:XFD1048576" location="\'封面\'!A1"/></hyperlinks>'.encode()), "S214", "", harmless=True
    ),
    "two hundred thousand empty rows": Case(
        sheet(rb"(?=</sheetData>)", b"".join(b'<row r="%d"/>' % n for n in range(1000, 201_000))), "S107", "", harmless=True
    ),
    "styled blanks by the hundred thousand": Case(
        sheet(rb"(?=</sheetData>)", b"".join(b'<row r="%d">' % n + b'<c s="1"/>' * 16_384 + b"</row>" for n in range(1000, 1040))), "S107", "", harmless=True
    ),
    "four million blanks": Case(
        sheet(rb"(?=</sheetData>)", b"".join(b'<row r="%d">' % n + b"<c/>" * 16_384 + b"</row>" for n in range(1000, 1250))), "S107", ""
    ),
    "validation of a kind that nobody knows": Case(sheet(rb'<dataValidation type="\w+"', b'<dataValidation type="magic"')),
    "a conditional format of a kind that nobody knows": Case(sheet(rb'<cfRule type="\w+"', b'<cfRule type="magic"')),
    "a calendar that begins in 1904": Case(
        lambda held: with_style(part(BOOK, b"<workbookPr ", b'<workbookPr date1904="1" ')(held), "yyyy-mm-dd", "44565"), "C106", "2026"
    ),
    "rich text in a label": Case(
        lambda held: edited(
            held,
            TEXTS,
            "<si><t>一、本年新收政府信息公开申请数量</t></si>".encode(),
            "<si><r><t>一、本年新收</t></r><r><t>政府信息公开申请数量</t></r></si>".encode(),
        )
    ),
    "a reading aid in a label": Case(
        lambda held: edited(
            held, TEXTS, "一、本年新收政府信息公开申请数量</t>".encode(), '一、本年新收政府信息公开申请数量</t><rPh sb="0" eb="1"><t>イチ</t></rPh>'.encode()
        )
    ),
    "a label changed": Case(lambda held: edited(held, TEXTS, "一、本年新收政府信息公开申请数量".encode(), "一、本年新收".encode()), "S203", "本年新收"),
    "a hundred thousand marks in a label": Case(
        lambda held: edited(held, TEXTS, "一、本年新收政府信息公开申请数量".encode(), f"一、本年新收{MARKS * 50_000}".encode()), "S203", "本年新收"
    ),
    "a formula of a million characters in place of each": Case(
        lambda held: sheet(rb"(?<=<f>)[^<]*(?=</f>)", b"1" + b"+1" * 400_000)(sheet(rb"(?<=<f>)[^<]*(?=</f>)", b"{" * 800_000, "校验")(held)),
        "S107",
        "公式过长",
    ),
    "formulas by the hundred thousand, each another": Case(
        sheet(rb"(?=</sheetData>)", b"".join(b'<row r="%d"><c><f>A%d+%d</f><v>0</v></c></row>' % (n, n, n) for n in range(1000, 101_000))),
        "S107",
        "公式过长过多",
    ),
    "merges by the ten thousand on each sheet": Case(
        lambda held: sheet(_MERGES, MANY_MERGES)(sheet(_MERGES, MANY_MERGES, "表二")(sheet(_MERGES, MANY_MERGES, "表四")(held))), "S206", "合并"
    ),
    "a total replaced": Case(sheet(rb"<f>[^<]*</f>", b"<f>0</f>"), "S204", "公式"),
    "a saved result of four hundred digits": Case(sheet(rb"(</f>)(?=</c>)", b"</f><v>" + b"9" * 400 + b"</v>"), "S222", ""),
    "a check made to pass": Case(sheet("<f>[^<]*不符[^<]*</f>".encode(), '<f>"√ 符合"</f>'.encode(), "校验"), "S204", "公式"),
    "a sheet within a sheet": Case(sheet(rb"(?=</sheetData>)", b"<sheetData/>"), "S103", "sheetData"),
    "cells outside of rows": Case(sheet(rb"(?=<sheetData)", b'<c r="D7"><v>99</v></c>')),
    "rows outside of the sheet's data": Case(sheet(rb"(?=<sheetData)", b'<row r="7"><c r="D7"><v>99</v></c></row>'), "S103", "", harmless=True),
    "a cell within a cell": Case(sheet(rb'(<c r="D7"[^>]*>)', b'<c r="D7"><c r="E7"><v>99</v></c>'), "S103", ""),
    "data of another namespace": Case(sheet(rb"(?=<sheetData)", b'<x:sheetData xmlns:x="urn:x"><x:row r="7"/></x:sheetData>')),
    "a number where the title stands": Case(lambda held: with_cell(held, "封面", "A1", "", "<v>1</v>"), "S203 S319", "封面A1"),
}

CASES = {**FILES, **ARCHIVES, **PARTS, **CELLS, **SHEETS}
