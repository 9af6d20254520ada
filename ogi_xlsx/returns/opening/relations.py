"""Relations of a workbook's parts: which part leads to which, and what outside the workbook one names."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ogi_xlsx.returns.opening.archive import Archive
from ogi_xlsx.returns.opening.page import Related
from ogi_xlsx.returns.opening.parts import RELS, STRICT, Elements, counted, stream
from ogi_xlsx.returns.opening.safety import no_workbook


@dataclass(frozen=True)
class Relation:
    """A relation of a part: its type, and the part it leads to, or what outside the workbook it names."""

    kind: str
    target: str
    outside: bool


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """Relations of a part by id, of the whole package for an empty name; none where it has none. Raises Unreadable."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive:
        return {}
    found: dict[str, Relation] = {}

    def relation(attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if kind.startswith(STRICT):
            raise no_workbook("strict")
        outside = attributes.get("TargetMode") == "External"
        resolved = target if outside else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[attributes.get("Id", "")] = Relation(kind.rpartition("/")[2], resolved, outside)
        counted(len(found))

    stream(path, archive.read(path), Elements({f"{RELS} Relationship": relation}, {}))
    return found


def every(archive: Archive) -> Iterator[Related]:
    """All relations of all parts. Raises Unreadable."""
    for path in archive:
        match = re.fullmatch(r"(?:(.*)/)?_rels/(.*)\.rels", path)
        if match:
            part = f"{match[1]}/{match[2]}" if match[1] else match[2]
            yield from (Related(part, name, one.kind, one.target, one.outside) for name, one in relations(archive, part).items())
