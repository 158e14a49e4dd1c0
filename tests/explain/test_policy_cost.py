"""What rules cost: FIELD.md F4 by hand, and random cases against all orders.

100 MW is wanted. Zone AV costs 1.0 M€/MW (60 MW at most), HM 1.4 (80 MW), NZ 2.0. Without rules 60 · 1.0 +
40 · 1.4 = 116 M€. HM capped at 50 MW: the same. AV banned: 80 · 1.4 + 20 · 2.0 = 152. Both: 50 · 1.4 + 50 ·
2.0 = 170. So lifting the ban saves 54, lifting the cap 18; of the two orders the mean is 45 and 9.
"""

import json

import numpy as np
import pandas as pd
import pytest

from gridplan.cli import main
from gridplan.explain import policy_cost
from tests.explain.levers import cap, cheapest, rules, shares
from tests.model.cases import near, pick

SITES = {"AV": (1.0, 60.0), "HM": (1.4, 80.0), "NZ": (2.0, 100.0)}
RULES = [
    cap("ban", "AV", 0.0),
    cap("hm_cap", "HM", 50.0),
    cap("later", "NZ", 0.0, from_year=2031),
    cap("wide", "HM", 90.0),
    cap("off", "HM", None),
]


@pytest.fixture(scope="module")
def found():
    return policy_cost(rules(RULES, SITES, 100.0), price=50.0)


def test_ban_and_cap(found):
    table = found.table.set_index("policy")
    assert table["leave_one_out_meur"].to_dict() == near(
        {"ban": 54, "hm_cap": 18, "later": 0, "wide": 0, "off": 0}
    )
    assert table["shapley_meur"].to_dict() == near({"ban": 45, "hm_cap": 9, "later": 0, "wide": 0, "off": 0})
    assert (found.full.cost, found.bare.cost) == (near(170), near(116))
    assert table["shapley_meur"].sum() == near(found.full.cost - found.bare.cost)
    assert not table.loc["later", "in_force"] and "in no stage" in table.loc["later", "note"]
    assert "never binds" in table.loc["wide", "note"]
    assert found.orders == 0 and found.status.value == "optimal"


def test_where_the_megawatts_go(found):
    own = found.displaced[found.displaced["attribution"] == "leave_one_out"]
    moved = {(r["policy"], r["from"], r["to"]): r["mw"] for r in own.to_dict("records")}
    assert moved == {
        ("ban", "AV", "HM"): near(10),
        ("ban", "AV", "NZ"): near(50),
        ("hm_cap", "HM", "NZ"): near(30),
    }
    assert pick(found.table, "displaced_mw", policy="ban") == near(60)


def test_sentences_and_picture(found, tmp_path):
    english, dutch = "\n".join(found.sentences("en")), "\n".join(found.sentences("nl"))
    assert "ban (ban): lifting it alone saves 54.0 M€; its share of what all cost is 45.0 M€." in english
    assert "50 MW from AV to NZ; 10 MW from AV to HM" in english and "50 M€ per MW·year" in english
    assert "spaart 18,0 M€; het aandeel in wat alle kosten is 9,0 M€" in dutch
    widths = [p.get_width() for p in found.plot("nl").patches if p.get_gid()]
    assert widths == near([54, 45, 18, 9])
    found.save(tmp_path / "out")
    assert pd.read_csv(tmp_path / "out/policy_cost_picture.csv")["meur"].tolist() == near([54, 45, 18, 9])
    assert json.loads((tmp_path / "out/policy_cost.json").read_text())["with_all_meur"] == near(170)


