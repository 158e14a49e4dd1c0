"""A small stand-in for a case and plans with known content: one of three stations, one of sixty."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from gridplan.plan.columns import TABLES
from gridplan.plan.plan import Plan
from gridplan.solve.status import SolveStatus

YEARS = [2026, 2030, 2035]


class StubCase:
    """Tables, settings and shapes of a case, as the plots ask for them."""

    def __init__(self, tables, years=YEARS, shapes=None, title="Polder test: 3 stations at $5 a piece"):
        self._tables = {name: pd.DataFrame(rows) for name, rows in tables.items()}
        self.shapes, self.profiles = shapes, None
        self.settings = SimpleNamespace(
            case=SimpleNamespace(name="stub", title=title, price_year=2025),
            horizon=SimpleNamespace(years=tuple(years), last_year=years[-1] + 5),
        )

    def has(self, name):
        return len(self._tables.get(name, ())) > 0

    def table(self, name):
        return self._tables[name].copy()


def make_plan(case_tables, plan_tables, status=SolveStatus.OPTIMAL, **case_options):
    """A real Plan on a stub case; tables that are not given are empty."""
    tables = {name: pd.DataFrame(plan_tables.get(name, []), columns=list(TABLES[name])) for name in TABLES}
    summary = {
        "status": status.value,
        "objective": {"total_cost_meur": {"value": 120.0, "bound": 119.0, "gap": 0.0083}},
        "security": {"hours": 26280, "outages": 3, "checked": 78840, "violated": 0},
    }
    return Plan(case=StubCase(case_tables, **case_options), status=status, summary=summary, tables=tables)


def _stations(rows):
    table = []
    for station, year, way, peak, limit in rows:
        table.append(
            {"substation": station, "year": year, "direction": way, "peak_mw": peak, "limit_mw": limit}
            | {
                "loading": peak / limit if limit else math.nan,
                "binding_hours": 0,
                "headroom_mw": limit - peak,
            }
        )
    return table


SMALL_CASE = {
    "zones": [
        {"zone": "W", "name": "Westpolder", "lat": 52.30, "lon": 4.60},
        {"zone": "M", "name": "Middenmeer", "lat": 52.33, "lon": 4.75},
        {"zone": "O", "name": "Oosthaven", "lat": 52.28, "lon": 4.90},
    ],
    "substations": [
        {
            "substation": "SW",
            "name": "Station West",
            "zone": "W",
            "lat": 52.31,
            "lon": 4.62,
            "transformer_mva": 80,
        },
        {
            "substation": "SM",
            "name": "Meer & Co $A$",
            "zone": "M",
            "lat": 52.34,
            "lon": 4.76,
            "transformer_mva": 80,
        },
        {
            "substation": "SO",
            "name": "Oosthaven",
            "zone": "O",
            "lat": math.nan,
            "lon": math.nan,
            "transformer_mva": 40,
        },
    ],
    "service_areas": [
        {"zone": "W", "substation": "SW", "share": 1.0},
        {"zone": "M", "substation": "SW", "share": 0.4},
        {"zone": "M", "substation": "SM", "share": 0.6},
        {"zone": "O", "substation": "SO", "share": 1.0},
    ],
    "branches": [
        {"branch": "W-M", "from": "SW", "to": "SM", "circuits": 2},
        {"branch": "M-O", "from": "SM", "to": "SO", "circuits": 1},
        {"branch": "W-O", "from": "SW", "to": "SO", "circuits": 0},
    ],
    "reinforcements": [
        {
            "reinforcement": "T-SM",
            "name": "Third transformer Meer",
            "kind": "transformer",
            "target": "SM",
            "owner": "Netbeheerder",
            "lead_time_years": 4,
            "capex_meur": 12.5,
        },
        {
            "reinforcement": "C-WO",
            "name": "Cable West-East",
            "kind": "branch",
            "target": "W-O",
            "adds_circuits": 1,
            "owner": "Landelijk",
            "lead_time_years": 8,
            "capex_meur": 60.0,
        },
        {
            "reinforcement": "B-SW",
            "name": "Bays West",
            "kind": "bay",
            "target": "SW",
            "adds_bays": 2,
            "owner": "Netbeheerder",
            "lead_time_years": 2,
            "capex_meur": 1.0,
        },
    ],
    "datacenters": [
        {"site": "DC1", "name": "Campus West", "zone": "W", "substation": "SW"},
        {"site": "DC2", "name": "Campus East", "zone": "O", "substation": "SO"},
        {"site": "DC3", "name": "Campus Middle", "zone": "M", "substation": "SM"},
    ],
    "heat_sinks": [
        {"sink": "G1", "name": "Greenhouses", "zone": "M", "annual_gwh": 50},
        {"sink": "G2", "name": "Old town", "zone": "O", "annual_gwh": 20},
    ],
    "heat_links": [{"link": "H1", "from": "DC1", "to": "G1"}, {"link": "H2", "from": "DC2", "to": "G2"}],
    "masts": [
        {"mast": "A1", "zone": "W", "lat": 52.305, "lon": 4.58},
        {"mast": "A2", "zone": "M", "lat": 52.32, "lon": 4.70},
    ],
}

SMALL_PLAN = {
    "stations": _stations(
        [
            ("SW", 2026, "demand", 70, 100),
            ("SW", 2030, "demand", 88, 100),
            ("SW", 2035, "demand", 97, 100),
            ("SM", 2026, "demand", 103, 100),
            ("SM", 2030, "demand", 110, 176),
            ("SM", 2035, "demand", 140, 176),
            ("SO", 2026, "demand", 20, 50),
            ("SO", 2030, "demand", 30, 50),
            ("SO", 2035, "demand", 50, 50),
            ("SW", 2026, "feedin", 10, 200),
            ("SW", 2030, "feedin", 15, 200),
            ("SW", 2035, "feedin", 30, 200),
            ("SM", 2026, "feedin", 20, 200),
            ("SM", 2030, "feedin", 90, 200),
            ("SM", 2035, "feedin", 180, 200),
            ("SO", 2026, "feedin", 0, math.nan),
            ("SO", 2030, "feedin", 1, math.nan),
            ("SO", 2035, "feedin", 2, math.nan),
        ]
    ),
    "branches": [
        {
            "branch": b,
            "year": y,
            "circuits": c,
            "peak_mw": p,
            "limit_mw": m,
            "loading": p / m if m else math.nan,
            "worst_outage": "",
        }
        for b, y, c, p, m in [
            ("W-M", 2026, 2, 100, 200),
            ("W-M", 2030, 2, 170, 200),
            ("W-M", 2035, 2, 120, 200),
            ("M-O", 2026, 1, 20, 100),
            ("M-O", 2030, 1, 30, 100),
            ("M-O", 2035, 1, 20, 100),
            ("W-O", 2026, 0, 0, 0),
            ("W-O", 2030, 0, 0, 0),
            ("W-O", 2035, 1, 50, 100),
        ]
    ],
    "reinforcements": [
        {
            "reinforcement": r,
            "kind": k,
            "target": t,
            "owner": o,
            "year": y,
            "units_started": s,
            "units_in_service": u,
            "start_year": b,
            "capex_meur": c,
        }
        for r, k, t, o, y, s, u, b, c in [
            ("T-SM", "transformer", "SM", "Netbeheerder", 2026, 0, 0, math.nan, 0),
            ("T-SM", "transformer", "SM", "Netbeheerder", 2030, 1, 1, 2026, 12.5),
            ("T-SM", "transformer", "SM", "Netbeheerder", 2035, 0, 1, math.nan, 0),
            ("C-WO", "branch", "W-O", "Landelijk", 2035, 1, 1, 2026, 60.0),
            ("B-SW", "bay", "SW", "Netbeheerder", 2035, 1, 1, 2033, 1.0),
        ]
    ],
    "datacenters": [
        {
            "site": "DC1",
            "class": "colo",
            "zone": "W",
            "year": 2030,
            "right": "firm",
            "it_mw": 20,
            "grid_mw": 24,
        },
        {
            "site": "DC1",
            "class": "colo",
            "zone": "W",
            "year": 2035,
            "right": "firm",
            "it_mw": 40,
            "grid_mw": 48,
        },
        {
            "site": "DC1",
            "class": "colo",
            "zone": "W",
            "year": 2035,
            "right": "tdtr85",
            "it_mw": 80,
            "grid_mw": 96,
        },
        {
            "site": "DC2",
            "class": "colo",
            "zone": "O",
            "year": 2035,
            "right": "firm",
            "it_mw": 7.5,
            "grid_mw": 9,
        },
        {
            "site": "DC3",
            "class": "colo",
            "zone": "M",
            "year": 2035,
            "right": "firm",
            "it_mw": 0,
            "grid_mw": 0,
        },
    ],
    "shortfall": [{"class": "colo", "region": "Polder", "year": 2035, "it_mw": 12.5}],
    "heat_links": [{"link": "H1", "pipe": "DN300", "year": 2035, "peak_mw": 9.0, "heat_tj": 180.0}],
    "heat_sinks": [
        {"sink": "G1", "zone": "M", "year": 2035, "connected": 1, "peak_mw": 9.0, "heat_tj": 172.0},
        {"sink": "G2", "zone": "O", "year": 2035, "connected": 0, "peak_mw": 0.0, "heat_tj": 0.0},
    ],
    "masts": [
        {"mast": "A1", "zone": "W", "year": 2035, "in_service": 1},
        {"mast": "A2", "zone": "M", "year": 2035, "in_service": 0},
    ],
    "unserved": [{"substation": "SM", "year": 2026, "mw": 3.0, "mwh": 12.0}],
    "duration": [
        {"substation": s, "year": y, "rank_hours": h, "mw": top - (top + 20) * h / 8760}
        for s, top in (("SM", 140.0), ("SO", 50.0))
        for y in YEARS
        for h in range(0, 8761, 120)
    ],
}


@pytest.fixture
def small():
    """Three stations, three stages, one of everything."""
    return make_plan(SMALL_CASE, SMALL_PLAN)


def region(stations=60, crowded=0.5):
    """A region of stations in a tight centre and a wide ring; every value follows from the row's number."""
    zones, subs, areas, branches, loads, lines = [], [], [], [], [], []
    for k in range(stations):
        far = 0.03 + 0.25 * (k / stations) ** (1 / crowded)
        angle = 2.399963 * k
        lat, lon = 52.35 + far * math.sin(angle), 4.85 + far / 0.61 * math.cos(angle)
        zones.append({"zone": f"Z{k}", "name": f"Gemeente {k}", "lat": lat + 0.004, "lon": lon + 0.006})
        subs.append(
            {"substation": f"S{k}", "name": f"Onderstation {k}", "zone": f"Z{k}", "lat": lat, "lon": lon}
            | {"transformer_mva": 80}
        )
        areas.append({"zone": f"Z{k}", "substation": f"S{k}", "share": 1.0})
        for year in YEARS:
            for way, shift in (("demand", 0), ("feedin", 31)):
                peak = 100 * (0.25 + 0.85 * ((37 * k + shift) % 61) / 61) * (1 + 0.03 * (year - 2035) / 10)
                loads.append((f"S{k}", year, way, peak, 100.0))
        if k:
            branches.append({"branch": f"B{k}", "from": f"S{max(k - 5, 0)}", "to": f"S{k}", "circuits": 2})
            for year in YEARS:
                peak = 200 * (0.1 + 0.9 * ((23 * k) % 59) / 59)
                lines.append(
                    {"branch": f"B{k}", "year": year, "circuits": 2, "peak_mw": peak, "limit_mw": 200.0}
                    | {"loading": peak / 200}
                )
    build = [
        {
            "reinforcement": f"R{k}",
            "kind": "transformer",
            "target": f"S{k}",
            "owner": "DSO",
            "year": 2030 if k % 2 else 2035,
            "units_in_service": 1,
            "start_year": 2026,
            "capex_meur": 10,
        }
        for k in range(3, stations, 9)
    ] + [
        {
            "reinforcement": f"C{k}",
            "kind": "branch",
            "target": f"B{k}",
            "owner": "TSO",
            "year": 2035,
            "units_in_service": 1,
            "start_year": 2027,
            "capex_meur": 40,
        }
        for k in range(7, stations, 17)
    ]
    sites = [{"site": f"D{k}", "name": f"Campus {k}", "zone": f"Z{k}"} for k in range(5, stations, 7)]
    placed = [
        {
            "site": s["site"],
            "class": "colo",
            "zone": s["zone"],
            "year": 2035,
            "right": "firm",
            "it_mw": 20 + 15 * n,
        }
        for n, s in enumerate(sites)
    ]
    sinks = [{"sink": f"K{k}", "name": f"Kassen {k}", "zone": f"Z{k}"} for k in range(6, stations, 14)]
    links = [
        {"link": f"H{k}", "from": f"D{k - 1}", "to": f"K{k}"}
        for k in range(6, stations, 14)
        if any(s["site"] == f"D{k - 1}" for s in sites)
    ]
    heat = [
        {"link": one["link"], "pipe": "DN400", "year": 2035, "peak_mw": 8, "heat_tj": 150.0} for one in links
    ]
    warm = [
        {"sink": s["sink"], "zone": s["zone"], "year": 2035, "connected": 1, "heat_tj": 140.0} for s in sinks
    ]
    masts = [
        {
            "mast": f"A{k}",
            "zone": f"Z{k % stations}",
            "lat": z["lat"] + 0.01 * math.sin(k),
            "lon": z["lon"] + 0.01,
        }
        for k, z in enumerate(zones * 2)
    ]
    on_air = [{"mast": m["mast"], "zone": m["zone"], "year": 2035, "in_service": 1} for m in masts]
    curve = [
        {
            "substation": "S8",
            "year": y,
            "rank_hours": h,
            "mw": 104 * math.exp(-h / 5000) - 30 * (h / 8760) ** 3,
        }
        for y in YEARS
        for h in range(0, 8761, 24)
    ]
    case = {
        "zones": zones,
        "substations": subs,
        "service_areas": areas,
        "branches": branches,
        "datacenters": sites,
    }
    case |= {"heat_sinks": sinks, "heat_links": links, "masts": masts}
    plan = {"stations": _stations(loads), "branches": lines, "reinforcements": build, "datacenters": placed}
    plan |= {"heat_links": heat, "heat_sinks": warm, "masts": on_air, "duration": curve}
    full = sorted(
        (row for row in plan["stations"] if row["loading"] > 1.0), key=lambda row: row["substation"]
    )
    plan["unserved"] = [
        {"substation": r["substation"], "year": r["year"], "mw": -r["headroom_mw"], "mwh": 1.0}
        for r in full
        if r["direction"] == "demand"
    ]
    return make_plan(case, plan, title="Synthetic region of sixty substations")


@pytest.fixture(scope="session")
def sixty():
    """Sixty stations, a crowded centre."""
    return region()
