"""What heat of a site is worth to the plan: it is forced in, or taken out, and the plan is solved again.

Everything outside heat stays as planned. Of heat the pipes that the site's heat can pass are free, and every
flow and pump; the rest of the pipes stays. Of an unused site at least a tenth of its heat (or of what its
sink wants, if that is less) has to be taken in the last stage: the plan's extra cost is the subsidy that it
needs. Where that is not possible, or stations lack room, it is solved once more with reinforcements free.
Hours after an outage are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridplan.explain.again import Again, again
from gridplan.plan.heat.standalone import LEAST
from gridplan.plan.heat.verdict import (
    DOES_NOT_FIT,
    DOES_NOT_PAY,
    LINKED,
    NO_CANDIDATE,
    NO_HEAT,
    PAYS,
    TOO_COLD,
    WITHIN_GAP,
)
from gridplan.plan.plan import Plan
from gridplan.solve.alone import HEAT
from gridplan.solve.fixed import held, kept, whole
from gridplan.solve.highs import Options
from gridplan.solve.progress import Progress, Silent

COLUMNS = ("site", "verdict", "exact", "asked", "exact_meur", "exact_tj", "built")
TJ_PER_MWH = 0.0036
GAP = 1e-6  # of the objective, to which each is solved
WORKS = "reinforcements"
NOT_ASKED = (NO_HEAT, NO_CANDIDATE, TOO_COLD)
Row = dict[str, object]


def heat_value(
    plan: Plan,
    sites: Sequence[str] | None = None,
    progress: Progress | None = None,
    time_limit_s: float = 120.0,
) -> pd.DataFrame:
    """What every site's heat is worth to the plan, by solving the plan with it and without it.

    Args:
        plan: a plan.
        sites: ids of sites; None: every site of table `heat_reuse`.
        progress: watcher of the run.
        time_limit_s: seconds for each site.

    Returns:
        One row a site: `verdict` as in `heat_reuse`; `exact`, the verdict by this reckoning (blank: nothing
        to be solved); `asked` (`with` its heat, or `without` it where the plan uses it); `exact_meur`, M€ by
        which the plan is dearer then (of an unused site: the subsidy it needs); `exact_tj`, heat of the site
        used a year in the last stage then; `built`, reinforcements that it takes.

    Raises:
        ValueError: unknown site; a plan without tables.
    """
    table = plan.table("heat_reuse")
    known = table["site"].astype(str).tolist()
    for site in sites or ():
        if site not in known:
            raise ValueError(f"site '{site}' is not there; datacenters above 1 MW: {', '.join(known)}")
    chosen = table if sites is None else table[table["site"].isin(list(sites))]
    watch = progress or Silent()
    watch.phase("build")
    asked = [str(v) for v in chosen["verdict"]]
    run = _Run(plan, time_limit_s) if any(v not in NOT_ASKED for v in asked) else None
    watch.phase("heat of sites", len(chosen))
    rows = []
    for k, row in enumerate(chosen.to_dict("records")):
        if run is None or row["verdict"] in NOT_ASKED:
            rows.append(
                {"site": row["site"], "verdict": row["verdict"], "exact": "", "asked": "", "built": ""}
            )
        else:
            rows.append(run.row(str(row["site"]), str(row["verdict"]), str(row["sink"]).split("; ")))
        watch.advance(k + 1)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"exact_meur": float, "exact_tj": float})


class _Run:
    """One plan, asked about several sites."""

    def __init__(self, plan: Plan, seconds: float) -> None:
        self.options = Options(GAP, seconds, 1, 0)
        self.case = plan.case
        self.again: Again = again(plan, self.options)
        self.last = plan.case.years[-1]
        self.links = {row["link"]: (row["from"], row["to"]) for row in self._rows("heat_links")}
        self.sites = {row["site"] for row in self._rows("datacenters")}
        self.makers = self.sites | {row["source"] for row in self._rows("heat_sources")}
        self.sinks = {row["sink"] for row in self._rows("heat_sinks")}

    def _rows(self, table: str) -> list[dict[str, str]]:
        return [{str(k): v for k, v in row.items()} for row in self.case.table(table).to_dict("records")]

    def row(self, site: str, verdict: str, sinks: list[str]) -> Row:
        """What the plan says with the heat of a site, or without it."""
        least = 0.0 if verdict == LINKED else self._least(site, sinks)
        most = 0.0 if verdict == LINKED else np.inf
        found = self._solve(site, least, most, [HEAT])
        row: Row = {"site": site, "verdict": verdict, "asked": "without" if verdict == LINKED else "with"}
        built: list[str] = []
        exact = verdict
        if verdict != LINKED:
            dear = found is None or found[0] > self._tolerance
            if dear and (found is None or verdict == DOES_NOT_FIT):
                more = self._solve(site, least, most, [HEAT, WORKS])
                if more is not None and (found is None or more[0] < found[0] - self._tolerance):
                    built = self._built(more[1])
                    exact, found = DOES_NOT_FIT if built else verdict, more
            exact = exact if built or found is None else self._named(verdict, found[0])
            exact = DOES_NOT_FIT if found is None else exact
        return {
            **row,
            "exact": exact,
            "exact_meur": np.nan if found is None else found[0],
            "exact_tj": np.nan if found is None else self._taken(site, found[1]),
            "built": "; ".join(built),
        }

    @property
    def _tolerance(self) -> float:
        return max(2 * GAP * abs(self.again.plan.value), 1e-6)

    def _named(self, verdict: str, dearer: float) -> str:
        """The verdict that the plan's extra cost asks for."""
        if dearer <= self._tolerance:
            return WITHIN_GAP
        return DOES_NOT_PAY if verdict in (WITHIN_GAP, PAYS, DOES_NOT_FIT) else verdict

    def _solve(
        self, site: str, least: float, most: float, free: list[str]
    ) -> tuple[float, np.ndarray] | None:
        """(M€ dearer than the plan, columns) with so much heat of a site; None where it cannot be."""
        a = self.again
        lower, upper = kept(a.compiled, a.plan.x, a.at, free)
        plan = whole(a.compiled, a.plan.x)
        near = self._near(site)
        for k in np.flatnonzero(a.compiled.integer & ~a.at.hourly):
            key = a.at.keys[k][1]
            if a.at.subject[k] == WORKS and WORKS in free:
                lower[k] = plan[k]
            elif a.at.subject[k] == HEAT and key[0] not in near:
                lower[k] = upper[k] = plan[k]
        form = self._form(site, None if most == 0.0 else self.last)
        if most == 0.0:
            upper[form > 0] = 0.0
        search = held(a.compiled, a.goals, a.values, (lower, upper), a.compiled.integer)
        if least > 0:
            search.limit(-form, -least)
        outcome = search.run(self.options)
        if outcome.x is None or outcome.value is None:
            return None
        return outcome.value - a.plan.value, outcome.x

    def _near(self, site: str) -> set[str]:
        """Links that heat of a site can pass before it meets a sink or another producer, and those sinks."""
        found, seen, open_ends = set(), {site}, [site]
        while open_ends:
            node = open_ends.pop()
            for link, ends in self.links.items():
                if node not in ends:
                    continue
                other = ends[1] if ends[0] == node else ends[0]
                if other in self.makers - {site}:
                    continue
                found |= {link, other}
                if other not in seen and other not in self.sinks:
                    open_ends.append(other)
                seen.add(other)
        return found

    def _form(self, site: str, year: int | None) -> np.ndarray:
        """TJ a year of a site's heat by column, of one stage or (as 1 each) of all."""
        a = self.again
        frame, form = a.compiled.program.frame, np.zeros(len(a.at.keys))
        for k, (name, key) in enumerate(a.at.keys):
            if name == "heat.take" and key[0] == site and (year is None or key[2] == year):
                form[k] = 1.0 if year is None else frame.weight(key[3]) * TJ_PER_MWH
        return form

    def _taken(self, site: str, x: np.ndarray) -> float:
        return float(self._form(site, self.last) @ x)

    def _least(self, site: str, sinks: list[str]) -> float:
        """TJ a year that make a link: of the site's heat, or of what the sink wants if that is less."""
        program = self.again.compiled.program
        m, frame = program.model, program.frame
        values = zip(self.again.at.keys, self.again.plan.x, strict=True)
        it = {key[0]: x for (name, key), x in values if name == "datacenters.it" and key[1] == self.last}
        periods = [p for y, p in frame.weighted if y == self.last]
        gives = sum(
            frame.weight(p)
            * m.heat.share[site]
            * (m.heat.existing[site, self.last, p] + m.datacenters.draw[site, p] * it.get(site, 0.0))
            for p in periods
        )
        wants = max(
            (
                sum(frame.weight(p) * m.heat.demand[k, self.last, p] for p in periods)
                for k in sinks
                if k in self.sinks
            ),
            default=gives,
        )
        return LEAST * TJ_PER_MWH * float(min(gives, wants))

    def _built(self, x: np.ndarray) -> list[str]:
        """Reinforcements that a solution builds beyond the plan, with the year they enter service."""
        found: dict[str, int] = {}
        for (name, key), now, before in zip(self.again.at.keys, x, self.again.plan.x, strict=True):
            if name == "reinforcements.units" and now > 0.5 > before:
                found[key[0]] = min(found.get(key[0], key[2]), key[2])
        return [f"{name} ({year})" for name, year in found.items()]
