"""Makes a round's folder: 本轮.toml and 名单.xlsx to fill in, and a folder for each step."""

import io
from pathlib import Path
from typing import Any

from ogi_xlsx.county.terms import BACK, CORRECTIONS, FILE, OUT, ROSTER, SUMS
from ogi_xlsx.form.words import Refusal, printed, say, section, template_folder
from ogi_xlsx.returns.outputs import alone, settle, workplace

_TEXT_COLUMNS = ("code", "phone", "predecessors")  # of which a spreadsheet would make numbers
_CENTRED = ("no", "code", "level", "included", "contact")


def make(folder: Path, year: int, force: bool = False) -> list[Path]:
    """Make the folder and what is in it; returns its files. Raises Refusal where they are there already (without `force`), or writing fails."""
    terms, roster = folder / FILE, folder / ROSTER
    folders = [folder / name for name in (OUT, BACK, CORRECTIONS, SUMS)]
    for at in (folder, *folders):
        if at.exists() and not at.is_dir():
            raise Refusal(say("out_not_folder", out=at.name))
    text = (template_folder() / "round-file.toml.txt").read_text(encoding="utf-8").replace("{year}", str(year))
    with workplace(folder) as work, alone(folder):
        there = [path for path in (terms, roster) if path.exists()]
        if there and not force:
            raise Refusal(say("round_there", folder=str(folder.absolute()), files="、".join(path.name for path in there)))
        _write_roster(work / roster.name, year)
        (work / terms.name).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))  # as the Notepad of every Windows shows it right
        settle(work, folder, force)
        for at in folders:
            at.mkdir(exist_ok=True)
    return [terms, roster]


def _write_roster(path: Path, year: int) -> None:
    """A roster to fill in: hints, headings, and lines with lists to choose from."""
    import xlsxwriter

    form, names = section("workbook.toml", "roster_form"), section("words.toml", "roster")
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    page = book.add_worksheet(printed("roster_sheet").zh)
    last = len(form["columns"]) - 1
    page.merge_range(0, 0, 0, last, printed("roster_title", year=year).zh, _format(book, "title"))
    page.set_row(0, 30)
    for row, hint in enumerate(form["hints"], 1):
        page.merge_range(row, 0, row, last, f"{row}. {hint}", _format(book, "instruction"))
        page.set_row(row, 18)
    top = len(form["hints"]) + 1
    page.set_row(top, 26)
    formats = {name: _format(book, "input_count" if name in _CENTRED else "input_text", **_more(name)) for name in form["columns"]}
    for col, (name, width) in enumerate(form["columns"].items()):
        page.set_column(col, col, width)
        page.write_string(top, col, names[name][0], _format(book, "heading"))
        for row in range(top + 1, top + 1 + form["lines"]):
            page.write_blank(row, col, None, formats[name])
            if name == "no":
                page.write_number(row, col, row - top, formats[name])
    for row in range(top + 1, top + 1 + form["lines"]):
        page.set_row(row, 21)
    _choices(page, form, top)
    page.freeze_panes(top + 1, 3)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_margins(left=0.5, right=0.5, top=0.55, bottom=0.6)
    page.center_horizontally()
    page.set_footer("&C&8&P / &N")
    page.set_selection(top + 1, 2, top + 1, 2)
    book.close()
    path.write_bytes(content.getbuffer())


def _more(name: str) -> dict[str, str]:
    return {"num_format": "@"} if name in _TEXT_COLUMNS else {}


def _format(book: Any, style: str, **more: str) -> Any:
    styles = section("workbook.toml", "style")
    return book.add_format({**styles["default"], **styles[style], **more})


def _choices(page: Any, form: dict[str, Any], top: int) -> None:
    """Lists to choose a level and an answer from; an answer may have its reason behind it, so that others are only asked about."""
    message = section("workbook.toml", "validation")["choice"]
    for name, source, kind in (("level", form["levels"], "warning"), ("included", form["answers"], "information")):
        col = list(form["columns"]).index(name)
        rule = {"validate": "list", "source": source, "error_type": kind, "error_title": message["title"], "error_message": message["message"]}
        page.data_validation(top + 1, col, top + form["lines"], col, rule)
