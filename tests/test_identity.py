"""Whose form it is: hostile marks, marks that are lost or disagree, seals and keys, and what is printed on the sheets."""

import base64
import itertools
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify
from hypothesis import given, settings, strategies as st
from openpyxl.utils.protection import hash_password

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import prior_read
from ogi_xlsx.form.layout import IDENTITY_SHEET, Variant, layout_of, revision_of, text_of
from ogi_xlsx.form.settings import NONE, adjusted, unpacked as unpacked_settings
from ogi_xlsx.form.words import Refusal, level_names
from ogi_xlsx.returns import identify, reader
from ogi_xlsx.returns.identity import Agency, Identity, chunks, packed, personal, seal_of, sealed, unpacked
from ogi_xlsx.returns.opening.page import Book, Cell, Page
from ogi_xlsx.returns.writing import workbook

EDITION = editions.load("2021")
HONEST = Identity(Agency("A", "甲镇", "township"), 2025, "2021", revision_of(EDITION), issue="a1", office="甲市府办")
OTHER = replace(HONEST, agency=Agency("B", "乙镇", "township"), issue="b1")
EVERYWHERE = ("property", "name", "sheet")


def mark(content: object, level: int = 9) -> str:
    """A mark of any content."""
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), level)).decode().rstrip("=")


def changed(**fields: object) -> dict[str, Any]:
    """What stands in an honest mark, with other fields; those of the body by `code`, `name`, `level`."""
    raw = packed(HONEST)
    content: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))))
    content["agency"] |= {name: fields.pop(name) for name in ("code", "name", "level") if name in fields}
    return content | fields


def changes(*limits: object, off: tuple[object, ...] = ()) -> str:
    """Settings as an identity holds them."""
    return json.dumps([limits, off])


