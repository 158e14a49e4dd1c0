"""Money and amounts: investment, operation, total cost and the rest, by the formulas of docs/design.md."""

from collections import defaultdict

import numpy as np

from tests.invariants.check_subjects import sink_mwh
from tests.invariants.view import View, near

MWH_PER_TJ = 1 / 0.0036
RENEWABLE = {
    "pv",
    "solar",
    "wind",
    "wind_onshore",
    "wind_offshore",
    "wind_coastal",
    "hydro",
    "geothermal",
    "biomass",
}
BY_REGION = {
    "shortfall_mw",
    "unserved_mw_years",
    "total_cost_meur",
}  # may count in a region, which is no zone


def overnight(v):
    """M€ in service by stage, from what the tables say is built."""
    at = dict.fromkeys(v.years, 0.0)
    works = {row["reinforcement"]: row["capex_meur"] for row in v.rows("reinforcements")}
    for (name, y), units in v.units.items():
        at[y] += units * works[name]
    rows = {row["site"]: row for row in v.rows("datacenters")}
    for site, y, it, opened in v.table("datacenters")[["site", "year", "it_mw", "open"]].itertuples(
        index=False
    ):
        at[y] += it * rows[site]["capex_meur_per_mw"] + opened * rows[site]["fixed_meur"]
    for table in ("heat_links", "heat_sinks", "heat_sources"):
        for y, cost in v.table(table)[["year", "capex_meur"]].itertuples(index=False):
            at[y] += cost
    pumps = {row["heat_pump"]: row["capex_meur_per_mw"] for row in v.rows("heat_pumps")}
    for name, y, mw in v.table("heat_pumps")[["heat_pump", "year", "heat_mw"]].itertuples(index=False):
        at[y] += mw * pumps[name]
    masts = {row["mast"]: 0.0 if row["existing"] else row["capex_keur"] / 1000 for row in v.rows("masts")}
    for name, y, on in v.table("masts")[["mast", "year", "in_service"]].itertuples(index=False):
        at[y] += on * masts[name]
    for table, key, columns in (
        ("supplies", "supply", {"new_mw": "capex_meur_per_mw"}),
        ("storages", "storage", {"new_mw": "capex_meur_per_mw", "new_mwh": "capex_meur_per_mwh"}),
    ):
        price = {str(name): rows.iloc[0] for name, rows in v.groups(table, key)}
        stock = v.table(table).drop_duplicates([key, "year"])
        for r in stock.to_dict("records"):
            at[r["year"]] += sum(r[amount] * price[r[key]][column] for amount, column in columns.items())
    return at


def capex(plan):
    """capex_meur of a stage is what enters service in it, overnight and undiscounted."""
    v = View(plan)
    stock = overnight(v)
    new = np.diff([0.0, *stock.values()])
    wrong = [
        f"capex {y}: {v.whole('capex_meur', y)}, by the tables {c}"
        for y, c in zip(v.years, new, strict=True)
        if not near(v.whole("capex_meur", y), c)
    ]
    table = v.table("reinforcements")
    works = {row["reinforcement"]: row["capex_meur"] for row in v.rows("reinforcements")}
    for name, rows in table.sort_values("year").groupby("reinforcement"):
        told = np.diff([0, *rows["units_in_service"]]) * works[name]
        if not np.allclose(told, rows["capex_meur"], atol=1e-6):
            wrong.append(f"{name}: capex {rows['capex_meur'].tolist()}")
    return wrong


def _generated(v):
    """(first row, year) → MWh that each supply gives (export earns and costs nothing)."""
    table = v.table("supplies")
    mwh = _output(v, table) * table["weight_hours"]
    return mwh.groupby([table["supply"], table["year"]]).sum().to_dict()


def _output(v, table):
    """MW that each row gives; what the outside grid takes is export, no output."""
    rows = v.case.table("supplies")
    outside = set(rows.loc[rows["technology"] == "grid_supply", "supply"])
    return table["mw"].mask(table["supply"].isin(outside), table["mw"].clip(lower=0))


def _curved(v):
    """(supply, year) → (Σ hours · MW², Σ hours)."""
    table = v.table("supplies")
    squares = _output(v, table) ** 2 * table["weight_hours"]
    keys = [table["supply"], table["year"]]
    hours = table["weight_hours"].groupby(keys).sum().to_dict()
    return {key: (value, hours[key]) for key, value in squares.groupby(keys).sum().to_dict().items()}


