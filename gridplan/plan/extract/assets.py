"""Datacenters and policies."""

from __future__ import annotations

from itertools import product

import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.model.loads import existing_mw
from gridplan.model.offers import DEMAND, FIRM, may_have, offers
from gridplan.model.policies import holds
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader


def datacenters(r: Reader) -> pd.DataFrame:
    """New IT MW by right and the grid MW that it draws, at every site and stage.

    What exists stands in the first row of a site and stage, so that columns may be summed.
    """
    rows = {row["site"]: row for row in r.frame.rows("datacenters")}
    opened = {
        (s, y): v > 0.5 for s, y, v in r.values("datacenters", "open", "site", "year").itertuples(index=False)
    }
    existing = {s: existing_mw(row, r.frame) for s, row in rows.items()}
    sizes = {(s, y): v for s, y, v in r.values("datacenters", "it", "site", "year").itertuples(index=False)}
    offered = offers(r.frame.case, DEMAND)
    found = []
    for (s, row), y in product(rows.items(), r.frame.years):
        held = [offer.right for offer in offered if may_have(offer, row)]
        parts = {right: r.book.it[s, right, y] for right in held} or {FIRM: sizes[s, y]}
        zone = r.frame.zone_at(row["zone"], row["substation"])
        for k, (right, mw) in enumerate(parts.items()):
            mw = round(mw, 9)
            drawn = mw * row["pue"] * row["utilisation"]
            there = existing[s][y] if k == 0 else 0.0
            found.append((s, row["class"], zone, y, right, mw, drawn, there, opened[s, y]))
    return pd.DataFrame(found, columns=list(TABLES["datacenters"]))


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
            terms = program.terms.parts(row["indicator"], row["scope"], y, split_ids(row["applies_to"]))
            form, constant = r.compiled.vector(terms, {y: 1.0})
            reached = float(form @ r.x) + constant
            slack = row["value"] - reached if row["sense"] == "max" else reached - row["value"]
            binding = bool(slack <= 1e-6 * max(1.0, abs(row["value"])))
            key = (row["policy"], row["indicator"], row["scope"], y, row["sense"])
            found.append((*key, float(row["value"]), reached, slack, binding))
    columns = list(TABLES["policies"])
    return pd.DataFrame(found, columns=columns)
