"""Stations: transformers, sides, children, service areas and bays. Power factor 0.95 throughout."""

import pytest

from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value


def both_limits(plan, name="A", year=2030):
    """(demand, feed-in) limit of a station in MW."""
    rows = plan.stations
    return tuple(
        pick(rows, "limit_mw", substation=name, year=year, direction=d) for d in ("demand", "feedin")
    )


def must_run(where, mw, **columns):
    """A plant that always gives `mw` (its profile is 1 in every hour)."""
    return {
        "supply": f"s_{where}",
        "substation": where,
        "technology": "wind",
        "profile": "one",
        "capacity_mw": mw,
        "curtailable": False,
        **columns,
    }


ONE = {"one": [1.0] * 8760}
LIGHT = {"time": {"energy_days": 1, "blocks_per_day": 1, "all_hours": False}}


@pytest.mark.parametrize(("mw", "short"), [(76, 0), (77, 1), (100, 24)])
def test_demand_survives_the_loss_of_one_of_two_transformers(mw, short):
    """Two of 80 MVA: 0.95 · (160 − 80) = 76 MW for demand; feed-in 0.95 · 160 = 152 MW.

    The rest is unserved.
    """
    plan = make(
        {"substations": [station("A", transformers=2, transformer_mva=80)], "demands": [demand("A", mw)]}
    ).solve(gap=0)
    assert plan.status == "optimal"
    assert both_limits(plan) == near((76, 152))
    assert value(plan, "unserved_mw_years") == near(short)
    assert pick(plan.stations, "peak_mw", direction="demand") == near(min(mw, 76))
    assert pick(plan.stations, "loading", direction="demand") == near(min(mw / 76, 1))
    assert pick(plan.stations, "headroom_mw", direction="demand") == near(max(76 - mw, 0))


def test_critical_demand_beyond_the_limit_has_no_plan():
    """76 MW fit. 76 critical and 10 others: the 10 are shed. 77 critical: nothing may be shed, so no plan."""
    rows = [demand("A", 76, critical=True), demand("A", 10, demand="other")]
    case = make({"substations": [station("A", transformers=2, transformer_mva=80)], "demands": rows})
    plan = case.solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(10)
    more = case.what_if({"demands.d_A:2030.peak_mw": 77}).solve(gap=0)
    assert more.status == "infeasible"
    assert not more.has_plan
    assert any("stations" in line for line in more.summary["explanation"])


@pytest.mark.parametrize(("mw", "status"), [(152, "optimal"), (153, "infeasible")])
def test_feedin_may_use_all_transformers(mw, status):
    """Two of 80 MVA take 0.95 · 160 = 152 MW from below; a plant that must run at 153 MW does not fit."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "supplies": [must_run("A", mw), grid_supply("A")],
    }
    plan = make(tables, LIGHT, ONE).solve(gap=0)
    assert plan.status == status
    if status == "optimal":
        assert pick(plan.stations, "peak_mw", direction="feedin") == near(152)


def test_feedin_and_demand_behind_the_same_transformers_cancel():
    """A plant that must run at 160 MW with 10 MW of demand beside it: 150 MW go up, within 152 MW."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 10)],
        "supplies": [must_run("A", 160), grid_supply("A")],
    }
    plan = make(tables, LIGHT, ONE).solve(gap=0)
    assert pick(plan.stations, "peak_mw", direction="feedin") == near(150)
    assert pick(plan.stations, "peak_mw", direction="demand") == 0


def test_explicit_firm_values_replace_what_follows_from_transformers():
    """firm_demand_mva 100 and firm_feedin_mva 60 give 95 and 57 MW, whatever 2 × 80 MVA would have given."""
    row = station("A", transformers=2, transformer_mva=80, firm_demand_mva=100, firm_feedin_mva=60)
    plan = make({"substations": [row], "demands": [demand("A", 96)]}).solve(gap=0)
    assert both_limits(plan) == near((95, 57))
    assert value(plan, "unserved_mw_years") == near(1)


@pytest.mark.parametrize(("columns", "limits"), [({"firm_demand_mva": 50}, 47.5), ({}, None)])
def test_station_without_transformers_is_limited_by_its_firm_value_only(columns, limits):
    """50 MVA firm: 47.5 MW of 1000 MW; neither transformers nor firm value: no limit."""
    plan = make({"substations": [station("A", **columns)], "demands": [demand("A", 1000)]}).solve(gap=0)
    served = 1000 - value(plan, "unserved_mw_years")
    assert served == near(limits or 1000)


