"""Heat: sinks in large municipalities, datacenters and sources near them, links between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.loads import Loads, Rows
from gridplan.case.synthetic.places import Place, degrees, kilometres
from gridplan.case.synthetic.sites import Sites

REACH_KM = 12.0  # longest link
LINKS = 2  # of each sink to sites, at most
# capacity MW, MEUR/km, loss kW/km, pump kW/km
PIPES = {"DN150": (4.2, 1.2, 22.0, 10.0), "DN250": (15.0, 1.8, 27.0, 36.0), "DN400": (40.0, 2.9, 34.0, 95.0)}


@dataclass(frozen=True)
class Warmth:
    """Rows of the tables about heat, by table."""

    tables: dict[str, Rows]


def warmth(asked: Asked, place: Place, load: Loads, site: Sites) -> Warmth:
    """Sinks in one of five municipalities; a third are new districts that would heat with electricity."""
    rng = asked.random("heat")
    at = np.sort(np.argsort(-load.population, kind="stable")[: max(1, asked.zones // 5)])
    xy = (place.zone_xy[at] + rng.normal(0, 1.0, (len(at), 2))).round(3)
    lat, lon = degrees(xy)
    sinks: Rows = []
    for i, z in enumerate(at.tolist()):
        electric = bool(rng.random() < 0.33) and asked.stages > 1
        peak = round(float(load.population[z]) * (0.1 if electric else 0.3) / 1000, 2)
        row = {"sink": f"S{i:04d}", "zone": load.names[z], "peak_mw": peak, "profile": "heat"}
        row |= {"temperature_c": 70 if electric or rng.random() < 0.5 else 90, "lat": lat[i], "lon": lon[i]}
        row |= {"connect_meur": round(0.05 * peak, 2)}
        if electric:
            row |= {"alternative": "all_electric", "alternative_cop": 3.0, "from_year": asked.years[1]}
            row["alternative_eur_per_mwh"] = 35.0
        else:
            row["alternative_eur_per_mwh"] = 79.0
        sinks.append(row)
    sources, source_xy = _sources(asked, rng, load, at, xy)
    links, used = _links(xy, site.xy, [row["site"] for row in site.datacenters], "D")
    more, _ = _links(xy, source_xy, [row["source"] for row in sources], "W")
    pumps = [{"heat_pump": f"P_{name}", "at": name, "max_mw": 40, "capex_meur_per_mw": 0.8} for name in used]
    pipes = [
        {"pipe": name, "capacity_mw": mw, "capex_meur_per_km": meur,
         "loss_kw_per_km": loss, "pump_kw_per_km": kw}
        for name, (mw, meur, loss, kw) in PIPES.items()
    ]  # fmt: skip
    tables = {"heat_sinks": sinks, "heat_sources": sources, "heat_links": links + more}
    tables |= {"heat_pumps": pumps, "pipe_types": pipes}
    return Warmth({name: rows for name, rows in tables.items() if rows})


def _sources(
    asked: Asked, rng: np.random.Generator, load: Loads, at: np.ndarray, xy: np.ndarray
) -> tuple[Rows, np.ndarray]:
    """A hot source near every third sink."""
    near = np.arange(0, len(at), 3)
    where = (xy[near] + rng.normal(0, 2.0, (len(near), 2))).round(3)
    lat, lon = degrees(where)
    rows: Rows = [
        {
            "source": f"W{i:04d}",
            "zone": load.names[at[k]],
            "capacity_mw": float(rng.integers(5, 40)),
            "temperature_c": 100,
            "cost_eur_per_mwh": float(rng.integers(15, 45)),
            "fixed_meur": 2.0,
            "co2_kg_per_mwh": 30.0,
            "lat": lat[i],
            "lon": lon[i],
        }
        for i, k in enumerate(near.tolist())
    ]
    return rows, where


def _links(sinks: np.ndarray, from_xy: np.ndarray, names: list[str], mark: str) -> tuple[Rows, list[str]]:
    """Links from what is near to every sink, and what they start from."""
    km = kilometres(sinks, from_xy)
    rows: Rows = []
    for i in range(len(sinks)):
        for j in np.argsort(km[i], kind="stable")[:LINKS].tolist():
            if km[i, j] <= REACH_KM:
                length = round(max(0.2, 1.3 * float(km[i, j])), 2)
                rows.append(
                    {"link": f"L{mark}{i:04d}_{j:04d}", "from": names[j], "to": f"S{i:04d}",
                     "length_km": length}
                )  # fmt: skip
    return rows, list(dict.fromkeys(row["from"] for row in rows))
