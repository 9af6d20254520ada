"""Records that pass every check, drawn by hypothesis: what the properties start from."""

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import strategies as st

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.edition import Edition

OFFICIAL = tuple(editions.available())
Values = Mapping[str, Decimal]


def _table_three(draw: st.DrawFn, edition: Edition, few: st.SearchStrategy[int]) -> dict[str, int]:
    """Requests: what came in is what was handled and what is carried over, in each column."""
    rows = list(dict.fromkeys(spot.row.key for spot in edition.spots.values() if spot.table.id == "t3"))
    columns = list(dict.fromkeys(spot.column.key for spot in edition.spots.values() if spot.table.id == "t3"))
    results = rows[rows.index("granted") : rows.index("handled_total")]
    cells = {}
    for column in columns[: columns.index("total")]:
        handled = {row: draw(few) if draw(st.booleans()) else 0 for row in results}
        carried_out = draw(few)
        due = sum(handled.values()) + carried_out
        carried_in = draw(st.integers(0, due))
        told = handled | {"carried_out": carried_out, "carried_in": carried_in, "new_received": due - carried_in}
        cells |= {f"t3.{row}.{column}": value for row, value in told.items()}
    return cells


def _table_two(draw: st.DrawFn, edition: Edition, few: st.SearchStrategy[int]) -> dict[str, int]:
    """Documents and items: the bounds of R202, R211 and R212 are kept, sometimes just so."""
    cells = {key: draw(few) for key, spot in edition.spots.items() if spot.table.id == "t2" and spot.row.key != "regulations"}
    cells |= {key: 0 for key, spot in edition.spots.items() if spot.row.key == "regulations"}
    slack = draw(st.integers(0, 2))
    for key in cells:
        row = key.rpartition(".")[0]
        if key.endswith(".in_force"):
            cells[key] = max(cells[f"{row}.issued_this_year"] - cells[f"{row}.repealed_this_year"], 0) + slack
        if key.endswith(".public_total"):
            cells[key] = cells[f"{row}.published_this_year"] + slack
        if key.endswith(".items_change"):
            cells[key] = slack - cells[f"{row}.items_last_year"]
    return cells | {key: 0 for key, spot in edition.spots.items() if spot.row.key == "regulations"}


@st.composite
def records(draw: st.DrawFn, name: str) -> Values:
    """All numbers of a township that passes every check of an edition, totals included."""
    edition = editions.load(name)
    few = st.integers(0, 9)
    cells = _table_two(draw, edition, few) | _table_three(draw, edition, few)
    cells |= {key: draw(few) for key, spot in edition.spots.items() if spot.table.id == "t4" and spot.column.key != "total"}
    computed = checks_of(edition, "township", False)
    values = computed.complete({key: Decimal(value) for key, value in cells.items()})
    assert set(values) == set(edition.spots)
    return {key: value for key, value in values.items() if value is not None}
