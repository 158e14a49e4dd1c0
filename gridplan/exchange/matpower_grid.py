"""Buses, loads and branches of a MATPOWER case."""

from __future__ import annotations

import math
from typing import Any

from gridplan.exchange.matpower_data import ISOLATED, Data, Line
from gridplan.exchange.rows import YEAR, Rows
from gridplan.network import reactance

OPEN_ANGLE = 360.0  # degrees; an angle limit from here on is none


def add(data: Data, rows: Rows, susceptance: str) -> None:
    """Add substations, demands, branches and reinforcements."""
    for line in data.rows("bus"):
        _bus(line, data, rows)
    seen: dict[tuple[str, str], int] = {}
    for line in data.rows("branch"):
        ends = _ends(line, data)
        if ends:
            seen[ends] = count = seen.get(ends, 0) + 1
            name = "-".join(ends) + (f"#{count}" if count > 1 else "")
            on = line["status"] > 0 and not _open(line, susceptance)
            rows.add("branches", line.origin, branch=name, in_service=on, **_circuit(line, data, susceptance))
    _candidates(data, rows, susceptance)
    for line in data.rows("dcline"):
        if line["status"] > 0:
            data.wrong(line, "status", "DC lines are not read", "0 (out of service)", "take them out")


def _bus(line: Line, data: Data, rows: Rows) -> None:
    number = line["bus_i"]
    if not data.finite(line, "bus_i", "type", "Pd", "Gs"):
        return None
    if number != int(number) or number < 0:
        return data.wrong(line, "bus_i", f"{number:g} is no bus number", "a whole number")
    if int(number) in data.known:
        return data.wrong(line, "bus_i", f"bus {number:g} is there already", "each bus once")
    data.known.add(int(number))
    if line["type"] == ISOLATED:
        data.isolated.add(int(number))
        return None
    bus, kv = str(int(number)), line["baseKV"]
    rows.add("substations", line.origin, substation=bus, kv=kv if 0 < kv < math.inf else None)
    for name, column in (("load", "Pd"), ("shunt", "Gs")):
        if line[column]:
            fixed(rows, line, f"{name}{bus}", bus, line[column], name)
    return None


def fixed(rows: Rows, line: Line, name: str, bus: str, mw: float, category: str) -> None:
    """Power that is simply taken at a bus; where it is negative, a supply that must run."""
    if mw > 0:
        at = {"demand": name, "substation": bus, "category": category}
        rows.add("demands", line.origin, **at, year=YEAR, peak_mw=mw)
    elif mw < 0:
        at = {"supply": name, "substation": bus, "technology": f"fixed_{category}"}
        rows.add("supplies", line.origin, **at, capacity_mw=-mw, min_mw=-mw)


def _ends(line: Line, data: Data) -> tuple[str, str] | None:
    start, end = data.bus(line, "fbus"), data.bus(line, "tbus")
    if start == end and start is not None:
        data.wrong(line, "tbus", "both ends are the same bus", "two different buses")
        return None
    return None if start is None or end is None else (start, end)


def _circuit(line: Line, data: Data, susceptance: str) -> dict[str, Any]:
    """Cells of one circuit: reactance and resistance on 100 MVA, tap, shift and rating."""
    data.finite(line, "r", "x", "ratio", "angle", "angmin", "angmax")
    to_100 = 100.0 / data.base_mva
    x, r = line["x"] * to_100, line["r"] * to_100
    tap = line["ratio"] or 1.0
    if line["status"] > 0 and x == 0 and not _open(line, susceptance):
        data.wrong(line, "x", "a reactance is needed", "a number other than 0")
    x = x or 1.0
    if tap < 0:
        data.wrong(line, "ratio", "a tap ratio is not negative", "a number > 0, or 0 for none")
        tap = 1.0
    rating = line["rateA"] if 0 < line["rateA"] < math.inf else math.inf
    if line["rateA"] < 0 or math.isnan(line["rateA"]):
        data.wrong(line, "rateA", "a rating is not negative", "MVA, or 0 for no limit")
    shift = line["angle"]
    cells = {"x_pu": x, "r_pu": r, "tap_ratio": tap}
    effective = reactance(cells, susceptance)
    rating = min(
        rating, _angle_mw(line, data, effective, shift if susceptance == "1/(x*tap)" else 0.0, rating)
    )
    return {
        "from_": str(int(line["fbus"])),
        "to": str(int(line["tbus"])),
        "kind": "transformer" if line["ratio"] else "line",
        "circuits": 1,
        "circuit_mva": rating if rating < math.inf else None,
        **cells,
        "shift_deg": shift,
    }


def _open(line: Line, susceptance: str) -> bool:
    """Whether a branch carries nothing in DC flow: x = 0 but r not, so x/(r² + x²) = 0."""
    return susceptance == "x/(r2+x2)" and line["x"] == 0 and line["r"] != 0


def _angle_mw(line: Line, data: Data, x: float, shift: float, rating: float) -> float:
    """MW that the limits on the angle difference leave on a branch; inf where there are none.

    angmin = angmax = 0, or ±360 degrees, is no limit. Limits that bind must be as wide one way as the other.
    """
    low, high = line.values.get("angmin", -OPEN_ANGLE), line.values.get("angmax", OPEN_ANGLE)
    if low == 0 == high or line["status"] <= 0:
        return math.inf
    if low > high:
        data.wrong(line, "angmin", f"{low:g} is above angmax {high:g}", "at most angmax")
        return math.inf
    ways = [
        math.inf if abs(angle) >= OPEN_ANGLE else sign * 100.0 * math.radians(angle - shift) / abs(x)
        for sign, angle in ((-1.0, low), (1.0, high))
    ]
    least = min(ways)
    if least >= rating:
        return math.inf
    if (max(ways) > least * (1 + 1e-9) and max(ways) - least > 1e-9 and max(ways) < math.inf) or least < 0:
        allowed = "the same both ways (less the phase shift), or wide enough for rateA"
        data.wrong(line, "angmin", f"limits {low:g} to {high:g} degrees cannot be expressed", allowed)
    elif max(ways) == math.inf:
        data.wrong(line, "angmin", "a limit one way cannot be expressed", "limits the same both ways")
    return least


def _candidates(data: Data, rows: Rows, susceptance: str) -> None:
    """Candidate branches; those that are the same in everything become units of one row."""
    groups: dict[tuple[Any, ...], list[Line]] = {}
    for line in data.rows("ne_branch"):
        if line["status"] > 0 and _ends(line, data) and data.finite(line, "construction_cost"):
            groups.setdefault(tuple(line.values.values()), []).append(line)
    for lines in groups.values():
        first, name = lines[0], f"ne{lines[0].number}"
        cost = first["construction_cost"]
        if cost < 0:
            data.wrong(first, "construction_cost", "a cost is not negative", "a number ≥ 0")
        cells = {**_circuit(first, data, susceptance), "circuits": 0}
        rows.add("branches", first.origin, branch=name, in_service=True, **cells)
        unit = {"reinforcement": f"new_{name}", "kind": "branch", "target": name}
        rows.add("reinforcements", first.origin, **unit, max_units=len(lines), capex_meur=cost)
