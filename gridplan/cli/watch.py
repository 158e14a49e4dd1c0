"""Who watches a long run: a live bar on a terminal, plain lines in a pipe, nobody with --quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from gridplan.cli.text import number, percent, unit_of
from gridplan.solve.progress import Silent

if TYPE_CHECKING:
    from rich.progress import TaskID

    from gridplan.solve.progress import Progress


def watcher(*, quiet: bool = False, stream: TextIO | None = None) -> Progress:
    """The watcher that suits `stream` (stderr)."""
    stream = stream or sys.stderr
    if quiet:
        return Silent()
    return Bar(stream) if stream.isatty() else Lines(stream)


def search_text(
    unit: str, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
) -> str:
    """State of the search in one line."""
    return (
        f"best {number(incumbent, unit)}, bound {number(bound, unit)}, gap {percent(gap)}, "
        f"{nodes:,} nodes, {seconds:.0f} s"
    )


def objective_unit(phase: str) -> str:
    """Unit of the indicator a phase is about: `solve unserved_mw_years` is in MW·yr."""
    return next((unit for word in reversed(phase.split()) if (unit := unit_of(word))), "")


class Lines:
    """Plain lines, at most one every few seconds; the first and the last state are always shown."""

    def __init__(
        self, stream: TextIO, every_s: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream, self._every, self._clock = stream, every_s, clock
        self._begin = clock()
        self._shown_at: float | None = None
        self._phase, self._state, self._shown = "", "", ""
        self._total: int | None = None

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase."""
        self._phase, self._total, self._state = name, total, ""
        self._show()

    def advance(self, done: int) -> None:
        """Steps done in the phase."""
        self._state = f"{done:,} of {self._total:,}" if self._total else f"{done:,}"
        self._show()

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """State of the search."""
        self._state = search_text(objective_unit(self._phase), incumbent, bound, gap, nodes, seconds)
        self._show()

    def close(self) -> None:
        """Show the last state, if it was not shown yet."""
        self._show(last=True)

    def _show(self, last: bool = False) -> None:
        now = self._clock()
        line = f"{self._phase}: {self._state}" if self._state else self._phase
        due = last or self._shown_at is None or now - self._shown_at >= self._every
        if not due or line == self._shown:
            return
        self._shown, self._shown_at = line, now
        try:
            self._stream.write(f"[{now - self._begin:6.1f} s] {line}\n")
            self._stream.flush()
        except (OSError, ValueError):
            self._every = float("inf")  # the reader has gone; the run goes on


class Bar:
    """A live bar with the state of the search; one line stays for every phase that ended."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=stream, force_terminal=True),
            transient=True,
        )
        self._task: TaskID | None = None
        self._phase = ""
        self._total: int | None = None
        self._bars.start()

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase; the one before leaves a line."""
        self._finish()
        self._phase, self._total = name, total
        self._task = self._bars.add_task(name, total=total, state="")

    def advance(self, done: int) -> None:
        """Steps done in the phase."""
        if self._task is not None:
            state = f"{done:,} of {self._total:,}" if self._total else f"{done:,}"
            self._bars.update(self._task, completed=done, state=state)

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """State of the search."""
        if self._task is not None:
            unit = objective_unit(self._phase)
            self._bars.update(self._task, state=search_text(unit, incumbent, bound, gap, nodes, seconds))

    def close(self) -> None:
        """End the bar and give the terminal back."""
        self._finish()
        self._bars.stop()

    def _finish(self) -> None:
        if self._task is None:
            return
        task = next(task for task in self._bars.tasks if task.id == self._task)
        state = f": {task.fields['state']}" if task.fields["state"] else ""
        self._bars.console.print(
            f"  {self._phase}{state} ({task.elapsed or 0:.1f} s)",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        self._bars.remove_task(self._task)
        self._task = None
