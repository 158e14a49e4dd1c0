"""A saved plan that is changed is found out, with the row and the column that do not fit."""

from collections import Counter

import pytest

from gridplan.plan.load import LoadError
from gridplan.plan.verify import CHECKS, verify_folder
from tests.invariants.test_invariants import CORRUPTIONS as IN_MEMORY
from tests.rights.test_corrupted import CORRUPTIONS as RIGHTS
from tests.verify.conftest import edit, edit_summary, plus, put, times

NRD, CREW = {"reinforcement": "nrd_transformer"}, {"indicator": "crew_fte", "zone": "all"}
HAV, QUAY = {"substation": "HAV", "year": "2035", "direction": "demand"}, {"link": "junction_town"}


def first_away(rows):
    """All rows but the first."""
    return rows[1:]


def first_twice(rows):
    """All rows, the first one twice."""
    return [rows[0], *rows]


def lost_load(_rows):
    """One row of load that is not served."""
    return [{"substation": "HAV", "year": "2030", "mw": "1.0", "mwh": "900.0"}]


SINKS, TANKS = "tank/heat_sinks", "tank/heat_storages"
# check, table that is changed (of the tutorial, or folder/table), how, what must be named: table.column row
CORRUPTIONS = [
    ("files", "flows", put("mw", plus(1.0)), "flows."),
    ("tables", "stations", first_twice, "stations.substation substation=KMP, year=2026"),
    ("tables", "masts", first_away, "masts.mast mast=mast_town, year=2026"),
    ("tables", "flows", put("mw", ""), "flows.mw branch=KMP-HAV, year=2026, day="),
    ("tables", "flows", put("branch", "nowhere"), "flows.branch branch=nowhere"),
    ("tables", "supplies", put("year", "2027"), "supplies.year year=2027"),
    ("balance", "flows", put("mw", plus(1.0), branch="KMP-HAV"), "flows.mw bus=HAV, year=2026"),
    ("kirchhoff", "flows", put("mw", plus(1.0), branch="KMP-HAV"), "flows.mw branch=KMP-HAV"),
    ("branch_ratings", "flows", put("mw", plus(5e2), branch="STD-WPL"), "flows.mw branch=STD-WPL"),
    ("branch_ratings", "branches", put("circuits", "3"), "branches.circuits branch=KMP-HAV"),
    ("branch_ratings", "branches", put("limit_mw", plus(9.0)), "branches.limit_mw branch=KMP-HAV"),
    ("branch_ratings", "branches", put("loading", "0.1"), "branches.loading branch=KMP-HAV"),
    ("station_limits", "stations", put("limit_mw", plus(5.0), **HAV), "stations.limit_mw HAV"),
    ("station_limits", "stations", put("peak_mw", "400.0", **HAV), "stations.peak_mw HAV"),
    ("station_limits", "withdrawals", put("mw", times(9), substation="NRD"), "withdrawals.mw NRD"),
    ("withdrawals", "withdrawals", put("mw", times(1.1), True, subject="heat"), "withdrawals.mw heat"),
    ("withdrawals", "withdrawals", put("mw", times(1.1), subject="demands"), "withdrawals.mw demands"),
    ("withdrawals", "unserved", lost_load, "unserved.mwh substation=HAV, year=2030"),
    ("supplies", "supplies", put("mw", plus(90.0), True, supply="pv_westerpolder"), "supplies.mw pv_"),
    ("storages", "battery/storages", put("energy_mwh", plus(1.0)), "storages.energy_mwh storage=cell"),
    ("storages", "battery/storages", put("mw", plus(99.0)), "storages.mw storage=cell, year=2030"),
    ("storages", "battery/storages", put("new_mw", "31", True), "storages.new_mw storage=cell"),
    ("building", "reinforcements", put("units_in_service", "0", year="2035", **NRD),
     "reinforcements.units_in_service reinforcement=nrd_transformer, year=2035"),
    ("building", "reinforcements", put("start_year", "2029", year="2030", **NRD),
     "reinforcements.start_year reinforcement=nrd_transformer, year=2030"),
    ("building", "reinforcements", put("units_started", "3", **NRD),
     "reinforcements.units_started reinforcement=nrd_transformer"),
    ("crew", "indicators", put("value", plus(1.0), **CREW), "indicators.value indicator=crew_fte"),
    ("sites", "datacenters", put("it_mw", plus(1.0), site="wpl_glas", year="2035"),
     "datacenters.it_mw site=wpl_glas, year=2035"),
    ("sites", "datacenters", put("grid_mw", plus(1.0), site="wpl_glas", year="2035"),
     "datacenters.grid_mw site=wpl_glas, year=2035"),
    ("land", "datacenters", put("it_mw", "900.0", site="nrd_park", year="2035"),
     "datacenters.it_mw zone=noordveld, year=2035"),
    ("bays", "datacenters", put("open", "true", site="ost_field", year="2035"),
     "datacenters.open substation=OST, year=2035"),
    ("masts", "masts", put("in_service", "false", True, mast="mast_north"),
     "masts.in_service cell=north_village, year=2030"),
    ("heat_nodes", "heat_sinks", put("heat_tj", plus(5.0), sink="town_heat"),
     "heat_links.heat_tj node=town_heat"),
    ("heat_nodes", "heat_sources", put("peak_mw", plus(50.0)), "heat_sources.peak_mw source="),
    ("heat_nodes", TANKS, put("mw", plus(0.5), True), "heat_links.heat_tj node=town"),
    ("heat_nodes", SINKS, put("backup_tj", plus(1.0), sink="town"), "heat_sinks.wanted_tj sink=town"),
    ("heat_nodes", SINKS, put("wanted_tj", plus(1.0)), "heat_sinks.wanted_tj sink=town"),
    ("heat_nodes", SINKS, put("backup_peak_mw", plus(1.0)), "heat_sinks.backup_peak_mw sink=town"),
    ("heat_nodes", SINKS, put("backup_mw", "5", sink="village"), "heat_sinks.backup_mw sink=village"),
    ("heat_nodes", SINKS, put("connected", "false"), "heat_sinks.heat_tj sink=town"),
    ("heat_nodes", SINKS, put("alternative_tj", plus(9.0)), "heat_sinks.alternative_tj sink=town"),
    ("heat_nodes", SINKS, put("capex_meur", plus(1.0)), "heat_sinks.capex_meur sink=town"),
    ("heat_storages", TANKS, put("energy_mwh", plus(1.0)),
     "heat_storages.energy_mwh heat_storage=tank, year=2030, day="),
    ("heat_storages", TANKS, put("energy_mwh", plus(500.0)), "heat_storages.energy_mwh tank"),
    ("heat_storages", TANKS, put("new_mwh", "101", True), "heat_storages.new_mwh tank"),
    ("heat_storages", TANKS, put("at", "hall"), "heat_storages.at tank"),
    ("heat_seasons", "heat_seasons", put("usable_tj", plus(1.0)), "heat_seasons.wanted_tj network="),
    ("heat_seasons", "tank/heat_seasons", put("month", "2"), "heat_seasons.month network=town"),
    ("heat_seasons", "tank/heat_seasons", put("wanted_tj", plus(1.0), month="3"),
     "heat_seasons.wanted_tj month=3"),
    ("capex", TANKS, put("new_mwh", plus(9.0), True), "indicators.value indicator=capex_meur"),
    ("operating_cost", SINKS, put("backup_tj", plus(1.0)), "indicators.value operating_cost_meur"),
    ("amounts", SINKS, put("backup_tj", plus(1.0)), "indicators.value heat_backup_tj"),
    ("heat_links", "heat_links", put("pipe", "DN250", year="2035", **QUAY),
     "heat_links.pipe link=junction_town"),
    ("heat_links", "heat_links", put("capex_meur", plus(1.0), **QUAY), "heat_links.capex_meur town"),
    ("heat_pumps", "heat_pumps", put("electricity_gwh", times(0.5)),
     "heat_pumps.electricity_gwh heat_pump=campus_pump, year=2026"),
    ("heat_business", "heat_business", put("heat_tj", plus(5.0)), "heat_business.heat_tj to=town_heat"),
    ("heat_business", "heat_business", put("npv_meur", plus(1.0)), "heat_business.npv_meur from=hav_campus"),
    ("heat_business", "heat_connections", put("subsidy_meur", plus(1.0)),
     "heat_connections.subsidy_meur from=hav_campus"),
    ("heat_flows", "heat_flows", put("tj", plus(5.0), year="2030"), "heat_flows.tj"),
    ("heat_reuse", "heat_reuse", first_away, "heat_reuse.site site=hav_campus"),
    ("heat_reuse", "heat_reuse", put("verdict", "does_not_pay"), "heat_reuse.verdict site=hav_campus"),
    ("policies", "policies", first_away, "policies.policy policy=noordveld_ban, year=2026"),
    ("policies", "policies", put("reached", plus(2.0)), "policies.slack policy=noordveld_ban"),
    ("programme", "shortfall", put("it_mw", "-3"), "shortfall.it_mw class=colocation"),
    ("duration", "duration", put("mw", plus(50.0), rank_hours="1314"), "duration.mw rank_hours=1314"),
    ("zones", "indicators", put("value", plus(1.0), indicator="land_ha", zone="havenstad"),
     "indicators.value indicator=land_ha, zone=all"),
    ("amounts", "indicators", put("value", plus(1.0), indicator="co2_kt", zone="all", year="2030"),
     "indicators.value indicator=co2_kt, zone=all, year=2030"),
    ("capex", "reinforcements", put("capex_meur", plus(1.0), year="2030", **NRD),
     "reinforcements.capex_meur reinforcement=nrd_transformer, year=2030"),
    ("operating_cost", "supplies", put("mw", plus(10.0), supply="grid_above"),
     "indicators.value indicator=operating_cost_meur, zone=all, year=2026"),
    ("total_cost", "indicators", put("value", plus(1.0), indicator="total_cost_meur", zone="all"),
     "indicators.value indicator=total_cost_meur, zone=all, year=2026"),
]  # fmt: skip

