"""pandapower and SimBench: per unit by hand, public grids, broken files."""

import json
import math
import shutil
from importlib.util import find_spec
from pathlib import Path

import networkx as nx
import pytest

from gridplan.case import CaseError
from gridplan.exchange import pandapower, simbench


def public(package, *parts):
    """A file that a package on PyPI brings; the package itself is not imported."""
    spec = find_spec(package)
    path = Path(spec.origin).parent.joinpath(*parts) if spec and spec.origin else Path("/nothing")
    if not path.exists():
        pytest.skip(f"{package} is not installed")
    return path


def table(columns, *rows, index=None):
    data = {
        "columns": columns,
        "index": list(range(len(rows))) if index is None else index,
        "data": list(rows),
    }
    return {
        "_module": "pandas.core.frame",
        "_class": "DataFrame",
        "_object": json.dumps(data),
        "orient": "split",
    }


BUS = ["name", "vn_kv", "in_service"]
LINE = [
    "from_bus",
    "to_bus",
    "length_km",
    "r_ohm_per_km",
    "x_ohm_per_km",
    "max_i_ka",
    "parallel",
    "in_service",
]
TRAFO = ["hv_bus", "lv_bus", "sn_mva", "vn_hv_kv", "vn_lv_kv", "vk_percent", "vkr_percent", "in_service"]
NET = {
    "bus": table(BUS, ["A", 110.0, True], ["B", 20.0, True], ["C", 20.0, True], ["B2", 20.0, True]),
    "line": table(LINE, [3, 2, 10.0, 0.2, 0.4, 0.3, 2, True]),
    "trafo": table(TRAFO, [0, 1, 25.0, 110.0, 20.0, 11.2, 0.5, True]),
    "switch": table(["bus", "element", "et", "closed"], [1, 3, "b", True]),
    "load": table(["bus", "p_mw", "scaling", "in_service"], [2, 8.0, 0.5, True], [2, 1.0, 1.0, False]),
    "sgen": table(["bus", "p_mw", "in_service"], [2, 1.5, True]),
    "ext_grid": table(["bus", "in_service"], [0, True]),
}


def net(tmp_path, **changes):
    content = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": NET | changes}
    (tmp_path / "net.json").write_text(json.dumps(content))
    return tmp_path / "net.json"


def test_per_unit_by_hand(tmp_path):
    """20 kV is 4 ohm: 10 km of 0.2 + 0.4j are 0.5 + 1j; 11.2 % of 25 MVA is 0.448, of it 0.02 real."""
    case = pandapower.read(net(tmp_path))
    rows = case.table("branches").set_index("kind")
    line, trafo = rows.loc["line"], rows.loc["transformer"]
    assert (line["r_pu"], line["x_pu"], line["circuits"]) == pytest.approx((0.5, 1.0, 2))
    assert line["circuit_mva"] == pytest.approx(math.sqrt(3) * 20 * 0.3)
    assert (trafo["r_pu"], trafo["x_pu"]) == pytest.approx((0.02, math.sqrt(0.448**2 - 0.02**2)))
    assert (trafo["circuit_mva"], trafo["tap_ratio"]) == (25, 1)
    assert case.table("substations")["substation"].tolist() == ["A", "B", "C"]  # B2 is joined to B
    assert (line["from"], line["to"]) == ("B", "C")
    assert case.table("demands")["peak_mw"].tolist() == [4]


def test_open_switches_take_lines_out(tmp_path):
    switches = table(["bus", "element", "et", "closed"], [1, 3, "b", True], [3, 0, "l", False])
    case = pandapower.read(net(tmp_path, switch=switches))
    assert case.table("branches")["kind"].tolist() == ["transformer"]


def bad_line(**cells):
    row = dict(zip(LINE, [3, 2, 10.0, 0.2, 0.4, 0.3, 1, True], strict=True)) | cells
    return {"line": table(LINE, [row[key] for key in LINE])}


BROKEN = [
    ({"bus": "[["}, "is not JSON"),
    ({"bus": table(BUS, ["A", "high", True])}, "bus[0].vn_kv"),
    ({"bus": table(BUS, ["A", -1.0, True])}, "not positive"),
    (bad_line(x_ohm_per_km=None), "line[0].x_ohm_per_km"),
    (bad_line(x_ohm_per_km=0.0), "a reactance is needed"),
    (bad_line(length_km=1e300), "out of range"),
    ({"trafo3w": table(["in_service"], [True])}, "trafo3w are not read"),
    ({"line": {"_object": {"columns": [], "index": [0], "data": []}}}, "do not fit"),
    ({"trafo": table(TRAFO, [0, 1, 0.0, 110.0, 20.0, 11.2, 0.5, True])}, "must be positive"),
]


@pytest.mark.parametrize(("changes", "said"), BROKEN, ids=range(len(BROKEN)))
def test_broken_networks_name_table_row_and_column(tmp_path, changes, said):
    with pytest.raises(CaseError) as error:
        pandapower.read(net(tmp_path, **changes))
    assert said in str(error.value)


