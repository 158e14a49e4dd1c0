"""What a check looked at: values are counted, differences kept, failing rows named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridplan.plan.verify.tolerance import RELATIVE

Row = Mapping[Any, Any]
Rows = pd.DataFrame | Row | Callable[[int], Row]
Values = npt.ArrayLike | pd.Series


@dataclass(frozen=True)
class Failure:
    """A value that is not what it must be.

    Attributes:
        check: name of the check.
        table: table of the plan, or `summary`; blank where a check could not be made.
        row: id of the row, as `key=value, key=value`.
        column: column of the table, or key of the summary.
        text: what is stated, what it must be, with unit.
    """

    check: str
    table: str
    row: str
    column: str
    text: str

    @property
    def file(self) -> str:
        """File of a result folder in which the value stands."""
        if self.table == "summary":
            return "summary.json"
        return f"tables/{self.table}.csv" if self.table else ""

    def __str__(self) -> str:
        """One line: file, row, column, what is wrong."""
        where = ", ".join(part for part in (self.row, self.column) if part)
        return ": ".join(part for part in (self.file, where, f"{self.text} [{self.check}]") if part)


@dataclass(frozen=True)
class Difference:
    """A difference between two numbers, and what is allowed there, in one unit."""

    value: float
    allowed: float
    unit: str

    @property
    def share(self) -> float:
        """Difference as a share of what is allowed."""
        return self.value / self.allowed if self.allowed else (np.inf if self.value else 0.0)

    def __str__(self) -> str:
        """`3e-05 of 0.0001 MW allowed`."""
        return f"{self.value:.2g} of {self.allowed:.2g} {self.unit} allowed"


class Ledger:
    """Values, differences and failures of one check."""

    def __init__(self, check: str) -> None:
        """Begin a check by its name."""
        self.check = check
        self.values = 0
        self.worst: Difference | None = None
        self.failures: list[Failure] = []

    def same(
        self,
        at: tuple[str, str],
        rows: Rows,
        stated: Values,
        right: Values,
        unit: str,
        allowed: float,
        said: str = "recomputed",
    ) -> None:
        """Ask that numbers are those recomputed; two blanks agree, one does not.

        Args:
            at: table and column.
            rows: ids of the rows: a frame, one mapping, or a function of the position.
            stated, right: the numbers of the plan and the recomputed ones.
            unit: their unit.
            allowed: absolute difference that is allowed.
            said: what the recomputed number is called.
        """
        a, b = np.broadcast_arrays(_array(stated), _array(right))
        with np.errstate(invalid="ignore"):
            off = np.abs(a - b)
        off[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
        self._enter(at, rows, a, b, off, (unit, allowed, said))

    def at_most(
        self,
        at: tuple[str, str],
        rows: Rows,
        stated: Values,
        limit: Values,
        unit: str,
        allowed: float,
        said: str = "at most",
    ) -> None:
        """Ask that numbers stay at or below a limit; a blank limit is none, a blank number fails."""
        a, b = np.broadcast_arrays(_array(stated), _array(limit))
        with np.errstate(invalid="ignore"):
            off = np.where(np.isnan(b) | (a <= b), 0.0, a - b)
        self._enter(at, rows, a, b, off, (unit, allowed, said))

    def at_least(
        self,
        at: tuple[str, str],
        rows: Rows,
        stated: Values,
        limit: Values,
        unit: str,
        allowed: float,
        said: str = "at least",
    ) -> None:
        """Ask that numbers stay at or above a limit."""
        a, b = np.broadcast_arrays(_array(stated), _array(limit))
        with np.errstate(invalid="ignore"):
            off = np.where(np.isnan(b) | (a >= b), 0.0, b - a)
        self._enter(at, rows, a, b, off, (unit, allowed, said))

    def holds(self, at: tuple[str, str], rows: Rows, truth: Values, text: str) -> None:
        """Ask that something is true; `text` says what is wrong where it is not."""
        flat = np.atleast_1d(np.asarray(truth, dtype=bool)).ravel()
        self.values += len(flat)
        self.deny(at, rows, ~flat, text)

    def deny(self, at: tuple[str, str], rows: Rows, wrong: np.ndarray, text: str) -> None:
        """Write down what is wrong with rows that are counted elsewhere."""
        for k in np.flatnonzero(wrong):
            self._fail(at, rows, int(k), text)

    def _enter(
        self,
        at: tuple[str, str],
        rows: Rows,
        a: np.ndarray,
        b: np.ndarray,
        off: np.ndarray,
        words: tuple[str, float, str],
    ) -> None:
        unit, allowed, said = words
        a, b, off = a.ravel(), b.ravel(), np.where(np.isnan(off), np.inf, off).ravel()
        self.values += len(a)
        if not len(a):
            return
        size = np.fmax(np.abs(a), np.abs(b))
        room = allowed + RELATIVE * np.where(np.isfinite(size), size, 0.0)
        k = int(np.argmax(np.divide(off, room, out=np.where(off > 0, np.inf, 0.0), where=room > 0)))
        worst = Difference(float(off[k]), float(room[k]), unit)
        if self.worst is None or worst.share > self.worst.share:
            self.worst = worst
        for j in np.flatnonzero(off > room):
            self._fail(at, rows, int(j), f"{_number(a[j], unit)}, {said} {_number(b[j], unit)}")

    def _fail(self, at: tuple[str, str], rows: Rows, position: int, text: str) -> None:
        self.failures.append(Failure(self.check, at[0], row_text(_row(rows, position)), at[1], text))


def _array(values: Values) -> np.ndarray:
    """Numbers as an array of at least one dimension; what is no number becomes nan."""
    if isinstance(values, pd.Series):
        values = values.to_numpy(dtype=object if values.dtype == object else float, na_value=np.nan)
    return np.atleast_1d(np.asarray(values, dtype=float))


def _row(rows: Rows, position: int) -> Row:
    if isinstance(rows, pd.DataFrame):
        return dict(rows.iloc[position])
    return rows if isinstance(rows, Mapping) else rows(position)


def row_text(row: Row) -> str:
    """`key=value, key=value`; blanks are left out."""
    return ", ".join(f"{key}={_cell(value)}" for key, value in row.items() if not _blank(value))


def _blank(value: Any) -> bool:
    return value is None or value == "" or bool(pd.isna(value))


def _cell(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.10g}"
    return str(value)


def _number(value: float, unit: str) -> str:
    if np.isnan(value):
        return "nothing"
    return f"{value:.10g} {unit}".strip()