SUMMARIES = [
    ("totals", ("indicators", "land_ha", "total"), 1.0, "total", "indicator=land_ha"),
    ("totals", ("indicators", "land_ha", "by_year", "2030"), 1.0, "by_year", "indicator=land_ha, year=2030"),
    ("objective", ("objective", "total_cost_meur", "bound"), 1.0, "bound", "objective=total_cost_meur"),
    ("objective", ("objective", "total_cost_meur", "value"), 1.0, "value", "objective=total_cost_meur"),
    ("security", ("security", "violated"), 3, "violated", ""),
    ("security", ("security", "checked"), 17, "checked", ""),
]


@pytest.mark.parametrize("name", ["tutorial", "battery", "tank"])
def test_an_untouched_folder_is_verified(saved, name):
    found = verify_folder(saved[name])
    assert found.ok, found
    assert "NOT" not in str(found).splitlines()[1]


def _some():
    """The first two changes of every check; the others take long."""
    seen = Counter()
    for row in CORRUPTIONS:
        seen[row[0]] += 1
        yield pytest.param(*row, marks=pytest.mark.slow) if seen[row[0]] > 2 else row


@pytest.mark.parametrize(("check", "place", "change", "cell"), list(_some()))
def test_a_changed_table_is_found_out(copy, check, place, change, cell):
    name, _, changed = place.rpartition("/")
    folder = copy(name or "tutorial")
    edit(folder, changed, change)
    (table, column), row = cell.partition(" ")[0].split("."), cell.partition(" ")[2]
    found = verify_folder(folder, {check, "tables"} - {"files"})
    assert not found.ok
    own = [failure for failure in found.failures if failure.check == check]
    named = [f for f in own if (f.table, f.column) == (table, column) and row in f.row]
    assert named, "\n".join(map(str, own)) or str(found)
    assert f"tables/{table}.csv" in str(found) and all(failure.text for failure in own)


