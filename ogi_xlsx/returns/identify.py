"""Whose workbook it is, from its three marks: two that agree suffice. What is lost, differs or contradicts is told apart, with who is who."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import Finding, found
from ogi_xlsx.form.layout import IDENTITY_SHEET, Layout, Variant, layout_of
from ogi_xlsx.form.words import Sentence, plain, say
from ogi_xlsx.returns import identity as identities
from ogi_xlsx.returns.identity import Identity
from ogi_xlsx.returns.opening.page import Book

_MARK_ROWS = 500  # rows of the hidden sheet that can hold pieces of the mark: 100 000 characters
_ENOUGH_SHEETS = 4  # of the form, to take a workbook without marks for a copy of it


@dataclass(frozen=True)
class Mark:
    """One of the three marks: `kind` is property, name or sheet; its text as it stands, empty where there is none; what it says."""

    kind: str
    text: str
    identity: Identity | None

    @property
    def place(self) -> Sentence:
        """Where it stands, in words."""
        return say(f"mark_{self.kind}")


def marks(book: Book) -> tuple[Mark, ...]:
    """The three marks of a workbook, as far as they are there."""
    names = {name: text.strip('"') for name, text in book.names.items()}
    sheet = book.pages[IDENTITY_SHEET].cells if IDENTITY_SHEET in book.pages else {}
    held = "".join(str(sheet[row, 1].value) for row in range(2, _MARK_ROWS) if (row, 1) in sheet)
    texts = {"property": _joined(book.properties, f"{identities.PROPERTY}-"), "name": _joined(names, f"{identities.NAME}_"), "sheet": held}
    return tuple(Mark(kind, text, identities.unpacked(text)) for kind, text in texts.items())


def _joined(pieces: Mapping[str, str], prefix: str) -> str:
    """A mark from its numbered pieces."""
    parts: list[str] = []
    while f"{prefix}{len(parts) + 1}" in pieces:
        parts.append(pieces[f"{prefix}{len(parts) + 1}"])
    return "".join(parts)


def agreed(three: Sequence[Mark]) -> Identity | None:
    """What two of the marks say alike; None where no two do."""
    told = [mark.identity for mark in three if mark.identity]
    return next((one for one in told if told.count(one) >= 2), None)


def findings(three: Sequence[Mark], book: Book) -> list[Finding]:
    """What is to be said of the marks of a workbook."""
    told = [mark for mark in three if mark.identity]
    whose = agreed(three)
    if whose is None:
        return [_contradicting(three) if len(told) > 1 else _only(three, told[0]) if told else _none(three, book)]
    every = [mark.identity for mark in told if mark.identity]
    lost = [found("S302", why=_lost(mark)) for mark in three if mark.identity is None]
    return lost + [
        found("S305", sheet="封面", place=mark.place, other=_whose(mark.identity, every), name=_whose(whose, every))
        for mark in told
        if mark.identity and mark.identity != whose
    ]


def _contradicting(three: Sequence[Mark]) -> Finding:
    """S106: what each of them says."""
    every = [mark.identity for mark in three if mark.identity]
    named = [say("mark_says", place=mark.place, whose=_whose(mark.identity, every)) if mark.identity else _lost(mark) for mark in three]
    return found("S106", marks=_in_row(named))


def _only(three: Sequence[Mark], left: Mark) -> Finding:
    """S320: one is left."""
    assert left.identity
    return found("S320", place=left.place, whose=_whose(left.identity, []), lost=_in_row([_lost(mark) for mark in three if mark is not left]))


def _none(three: Sequence[Mark], book: Book) -> Finding:
    """S104: none can be read; a copy of the form in a new file is told as such, with what its cover says, which is a hint."""
    if any(mark.text for mark in three):
        return found("S104", why=say("marks_damaged"))
    form = _newest_form()
    if sum(name in book.pages for name in form.sheets) < _ENOUGH_SHEETS:
        return found("S104", why=say("marks_none"))
    cover, title = next(iter(form.sheets.items()))
    place = next(place for place, cell in title.cells.items() if cell.content == "{name}")
    name = book.pages[cover].cells[place].value if cover in book.pages and place in book.pages[cover].cells else ""
    return found("S104", why=say("marks_not_copied", name=plain(name)) if name else say("marks_not_copied_unnamed"))


def _newest_form() -> Layout:
    return layout_of(editions.load(list(editions.available())[-1]), Variant("township"))


def _lost(mark: Mark) -> Sentence:
    """That a mark is not there, or cannot be read."""
    return say("mark_damaged", place=mark.place) if mark.text else say(f"mark_lost_{mark.kind}")


def _whose(identity: Identity, every: Sequence[Identity]) -> Sentence:
    """Body and year of a mark; where others have the same, which issue it is of, too."""
    named = say("whose", name=plain(identity.agency.name), year=identity.year)
    same = [one for one in every if (one.agency.name, one.year) == (identity.agency.name, identity.year) and one != identity]
    return say("whose_issue", whose=named, issue=plain(identity.issue, 20) or "—", round=identity.correction) if same else named


def _in_row(sentences: Sequence[Sentence]) -> Sentence:
    return Sentence("；".join(one.zh for one in sentences), "; ".join(one.en for one in sentences))


def detail_there(identity: Identity, layout: Layout, book: Book) -> list[Finding]:
    """S321 where a summary says that it adds up far more bodies than the workbook has cells for: reading rows that are not there would take for ever.

    All cells count, wherever they stand: sheets may have been renamed.
    """
    wanted = sum(sheet.data.rows * len(sheet.data.columns) for sheet in layout.sheets.values() if sheet.data)
    held = sum(len(page.cells) for page in book.pages.values())
    return [found("S321", rows=identity.rows, wanted=wanted, held=held)] if 2 * held < wanted else []
