"""The matrices of a MATPOWER case as rows with named columns, checked for what every row needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gridplan.case.text import Origin
from gridplan.exchange.mfile import Matrix, MFile
from gridplan.exchange.rows import Rows

BRANCH = (
    "fbus", "tbus", "r", "x", "b", "rateA", "rateB", "rateC", "ratio", "angle", "status", "angmin", "angmax",
)  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "bus": ("bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area", "Vm", "Va", "baseKV", "zone", "Vmax", "Vmin"),
    "gen": ("bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin"),
    "branch": BRANCH,
    "ne_branch": (*BRANCH, "construction_cost"),
    "gencost": ("model", "startup", "shutdown", "n"),
    "dcline": ("fbus", "tbus", "status"),
}
LEAST = {"bus": 13, "gen": 10, "branch": 11, "ne_branch": 14, "gencost": 5, "dcline": 3}
ALIAS = {
    "f_bus": "fbus", "t_bus": "tbus", "br_r": "r", "br_x": "x", "br_b": "b", "rate_a": "rateA",
    "rate_b": "rateB", "rate_c": "rateC", "tap": "ratio", "shift": "angle", "br_status": "status",
}  # fmt: skip
ISOLATED = 4  # bus type


@dataclass(frozen=True)
class Line:
    """One row of a matrix: values by column, number from 1, and where it stands."""

    matrix: str
    number: int
    values: dict[str, float]
    rest: list[float]
    origin: Origin

    def __getitem__(self, column: str) -> float:
        return self.values[column]


class Data:
    """A MATPOWER case."""

    def __init__(self, file: MFile, rows: Rows) -> None:
        """Check that the file holds a case of version 2; raises CaseError otherwise."""
        self.file, self._out = file, rows
        rows.stop()
        version = str(file.values.get("version", "2"))
        if version not in ("2", "2.0"):
            at = Origin(file.file, file.lines["version"])
            rows.wrong(at, "mpc.version", version, f"version {version} is not read", "version 2")
        base = file.values.get("baseMVA")
        if not isinstance(base, float) or not 0 < base < math.inf:
            at = Origin(file.file, file.lines.get("baseMVA", 1))
            rows.wrong(at, "mpc.baseMVA", base, "a base is needed", "mpc.baseMVA = a number > 0 (MVA)")
        for name in ("bus", "branch"):
            if name not in file.matrices:
                rows.wrong(Origin(file.file, 1), f"mpc.{name}", "", "is missing", f"mpc.{name} = [ ... ];")
        rows.stop()
        self.base_mva = float(base)  # type: ignore[arg-type]
        self.isolated: set[int] = set()
        self.known: set[int] = set()

    def rows(self, name: str) -> list[Line]:
        """Rows of a matrix; none where it is missing."""
        matrix = self.file.matrices.get(name)
        return [] if matrix is None else list(self._lines(matrix))

    def _lines(self, matrix: Matrix) -> Iterator[Line]:
        names = COLUMNS[matrix.name]
        if matrix.columns:
            names = tuple(ALIAS.get(column, column) for column in matrix.columns)
        for number, (row, line) in enumerate(zip(matrix.rows, matrix.lines, strict=True), start=1):
            at = Origin(self.file.file, line)
            if len(row) < LEAST[matrix.name]:
                message = f"has {len(row)} columns, {LEAST[matrix.name]} are needed"
                self._out.wrong(at, f"mpc.{matrix.name}", "", message, " ".join(COLUMNS[matrix.name]))
                self._out.stop()
            values = dict(zip(names, row, strict=False))
            yield Line(matrix.name, number, values, row[len(names) :], at)

    def wrong(self, line: Line, column: str, message: str, allowed: str = "", hint: str = "") -> None:
        """Note what is wrong in a cell of the file."""
        value = line.values.get(column)
        where = f"mpc.{line.matrix} {column}"
        self._out.wrong(line.origin, where, value, message, allowed, hint)

    def finite(self, line: Line, *columns: str) -> bool:
        """Whether the cells hold finite numbers."""
        bad = [column for column in columns if not math.isfinite(line.values.get(column, 0.0))]
        for column in bad:
            self.wrong(line, column, f"{line[column]} is no finite number", "a finite number")
        return not bad

    def bus(self, line: Line, column: str) -> str | None:
        """Id of the bus in a cell; None where it is isolated or, with a problem, unknown."""
        value = line[column]
        if value not in self.known:
            self.wrong(line, column, f"bus {value:g} is not in mpc.bus", "a bus_i of mpc.bus")
            return None
        return None if int(value) in self.isolated else str(int(value))
