"""What electricity costs and emits on average, where nobody asks which supply gives it."""

from __future__ import annotations

from gridplan.case import Case
from gridplan.model.frame import Frame


def mean_price(case: Case) -> float:
    """EUR/MWh: mean over the rows of `supplies` that cost anything; 0 where none does."""
    costs = case.table("supplies")["cost_eur_per_mwh"]
    return float(costs[costs > 0].mean()) if (costs > 0).any() else 0.0


def mean_carbon(frame: Frame) -> dict[int, float]:
    """kg CO2 per MWh by stage: mean over the same supplies, each interpolated between its rows."""
    table = frame.case.table("supplies")
    found = [
        frame.by_year(rows, "co2_kg_per_mwh")
        for _, rows in table.groupby("supply", sort=False)
        if (rows["cost_eur_per_mwh"] > 0).any()
    ]
    return {y: sum(kg[y] for kg in found) / max(len(found), 1) for y in frame.years}
