"""Cases of transport rights that can be reckoned by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.case import Case
from tests.model.cases import Row, demand, grid_supply, make

RANK = np.random.default_rng(3).permutation(8760)  # busiest hours, spread over the year
LINEAR = 1 - 0.8 * RANK / 8760  # load-duration curve from 1 (rank 0) to 0.2
NIGHT = (np.arange(8760) % 24 < 6) | (np.arange(8760) % 24 >= 22)
YEARS: dict[str, Any] = {"years": [2030, 2035], "last_year": 2039}
FIRM: Row = {"right": "firm"}
TDTR85: Row = {"right": "tdtr85"}


def place(
    name: str, limit: float | None, load: float = 0.0, profile: str = "", **columns: Any
) -> dict[str, list[Row]]:
    """A station with a demand limit and a load."""
    loads = [demand(name, load, profile=profile)] if load else []
    return {"substations": [{"substation": name, "firm_demand_mva": limit, **columns}], "demands": loads}


def hall(at: str, wanted: float, name: str = "", **columns: Any) -> dict[str, list[Row]]:
    """A site at a station, and a programme that only it can serve (class = its name)."""
    name = name or f"hall_{at}"
    return {
        "datacenters": [{"site": name, "substation": at, "class": name, "max_it_mw": wanted, **columns}],
        "datacenter_demand": [{"class": name, "year": 2030, "it_mw": wanted}],
    }


def case_of(
    rights: list[Row],
    *parts: dict[str, list[Row]],
    profiles: dict[str, np.ndarray] | None = None,
    minimise: tuple[str, ...] = ("shortfall_mw",),
    **settings: dict[str, Any],
) -> Case:
    """A case of some parts; power factor 1, one typical day, every hour checked."""
    tables: dict[str, list[Row]] = {"transport_rights": rights}
    for part in parts:
        for table, rows in part.items():
            tables.setdefault(table, []).extend(rows)
    given: dict[str, dict[str, Any]] = {
        "case": {"power_factor": 1.0},
        "objective": {"minimise": list(minimise)},
        "time": {"energy_days": 1, "blocks_per_day": 2},
        **settings,
    }
    return make(tables, given, {"linear": LINEAR, **(profiles or {})})


def sited(plan: Any, site: str) -> dict[str, float]:
    """IT MW of a site by right, those with nothing left out."""
    table = plan.datacenters
    rows = table[(table["site"] == site) & (table["it_mw"] > 1e-6)]
    return dict(zip(rows["right"], rows["it_mw"], strict=True))


def held(plan: Any, holder: str, right: str) -> dict[str, Any]:
    """The row of table `rights` of a holder."""
    table = plan.table("rights")
    rows = table[(table["holder"] == holder) & (table["right"] == right)]
    assert len(rows) == 1, rows
    return rows.iloc[0].to_dict()


def verified(plan: Any) -> Any:
    """The plan, once its own checks and those of other code have passed."""
    assert plan.status == "optimal", plan.summary
    assert plan.certificate.ok, plan.certificate
    return plan


def every_right() -> Case:
    """Two stages, every right at one station, a group of two sites, and a supply that grows."""
    turbines = {"supply": "wind", "substation": "A", "technology": "wind", "profile": "linear"}
    turbines |= {"capacity_mw": 0, "max_new_mw": 60, "curtailable": True}
    rights = [
        {**FIRM, "max_share": 0.3, "tariff_eur_per_kw_year": 50},
        {**TDTR85, "max_share": 0.3, "tariff_eur_per_kw_year": 50, "discount": 0.4},
        {"right": "block", "max_share": 0.3},
        {"right": "non_firm", "max_share": 0.3},
        {"right": "group", "max_share": 0.5, "direction": "demand"},
    ]
    parts = (
        place("A", None, 60, "linear", transformers=2, transformer_mva=80),
        hall("A", 60, "hall", profile="work", min_it_mw=30),
        hall("A", 20, "room", group="g"),
        {"transport_groups": [{"group": "g", "max_mw": 8}], "supplies": [grid_supply("A"), turbines]},
        {"policies": [{"policy": "wind", "indicator": "res_gwh", "sense": "min", "value": 100}]},
    )
    goals = ("shortfall_mw", "total_cost_meur")
    return case_of(rights, *parts, profiles={"work": 1.2 - LINEAR}, minimise=goals, horizon=YEARS)
