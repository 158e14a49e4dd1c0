"""Rules and reports: policies, the programme, duration curves and what the check of all hours says."""

import numpy as np
import pandas as pd

from tests.invariants.check_build import _ids, _zone
from tests.invariants.view import View, near


def _holds(row, y):
    return not (y < row["from_year"] or y > row["until_year"])


def policies(plan):
    """A policy in force has its row, reaches what the indicators say, and holds unless a price softens it."""
    v, wrong = View(plan), []
    table = v.table("policies").set_index(["policy", "year"])
    for row in v.rows("policies"):
        for y in v.years:
            key = (row["policy"], y)
            if pd.isna(row["value"]) or not _holds(row, y):
                wrong += [f"{key}: not in force"] if key in table.index else []
                continue
            if key not in table.index:
                wrong.append(f"{key}: has no row")
                continue
            told = table.loc[key]
            reached = _reached(v, row, y)
            if reached is not None and not near(told["reached"], reached, 1e-3):
                wrong.append(f"{key}: reaches {told['reached']}, by the indicators {reached}")
            slack = (row["value"] - told["reached"]) * (1 if row["sense"] == "max" else -1)
            if not near(told["slack"], slack, 1e-6):
                wrong.append(f"{key}: slack {told['slack']}, not {slack}")
            if not row["price"] > 0 and slack < -1e-4 * max(1.0, abs(row["value"])):
                wrong.append(f"{key}: hard, and passed by {-slack}")
    return wrong


def _reached(v, row, y):
    """Value of the indicator in the policy's scope; None where the tables cannot tell."""
    only = set(_ids(row["applies_to"]))
    if only:
        return _of_sites(v, row, y, only)
    if row["scope"] in ("", "all"):
        return v.whole(row["indicator"], y)
    zones = [r["zone"] for r in v.rows("zones") if row["scope"] in (r["zone"], r["region"], r["res_region"])]
    if row["indicator"] == "covered_share" and len(zones) != 1:
        return None
    if row["indicator"] in ("shortfall_mw", "unserved_mw_years", "total_cost_meur"):
        return None
    return sum(v.indicators.get((row["indicator"], z, y), 0.0) for z in zones)


def _of_sites(v, row, y, only):
    """datacenter_mw and land_ha of the sites that a policy is narrowed to."""
    if row["indicator"] not in ("datacenter_mw", "land_ha"):
        return None
    zones = {r["zone"]: {r["zone"], r["region"], r["res_region"], "all", ""} for r in v.rows("zones")}
    table, total = v.table("datacenters").set_index(["site", "year"]), 0.0
    for s in v.rows("datacenters"):
        tags = {s["site"], s["class"], s["status"], s["owner"], "standalone" if s["standalone"] else ""} - {
            ""
        }
        if tags & only and row["scope"] in zones.get(_zone(v, s), {"all", ""}):
            total += table.loc[(s["site"], y), "it_mw"] * (
                s["ha_per_mw"] if row["indicator"] == "land_ha" else 1.0
            )
    return total


def programme(plan):
    """Sited IT power and shortfall make up the programme, by class over all regions, and no less."""
    v, wrong = View(plan), []
    table = v.table("shortfall").set_index(["class", "region", "year"])["it_mw"].to_dict()
    sited = v.table("datacenters")
    for y in v.years:
        asked, short = {}, {}
        for (kind, region), rows in v.case.table("datacenter_demand").groupby(
            ["class", "region"], sort=False
        ):
            want = 0.0 if y < rows["year"].min() else v.by_year(rows, "it_mw")[y]
            lack = table.get((kind, region, y), np.nan)
            if not -1e-6 <= lack <= want + 1e-5:
                wrong.append(f"{kind} {region} {y}: short of {lack} of {want}")
            asked[kind], short[kind] = asked.get(kind, 0.0) + want, short.get(kind, 0.0) + lack
        for kind in asked:
            able = sited[(sited["year"] == y) & (sited["class"].isin([kind, ""]) if kind else True)][
                "it_mw"
            ].sum()
            if able + short[kind] < asked[kind] - 1e-4:
                wrong.append(f"{kind} {y}: {able} sited and {short[kind]} short of {asked[kind]}")
    return wrong


def duration(plan):
    """A duration curve falls, and its ends are the peaks of table `stations`."""
    v, wrong = View(plan), []
    peaks = v.table("stations").set_index(["substation", "year", "direction"])["peak_mw"]
    for (station, y), rows in v.table("duration").groupby(["substation", "year"]):
        mw = rows.sort_values("rank_hours")["mw"].to_numpy()
        if (np.diff(mw) > 1e-6).any():
            wrong.append(f"{station} {y}: the curve rises")
        for direction, end in (("demand", mw[0]), ("feedin", -mw[-1])):
            if not near(peaks[station, y, direction], max(end, 0.0)):
                wrong.append(
                    f"{station} {y}: {direction} peak {peaks[station, y, direction]}, the curve ends at {end}"
                )
    return wrong


def security(plan):
    """Every hour of every stage was checked, and a plan that is called optimal holds in all of them."""
    v, said = View(plan), plan.summary["security"]
    wrong = []
    every = v.case.profiles is not None and v.settings.time.all_hours
    hours = 8760 if every else len(v.periods)
    if said["hours"] != hours or said["checked"] < (hours * len(v.years) if every else hours):
        wrong.append(f"checked {said['checked']} of {hours} hours in {len(v.years)} stages")
    if plan.status.value == "optimal" and (said["violated"] or said["worst_mw"] > 1e-3):
        wrong.append(f"called optimal with {said['violated']} hours violated by {said['worst_mw']} MW")
    full = v.table("stations").dropna(subset=["limit_mw"])
    full = full[full["peak_mw"] > 1e-2]
    at_limit = full["headroom_mw"] <= 1e-3
    if (at_limit != (full["binding_hours"] > 0)).any() or (full["binding_hours"] > 8760).any():
        wrong.append(f"binding hours: {full[at_limit != (full['binding_hours'] > 0)].to_dict('records')}")
    return wrong
