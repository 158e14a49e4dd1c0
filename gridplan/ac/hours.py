"""All hours of the stages of a plan, as gridplan's own check dispatches them: MW that every bus takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.explain.built import built_of, with_limits
from gridplan.explain.stage import flows_of
from gridplan.model.limited import hourly_values, of_year, profiles
from gridplan.model.prices import mean_price
from gridplan.network import Network
from gridplan.plan import Plan
from gridplan.solve.certify import certify
from gridplan.solve.checker import supply_by_bus
from gridplan.solve.hourly import HourlyProgram
from gridplan.solve.topology import Topology


@dataclass(frozen=True)
class YearHours:
    """One stage.

    Attributes:
        year: stage.
        topology: circuits in service.
        flows: hours × groups, MW of the plan's own power flow.
        taken: hours × buses, MW that each bus takes from the grid (negative: gives).
        supply: MW of supply by bus, which tells where the grid above is.
    """

    year: int
    topology: Topology
    flows: np.ndarray
    taken: np.ndarray
    supply: dict[str, float]


def year_hours(plan: Plan, years: Sequence[int]) -> Iterator[YearHours]:
    """Every stage of `years` with all its hours dispatched."""
    case = plan.case
    network = Network(case)
    built = with_limits(case, network, built_of(plan))
    known = profiles(case)
    columns = [] if known is None else [column for column in known.columns if column != "hour"]
    weight = supply_by_bus(case, network)
    for year in years:
        names = of_year(columns, year)
        values = hourly_values(case, names)
        hourly = HourlyProgram(case, network, names, year).under(built)
        topology = Topology(network, built, year, case.settings.physics.flow == "dc")
        dispatch = certify(hourly, values, mean_price(case)).dispatch
        flows = flows_of(hourly, topology, dispatch)
        taken = np.zeros((len(flows), len(topology.buses)))
        for group in range(len(topology.groups)):
            taken[:, topology.end[group]] += flows[:, group]
            taken[:, topology.start[group]] -= flows[:, group]
        yield YearHours(year, topology, flows, taken, weight)
