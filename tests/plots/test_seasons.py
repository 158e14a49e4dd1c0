"""The picture of heat by month draws its table, says its totals, and speaks both languages."""

import pytest

from tests.plots.conftest import SMALL_CASE, SMALL_PLAN, make_plan


def season(network, year, month, wanted, offered):
    usable = min(wanted, offered)
    row = {"network": network, "year": year, "month": month, "wanted_tj": wanted, "offered_tj": offered}
    return row | {"usable_tj": usable, "surplus_tj": offered - usable, "missing_tj": wanted - usable}


def wanted(month):
    return 12.0 if month in (1, 2, 3, 10, 11, 12) else 2.0


@pytest.fixture
def plan():
    """Two networks in 2035: G1 is offered 8 TJ a month, G2 all it wants."""
    rows = [season("G1", 2035, m, wanted(m), 8.0) for m in range(1, 13)]
    rows += [season("G2", 2035, m, 1.0, 1.0) for m in range(1, 13)]
    return make_plan(SMALL_CASE, {**SMALL_PLAN, "heat_seasons": rows})


def heights(ax, part):
    return [bar.get_height() for bar in ax.patches if bar.get_gid() == part]


def texts(ax):
    return "\n".join(text.get_text() for text in [*ax.texts, *ax.get_legend().get_texts()])


def test_bars_are_what_is_covered_missing_and_left_over(plan):
    """Of both networks: 8 + 1 TJ covered in winter, 4 missing; 2 + 1 covered in summer, 6 left over."""
    ax = plan.plot.heat_seasons()
    assert heights(ax, "covered") == [9, 9, 9, 3, 3, 3, 3, 3, 3, 9, 9, 9]
    assert heights(ax, "missing") == [4, 4, 4, 0, 0, 0, 0, 0, 0, 4, 4, 4]
    assert heights(ax, "surplus") == [0, 0, 0, 6, 6, 6, 6, 6, 6, 0, 0, 0]
    assert "all heat networks together" in texts(ax)
    assert "96 TJ is wanted: 72 TJ (75 %) can be covered, 24 TJ is missing; 36 TJ is left over" in texts(ax)
    assert ax.get_ylabel() == "heat (TJ a month)"
    assert [label.get_text() for label in ax.get_xticklabels()][::11] == ["Jan", "Dec"]


def test_one_network_by_its_name_and_in_dutch(plan):
    ax = plan.plot.heat_seasons(network="G1", lang="nl")
    assert heights(ax, "covered") == [8, 8, 8, 2, 2, 2, 2, 2, 2, 8, 8, 8]
    assert "Warmte per maand in 2035: Greenhouses" in texts(ax)
    assert "84 TJ gevraagd: 60 TJ (71 %) kan worden gedekt" in texts(ax)


def test_what_can_be_saved_and_what_is_not_there(plan, small, tmp_path):
    assert {"heat_seasons_2035", "heat_seasons_G1", "heat_seasons_G2"} <= set(plan.plot.names())
    assert "heat_seasons_2035" in plan.plot.usual() and "heat_seasons_2035" not in small.plot.usual()
    picture, table = plan.plot.save(tmp_path, ["heat_seasons_G1"])
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert table.read_text(encoding="utf-8").splitlines()[1] == "G1,Greenhouses,2035,1,12.0,8.0,4.0,0.0"
    with pytest.raises(ValueError, match="heat network 'G9' is not there; there are G1, G2"):
        plan.plot.heat_seasons(network="G9")
    assert "nothing to show by month" in "".join(t.get_text() for t in small.plot.heat_seasons().texts)
