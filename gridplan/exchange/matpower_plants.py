"""Generators of a MATPOWER case and what they cost.

cost(P) = c2·P² + c1·P + c0, or straight lines between points; Pmin ≤ P ≤ Pmax. A piecewise linear cost
becomes one supply per segment, which is right where each costs more than the one before; otherwise it is an
error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gridplan.exchange.matpower_data import Data, Line
from gridplan.exchange.matpower_grid import fixed
from gridplan.exchange.rows import Rows

POLYNOMIAL, PIECEWISE = 2, 1


@dataclass(frozen=True)
class Part:
    """Part of a generator: MW from `low` to `high`, at square·p² + slope·p + constant EUR/h."""

    low: float
    high: float
    square: float
    slope: float
    constant: float

    def moved(self, by: float) -> Part:
        """The same with p counted from `by`."""
        return Part(
            self.low - by,
            self.high - by,
            self.square,
            self.slope + 2 * self.square * by,
            self.constant + self.slope * by + self.square * by * by,
        )


def add(data: Data, rows: Rows) -> None:
    """Add supplies for the generators in service."""
    costs, gens = data.rows("gencost"), data.rows("gen")
    if costs and len(costs) not in (len(gens), 2 * len(gens)):
        message = f"has {len(costs)} rows for {len(gens)} generators"
        data.wrong(costs[-1], "model", message, f"{len(gens)} rows, or {2 * len(gens)} with reactive power")
        return
    for gen in gens:
        bus = data.bus(gen, "bus")
        if gen["status"] > 0 and bus is not None and _in_order(gen, data):
            cost = costs[gen.number - 1] if costs else None
            _generator(gen, bus, _parts(gen, cost, data), rows)


def _in_order(gen: Line, data: Data) -> bool:
    low, high = gen["Pmin"], gen["Pmax"]
    if math.isnan(low) or math.isnan(high) or low > high or low == math.inf or high == -math.inf:
        data.wrong(gen, "Pmin", f"Pmin {low:g} and Pmax {high:g} leave nothing", "Pmin ≤ Pmax")
        return False
    if low == -math.inf:
        data.wrong(gen, "Pmin", "has no limit", "a finite number")
        return False
    return True


def _generator(gen: Line, bus: str, parts: list[Part], rows: Rows) -> None:
    for k, part in enumerate(parts):
        name = f"gen{gen.number}" + (f"_{k + 1}" if k else "")
        if part.high < 0:  # it always takes power: that much is a demand
            fixed(rows, gen, name, bus, -part.high, "load")
            part = part.moved(part.high)
        cells: dict[str, Any] = {"supply": name, "substation": bus, "technology": "generator"}
        rows.add(
            "supplies",
            gen.origin,
            **cells,
            capacity_mw=part.high if part.high < math.inf else None,
            min_mw=part.low,
            cost_eur_per_mwh=part.slope,
            cost_eur_per_mw2h=part.square,
            fixed_eur_per_h=part.constant,
        )


def _parts(gen: Line, cost: Line | None, data: Data) -> list[Part]:
    low, high = gen["Pmin"], gen["Pmax"]
    if cost is None:
        return [Part(low, high, 0.0, 0.0, 0.0)]
    count, model = cost["n"], cost["model"]
    width = count if model == POLYNOMIAL else 2 * count
    if model not in (POLYNOMIAL, PIECEWISE):
        data.wrong(
            cost, "model", f"cost model {model:g} is not known", "1 (piecewise linear) or 2 (polynomial)"
        )
        return []
    if count != int(count) or count < (2 if model == PIECEWISE else 1) or width > len(cost.rest):
        data.wrong(
            cost, "n", f"{count:g} does not fit the {len(cost.rest)} numbers that follow", "their count"
        )
        return []
    numbers = cost.rest[: int(width)]
    if not all(map(math.isfinite, numbers)):
        data.wrong(cost, "n", "a cost is no finite number", "finite numbers")
        return []
    return (
        _polynomial(numbers, low, high, cost, data)
        if model == POLYNOMIAL
        else _segments(numbers, low, high, cost, data)
    )


def _polynomial(numbers: list[float], low: float, high: float, cost: Line, data: Data) -> list[Part]:
    *more, square, slope, constant = [0.0, 0.0, 0.0, *numbers]
    if any(more):
        data.wrong(cost, "n", "a cost of the third degree or more is not read", "at most c2·P² + c1·P + c0")
    elif square < 0:
        message = f"c2 = {square:g} makes each MW cheaper than the one before: such a cost is not convex"
        data.wrong(cost, "n", message, "c2 ≥ 0")
    return [Part(low, high, max(square, 0.0), slope, constant)]


def _segments(numbers: list[float], low: float, high: float, cost: Line, data: Data) -> list[Part]:
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(b[0] <= a[0] for a, b in pairwise(points)):
        data.wrong(cost, "n", "the points of a piecewise linear cost do not rise in MW", "x1 < x2 < ...")
        return []
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    if any(b < a - 1e-9 * max(1.0, abs(a)) for a, b in pairwise(slopes)):
        message = "a segment is cheaper than the one before: such a cost is not convex"
        data.wrong(cost, "n", message, "slopes that do not fall")
        return []
    parts: list[Part] = []
    ends = [*(x for x, _ in points[1:-1]), math.inf]  # the last segment goes on
    for (x, y), slope, end in zip(points, slopes, ends, strict=False):
        if end < low or (end == low and low < high) or (parts and parts[-1].high >= high):
            continue
        if not parts:
            parts.append(Part(low, min(end, high), 0.0, slope, y - slope * x))
        else:
            begin = max(low, x)
            parts.append(Part(0.0, min(end, high) - begin, 0.0, slope, 0.0))
        if end >= high:
            break
    return parts
