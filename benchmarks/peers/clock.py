"""What a run costs: processor seconds by phase, and memory."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter, process_time

PHASES = ("data", "build", "hand-off", "solve", "extract")


@dataclass
class Clock:
    """Seconds of the processor by phase (a shared machine makes those of the wall worthless).

    Attributes:
        cpu, wall: seconds by phase.
        before_mb: memory before anything was built.
    """

    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)
    before_mb: float = 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens inside."""
        cpu, wall = process_time(), perf_counter()
        yield
        self.cpu[name] = self.cpu.get(name, 0.0) + process_time() - cpu
        self.wall[name] = self.wall.get(name, 0.0) + perf_counter() - wall


def now_mb() -> float:
    """Memory of this process now, MB (Linux; elsewhere its peak so far)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return peak_mb()


def forget_peak() -> None:
    """Begin the peak anew (Linux)."""
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def peak_mb() -> float:
    """Largest memory of this process, MB.

    Where it can be had, that of the program itself: `ru_maxrss` has that of the parent in it.
    """
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True)
class Run:
    """One run of one peer.

    Attributes:
        seconds: of the processor, by phase.
        objective: MEUR; None where the solver was not run or not ready in time.
        mb: memory added by building, handing over and solving, at its peak.
        peak_mb: of the whole process, imports included.
        rows, columns, nonzeros: of what HiGHS was given.
    """

    seconds: dict[str, float]
    objective: float | None
    mb: float
    peak_mb: float
    rows: int
    columns: int
    nonzeros: int
