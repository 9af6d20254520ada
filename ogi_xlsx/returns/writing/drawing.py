"""Draws the charts of a sheet as the office program's own: horizontal bars that are told apart without colour."""

from typing import Any

from ogi_xlsx.form.layout.cells import Drawing, Sheet
from ogi_xlsx.form.words import section, template


def draw(book: Any, page: Any, sheet: Sheet, drawing: Drawing) -> None:
    """Insert a chart into a worksheet."""
    chart = book.add_chart({"type": "bar"})
    looks = template("workbook.toml")["bars"]
    for i, (name, col) in enumerate(drawing.series):
        labels, values = ([sheet.name, drawing.first - 1, at - 1, drawing.last - 1, at - 1] for at in (drawing.labels, col))
        chart.add_series(
            {
                "name": [sheet.name, name[0] - 1, name[1] - 1],
                "categories": labels,
                "values": values,
                "gap": 40,
                "border": {"color": "#000000", "width": 0.75},
                "data_labels": {"value": True, "num_format": "0.0%" if drawing.percent else "0", "position": "outside_end", "font": {"size": 9}},
                **_fill(looks[i % len(looks)]),
            }
        )
    font = {"name": section("workbook.toml", "style")["default"]["font_name"], "size": 9}
    chart.set_title({"name": drawing.title, "name_font": {**font, "size": 12, "bold": True}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": "#000000"}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}, "label_position": "none"})
    chart.set_legend({"position": "bottom", "font": font} if len(drawing.series) > 1 else {"none": True})
    chart.set_size(dict(zip(("width", "height"), _size(sheet, drawing), strict=True)))
    page.insert_chart(drawing.area[0] - 1, drawing.area[1] - 1, chart, {"description": drawing.title})


def _fill(look: dict[str, str]) -> dict[str, Any]:
    if "pattern" in look:
        return {"pattern": {"pattern": look["pattern"], "fg_color": "#000000", "bg_color": "#FFFFFF"}}
    return {"fill": {"color": look["fill"]}}


def _size(sheet: Sheet, drawing: Drawing) -> tuple[int, int]:
    """Width and height in pixels: a column has 7 for each digit of its width and 5 beside them, a point is 4/3."""
    first, left, last, right = drawing.area
    width = sum(int(sheet.widths[col - 1] * 7 + 5) for col in range(left, right + 1))
    return width, int(sum(sheet.heights[row] for row in range(first, last + 1)) * 4 / 3)
