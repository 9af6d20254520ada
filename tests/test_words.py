"""Sentences: none without its other half, none that the code asks for and does not get, none that nobody says."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ogi_xlsx
from ogi_xlsx.form import findings
from ogi_xlsx.form.edition import BASES, SEVERITIES
from ogi_xlsx.form.words import SAYINGS, level_names, template_folder

FILES = sorted(path.name for path in template_folder().glob("*.toml"))
CHINESE_ONLY = {"file_name", "register_name", "summary_file", "records_file", "correction_name", "correction_register"}  # names of files
# The workbook speaks Chinese; the English of its texts is for the manual and may say less.
SAYS_LESS_IN_ENGLISH = {"print_name_line"}
# Functions that take the key of a sentence, and where the key must stand.
ASKS = {"say": "say", "problem": "say", "RelationError": "say", "printed": "text", "found": "finding"}
PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")


@cache
def content(name: str) -> dict[str, Any]:
    """A file of `templates/`."""
    return tomllib.loads((template_folder() / name).read_text(encoding="utf-8"))


def sentences(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything with a Chinese or an English half, by its path in the file; lists of instructions are not."""
    if isinstance(node, dict):
        if any(isinstance(node.get(half), str) for half in ("zh", "en")):
            yield ".".join(path), node
        for key, inner in node.items():
            yield from sentences(inner, (*path, key))
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            name = str(inner.get("code") or inner.get("key") or number) if isinstance(inner, dict) else str(number)
            yield from sentences(inner, (*path, name))


def known(kind: str) -> set[str]:
    """Keys that the templates hold."""
    if kind == "finding":
        return {entry["code"] for entry in builtins()}
    if kind == "say":
        return {key for name in SAYINGS for key in content(name)["say"]}
    return set(content("workbook.toml")["text"])


def builtins() -> list[dict[str, Any]]:
    """The built-in codes of all files."""
    return [entry for name in findings.FILES for entry in content(name)["finding"]]


