"""The other verbs: new, validate, plot, doctor; and help."""

import json
import re
import subprocess
import sys

import pytest

from gridplan.plan.save import save
from tests.cli.conftest import make_case
from tests.plan_io import standin

VERBS = ("new", "validate", "solve", "verify", "plot", "heat", "doctor")
HEAVY = ("pandas", "numpy", "pyomo", "matplotlib", "highspy", "networkx", "scipy")


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_ends_with_two_examples(run, verb):
    end = run(*([verb] if verb else []), "--help")
    lines = [line.strip() for line in end.out.splitlines() if line.strip()]
    assert end.code == 0 and lines[-3] == "Examples"
    assert all(line.startswith("gridplan " + verb) for line in lines[-2:])


@pytest.mark.parametrize("verb", [None, *VERBS])
def test_help_imports_nothing_heavy(verb):
    code = (
        "import sys\nfrom gridplan.cli import main\n"
        f"try:\n    main({[verb] if verb else []!r} + ['--help'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version(run):
    assert re.fullmatch(r"gridplan \d+\.\d+\.\d+\S*\n", run("--version").out)


@pytest.fixture
def bundled(place, monkeypatch):
    """One bundled case `tutorial`."""
    source = place / "bundle"
    source.mkdir()
    make_case(source / "tutorial")
    (source / "tutorial/case.toml").write_text('[case]\nname = "tutorial" # id\ntitle = "name = x"\n')
    (source / "tutorial/zones.csv").write_text("zone,name\nz,n\n")
    monkeypatch.setattr("gridplan.cli.new.bundled_cases", lambda: {"tutorial": source / "tutorial"})
    monkeypatch.setattr("gridplan.cli.bundled.bundled_cases", lambda: {"tutorial": source / "tutorial"})
    return source


def test_new_copies_the_tutorial_under_its_own_name(run, place, bundled):
    end = run("new", "plans/noord")
    assert end.code == 0 and "gridplan solve plans/noord" in end.out
    assert (
        place / "plans/noord/case.toml"
    ).read_text() == '[case]\nname = "noord" # id\ntitle = "name = x"\n'
    assert (place / "plans/noord/zones.csv").read_text() == "zone,name\nz,n\n"
    assert [path.name for path in (place / "plans").iterdir()] == ["noord"]


def test_new_never_overwrites(run, place, bundled):
    before = (place / "toy/case.toml").read_text()
    end = run("new", "toy")
    assert end.code == 2 and "exists already" in end.err and (place / "toy/case.toml").read_text() == before


def test_new_from_an_unknown_case(run, bundled):
    end = run("new", "x", "--from", "mars")
    assert end.code == 2 and "tutorial" in end.err


def test_a_bundled_case_is_found_by_name_but_a_folder_goes_first(run, place, bundled):
    assert run("validate", "tutorial").code == 0
    make_case(place / "tutorial", broken=True)
    assert run("validate", "tutorial").code == 3


def test_validate_shows_all_problems_at_once(run, place):
    make_case(place / "bad", broken=True)
    end = run("validate", "bad")
    lines = end.out.splitlines()
    assert end.code == 3 and len(lines) == 4
    said = "error zones.csv:3 lat = 'abc' → is not a number; allowed: -90 to 90; did you mean 52.3?"
    assert " ".join(lines[0].split()) == said
    assert " ".join(lines[1].split()) == "error case.toml horizon.years → is missing"
    assert lines[3] == "bad: not valid (2 errors, 1 warning)"
    assert "warning" not in run("validate", "bad", "-q").out


def test_validate_with_warnings_only_is_fine(run, place):
    make_case(place / "odd", doubtful=True)
    end = run("validate", "odd")
    assert end.code == 0 and "demands.csv:7" in end.out and "odd: valid (0 errors, 1 warning)" in end.out
    told = json.loads(run("validate", "odd", "--json").out)
    assert told["valid"] and told["problems"][0]["message"] == "is large"


def test_validate_json_of_a_bad_case(run, place):
    make_case(place / "bad", broken=True)
    end = run("validate", "bad", "--json")
    told = json.loads(end.out)
    assert end.code == 3 and not told["valid"] and [p["row"] for p in told["problems"]] == [3, None, 7]


def test_a_bug_in_the_reader_is_not_an_invalid_case(run, place):
    make_case(place / "bug", bug=True)
    assert run("validate", "bug").code == 1


@pytest.fixture
def saved(place):
    return save(standin.plan(), place / "plan")


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def test_plot_draws_the_usual_pictures_into_the_result(run, saved):
    end = run("plot", "plan")
    names = ["gantt.csv", "gantt.png", "map_demand_2030.csv", "map_demand_2030.png"]
    assert end.code == 0 and written(saved / "figures") == names
    assert len(end.out.splitlines()) == 4
    assert (saved / "figures/map_demand_2030.png").read_text() == "map 2030 demand en"


def test_plot_takes_kinds_names_and_options(run, place, saved):
    run(
        "plot",
        "plan",
        "map",
        "--year",
        "2026",
        "--direction",
        "feedin",
        "--lang",
        "nl",
        "--out",
        "a",
        "--format",
        "svg",
    )
    assert written(place / "a") == ["map_feedin_2026.csv", "map_feedin_2026.svg"]
    assert (place / "a/map_feedin_2026.svg").read_text() == "map 2026 feedin nl"
    run("plot", "plan", "map_demand_2026", "gantt", "--out", "b", "-q")
    assert written(place / "b") == ["gantt.csv", "gantt.png", "map_demand_2026.csv", "map_demand_2026.png"]
    run("plot", "plan", "--year", "2026", "--out", "c")
    assert written(place / "c") == ["map_2026.csv", "map_2026.png"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no folder 'nowhere'"),
        (["toy"], "not a result of gridplan"),
        (["plan", "pie"], "no picture 'pie'"),
        (["plan", "pie", "--year", "2030"], "no picture 'pie'"),
        (["plan", "gantt", "--year", "2030"], "has no option --year"),
        (["plan", "map", "--year", "1999"], "no year 1999"),
        (["plan", "--substation", "A", "--year", "2030"], "--year and --substation together"),
        (["plan", "--direction", "up"], "--direction"),
        (["plan", "--format", "gif"], "--format"),
    ],
)
def test_plot_refuses_what_it_cannot_draw(run, saved, arguments, said):
    end = run("plot", *arguments)
    assert end.code == 2 and said in " ".join(end.err.replace("│", " ").split())
    assert not (saved / "figures").exists()


def test_plot_of_a_case_without_a_plan(run, place):
    save(standin.plan("infeasible", with_tables=False), place / "none")
    end = run("plot", "none")
    assert end.code == 2 and "infeasible" in end.err


def test_doctor_finds_a_working_solver(run):
    end = run("doctor")
    assert end.code == 0 and "All is well." in end.out and re.search(r"solver +ok", end.out)
    told = json.loads(run("doctor", "--json").out)
    assert told["problems"] == [] and told["packages"]["highspy"] and told["cores"] >= 1
    assert run("doctor", "-q").out == ""


def test_doctor_names_what_is_wrong(run, monkeypatch):
    monkeypatch.setattr("gridplan.cli.doctor.PACKAGES", ("pandas", "no-such-package"))
    monkeypatch.setattr("gridplan.cli.doctor.writable", lambda folder: False)
    monkeypatch.setattr("highspy.Highs", lambda: 1 / 0)
    end = run("doctor")
    assert end.code == 1
    for said in (
        "no-such-package is not installed",
        "ZeroDivisionError",
        "the here folder cannot be written",
    ):
        assert said in end.out
