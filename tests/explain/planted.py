"""Twenty-odd conflicts planted in cases that fit on a page: what is in the way, and what helps.

Each is one station, one sink or one triangle of cells, so that the only minimal conflict can be read off.
Nothing may fall short (`total_cost_meur` alone is minimised, the programme has no price), so every one is
infeasible. Power factor 1 but where it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gridplan.case import Case
from tests.model.cases import Row, demand, grid_supply, line, make, station


@dataclass(frozen=True)
class Planted:
    """A conflict.

    Attributes:
        tables: rows of the case.
        names: `table.row.column` of every row in conflict, none more.
        helps: kind of a repair → its `--set` text, or a part of it; others may be there too.
        settings: of case.toml, where they differ.
        whole: only whole numbers are to blame, the relaxation has a solution.
    """

    tables: dict[str, list[Row]]
    names: set[str]
    helps: dict[str, str]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    whole: bool = False

    @property
    def case(self) -> Case:
        """The case, checked."""
        given: dict[str, dict[str, Any]] = {
            "case": {"power_factor": 1},
            "objective": {"minimise": ["total_cost_meur"]},
            "horizon": {"years": [2030], "last_year": 2030},
            "solver": {"gap": 0.0, "threads": 1},
        }
        return make(self.tables, {**given, **self.settings})


STAGES = {"horizon": {"years": [2030, 2035], "last_year": 2035}}
FULL = station("S", firm_demand_mva=20)
ROW = "datacenter_demand.colo:all:2030"
PROGRAMME = f"{ROW}.it_mw"


def site(where: str = "S", name: str = "dc", **columns: Any) -> Row:
    """A site of class colo."""
    return {"site": name, "substation": where, "class": "colo", **columns}


def wanted(mw: float, **columns: Any) -> Row:
    """A programme of colo in 2030."""
    return {"class": "colo", "region": "all", "year": 2030, "it_mw": mw, **columns}


def transformer(**columns: Any) -> Row:
    """A transformer of 20 MVA at S."""
    return {
        "reinforcement": "T",
        "kind": "transformer",
        "target": "S",
        "adds_mva": 20,
        "capex_meur": 6,
        **columns,
    }


def policy(indicator: str, value: float, **columns: Any) -> Row:
    """A policy without a price."""
    return {"policy": f"max_{indicator}", "indicator": indicator, "value": value, **columns}


def heat(mw: float, **sink: Any) -> dict[str, list[Row]]:
    """A sink of `mw` that must be connected, and a source of 10 MW next to it."""
    return {
        "zones": [{"zone": "z"}],
        "heat_sources": [{"source": "src", "zone": "z", "capacity_mw": 10, "temperature_c": 90}],
        "heat_sinks": [{"sink": "baths", "zone": "z", "peak_mw": mw, "must_connect": True, **sink}],
        "heat_links": [{"link": "L", "from": "src", "to": "baths", "length_km": 1}],
    }


def _sited(
    mw: float, *stations: Row, sites: list[Row] | None = None, **tables: list[Row]
) -> dict[str, list[Row]]:
    return {
        "substations": list(stations) or [FULL],
        "datacenters": sites or [site()],
        "datacenter_demand": [wanted(mw)],
        **tables,
    }


def _masts() -> dict[str, list[Row]]:
    """Three masts, each in reach of two of three cells: one and a half masts would do, two are needed."""
    cells, reach = ("a", "b", "c"), {"A": "ab", "B": "bc", "C": "ca"}
    return {
        "zones": [{"zone": "z"}],
        "masts": [{"mast": k, "zone": "z", "capex_keur": 100} for k in reach],
        "cells": [{"cell": c, "zone": "z", "required": True} for c in cells],
        "coverage": [{"mast": k, "cell": c} for k, found in reach.items() for c in found],
        "policies": [policy("masts", 1.5)],
    }


PLANTED: dict[str, Planted] = {
    "a given capacity is too small": Planted(
        _sited(30), {PROGRAMME, "substations.S.firm_demand_mva"}, {"fewer_programme": f"{PROGRAMME}=20"}
    ),
    "load alone is too much": Planted(
        {"substations": [FULL], "demands": [demand("S", 26)]},
        {"demands.d_S:2030.peak_mw", "substations.S.firm_demand_mva"},
        {"fewer_demand": "demands.d_S:2030.peak_mw=20"},
    ),
    "no row for a transformer": Planted(
        _sited(50, station("S", transformers=2, transformer_mva=40)),
        {PROGRAMME, "substations.S.transformers"},
        {"new_transformer": 'adds_mva = 40, max_units = 1', "fewer_programme": f"{PROGRAMME}=40"},
    ),
    "too few units": Planted(
        _sited(55, reinforcements=[transformer()]),
        {PROGRAMME, "substations.S.firm_demand_mva", "reinforcements.T.max_units"},
        {"more_units": "reinforcements.T.max_units=2", "fewer_programme": f"{PROGRAMME}=40"},
    ),
    "a lead time is too long": Planted(
        _sited(30, reinforcements=[transformer(lead_time_years=5)]),
        {PROGRAMME, "substations.S.firm_demand_mva", "reinforcements.T.lead_time_years"},
        {"sooner": "reinforcements.T.lead_time_years=0", "later": f"{ROW}.year=2035"},
        STAGES,
    ),
    "what it requires comes later": Planted(
        _sited(
            30,
            reinforcements=[
                transformer(requires="bay"),
                {"reinforcement": "bay", "kind": "bay", "target": "S", "adds_bays": 1, "earliest_year": 2035},
            ],
        ),
        {
            PROGRAMME, "substations.S.firm_demand_mva", "reinforcements.T.requires",
            "reinforcements.bay.earliest_year",
        },
        {"requires": "reinforcements.T.requires=", "sooner": "reinforcements.bay.earliest_year=2030"},
        STAGES,
    ),
    "one excludes the other": Planted(
        _sited(55, reinforcements=[transformer(excludes="U"), transformer() | {"reinforcement": "U"}]),
        {
            PROGRAMME, "substations.S.firm_demand_mva", "reinforcements.T.excludes",
            "reinforcements.T.max_units", "reinforcements.U.max_units",
        },
        {"excludes": "reinforcements.T.excludes=", "fewer_programme": f"{PROGRAMME}=40"},
    ),
    "no bay is free": Planted(
        _sited(10, station("S", firm_demand_mva=20, bays_free=0)),
        {PROGRAMME, "substations.S.bays_free"},
        {"bays": "substations.S.bays_free=1"},
    ),
    "no land is left": Planted(
        _sited(8, zones=[{"zone": "z", "land_ha": 5}], sites=[site(zone="z", ha_per_mw=1)]),
        {PROGRAMME, "zones.z.land_ha"},
        {"land": "zones.z.land_ha=8", "fewer_programme": f"{PROGRAMME}=5"},
    ),
    "a cable is full": Planted(
        _sited(
            50, station("S"), station("G"),
            branches=[line("G", "S", circuit_mva=40)], supplies=[grid_supply("G")],
        ),
        {PROGRAMME, "branches.GS.circuit_mva"},
        {"new_circuit": 'target = "GS"', "fewer_programme": f"{PROGRAMME}=40"},
    ),
    "a plant is too small": Planted(
        {
            "substations": [station("S"), station("G")],
            "branches": [line("G", "S")],
            "supplies": [{"supply": "plant", "substation": "G", "technology": "chp", "capacity_mw": 25}],
            "demands": [demand("S", 30)],
        },
        {"demands.d_S:2030.peak_mw", "supplies.plant.capacity_mw"},
        {"supply": "supplies.plant.capacity_mw=30", "fewer_demand": "demands.d_S:2030.peak_mw=25"},
    ),
    "what must run has nowhere to go": Planted(
        {
            "substations": [station("S", firm_feedin_mva=20)],
            "supplies": [
                {
                    "supply": "turbines", "substation": "S", "technology": "wind", "capacity_mw": 30,
                    "min_mw": 30,
                },
                grid_supply("S"),
            ],
        },
        {"supplies.turbines.min_mw", "substations.S.firm_feedin_mva"},
        {"must_run": "supplies.turbines.min_mw=0"},
    ),
    "a municipality allows too little": Planted(
        _sited(15, policies=[policy("datacenter_mw", 10)]),
        {PROGRAMME, "policies.max_datacenter_mw.value"},
        {"policy": "policies.max_datacenter_mw.value=15", "fewer_programme": f"{PROGRAMME}=10"},
    ),
    "two policies contradict": Planted(
        _sited(
            15,
            policies=[policy("land_ha", 10), policy("datacenter_mw", 12, policy="at_least", sense="min")],
            sites=[site(ha_per_mw=1, max_it_mw=20)],
        )
        | {"datacenter_demand": [wanted(15, unserved_meur_per_mw=1)]},
        {"policies.at_least.value", "policies.max_land_ha.value"},
        {"policy": "policies.max_land_ha.value=12"},
    ),
    "a site is too small": Planted(
        _sited(15, sites=[site(max_it_mw=10)]),
        {PROGRAMME, "datacenters.dc.max_it_mw"},
        {"max_size": "datacenters.dc.max_it_mw=15", "fewer_programme": f"{PROGRAMME}=10"},
    ),
    "a site comes too late": Planted(
        _sited(15, sites=[site(earliest_year=2035)]),
        {PROGRAMME, "datacenters.dc.earliest_year"},
        {"sooner": "datacenters.dc.earliest_year=2030", "later": f"{ROW}.year=2035"},
        STAGES,
    ),
    "the exchange is too far away": Planted(
        _sited(10, station("S", zone="z"), zones=[{"zone": "z", "rtt_ms": 5}])
        | {"datacenter_demand": [wanted(10, max_rtt_ms=2)]},
        {PROGRAMME, "datacenter_demand.colo:all:2030.max_rtt_ms"},
        {"rtt": "datacenter_demand.colo:all:2030.max_rtt_ms=5"},
    ),
    "only the region is full": Planted(
        _sited(
            30, station("S", zone="z", firm_demand_mva=20), station("N", zone="n"),
            zones=[{"zone": "z"}, {"zone": "n"}], sites=[site(), site("N", "far")],
        )
        | {"datacenter_demand": [wanted(30, region="z")]},
        {
            "datacenter_demand.colo:z:2030.it_mw", "datacenter_demand.colo:z:2030.region",
            "substations.S.firm_demand_mva",
        },
        {"region": "region=all", "fewer_programme": "datacenter_demand.colo:z:2030.it_mw=20"},
    ),
    "whole modules": Planted(
        _sited(15, sites=[site(module_it_mw=10)], substations=[station("S", firm_demand_mva=17)]),
        {PROGRAMME, "datacenters.dc.module_it_mw", "substations.S.firm_demand_mva"},
        {"module": "datacenters.dc.module_it_mw=", "fewer_programme": f"{PROGRAMME}=10"},
        whole=True,
    ),
    "a least size": Planted(
        _sited(10, sites=[site(min_it_mw=30)]),
        {PROGRAMME, "datacenters.dc.min_it_mw", "substations.S.firm_demand_mva"},
        {"min_size": "datacenters.dc.min_it_mw="},
        whole=True,
    ),
    "whole transformers": Planted(
        _sited(30, reinforcements=[transformer()], policies=[policy("capex_meur", 4)]),
        {PROGRAMME, "substations.S.firm_demand_mva", "policies.max_capex_meur.value"},
        {"policy": "policies.max_capex_meur.value=6", "fewer_programme": f"{PROGRAMME}=20"},
        whole=True,
    ),
    "whole masts": Planted(
        _masts(),
        {"cells.a.required", "cells.b.required", "cells.c.required", "policies.max_masts.value"},
        {"policy": "policies.max_masts.value=2", "cell": "cells.a.required="},
        whole=True,
    ),
    "an edge site where the station is full": Planted(
        {
            "substations": [station("S", firm_demand_mva=0.02)],
            "masts": [{"mast": "m", "zone": "S", "existing": True, "hosts_edge": True, "edge_kw": 30}],
            "cells": [{"cell": "a", "zone": "S", "edge_required": True}],
            "coverage": [{"mast": "m", "cell": "a"}],
        },
        {"cells.a.edge_required", "substations.S.firm_demand_mva"},
        {"edge_cell": "cells.a.edge_required="},
    ),
    # No whole pipe is cheap enough; rows of the program say so without branching.
    "whole pipes": Planted(
        heat(6) | {
            "pipe_types": [{"pipe": "DN300", "capacity_mw": 10, "capex_meur_per_km": 6}],
            "policies": [policy("capex_meur", 5)],
        },
        {"heat_sinks.baths.must_connect", "policies.max_capex_meur.value"},
        {"policy": "policies.max_capex_meur.value=6", "must_connect": "heat_sinks.baths.must_connect=false"},
    ),
    "a pipe is too thin": Planted(
        heat(8) | {"pipe_types": [{"pipe": "DN100", "capacity_mw": 5, "capex_meur_per_km": 1}]},
        {"heat_sinks.baths.must_connect", "pipe_types.DN100.capacity_mw"},
        {"pipe": "pipe_types.DN100.capacity_mw=8"},
    ),
    "a source is too small": Planted(
        heat(12),
        {"heat_sinks.baths.must_connect", "heat_sources.src.capacity_mw"},
        {"source": "heat_sources.src.capacity_mw=12"},
    ),
    "a heat link comes too late": Planted(
        heat(8) | {"heat_links": [{"link": "L", "from": "src", "to": "baths", "earliest_year": 2035}]},
        {"heat_sinks.baths.must_connect", "heat_links.L.earliest_year"},
        {"sooner": "heat_links.L.earliest_year=2030", "later": "heat_sinks.baths.from_year=2035"},
        STAGES,
    ),
}  # fmt: skip
