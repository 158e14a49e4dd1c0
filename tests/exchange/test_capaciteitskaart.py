"""The official capacity map: examples in, plans out, and back again."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.case import CaseError, case_from_tables
from gridplan.case.cells import FORBIDDEN_IN_IDS
from gridplan.exchange import capmap
from gridplan.exchange.capmap_data import SAFE, parse, to_code, to_id
from gridplan.exchange.capmap_plan import LEVELS, colour
from gridplan.exchange.jsonfile import JsonFile
from gridplan.plots.style import CLASSES, THRESHOLDS, class_of

SHARED = Path(__file__).parents[3] / "shared" / "capaciteitskaart"
official = pytest.mark.skipif(not SHARED.exists(), reason="the official schema and examples are not here")
AREA = {"short_code": "OS, A", "works": [], "demand_available_capacity": 10}
MAP = {
    "conforms_to": "http://data.netbeheernederland.nl/capaciteitskaart/v1.3.0",
    "creator": "someone",
    "identifier": "x",
    "issued": "2026-02-01",
    "energy_areas": [AREA],
}


def file(tmp_path, content):
    path = tmp_path / "map.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def exported(plan):
    files = capmap.write(plan, Path("out"), issued="2026-01-01")
    return {path.name: json.loads(data) for path, data in files.items()}


def with_area(**more):
    return MAP | {"energy_areas": [AREA | more]}


def two_years():
    """Station A: 20 MW of room now, 60 from 2030 with a transformer that must come; the queue asks for 30.

    Feed-in: 50 MW, nothing asked. Station B is full for demand, with nothing asked and nothing to come.
    """
    case = {"case": {"name": "two", "power_factor": 1.0}, "horizon": {"years": [2026, 2030, 2034]}}
    tables = {
        "zones": [{"zone": "1234AB"}, {"zone": "town"}],
        "substations": [
            {"substation": "A", "transformers": 2, "transformer_mva": 40.0, "firm_feedin_mva": 50.0},
            {"substation": "B", "firm_demand_mva": 5.0, "firm_feedin_mva": 5.0},
        ],
        "service_areas": [
            {"zone": "1234AB", "substation": "B", "share": 1.0},
            {"zone": "town", "substation": "A", "share": 0.75},
            {"zone": "town", "substation": "B", "share": 0.25},
        ],
        "demands": [
            {"demand": "a", "substation": "A", "year": 2026, "peak_mw": 20.0},
            {"demand": "b", "substation": "B", "year": 2026, "peak_mw": 5.0},
            {"demand": "more", "substation": "A", "year": 2026, "peak_mw": 0.0},
            {"demand": "more", "substation": "A", "year": 2030, "peak_mw": 21.0},
        ],
        "reinforcements": [
            {"reinforcement": "t", "name": "Third", "kind": "transformer", "target": "A", "adds_mva": 40.0}
            | {"capex_meur": 5.0}
        ],
        "queue": [
            {"request": "r1", "zone": "town", "mw": 40.0, "requests": 3, "class": ""},
            {"request": "o", "substation": "A", "mw": 7.0, "requests": 1, "class": "quoted"},
        ],
    }
    return case_from_tables(case, {name: pd.DataFrame(rows) for name, rows in tables.items()})


@pytest.fixture(scope="module")
def plan():
    return two_years().solve(threads=1)


def test_every_year_by_hand(plan):
    """A: 40 firm with two of 40. 2026: 20 left, 30 asked: amber. 2030: the third for 41, so 39 left."""
    maps = exported(plan)
    assert list(maps) == [f"capaciteitskaart-{year}.json" for year in (2026, 2030, 2034)]
    now, then, _ = ({area["short_code"]: area for area in m["energy_areas"]} for m in maps.values())
    a = now["A"]
    assert (a["demand_available_capacity"], a["demand_capacity_in_queue"]) == pytest.approx((20, 30))
    assert (a["demand_requests_in_queue"], a["demand_quoted_capacity"]) == (3, 7)
    assert (a["demand_constraint"], a["demand_alleviation_year"]) == ("amber", 2030)
    assert (a["generation_constraint"], a["generation_available_capacity"]) == ("transparant", 50)
    assert "generation_alleviation_year" not in a
    assert then["A"]["demand_available_capacity"] == pytest.approx(39)
    assert then["A"]["demand_constraint"] == "transparant"
    assert [w["project_name"] for w in a["works"]] == ["Third"]
    assert a["works"][0]["time_schedules"] == [{"schedule_interval": {"year": 2030}}]
    b = now["B"]
    assert "demand_constraint" not in b and "demand_alleviation_year" not in b
    assert b["postcode_areas"] == [
        {"postcode": "1234AB", "demand_constraint": "red", "generation_constraint": "transparant"}
    ]


def test_alleviation_is_the_first_year_with_room_for_the_queue_and_offers_do_not_wait(tmp_path):
    """5 MW of room and 9 asked, besides 30 quoted. In 2030 0.5 more than fits asks for 20: room 19.5.

    Feed-in: 50 of room and 50 asked, so nothing has to come, whatever is quoted.
    """
    content = with_area(
        demand_available_capacity=5.0, demand_forecast_capacity=20.0, demand_capacity_in_queue=9.0,
        demand_quoted_capacity=30.0, generation_available_capacity=50.0, generation_capacity_in_queue=50.0,
        generation_quoted_capacity=70.0,
    )  # fmt: skip
    base = capmap.read(file(tmp_path, content))
    (name,) = base.table("substations")["substation"]
    more = [
        {"demand": "more", "substation": name, "year": y, "peak_mw": mw} for y, mw in ((2028, 0), (2030, 5.5))
    ]
    unit = {"reinforcement": "t", "kind": "transformer", "target": name, "adds_mva": 20.0, "capex_meur": 1.0}
    tables = {
        "substations": base.table("substations"),
        "demands": pd.concat([base.table("demands"), pd.DataFrame(more)]),
        "queue": base.table("queue"),
        "reinforcements": pd.DataFrame([unit]),
    }
    case = {"case": {"power_factor": 1.0}, "horizon": {"years": [2026, 2028, 2030]}}
    maps = exported(case_from_tables(case, tables).solve(threads=1))
    now, between, then = (content["energy_areas"][0] for content in maps.values())
    assert [a["demand_available_capacity"] for a in (now, between, then)] == pytest.approx([5, 5, 19.5])
    assert [a.get("demand_alleviation_year") for a in (now, between, then)] == [2030, 2030, None]
    assert [a["demand_constraint"] for a in (now, between, then)] == ["amber", "amber", "transparant"]
    assert {a["demand_quoted_capacity"] for a in (now, between, then)} == {30}
    assert "generation_alleviation_year" not in now and now["generation_constraint"] == "transparant"


def test_a_file_read_and_planned_gives_the_file_again(plan, tmp_path):
    """Import(export(x)) is x, but for the alleviation year, which only a plan of many years knows."""
    first = exported(plan)["capaciteitskaart-2026.json"]
    case = capmap.read(file(tmp_path, first))
    again = exported(case.solve(threads=1))["capaciteitskaart-2026.json"]
    for one, two in zip(first["energy_areas"], again["energy_areas"], strict=True):
        one.pop("demand_alleviation_year", None)
        assert two.keys() == one.keys()
        for key in one:
            feedin_there = key == "generation_forecast_capacity"
            assert feedin_there or two[key] == (pytest.approx(one[key]) if "capacity" in key else one[key])


@official
def test_every_file_validates_against_the_official_schema(plan, tmp_path):
    import jsonschema

    schema = json.loads((SHARED / "im_capaciteitskaart.schema.json").read_text())
    check = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    for content in exported(plan).values():
        check.validate(content)
    for example in sorted(SHARED.glob("*so-*.json")):
        case = capmap.read(example)
        for content in exported(case.solve(threads=1)).values():
            check.validate(content)


@official
@pytest.mark.parametrize(
    "name", ["im_capaciteitskaart_dso-20250110.json", "im_capaciteitskaart_tso-20250120.json"]
)
def test_the_official_examples_come_back_on_what_is_shared(name):
    content = json.loads((SHARED / name).read_text())
    case = capmap.read(SHARED / name)
    assert case.years == (2025,)
    (again,) = exported(case.solve(threads=1)).values()
    shared = ("available_capacity", "capacity_in_queue", "requests_in_queue", "quoted_capacity")
    keys = ["short_code", *(f"{side}_{key}" for side in ("demand", "generation") for key in shared)]
    for one, two in zip(content["energy_areas"], again["energy_areas"], strict=True):
        assert {key: two[key] for key in keys} == {key: one[key] for key in keys}
        assert [w["project_name"] for w in two["works"]] == [w["project_name"] for w in one["works"]]
        codes = [code["postcode"] for code in one.get("postcode_areas", [])]
        assert [code["postcode"] for code in two.get("postcode_areas", [])] == codes


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.floats(0, 500, allow_nan=False),
    st.floats(0, 500, allow_nan=False),
    st.integers(0, 9),
    st.text(max_size=9),
)
def test_numbers_and_names_are_kept(tmp_path_factory, room, asked, requests, words):
    path = tmp_path_factory.mktemp("map")
    code = "a" + words.strip()
    more = {"short_code": code.strip(), "demand_available_capacity": room, "demand_capacity_in_queue": asked}
    content = with_area(**more, demand_requests_in_queue=requests, demand_forecast_capacity=4.0)
    if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in code):
        return
    case = capmap.read(file(path, content))
    (station,) = case.table("substations").to_dict("records")
    assert to_code(station["substation"]) == code.strip()
    assert station["firm_demand_mva"] - 4 == pytest.approx(room, abs=1e-9)
    queue = case.table("queue").iloc[0]
    assert (queue["mw"], queue["requests"], case.table("demands")["peak_mw"].iloc[0]) == (asked, requests, 4)


def test_colours_mean_what_the_pictures_mean():
    """Without a queue a colour is the class of the pictures; a queue that does not fit makes it amber."""
    words = dict(zip(CLASSES, ("transparant", "yellow", "amber", "red"), strict=True))
    assert THRESHOLDS[:2] == LEVELS
    for loading in (0.0, 0.79, 0.8, 0.9, 0.95, 0.99):
        assert colour(loading, 100 * (1 - loading), 0) == words[class_of(loading, 100 * (1 - loading))]
    assert [colour(0.5, 0.0, 0), colour(0.1, 5.0, 6), colour(0.1, 5.0, 5)] == ["red", "amber", "transparant"]
    assert colour(float("nan"), float("nan"), 9) == "transparant"


def test_codes_become_ids_and_come_back():
    for code in ("GDO, Noord", "=1", 'a"b', "100%", "a%2Cb", "x;y|z"):
        assert to_code(to_id(code)) == code and not FORBIDDEN_IN_IDS.search(to_id(code))
    assert all(SAFE.search(character) for character in ',;|\n\r\t"')


BROKEN = [  # content, place, part of the message
    ("{", "character 2", "is not JSON"),
    ("[1]", "", "is no object"),
    ('{"a": NaN}', "", "NaN is no number"),
    ("[" * 100_000, "", "is not JSON"),
    ("9" * 10_000, "", "is not JSON"),
    (MAP | {"conforms_to": "v2"}, "conforms_to", "not the schema"),
    (MAP | {"energy_areas": {}}, "energy_areas", "is no list"),
    (MAP | {"energy_areas": [AREA, AREA]}, "energy_areas[1].short_code", "there already"),
    (MAP | {"issued": "soon"}, "issued", "says no year"),
    (with_area(demand_available_capacity=-1), "energy_areas[0].demand_available_capacity", "not allowed"),
    (with_area(demand_available_capacity="9"), "energy_areas[0].demand_available_capacity", "not allowed"),
    (with_area(demand_available_capacity=1e300), "energy_areas[0].demand_available_capacity", "not allowed"),
    (with_area(demand_constraint="green"), "energy_areas[0].demand_constraint", "no colour"),
    (with_area(short_code=""), "energy_areas[0].short_code", "no text"),
    (with_area(short_code="x" * 200), "energy_areas[0].short_code", "too long"),
    (with_area(works=[{}]), "energy_areas[0].works[0].project_name", "missing"),
    (
        with_area(postcode_areas=[{"postcode": "12 AB"}]),
        "energy_areas[0].postcode_areas[0].postcode",
        "no postcode",
    ),
]


@pytest.mark.parametrize(("content", "place", "said"), BROKEN, ids=lambda value: str(value)[:20])
def test_broken_files_name_the_place(tmp_path, content, place, said):
    with pytest.raises(CaseError) as error:
        capmap.read(file(tmp_path, content))
    assert any(p.column == place and said in p.message for p in error.value.problems), error.value


def test_a_case_without_a_plan_has_no_room_to_report(plan):
    with pytest.raises(CaseError, match="before it is solved"):
        capmap.write(plan.case, Path("out"))
    assert replace(plan, tables={}).has_plan is False


def test_parse_reads_what_dump_writes(plan, tmp_path):
    first = exported(plan)["capaciteitskaart-2030.json"]
    year, areas = parse(JsonFile(file(tmp_path, first)))
    assert (year, [area.code for area in areas]) == (2030, ["A", "B"])
    assert areas[0].sides["demand"].available == first["energy_areas"][0]["demand_available_capacity"]
