"""Rows and cuts that tighten heat networks: on small random networks no set of links has another optimum.

A limit on the links that may be laid is a network of its own, so all subsets of six links are compared: what
the tightened program says of each is what the plain one says.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from gridplan.case import Case
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.network import Network
from gridplan.solve import lean
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options, Search
from gridplan.solve.lexicographic import objectives, optimise
from gridplan.solve.progress import Silent
from gridplan.solve.status import SolveStatus
from gridplan.solve.trees import tighten
from gridplan.solve.trees.close import closed
from gridplan.solve.trees.design import design
from tests.model.cases import make

OPTIONS = Options(gap=0.0, time_limit_s=60.0, threads=1)
KINDS = ("tree", "pipes", "opened", "seasons")
LINKS = 6


def network(kind: str, seed: int) -> Case:
    """Three sinks and two junctions around one source (`tree`, `opened`) or two of fixed cost."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    sources = 1 if kind in ("tree", "opened") else 2
    nodes = [f"h{k}" for k in range(sources)] + ["s0", "s1", "s2", "j0", "j1"][: 6 - sources]
    ends = [(nodes[int(rng.integers(0, k))], nodes[k]) for k in range(1, len(nodes))]
    while len(ends) < LINKS:
        a, b = rng.choice(len(nodes), 2, replace=False)
        ends.append((nodes[a], nodes[b]))
    must = kind == "tree" or rng.random(3) < 0.5
    pipes = [{"pipe": "small", "capacity_mw": 5, "capex_meur_per_km": 0.6, "loss_kw_per_km": 30}]
    pipes += [{"pipe": "large", "capacity_mw": 12, "capex_meur_per_km": 1, "pump_kw_per_km": 2}]
    one = [{"pipe": "pipe", "capacity_mw": 99, "capex_meur_per_km": 1}]
    cost: dict[str, Any] = {"length_km": 0} if kind == "opened" else {}

    def link(k: int) -> dict[str, Any]:
        size = float(rng.integers(1, 9))
        own = {"fixed_meur": size, "capex_meur_per_mw": 0.1} if kind == "opened" else {"length_km": size}
        return {"link": f"l{k}", "from": ends[k][0], "to": ends[k][1], **cost, **own}

    tables = {
        "zones": [{"zone": "z"}],
        "heat_sources": [
            {"source": f"h{k}", "zone": "z", "capacity_mw": 20, "cost_eur_per_mwh": 5 * k, "fixed_meur": once}
            for k, once in enumerate(rng.choice([0.0, 3.0], sources))
        ],
        "heat_sinks": [
            {
                "sink": f"s{k}", "zone": "z", "peak_mw": float(rng.integers(1, 5)),
                "must_connect": bool(flag), "alternative_eur_per_mwh": 30,
                "profile": f"p{k}" if kind == "seasons" else None,
            }
            for k, flag in enumerate(np.broadcast_to(must, 3))
        ],
        "junctions": [{"junction": v, "zone": "z"} for v in nodes if v[0] == "j"],
        "heat_links": [link(k) for k in range(LINKS)],
        "pipe_types": {"tree": one, "opened": []}.get(kind, pipes),
    }  # fmt: skip
    goal = "capex_meur" if kind == "tree" else "total_cost_meur"
    settings: dict[str, Any] = {"objective": {"minimise": [goal]}, "time": {"energy_days": 1}}
    return make(tables, settings, seasons() if kind == "seasons" else None)


def seasons() -> pd.DataFrame:
    """Each sink wants most at another time, so heat may pass a link both ways over a year."""
    hour = np.arange(8760)
    waves = {f"p{k}": 0.5 + 0.5 * np.cos((hour % 24) / 24 * 2 * np.pi + 2.1 * k) for k in range(3)}
    return pd.DataFrame({"hour": hour, **waves})


def compiled(case: Case) -> Compiled:
    return compile_program(build(case, typical(case, whole_days=False), Network(case)))


def rows(c: Compiled, *starts: str) -> np.ndarray:
    """Whether each row belongs to a constraint whose name starts so."""
    return np.array([row.parent_component().name.startswith(starts) for row in c.rows])


def plain(c: Compiled) -> Compiled:
    """Without the rows that tighten; what a pipe holds in place of what is of use of it."""
    heat, matrix = c.program.model.heat, c.matrix.tolil()
    for k in np.flatnonzero(rows(c, "heat.pipe_useful")):
        n, y, _ = c.rows[k].index()
        for pipe in heat.PIPE:
            matrix[k, c.position[id(heat.pipe[n, pipe, y])]] = -heat.size[n, pipe]
    keep = np.flatnonzero(~rows(c, "heat.way", "heat.serves"))
    return replace(
        c, matrix=sparse.csc_array(matrix.tocsr()[keep]),
        row_lower=c.row_lower[keep], row_upper=c.row_upper[keep],
        rows=[c.rows[k] for k in keep],
    )  # fmt: skip


