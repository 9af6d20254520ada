"""publish → import gives the record back, exactly: over random records, both editions, Word and HTML; and a whole report of a township, text and all."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from balanced import OFFICIAL, records
from clerks import run
from hypothesis import HealthCheck, given, settings, strategies as st

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.layout import Variant, layout_of, revision_of
from ogi_xlsx.published import importing, opening
from ogi_xlsx.published.writers import html_report, report, word_report
from ogi_xlsx.returns import prose, reader
from ogi_xlsx.returns.identity import Agency, Identity
from ogi_xlsx.returns.record import Reading, show
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import verify

REAL = Path(__file__).parents[2] / "shared" / "real"
WRITERS = {".docx": word_report.write, ".html": html_report.write}
NAMES = ("晋江市安海镇人民政府", "某县教育局", "甲“乙”街道办事处", "A&B <区> 管委会")
TEXT = (
    "2025年政府信息公开工作年度报告\n根据条例编制。\n一、总体情况\n全年公开信息120条。\n（一）主动公开\n做到应公开尽公开；5<6 & 7>3。\n"
    "五、存在的主要问题及改进情况\n问题是多方面的。\n六、其他需要报告的事项\n无其他事项。"
)


def printed(values, name: str, edition: str, suffix: str) -> bytes:
    """The report of a return that holds these numbers."""
    form = editions.load(edition)
    year = form.last_year or 2025
    identity = Identity(Agency("001", name, "township"), year, form.id, revision_of(form), typed_totals=True)
    layout = layout_of(form, Variant("township", typed_totals=True, revision=identity.revision))
    readings = {key: Reading(values[key], "", show(values[key])) for key in layout.checks.typed_keys}
    text = prose.of_paragraphs("文稿.txt", f"{name}{TEXT}".replace("2025", str(year)).splitlines())
    (judged,) = verify([Return("表.xlsx", identity=identity, edition=form, layout=layout, readings=readings)], "native", text=lambda _: text)
    return WRITERS[suffix](report.of(judged, True, []))


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("edition", OFFICIAL)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_published_is_read_back_exactly(tmp_path, edition, suffix, data):
    values = dict(data.draw(records(edition)))
    money = [key for key, spot in editions.load(edition).spots.items() if spot.column.type == "money"]
    values |= {key: data.draw(st.decimals(0, 10**8, places=6).map(lambda number: number.normalize() + 0)) for key in money}
    values |= {key: Decimal(data.draw(st.integers(0, 10**9))) for key in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=5)) if key not in money}
    name = data.draw(st.sampled_from(NAMES))
    path = tmp_path / f"报告{suffix}"
    path.write_bytes(printed(values, name, edition, suffix))
    one = importing.read(opening.read(path))
    assert {key: Decimal(repr(content)) for key, content in one.contents.items()} == values
    assert not one.tables.left and not any(found.doubts for found in one.tables.printed.values())
    assert (one.year, one.edition.id) == (editions.load(edition).last_year or 2025, edition)
    assert one.agency.name == name or name not in NAMES[:2]  # no body has quotes or brackets in its name
    assert one.prose.sections["一"] == "全年公开信息120条。\n（一）主动公开\n做到应公开尽公开；5<6 & 7>3。"


@pytest.mark.skipif(not REAL.exists(), reason="the real documents are not here")
@pytest.mark.parametrize("suffix", WRITERS)
def test_whole_report_of_a_township_is_the_same_after_import_publish_and_import(tmp_path, suffix):
    shutil.copy(REAL / "anhai-2021.md", tmp_path / "安海.md")
    assert run("import", tmp_path / "安海.md", "--out", tmp_path / "一").exit_code == 0
    told = json.loads(run("verify", tmp_path / "一", "--engine", "native", "--format", "json").stdout)
    assert told["summary"]["failed"] == 0
    assert run("publish", tmp_path / "一" / "安海.xlsx", "--out", tmp_path / f"安海{suffix}").exit_code == 0
    assert run("import", tmp_path / f"安海{suffix}", "--out", tmp_path / "二").exit_code == 0
    first, second = (reader.read(tmp_path / folder / "安海.xlsx") for folder in "一二")
    assert first.readings == second.readings and len(first.readings) >= 198
    assert (tmp_path / "一" / "安海.txt").read_text(encoding="utf-8") == (tmp_path / "二" / "安海.txt").read_text(encoding="utf-8")
    compared = json.loads(run("verify", tmp_path / "一", "--published", tmp_path / f"安海{suffix}", "--engine", "native", "--format", "json").stdout)
    assert not {"P201", "P202", "P203", "P204", "P205"} & {finding["code"] for finding in compared["returns"][0]["findings"]}
