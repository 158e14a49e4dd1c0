"""What a case says, read anew from its tables: nothing here comes from the program that is being checked."""

from collections import defaultdict
from functools import cached_property

import numpy as np
import pandas as pd

KEY = ["year", "day", "hour", "weight_hours"]  # one period of one stage


class View:
    """A plan and its case, seen as tables."""

    def __init__(self, plan):
        self.plan, self.case, self.settings = plan, plan.case, plan.case.settings
        self.years = list(plan.case.years)
        self.pf = self.settings.case.power_factor
        stations = self.case.table("substations")
        self.stations = stations.set_index("substation", drop=False)
        self.zone_of = dict(zip(stations["substation"], stations["zone"], strict=True))
        self.parent = {
            n: up for n, up in zip(stations["substation"], stations["limited_by"], strict=True) if up
        }

    def table(self, name):
        """A table of the plan."""
        return self.plan.table(name)

    def rows(self, name):
        """Rows of a table of the case as dictionaries; a blank is nan, which no comparison finds true."""
        rows = self.case.table(name).to_dict("records")
        return [{k: np.nan if v is None or v is pd.NA else v for k, v in row.items()} for row in rows]

    def groups(self, name, key):
        """(id, rows) of a table of the case with several rows per id."""
        return self.case.table(name).groupby(key, sort=False)

    @cached_property
    def lengths(self):
        """Years a stage stands for."""
        ends = [*self.years[1:], self.settings.horizon.last_year + 1]
        return dict(zip(self.years, [b - a for a, b in zip(self.years, ends, strict=True)], strict=True))

    @cached_property
    def discount(self):
        """D_y = Σ (1+r)^−(year − first stage) over the years of a stage."""
        rate = self.settings.horizon.discount_rate
        return {
            y: sum((1 + rate) ** -(y + k - self.years[0]) for k in range(n)) for y, n in self.lengths.items()
        }

    @cached_property
    def annuity(self):
        """a = r/(1 − (1+r)^−L)."""
        rate, life = self.settings.horizon.discount_rate, self.settings.horizon.lifetime_years
        return rate / (1 - (1 + rate) ** -life) if rate else 1 / life

    def places(self, row):
        """(station, share) that feed an asset."""
        if row.get("substation"):
            return [(row["substation"], 1.0)]
        areas = self.case.table("service_areas")
        own = areas[areas["zone"] == row["zone"]]
        if len(own):
            return list(zip(own["substation"], own["share"], strict=True))
        return [(row["zone"], 1.0)] if row["zone"] in self.stations.index else []

    def by_year(self, rows, column):
        """Values of one asset in the stages: straight lines between its rows, flat outside."""
        known = rows.dropna(subset=[column])
        if "year" not in known or known["year"].isna().all():
            return dict.fromkeys(self.years, float(known[column].iloc[0]) if len(known) else np.nan)
        known = known.dropna(subset=["year"]).sort_values("year")
        at, values = known["year"].to_numpy(float), known[column].to_numpy(float)
        return {y: float(np.interp(y, at, values)) for y in self.years}

    @cached_property
    def periods(self):
        """Every period: its keys, from the hourly tables."""
        parts = [self.table(name)[KEY] for name in ("withdrawals", "flows", "supplies")]
        return pd.concat([p for p in parts if len(p)]).drop_duplicates().reset_index(drop=True)

    def profile(self, name, period):
        """Profile value in a critical hour; None in an energy block, whose mean the tables do not hold."""
        if not name:
            return 1.0
        if period["weight_hours"] > 0:
            return None
        return float(self.case.profiles[name].iloc[int(period["day"]) * 24 + int(period["hour"])])

    def full_hours(self, name):
        """Sum of a profile over the year; the hours of the year for a flat one."""
        if self.case.profiles is None:
            return self.settings.time.hours
        return float(self.case.profiles[name].sum()) if name else 8760.0

    @cached_property
    def year_hours(self):
        """Hours of a year of energy."""
        return self.settings.time.hours if self.case.profiles is None else 8760.0

    @cached_property
    def units(self):
        """Units in service by (reinforcement, year)."""
        table = self.table("reinforcements")
        return table.set_index(["reinforcement", "year"])["units_in_service"].to_dict()

    @cached_property
    def corridors(self):
        """Corridors by id: ends, circuits, MW and reactance of one circuit, and what may be added."""
        found = {}
        for row in self.rows("branches"):
            if not row["in_service"]:
                continue
            x = 0.0 if pd.isna(row["x_pu"]) else row["x_pu"]
            shift = 0.0
            if self.settings.physics.susceptance == "x/(r2+x2)" and x and pd.notna(row["r_pu"]):
                x = (row["r_pu"] ** 2 + x**2) / x
            if self.settings.physics.susceptance == "1/(x*tap)":
                x, shift = x * row["tap_ratio"], 100 * np.deg2rad(row["shift_deg"])
            mw = np.inf if pd.isna(row["circuit_mva"]) else self.pf * row["circuit_mva"]
            ends = (row["from"], row["to"])
            found[row["branch"]] = {
                "ends": ends,
                "circuits": int(row["circuits"]),
                "mw": mw,
                "x": x,
                "shift": shift,
                "adds": [],
            }
        for row in self.rows("reinforcements"):
            if row["kind"] == "branch":
                self._add(found, row)
        return found

    def _add(self, found, row):
        name = row["target"]
        if not name:
            same = [n for n, c in found.items() if set(c["ends"]) == {row["from"], row["to"]}]
            name = same[0] if len(same) == 1 else row["reinforcement"]
        if name not in found and row["target"]:
            return  # the branch is out of service
        mw, x = self.pf * row["adds_mva"], row["x_pu"]
        ends = (row["from"], row["to"])
        new = {"ends": ends, "circuits": 0, "mw": mw, "x": x, "shift": 0.0, "adds": []}
        corridor = found.setdefault(name, new)
        count = 1 if pd.isna(row["adds_circuits"]) else int(row["adds_circuits"])
        mw = corridor["mw"] if pd.isna(mw) else mw
        corridor["adds"].append((row["reinforcement"], count, mw, corridor["x"] if pd.isna(x) else x))

    def pieces(self, name, year):
        """(rating MW, reactance, circuits) of what stands on a corridor: existing, then each built row."""
        c = self.corridors[name]
        raised = sum(mw * self.units[r, year] for r, count, mw, _ in c["adds"] if not count)
        found = []
        if c["circuits"]:
            found.append((c["mw"] * c["circuits"] + raised, c["x"] / c["circuits"], c["circuits"]))
        for r, count, mw, x in c["adds"]:
            n = count * int(self.units[r, year])
            if n:
                found.append((mw * n, x / n, n))
        return found

    @cached_property
    def bus(self):
        """Bus of every station: its own, or its parent's where no corridor ends at it."""
        ends = {end for c in self.corridors.values() for end in c["ends"]}
        found = {}
        for station in self.stations.index:
            at = station
            while at not in ends and at in self.parent:
                at = self.parent[at]
            found[station] = at
        return found

    @cached_property
    def nets(self):
        """Net withdrawal by (period, station, side)."""
        table = self.table("withdrawals")
        return table.groupby([*KEY, "substation", "side"])["mw"].sum().to_dict()

    def net(self, period, station, side):
        """Net withdrawal of a station in a period, MW."""
        return self.nets.get((*period, station, side), 0.0)

    @cached_property
    def period_keys(self):
        """Periods as tuples."""
        return list(self.periods.itertuples(index=False, name=None))

    @cached_property
    def flows(self):
        """MW by (period) and corridor."""
        found = defaultdict(dict)
        for name, y, day, hour, mw, weight in self.table("flows")[
            ["branch", "year", "day", "hour", "mw", "weight_hours"]
        ].itertuples(index=False, name=None):
            found[y, day, hour, weight][name] = mw
        return found

    @cached_property
    def indicators(self):
        """Value by (indicator, zone, year)."""
        return self.table("indicators").set_index(["indicator", "zone", "year"])["value"].to_dict()

    def whole(self, name, year):
        """Value of an indicator for the whole region."""
        return self.indicators[name, "all", year]


def near(a, b, absolute=1e-4, relative=1e-6):
    """Whether two numbers are the same up to the solver's tolerance."""
    if pd.isna(a) or pd.isna(b):
        return pd.isna(a) and pd.isna(b)
    return abs(a - b) <= absolute + relative * max(abs(a), abs(b)) if np.isfinite(a + b) else a == b
