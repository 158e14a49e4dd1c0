"""Invariants of a plan, recomputed from the tables of its case and of the plan with numpy and pandas only.

Every function takes a plan and returns what is wrong, one text each; an empty list is a sound plan.
"""

from collections import defaultdict

import numpy as np
import pandas as pd

from tests.invariants.check_build import bays, building, crew, land, masts, sites
from tests.invariants.check_heat import heat_links, heat_nodes, heat_pumps
from tests.invariants.check_money import amounts, capex, objective, operating_cost, total_cost, zones
from tests.invariants.check_rules import duration, policies, programme, security
from tests.invariants.check_subjects import withdrawals
from tests.invariants.view import View, near

TOLERANCE = 1e-4  # MW


def balance(plan):
    """At every bus and in every period: Σ flow in − Σ flow out = Σ withdrawals of its stations."""
    v, wrong = View(plan), []
    if not v.case.has("branches"):
        return wrong  # fed from above, with an exchange that no table holds
    for period in v.period_keys:
        arrives = defaultdict(float)
        for name, mw in v.flows[period].items():
            start, end = v.corridors[name]["ends"]
            arrives[start] -= mw
            arrives[end] += mw
        taken = defaultdict(float)
        for station, bus in v.bus.items():
            taken[bus] += v.net(period, station, "mv") + v.net(period, station, "hv")
        for bus in taken:
            if abs(arrives[bus] - taken[bus]) > TOLERANCE:
                wrong.append(f"{bus} {period}: arrives {arrives[bus]}, taken {taken[bus]}")
    return wrong


def _transformers(v, row):
    """(number, MVA of each) that a unit brings to its station."""
    size, total, count = (
        v.stations.loc[row["target"], "transformer_mva"],
        row["adds_mva"],
        row["adds_transformers"],
    )
    if pd.isna(count):
        count = round(total / size) if row["kind"] == "station" and total > 0 and size > 0 else 1
        count = max(count, 1)
    each = size if pd.isna(total) else total / max(count, 1)
    return count, 0.0 if pd.isna(each) else each


def limits(v, station, year):
    """(demand, feed-in) limit, MW: pf·(Σ transformers − largest) and pf·Σ transformers; nan: none."""
    row = v.stations.loc[station]
    count = None if pd.isna(row["transformers"]) else int(row["transformers"])
    size = 0.0 if pd.isna(row["transformer_mva"]) else row["transformer_mva"]
    known = count is not None and (size > 0 or count == 0)
    built, sizes = 0.0, [size if count else 0.0]
    for work in v.rows("reinforcements"):
        if work["target"] == station and work["kind"] in ("transformer", "station"):
            number, each = _transformers(v, work)
            units = v.units[work["reinforcement"], year]
            built += units * number * each
            sizes.append(each if units else 0.0)
    largest, rating = sizes[0], v.settings.physics.emergency_rating
    demand = (count or 0) * size - largest if known else np.nan
    feedin = (count or 0) * size if known else np.nan
    demand = demand if pd.isna(row["firm_demand_mva"]) else row["firm_demand_mva"]
    feedin = feedin if pd.isna(row["firm_feedin_mva"]) else row["firm_feedin_mva"]
    firm = pd.notna(row["firm_demand_mva"])
    total = max(demand, (count or 0) * size) if firm else (count or 0) * size
    if firm and known:
        demand += rating * (built + largest - max(sizes))
    elif firm:
        demand, total = demand + built, np.inf
    else:
        demand = rating * (demand + built + largest - max(sizes))
    return v.pf * min(demand, total + built), v.pf * (feedin + built)


def through(v, period, station):
    """MW that pass the transformers of a station: its own load, and all of its children."""
    children = [c for c, up in v.parent.items() if up == station]
    return v.net(period, station, "mv") + sum(_carried(v, period, c) for c in children)


def _carried(v, period, station):
    children = [c for c, up in v.parent.items() if up == station]
    own = v.net(period, station, "mv") + v.net(period, station, "hv")
    return own + sum(_carried(v, period, c) for c in children)