def modules() -> list[tuple[str, ast.Module]]:
    """Every module of the package, parsed."""
    folder = Path(ogi_xlsx.__file__).parent
    return [(str(path.relative_to(folder)), ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.py"))]


MODULES = modules()


def asked() -> Iterator[tuple[str, str, str]]:
    """Module, kind and key of each sentence that the code asks for; of an f-string the pattern of its keys."""
    for module, tree in MODULES:
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ASKS:
                for argument in call.args:
                    for choice in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
                        if key := pattern(choice):
                            yield module, ASKS[name], key
    for page in sorted((template_folder() / "page").glob("*.jinja")):
        text = page.read_text(encoding="utf-8")
        yield from ((page.name, "say", key + (r"\w+" if joined else "")) for key, joined in re.findall(r'\bsay\("(\w+)"( ~)?', text))


def pattern(node: ast.expr) -> str:
    """The key in a literal, as a regular expression; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
    return ""


def literals() -> set[str]:
    """Every text that stands in the code, docstrings included."""
    return {node.value for _, tree in MODULES for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def halves(name: str) -> Iterator[tuple[str, str]]:
    """Each half of each sentence of a file, by its path."""
    for path, entry in sentences(content(name)):
        yield from ((f"{path}.{half}", entry[half]) for half in ("zh", "en") if half in entry)


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_stands_in_both_languages(name: str) -> None:
    found = dict(sentences(content(name)))
    assert found
    assert [path for path, entry in found.items() if not str(entry.get("zh", "")).strip()] == []
    assert {path.removeprefix("text.") for path, entry in found.items() if not str(entry.get("en", "")).strip()} <= CHINESE_ONLY


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    differing = {}
    for path, entry in sentences(content(name)):
        zh, en = (set(PLACEHOLDER.findall(entry[half])) for half in ("zh", "en"))
        less = name == "workbook.toml" and path.removeprefix("text.") in CHINESE_ONLY | SAYS_LESS_IN_ENGLISH and en < zh
        if zh != en and not less:
            differing[path] = zh ^ en
    assert differing == {}


@pytest.mark.parametrize("name", FILES)
def test_braces_hold_names_that_can_be_filled(name: str) -> None:
    strange = [path for path, text in halves(name) if re.search(r"[{}]", PLACEHOLDER.sub("", text))]
    assert set(strange) <= {"say.kind_dict.zh", "say.kind_dict.en"}  # it shows what a table looks like


@pytest.mark.parametrize("name", FILES)
def test_chinese_sentences_use_full_width_punctuation(name: str) -> None:
    syntax = re.compile(r"sum\(起:止\)|代码,名称,类别")  # what is typed as it stands
    mixed = re.compile(r"[\u4e00-\u9fff“”][,;:?!]|[,;:?!][\u4e00-\u9fff“”]")
    assert [path for path, text in halves(name) if path.endswith(".zh") and mixed.search(syntax.sub("", text))] == []


@pytest.mark.parametrize("name", FILES)
def test_sentences_are_free_of_doubled_marks_and_stray_spaces(name: str) -> None:
    assert [path for path, text in halves(name) if re.search(r"。。|，，|；；|、、|？。|\.\.| [,;]| \.(?!\w)", text)] == []


def test_every_sentence_that_the_code_asks_for_is_there() -> None:
    lost = [(module, key) for module, kind, key in asked() if not any(re.fullmatch(key, one) for one in known(kind)) and _is_key(kind, key)]
    assert lost == []


def test_every_way_to_ask_for_a_sentence_is_seen() -> None:
    assert {kind for _, kind, _ in asked()} == set(ASKS.values())
    assert {re.sub(r"\\w\+.*", "", key) for _, _, key in asked() if r"\w+" in key} >= {"state_", "severity_", "basis_", "kind_"}


@pytest.mark.parametrize("kind", sorted(set(ASKS.values())))
def test_no_sentence_stands_there_unsaid(kind: str) -> None:
    patterns = [key for _, where, key in asked() if where == kind]
    texts = literals() | {entry[part] for entry in content("narrative.toml")["claim"] for part in ("code", "zero") if part in entry}
    texts |= {entry["code"] for entry in content("summary.toml")["sum"]}
    assert [key for key in sorted(known(kind)) if key not in texts and not any(re.fullmatch(one, key) for one in patterns)] == []


def test_the_words_that_the_code_joins_are_all_there() -> None:
    say = known("say")
    assert {f"severity_{name}" for name in SEVERITIES} <= say
    assert {f"basis_{name}" for name in (*BASES, "tool")} <= say
    assert {f"state_{name}" for name in ("passed", "query", "failed", "pending", "unreadable", "missing", "duplicate")} <= say


def test_codes_and_names_of_findings_are_unlike_each_other() -> None:
    entries = builtins()
    for part in ("code", "name"):
        values = [entry[part] for entry in entries]
        assert len(values) == len(set(values))
    assert all(re.fullmatch(r"[SCNXHRYP]\d{3}", entry["code"], re.ASCII) for entry in entries)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", entry["name"]) for entry in entries)
    assert all(entry["severity"] in SEVERITIES and entry["basis"] in (*BASES, "tool") for entry in entries)


def test_what_a_body_is_told_asks_for_no_more_than_what_is_known_of_the_finding() -> None:
    """`resend` is given with each S102, for the body alone."""
    for entry in (entry for entry in builtins() if "to_body" in entry):
        known_of = {name for part in ("finding", "repair") for name in PLACEHOLDER.findall(entry[part]["zh"])}
        assert set(PLACEHOLDER.findall(entry["to_body"]["zh"])) <= known_of | {"resend"}, entry["code"]


def test_codes_of_findings_stand_in_order_by_letter() -> None:
    for name in findings.FILES:
        codes = [entry["code"] for entry in content(name)["finding"]]
        assert codes == sorted(codes, key=lambda code: ("SCYRNXHP".index(code[0]), code))


def test_levels_can_be_named_in_a_roster() -> None:
    words = content("words.toml")
    assert list(words["roster_levels"]) == list(level_names())
    names = [name for names in words["roster_levels"].values() for name in names]
    assert len(names) == len(set(names))


def test_messages_fit_into_excel() -> None:
    workbook = content("workbook.toml")
    for entry in (*workbook["validation"].values(), *workbook["prompts"].values()):
        assert len(entry["title"]) <= 32
        assert len(entry["message"]) <= 255


def test_a_cover_has_at_most_ten_instructions() -> None:
    workbook = content("workbook.toml")
    assert 0 < len(workbook["instructions"]["zh"]) <= 10
    assert 0 < len(workbook["aggregate_instructions"]["zh"]) <= 10


def _is_key(kind: str, key: str) -> bool:
    """Whether a literal can be meant as a key: `found("S101", …)` takes other texts, too."""
    return kind != "finding" or bool(re.fullmatch(r"[A-Z]\d{3}", key))
