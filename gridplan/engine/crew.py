"""Waves of work for studies: pieces that wait for nothing but the wave before.

A study asks for a wave of pieces, takes their answers in the order in which it asked, and only then thinks of
the next wave. So it comes to the same however many processes there are and whichever piece ends first.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from time import monotonic
from typing import Any, TypeVar

from gridplan.engine.pieces import ONE, Engine, EngineError, Task, Work, engine

PAYS_S = 20.0  # seconds of pieces in this process after which others are started, if nobody said how many
Item = TypeVar("Item")


@dataclass
class Crew:
    """Who does the waves of a study, for a `with` statement.

    Attributes:
        workers: processes on this machine; 0: all in this process; None: in this process at first, and one a
            core once its pieces have taken PAYS_S seconds (where there are cores, and Dask).
        scheduler, memory: as of `gridplan.engine.engine`.
        interrupt: when set, no more pieces are begun.
    """

    workers: int | None = 0
    scheduler: str | None = None
    memory: str | None = None
    interrupt: threading.Event | None = None
    seconds: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Nothing is started yet."""
        self._stack, self._asked = ExitStack(), 0
        self._others: Engine | None = None

    def __enter__(self) -> Crew:
        """Start the processes that were asked for."""
        if self.scheduler is not None or self.workers:
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End what was started."""
        self._others = None
        self._stack.close()

    def threads(self, asked: int | None) -> int | None:
        """Threads of a piece: one, unless told, where other processes take part or may later."""
        apart = self.scheduler is not None or self.workers != 0
        return 1 if asked is None and apart else asked

    def ready(self, pieces: int) -> bool:
        """Whether the next wave goes to other processes; starts them where that pays."""
        if self._others is None and self.workers is None and pieces > 1 and self.seconds > PAYS_S:
            if cores() > 1 and find_spec("distributed") is not None:
                self._start()
            else:
                self.workers = 0
        return self._others is not None

    def here(self, work: Callable[[Item], Any], items: Sequence[Item]) -> list[Any]:
        """Answers of a wave that is done in this process, up to where the user stopped it."""
        found, begun = [], monotonic()
        for item in items:
            if self._stopped:
                break
            with ONE:
                found.append(work(item))
        self.seconds += monotonic() - begun
        return found

    def away(
        self, work: Work, pieces: Sequence[tuple[Any, ...]], told: Callable[[int], None]
    ) -> dict[int, Any]:
        """Answers of a wave of other processes, by position; where the user stopped it, of those that ended.

        Args:
            work: function of the package.
            pieces: arguments of each piece.
            told: gets the number of pieces that are done.

        Raises:
            EngineError: a piece failed, with its reason.
        """
        assert self._others is not None
        names = {f"{self._asked + k}": k for k in range(len(pieces))}
        self._asked += len(pieces)
        tasks = [Task(name, pieces[k]) for name, k in names.items()]
        found: dict[int, Any] = {}
        for done in self._others.run(work, tasks, self.interrupt):
            if done.error:
                raise EngineError(f"a piece of the study failed: {done.error}")
            found[names[done.name]] = done.value
            told(len(found))
        return found

    def _start(self) -> None:
        self._others = self._stack.enter_context(engine(self.workers, self.scheduler, self.memory))

    @property
    def _stopped(self) -> bool:
        return self.interrupt is not None and self.interrupt.is_set()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
