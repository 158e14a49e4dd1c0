"""Make profiles.csv: 8760 hours per unit of peak, from standard load profiles and seeded weather.

    python cases/mra/make_profiles.py [target.csv]

Needs demandlib and pvlib. No measured series is used: shapes come from BDEW standard profiles (demandlib), a
clear sky (pvlib) and seeded random weather; they are then fitted to FIGURES. The calendar is that of 2026.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from unittest import mock

import demandlib.bdew as bdew
import numpy as np
import pandas as pd
import pvlib
from scipy.optimize import minimize

SEED = 150380
HOURS = 8760
INDEX = pd.date_range("2026-01-01 00:00", periods=HOURS, freq="h")
DAY = np.arange(HOURS) // 24
HOUR = np.arange(HOURS) % 24
WEEKEND = (INDEX.day_of_week >= 5).astype(float)
WINTER = np.isin(INDEX.month, (12, 1, 2))

# profile: (full-load hours, p85/peak, share of the energy in Dec-Feb).
# From the Energy Transition Model, data set nl2023 (MIT), where not said otherwise.
FIGURES: dict[str, tuple[float, float, float]] = {
    "household": (4214, 0.642, 0.289),
    "services": (4394, 0.803, 0.277),
    "industry": (4394, 0.803, 0.277),  # ETM uses the curve of services
    "horticulture": (4394, 0.803, 0.277),  # ETM uses the curve of services
    "steel": (8400, 0.990, 0.247),  # assumption: works run day and night; ETM takes 8760 h
    "mobility": (3500, 0.680, 0.258),  # assumption: ETM's 1278 h are few homes; a region has more diversity
    "rail": (4000, 0.800, 0.260),  # assumption: ETM's 1443 h rest on single spikes of the national curve
    "datacenter": (8300, 0.975, 0.244),  # assumption between flat (8760 h) and ETM's ICT curve (7600 h)
    "pv": (1250, 0.395, 0.096),
    "wind_onshore": (2853, 0.702, 0.346),
    "wind_coastal": (4259, 0.932, 0.308),
    "heat_homes": (2163, 0.523, 0.466),  # ETM: 75 % space heat of homes, 25 % hot water
    "heat_services": (2114, 0.461, 0.416),
    "heat_greenhouse": (3500, 0.600, 0.350),  # assumption: 3500 h; ETM takes the curve of services (2114 h)
}


def season(peak_day: float) -> np.ndarray:
    """A wave of one year, 1 on peak_day and -1 half a year from it."""
    return np.cos(2 * np.pi * (np.arange(HOURS) / 24 - peak_day) / 365)


def noise(rng: np.random.Generator, memory_hours: float) -> np.ndarray:
    """A first-order autoregressive series of mean 0 and standard deviation 1."""
    keep = np.exp(-1 / memory_hours)
    steps = rng.standard_normal(HOURS) * np.sqrt(1 - keep**2)
    out = np.empty(HOURS)
    out[0] = steps[0]
    for hour in range(1, HOURS):
        out[hour] = keep * out[hour - 1] + steps[hour]
    return out


def temperature(rng: np.random.Generator) -> np.ndarray:
    """Air temperature: mean 11.8 degrees as in the ETM year, a yearly and a daily wave, weather of days."""
    daily = np.cos(2 * np.pi * (HOUR - 15) / 24) * (2.6 - 1.4 * season(20))
    return 11.8 - 7.2 * season(25) + daily + 3.1 * noise(rng, 72)


def slp() -> pd.DataFrame:
    """Standard load profiles of BDEW, hourly means."""
    # demandlib 0.2 makes warnings errors, which newer pandas triggers
    with warnings.catch_warnings(), mock.patch("warnings.simplefilter"):
        warnings.filterwarnings("ignore")
        table = bdew.ElecSlp(2026).get_scaled_power_profiles(
            {"h0_dyn": 1, "g1": 1, "g0": 1, "g3": 1, "l0": 1}
        )
    return table.resample("h").mean().iloc[:HOURS].reset_index(drop=True)


def heat(kind: str, air: np.ndarray, hot_water: bool) -> np.ndarray:
    """Standard heat load profile of BDEW (SigLinDe) for a kind of building."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        building = bdew.HeatBuilding(
            INDEX,
            temperature=pd.Series(air, index=INDEX),
            annual_heat_demand=1,
            shlp_type=kind,
            wind_class=1,
            building_class=5 if kind in ("EFH", "MFH") else 0,
            ww_incl=hot_water,
        )
        return building.get_bdew_profile().to_numpy()


def sun(rng: np.random.Generator) -> np.ndarray:
    """Power of panels, half to the south and a quarter each to east and west, clear sky times clearness."""
    utc = pd.date_range("2025-12-31 23:30", periods=HOURS, freq="h", tz="UTC")
    place = pvlib.location.Location(52.36, 4.9, altitude=0)
    where, sky = place.get_solarposition(utc), place.get_clearsky(utc, model="ineichen", linke_turbidity=3.0)
    cloud = 0.62 - 0.14 * season(10) + 0.22 * noise(rng, 20)
    clearness = np.clip(cloud, 0.10, 1.0)
    power = np.zeros(HOURS)
    for azimuth, share in ((180, 0.5), (90, 0.25), (270, 0.25)):
        plane = pvlib.irradiance.get_total_irradiance(
            25,
            azimuth,
            where.apparent_zenith,
            where.azimuth,
            sky.dni * clearness**2,
            sky.ghi * clearness,
            sky.dhi * (0.5 + 0.5 * clearness),
        )
        power += share * plane.poa_global.fillna(0).to_numpy()
    return power


