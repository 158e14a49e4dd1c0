"""Set covering of the OR-Library as masts and cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.cases import make, value

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "literature" / "orlib-scp"
OPTIMUM = 429
# How many columns of scp41 cost 1, 2, … 100; columns come in order of cost. Copies without costs are in
# circulation.
COLUMNS = [
    12, 15, 15, 14, 9, 11, 11, 10, 8, 9, 7, 14, 8, 14, 16, 6, 5, 13, 7, 13, 8, 10, 11, 11, 8,
    8, 13, 7, 8, 5, 10, 11, 10, 7, 8, 11, 11, 13, 10, 13, 9, 13, 10, 8, 8, 11, 14, 6, 10, 9,
    5, 10, 11, 11, 9, 9, 11, 9, 13, 6, 9, 6, 9, 13, 7, 12, 12, 9, 4, 15, 8, 13, 15, 7, 9,
    17, 8, 8, 14, 9, 10, 2, 8, 8, 9, 10, 9, 7, 10, 8, 15, 6, 11, 7, 8, 12, 11, 8, 16, 19,
]  # fmt: skip


def rows_of(path: Path, rows: int) -> list[list[int]]:
    """Columns of every row: the last `rows` lists of the file, each led by its length, found from where
    they end.
    """
    numbers = [int(word) for word in path.read_text().split()]
    for start in (2 + 1000, 2 + 2 * rows):
        found, at = [], start
        while at < len(numbers):
            found.append(numbers[at + 1 : at + 1 + numbers[at]])
            at += 1 + numbers[at]
        if len(found) == rows and at == len(numbers) and all(found):
            return found
    raise ValueError(f"{path} is no set covering of {rows} rows")


@pytest.mark.skipif(not (FOLDER / "scp41.txt").exists(), reason=f"no {FOLDER}/scp41.txt")
def test_scp41():
    """200 cells, 1000 masts, 2 % reach: the least cost is 429 (Beasley)."""
    cells = rows_of(FOLDER / "scp41.txt", 200)
    cost = [k for k, count in enumerate(COLUMNS, start=1) for _ in range(count)]
    assert len(cost) == 1000
    place = {"zone": "z", "lat": 52, "lon": 5}
    plan = make(
        {
            "zones": [{"zone": "z"}],
            "masts": [{"mast": f"m{j}", "capex_keur": 1000 * c, **place} for j, c in enumerate(cost, 1)],
            "cells": [{"cell": f"c{i}", "required": "true", **place} for i in range(len(cells))],
            "coverage": [{"mast": f"m{j}", "cell": f"c{i}"} for i, row in enumerate(cells) for j in row],
        },
        {"objective": {"minimise": ["capex_meur"]}},
    ).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(OPTIMUM)
