"""What reinforcements let be served (`gridplan unlock`), alone and in pairs, for the report of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.plots.about import case_rows
from gridplan.plots.text import Words
from gridplan.report.facts import Facts, Record
from gridplan.report.tables import Column, Table, make

FOLDER = "unlock"  # looked for in the folder of the plan
LEAST_MW = 0.05  # what is less is nothing: the report shows a decimal
NEEDED = ("case", "unit", "year", "reference", "all_together", "singles")


class UnlockError(ValueError):
    """The folder holds no study of this case; the message says what to do."""


@dataclass(frozen=True)
class Unlocked:
    """A study that `gridplan unlock --out` wrote.

    Attributes:
        about: unit, year, what is not served without and with all, and whether everything was checked.
        singles: a row per reinforcement, `extra_mw` in the unit of the study.
        pairs: a row per pair; empty where pairs were not asked.
    """

    about: Mapping[str, Any]
    singles: list[Record]
    pairs: list[Record] = field(default_factory=list)

    @property
    def names(self) -> dict[str, str]:
        """Reinforcement → name."""
        return {
            str(row["reinforcement"]): str(row.get("name") or row["reinforcement"]) for row in self.singles
        }

    def good_pairs(self) -> list[Record]:
        """Pairs that bring more than the better of their two alone, the best first."""
        found = [
            row
            for row in self.pairs
            if row["extra_mw"] > max(row["first_mw"], row["second_mw"], 0.0) + LEAST_MW
        ]
        return sorted(found, key=lambda row: (-row["extra_mw"], row["first"], row["second"]))


def read_unlock(folder: str | Path, case: str) -> Unlocked:
    """The study in a folder.

    Args:
        folder: what `gridplan unlock … --out` wrote.
        case: name of the case of the plan.

    Raises:
        UnlockError: no study there, one that cannot be read, or one of another case.
    """
    path = Path(folder) / "unlock.json"
    ask = "write one with gridplan unlock CASE --pairs --kept PLAN --out DIR"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnlockError(f"{path} is not there; {ask}") from None
    except (OSError, ValueError) as error:
        raise UnlockError(f"{path} cannot be read ({error}); {ask}") from error
    lacking = [key for key in NEEDED if key not in told] if isinstance(told, dict) else list(NEEDED)
    if lacking:
        raise UnlockError(f"{path} is no study of gridplan unlock: {', '.join(lacking)} not there; {ask}")
    if told["case"] != case:
        raise UnlockError(f"{path} is of case '{told['case']}', the plan of case '{case}'; {ask}")
    return Unlocked(told, told["singles"], told.get("pairs") or [])


def sentences(facts: Facts, words: Words) -> list[str]:
    """What the study asked and how sure it is, or how to have it made."""
    study = facts.unlocked
    if study is None:
        return [words("unlocked.none")]
    about, unit = study.about, str(study.about["unit"])
    without, together = float(about["reference"]), float(about["all_together"])
    found = [
        words("unlocked.reference", year=str(about["year"]), mw=words.mw(without), unit=_unit(unit, words),
              n=words.number(len(study.singles)), gain=words.mw(without - together)),
        words("unlocked.help"),
    ]  # fmt: skip
    idle = sum(float(row["extra_mw"]) <= LEAST_MW for row in study.singles)
    found += [words("unlocked.idle", n=words.number(idle))] if idle else []
    found += [] if study.pairs else [words("unlocked.no_pairs")]
    found += [] if about.get("complete", True) else [words("unlocked.open")]
    found += [] if about.get("checked_all_hours", True) else [words("unlocked.few_hours")]
    left_out = [words(f"unlocked.{name}") for name in about.get("left_out") or ()]
    return [*found, words("unlocked.left_out", subjects=", ".join(left_out))] if left_out else found


def _unit(unit: str, words: Words) -> str:
    return words("unlocked.mw_years") if "·" in unit else "MW"


def tables(facts: Facts, words: Words) -> list[Table]:
    """Reinforcements and pairs by what they let be served; none where there is no study."""
    study = facts.unlocked
    if study is None:
        return []
    unit = {"unit": _unit(str(study.about["unit"]), words)}
    singles = (
        Column("name", "reinforcement"),
        Column("owner", "owner"),
        Column("year", "from_year", "year"),
        Column("capex_meur", "cost", "money"),
        Column("extra_mw", "unlocks", "mw", unit),
        Column("mw_per_meur", "per_meur", "ratio", unit),
    )
    found = [make("unlock", singles, sorted(study.singles, key=lambda r: -r["extra_mw"]), words)]
    pairs = (
        Column("first_name", "first"),
        Column("second_name", "second"),
        Column("year", "from_year", "year"),
        Column("capex_meur", "cost", "money"),
        Column("extra_mw", "unlocks", "mw", unit),
        Column("interaction_mw", "interaction", "mw", unit),
    )
    rows = [
        row | {f"{one}_name": study.names.get(row[one], row[one]) for one in ("first", "second")}
        for row in study.good_pairs()
    ]
    return [*found, make("unlock_pairs", pairs, rows, words)] if rows else found


def at_station(facts: Facts, station: str, words: Words) -> Iterator[str]:
    """What the reinforcements of a station, and of connections that end there, let be served."""
    study = facts.unlocked
    if study is None:
        return
    unit, names = _unit(str(study.about["unit"]), words), study.names
    here = _of_station(facts, station)
    for row in study.singles:
        if row["reinforcement"] in here and float(row["extra_mw"]) > LEAST_MW:
            yield words("sheet.unlock", name=names[row["reinforcement"]], mw=words.mw(float(row["extra_mw"])),
                        unit=unit, year=str(study.about["year"]))  # fmt: skip
    for row in study.good_pairs():
        if (row["first"] in here or row["second"] in here) and row["interaction_mw"] > LEAST_MW:
            first, second = (names.get(str(row[one]), str(row[one])) for one in ("first", "second"))
            yield words("sheet.unlock_pair", first=first, second=second, mw=words.mw(float(row["extra_mw"])),
                        more=words.mw(float(row["interaction_mw"])), unit=unit)  # fmt: skip


def _of_station(facts: Facts, station: str) -> set[str]:
    """Reinforcements at a station or of a connection that ends there."""
    lines = {
        str(row["branch"])
        for row in case_rows(facts.plan, "branches", "branch", "from", "to").to_dict("records")
        if station in (str(row["from"]), str(row["to"]))
    }
    table = case_rows(facts.plan, "reinforcements", "reinforcement", "target", "from", "to")
    return {
        str(row["reinforcement"])
        for row in table.to_dict("records")
        if str(row["target"]) in lines | {station} or station in (str(row["from"]), str(row["to"]))
    }
