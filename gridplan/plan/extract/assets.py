"""Datacenters, masts and policies."""

from __future__ import annotations

import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.model.loads import existing_mw
from gridplan.model.policies import holds
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader


def datacenters(r: Reader) -> pd.DataFrame:
    """New IT MW and the grid MW that it draws, at every site and stage."""
    rows = {row["site"]: row for row in r.frame.rows("datacenters")}
    table = r.values("datacenters", "it", "site", "year").rename(columns={"value": "it_mw"})
    table["it_mw"] = table["it_mw"].round(9)
    existing = {s: existing_mw(row, r.frame) for s, row in rows.items()}
    table["class"] = [rows[s]["class"] for s in table["site"]]
    table["zone"] = [r.frame.zone_at(rows[s]["zone"], rows[s]["substation"]) for s in table["site"]]
    table["right"] = "firm"
    table["grid_mw"] = [
        mw * rows[s]["pue"] * rows[s]["utilisation"]
        for s, mw in zip(table["site"], table["it_mw"], strict=True)
    ]
    table["existing_grid_mw"] = [existing[s][y] for s, y in zip(table["site"], table["year"], strict=True)]
    order = {s: k for k, s in enumerate(rows)}
    table = table.sort_values(["site", "year"], key=lambda c: c.map(order) if c.name == "site" else c)
    opened = {
        (s, y): v > 0.5 for s, y, v in r.values("datacenters", "open", "site", "year").itertuples(index=False)
    }
    table["open"] = [opened[key] for key in zip(table["site"], table["year"], strict=True)]
    columns = list(TABLES["datacenters"])
    return table[columns].reset_index(drop=True)


def shortfall(r: Reader) -> pd.DataFrame:
    """IT MW of the programme that is not sited, by class, region and stage."""
    table = r.values("datacenters", "short", "line", "year").rename(columns={"value": "it_mw"})
    parts = (
        table["line"].astype(str).str.split("|", n=1, expand=True)
        if len(table)
        else pd.DataFrame(columns=[0, 1])
    )
    table["class"], table["region"] = parts[0], parts[1]
    return table[list(TABLES["shortfall"])]


def masts(r: Reader) -> pd.DataFrame:
    """Masts in service by stage."""
    zones = dict(zip(*(r.frame.case.table("masts")[c] for c in ("mast", "zone")), strict=True))
    table = r.values("telecom", "mast", "mast", "year")
    table["in_service"] = table["value"] > 0.5
    table["zone"] = [zones[k] for k in table["mast"]]
    return table[list(TABLES["masts"])]


def policies(r: Reader) -> pd.DataFrame:
    """What every policy asks and what the plan reaches, in the years in which it holds."""
    program = r.compiled.program
    found = []
    for row in r.frame.rows("policies"):
        if pd.isna(row["value"]):
            continue
        for y in r.frame.years:
            if not holds(row, y):
                continue
            terms = program.terms.select(row["indicator"], row["scope"], y, split_ids(row["applies_to"]))
            form, constant = r.compiled.vector(terms, {y: 1.0})
            reached = float(form @ r.x) + constant
            slack = row["value"] - reached if row["sense"] == "max" else reached - row["value"]
            binding = bool(slack <= 1e-6 * max(1.0, abs(row["value"])))
            key = (row["policy"], row["indicator"], row["scope"], y, row["sense"])
            found.append((*key, float(row["value"]), reached, slack, binding))
    columns = list(TABLES["policies"])
    return pd.DataFrame(found, columns=columns)
