"""A generated workbook as a plain script: the very calls that our writer made to xlsxwriter, with literal arguments.

It is the reference of `generate`: the same cells, formats, merges, validations and conditional formats, and nothing of
ours while it runs. The script is checked to write the same sheets.
"""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import isfunction
from pathlib import Path
from typing import Any
from unittest import mock

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

Method = Callable[..., Any]


class Tape:
    """Lines of a script for the outermost calls to a workbook and its sheets."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[int, str] = {}  # variable by object
        self.kept: list[object] = []  # objects stay, so that no two have the same id
        self.depth = 0

    def spy(self, real: Method) -> Method:
        """A method that notes each call from outside."""

        def noted(target: object, *args: Any, **more: Any) -> Any:
            line = "" if self.depth else self.call(target, real.__name__, args, more)
            self.depth += 1
            try:
                result = real(target, *args, **more)
            finally:
                self.depth -= 1
            if line:
                self.lines.append(self.name(result, line))
            return result

        return noted

    def call(self, target: object, method: str, args: tuple[Any, ...], more: dict[str, Any]) -> str:
        """A call as source text; the making of the workbook is the script's own."""
        if method == "__init__":
            return ""
        told = [self.text(arg) for arg in args] + [f"{name}={self.text(value)}" for name, value in more.items()]
        return f"{self.names.get(id(target), 'book')}.{method}({', '.join(told)})"

    def name(self, result: object, line: str) -> str:
        """A line whose result is a format or sheet keeps it in a variable."""
        if not isinstance(result, Format | Worksheet):
            return line
        self.kept.append(result)
        self.names[id(result)] = f"v{len(self.kept)}"
        return f"v{len(self.kept)} = {line}"

    def text(self, value: Any) -> str:
        """An argument as source text."""
        if isinstance(value, Format):
            return self.names[id(value)]
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self.text(item)}" for key, item in value.items()) + "}"
        return repr(value)


@contextmanager
def recording() -> Iterator[Tape]:
    """Notes every call to xlsxwriter while it is open."""
    tape = Tape()
    with ExitStack() as stack:
        for kind in (Workbook, Worksheet):
            for name, method in vars(kind).items():
                if isfunction(method) and (not name.startswith("_") or name == "__init__"):
                    stack.enter_context(mock.patch.object(kind, name, tape.spy(method)))
        yield tape


def script_of(write: Callable[[Path], object], folder: Path) -> Callable[[Path], None]:
    """The plain script of what `write` writes to a path. Raises RuntimeError where the two differ."""
    ours, theirs = folder / "ours.xlsx", folder / "theirs.xlsx"
    with recording() as tape:
        write(ours)
    options = "{'strings_to_formulas': False, 'strings_to_urls': False, 'strings_to_numbers': False}"
    source = "\n    ".join(["def script(path):", f"book = Workbook(str(path), {options})", *tape.lines])
    room: dict[str, Any] = {"Workbook": Workbook}
    exec(compile(source, "plain script", "exec"), room)  # our own calls, noted a moment ago
    script: Callable[[Path], None] = room["script"]
    script(theirs)
    if _parts(ours) != _parts(theirs):
        raise RuntimeError("the plain script writes other sheets than generate")
    return script


def _parts(path: Path) -> dict[str, bytes]:
    """Sheets, texts and styles of a workbook."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist() if name.startswith(("xl/worksheets/", "xl/shared", "xl/styles"))}
