"""Heat: what arrives is what was taken, lifted and lost, pipes are large enough, pumps obey their COP."""

from collections import defaultdict

import networkx as nx
import pandas as pd

from tests.invariants.view import View, near

TJ = 0.0036  # per MWh


def heat_nodes(plan):
    """At every node, TJ a year: sent in + taken + electricity of its pumps = sent out + used + lost."""
    v = View(plan)
    types = {row["pipe"]: row for row in v.rows("pipe_types")}
    net = defaultdict(float)
    for r in v.table("heat_links").to_dict("records"):
        net[r["to"], r["year"]] += r["forward_tj"] - r["backward_tj"]
        net[r["from"], r["year"]] += r["backward_tj"] - r["forward_tj"]
        if r["pipe"]:
            lost = types[r["pipe"]]["loss_kw_per_km"] * r["length_km"] / 1000 * v.year_hours * TJ
            net[r["to"], r["year"]] -= lost / 2
            net[r["from"], r["year"]] -= lost / 2
    for r in v.table("heat_sources").to_dict("records"):
        net[r["source"], r["year"]] += r["heat_tj"]
    for r in v.table("heat_pumps").to_dict("records"):
        net[r["at"], r["year"]] += r["electricity_gwh"] * 1000 * TJ
    for r in v.table("heat_sinks").to_dict("records"):
        net[r["sink"], r["year"]] -= r["heat_tj"]
    wrong = [f"heat {key}: {tj} TJ left over" for key, tj in net.items() if abs(tj) > 1e-3]
    return wrong + _sources(v) + _sinks(v)


def _sources(v):
    """A source gives no more than it has; a datacenter no more than its share of what it draws."""
    wrong = []
    rows = {row["source"]: row for row in v.rows("heat_sources")}
    drawn = v.table("datacenters").set_index(["site", "year"])
    share = {row["site"]: row["heat_share"] for row in v.rows("datacenters")}
    for r in v.table("heat_sources").to_dict("records"):
        h, y = r["source"], r["year"]
        if h in rows:
            late = y < rows[h]["from_year"]
            most = 0.0 if late else rows[h]["capacity_mw"]
            closed = rows[h]["fixed_meur"] > 0 and not r["capex_meur"]
            most = 0.0 if closed else most
        else:
            most = share[h] * drawn.loc[(h, y), ["grid_mw", "existing_grid_mw"]].sum()
        if r["peak_mw"] > most + 2e-3 or r["heat_tj"] > most * v.year_hours * TJ + 1e-3:
            wrong.append(f"source {h} {y}: gives {r['peak_mw']} MW, {r['heat_tj']} TJ; can give {most} MW")
    return wrong


def _sinks(v):
    """A sink takes heat only when connected, no more than it needs, and all of it where it must."""
    from tests.invariants.check_subjects import sink_mwh

    wrong = []
    rows = {row["sink"]: row for row in v.rows("heat_sinks")}
    linked = {end for row in v.rows("heat_links") for end in (row["from"], row["to"])}
    for r in v.table("heat_sinks").to_dict("records"):
        row, at = rows[r["sink"]], f"sink {r['sink']} {r['year']}"
        need = sink_mwh(v, row, r["year"]) * TJ
        if r["heat_tj"] > need + 1e-3:
            wrong.append(f"{at}: takes {r['heat_tj']} of {need} TJ")
        if row["must_connect"] and r["sink"] in linked and not near(r["heat_tj"], need, 1e-3):
            wrong.append(f"{at}: must take all of {need} TJ, takes {r['heat_tj']}")
        if r["heat_tj"] > 1e-3 and (not r["connected"] or (row["connect_meur"] and not r["capex_meur"])):
            wrong.append(f"{at}: takes heat without a connection")
        if r["capex_meur"] not in (0.0, row["connect_meur"]):
            wrong.append(f"{at}: connection costs {r['capex_meur']}")
    return wrong


