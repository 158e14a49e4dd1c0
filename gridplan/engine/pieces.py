"""Many pieces of work, one after the other or on many processes: what sweeps and other studies run on.

A piece is a function of the package with arguments that pickle. Its answer comes back as it is done, in any
order; a piece that fails gives a reason instead, and the others go on.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

Work = Callable[..., Any]
ONE = threading.Lock()  # HiGHS has one scheduler a process: pieces of one process take turns


class EngineError(RuntimeError):
    """The processes that were to do the work cannot be had, or went away."""


@dataclass(frozen=True)
class Task:
    """One piece of work.

    Attributes:
        name: tells it from the others.
        arguments: of the function.
    """

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Done:
    """A piece that came to an end.

    Attributes:
        name: of its task.
        value: what the function gave; None where it failed.
        error: why it failed; blank where it did not.
    """

    name: str
    value: Any
    error: str = ""


class Engine(Protocol):
    """Does pieces of work."""

    link: str

    def run(self, work: Work, tasks: Iterable[Task], stop: threading.Event | None = None) -> Iterator[Done]:
        """Answers as they come; after `stop` is set no more are begun, and those under way are left."""


class Here:
    """All work in this process, one piece after the other."""

    link = ""

    def run(self, work: Work, tasks: Iterable[Task], stop: threading.Event | None = None) -> Iterator[Done]:
        """Answers in the order of the tasks."""
        for task in tasks:
            if stop is not None and stop.is_set():
                return
            yield done(work, task)


def done(work: Work, task: Task) -> Done:
    """Do one piece; what it raises becomes the reason."""
    try:
        with ONE:
            return Done(task.name, work(*task.arguments))
    except Exception as error:
        return Done(task.name, None, reason(error))


def reason(error: BaseException) -> str:
    """An exception in one line, with the place in gridplan that it came from."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    places = [f for f in traceback.extract_tb(error.__traceback__) if "gridplan" in f.filename]
    where = f" ({places[-1].name}, line {places[-1].lineno})" if places else ""
    return f"{said[:400]}{where}"


def engine(
    workers: int | None = None,
    scheduler: str | None = None,
    memory: str | None = None,
    limit_s: float | None = None,
    folder: str | None = None,
) -> AbstractContextManager[Engine]:
    """Something that does pieces of work, for a `with` statement.

    Args:
        workers: processes on this machine; None: one a core; 0: all in this process, without Dask.
        scheduler: address of a Dask cluster that runs already, `tcp://host:8786`; then `workers` and
            `memory` are not looked at.
        memory: most of each process, such as `4GB`; None: its share of the machine's.
        limit_s: wall-clock seconds of one piece; whatever takes longer fails. Not looked at in this process.
        folder: for the scratch files of the processes.

    Raises:
        EngineError: Dask is not there, or the scheduler does not answer.
    """
    if workers == 0 and scheduler is None:
        return nullcontext(Here())
    from gridplan.engine.processes import Processes

    return Processes(workers, scheduler, memory, limit_s, folder)
