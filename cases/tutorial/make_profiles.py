"""Make profiles.csv of the tutorial from fixed formulas: `python make_profiles.py`. Nothing is measured or random.

Hour 0 is the first hour of 1 January, a Thursday (as in 2026). Every profile is divided by its maximum.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HOURS = np.arange(8760)
DAY, HOUR = HOURS // 24, HOURS % 24 + 0.5
WEEKEND = np.isin((DAY + 3) % 7, (5, 6))
WINTER = np.cos(2 * np.pi * (DAY - 15) / 365)
# A slow and a fast wave with incommensurable periods stand for the weather.
WEATHER = 0.6 * np.sin(2 * np.pi * DAY / 6.7) + 0.4 * np.sin(2 * np.pi * DAY / 2.9)
LATITUDE = np.radians(52.4)


def bump(centre: float, width: float) -> np.ndarray:
    """A smooth peak around an hour of the day."""
    distance = np.minimum(np.abs(HOUR - centre), 24 - np.abs(HOUR - centre))
    return np.exp(-0.5 * (distance / width) ** 2)


def homes() -> np.ndarray:
    """Morning and evening peak; more in winter and on cold days (heat pumps)."""
    day = 0.35 + 0.35 * bump(8, 1.5) + 0.65 * bump(18.5, 2.2)
    return day * (1 + 0.25 * WINTER - 0.06 * WEATHER * (WINTER > 0))


def business() -> np.ndarray:
    """Working hours; less at the weekend."""
    return (0.35 + 0.65 * bump(12.5, 3.4)) * np.where(WEEKEND, 0.55, 1.0) * (1 + 0.05 * WINTER)


def pv() -> np.ndarray:
    """Height of the sun at 52.4° north, times clouds."""
    tilt = np.radians(23.44) * np.sin(2 * np.pi * (DAY - 80) / 365)
    turn = np.radians(15 * (HOUR - 12))
    height = np.sin(LATITUDE) * np.sin(tilt) + np.cos(LATITUDE) * np.cos(tilt) * np.cos(turn)
    return np.maximum(height, 0) * (0.65 + 0.35 * WEATHER)


def heat() -> np.ndarray:
    """Cold days, with a morning peak; a little hot water in summer."""
    cold = np.maximum(0.45 + 0.55 * WINTER - 0.2 * WEATHER, 0)
    return 0.08 + cold * (0.75 + 0.25 * bump(7.5, 2.0))


def main() -> None:
    """Write profiles.csv next to this file."""
    columns = [values / values.max() for values in (homes(), business(), pv(), heat())]
    lines = ["hour,homes,business,pv,heat"]
    lines += [
        ",".join([str(hour), *(f"{c[hour]:.3f}".rstrip("0").rstrip(".") for c in columns)]) for hour in HOURS
    ]
    Path(__file__).with_name("profiles.csv").write_text(
        "\n".join(lines) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
