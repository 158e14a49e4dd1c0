"""Profiles of a made-up year: 8760 hours per unit of peak, shapes with seeded weather."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from gridplan.case.synthetic.asked import Asked

HOURS = 8760
DAY, HOUR = np.arange(HOURS) // 24, np.arange(HOURS) % 24
WEEKEND = (DAY % 7 >= 5).astype(float)
WINTER = 0.5 * (1 + np.cos(2 * np.pi * (DAY - 15) / 365))  # 1 in mid-January, 0 half a year later


def profiles(asked: Asked) -> pd.DataFrame:
    """The profiles that the tables name, each with its largest value 1."""
    rng = asked.random("hours")
    cold, cloud, wind = (_weather(rng, memory) for memory in (72.0, 20.0, 30.0))
    warmth = np.clip(0.15 + 0.7 * WINTER + 0.12 * cold, 0.05, None)
    evening, morning, noon = _bell(19, 3.5), _bell(8.5, 2.5), _bell(13, 5)
    work = (0.45 + 0.55 * noon) * (1 - 0.35 * WEEKEND)
    sun = np.clip(np.cos((HOUR - 12.5) / 24 * 2 * np.pi) - 0.15 + 0.45 * (0.5 - WINTER), 0, None)
    shapes = {
        "household": 0.35 + 0.5 * evening + 0.25 * morning + 0.35 * warmth,
        "services": work + 0.15 * warmth,
        "industry": 0.75 + 0.25 * noon * (1 - 0.6 * WEEKEND),
        "mobility": 0.12 + evening + 0.3 * morning * (1 - WEEKEND) + 0.1 * warmth,
        "datacenter": 0.93 + 0.05 * noon - 0.03 * WINTER,
        "pv": sun * np.clip(0.65 + 0.25 * cloud, 0.1, 1.0),
        "wind_onshore": 1 / (1 + np.exp(-1.4 * (wind + 0.7 * WINTER - 0.9))),
        "heat": warmth * (0.8 + 0.25 * morning + 0.15 * evening) + 0.08,
    }
    noisy = {name: shape * (1 + 0.02 * _weather(rng, 4.0)) for name, shape in shapes.items()}
    return pd.DataFrame({name: (np.clip(s, 0, None) / s.max()).round(3) for name, s in noisy.items()})


def _weather(rng: np.random.Generator, memory_hours: float) -> np.ndarray:
    """A series of mean 0 and deviation 1 that remembers its past."""
    keep = float(np.exp(-1 / memory_hours))
    steps = rng.standard_normal(HOURS) * np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], steps))


def _bell(hour: float, width: float) -> np.ndarray:
    """A daily bump around an hour."""
    away = np.minimum(np.abs(HOUR - hour), 24 - np.abs(HOUR - hour))
    return np.asarray(np.exp(-((away / width) ** 2)))
