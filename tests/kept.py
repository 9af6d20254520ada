"""Texts kept beside the tests: compared line by line, and written anew on request.

`OGI_XLSX_REWRITE=1 pytest` writes what the code says today; read the difference before you keep it.
"""

import difflib
import os
from pathlib import Path

import pytest

_MOST = 60  # lines of difference that anybody reads


def compare(path: Path, text: str) -> None:
    """Fail with the differing lines where a kept text is another one."""
    if os.environ.get("OGI_XLSX_REWRITE"):
        path.write_text(text, encoding="utf-8")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before == text:
        return
    lines = list(difflib.unified_diff(before.splitlines(), text.splitlines(), f"{path.name}, as kept", "as it is now", lineterm="", n=1))
    more = f"\n… and {len(lines) - _MOST} lines more" if len(lines) > _MOST else ""
    pytest.fail("\n".join(lines[:_MOST]) + more + "\nIf this is meant: OGI_XLSX_REWRITE=1 pytest, then read the change in the file.", pytrace=False)
