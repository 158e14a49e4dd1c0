"""PyPSA with linopy and HiGHS, from the tables of gridplan's own exporter."""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import highspy
import numpy as np
import pandas as pd

from benchmarks.peers.clock import Clock
from benchmarks.peers.own import options
from benchmarks.peers.spec import RAISE, UNITS, Spec
from gridplan.exchange.pypsa_tables import Tables, tables_of
from gridplan.model.frame import Frame
from gridplan.network import Network

STATIC = {"lines": "Line", "links": "Link", "generators": "Generator", "loads": "Load", "buses": "Bus"}


def run(spec: Spec, clock: Clock) -> tuple[Any, float | None]:
    """Fill a network, let PyPSA build the model, hand it over and solve it; (HiGHS, objective)."""
    import pypsa
    from linopy.io import to_highspy

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    hourly = spec.hourly
    tables = {year: tables_of(spec.case, year, hourly) for year in spec.case.years}
    frame = Frame(spec.case, Network(spec.case), spec.periods)
    with clock.phase("data"):
        n = pypsa.Network()
        money = _snapshots(n, spec, frame)
        _add(n, spec, frame, tables, money)
    with clock.phase("build"):
        model = n.optimize.create_model(multi_investment_periods=spec.stages > 1)
        if spec.stages > 1:
            _together(n, model)
    if not spec.limit_s:
        with clock.phase("hand-off"):
            highs = to_highspy(model, set_names=False)
        return highs, None
    with _reading(clock), clock.phase("hand-off"):  # all in one call
        asked = options(spec)
        n.optimize.solve_model(
            solver_name="highs", io_api="direct", solver_options=asked, set_names=False, log_fn=None
        )
    highs = n.model.solver_model
    seconds = highs.getRunTime()
    clock.cpu["hand-off"] -= seconds + clock.cpu["extract"]
    clock.cpu["solve"] = seconds
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return highs, None
    return highs, float(highs.getInfo().objective_function_value)  # without what stands


@contextmanager
def _reading(clock: Clock) -> Iterator[None]:
    """Count as `extract` what linopy and PyPSA do with what the solver found."""
    from linopy import Model
    from pypsa.optimization.optimize import OptimizationAccessor

    def timed(read: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kw: Any) -> Any:
            with clock.phase("extract"):
                return read(*args, **kw)

        return call

    with ExitStack() as stack:
        for owner, name in (
            (Model, "assign_result"),
            (OptimizationAccessor, "assign_solution"),
            (OptimizationAccessor, "assign_duals"),
        ):
            stack.enter_context(mock.patch.object(owner, name, timed(getattr(owner, name))))
        yield


def _snapshots(n: Any, spec: Spec, frame: Frame) -> dict[int, float]:
    """Hours with their weights; what a EUR a year weighs in each stage."""
    hours = pd.RangeIndex(len(spec.periods.items))
    weights = np.array([item.weight for item in spec.periods.items])
    years = spec.case.years
    if spec.stages > 1:
        n.set_snapshots(pd.MultiIndex.from_product([years, hours], names=["period", "timestep"]))
        n.investment_periods = list(years)
        n.investment_period_weightings["objective"] = [frame.discount[y] for y in years]
        weights = np.tile(weights, len(years))
    else:
        n.set_snapshots(hours)
    for column in ("objective", "generators", "stores"):
        n.snapshot_weightings[column] = weights
    return {y: 1.0 if spec.stages > 1 else frame.discount[y] for y in years}


