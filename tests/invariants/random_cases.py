"""Small random cases, the same for the same seed: every subject, now and then, in many combinations."""

import numpy as np
import pandas as pd

from gridplan.case import CaseError, case_from_tables

TEMPERATURES = (30, 55, 70)


def random_case(seed):
    """The case of a seed; a draw that the checks of a case refuse is drawn again."""
    for attempt in range(50):
        try:
            settings, tables, profiles = _draw(np.random.default_rng([seed, attempt]))
            _warmth(np.random.default_rng([seed, attempt, 4]), tables, profiles)
            return case_from_tables(settings, tables, profiles)
        except CaseError as error:
            last = error
    raise last


def _draw(rng):
    stations = [f"S{k}" for k in range(rng.integers(3, 7))]
    years = sorted(rng.choice([2027, 2030, 2034], rng.integers(1, 3), replace=False).tolist())
    years = [2025, *years]
    profiles = _profiles(rng) if rng.random() < 0.5 else None
    flow = "dc" if rng.random() < 0.7 else "transport"
    minimise = ["unserved_mw_years", "total_cost_meur"]
    settings = {
        "case": {"name": "random"},
        "horizon": {"years": years, "last_year": years[-1] + int(rng.integers(0, 6))},
        "physics": {"flow": flow, "emergency_rating": float(rng.choice([1.0, 1.1]))},
        "objective": {"minimise": minimise},
        "time": {"energy_days": 2},
    }
    tables = {
        "zones": pd.DataFrame(
            {
                "zone": ["east", "west"],
                "region": ["delta", "delta"],
                "land_ha": rng.choice([6.0, 30.0, np.nan], 2),
                "rtt_ms": [1.0, 3.0],
            }
        ),
        "substations": _stations(rng, stations),
        "service_areas": _areas(rng, stations),
        "branches": _branches(rng, stations),
        "demands": _demands(rng, profiles, years),
        "supplies": _supplies(rng, stations, profiles),
        "reinforcements": _works(rng, stations),
    }
    _datacenters(rng, tables, stations, years)
    _heat(rng, tables, profiles)
    _masts(rng, tables)
    _policies(rng, tables)
    if rng.random() < (0.15 if profiles is not None else 0.3):
        battery = {
            "storage": "battery",
            "substation": "S1",
            "power_mw": 4,
            "energy_mwh": 8,
            "efficiency": 0.9,
        }
        tables["storages"] = pd.DataFrame([battery | {"max_new_mw": 6.0, "capex_meur_per_mw": 0.2}])
    return settings, {name: table for name, table in tables.items() if len(table)}, profiles


def _profiles(rng):
    hour = np.arange(8760)
    day = np.cos((hour % 24 - 18) / 24 * 2 * np.pi)
    season = np.cos(hour / 8760 * 2 * np.pi)
    noise = rng.random((365, 2)).repeat(24, axis=0)
    homes = 0.55 + 0.2 * day + 0.15 * season + 0.1 * noise[:, 0]
    sun = (
        np.clip(-np.cos(hour % 24 / 24 * 2 * np.pi), 0, 1) * (0.4 + 0.6 * noise[:, 1]) * (0.6 - 0.4 * season)
    )
    heat = np.clip(0.5 + 0.4 * season + 0.1 * noise[:, 0], 0, 1)
    return pd.DataFrame({"hour": hour, "homes": homes / homes.max(), "sun": sun, "heat": heat / heat.max()})


def _stations(rng, names):
    rows = []
    for k, name in enumerate(names):
        row = {
            "substation": name,
            "zone": "east" if k % 2 else "west",
            "transformers": int(rng.integers(2, 4)),
        }
        row |= {"transformer_mva": float(rng.choice([20, 40])), "bays_free": rng.choice([1, 3, np.nan])}
        rows.append(row)
    rows[0] |= {"transformers": np.nan, "transformer_mva": np.nan}  # the grid above comes in here
    if len(names) > 4 and rng.random() < 0.5:
        rows[3] |= {"transformers": int(rng.integers(0, 2)), "transformer_mva": 20.0}
    if rng.random() < 0.3:
        rows.append(rows[1] | {"substation": "child", "transformers": 2, "limited_by": "S1"})
    return pd.DataFrame(rows)


def _areas(rng, names):
    share = round(float(rng.uniform(0.2, 0.8)), 2)
    rows = [("east", "S1", share), ("east", names[-1] if len(names) % 2 == 0 else "S1", 1 - share)]
    if rows[1][1] == "S1":
        rows = [("east", "S1", 1.0)]
    return pd.DataFrame([*rows, ("west", "S2", 1.0)], columns=["zone", "substation", "share"])


