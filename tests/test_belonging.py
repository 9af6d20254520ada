"""Whether a return belongs to the round: another office's, year or edition, issued again, not as it was issued, filled in by another body."""

import json
from dataclasses import replace

import pytest
from boards import ANHAI, BALANCED, CIZAO, MANY, line_of, of, roster as entries, sent
from clerks import codes, copy, fill, issue, layout, roster, run, verify, workbooks

from ogi_xlsx.county import belonging
from ogi_xlsx.county.belonging import Round, hold
from ogi_xlsx.county.body_names import alike
from ogi_xlsx.county.collection import tell_several
from ogi_xlsx.county.issue import Issued, read_register
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import layout_of
from ogi_xlsx.returns import reader
from ogi_xlsx.returns.identity import packed, sealed, unpacked
from ogi_xlsx.returns.record import BLANK
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.returns.writing import workbook
from ogi_xlsx.review.verify import verify as judge

OURS, THEIRS = "晋江市府办", "石狮市府办"


def came(name: str = ANHAI, *, path: str = "", fields: dict[str, object] | None = None, **identity: object) -> Return:
    """A return of a body, with other fields of its identity."""
    returned = sent(name, path=path)
    assert returned.identity
    returned.identity = replace(returned.identity, **{"issue": "a1", "office": OURS, **identity})  # type: ignore[arg-type]
    returned.fields |= fields or {}
    return returned


def line(returned: Return, **more: str) -> Issued:
    """The line of the register under which a return was issued."""
    identity = returned.identity
    assert identity
    return Issued(1, identity.agency.code, identity.agency.name, "a.xlsx", "pw", identity.issue, identity=packed(identity), **more)


def known(*lines: Issued, **more: object) -> Round:
    return Round(2025, "2021", OURS, "", {one.issue: one for one in lines}, **more)  # type: ignore[arg-type]


def told(returned: Return, round_: Round = belonging.NO_ROUND, listed=None) -> list[Finding]:
    """What is said of a return that is held against a roster of 安海镇 and 磁灶镇."""
    before = list(returned.findings)
    list(hold([returned], listed or entries(ANHAI, CIZAO), round_))
    return [finding for finding in returned.findings if finding not in before]


def said(*args, **more) -> list[str]:
    return [finding.code for finding in told(*args, **more)]


def test_return_as_it_was_issued_says_nothing():
    returned = came()
    assert told(returned, known(line(returned))) == [] == told(came())


def test_body_of_no_roster_is_told_with_the_office_that_issued_its_workbook():
    (finding,) = told(came("外县水利局", office=THEIRS), known())
    assert finding.code == "S304" and "外县水利局" in finding.message.zh and "由“石狮市府办”下发" in finding.message.zh


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"year": 2024}, "S308", "2024年度的表，本轮收2025年度的"),
        ({"edition": "2019"}, "S309", "用2019格式填的表，本轮下发的是2021格式"),
        ({"office": THEIRS}, "S310", "由“石狮市府办”下发，不是本轮下发的表"),
    ],
)
def test_other_year_edition_and_office_are_told_apart(fields, code, words):
    (finding,) = told(came(**fields), known())
    assert finding.code == code and words in finding.message.zh and finding.severity == "error"


def test_edition_of_the_round_is_that_which_was_issued_where_the_terms_name_none():
    ours = came(edition="2019")
    assert said(ours, replace(known(line(ours)), edition="")) == []
    assert said(came(issue="x"), replace(known(line(ours)), edition="")) == ["S309"]


def test_same_code_under_another_name_is_another_body_unless_it_was_issued_here():
    foreign = came()
    foreign.identity = replace(foreign.identity, agency=replace(foreign.identity.agency, name="石狮市教育局"))
    (finding,) = told(foreign)
    assert finding.code == "S310" and "代码A在名单上是“安海镇人民政府”，表内却是“石狮市教育局”" in finding.message.zh
    assert said(foreign, known(line(foreign))) == [], "the body was given a new name after its workbook was issued"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("安海镇政府", ANHAI, True), ("安海镇人民政府", "晋江市安海镇人民政府", True), ("石狮市教育局", "晋江市教育局", False), (ANHAI, CIZAO, False)],
)
def test_names_that_can_be_those_of_one_body(first, second, same):
    assert alike(first, second) == alike(second, first) == same


