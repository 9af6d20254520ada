"""The board: whose each file is, which one counts, who is missing, and what belongs to nobody."""

from dataclasses import replace

import pytest
from boards import ANHAI, BALANCED, CIZAO, EDUCATION, MANY, UNBALANCED, blank, line_of, of, roster, sent
from returned import reading

from ogi_xlsx.county.body_names import Names
from ogi_xlsx.form.findings import found
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns.identity import Agency
from ogi_xlsx.returns.record import BLANK
from ogi_xlsx.returns.returned import Return


def states(told):
    return [line.state for line in told.lines]


def stray(path, code, **values):
    return Return(path, findings=[found(code, **values)])


def test_each_body_of_the_roster_has_its_line_in_order():
    told = of([sent(EDUCATION, MANY), sent(ANHAI)])
    assert [line.entry.agency.name for line in told.lines] == [ANHAI, CIZAO, EDUCATION]
    assert states(told) == ["passed", "missing", "query"]
    assert (told.year, told.edition, told.unknown) == (2025, "2021", ())


def test_without_a_return_everybody_is_missing():
    told = of([])
    assert states(told) == ["missing"] * 3 and told.year is None and not told.settled
    assert of([], year=2025).year == 2025


def test_files_are_told_by_the_identity_inside():
    told = of([sent(ANHAI, path="收回/磁灶镇人民政府.xlsx")])
    assert states(told) == ["passed", "missing", "missing"]
    assert "文件名像是“磁灶镇人民政府”的，表内是“安海镇人民政府”的" in line_of(told, ANHAI).remarks[0].zh


def test_return_with_no_cell_touched_is_unchanged():
    assert states(of([blank(ANHAI)])) == ["unchanged", "missing", "missing"]


@pytest.mark.parametrize("field", ["cover.filler", "zero.t2", "explain.text.R202"])
def test_one_touched_cell_makes_a_return_one_that_was_filled_in(field):
    returned = blank(ANHAI)
    assert returned.layout
    name = next(name for name in returned.layout.fields if name.startswith(field))
    returned.fields[name] = "是"
    assert states(of([returned]))[0] == "pending"


def test_changed_prefilled_answer_is_a_change():
    returned = blank(ANHAI)
    returned.fields["cover.way"] = "主管部门代录"
    assert states(of([returned]))[0] == "pending"


def test_two_returns_with_different_values_are_a_duplicate_with_the_cells_that_differ():
    told = line_of(of([sent(ANHAI, path="a.xlsx"), sent(ANHAI, BALANCED + "t2.licensing decisions 7", path="b.xlsx")]), ANHAI)
    assert told.state == "duplicate" and told.current is None
    assert [one.returned.path for one in told.files] == ["a.xlsx", "b.xlsx"]
    assert [(one.where.zh, one.held) for one in told.differences] == [("表二B10“行政许可”行“本年处理决定数量”列", ("0", "7"))]
    assert [one.returned.control_sum for one in told.files] == [6, 13]


def test_difference_shows_text_and_blanks_as_they_stand():
    returns = [sent(ANHAI), sent(ANHAI), sent(ANHAI)]
    returns[0].readings["t2.licensing.decisions"] = BLANK
    returns[1].readings["t2.licensing.decisions"] = reading('"３件"')
    told = line_of(of(returns), ANHAI)
    assert told.differences[0].held == ("", "“３件”", "0")
    assert told.differences[0].told.zh.endswith("分别为空白、“３件”、0")


def test_files_with_the_same_values_are_one_and_the_soundest_counts():
    explained, broken = sent(ANHAI, path="b.xlsx"), sent(ANHAI, path="a.xlsx")
    broken.findings.append(found("S205", names="表二"))
    told = line_of(of([broken, explained]), ANHAI)
    assert told.state == "passed" and [one.returned.path for one in told.files] == ["b.xlsx", "a.xlsx"]


def test_typed_zero_and_a_blank_declared_to_be_zero_are_the_same_value():
    declared = sent(ANHAI, path="b.xlsx")
    declared.readings["t2.licensing.decisions"] = BLANK
    undeclared = replace(declared, path="c.xlsx")
    declared.zero = frozenset({"t2"})
    assert states(of([sent(ANHAI), declared]))[0] == "passed"
    assert states(of([sent(ANHAI), undeclared]))[0] == "duplicate"