def _branches(rng, names):
    pairs = [
        (names[rng.integers(0, k)], names[k]) for k in range(1, len(names))
    ]  # a tree, so all hangs together
    for _ in range(rng.integers(0, 4)):
        a, b = rng.choice(len(names), 2, replace=False)
        pairs.append((names[a], names[b]))
    rows = [
        {
            "branch": f"B{k}",
            "from": a,
            "to": b,
            "circuits": int(rng.integers(1, 3)),
            "circuit_mva": float(rng.choice([40, 60, 90])),
            "x_pu": round(float(rng.uniform(0.005, 0.05)), 4),
        }
        for k, (a, b) in enumerate(pairs)
    ]
    if rng.random() < 0.4:
        rows.append({**rows[0], "branch": "spare", "from": names[-1], "to": names[0], "circuits": 0})
    return pd.DataFrame(rows)


def _demands(rng, profiles, years):
    rows = []
    for zone in ("east", "west"):
        for kind in ("homes", "works"):
            peak = float(rng.uniform(6, 22))
            profile = "homes" if profiles is not None and kind == "homes" else ""
            row = {"demand": f"{kind}_{zone}", "zone": zone, "profile": profile, "category": kind}
            row["critical"] = kind == "works" and rng.random() < 0.2
            rows.append(row | {"year": 2025, "peak_mw": round(0.7 * peak, 2)})
            rows.append(row | {"year": years[-1], "peak_mw": round(peak * float(rng.uniform(0.9, 1.8)), 2)})
    rows.append(
        {"demand": "pump", "substation": "S2", "year": 2025, "peak_mw": 1.5, "side": "hv", "critical": False}
    )
    return pd.DataFrame(rows)


def _supplies(rng, names, profiles):
    rows = [
        {"supply": "above", "substation": "S0", "technology": "grid_supply", "cost_eur_per_mwh": 60.0}
        | {"co2_kg_per_mwh": 200.0, "capacity_mw": float(rng.choice([80, 200])), "curtailable": True}
    ]
    if rng.random() < 0.6:
        row = {"supply": "sun", "zone": "east", "technology": "pv", "capacity_mw": float(rng.uniform(5, 40))}
        row |= {"profile": "sun" if profiles is not None else "", "curtailable": rng.random() < 0.7}
        if rng.random() < 0.5 and row["curtailable"]:
            row |= {"max_new_mw": 15.0, "capex_meur_per_mw": 0.7}
        rows.append(row)
    if rng.random() < 0.4:
        rows.append(
            {
                "supply": "chp",
                "substation": names[-1],
                "technology": "chp",
                "capacity_mw": 12.0,
                "curtailable": True,
            }
            | {"cost_eur_per_mwh": 45.0, "cost_eur_per_mw2h": 1.5, "fixed_eur_per_h": 20.0}
            | {"min_mw": 0.5, "co2_kg_per_mwh": 350.0}
        )
    return pd.DataFrame(rows)


def _works(rng, names):
    rows = []
    for name in names[1:]:
        if rng.random() < 0.8:
            row = {"reinforcement": f"t_{name}", "kind": "transformer", "target": name, "max_units": 2}
            rows.append(
                row | {"adds_mva": float(rng.choice([20, 40])), "capex_meur": 5.0, "crew_fte_years": 4.0}
            )
    rows.append(
        {"reinforcement": "second_B0", "kind": "branch", "target": "B0", "max_units": 2, "capex_meur": 7.0}
    )
    rows.append(
        {"reinforcement": "new_line", "kind": "branch", "from": names[-1], "to": names[0], "adds_mva": 60.0}
        | {"x_pu": 0.02, "capex_meur": 9.0, "crew_fte_years": 6.0}
    )
    if rng.random() < 0.5:
        rows.append({"reinforcement": "raise_B0", "kind": "branch", "target": "B0", "adds_circuits": 0})
        rows[-1] |= {"adds_mva": 25.0, "capex_meur": 2.0, "excludes": "second_B0"}
    if rng.random() < 0.5:
        rows.append(
            {"reinforcement": "bays_S1", "kind": "bay", "target": "S1", "adds_bays": 2, "capex_meur": 1.0}
        )
        rows.append(
            {"reinforcement": "last", "kind": "bay", "target": "S2", "adds_bays": 1, "requires": "bays_S1"}
        )
    table = pd.DataFrame(rows)
    table["lead_time_years"] = rng.choice([0, 2, 3], len(table))
    return table


