"""Published reports as files, built by hand: Word from its XML, PDF from what is drawn, and a form with its merged cells to put into them."""

import io
import zipfile
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REAL = Path(__file__).parents[2] / "shared/real"
TITLE = "甲镇人民政府2024年政府信息公开工作年度报告"
HEADINGS = ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]
LONG = "2024年，我镇认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开政府信息一百二十条，受理政府信息公开申请三件，均已按期答复。" * 3
TABLE = (
    "<table border=1><tr><td colspan=4>第二十条第（一）项</td></tr>"
    "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
    "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>行政规范性文件</td><td>3</td><td>&nbsp;</td><td>8</td></tr></table>"
)


def packed(**parts: str | bytes) -> bytes:
    """An archive; in names `__` stands for a slash and `_xml` for the suffix."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def word(body: str, before: str = "", **parts: str | bytes) -> bytes:
    """A Word file with this body; `before` stands before its root."""
    spaces = f'xmlns:w="{W}" xmlns:mc="urn:mc" xmlns:a="urn:a" xmlns:wp="urn:wp" xmlns:pic="urn:pic" xmlns:v="urn:v"'
    return packed(word__document_xml=f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {spaces}><w:body>{body}</w:body></w:document>', **parts)


def p(text: str) -> str:
    """A paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    """A cell of Word."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def table(*rows: str) -> str:
    """A table of Word of rows of cells."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


class Sheet:
    """A page of a PDF to draw on, in points from its top left."""

    def __init__(self, width: int = 595, height: int = 842, rotate: int = 0) -> None:
        self.width, self.height, self.rotate, self.commands = width, height, rotate, [b"0.5 w"]

    def text(self, x: float, y: float, text: str, size: float = 10, matrix: str = "1 0 0 1") -> "Sheet":
        """A text whose first letter has its lower left there."""
        code = text.encode("utf-16-be").hex()
        self.commands.append(f"BT /F1 {size} Tf {matrix} {x} {self.height - y} Tm <{code}> Tj ET".encode())
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Sheet":
        """A line."""
        self.commands.append(f"{x0} {self.height - y0} m {x1} {self.height - y1} l S".encode())
        return self

    def grid(self, xs: list[float], ys: list[float]) -> "Sheet":
        """Ruled lines, one at each place."""
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        return self

    def rows(self, xs: list[float], top: float, rows: list[list[str]], high: float = 20) -> "Sheet":
        """A table without merged cells, each text in the lower left of its cell."""
        self.grid(xs, [top + high * n for n in range(len(rows) + 1)])
        for n, row in enumerate(rows):
            for x, text in zip(xs, row, strict=False):
                self.text(x + 3, top + high * (n + 1) - 5, text)
        return self


def stream(commands: bytes, told: bytes = b"") -> bytes:
    """A stream of a PDF."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (told, len(commands), commands)


def objects(*held: bytes) -> bytes:
    """A PDF of these objects, the first its root."""
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(held, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(held) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(held) + 1, len(out))


def pdf(*sheets: Sheet, picture: bool = False, root: bytes = b"", page: bytes = b"", resources: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of pages; with a picture over each where it is asked for. The rest is put into its root, into each page and its resources, and behind all."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>"
    image = stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    held, kids = [b"<</Type/Catalog/Pages 2 0 R%s>>" % root, b"", font, below, image], []
    for sheet in sheets:
        drawn = [*sheet.commands, *([b"q 500 0 0 400 40 300 cm /Im Do Q"] if picture else [])]
        held.append(stream(b"\n".join(drawn)))
        kids.append(b"%d 0 R" % (len(held) + 1))
        told = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Contents %d 0 R" % (sheet.width, sheet.height, sheet.rotate, len(held))
        held.append(told + page + b"/Resources<</Font<</F1 3 0 R>>/XObject<</Im 5 0 R>>" + resources + b">>>>")
    held[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    return objects(*held, *more)
