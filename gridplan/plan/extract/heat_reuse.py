"""What becomes of the heat of every datacenter above 1 MW, a row a site: Directive (EU) 2023/1791 art. 26(6).

A datacenter with a total rated energy input above 1 MW has to use its waste heat unless it can show that this
is not technically or economically feasible. The row gives that in numbers: what heat there is, the best link,
what it costs and saves, what the stations say, and one sentence in Dutch and English. The input is what the
site draws by the plan, existing and new.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from gridplan.model.heat.net import heat_net
from gridplan.plan.columns import TABLES
from gridplan.plan.extract import assets, heat
from gridplan.plan.extract.heat import TJ_PER_MWH
from gridplan.plan.extract.heat_business import heat_business, heat_connections
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.market import Market
from gridplan.plan.heat.sentences import sentences
from gridplan.plan.heat.standalone import Case
from gridplan.plan.heat.verdict import LINKED, NO_CANDIDATE, Judge, Verdict
from gridplan.plan.heat.ways import Ways

LARGE_MW = 1.0  # total rated energy input of art. 26(6)
Row = dict[str, Any]


def heat_reuse(r: Reader) -> pd.DataFrame:
    """One row for every datacenter that draws more than 1 MW in some stage."""
    found = [_row(r, site) for site in _large(r)] if r.frame.case.has("datacenters") else []
    return pd.DataFrame(found, columns=list(TABLES["heat_reuse"]))


def _drawn(r: Reader) -> dict[tuple[str, int], float]:
    """MW that every site draws at its peak, by stage."""
    table = r.once(assets.datacenters)  # a row a right
    total = table.assign(mw=table["grid_mw"] + table["existing_grid_mw"]).groupby(
        ["site", "year"], sort=False
    )
    summed = total["mw"].sum().reset_index()
    return {(str(s), int(y)): float(mw) for s, y, mw in summed.itertuples(index=False)}


def _large(r: Reader) -> list[str]:
    return list(dict.fromkeys(site for (site, _), mw in r.once(_drawn).items() if mw > LARGE_MW + 1e-9))


def _judge(r: Reader) -> Judge:
    net = heat_net(r.frame)
    pump_at = {row["heat_pump"]: row["at"] for row in r.frame.rows("heat_pumps")}
    return Judge(r, Market(r, net), Ways(net, pump_at))


def _row(r: Reader, site: str) -> Row:
    judge = r.once(_judge)
    own = judge.market.sites[site]
    used = _used(r, site)
    first = next((y for y, tj in used.items() if tj > 0), None)
    verdict = judge.verdict(site) if first is None else Verdict(LINKED)
    year = first or (verdict.case.year if verdict.case else _largest(r, site))
    hours, share = judge.market.clock.site_mw(own, year), float(own["heat_share"])
    mw = r.once(_drawn)[site, year]
    row: Row = {
        "site": site,
        "zone": r.frame.zone_at(own["zone"], own["substation"]),
        "year": year,
        "grid_mw": mw,
        "heat_mw": share * mw,
        "heat_tj": share * float((judge.market.clock.weight * hours).sum()) * TJ_PER_MWH,
        "used_tj": used[year],
        "verdict": verdict.name,
        **(_linked(r, site, year) if first else _case(verdict.case)),
        "by": verdict.by,
    }
    if verdict.name == NO_CANDIDATE:
        row["by"], row["length_km"] = _nearest(judge.market, own)
    whole = bool(verdict.case and verdict.case.whole)
    warm = float(own["heat_c"]) if r.frame.case.has("heat_pumps") else float("nan")
    return {**row, **sentences(row, r.once(_names), warm, judge.gap, whole)}


def _largest(r: Reader, site: str) -> int:
    """The stage in which a site draws most, the first of them."""
    return max(r.frame.years, key=lambda y: (r.once(_drawn)[site, y], -y))


def _used(r: Reader, site: str) -> dict[int, float]:
    table = r.once(heat.heat_sources)
    own = table[table["source"] == site]
    found = dict(zip(own["year"].astype(int), own["heat_tj"].astype(float), strict=True))
    return {y: found.get(y, 0.0) if found.get(y, 0.0) > 1e-6 else 0.0 for y in r.frame.years}


BLANK: Row = {
    "sink": "",
    "links": "",
    "length_km": float("nan"),
    "pipes": "",
    "heat_pump": "",
    "pump_mw": 0.0,
    "case_tj": 0.0,
    "invest_meur": 0.0,
    "eur_per_gj": float("nan"),
    "npv_meur": float("nan"),
    "subsidy_meur": 0.0,
    "subsidy_eur_per_gj": float("nan"),
    "station": "",
    "needs_mw": 0.0,
    "room_mw": float("nan"),
}


def _case(case: Case | None) -> Row:
    if case is None:
        return BLANK
    subsidy = max(-case.npv_meur, 0.0)
    return {
        "sink": case.way.sink,
        "links": "; ".join(case.way.links),
        "length_km": case.km,
        "pipes": "; ".join(case.pipes),
        "heat_pump": "; ".join(lift.pump for lift in case.way.lifts),
        "pump_mw": case.pump_mw,
        "case_tj": case.heat_tj,
        "invest_meur": case.invest_meur,
        "eur_per_gj": case.eur_per_gj,
        "npv_meur": case.npv_meur,
        "subsidy_meur": subsidy,
        "subsidy_eur_per_gj": 1000 * subsidy / case.discounted_tj if case.discounted_tj else float("nan"),
        "station": case.station,
        "needs_mw": case.needs_mw,
        "room_mw": case.room_mw,
    }


def _linked(r: Reader, site: str, year: int) -> Row:
    """What the plan's own connections of a site cost and bring, summed."""
    whole = [row for row in _records(r.once(heat_connections)) if row["from"] == site and row["total_tj"] > 0]
    stages = [row for row in _records(r.once(heat_business)) if row["from"] == site]
    last = [row for row in stages if row["year"] == r.frame.years[-1]]
    most = max(last, key=lambda row: row["extra_mw"], default=None)
    links, names = _joined(row["links"] for row in whole), _joined(row["heat_pumps"] for row in whole)
    tj = sum(r.frame.discount[row["year"]] * row["heat_tj"] for row in stages)
    cost = sum(r.frame.discount[row["year"]] * row["cost_meur"] for row in stages)
    npv = sum(row["npv_meur"] for row in stages)
    km = {row["link"]: float(row["length_km"]) for row in r.frame.rows("heat_links")}
    pumps = [row for row in _records(r.once(heat.heat_pumps)) if row["heat_pump"] in names]
    invested = [sum(row["invest_meur"] for row in stages if row["year"] == y) for y in r.frame.years]
    return {
        "sink": "; ".join(_joined(row["to"] for row in whole)),
        "links": "; ".join(links),
        "length_km": sum(km[n] for n in links),
        "pipes": "; ".join(_joined(row["pipes"] for row in whole)),
        "heat_pump": "; ".join(names),
        "pump_mw": sum(row["heat_mw"] for row in pumps if row["year"] == r.frame.years[-1]),
        "case_tj": sum(row["heat_tj"] for row in stages if row["year"] == year),
        "invest_meur": max(invested),
        "eur_per_gj": 1000 * cost / tj if tj > 0 else float("nan"),
        "npv_meur": npv,
        "subsidy_meur": max(-npv, 0.0),
        "subsidy_eur_per_gj": 1000 * max(-npv, 0.0) / tj if tj > 0 else float("nan"),
        "station": most["station"] if most else "",
        "needs_mw": sum(row["extra_mw"] for row in last),
        "room_mw": float("nan"),
    }


def _records(table: pd.DataFrame) -> list[Row]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _joined(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in text.split("; ") if name))


def _nearest(market: Market, site: Row) -> tuple[str, float]:
    """(the nearest sink, km as the crow flies); blank where places are not known."""
    found = ("", float("nan"))
    for sink in market.sinks.values():
        km = _crow(site, sink)
        if not math.isnan(km) and not km >= found[1]:
            found = (str(sink["sink"]), km)
    return found


def _crow(a: Row, b: Row) -> float:
    """km between two places; nan where one is not known."""
    x = [float(row[key]) if pd.notna(row[key]) else math.nan for row in (a, b) for key in ("lat", "lon")]
    north = 111.2 * (x[2] - x[0])
    east = 111.2 * (x[3] - x[1]) * math.cos(math.radians((x[0] + x[2]) / 2))
    return math.hypot(north, east)


def _names(r: Reader) -> dict[str, str]:
    """Names in words of sites, sinks, sources and policies; the id where there is none."""
    found: dict[str, str] = {}
    keys = {"datacenters": "site", "heat_sinks": "sink", "heat_sources": "source", "policies": "policy"}
    for table, key in keys.items():
        for row in r.frame.rows(table):
            found[str(row[key])] = str(row["name"] or row[key])
    return found
