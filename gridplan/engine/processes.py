"""Pieces of work on Dask: a cluster of this machine, or one that the user runs.

A process that dies (killed, or out of memory) is started anew and what it did is done again. Only a few
pieces are under way at a time, so thousands of them cost no memory.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from itertools import islice
from queue import Empty, Queue
from time import monotonic
from typing import Any
from uuid import uuid4

from gridplan.engine.pieces import Done, EngineError, Task, Work, done
from gridplan.versions import gridplan_version

POLL_S = 0.5
TOPIC = "gridplan-task"
CONNECT_S = 20.0
RESTART_S = 60.0
DIED = "its process ended {n} times, as when memory runs out; give each more memory or use fewer"
LATE = "not done after {s:g} s; its process was ended"
GONE = "the scheduler is gone; run the same again to go on, what is done is kept"


def run_task(work: Work, task: Task, run: str) -> Done:
    """Do one piece in a process of the cluster; the driver of this run is told when it begins, and where."""
    from distributed import get_worker

    worker = get_worker()
    worker.log_event(TOPIC, {"run": run, "task": task.name, "at": worker.address})
    return done(work, task)


class Processes:
    """A Dask cluster, for a `with` statement."""

    def __init__(
        self,
        workers: int | None,
        scheduler: str | None,
        memory: str | None,
        limit_s: float | None,
        folder: str | None,
    ) -> None:
        """Nothing is started yet; arguments as of `gridplan.engine.engine`."""
        self.workers, self.scheduler, self.memory = workers, scheduler, memory
        self.limit_s, self.folder, self.link = limit_s, folder, ""
        self.name = uuid4().hex  # others may use the same scheduler
        self.cluster: Any = None
        self.client: Any = None
        self.begun: dict[str, tuple[float, str]] = {}  # when and where each task began last

    def __enter__(self) -> Processes:
        """Start, or connect.

        Raises:
            EngineError: Dask is not installed, or the scheduler does not answer or runs another gridplan.
        """
        if find_spec("distributed") is None:
            raise EngineError(
                "many processes need Dask: pip install 'gridplan[study]', or run with 0 workers, one by one"
            )
        from distributed import Client

        try:
            address = self.scheduler or self._local()
            self.client = Client(address, timeout=CONNECT_S, set_as_default=False)
            self._check()
            self.client.subscribe_topic(TOPIC, self._told)
        except (OSError, ValueError) as error:  # a timeout is an OSError
            self.__exit__()
            where = self.scheduler or "the cluster of this machine"
            raise EngineError(f"{where} does not answer ({error or 'timeout'})") from error
        except EngineError:
            self.__exit__()
            raise
        self.link = str(self.client.dashboard_link) if find_spec("bokeh") else ""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster; one that was started here ends."""
        quiet = logging.getLogger("distributed")
        before, quiet.level = quiet.level, logging.CRITICAL  # work that was left is no error
        try:
            if self.client is not None:
                self.client.close()
            if self.cluster is not None:
                self.cluster.close()
        finally:
            quiet.level = before

    def _local(self) -> Any:
        """One process a core, each of one thread, memory bounded."""
        from distributed import LocalCluster

        self.cluster = LocalCluster(
            n_workers=self.workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=self.memory or "auto",
            dashboard_address="127.0.0.1:0",  # else one port, open to all, that only one run can have
            local_directory=self.folder,
            silence_logs=logging.CRITICAL,
        )
        return self.cluster

    def _check(self) -> None:
        """Every process must have this gridplan, or numbers would not compare."""
        self.client.wait_for_workers(1, timeout=CONNECT_S)
        mine = gridplan_version()
        try:
            found = self.client.run(gridplan_version)
        except Exception as error:
            raise EngineError(f"the processes of {self.scheduler} cannot import gridplan: {error}") from error
        other = {address: version for address, version in found.items() if version != mine}
        if other:
            address, version = next(iter(other.items()))
            raise EngineError(f"{address} has gridplan {version}, this is {mine}; install the same on both")

    def _told(self, event: tuple[Any, dict[str, str]]) -> None:
        told = event[1]
        if told["run"] == self.name:
            self.begun[told["task"]] = (monotonic(), told["at"])

    def run(self, work: Work, tasks: Iterable[Task], stop: threading.Event | None = None) -> Iterator[Done]:
        """Answers as they come.

        Raises:
            EngineError: the scheduler went away.
        """
        coming, ended = iter(tasks), Queue[Any]()
        live: dict[Any, Task] = {}
        while stop is None or not stop.is_set():
            room = 2 * max(1, sum(self.client.ncores().values())) - len(live)
            for task in islice(coming, max(room, 0)):
                key = f"gridplan-{self.name}-{task.name}"
                future = self.client.submit(run_task, work, task, self.name, key=key, pure=False)
                live[future] = task
                future.add_done_callback(ended.put)
            if not live:
                return
            with suppress(Empty):
                future = ended.get(timeout=POLL_S)
                if future in live:  # else it was late
                    yield self._answer(future, live.pop(future))
            yield from self._late(live)
        self.client.cancel(list(live))

    def _answer(self, future: Any, task: Task) -> Done:
        """What became of a task that ended."""
        from distributed import KilledWorker

        self.begun.pop(task.name, None)
        if future.status in ("cancelled", "lost"):
            raise EngineError(GONE)
        try:
            answer: Done = future.result()
        except KilledWorker as error:
            return Done(task.name, None, DIED.format(n=error.allowed_failures + 1))
        except Exception as error:
            return Done(task.name, None, f"{type(error).__name__}: {error}")
        finally:
            future.release()
        return answer

    def _late(self, live: dict[Any, Task]) -> Iterator[Done]:
        """End the processes of tasks that take too long."""
        if self.limit_s is None:
            return
        for future, task in list(live.items()):
            when, address = self.begun.get(task.name, (monotonic(), ""))
            if monotonic() - when > self.limit_s and not future.done():
                del live[future]
                future.cancel()
                self.client.restart_workers([address], timeout=RESTART_S, raise_for_error=False)
                yield Done(task.name, None, LATE.format(s=self.limit_s))
