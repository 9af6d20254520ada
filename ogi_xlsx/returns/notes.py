"""Notes at the cells of a workbook: ours carry a check sum by which they are known when they come back unchanged."""

import hashlib
from collections.abc import Iterator

from ogi_xlsx.form.words import printed
from ogi_xlsx.returns.compare import fold
from ogi_xlsx.returns.page import Page


def signed(text: str) -> str:
    """A note of ours."""
    return f"{text}\n{printed('note_mark', sum=_sum(text)).zh}"


def is_ours(text: str) -> bool:
    """Whether a note is one of ours with nothing added or changed; programs may break its lines anew.

    >>> is_ours(signed("问题1：请核对。")), is_ours(signed("问题1：请核对。") + "已改")
    (True, False)
    """
    body, _, _ = text.rpartition(printed("note_mark").zh.partition("{")[0])
    return bool(body) and fold(text) == fold(signed(body))


def of_others(page: Page) -> Iterator[tuple[tuple[int, int], str]]:
    """Notes of a sheet that are not ours: row and column, text."""
    for place, comment in sorted(page.comments.items()):
        if not is_ours(text := comment.strip()):
            yield place, text


def _sum(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()[:6]
