"""What can be in the way: cells of the case, by kind.

An item is one cell of the case as a planner would name it: the firm capacity of a station, a row of the
programme in one stage, the year from which a reinforcement can be there. Roles:

* WISH: what is asked for (programme, a policy's minimum, a place that must be covered),
* LIMIT: what holds it back,
* TIMING: what comes too late,
* FACT: load that is simply there. It is named only where no wish stands in the conflict.
"""

from __future__ import annotations

from dataclasses import dataclass

WISH, LIMIT, TIMING, FACT = "wish", "limit", "timing", "fact"
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Kind:
    """What is known of all items of a kind.

    Attributes:
        role: WISH, LIMIT, TIMING or FACT.
        unit: unit of what is measured when it is loosened; blank: it is lifted or not.
    """

    role: str
    unit: str = ""


KINDS: dict[str, Kind] = {
    "programme": Kind(WISH, "MW"),
    "asked": Kind(WISH, "MW"),
    "policy_min": Kind(WISH, "value"),
    "must_connect": Kind(WISH),
    "cell": Kind(WISH),
    "edge_cell": Kind(WISH),
    "must_run": Kind(WISH),
    "station_demand": Kind(LIMIT, "MW"),
    "station_feedin": Kind(LIMIT, "MW"),
    "branch": Kind(LIMIT, "MW"),
    "ended": Kind(LIMIT, "MW"),
    "timing": Kind(TIMING),
    "site_year": Kind(TIMING),
    "link_year": Kind(TIMING),
    "source_year": Kind(TIMING),
    "storage_year": Kind(TIMING),
    "max_units": Kind(LIMIT),
    "bays": Kind(LIMIT, "bays"),
    "land": Kind(LIMIT, "ha"),
    "policy_max": Kind(LIMIT, "value"),
    "region": Kind(LIMIT),
    "rtt": Kind(LIMIT),
    "max_size": Kind(LIMIT, "MW"),
    "min_size": Kind(LIMIT),
    "module": Kind(LIMIT),
    "requires": Kind(LIMIT),
    "excludes": Kind(LIMIT),
    "pipe": Kind(LIMIT, "MW"),
    "heat_pump": Kind(LIMIT, "MW"),
    "source": Kind(LIMIT, "MW"),
    "site_heat": Kind(LIMIT),
    "supply": Kind(LIMIT, "MW"),
    "supply_new": Kind(LIMIT, "MW"),
    "storage_power": Kind(LIMIT, "MW"),
    "storage_energy": Kind(LIMIT, "MWh"),
    "storage_new": Kind(LIMIT, "MW"),
    "tank_new": Kind(LIMIT, "MWh"),
    "backup": Kind(LIMIT, "MW"),
    "security": Kind(LIMIT),
    "demand": Kind(FACT, "MW"),
    "existing": Kind(FACT, "MW"),
}
ORDER = {kind: k for k, kind in enumerate(KINDS)}  # in which items are shown, and rather kept


@dataclass(frozen=True)
class Item:
    """One cell of the case that can be in the way.

    Attributes:
        kind: one of KINDS.
        table: table of the case; `case` for a setting.
        key: key of the row, without a year that the table interpolates.
        column: column of the cell.
        year: stage that it speaks of; 0: all.
    """

    kind: str
    table: str
    key: Key
    column: str
    year: int = 0

    @property
    def role(self) -> str:
        """WISH, LIMIT, TIMING or FACT."""
        return KINDS[self.kind].role

    @property
    def ident(self) -> str:
        """Key as in `--set`, parts joined by `:`."""
        return ":".join(str(part) for part in self.key)

    @property
    def order(self) -> tuple[int, str, int, str]:
        """Place in a list: wishes first, then limits, what is late, and facts."""
        return ORDER[self.kind], self.table, self.year, self.ident