HOSTILE: dict[str, str] = {
    "bomb": mark(" " * 50_000_000),
    "bomb of one name": mark(changed(name="镇" * 1_000_000)),
    "deep nesting": mark("[" * 100_000),
    "deep nesting in a field": mark(json.dumps(changed())[:-1] + ',"banner":' + "[" * 50_000 + "]" * 50_000 + "}"),
    "number of many digits": mark(json.dumps(changed())[:-1] + ',"rows":' + "9" * 10_000 + "}"),
    "long mark": "A" * 40_000,
    "not a number": mark(json.dumps(changed())[:-1] + ',"rows":NaN}'),
    "half a character pair": mark(changed(name="甲\ud800镇")),
    "half a character pair, raw": mark(json.dumps(changed(name="甲\ud800镇"), ensure_ascii=False)),
    "rows": mark(changed(rows=10_000)),
    "rows below 0": mark(changed(rows=-1)),
    "rounds": mark(changed(correction=100)),
    "rounds of many digits": mark(changed(correction=10**4000)),
    "rounds below 0": mark(changed(correction=-1)),
    "year without a next": mark(changed(year=9999)),
    "year long past": mark(changed(year=1000)),
    "level": mark(changed(level="galaxy")),
    "levels": mark(changed(levels="township,galaxy")),
    "levels doubled": mark(changed(levels="township,township")),
    "revision": mark(changed(revision="1.1.1")),
    "revision in other digits": mark(changed(revision="１.1")),
    "long name": mark(changed(name="镇" * 101)),
    "long code": mark(changed(code="1" * 41)),
    "line break in a name": mark(changed(name="甲镇\n乙镇")),
    "writing direction in a name": mark(changed(name="甲\u202e镇")),
    "escape in a code": mark(changed(code="\x1b[31mA")),
    "long office": mark(changed(office="办" * 201)),
    "long banner": mark(changed(banner="未" * 20_001)),
    "prior with 16 digits": mark(changed(prior={"prior.t3.carried_out.total": "9" * 16})),
    "prior with 16 digits around the point": mark(changed(prior={"prior.t3.carried_out.total": "1234567890.123456"})),
    "prior with an exponent": mark(changed(prior={"prior.t3.carried_out.total": "1e9"})),
    "prior that is no number": mark(changed(prior={"prior.t3.carried_out.total": "NaN"})),
    "prior that is no text": mark(changed(prior={"prior.t3.carried_out.total": 5})),
    "threshold with a great exponent": mark(changed(settings=changes(("R205", "limit", "township", "1e999999999")))),
    "threshold with a small exponent": mark(changed(settings=changes(("R205", "limit", "township", "1e-999999")))),
    "threshold below 0": mark(changed(settings=changes(("R205", "limit", "township", "-1")))),
    "threshold that is no text": mark(changed(settings=changes(("R205", "limit", "township", 5)))),
    "threshold of no level": mark(changed(settings=changes(("R205", "limit", "galaxy", "5")))),
    "threshold of no code": mark(changed(settings=changes(("\x1b[31m", "limit", "township", "5")))),
    "waiver of the seal": mark(changed(settings=changes(off=(("S303", "理由", "2999-01-01"),)))),
    "waiver of the blanks": mark(changed(settings=changes(off=(("C101", "理由", "2999-01-01"),)))),
    "waiver of a computed total": mark(changed(settings=changes(off=(("R302", "理由", "2999-01-01"),)))),
    "waiver without a day": mark(changed(settings=changes(off=(("R202", "理由", "明年"),)))),
    "waiver with a long reason": mark(changed(settings=changes(off=(("R202", "理" * 1001, "2999-01-01"),)))),
    "long settings": mark(changed(settings="[" * 20_001)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mark_is_none_of_ours_at_once(name: str) -> None:
    began = time.process_time()
    assert unpacked(HOSTILE[name]) is None
    assert time.process_time() - began < 1


def test_honest_mark_is_read_so_that_the_hostile_ones_fail_by_what_they_hold() -> None:
    assert unpacked(mark(changed())) == HONEST
    chosen = changes(("R205", "limit", "township", "500"), off=(("R202", "理由", "2999-01-01"),))
    for fields in ({"rows": 5000}, {"correction": 99}, {"year": 2099}, {"name": "镇" * 100}, {"prior": {"prior.x": "999999999999999"}}, {"settings": chosen}):
        assert unpacked(mark(changed(**fields))) is not None, fields


def test_of_a_field_that_stands_twice_the_last_counts_in_every_mark_alike() -> None:
    found = unpacked(mark(json.dumps(changed())[:-1] + ',"year":2024,"year":2023}'))
    assert found is not None and found.year == 2023


texts = st.text(max_size=200) | st.sampled_from(["{name}" * 30, "{banner}" * 20, "=1+1", "{", "{prior_source}{basis}"])
rules = sorted({rule.code for id_ in editions.available() for rule in editions.load(id_).rules})
keys = sorted({key for id_ in editions.available() for key in prior_read(editions.load(id_))})
limits = st.tuples(
    st.sampled_from(rules), st.sampled_from(["limit", "ratio"]), st.sampled_from([*level_names(), "all"]), st.sampled_from(["0", "1e-99", "999999999999999"])
)
waivers = st.tuples(st.sampled_from(rules), texts, st.sampled_from(["2999-01-01", "0001-01-01"]))
forged = st.builds(
    Identity,
    agency=st.builds(Agency, texts.map(lambda text: text[:40]), texts.map(lambda text: text[:100]), st.sampled_from(list(level_names()))),
    year=st.integers(2000, 2099),
    edition=st.sampled_from(list(editions.available())),
    revision=st.sampled_from(["0.0", "1.0", "0.1", "1.1"]),
    typed_totals=st.booleans(),
    with_text=st.booleans(),
    rows=st.sampled_from([0, 0, 1, 2, 5000]),
    correction=st.integers(0, 99),
    issue=texts.map(lambda text: text[:40]),
    circular=texts,
    deadline=texts,
    office=texts,
    banner=texts | st.just("{prior_source}" * 1000),
    prior=st.dictionaries(
        st.sampled_from([*keys, "prior.nothing", ""]), st.sampled_from(["0", "-5", "999999999999999", "0.000001", "123456789.123456"]), max_size=60
    ),
    prior_source=texts | st.just("{basis}" * 500),
    settings=st.just("") | st.builds(lambda some, more: json.dumps([some, more]), st.lists(limits, max_size=3), st.lists(waivers, max_size=3)),
    levels=st.lists(st.sampled_from(list(level_names())), unique=True).map(",".join),
    compared=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(forged)
def test_whatever_identity_is_accepted_can_be_laid_out_within_a_second(identity: Identity) -> None:
    found = unpacked(packed(identity))
    if found is None:
        return
    assert found == identity
    began = time.process_time()
    edition = adjusted(editions.load(found.edition), unpacked_settings(found.settings) or NONE)
    form, told = layout_of(edition, found.variant), personal(found, edition)
    shown = sum(len(str(text_of(cell, told))) for sheet in form.sheets.values() for cell in sheet.cells.values())
    assert seal_of(found, form) != found.seal
    assert time.process_time() - began < 1
    assert shown < 3_000_000, "a text that names another is not filled in again and again"


def test_summary_of_thousands_without_their_detail_is_told_and_not_read(tmp_path) -> None:
    small = replace(HONEST, agency=Agency("C", "甲县", "county"), rows=1, levels="township")
    claimed = replace(small, rows=5000)
    path = tmp_path / "汇总.xlsx"
    workbook.write(path, layout_of(EDITION, small.variant), sealed(claimed, layout_of(EDITION, claimed.variant)), "x", force=True)
    began = time.process_time()
    read = reader.read(path)
    assert time.process_time() - began < 5, "reading a million cells that are not there took half a minute"
    assert [finding.code for finding in read.findings] == ["S321"] and read.layout is None and "5000个单位" in read.findings[0].message.zh


def test_identity_that_could_not_be_read_back_is_not_sealed() -> None:
    for fields in ({"office": "办" * 999}, {"prior": {"prior.t3.carried_out.total": "9" * 20}}, {"agency": Agency("A", "甲\n镇", "township")}):
        with pytest.raises(Refusal, match="读不回来"):
            sealed(replace(HONEST, **fields), layout())  # type: ignore[arg-type]


def book(held: Mapping[str, Identity | str], sheets: tuple[str, ...] = (), cover: str = "") -> Book:
    """A workbook of which only the marks count: each an identity or a raw text."""
    told = {kind: packed(one) if isinstance(one, Identity) else one for kind, one in held.items()}
    pages = {name: Page(name) for name in sheets}
    if cover:
        pages["封面"].cells[2, 1] = Cell(cover, "s")
    if "sheet" in told:
        pages[IDENTITY_SHEET] = Page(IDENTITY_SHEET, cells={(2 + i, 1): Cell(piece, "s") for i, piece in enumerate(chunks(told["sheet"]))})
    properties = {f"ogi-xlsx-{i}": piece for i, piece in enumerate(chunks(told.get("property", "")), 1)}
    names = {f"ogi_xlsx_{i}": f'"{piece}"' for i, piece in enumerate(chunks(told.get("name", "")), 1)}
    return Book(pages, properties, names, True, (), (), frozenset(), "excel")


def told_of(held: Mapping[str, Identity | str], **more: Any) -> list[tuple[str, str]]:
    """Codes and sentences of the findings about marks."""
    one = book(held, **more)
    return [(finding.code, finding.message.zh) for finding in identify.findings(identify.marks(one), one)]


WORDS = {"property": "文档属性", "name": "定义名称", "sheet": "隐藏工作表“标识”"}


def test_three_marks_that_agree_say_nothing() -> None:
    assert told_of(dict.fromkeys(EVERYWHERE, HONEST)) == []


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_mark_that_is_lost_damaged_or_of_another_is_told_apart(kind: str) -> None:
    three: dict[str, Identity | str] = dict.fromkeys(EVERYWHERE, HONEST)
    ((code, lost),) = told_of({name: one for name, one in three.items() if name != kind})
    assert code == "S302" and WORDS[kind] in lost and ("没有了" in lost or "被删除" in lost)
    ((code, damaged),) = told_of(three | {kind: packed(HONEST)[:-9]})
    assert code == "S302" and f"{WORDS[kind]}里的标记残缺" in damaged
    ((code, other),) = told_of(three | {kind: OTHER})
    assert code == "S305" and f"{WORDS[kind]}的识别标记属于乙镇2025年度，另两处属于甲镇2025年度" in other


def test_mark_of_an_earlier_issue_of_the_same_body_is_told_by_its_number() -> None:
    ((code, told),) = told_of({"property": HONEST, "name": HONEST, "sheet": replace(HONEST, issue="a0", correction=1)})
    assert code == "S305" and "下发编号a0，第1轮修改" in told and "下发编号a1，第0轮修改" in told


def test_marks_that_contradict_each_other_are_told_with_who_is_who() -> None:
    ((code, told),) = told_of({"property": HONEST, "name": OTHER, "sheet": replace(HONEST, year=2024)})
    assert code == "S106" and "文档属性是甲镇2025年度的；定义名称是乙镇2025年度的；隐藏工作表“标识”是甲镇2024年度的" in told
    ((code, told),) = told_of({"property": HONEST, "name": OTHER})
    assert code == "S106" and "隐藏工作表“标识”被删除或清空" in told


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_one_mark_alone_is_told_with_what_it_says_and_is_not_taken(kind: str) -> None:
    ((code, told),) = told_of({kind: HONEST})
    assert code == "S320" and f"只剩{WORDS[kind]}一处，是“甲镇2025年度”的" in told
    assert identify.agreed(identify.marks(book({kind: HONEST}))) is None


def test_workbook_without_marks_is_told_apart_from_a_copy_of_ours_and_from_damaged_marks() -> None:
    form = ("封面", "表二", "表三", "表四", "校验", "打印件")
    assert told_of({}, sheets=("Sheet1",)) == [("S104", "不是下发的报表：找不到识别标记。请填报单位在下发的电子表中填写，不要复制到新文件。")]
    assert "像是把内容复制到了新文件；封面上写的是“甲镇”" in told_of({}, sheets=form, cover="甲镇")[0][1]
    assert "像是把内容复制到了新文件。" in told_of({}, sheets=form)[0][1]
    assert "识别标记残缺" in told_of({"property": "x", "sheet": "y"})[0][1]


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """A workbook issued without a key, and one with a key."""
    folder = tmp_path_factory.mktemp("issued")
    (folder / "key").write_bytes(b"0123456789abcdef0123456789abcdef")
    (plain,), (keyed,) = issue(folder / "plain"), issue(folder / "keyed", "--seal-key", folder / "key")
    return folder, plain, keyed


def reason(path, key: bytes = b"") -> str:
    """What is said of a seal; empty where nothing is."""
    return "；".join(finding.message.zh for finding in reader.read(path, key=key).findings if finding.code in ("S303", "S307"))


def rewritten(path, to, **fields: object):
    """A workbook with another identity in all its marks, and the seal that it had."""
    read = reader.read(path)
    assert read.identity and read.edition
    identity = replace(read.identity, **fields)  # type: ignore[arg-type]
    workbook.write(to, layout_of(read.edition, identity.variant), identity, "x", force=True)
    return to


def test_seals_are_told_apart_by_what_is_wrong_with_them(issued, tmp_path) -> None:
    folder, plain, keyed = issued
    key, other = (folder / "key").read_bytes(), b"f" * 32
    assert reason(plain) == reason(keyed, key) == ""
    assert "没有给出密钥" in reason(keyed)
    assert "用别的密钥下发" in reason(keyed, other)
    assert "封签没有用密钥" in reason(plain, key)
    altered = rewritten(plain, tmp_path / "改.xlsx", year=2024)
    assert "识别信息可能被改动。" in reason(altered)
    assert "识别信息可能被改动。" in reason(altered, key), "a seal without a key that does not match either is no matter of the key"
    for broken in ("", "x", "hmac-sha256:", "A" * 64):
        assert "没有封签，或封签残缺" in reason(rewritten(plain, tmp_path / "无.xlsx", seal=broken))
    assert "用别的密钥下发" in reason(rewritten(keyed, tmp_path / "密.xlsx", year=2024), key)


def test_forged_identity_with_a_seal_of_its_own_fails_where_there_is_a_key(issued, tmp_path) -> None:
    folder, _, keyed = issued
    read = reader.read(keyed)
    assert read.identity and read.layout
    own = seal_of(replace(read.identity, office="别处"), read.layout)
    path = rewritten(keyed, tmp_path / "冒.xlsx", office="别处", seal=own)
    assert reason(path) == "", "without a key anybody can take a seal: documented in docs/security.md"
    assert "封签没有用密钥" in reason(path, (folder / "key").read_bytes())


def test_seal_says_nothing_of_what_was_typed_nor_of_how_many_copies_there_are(issued, tmp_path) -> None:
    folder, _, keyed = issued
    path = fill(keyed, {"t2.licensing.decisions": 123456}, to=tmp_path / "填.xlsx")
    assert reason(path, (folder / "key").read_bytes()) == reason(copy(path, tmp_path / "again" / "填.xlsx"), (folder / "key").read_bytes()) == ""


def test_lock_of_a_sheet_opens_with_a_password_that_is_not_its_own(issued) -> None:
    """Of at most 32 768 hashes each is that of many passwords: the lock is a guard rail."""
    held = openpyxl.load_workbook(issued[1])["表二"].protection.password
    tries = ("".join(letters) + chr(last) for letters in itertools.product("AB", repeat=11) for last in range(32, 127))
    assert any(hash_password(one) == held for one in itertools.islice(tries, 200_000))


def test_altered_content_is_told_whatever_the_seal_says(issued, tmp_path) -> None:
    folder, _, keyed = issued
    path = fill(keyed, {}, to=tmp_path / "改.xlsx")
    content = openpyxl.load_workbook(path)
    content["表三"]["A7"].value = "一、本年新收"
    content.save(path)
    read = reader.read(path, key=(folder / "key").read_bytes())
    assert [finding.code for finding in read.findings if finding.code[0] == "S"] == ["S203"]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (b"", "是空的"),
        (b"\xef\xbb\xbf\r\n", "是空的"),
        (b"123456", "太短，至少16个字符"),
        (b"x" * 5000, "超过4096字节，不像密钥文件"),
        ("folder", "是文件夹，不是文件"),
        (None, "读不到"),
    ],
)
def test_file_that_holds_no_key_is_told_with_what_is_wrong(issued, tmp_path, held, told) -> None:
    if held == "folder":
        (tmp_path / "key").mkdir()
    elif held is not None:
        (tmp_path / "key").write_bytes(held)
    for args in (("verify", issued[1]), ("generate", roster(tmp_path / "r.csv"), "--year", 2025, "--out", tmp_path / "out")):
        result = run(*args, "--seal-key", tmp_path / "key")
        assert result.exit_code == 2 and told in result.stderr and not (tmp_path / "out").exists()


@pytest.mark.parametrize("around", [b"%s", b"%s\n", b"%s\r\n", b"\xef\xbb\xbf%s\r\n", b" %s\t\n\n"])
def test_key_is_the_same_whatever_an_editor_puts_around_it(issued, tmp_path, around) -> None:
    (tmp_path / "key").write_bytes(around % (issued[0] / "key").read_bytes())
    (returned,) = verify(issued[2], "--seal-key", tmp_path / "key", "--engine", "native")[1]["returns"]
    assert not {"S303", "S307"} & set(codes(returned))


def test_name_or_year_changed_on_the_sheets_is_told_as_a_matter_of_identity(tmp_path) -> None:
    path = fill(issue(tmp_path)[0], {})
    content = openpyxl.load_workbook(path)
    content["封面"]["A2"].value = "磁灶镇人民政府"
    content["表三"]["A7"].value = "一、本年新收"
    content.save(path)
    (returned,) = verify(path, "--engine", "native")[1]["returns"]
    told = {finding["code"]: finding["message"]["zh"] for finding in returned["findings"] if finding["severity"] == "error"}
    assert set(told) == {"S203", "S319"} and returned["state"] == "failed"
    assert "封面A2原为“安海镇人民政府”，现为“磁灶镇人民政府”" in told["S319"] and "识别标记是“安海镇人民政府”2025年度的" in told["S319"]


def test_edition_that_is_unknown_and_a_newer_revision_are_told_apart(tmp_path) -> None:
    form = layout_of(EDITION, Variant("township"))
    for fields, told in (({"edition": "2031"}, "没有这个格式版本"), ({"revision": "99.1"}, "较新的2021格式（修订99.1）")):
        workbook.write(tmp_path / "x.xlsx", form, sealed(replace(HONEST, **fields), form), "x", force=True)  # type: ignore[arg-type]
        read = reader.read(tmp_path / "x.xlsx")
        assert [finding.code for finding in read.findings] == ["S105"] and told in read.findings[0].message.zh


def test_no_copy_is_sealed_for_a_form_whose_own_seal_could_not_be_judged(issued, tmp_path) -> None:
    path = copy(issued[2], tmp_path / "in" / "a.xlsx")
    result = run("verify", path, "--corrections", tmp_path / "back", "--engine", "native")
    assert "没有给出密钥，没有生成退回修改表" in result.stderr and not (tmp_path / "back").exists()
