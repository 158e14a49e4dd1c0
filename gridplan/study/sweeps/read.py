"""study.toml: what a sweep varies, as a file; every mistake in it is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.case.problem import did_you_mean
from gridplan.study.sweeps.design import HOWS, Design, Draw

KEYS = ("case", "scenarios", "set", "patch", "grid", "sample", "solver")
SAMPLE = ("count", "seed", "of")
SOLVER = {"gap": float, "time_limit_s": float, "seed": int}
PATCH = ("name", "set")


class StudyError(ValueError):
    """A study file that cannot be used; the message names the file and every key that is wrong."""


@dataclass(frozen=True)
class Study:
    """A study file.

    Attributes:
        case: folder or name of the case, as written.
        folder: folder of the file, which a relative `case` is looked up in first.
        design: what varies.
        options: `gap`, `time_limit_s` and `seed` of the solver, where given.
    """

    case: str
    folder: Path
    design: Design
    options: Mapping[str, Any] = field(default_factory=dict)


def read_study(path: str | Path) -> Study:
    """Read a study file.

    Raises:
        StudyError: it cannot be read, or holds what a sweep does not know.
    """
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is not TOML: {error}") from error
    reader = _Reader(data)
    study = Study(reader.case(), file.parent, reader.design(), reader.options())
    if not reader.problems:
        try:
            study.design.points()
        except ValueError as error:
            reader.problems.append(str(error))
    if reader.problems:
        lines = "".join(f"\n  - {problem}" for problem in reader.problems)
        raise StudyError(f"{path} is no study that can be run:{lines}")
    return study


class _Reader:
    """Turns plain data into a design and collects what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []
        self._known("", data, KEYS)

    def fail(self, message: str) -> None:
        self.problems.append(message)

    def _known(self, place: str, data: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in data:
            if key not in keys:
                hint = did_you_mean(key, keys)
                said = f"{place}unknown key '{key}'; allowed: {', '.join(keys)}"
                self.fail(f"{said}; {hint}" if hint else said)

    def _table(self, name: str, within: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A table of the file whose keys are patch keys; keys with dots may be written without quotes."""
        found = (self.data if within is None else within).get(name, {})
        if not isinstance(found, Mapping):
            self.fail(f"{name} must be a table, such as [{name}]")
            return {}
        return dict(found)

    def case(self) -> str:
        found = self.data.get("case")
        if not isinstance(found, str) or not found:
            self.fail('case is missing; write case = "tutorial", or a folder relative to this file')
            return ""
        return found

    def options(self) -> dict[str, Any]:
        given = self._table("solver")
        self._known("[solver] ", given, tuple(SOLVER))
        for key, value in given.items():
            kinds = (int,) if SOLVER.get(key) is int else (int, float)
            if key in SOLVER and (not isinstance(value, kinds) or isinstance(value, bool) or value < 0):
                self.fail(f"[solver] {key} = {value!r} must be a number of 0 or more")
        return given

    def design(self) -> Design:
        sample = self._table("sample")
        self._known("[sample] ", sample, SAMPLE)
        whole = {name: sample.get(name, 0) for name in ("count", "seed")}
        for name, value in whole.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                self.fail(f"[sample] {name} = {value!r} must be a whole number of 0 or more")
                whole[name] = 0
        scenarios = self.data.get("scenarios", [])
        if not isinstance(scenarios, list) or not all(isinstance(name, str) for name in scenarios):
            self.fail('scenarios must be a list of names, such as ["base", "high_growth"]')
            scenarios = []
        grid = {key: values for key, values in self._table("grid").items() if self._is_list(key, values)}
        draws = {key: self._draw(key, item) for key, item in self._table("of", sample).items()}
        drawn = {key: draw for key, draw in draws.items() if draw is not None}
        return Design(
            self._table("set"), self._patches(), grid, drawn, whole["count"], tuple(scenarios), whole["seed"]
        )

    def _is_list(self, key: str, values: Any) -> bool:
        if isinstance(values, list) and values:
            return True
        quoted = " (a key with dots needs quotes)" if isinstance(values, Mapping) else ""
        self.fail(f"[grid] '{key}' must be a list of values, such as [0, 10, 20]{quoted}")
        return False

    def _draw(self, key: str, item: Any) -> Draw | None:
        ways = [how for how in HOWS if isinstance(item, Mapping) and how in item]
        if len(ways) != 1 or not isinstance(item[ways[0]], list) or set(item) - {ways[0], "log"}:
            self.fail(
                f"[sample.of] '{key}' must be a table such as {{ times = [0.8, 1.2] }}, with one of "
                f"{', '.join(HOWS)}, and log = true if wanted (a key with dots needs quotes)"
            )
            return None
        try:
            return Draw(ways[0], tuple(item[ways[0]]), bool(item.get("log", False)))
        except ValueError as error:
            self.fail(f"[sample.of] '{key}': {error}")
            return None

    def _patches(self) -> dict[str, dict[str, Any]]:
        given = self.data.get("patch", [])
        if not isinstance(given, list):
            self.fail("patch must be a list: write [[patch]] before each")
            return {}
        found: dict[str, dict[str, Any]] = {}
        for k, item in enumerate(given, start=1):
            self._known(f"[[patch]] {k}: ", item, PATCH)
            name = item.get("name")
            if not isinstance(name, str) or not name or name in found:
                self.fail(f"[[patch]] {k}: name = {name!r} must be a text that no other patch has")
                continue
            found[name] = self._table("set", item)
        return found
