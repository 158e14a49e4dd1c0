"""The picture of heat flows: what it draws is what the plan says, and nothing covers anything."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes

from gridplan.plan.plan import Plan
from gridplan.plots import heat_sankey, sankey
from gridplan.plots.sankey import Band, Node
from gridplan.plots.text import Words
from tests.heat.test_business import region, shared
from tests.model.cases import station, value

HOURS = 8760
TJ = 0.0036


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two sites, a trunk and two towns in regions of their own, and a site and a town without a link."""
    base = shared()
    tables = {name: base.table(name).to_dict("records") for name in base.tables if base.has(name)}
    tables["zones"] = [
        {"zone": "A", "name": "North", "region": "upper"},
        {"zone": "B", "name": "South", "region": "lower"},
    ]
    tables["substations"] = [station("A", zone="A"), station("B", zone="B")]
    tables["datacenters"].append(
        {"site": "far", "name": "Far $1 hall", "zone": "B", "existing_it_mw": 3, "heat_share": 1}
    )
    tables["heat_sinks"].append({"sink": "Z", "name": "Old town", "zone": "B", "peak_mw": 2})
    return region(**tables).solve(gap=0)


def test_the_data_is_what_the_plan_says(plan):
    """Flows into users are heat_delivered_tj; site heat is used, lost or unused; pumps give what they get."""
    table = plan.plot.data("heat_sankey", year=2030)
    sinks = table[table["to_kind"] == "sink"]
    linked = sinks[sinks["from_kind"] != "alternative"]["tj"].sum()
    assert linked == pytest.approx(value(plan, "heat_delivered_tj", 2030))
    assert sinks["tj"].sum() == pytest.approx(32 * HOURS * TJ)
    assert table[table["from_kind"] == "site"]["tj"].sum() == pytest.approx(16.5 * HOURS * TJ)
    unused = table[table["to_kind"] == "unused"].set_index("from_name")["tj"]
    assert unused.to_dict() == {"Far $1 hall": pytest.approx(3 * HOURS * TJ)}
    for pump in ("p", "q"):
        into, out = table.loc[table["to"] == pump, "tj"].sum(), table.loc[table["from"] == pump, "tj"].sum()
        assert into == pytest.approx(out) and into > 0
    power = table[table["from_kind"] == "electricity"]["tj"].sum()
    assert power == pytest.approx(18.9 / 3.5 * HOURS * TJ)


def test_a_region_shows_what_touches_it(plan):
    """The sites stand in `upper`: all that leaves them goes elsewhere."""
    upper = plan.plot.data("heat_sankey", region="upper")
    assert set(upper["to_name"]) - {"p", "q"} == {"elsewhere"}
    lower = plan.plot.data("heat_sankey", region="lower")
    assert lower.loc[lower["from_kind"] == "source", "from"].unique().tolist() == ["elsewhere"]
    gas = lower[lower["from_kind"] == "alternative"]["tj"].sum()
    assert gas == pytest.approx((32 - 18.9) * HOURS * TJ)
    with pytest.raises(ValueError, match="region 'mars' is not there; there are A, B, lower, upper"):
        plan.plot.data("heat_sankey", region="mars")


def test_every_flow_has_its_number_in_both_languages(plan):
    """22.7 and 98.1 in English are 22,7 and 98,1 in Dutch; names are there once."""
    for lang, comma in (("en", "."), ("nl", ",")):
        axes = plan.plot.heat_sankey(2030, lang=lang)
        numbers = [text.get_text() for text in axes.texts if text.get_gid() == "number"]
        words, table = Words(lang), plan.plot.data("heat_sankey", year=2030)
        shown = table[table["tj"] >= 0.05]
        others = shown[~((shown["from_kind"] == "alternative") & (shown["to"] == "Z"))]
        assert set(numbers) >= {words.mw(tj) for tj in others["tj"]}
        assert any(comma in number for number in numbers)
        names = [text.get_text() for text in axes.texts if text.get_gid() == "name"]
        assert len(names) == len(set(names)) == 3 + 2 + 1
        assert covered(axes) == []


