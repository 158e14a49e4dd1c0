"""A case, a solver and pictures that behave as told: here files and exit codes are tested, not answers."""

import sys
import tomllib
import types
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

import gridplan.study  # noqa: F401  whole, before stand-ins take the place of what it imports
from gridplan.plan.plan import Plan
from gridplan.solve.status import SolveStatus


@dataclass(frozen=True)
class Problem:
    file: str
    row: int | None
    column: str
    value: str
    message: str
    allowed: str = ""
    hint: str = ""
    severity: str = "error"
    check: str = ""


class CaseError(ValueError):
    def __init__(self, problems):
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


@dataclass(frozen=True)
class Change:
    key: str
    old: str
    new: str
    file: str


@dataclass(frozen=True)
class Content:
    sources: dict = field(default_factory=dict)
    scenario: str | None = None
    changes: tuple = ()


@dataclass(frozen=True)
class Case:
    name: str = "toy"
    content: Content = field(default_factory=Content)
    warnings: tuple = ()

    sources = property(lambda self: self.content.sources)
    scenario = property(lambda self: self.content.scenario)
    changes = property(lambda self: self.content.changes)

    def write(self, folder):
        Path(folder).mkdir()
        (Path(folder) / "case.toml").write_text(f'[case]\nname = "{self.name}"\n', encoding="utf-8")


ERRORS = (
    Problem("zones.csv", 3, "lat", "abc", "is not a number", "-90 to 90", "did you mean 52.3?"),
    Problem("case.toml", None, "horizon.years", "", "is missing"),
)
WARNING = Problem("demands.csv", 7, "peak_mw", "9000", "is large", severity="warning")


def read_case(path, scenario=None, patch=None):
    told = tomllib.loads((Path(path) / "case.toml").read_text(encoding="utf-8"))["case"]
    if told.get("broken"):
        raise CaseError([*ERRORS, WARNING])
    if told.get("bug"):
        raise RuntimeError("boom")
    changes = tuple(Change(key, "1", value or "", "substations.csv") for key, value in (patch or {}).items())
    content = Content({"case.toml": "ab" * 32}, scenario, changes)
    return Case(told["name"], content, (WARNING,) if told.get("doubtful") else ())


def tables():
    return {
        "stations": pd.DataFrame(
            {
                "substation": ["A", "A", "=B", "C"],
                "year": [2026, 2030, 2030, 2030],
                "direction": ["demand", "demand", "feedin", "demand"],
                "peak_mw": [50.0, 72.5, 1 / 3, 9.0],
                "limit_mw": [80.0, 80.0, 100.0, float("nan")],
                "loading": [0.625, 0.90625, 1 / 300, float("nan")],
                "binding_hours": [0, 12, 0, 0],
            }
        ),
        "datacenters": pd.DataFrame(
            {
                "site": ["s1", "s2"],
                "class": ["colo", "colo"],
                "zone": ["north", "south"],
                "year": [2026, 2030],
                "it_mw": [12.0, 30.0],
            }
        ),
        "shortfall": pd.DataFrame({"class": ["colo"], "region": [None], "year": [2030], "it_mw": [4.5]}),
    }


SUMMARY = {
    "objective": {
        "unserved_mw_years": {"value": 0.0, "bound": 0.0, "gap": 0.0},
        "total_cost_meur": {"value": 1234.6, "bound": 1230.0, "gap": 0.00364},
    },
    "indicators": {
        "unserved_mw_years": {"total": 0.0, "by_year": {2026: 0.0, 2030: 0.0}},
        "heat_reused_tj": {"total": 700.0, "by_year": {2026: 20.0, 2030: 150.0}},
        "capex_meur": {"total": float("inf"), "by_year": {}},
    },
    "security": {"hours": 17520, "outages": 4, "checked": 70080, "violated": 0},
    "seconds": {"solve": 1.25},
}


def plan(status="optimal", case=None, with_tables=True):
    return Plan(
        case=case or Case(),
        status=SolveStatus(status),
        summary={"status": status, **SUMMARY},
        tables=tables() if with_tables else {},
        options={"gap": 0.01, "seed": 7, "threads": 1},
        log=("first line", "", "last line"),
    )


class Axes:
    def __init__(self, said):
        self.said, self.figure = said, self

    def savefig(self, path, metadata=None):
        Path(path).write_text(self.said, encoding="utf-8")


class Plots:
    """The pictures `map` and `gantt`."""

    def __init__(self, plan):
        self.plan = plan

    def names(self):
        maps = {f"map_demand_{year}": ("map", {"year": year, "direction": "demand"}) for year in (2026, 2030)}
        return maps | {"gantt": ("gantt", {})}

    def usual(self):
        return ["map_demand_2030", "gantt"]

    def map(self, year=None, direction="demand", lang="en"):
        if year not in (None, 2026, 2030):
            raise ValueError(f"no year {year}")
        return Axes(f"map {year} {direction} {lang}")

    def gantt(self, lang="en"):
        return Axes(f"gantt {lang}")

    def data(self, name, **options):
        return pd.DataFrame({"picture": [name], **{key: [value] for key, value in options.items()}})

    def save(self, folder, names=None, lang="en"):
        Path(folder).mkdir()
        (Path(folder) / f"map_{lang}.png").write_text("picture", encoding="utf-8")


def install(monkeypatch, solve=None):
    """Put the stand-ins where gridplan looks for the real ones."""
    case = types.ModuleType("gridplan.case")
    case.read_case, case.CaseError, case.Problem, case.Case = read_case, CaseError, Problem, Case
    content = types.ModuleType("gridplan.case.content")
    content.Change = Change
    run = types.ModuleType("gridplan.plan.run")
    run.solve = solve or (lambda case, **options: replace(plan(), case=case))
    patch = types.ModuleType("gridplan.case.patch")
    patch.parse_set = lambda texts: {text.partition("=")[0]: text.partition("=")[2] for text in texts}
    for module in (case, content, patch, run):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(Plan, "plot", property(Plots))
