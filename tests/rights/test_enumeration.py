"""Random small cases against a linear program written out over all hours, with other code."""

import numpy as np
import pytest
from scipy.optimize import linprog

from tests.model.cases import near
from tests.rights.small import case_of, hall, place, verified

LEVELS = (0.3, 0.5, 0.7, 0.9, 1.0)
HOUR = np.arange(8760)


def shape(rng):
    """A profile of 30 values, by four hours of the day and 73 days of the year; its largest is 1."""
    values = rng.choice(LEVELS, (6, 5))
    values[rng.integers(6), rng.integers(5)] = 1.0
    return values[HOUR % 24 // 4, HOUR // 24 // 73]


def drawn(seed):
    """Station B hangs on A; two sites at B, which may share a contract, and one at A. Some rights."""
    rng = np.random.default_rng(seed)
    profiles = {name: shape(rng) for name in ("base", "other", "p", "q")}
    first, until = (int(v) for v in rng.choice(np.arange(0, 24), 2, replace=False))
    rights = [
        {"right": "firm", "max_share": float(rng.choice([0.3, 1.0]))},
        {"right": "tdtr85", "limited_hours": int(rng.choice([300, 1314, 2500]))},
        {"right": "block", "block_from_hour": first, "block_until_hour": until or 24, "max_share": 0.5}
        | {"limited_hours": int(rng.choice([0, 900]))},
        {"right": "non_firm", "limited_hours": int(rng.choice([2000, 8760])), "max_share": 0.2},
        {"right": "group", "max_share": 0.6},
    ]
    keep = sorted({1, *rng.choice(5, 3, replace=False).tolist()})
    return {
        "profiles": profiles,
        "rights": [rights[k] for k in keep],
        "limits": {"A": float(rng.uniform(76, 120)), "B": float(rng.uniform(31, 60))},
        "loads": {"A": 45.0, "B": 30.0},
        "group": float(rng.uniform(5, 20)),
        "sites": {"s1": ("A", "p"), "s2": ("B", "p"), "s3": ("B", "q")},
        "wanted": 60.0,
    }


def case(d):
    parts = [place("A", d["limits"]["A"], d["loads"]["A"], "base")]
    parts.append(place("B", d["limits"]["B"], d["loads"]["B"], "other", limited_by="A"))
    for name, (at, profile) in d["sites"].items():
        parts.append(hall(at, d["wanted"], name, profile=profile, group="" if name == "s1" else "g"))
    parts.append({"transport_groups": [{"group": "g", "max_mw": d["group"], "substation": "A"}]})
    goals = ("shortfall_mw", "demand_curtailed_gwh")
    return case_of(d["rights"], *parts, profiles=d["profiles"], minimise=goals)


def hours(d):
    """W, G and load by hour: {(site, right): (W, G)}, {station: MW}."""
    base = {n: d["loads"][n] * d["profiles"][p] for n, p in (("A", "base"), ("B", "other"))}
    through = {"A": base["A"] + base["B"], "B": base["B"]}
    found = {}
    for site, (at, _) in d["sites"].items():
        for row in d["rights"]:
            right, count = row["right"], row.get("limited_hours", 0)
            inside, sure = np.ones(8760), np.ones(8760)
            if right == "block":
                a, b = row["block_from_hour"], row["block_until_hour"]
                day = HOUR % 24
                inside = ((day >= a) & (day < b) if a < b else (day >= a) | (day < b)) * 1.0
            if right == "non_firm" and count == 8760:
                sure[:] = 0
            elif right not in ("firm", "group") and count:
                sure[sorted(range(8760), key=lambda t: (-through[at][t], t))[:count]] = 0
            if not (right == "group" and site == "s1"):
                found[site, right] = (inside, sure * inside)
    return found, through


def program(d):
    """Distinct hours, and the rows of the program: variables x, then cut by hour and right."""
    held, through = hours(d)
    keys = list(held)
    table = np.column_stack(
        [through["A"], through["B"]]
        + [d["profiles"][d["sites"][s][1]] for s, _ in keys]
        + [held[k][0] for k in keys]
        + [held[k][1] for k in keys]
    )
    kinds, count = np.unique(table, axis=0, return_counts=True)
    k, n = len(keys), len(kinds)
    rows, right = [], []

    def row(x, cut, bound):
        rows.append(np.concatenate([x, *cut]))
        right.append(bound)

    none = np.zeros(k)
    for u, kind in enumerate(kinds):
        a, w, g = kind[2 : 2 + k], kind[2 + k : 2 + 2 * k], kind[2 + 2 * k :]
        group = np.array([r == "group" for _, r in keys])
        counted = np.where(group, a, np.where(g > 0, 1.0, a * w))
        for station, mw in zip("AB", kind[:2], strict=True):
            inside = np.array([station == "A" or d["sites"][s][0] == "B" for s, _ in keys]) * 1.0
            row(counted * inside, [-inside if v == u else none for v in range(n)], d["limits"][station] - mw)
        row(np.where(group, a, 0.0), [none] * n, d["group"])
        for i in range(k):
            unit = np.eye(k)[i]
            row(-unit * a * w * (1 - g) * ~group, [unit if v == u else none for v in range(n)], 0.0)
    share = {r["right"]: r.get("max_share", 1.0) for r in d["rights"]}
    for i, (s, r) in enumerate(keys):
        row(np.eye(k)[i] - share[r] * np.array([q == s for q, _ in keys]), [none] * n, 0.0)
    for s in d["sites"]:
        row(np.array([q == s for q, _ in keys]) * 1.0, [none] * n, d["wanted"])
    return keys, kinds, count, np.array(rows), np.array(right)


@pytest.mark.parametrize("seed", range(4))
def test_as_much_is_sited_and_as_little_is_off(seed):
    """The MW that are sited are those of the program over all hours; given them, so is what is off."""
    d = drawn(seed)
    keys, kinds, count, rows, right = program(d)
    k, n = len(keys), len(kinds)
    goal = np.concatenate([-np.ones(k), np.zeros(k * n)])
    best = linprog(goal, rows, right)
    assert best.status == 0
    plan = verified(case(d).solve())
    table = plan.datacenters
    assert table["it_mw"].sum() == near(-best.fun)
    it = {(s, r): mw for s, r, mw in table[["site", "right", "it_mw"]].itertuples(index=False)}
    x = np.array([it[key] for key in keys])
    box = [*((max(v - 1e-6, 0.0), v) for v in x), *([(0, None)] * (k * n))]
    least = linprog(
        np.concatenate([np.zeros(k), *(c * np.ones(k) for c in count)]), rows, right + 1e-5, bounds=box
    )
    assert least.status == 0
    a, w = kinds[:, 2 : 2 + k], kinds[:, 2 + k : 2 + 2 * k]
    shut = float((count[:, None] * a * (1 - w) * x).sum())
    assert plan.table("rights")["curtailed_mwh"].sum() - shut == pytest.approx(least.fun, rel=1e-3, abs=1.0)
