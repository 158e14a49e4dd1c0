"""Make queue.csv: a stylised waiting list of the size of the region's share of the national one.

    python cases/mra/make_queue.py

The regional operators had 14,044 requests for 9 GW (stibbe.com, February 2026). The region's share is taken
by inhabitants, spread over municipalities by the demand of services in 2023 and over stations by service
areas; each station's part comes in lots of at most 15 MW. Nobody asked for these lots.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
NATIONAL_MW = 9000.0
INHABITANTS = 17.9e6  # of the country (CBS, recalled)
CLASSES = {
    "2": 0.02,
    "3": 0.13,
    "rest": 0.85,
}  # safety, basic needs, all else (assumption); class 1 is not asked
LOT_MW = 15.0
FIRST, LAST = pd.Timestamp("2023-10-18"), pd.Timestamp("2026-01-31")  # demand waits since the first date
TEXT = (
    "stylised: 9 GW (stibbe.com Feb 2026) by inhabitants, services and service areas; classes, dates assumed"
)


def stations() -> pd.Series:
    """MW asked at each station."""
    zones = pd.read_csv(HERE / "zones.csv").set_index("zone")
    demands = pd.read_csv(HERE / "demands.csv").query("category == 'services' and year == 2023")
    services = demands.set_index("zone")["peak_mw"]
    total = NATIONAL_MW * zones["population"].sum() / INHABITANTS
    areas = pd.read_csv(HERE / "service_areas.csv")
    areas["mw"] = total * areas["zone"].map(services / services.sum()) * areas["share"]
    return areas.groupby("substation")["mw"].sum()


def main() -> None:
    """Write queue.csv."""
    rows = []
    for station, mw in stations().items():
        for kind, part in CLASSES.items():
            lots = ceil(mw * part / LOT_MW)
            for k in range(lots):
                date = FIRST + (LAST - FIRST) * k / lots
                name, size = f"{station}_{kind}_{k + 1}", round(mw * part / lots, 2)
                rows.append((name, station, "demand", size, date.date().isoformat(), kind, TEXT))
    columns = ["request", "substation", "direction", "mw", "date", "class", "source"]
    pd.DataFrame(rows, columns=columns).to_csv(HERE / "queue.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
