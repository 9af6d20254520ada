"""What was found of an edition's tables in a published report, and what was left over, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.marked import marks
from ogi_xlsx.form.words import Sentence, nfkc, plain, say
from ogi_xlsx.published.forms import Place
from ogi_xlsx.published.labels import fold


@dataclass(frozen=True)
class Printed:
    """What is printed for a cell of the form, where, and why one cannot be sure that it is meant for it: nothing where one can.

    `again` is what is printed for it elsewhere, where that differs; the last of `doubts` says so, too.
    """

    text: str
    place: Place
    doubts: tuple[Sentence, ...] = ()
    again: Sentence | None = None


@dataclass(frozen=True)
class Left:
    """A number that is printed in the tables and belongs to no cell of the form, and why."""

    text: str
    place: Place
    why: Sentence


@dataclass
class Tables:
    """The tables of a report as those of an edition: what is printed, by cell key, and what is left over.

    `aside` is what tables of another year or body print for a cell, with whose it is, until `settle` is asked.
    """

    edition: Edition
    printed: dict[str, Printed] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    aside: list[tuple[str, Printed, Sentence]] = field(default_factory=list)

    @property
    def fit(self) -> int:
        """How well the edition fits: each number that has its place counts for it, each that has none against it."""
        return sum(1 for one in self.printed.values() if not one.doubts) - len(self.left)

    def put(self, key: str, text: str, place: Place, doubts: Sequence[Sentence], whose: Sentence | None = None) -> None:
        """Take what is printed for a cell. Where it is printed twice, what is sure counts before what is not, and the other is told.

        `whose` says that it is printed for another year or body.
        """
        before, now = self.printed.get(key), Printed(text, place, tuple(doubts))
        if whose:
            self.aside.append((key, now, whose))
            return
        if before is None:
            self.printed[key] = now
        elif fold(before.text) == fold(text) and marks(before.text) == marks(text):
            self.printed[key] = now if before.doubts and not doubts else before
        elif bool(before.doubts) == bool(doubts):
            again = Sentence(plain(text, 40), plain(text, 40)) if text.strip() else say("blank")
            self.printed[key] = replace(before, doubts=(*before.doubts, say("doubt_twice", other=again)), again=again)
        else:
            sure, other = (now, before) if before.doubts else (before, now)
            self.printed[key] = sure
            self.leave(other.text, other.place, say("left_again"))

    def settle(self) -> None:
        """Tell what is printed for another year or body. Where no table is there twice, the heading may mean something else: it is taken, with that doubt."""
        own, others = ({key.split(".")[0] for key in keys} for keys in (self.printed, [key for key, *_ in self.aside]))
        for key, printed, whose in self.aside:
            if own & others:
                self.leave(printed.text, printed.place, say("left_aside", other=whose))
            else:
                self.put(key, printed.text, printed.place, [*printed.doubts, say("doubt_aside", other=whose)])
        self.aside = []

    def leave(self, text: str, place: Place, why: Sentence) -> None:
        """Tell a text that has no place, where it holds a number."""
        if any(map(str.isdecimal, nfkc(text[:100]))):
            self.left.append(Left(text, place, why))