def test_firm_value_with_known_transformers_grows_by_the_whole_of_an_equal_one():
    """Firm 70 MVA at 2 × 80: a third of 80 leaves the largest at 80, so (70 + 80) · 0.95 = 142.5 MW.

    Feed-in was 160 MVA and becomes 240: 228 MW.
    """
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80, firm_demand_mva=70)],
        "demands": [demand("A", 150)],
        "reinforcements": [{"reinforcement": "t", "kind": "transformer", "target": "A"}],
    }
    plan = make(tables).solve(gap=0)
    assert both_limits(plan) == near((142.5, 228))
    assert value(plan, "unserved_mw_years") == near(7.5)


def test_firm_value_without_known_transformers_grows_by_all_that_is_added():
    """Firm 70 MVA, transformers not known: one more of 60 MVA gives 0.95 · 130 = 123.5 MW."""
    tables = {
        "substations": [station("A", firm_demand_mva=70)],
        "demands": [demand("A", 150)],
        "reinforcements": [{"reinforcement": "t", "kind": "transformer", "target": "A", "adds_mva": 60}],
    }
    plan = make(tables).solve(gap=0)
    assert pick(plan.stations, "limit_mw", direction="demand") == near(123.5)


def test_candidate_station_opens_with_its_transformers():
    """0 transformers: nothing fits. 240 MVA in transformers of 80: 0.95 · 160 = 152 MW,
    feed-in 0.95 · 240 = 228.
    """
    tables = {
        "substations": [station("A", transformers=0, transformer_mva=80)],
        "demands": [demand("A", 160)],
        "reinforcements": [
            {"reinforcement": "open", "kind": "station", "target": "A", "adds_mva": 240, "capex_meur": 50}
        ],
    }
    case = make(tables)
    plan = case.solve(gap=0)
    assert both_limits(plan) == near((152, 228))
    assert value(plan, "unserved_mw_years") == near(8)
    assert value(plan, "new_transformers") == 3
    assert value(plan, "capex_meur") == 50
    later = case.what_if({"reinforcements.open.earliest_year": 2035}).solve(gap=0)
    assert both_limits(later) == near((0, 0))
    assert value(later, "unserved_mw_years") == near(160)


def test_one_transformer_alone_is_no_firm_capacity():
    """1 × 80 MVA: demand 0, feed-in 76 MW; a second brings 76 MW for demand."""
    tables = {
        "substations": [station("A", transformers=1, transformer_mva=80)],
        "demands": [demand("A", 50)],
    }
    assert value(make(tables).solve(gap=0), "unserved_mw_years") == near(50)
    tables["reinforcements"] = [{"reinforcement": "t", "kind": "transformer", "target": "A"}]
    plan = make(tables).solve(gap=0)
    assert both_limits(plan) == near((76, 152))
    assert value(plan, "unserved_mw_years") == 0


@pytest.mark.parametrize(("units", "demand_mw", "feedin_mw"), [(0, 76, 152), (1, 152, 266), (2, 266, 380)])
def test_a_bigger_transformer_becomes_the_largest(units, demand_mw, feedin_mw):
    """2 × 80 MVA and k of 120: demand 0.95 · (160 + 120·k − largest), largest 80 or 120.

    k = 1: 0.95 · (280 − 120) = 152, feed-in 266. k = 2: 0.95 · (400 − 120) = 266, feed-in 380.
    """
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 1000)],
        "reinforcements": [
            {
                "reinforcement": "t",
                "kind": "transformer",
                "target": "A",
                "adds_mva": 120,
                "max_units": units,
            }
        ],
    }
    plan = make(tables).solve(gap=0)
    assert both_limits(plan) == near((demand_mw, feedin_mw))
    assert pick(plan.reinforcements, "units_in_service") == units


def test_one_unit_may_bring_several_transformers():
    """240 MVA in two transformers of 120 beside 2 × 80: 0.95 · (400 − 120) = 266 MW."""
    row = {
        "reinforcement": "t",
        "kind": "transformer",
        "target": "A",
        "adds_mva": 240,
        "adds_transformers": 2,
    }
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 1000)],
        "reinforcements": [row],
    }
    plan = make(tables).solve(gap=0)
    assert both_limits(plan) == near((266, 380))
    assert value(plan, "new_transformers") == 2


