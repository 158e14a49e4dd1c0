"""Strange files: a clear error soon, and never a traceback or more memory than the file deserves."""

import json
import resource
import time

import pandas as pd
import pytest

from gridplan.case import Case, CaseError
from gridplan.exchange import esdl, geojson, pandapower, pypsa, simbench

SOON, MORE_MB = 10.0, 600


def told(module, path, **options):
    """What a reader says of a file; it may also take it for a case."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        assert isinstance(module.read(path, **options), Case)
        said = ""
    except CaseError as error:
        assert error.problems and all(problem.file and problem.message for problem in error.problems)
        said = str(error)
    assert time.process_time() - start < SOON
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MORE_MB
    return said


BUS = {"columns": ["name", "vn_kv", "in_service"], "index": [0], "data": [["A", 110.0, True]]}
NETS = {  # a table of a pandapower network as JSON text: part of the message
    "huge": (json.dumps(BUS).replace("110.0", "1" + "0" * 400), "out of range"),
    "infinite": (json.dumps(BUS).replace("110.0", "1e999"), "no number"),
    "nan": (json.dumps(BUS).replace("110.0", "NaN"), "no number"),
    "deep": ("[" * 100_000, "is not JSON"),
    "rows": (json.dumps(BUS).replace("[0]", "[0, 1, 2]"), "do not fit"),
    "itself": (json.dumps({"_object": "_object.bus"}), "is no table"),
}


@pytest.mark.parametrize("kind", NETS)
def test_networks_of_pandapower(tmp_path, kind):
    table, said = NETS[kind]
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"_class": "pandapowerNet", "_object": {"bus": {"_object": table}}}))
    assert said in told(pandapower, path)


def feature(**more):
    row = {"table": "substations", "substation": "A"} | more
    return {"type": "Feature", "properties": row, "geometry": None}


COLLECTIONS = {
    "infinite": (feature(kv=1.5), '"horizon.years": "2030"', "is no number"),
    "outside": (feature(), '"horizon.years": "2030", "time.profiles": "../../profiles.csv"', ""),
    "huge": (feature(kv=7), '"horizon.years": "2030"', ""),
    "name": (feature(substation="../../etc"), '"horizon.years": "2030"', ""),
}


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_collections(tmp_path, kind):
    """Ids and file names that lead elsewhere are names and no more; numbers are finite."""
    one, settings, _ = COLLECTIONS[kind]
    text = json.dumps({"type": "FeatureCollection", "features": [one], "gridplan": {"settings": "S"}})
    text = (
        text.replace('"S"', "{" + settings + "}")
        .replace("1.5", "1e999")
        .replace('"kv": 7', '"kv": 1' + "0" * 400)
    )
    (tmp_path / "x.geojson").write_text(text)
    said = told(geojson, tmp_path / "x.geojson")
    assert bool(said) == (kind in ("infinite", "huge")), said
    assert [path.name for path in tmp_path.iterdir()] == ["x.geojson"]


def folder(path, **files):
    path.mkdir()
    (path / "buses.csv").write_text("name,v_nom\nA,1\n")
    for name, text in files.items():
        (path / f"{name.replace('_t_', '-')}.csv").write_text(text)
    return path


def test_folders_of_pypsa(tmp_path):
    wide = folder(tmp_path / "wide", loads="name," + "x," * 5_000_000 + "\n")
    assert "cells" in told(pypsa, wide)
    long = folder(tmp_path / "long", lines="name,bus0\n" + "a,b\n" * 2_500_000)
    assert "cells" in told(pypsa, long)
    series = folder(tmp_path / "series", loads="name,bus,p_set\nd,A,1\n", loads_t_p_set="snapshot,d\n0,nan\n")
    assert "is no number" in told(pypsa, series)
    away = folder(tmp_path / "away", loads="name,bus,p_set\n../../d,../../A,1\n")
    assert "no bus '../../A'" in told(pypsa, away)
    huge = folder(tmp_path / "huge", generators="name,bus,p_nom\ng,A,1e999\n")
    told(pypsa, huge)


def test_netcdf_that_claims_a_billion_buses(tmp_path):
    library = pytest.importorskip("netCDF4")
    with library.Dataset(tmp_path / "x.nc", "w") as data:
        data.createDimension("buses_i", 1_000_000_000)
        data.createVariable("buses_i", "i1", ("buses_i",), zlib=True, chunksizes=(1_000_000,))
    assert "is too large" in told(pypsa, tmp_path / "x.nc")


ESDL = """<esdl:EnergySystem xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:esdl="http://www.tno.nl/esdl"
 id="s"><instance id="i"><area id="r">
<asset xsi:type="esdl:Bus" id="a"><port xsi:type="esdl:InPort" id="a1" connectedTo="a1 c1"/></asset>
<asset xsi:type="esdl:ElectricityCable" id="c"><port xsi:type="esdl:InPort" id="c1" connectedTo="a1 c2"/>
<port xsi:type="esdl:OutPort" id="c2" connectedTo="c1 %s"/></asset>%s</area></instance></esdl:EnergySystem>"""


def test_energy_systems(tmp_path):
    path = tmp_path / "x.esdl"
    path.write_text(ESDL % ("a1", ""))
    assert "joins 1 stations" in told(esdl, path)
    path.write_text(ESDL % ("a1 " * 300_000, ""))
    assert "joins 1 stations" in told(esdl, path)
    path.write_text(
        "<!-- x --><!DOCTYPE" + " a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>" + ESDL % ("&b;", "")
    )
    assert "declares entities" in told(esdl, path)
    path.write_text(ESDL % ("&b;", ""))
    assert "is not XML" in told(esdl, path)
    path.write_bytes((ESDL % ("a1", "")).encode("utf-16"))
    assert "UTF-8" in told(esdl, path)


def test_folders_of_simbench(tmp_path):
    (tmp_path / "Node.csv").write_text("id;" * 300_000 + "\n" + "x;" * 300_000 + "\n")
    assert told(simbench, tmp_path)
    (tmp_path / "Node.csv").write_text("id;type;vmR;coordID;subnet\n../../A;busbar;nan;c;HV\n")
    assert "vmR" in told(simbench, tmp_path)
    pd.DataFrame({"id": ["a\0b"]}).to_csv(tmp_path / "Node.csv", sep=";", index=False)
    assert told(simbench, tmp_path)
    (tmp_path / "Node.csv").write_text("id;subnet\nA;HV\n")
    assert "column 'type' is missing" in told(simbench, tmp_path)
