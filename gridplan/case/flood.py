"""Stations that stand under water: a patch that takes them out of service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.case.case import Case


def flooded(case: Case, deeper_than_m: float = 0.0) -> dict[str, Any]:
    """Patch (for `case.what_if`) that takes out the transformers of stations under more than so much water.

    Nothing passes them in any stage, whatever else is built there. Circuits that run past stay in service.

    Args:
        case: a case with `substations.flood_depth_m`.
        deeper_than_m: depth from which a station is out, m.

    Returns:
        Cells by key; none where no station is deeper.
    """
    table = case.table("substations")
    deep = table.loc[table["flood_depth_m"] > deeper_than_m, "substation"].tolist()
    patch: dict[str, Any] = {}
    for name in deep:
        patch |= {f"substations.{name}.{column}": 0 for column in ("firm_demand_mva", "firm_feedin_mva")}
    works = case.table("reinforcements")
    there = works[works["target"].isin(deep) & works["kind"].isin(["transformer", "station"])]
    return patch | {f"reinforcements.{name}.max_units": 0 for name in there["reinforcement"]}
