"""The plan: what a solve gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.solve.status import SolveStatus

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.explain import Explanation
    from gridplan.model.periods import Periods
    from gridplan.plan.verify import Certificate
    from gridplan.plots.accessor import Plots
    from gridplan.study.fromplan import FromPlan
    from gridplan.study.whatif import WhatIf


@dataclass(frozen=True, repr=False)
class Plan:
    """Answer to one case.

    Attributes:
        case: the case that was solved.
        status: how the solve ended.
        summary: content of summary.json (status, objective, indicators, security, seconds).
        tables: one DataFrame per table of `gridplan.plan.columns.TABLES`; empty where there is no plan.
        options: the options of the solve (gap, time_limit_s, threads, seed).
        log: lines of the run's log.
        certificate: what was recomputed of the plan after it was found; None where there is no plan, and for
            one that was loaded (`gridplan.plan.verify.verify` makes it again).
        proof: hours of the program that has no solution, where it was just proven that there is no plan.
        explanation: why there is no plan.
    """

    case: Case
    status: SolveStatus
    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    options: Mapping[str, Any] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    certificate: Certificate | None = None
    proof: Periods | None = None
    explanation: Explanation | None = None

    @property
    def has_plan(self) -> bool:
        """True where the tables hold a plan (also one that a limit cut short)."""
        return bool(self.tables)

    def table(self, name: str) -> pd.DataFrame:
        """A copy of one table; KeyError names the tables there are."""
        if name not in self.tables:
            raise KeyError(f"no table '{name}' in this plan; there are: {', '.join(self.tables) or 'none'}")
        return self.tables[name].copy()

    @property
    def stations(self) -> pd.DataFrame:
        """Loading per substation, year and direction (MW)."""
        return self.table("stations")

    @property
    def branches(self) -> pd.DataFrame:
        """Loading per branch and year (MW)."""
        return self.table("branches")

    @property
    def datacenters(self) -> pd.DataFrame:
        """New IT and grid MW per site and year."""
        return self.table("datacenters")

    @property
    def heat_links(self) -> pd.DataFrame:
        """Heat links in service per year (MW, TJ)."""
        return self.table("heat_links")

    @property
    def masts(self) -> pd.DataFrame:
        """Masts in service per year."""
        return self.table("masts")

    @property
    def reinforcements(self) -> pd.DataFrame:
        """Units started and in service per reinforcement and year."""
        return self.table("reinforcements")

    @property
    def indicators(self) -> pd.DataFrame:
        """Every indicator per zone and year with its unit."""
        return self.table("indicators")

    @property
    def bottlenecks(self) -> pd.DataFrame:
        """Stations and branches by loading, the tightest first."""
        stations = self.stations.rename(columns={"substation": "element"}).assign(kind="station")
        branches = self.branches.rename(columns={"branch": "element"}).assign(kind="branch", direction="both")
        both = pd.concat([stations, branches], ignore_index=True)
        columns = ["kind", "element", "year", "direction", "peak_mw", "limit_mw", "loading"]
        return both[columns].sort_values("loading", ascending=False, ignore_index=True)

    def explain(self, place: str | None = None, **options: Any) -> Explanation:
        """Why something is not served, or why not there; options as of `gridplan.explain.explain`."""
        from gridplan.explain.why import explain

        return explain(self, place, **options)

    def what_if(self, patch: Mapping[str, Any]) -> FromPlan:
        """A case with changes as of `Case.what_if`, whose solve begins with this plan and its hours.

            plan.what_if({"policies.stop.value": None}).solve()

        Raises:
            CaseError: the patch gives no valid case.
        """
        from gridplan.study.fromplan import FromPlan

        return FromPlan(self, self.case.what_if(patch), self._session)

    @cached_property
    def _session(self) -> WhatIf:
        """What-ifs on this plan; what the first one builds serves those that follow."""
        from gridplan.study.whatif import WhatIf

        return WhatIf.of(self)

    def __getstate__(self) -> dict[str, Any]:
        """The fields: what what-ifs have built stays in this process."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def plot(self) -> Plots:
        """Pictures of this plan: `plan.plot.map(year=2035, direction="demand")` returns Axes."""
        from gridplan.plots.accessor import Plots

        return Plots(self)

    def save(self, folder: str | Path, *, figures: bool = True, lang: str = "en") -> Path:
        """Write tables, certificate and (unless told) pictures to a result folder, whole or not at all.

        Raises:
            FolderError: the folder holds something else; nothing was changed.
        """
        from gridplan.plan.save import save

        return save(self, folder, figures=figures, lang=lang)

    def _repr_html_(self) -> str:
        """Status, totals, what is sited and built, for notebooks."""
        from gridplan.plan.html import overview

        return overview(self)

    def __repr__(self) -> str:
        """Case and status; the tables are too long to print."""
        return f"Plan({self.case.name!r}, {self.status.value}, years={list(self.case.years)})"
