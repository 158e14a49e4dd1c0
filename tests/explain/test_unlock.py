"""What reinforcements unlock: FIELD.md F3 by hand, and random trees against enumeration.

Corridor C has no room left and feeds S (none left) and T (30 MW left); each reinforcement adds 100 MW. S
alone gives 0 MW (the corridor is full), C alone 30 MW (what T can take), both 100 MW: interaction 70.
"""

import json
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest

from gridplan.cli import main
from gridplan.explain import unlock
from tests.explain.levers import FLAT, corridor, served, tree, work
from tests.model.cases import demand, make, near, pick, station


@pytest.fixture(scope="module")
def found():
    return unlock(corridor(), pairs=True)


def test_corridor_and_station(found):
    assert pick(found.singles, "extra_mw", reinforcement="S") == 0
    assert pick(found.singles, "extra_mw", reinforcement="C") == near(30)
    assert pick(found.singles, "mw_per_meur", reinforcement="C") == near(1.5)
    pair = found.pairs.iloc[0]
    assert (pair["extra_mw"], pair["interaction_mw"], pair["capex_meur"]) == (near(100), near(70), near(30))
    assert pair["only_together"] == "S" and pair["owners"] == "TSO + DSO" and pair["exact"]
    assert found.complete and found.reference.upper == near(400)


def test_it_says_so_in_both_languages(found):
    english, dutch = "\n".join(found.sentences("en")), "\n".join(found.sentences("nl"))
    assert "Only together: S unlocks nothing alone; with C it is 100 MW, where C alone gives 30." in english
    assert "(C; TSO, from 2030) alone unlocks 30 MW for 20.0 M€: 1.50 MW per M€" in english
    assert "Alleen samen: S ontsluit alleen niets; met C is het 100 MW" in dutch and "70 MW meer" in dutch


def test_the_picture_and_the_files(found, tmp_path):
    found.save(tmp_path / "out", "nl")
    drawn = pd.read_csv(tmp_path / "out/unlock_picture.csv")
    assert dict(zip(drawn["part"], drawn["mw"], strict=True)) == {
        "alone": near(30), "sum": near(30), "only_together": near(70),
    }  # fmt: skip
    bars = {p.get_gid(): p.get_width() for p in found.plot().patches if p.get_gid()}
    assert bars == {"alone": near(30), "sum": near(30), "only_together": near(70)}
    told = json.loads((tmp_path / "out/unlock.json").read_text())
    assert told["pairs"][0]["interaction_mw"] == near(70) and told["complete"]
    assert pd.read_csv(tmp_path / "out/unlock_pairs.csv")["only_together"].tolist() == ["S"]
    assert (tmp_path / "out/unlock_picture.png").stat().st_size > 10_000


@pytest.mark.parametrize("seed", range(5))
def test_random_trees_equal_enumeration(seed):
    draw = np.random.default_rng(seed)
    limits = {n: float(v) for n, v in zip("CST", draw.integers(10, 80, 3), strict=True)}
    loads = {n: float(v) for n, v in zip("ST", draw.integers(10, 120, 2), strict=True)}
    adds = {n: float(v) for n, v in zip("CST", draw.integers(5, 60, 3), strict=True)}
    module, asked = float(draw.integers(3, 12)), float(draw.integers(10, 40))
    site = {"site": "dc", "substation": "S", "class": "colo", "module_it_mw": module}
    programme = {"class": "colo", "region": "all", "year": 2030, "it_mw": asked}
    works = [work(n, mw, 5) for n, mw in adds.items()]
    case = tree(limits, loads, works, datacenters=[site], datacenter_demand=[programme])

    def most(built):
        return served(
            {n: mw + (adds[n] if n in built else 0) for n, mw in limits.items()}, loads, module, asked
        )

    study = unlock(case, pairs=True)
    assert study.reference.upper == near(sum(loads.values()) + asked - most(()))
    extra = {frozenset(c): most(c) - most(()) for size in (1, 2) for c in combinations("CST", size)}
    for row in study.singles.to_dict("records"):
        assert row["extra_mw"] == pytest.approx(extra[frozenset(row["reinforcement"])], abs=0.02)
    for row in study.pairs.to_dict("records"):
        a, b = row["first"], row["second"]
        assert row["extra_mw"] == pytest.approx(extra[frozenset((a, b))], abs=0.02)
        alone = extra[frozenset(a)] + extra[frozenset(b)]
        assert row["interaction_mw"] == pytest.approx(extra[frozenset((a, b))] - alone, abs=0.05)
    assert study.complete


def test_many_that_do_nothing_are_not_searched_one_by_one():
    """Twelve transformers at stations with room: one search answers them, and their 66 pairs."""
    spare = [f"X{k}" for k in range(12)]
    stations = [station("S", firm_demand_mva=20), *(station(n, firm_demand_mva=50) for n in spare)]
    demands = [demand("S", 60), *(demand(n, 10) for n in spare)]
    works = [work("S", 15, 3), *(work(n, 20, 3) for n in spare)]
    case = make({"substations": stations, "demands": demands, "reinforcements": works}, FLAT)
    study = unlock(case, pairs=True)
    assert pick(study.singles, "extra_mw", reinforcement="S") == near(15)
    assert len(study.pairs) == 78 and study.complete
    with_s = (study.pairs["first"] == "S") | (study.pairs["second"] == "S")
    assert study.pairs.loc[with_s, "extra_mw"].to_numpy() == near(np.full(12, 15.0))
    assert (study.pairs.loc[~with_s, "extra_mw"] == 0).all()
    assert study.searches + study.relaxations <= 8


