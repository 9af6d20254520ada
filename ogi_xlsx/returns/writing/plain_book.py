"""A workbook to write in which every text stays a text: none becomes a formula, a link, a number or markup of the file."""

import io
import re
from functools import lru_cache
from html import escape

import xlsxwriter.sharedstrings
import xlsxwriter.workbook
import xlsxwriter.worksheet

from ogi_xlsx.returns.writing.texts import escaped

_SPOILED = re.compile(r"<r>.*</r>|.*_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_.*", re.DOTALL)  # what xlsxwriter would write as something else


class PlainBook(xlsxwriter.workbook.Workbook):  # type: ignore[misc]
    """What xlsxwriter calls a workbook, without what it makes of texts."""

    def __init__(self, content: io.BytesIO) -> None:
        self.worksheet_class = _Page
        super().__init__(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        self.str_table = _Texts()


class _Page(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]
    """A worksheet. xlsxwriter looks through each formula a hundred times for functions that are younger than the format; ours are few."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _prepared(formula, expand_future_functions, self.use_future_functions)


@lru_cache(maxsize=20_000)
def _prepared(formula: str, expand: bool, future: bool) -> str:
    page = xlsxwriter.worksheet.Worksheet()
    page.use_future_functions = future
    return str(page._prepare_formula(formula, expand))


class _Texts(xlsxwriter.sharedstrings.SharedStringTable):  # type: ignore[misc]
    """The texts of all cells. xlsxwriter takes one between `<r>` and `</r>` for its own markup, and escapes only every other of two escapes in a row."""

    string_array: list[str]

    def _sort_string_data(self) -> None:
        super()._sort_string_data()
        self.texts: list[str] = list(self.string_array)
        self.string_array = [_markup(text) if _SPOILED.fullmatch(text) else text for text in self.texts]

    def _get_shared_string(self, index: int) -> str:
        """A text, as charts ask for it."""
        return self.texts[index]


def _markup(text: str) -> str:
    """A text as such markup that says nothing but the text; without underscores, in which xlsxwriter would look for escapes.

    >>> _markup("<r>甲_</r>")
    '<r><t xml:space="preserve">&lt;r&gt;甲&#95;&lt;/r&gt;</t></r>'
    """
    return f'<r><t xml:space="preserve">{escape(escaped(text), quote=False).replace("_", "&#95;")}</t></r>'
