"""When a station has room for its queue. Power factor 1; 2 × 100 MVA serve 100 MW, and 200 of feed-in."""

from tests.model.cases import demand, make, near, station
from tests.model.test_reinforcements import YEARS, growing, horizon, transformer


def alleviation(plan, name="A", direction="demand"):
    """Rows of one station and direction."""
    table = plan.tables["alleviation"]
    return table[(table["substation"] == name) & (table["direction"] == direction)]


def ask(name, mw, **columns):
    """A request at A."""
    return {f"queue.{name}": {"substation": "A", "mw": mw, **columns}}


def test_alleviation_is_the_first_stage_with_room_for_the_whole_queue():
    """Load 80, 90, 150 and 150; t (from 2035) makes 200: room 20, 10, 50, 50.

    15 MW are asked in 2025 and 30 more in 2033: 15, 15, 45, 45 MW queue: congested in 2030, relieved in 2026
    already (20 ≥ 15). With 25 MW in 2025: congested from 2026, relieved in 2035 (50 < 55 is not: never).
    """
    case = growing([80, 90, 150, 150], transformer(earliest_year=2035))
    later = ask("b", 30, date="2033-05-01")
    plan = case.what_if(ask("a", 15, date="2025-01-01") | later).solve(gap=0)
    assert plan.certificate.ok
    rows = alleviation(plan)
    assert rows["headroom_mw"].tolist() == near([20, 10, 50, 50])
    assert rows["queue_mw"].tolist() == [15, 15, 45, 45]
    assert (rows["first_congested_year"] == 2030).all() and (rows["alleviation_year"] == 2026).all()
    rows = alleviation(case.what_if(ask("a", 25, date="2025-01-01")).solve(gap=0))
    assert (rows["first_congested_year"] == 2026).all() and (rows["alleviation_year"] == 2035).all()
    rows = alleviation(case.what_if(ask("a", 25, date="2025-01-01") | later).solve(gap=0))
    assert rows["alleviation_year"].isna().all()


def test_without_a_queue_a_plan_that_fits_is_never_congested_and_unserved_load_counts():
    """50 MW of 150 are unserved in the first stage: congested then, relieved in 2030 with t."""
    plan = growing([150] * 4, transformer(lead_time_years=4)).solve(gap=0)
    rows = alleviation(plan)
    assert rows["unserved_mw"].tolist() == near([50, 0, 0, 0])
    assert (rows["first_congested_year"] == 2026).all() and (rows["alleviation_year"] == 2030).all()
    rows = alleviation(plan, direction="feedin")
    assert rows["first_congested_year"].isna().all() and (rows["alleviation_year"] == YEARS[0]).all()


def test_a_station_waits_for_the_one_above():
    """Two children of P (100 MW, 200 from 2035) without a limit: 90 MW at c, 20 MW asked at d: relieved in
    2035, when P is. Of a station without a limit headroom is blank.
    """
    tables = {
        "substations": [
            station("P", transformers=2, transformer_mva=100),
            station("c", limited_by="P"),
            station("d", limited_by="P"),
        ],
        "demands": [demand("c", 90)],
        "reinforcements": [transformer(target="P", earliest_year=2035)],
        "queue": [
            {"request": "q", "substation": "d", "mw": 20},
            {"request": "r", "substation": "d", "mw": 7, "direction": "feedin"},
        ],
    }
    case = make(tables, horizon())
    rule = {"indicator": "new_transformers", "scope": "all", "sense": "min", "value": 1, "from_year": 2035}
    plan = case.what_if({"policies.build": rule}).solve(gap=0)
    assert plan.certificate.ok
    rows = alleviation(plan, "d")
    assert rows["headroom_mw"].isna().all() and rows["queue_mw"].tolist() == [20] * 4
    assert (rows["first_congested_year"] == 2026).all() and (rows["alleviation_year"] == 2035).all()
    assert alleviation(plan, "P")["queue_mw"].tolist() == [20] * 4
    assert alleviation(plan, "c")["alleviation_year"].tolist() == [2035] * 4
    turn = plan.tables["queue"].set_index("request")
    assert turn.loc["q", "served_year"] == 2035 and turn.loc["q", "blocked_by"] == "P"
    assert turn.loc["r", "served_year"] == 2026 and turn.loc["r", "waiting_years"] == 0