def test_emergency_rating_lets_the_rest_carry_more():
    """After the loss of one of two of 80 MVA the other may carry 1.2 · 80: 91.2 MW; feed-in stays 152 MW."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 100)],
    }
    plan = make(tables, {"physics": {"emergency_rating": 1.2}}).solve(gap=0)
    assert both_limits(plan) == near((91.2, 152))


@pytest.mark.parametrize(
    ("columns", "rating", "limit"),
    [
        ({"transformers": 2, "transformer_mva": 80, "firm_demand_mva": 60}, 1.2, 60),  # given: as it stands
        ({"firm_demand_mva": 60}, 1.2, 60),
        ({"transformers": 12, "transformer_mva": 10}, 1.2, 120),  # 1.2·110 = 132, but all carry 120
        ({"transformers": 2, "transformer_mva": 80}, 2, 160),  # 2·80 is just what both carry
    ],
)
def test_emergency_rating_leaves_a_given_limit_and_never_passes_all_transformers(columns, rating, limit):
    """Power factor 1: the limit in MW is that in MVA."""
    tables = {"substations": [station("A", **columns)], "demands": [demand("A", 1000)]}
    settings = {"case": {"power_factor": 1.0}, "physics": {"emergency_rating": rating}}
    plan = make(tables, settings).solve(gap=0)
    assert pick(plan.stations, "limit_mw", direction="demand") == near(limit)
    assert value(plan, "unserved_mw_years") == near(1000 - limit)


@pytest.mark.parametrize(
    ("columns", "rating", "adds", "limit"),
    [
        ({"transformers": 5, "transformer_mva": 10}, 1.3, 10, 60),  # 1.3·50 = 65, all six carry 60
        ({"transformers": 2, "transformer_mva": 40}, 1.2, 40, 96),  # 1.2·80
        ({"transformers": 2, "transformer_mva": 40, "firm_demand_mva": 40}, 1.2, 40, 88),  # 40 + 1.2·40
        # the new one of 60 is the largest: 40 + 1.2·(60 − 20)
        ({"transformers": 2, "transformer_mva": 40, "firm_demand_mva": 40}, 1.2, 60, 88),
        # 80 + 1.5·40 = 140, but all three carry 120
        ({"transformers": 2, "transformer_mva": 40, "firm_demand_mva": 80}, 1.5, 40, 120),
        ({"firm_demand_mva": 40}, 1.2, 40, 80),  # transformers not known: what is added counts in full
        ({"transformers": 0}, 1.2, 40, 0),  # the one there is may fail
    ],
)
def test_emergency_rating_with_a_new_transformer(columns, rating, adds, limit):
    """One transformer more, at power factor 1; 1000 MW are wanted, so it is built."""
    row = {"reinforcement": "t", "kind": "transformer", "target": "A", "adds_mva": adds}
    tables = {
        "substations": [station("A", **columns)],
        "demands": [demand("A", 1000)],
        "reinforcements": [row],
    }
    settings = {"case": {"power_factor": 1.0}, "physics": {"emergency_rating": rating}}
    plan = make(tables, settings).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(1000 - limit)
    if value(plan, "new_transformers"):
        assert pick(plan.stations, "limit_mw", direction="demand") == near(limit)


def test_power_factor_turns_mva_into_mw():
    """2 × 80 MVA at power factor 0.9: 72 MW and 144 MW."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 1)],
    }
    assert both_limits(make(tables, {"case": {"power_factor": 0.9}}).solve(gap=0)) == near((72, 144))


def test_a_parent_carries_its_children_without_branches():
    """Parent P 76 MW, children 30 and 50 MW, own 10 MW: 90 − 76 = 14 MW are shed;
    the child's own 47.5 MW binds too.

    C2 has firm 50 MVA = 47.5 MW for 50 MW: at least 2.5 of the 14 MW are shed there.
    """
    tables = {
        "substations": [
            station("P", transformers=2, transformer_mva=80),
            station("C1", limited_by="P"),
            station("C2", limited_by="P", firm_demand_mva=50),
        ],
        "demands": [demand("P", 10), demand("C1", 30, critical=True), demand("C2", 50)],
    }
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(14)
    assert pick(plan.stations, "peak_mw", substation="P", direction="demand") == near(76)
    assert pick(plan.stations, "peak_mw", substation="C2", direction="demand") <= 47.5 + 1e-6
    assert pick(plan.table("unserved"), "mw", substation="C2") >= 2.5 - 1e-6


