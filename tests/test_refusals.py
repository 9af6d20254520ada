"""What cannot be done is said in one sentence, in both languages, with exit code 2, and leaves nothing behind."""

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from clerks import codes, copy, fill, issue, layout, roster, run, verify

from ogi_xlsx.form import given
from ogi_xlsx.form.words import Refusal, template_folder
from ogi_xlsx.returns import identity as identities, reader
from ogi_xlsx.returns.writing import workbook


def command(*args: object, **more) -> subprocess.CompletedProcess:
    """The command line as a process of its own."""
    return subprocess.run([sys.executable, "-m", "ogi_xlsx", *map(str, args)], capture_output=True, encoding="utf-8", errors="replace", timeout=60, **more)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("generate", "r.csv", "--out", "o"), "缺少 --year"),
        (("generate", "r.csv", "--year", "abc", "--out", "o"), "--year 的值不能用"),
        (("generate", "r.csv", "--year", "99999", "--out", "o"), "--year 的值不能用"),
        (("verify",), "缺少 PATH..."),
        (("verify", "x", "--lang", "fr"), "--lang 的值不能用"),
        (("verify", "x", "--nosuch"), "没有选项 --nosuch"),
        (("nosuch",), "没有这样的命令"),
    ],
)
def test_wrong_usage_is_told_in_both_languages(args, told):
    result = run(*args)
    zh, en = result.stderr.splitlines()
    assert result.exit_code == 2 and told in zh and "--help" in zh and en.startswith("  Wrong usage: ") and not result.stdout


@pytest.mark.parametrize("name", ["generate", "verify", "consolidate", "demo"])
def test_place_that_cannot_be_written_is_told_and_left_alone(tmp_path, name):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    path = fill(issue(tmp_path)[0], {})
    below = tmp_path / "file" / "new.xlsx"
    before = sorted(tmp_path.rglob("*"))
    calls = {
        "generate": ("generate", tmp_path / "roster.csv", "--year", 2025, "--out", below),
        "verify": ("verify", path, "--output", below),
        "consolidate": ("consolidate", path, "--roster", tmp_path / "roster.csv", "--out", below),
        "demo": ("demo", below),
    }
    result = run(*calls[name])
    assert result.exit_code == 2 and "写不进去" in result.stderr, result.stderr
    assert name == "demo" or not result.stdout, "nothing is told of work that has no place"
    assert sorted(tmp_path.rglob("*")) == before


GIVEN = {
    "roster": ("generate", "{}", "--year", 2025, "--out", "{out}"),
    "roster of verify": ("verify", "{return}", "--roster", "{}"),
    "settings": ("verify", "{return}", "--settings", "{}"),
    "text": ("verify", "{return}", "--text", "{}.txt"),
    "prior": ("verify", "{return}", "--prior", "{}.csv"),
    "key": ("verify", "{return}", "--seal-key", "{}"),
    "edition": ("edition", "{}.toml"),
}


@pytest.fixture(scope="module")
def sent_back(tmp_path_factory):
    return issue(tmp_path_factory.mktemp("out"))[0]


@pytest.mark.parametrize("kind", ["pipe", "endless", "folder"])
@pytest.mark.parametrize("name", GIVEN)
def test_what_is_given_and_is_no_regular_file_is_refused_at_once(tmp_path, sent_back, name, kind):
    if not hasattr(os, "mkfifo") or not Path("/dev/zero").exists():
        pytest.skip("there is no such thing here")
    (template,) = [str(one) for one in GIVEN[name] if str(one).startswith("{}")]
    path = tmp_path / template.format("来件")
    {"pipe": os.mkfifo, "endless": lambda path: path.symlink_to("/dev/zero"), "folder": Path.mkdir}[kind](path)
    named = {"{out}": tmp_path / "out", "{return}": sent_back, template: path}
    done = command(*(named.get(str(one), one) for one in GIVEN[name]), preexec_fn=_little_memory)
    assert done.returncode == 2 and "Traceback" not in done.stderr and not (tmp_path / "out").exists(), done.stderr
    assert ("是文件夹" if kind == "folder" else "不是普通文件") in done.stderr, done.stderr


