"""Notes at the cells of a workbook: ours carry a check sum by which they are known when they come back unchanged."""

import hashlib
from collections.abc import Iterator

from ogi_xlsx.form.words import printed
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.opening.page import Page

_MARKS = ("note_mark", "import_mark")


def signed(text: str, mark: str = "note_mark") -> str:
    """A note of ours; `mark` names the sentence at its end that holds the check sum."""
    return f"{text}\n{printed(mark, sum=_sum(text)).zh}"


def is_ours(text: str) -> bool:
    """Whether a note is one of ours with nothing added or changed; programs may break its lines anew.

    >>> is_ours(signed("问题1：请核对。")), is_ours(signed("问题1：请核对。") + "已改"), is_ours(signed("不能确定：甲", "import_mark"))
    (True, False, True)
    """
    return any(_without(text, mark) for mark in _MARKS)


def of_others(page: Page) -> Iterator[tuple[tuple[int, int], str]]:
    """Notes of a sheet that are not ours: row and column, text."""
    for place, comment in sorted(page.comments.items()):
        if not is_ours(text := comment.strip()):
            yield place, text


def of_import(page: Page) -> Iterator[tuple[tuple[int, int], str]]:
    """Notes that an import wrote and nobody has taken away: row and column, text without its mark."""
    for place, comment in sorted(page.comments.items()):
        if body := _without(comment.strip(), "import_mark"):
            yield place, body


def _without(text: str, mark: str) -> str:
    """A note of ours without the mark at its end; empty for any other."""
    body, _, _ = text.rpartition(printed(mark).zh.partition("{")[0])
    body = body.strip()
    return body if body and fold(text) == fold(signed(body, mark)) else ""


def _sum(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()[:6]
