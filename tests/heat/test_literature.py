"""A published Steiner tree of links that cost a fixed sum each, without pipe types."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.exchange import steinlib
from tests.model.cases import make, value

TREE = Path(__file__).resolve().parents[3] / "shared" / "literature" / "steinlib" / "b01.stp"


@pytest.mark.skipif(
    not TREE.exists(), reason="no steinlib/b01.stp beside the repository in shared/literature"
)
def test_the_tree_of_links_with_a_fixed_cost():
    """SteinLib b01: 50 nodes, 63 edges, 9 terminals, optimum 82; tests/literature has it by pipes."""
    case = steinlib.read(TREE)
    links = case.table("heat_links")[["link", "from", "to", "length_km"]]
    tables = {name: case.table(name).to_dict("records") for name in ("zones", "junctions")}
    plan = make(
        {
            **tables,
            "heat_sources": case.table("heat_sources")[["source", "zone", "capacity_mw"]].to_dict("records"),
            "heat_sinks": case.table("heat_sinks")[["sink", "zone", "peak_mw", "must_connect"]].to_dict(
                "records"
            ),
            "heat_links": links.rename(columns={"length_km": "fixed_meur"}).to_dict("records"),
        },
        {"objective": {"minimise": ["capex_meur"]}},
    ).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(82)
    assert plan.heat_links["capex_meur"].sum() == pytest.approx(82)
