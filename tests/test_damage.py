"""Damage by chance, to honest workbooks of three programs: it is seen, or every number is still the one that was typed.

A failure names saver, kind and seed: `damage.KINDS[kind](Random(seed), parts)` makes the file again.
"""

import time
from itertools import product
from random import Random

import damage
import found
import hostile
import office
import pytest

from ogi_xlsx.returns import reader
from ogi_xlsx.review.verify import PASSED_STATE, verify

SAVERS = ("xlsxwriter", "openpyxl", "LibreOffice")
SEEDS = range(3)  # of each kind and saver: some four hundred files
MOST_SECONDS = 12  # of processor time, on a busy machine too


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, hostile.Parts]:
    """The parts of one workbook as three programs save it."""
    folder = tmp_path_factory.mktemp("honest")
    files = hostile.honest(folder)
    if office.SOFFICE:
        office.convert([files["openpyxl"]], "xlsx", folder / "LibreOffice")
        files["LibreOffice"] = folder / "LibreOffice" / "openpyxl.xlsx"
    return {name: hostile.parts(path) for name, path in files.items()}


@pytest.fixture(scope="module")
def right(saved: dict[str, hostile.Parts], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The record of the honest workbook, which is the same whoever saved it."""
    folder = tmp_path_factory.mktemp("right")
    judged = verify([reader.read(hostile.pack(folder / f"{name}.xlsx", parts)) for name, parts in saved.items()], "native")
    assert [(one.state, one.findings) for one in judged] == [(PASSED_STATE, [])] * len(saved)
    records = [hostile.record(one.returned) for one in judged]
    assert records == records[:1] * len(records)
    return records[0]


@pytest.mark.parametrize(("saver", "kind"), [one for one in product(SAVERS, damage.KINDS) if one[0] != "openpyxl" or one[1] not in damage.WITH_TEXTS])
def test_damage_is_seen_or_leaves_every_number_as_it_was(saver, kind, saved, right, tmp_path):
    if saver not in saved:
        pytest.skip(office.MISSING)
    parts = saved[saver]
    for seed in SEEDS:
        made = damage.KINDS[kind](Random(seed), dict(parts))
        case = f"{saver}, {kind}, seed {seed}"
        began = time.process_time()
        try:
            judged = found.returned(made)
        except Exception as error:
            raise AssertionError(case) from error
        assert time.process_time() - began < MOST_SECONDS, case
        if judged and (judged.state == PASSED_STATE or not judged.findings):
            assert hostile.record(judged.returned) == right, case
