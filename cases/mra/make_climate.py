"""Make the scenario `climate`: hot days, on which equipment carries less and cooling adds load.

    python cases/mra/make_climate.py

Nothing here was measured. A temperature is drawn from this case's own profile of the sun, so that hot hours
are sunny ones: a yearly and a daily wave, and two heat waves of five days around the sunniest days of summer,
scaled to a hottest hour of 38 °C. Stations that a flood would reach are not in it: no source here names any.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
OUT = HERE / "scenarios/climate"
HOURS = 8760
HOTTEST_C = 38.0  # the Dutch record is 40.7 °C (Gilze-Rijen, 25 July 2019); assumption for a hot year
MEAN_C, SEASON_C, DAILY_C, WAVE_C = (
    11.5,
    7.5,
    4.0,
    9.0,
)  # yearly mean; waves over the year and the day; heat wave
WAVES, DAYS = 2, 5  # heat waves of so many days
# Rating lost per °C above a temperature: assumptions, for transformers after IEC 60076-7 (0.91 at 30 °C).
LOSS = {"rating_transformer": (0.009, 20.0), "rating_line": (0.007, 20.0), "rating_cable": (0.006, 15.0)}
SOIL_DAYS = 30  # a cable feels the mean of so many days
COOL_FROM_C = 22.0  # cooling begins
# Peak of cooling as a share of the peak of 2023 (assumption).
COOLING = {"services": {2026: 0.08, 2030: 0.12, 2035: 0.16, 2040: 0.20}}
COOLING["households"] = {2026: 0.02, 2030: 0.05, 2035: 0.10, 2040: 0.15}


def temperature(sun: np.ndarray) -> np.ndarray:
    """Air temperature by hour, °C."""
    hour, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    found = (
        MEAN_C
        - SEASON_C * np.cos(2 * np.pi * (day - 22) / 365)
        + DAILY_C * np.cos(2 * np.pi * (hour - 16) / 24)
    )
    bright = pd.Series(sun.reshape(365, 24).sum(axis=1))
    summer = bright.rolling(DAYS, center=True).mean().where((bright.index >= 160) & (bright.index < 240))
    for _ in range(WAVES):
        middle = int(summer.idxmax())
        days = np.abs(np.arange(365) - middle) <= DAYS // 2
        found[np.repeat(days, 24)] += WAVE_C
        summer[np.abs(np.arange(365) - middle) <= DAYS] = np.nan
    top = found.max()
    warm = found > MEAN_C  # only the warm side is stretched to the hottest hour
    found[warm] = MEAN_C + (found[warm] - MEAN_C) * (HOTTEST_C - MEAN_C) / (top - MEAN_C)
    return found


def profiles(air: np.ndarray) -> pd.DataFrame:
    """Ratings and cooling by hour, per unit."""
    before = pd.Series(np.concatenate([air[-24 * SOIL_DAYS :], air]))
    soil = before.rolling(24 * SOIL_DAYS).mean().to_numpy()[24 * SOIL_DAYS :]
    found = {"hour": np.arange(HOURS)}
    for name, (loss, above) in LOSS.items():
        felt = soil if name == "rating_cable" else air
        found[name] = (1 - loss * np.maximum(felt - above, 0)).round(4)
    hot = np.maximum(air - COOL_FROM_C, 0)
    found["cooling"] = (hot / hot.max()).round(4)
    return pd.DataFrame(found)


def ratings(table: str, key: str, kinds: pd.Series) -> pd.DataFrame:
    """Rows that give stations or branches the profile of their kind."""
    words = {"rating_transformer": "0.9 % per C above 20 C", "rating_line": "0.7 % per C above 20 C"}
    words["rating_cable"] = "0.6 % per C of 30 days above 15 C"
    ids = pd.read_csv(HERE / f"{table}.csv")[key]
    rows = pd.DataFrame({key: ids, "rating_profile": kinds})
    rows = rows[rows["rating_profile"] != ""]
    return rows.assign(
        source=[f"assumption: {words[name]} (scenario climate)" for name in rows["rating_profile"]]
    )


def cooling() -> pd.DataFrame:
    """Cooling load of every municipality, as a share of services and homes of 2023."""
    base = pd.read_csv(HERE / "demands.csv").query("year == 2023")
    rows = []
    for zone in pd.read_csv(HERE / "zones.csv")["zone"]:
        own = base[base["zone"] == zone].groupby("category")["peak_mw"].sum()
        for year in (2026, 2030, 2035, 2040):
            mw = sum(own.get(kind, 0.0) * share[year] for kind, share in COOLING.items())
            text = "assumption: share of the peaks of services and homes of 2023 (make_climate.py)"
            rows.append((f"{zone}_cooling", zone, "cooling", "cooling", year, round(mw, 3), "mv", text))
    columns = ["demand", "zone", "category", "profile", "year", "peak_mw", "side", "source"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Write the scenario."""
    OUT.mkdir(parents=True, exist_ok=True)
    sun = pd.read_csv(HERE / "profiles.csv", usecols=["pv"])["pv"].to_numpy()
    stations = pd.read_csv(HERE / "substations.csv")
    hot = stations["transformers"].notna() | stations["firm_demand_mva"].notna()
    of_kind = {"line": "rating_line", "cable": "rating_cable", "transformer": "rating_transformer", "tie": ""}
    kinds = pd.read_csv(HERE / "branches.csv")["kind"].map(of_kind)
    for name, table in {
        "profiles": profiles(temperature(sun)),
        "substations": ratings("substations", "substation", hot.map({True: "rating_transformer", False: ""})),
        "branches": ratings("branches", "branch", kinds),
        "demands": cooling(),
    }.items():
        table.to_csv(OUT / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
