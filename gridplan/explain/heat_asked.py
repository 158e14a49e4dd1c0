"""One plan, solved again with some heat of a site, or without it (`gridplan/explain/heat.py`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.explain.again import Again, again
from gridplan.plan.heat.standalone import LEAST
from gridplan.plan.plan import Plan
from gridplan.solve.alone import HEAT
from gridplan.solve.fixed import held, kept, whole
from gridplan.solve.highs import Options
from gridplan.solve.status import SolveStatus

GAP = 1e-6  # of the objective, to which each is solved
TJ_PER_MWH = 0.0036
WORKS = "reinforcements"


@dataclass(frozen=True)
class Found:
    """A plan with so much heat of a site.

    Attributes:
        meur: M€ dearer than the plan.
        open_meur: M€ by which it may be less, where the search was cut off.
        x: values of the columns.
    """

    meur: float
    open_meur: float
    x: np.ndarray


class CutOff(RuntimeError):
    """Time was out before anything was known."""


class Asked:
    """A plan that can be asked what some heat of a site would cost it."""

    def __init__(self, plan: Plan, seconds: float) -> None:
        """Build the program of the plan again.

        Raises:
            ValueError: what the plan decides cannot be operated.
        """
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

    @property
    def tolerance(self) -> float:
        """M€ below which a difference is none."""
        return max(2 * GAP * abs(self.again.plan.value), 1e-6)

    def with_heat(self, site: str, sinks: list[str], works: bool = False) -> Found | None:
        """The plan with a tenth of a site's heat at least; `works`: reinforcements may be added.

        Raises:
            CutOff: time was out before anything was known.
        """
        return self._solve(site, self._least(site, sinks), np.inf, [HEAT, WORKS] if works else [HEAT])

    def without_heat(self, site: str, works: bool = False) -> Found | None:
        """The plan without any heat of a site; `works`: reinforcements may be added.

        Raises:
            CutOff: time was out before anything was known.
        """
        return self._solve(site, 0.0, 0.0, [HEAT, WORKS] if works else [HEAT])

    def _solve(self, site: str, least: float, most: float, free: list[str]) -> Found | None:
        """The plan with so much heat of a site, TJ a year; None where it cannot be."""
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
            if outcome.status != SolveStatus.INFEASIBLE:
                raise CutOff(site)
            return None
        cut = outcome.status != SolveStatus.OPTIMAL
        bound = -np.inf if outcome.bound is None else outcome.bound
        return Found(outcome.value - a.plan.value, outcome.value - bound if cut else 0.0, outcome.x)

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

    def taken(self, site: str, x: np.ndarray) -> float:
        """TJ of a site used a year in the last stage."""
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

    def built(self, x: np.ndarray) -> list[str]:
        """Reinforcements that a solution builds beyond the plan, with the year they enter service."""
        found: dict[str, int] = {}
        for (name, key), now, before in zip(self.again.at.keys, x, self.again.plan.x, strict=True):
            if name == "reinforcements.units" and now > 0.5 > before:
                found[key[0]] = min(found.get(key[0], key[2]), key[2])
        return [f"{name} ({year})" for name, year in found.items()]
