"""The table of headroom as text for a terminal."""

from __future__ import annotations

import pandas as pd

from gridplan.cli.text import columns, number
from gridplan.explain.limits import NONE

HEAD = ("place", "kind", "room, MW", "", "limited by", "element", "after outage of", "day", "hour")


def lines(table: pd.DataFrame) -> list[str]:
    """One block per year and direction, the least room first; numbers in MW, day and hour from 0."""
    found: list[str] = []
    for (year, way), block in table.groupby(["year", "direction"], sort=False):
        hours = int(block["hours"].iloc[0])
        level = f"limited in at most {hours:,} hours a year" if hours else "firm"
        title = f"Headroom in {year}, {'feed-in' if way == 'feedin' else way}, {level}"
        found += ["", *_block(title, block)] if found else _block(title, block)
    return found


def _block(title: str, block: pd.DataFrame) -> list[str]:
    rows: list[tuple[str, ...]] = [HEAD if "joint_mw" not in block else (*HEAD, "all at once, MW")]
    for row in block.sort_values(["kind", "headroom_mw", "place"]).to_dict("records"):
        mw = float(row["headroom_mw"])
        cells = [str(row["place"]), str(row["kind"]), f"{mw:,.1f}"]
        cells.append("" if row["exact"] else f"(at least; at most {number(float(row['upper_mw']), 'MW')})")
        binds = row["limited_by"] != NONE
        cells += [str(row["limited_by"]), str(row["element"]), str(row["outage"])]
        cells += [str(row["day"]), str(row["hour"])] if binds else ["", ""]
        if "joint_mw" in block:
            cells.append("" if pd.isna(row["joint_mw"]) else f"{float(row['joint_mw']):,.1f}")
        rows.append(tuple(cells))
    text = [title, *columns(rows, right=(2, 7, 8, 9))]
    if "joint_mw" in block:
        alone = block.loc[block["kind"] == "station", "headroom_mw"].sum()
        total = block["joint_mw"].sum()
        text.append(f"  All stations at once: {total:,.1f} MW; the sum of each alone is {alone:,.1f} MW")
    return text