def test_later_correction_round_replaces_an_earlier_one():
    told = line_of(of([sent(ANHAI, UNBALANCED, path="1.xlsx"), sent(ANHAI, path="2.xlsx", correction=1)]), ANHAI)
    assert told.state == "passed" and [one.returned.path for one in told.files] == ["2.xlsx", "1.xlsx"]
    assert told.remarks == ()


def test_correction_that_corrects_nothing_is_remarked():
    told = line_of(of([sent(ANHAI, UNBALANCED, path="1.xlsx"), sent(ANHAI, UNBALANCED, path="2.xlsx", correction=1)]), ANHAI)
    assert told.state == "failed" and told.remarks[0].zh == "与上一轮相同，未作改动"


def test_year_and_edition_are_those_of_most_returns():
    told = of([sent(ANHAI), sent(CIZAO), sent(EDUCATION, year=2024, path="e.xlsx")])
    assert states(told) == ["passed", "passed", "missing"]
    assert "《e.xlsx》是2024年度（2021格式）的" in line_of(told, EDUCATION).remarks[0].zh
    assert [(one.path, one.kind) for one in told.unknown] == [("e.xlsx", "other_year")]


def test_old_form_belongs_to_nobody():
    told = of([sent(ANHAI), sent(CIZAO), sent(EDUCATION, edition="2019")])
    assert states(told)[2] == "missing" and told.unknown[0].kind == "other_edition"


def test_given_year_wins_over_that_of_most_returns():
    told = of([sent(ANHAI), sent(CIZAO, year=2024), sent(EDUCATION, year=2024)], year=2025)
    assert told.year == 2025 and states(told) == ["passed", "missing", "missing"]


def test_evenly_mixed_years_are_refused():
    with pytest.raises(Refusal, match="2025年度（2021格式）和2024年度（2021格式）各有1份"):
        of([sent(ANHAI), sent(CIZAO, year=2024)])


def test_body_that_is_not_on_the_roster_is_a_stray():
    told = of([sent(ANHAI), sent("外县水利局")])
    assert [(one.kind, one.guess) for one in told.unknown] == [("other_body", None)]
    assert "外县水利局" in told.unknown[0].reason.zh


@pytest.mark.parametrize(
    ("code", "values", "kind"),
    [
        ("S101", {"reason": "没有权限"}, "unreadable"),
        ("S102", {"kind": "图片", "how": "请重发。", "resend": "请重发。"}, "unreadable"),
        ("S103", {"reason": "缺少部件"}, "unreadable"),
        ("S107", {"what": "部件太多"}, "unreadable"),
        ("S104", {"why": "…"}, "not_a_return"),
        ("S106", {"marks": "…"}, "not_a_return"),
        ("S320", {"place": "文档属性", "whose": "甲镇", "lost": "…"}, "not_a_return"),
    ],
)
def test_file_that_cannot_be_read_is_a_stray_with_a_guess_and_a_hint_on_the_line(code, values, kind):
    told = of([sent(CIZAO), stray("收回/安海镇 终稿.xlsx", code, **values)])
    assert [(one.kind, one.guess and one.guess.agency.name) for one in told.unknown] == [(kind, ANHAI)]
    assert told.unknown[0].reason.zh == found(code, **values).message.zh
    assert line_of(told, ANHAI).state == "missing" and [path.name for path in line_of(told, ANHAI).lookalikes] == ["安海镇 终稿.xlsx"]


def test_edition_that_is_unknown_here_is_told_by_the_identity():
    returned = sent(ANHAI)
    returned.layout = None
    returned.findings = [found("S105", why="2031")]
    told = of([returned, sent(CIZAO)])
    assert told.unknown[0].kind == "other_edition" and "2031" in told.unknown[0].reason.zh
    assert states(told)[0] == "missing"


def test_summary_without_its_detail_is_a_stray_that_cannot_be_read():
    returned = sent(ANHAI)
    returned.layout = None
    returned.findings = [found("S321", rows=9, wanted=900, held=1)]
    told = of([returned, sent(CIZAO)])
    assert told.unknown[0].kind == "unreadable" and states(told)[0] == "missing" and line_of(told, ANHAI).astray == ()


def test_other_file_with_the_name_of_a_missing_body_is_a_hint_and_no_assignment():
    told = of([sent(CIZAO)], others=["收回/安海镇人民政府.docx", "收回/磁灶镇.pdf", "收回/通知.docx"])
    assert [path.name for path in line_of(told, ANHAI).lookalikes] == ["安海镇人民政府.docx"]
    assert line_of(told, ANHAI).state == "missing" and line_of(told, CIZAO).lookalikes == () and told.unknown == ()


