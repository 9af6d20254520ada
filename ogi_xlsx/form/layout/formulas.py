"""Relations and counts as formula text, from the safe set that Excel, WPS, LibreOffice and `formulas` read alike.

Sheet names are always quoted. A sum over neighbouring cells is written as SUM over their range.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ogi_xlsx.form.checks import COVER_NUMBERS, Bound, Part
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout.cells import a1

Where = Mapping[str, tuple[str, int, int]]  # cell key → sheet, row, column
Rectangle = tuple[int, int, int, int]  # first row, first column, last row, last column


def number(value: Decimal) -> str:
    """A number as formula text, never in scientific notation.

    >>> number(Decimal("1E+3")), number(Decimal("2.50"))
    ('1000', '2.5')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Formulas:
    """Formula text over the cells of one layout. `here` is the sheet the formula stands on: its name is left out."""

    def __init__(self, edition: Edition, where: Where, here: str = "") -> None:
        self.edition, self.where, self.here = edition, where, here

    def sheet(self, name: str) -> str:
        """Prefix of a reference to a sheet."""
        return "" if name == self.here else f"'{name}'!"

    def cell(self, key: str) -> str:
        """Reference to the cell of a key."""
        sheet, row, col = self.where[key]
        return f"{self.sheet(sheet)}{a1(row, col)}"

    def side(self, parts: tuple[Part, ...]) -> str:
        """A side of a relation, without the leading `=`."""
        text = ""
        for part in parts:
            sign = "-" if part.factor < 0 else "+"
            size = abs(part.factor)
            body = self.sum(part.keys) if len(part.keys) > 1 else self.cell(part.keys[0]) if part.keys else number(size)
            factor = f"{number(size)}*" if part.keys and size != 1 else ""
            text += f"{sign}{factor}{body}" if text or sign == "-" else factor + body
        return text

    def sum(self, keys: Iterable[str]) -> str:
        """`SUM(…)` over cells, as few ranges as they allow."""
        return f"SUM({','.join(self.areas(keys))})"

    def relation(self, bound: Bound) -> str:
        """A condition, such as `'表三'!J6>0`, on the difference rounded to six places."""
        right = self.side(bound.right)
        grouped = f"({right})" if len(bound.right) > 1 or right.startswith("-") else right
        return f"ROUND({self.side(bound.left)}-{grouped},6){bound.operator}0"

    def areas(self, keys: Iterable[str]) -> list[str]:
        """Ranges that hold exactly these cells, cells covered by a merge included."""
        return [f"{self.sheet(sheet)}{_range(box)}" for sheet, box in self._boxes(keys)]

    def _boxes(self, keys: Iterable[str]) -> list[tuple[str, Rectangle]]:
        by_sheet: dict[str, list[Rectangle]] = {}
        for key in keys:
            sheet, row, col = self.where[key]
            by_sheet.setdefault(sheet, []).append((row, col, row, col + self.span(key) - 1))
        return [(sheet, box) for sheet, boxes in by_sheet.items() for box in rectangles(boxes)]

    def span(self, key: str) -> int:
        """Grid columns that the cell of a key takes."""
        spot = self.edition.spots.get(key)
        return spot.column.spans if spot and self.where[key][0] == spot.table.sheet else 1

    def filled(self, keys: Iterable[str]) -> str:
        """Count of cells that hold something."""
        return f"COUNTA({','.join(self.areas(keys))})"

    def blank(self, keys: Iterable[str]) -> str:
        """Count of blank cells; cells that a merge covers are blank and are taken off."""
        keys = list(keys)
        covered = sum(self.span(key) - 1 for key in keys)
        return "+".join(f"COUNTBLANK({area})" for area in self.areas(keys)) + (f"-{covered}" if covered else "")

    def usable(self, keys: Iterable[str], zero: Mapping[str, str]) -> str:
        """Count of cells with a number that can be taken, and of blanks where the table's zero declaration (`zero`: cell by table) says 是.

        A count is a whole number from 0, money has at most six decimals; text, negatives and fractions do not count.
        The cover's numbers are optional: a blank counts.
        """
        by_kind: dict[str, list[str]] = {}
        by_table: dict[str, list[str]] = {}
        terms = []
        for key in keys:
            if key in COVER_NUMBERS:
                terms.append(f"{self._clean(COVER_NUMBERS[key], self.cell(key))}+COUNTBLANK({self.cell(key)})")
                continue
            by_kind.setdefault(self.edition.spots[key].column.type, []).append(key)
            by_table.setdefault(self.edition.spots[key].table.id, []).append(key)
        terms += [self._clean(kind, area) for kind, group in by_kind.items() for area in self.areas(group)]
        terms += [f'IF({zero[table]}="是",{self.blank(group)},0)' for table, group in by_table.items() if table in zero]
        return "+".join(terms)

    @staticmethod
    def _clean(kind: str, area: str) -> str:
        whole = f"ROUND({area},6)" if kind == "money" else f"INT({area})"
        least, below = (">-1E15", "-1E15<") if kind == "signed" else (">=0", "0<=")
        numbers = f'COUNTIFS({area},"{least}",{area},"<1E15")'
        return f"{numbers}-IFERROR(SUMPRODUCT(({whole}<>{area})*({below}{area})*({area}<1E15)),0)"


def _range(box: Rectangle) -> str:
    first, last = a1(box[0], box[1]), a1(box[2], box[3])
    return first if first == last else f"{first}:{last}"


def rectangles(boxes: list[Rectangle]) -> list[Rectangle]:
    """Cells joined into as few rectangles as a left-to-right, then top-down pass finds.

    >>> rectangles([(1, 1, 1, 1), (1, 2, 1, 2), (2, 1, 2, 1), (2, 2, 2, 2), (4, 1, 4, 1)])
    [(1, 1, 2, 2), (4, 1, 4, 1)]
    """
    rows: list[Rectangle] = []
    for box in sorted(boxes):
        if rows and rows[-1][0] == box[0] and rows[-1][3] + 1 == box[1]:
            rows[-1] = (*rows[-1][:3], box[3])
        else:
            rows.append(box)
    joined: list[Rectangle] = []
    for box in sorted(rows, key=lambda b: (b[1], b[3], b[0])):
        last = joined[-1] if joined else None
        if last and last[1] == box[1] and last[3] == box[3] and last[2] + 1 == box[0]:
            joined[-1] = (last[0], last[1], box[2], last[3])
        else:
            joined.append(box)
    return sorted(joined)