def _add(n: Any, spec: Spec, frame: Frame, tables: dict[int, Tables], money: dict[int, float]) -> None:
    """Buses, loads, generators and branches; costs in MEUR."""
    first = tables[spec.case.years[0]]
    n.add("Bus", list(first.rows["buses"]), v_nom=1.0)
    _loads(n, tables)
    _generators(n, tables, money)
    cost = dict(
        spec.case.table("reinforcements")[["target", "capex_meur"]].itertuples(index=False, name=None)
    )
    kind = "lines" if spec.flow == "dc" else "links"
    rows = pd.DataFrame.from_dict(first.rows[kind], orient="index")
    mw = rows["s_nom" if kind == "lines" else "p_nom"].to_numpy(float)
    capital = np.array([frame.annuity * cost[name] for name in rows.index]) / (RAISE * mw)
    if kind == "lines":
        whole = {} if spec.relaxed else {"s_nom_mod": RAISE * mw}
        n.add(
            "Line", rows.index, bus0=rows["bus0"], bus1=rows["bus1"], x=rows["x"].astype(float), r=0.0,
            s_nom=mw, s_nom_min=mw, s_nom_max=mw * (1 + UNITS * RAISE), s_nom_extendable=True,
            capital_cost=capital * money[spec.case.years[0]], **whole,
        )  # fmt: skip
        return
    ends = {"bus0": rows["bus0"], "bus1": rows["bus1"], "p_min_pu": -1.0, "efficiency": 1.0}
    n.add("Link", rows.index, **ends, p_nom=mw)
    whole = {} if spec.relaxed else {"p_nom_mod": RAISE * mw}
    for year in spec.case.years:
        n.add(
            "Link", rows.index + f" {year}", **{k: getattr(v, "array", v) for k, v in ends.items()},
            p_nom_max=mw * UNITS * RAISE, p_nom_extendable=True, capital_cost=capital * money[year],
            build_year=year if spec.stages > 1 else 0, lifetime=np.inf, **whole,
        )  # fmt: skip


def _loads(n: Any, tables: dict[int, Tables]) -> None:
    rows = pd.DataFrame.from_dict(next(iter(tables.values())).rows["loads"], orient="index")
    series = [pd.DataFrame(t.series["loads", "p_set"]) for t in tables.values()]
    drawn = pd.concat(series).set_axis(n.snapshots)
    n.add("Load", rows.index, bus=rows["bus"], p_set=drawn[rows.index])


def _generators(n: Any, tables: dict[int, Tables], money: dict[int, float]) -> None:
    """What a generator can do in every stage, as a share of the most that it can in any."""
    frames = [pd.DataFrame.from_dict(t.rows["generators"], orient="index") for t in tables.values()]
    rows = frames[0]
    most = np.max([f["p_nom"].to_numpy(float) for f in frames], axis=0)
    high = []
    for t, f in zip(tables.values(), frames, strict=True):
        share = pd.Series(f["p_nom"].to_numpy(float) / most, rows.index) * f["p_max_pu"].astype(float)
        shape = pd.DataFrame(t.series.get(("generators", "p_max_pu"), {}), index=range(t.count))
        high.append(shape.reindex(columns=rows.index).fillna(1.0) * share)
    price = rows["marginal_cost"].astype(float).fillna(0.0) / 1e6 * next(iter(money.values()))
    low = (rows["p_min_pu"].astype(float)).to_numpy()
    varying = pd.concat(high).set_axis(n.snapshots)
    n.add(
        "Generator", rows.index, bus=rows["bus"], p_nom=most, marginal_cost=price, p_min_pu=low,
        p_max_pu=varying,
    )  # fmt: skip


def _together(n: Any, model: Any) -> None:
    """What is built of a branch in all stages together has the limit that each stage has alone."""
    found = defaultdict(list)
    for name in n.links.index[n.links["p_nom_extendable"]]:
        found[name.rsplit(" ", 1)[0]].append(name)
    size = model.variables["Link-p_nom"]
    dimension = size.dims[0]
    groups = pd.Series({name: branch for branch, names in found.items() for name in names})
    groups = groups.reindex(size.indexes[dimension]).rename("branch").rename_axis(dimension)
    limit = n.links.loc[[names[0] for names in found.values()], "p_nom_max"].set_axis(found)
    model.add_constraints(
        (1 * size).groupby(groups.to_xarray()).sum() <= limit.rename_axis("branch").to_xarray(), name="most"
    )