def _little_memory() -> None:
    """What would be read without end ends the process, not the machine."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))


def test_register_that_is_a_pipe_is_refused(tmp_path):
    issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))
    (tmp_path / "out" / "下发登记表.xlsx").unlink()
    os.mkfifo(tmp_path / "out" / "下发登记表.xlsx")
    done = command("generate", tmp_path / "roster.csv", "--year", 2025, "--out", tmp_path / "out", "--only", "A", "--force")
    assert done.returncode == 2 and "下发登记表.xlsx 读不到：不是普通文件" in done.stderr, done.stderr


def test_file_that_is_too_large_is_refused_whatever_its_size_was_said_to_be(tmp_path, monkeypatch):
    path = roster(tmp_path / "r.csv")
    for looked_at in (given.look, lambda *_: None):
        monkeypatch.setattr(given, "look", looked_at)
        with pytest.raises(Refusal, match="超过0MB，没有读"):
            given.content(path, 20)


def test_reader_of_our_output_may_stop_early(tmp_path):
    script = f"{sys.executable} -m ogi_xlsx rules --format markdown | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.startswith("# ") and "程序出错" not in done.stderr and "Traceback" not in done.stderr


def test_console_without_chinese_still_gets_the_rest(tmp_path):
    done = command("verify", issue(tmp_path)[0], "--lang", "en", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1 and "not filled" in done.stdout and "Traceback" not in done.stderr


def test_year_of_an_issued_folder_is_not_mixed_with_another(tmp_path):
    issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))
    result = run("generate", tmp_path / "roster.csv", "--year", 2024, "--out", tmp_path / "out", "--only", "A", "--force")
    assert result.exit_code == 2 and "其他年度" in result.stderr
    assert not list((tmp_path / "out").glob("*2024*"))


def test_edition_that_nobody_could_read_back_is_not_issued(tmp_path):
    text = (template_folder() / "ogi-2021.toml").read_text(encoding="utf-8")
    for id_ in ("2099", "2021"):
        path = tmp_path / f"my-{id_}.toml"
        path.write_text(text.replace('id = "2021"', f'id = "{id_}"', 1), encoding="utf-8")
        result = run("generate", roster(tmp_path / "r.csv"), "--year", 2025, "--edition", path, "--out", tmp_path / "out")
        assert result.exit_code == 2 and "不是已安装的版本" in result.stderr and not (tmp_path / "out").exists()


def test_mark_of_another_body_is_a_warning_and_no_note(tmp_path):
    import openpyxl

    ours, other = issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))
    fill(ours, {})
    book, foreign = openpyxl.load_workbook(ours), openpyxl.load_workbook(other)
    for prop in list(book.custom_doc_props.props):
        del book.custom_doc_props[prop.name]
    for prop in foreign.custom_doc_props.props:
        book.custom_doc_props.append(prop)
    book.save(ours)
    returned = verify(ours)[1]["returns"][0]
    assert returned["state"] == "query" and "S305" in codes(returned, "warning") and "S302" not in codes(returned)
    assert "乙镇2025年度" in next(f for f in returned["findings"] if f["code"] == "S305")["message"]["zh"]


def test_missing_sheet_does_not_invite_a_zero_report(tmp_path):
    import openpyxl

    path = fill(issue(tmp_path)[0], {})
    book = openpyxl.load_workbook(path)
    del book["表三"]
    book.create_sheet("台账")
    book.save(path)
    assert [code for code in codes(verify(path)[1]["returns"][0]) if code[0] == "S"] == ["S201", "S202"]
    assert "C101" not in codes(verify(path)[1]["returns"][0])


@pytest.mark.parametrize(("part", "told"), [("word/document.xml", "Word 文档"), ("ppt/presentation.xml", "演示文稿"), ("a.txt", "压缩包")])
def test_archive_of_another_kind_is_named(tmp_path, part, told):
    for name in ("来件.docx", "来件.xlsx"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, "x")
        (finding,) = verify(tmp_path / name)[1]["returns"][0]["findings"]
        assert finding["code"] == "S102" and told in finding["message"]["zh"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("代码，单位名称，类别\n1，甲镇，镇\n", "请用半角逗号分隔"),
        ("code,name,name,level\n1,甲镇,乙镇,镇\n", "重复的列"),
        ("code,name,level\n1,甲镇,镇\n１,乙镇,镇\n", "与第2行重复"),
        ("code,name,level\n1,甲镇,\n", "没有填类别"),
    ],
)
def test_clumsy_roster_is_told(tmp_path, text, told):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    result = run("generate", tmp_path / "r.csv", "--year", 2025, "--out", tmp_path / "out")
    assert result.exit_code == 2 and told in result.stderr


def test_roster_pasted_with_tabs_is_read(tmp_path):
    (tmp_path / "r.csv").write_text("代码\t单位名称\t类别\n1\t甲镇\t镇\n", encoding="utf-8")
    assert run("generate", tmp_path / "r.csv", "--year", 2025, "--out", tmp_path / "out").exit_code == 0


def test_same_file_by_two_paths_is_one_return(tmp_path):
    path = fill(issue(tmp_path)[0], {})
    assert verify(path, tmp_path / "out" / ".." / "out" / path.name)[1]["summary"]["returns"] == 1


def test_duplicates_are_counted_by_content_and_named(tmp_path):
    path = issue(tmp_path)[0]
    first = fill(path, {}, to=tmp_path / "一.xlsx")
    copy(first, tmp_path / "in" / "一.xlsx")
    copy(first, tmp_path / "in" / "一(1).xlsx")
    fill(path, {"t2.licensing.decisions": 3}, to=tmp_path / "in" / "二.xlsx")
    old = issue(tmp_path / "old", "--edition", "2019", year=2020)[0]
    fill(old, {}, to=tmp_path / "in" / "旧.xlsx", form=layout("2019"))
    fill(issue(tmp_path / "b", lines=("B,乙镇,镇",))[0], {}, to=tmp_path / "in" / "乙.xlsx")
    listed = roster(tmp_path / "r.csv", "350582101,安海镇人民政府,township", "B,乙镇,镇")
    result = run("consolidate", tmp_path / "in", "--roster", listed, "--agency", "350582,晋江市,县", "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 1 and "有2份不同的上报表（" in result.stdout and "二.xlsx" in result.stdout and "旧.xlsx" not in result.stdout


def test_partial_summary_is_told_when_it_is_verified(tmp_path):
    fill(issue(tmp_path, lines=("A,甲镇,镇", "B,乙镇,镇"))[0], {})
    run("consolidate", *sorted((tmp_path / "out").glob("01*")), "--roster", tmp_path / "roster.csv", "--out", tmp_path / "s.xlsx")
    returned = verify(tmp_path / "s.xlsx")[1]["returns"][0]
    assert returned["state"] == "query" and codes(returned, "warning") == ["S306"]


def test_seal_is_taken_over_identity_and_layout(tmp_path):
    read = reader.read(issue(tmp_path)[0])
    assert read.identity and read.layout
    assert identities.seal_of(read.identity, read.layout) == read.identity.seal
    assert identities.seal_of(replace(read.identity, year=2024), read.layout) != read.identity.seal
    assert identities.seal_of(read.identity, read.layout, b"key") != read.identity.seal


def test_failed_writing_leaves_no_temporary_file(tmp_path, monkeypatch):
    read = reader.read(issue(tmp_path)[0])
    monkeypatch.setattr(workbook._Writer, "mark", lambda self: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    result = run("generate", tmp_path / "roster.csv", "--year", 2025, "--out", tmp_path / "again")
    assert read.identity and result.exit_code == 2 and "磁盘空间不足" in result.stderr
    assert not [path for path in Path(tmp_path).iterdir() if path.name.startswith("~ogi-")] and not (tmp_path / "again").exists()
