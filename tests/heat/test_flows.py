"""Table `heat_flows` by hand: a pump, a back-up and a tank, each with its losses and what is left."""

from __future__ import annotations

import pytest

from gridplan.plan.plan import Plan
from tests.heat.test_reuse import HOURS, TJ, region, sink
from tests.heat.test_tanks import network
from tests.model.cases import pick

YEAR = HOURS * TJ  # TJ of 1 MW


def flows(plan: Plan) -> dict[tuple[str, str, str, str], float]:
    """TJ a year by both ends; the plan is verified."""
    assert plan.certificate is not None and plan.certificate.ok, plan.certificate.shown()
    table = plan.table("heat_flows")
    ends = table[["from_kind", "from", "to_kind", "to"]].itertuples(index=False)
    return {tuple(end): tj for end, tj in zip(ends, table["tj"], strict=True)}


def test_a_pump_gives_what_it_takes_and_draws():
    """9 MW of heat and 3.6 MW of electricity make 12.6 MW; gas gives the rest of 20 MW."""
    assert flows(region().solve(gap=0)) == {
        ("site", "hall", "pump", "lift"): pytest.approx(9 * YEAR),
        ("electricity", "", "pump", "lift"): pytest.approx(3.6 * YEAR),
        ("pump", "lift", "sink", "town"): pytest.approx(12.6 * YEAR),
        ("alternative", "gas", "sink", "town"): pytest.approx(7.4 * YEAR),
    }


@pytest.mark.parametrize(("kind", "price"), [("gas", 40), ("electric", 0)])
def test_a_back_up_gives_what_a_connection_lacks(kind, price):
    """A connected town has no alternative any more: its boiler gives 20 − 12.6 = 7.4 MW."""
    town = sink("town", alternative_eur_per_mwh=90, backup=kind, backup_eur_per_mwh=price)
    found = flows(region(heat_sinks=[town]).solve(gap=0))
    assert found["backup", kind, "sink", "town"] == pytest.approx(7.4 * YEAR)
    assert found["pump", "lift", "sink", "town"] == pytest.approx(12.6 * YEAR)
    assert not [end for end in found if end[0] == "alternative"]


def test_a_tank_gives_what_it_took_less_its_loss():
    """4 MWh come out in the evening of every day; 4.124513 go in (1 % lost each hour, as late as can be).

    Of 3·20 + 6·4 = 84 MWh a day the rest, 80 MWh, comes from the well past the tank.
    """
    need = sum(0.99**-k for k in range(1, 5))
    late = (need - 2 - 0.99 * 2) / 0.99**2
    tank = {"loss_share_per_hour": 0.01, "max_new_mwh": 50, "capex_meur_per_mwh": 1}
    plan = network(tank, minimise="total_cost_meur", source={"cost_eur_per_mwh": 10}).solve(gap=0)
    found = flows(plan)
    assert found == {
        ("source", "well", "tank", "tank"): pytest.approx((4 + late) * 365 * TJ),
        ("source", "well", "sink", "town"): pytest.approx(80 * 365 * TJ),
        ("tank", "tank", "sink", "town"): pytest.approx(4 * 365 * TJ),
        ("tank", "tank", "lost", ""): pytest.approx(late * 365 * TJ),
    }
    assert pick(plan.table("heat_sinks"), "heat_tj") == pytest.approx(84 * 365 * TJ)
