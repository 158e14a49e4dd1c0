"""Small cases of stations, branches, demands, supplies and storages with names that hurt, by hypothesis."""

import pandas as pd
from hypothesis import strategies as st

from gridplan.case import CaseError, case_from_tables
from gridplan.case.cells import FORBIDDEN_IN_IDS

NASTY = [
    "A",
    "A mv",
    "A takes",
    "A transformers",
    "a",
    "007",
    "NA",
    "nan",
    "1e5",
    "&<'>",
    "x #2",
    "x",
    "é à",
    "A at B",
]
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
ids = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=6).map(str.strip),
).filter(lambda text: text and not FORBIDDEN_IN_IDS.search(text) and not text.startswith("="))
mw = st.one_of(st.sampled_from([0.0, 1e-3, 7.5]), st.floats(0, 1e5, allow_subnormal=False))
some = st.one_of(st.none(), mw)
room = st.one_of(st.none(), st.floats(1, 1e5))
degrees = st.one_of(st.none(), st.tuples(st.floats(50, 54), st.floats(3, 8)))
anywhere = st.one_of(degrees, st.tuples(st.floats(-90, 90), st.floats(-180, 180)))


def lists(least, most):
    """Different ids."""
    return st.lists(ids, min_size=least, max_size=most, unique=True)


@st.composite
def cases(draw, places=degrees):
    """A case in one hour and two years; draws that the checks of a case refuse are rejected."""
    stations, zones = draw(lists(1, 4)), draw(lists(0, 2))
    zones = [zone for zone in zones if zone not in stations]
    tables = {"substations": [_station(draw, name, places) for name in stations]}
    tables["zones"] = [{"zone": zone, "name": draw(words), **_place(draw, places)} for zone in zones]
    tables["service_areas"] = []
    for zone in zones:
        share = draw(st.sampled_from([1.0, 0.75]))
        feeds = [(stations[0], share), *([(stations[-1], 1 - share)] if share < 1 else [])]
        if len(stations) == 1:
            feeds = [(stations[0], 1.0)]
        tables["service_areas"] += [{"zone": zone, "substation": s, "share": part} for s, part in feeds]
    tables["branches"] = [_branch(draw, name, stations) for name in draw(lists(0, 4)) if len(stations) > 1]
    tables["demands"] = []
    for name in draw(lists(0, 3)):
        row = {"demand": name} | _at(draw, stations, zones)
        tables["demands"] += [row | {"year": y, "peak_mw": draw(mw)} for y in (2030, 2040)]
    grid = {"supply": "above", "substation": stations[0], "technology": "grid_supply", "side": "hv"}
    tables["supplies"] = [grid, *(_supply(draw, name, stations, zones) for name in draw(lists(0, 3)))]
    tables["storages"] = [_storage(draw, name, stations, zones) for name in draw(lists(0, 1))]
    settings = {
        "case": {"name": "drawn", "title": draw(words), "power_factor": draw(st.sampled_from([1.0, 0.95]))},
        "horizon": {"years": [2030, 2040]},
        "objective": {"minimise": ["total_cost_meur"]},
    }
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    try:
        return case_from_tables(settings, frames)
    except CaseError:
        from hypothesis import reject

        reject()


def _place(draw, places):
    found = draw(places)
    return {} if found is None else {"lat": found[0], "lon": found[1]}


def _station(draw, name, places):
    row = {"substation": name, "name": draw(words), "kv": draw(st.sampled_from([None, 150.0, 10.5]))}
    row |= _place(draw, places)
    row |= {"firm_demand_mva": draw(room), "firm_feedin_mva": draw(room), "note": draw(words)}
    if draw(st.booleans()):
        row |= {"transformers": draw(st.integers(1, 3)), "transformer_mva": draw(st.floats(1, 500))}
    return row


def _branch(draw, name, stations):
    one, other = draw(st.permutations(stations))[:2]
    row = {"branch": name, "from": one, "to": other, "kind": draw(st.sampled_from(["line", "cable"]))}
    row |= {"circuits": draw(st.integers(0, 3)), "circuit_mva": draw(some), "x_pu": draw(st.floats(1e-4, 1))}
    return row | {"length_km": draw(mw), "in_service": draw(st.booleans())}


def _at(draw, stations, zones):
    if zones and draw(st.booleans()):
        return {"zone": zones[0]}
    return {"substation": draw(st.sampled_from(stations)), "side": draw(st.sampled_from(["mv", "hv"]))}


def _supply(draw, name, stations, zones):
    row = {"supply": name, "technology": draw(st.sampled_from(["pv", "chp", "grid_supply"]))}
    row |= _at(draw, stations, zones) | {"capacity_mw": draw(some)}
    return row | {"cost_eur_per_mwh": draw(mw), "cost_eur_per_mw2h": draw(st.sampled_from([0.0, 0.5]))}


def _storage(draw, name, stations, zones):
    row = {"storage": name, "power_mw": draw(mw), "energy_mwh": draw(mw)}
    return row | _at(draw, stations, zones) | {"efficiency": draw(st.floats(0.01, 1))}
