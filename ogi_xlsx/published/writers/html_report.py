"""A report as a fragment of HTML that the editor of a website keeps: paragraphs and tables, styled where they stand, nothing else."""

from ogi_xlsx.form.words import section
from ogi_xlsx.published.writers.filling import fill
from ogi_xlsx.published.writers.official import grid
from ogi_xlsx.published.writers.report import Report


def write(report: Report) -> bytes:
    """The fragment in UTF-8. A table is one `<table>`, its merges `colspan` and `rowspan`; only `p`, `table` and `td` bear a style."""
    style = section("published.toml", "report")["style"]
    tables = {part.table.id: grid(part.table, report.cells) for part in report.parts if part.table}
    fonts = {name: ",".join([*names, "serif"]) for name, names in style["fonts"].items()}
    return fill("report.html", report=report, tables=tables, fonts=fonts, style=style, band=band()).encode()


def band() -> str:
    """The colour behind the caption of a block, as workbooks have it, such as `#DDEBF7`."""
    return str(section("workbook.toml", "style")["caption"]["bg_color"])
