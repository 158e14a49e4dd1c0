"""Cases of reinforcements and of rules that can be reckoned by hand, and their enumeration."""

from __future__ import annotations

from itertools import permutations

from gridplan.case import Case
from tests.model.cases import Row, demand, make, station

FLAT = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["unserved_mw_years", "capex_meur"]}}


def work(target: str, mw: float, meur: float, **columns: object) -> Row:
    """A transformer at a station, with the name of the station."""
    row = {"reinforcement": target, "kind": "transformer", "target": target, "adds_mva": mw}
    return {**row, "capex_meur": meur, "owner": "DSO", **columns}


def tree(limits: dict[str, float], loads: dict[str, float], works: list[Row], **tables: list[Row]) -> Case:
    """Stations S and T below corridor station C: limits and loads in MW."""
    stations = [
        station(n, firm_demand_mva=mw, **({} if n == "C" else {"limited_by": "C"}))
        for n, mw in limits.items()
    ]
    demands = [demand(n, mw) for n, mw in loads.items()]
    rows = {"substations": stations, "demands": demands, "reinforcements": works}
    return make({**rows, **tables}, FLAT)


def corridor() -> Case:
    """C is full (40 of 40 MW), S is full, T has 30 MW of room; both want 200 MW more."""
    works = [work("C", 100, 20, owner="TSO"), work("S", 100, 10)]
    return tree({"C": 40, "S": 20, "T": 50}, {"S": 220, "T": 220}, works)


def served(limits: dict[str, float], loads: dict[str, float], module: float, asked: float) -> float:
    """Most MW that the tree serves: load, and a programme at S in whole modules."""
    best, k = 0.0, 0
    while k * module <= min(limits["S"], limits["C"]):
        room = limits["C"] - k * module
        load = min(min(limits["S"] - k * module, loads["S"]) + min(limits["T"], loads["T"]), room)
        best = max(best, min(k * module, asked) + load)
        if k * module >= asked:
            break
        k += 1
    return best


def rules(policies: list[Row], sites: dict[str, tuple[float, float]], asked: float) -> Case:
    """One site in each zone: (M€/MW, MW at most); a shortfall costs as an unserved MW·year."""
    zones = list(sites)
    return make(
        {
            "zones": [{"zone": z} for z in zones],
            "substations": [station(z, zone=z) for z in zones],
            "datacenters": [
                {
                    "site": f"site_{z}",
                    "substation": z,
                    "class": "colo",
                    "capex_meur_per_mw": cost,
                    "max_it_mw": mw,
                }
                for z, (cost, mw) in sites.items()
            ],
            "datacenter_demand": [{"class": "colo", "region": "all", "year": 2030, "it_mw": asked}],
            "policies": policies,
        },
        {"objective": {"minimise": ["unserved_mw_years", "capex_meur"]}},
    )


def cap(name: str, zone: str, mw: float | None, **columns: object) -> Row:
    """A rule: at most so many new MW in a zone."""
    row = {"policy": name, "scope": zone, "indicator": "datacenter_mw", "sense": "max", "value": mw}
    return {**row, **columns}


def cheapest(caps: list[Row], sites: dict[str, tuple[float, float]], asked: float, price: float) -> float:
    """M€ of filling the cheapest sites first; what is left is not served."""
    left, cost = asked, 0.0
    for zone, (each, most) in sorted(sites.items(), key=lambda item: item[1]):
        room = min([most, *(row["value"] for row in caps if row["scope"] in (zone, "all"))])
        mw = min(left, room) if each < price else 0.0
        left, cost = left - mw, cost + each * mw
    return cost + price * left


def shares(
    policies: list[Row], sites: dict[str, tuple[float, float]], asked: float, price: float
) -> dict[str, float]:
    """Shapley by all orders."""
    found = {row["policy"]: 0.0 for row in policies}
    orders = list(permutations(policies))
    for order in orders:
        before = cheapest([], sites, asked, price)
        for k, row in enumerate(order):
            after = cheapest(list(order[: k + 1]), sites, asked, price)
            found[row["policy"]] += (after - before) / len(orders)
            before = after
    return found
