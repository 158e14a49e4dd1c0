"""Heat: what arrives is what was taken, lifted and lost; sources and sinks keep to what they have."""

from __future__ import annotations

from collections import defaultdict

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.sinks import TJ, check_sinks
from gridplan.plan.verify.tanks import given_mwh
from gridplan.plan.verify.view import Record, View


def heat_nodes(f: Facts, book: Ledger) -> None:
    """At every node, a year: sent in + taken + power of pumps + given by tanks = sent out + used + lost."""
    v = f.view
    net = _links(v)
    for r in v.records("heat_sources"):
        net[r["source"], r["year"]] += r["heat_tj"]
    for r in v.records("heat_pumps"):
        net[r["at"], r["year"]] += r["electricity_gwh"] * 1000 * TJ
    for at_year, mwh in given_mwh(v).items():
        net[at_year] += mwh * TJ
    used: dict[tuple[str, float], float] = defaultdict(float)
    for r in v.records("heat_sinks"):
        used[r["sink"], r["year"]] += r["heat_tj"]
    for node, y in {**net, **used}:
        at, said = {"node": node, "year": y}, "used there"
        book.same(("heat_links", "heat_tj"), at, net[node, y], used[node, y], "TJ", tolerance.TJ, said)
    _sources(v, book)
    check_sinks(v, book)


def _links(v: View) -> dict[tuple[str, float], float]:
    """TJ that links bring to every node and stage, losses taken off half at each end."""
    types = v.by_id("pipe_types", "pipe")
    net: dict[tuple[str, float], float] = defaultdict(float)
    for r in v.records("heat_links"):
        net[r["to"], r["year"]] += r["forward_tj"] - r["backward_tj"]
        net[r["from"], r["year"]] += r["backward_tj"] - r["forward_tj"]
        if r["pipe"] in types:
            lost = types[r["pipe"]]["loss_kw_per_km"] * r["length_km"] / 1000 * v.year_hours * TJ
            net[r["to"], r["year"]] -= lost / 2
            net[r["from"], r["year"]] -= lost / 2
    return net


def _sources(v: View, book: Ledger) -> None:
    """A source gives no more than it has; a datacenter no more than its share of what it draws."""
    rows, hosts = v.by_id("heat_sources", "source"), v.by_id("datacenters", "site")
    new = v.of_sites("grid_mw")
    old = v.of_sites("existing_grid_mw")
    for r in v.records("heat_sources"):
        h, y = r["source"], r["year"]
        if h in rows:
            closed = y < rows[h]["from_year"] or (rows[h]["fixed_meur"] > 0 and not r["capex_meur"])
            most = 0.0 if closed else rows[h]["capacity_mw"]
        else:
            most = (
                hosts[h]["heat_share"] * (new.get((h, y), 0.0) + old.get((h, y), 0.0)) if h in hosts else 0.0
            )
        at, said = {"source": h, "year": y}, "can give"
        book.at_most(("heat_sources", "peak_mw"), at, r["peak_mw"], most, "MW", tolerance.PEAK_MW, said)
        year = most * v.year_hours * TJ
        book.at_most(("heat_sources", "heat_tj"), at, r["heat_tj"], year, "TJ", tolerance.TJ, said)


def heat_links(f: Facts, book: Ledger) -> None:
    """One pipe per link, never exchanged; its capacity covers the peak, its price is that of the case."""
    v = f.view
    rows, types = v.by_id("heat_links", "link"), v.by_id("pipe_types", "pipe")
    table = v.table("heat_links").sort_values("year")
    for name, own in table.groupby("link"):
        if name not in rows:
            continue
        row, laid = rows[str(name)], own[own["pipe"] != ""]
        at, pipe = {"link": name}, ("heat_links", "pipe")
        book.holds(
            pipe, at, len(set(laid["pipe"])) <= 1, f"pipes {', '.join(laid['pipe'])}: one cannot be exchanged"
        )
        if len(laid):
            stays = [y for y in v.years if y >= laid["year"].iloc[0]]
            text = f"is laid in {laid['year'].iloc[0]:.0f} and goes away later, or stands twice"
            book.holds(pipe, at, laid["year"].tolist() == stays, text)
        for r in own.to_dict("records"):
            _link(v, book, {str(k): x for k, x in r.items()}, row, types)


def _link(v: View, book: Ledger, r: Record, row: Record, types: dict[str, Record]) -> None:
    at, heat = {"link": r["link"], "year": r["year"]}, ("heat_links", "heat_tj")
    ways = r["forward_tj"] + r["backward_tj"]
    book.same(heat, at, r["heat_tj"], ways, "TJ", tolerance.MW, "of both ways")
    early = r["heat_tj"] > tolerance.TJ and r["year"] < row["earliest_year"]
    book.holds(heat, at, not early, "carries heat too early")
    back = row["one_way"] and r["backward_tj"] > tolerance.TJ
    book.holds(("heat_links", "backward_tj"), at, not back, "carries heat against its one way")
    most = r["peak_mw"] * v.year_hours * TJ * (1 + tolerance.PEAK_SHARE)
    book.at_most(heat, at, r["heat_tj"], most, "TJ", 10 * tolerance.TJ, "by its peak")
    for column in ("from", "to"):
        book.holds(
            ("heat_links", column), at, r[column] == row[column], f"{r[column]}, by the case {row[column]}"
        )
    book.same(("heat_links", "length_km"), at, r["length_km"], row["length_km"], "km", tolerance.EXACT)
    if types and row["length_km"] > 0:
        _pipe(book, r, row, types)


def _pipe(book: Ledger, r: Record, row: Record, types: dict[str, Record]) -> None:
    at = {"link": r["link"], "year": r["year"]}
    there = r["pipe"] in types
    dry = not r["pipe"] and not r["heat_tj"] > tolerance.TJ
    book.holds(("heat_links", "pipe"), at, there or dry, "heat without a pipe of the case")
    if not there:
        return
    pipe = types[r["pipe"]]
    book.at_most(("heat_links", "peak_mw"), at, r["peak_mw"], pipe["capacity_mw"], "MW", tolerance.PEAK_MW)
    if not row["capex_meur_per_mw"]:
        cost = row["fixed_meur"] + pipe["capex_meur_per_km"] * row["length_km"]
        book.same(
            ("heat_links", "capex_meur"), at, r["capex_meur"], cost, "MEUR", tolerance.MW, "of its pipe"
        )