def optimum(c: Compiled, closed_links: tuple[str, ...] = ()) -> float | None:
    """Optimum without some links; None where there is no plan."""
    upper = c.upper.copy()
    for k, column in enumerate(c.columns):
        if column.parent_component().name in ("heat.pipe", "heat.open") and column.index()[0] in closed_links:
            upper[k] = 0.0
    search = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, upper), c.integer)
    goal = objectives(c)[-1]
    search.minimise(goal.cost, goal.constant)
    outcome = search.run(OPTIONS)
    assert outcome.status in (SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE)
    return outcome.value


def subsets() -> list[tuple[str, ...]]:
    return [tuple(f"l{k}" for k in range(LINKS) if out[k]) for out in product((0, 1), repeat=LINKS)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_the_way_of_heat_cut_off_no_optimum(kind, seed):
    full = compiled(network(kind, seed))
    bare = plain(full)
    assert rows(full, "heat.way").any() and len(bare.rows) < len(full.rows)
    found = [(optimum(full, out), optimum(bare, out)) for out in subsets()]
    assert any(weak is not None for _, weak in found)
    same(found)


def same(found: list[tuple[float | None, float | None]]) -> None:
    for strong, weak in found:
        assert (strong is None) == (weak is None)
        assert weak is None or strong == pytest.approx(weak, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(("kind", "seed"), [("tree", 0), ("tree", 1), ("tree", 2), ("opened", 1)])
def test_cuts_found_before_the_search_cut_off_no_optimum(kind, seed):
    """All cuts and rows "in through another arc" that `trees` finds."""
    full = compiled(network(kind, seed))
    goal = objectives(full)[0]
    found = design(full, goal.cost, goal.constant)
    assert found is not None
    result = closed(found.graph, found.step, 10.0, lambda: False)
    every = np.ones(len(result.keep), bool)
    cut = tighten._with_rows(full, found, result, every)
    assert result.cuts and cut.matrix.shape[0] > full.matrix.shape[0]
    bare = plain(full)
    best = optimum(bare)
    assert best is not None and result.bound + found.base <= best + 1e-6
    same([(optimum(cut, out), optimum(bare, out)) for out in subsets()])


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind in ("tree", "opened") for seed in range(4)])
def test_what_is_left_out_is_in_no_better_plan(monkeypatch, kind, seed):
    """With `trees` at work however small the case, the optimum is that of the plain program."""
    monkeypatch.setattr(tighten, "WORTH", 1)
    full = compiled(network(kind, seed))
    answer = optimise(full, OPTIONS, Silent())
    goal = objectives(full)[0]
    if answer.x is None:
        assert optimum(plain(full)) is None
    else:
        assert answer.status == SolveStatus.OPTIMAL
        assert goal.of(answer.x) == pytest.approx(optimum(plain(full)), rel=1e-7)


def warehouses(seed: int) -> Case:
    """Four sources of fixed cost and capacity, five sinks that must connect, links that cost by the MW."""
    rng = np.random.default_rng(seed)
    wants = rng.integers(1, 6, 5).astype(float)
    return make(
        {
            "zones": [{"zone": "z"}],
            "heat_sources": [
                {"source": f"h{i}", "zone": "z", "capacity_mw": 8, "fixed_meur": float(rng.integers(3, 20))}
                for i in range(4)
            ],
            "heat_sinks": [
                {"sink": f"s{j}", "zone": "z", "peak_mw": mw, "must_connect": True}
                for j, mw in enumerate(wants)
            ],
            "heat_links": [
                {
                    "link": f"h{i}s{j}", "from": f"h{i}", "to": f"s{j}", "one_way": True,
                    "capex_meur_per_mw": float(rng.integers(1, 10)),
                }
                for i in range(4)
                for j in range(5)
            ],
        },
        {"objective": {"minimise": ["capex_meur"]}},
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_wait_in_a_pool_and_capacity_paid_by_flow_change_no_optimum(monkeypatch, seed):
    """Against all 16 sets of open sources, each a linear program without the rows."""
    full = compiled(warehouses(seed))
    goal = objectives(full)[0]
    bare = plain(full)
    assert rows(full, "heat.serves").sum() == 20 and len(bare.rows) == len(full.rows) - 20
    best = []
    running = [k for k, column in enumerate(full.columns) if column.parent_component().name == "heat.running"]
    assert len(running) == 4
    for opened in product((0.0, 1.0), repeat=4):
        values = []
        for c in (full, bare):
            lower, upper = c.lower.copy(), c.upper.copy()
            lower[running] = upper[running] = opened
            values.append(optimum(replace(c, lower=lower, upper=upper)))
        same([(values[0], values[1])])
        best += [] if values[1] is None else [values[1]]
    assert lean.lean(full, [goal.cost]) is None
    monkeypatch.setattr(lean, "MANY", 1)
    slim = lean.lean(full, [goal.cost])
    assert slim is not None and len(slim.paid) == 20 and slim.pool.matrix.shape[0] == 20
    answer = optimise(full, OPTIONS, Silent(), own=False)
    assert answer.x is not None
    assert goal.of(answer.x) == pytest.approx(min(best), rel=1e-7)
    activity = full.matrix @ answer.x
    assert (activity <= full.row_upper + 1e-6).all() and (activity >= full.row_lower - 1e-6).all()
