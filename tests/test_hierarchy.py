"""Sums of a summary over its parts, number by number: what agrees, what differs, what cannot be compared."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import returned

from ogi_xlsx.county import hierarchy
from ogi_xlsx.county.hierarchy import Member
from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.form.layout import Variant, layout_of
from ogi_xlsx.form.words import template
from ogi_xlsx.review.verify import verify

PUBLISHED = json.loads((Path(__file__).parent / "data" / "published" / "suqian-shi-2023.json").read_text(encoding="utf-8"))["values"]
NEW, CARRIED, FEES = "t3.new_received.natural_person", "t3.carried_in.natural_person", "t2.fees.amount"


def told(whole, *parts, absent=(), listed_all=True, level="county", edition="2021"):
    """Findings of a whole whose other numbers, and those of its parts (甲, 乙, 丙), are 0."""
    layout = layout_of(editions.load(edition), Variant(level))
    members = [Member("全县", complete(layout, whole))] + [Member(name, complete(layout, values)) for name, values in zip("甲乙丙丁戊", parts, strict=False)]
    return hierarchy.findings(layout, members[0], members[1:], absent, listed_all)


def complete(layout, values):
    """All numbers of a form; None for a cell without one."""
    given = {key: None if value is None else Decimal(str(value)) for key, value in values.items()}
    return layout.checks.complete(dict.fromkeys(layout.checks.typed_keys, Decimal(0)) | given)


def codes(findings):
    return [(finding.code, finding.severity) for finding in findings]


SUMS = [
    ("H101", "error", "t3.granted.natural_person"),
    ("H102", "error", CARRIED),
    ("H103", "warning", "t4.review.upheld"),
    ("H104", "warning", "t2.normative_documents.in_force"),
    ("H105", "warning", "t2.licensing.decisions"),
    ("H105", "warning", "t2.coercion.decisions"),
]


@pytest.mark.parametrize(("code", "severity", "key"), SUMS)
def test_each_number_is_the_sum_of_the_parts(code, severity, key):
    assert told({key: 7}, {key: 3}, {key: 4}) == []
    (finding,) = told({key: 8}, {key: 3}, {key: 4})
    assert (finding.code, finding.severity, finding.basis) == (code, severity, "local")
    assert (finding.left, finding.right, finding.difference, finding.cells) == ("8", "7", "1", (key,))
    assert "汇总表8，各单位合计7，多1" in finding.message.zh and "8 in the summary, the parts add up to 7" in finding.message.en
    assert "少1" in told({key: 6}, {key: 3}, {key: 4})[0].message.zh


@pytest.mark.parametrize(("code", "severity", "key"), SUMS)
def test_a_sum_without_everybody_is_only_queried_and_says_whose_number_is_lacking(code, severity, key):
    for finding in (told({key: 8}, {key: 3}, absent=["丁局"])[0], told({key: 8}, {key: 3}, {key: None})[0]):
        assert (finding.code, finding.severity) == (code, "warning")
        assert "因此只请核实" in finding.message.zh and ("丁局" in finding.message.zh) != ("乙" in finding.message.zh)
    (finding,) = told({key: 8}, {key: 3}, listed_all=False)
    assert finding.severity == "warning" and ("没有名单" in finding.message.zh) == (severity == "error")


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_every_number_of_an_edition_has_a_code_that_holds_it(edition):
    keys = editions.load(edition).spots
    assert {key for key in keys if hierarchy.sum_code(key, "city") is None} == set()
    assert {key.rpartition(".")[0] for key in keys if hierarchy.sum_code(key, "county") == ""} == {"t2.regulations"}
    assert all(entry["code"] in catalogue() for entry in template("summary.toml")["sum"])


def test_rules_of_a_county_are_left_to_r201_and_summed_for_a_city():
    key = "t2.regulations.in_force"
    assert told({key: 0}, {key: 2}) == []
    assert codes(told({key: 3}, {key: 2}, level="city")) == [("H104", "warning")]
    whole = returned.build("2021", returned.cells_of("t2.regulations in_force 1"), level="county")
    assert "R201" in [finding.code for finding in verify([whole], "native")[0].findings]


@pytest.mark.parametrize(
    ("whole", "parts", "agrees"),
    [
        ("0.3", ("0.1", "0.2"), True),  # exact, where binary numbers are not
        ("0.5", ("0.25", "0.3"), True),  # the whole was rounded to one decimal: two amounts, 0.05 each
        ("0.66", ("0.25", "0.3"), False),
        ("5.75", ("2", "3.25"), True),  # a whole number may have been rounded
        ("6.5", ("2", "3.25"), False),
        ("10.2", ("10.1", "0", "0", "0"), False),  # nobody rounded a 0
    ],
)
def test_amounts_may_differ_by_rounding(whole, parts, agrees):
    assert codes(told({FEES: whole}, *({FEES: part} for part in parts))) == ([] if agrees else [("H106", "warning")])


def test_a_part_above_the_whole_is_an_error_with_returns_missing_too():
    (finding,) = told({NEW: 3}, {NEW: 5}, absent=["丁局"])
    assert (finding.code, finding.severity, finding.basis) == ("H107", "error", "inference")
    assert (finding.left, finding.right, finding.difference) == ("3", "5", "-2") and "汇总表3，甲5，相差2" in finding.message.zh
    assert codes(told({NEW: 3}, {NEW: 5})) == [("H101", "error")], "where the sum is an error it is not told again"
    assert codes(told({"t4.review.upheld": 3}, {"t4.review.upheld": 5})) == [("H107", "error")], "in place of a query"
    assert codes(told({NEW: 9}, {NEW: 5}, absent=["丁局"])) == [("H101", "warning")]


def test_changes_may_be_above_the_whole():
    key = "t2.licensing.items_change"
    assert told({key: 1}, {key: 3}, {key: -2}, edition="2019") == []
    assert codes(told({key: 1}, {key: 3}, edition="2019")) == [("H105", "warning")]


@pytest.mark.parametrize(
    "key", ["t2.normative_documents.made_this_year", "t2.penalties.items_last_year", "t2.other_services.decisions", "t2.fees.items_last_year"]
)
def test_the_2019_table_two_is_added_up(key):
    assert told({key: 7}, {key: 3}, {key: 4}, edition="2019") == []
    assert [severity for _, severity in codes(told({key: 8}, {key: 3}, {key: 4}, edition="2019"))] == ["warning"]


@pytest.mark.parametrize(("measures", "expected"), [(("元", "元", "元"), "H106"), (("万元", "元", "元"), "H108"), (("元", "元", ""), "H108")])
def test_purchase_amounts_are_compared_in_one_measure_only(measures, expected):
    key = "t2.procurement.amount"
    layout = layout_of(editions.load("2019"), Variant("county"))
    whole, *parts = (
        Member(name, complete(layout, {key: value}), {key: measure} if measure else {})
        for name, value, measure in zip(("全县", "甲", "乙"), (90, 40, 50.5), measures, strict=True)
    )
    differing = Member("全县", complete(layout, {key: 95}), whole.measures)
    (finding,) = hierarchy.findings(layout, differing, parts, (), True)
    assert (finding.code, finding.cells) == (expected, (key,))


def test_what_nobody_says_how_to_add_up_is_told_as_not_compared():
    edition = returned.edition_named("every-feature")
    layout = layout_of(edition, Variant("county"))
    numbers = complete(layout, {})
    findings = hierarchy.findings(layout, Member("全县", numbers), [Member("甲", numbers)], (), True)
    known = {key for key in layout.where if hierarchy.sum_code(key, "county") is not None}
    assert known < set(layout.where) and [finding.code for finding in findings] == ["H108"] and not known & set(findings[0].cells)


def test_totals_are_compared_only_where_they_do_not_follow():
    layout = layout_of(editions.load("2021"), Variant("county", typed_totals=True))
    row = {key: Decimal(0) for key in layout.where if key.startswith("t3.granted.")}
    wrong = Member("全县", row | {"t3.granted.total": Decimal(5)})
    assert hierarchy.findings(layout, wrong, [Member("甲", row)], (), True) == [], "R303 tells that it is not the sum of its row"
    alone = Member("全县", {"t3.granted.total": Decimal(5)})
    assert [finding.cells for finding in hierarchy.findings(layout, alone, [Member("甲", row)], (), True)] == [("t3.granted.total",)]


def test_many_differences_are_one_finding_with_every_key():
    keys = [key for key in layout_of(editions.load("2021"), Variant("county")).checks.typed["t3"] if ".new_received." in key or ".granted." in key][:8]
    few, many = told(dict.fromkeys(keys[:5], 9), {keys[0]: 1}), told(dict.fromkeys(keys, 9), {keys[0]: 1})
    assert [len(finding.cells) for finding in few] == [1] * 5 and all(finding.left for finding in few)
    (finding,) = many
    assert finding.cells == tuple(keys) and "等共8处" in finding.message.zh and finding.left is None


def test_a_body_is_named_only_where_it_alone_explains_the_difference():
    other = "t3.granted.natural_person"
    (finding,) = told({NEW: 4, other: 3}, {NEW: 4, other: 3}, {NEW: 2, other: 1})
    assert finding.hint.zh == "可能漏了乙：所差的正是该单位的数。" and len(finding.cells) == 2
    (finding,) = told({NEW: 8}, {NEW: 4}, {NEW: 2})
    assert finding.hint.zh.startswith("可能重复计入了乙")
    assert told({NEW: 6}, {NEW: 4}, {NEW: 2}, {NEW: 2})[0].hint is None, "two bodies come into question"
    assert told({NEW: 5}, {NEW: 4}, {NEW: 2})[0].hint is None


def test_a_published_sum_over_eleven_parts_agrees():
    """The parts that 宿迁市 printed for 2023 are new requests and those carried in together; here all 96 of these belong to the second."""
    parts = [349, 933, 477, 301, 874, 216, 348, 55, 26, 12, 16]
    new, carried = "t3.new_received.total", "t3.carried_in.total"
    whole = {key: Decimal(PUBLISHED[key]) for key in (new, carried)}
    assert sum(parts) == 3607 == sum(whole.values()) == PUBLISHED["t3.handled_total.total"] + PUBLISHED["t3.carried_out.total"]
    layout = layout_of(editions.load("2021"), Variant("city"))
    members = [Member(f"第{i}", {new: Decimal(n - 96 * (i == 1)), carried: Decimal(96 * (i == 1))}) for i, n in enumerate(parts)]
    assert hierarchy.findings(layout, Member("宿迁市", whole), members, (), True) == []
    (finding,) = hierarchy.findings(layout, Member("宿迁市", whole | {new: whole[new] - 55}), members, (), True)
    assert finding.code == "H101" and finding.hint.zh.startswith("可能漏了第7：")
