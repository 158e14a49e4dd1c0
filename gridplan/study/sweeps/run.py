"""Run a sweep."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gridplan.case import Case
from gridplan.engine import EngineError, engine
from gridplan.solve.progress import Progress, Silent
from gridplan.study.sweeps.course import Course
from gridplan.study.sweeps.design import Design, Draw
from gridplan.study.sweeps.result import Sweep
from gridplan.study.sweeps.store import Store

Values = Sequence[Any]


def sweep(
    case: Case,
    design: Design | None = None,
    *,
    patches: Mapping[str, Mapping[str, Any]] | None = None,
    grid: Mapping[str, Values] | None = None,
    sample: Mapping[str, Draw] | None = None,
    samples: int = 0,
    scenarios: Sequence[str] = (),
    always: Mapping[str, Any] | None = None,
    sample_seed: int = 0,
    out: str | Path | None = None,
    plans: bool = True,
    workers: int | None = None,
    scheduler: str | None = None,
    memory: str | None = None,
    gap: float | None = None,
    time_limit_s: float | None = None,
    point_limit_s: float | None = None,
    seed: int | None = None,
    retry: bool = False,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Sweep:
    """Solve a case under every scenario × patch × grid value × draw.

    Args:
        case: the case; its scenarios are folders of it.
        design: what varies; None: made of the six arguments that follow.
        patches: patches as of `Case.what_if`, by name.
        grid: values by key: `{"datacenters.SCH.max_it_mw": [0, 20, 40]}`.
        sample: how keys are drawn: `{"demands.*.peak_mw": Draw("times", (0.8, 1.2))}`.
        samples: number of draws, a Latin hypercube.
        scenarios: scenario folders, `base` for the case itself.
        always: a patch of every point.
        sample_seed: of the draws.
        out: folder that keeps every point; a run on the same folder goes on where the last one ended.
        plans: keep the result folder of every point too.
        workers, scheduler, memory: processes, as of `gridplan.engine.engine`.
        gap, time_limit_s, seed: of the solver, for each point; None: the case's. A point has one thread.
        point_limit_s: wall-clock seconds of a whole point; one that takes longer fails (not with 0 workers).
        retry: run points that failed in an earlier run again.
        progress: watcher; told of every point that is done.
        interrupt: when set, no more points are begun; what is done is kept.

    Returns:
        The sweep: its tables, and the plans by number.

    Raises:
        ValueError: what varies makes no sense.
        CaseError: a scenario or a key of a patch that the case has not.
        EngineError: processes or packages are missing.
        FolderError: `out` holds something else.
    """
    if find_spec("pyarrow") is None:
        raise EngineError("sweeps are written as Parquet, which needs pyarrow: pip install 'gridplan[study]'")
    made = design or Design(
        dict(always or {}), dict(patches or {}), dict(grid or {}), dict(sample or {}), samples,
        tuple(scenarios), sample_seed,
    )  # fmt: skip
    options = {"gap": gap, "time_limit_s": time_limit_s, "threads": 1, "seed": seed}
    watcher = progress or Silent()
    with _store(out) as store:
        course = Course(case, made.points(), options, store, out is not None and plans)
        course.begin(retry)
        if course.left:
            with engine(workers, scheduler, memory, point_limit_s, str(store.scratch)) as processes:
                course.run(processes, watcher, interrupt)
        watcher.close()
        return course.end(None if out is None else Path(out))


@contextmanager
def _store(out: str | Path | None) -> Iterator[Store]:
    if out is None:
        with tempfile.TemporaryDirectory(prefix="gridplan-sweep-") as folder:
            yield Store(folder)
        return
    store = Store(out)
    try:
        yield store
    finally:
        store.close()