def test_grandchildren_and_feedin_pass_every_transformer_above():
    """G under C under P: 40 MW of G and 20 of C pass C (60), and with P's own 5 MW pass P (65 MW)."""
    tables = {
        "substations": [
            station("P", transformers=2, transformer_mva=80),
            station("C", transformers=2, transformer_mva=80, limited_by="P"),
            station("G", limited_by="C"),
        ],
        "demands": [demand("P", 5), demand("C", 20), demand("G", 40)],
    }
    plan = make(tables).solve(gap=0)
    peaks = {n: pick(plan.stations, "peak_mw", substation=n, direction="demand") for n in ("P", "C", "G")}
    assert peaks == near({"P": 65, "C": 60, "G": 40})


def test_an_empty_child_takes_nothing():
    """A child without anything on it leaves the 76 MW of its parent to the parent."""
    tables = {
        "substations": [station("P", transformers=2, transformer_mva=80), station("C", limited_by="P")],
        "demands": [demand("P", 80)],
    }
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(4)


def test_a_child_with_branches_keeps_its_own_bus_and_still_counts_at_its_parent():
    """C is fed by a line of 100 MVA (95 MW) from S, its parent P by an unlimited one; P has 76 MW.

    C wants 60 and P 30 MW: together 90, so 14 are shed; C's 60 (or less) flow over line SC, not over SP.
    """
    tables = {
        "substations": [
            station("S"),
            station("P", transformers=2, transformer_mva=80),
            station("C", limited_by="P"),
        ],
        "branches": [line("S", "P"), line("S", "C", circuit_mva=100)],
        "demands": [demand("P", 30), demand("C", 60, critical=True)],
        "supplies": [grid_supply("S")],
    }
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(14)
    assert pick(plan.table("flows"), "mw", branch="SC") == near(60)
    assert pick(plan.table("flows"), "mw", branch="SP") == near(16)
    assert pick(plan.stations, "peak_mw", substation="P", direction="demand") == near(76)


def test_service_areas_share_a_zone_over_stations():
    """A zone of 100 MW, 0.7 on A and 0.3 on B: 70 and 30 MW pass their transformers."""
    tables = {
        "zones": [{"zone": "Z"}],
        "substations": [station("A", zone="Z"), station("B", zone="Z", firm_demand_mva=20)],
        "service_areas": [
            {"zone": "Z", "substation": "A", "share": 0.7},
            {"zone": "Z", "substation": "B", "share": 0.3},
        ],
        "demands": [{"demand": "d", "zone": "Z", "year": 2030, "peak_mw": 100}],
    }
    plan = make(tables).solve(gap=0)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == near(70)
    assert pick(plan.stations, "peak_mw", substation="B", direction="demand") == near(19)
    assert value(plan, "unserved_mw_years") == near(11)  # 30 − 0.95 · 20


def test_a_station_goes_before_the_zone():
    """Demand with a zone (served by A) and a substation (B) stands at B."""
    tables = {
        "zones": [{"zone": "Z"}],
        "substations": [station("A"), station("B")],
        "service_areas": [{"zone": "Z", "substation": "A", "share": 1}],
        "demands": [demand("B", 40, zone="Z")],
    }
    plan = make(tables).solve(gap=0)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == 0
    assert pick(plan.stations, "peak_mw", substation="B", direction="demand") == near(40)


def test_the_high_voltage_side_does_not_count_against_transformers():
    """90 MW on the hv side and 70 on the mv side of a station of 76 MW: both fit; only 70 pass."""
    rows = [demand("A", 70), demand("A", 90, demand="steel", side="hv")]
    tables = {"substations": [station("A", transformers=2, transformer_mva=80)], "demands": rows}
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == 0
    assert pick(plan.stations, "peak_mw", direction="demand") == near(70)


@pytest.mark.parametrize(
    ("technology", "side", "short"), [("grid_supply", "", 24), ("chp", "", 0), ("chp", "hv", 24)]
)
def test_a_plant_behind_the_transformers_relieves_them_and_the_grid_above_does_not(technology, side, short):
    """100 MW at a station of 76: a plant on the mv side (default) serves the rest; the grid,
    or a plant on hv, cannot.
    """
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 100)],
        "supplies": [{"supply": "s", "substation": "A", "technology": technology, "side": side}],
    }
    assert value(make(tables).solve(gap=0), "unserved_mw_years") == near(short)


