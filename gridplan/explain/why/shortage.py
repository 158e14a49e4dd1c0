"""What falls short in a plan: programme, load, and policies with a price."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.case.tables import indicators
from gridplan.explain.why.ask import SLACK_MW, Ask
from gridplan.explain.why.say import Line
from gridplan.model.frame import Frame
from gridplan.model.periods import snapshot
from gridplan.model.programme import programme
from gridplan.network import Network
from gridplan.plan.plan import Plan

FEW = 1e-3  # MW below which nothing counts as short


@dataclass(frozen=True)
class Short:
    """Something that is not served in a plan.

    Attributes:
        kind: `programme`, `demand` or `policy`.
        key: line of the programme, station or policy.
        name: in words.
        mw: how much, by stage (of a policy in its indicator's unit).
        places: ids by which it may be asked for: itself, its class, its region.
        unit: unit of `mw`.
    """

    kind: str
    key: str
    name: str
    mw: dict[int, float]
    places: frozenset[str]
    unit: str = "MW"

    @property
    def year(self) -> int:
        """First stage in which it is short."""
        return min(self.mw)

    @property
    def head(self) -> Line:
        """What is short, in a sentence."""
        values = {"name": self.name, "year": self.year, "mw": self.mw[self.year], "unit": self.unit}
        return Line(f"head.short_{self.kind}", values)


def shortages(plan: Plan) -> list[Short]:
    """What is short in a plan, the most first."""
    found = [*_programme(plan), *_demand(plan), *_policies(plan)]
    return sorted(found, key=lambda s: -max(s.mw.values()))


def _programme(plan: Plan) -> list[Short]:
    table = plan.tables["shortfall"]
    found = []
    for (kind, region), rows in table[table["it_mw"] > FEW].groupby(
        ["class", "region"], sort=False, dropna=False
    ):
        region = region if isinstance(region, str) else ""
        name = str(kind) if region in ("", "all") else f"{kind} ({region})"
        mw = {int(y): float(v) for y, v in zip(rows["year"], rows["it_mw"], strict=True)}
        key = _line(plan, str(kind), region)
        found.append(Short("programme", key, name, mw, frozenset((str(kind), region, key))))
    return found


def _line(plan: Plan, kind: str, region: str) -> str:
    """Name of a line of the programme; a plan says `all` of a blank region."""
    table = plan.case.table("datacenter_demand")
    there = table[(table["class"] == kind) & (table["region"] == region)]
    return f"{kind}|{region}" if len(there) else f"{kind}|"


def _demand(plan: Plan) -> list[Short]:
    table = plan.tables["unserved"]
    names = dict(
        zip(plan.case.table("substations")["substation"], plan.case.table("substations")["name"], strict=True)
    )
    zones = Network(plan.case).zone_of
    found = []
    for n, rows in table[table["mw"] > FEW].groupby("substation", sort=False):
        mw = {int(y): float(v) for y, v in zip(rows["year"], rows["mw"], strict=True)}
        name = f"{names[n]} ({n})" if names.get(n) else str(n)
        found.append(Short("demand", str(n), name, mw, frozenset((str(n), zones.get(str(n), "")))))
    return found


def _policies(plan: Plan) -> list[Short]:
    """Policies with a price that the plan passes."""
    rows = plan.case.table("policies")
    priced = set(rows.loc[rows["price"] > 0, "policy"])
    table = plan.tables["policies"]
    table = table[table["policy"].isin(priced) & (table["slack"] < -FEW)]
    found = []
    for q, part in table.groupby("policy", sort=False):
        by = {int(y): float(-v) for y, v in zip(part["year"], part["slack"], strict=True)}
        unit = indicators()[str(part["indicator"].iloc[0])].unit
        found.append(Short("policy", str(q), str(q), by, frozenset((str(q),)), unit))
    return found


def ask_of(plan: Plan, short: Short) -> Ask:
    """That nothing of this is short, and nothing else more than in the plan."""
    frame = Frame(plan.case, Network(plan.case), snapshot(plan.case))
    lines = programme(frame, {r["site"]: r for r in frame.rows("datacenters")})
    found = {"programme": {}, "demand": {}, "policy": {}}  # type: dict[str, dict[tuple[str, int], float]]
    for y in plan.case.years:
        found["programme"].update({(d, y): SLACK_MW for d in lines})
        found["demand"].update({(n, y): SLACK_MW for n in frame.network.stations})
    for other in shortages(plan):
        for y, mw in other.mw.items():
            found[other.kind][other.key, y] = mw + SLACK_MW
    for y in short.mw:
        found[short.kind][short.key, y] = 0.0
    return Ask(short=found["programme"], unserved=found["demand"], beyond=found["policy"])
