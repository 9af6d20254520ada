"""What nobody can trust costs one finding, in words a clerk understands, and never more than seconds: each row of what is known to go wrong."""

import gc
import json
import os
import re
import time
from pathlib import Path

import hostile
import pytest
from clerks import run
from hostile_cases import ARCHIVES, CASES, PARTS, Case

from ogi_xlsx.returns import reader, within
from ogi_xlsx.review.verify import FAILED_STATE, PASSED_STATE, PENDING_STATE, QUERY, UNREADABLE, Judged, verify

MOST_SECONDS = 12  # of processor time, on a busy machine too: files within all limits take some four on an idle one
MOST_BYTES = 600_000_000  # beside what the program itself takes; files within all limits take half of it
LEAKS = re.compile(r"None|Error\b|Exception|\{[a-z_]+\}|\\x|[\x00-\x1f\x7f-\x9f\u202a-\u202e]")
HEAVY = [name for name, case in CASES.items() if any(word in name for word in ("bomb", "million", "hundred", "thousand", "megabytes", "gigabytes", "whole"))]


@pytest.fixture(autouse=True)
def as_in_a_worker():
    """What other tests left in memory is not gone through again and again while a large file is read."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(within.GARBAGE)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> hostile.Parts:
    """The parts of an honest workbook, as xlsxwriter writes them."""
    return hostile.parts(hostile.honest(tmp_path_factory.mktemp("honest"))["xlsxwriter"])


@pytest.fixture(scope="module")
def right(held: hostile.Parts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What stands in the honest workbook."""
    (judged,) = judge(hostile.pack(tmp_path_factory.mktemp("right") / "诚实.xlsx", held))
    assert judged.state == PASSED_STATE and not judged.findings
    return hostile.values(judged.returned)


def judge(*paths: Path) -> list[Judged]:
    return verify([reader.read(path) for path in paths], "native")


def memory(peak: str = "") -> int:
    """Bytes that this process holds, its peak forgotten; or that peak (`VmHWM`). 0 where the system does not tell."""
    if not (status := Path("/proc/self/status")).exists():
        return 0
    if not peak:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    (kilobytes,) = re.findall(rf"{peak or 'VmRSS'}:\s*(\d+) kB", status.read_text(encoding="ascii"))
    return 1024 * int(kilobytes)


def told(judged: Judged) -> list[tuple[str, str]]:
    return [(finding.code, finding.message.zh) for finding in judged.findings]


def assert_told(judged: Judged, case: Case, right: dict[str, object]) -> None:
    """One of the codes of the case with its word and no verdict that is right, or nothing and all numbers right."""
    codes = case.codes.split()
    if case.harmless and not {finding.code for finding in judged.findings} & set(codes):
        codes = []
    if not codes:
        assert judged.state == PASSED_STATE, told(judged)
        assert hostile.values(judged.returned) == right
        return
    assert [message for code, message in told(judged) if code in codes and case.word in message], (case.codes, case.word, told(judged))
    assert judged.state in (UNREADABLE, FAILED_STATE, PENDING_STATE, QUERY) or (codes == ["S222"] and hostile.values(judged.returned) == right)
    for finding in judged.findings:
        for sentence in (finding.message.zh, finding.message.en):
            assert not LEAKS.search(sentence), sentence


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_told_and_an_odd_one_is_read_right(name, held, right, tmp_path):
    path = tmp_path / "来件.xlsx"
    path.write_bytes(CASES[name].file(held))
    before, began = memory(), time.process_time()
    (judged,) = judge(path)
    spent, taken = time.process_time() - began, memory("VmHWM") - before
    assert spent < MOST_SECONDS, f"{spent:.1f} s"
    assert taken < MOST_BYTES, f"{taken // 1_000_000} MB"
    assert_told(judged, CASES[name], right)


@pytest.mark.parametrize("suffix", [".xls", ".et", ".exe", ".csv", ""])
def test_a_name_is_a_label_and_the_content_decides(suffix, held, right, tmp_path):
    (judged,) = judge(hostile.pack(tmp_path / f"来件{suffix}", held))
    assert hostile.values(judged.returned) == right


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def folder(path: Path, _: Path) -> None:
    path.mkdir()


def endless(path: Path, _: Path) -> None:
    path.symlink_to("/dev/zero")


def dead_link(path: Path, _: Path) -> None:
    path.symlink_to("nowhere.xlsx")


def circle(path: Path, _: Path) -> None:
    path.symlink_to(path)


def huge(path: Path, _: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # takes no room on the disk


@pytest.mark.parametrize(
    ("make", "word"),
    [(pipe, "不是普通文件"), (folder, ""), (endless, "不是普通文件"), (dead_link, "没有这个文件"), (circle, ""), (huge, "超过")],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_is_no_regular_file_is_never_opened(make, word, tmp_path):
    path = tmp_path / "来件.xlsx"
    make(path, tmp_path)
    began = time.monotonic()
    (judged,) = judge(path)
    assert time.monotonic() - began < MOST_SECONDS
    assert [code for code, message in told(judged) if word in message] == ["S101"] and judged.state == UNREADABLE


def test_a_link_to_an_honest_file_is_read_as_that_file(held, right, tmp_path):
    (tmp_path / "来件.xlsx").symlink_to(hostile.pack(tmp_path / "真.xlsx", held))
    (judged,) = judge(tmp_path / "来件.xlsx")
    assert hostile.values(judged.returned) == right


@pytest.mark.parametrize("form", ["json", "text", "csv", "html", "sarif", "junit"])
def test_the_command_tells_each_and_still_passes_the_honest_one(form, held, tmp_path):
    chosen = [name for name in (*ARCHIVES, *PARTS) if CASES[name].codes == "S107" and name not in HEAVY] + [
        "CSV",
        "no styles",
        "a command",
        "markup and colours",
    ]
    paths = [hostile.pack(tmp_path / "诚实.xlsx", held)]
    for number, name in enumerate(chosen):
        paths.append(tmp_path / f"来件[{number}](盖章).xlsx")
        paths[-1].write_bytes(CASES[name].file(held))
    paths.append(tmp_path / "管道.xlsx")
    os.mkfifo(paths[-1])
    result = run("verify", *paths, "--engine", "native", "--format", form)
    assert result.exit_code == 1
    assert not {"\x1b", "\x9b", "\u202e"} & set(result.output) and "NoneType" not in result.output
    if form == "json":
        returns = {Path(one["path"]).name: one for one in json.loads(result.stdout)["returns"]}
        assert len(returns) == len(paths) and returns["诚实.xlsx"]["state"] in (PASSED_STATE, QUERY)  # others bear its name
        for number, name in enumerate(chosen):
            one = returns[f"来件[{number}](盖章).xlsx"]
            assert (one["findings"] and one["state"] in (UNREADABLE, FAILED_STATE)) or CASES[name].harmless, name
