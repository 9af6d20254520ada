"""What may be typed into cells, as rules of the office program, with what it says to the clerk."""

from typing import Any

from ogi_xlsx.form.layout.cells import Place, Validation
from ogi_xlsx.form.words import section

_RULES: dict[str, dict[str, Any]] = {
    "count": {"validate": "integer", "criteria": ">=", "value": 0},
    "signed": {"validate": "integer", "criteria": "between", "minimum": -1_000_000, "maximum": 1_000_000},
    "money": {"validate": "decimal", "criteria": ">=", "value": 0},
    "money_plain": {"validate": "decimal", "criteria": ">=", "value": 0},
    "yuan": {"validate": "decimal", "criteria": ">=", "value": 0},
    "adjustment": {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15},
    "choice": {"validate": "list"},
    "text": {"validate": "any"},
}


def add(page: Any, validation: Validation) -> None:
    """Add a rule to a worksheet."""
    message = section("workbook.toml", "validation")
    rule = _RULES[validation.kind]
    options: dict[str, Any] = {**rule, "ignore_blank": True}
    if validation.kind == "choice":
        options["source"] = list(validation.choices)
    if validation.kind in message:
        entry = message[validation.kind]
        options |= {"error_title": entry["title"], "error_message": entry["message"]}
    if validation.prompt:
        prompt = section("workbook.toml", "prompts")[validation.prompt]
        options |= {"input_title": prompt["title"], "input_message": prompt["message"]}
    first, *others = _areas(validation.places)
    if others:
        options["other_cells"] = [list(area) for area in others]
    page.data_validation(*first, options)


def _areas(places: tuple[Place, ...]) -> list[tuple[int, int, int, int]]:
    """Places joined into runs down their columns, counted from 0."""
    runs: list[list[int]] = []
    for col, row in sorted((c - 1, r - 1) for r, c in places):
        if runs and runs[-1][1] == col and runs[-1][2] + 1 == row:
            runs[-1][2] = row
        else:
            runs.append([row, col, row, col])
    return [(first, col, last, right) for first, col, last, right in runs]