def running(v):
    """Cost of operation by stage, M€ a year."""
    cost = dict.fromkeys(v.years, 0.0)
    made, curved = _generated(v), _curved(v)
    for name, rows in v.groups("supplies", "supply"):
        price = v.by_year(rows, "cost_eur_per_mwh")
        square, fixed = v.by_year(rows, "cost_eur_per_mw2h"), v.by_year(rows, "fixed_eur_per_h")
        for y in v.years:
            cost[y] += made.get((name, y), 0.0) * price[y] / 1e6
            squares, hours = curved.get((name, y), (0.0, 0.0))
            cost[y] += (squares * square[y] + hours * fixed[y]) / 1e6
    sources = {row["source"]: row for row in v.rows("heat_sources")}
    for r in v.table("heat_sources").to_dict("records"):
        if r["source"] in sources:
            cost[r["year"]] += r["heat_tj"] * MWH_PER_TJ * sources[r["source"]]["cost_eur_per_mwh"] / 1e6
    for row, y, taken in _sinks(v):
        cost[y] += (sink_mwh(v, row, y) - taken) * row["alternative_eur_per_mwh"] / 1e6
    return cost


def _sinks(v):
    rows = {row["sink"]: row for row in v.rows("heat_sinks")}
    table = v.table("heat_sinks")[["sink", "year", "heat_tj"]]
    return [(rows[k], y, tj * MWH_PER_TJ) for k, y, tj in table.itertuples(index=False)]


def operating_cost(plan):
    """operating_cost_meur is Σ hours · (c1·MW + c2·MW² + c0) of supplies, sources and alternatives."""
    v = View(plan)
    return [
        f"operation {y}: {v.whole('operating_cost_meur', y)}, by the tables {c}"
        for y, c in running(v).items()
        if not near(v.whole("operating_cost_meur", y), c)
    ]


def penalties(v):
    """Charges by stage that are no cost of operation, M€ a year: lost load, shortfall, softened policies."""
    charge = dict.fromkeys(v.years, 0.0)
    for y, mwh in v.table("unserved")[["year", "mwh"]].itertuples(index=False):
        charge[y] += mwh * v.settings.objective.unserved_eur_per_mwh / 1e6
    price = shortfall_prices(v)
    for r in v.table("shortfall").to_dict("records"):
        charge[r["year"]] += v.annuity * price[r["class"], r["region"]] * r["it_mw"]
    soft = {row["policy"]: row["price"] for row in v.rows("policies") if row["price"] > 0}
    for r in v.table("policies").to_dict("records"):
        charge[r["year"]] += soft.get(r["policy"], 0.0) * max(-r["slack"], 0.0)
    return charge


def shortfall_prices(v):
    """M€ per IT MW that falls short, by class and region; 0 where nothing is charged."""
    charged = "total_cost_meur" in v.settings.objective.minimise
    table = v.case.table("datacenter_demand")
    first = table.groupby(["class", "region"])["unserved_meur_per_mw"].first()
    return {key: value if charged and value > 0 else 0.0 for key, value in first.items()}


def total_cost(plan):
    """total_cost_meur = Σ_y D_y·(a·overnight in service + operation + penalties)."""
    v = View(plan)
    stock, run, charge = overnight(v), running(v), penalties(v)
    total, wrong = 0.0, []
    for y in v.years:
        value = v.discount[y] * (v.annuity * stock[y] + run[y] + charge[y])
        total += value
        if not near(v.whole("total_cost_meur", y), value, 1e-3):
            wrong.append(f"total cost {y}: {v.whole('total_cost_meur', y)}, by the formula {value}")
    told = plan.summary["indicators"]["total_cost_meur"]["total"]
    if not near(told, total, 1e-3):
        wrong.append(f"total cost: {told}, by the formula {total}")
    return wrong