def sites(bays, **columns):
    """Two sites of 10 IT MW at a station with `bays` free bays, and a programme of 20 MW."""
    both = [
        {"site": s, "substation": "A", "class": "cloud", "module_it_mw": 10, "max_it_mw": 10}
        for s in ("s", "t")
    ]
    return {
        "substations": [station("A", bays_free=bays), station("B")],
        "datacenters": both,
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 20}],
        **columns,
    }


@pytest.mark.parametrize(("bays", "placed"), [(0, 0), (1, 10), (2, 20), (None, 20)])
def test_every_new_site_takes_a_bay(bays, placed):
    """Two sites of 10 MW and b free bays: 10·b MW find a place; blank: enough."""
    plan = make(sites(bays)).solve(gap=0)
    assert value(plan, "datacenter_mw") == near(placed)
    assert value(plan, "unserved_mw_years") == near(20 - placed)


def test_bays_can_be_bought():
    """No free bay; a unit of kind `bay` brings 1 for 3 M€ and two may be built: both sites, 6 M€."""
    row = {
        "reinforcement": "b",
        "kind": "bay",
        "target": "A",
        "adds_bays": 1,
        "max_units": 2,
        "capex_meur": 3,
    }
    plan = make(sites(0, reinforcements=[row])).solve(gap=0)
    assert value(plan, "datacenter_mw") == near(20)
    assert value(plan, "capex_meur") == near(6)


@pytest.mark.parametrize(("at_a", "at_b", "circuits"), [(2, 2, 2), (2, 1, 1), (0, 5, 0), (1, None, 1)])
def test_every_new_circuit_takes_a_bay_at_both_ends(at_a, at_b, circuits):
    """Circuits of 50 MW from A to B for 100 MW: as many as the scarcer end has bays."""
    tables = {
        "substations": [station("A", bays_free=at_a), station("B", bays_free=at_b)],
        "branches": [line("A", "B", circuits=0, circuit_mva=50)],
        "demands": [demand("B", 100)],
        "supplies": [grid_supply("A")],
        "reinforcements": [{"reinforcement": "r", "kind": "branch", "target": "AB", "max_units": 2}],
    }
    plan = make(tables, {"case": {"power_factor": 1.0}}).solve(gap=0)
    assert value(plan, "new_circuits") == circuits
    assert value(plan, "unserved_mw_years") == near(100 - 50 * circuits)


def test_sites_and_circuits_share_the_bays():
    """One bay at B: a site of 10 MW there, or the circuit that would feed 50 MW of demand;
    the demand weighs more.
    """
    tables = {
        "substations": [station("A"), station("B", bays_free=1)],
        "branches": [
            line("A", "B", circuit_mva=10),
            line("A", "B", branch="new", circuits=0, circuit_mva=50),
        ],
        "demands": [demand("B", 50)],
        "supplies": [grid_supply("A")],
        "datacenters": [{"site": "s", "substation": "B", "module_it_mw": 10, "max_it_mw": 10}],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 10}],
        "reinforcements": [{"reinforcement": "r", "kind": "branch", "target": "new"}],
    }
    plan = make(tables, {"case": {"power_factor": 1.0}, "physics": {"flow": "transport"}}).solve(gap=0)
    assert value(plan, "new_circuits") == 1
    assert value(plan, "datacenter_mw") == 0
    assert value(plan, "unserved_mw_years") == near(10)
    free = make(tables, {"case": {"power_factor": 1.0}, "physics": {"flow": "transport"}}).what_if(
        {"substations.B.bays_free": 2}
    )
    assert value(free.solve(gap=0), "unserved_mw_years") == near(0)


@pytest.mark.parametrize(("third", "limit"), [("small", 133), ("big", 152)])
def test_the_largest_transformer_is_one_of_those_in_service(third, limit):
    """2 × 80 MVA with room for one of 60 or one of 120 MVA; the other is barred by `earliest_year`.

    60: 0.95 · (220 − 80) = 133 MW. 120: 0.95 · (280 − 120) = 152 MW. The limit is that of what stands,
    whatever is drawn (110 MW).
    """
    row = {"kind": "transformer", "target": "A"}
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80)],
        "demands": [demand("A", 110)],
        "reinforcements": [
            {**row, "reinforcement": "small", "adds_mva": 60},
            {**row, "reinforcement": "big", "adds_mva": 120},
        ],
    }
    other = {"small": "big", "big": "small"}[third]
    plan = make(tables).what_if({f"reinforcements.{other}.earliest_year": 2040}).solve(gap=0)
    assert pick(plan.stations, "limit_mw", direction="demand") == near(limit)
