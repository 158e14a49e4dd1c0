"""PyPSA: a year of a case or plan as a network (CSV folder or netCDF), and networks as cases.

Written and read without PyPSA; docs/exchange.md says what maps to what.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.exchange.pypsa_read import read
from gridplan.exchange.pypsa_tables import tables_of
from gridplan.plan import Plan

__all__ = ["read", "write"]
WEIGHTS = ("objective", "stores", "generators")


def write(what: Case | Plan, target: Path, year: int | None = None) -> dict[Path, bytes]:
    """The network of one year.

    Args:
        what: case or plan; of a plan with what it built.
        target: a folder for CSV files, or a file that ends in .nc.
        year: stage; None: the first.
    """
    tables = tables_of(what, year)
    name = what.name if isinstance(what, Case) else what.case.name
    stage = (what if isinstance(what, Case) else what.case).years[0] if year is None else year
    times = pd.date_range(f"{stage}-01-01", periods=tables.count, freq="h")
    if target.suffix == ".nc":
        from gridplan.exchange.pypsa_netcdf import netcdf

        return {target: netcdf(tables, name, times)}
    files = {"network.csv": _csv(["name", "pypsa_version"], [[name, "1.0.0"]])}
    weight = tables.hours / tables.count
    stamps = [str(time) for time in times]
    files["snapshots.csv"] = _csv(
        ["snapshot", *WEIGHTS], [[stamp, weight, weight, weight] for stamp in stamps]
    )
    for kind, rows in tables.rows.items():
        columns = list(dict.fromkeys(key for cells in rows.values() for key in cells))
        files[f"{kind}.csv"] = _csv(
            ["name", *columns], [[key, *(cells.get(c, "") for c in columns)] for key, cells in rows.items()]
        )
    for (kind, attribute), series in tables.series.items():
        body = zip(stamps, *(values.tolist() for values in series.values()), strict=True)
        files[f"{kind}-{attribute}.csv"] = _csv(["snapshot", *series], body)
    return {target / file: data for file, data in files.items()}


def _csv(header: list[str], rows: Any) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
