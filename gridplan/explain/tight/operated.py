"""A plan operated once more in the hours that bind: who draws what there, and the duals.

All decisions of the plan stay; hours are dispatched at least cost, price · unserved MW·years included. The
duals of that linear program are what one MW more costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridplan.case import Case
from gridplan.explain.built import Built
from gridplan.model.build import build
from gridplan.model.loads import existing_mw
from gridplan.model.periods import Critical
from gridplan.plan.extract.withdrawals import SUBJECTS
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.fixed import Operation, kept, layout, operate
from gridplan.solve.highs import Options
from gridplan.solve.keys import key_of
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import Rounds
from gridplan.study.course import cost_of

SUMS, BAYS = "stations.sums", "stations.bays"
HOURS = 8760
SECONDS = 300.0
Cause = tuple[str, str]  # subject, category
Hour = tuple[int, int, str]  # stage, hour of the year, outage


@dataclass(frozen=True)
class Price:
    """What one MW more, all year, costs at a station in one stage.

    Attributes:
        total: M€/MW·yr.
        energy: EUR/MWh, mean of the typical hours.
        scarcity: M€/MW·yr, what critical hours add.
    """

    total: float
    energy: float
    scarcity: float


class Operated:
    """The answer of one linear program."""

    def __init__(self, case: Case, built: Built, hours: Iterable[Hour], price: float) -> None:
        """Build the program of the first hours and these, and operate it.

        Raises:
            RuntimeError: the plan cannot be operated in these hours.
        """
        options = Options(time_limit_s=SECONDS, threads=1)
        rounds = Rounds(case, options, Silent())
        wanted: dict[int, list[Critical]] = defaultdict(list)
        for year, hour, outage in hours:
            wanted[year].append(Critical(hour, outage))
        periods = rounds.periods if case.profiles is None else rounds.periods.with_hours(case, wanted)
        self.compiled: Compiled = compile_program(build(case, periods, rounds.network))
        self.frame, self.model = self.compiled.program.frame, self.compiled.program.model
        x = np.array([built.get(key, 0.0) for key in self.compiled.column_keys])
        goal = cost_of(case, price).objective(self.compiled)
        bounds = kept(self.compiled, x, layout(self.compiled))
        found = operate(self.compiled, [goal], [], bounds, options)  # no earlier objective
        if found is None:
            raise RuntimeError("the plan cannot be operated in the hours that bind; is it of this case?")
        self.found: Operation = found
        self.full_bays = self._bays()
        self._loads = self._there()

    def period(self, year: int, hour: int, outage: str) -> int:
        """Position of an hour in the program; without profiles there is one."""
        items = self.frame.periods.items
        found = [
            p for p in self.frame.periods.by_year[year]
            if (items[p].hour_of_year, items[p].outage) == (hour, outage) and not items[p].weight
        ]  # fmt: skip
        return found[0] if found else self.frame.periods.by_year[year][0]

    def prices(self) -> dict[tuple[str, int], Price]:
        """Price by station and stage, of demand behind its transformers."""
        parts: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for k, row in enumerate(self.compiled.rows):
            name, key = key_of(row)
            if name == SUMS and key[1] == "mv":
                n, _, y, p = key
                typical = self.frame.weight(p) > 0
                parts[n, y][0 if typical else 1] += float(self.found.dual[k]) / self.frame.discount[y]
        hours = {y: sum(self.frame.weight(p) for p in ps) for y, ps in self.frame.periods.by_year.items()}
        return {(n, y): Price(a + b, 1e6 * a / (hours[y] or HOURS), b) for (n, y), (a, b) in parts.items()}

    def causes(self, stations: list[str], year: int, period: int) -> dict[Cause, float]:
        """MW by subject and category at stations (both sides of all but the first) in one period."""
        total: dict[Cause, float] = defaultdict(float)
        for at, n in enumerate(stations):
            for side in ("mv",) if at == 0 else ("mv", "hv"):
                for cause, series in self._loads.get((n, side, year), {}).items():
                    total[cause] += float(series[period])
                for cause, mw in self._flexible(n, side, year, period):
                    total[cause] += mw
        return {cause: mw for cause, mw in total.items() if abs(mw) > 1e-3}

    def _there(self) -> dict[tuple[str, str, int], dict[Cause, np.ndarray]]:
        """Load that is there: rows of `demands` by category, existing datacenters by class."""
        frame = self.frame
        found: dict[tuple[str, str, int], dict[Cause, np.ndarray]] = defaultdict(dict)

        def put(cause: Cause, row: dict, peak: dict[int, float]) -> None:
            shape = frame.profile(row["profile"])
            for (n, side), share in frame.places(row["zone"], row["substation"], row["side"]):
                for y in frame.years:
                    own = found[n, side, y]
                    own[cause] = own.get(cause, np.zeros(len(shape))) + share * peak[y] * shape

        for name, rows in frame.case.table("demands").groupby("demand", sort=False):
            first = rows.iloc[0].to_dict()
            put(("demands", str(first["category"] or name)), first, frame.by_year(rows, "peak_mw"))
        for row in frame.rows("datacenters"):
            if row["existing_it_mw"]:
                put(("existing_datacenters", str(row["class"])), row, existing_mw(row, frame))
        return found

    def _flexible(self, n: str, side: str, year: int, period: int) -> list[tuple[Cause, float]]:
        """What the plan and its dispatch draw; of datacenters by class, of supplies by technology."""
        found: list[tuple[Cause, float]] = []
        for name in ("unserved", *SUBJECTS):
            block = getattr(self.model, "loads" if name == "unserved" else name, None)
            variable = getattr(block, "unserved" if name == "unserved" else "withdrawal", None)
            if variable is None or (n, side, year, period) not in variable:
                continue
            mw = self._value(variable[n, side, year, period])
            if name == "unserved":
                mw = -mw
            found.append(((name, self._kind(name, n, side)), mw))
        return found

    def _kind(self, subject: str, n: str, side: str) -> str:
        """Classes of the sites or technologies of the supplies at a place, joined."""
        column, table, key = {
            "datacenters": ("class", "datacenters", "site"),
            "supplies": ("technology", "supplies", "supply"),
        }.get(subject, ("", "", ""))
        if not column:
            return ""
        here = set(getattr(self.model, subject).here[n, side])
        words = {str(r[column]) for r in self.frame.rows(table) if r[key] in here and r[column]}
        return ", ".join(sorted(words))

    def _value(self, column: object) -> float:
        k = self.compiled.position.get(id(column))
        if k is None:
            return float(getattr(column, "value", 0.0) or 0.0)
        return float(self.found.x[k])

    def _bays(self) -> set[tuple[str, int]]:
        """Stations and stages without a free bay."""
        reached = self.compiled.matrix @ self.found.x
        found = set()
        for k, row in enumerate(self.compiled.rows):
            name, key = key_of(row)
            if name == BAYS and self.compiled.row_upper[k] - reached[k] < 1 - 1e-6:
                found.add((str(key[0]), int(key[1])))
        return found
