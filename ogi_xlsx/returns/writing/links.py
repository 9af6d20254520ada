"""Links from a workbook to a file, by a path relative to the workbook's folder."""

import os
from pathlib import Path

from ogi_xlsx.form.harmless import is_plain
from ogi_xlsx.form.layout import Link
from ogi_xlsx.form.words import plain

_MOST = 2000  # characters of a link: Excel takes 2080
_ESCAPED = {character: f"%{ord(character):02X}" for character in map(chr, b' "#%:<>?[\\]^`{|}')}


def to(path: str, folder: Path) -> Link:
    """A link to a file, with its name as the text; without a target where no path leads there from the folder, or it holds what is no text.

    Letters stay as they are: Excel and WPS take %E9… for another writing than UTF-8.
    """
    name = plain(Path(path).name, 255)
    try:
        relative = Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return Link(name, "")
    target = "external:./" + "".join(_ESCAPED.get(character, character) for character in relative)
    return Link(name, target if len(target) <= _MOST and is_plain(relative) else "")
