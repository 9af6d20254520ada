"""In which cells returns of one agency differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.words import Sentence, plain, printed, say
from ogi_xlsx.returns.record import show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.builtin import where


@dataclass(frozen=True)
class Difference:
    """A cell in which returns of one agency differ: its name in words, and what each holds, in their order; empty where blank."""

    where: Sentence
    held: tuple[str, ...]

    @property
    def told(self) -> Sentence:
        """The difference in words."""
        blank = say("blank")
        values = Sentence("、".join(text or blank.zh for text in self.held), ", ".join(text or blank.en for text in self.held))
        return say("differs", where=self.where, values=values)


def between(returns: Sequence[Return]) -> tuple[Difference, ...]:
    """The cells that make returns of one agency and year differ, in the order of the form."""
    layouts = [returned.layout for returned in returns if returned.layout]
    contents = [_contents(returned) for returned in returns]
    keys = dict.fromkeys(key for held in contents for key in held)
    found = ((key, [held.get(key, ("", "")) for held in contents]) for key in keys)
    return tuple(Difference(_where(key, layouts), tuple(shown for shown, _ in held)) for key, held in found if len(set(held)) > 1)


def _contents(returned: Return) -> dict[str, tuple[str, str]]:
    """What each cell holds by key: a number, or a text in quotes with the code of why it is none.

    A blank that was declared to be 0 is 0, as it is in the sum.
    """
    numbers = returned.beside | returned.typed
    held = {}
    for key, reading in returned.readings.items():
        number = numbers[key]
        text = f"“{plain(reading.shown, 40)}”" if reading.shown else ""
        held[key] = (text if number is None else show(number), reading.code)
    return held


def _where(key: str, layouts: Sequence[Layout]) -> Sentence:
    """The cell in words, on the first layout that has it."""
    layout = next(layout for layout in layouts if key in layout.where or key in layout.fields)
    if key in layout.edition.spots:
        return where(key, layout)
    return say("cell_at", sheet=layout.sheet_of(key), cell=layout.address(key), label=printed(key.replace("cover.", "cover_")))
