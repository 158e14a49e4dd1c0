"""What a sweep varies: patches by name, a grid, random draws and scenarios, each with each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from gridplan.study.scenarios import BASE

HOWS = ("between", "times", "plus", "one_of")
SIGNS = {"times": "*", "plus": "+"}
DIGITS = 12  # of a drawn number, so that it is the same on every machine
LABELS = {"times": " (times)", "plus": " (plus)"}


@dataclass(frozen=True)
class Draw:
    """How one key is drawn.

    Attributes:
        how: `between` (the value itself), `times` or `plus` (what the value in the case is multiplied by, or
            what is added to it), `one_of`.
        values: lowest and highest; of `one_of` the values, all equally likely.
        log: even in the logarithm (`between` and `times`).
    """

    how: str
    values: tuple[Any, ...]
    log: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            ValueError: an unknown way, no values, or bounds that are no numbers in order.
        """
        if self.how not in HOWS:
            raise ValueError(f"'{self.how}' is no way to draw; there are {', '.join(HOWS)}")
        if not self.values:
            raise ValueError("there are no values to draw from")
        if self.how == "one_of":
            return
        good = len(self.values) == 2 and all(map(_is_number, self.values))
        if not good or not self.values[0] <= self.values[1]:
            raise ValueError(f"{self.how} needs its lowest and highest number, such as [0.8, 1.2]")
        if self.log and (self.how == "plus" or self.values[0] <= 0):
            raise ValueError("log needs between or times, and numbers above 0")

    def value(self, share: float) -> Any:
        """The value at a share between 0 and 1 of its range."""
        if self.how == "one_of":
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        low, high = (math.log(v) if self.log else float(v) for v in self.values)
        at = low + share * (high - low)
        return float(f"{math.exp(at) if self.log else at:.{DIGITS}g}")

    def patched(self, value: Any) -> Any:
        """What a patch says for a drawn value."""
        if self.how in ("times", "plus"):
            return f"{SIGNS[self.how]}{value!r}".replace("+-", "-")
        return value


@dataclass(frozen=True)
class Point:
    """One case of a sweep.

    Attributes:
        number: from 1, in the order of the design.
        scenario: scenario folder, or `base`.
        patch: name of the patch; blank where the sweep has none.
        values: what varies, by the name of its column.
        changes: the patch of the case.
    """

    number: int
    scenario: str
    patch: str
    values: Mapping[str, Any]
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Design:
    """What a sweep varies. Every scenario is taken with every patch, grid value and draw.

    Attributes:
        always: a patch of every point.
        patches: patches by name.
        grid: values by key.
        sample: how keys are drawn.
        samples: number of draws, a Latin hypercube: each key's range is cut in so many parts, each used once.
        scenarios: scenario folders, `base` for the case itself; empty: the case itself.
        seed: of the draws.
    """

    always: Mapping[str, Any] = field(default_factory=dict)
    patches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    sample: Mapping[str, Draw] = field(default_factory=dict)
    samples: int = 0
    scenarios: tuple[str, ...] = ()
    seed: int = 0

    def points(self) -> list[Point]:
        """All points, numbered.

        Raises:
            ValueError: nothing varies, a key is changed in two places, or a count that cannot be.
        """
        self._check()
        draws = list(self._draws())
        names = {key: key + LABELS.get(draw.how, "") for key, draw in self.sample.items()}
        sets = list(self.patches.items()) or [("", {})]
        found: list[Point] = []
        for scenario, (name, patch), cells, drawn in product(
            self.scenarios or (BASE,), sets, product(*self.grid.values()), draws
        ):
            chosen = dict(zip(self.grid, cells, strict=True))
            values = {**chosen, **{names[key]: value for key, value in drawn.items()}}
            random = {key: self.sample[key].patched(value) for key, value in drawn.items()}
            changes = {**self.always, **patch, **chosen, **random}
            found.append(Point(len(found) + 1, scenario, name, values, changes))
        return found

    def _draws(self) -> Iterator[dict[str, Any]]:
        """Values of the sample, one mapping a draw; one empty mapping where nothing is drawn."""
        if not self.sample:
            yield {}
            return
        from scipy.stats import qmc

        shares = qmc.LatinHypercube(len(self.sample), rng=self.seed).random(self.samples)
        for row in shares:
            drawn = zip(self.sample.items(), row, strict=True)
            yield {key: draw.value(float(share)) for (key, draw), share in drawn}

    def _check(self) -> None:
        if not (self.patches or self.grid or self.sample or self.scenarios):
            raise ValueError("nothing varies: give patches, a grid, a sample or scenarios")
        if bool(self.sample) != (self.samples > 0):
            raise ValueError(
                f"a sample needs keys and a count above 0: {len(self.sample)} keys, {self.samples}"
            )
        for key, values in self.grid.items():
            if isinstance(values, str) or not len(values):
                raise ValueError(f"grid '{key}': give a list of values, such as [0, 10, 20]")
        if len(set(self.scenarios)) < len(self.scenarios):
            raise ValueError(f"a scenario is given twice: {', '.join(self.scenarios)}")
        parts = [self.always, self.grid, self.sample]
        for name, patch in self.patches.items() or [("", {})]:
            every = [key for part in (*parts, patch) for key in part]
            twice = next((key for key in every if every.count(key) > 1), None)
            if twice is not None:
                where = f" with patch '{name}'" if twice in patch else ""
                raise ValueError(f"'{twice}' is changed in two parts of the sweep{where}; keep one")


def shown(value: Any) -> Any:
    """A value as it stands in a column: number, true or false, text, or nothing for a blank."""
    if value is None or value == "":
        return None
    return value if isinstance(value, bool | int | float | str) else _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
