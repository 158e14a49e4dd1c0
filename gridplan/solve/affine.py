"""Bounds that follow the profiles of an hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Affine:
    """Bounds that follow the profiles: value(v) = base + v @ slope, infinite where base is."""

    base: np.ndarray
    slope: np.ndarray

    def at(self, values: np.ndarray) -> np.ndarray:
        """Bounds for profile values (one hour: 1-D; many hours: hours × profiles)."""
        return self.base + values @ self.slope

    def part(self, chosen: np.ndarray) -> Affine:
        """Bounds of some rows or columns (boolean mask)."""
        return Affine(self.base[chosen], self.slope[:, chosen])
