"""Heat links with and without their load on the grid: what differs, and why, right by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gridplan.case import Case
from gridplan.cli.heat_text import Report
from gridplan.explain.heat import heat_value
from gridplan.explain.heat_coupling import Coupling, coupling
from gridplan.explain.heat_save import save
from gridplan.explain.heat_say import coupling_sentences, words
from gridplan.plan.save import FolderError
from gridplan.plots import heat_coupling
from tests.heat.test_reuse import ANNUITY, YEARS, full_station, region, sink
from tests.model.cases import Row, station

PIPE: Row = {"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 60}
THIRD: Row = {"reinforcement": "third", "kind": "transformer", "target": "A", "adds_mva": 9, "capex_meur": 5}


def freeing() -> Case:
    """A town that draws 10 MW for heat at B, where 9 MW fit, unless a transformer of 300 M€ is built.

    The link of 67.3 M€ saves 6.3 MW there and takes 3.6 MW at A: 2.7 MW at 80 EUR/MWh do not pay it.
    """
    electric = {"alternative": "all_electric", "alternative_cop": 2, "alternative_eur_per_mwh": 0}
    return region(
        substations=[station("A"), station("B", transformers=2, transformer_mva=9)],
        heat_links=[PIPE],
        heat_sinks=[sink("town", **electric)],
        reinforcements=[THIRD | {"reinforcement": "fourth", "target": "B", "capex_meur": 300}],
    )


@pytest.fixture(scope="module")
def full() -> Coupling:
    return coupling(full_station().solve(gap=0))


def test_a_full_station_takes_a_link_away(full):
    """3.6 MW for the pump at A, where nothing is left."""
    row = full.links.iloc[0]
    assert (row["link"], row["status"], row["reason"], row["station"]) == (
        "pipe",
        "only_without",
        "station",
        "A",
    )
    assert (row["needs_mw"], row["room_mw"]) == (pytest.approx(3.6), pytest.approx(0, abs=1e-6))
    assert (row["tj_with"], row["tj_without"]) == (0, pytest.approx(12.6 * 8760 * 0.0036))
    assert full.works.empty
    assert full.eur_per_mwh[1] == pytest.approx(80)


def test_a_reinforcement_that_heat_asks_for_is_named():
    """The same link with a transformer of 5 M€ at A, and without it where heat draws nothing."""
    found = coupling(full_station(reinforcements=[THIRD]).solve(gap=0))
    assert found.links["status"].tolist() == ["both"]
    row = found.works.iloc[0]
    assert (row["reinforcement"], row["target"], row["year_with"], row["capex_meur"]) == (
        "third",
        "A",
        2030,
        5,
    )
    assert found.meur[0] - found.meur[1] == pytest.approx(5 * ANNUITY * YEARS)
    said = coupling_sentences(found, "en")[-1]
    assert said == "third (A), 2030: only because heat draws from the grid; 5 M€."


def test_a_link_that_frees_a_station_is_there_for_the_grid():
    """And what it is worth to the plan is the transformer that it spares, less what it costs itself."""
    plan = freeing().solve(gap=0)
    found = coupling(plan)
    row = found.links.iloc[0]
    assert (row["status"], row["reason"], row["station"]) == ("only_with", "frees", "B")
    assert row["needs_mw"] == pytest.approx(-6.3)
    own = heat_value(plan).iloc[0]
    assert own["built"] == "fourth (2030)"
    paid = YEARS * ((300 - 60 - 1 - 6.3) * ANNUITY + 2.7 * 8760 * 80 / 1e6)
    assert own["exact_meur"] == pytest.approx(paid)


def test_a_plan_without_the_grid_cannot_be_compared(full):
    with pytest.raises(ValueError, match="solve the case with true"):
        coupling(replace(full.plan, case=full.plan.case.what_if({"physics.heat_on_grid": False})))


@pytest.mark.parametrize(("lang", "head"), [("en", "why it differs"), ("nl", "waarom het verschilt")])
def test_the_picture_draws_the_table(full, lang, head):
    axes = heat_coupling.plot(full, lang=lang)
    table = heat_coupling.data(full)
    drawn = {bar.get_gid(): abs(bar.get_width()) for bar in axes.patches}
    assert drawn["tj_without"] > 0 == drawn["tj_with"]
    texts = [text.get_text() for text in axes.texts]
    assert head in texts and table["name"].iloc[0] == "Hall hall – town" and table["name"].iloc[0] in texts
    assert any("A" in text for text in texts if text.startswith(("asks 3.6 MW", "vraagt 3,6 MW")))


def test_the_report_holds_all_of_it_and_is_saved(full, tmp_path):
    """Lines in both languages without a hole; files are replaced, never strangers."""
    report = Report(full.plan, ["hall"])
    report.exact, report.coupling = heat_value(full.plan), full
    for lang, said in (("en", "whatever is added to the grid"), ("nl", "wat er ook aan het net")):
        text = "\n".join(report.lines(lang))
        assert said in text and "nan" not in text and "{" not in text
    data: dict[str, Any] = report.as_data("en")
    assert data["heat_coupling"][0]["station"] == "A" and len(data["sentences"]) == 2
    for _ in range(2):
        folder = save(report.tables(), full, tmp_path / "heat")
    names = sorted(path.stem for path in folder.iterdir() if path.suffix == ".csv")
    assert names == ["heat_connections", "heat_coupling", "heat_coupling_works", "heat_exact", "heat_reuse"]
    assert (folder / "heat_coupling.png").stat().st_size > 5000
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match=r"mine\.txt"):
        save(report.tables(), full, folder)
    with pytest.raises(ValueError, match="site 'moon' is not there"):
        Report(full.plan, ["moon"])


def test_every_text_is_there_in_both_languages():
    for section in words().values():
        for key, text in section.items():
            assert set(text) == {"en", "nl"} and all(text.values()), key
