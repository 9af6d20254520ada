"""How far a long run is, on stderr: how many of how many, and the present file or body."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ogi_xlsx.form.words import Sentence, plain

T = TypeVar("T")
_NAME = 40  # characters shown of the present file or body


@contextmanager
def progress(label: Sentence, named: Callable[[Any], str]) -> Iterator[Callable[[Iterable[T]], Iterable[T]]]:
    """A way through a list that shows where it is; `named` says what is shown of an item. Nothing is shown where stderr is no terminal."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield iter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[present]}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def step(items: Iterable[T]) -> Iterator[T]:
            every = list(items)
            task = bar.add_task(label.zh, total=len(every), present="")
            for item in every:
                bar.update(task, present=plain(named(item), _NAME))
                yield item
                bar.advance(task)

        yield step
