"""Make masts.csv and cells.csv: places to be covered by 5G, clusters of antenna sites, edge rooms; seeded.

    python cases/mra/make_telecom.py [target folder]

Generated, not measured: a cell is a place drawn near a municipality's centre (more people, more cells), a
mast stands for a cluster of macro sites of all operators. Positions must not be read as real antennas.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from pathlib import Path

SEED = 5
CELLS, MASTS, EXISTING = 150, 170, 50
KM_PER_DEGREE = 111.2
HERE = Path(__file__).parent
LABEL = "generated (make_telecom.py) from population and area: assumption"
COST = "generated (make_telecom.py); 10 kW a site: lightreading.com 749979; all else: assumption"
DENSE = 2000  # inhabitants per km2 from which a municipality is dense
# An edge room: 20 kW IT at PUE 1.5; 12 M€/MW as the edge sites of datacenters.csv, 60 k€ for the room; within
# 10 km (radio units stand at most some 20 km of fibre from what computes for them). A battery for 2 hours at
# 0.4 k€/kWh. All assumptions.
EDGE = {"edge_kw": 30, "edge_capex_keur": 300, "edge_radius_km": 10}
BATTERY = {"battery_h": 2, "battery_capex_keur_per_kwh": 0.4}
EDGE_YEAR = 2035  # from which places in dense municipalities ask for an edge site (assumption)

# Land area in km2 (CBS via etlocal 2023); sets how far from its centre a municipality reaches.
# fmt: off
AREA = {
    "Amsterdam": 188, "Aalsmeer": 20, "Amstelveen": 41, "Diemen": 12, "Haarlemmermeer": 197,
    "Ouder-Amstel": 24, "Uithoorn": 18, "Edam-Volendam": 54, "Landsmeer": 22, "Oostzaan": 12,
    "Purmerend": 94, "Waterland": 52,
    "Wormerland": 39, "Zaanstad": 74, "Beverwijk": 18, "Heemskerk": 27, "Velsen": 45, "Bloemendaal": 40,
    "Haarlem": 29, "Heemstede": 9, "Zandvoort": 32, "Blaricum": 11, "Eemnes": 31, "Gooise Meren": 41,
    "Hilversum": 46, "Huizen": 16, "Laren": 12, "Wijdemeren": 48, "Almere": 129, "Lelystad": 229,
}
# fmt: on


def zones() -> list[dict[str, str]]:
    """The municipalities of the case."""
    with (HERE / "zones.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counts(total: int, weights: dict[str, float]) -> dict[str, int]:
    """Split a total over names in proportion to weights, at least one each, by largest remainder."""
    scale = (total - len(weights)) / sum(weights.values())
    parts = {name: 1 + int(weight * scale) for name, weight in weights.items()}
    left = sorted(weights, key=lambda name: -(weights[name] * scale % 1))
    for name in left[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def near(draw: random.Random, zone: dict[str, str]) -> tuple[float, float]:
    """A place near the centre of a zone, denser towards the middle."""
    reach = math.sqrt(AREA[zone["zone"]] / math.pi) * draw.random() ** 0.7
    angle = draw.uniform(0, 2 * math.pi)
    lat, lon = float(zone["lat"]), float(zone["lon"])
    return (
        round(lat + reach * math.sin(angle) / KM_PER_DEGREE, 4),
        round(lon + reach * math.cos(angle) / KM_PER_DEGREE / math.cos(math.radians(lat)), 4),
    )


def cells(draw: random.Random) -> list[dict[str, object]]:
    """Places to be covered; their weights sum to the population in thousands."""
    table = zones()
    people = {row["zone"]: float(row["population"]) for row in table}
    number = counts(CELLS, {name: people[name] ** 0.5 * AREA[name] ** 0.5 for name in people})
    rows: list[dict[str, object]] = []
    for row in table:
        name = row["zone"]
        for index in range(number[name]):
            lat, lon = near(draw, row)
            rows.append(
                {
                    "cell": f"C{len(rows) + 1:03d}",
                    "name": f"{name} {index + 1}",
                    "zone": name,
                    "lat": lat,
                    "lon": lon,
                    "weight": round(people[name] / number[name] / 1000, 2),
                    "required": "",
                    "edge_required": EDGE_YEAR if people[name] / AREA[name] > DENSE else "",
                    "source": LABEL,
                }
            )
    return rows


def masts(draw: random.Random, places: list[dict[str, object]]) -> list[dict[str, object]]:
    """Clusters of macro sites: the first EXISTING by population stand already, the rest may be built."""
    table = {row["zone"]: row for row in zones()}
    people = {name: float(row["population"]) for name, row in table.items()}
    standing = counts(EXISTING, people)
    later = counts(MASTS - EXISTING, {name: people[name] ** 0.4 * AREA[name] ** 0.6 for name in people})
    rows: list[dict[str, object]] = []
    for name, row in table.items():
        own = [place for place in places if place["zone"] == name]
        dense = people[name] / AREA[name] > DENSE
        for index in range(standing[name] + later[name]):
            exists = index < standing[name]
            if not exists and index - standing[name] < len(own):  # near each place one may be built
                place = own[index - standing[name]]
                lat = round(float(str(place["lat"])) + draw.uniform(-0.01, 0.01), 4)
                lon = round(float(str(place["lon"])) + draw.uniform(-0.015, 0.015), 4)
            else:
                lat, lon = near(draw, row)
            rows.append(
                {
                    "mast": f"M{len(rows) + 1:03d}",
                    "name": f"{name} {index + 1}",
                    "zone": name,
                    "lat": lat,
                    "lon": lon,
                    "type": "macro",
                    "radius_km": round(draw.uniform(2.5, 3.3) if dense else draw.uniform(3.5, 5.0), 1),
                    "power_kw": 10,
                    "capex_keur": 0 if exists else draw.randrange(70, 201, 10),
                    "existing": "true" if exists else "false",
                    **BATTERY,
                    "hosts_edge": "true" if dense and index % 3 == 0 else "false",
                    **(EDGE if dense and index % 3 == 0 else dict.fromkeys(EDGE, "")),
                    "source": COST,
                }
            )
    return rows


def write(target: Path, rows: list[dict[str, object]]) -> None:
    """One table as plain comma CSV."""
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both tables and print what stands and what can be reached."""
    draw = random.Random(SEED)
    places = cells(draw)
    sites = masts(draw, places)
    write(folder / "cells.csv", places)
    write(folder / "masts.csv", sites)

    def share(chosen: list[dict[str, object]]) -> float:
        seen = [p for p in places if any(distance(p, m) <= float(str(m["radius_km"])) for m in chosen)]
        return sum(float(str(p["weight"])) for p in seen) / sum(float(str(p["weight"])) for p in places)

    today = [site for site in sites if site["existing"] == "true"]
    print(f"{len(places)} cells, {len(sites)} masts")
    print(f"covered: {share(today):.2f} today, {share(sites):.2f} by all")


def distance(a: dict[str, object], b: dict[str, object]) -> float:
    """Kilometres between two rows."""
    lat_a, lon_a, lat_b, lon_b = (float(str(row[key])) for row in (a, b) for key in ("lat", "lon"))
    return math.hypot(lat_a - lat_b, (lon_a - lon_b) * math.cos(math.radians(lat_a))) * KM_PER_DEGREE


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
