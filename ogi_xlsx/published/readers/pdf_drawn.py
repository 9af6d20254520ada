"""What is drawn on a page of a PDF, in points from its top left."""

from dataclasses import dataclass, field

from ogi_xlsx.form.words import Refusal, say


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Char:
    """A character, or several that one glyph stands for, in its box; `turn` is 0 for one that stands upright, 1 or -1 as it runs up or down, 2 upside down.

    `doubt` names the sentence that says why one who looks at the page may not see it so; empty where there is none.
    """

    text: str
    box: Box
    size: float
    turn: int = 0
    font: str = ""
    doubt: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.box.x0 + self.box.x1) / 2, (self.box.top + self.box.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: where it stands across, and from where to where it runs."""

    vertical: bool
    at: float
    first: float
    last: float


@dataclass
class Drawn:
    """A page; `noted` are places of fields and marks that lie over it and are not read."""

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    noted: list[Box] = field(default_factory=list)


def too_much(name: str, page: int) -> Refusal:
    """What is said of a page on which more is drawn than on any of a report."""
    return Refusal(say("published_drawn", file=name, page=page))