def _datacenters(rng, tables, names, years):
    if rng.random() < 0.2:
        return
    rows = [
        {"site": "hall", "zone": "east", "class": "colo", "existing_it_mw": 3.0, "existing_growth": 0.02}
        | {
            "module_it_mw": 4.0,
            "max_it_mw": 19.0,
            "min_it_mw": 4.0,
            "heat_share": 0.6,
            "heat_c": 30,
            "fixed_meur": 2,
        },
        {"site": "barn", "substation": "S2", "class": "colo", "max_it_mw": 14.0, "fixed_meur": 1.0},
        {
            "site": "room",
            "zone": "west",
            "class": "edge",
            "module_it_mw": 0.5,
            "max_it_mw": 3.0,
            "standalone": False,
        },
    ]
    table = pd.DataFrame(rows)
    table["pue"], table["utilisation"] = 1.2, 0.8
    table["capex_meur_per_mw"] = rng.uniform(6, 9, len(table)).round(2)
    table["ha_per_mw"] = rng.choice([0.0, 0.4, 0.8], len(table))
    tables["datacenters"] = table
    price = rng.choice([np.nan, 30.0])
    wanted = [("colo", "delta", round(float(rng.uniform(5, 30)), 1), np.nan), ("edge", "", 1.5, 4.0)]
    tables["datacenter_demand"] = pd.DataFrame(
        [
            {
                "class": c,
                "region": r,
                "year": y,
                "it_mw": mw * f,
                "max_rtt_ms": rtt,
                "unserved_meur_per_mw": price,
            }
            for c, r, mw, rtt in wanted
            for y, f in ((2025, 0.0), (years[-1], 1.0))
        ]
    )


def _heat(rng, tables, profiles):
    if "datacenters" not in tables or rng.random() < 0.35:
        return
    profile = "heat" if profiles is not None else ""
    need = int(rng.choice(TEMPERATURES))
    sinks = [
        {
            "sink": "town",
            "zone": "east",
            "peak_mw": 6.0,
            "profile": profile,
            "temperature_c": need,
            "connect_meur": 1.0,
        }
        | {"alternative": "all_electric", "alternative_cop": 3.0, "alternative_eur_per_mwh": 20.0},
        {"sink": "baths", "zone": "west", "annual_gwh": 9.0, "profile": profile, "temperature_c": 55}
        | {"alternative": "gas", "alternative_eur_per_mwh": 70.0, "must_connect": rng.random() < 0.3},
    ]
    tables["heat_sinks"] = pd.DataFrame(sinks)
    tables["heat_sources"] = pd.DataFrame(
        [
            {
                "source": "plant",
                "zone": "west",
                "capacity_mw": 12.0,
                "temperature_c": 85,
                "cost_eur_per_mwh": 15.0,
            }
            | {"fixed_meur": float(rng.choice([0, 2])), "co2_kg_per_mwh": 10.0}
        ]
    )
    tables["junctions"] = pd.DataFrame([{"junction": "bridge", "zone": "east"}])
    links = [
        ("a", "hall", "bridge"),
        ("b", "bridge", "town"),
        ("c", "plant", "bridge"),
        ("d", "plant", "baths"),
    ]
    table = pd.DataFrame(links, columns=["link", "from", "to"])
    table["length_km"], table["fixed_meur"] = rng.uniform(0.4, 2.0, len(table)).round(2), 0.2
    tables["heat_links"] = table
    if rng.random() < 0.5:
        tables["pipe_types"] = pd.DataFrame(
            [("thin", 4, 0.8, 20, 4), ("thick", 15, 1.5, 30, 9)],
            columns=["pipe", "capacity_mw", "capex_meur_per_km", "loss_kw_per_km", "pump_kw_per_km"],
        )
    else:
        table["capex_meur_per_mw"] = 0.3
    if rng.random() < 0.8:
        pump = {"heat_pump": "lift", "at": "hall", "max_mw": 9.0, "capex_meur_per_mw": 0.6}
        tables["heat_pumps"] = pd.DataFrame([pump | {"cop": rng.choice([3.5, np.nan])}])


