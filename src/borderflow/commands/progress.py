"""How far a run is: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from borderflow.commands.endings import say

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """Call it with (replications ended, replications asked), inside a ``with``."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._began = time.monotonic()
        self._tenth = 0

    def __enter__(self) -> Bar:
        return self

    def _start(self, asked: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        if not console.is_dumb_terminal:
            columns = (TextColumn("replications"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=console, transient=True)
            self._bar.start()
            self._bar.add_task("replications", total=asked)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, ended: int, asked: int) -> None:
        if self._quiet:
            return
        if ended == 0 and sys.stderr.isatty():
            self._start(asked)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=ended, total=asked)
            return
        tenth = 10 * ended // asked
        if tenth > self._tenth:
            self._tenth = tenth
            left = (time.monotonic() - self._began) / ended * (asked - ended)
            rest = f", about {_rough(left)} left" if ended < asked else ""
            say(f"{ended} of {asked} replications{rest}")


def _rough(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