@pytest.mark.parametrize("seed", range(4))
def test_random_rules_equal_all_orders(seed):
    draw = np.random.default_rng(seed)
    sites = {
        z: (float(c), float(m))
        for z, c, m in zip("PQRS", draw.uniform(1, 9, 4), draw.integers(20, 60, 4), strict=True)
    }
    caps = [cap(f"rule{k}", str(draw.choice(list("PQRS"))), float(draw.integers(0, 60))) for k in range(5)]
    asked, price = 120.0, 7.0
    study = policy_cost(rules(caps, sites, asked), price=price)
    expected = shares(caps, sites, asked, price)
    full = cheapest(caps, sites, asked, price)
    for row in study.table.to_dict("records"):
        name = row["policy"]
        assert row["shapley_meur"] == pytest.approx(expected[name], abs=0.01)
        rest = [other for other in caps if other["policy"] != name]
        assert row["leave_one_out_meur"] == pytest.approx(
            full - cheapest(rest, sites, asked, price), abs=0.01
        )
    assert study.searches < 2 ** len(caps), "plans answer more than the subset they were found for"


def test_a_rule_behind_another_binds_in_no_plan_but_has_a_share():
    """Two bans of the same zone: lifting one saves nothing, together they cost 54, so half each."""
    twice = [cap("ban", "AV", 0.0), cap("ban_too", "AV", 0.0), cap("hm_cap", "HM", 50.0)]
    study = policy_cost(rules(twice, SITES, 100.0), price=50.0)
    table = study.table.set_index("policy")
    assert table["leave_one_out_meur"].to_dict() == near({"ban": 0, "ban_too": 0, "hm_cap": 18})
    expected = shares(twice, SITES, 100.0, 50.0)
    assert table["shapley_meur"].to_dict() == near(expected) and expected["ban"] > 20


def test_sampled_orders_come_with_their_error():
    caps = [cap(f"rule{k}", "PQR"[k % 3], 30.0 - 4 * k) for k in range(5)]
    sites = {"P": (1.0, 50.0), "Q": (2.0, 50.0), "R": (3.0, 50.0), "S": (5.0, 200.0)}
    study = policy_cost(rules(caps, sites, 120.0), price=50.0, exact_up_to=2, samples=30, seed=3)
    expected = shares(caps, sites, 120.0, 50.0)
    table = study.table.set_index("policy")
    assert study.orders == 30 and (table["shapley_error_meur"] > 0).any()
    for name, share in expected.items():
        assert (
            abs(table.loc[name, "shapley_meur"] - share) <= 4 * table.loc[name, "shapley_error_meur"] + 0.01
        )
    assert table["shapley_meur"].sum() == near(study.full.cost - study.bare.cost)
    assert "30 random orders" in "\n".join(study.sentences())


def test_only_some_without_shares_and_what_is_refused():
    case = rules(RULES, SITES, 100.0)
    study = policy_cost(case, only=["ban"], shapley=False, price=50.0)
    assert pick(study.table, "leave_one_out_meur", policy="ban") == near(54)
    assert np.isnan(pick(study.table, "leave_one_out_meur", policy="hm_cap"))
    assert "in force throughout" in pick(study.table, "note", policy="hm_cap")
    for how, said in (
        ({"only": ["x"]}, "policy 'x' is not there"),
        ({"price": -1.0}, "a price of 0 or more"),
    ):
        with pytest.raises(ValueError, match=said):
            policy_cost(case, **how)


def test_command_line(tmp_path, capsys):
    rules(RULES, SITES, 100.0).write(tmp_path / "mine")
    with pytest.raises(SystemExit) as end:
        main(
            ["policy-cost", str(tmp_path / "mine"), "--price", "50", "--json", "--out", str(tmp_path / "out")]
        )
    told = json.loads(capsys.readouterr().out)
    assert not end.value.code and told["policies"][0]["shapley_meur"] == near(45)
    with pytest.raises(SystemExit) as end:
        main(["policy-cost", str(tmp_path / "mine"), "--price", "50", "--no-shapley", "--lang", "nl"])
    said = capsys.readouterr().out
    assert not end.value.code and "54 M€" in said and "Het verplaatst 60 MW nieuwe IT in 2030" in said
