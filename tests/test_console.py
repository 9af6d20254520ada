"""The console of a Chinese Windows (code page 936, GBK): what we say ourselves is there to read, and nothing makes it fail."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clerks import fill, issue
from test_words import FILES, halves

import ogi_xlsx
from ogi_xlsx.county.reminders import _in_row
from ogi_xlsx.form.words import Sentence, section

PACKAGE = Path(ogi_xlsx.__file__).parent
PRINTING = ("cli", "render", "county")


def lacking(text: str) -> str:
    """The characters of a text that GBK has no code for."""
    return "".join(character for character in text if not character.encode("gbk", errors="ignore"))


def literals() -> Iterator[tuple[str, str]]:
    """Every text in the modules that print, the help of the commands among them."""
    for path in (path for room in PRINTING for path in sorted((PACKAGE / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield str(path.relative_to(PACKAGE)), node.value


def on_gbk(*args: object) -> tuple[int, bytes, bytes]:
    """Exit code, output and complaints of a command on such a console."""
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-m", "ogi_xlsx", *map(str, args)], capture_output=True, env=environment, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def wrong(tmp_path):
    """A return with an error, of a body whose name GBK cannot write."""
    return fill(issue(tmp_path, lines=("1,𠮷镇人民政府,镇",))[0], {"t3.new_received.natural_person": 3})


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_can_be_shown(name):
    assert {path: lacking(text) for path, text in halves(name) if lacking(text)} == {}


def test_signs_and_texts_in_the_code_can_be_shown():
    assert {sign for sign in section("page.toml", "signs").values() if lacking(sign)} == set()
    assert [(module, lacking(text)) for module, text in literals() if lacking(text)] == []
    assert lacking(_in_row([Sentence("甲。", "A.")] * 30).zh) == ""


@pytest.mark.parametrize(
    "args", [("--help",), ("verify", "--help"), ("rules",), ("rules", "--lang", "en"), ("rules", "--format", "markdown"), ("edition", "2021")]
)
def test_commands_speak_without_question_marks(args):
    code, out, _ = on_gbk(*args)
    assert code == 0 and out.strip() and "?" not in out.decode("gbk")


def test_verify_is_readable_and_a_name_outside_gbk_does_no_harm(wrong):
    code, out, err = on_gbk("verify", wrong, "--engine", "native")
    text = out.decode("gbk")
    assert code == 1 and "须改正" in text and "列不平" in text and err == b""
    assert "?镇人民政府" in text and "?" not in text.replace("?镇人民政府", "")


@pytest.mark.parametrize("form", ["html", "csv", "sarif", "junit", "json"])
def test_what_is_redirected_is_utf8_on_any_console(wrong, form):
    code, out, _ = on_gbk("verify", wrong, "--engine", "native", "--format", form)
    text = out.decode("utf-8")
    assert code == 1 and "列不平" in text and (form == "sarif" or "𠮷镇人民政府" in text)
    assert text.startswith("\ufeff") == (form == "csv")


@pytest.mark.parametrize("form", ["html", "csv", "sarif", "junit", "json"])
def test_no_format_fails_on_the_console_itself(wrong, form):
    reads = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    command = [sys.executable, "-c", reads, sys.executable, "-m", "ogi_xlsx", "verify", str(wrong), "--engine", "native", "--format", form]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and "列不平" in done.stdout.decode("gbk")
