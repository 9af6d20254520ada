"""The text of a file in whatever encoding programs on a Chinese system have saved it."""

import codecs
import re

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_OTHERS = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs"}  # what a page may declare beside UTF-8 and the encodings that GB18030 includes
_HEAD = 4096  # bytes at the beginning in which a page declares its encoding
_BAD = 500  # characters to one that cannot be read: pages put together from several sources hold some


def text_of(content: bytes) -> str | None:
    """The text of a file, with UTF-8 tried before what the file declares, for that is often wrong; None for what is no text."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _sound(content[len(mark) :].decode(encoding, "replace"))
    for encoding in ("utf-8", *_declared(content[:_HEAD]), "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(content)  # a file cut off may end within a character
        except UnicodeDecodeError:
            continue
        return _sound(text)
    utf8, gb = (content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030"))
    return _sound(min(utf8, gb, key=lambda text: text.count("\ufffd")))


def _declared(head: bytes) -> list[str]:
    found = _DECLARED.search(head)
    return [_OTHERS[name] for name in [found[1].decode().lower()] if name in _OTHERS] if found else []


def _sound(text: str) -> str | None:
    """A text in which next to every character could be read; None for any other."""
    return None if "\0" in text or text.count("\ufffd") * _BAD > len(text) else text
