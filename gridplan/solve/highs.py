"""Running HiGHS on arrays: limits honoured, the best plan kept, nothing unknown taken for an answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from gridplan.solve.lean import Pool
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.staged import Joined, parts
from gridplan.solve.status import SolveStatus

# Parallel rows, sparsifying, probing, enumeration: on cases/mra a proof from a plan takes 0.7 × without them.
SLOW_RULES = 0b1111 << 13
SCALED = 64.0  # largest cost after scaling, for objectives whose costs are all below 1


@dataclass(frozen=True)
class Options:
    """Limits of one run.

    Attributes:
        gap: relative gap at which the search stops.
        time_limit_s: seconds.
        threads: 0 lets HiGHS choose.
        seed: random seed.
    """

    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """End of one run.

    Attributes:
        status: how it ended.
        x: values of the columns, or None where there is no plan.
        value, bound, gap: of the objective, without its constant.
        nodes: branch-and-bound nodes.
        seconds: time inside HiGHS.
    """

    status: SolveStatus
    x: np.ndarray | None
    value: float | None
    bound: float | None
    gap: float | None
    nodes: int
    seconds: float


class SolverError(RuntimeError):
    """HiGHS ended in a way that a correct program cannot reach."""


class Search:
    """A model inside HiGHS that can be given rows, objectives and start solutions."""

    def __init__(
        self,
        matrix: sparse.csc_array,
        rows: tuple[np.ndarray, np.ndarray],
        columns: tuple[np.ndarray, np.ndarray],
        integer: np.ndarray,
    ) -> None:
        """Hand the arrays over (no copies of single entries, no names)."""
        self.highs = highspy.Highs()
        self.highs.silent()
        self.integer = integer
        status = self.highs.passModel(
            matrix.shape[1], matrix.shape[0], matrix.nnz,
            int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
            np.zeros(matrix.shape[1]), *columns, *rows,
            matrix.indptr, matrix.indices, matrix.data, np.asarray(integer, np.int32),
        )  # fmt: skip
        self._ok(status, "passing the model")
        self.scale = 1.0
        self.watcher: Progress = Silent()
        self.interrupt: threading.Event | None = None
        self.has_plan = False  # a plan within the present rows is known
        self.pool: Pool | None = None
        self.stage: np.ndarray | None = None  # of every column; a large relaxation begins stage by stage
        self.highs.cbMipInterrupt.subscribe(self._tick)
        self.highs.cbSimplexInterrupt.subscribe(self._tick)

    def _ok(self, status: Any, doing: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS failed while {doing}")

    def _tick(self, event: Any) -> None:
        if self.interrupt is not None and self.interrupt.is_set():
            event.interrupt()
        out = event.data_out
        if "Mip" in str(event.callback_type):
            gap = _number(out.mip_gap)
            self.watcher.search(
                _number(out.mip_primal_bound, self.scale),
                _number(out.mip_dual_bound, self.scale),
                gap,
                int(out.mip_node_count),
                out.running_time,
            )

    def minimise(self, cost: np.ndarray, constant: float = 0.0) -> None:
        """Set the objective; small costs are scaled, for HiGHS' tolerances are absolute."""
        largest = float(np.abs(cost).max(initial=0.0))
        self.scale = 2.0 ** np.floor(np.log2(SCALED / largest)) if 0 < largest < 1 else 1.0
        self.highs.changeObjectiveOffset(constant * self.scale)
        every = np.arange(len(cost), dtype=np.int32)
        self._ok(self.highs.changeColsCost(len(cost), every, cost * self.scale), "setting the objective")

    def limit(self, form: np.ndarray, most: float) -> None:
        """Add a row form·x ≤ most."""
        used = np.flatnonzero(form).astype(np.int32)
        row = self.highs.addRow(-highspy.kHighsInf, most, len(used), used, form[used])
        self._ok(row, "adding a row")

    def add_rows(self, lower: np.ndarray, index: np.ndarray, value: np.ndarray) -> None:
        """Add rows value·x[index] ≥ lower, each with the same number of entries."""
        count, width = index.shape
        upper = np.full(count, highspy.kHighsInf)
        starts = (np.arange(count) * width).astype(np.int32)
        columns = index.ravel().astype(np.int32)
        rows = self.highs.addRows(count, lower, upper, count * width, starts, columns, value.ravel())
        self._ok(rows, "adding rows")

    def restrict(self, lower: np.ndarray, upper: np.ndarray) -> None:
        """Set the bounds of all columns."""
        every = np.arange(len(lower), dtype=np.int32)
        self._ok(self.highs.changeColsBounds(len(every), every, lower, upper), "setting bounds")

    def relax(self, options: Options) -> Outcome:
        """Solve with every column continuous; afresh, since presolve beats the basis of another objective."""
        ends = monotonic() + options.time_limit_s
        self.highs.clearSolver()
        if self.stage is not None:
            self._begin(self.stage, options)
        self.highs.setOptionValue("solve_relaxation", True)
        outcome = self.run(replace(options, time_limit_s=ends - monotonic()))
        while self.pool is not None and outcome.status == SolveStatus.OPTIMAL and outcome.x is not None:
            rows, upper = self.pool.failing(outcome.x)
            if not len(upper):
                break
            self.extend(rows, np.full(len(upper), -np.inf), upper)
            outcome = self.run(replace(options, time_limit_s=ends - monotonic()))
        self.highs.setOptionValue("solve_relaxation", False)
        return outcome

    def _begin(self, stage: np.ndarray, options: Options) -> None:
        """Give the relaxation the bases of its stages, where each has an optimum."""
        ends = monotonic() + options.time_limit_s
        joined = Joined(self.highs.getNumRow(), self.highs.getNumCol())
        for part in parts(self.highs.getLp(), stage):
            one = Search(part.matrix, part.row_bounds, part.bounds, np.zeros(len(part.columns), bool))
            one.interrupt = self.interrupt
            one.minimise(part.cost)
            try:
                outcome = one.run(replace(options, time_limit_s=ends - monotonic()))
            except SolverError:  # only rows between stages hold it
                return
            if outcome.status != SolveStatus.OPTIMAL:
                return
            joined.add(part, one.highs.getBasis())
        self._ok(self.highs.setBasis(joined.basis()), "setting the basis")

    def duals(self) -> np.ndarray:
        """What the objective rises by per unit of every row's right-hand side, after `relax`."""
        return np.array(self.highs.getSolution().row_dual) / self.scale

    def within(self, distance: float) -> None:
        """Let searches stop at this distance from their bound too, in the objective's unit."""
        self._ok(self.highs.setOptionValue("mip_abs_gap", distance * self.scale), "setting mip_abs_gap")

    def briefly(self, start: np.ndarray, nodes: int, options: Options) -> Outcome:
        """Search from a plan until the gap, or so many nodes, with less presolve than for a long search."""
        less = {"mip_max_nodes": nodes, "presolve_rule_off": SLOW_RULES}
        before = {name: self.highs.getOptionValue(name)[1] for name in less}
        self.start_from(start)
        for name, value in less.items():
            self._ok(self.highs.setOptionValue(name, value), f"setting {name}")
        outcome = self.run(options)
        for name, value in before.items():
            self._ok(self.highs.setOptionValue(name, value), f"setting {name}")
        return outcome

    @property
    def reduced_costs(self) -> np.ndarray:
        """By how much a relaxation that was just solved gets worse per unit of each column."""
        return np.array(self.highs.getSolution().col_dual) / self.scale

    def extend(self, rows: sparse.csr_array, lower: np.ndarray, upper: np.ndarray) -> None:
        """Add rows."""
        start, index = rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32)
        low = np.where(np.isinf(lower), -highspy.kHighsInf, lower)
        high = np.where(np.isinf(upper), highspy.kHighsInf, upper)
        self._ok(
            self.highs.addRows(rows.shape[0], low, high, rows.nnz, start, index, rows.data), "adding rows"
        )

    def start_from(self, values: np.ndarray) -> None:
        """Give the integer part of a plan as start; HiGHS completes it. NaN: unknown."""
        used = np.flatnonzero(self.integer & ~np.isnan(values)).astype(np.int32)
        if len(used):
            self.highs.setSolution(len(used), used, np.round(values[used]))

    def run(self, options: Options) -> Outcome:
        """Search until the gap, a limit or an interruption."""
        highspy.Highs.resetGlobalScheduler(True)  # or a run with another number of threads fails
        begun = self.highs.getRunTime()  # HiGHS counts on from run to run
        for name, value in (
            ("mip_rel_gap", options.gap),
            ("time_limit", begun + max(options.time_limit_s, 0.0)),
            ("threads", options.threads),
            ("random_seed", options.seed),
        ):
            self._ok(self.highs.setOptionValue(name, value), f"setting {name}")
        self.highs.run()
        outcome = self._outcome(begun)
        if outcome is None or self._doubtful(outcome):
            self.highs.setOptionValue("presolve", "off")
            self.highs.run()
            self.highs.setOptionValue("presolve", "choose")
            outcome = self._outcome(begun)
        if outcome is None:
            raise SolverError(
                "the program is unbounded: some cost or price in the case is negative without a limit"
            )
        return outcome

    def _doubtful(self, outcome: Outcome) -> bool:
        """Whether presolve ended without a bound, or calls infeasible what had a plan."""
        unbounded = outcome.status == SolveStatus.OPTIMAL and outcome.bound is None
        return unbounded or (outcome.status == SolveStatus.INFEASIBLE and self.has_plan)

    def _outcome(self, begun: float) -> Outcome | None:
        model, info = self.highs.getModelStatus(), self.highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        kinds = highspy.HighsModelStatus
        if model in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
            return None
        if model == kinds.kOptimal and found:
            status = SolveStatus.OPTIMAL
        elif model == kinds.kInfeasible:
            status, found = SolveStatus.INFEASIBLE, False
        elif model == kinds.kInterrupt or self.highs.modelStatusToString(model).startswith("Interrupt"):
            status = SolveStatus.INTERRUPTED
        elif model in (kinds.kTimeLimit, kinds.kIterationLimit, kinds.kSolutionLimit):
            status = SolveStatus.LIMIT if found else SolveStatus.NO_PLAN
        else:
            raise SolverError(f"HiGHS ended with '{self.highs.modelStatusToString(model)}'")
        x = np.array(self.highs.getSolution().col_value) if found else None
        value = float(info.objective_function_value) / self.scale if found else None
        mip = bool(self.integer.any()) and not self.highs.getOptionValue("solve_relaxation")[1]
        bound = _number(info.mip_dual_bound, self.scale) if mip else value
        return Outcome(
            status,
            x,
            value,
            bound,
            relative_gap(value, bound),
            max(int(info.mip_node_count), 0) if mip else 0,
            float(self.highs.getRunTime()) - begun,
        )


def _number(value: float, scale: float = 1.0) -> float | None:
    return float(value) / scale if np.isfinite(value) and abs(value) < highspy.kHighsInf else None


def relative_gap(value: float | None, bound: float | None) -> float | None:
    """|value − bound| / |value|; 0 where both agree."""
    if value is None or bound is None:
        return None
    distance = abs(value - bound)
    return 0.0 if distance < 1e-9 else distance / max(abs(value), 1e-9)