def wind(rng: np.random.Generator, mean: float, swing: float, shared: np.ndarray) -> np.ndarray:
    """Output of many turbines: Weibull-like speed with memory of a day, through a smoothed power curve."""
    gauss = 0.9 * shared + np.sqrt(1 - 0.9**2) * noise(rng, 12)
    rank = np.argsort(np.argsort(gauss)) / HOURS
    speed = mean * (1 + swing * season(20)) * (-np.log(1 - rank * 0.99999)) ** (1 / 2.1)
    return 1 / (1 + np.exp(-(speed - 9.0) / 1.35)) - 1 / (1 + np.exp(9.0 / 1.35))


def bell(hour: float, width: float) -> np.ndarray:
    """A daily bump around an hour."""
    away = np.minimum(np.abs(HOUR - hour), 24 - np.abs(HOUR - hour))
    return np.exp(-((away / width) ** 2))


def shapes() -> dict[str, np.ndarray]:
    """Raw shapes, before they are fitted to FIGURES."""
    rng = np.random.default_rng(SEED)
    air, loads, front = temperature(rng), slp(), noise(rng, 24)
    rough = 1 + 0.03 * noise(rng, 6)
    charging = (
        0.15
        + bell(19, 3.5) * (1 - 0.3 * WEEKEND)
        + 0.5 * bell(9.5, 2.0) * (1 - 0.9 * WEEKEND)
        + 0.3 * bell(0, 4)
    )
    trains = 0.12 + (bell(8, 2) + bell(17.5, 2.5)) * (1 - 0.5 * WEEKEND) + 0.6 * bell(13, 6)
    lamps = (1 - bell(13, 5)) * np.clip(season(5), 0, 1)  # assimilation light: winter, by night
    return {
        "household": loads["h0_dyn"].to_numpy() * rough,
        "services": (0.75 * loads["g1"] + 0.25 * loads["g0"]).to_numpy() * rough,
        "industry": (0.5 * loads["g3"] + 0.5 * loads["g1"]).to_numpy() * rough,
        "horticulture": 1.2 * loads["l0"].to_numpy() / loads["l0"].max() + 0.3 * lamps + 0.1 * rough,
        "steel": 1 + 0.02 * noise(rng, 48),
        "mobility": charging * (1 + 0.06 * season(15)) * rough,
        "rail": trains * (1 + 0.05 * season(15)) * rough,
        "datacenter": 1 + 0.006 * np.clip(air - 8, 0, 20) + 0.01 * bell(14, 5),
        "pv": sun(rng),
        "wind_onshore": wind(rng, 7.6, 0.16, front),
        "wind_coastal": wind(rng, 9.6, 0.12, front),
        "heat_homes": heat("MFH", air, True) + heat("EFH", air, True),
        "heat_services": heat("GKO", air, True),
        "heat_greenhouse": heat("GGB", air, False) + 0.05 * heat("GGB", air, False).max(),
    }


def bend(raw: np.ndarray, power: float, floor: float, wave: float) -> np.ndarray:
    """Per unit of peak: times a yearly wave, to a power, above a floor. Zero stays zero."""
    series = np.clip(raw, 0, None) * np.clip(1 + wave * season(15), 0.05, None)
    series = np.clip(series / np.quantile(series, 0.9998), 0, 1) ** power
    lifted = floor + (1 - floor) * series
    return np.clip(np.where(raw > 0, lifted, 0.0), 0, 1)


def figures(series: np.ndarray) -> tuple[float, float, float]:
    """Full-load hours, p85/peak and winter share of a series."""
    top, total = series.max(), series.sum()
    return total / top, np.quantile(series, 0.85) / top, series[WINTER].sum() / total


def fit(raw: np.ndarray, target: tuple[float, float, float]) -> np.ndarray:
    """The bend of a raw shape that comes closest to its figures; full-load hours weigh most."""

    def miss(x: np.ndarray) -> float:
        hours, p85, winter = figures(bend(raw, np.exp(x[0]), x[1], x[2]))
        off = np.array([10 * (hours / target[0] - 1), 2 * (p85 - target[1]), 8 * (winter - target[2])])
        return float(off @ off)

    starts = [np.array([0.0, floor, 0.0]) for floor in (0.0, 0.3)]
    runs = [minimize(miss, x, method="Nelder-Mead", options={"maxiter": 600}) for x in starts]
    best = min(runs, key=lambda run: run.fun).x
    return bend(raw, np.exp(best[0]), best[1], best[2])


def main(target: Path) -> None:
    """Write the table and print the figures reached next to those aimed at."""
    table = pd.DataFrame({"hour": np.arange(HOURS)})
    for name, raw in shapes().items():
        table[name] = np.round(fit(raw, FIGURES[name]), 3)
        reached = figures(table[name].to_numpy())
        print(
            f"{name:16s}",
            *(f"{have:9.3f} ({want})" for have, want in zip(reached, FIGURES[name], strict=True)),
        )
    table.to_csv(target, index=False, float_format="%.3g")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("profiles.csv"))
