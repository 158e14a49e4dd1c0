"""Electricity of heat: how much, and what it costs and emits where it is no load of the grid."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify.sinks import alternatives, backups
from gridplan.plan.verify.view import View


def heat_mwh(v: View) -> dict[int, float]:
    """MWh a year: heat pumps, pumps of pipes, electric back-ups, and all-electric sinks without a link."""
    types = v.by_id("pipe_types", "pipe")
    pumps = v.totals("heat_pumps", ["year"], "electricity_gwh")
    mwh = {y: pumps.get(y, 0.0) * 1000 for y in v.years}
    for r in v.records("heat_links"):
        if r["pipe"] in types and r["year"] in mwh:
            mwh[r["year"]] += types[r["pipe"]]["pump_kw_per_km"] * r["length_km"] / 1000 * v.year_hours
    for row, y, heat in alternatives(v):
        mwh[y] += heat / row["alternative_cop"] if row["alternative"] == "all_electric" else 0.0
    for row, y, heat in backups(v):
        mwh[y] += heat / row["backup_cop"] if row["backup"] == "electric" else 0.0
    return mwh


def bought(v: View) -> dict[int, tuple[float, float]]:
    """(MEUR, kt CO2) a year of electricity that heat does not draw from the grid; 0 where it does."""
    if v.settings.physics.heat_on_grid:
        return dict.fromkeys(v.years, (0.0, 0.0))
    prices = [row["cost_eur_per_mwh"] for row in v.rows("supplies") if row["cost_eur_per_mwh"] > 0]
    price = float(np.mean(prices)) if prices else 0.0
    dear = [
        v.by_year(rows, "co2_kg_per_mwh")
        for rows in v.groups("supplies", "supply").values()
        if any(row["cost_eur_per_mwh"] > 0 for row in rows)
    ]
    found = {}
    for y, mwh in heat_mwh(v).items():
        kg = float(np.mean([carbon[y] for carbon in dear])) if dear else 0.0
        found[y] = (mwh * price / 1e6, mwh * kg / 1e6)
    return found