def test_what_is_required_kept_late_or_counted_otherwise():
    """T needs C first; the plan kept already has C; L comes after the last stage."""
    works = [work("C", 100, 20), work("T", 10, 4, requires="C"), work("S", 5, 1, earliest_year=2040)]
    case = tree({"C": 40, "S": 20, "T": 50}, {"S": 20, "T": 220}, works)
    plain = unlock(case)
    assert pick(plain.singles, "extra_mw", reinforcement="T") == 0
    assert "after the last stage" in pick(plain.singles, "note", reinforcement="S")
    bundle = unlock(case, with_required=True)
    assert pick(bundle.singles, "extra_mw", reinforcement="T") == near(40)
    assert pick(bundle.singles, "capex_meur", reinforcement="T") == near(24)
    kept = case.what_if({"reinforcements.T.earliest_year": 2040}).solve()
    more = unlock(case, kept=kept)
    assert list(more.singles["reinforcement"]) == ["T", "C", "S"]
    assert pick(more.singles, "extra_mw", reinforcement="T") == near(10)


def test_years_are_counted_with_their_length():
    """10 MW short in each of two stages of 1 and 5 years: 60 MW·years; from 2031 on it can be built: 50."""
    rows = {
        "substations": [station("S", firm_demand_mva=20)],
        "demands": [demand("S", 30)],
        "reinforcements": [work("S", 15, 3, earliest_year=2031)],
    }
    case = make(rows, {**FLAT, "horizon": {"years": [2030, 2031], "last_year": 2035}})
    study = unlock(case, measure="mw_years")
    assert study.unit == "MW·years" and study.reference.upper == near(60)
    assert pick(study.singles, "extra_mw", reinforcement="S") == near(50)
    assert pick(study.singles, "year", reinforcement="S") == 2031
    early = unlock(case, year=2030)
    assert (early.singles["extra_mw"] == 0).all()


def test_what_cannot_be_asked_is_refused():
    for how, said in (
        ({"measure": "mwh"}, "measure 'mwh'"),
        ({"year": 1999}, "year 1999 is not a stage"),
        ({"only": ["X"]}, "reinforcement 'X' is not there; there are C, S"),
        ({"within": 0.0}, "more than 0 MW"),
    ):
        with pytest.raises(ValueError, match=said):
            unlock(corridor(), **how)
    stuck = make(
        {
            "substations": [station("S", firm_demand_mva=20)],
            "demands": [demand("S", 30, critical=True)],
            "reinforcements": [work("S", 15, 3)],
        },
        FLAT,
    )
    with pytest.raises(ValueError, match="without reinforcements there is no plan"):
        unlock(stuck)


def test_command_line(tmp_path, capsys):
    corridor().write(tmp_path / "mine")
    for arguments, expected in (
        (["--pairs", "--json", "--out", str(tmp_path / "out")], 0),
        (["--lang", "nl"], 0),
        (["--year", "1999"], 2),
    ):
        with pytest.raises(SystemExit) as end:
            main(["unlock", str(tmp_path / "mine"), *arguments])
        assert (end.value.code or 0) == expected
        said = capsys.readouterr().out
        if "--json" in arguments:
            assert json.loads(said)["pairs"][0]["extra_mw"] == near(100)
        elif expected == 0:
            assert "Deze ontsluiten alleen niets: S." in said and "20 M€" in said


def test_a_bound_does_not_depend_on_the_order_of_a_set():
    """A set comes in another order in every process; 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1."""
    from gridplan.explain.game.known import Cut

    cut = Cut(1.0, {"a": -0.1, "b": -0.2, "c": -0.3})
    assert len({cut.at(order) for order in permutations("abc")}) == 1


def test_every_pair_of_sets_is_bounded_by_what_is_known():
    """f never rises with what is free, and no bound contradicts a plan, whatever was searched."""
    from gridplan.explain.game.known import Cut, Known, Made

    known = Known()
    a, b = frozenset("a"), frozenset("ab")
    known.plans += [Made(10.0, frozenset(), {}), Made(4.0, b, {})]
    known.prove(b, 4.0)
    known.cuts.append(Cut(9.0, {"a": 0.0, "b": -5.0, "c": -np.inf}))
    assert (known.lower(a), known.upper(a)) == (9.0, 10.0)
    assert (known.lower(b), known.upper(b)) == (4.0, 4.0)
    assert known.lower(frozenset("c")) == -np.inf
    sets = [
        frozenset(n for n, on in zip("abc", chosen, strict=True) if on)
        for chosen in product((0, 1), repeat=3)
    ]
    assert all(known.lower(s) <= known.upper(s) for s in sets)