def test_issue_that_was_replaced_is_told_and_what_is_different_too():
    again = came(issue="a2")
    assert [finding.severity for finding in told(came(), known(line(came(), by="a2"), line(again)))] == ["note"]
    more = came(issue="a2", prior={"prior.t3.carried_out.total": "7"}, settings='[[["R205", "limit", "township", "5"]], []]')
    (finding,) = told(came(), known(line(came(), by="a2"), line(more)))
    assert (finding.code, finding.severity) == ("S315", "warning") and "两份不同：上年数、限值和停用的规则" in finding.message.zh
    assert said(came(), known(line(came(), by="a2"), line(came(issue="a2", deadline="1月31日")))) == ["S314"], "a later deadline changes no number"


def test_issue_that_was_replaced_twice_is_held_against_the_last():
    third = came(issue="a3", prior={"prior.t3.carried_out.total": "7"})
    lines = (line(came(), by="a2"), line(came(issue="a2"), by="a3"), line(third))
    (finding,) = told(came(), known(*lines))
    assert finding.code == "S315" and "（a3）" in finding.message.zh
    assert said(came(), known(line(came(), by="a1"))) == ["S314"], "a register that leads in a circle"


def test_issue_that_no_register_holds_is_a_warning():
    (finding,) = told(came(issue="x9"), known(line(came())))
    assert (finding.code, finding.severity) == ("S316", "warning") and "下发编号x9不在本轮的下发登记、退回登记中" in finding.message.zh
    assert said(came(issue="x9"), known()) == [], "without a register nothing can be told"


def test_identity_that_is_not_as_registered_is_told_without_any_key():
    forged = came(settings='[[["R205", "limit", "all", "999999"]], []]', seal="0" * 64)
    (finding,) = told(forged, known(line(came())))
    assert finding.code == "S317" and "限值和停用的规则、封签" in finding.message.zh


def test_summary_has_no_issue_and_ones_own_is_no_stranger():
    summary = came(rows=2, issue="")
    assert said(summary, known(line(came()))) == []
    own = came("晋江市", rows=2, issue="")
    assert said(own, replace(known(), own="晋江市")) == [] and said(own, known()) == ["S304"]


def test_hints_of_another_body_are_called_a_guess_and_show_no_number():
    listed = entries(ANHAI, CIZAO)
    listed = [replace(listed[0], contact="李四", phone="0595-85660001"), replace(listed[1], contact="张 三", phone="１３８００００００００")]
    filled = {"cover.filler": "张三", "cover.phone": 13800000000}
    (finding,) = told(came(path="收回/磁灶镇.xlsx", fields=filled), listed=listed)
    assert (finding.code, finding.severity) == ("S318", "warning") and "这只是猜测" in finding.message.zh
    assert "文件名像是“磁灶镇人民政府”的、填表人是名单上“磁灶镇人民政府”的联系人、联系电话是名单上“磁灶镇人民政府”的" in finding.message.zh
    assert "138" not in finding.message.zh + finding.message.en
    assert said(came(fields={"cover.filler": "李四", "cover.phone": "0595 85660001"}), listed=listed) == []


def test_person_is_no_hint_where_the_roster_names_nobody_for_the_body_itself():
    listed = [entries(ANHAI, CIZAO)[0], replace(entries(ANHAI, CIZAO)[1], contact="张三")]
    assert said(came(fields={"cover.filler": "张三"}), listed=listed) == []
    twice = [replace(one, contact="张三") for one in entries(ANHAI, CIZAO)]
    assert said(came(fields={"cover.filler": "张三"}), listed=twice) == []


def test_board_tells_what_belongs_to_another_and_keeps_it_from_the_line():
    foreign, ours = came(path="外.xlsx", office=THEIRS), came(path="内.xlsx")
    board = of(list(hold([foreign, ours], entries(ANHAI, CIZAO), known())), entries(ANHAI, CIZAO), year=2025)
    line_ = line_of(board, ANHAI)
    assert line_.state == "passed" and len(line_.files) == 1 and line_.astray == ()
    assert [(one.path, one.kind) for one in board.unknown] == [("外.xlsx", "other_body")] and "石狮市府办" in board.unknown[0].reason.zh


@pytest.mark.parametrize(
    ("returned", "round_", "words"),
    [
        (came(), known(line(came(), by="a2"), line(came(issue="a2"))), "先前下发的一份（下发编号a1）"),
        (came(issue="x"), known(line(came())), "不在本轮的下发登记"),
        (came(seal="x"), known(line(came())), "与登记的不同：封签"),
        (came(path="磁灶镇.xlsx"), known(), "可能是“磁灶镇人民政府”误用了它的表"),
    ],
)
def test_board_remarks_what_is_to_be_known_of_an_identity(returned, round_, words):
    remarks = [one.zh for one in line_of(of(list(hold([returned], entries(ANHAI, CIZAO), round_)), entries(ANHAI, CIZAO)), ANHAI).remarks]
    assert sum(words in one for one in remarks) == 1
    assert len({one for one in remarks if "文件名像是" in one}) <= 1, "the name of a file is told once"


