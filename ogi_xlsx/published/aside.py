"""Tables on the page of a report that are not its own: those of another year or body, as a heading above them or the beginning of a line says."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ogi_xlsx.county.body_names import alike
from ogi_xlsx.form.words import Sentence, plain, say, section
from ogi_xlsx.published import headline
from ogi_xlsx.published.document import Cell, Grid
from ogi_xlsx.published.figures import is_figure

_LONGEST = 60  # characters of a heading
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?:年度?|(?=\))|$)")
_BARE = re.compile(r"20[0-9]{2}")


class Aside:
    """Whose the tables are that one comes to: of the report itself (`other` is None), or of the year or body that the last heading named."""

    def __init__(self, year: int, body: str) -> None:
        """Year and body of the report; without a year (0) every table is taken for its own."""
        self.year, self.body = year, body
        self.other: Sentence | None = None
        self.listed = False  # whether the last line was a year and nothing else: one after another are links to reports
        self.lines: dict[tuple[int, int], Sentence] = {}  # by table and line

    def heading(self, text: str, begun: bool) -> None:
        """Note what a line of text says of the tables after it. `begun`: tables were there before it, so that another report may begin with it."""
        if not self.year or len(text) > 2 * _LONGEST:
            return
        bare = headline.undated(text)
        before, self.listed = self.listed, bool(self._alone(text))
        if before and self.listed:
            self.other = None
            return
        year = self._named(bare)
        body = headline.body_of(bare) if begun and len(bare) <= _LONGEST else ""
        if year and year != str(self.year):
            self.other = say("aside_year", year=year)
        elif body and self.body and not alike(body, self.body):
            self.other = say("aside_body", body=plain(body, 60))
        elif year:
            self.other = None

    def grid(self, grid: Grid) -> Grid:
        """Note whose the lines of a table are: what its sheet or a line of text within it says holds for those below, a year before numbers for its line.

        Gives the table back in which years in digits alone are no numbers any more.
        """
        grid = self._written_out(grid) if self.year else grid
        self.listed = False
        if grid.sheet:
            self.other = None
            self.heading(grid.sheet, begun=False)
        for row in range(1, grid.height + 1):
            cells = [cell for cell in grid.row(row) if cell.text.strip()]
            if len({cell.text for cell in cells}) == 1:
                self.heading(cells[0].text, begun=True)
            figures = [at for at, cell in enumerate(cells) if is_figure(cell.text)]
            self.listed = self.listed and not figures
            years = [year for cell in cells[: next(iter(figures), 0)] if (year := self._alone(cell.text)) not in ("", str(self.year))]
            other = say("aside_year", year=years[0]) if years else self.other
            if other:
                self.lines[grid.number, row] = other
        return grid

    def _written_out(self, grid: Grid) -> Grid:
        """A table in which 年 stands behind years: across the table, or before the numbers of lines in a column of years, that of the report among them."""
        columns: dict[int, list[Cell]] = {}
        for cell in grid.cells:
            if is_figure(cell.text):
                columns.setdefault(cell.col, []).append(cell)

        def is_before(cell: Cell) -> bool:
            figures = [one for one in grid.row(cell.row) if is_figure(one.text)]
            return len(figures) > 1 and figures[0] is cell

        def are_years(cells: Sequence[Cell]) -> bool:
            texts = {cell.text.strip() for cell in cells}
            return len(texts) == len(cells) > 1 and str(self.year) in texts and all(map(_BARE.fullmatch, texts)) and all(map(is_before, cells))

        years = {cell for cells in columns.values() if are_years(cells) for cell in cells}
        years |= {cell for cell in grid.cells if cell.cols == grid.width > 1 and _BARE.fullmatch(cell.text.strip())}
        return replace(grid, cells=tuple(replace(cell, text=f"{cell.text.strip()}年") if cell in years else cell for cell in grid.cells)) if years else grid

    def _alone(self, text: str) -> str:
        """The year that a text is, and nothing else; empty for any other text."""
        bare = headline.undated(text) if self.year and len(text) <= _LONGEST else ""
        return self._told(bare) if re.fullmatch(section("published.toml", "aside")["year_alone"], bare) else ""

    def _named(self, bare: str) -> str:
        """The year whose numbers a heading announces; empty for any other line, and where it names two."""
        look = section("published.toml", "aside")
        bare = bare.rstrip(":")
        if len(bare) > _LONGEST or not re.fullmatch(look["heading"], bare) or re.search(look["no_heading"], bare):
            return ""
        return self._told(bare)

    def _told(self, bare: str) -> str:
        """The one year that a text names, in digits or as last year."""
        years = {year[:4] for year in _YEAR.findall(bare)}
        last = not years and re.search(section("published.toml", "aside")["last_year"], bare)
        return next(iter(years)) if len(years) == 1 else str(self.year - 1) if last else ""