def _warmth(rng, tables, profiles):
    """Back-ups, glides and tanks, from a draw of their own."""
    if "heat_sinks" not in tables:
        return
    sinks = tables["heat_sinks"]
    if rng.random() < 0.8:
        sinks["backup"] = rng.choice(
            ["alternative", "none", "gas", "electric"], len(sinks), p=[0.2, 0.2, 0.3, 0.3]
        )
        sinks["backup_eur_per_mwh"], sinks["backup_cop"] = 65.0, 1.0
        sinks["backup_capex_meur_per_mw"] = rng.choice([0.0, 0.06], len(sinks))
        sinks["backup_max_mw"] = rng.choice([np.nan, 5.0], len(sinks))
    if "heat_pumps" in tables and rng.random() < 0.5:
        tables["heat_pumps"]["cop_method"], tables["heat_pumps"]["efficiency"] = "lorenz", 0.45
        sinks["return_c"], tables["datacenters"]["heat_return_c"] = sinks["temperature_c"] - 15, 22
    if rng.random() < (0.2 if profiles is not None else 0.7):
        tank = {"heat_storage": "tank", "at": rng.choice(["town", "bridge", "plant"]), "energy_mwh": 6.0}
        tank |= {"power_mw": rng.choice([np.nan, 3.0]), "loss_share_per_hour": 0.01}
        tables["heat_storages"] = pd.DataFrame([tank | {"max_new_mwh": 40.0, "capex_meur_per_mwh": 0.01}])


def _masts(rng, tables):
    if rng.random() < 0.5:
        return
    own = rng.spawn(1)[0]
    place = {"zone": "east", "lat": 52.0, "lon": 5.0}
    tables["masts"] = pd.DataFrame(
        [
            {
                "mast": f"m{k}",
                **place,
                "lon": 5.0 + 0.05 * k,
                "radius_km": 4.0,
                "power_kw": 6.0,
                "capex_keur": 150,
            }
            | {"existing": k == 0}
            for k in range(3)
        ]
    )
    if own.random() < 0.7:
        on_site = {"lon": 5.05, "site": "tower", "site_capex_keur": 60}
        tables["masts"] = pd.concat(
            [tables["masts"], pd.DataFrame([{**tables["masts"].iloc[1], "mast": k, **on_site} for k in "xy"])]
        )
        tables["masts"]["hosts_edge"] = [False, *own.choice([True, False], len(tables["masts"]) - 2), True]
        tables["masts"]["edge_kw"] = np.where(tables["masts"]["hosts_edge"], 9.0, 0.0)
        tables["masts"]["edge_capex_keur"] = np.where(tables["masts"]["hosts_edge"], 40.0, 0.0)
        tables["masts"]["battery_h"], tables["masts"]["battery_capex_keur_per_kwh"] = 4.0, 0.4
    tables["cells"] = pd.DataFrame(
        [
            {
                "cell": f"c{k}",
                **place,
                "lon": 5.0 + 0.03 * k,
                "weight": 1.0 + k,
                "required": "2030" if k == 3 else "",
            }
            for k in range(5)
        ]
    )
    if "edge_kw" in tables["masts"]:
        tables["cells"]["edge_required"] = ["", "", "true" if own.random() < 0.5 else "2030", "", ""]


def _policies(rng, tables):
    rows = [{"policy": "crew", "indicator": "crew_fte", "sense": "max", "value": float(rng.choice([6, 20]))}]
    if "datacenters" in tables:
        rows.append(
            {"policy": "stop", "scope": "west", "indicator": "datacenter_mw", "sense": "max", "value": 6.0}
        )
        rows[-1]["applies_to"] = rng.choice(["", "colo"])
        rows.append(
            {"policy": "land", "scope": "delta", "indicator": "land_ha", "sense": "max", "value": 12.0}
        )
    if "heat_sinks" in tables:
        rows.append(
            {"policy": "heat", "indicator": "heat_reused_tj", "sense": "min", "value": 40.0, "price": 0.05}
        )
    if "masts" in tables:
        own = rng.spawn(1)[0]  # draws of its own leave those of the other subjects as they are
        rows.append({"policy": "cover", "sense": "min", "value": 0.4, "price": own.choice([np.nan, 0.5])})
        rows[-1]["indicator"] = own.choice(["covered_share", "edge_covered_share"])
    if rng.random() < 0.5:
        rows.append({"policy": "cost", "indicator": "co2_kt", "sense": "max", "value": 60.0, "price": 0.1})
    table = pd.DataFrame(rows)
    table["from_year"] = rng.choice([np.nan, 2027, 2030], len(table))
    tables["policies"] = table
