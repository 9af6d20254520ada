"""Where the rows and columns of a sheet stand, by its locked texts and by which of its cells can be typed in."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogi_xlsx.form.layout import Content, Sheet
from ogi_xlsx.form.layout.cells import Place, within
from ogi_xlsx.returns.moved.alignment import Axis, Line, Seen, aligned
from ogi_xlsx.returns.moved.landmarks import Texts, displaced, held, texts_of, typed_places, weak
from ogi_xlsx.returns.moved.restored import restored
from ogi_xlsx.returns.opening.page import Page

AXES = ROW, COLUMN = 0, 1  # parts of a place


@dataclass(frozen=True)
class Located:
    """A sheet as if its rows and columns stood where they were issued, and where they stand; no axes where they do stand there."""

    page: Page
    axes: tuple[Axis, Axis] | None = None


class Form:
    """A sheet as issued, to find its rows and columns in one that came back."""

    def __init__(self, sheet: Sheet, personal: Mapping[str, Content]) -> None:
        self.sheet = sheet
        self.texts = texts_of(sheet, personal)
        self.typed = typed_places(sheet)
        self.lines = tuple(_lines(sheet, self.texts, axis) for axis in AXES)

    def _aligned(self, seen: Sequence[Seen]) -> list[Axis | None]:
        """Where rows and columns stand. Where some of one are gone, those of the other are known by the texts of the rest."""
        axes = [aligned(lines, one) for lines, one in zip(self.lines, seen, strict=True)]
        return [self._again(axis, seen[axis], other) if (other := axes[1 - axis]) and other.gone else axes[axis] for axis in AXES]

    def _again(self, axis: int, seen: Seen, other: Axis) -> Axis | None:
        rest = {place: text for place, text in self.texts.items() if other.now(place[1 - axis])}
        return aligned(_lines(self.sheet, rest, axis), seen)

    def located(self, page: Page) -> Located | None:
        """A sheet with everything in its place; None where something was moved and it is not certain what."""
        there = held(page.cells, frozenset(self.texts.values()))
        seen = [_seen(page, there, axis) for axis in AXES]
        rows, columns = self._aligned(seen)
        moved = displaced(self.texts, there, self._open(page)) or self._crossed(page) or any(self._slid(page, seen[axis], axis) for axis in AXES)
        if not moved and not self._cut(rows, columns):
            return Located(page)
        if rows is None or columns is None or not (rows.moved or columns.moved):
            return None
        back = restored(page, self.sheet, rows, columns)
        return Located(back, (rows, columns)) if self._fits(back) else None

    def unlabelled(self, page: Page) -> frozenset[Place]:
        """Cells to be typed that hold nothing, in a row or column whose own texts are all gone: its numbers may have gone with them."""
        own = [_own(self.sheet, self.texts, axis) for axis in AXES]
        erased = [{at for at, places in held.items() if not any(place in page.cells for place in places)} for held in own]
        return frozenset(place for place in self.sheet.typed if place not in page.cells and any(place[axis] in erased[axis] for axis in AXES))

    def _open(self, page: Page) -> Callable[[Place], bool]:
        """Which cells of a sheet may hold any text."""
        typed, area = self.typed & page.unlocked, self.sheet.data.area if self.sheet.data else None
        return lambda place: place in typed or within(place, area)

    def _crossed(self, page: Page) -> bool:
        """Whether in some row or column what is locked can be typed in, and what is typed is locked."""
        free = [place for place in self.texts if place in page.unlocked]
        shut = [place for place in self.typed if place not in page.unlocked and place in self.sheet.cells] if free else []
        return any({place[axis] for place in free} & {place[axis] for place in shut} for axis in AXES)

    def _slid(self, page: Page, seen: Seen, axis: int) -> bool:
        """Whether typed cells that no text tells are not where they were, while cells that could be them are elsewhere."""
        nameless = {at: line for at, line in enumerate(self.lines[axis], 1) if line.typed and not line.texts}
        places = page.unlocked - self.typed
        stray, filled = Counter(place[axis] for place in places), {place[axis] for place in places if place in page.cells}
        lost = [(line, stray) for at, line in nameless.items() if not seen.stands(line, at)]
        lost += [(line, Counter({at: stray[at] for at in filled})) for at, line in nameless.items() if at not in seen.filled]
        return any(2 * n > line.typed for line, others in lost for n in others.values())

    def _cut(self, *axes: Axis | None) -> bool:
        """Whether lines are gone from the end, so that nothing else had to move."""
        return all(axes) and any(not lines[at - 1].bare for lines, axis in zip(self.lines, axes, strict=True) if axis for lost in axis.gone for at in lost)

    def _fits(self, back: Page) -> bool:
        """Whether in a sheet moved back no text is out of place, none stands in a new row or column, and the right cells can be typed in."""
        there = held(back.cells, frozenset(self.texts.values()))
        missing = {text for place, text in self.texts.items() if there.get(place) != text and not weak(text)}
        if displaced(self.texts, there, self._open(back)) or (back.between and held(back.between.cells, missing)):
            return False
        if any(place in back.unlocked for place in self.texts if place not in back.gone):
            return False
        unlocked = [Counter(place[axis] for place in back.unlocked & self.typed) for axis in AXES]
        return all(2 * unlocked[axis][at] > line.typed for axis in AXES for at, line in enumerate(self.lines[axis], 1) if line.typed)


def _own(sheet: Sheet, texts: Texts, axis: int) -> dict[int, list[Place]]:
    """Where the texts of each row or column stand that are merged over no other."""
    spans = {area[:2]: area for area in sheet.merges}
    found: dict[int, list[Place]] = defaultdict(list)
    for place in texts:
        area = spans.get(place, (*place, *place))
        if area[axis] == area[axis + 2]:
            found[place[axis]].append(place)
    return found


def _lines(sheet: Sheet, texts: Texts, axis: int) -> list[Line]:
    """Rows or columns of a sheet as issued. A text tells of the line it stands in if it is merged over no other; weak ones where no other does."""
    strong: dict[int, Counter[str]] = defaultdict(Counter)
    feeble: dict[int, Counter[str]] = defaultdict(Counter)
    for at, places in _own(sheet, texts, axis).items():
        for text in (texts[place] for place in places):
            (feeble if weak(text) else strong)[at][text] += 1
    typed = Counter(place[axis] for place in sheet.typed)
    data = range(sheet.data.area[0], sheet.data.area[2] + 1) if sheet.data and axis == ROW else range(0)
    last = max([*(place[axis] for place in sheet.cells), *data])
    return [Line(strong.get(at) or feeble.get(at) or Counter(), typed[at], at in data) for at in range(1, last + 1)]


def _seen(page: Page, there: Texts, axis: int) -> Seen:
    texts: dict[int, Counter[str]] = defaultdict(Counter)
    for place, text in there.items():
        texts[place[axis]][text] += 1
    return Seen(texts, Counter(place[axis] for place in page.unlocked), frozenset(place[axis] for place in page.cells))
