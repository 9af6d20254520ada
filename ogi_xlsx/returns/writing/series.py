"""Writes the workbooks of one issue: the first of its kind as any workbook, the others from its parts, in which only a few texts differ.

What differs from body to body is the name, the code and the mark; where a form has last year's numbers, or a name needs care in XML, each
is written by itself.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ogi_xlsx.form.layout import Content, Layout
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.outputs import placed
from ogi_xlsx.returns.writing import texts, workbook
from ogi_xlsx.returns.writing.bearer import Bearer, heights
from ogi_xlsx.returns.writing.workbook import Shown

_OPEN, _CLOSE = "\ue000", "\ue001"  # round what stands for a text that differs: characters that no text of ours holds
_HOLE = re.compile(f"{_OPEN}([a-z0-9]+){_CLOSE}".encode())
_SIMPLE = re.compile(r"[^\s<>&\"'_{}\ue000\ue001]+( [^\s<>&\"'_{}\ue000\ue001]+)*")  # the same in every part of a workbook
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time that xlsxwriter gives to all parts


class Series:
    """The workbooks of one issue, all locked with one password."""

    def __init__(self, password: str) -> None:
        self.password = password
        self._patterns: dict[object, _Pattern] = {}

    def write(self, path: Path, layout: Layout, identity: Identity, shown: Shown | None = None) -> None:
        """Write a workbook to a path where nothing is yet. Raises Refusal where the file cannot be written."""
        agency = identity.agency
        if shown or identity.prior or not all(_SIMPLE.fullmatch(text) and len(text) <= texts.MOST_FOOTER for text in (agency.name, agency.code)):
            workbook.write(path, layout, identity, self.password, shown=shown)
            return
        bearer = Bearer.of(identity, layout.edition)
        values = {"name": agency.name, "code": agency.code, **{f"mark{i}": piece for i, piece in enumerate(bearer.marks)}}
        common = replace(identity, agency=Agency("", "", agency.level), issue="", seal="")
        kind = (layout, repr(common), len(bearer.marks), tuple(heights(layout, bearer.personal).items()))
        if kind not in self._patterns:
            self._patterns[kind] = _Pattern(workbook.content(layout, _with_holes(bearer, identity, layout, list(values)), self.password))
        content = self._patterns[kind].filled(values)
        with placed(path, False) as temporary:
            temporary.write_bytes(content)


def _with_holes(bearer: Bearer, identity: Identity, layout: Layout, names: list[str]) -> Bearer:
    """The bearer with a hole for each text that differs; rows stay as high as its own texts need."""
    holes = {name: f"{_OPEN}{name}{_CLOSE}" for name in names}
    unnamed = replace(identity, agency=replace(identity.agency, name=holes["name"], code=holes["code"]))
    personal: Mapping[str, Content] = identities.personal(unnamed, layout.edition)
    return Bearer(holes["name"], bearer.year, personal, tuple(hole for name, hole in holes.items() if name.startswith("mark")), bearer.personal)


class _Pattern:
    """The parts of a workbook, each as pieces between which the names of what differs stand."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = [(info.filename, _HOLE.split(archive.read(info))) for info in archive.infolist()]

    def filled(self, values: Mapping[str, str]) -> bytes:
        """A workbook with the texts of one body."""
        encoded = {name.encode(): text.encode() for name, text in values.items()}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, pieces in self.parts:
                info = zipfile.ZipInfo(name, _LONG_AGO)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, b"".join(encoded[piece] if i % 2 else piece for i, piece in enumerate(pieces)))
        return out.getvalue()