def objective(plan):
    """Each objective is its indicator's total; value and bound differ by no more than the gap asked for."""
    v, wrong = View(plan), []
    for name, goal in plan.summary["objective"].items():
        if name == "weighted sum":
            continue
        total = plan.summary["indicators"][name]["total"]
        if not near(goal["value"], total, 1e-3):
            wrong.append(f"{name}: value {goal['value']}, indicator {total}")
        room = plan.options["gap"] * abs(goal["value"]) + 1e-6 * max(1.0, abs(goal["value"]))
        if not -1e-5 * max(1.0, abs(goal["value"])) <= goal["value"] - goal["bound"] <= room:
            wrong.append(f"{name}: value {goal['value']}, bound {goal['bound']}")
    unpriced = {key for key, price in shortfall_prices(v).items() if not price}
    lost = defaultdict(float)
    for r in v.table("shortfall").to_dict("records"):
        lost[r["year"]] += r["it_mw"] if (r["class"], r["region"]) in unpriced else 0.0
    for r in v.table("unserved").to_dict("records"):
        lost[r["year"]] += r["mw"]
    for y in v.years:
        if not near(v.whole("unserved_mw_years", y), v.lengths[y] * lost[y], 1e-3):
            wrong.append(
                f"unserved {y}: {v.whole('unserved_mw_years', y)}, by the tables {v.lengths[y] * lost[y]}"
            )
    return wrong


def amounts(plan):
    """The other indicators of the whole region, from the tables."""
    v = View(plan)
    want = defaultdict(lambda: dict.fromkeys(v.years, 0.0))
    rows = {row["site"]: row for row in v.rows("datacenters")}
    for r in v.table("datacenters").to_dict("records"):
        row, y = rows[r["site"]], r["year"]
        want["datacenter_mw"][y] += r["it_mw"]
        want["datacenter_total_mw"][y] += r["it_mw"] + row["existing_it_mw"]
        want["datacenter_grid_mw"][y] += r["grid_mw"] + r["existing_grid_mw"]
        want["land_ha"][y] += r["it_mw"] * row["ha_per_mw"]
    for name, table, column in (
        ("shortfall_mw", "shortfall", "it_mw"),
        ("unserved_mwh", "unserved", "mwh"),
        ("heat_delivered_tj", "heat_sinks", "heat_tj"),
        ("heat_pump_mw", "heat_pumps", "heat_mw"),
    ):
        want[name] |= v.table(table).groupby("year")[column].sum().to_dict()
    there = {row["mast"] for row in v.rows("masts") if row["existing"]}
    for name, y, on in v.table("masts")[["mast", "year", "in_service"]].itertuples(index=False):
        want["masts"][y] += on and name not in there
    taken = v.table("heat_sources")
    reused = taken[taken["kind"] == "datacenter"].groupby("year")["heat_tj"].sum()
    want["heat_reused_tj"] |= reused.to_dict()
    for name, rows in v.groups("supplies", "supply"):
        carbon, green = v.by_year(rows, "co2_kg_per_mwh"), rows["technology"].iloc[0] in RENEWABLE
        for y in v.years:
            mwh = _generated(v).get((name, y), 0.0)
            want["co2_kt"][y] += mwh * carbon[y] / 1e6
            want["res_gwh"][y] += green * mwh / 1e3
    for r in taken.to_dict("records"):
        kg = {row["source"]: row["co2_kg_per_mwh"] for row in v.rows("heat_sources")}.get(r["source"], 0.0)
        want["co2_kt"][r["year"]] += r["heat_tj"] * MWH_PER_TJ * kg / 1e6
    for row, y, mwh in _sinks(v):
        want["co2_kt"][y] += (row["alternative"] == "gas") * (sink_mwh(v, row, y) - mwh) * 226.0 / 1e6
    for y in v.years:
        for c in v.corridors.values():
            want["new_circuits"][y] += sum(n * v.units[r, y] for r, n, _, _ in c["adds"])
    return [
        f"{name} {y}: {v.whole(name, y)}, by the tables {value}"
        for name, years in want.items()
        for y, value in years.items()
        if not near(v.whole(name, y), value, 1e-1 if name == "unserved_mwh" else 1e-3)
    ]


def zones(plan):
    """Zones sum to the whole, for everything that adds up and is counted in zones, where all stand in one."""
    v, wrong = View(plan), []
    if (v.stations["zone"] == "").any():
        return wrong  # what stands in no zone counts in the whole only
    names = {name for name, _, _ in v.indicators} - BY_REGION - {"covered_share"}
    listed = v.case.table("zones")["zone"].tolist()
    for name in sorted(names):
        for y in v.years:
            parts = sum(v.indicators[name, z, y] for z in listed)
            if not near(parts, v.whole(name, y)):
                wrong.append(f"{name} {y}: zones sum to {parts}, all is {v.whole(name, y)}")
    return wrong
