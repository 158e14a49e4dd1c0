"""On random small cases: a demand (or supply) of x added to the case fits, and a little more does not."""

import numpy as np
import pandas as pd
import pytest

from gridplan.explain.built import built_of, with_limits, with_places
from gridplan.explain.headroom import headroom
from gridplan.explain.probe import CAP_MW
from gridplan.network import Network
from gridplan.solve.checker import Checker
from gridplan.solve.hourly import CLEAR
from gridplan.solve.progress import Silent
from tests.invariants.random_cases import random_case

STEP = 0.05  # MW more that must not fit


def checked(case, built, place, year, direction, mw):
    """MW that do not fit, over all hours (and outages) of a stage, with mw more at a place."""
    case = with_places(case)
    if direction == "demand":
        table, new = case.table("demands"), {"demand": "extra", "peak_mw": mw, "critical": True}
    else:
        table, new = case.table("supplies"), {"supply": "extra", "capacity_mw": mw, "technology": "must"}
        new |= {"cost_eur_per_mwh": 0.0, "co2_kg_per_mwh": 0.0, "max_new_mw": 0.0, "capex_meur_per_mw": 0.0}
        new |= {"profile": "flat", "curtailable": False}
    new |= {"substation": place, "zone": "", "side": "mv", "year": case.years[0]}
    blank = {c: "" if pd.api.types.is_string_dtype(kind) else None for c, kind in table.dtypes.items()}
    rows = blank | {name: value for name, value in new.items() if name in blank}
    frame = pd.DataFrame([{k: v for k, v in rows.items() if k in table.columns}]).astype(
        table.dtypes.to_dict()
    )
    frames = {name: case.tables[name] for name in case.tables}
    frames["demands" if direction == "demand" else "supplies"] = pd.concat([table, frame], ignore_index=True)
    from dataclasses import replace

    from gridplan.case.frozen import Frames

    content = case.content
    if direction == "feedin":
        profiles = pd.DataFrame({"hour": range(8760)}) if case.profiles is None else case.profiles
        content = replace(content, profiles=profiles.assign(flat=1.0))
    bigger = replace(case, tables=Frames(frames), content=content)
    network = Network(bigger)
    names = () if bigger.profiles is None else tuple(c for c in bigger.profiles.columns if c != "hour")
    checker = Checker(bigger, network, names)
    checker.programs = {year: checker.programs[year]}
    check = checker.check(with_limits(bigger, network, built), Silent())
    return check.worst


@pytest.mark.parametrize("security", ["n-0", "n-1"])
@pytest.mark.parametrize("seed", [1, 3])
def test_x_fits_and_more_does_not(seed, security):
    case = random_case(seed)
    if case.has("storages") or case.has("heat_storages"):
        pytest.skip("days are looked at elsewhere")
    case = case.what_if({"physics.security": security, "solver.threads": 1, "solver.time_limit_s": 20})
    plan = case.solve()
    if not plan.has_plan or plan.summary["security"]["violated"]:
        pytest.skip("no plan that fits")
    built = built_of(plan)
    rng = np.random.default_rng(seed)
    year = int(rng.choice(case.years))
    stations = rng.choice(case.table("substations")["substation"], 2, replace=False).tolist()
    table = headroom(plan, years=[year], places=stations)
    table = table[table["kind"] == "station"]
    assert table["exact"].all()
    for row in table.to_dict("records"):
        mw = row["headroom_mw"]
        args = (case, built, row["place"], year, row["direction"])
        if row["limited_by"] == "no limit found":
            assert mw == pytest.approx(CAP_MW)
            continue
        if mw > 2 * STEP:
            assert checked(*args, mw - 2e-3) <= CLEAR, row
        assert checked(*args, mw + STEP) > CLEAR, row
