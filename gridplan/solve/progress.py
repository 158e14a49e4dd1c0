"""What a long run tells its watcher; the command line and notebooks draw it."""

from typing import Protocol


class Progress(Protocol):
    """Receives the course of a run. Every method returns at once and never raises."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins (`read`, `build`, `solve unserved_mw_years`, `check hours`, …).

        `total` is the number of steps, or None where it is not known.
        """

    def advance(self, done: int) -> None:
        """So many steps of the phase are done."""

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """State of the branch-and-bound search: values in the objective's unit, gap as a share of 1."""

    def close(self) -> None:
        """The run is over."""


class Silent:
    """Progress that nobody watches."""

    def phase(self, name: str, total: int | None = None) -> None:
        """Ignore."""

    def advance(self, done: int) -> None:
        """Ignore."""

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """Ignore."""

    def close(self) -> None:
        """Ignore."""
