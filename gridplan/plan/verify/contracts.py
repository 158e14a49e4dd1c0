"""Contracts: room that stations keep for them, groups that share one, and energy that must be off."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.busy import offered, profile
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.held import flexible
from gridplan.plan.verify.holds import DEMAND, FEEDIN, Hold
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stations import limits
from gridplan.plan.verify.view import ancestors

TOUCHED = (1, 1314, 8760)  # numbers of busiest hours at which the load-duration curve is looked at
NAN = float("nan")


def contracts(f: Facts, book: Ledger) -> None:
    """In hours of which the profiles are known, stations have room for contracts, used or not."""
    v, names = f.view, list(f.hours.station)
    share = f.hours.ratings(v.stations.loc[names, "rating_profile"])
    known = f.hours.weight == 0 if v.case.profiles is not None else np.ones(len(f.hours), dtype=bool)
    for k, (direction, sign) in enumerate(((DEMAND, 1.0), (FEEDIN, -1.0))):
        kept = _kept(f, direction, known)
        for y in v.years:
            limit = np.array([limits(v, n, y)[k] for n in names])
            own = known & (f.hours.year == y)
            mask = (kept > 0) & f.passable & ~np.isnan(limit) & own[:, None]
            rows, bound = f.hours.cells(names, "substation", mask), (limit * share)[mask]
            stated = (sign * f.hours.through + kept)[mask]
            book.at_most(("withdrawals", "mw"), rows, stated, bound, "MW", tolerance.MW, "with contracts:")


def _kept(f: Facts, direction: str, known: np.ndarray) -> np.ndarray:
    """MW that contracts keep and do not use, periods by stations."""
    v, found = f.view, np.zeros((len(f.hours), len(f.hours.station)))
    hour = _hour(f)
    for hold in f.holds[direction]:
        own = f.hours.in_year(hold.told["year"])
        own = own[known[own]]
        if direction == FEEDIN:
            unused = _unused(f, hold)[own]
        else:
            counted = hold.sure if hold.kind != "group" else np.zeros(len(hold.sure))
            unused = (counted * (hold.contract - hold.draw))[hour[own]]
        through = ancestors(v, hold.station)
        for n in through if hold.row["side"] == "hv" else (hold.station, *through):
            found[own, f.hours.station[n]] += unused
    return found


def _hour(f: Facts) -> np.ndarray:
    """Hour of the year of every period; 0 without profiles."""
    hour = (f.hours.table["day"] * 24 + f.hours.table["hour"]).to_numpy(int)
    return hour if f.view.case.profiles is not None else np.zeros_like(hour)


def _unused(f: Facts, hold: Hold) -> np.ndarray:
    """MW of a feed-in contract that surely is not used: it gives no more than the whole supply does."""
    mw = f.hours.spread("supplies", "supply", {hold.row["supply"]: 0})[:, 0]
    given = hold.share * np.maximum(mw, 0.0)
    return np.asarray(np.maximum(hold.contract * hold.sure[_hour(f)] - given, 0.0))


def groups(f: Facts, book: Ledger) -> None:
    """Members of a group never draw more together than their contract, in any hour of the year."""
    v = f.view
    told = {(r["group"], r["year"]): r for r in v.records("rights_groups")}
    every = [h for h in f.holds[DEMAND] if h.kind == "group"]
    for row in v.rows("transport_groups") if "group" in offered(v, DEMAND) else []:
        for y in v.years:
            whole: dict[str, np.ndarray] = {}
            for h in every:
                if h.row["group"] == row["group"] and h.told["year"] == y:
                    whole[h.row["site"]] = whole.get(h.row["site"], np.zeros(1)) + h.whole
            at, r = {"group": row["group"], "year": y}, told.get((row["group"], y), {})
            together = float(sum(whole.values(), np.zeros(1)).max())
            most, column = row["max_mw"], ("datacenters", "it_mw")
            book.at_most(column, at, together, most, "MW", tolerance.MW, "contract of the group")
            apart = sum(float(mw.max()) for mw in whole.values())
            for name, right, unit in (
                ("peak_mw", together, "MW"),
                ("max_mw", most, "MW"),
                ("sum_mw", apart, "MW"),
                ("members", len(whole), "sites"),
            ):
                book.same(("rights_groups", name), at, r.get(name, NAN), right, unit, tolerance.MW)


def lost_energy(f: Facts, book: Ledger) -> None:
    """The energy that is reckoned with is no less than what the load-duration curves say must be off."""
    v = f.view
    if v.case.profiles is None or not any(flexible(row) for row in offered(v, DEMAND).values()):
        return
    nothing = {row["reinforcement"]: 0.0 for row in v.rows("reinforcements")}
    for n in v.stations.index:
        below = [h for h in f.holds[DEMAND] if n in (h.station, *ancestors(v, h.station))]
        for y in v.years:
            now = [h for h in below if h.told["year"] == y]
            passing = [h for h in now if h.station != n or h.row["side"] != "hv"]
            limit = limits(v, n, y).demand
            if not passing or np.isnan(limit):
                continue
            load = sum(np.full(8760, h.contract) if h.kind == "firm" else h.draw for h in passing)
            rate = profile(v, str(v.stations.loc[n, "rating_profile"]))
            usual = np.minimum(v.base_load[n, y], limits(v, n, y, nothing).demand * rate)
            order = np.argsort(-usual, kind="stable")
            told = sum(h.told.get("expected_mwh", NAN) - h.shut.sum() for h in now if flexible(h.right))
            must = max(float((usual + load - limit * rate)[order[:k]].sum()) for k in TOUCHED)
            at, said = {"substation": n, "year": y}, "by the curve at least"
            column = ("rights", "expected_mwh")
            book.at_least(column, at, told, max(must, 0.0), "MWh", tolerance.RIGHT_MWH, said)