def heat_links(plan):
    """One pipe per link, never exchanged; its capacity covers the peak, its price is that of the case."""
    v, wrong = View(plan), []
    rows = {row["link"]: row for row in v.rows("heat_links")}
    types = {row["pipe"]: row for row in v.rows("pipe_types")}
    table = v.table("heat_links").sort_values("year")
    if table.duplicated(["link", "year"]).any():
        wrong.append("a link has two pipes")
    for name, own in table.groupby("link"):
        row, laid = rows[name], own[own["pipe"] != ""]
        if len(set(laid["pipe"])) > 1:
            wrong.append(f"{name}: pipes {laid['pipe'].tolist()}")
        if len(laid) and laid["year"].tolist() != v.years[v.years.index(laid["year"].iloc[0]) :]:
            wrong.append(f"{name}: the pipe goes away")
        for r in own.to_dict("records"):
            at = f"{name} {r['year']}"
            if not near(r["heat_tj"], r["forward_tj"] + r["backward_tj"]):
                wrong.append(f"{at}: {r['heat_tj']} TJ is not the sum of both ways")
            if r["heat_tj"] > 1e-3 and r["year"] < row["earliest_year"]:
                wrong.append(f"{at}: carries heat too early")
            if r["heat_tj"] > r["peak_mw"] * v.year_hours * TJ * (1 + 1e-3) + 1e-2:
                wrong.append(f"{at}: {r['heat_tj']} TJ at a peak of {r['peak_mw']} MW")
            if types and row["length_km"] > 0:
                wrong += _pipe(at, r, row, types)
    return wrong


def _pipe(at, r, row, types):
    if not r["pipe"]:
        return [f"{at}: heat without a pipe"] if r["heat_tj"] > 1e-3 else []
    pipe = types[r["pipe"]]
    wrong = []
    if pd.notna(pipe["capacity_mw"]) and r["peak_mw"] > pipe["capacity_mw"] + 2e-3:
        wrong.append(f"{at}: {r['peak_mw']} MW in a pipe of {pipe['capacity_mw']}")
    cost = row["fixed_meur"] + pipe["capex_meur_per_km"] * row["length_km"]
    if not row["capex_meur_per_mw"] and not near(r["capex_meur"], cost):
        wrong.append(f"{at}: {r['capex_meur']} M€, by its pipe {cost}")
    return wrong


def _cop(row, low, high):
    return row["cop"] if row["cop"] > 0 else max(1.05, 0.5 * (high + 273.15) / (high - low))


def heat_pumps(plan):
    """Q_out = Q_source·COP/(COP−1): electricity is heat/COP; the peak is within what was and may be built."""
    v = View(plan)
    rows = {row["heat_pump"]: row for row in v.rows("heat_pumps")}
    table = v.table("heat_pumps")
    wrong = _falls_to_less(table)
    source = {row["site"]: row["heat_c"] for row in v.rows("datacenters")}
    source |= {row["source"]: row["temperature_c"] for row in v.rows("heat_sources")}
    needs = {row["sink"]: row["temperature_c"] for row in v.rows("heat_sinks")}
    net = nx.Graph([(row["from"], row["to"]) for row in v.rows("heat_links")])
    for r in table.to_dict("records"):
        row, at = rows[r["heat_pump"]], f"{r['heat_pump']} {r['year']}"
        if r["peak_mw"] > r["heat_mw"] + 2e-3 or r["heat_mw"] > row["max_mw"] + 1e-5:
            wrong.append(f"{at}: peak {r['peak_mw']}, built {r['heat_mw']} of {row['max_mw']} MW")
        if row["cop"] > 0 or r["at"] in source:
            low = source.get(r["at"], 0.0)
            near_by = nx.node_connected_component(net, r["at"])
            cops = [_cop(row, low, high) for k, high in needs.items() if k in near_by and high > low]
            heat, power = r["heat_tj"] / TJ, r["electricity_gwh"] * 1000
            if not heat / max(cops) - 0.1 <= power <= heat / min(cops) + 0.1:
                wrong.append(f"{at}: {power} MWh for {heat} MWh of heat; COP {min(cops)} to {max(cops)}")
            # heat of the source = heat out · (COP−1)/COP
            if len(set(cops)) == 1 and not near((heat - power) * cops[0] / (cops[0] - 1), heat, 0.1):
                wrong.append(f"{at}: the source gives {heat - power} MWh for {heat} MWh")
    return wrong


def _falls_to_less(table):
    ordered = table.sort_values("year")
    return [
        f"{name}: a pump shrinks"
        for name, rows in ordered.groupby("heat_pump")
        if (rows["heat_mw"].diff() < -1e-6).any()
    ]
