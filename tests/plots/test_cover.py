"""The map of cover draws who is covered, by which masts, and how large a share of each area."""

import math

import numpy as np
import pytest

from gridplan.plots.cover import class_of
from tests.plots.conftest import make_plan
from tests.plots.test_labels import boxes, overlapping
from tests.plots.test_tables import artist, text_of


def town(cells=3, masts=2, seed=0):
    """Zones W and M; mast A0 stands, A1 comes in 2030 with an edge site in 2035; radius 3 km."""
    rng = np.random.default_rng(seed)
    spots = [(52.30 + 0.1 * rng.random(), 4.5 + 0.3 * rng.random()) for _ in range(cells + masts)]
    spots[:5] = [(52.30, 4.50), (52.30, 4.53), (52.40, 4.70), (52.305, 4.505), (52.305, 4.535)]
    case = {
        "zones": [
            {"zone": "W", "name": "West", "lat": 52.31, "lon": 4.52},
            {"zone": "M", "name": "Mid", "lat": 52.38, "lon": 4.68},
        ],
        "cells": [
            {"cell": f"C{k}", "zone": "M" if k == 2 else "W", "lat": lat, "lon": lon, "weight": 10 + k}
            for k, (lat, lon) in enumerate(spots[:cells])
        ],
        "masts": [
            {"mast": f"A{k}", "zone": "W", "lat": lat, "lon": lon, "radius_km": 1.5, "existing": k == 0}
            for k, (lat, lon) in enumerate([*spots[3:5], *spots[cells + 2 :]][:masts])
        ],
    }
    plan = [
        {
            "mast": row["mast"],
            "zone": "W",
            "year": year,
            "kw": 6.0,
            "edge_kw": 12.0 * (k == 1 and year > 2030),
        }
        | {"in_service": k == 0 or year >= 2030, "edge": k == 1 and year > 2030, "capex_keur": 80.0 * (k > 0)}
        for k, row in enumerate(case["masts"])
        for year in (2026, 2030, 2035)
    ]
    return make_plan(case, {"masts": plan})


@pytest.mark.parametrize(
    ("year", "covered", "new", "edge", "west"),
    [
        (2026, ["C0"], [], [], 10 / 21),
        (2030, ["C0", "C1"], ["A1"], [], 1.0),
        (2035, ["C0", "C1"], ["A1"], ["A1"], 1.0),
    ],
)
def test_what_is_covered_in_a_stage(year, covered, new, edge, west):
    """0.005° both ways is 0.65 km: A0 reaches C0, A1 reaches C1; C2 in Mid is far off. Weights 10, 11, 12."""
    data = town().plot.data("cover", year=year).set_index("id")
    layer = data.groupby("layer").groups
    assert sorted(layer["cell"]) == covered
    assert sorted(layer.get("mast_new", [])) == new
    assert sorted(layer.get("edge", [])) == edge
    assert list(layer["mast_standing"]) == ["A0"]
    assert data.loc["W", "share"] == pytest.approx(west)
    assert data.loc["M", "share"] == 0


def test_the_map_shows_what_its_data_say():
    plan = town()
    data, ax = plan.plot.data("cover"), plan.plot.cover()
    for layer in ("cell", "cell_open", "mast_standing", "mast_new", "edge"):
        assert np.allclose(artist(ax, layer).get_offsets(), data.loc[data["layer"] == layer, ["lon", "lat"]])
    texts = [text.get_text() for text in ax.texts]
    assert {"West\n100 %", "Mid\n0 %", "12 kW", "12", "2030"} <= set(texts)
    assert "Covered: 63.6 % by weight (12 is not)" in text_of(ax, "list")
    assert "Masts: 1 stand already, 1 are new" in text_of(ax, "list")
    assert "Power of masts and edge sites: 24 kW" in text_of(ax, "list")
    dutch = plan.plot.cover(lang="nl")
    assert "Gedekt: 63,6 % naar gewicht (12 niet)" in text_of(dutch, "list")


def test_classes_are_those_of_the_legend():
    """A share is not rounded up into a better class."""
    shares = {
        0.98: "available",
        0.9799: "limited",
        0.9: "limited",
        0.8999: "tight",
        0.75: "tight",
        0.7: "full",
    }
    assert {share: class_of(share) for share in shares} == shares
    assert class_of(math.nan) == "none"


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_labels_of_a_crowded_map_do_not_overlap(lang):
    ax = town(cells=60, masts=40).plot.cover(lang=lang)
    found = boxes(ax)
    assert len(found) > 20
    assert not overlapping(found)


def test_without_cells_there_is_no_such_picture_and_it_says_so_when_asked():
    plan = make_plan({}, {})
    assert "cover_2035" not in plan.plot.names()
    assert "cover_2035" in town().plot.names() and "cover_2035" in town().plot.usual()
    assert text_of(plan.plot.cover(), "message").startswith("No masts or cells")


def test_the_picture_and_its_table_are_saved(tmp_path):
    written = town().plot.save(tmp_path, ["cover"])
    assert [path.name for path in written] == ["cover_2035.png", "cover_2035.csv"]