LINES = ("D001,安海镇人民政府,镇", "D002,磁灶镇人民政府,镇")


def round_(folder, office: str, *lines: str, year: int = 2025):
    """A round's folder whose workbooks are issued."""
    assert run("init", folder, "--year", year).exit_code == 0
    text = (folder / "本轮.toml").read_text(encoding="utf-8-sig")
    (folder / "本轮.toml").write_text(text.replace('office = ""', f'office = "{office}"'), encoding="utf-8")
    (folder / "名单.xlsx").unlink()
    roster(folder / "名单.csv", *lines)
    return folder


def issued(folder, monkeypatch, *options: object):
    """The workbooks that a round issues."""
    monkeypatch.chdir(folder)
    result = run("generate", "名单.csv", *options)
    assert result.exit_code == 0, result.stderr
    return workbooks(folder / "下发")


def inside(folder, monkeypatch, command: str, *options: object):
    monkeypatch.chdir(folder)
    return run(command, *(() if command == "export" else ("--roster", "名单.csv")), *options)


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """Our round, with its first workbook filled in."""
    folder = round_(tmp_path / "晋江", OURS, *LINES)
    fill(issued(folder, monkeypatch)[0], {"t3.new_received.natural_person": 1}, to=folder / "收回" / "安海镇.xlsx")
    return folder


def returned_by(folder, monkeypatch) -> dict[str, list[str]]:
    """Codes of errors and warnings by file, as `verify` tells them in the round's folder."""
    result = inside(folder, monkeypatch, "verify", "--format", "json", "--engine", "native", "--corrections", folder / "退回")
    return {one["path"].rsplit("/", 1)[-1]: codes(one, "error", "warning") for one in json.loads(result.stdout)["returns"]}


