"""Saved plans, and a way to change a file of theirs."""

import csv
import io
import json
import shutil

import pytest

from gridplan.case import read_case
from gridplan.plan.save import save
from tests.heat.networks import two_towns
from tests.invariants.test_storages import battery_case


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Result folders by name: the tutorial, a case with a battery, and one with a heat tank and a boiler."""
    root = tmp_path_factory.mktemp("saved")
    return {
        "tutorial": save(read_case("cases/tutorial").solve(gap=0.001, threads=1), root / "tutorial"),
        "tank": save(two_towns().solve(gap=0, threads=1), root / "tank"),
        "battery": save(battery_case(all_hours=False).solve(gap=1e-6, threads=1), root / "battery"),
    }


@pytest.fixture
def copy(saved, tmp_path):
    """A copy of a result folder that a test may change."""

    def make(name="tutorial"):
        return shutil.copytree(saved[name], tmp_path / name)

    return make


def edit(folder, table, change):
    """Rewrite a table: `change` takes its rows (text by column) and gives rows back, or changes them."""
    path = folder / "tables" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    columns = list(rows[0]) if rows else path.read_text(encoding="utf-8").strip().split(",")
    changed = change(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows if changed is None else changed)
    assert text.getvalue() != path.read_text(encoding="utf-8"), "nothing was changed"
    path.write_text(text.getvalue(), encoding="utf-8")


def edit_summary(folder, *path, value):
    """Set one entry of summary.json."""
    file = folder / "summary.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    file.write_text(json.dumps(content), encoding="utf-8")


def put(column, value, every=False, **where):
    """Change one column of the first row that matches (or every one): to a text, or by a function."""

    def change(rows):
        found = [row for row in rows if all(row[key] == wanted for key, wanted in where.items())]
        assert found, where
        for row in found if every else found[:1]:
            row[column] = str(value(float(row[column] or 0))) if callable(value) else value

    return change


def plus(amount):
    """Add to a number."""
    return lambda value: value + amount


def times(factor):
    """Multiply a number."""
    return lambda value: value * factor
