"""pandapower networks (.json), read without pandapower: a planning case in one hour.

docs/exchange.md says what maps to what.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from gridplan.case import Case
from gridplan.exchange.grid_parts import Fused, Grid, Impedance, line, transformer
from gridplan.exchange.jsonfile import JsonFile
from gridplan.exchange.pandapower_data import Element, Net
from gridplan.exchange.rows import Rows, snapshot

NOT_READ = ("trafo3w", "dcline", "line_dc", "xward", "tcsc", "vsc", "ssc", "svc", "asymmetric_load")
EUR = 0.001  # of grid_supply where the file has no costs, so that local plants go first


def read(source: Path | str) -> Case:
    """A case from a network: buses that closed switches join are one station.

    Raises:
        CaseError: with everything that is wrong, by table, row and column; three-winding transformers and DC
            lines in service are not read.
    """
    path = Path(source)
    net, rows = Net(JsonFile(path)), Rows()
    rows.sources.update(net.file.sources)
    for table in NOT_READ:
        for element in net.rows(table):
            if element.flag("in_service"):
                element.wrong("in_service", "true", f"elements of {table} are not read", "false")
                break
    reader = _Reader(net, Grid(rows))
    reader.buses()
    reader.branches()
    reader.powers()
    net.file.end()
    case = snapshot(path.stem, path.stem, "operating_cost_meur", "1/(x*tap)")
    return rows.case(case)


class _Reader:
    def __init__(self, net: Net, grid: Grid) -> None:
        self.net, self.grid = net, grid
        self.kv: dict[int, float] = {}
        self.station: dict[int, str] = {}
        self.open: dict[str, set[int]] = {"l": set(), "t": set(), "t3": set()}

    def buses(self) -> None:
        """Stations, and what open switches take out."""
        pairs: list[tuple[int, int]] = []
        for switch in self.net.rows("switch"):
            kind, closed = switch.text("et"), switch.flag("closed")
            element = int(switch.number("element"))
            if kind == "b" and closed:
                pairs.append((int(switch.number("bus")), element))
            elif kind in self.open and not closed:
                self.open[kind].add(element)
        fused = Fused(pairs)
        live = [bus for bus in self.net.rows("bus") if bus.flag("in_service")]
        names: dict[Any, str] = {}
        for bus in live:
            kv = bus.number("vn_kv")
            if kv <= 0:
                bus.wrong("vn_kv", kv, "is not positive", "kV above 0")
                kv = 1.0
            if bus.index in self.kv:
                bus.wrong("index", bus.index, "is there already", "each bus once")
            self.kv[bus.index] = kv
            root = fused.root(bus.index)
            if root not in names:
                wanted = bus.text("name") or str(bus.index)
                names[root] = self.grid.name("station", wanted, bus.origin)
                lon, lat = _place(bus)
                self.grid.rows.add("substations", bus.origin, substation=names[root], kv=kv, lon=lon, lat=lat)
            self.station[bus.index] = names[root]

    def ends(self, element: Element, *keys: str) -> list[int]:
        """Buses of an element; empty where one is out of service or unknown."""
        found = [int(element.number(key)) for key in keys]
        return found if all(bus in self.station for bus in found) else []

    def branches(self) -> None:
        """Lines, transformers and impedances in service."""
        for row in self.net.rows("line"):
            ends = self.ends(row, "from_bus", "to_bus")
            if ends and row.flag("in_service") and row.index not in self.open["l"]:
                km, ka = (
                    row.number("length_km"),
                    row.number("max_i_ka", math.inf) if row.raw("max_i_ka") else math.inf,
                )
                z = line(
                    row.number("r_ohm_per_km") * km, row.number("x_ohm_per_km") * km, self.kv[ends[0]],
                    ka * row.number("df", 1.0),
                )  # fmt: skip
                kind = "cable" if row.text("type") == "cs" else "line"
                self._add(row, ends, kind, z, length_km=km, circuits=int(row.number("parallel", 1.0)))
        for row in self.net.rows("trafo"):
            ends = self.ends(row, "hv_bus", "lv_bus")
            if ends and row.flag("in_service") and row.index not in self.open["t"]:
                z = self._transformer(row, ends)
                self._add(row, ends, "transformer", z, circuits=int(row.number("parallel", 1.0)))
        for row in self.net.rows("impedance"):
            ends = self.ends(row, "from_bus", "to_bus")
            if ends and row.flag("in_service"):
                scale = 100.0 / row.number("sn_mva")
                self._add(
                    row,
                    ends,
                    "line",
                    Impedance(row.number("rft_pu") * scale, row.number("xft_pu") * scale, None),
                )

    def _transformer(self, row: Element, ends: list[int]) -> Impedance:
        tap = 1.0
        step, position = row.number("tap_step_percent", 0.0), row.number("tap_pos", 0.0)
        if step and row.text("tap_side") in ("hv", "lv"):
            tap += (position - row.number("tap_neutral", 0.0)) * step / 100
            tap = tap if row.text("tap_side") == "hv" else 1 / tap
        mva = row.number("sn_mva")
        if mva <= 0 or row.number("vn_lv_kv") <= 0 or row.number("vn_hv_kv") <= 0 or tap <= 0:
            row.wrong("sn_mva", mva, "MVA, kV and tap ratio must be positive", "numbers above 0")
            return Impedance(0.0, 1.0, None)
        kv = (row.number("vn_hv_kv"), row.number("vn_lv_kv"))
        bus_kv = (self.kv[ends[0]], self.kv[ends[1]])
        z = transformer(
            mva,
            row.number("vk_percent"),
            row.number("vkr_percent"),
            kv,
            bus_kv,
            tap,
            row.number("shift_degree", 0.0),
        )
        return Impedance(z.r, z.x, mva * row.number("df", 1.0), z.tap, z.shift)

    def _add(self, row: Element, ends: list[int], kind: str, z: Impedance, **cells: Any) -> None:
        stations = self.station[ends[0]], self.station[ends[1]]
        wanted = row.text("name") or "-".join(stations)
        self.grid.branch(row.origin, wanted, stations, kind, z, **cells)

    def powers(self) -> None:
        """Loads, generators, storages, the grid above, and what they cost."""
        costs = {
            (row.text("et"), int(row.number("element"))): row
            for row in self.net.rows("poly_cost")
        }  # fmt: skip
        for table in ("load", "ward", "sgen", "gen", "ext_grid", "storage"):
            for row in self.net.rows(table):
                ends = self.ends(row, "bus")
                if ends and row.flag("in_service"):
                    self._power(table, row, self.station[ends[0]], _cost(costs.get((table, row.index))))

    def _power(self, table: str, row: Element, station: str, cost: dict[str, float]) -> None:
        wanted = row.text("name") or f"{table}{row.index}"
        scaling = row.number("scaling", 1.0)
        if table == "load":
            self.grid.load(row.origin, wanted, station, row.number("p_mw") * scaling)
        elif table == "ward":
            self.grid.load(row.origin, wanted, station, row.number("ps_mw") + row.number("pz_mw", 0.0))
        elif table == "storage":
            power, energy = abs(row.number("p_mw")), row.number("max_e_mwh", 0.0)
            stored = {"storage": self.grid.name("storage", wanted, row.origin), "substation": station}
            self.grid.rows.add("storages", row.origin, **stored, power_mw=power, energy_mwh=energy)
        elif table == "sgen":
            self.grid.feed(
                row.origin, wanted, station, row.number("p_mw") * scaling, row.text("type") or "sgen", **cost
            )
        elif table == "gen":
            most = row.number("max_p_mw", row.number("p_mw") * scaling)
            low = row.number("min_p_mw", 0.0)
            self.grid.feed(row.origin, wanted, station, most, "generator", min_mw=min(low, most), **cost)
        else:
            most_mw = row.number("max_p_mw", -1.0)
            cells = {"cost_eur_per_mwh": EUR} | cost
            self.grid.feed(
                row.origin, wanted, station, most_mw if most_mw > 0 else None, "grid_supply", **cells
            )


def _cost(row: Element | None) -> dict[str, float]:
    if row is None:
        return {}
    square = row.number("cp2_eur_per_mw2", 0.0)
    if square < 0:
        row.wrong("cp2_eur_per_mw2", square, "a cost that falls is not convex", "at least 0")
    found = {"cost_eur_per_mwh": row.number("cp1_eur_per_mw", 0.0), "cost_eur_per_mw2h": max(square, 0.0)}
    return found | {"fixed_eur_per_h": row.number("cp0_eur", 0.0)}


def _place(bus: Element) -> tuple[float | None, float | None]:
    """lon and lat of a bus, where its `geo` is a point in degrees."""
    geo = bus.raw("geo")
    try:
        found = json.loads(geo) if isinstance(geo, str) else geo
        x, y = (float(value) for value in found["coordinates"][:2])
    except (TypeError, ValueError, KeyError, RecursionError):
        return None, None
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 else (None, None)
