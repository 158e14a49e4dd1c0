"""The same tables whoever does the searches: this process, others in any order, one or two of a cluster."""

from __future__ import annotations

import json
import pickle
import threading
from contextlib import nullcontext

import pytest

from gridplan.case import Case
from gridplan.cli import main
from gridplan.engine import Crew, Done, EngineError, crew
from gridplan.explain import policy_cost, unlock
from gridplan.explain.game import board
from gridplan.study import robust
from tests.explain.levers import cap, rules, tree, work
from tests.study.small import station_case
from tests.study.small import work as small

CAPS = [cap("a", "A", 30), cap("b", "B", 25), cap("c", "C", 20), cap("ab", "A", 40)]
SITES = {"A": (1.0, 60.0), "B": (1.4, 50.0), "C": (1.9, 70.0), "D": (2.6, 100.0)}


class Others:
    """Stands for other processes: pieces pickle, and the last one ends first."""

    link = ""

    def __init__(self, stops: int | None = None, fails: bool = False) -> None:
        self.stops, self.fails, self.waves = stops, fails, []

    def run(self, work, tasks, stop=None):
        some = list(tasks)[::-1]
        self.waves.append(len(some))
        for task in some:
            if stop is not None and (stop.is_set() or self.stops == 0):
                stop.set()
                return
            self.stops = None if self.stops is None else self.stops - 1
            if self.fails:
                yield Done(task.name, None, "ValueError: no such thing")
            else:
                yield Done(task.name, work(*pickle.loads(pickle.dumps(task.arguments))))


@pytest.fixture
def others(monkeypatch):
    """Puts other processes in the place of those that a study would start."""

    def put(found: Others) -> Others:
        monkeypatch.setattr(crew, "engine", lambda *_: nullcontext(found))
        board._boards.clear()
        return found

    return put


def wide() -> Case:
    """Two reinforcements at each of two stations below a full corridor, which one of its own widens."""
    works = [work("C", 70, 20), work("S", 40, 9), work("T", 35, 8)]
    works += [work("S", 15, 4, reinforcement="S2"), work("T", 20, 5, reinforcement="T2")]
    return tree({"C": 60, "S": 30, "T": 40}, {"S": 90.0, "T": 120.0}, works)


@pytest.fixture(scope="module")
def unlocked():
    return unlock(wide(), pairs=True, threads=1)


@pytest.fixture(scope="module")
def costs():
    return policy_cost(rules(CAPS, SITES, 150.0), price=5.0, threads=1)


def same(one, other) -> bool:
    """Whether two studies have the same tables, with as many searches."""
    assert one.searches == other.searches
    return all(one.tables[name].equals(table) for name, table in other.tables.items())


def test_pieces_that_end_in_another_order_change_nothing(unlocked, costs, others):
    first = others(Others())
    assert same(unlock(wide(), pairs=True, workers=2), unlocked)
    assert max(first.waves) > 1
    second = others(Others())
    assert same(policy_cost(rules(CAPS, SITES, 150.0), price=5.0, workers=2), costs)
    assert max(second.waves) > 1


def test_sampled_orders_too(others):
    case = rules(CAPS, SITES, 150.0)
    here = policy_cost(case, price=5.0, exact_up_to=1, samples=6, threads=1)
    others(Others())
    assert here.orders == 6
    assert same(policy_cost(case, price=5.0, exact_up_to=1, samples=6, workers=2), here)


def test_one_and_two_processes_of_a_cluster(unlocked, costs, tmp_path, capsys):
    distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'gridplan[study]'")
    wide().write(tmp_path / "mine")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        memory_limit="4GB",
        silence_logs=50,
    ) as cluster:
        address = cluster.scheduler_address
        assert same(policy_cost(rules(CAPS, SITES, 150.0), price=5.0, scheduler=address), costs)
        cluster.scale(2)
        cluster.wait_for_workers(2)
        assert same(unlock(wide(), pairs=True, scheduler=address), unlocked)
        with pytest.raises(SystemExit) as end:
            main(["unlock", str(tmp_path / "mine"), "--pairs", "--json", "--scheduler", address])
    assert not end.value.code
    told = json.loads(capsys.readouterr().out)
    assert told["searches"] == unlocked.searches
    assert [row["extra_mw"] for row in told["pairs"]] == pytest.approx(list(unlocked.pairs["extra_mw"]))


def test_others_are_started_once_it_takes_long(unlocked, others, monkeypatch):
    pytest.importorskip("distributed", reason="needs Dask: pip install 'gridplan[study]'")
    found = others(Others())
    monkeypatch.setattr(crew, "cores", lambda: 4)
    assert same(unlock(wide(), pairs=True, workers=None), unlocked)
    assert not found.waves
    monkeypatch.setattr(crew, "PAYS_S", 0.0)
    assert same(unlock(wide(), pairs=True, workers=None), unlocked)
    assert found.waves
    monkeypatch.setattr(crew, "cores", lambda: 1)
    alone = others(Others())
    assert same(unlock(wide(), pairs=True, workers=None), unlocked)
    assert not alone.waves


def test_who_is_stopped_tells_what_was_known(unlocked, others):
    others(Others(stops=4))
    study = unlock(wide(), pairs=True, workers=2, interrupt=threading.Event())
    assert study.status == "interrupted" and not study.complete
    true = unlocked.pairs.set_index(["first", "second"])["extra_mw"]
    for row in study.pairs.to_dict("records"):
        assert abs(true[row["first"], row["second"]] - row["extra_mw"]) <= row["within_mw"] + 0.02


def test_a_piece_that_fails_is_named(others):
    others(Others(fails=True))
    with pytest.raises(EngineError, match="a piece of the study failed: ValueError: no such thing"):
        unlock(wide(), workers=2)


def test_a_piece_has_one_thread_where_others_take_part():
    assert [Crew(workers).threads(None) for workers in (0, 1, None)] == [None, 1, 1]
    assert Crew(0, "tcp://127.0.0.1:1").threads(None) == 1
    assert [Crew(workers).threads(3) for workers in (0, 2)] == [3, 3]


def test_scenarios_by_themselves_are_pieces_too(others):
    case = station_case({2030: 50.0}, [small("A", 80, 40), small("B", 80, 50)])
    futures = {"low": "base", "mid": {"demands.d_A.peak_mw": 120}, "high": {"demands.d_A.peak_mw": 200}}
    here = robust(case, futures, threads=1)
    found = others(Others())
    away = robust(case, futures, workers=2)
    assert found.waves[:2] == [3, 3]  # alone, and what is best for the others in each
    for name in ("costs", "criteria", "reinforcements", "decisions"):
        assert getattr(away, name).equals(getattr(here, name)), name
    assert list(away.plans) == list(here.plans) and all(p.certificate.ok for p in away.plans.values())
