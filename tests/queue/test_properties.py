"""What holds for every queue: order, capacity, conservation, and more room for those who have all asked."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.plan.queue import Request, simulate

YEARS = (2026, 2030, 2035)
STATIONS = ("A", "B", "P")  # P carries A and B
QUICK = settings(max_examples=60, deadline=None, derandomize=True)
TINY = 1e-4


@st.composite
def requests(draw, latest=2036):
    """Up to eight requests at A, at B, or spread over both."""
    found = []
    for k in range(draw(st.integers(0, 8))):
        at = draw(st.sampled_from(({"A": 1.0}, {"B": 1.0}, {"A": 0.25, "B": 0.75})))
        year = draw(st.none() | st.integers(2015, latest))
        found.append(
            Request(
                f"q{k}",
                draw(st.sampled_from(("demand", "feedin"))),
                draw(st.sampled_from(("1", "2", "rest", ""))),
                "" if year is None else f"{year}-07-01",
                float(draw(st.integers(0, 12))),
                at,
                at | {"P": 1.0},
            )
        )
    return found


MW = st.integers(0, 40).map(float) | st.just(np.inf)
ROOM = st.fixed_dictionaries(
    {(n, d): st.lists(MW, min_size=3, max_size=3) for n in STATIONS for d in ("demand", "feedin")}
).map(lambda found: {key: np.array(mw) for key, mw in found.items()})


def taken(queue, turns, station, direction, year):
    """MW served through a station by a stage."""
    done = (q for q in queue if q.direction == direction and (turns[q.name].served or 9999) <= year)
    return sum(q.mw * q.passes.get(station, 0.0) for q in done)


@given(requests(), ROOM, st.booleans())
@QUICK
def test_capacity_is_never_passed_and_nothing_is_lost(queue, room, overtaking):
    turns = simulate(queue, room, YEARS, overtaking)
    assert set(turns) == {q.name for q in queue}
    for (station, direction), mw in room.items():
        for k, year in enumerate(YEARS):
            assert taken(queue, turns, station, direction, year) <= mw[k] + TINY
    for q in queue:
        turn = turns[q.name]
        assert turn.served is None or (turn.served >= (q.year or 0) and turn.waited >= 0)
        assert (turn.served is None) == np.isnan(turn.waited)


@given(requests(), ROOM)
@QUICK
def test_who_goes_first_at_a_place_is_served_first(queue, room):
    turns = simulate(queue, room, YEARS)
    for q in queue:
        for ahead in queue:
            same = ahead.direction == q.direction and ahead.stations == q.stations and ahead.mw and q.mw
            asked = turns[q.name].served is not None and (ahead.year or 0) <= turns[q.name].served
            if same and asked and ahead.order < q.order:
                assert (turns[ahead.name].served or 9999) <= turns[q.name].served


@given(requests(latest=2026), ROOM, ROOM)
@QUICK
def test_more_room_makes_nobody_later_once_all_have_asked(queue, room, more):
    """Nobody asks after the first stage; later requests of a higher class are the exception (by hand)."""
    before = simulate(queue, room, YEARS)
    after = simulate(queue, {key: mw + more[key] for key, mw in room.items()}, YEARS)
    for q in queue:
        assert (after[q.name].served or 9999) <= (before[q.name].served or 9999)


@given(requests(), ROOM)
@QUICK
def test_a_queue_does_not_depend_on_the_order_of_its_rows(queue, room):
    assert {n: t.served for n, t in simulate(queue, room, YEARS).items()} == {
        n: t.served for n, t in simulate(queue[::-1], room, YEARS).items()
    }