def test_what_is_no_network_is_told(tmp_path):
    (tmp_path / "net.json").write_text('{"_class": "DataFrame", "_object": {}}')
    with pytest.raises(CaseError, match="no network of pandapower"):
        pandapower.read(tmp_path / "net.json")


def test_a_public_network_and_its_published_optimum():
    """MATPOWER's case9: 5216.03 $/h in DC optimal power flow."""
    path = public("pandapower", "networks", "power_system_test_case_jsons", "case9.json")
    plan = pandapower.read(path).solve(threads=1)
    assert 1e6 * plan.summary["objective"]["operating_cost_meur"]["value"] == pytest.approx(5216.03, abs=0.01)


LINE_HEAD = "id;nodeA;nodeB;type;length;loadingMax;subnet"
FILES = {
    "Node.csv": "id;type;vmR;coordID;subnet\nH;busbar;110;c;HV\nh1;auxiliary;110;c;HV\n"
    "M;busbar;20;c;MV\nN;node;20;c;MV\nO;node;20;c;MV2\n",
    "Coordinates.csv": "id;x;y\nc;5.1;52.1\n",
    "Switch.csv": "id;nodeA;nodeB;cond\ns;H;h1;1\n",
    "LineType.csv": "id;r;x;iMax;type\nt;0.2;0.4;300;cable\n",
    "Line.csv": "id;nodeA;nodeB;type;length;loadingMax;subnet\nl;M;N;t;10;50;MV_Feeder1\nk;N;O;t;1;100;MV2\n",
    "TransformerType.csv": "id;sR;vmHV;vmLV;vmImp;pCu;tapside;dVm;tapNeutr\ny;25;110;20;11.2;125;HV;2.5;0\n",
    "Transformer.csv": "id;nodeHV;nodeLV;type;tappos;loadingMax;subnet\nT;h1;M;y;2;100;MV\n",
    "Load.csv": "id;node;profile;pLoad;subnet\na;N;;2;MV\nb;N;;9;MV_LV1_eq\nc;H;;5;HV_MV_eq\n",
    "ExternalNet.csv": "id;node;subnet\ne;H;MV_HV_eq\nf;H;HV\n",
}


def bench(tmp_path, **changes):
    folder = tmp_path / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(changes.get(name.removesuffix(".csv"), text))
    return folder


def test_simbench_by_hand(tmp_path):
    """The transformer is two steps of 2.5 % up, 0.5 % of its losses real; half of 300 A is allowed."""
    case = simbench.read(bench(tmp_path), subnets="HV,MV")
    rows = case.table("branches").set_index("branch")
    assert list(rows.index) == ["l", "T"]
    assert (rows.loc["l", "r_pu"], rows.loc["l", "x_pu"]) == pytest.approx((0.5, 1.0))
    assert rows.loc["l", "circuit_mva"] == pytest.approx(math.sqrt(3) * 20 * 0.15)
    assert rows.loc["T", ["from", "to", "tap_ratio"]].tolist() == ["H", "M", 1.05]
    assert rows.loc["T", "r_pu"] == pytest.approx(0.02)
    assert case.table("demands")["demand"].tolist() == ["a", "b"]  # HV sees MV itself, not what stands for it
    assert case.table("supplies")["supply"].tolist() == ["f"]
    assert simbench.read(bench(tmp_path), subnets="MV").table("supplies")["supply"].tolist() == ["e"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("Node", "id;type\n", "no Node.csv with nodes"),
        ("Node", "name;type\nH;busbar\n", "column 'id' is missing"),
        ("Line", f"{LINE_HEAD}\nl;M;N;t;ten;50;MV\n", "Line.csv, row 2, column length"),
        ("Line", f"{LINE_HEAD}\nl;M;N;u;10;50;MV\n", "no line type 'u'"),
        ("Line", "id;nodeA\nl;M\n", "column 'nodeB' is missing"),
        ("Line", "id;nodeA;nodeB;type\nl;M;N\n", "has 3 cells"),
        ("TransformerType", "id;sR;vmHV;vmLV;vmImp;pCu\ny;0;110;20;11.2;125\n", "must be positive"),
    ],
)
def test_broken_simbench_names_file_and_line(tmp_path, file, text, said):
    with pytest.raises(CaseError) as error:
        simbench.read(bench(tmp_path, **{file: text}), subnets="HV,MV")
    assert said in str(error.value)


@pytest.mark.slow
def test_simbench_urban_grid_has_headroom_at_every_substation():
    from gridplan.explain.headroom import headroom

    folder = public("simbench", "networks", "1-complete_data-mixed-all-0-sw")
    case = simbench.read(folder, subnets="HV2,MV2.203")
    graph = nx.Graph(case.table("branches")[["from", "to"]].values.tolist())
    stations = set(case.table("substations")["substation"])
    assert nx.is_connected(graph) and set(graph) == stations and len(stations) == 196
    found = headroom(case, directions=("demand",), built=False)
    assert set(found["place"]) == stations and (found["headroom_mw"] >= 0).all() and found["exact"].all()