def test_body_that_may_have_used_the_workbook_of_another_is_told_on_both_lines():
    told = of([sent(ANHAI, path="安海镇.xlsx"), sent(ANHAI, MANY, path="磁灶镇.xlsx")])
    for name in (ANHAI, CIZAO):
        assert any("可能是磁灶镇人民政府误用安海镇人民政府的表（《磁灶镇.xlsx》）" in one.zh for one in line_of(told, name).remarks)
    assert line_of(told, EDUCATION).remarks == ()


def test_only_missing_body_may_have_used_the_workbook_that_came_twice():
    told = of([sent(ANHAI, path="1.xlsx"), sent(ANHAI, MANY, path="2.xlsx"), sent(CIZAO)])
    assert "可能是晋江市教育局误用安海镇人民政府的表" in line_of(told, EDUCATION).remarks[0].zh
    several = of([sent(ANHAI, path="1.xlsx"), sent(ANHAI, MANY, path="2.xlsx")])
    assert all(line.remarks == () for line in several.lines), "of several missing bodies none is suspected"


def test_few_of_the_files_that_came_are_named_with_the_guess():
    cells = [BALANCED + f"t2.licensing decisions {number}" for number in range(9)]
    told = of([*(sent(ANHAI, numbers, path=f"{at}.xlsx") for at, numbers in enumerate(cells)), sent(ANHAI, cells[0], path="抄.xlsx"), sent(CIZAO)])
    remark = line_of(told, EDUCATION).remarks[0]
    assert "（《0.xlsx》、《1.xlsx》、《2.xlsx》等共9份）" in remark.zh and "(《0.xlsx》, 《1.xlsx》, 《2.xlsx》 and more, 9 files in all)" in remark.en


@pytest.mark.parametrize(("beside", "others"), [([sent(EDUCATION, year=2024, path="旧.xlsx")], []), ([], ["教育局.pdf"])])
def test_body_that_sent_something_else_is_not_guessed_to_have_used_the_workbook_of_another(beside, others):
    told = of([sent(ANHAI, path="1.xlsx"), sent(ANHAI, MANY, path="2.xlsx"), sent(CIZAO), *beside], others=others)
    assert line_of(told, EDUCATION).state == "missing" and not any("误用" in one.zh for line in told.lines for one in line.remarks)


def test_other_name_and_level_inside_are_told_and_not_refused():
    returned = sent(ANHAI)
    returned.identity = replace(returned.identity, agency=Agency("A", "安海镇政府", "street"))
    told = line_of(of([returned]), ANHAI)
    assert told.state == "passed"
    assert [one.zh for one in told.remarks] == ["表内单位名称是“安海镇政府”，名单上是“安海镇人民政府”", "表内类别是“街道”，名单上是“乡镇”"]


def test_only_bodies_that_count_are_counted():
    entries = [*roster(ANHAI), *roster(CIZAO, included=False)]
    told = of([sent(ANHAI)], entries)
    assert len(told.due) == 1 and told.count("missing") == 0 and told.settled
    assert states(told) == ["passed", "missing"]


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("03_安海镇人民政府_2025年度.xlsx", ANHAI),
        ("安海镇（终稿） .docx", ANHAI),
        ("安 海 镇.pdf", ANHAI),
        ("市教育局.zip", EDUCATION),
        ("教育局年报.et", EDUCATION),
        ("安海镇和磁灶镇.xlsx", None),
        ("安海.xlsx", None),
        ("人民政府.xlsx", None),
        ("年报表.xlsx", None),
    ],
)
def test_name_of_a_file_holds_the_name_of_a_body_or_a_short_form_of_it(name, whose):
    found = Names(roster(ANHAI, CIZAO, EDUCATION)).in_name(f"教育局/{name}")
    assert (found.agency.name if found else None) == whose


def test_short_form_that_fits_several_bodies_is_no_guess():
    names = Names(roster("晋江市教育局", "石狮市教育局", "安海镇人民政府", "安海镇中心小学"))
    assert names.in_name("教育局.xlsx") is None
    assert names.in_name("石狮市教育局.xlsx").agency.name == "石狮市教育局"
    assert names.in_name("安海镇中心小学.xlsx").agency.name == "安海镇中心小学", "the longest name wins"
    assert Names(roster("第1镇", "第11镇")).in_name("第11镇.xlsx").agency.name == "第11镇"
