"""Writes the pages of docs/ that are made from the code: the commands from their --help, the rules from the editions.

    python scripts/docs.py

The tests compare the pages with what this would write.
"""

from pathlib import Path

from click.testing import CliRunner

from ogi_xlsx.cli import main
from ogi_xlsx.form import edition as editions, findings
from ogi_xlsx.render import text

DOCS = Path(__file__).resolve().parents[1] / "docs"


def pages() -> dict[str, str]:
    """Name and content of every generated page."""
    found = {"commands.md": commands()}
    for id_ in editions.available():
        edition = editions.load(id_)
        found[f"rules-{id_}.md"] = text.rules_page(edition, edition.rules)
    found["codes.md"] = codes()
    found["thresholds.md"] = thresholds()
    return found


def commands() -> str:
    """The commands, as `--help` tells them."""
    parts = ["# 命令 · Commands", "", "本页由 `ogi-xlsx --help` 生成。This page is generated from `ogi-xlsx --help`.", "", _help()]
    return "\n".join(parts + [f"## {name}\n\n{_help(name)}" for name in sorted(main.commands)])


def _help(*name: str) -> str:
    told = CliRunner().invoke(main, [*name, "--help"], prog_name="ogi-xlsx", terminal_width=100)
    return f"```text\n{told.output}```\n"


def codes() -> str:
    """The built-in codes: structure, identity, cell values, what no rule can say of numbers, the text of a report, likely causes."""
    kinds = [
        "S：结构、识别和日期。C：填写内容。R、Y：规则语言写不出的校验。N、X：文稿。H：汇总表与下级各单位。R9：校验不符时可能的原因。",
        "S: structure, identity, dates. C: what cells hold. R and Y: what the rule language cannot say. N and X: the text. "
        "H: a summary and its parts. R9: likely causes.",
    ]
    head = ["# 内置代码 · Built-in codes", "", *kinds, ""]
    return "\n".join(head) + text.page(list(findings.catalogue().values()))


def thresholds() -> str:
    """Every threshold that an office can set, with its default by level."""
    head = [
        *("# 限值 · Thresholds", ""),
        "本页由规则生成，列出全部限值及其默认值；怎样改，见[设置文件](settings.md)。没有列出的类别不检查。",
        "",
        "This page is generated. Every threshold with its default; how to change one: [settings](settings.md). Levels that are not listed are not asked.",
        "",
        "S401 的限值是次年的月日：131 即1月31日。The thresholds of S401 are month and day of the next year: 131 is 31 January.",
        "",
        *("| 代码 code | 限值名 name | 内容 about | 默认 default |", "| --- | --- | --- | --- |"),
    ]
    every = [rule for id_ in editions.available() for rule in editions.load(id_).rules]
    lines = dict.fromkeys(
        f"| {one.code} | `{name}` | {one.statement.zh} {one.statement.en} | {told.zh}<br>{told.en} |"
        for one in sorted([*every, *findings.catalogue().values()], key=lambda one: one.code)
        for name, told in text.thresholds(one).items()
    )
    return "\n".join([*head, *lines]) + "\n"


if __name__ == "__main__":
    for name, content in pages().items():
        (DOCS / name).write_text(content, encoding="utf-8")
