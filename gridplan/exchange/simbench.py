"""SimBench grids (CSV): a planning case with the hours of the data set.

docs/exchange.md says what maps to what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.text import Origin
from gridplan.exchange.grid_parts import Fused, Grid, Impedance, line, transformer
from gridplan.exchange.rows import YEAR, Rows
from gridplan.exchange.simbench_data import Record, Tables

AUXILIARY = "auxiliary"
RES = "res_"


def read(source: Path | str, subnets: str = "") -> Case:
    """A case from a folder of SimBench tables.

    Args:
        source: the folder.
        subnets: of a complete data set the subnets to take, separated by commas: `HV2,MV2.203` is the urban
            HV/MV grid. Blank: all.

    Raises:
        CaseError: with everything that is wrong, by file, line and column.
    """
    folder, rows = Path(source), Rows()
    tables = Tables(folder, rows, tuple(part.strip() for part in subnets.split(",") if part.strip()))
    reader = _Reader(tables, Grid(rows))
    reader.stations()
    rows.stop()
    reader.branches()
    reader.powers()
    profiles = reader.profiles()
    name = "-".join([folder.name, *sorted(tables.subnets)])
    settings: dict[str, Any] = {
        "case": {"name": name, "title": name, "power_factor": 0.95},
        "horizon": {"years": [YEAR], "last_year": YEAR, "discount_rate": 0.0},
        "physics": {"flow": "dc", "security": "n-0", "susceptance": "1/(x*tap)"},
        "objective": {"minimise": ["unserved_mw_years", "total_cost_meur"]},
    }
    return rows.case(settings, profiles=profiles)


class _Reader:
    def __init__(self, tables: Tables, grid: Grid) -> None:
        self.tables, self.grid, self.rows = tables, grid, tables.rows
        self.kv: dict[str, float] = {}
        self.station: dict[str, str] = {}
        self._load_profiles: set[str] = set()
        self._res_profiles: set[str] = set()

    def stations(self) -> None:
        """Nodes that closed switches join are one station; nodes of switches alone are none."""
        nodes = {node["id"]: node for node in self.tables.all("Node")}
        if not nodes:
            self.rows.wrong(
                _folder(self.tables), "", "", "has no Node.csv with nodes", "a folder of SimBench"
            )
            return
        wanted = {node["id"] for node in self.tables.chosen("Node")}
        transformers = list(self.tables.chosen("Transformer"))
        wanted |= {part[key] for part in transformers for key in ("nodeHV", "nodeLV")}
        pairs = [
            (switch["nodeA"], switch["nodeB"])
            for switch in self.tables.all("Switch")
            if switch["cond"] == "1" and switch["nodeA"] in nodes and switch["nodeB"] in nodes
        ]
        fused = Fused(pairs)
        places = {row["id"]: row for row in self.tables.all("Coordinates")}
        groups: dict[Any, list[str]] = {}
        for name in nodes:
            groups.setdefault(fused.root(name), []).append(name)
        for members in groups.values():
            if not any(name in wanted for name in members):
                continue
            first = next((name for name in members if nodes[name]["type"] != AUXILIARY), "")
            if not first:
                continue
            node = nodes[first]
            kv = self.tables.number(node, "vmR")
            if kv <= 0:
                self.rows.wrong(node.origin, "vmR", kv, "is not positive", "kV above 0")
                kv = 1.0
            station = self.grid.name("station", first, node.origin)
            place: dict[str, str] = places.get(node.get("coordID", ""), {})
            self.rows.add(
                "substations", node.origin, substation=station, kv=kv,
                lon=place.get("x") or None, lat=place.get("y") or None,
            )  # fmt: skip
            for name in members:
                self.station[name], self.kv[name] = station, kv

    def branches(self) -> None:
        """Lines and transformers of which both ends are there and closed."""
        kinds = {row["id"]: row for row in self.tables.all("LineType")}
        for row in self.tables.chosen("Line"):
            kind = kinds.get(row["type"])
            ends = self._ends(row, "nodeA", "nodeB")
            if kind is None:
                self.rows.wrong(
                    row.origin, "type", row["type"], f"no line type {row['type']!r}", "of LineType.csv"
                )
            elif ends:
                km, number = self.tables.number(row, "length"), self.tables.number
                share = number(row, "loadingMax", 100.0) / 100
                ka = number(kind, "iMax") / 1000 * share
                z = line(number(kind, "r") * km, number(kind, "x") * km, self.kv[row["nodeA"]], ka)
                sort = "cable" if kind.get("type") == "cable" else "line"
                self.grid.branch(row.origin, row["id"], ends, sort, z, kv=self.kv[row["nodeA"]], length_km=km)
        kinds = {row["id"]: row for row in self.tables.all("TransformerType")}
        for row in self.tables.chosen("Transformer"):
            kind = kinds.get(row["type"])
            ends = self._ends(row, "nodeHV", "nodeLV")
            if kind is None:
                message = f"no transformer type {row['type']!r}"
                self.rows.wrong(row.origin, "type", row["type"], message, "of TransformerType.csv")
            elif ends:
                z = self._transformer(row, kind)
                self.grid.branch(row.origin, row["id"], ends, "transformer", z)

    def _transformer(self, row: Record, kind: Record) -> Impedance:
        number = self.tables.number
        mva, kv = number(kind, "sR"), (number(kind, "vmHV"), number(kind, "vmLV"))
        if mva <= 0 or min(kv) <= 0:
            self.rows.wrong(kind.origin, "sR", mva, "MVA and kV must be positive", "numbers above 0")
            return Impedance(0.0, 1.0, None)
        step = (number(row, "tappos", 0.0) - number(kind, "tapNeutr", 0.0)) * number(kind, "dVm", 0.0) / 100
        tap = 1 + step if kind.get("tapside") == "HV" else 1 / (1 + step)
        bus_kv = (self.kv[row["nodeHV"]], self.kv[row["nodeLV"]])
        real = number(kind, "pCu") / (mva * 1000) * 100
        z = transformer(mva, number(kind, "vmImp"), real, kv, bus_kv, tap, 0.0)
        return Impedance(z.r, z.x, mva * number(row, "loadingMax", 100.0) / 100, z.tap)

    def _ends(self, row: Record, *keys: str) -> tuple[str, str] | None:
        found = [self.station.get(row[key], "") for key in keys]
        return (found[0], found[1]) if all(found) else None

    def powers(self) -> None:
        """Loads, renewables, power plants, storages and the grid above."""
        for row in self.tables.chosen("Load"):
            if station := self.station.get(row["node"]):
                profile = row.get("profile", "")
                self._load_profiles |= {f"{profile}_pload"} if profile else set()
                mw = self.tables.number(row, "pLoad")
                self.grid.load(row.origin, row["id"], station, mw, profile=profile or None)
        for row in self.tables.chosen("RES"):
            if station := self.station.get(row["node"]):
                profile = row.get("profile", "")
                self._res_profiles |= {profile} if profile else set()
                mw = self.tables.number(row, "pRES")
                sort = row.get("type") or "res"
                named = f"{RES}{profile}" if profile else None
                self.grid.feed(row.origin, row["id"], station, mw, sort, profile=named)
        for row in self.tables.chosen("PowerPlant"):
            if station := self.station.get(row["node"]):
                mw = self.tables.number(row, "pMax", self.tables.number(row, "pPP", 0.0))
                self.grid.feed(
                    row.origin, row["id"], station, mw, row.get("type") or "plant", cost_eur_per_mwh=50.0
                )
        for row in self.tables.chosen("ExternalNet"):
            if station := self.station.get(row["node"]):
                self.grid.feed(row.origin, row["id"], station, None, "grid_supply", cost_eur_per_mwh=60.0)

    def profiles(self) -> pd.DataFrame | None:
        """The profiles in use; those of renewables get a prefix, since loads use the same names."""
        found = self.tables.profiles("LoadProfile", self._load_profiles)
        made = {name.removesuffix("_pload"): values for name, values in found.items()}
        found = self.tables.profiles("RESProfile", self._res_profiles)
        made |= {f"{RES}{name}": values for name, values in found.items()}
        if not made:
            return None
        return pd.DataFrame(made, index=pd.Index(np.arange(len(next(iter(made.values())))), name="hour"))


def _folder(tables: Tables) -> Origin:
    return Origin(tables.folder.name)
