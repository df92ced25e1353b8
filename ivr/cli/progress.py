"""How far a long command is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from types import TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINES = 10
"""Lines that a whole run prints where there is no terminal."""


class Shown:
    """Call it with how much is done, of how much."""

    def __init__(self, what: str) -> None:
        self._what, self._line = what, 0
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._task = self._bar.add_task(what, total=None) if self._bar else None

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: object, trace: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        if self._bar and self._task is not None:
            self._bar.start()
            self._bar.update(self._task, completed=done, total=total)
        elif done * LINES // total > self._line:
            self._line = done * LINES // total
            click.echo(f"{self._what}: {done} of {total}", err=True)