@pytest.mark.parametrize(("check", "path", "value", "column", "row"), SUMMARIES)
def test_a_changed_summary_is_found_out(copy, check, path, value, column, row):
    folder = copy()
    edit_summary(folder, *path, value=value)
    own = [failure for failure in verify_folder(folder, [check]).failures if failure.check == check]
    assert any((f.file, f.column) == ("summary.json", column) and row in f.row for f in own), own


def test_every_check_has_a_changed_folder():
    """Rights and the queue are changed in their own tests, edge sites in tests/invariants, in memory."""
    tried = {check for check, *_ in CORRUPTIONS} | {check for check, *_ in SUMMARIES}
    tried |= {check for check, *_ in RIGHTS} | {check for check, *_ in IN_MEMORY}
    assert tried | {"queue"} == {*CHECKS, "files"}


def test_a_value_is_stated_and_recomputed_with_its_unit(copy):
    folder = copy()
    edit(folder, "branches", put("limit_mw", "999", branch="KMP-HAV", year="2026"))
    said = [str(failure) for failure in verify_folder(folder).failures if failure.column == "limit_mw"]
    where, text = "branch=KMP-HAV, year=2026, limit_mw", "999 MW, of its circuits 380 MW"
    assert said == [f"tables/branches.csv: {where}: {text} [branch_ratings]"]


def test_a_table_that_cannot_be_read_is_named(copy):
    folder = copy()
    edit(folder, "reinforcements", put("units_in_service", "half"))
    with pytest.raises(LoadError, match=r"reinforcements\.csv.*units_in_service.*was changed after"):
        verify_folder(folder)
