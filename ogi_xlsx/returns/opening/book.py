"""Opens a returned workbook: every part guarded, then read once, in one pass each.

What reads is what guards: no second program sees the file another way than the one that found it sound.
"""

from collections.abc import Mapping

from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.opening import program, sheet_part, small_parts, styles
from ogi_xlsx.returns.opening.archive import Archive
from ogi_xlsx.returns.opening.page import Book, Page
from ogi_xlsx.returns.opening.parts import guard
from ogi_xlsx.returns.opening.relations import Relation, every, relations
from ogi_xlsx.returns.opening.safety import Unreadable

_ANCHORS = (b"CellAnchor", b"absoluteAnchor")


def load(content: bytes) -> Book:
    """The workbook in the bytes of a file. Raises Unreadable where it is damaged, or holds what no workbook of ours needs."""
    archive = Archive(content)
    root = relations(archive, "")
    main = _only(root, "officeDocument")
    own, about = archive.read(main), _first(root, "extended-properties")
    book = small_parts.workbook(main, own)
    rels = relations(archive, main)
    shared, style = (_first(rels, kind) for kind in ("sharedStrings", "styles"))
    texts = small_parts.texts(shared, archive.read(shared)) if shared else []
    looks = styles.read(style, archive.read(style)) if style else [styles.Look()]
    seen = {main, shared, style}
    pages, count, data = {}, sheet_part.Count(), b""
    for name, state, rel in book.sheets:
        page = pages[name] = Page(name, state)
        part = rels.get(rel)
        if part is None or part.outside or part.target in seen:
            raise Unreadable("S103", reason=say("damaged_sheet", sheet=plain(name, 40)))
        seen.add(part.target)
        data, page.part = archive.read(part.target), part.target
        if part.kind == "worksheet":
            sheet_part.read(part.target, data, page, texts, looks, book.epoch, count)
            page.comments = _comments(archive, part.target)
    drawn = {name for name in archive if name not in seen and name.endswith((".xml", ".rels")) and _drawn(name, archive.read(name))}
    custom = _first(root, "custom-properties")
    properties = small_parts.properties(custom, archive.read(custom)) if custom in archive else {}
    saved_by = program.of(own, archive.read(about) if about in archive else b"", data)
    return Book(pages, properties, book.names, book.structure_locked, tuple(archive), tuple(every(archive)), frozenset(drawn), saved_by)


def _drawn(name: str, data: bytes) -> bool:
    """Guard a part that is not read, and tell whether something is drawn in it: LibreOffice saves empty drawings, too."""
    guard(name, data)
    return any(anchor in data for anchor in _ANCHORS)


def _only(root: Mapping[str, Relation], kind: str) -> str:
    """The part that the workbook itself is."""
    targets = [one.target for one in root.values() if one.kind == kind and not one.outside]
    if len(targets) != 1:
        raise Unreadable("S103", reason=say("damaged_missing", part="xl/workbook.xml"))
    return targets[0]


def _first(rels: Mapping[str, Relation], kind: str) -> str:
    """The first part of a kind; empty where there is none."""
    return next((one.target for one in rels.values() if one.kind == kind and not one.outside), "")


def _comments(archive: Archive, sheet: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for one in relations(archive, sheet).values():
        if one.kind == "comments" and not one.outside and one.target in archive:
            found |= small_parts.comments(one.target, archive.read(one.target))
    return found
