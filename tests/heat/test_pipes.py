"""Links: pipe types, capacity by the MW, opening cost, losses, pump power, junctions and years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gridplan.plan.extract import heat
from gridplan.plan.extract.reader import Reader
from gridplan.solve.highs import Options
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import search
from tests.model.cases import Row, make, pick, station, value

CAPEX: dict[str, Any] = {"objective": {"minimise": ["capex_meur"]}}
COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}
ANNUITY = 0.04 / (1 - 1.04**-40)


def tables(mw: float, pipes: list[Row], must: str = "true", **link: Any) -> dict[str, list[Row]]:
    """A source without limit at A and a sink of `mw` at B, 2 km apart."""
    return {
        "substations": [station("A"), station("B")],
        "heat_sources": [{"source": "well", "zone": "A"}],
        "heat_sinks": [
            {
                "sink": "town",
                "zone": "B",
                "peak_mw": mw,
                "must_connect": must,
                "alternative_eur_per_mwh": 60,
            }
        ],
        "heat_links": [{"link": "pipe", "from": "well", "to": "town", "length_km": 2, **link}],
        "pipe_types": pipes,
    }


SIZES: list[Row] = [
    {"pipe": "dn200", "capacity_mw": 5, "capex_meur_per_km": 1},
    {"pipe": "dn300", "capacity_mw": 12, "capex_meur_per_km": 1.6},
    {"pipe": "dn400", "capacity_mw": 25, "capex_meur_per_km": 2.5},
]


@pytest.mark.parametrize(
    ("mw", "pipe", "meur"), [(4, "dn200", 2), (5, "dn200", 2), (5.1, "dn300", 3.2), (20, "dn400", 5)]
)
def test_smallest_sufficient_pipe(mw, pipe, meur):
    """Over 2 km the types cost 2, 3.2 and 5 M€: the cheapest that carries the sink is laid."""
    plan = make(tables(mw, SIZES), CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(meur)
    row = plan.heat_links.iloc[0]
    assert (row["pipe"], row["length_km"]) == (pipe, 2)
    assert row["capex_meur"] == pytest.approx(meur)
    assert row["peak_mw"] == pytest.approx(mw)


def test_at_most_one_type_on_a_link():
    """26 MW is more than the largest type, though two types together would carry it: infeasible."""
    assert make(tables(26, SIZES), CAPEX).solve(gap=0).status == "infeasible"


def test_two_links_carry_two_types():
    """26 MW over two parallel links of 2 km: dn400 and dn200 (5 + 2 M€), as dn300 twice carries 24 MW
    only.
    """
    rows = tables(26, SIZES)
    rows["heat_links"].append({"link": "twin", "from": "town", "to": "well", "length_km": 2})
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(7)
    assert sorted(plan.heat_links["pipe"]) == ["dn200", "dn400"]


def test_pipe_capacity_binds():
    """Only dn200 there: 5 of 12 MW, gas for 7 MW: 7·8760·60/10⁶ = 3.6792 M€, and 2 M€ of pipe."""
    plan = make(tables(12, SIZES[:1], must="false"), COST).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(5)
    assert value(plan, "operating_cost_meur") == pytest.approx(3.6792)
    assert value(plan, "total_cost_meur") == pytest.approx(3.6792 + 2 * ANNUITY)


def test_opening_cost_comes_on_top_of_the_pipe():
    """fixed_meur 4 M€ for the link (a crossing) and 2 M€ of dn200."""
    plan = make(tables(4, SIZES, fixed_meur=4), CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(6)
    assert pick(plan.heat_links, "capex_meur", link="pipe") == pytest.approx(6)


def test_cost_per_megawatt_comes_on_top_of_the_pipe():
    """0.5 M€/MW for 4 MW and 2 M€ of dn200: 4 M€."""
    plan = make(tables(4, SIZES, capex_meur_per_mw=0.5), CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(4)


def test_losses_are_made_good_by_the_source():
    """100 kW/km over 2 km: 0.1 MW at each end. For 10 MW at the sink the pipe carries 10.1 MW, the source
    gives 10.2.

    Heat costs 30 EUR/MWh: 10.2·8760·30/10⁶ = 2.68056 M€.
    """
    rows = tables(10, [{"pipe": "dn300", "capacity_mw": 12, "loss_kw_per_km": 100}])
    rows["heat_sources"][0]["cost_eur_per_mwh"] = 30
    plan = make(rows, COST).solve(gap=0)
    assert pick(plan.heat_links, "peak_mw", link="pipe") == pytest.approx(10.1)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(10)
    assert value(plan, "operating_cost_meur") == pytest.approx(2.68056)


def test_pipe_must_carry_the_loss_of_its_far_end():
    """A pipe of 10 MW does not bring 10 MW to the sink when 0.1 MW is lost there; one of 10.1 MW does."""
    pipe = {"pipe": "dn300", "capacity_mw": 10, "loss_kw_per_km": 100}
    assert make(tables(10, [pipe]), COST).solve(gap=0).status == "infeasible"
    assert make(tables(10, [{**pipe, "capacity_mw": 10.1}]), COST).solve(gap=0).status == "optimal"


def test_pump_power_is_drawn_half_at_each_end():
    """60 kW/km over 2 km: 0.06 MW at A and at B as soon as the pipe is in service."""
    plan = make(tables(10, [{"pipe": "dn300", "capacity_mw": 12, "pump_kw_per_km": 60}]), COST).solve(gap=0)
    drawn = plan.table("withdrawals").query("subject == 'heat'")
    assert dict(zip(drawn["substation"], drawn["mw"], strict=True)) == {
        "A": pytest.approx(0.06),
        "B": pytest.approx(0.06),
    }


def test_pump_power_can_break_a_station_limit():
    """B has 0.95·10 = 9.5 MW firm and 9.46 MW of demand: 0.04 MW is left, the pipe pump wants 0.06. Gas
    it is.
    """
    rows = tables(10, [{"pipe": "dn300", "capacity_mw": 12, "pump_kw_per_km": 60}], must="false")
    rows["substations"][1]["firm_demand_mva"] = 10
    rows["demands"] = [{"demand": "homes", "substation": "B", "year": 2030, "peak_mw": 9.46}]
    full = make(rows, COST).solve(gap=0)
    assert full.heat_links.empty
    assert value(full, "operating_cost_meur") == pytest.approx(5.256)
    room = make(rows, COST).what_if({"demands.homes:2030.peak_mw": 9.44}).solve(gap=0)
    assert value(room, "operating_cost_meur") == pytest.approx(0)


def test_capacity_by_the_megawatt():
    """Without pipe types 7.3 MW at 0.8 M€/MW cost 5.84 M€, whatever the length."""
    plan = make(tables(7.3, [], capex_meur_per_mw=0.8), CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(5.84)
    row = plan.heat_links.iloc[0]
    assert (row["pipe"], row["capex_meur"]) == ("", pytest.approx(5.84))


def test_opening_a_link_is_all_or_nothing():
    """3 M€ to open and 0.8 M€/MW: for 5 MW 7 M€. A second link of 2 M€ + 1.2 M€/MW would cost 8; both 3 +
    2 + 4.
    """
    rows = tables(5, [], capex_meur_per_mw=0.8, fixed_meur=3)
    rows["heat_links"].append(
        {"link": "other", "from": "well", "to": "town", "fixed_meur": 2, "capex_meur_per_mw": 1.2}
    )
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(7)
    assert plan.heat_links["link"].tolist() == ["pipe"]
    assert pick(plan.heat_links, "capex_meur", link="pipe") == pytest.approx(7)
    small = make(rows, CAPEX).what_if({"heat_sinks.town.peak_mw": 2}).solve(gap=0)
    assert value(small, "capex_meur") == pytest.approx(4.4)  # 2 + 2.4, against 3 + 1.6
    assert small.heat_links["link"].tolist() == ["other"]


def test_heat_flows_both_ways():
    """The link is written from sink to source; 5 MW flow against it."""
    rows = tables(5, SIZES)
    rows["heat_links"] = [{"link": "pipe", "from": "town", "to": "well", "length_km": 2}]
    plan = make(rows, CAPEX).solve(gap=0)
    assert pick(plan.heat_links, "peak_mw", link="pipe") == pytest.approx(5)


def test_junction_shares_a_trunk():
    """Two sinks of 4 MW behind a junction: a trunk of 3 km and branches of 1 km cost 3·1.6 + 2·1 = 6.8
    M€, against two lines of 4 km for 8 M€.
    """
    rows = {
        "heat_sources": [{"source": "well", "zone": ""}],
        "heat_sinks": [{"sink": k, "peak_mw": 4, "must_connect": "true"} for k in ("east", "west")],
        "junctions": [{"junction": "node"}],
        "heat_links": [
            {"link": "trunk", "from": "well", "to": "node", "length_km": 3},
            {"link": "e", "from": "node", "to": "east", "length_km": 1},
            {"link": "w", "from": "west", "to": "node", "length_km": 1},
            {"link": "direct_e", "from": "well", "to": "east", "length_km": 4},
            {"link": "direct_w", "from": "well", "to": "west", "length_km": 4},
        ],
        "pipe_types": SIZES,
    }
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(6.8)
    laid = dict(zip(plan.heat_links["link"], plan.heat_links["pipe"], strict=True))
    assert laid == {"trunk": "dn300", "e": "dn200", "w": "dn200"}
    assert pick(plan.heat_links, "peak_mw", link="trunk") == pytest.approx(8)


def test_sink_passes_heat_on():
    """A sink is a place that heat may pass: well → near (4 MW) → far (4 MW), dn300 and dn200 of 2 km: 5.2
    M€.
    """
    rows = tables(4, SIZES)
    rows["heat_sinks"].append({"sink": "far", "peak_mw": 4, "must_connect": "true"})
    rows["heat_links"].append({"link": "on", "from": "town", "to": "far", "length_km": 2})
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(5.2)
    assert pick(plan.heat_links, "peak_mw", link="pipe") == pytest.approx(8)


STAGES: dict[str, Any] = {"horizon": {"years": [2030, 2035], "last_year": 2039}}


@pytest.mark.parametrize(
    ("pipes", "money"),
    [(SIZES, {}), ([], {"capex_meur_per_mw": 1}), ([], {"fixed_meur": 2})],
    ids=["types", "per MW", "fixed"],
)
def test_link_from_a_later_year(pipes, money):
    """Not before 2035: gas for 5 MW in 2030 (2.628 M€), and nothing is laid, opened or paid then."""
    rows = tables(5, pipes, must="false", earliest_year=2035, **money)
    goals = {"objective": {"minimise": ["operating_cost_meur", "capex_meur"]}}
    plan = make(rows, {**STAGES, **goals}).solve(gap=0)
    assert value(plan, "operating_cost_meur", 2030) == pytest.approx(2.628)
    assert value(plan, "operating_cost_meur", 2035) == pytest.approx(0, abs=1e-5)
    assert plan.heat_links["year"].tolist() == [2035]
    assert value(plan, "capex_meur", 2030) == pytest.approx(0)
    assert value(plan, "capex_meur", 2035) == pytest.approx(
        5 if "capex_meur_per_mw" in money else 2, rel=1e-5
    )


def test_pipe_that_is_laid_stays():
    """dn200 is laid in 2030 (2 M€), in service and paid in 2035 too: 2·0.0505235·D, D = Σ 1.04^−k, k =
    0..9.
    """
    plan = make(tables(4, SIZES), {**STAGES, **COST}).solve(gap=0)
    assert plan.heat_links[["year", "pipe"]].to_numpy().tolist() == [[2030, "dn200"], [2035, "dn200"]]
    years = sum(1.04**-k for k in range(10))
    assert value(plan, "total_cost_meur") == pytest.approx(2 * ANNUITY * years)
    assert value(plan, "capex_meur") == pytest.approx(2)


@pytest.mark.parametrize(
    ("pipes", "money"),
    [(SIZES, {}), ([], {"capex_meur_per_mw": 1}), ([], {"fixed_meur": 2})],
    ids=["types", "per MW", "fixed"],
)
def test_link_is_not_paid_before_its_first_year(pipes, money):
    """Nobody may invest in 2035. A link of 2035 cannot be bought in 2030 instead: gas in both stages,
    5.256 M€.
    """
    rows = tables(5, pipes, must="false", earliest_year=2035, **money)
    rows["policies"] = [{"policy": "broke", "indicator": "capex_meur", "value": 0, "from_year": 2035}]
    plan = make(rows, {**STAGES, "objective": {"minimise": ["operating_cost_meur"]}}).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(5.256)
    assert plan.heat_links.empty


def test_heat_that_goes_round_in_a_link_does_not_count():
    """4 MW from well to town over two junctions. 3 MW more each way between them, which no cost forbids,
    deliver the same heat: 4 MW, 4·8760·0.0036 = 126.144 TJ, all of it forward.
    """
    rows = tables(4, [])
    rows["junctions"] = [{"junction": "j", "zone": "A"}, {"junction": "k", "zone": "B"}]
    ends = [("in", "well", "j"), ("mid", "j", "k"), ("out", "k", "town")]
    rows["heat_links"] = [{"link": n, "from": a, "to": b} for n, a, b in ends]
    solution = search(make(rows, COST), Options(0.0, 60.0, 1, 0), Silent())
    before = heat.heat_links(Reader(solution))
    x = solution.answer.x.copy()
    flow = solution.compiled.program.model.heat.flow
    for (link, _, _, _, _), column in flow.items():
        if link == "mid":
            x[solution.compiled.position[id(column)]] += 3
    after = heat.heat_links(Reader(replace(solution, answer=replace(solution.answer, x=x))))
    assert before.equals(after)
    assert pick(after, "peak_mw", link="mid") == pytest.approx(4)
    assert pick(after, "heat_tj", link="mid") == pytest.approx(126.144)
    assert pick(after, "forward_tj", link="mid") == pytest.approx(126.144)
    assert pick(after, "backward_tj", link="mid") == 0
