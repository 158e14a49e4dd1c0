"""The queue by hand: order, whole requests, what is set aside, stations above, zones, classes."""

import numpy as np
import pytest

from gridplan.plan.queue import Request, class_order, simulate

YEARS = (2026, 2030, 2035)


def ask(name, mw, at="A", kind="", date="", direction="demand", above=()):
    """A request at a station, or at several in equal shares; `above` carry all of it."""
    shares = {n: 1 / len(at) for n in at}
    return Request(name, direction, kind, date, mw, shares, shares | dict.fromkeys(above, 1.0))


def room(**mw):
    """MW by station in the stages, for demand; feed-in has 5 everywhere."""
    found = {(n, "demand"): np.array(v, float) for n, v in mw.items()}
    return found | {(n, "feedin"): np.full(len(YEARS), 5.0) for n in mw}


def served(requests, rooms, **options):
    """Stage in which each is served."""
    return {name: turn.served for name, turn in simulate(requests, rooms, YEARS, **options).items()}


def test_classes_come_by_number_then_by_name_then_blank():
    kinds = ["", "rest", "10", "2", "1", "base", "2.5"]
    assert sorted(kinds, key=class_order) == ["1", "2", "2.5", "10", "base", "rest", ""]


def test_class_goes_before_date_and_date_before_id():
    """10 MW of room in 2026, 20 in 2030, 30 in 2035, four requests of 10 MW."""
    queue = [
        ask("z", 10, kind="2", date="2019-01-01"),
        ask("b", 10, kind="1", date="2024-01-01"),
        ask("a", 10, kind="1", date="2024-01-01"),
        ask("c", 10, kind="1"),
    ]
    assert served(queue, room(A=[10, 20, 30])) == {"a": 2026, "b": 2030, "c": 2035, "z": None}


def test_requests_are_served_whole_and_nobody_overtakes_unless_it_is_allowed():
    """First 12 MW, then 3 MW; room 10, 10, 15: both wait for 2035. With overtaking 3 MW go in 2026, and then
    12 fit in 2035 (15 − 3).
    """
    queue = [ask("big", 12, date="2020-01-01"), ask("small", 3, date="2021-01-01")]
    assert served(queue, room(A=[10, 10, 15])) == {"big": 2035, "small": 2035}
    assert served(queue, room(A=[10, 10, 15]), overtaking=True) == {"big": 2035, "small": 2026}
    assert served(queue, room(A=[10, 10, 14]), overtaking=True) == {"big": None, "small": 2026}


def test_a_request_is_served_only_where_it_fits_for_good():
    """20 MW of room in 2026, 5 in 2030 (load grows), 30 in 2035: 8 MW wait for 2035."""
    turns = simulate([ask("q", 8, date="2024-02-01")], room(A=[20, 5, 30]), YEARS)
    assert (turns["q"].served, turns["q"].waited, turns["q"].blocked_by) == (2035, 11, "A")


def test_what_is_served_stays_taken():
    """10 MW in 2026; another 10, asked in 2028, find 15 − 10 in 2030 and 25 − 10 in 2035."""
    queue = [ask("a", 10, date="2024-01-01"), ask("b", 10, date="2028-06-01")]
    turns = simulate(queue, room(A=[10, 15, 25]), YEARS)
    assert (turns["a"].served, turns["a"].waited, turns["a"].blocked_by) == (2026, 2, "")
    assert (turns["b"].served, turns["b"].waited, turns["b"].blocked_by) == (2035, 7, "A")


def test_nobody_is_served_before_asking():
    assert served([ask("q", 1, date="2036-01-01")], room(A=[9, 9, 9])) == {"q": None}
    assert served([ask("q", 1, date="2030-12-31")], room(A=[9, 9, 9])) == {"q": 2030}


def test_directions_do_not_mix():
    queue = [ask("d", 10), ask("f", 5, direction="feedin"), ask("g", 5, direction="feedin")]
    assert served(queue, room(A=[10, 10, 10])) == {"d": 2026, "f": 2026, "g": None}


def test_a_request_spread_over_stations_needs_room_at_each():
    """20 MW over A and B: 10 at each; B has 5 until 2030. Meanwhile its 10 MW at A are set aside: of 25 at A
    15 are left, so 15 fit and 16 do not.
    """
    queue = [ask("zone", 20, at=("A", "B"), date="2020-01-01"), ask("a", 15, date="2021-01-01")]
    turns = simulate(queue, room(A=[25, 25, 25], B=[5, 10, 10]), YEARS)
    assert (turns["zone"].served, turns["zone"].blocked_by) == (2030, "B")
    assert turns["a"].served == 2026
    queue[1] = ask("a", 16, date="2021-01-01")
    assert served(queue, room(A=[25, 25, 25], B=[5, 10, 10])) == {"zone": 2030, "a": None}


def test_stations_above_are_charged():
    """P carries c and d, 30 MW: 20 at c and 20 at d do not both fit until P has 40 in 2035."""
    queue = [
        ask("c", 20, at=("c",), above=("P",), date="2020-01-01"),
        ask("d", 20, at=("d",), above=("P",), date="2021-01-01"),
    ]
    turns = simulate(queue, room(c=[99] * 3, d=[99] * 3, P=[30, 30, 40]), YEARS)
    assert (turns["c"].served, turns["d"].served, turns["d"].blocked_by) == (2026, 2035, "P")


def test_more_room_may_make_a_later_request_of_a_higher_class_wait():
    """The counterexample: the low class asks in 2024, the high one in 2029; 10 MW of room in 2030 only, then
    also in 2026. With it the low one is served at once, and the 10 MW are gone when the high one asks.
    """
    queue = [ask("low", 10, kind="2", date="2024-01-01"), ask("high", 10, kind="1", date="2029-01-01")]
    assert served(queue, room(A=[0, 10, 10])) == {"low": None, "high": 2030}
    assert served(queue, room(A=[10, 10, 10])) == {"low": 2026, "high": None}


@pytest.mark.parametrize("mw", [0, 5])
def test_a_station_without_a_limit_has_room_for_all(mw):
    assert served([ask("q", mw)], room(A=[np.inf] * 3)) == {"q": 2026}
    assert served([ask("q", mw)], room(A=[0] * 3)) == {"q": 2026 if not mw else None}
