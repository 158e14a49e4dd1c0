"""Programs of hours, and the same hours by scipy, one by one."""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from gridplan.explain.built import with_limits
from gridplan.model.limited import hourly_values, of_year
from gridplan.network import Network
from gridplan.solve.hourly import HourlyProgram


def program(case, built=None):
    """(program of an hour, all hours × values) of the last stage of a case under what is built."""
    network, year = Network(case), case.years[-1]
    names = of_year(tuple(c for c in case.profiles.columns if c != "hour"), year)
    hourly = HourlyProgram(case, network, names, year)
    return hourly.under(with_limits(case, network, built or {})), hourly_values(case, names)


def some_built(case, rng):
    """Half of the reinforcements, all pipes and sinks of heat, and 10 MW of every datacenter."""
    year, found = case.years[-1], {}
    for row in case.table("reinforcements").to_dict("records"):
        for k in range(1, int(row["max_units"]) + 1):
            found["reinforcements.units", (row["reinforcement"], k, year)] = float(rng.random() < 0.5)
    pipe = case.table("pipe_types")["pipe"].iloc[-1]
    for link in case.table("heat_links")["link"]:
        found["heat.pipe", (link, pipe, year)] = 1.0
    for table, name, key in (("heat_sinks", "connected", "sink"), ("heat_sources", "running", "source")):
        found |= {(f"heat.{name}", (row, year)): 1.0 for row in case.table(table)[key]}
    found |= {("heat.pump", (row, year)): 2.0 for row in case.table("heat_pumps")["heat_pump"]}
    return found | {("datacenters.it", (site, year)): 10.0 for site in case.table("datacenters")["site"]}


def least(hourly, values, cost=None):
    """Least cost (EUR) of one hour by scipy; of other costs if given."""
    low, up = hourly.row_lower.at(values), hourly.row_upper.at(values)
    same = np.isfinite(low) & np.isfinite(up) & (up - low < 1e-12)
    above, below = np.isfinite(up) & ~same, np.isfinite(low) & ~same
    matrix = sparse.csr_array(hourly.matrix)
    found = linprog(
        hourly.cost if cost is None else cost,
        sparse.vstack([matrix[np.flatnonzero(above)], -matrix[np.flatnonzero(below)]]),
        np.concatenate([up[above], -low[below]]),
        matrix[np.flatnonzero(same)],
        up[same],
        np.column_stack([hourly.lower.at(values), hourly.upper.at(values)]),
    )
    assert found.status == 0, found.message
    return float(found.fun)


def lacking(hourly, values):
    """MW that cannot be served in one hour, at least, by scipy."""
    cost = np.zeros(len(hourly.columns))
    cost[hourly.slack] = 1.0
    return least(hourly, values, cost)


def misses(hourly, dispatch, values):
    """MW by which a dispatch (hours × columns) leaves the rows and bounds of its program, at most."""
    activity = (hourly.matrix @ dispatch.T).T
    sides = (
        hourly.lower.at(values) - dispatch,
        dispatch - hourly.upper.at(values),
        hourly.row_lower.at(values) - activity,
        activity - hourly.row_upper.at(values),
    )
    return max(float(side.max()) for side in sides)
