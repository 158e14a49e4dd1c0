"""Load that is there: rows of `demands` and existing datacenters. Its rows are those of `stations.sums`."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, RowEntry
from gridplan.model.frame import Frame
from gridplan.model.loads import existing_mw

Part = tuple[Item, float, np.ndarray]  # item, its peak (MW), and MW by period at one place
Place = tuple[str, str]


def parts(frame: Frame) -> dict[tuple[str, str, int], list[Part]]:
    """What makes the load of every (station, side, stage), item by item."""
    found: dict[tuple[str, str, int], list[Part]] = defaultdict(list)
    for name, rows in frame.case.table("demands").groupby("demand", sort=False):
        first = rows.iloc[0]
        peak, shape = frame.by_year(rows, "peak_mw"), frame.profile(first["profile"])
        for (n, side), share in frame.places(first["zone"], first["substation"], first["side"]):
            for y in frame.years:
                if peak[y]:
                    item = Item("demand", "demands", (str(name),), "peak_mw", y)
                    found[n, side, y].append((item, peak[y], share * peak[y] * shape))
    for row in frame.rows("datacenters"):
        shape, mw = frame.profile(row["profile"]), existing_mw(row, frame)
        item = Item("existing", "datacenters", (row["site"],), "existing_it_mw")
        for (n, side), share in frame.places(row["zone"], row["substation"], row["side"]):
            for y in frame.years:
                if mw[y]:
                    found[n, side, y].append((item, mw[y], share * mw[y] * shape))
    return found


CONSTRAINTS: dict[str, RowEntry | str] = {
    "loads.only_load": "only load that is there can be shed",
    "loads.below_peak": "defines the peak of what is unserved",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "loads.unserved": "decided by the plan; what an explanation asks is in force",
    "loads.peak": "decided by the plan; what an explanation asks is in force",
}
