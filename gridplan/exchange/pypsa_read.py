"""Networks of PyPSA (CSV folder or netCDF) as a case of one snapshot, or of a year of hours."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.problem import shown
from gridplan.case.tables import PROFILE_HOURS
from gridplan.case.text import MAX_BYTES, Origin
from gridplan.exchange.grid_parts import Grid, Impedance
from gridplan.exchange.needs import need
from gridplan.exchange.rows import Rows, snapshot

KINDS = ("buses", "lines", "transformers", "links", "loads", "generators", "storage_units", "stores")
SERIES = (("loads", "p_set"), ("generators", "p_max_pu"), ("generators", "p_min_pu"))
MOST_CELLS, MOST_VALUES = 4_000_000, 50_000_000  # of a table, of a series
UNLIMITED = 1e6  # MW from which a rating is none
Records = dict[str, dict[str, Any]]


def read(source: Path | str) -> Case:
    """A case from a network.

    Args:
        source: a CSV folder of PyPSA, or its netCDF file (.nc).

    Raises:
        CaseError: with everything that is wrong; 1 or 8760 snapshots are read, and links only where they end
            at a bus that has nothing else but loads and generators (transformers of a station).
    """
    path, rows = Path(source), Rows()
    network = _Folder(path, rows) if path.is_dir() else _File(path, rows)
    reader = _Reader(network, rows)
    count = network.snapshots()
    if count not in (1, PROFILE_HOURS):
        where = Origin(f"{path.name}[snapshots]")
        rows.wrong(where, "", count, f"there are {count} snapshots", f"1, or {PROFILE_HOURS} hours")
    rows.stop()
    reader.all()
    rows.stop()
    settings = snapshot(path.stem, path.stem, "operating_cost_meur")
    settings["time"]["hours"] = network.hours()
    profiles = None
    if count == PROFILE_HOURS:
        settings["time"] = {}
        index = pd.Index(range(PROFILE_HOURS), name="hour")
        profiles = pd.DataFrame(reader.made, index=index) if reader.made else None
    return rows.case(settings, profiles=profiles)


class _Reader:
    def __init__(self, network: Any, rows: Rows) -> None:
        self.network, self.rows, self.grid = network, rows, Grid(rows)
        self.data: dict[str, Records] = {kind: network.table(kind) for kind in KINDS}
        self.series = {key: network.series(*key) for key in SERIES}
        self.made: dict[str, np.ndarray] = {}
        self.behind: dict[str, tuple[str, str]] = {}

    def number(self, kind: str, name: str, key: str, default: float) -> float:
        """A number of a component; the default where it is blank."""
        value = self.data[kind][name].get(key, "")
        if value == "" or value is None:
            return default
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = math.nan
        if math.isnan(found):
            self.rows.wrong(self._at(kind, name), key, value, f"{shown(value)!r} is no number", "a number")
            return default
        return found

    def _at(self, kind: str, name: str) -> Origin:
        return Origin(f"{self.network.name}[{kind}]", self.data[kind][name].get("_row"))

    def all(self) -> None:
        """Every component."""
        for name in self.data["stores"]:
            self.rows.wrong(self._at("stores", name), "name", name, "stores are not read", "storage units")
        if not self.data["buses"]:
            self.rows.wrong(Origin(f"{self.network.name}[buses]"), "", "", "has no buses", "at least one")
        self._links()
        for name, row in self.data["buses"].items():
            if name not in self.behind:
                lon, lat = (
                    self.number("buses", name, "x", math.nan),
                    self.number("buses", name, "y", math.nan),
                )
                good = abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
                place = {"lon": lon, "lat": lat} if good else {}
                firm = row.get("_firm", {})
                self.rows.add("substations", self._at("buses", name), substation=name, **place, **firm)
        self._branches()
        self._powers()

    def _links(self) -> None:
        """Transformers of stations: links to a bus where nothing else ends."""
        ends: dict[str, int] = {}
        for kind in ("lines", "transformers", "links"):
            for row in self.data[kind].values():
                for end in (row.get("bus0", ""), row.get("bus1", "")):
                    ends[end] = ends.get(end, 0) + 1
        for name, row in self.data["links"].items():
            above, bus = row.get("bus0", ""), row.get("bus1", "")
            known = above in self.data["buses"] and bus in self.data["buses"]
            if not known or ends.get(bus) != 1 or "_firm" in self.data["buses"][above]:
                allowed = "links that end at a bus without other branches, one per station"
                self.rows.wrong(self._at("links", name), "bus1", bus, "this link cannot be read", allowed)
                continue
            size = self.number("links", name, "p_nom", 0.0)
            limits = {
                "firm_demand_mva": size * self.number("links", name, "p_max_pu", 1.0),
                "firm_feedin_mva": -size * self.number("links", name, "p_min_pu", 0.0),
            }
            firm = {key: mw for key, mw in limits.items() if mw < UNLIMITED * (1 - 1e-9)}
            self.data["buses"][above]["_firm"] = firm
            self.behind[bus] = (above, "mv")

    def _bus(self, kind: str, name: str) -> tuple[str, str] | None:
        """Station and side of a component."""
        bus = self.data[kind][name].get("bus", "")
        if bus in self.behind:
            return self.behind[bus]
        if bus not in self.data["buses"]:
            self.rows.wrong(self._at(kind, name), "bus", bus, f"there is no bus {bus!r}", "one of buses")
            return None
        return bus, "hv" if "_firm" in self.data["buses"][bus] else "mv"

    def _branches(self) -> None:
        for kind in ("lines", "transformers"):
            for name, row in self.data[kind].items():
                ends = row.get("bus0", ""), row.get("bus1", "")
                if any(end not in self.data["buses"] or end in self.behind for end in ends):
                    self.rows.wrong(self._at(kind, name), "bus0", "-".join(ends), "an end is no bus", "buses")
                    continue
                number, size = self.number, self.number(kind, name, "s_nom", 0.0)
                if kind == "lines":
                    kv = number("buses", ends[0], "v_nom", 1.0) or 1.0
                    scale = 100.0 / kv**2
                else:
                    scale = 100.0 / size if size else 1.0
                    scale *= number(kind, name, "tap_ratio", 1.0)
                    if number(kind, name, "phase_shift", 0.0):
                        self.rows.wrong(
                            self._at(kind, name), "phase_shift", "", "phase shifters are not read", "0"
                        )
                limit = size * number(kind, name, "s_max_pu", 1.0)
                z = Impedance(
                    number(kind, name, "r", 0.0) * scale, number(kind, name, "x", 0.0) * scale,
                    None if limit >= UNLIMITED else limit,
                )  # fmt: skip
                self.grid.branch(self._at(kind, name), name, ends, kind.removesuffix("s"), z)

    def _powers(self) -> None:
        for name in self.data["loads"]:
            if place := self._bus("loads", name):
                self._load(name, *place)
        for name in self.data["generators"]:
            if place := self._bus("generators", name):
                self._generator(name, *place)
        for name in self.data["storage_units"]:
            if place := self._bus("storage_units", name):
                power = self.number("storage_units", name, "p_nom", 0.0)
                way = self.number("storage_units", name, "efficiency_store", 1.0)
                way *= self.number("storage_units", name, "efficiency_dispatch", 1.0)
                cells = {"storage": self.grid.name("storage", name, self._at("storage_units", name))}
                self.rows.add(
                    "storages", self._at("storage_units", name), **cells, substation=place[0], side=place[1],
                    power_mw=power, energy_mwh=power * self.number("storage_units", name, "max_hours", 1.0),
                    efficiency=way,
                )  # fmt: skip

    def _profile(self, name: str, values: np.ndarray) -> str:
        """A profile of these values; the same values are one profile."""
        for known, others in self.made.items():
            if np.array_equal(others, values):
                return known
        title = self.grid.name("profile", name, Origin(""))
        self.made[title] = values
        return title

    def _load(self, name: str, station: str, side: str) -> None:
        values = self.series["loads", "p_set"].get(name)
        mw, cells = self.number("loads", name, "p_set", 0.0), {"side": side}
        if values is not None:
            mw = float(values[np.abs(values).argmax()])
            if len(values) > 1 and mw:
                if (values / mw).min() < 0:
                    message = "is now above and now below 0"
                    self.rows.wrong(self._at("loads", name), "p_set", "", message, "one sign")
                    return
                cells["profile"] = self._profile(f"load {name}", values / mw)
        self.grid.load(self._at("loads", name), name, station, mw, **cells)

    def _generator(self, name: str, station: str, side: str) -> None:
        size = self.number("generators", name, "p_nom", 0.0)
        high = self.number("generators", name, "p_max_pu", 1.0)
        low = self.number("generators", name, "p_min_pu", 0.0)
        cost = self.number("generators", name, "marginal_cost", 0.0)
        row = self.data["generators"][name]
        cells: dict[str, Any] = {"side": side, "cost_eur_per_mwh": cost}
        cells["cost_eur_per_mw2h"] = self.number("generators", name, "marginal_cost_quadratic", 0.0)
        most, least = (
            self.series["generators", "p_max_pu"].get(name),
            self.series["generators", "p_min_pu"].get(name),
        )
        if most is not None and len(most) > 1:
            cells["profile"] = self._profile(f"generator {name}", np.maximum(most, 0.0))
            high = 1.0
            cells["curtailable"] = least is None or not np.allclose(least, most)
        elif most is not None:
            high = float(most[0])
        if least is not None and len(least) == 1:
            low = float(least[0])
        mw = size * high
        carrier = str(row.get("carrier", "")) or "generator"
        technology = "generator" if carrier == "grid_supply" else carrier
        if low and cells.get("curtailable", True):
            cells["min_mw"] = size * low
        limit = None if mw >= UNLIMITED else mw
        self.grid.feed(self._at("generators", name), name, station, limit, technology, **cells)


class _Folder:
    """A CSV folder."""

    def __init__(self, path: Path, rows: Rows) -> None:
        self.name, self._path, self._rows = path.name, path, rows

    def _frame(self, file: str, numbers: bool = False) -> pd.DataFrame | None:
        """A file as text, or (`numbers`) as pandas takes it; None, with a problem, where it is too large."""
        path = self._path / file
        if not path.is_file():
            return None
        if path.stat().st_size > 4 * MAX_BYTES:
            self._rows.wrong(Origin(file), "", "", "is too large", f"at most {4 * MAX_BYTES:,} bytes")
            return None
        data, most = path.read_bytes(), MOST_VALUES if numbers else MOST_CELLS
        if (cells := data.count(b",") + data.count(b"\n")) > most:
            self._rows.wrong(Origin(file), "", cells, f"has {cells:,} cells", f"at most {most:,}")
            return None
        how: dict[str, Any] = {} if numbers else {"dtype": str, "keep_default_na": False}
        try:
            return pd.read_csv(io.BytesIO(data), index_col=0, low_memory=False, **how)
        except (ValueError, OSError) as error:
            self._rows.wrong(Origin(file), "", "", f"is no table: {shown(error)}", "CSV")
            return None

    def table(self, kind: str) -> Records:
        """Rows of a list of components by name."""
        frame = self._frame(f"{kind}.csv")
        if frame is None:
            return {}
        made: Records = {}
        for line, (name, row) in enumerate(frame.iterrows(), start=2):
            if str(name) in made:
                self._rows.wrong(
                    Origin(f"{kind}.csv", line), "name", name, "is there already", "each name once"
                )
            made[str(name)] = {**{str(key): value for key, value in row.items()}, "_row": line}
        return made

    def series(self, kind: str, attribute: str) -> dict[str, np.ndarray]:
        """Series of an attribute by name."""
        frame = self._frame(f"{kind}-{attribute}.csv", numbers=True)
        made = {}
        for name in [] if frame is None else list(frame.columns):
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy(float)  # type: ignore[index]
            if not np.isfinite(values).all():
                row = int(np.flatnonzero(~np.isfinite(values))[0]) + 2
                self._rows.wrong(
                    Origin(f"{kind}-{attribute}.csv", row), str(name), "", "is no number", "a number"
                )
            made[str(name)] = values
        return made

    def snapshots(self) -> int:
        """How many snapshots there are."""
        frame = self._frame("snapshots.csv")
        return 1 if frame is None else len(frame)

    def hours(self) -> float:
        """Weight of the first snapshot, hours."""
        frame = self._frame("snapshots.csv")
        column = next((c for c in ("objective", "weightings") if frame is not None and c in frame), "")
        try:
            return float(frame[column].iloc[0]) if column and frame is not None else 1.0
        except ValueError:
            return 1.0


class _File:
    """A netCDF file."""

    def __init__(self, path: Path, rows: Rows) -> None:
        self.name, self._rows = path.name, rows
        if not path.is_file():
            rows.wrong(Origin(path.name), "", "", "is missing", "a CSV folder or a .nc file")
            rows.stop()
        if path.stat().st_size > 4 * MAX_BYTES:
            rows.wrong(Origin(path.name), "", "", "is too large", f"at most {4 * MAX_BYTES:,} bytes")
            rows.stop()
        try:
            self._data = need("netCDF4", "netcdf").Dataset(path)
        except OSError as error:
            rows.wrong(Origin(path.name), "", "", f"is no netCDF file: {shown(error)}", "netCDF of PyPSA")
            rows.stop()

    def _values(self, name: str) -> np.ndarray | None:
        if name not in self._data.variables:
            return None
        variable = self._data.variables[name]
        most = MOST_VALUES if "_t_" in name and variable.dtype != str else MOST_CELLS // 10
        if variable.size > most:
            origin = Origin(f"{self.name}[{name}]")
            self._rows.wrong(origin, "", variable.size, "is too large", f"at most {most:,} values")
            self._rows.stop()
        return np.ma.filled(variable[:], np.nan) if variable.dtype != str else np.asarray(variable[:])

    def table(self, kind: str) -> Records:
        """Rows of a list of components by name."""
        names = self._values(f"{kind}_i")
        made: Records = {str(name): {} for name in ([] if names is None else names)}
        for title in self._data.variables:
            if title.startswith(f"{kind}_") and title != f"{kind}_i" and "_t_" not in title:
                values = self._values(title)
                for name, value in zip(made, [] if values is None else values.tolist(), strict=False):
                    missing = isinstance(value, float) and math.isnan(value)
                    made[name][title.removeprefix(f"{kind}_")] = "" if missing else value
        return made

    def series(self, kind: str, attribute: str) -> dict[str, np.ndarray]:
        """Series of an attribute by name."""
        values, names = self._values(f"{kind}_t_{attribute}"), self._values(f"{kind}_t_{attribute}_i")
        if values is None or names is None:
            return {}
        if not np.isfinite(values).all():
            self._rows.wrong(
                Origin(f"{self.name}[{kind}_t_{attribute}]"), "", "", "holds what is no number", "numbers"
            )
        return {str(name): values[:, k].astype(float) for k, name in enumerate(names)}

    def snapshots(self) -> int:
        """How many snapshots there are."""
        return len(self._data.dimensions["snapshots"]) if "snapshots" in self._data.dimensions else 1

    def hours(self) -> float:
        """Weight of the first snapshot, hours."""
        found = self._values("snapshots_objective")
        return 1.0 if found is None or not len(found) else float(found[0])
