"""Workbooks of one issue: written from the parts of the first, each is the very one that is written by itself."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Layout, layout_of, revision_of
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import Agency, Identity, sealed
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.returns.writing.series import Series
from ogi_xlsx.returns.writing.texts import MOST_FOOTER

NAMES = ["安海镇人民政府", "甲", "很长的" * 12 + "局", "A County Bureau", "镇 人 民 政 府", "磁灶镇人民政府𠮷", "=1+1"]
NEED_CARE = ["甲&乙局", "<r>甲</r>", "_x0041_局", "甲\"乙'局", "{name}局", "名" * (MOST_FOOTER + 1)]


def parts(path: Path) -> dict[str, bytes]:
    """All parts but the one that tells when the workbook was made."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


def identified(edition_id: str, agency: Agency, **more: object) -> tuple[Layout, Identity]:
    edition = editions.load(edition_id)
    blank = Identity(agency, 2025 if edition_id == "2021" else 2019, edition.id, revision_of(edition), issue="0a1b2c3d4e5f", **more)
    layout = layout_of(edition, blank.variant)
    return layout, sealed(blank, layout)


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_part_by_part_it_is_the_workbook_that_is_written_by_itself(edition, tmp_path):
    series = Series("PASSWORD23")
    for no, name in enumerate([*NAMES, *NEED_CARE]):
        level = ("township", "department", "county")[no % 3]
        layout, identity = identified(edition, Agency(f"3505{no:02}A", name, level), typed_totals=bool(no % 2), office="晋江市人民政府办公室")
        quick, slow = tmp_path / f"{no}-quick.xlsx", tmp_path / f"{no}-slow.xlsx"
        series.write(quick, layout, identity)
        workbook.write(slow, layout, identity, "PASSWORD23")
        assert parts(quick) == parts(slow), name
        read = reader.read(quick)
        assert read.identity == identity and not [one.code for one in read.findings if one.code.startswith("S")], name


def test_names_that_need_care_and_numbers_of_last_year_are_written_by_themselves(tmp_path, monkeypatch):
    series, written = Series("PASSWORD23"), []
    monkeypatch.setattr(workbook, "write", lambda path, *_, **__: written.append(path.name))
    for name in NEED_CARE:
        series.write(tmp_path / "needs care", *identified("2021", Agency("1", name, "township")))
    series.write(tmp_path / "last year", *identified("2021", Agency("1", "安海镇", "township"), prior={"prior.t3.carried_out.total": "3"}, prior_source="上年"))
    series.write(tmp_path / "simple", *identified("2021", Agency("1", "安海镇", "township")))
    assert written == ["needs care"] * len(NEED_CARE) + ["last year"]


def test_one_that_is_put_together_is_not_put_together_of_anothers_options(tmp_path):
    """Office, circular, deadline and the like stand in the workbook, so that each set of them has a pattern of its own."""
    series, agency = Series("PASSWORD23"), Agency("1", "安海镇", "township")
    options: list[dict[str, object]] = [
        {},
        {"office": "甲办"},
        {"deadline": "2026-01-15"},
        {"circular": "甲〔2025〕1号"},
        {"with_text": True},
        {"typed_totals": True},
    ]
    for no, more in enumerate(options):
        layout, identity = identified("2021", agency, **more)
        series.write(tmp_path / f"{no}.xlsx", layout, identity)
        workbook.write(tmp_path / f"{no}-slow.xlsx", layout, identity, "PASSWORD23")
        assert parts(tmp_path / f"{no}.xlsx") == parts(tmp_path / f"{no}-slow.xlsx"), more


def test_each_has_its_own_mark(tmp_path):
    series = Series("PASSWORD23")
    layout, first = identified("2021", Agency("1", "安海镇", "township"))
    second = sealed(replace(first, agency=Agency("2", "磁灶镇", "township"), issue="ffffffffffff", seal=""), layout)
    for entry in (first, second):
        path = tmp_path / f"{entry.agency.code}.xlsx"
        series.write(path, layout, entry)
        assert reader.read(path).identity == entry