def test_round_tells_what_does_not_belong_and_never_adds_it_up(ours, tmp_path, monkeypatch):
    theirs = round_(tmp_path / "石狮", THEIRS, "D001,石狮市教育局,部门", "D002,磁灶镇人民政府,镇")
    last = round_(tmp_path / "上年", OURS, *LINES, year=2024)
    balanced = {"t3.new_received.natural_person": 2, "t3.carried_out.natural_person": 2}
    first, second = issued(theirs, monkeypatch)
    fill(first, balanced, to=ours / "收回" / "外甲.xlsx", form=layout(level="department"))
    fill(second, balanced, to=ours / "收回" / "外乙.xlsx")
    fill(issued(last, monkeypatch)[1], balanced, to=ours / "收回" / "旧.xlsx")
    fill(ours / "收回" / "安海镇.xlsx", {"t3.carried_out.natural_person": 1})
    found = returned_by(ours, monkeypatch)
    assert found == {"安海镇.xlsx": [], "外甲.xlsx": ["S310"], "外乙.xlsx": ["S310"], "旧.xlsx": ["S308"]}
    board = json.loads(inside(ours, monkeypatch, "status", "--format", "json").stdout)
    assert [one["state"] for one in board["agencies"]] == ["passed", "missing"]
    assert sorted((one["path"].rsplit("/", 1)[-1], one["kind"]) for one in board["unknown"]) == [
        ("外乙.xlsx", "other_body"),
        ("外甲.xlsx", "other_body"),
        ("旧.xlsx", "other_year"),
    ]
    result = inside(ours, monkeypatch, "consolidate", "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 1 and "已汇总1个" in result.stdout and result.stdout.count("不在名单中，没有纳入") == 2
    read = reader.read(tmp_path / "s.xlsx")
    assert read.added_up == ["D001"] and read.record and read.record.values["t3.new_received.natural_person"] == 1


def test_round_never_adds_up_last_years_forms_even_where_most_are(ours, tmp_path, monkeypatch):
    (ours / "收回" / "安海镇.xlsx").unlink()
    for path in issued(round_(tmp_path / "上年", OURS, *LINES, year=2024), monkeypatch):
        fill(path, {}, to=ours / "收回" / path.name)
    result = inside(ours, monkeypatch, "consolidate", "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 2 and not (tmp_path / "s.xlsx").exists()


def test_no_correction_copy_is_made_of_what_does_not_belong(ours, tmp_path, monkeypatch):
    (ours / "收回" / "安海镇.xlsx").unlink()
    theirs = issued(round_(tmp_path / "石狮", THEIRS, "D001,石狮市教育局,部门"), monkeypatch)[0]
    copy(theirs, ours / "收回" / "外.xlsx")
    copy(issued(round_(tmp_path / "三", THEIRS, "X9,石狮市水利局,部门"), monkeypatch)[0], ours / "收回" / "外2.xlsx")
    result = inside(ours, monkeypatch, "verify", "--engine", "native")
    assert result.stderr.count("不属于本轮（单位、年度或格式不符），没有生成退回修改表") == 2 and not list((ours / "退回").iterdir())


def test_form_issued_again_is_still_the_bodys_and_is_told(ours, monkeypatch):
    issued(ours, monkeypatch, "--only", "D001", "--force")
    _, lines = read_register(ours / "下发" / "下发登记表.xlsx")
    old, new = [one for one in lines if one.code == "D001" and one.by], [one for one in lines if one.code == "D001" and not one.by]
    assert len(lines) == 3 and old[0].by == new[0].issue and all((one := unpacked(each.identity)) and one.issue == each.issue for each in lines)
    (told_,) = [finding for finding in verify_inside(ours, monkeypatch)[0]["findings"] if finding["code"] == "S314"]
    assert old[0].issue in told_["message"]["zh"] and new[0].issue in told_["message"]["zh"] and told_["severity"] == "note"
    assert "先前下发的一份" in inside(ours, monkeypatch, "status").stdout


def verify_inside(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return json.loads(run("verify", "--roster", "名单.csv", "--format", "json", "--engine", "native").stdout)["returns"]


def test_whole_round_issued_again_with_other_settings_is_told_with_what_differs(ours, monkeypatch):
    (ours / "设置.toml").write_text("[R205]\nlimits = { township = 5 }\n", encoding="utf-8")
    issued(ours, monkeypatch, "--settings", "设置.toml", "--force")
    _, lines = read_register(ours / "下发" / "下发登记表.xlsx")
    assert [(one.code, bool(one.by)) for one in lines] == [("D001", False), ("D001", True), ("D002", False), ("D002", True)]
    (told_,) = [finding for finding in verify_inside(ours, monkeypatch)[0]["findings"] if finding["code"] == "S315"]
    assert "两份不同：限值和停用的规则" in told_["message"]["zh"]


def test_correction_copy_is_found_in_its_own_register(ours, monkeypatch):
    assert inside(ours, monkeypatch, "verify", "--engine", "native").exit_code == 1
    (made,) = [path for path in workbooks(ours / "退回") if not path.name.startswith("退回登记表")]
    fill(made, {"t3.carried_out.natural_person": 1}, to=ours / "收回" / "改好.xlsx", zero=False)
    found = returned_by(ours, monkeypatch)
    assert found["改好.xlsx"] == []


def test_forged_identity_is_told_by_the_register_without_a_key(ours, monkeypatch):
    path = ours / "收回" / "安海镇.xlsx"
    read = reader.read(path)
    assert read.identity and read.edition
    forged = replace(read.identity, prior={"prior.t3.carried_out.total": "5"}, prior_source="自编")
    form = layout_of(read.edition, forged.variant)
    workbook.write(path, form, sealed(forged, form), "x", force=True)
    assert "S317" in returned_by(ours, monkeypatch)["安海镇.xlsx"]


def test_register_that_cannot_be_read_is_noted_and_verify_goes_on(ours, monkeypatch):
    (ours / "下发" / "下发登记表.xlsx").write_bytes(b"PK\x03\x04 damaged")
    result = inside(ours, monkeypatch, "verify", "--engine", "native")
    assert "下发/下发登记表.xlsx 读不懂，没有与下发登记核对" in result.stderr and "共1份" in result.stdout


def test_verify_tells_differing_returns_of_one_body_and_only_those(tmp_path):
    first, second = issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))
    (tmp_path / "in").mkdir()
    fill(first, {}, to=tmp_path / "in" / "一.xlsx")
    fill(first, {"t2.licensing.decisions": 3}, to=tmp_path / "in" / "二.xlsx")
    copy(fill(second, {}, to=tmp_path / "in" / "三.xlsx"), tmp_path / "in" / "四.xlsx")
    code, result = verify(tmp_path / "in", "--engine", "native")
    told_ = [[finding["message"]["zh"] for finding in one["findings"] if finding["code"] == "S322"] for one in result["returns"]]
    assert code == 0 and [len(one) for one in told_] == [1, 0, 1, 0]
    assert "“甲镇”2025年度有2份数不同的表：《一.xlsx》（核对数0）；《二.xlsx》（核对数3）。" in told_[0][0]
    shown = run("verify", tmp_path / "in", "--engine", "native").stdout
    assert shown.count("S322") == 2 and "如属实" not in shown, "no words on one of several settle which holds"


def test_copies_of_differing_returns_are_told_like_these():
    returns = [sent(ANHAI, path=f"{number}.xlsx") for number in range(5)] + [sent(ANHAI, MANY, path="甲.xlsx"), sent(CIZAO)]
    returns[1].readings["t2.licensing.decisions"] = BLANK
    judged = judge(returns, "native")
    tell_several(judged)
    found = [[finding for finding in one.findings if finding.code == "S322"] for one in judged]
    assert [len(each) for each in found] == [1] * 6 + [0] and judged[0].state == "query"
    (told_,) = {each[0].message for each in found if each}
    assert "有3份数不同的表：《0.xlsx》（核对数6），与它相同的还有《2.xlsx》、《3.xlsx》、《4.xlsx》；《1.xlsx》；《甲.xlsx》（核对数70000006）。" in told_.zh
    assert "《0.xlsx》 (control sum 6), the same as 《2.xlsx》, 《3.xlsx》, 《4.xlsx》; 《1.xlsx》; 《甲.xlsx》 (control sum 70000006)." in told_.en


def test_many_differing_returns_are_counted_as_files():
    returns = [sent(ANHAI, BALANCED + f"t2.licensing decisions {number}", path=f"{number}.xlsx") for number in range(7)]
    judged = judge(returns, "native")
    tell_several(judged)
    (told_,) = [finding.message.zh for finding in judged[6].findings if finding.code == "S322"]
    assert "有7份数不同的表：《0.xlsx》" in told_ and "《4.xlsx》（核对数10）等共7份。" in told_


def test_return_of_another_year_beside_is_no_second_return(tmp_path):
    (tmp_path / "in").mkdir()
    fill(issue(tmp_path)[0], {}, to=tmp_path / "in" / "今.xlsx")
    fill(issue(tmp_path / "old", year=2024)[0], {"t2.licensing.decisions": 3}, to=tmp_path / "in" / "去.xlsx")
    assert all("S322" not in codes(one) for one in verify(tmp_path / "in", "--engine", "native")[1]["returns"])


@pytest.fixture
def with_last_years(tmp_path):
    """Outside of any round: two forms of this year and one of last, which came in time for its own year's report only."""
    lines = ("A,甲镇,镇", "B,乙镇,镇", "C,丙镇,镇")
    (tmp_path / "in").mkdir()
    for number, path in enumerate(issue(tmp_path, lines=lines)[:2]):
        fill(path, {"cover.date": "2026-01-12"}, to=tmp_path / "in" / f"{number}.xlsx")
    last = issue(tmp_path / "old", year=2024, lines=lines)[2]
    fill(last, {"t3.new_received.natural_person": 1, "cover.date": "2026-01-12"}, to=tmp_path / "in" / "旧.xlsx")
    return tmp_path


@pytest.mark.parametrize("listed", [True, False])
def test_most_returns_decide_outside_of_a_round_what_is_of_another_year(with_last_years, listed):
    options = ("--roster", with_last_years / "roster.csv") if listed else ()
    copies = ("--corrections", with_last_years / "退回")
    code, result = verify(with_last_years / "in", "--engine", "native", *options, *copies)
    found = [codes(one) for one in result["returns"]]
    assert code == 1 and "S308" not in found[0] + found[1] and "S308" in found[2], "as status tells it"
    assert "S401" not in found[2], "the deadline is that of another round"
    assert not workbooks(with_last_years / "退回")


def test_nobody_decides_where_years_are_evenly_mixed(with_last_years):
    (with_last_years / "in" / "1.xlsx").unlink()
    assert all("S308" not in codes(one) for one in verify(with_last_years / "in", "--engine", "native")[1]["returns"])


def test_numbers_of_several_years_may_be_listed_together(tmp_path):
    (tmp_path / "in").mkdir()
    for year in (2023, 2024, 2025):
        for path in issue(tmp_path / str(year), year=year, lines=("A,甲镇,镇", "B,乙镇,镇")[: 2 if year == 2025 else 1]):
            fill(path, {}, to=tmp_path / "in" / f"{year}{path.name}")
    result = run("export", tmp_path / "in", "--roster", tmp_path / "2025" / "roster.csv", "--out", tmp_path / "r.csv")
    assert result.exit_code == 0, result.stdout + result.stderr


def test_form_that_two_bodies_filled_in_is_a_duplicate_on_the_board():
    board = of([sent(ANHAI, BALANCED, path="a.xlsx"), sent(ANHAI, MANY, path="磁灶镇.xlsx")])
    assert line_of(board, ANHAI).state == "duplicate" and "误用" in line_of(board, CIZAO).remarks[0].zh