def covered(axes: Axes) -> list[tuple[str, str]]:
    """Pairs of texts of a picture that cover each other."""
    figure: Any = axes.figure
    figure.canvas.draw()
    ink = figure.canvas.get_renderer()
    boxes = [
        (t.get_text(), t.get_window_extent(ink)) for t in axes.texts if t.get_gid() in ("number", "name")
    ]
    return [(a, b) for (a, x), (b, y) in combinations(boxes, 2) if x.overlaps(y)]


def test_a_crowd_keeps_its_places():
    """30 producers, 15 pumps, 25 users, 80 flows from 0.1 to 2,000 TJ: no bar, slot or text on another."""
    kinds = ["site" if k % 3 else "source" for k in range(30)]
    flows = []
    for k in range(30):
        tj = 0.1 * 1.4**k
        pump = f"w{k // 2}" if k % 2 else ""
        for j in range(2):
            to = f"user {(7 * k + 5 * j) % 25}"
            if pump and kinds[k] == "site":
                flows.append((2030, f"maker {k}", "site", pump, "pump", tj))
                flows.append((2030, "", "electricity", pump, "pump", tj / 3))
                flows.append((2030, pump, "pump", to, "sink", tj * 4 / 3))
            else:
                flows.append((2030, f"maker {k}", kinds[k], to, "sink", tj))
        flows.append((2030, f"maker {k}", kinds[k], "", "unused" if k % 2 else "lost", tj / 2))
    columns = ["year", "from", "from_kind", "to", "to_kind", "tj"]
    table = pd.DataFrame(flows, columns=columns).groupby(columns[:-1], as_index=False).agg({"tj": "sum"})
    table["from_name"], table["to_name"] = table["from"], table["to"]
    made, _ = heat_sankey.placed(table[list(heat_sankey.COLUMNS)], Words("en"))
    for a, b in combinations(made.nodes.values(), 2):
        apart = a.column != b.column or a.top + a.height <= b.top + 1e-9 or b.top + b.height <= a.top + 1e-9
        assert apart, (a, b)
    for node in made.nodes.values():
        for places in (node.into, node.out):
            middles = sorted(places.values())
            assert all(b - a >= sankey.LEAST - 1e-9 for a, b in pairwise(middles))
            assert all(node.top <= at <= node.top + node.height + 1e-9 for at in middles)
    from gridplan.plots import heat_bands, style
    from gridplan.plots.about import About

    axes = style.sheet(heat_sankey.WIDTH, heat_sankey.height(table, Words("en")))
    assert covered(heat_bands.draw(axes, table, Words("en"), About("case", "footer"))) == []


def test_bands_that_skip_a_column_pass_it_in_a_lane():
    nodes = [Node(("site", "a"), 0), Node(("pump", "p"), 1), Node(("sink", "x"), 2)]
    bands = [
        Band(nodes[0].id, nodes[1].id, 5),
        Band(nodes[1].id, nodes[2].id, 7),
        Band(nodes[0].id, nodes[2].id, 3),
    ]
    made = sankey.layout(nodes, bands, 0.1)
    lanes = [node for node in made.nodes.values() if node.id[0] == "lane"]
    assert [(lane.column, lane.height) for lane in lanes] == [(1, pytest.approx(0.3))]
    assert len(made.pieces) == 4
    assert made.nodes["site", "a"].height == pytest.approx(0.8)


def test_the_picture_is_saved_with_its_numbers(plan, tmp_path):
    written = plan.plot.save(tmp_path, ["heat_sankey"])
    assert [path.name for path in written] == ["heat_sankey_2035.png", "heat_sankey_2035.csv"]
    pd.testing.assert_frame_equal(
        pd.read_csv(written[1], keep_default_na=False),
        plan.plot.data("heat_sankey", year=2035),
        check_dtype=False,
    )


def test_a_plan_without_heat_says_so(plan):
    none = region(heat_links=[], heat_sinks=[], datacenters=[], heat_pumps=[]).solve(gap=0)
    axes = none.plot.heat_sankey()
    assert any(text.get_gid() == "message" for text in axes.texts)
    assert "heat_sankey" not in {kind for kind, _ in none.plot.names().values()}