def station_limits(plan):
    """No station passes its limits: in the periods of the program, and in the peaks of table `stations`."""
    v, wrong = View(plan), []
    table = v.table("stations").set_index(["substation", "year", "direction"])
    loaded = {n for (*_, n, side) in v.nets if side == "mv"}
    loaded |= {up for n in {n for (*_, n, _) in v.nets} for up in _above(v, n)}
    for station in v.stations.index:
        for year in v.years:
            for direction, sign, limit in zip(
                ("demand", "feedin"), (1, -1), limits(v, station, year), strict=True
            ):
                row = table.loc[(station, year, direction)]
                at = f"{station} {year} {direction}"
                if station in loaded and not near(row["limit_mw"], limit):
                    wrong.append(f"{at}: limit {row['limit_mw']}, from its transformers {limit}")
                if pd.notna(limit) and row["peak_mw"] > limit + 2e-3:
                    wrong.append(f"{at}: peak {row['peak_mw']} above {limit}")
                if pd.notna(row["limit_mw"]) and not near(
                    row["headroom_mw"], row["limit_mw"] - row["peak_mw"]
                ):
                    wrong.append(f"{at}: headroom {row['headroom_mw']}")
                if row["limit_mw"] > 1e-6 and not near(row["loading"], row["peak_mw"] / row["limit_mw"]):
                    wrong.append(f"{at}: loading {row['loading']}")
                for period in v.period_keys:
                    mw = sign * through(v, period, station) if period[0] == year else 0.0
                    if pd.notna(limit) and mw > limit + TOLERANCE:
                        wrong.append(f"{at} {period}: {mw} above {limit}")
    return wrong


def _above(v, station):
    found = []
    while station in v.parent:
        station = v.parent[station]
        found.append(station)
    return found


def branch_ratings(plan):
    """No corridor carries more than its circuits in service; tables `branches` and `flows` agree on them."""
    v, wrong = View(plan), []
    table = v.table("branches").set_index(["branch", "year"])
    for name in v.corridors:
        for year in v.years:
            pieces, row = v.pieces(name, year), table.loc[(name, year)]
            limit = sum(p[0] for p in pieces)
            at = f"{name} {year}"
            if not near(row["limit_mw"], limit if np.isfinite(limit) else np.nan):
                wrong.append(f"{at}: limit {row['limit_mw']}, from its circuits {limit}")
            if row["circuits"] != sum(p[2] for p in pieces):
                wrong.append(f"{at}: {row['circuits']} circuits, {sum(p[2] for p in pieces)} in service")
            if row["peak_mw"] > limit + 2e-3:
                wrong.append(f"{at}: peak {row['peak_mw']} above {limit}")
            flows = {p: f[name] for p, f in v.flows.items() if p[0] == year and name in f}
            for period, mw in flows.items():
                if abs(mw) > limit + TOLERANCE:
                    wrong.append(f"{at} {period}: {mw} above {limit}")
                if v.settings.physics.flow == "dc":
                    wrong += _pieces(at, mw, pieces)
    return wrong


def _pieces(at, mw, pieces):
    """Circuits in parallel share a flow by their susceptances; none may pass its own rating."""
    total = sum(1 / x for _, x, _ in pieces if x > 0)
    shares = [(rating, mw / x / total) for rating, x, _ in pieces if x > 0]
    return [f"{at}: a circuit carries {f} of {r}" for r, f in shares if abs(f) > r + TOLERANCE]


def kirchhoff(plan):
    """A DC power flow by bus angles, on the circuits in service, gives the flows of the plan."""
    v, wrong = View(plan), []
    if v.settings.physics.flow != "dc" or not v.corridors:
        return wrong
    buses = sorted({end for c in v.corridors.values() for end in c["ends"]})
    place = {bus: k for k, bus in enumerate(buses)}
    for year in v.years:
        names = [n for n in v.corridors if v.pieces(n, year)]
        b = np.array([sum(1 / x for _, x, _ in v.pieces(n, year)) for n in names])
        ends = np.zeros((len(names), len(buses)))
        for k, name in enumerate(names):
            start, end = v.corridors[name]["ends"]
            ends[k, place[start]], ends[k, place[end]] = 1.0, -1.0
        inverse = np.linalg.pinv(ends.T @ (b[:, None] * ends))
        turned = b * np.array([v.corridors[n]["shift"] for n in names])  # what phase shifters push back
        for period in [p for p in v.period_keys if p[0] == year]:
            sent = np.zeros(len(buses))
            for station, bus in v.bus.items():
                if bus in place:
                    sent[place[bus]] -= v.net(period, station, "mv") + v.net(period, station, "hv")
            flows = b * (ends @ (inverse @ (sent + ends.T @ turned))) - turned
            for name, mw in zip(names, flows, strict=True):
                if abs(mw - v.flows[period].get(name, 0.0)) > TOLERANCE:
                    wrong.append(f"{name} {period}: {v.flows[period].get(name)}, by its angles {mw}")
    return wrong


ALL = (
    balance,
    withdrawals,
    station_limits,
    branch_ratings,
    kirchhoff,
    building,
    crew,
    sites,
    land,
    bays,
    masts,
    heat_nodes,
    heat_links,
    heat_pumps,
    policies,
    capex,
    operating_cost,
    amounts,
    total_cost,
    objective,
    programme,
    zones,
    duration,
    security,
)


def violations(plan):
    """Everything that is wrong with a plan, by invariant."""
    return {check.__name__: wrong for check in ALL if (wrong := check(plan))}
