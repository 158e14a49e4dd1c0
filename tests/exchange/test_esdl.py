"""ESDL: what is written opens in pyESDL and reads back on what is shared; strange files are refused."""

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import esdl
from gridplan.exchange.kinds import export


@pytest.fixture(scope="module")
def town():
    return read_case("cases/tutorial")


@pytest.fixture(scope="module")
def file(town, tmp_path_factory):
    (path,) = export("esdl", town, tmp_path_factory.mktemp("esdl") / "town.esdl", year=2030)
    return path


def standing_in(case):
    branches = case.table("branches")
    return branches[branches["circuits"] > 0]


def test_stations_cables_and_demands_come_back(town, file):
    case = esdl.read(file)
    assert set(case.table("zones")["zone"]) == set(town.table("zones")["zone"])
    old, new = (
        town.table("substations").set_index("substation"),
        case.table("substations").set_index("substation"),
    )
    assert set(old.index) == set(new.index)
    assert new.loc["HAV", ["lat", "lon", "kv"]].tolist() == old.loc["HAV", ["lat", "lon", "kv"]].tolist()
    columns = ["branch", "from", "to", "length_km"]
    standing = standing_in(town)
    assert case.table("branches")[columns].values.tolist() == standing[columns].values.tolist()
    mva = case.table("branches")["circuit_mva"].tolist()
    assert mva == pytest.approx(
        (0.95 * standing["circuits"].astype(float) * standing["circuit_mva"]).tolist()
    )
    demands = town.table("demands")
    wanted = demands[demands["year"] == 2030].set_index("demand")["peak_mw"]
    found = case.table("demands").set_index("demand")["peak_mw"]
    assert found[list(wanted.index)].to_dict() == pytest.approx(wanted.to_dict())
    # 8 MW of IT, pue 1.25, used for 80 %, growing 2 % a year for 4 years
    assert found["hav_campus"] == pytest.approx(8 * 1.25 * 0.8 * 1.02**4)


def test_pyesdl_opens_it(town, file):
    pytest.importorskip("esdl")
    from esdl import ElectricityCable, Pipe
    from esdl.esdl_handler import EnergySystemHandler

    system = EnergySystemHandler()
    system.load_file(str(file))
    cables = {asset.id: asset for asset in system.get_all_instances_of_type(ElectricityCable)}
    assert len(cables) == len(standing_in(town))
    cable = cables["branches:KMP-HAV"]
    assert (cable.length, cable.capacity) == pytest.approx((7500, 380e6))
    assert [end.connectedTo[0].energyasset.name for end in cable.port] == ["Kampveld", "Haven"]
    assert len(system.get_all_instances_of_type(Pipe)) == len(town.table("heat_links"))


def test_a_plan_has_what_it_built(garver_plan, tmp_path):
    (path,) = export("esdl", garver_plan, tmp_path / "garver.esdl")
    case = esdl.read(path)
    built = garver_plan.branches
    limits = dict(zip(case.table("branches")["branch"], case.table("branches")["circuit_mva"], strict=True))
    wanted = built[built["limit_mw"] > 0].set_index("branch")["limit_mw"].to_dict()
    assert {name: limits[name] for name in wanted} == pytest.approx(wanted)


def deep(text):
    """Areas within areas, 70 of them."""
    text = text.replace('<instance id="instance"', "<area>" * 70 + '<instance id="instance"', 1)
    return text.replace("</instance>", "</instance>" + "</area>" * 70)


PORT, NOWHERE = 'connectedTo="substations:KMP:out"', 'connectedTo="nowhere"'
BROKEN = [
    (lambda text: text[:400], "is not XML"),
    (lambda text: '<!DOCTYPE a [<!ENTITY b "c">]>' + text.split("?>", 1)[1], "declares entities"),
    (lambda text: "<a/>", "is no energy system"),
    (lambda text: text.replace('power="76000000.0"', 'power="nan"'), "power"),
    (lambda text: text.replace(PORT, NOWHERE, 1), "no port 'nowhere'"),
    (lambda text: text.replace('id="branches:KMP-HAV:in"', 'id="branches:KMP-NRD:in"'), "twice"),
    (deep, "deep"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN, ids=range(len(BROKEN)))
def test_broken_and_hostile_files(file, tmp_path, change, said):
    (tmp_path / "x.esdl").write_text(change(file.read_text()))
    with pytest.raises(CaseError) as error:
        esdl.read(tmp_path / "x.esdl")
    assert said in str(error.value)


def test_an_unknown_year_is_told(town, tmp_path):
    with pytest.raises(CaseError, match="1999 is no stage"):
        export("esdl", town, tmp_path / "x", year=1999)
