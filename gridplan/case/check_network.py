"""Checks of the grid: branch ends, reactances, reinforcements, islands and stations that nothing can feed."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.case.cells import split_ids
from gridplan.case.check_places import stations_of
from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem, did_you_mean, some_of

GRID = ("substations", "branches", "reinforcements")


@check("self-loops", "branches", "reinforcements", "heat_links")
def self_loops(draft: Draft) -> Iterator[Problem]:
    """The two ends of a branch, corridor or heat link differ."""
    for name in ("branches", "reinforcements", "heat_links"):
        frame = draft.table(name)
        for i in ((frame["from"] == frame["to"]) & (frame["from"] != "")).to_numpy().nonzero()[0]:
            end = frame["from"].iloc[int(i)]
            yield draft.problem(name, int(i), "to", f"both ends are {end!r}", "two different ends")


@check("reactance", "case.toml", "branches", "reinforcements")
def reactance(draft: Draft) -> Iterator[Problem]:
    """DC flow needs a reactance on every line and transformer (a tie has none)."""
    if draft.settings.physics.flow != "dc":
        return
    hint = 'give x_pu, or write flow = "transport" in [physics]'
    frame = draft.table("branches")
    no_x = frame["x_pu"].isna() | (frame["x_pu"] == 0)
    for i in (no_x & frame["in_service"] & (frame["kind"] != "tie")).to_numpy().nonzero()[0]:
        message = 'a reactance is needed for flow = "dc"'
        yield draft.problem("branches", int(i), "x_pu", message, "a number other than 0", hint)
    frame = draft.table("reinforcements")
    new = (frame["kind"] == "branch") & (frame["target"] == "")
    for column, what in (("x_pu", "a reactance"), ("adds_mva", "a capacity")):
        bad = new & (frame[column].isna() | (frame[column] == 0))
        for i in bad.to_numpy().nonzero()[0]:
            message = f"{what} is needed for a new corridor"
            yield draft.problem("reinforcements", int(i), column, message, "a number other than 0", hint)


@check("reinforcement-target", *GRID)
def reinforcement_target(draft: Draft) -> Iterator[Problem]:
    """Kind `branch` changes a branch or joins two stations; other kinds change a station."""
    frame = draft.table("reinforcements")
    columns = frame[["kind", "target", "from", "to"]]
    for i, (kind, target, start, end) in enumerate(columns.itertuples(index=False, name=None)):
        table = "branches" if kind == "branch" else "substations"
        known = draft.ids(table)
        if target and target not in known:
            message = f"{target!r} is not in {table}, where kind {kind!r} looks"
            hint = did_you_mean(target, known)
            yield draft.problem("reinforcements", i, "target", message, some_of(known), hint)
        elif kind == "branch" and not target and not (start and end):
            message = "needs a target (a branch), or from and to (stations)"
            yield draft.problem("reinforcements", i, "target", message, some_of(known))
        elif kind != "branch" and not target:
            message = f"kind {kind!r} needs a target, a station"
            yield draft.problem("reinforcements", i, "target", message, some_of(known))


def cycle_in(after: dict[str, list[str]]) -> list[str]:
    """One cycle in a directed graph as the list of its nodes, or nothing; without recursion."""
    state: dict[str, int] = {}
    for root in after:
        stack = [(root, iter(after[root]))] if root not in state else []
        state.setdefault(root, 1)
        path = [root]
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[node] = 2
                stack.pop()
                path.pop()
            elif state.get(following) == 1:
                return path[path.index(following) :]
            elif following not in state:
                state[following] = 1
                path.append(following)
                stack.append((following, iter(after.get(following, []))))
    return []


@check("limited-by-cycle", "substations")
def limited_by_cycle(draft: Draft) -> Iterator[Problem]:
    """No station is limited by itself, also not by way of others."""
    frame = draft.table("substations")
    pairs = zip(frame["substation"].tolist(), frame["limited_by"].tolist(), strict=True)
    cycle = cycle_in({station: [parent] for station, parent in pairs if parent})
    if cycle:
        message = f"stations limit each other in a circle: {' → '.join([*cycle, cycle[0]])}"
        yield draft.problem("substations", draft.ids("substations").get(cycle[0]), "limited_by", message)


@check("requires-cycle", "reinforcements")
def requires_cycle(draft: Draft) -> Iterator[Problem]:
    """Reinforcements do not require each other in a circle, or exclude what they require."""
    frame = draft.table("reinforcements")
    needs = dict(
        zip(frame["reinforcement"].tolist(), map(split_ids, frame["requires"].tolist()), strict=True)
    )
    cycle = cycle_in(needs)
    if cycle:
        message = f"reinforcements require each other in a circle: {' → '.join([*cycle, cycle[0]])}"
        yield draft.problem("reinforcements", draft.ids("reinforcements").get(cycle[0]), "requires", message)
    for i, (required, excluded) in enumerate(
        zip(frame["requires"].tolist(), frame["excludes"].tolist(), strict=True)
    ):
        for both in set(split_ids(required)) & set(split_ids(excluded)):
            yield draft.problem("reinforcements", i, "excludes", f"{both!r} is both required and excluded")


def _groups(draft: Draft) -> dict[str, str]:
    """Representative of the connected group of every station, all candidates included."""
    parent = {station: station for station in draft.ids("substations")}

    def root(station: str) -> str:
        while parent[station] != station:
            parent[station] = parent[parent[station]]
            station = parent[station]
        return station

    branches = draft.table("branches")
    pairs = list(branches.loc[branches["in_service"], ["from", "to"]].itertuples(index=False, name=None))
    pairs += list(draft.table("reinforcements")[["from", "to"]].itertuples(index=False, name=None))
    pairs += list(draft.table("substations")[["substation", "limited_by"]].itertuples(index=False, name=None))
    for start, end in pairs:
        if start in parent and end in parent:
            parent[root(start)] = root(end)
    return {station: root(station) for station in parent}


def _first_load(draft: Draft) -> dict[str, tuple[str, int]]:
    """Stations with demand and the first row that brings it."""
    fed = stations_of(draft)
    found: dict[str, tuple[str, int]] = {}
    for name, column in (("demands", "peak_mw"), ("datacenters", "existing_it_mw")):
        frame = draft.table(name)
        rows = zip(frame["substation"].tolist(), frame["zone"].tolist(), frame[column].tolist(), strict=True)
        for i, (station, zone, size) in enumerate(rows):
            if size > 0:
                for place, share in ({station: 1.0} if station else fed.get(zone, {})).items():
                    if share > 0:
                        found.setdefault(place, (name, i))
    return found


@check("islands", *GRID, "demands", "datacenters", "supplies", "service_areas", "zones")
def islands(draft: Draft) -> Iterator[Problem]:
    """A part of the grid that has demand also has a supply that can follow it."""
    if not draft.has("branches"):
        return
    groups = _groups(draft)
    fed = stations_of(draft)
    supplies = draft.table("supplies")
    steady = supplies[(supplies["technology"] == "grid_supply") | (supplies["profile"] == "")]
    steady = steady[steady["capacity_mw"].isna() | (steady["capacity_mw"] > 0) | (steady["max_new_mw"] > 0)]
    alive: set[str] = set()
    for station, zone in steady[["substation", "zone"]].itertuples(index=False, name=None):
        alive.update(
            groups[place] for place in ([station] if station else fed.get(zone, {})) if place in groups
        )
    reported = set()
    for station, (name, i) in _first_load(draft).items():
        group = groups.get(station)
        if group is None or group in alive or group in reported:
            continue
        reported.add(group)
        members = [member for member, other in groups.items() if other == group]
        message = f"is on an island with demand but without a supply that can follow it: {some_of(members)}"
        allowed = "a supply with technology grid_supply, or one without a profile, in every island"
        column = "substation" if draft.table(name)["substation"].iloc[i] else "zone"
        yield draft.problem(name, i, column, message, allowed)


@check("demand-nothing-can-serve", *GRID, "demands", "datacenters", "service_areas", "zones")
def demand_nothing_can_serve(draft: Draft) -> Iterator[Problem]:
    """Demand on a station with 0 transformers needs a reinforcement that brings some."""
    stations = draft.table("substations")
    empty = ((stations["transformers"] == 0).fillna(False) & stations["firm_demand_mva"].isna()) | (
        stations["firm_demand_mva"] == 0
    )
    without = set(stations.loc[empty.to_numpy(dtype=bool), "substation"])
    works = draft.table("reinforcements")
    brings = set(works.loc[works["kind"].isin(["transformer", "station"]), "target"])
    for station, (name, i) in _first_load(draft).items():
        if station in without - brings and draft.table(name)["side"].iloc[i] == "mv":
            column = "substation" if draft.table(name)["substation"].iloc[i] else "zone"
            message = (
                f"nothing can serve it: station {station!r} has no capacity and no reinforcement brings any"
            )
            yield draft.problem(
                name, i, column, message, "", "give the station transformers, or a reinforcement"
            )
