"""PyPSA's netCDF layout: one dimension per list of components, one variable per attribute."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.exchange.needs import need
from gridplan.exchange.pypsa_tables import Tables

WEIGHTS = ("objective", "stores", "generators")


def netcdf(tables: Tables, name: str, times: pd.DatetimeIndex) -> bytes:
    """The file of a network."""
    library = need("netCDF4", "netcdf")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.nc"
        with library.Dataset(path, "w", format="NETCDF4") as data:
            data.setncattr("network_name", name)
            data.setncattr("network_pypsa_version", "1.0.0")
            data.createDimension("snapshots", len(times))
            stamps = data.createVariable("snapshots", "i8", ("snapshots",))
            stamps.units, stamps.calendar = f"hours since {times[0]}", "proleptic_gregorian"
            stamps[:] = np.arange(len(times))
            for weight in WEIGHTS:
                data.createVariable(f"snapshots_{weight}", "f8", ("snapshots",))[:] = (
                    tables.hours / tables.count
                )
            for kind, rows in tables.rows.items():
                _static(data, kind, rows)
            for (kind, attribute), series in tables.series.items():
                axis = f"{kind}_t_{attribute}_i"
                _names(data, axis, list(series))
                values = data.createVariable(f"{kind}_t_{attribute}", "f8", ("snapshots", axis))
                values[:] = np.column_stack(list(series.values()))
        return path.read_bytes()


def _names(data: Any, axis: str, names: list[str]) -> None:
    data.createDimension(axis, len(names))
    data.createVariable(axis, str, (axis,))[:] = np.array(names, object)


def _static(data: Any, kind: str, rows: dict[str, dict[str, Any]]) -> None:
    axis = f"{kind}_i"
    _names(data, axis, list(rows))
    for column in dict.fromkeys(key for cells in rows.values() for key in cells):
        values = [cells.get(column) for cells in rows.values()]
        title = f"{kind}_{column}"
        if any(isinstance(value, str) for value in values):
            texts = np.array(["" if value is None else value for value in values], object)
            data.createVariable(title, str, (axis,))[:] = texts
        elif any(isinstance(value, bool) for value in values):
            made = data.createVariable(title, "i1", (axis,))
            made.setncattr("dtype", "bool")
            made[:] = np.array([bool(value) for value in values], "i1")
        else:
            missing = float("nan") if column in ("x", "y") and kind == "buses" else 0.0
            numbers = [missing if value is None else float(value) for value in values]
            data.createVariable(title, "f8", (axis,))[:] = np.array(numbers)
