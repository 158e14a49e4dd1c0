"""The course of a run in a notebook: one bar that is drawn over, and one line when the run is over."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any

from gridplan.solve.progress import Progress

EVERY_S = 0.2  # between two drawings; a notebook is slow to draw


class Bar:
    """Draws with `show(html)`; never raises, for a front end that has gone must not end the run."""

    def __init__(
        self,
        show: Callable[[str], None],
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`show` takes HTML and puts it where the last was; at most every `every_s` seconds."""
        self._show, self._every, self._clock = show, every_s, clock
        self._begin: float | None = None  # of the run, not of the bar: a bar may be made long before
        self._shown_at: float | None = None
        self._phase, self._state = "", ""
        self._total: int | None = None
        self._done = 0

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase; drawn at once, for it may be long before it says more."""
        if name != self._phase:
            self._shown_at = None
        self._phase, self._total, self._done, self._state = name, total, 0, ""
        self._draw()

    def advance(self, done: int) -> None:
        """Steps done in the phase."""
        self._done = done
        self._state = f"{done:,} of {self._total:,}" if self._total else f"{done:,}"
        self._draw()

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """State of the search."""
        told = "no plan yet" if gap is None else f"gap {100 * gap:.3g} %"
        self._state = f"{told}, {nodes:,} nodes, {seconds:.0f} s"
        self._draw()

    def close(self) -> None:
        """One line stays: how long it took. What follows is another run."""
        begin = self._clock() if self._begin is None else self._begin
        self._put(f"<small>done in {self._clock() - begin:.1f} s</small>")
        self._begin, self._shown_at, self._phase = None, None, ""

    def _draw(self) -> None:
        now = self._clock()
        self._begin = now if self._begin is None else self._begin
        if self._shown_at is not None and now - self._shown_at < self._every:
            return
        self._shown_at = now
        known = f" value='{self._done}' max='{self._total}'" if self._total else ""
        said = f"{self._phase}: {self._state}" if self._state else self._phase
        self._put(
            f"<progress style='width:16em'{known}></progress> <small>{escape(said)} "
            f"({now - self._begin:.0f} s)</small>"
        )

    def _put(self, html: str) -> None:
        try:
            self._show(html)
        except Exception:  # whatever a front end does, the run goes on
            self._show = _nowhere


def _nowhere(html: str) -> None:
    """Nobody looks any more."""


def watcher() -> Progress:
    """A bar where IPython has a kernel, the watcher of the command line elsewhere."""
    if in_notebook():
        return Bar(displayed())
    from gridplan.cli.watch import watcher as on_terminal

    return on_terminal()


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel; IPython is not imported for the question."""
    found: Any = sys.modules.get("IPython")
    shell = found.get_ipython() if found is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def displayed() -> Callable[[str], None]:
    """Shows HTML in the output of the cell that runs, there always in the same place."""
    from IPython import get_ipython
    from IPython.display import HTML, display

    handles: dict[int, Any] = {}  # by number of the cell: a bar may serve runs of several cells

    def show(html: str) -> None:
        cell = get_ipython().execution_count
        if cell in handles:
            handles[cell].update(HTML(html))
        else:
            handles[cell] = display(HTML(html), display_id=True)

    return show
