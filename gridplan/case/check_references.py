"""Checks of references: every id that a cell names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gridplan.case.cells import split_ids
from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem, did_you_mean, some_of
from gridplan.case.tables import Column, tables

HEAT_PLACES = ("datacenters", "heat_sources", "heat_sinks", "junctions")


def _known(draft: Draft, column: Column) -> set[str]:
    if column.refers == ("profiles",):
        return set() if draft.profiles is None else set(map(str, draft.profiles.columns))
    return {key for table in column.refers for key in draft.ids(table) if key}


def _names(cells: Iterable[str]) -> Iterator[tuple[int, str]]:
    for i, cell in enumerate(cells):
        for name in split_ids(cell):
            yield i, name


@check("references")
def references(draft: Draft) -> Iterator[Problem]:
    """Ids of stations, zones, branches, profiles, masts, ... exist in the tables they refer to."""
    for name in draft.frames:
        for column in tables()[name].columns.values():
            if not column.refers or not draft.unsound.isdisjoint(column.refers):
                continue
            known = _known(draft, column)
            where = "the profiles file" if column.refers == ("profiles",) else " or ".join(column.refers)
            for i, word in _names(draft.table(name)[column.name].tolist()):
                if word not in known:
                    message = f"{word!r} is not in {where}"
                    yield draft.problem(
                        name,
                        i,
                        column.name,
                        message,
                        some_of(sorted(known)),
                        did_you_mean(word, sorted(known)),
                    )


@check("heat-ids", *HEAT_PLACES)
def heat_ids(draft: Draft) -> Iterator[Problem]:
    """Sites, heat sources, sinks and junctions share one set of ids, because links name them alike."""
    seen: dict[str, str] = {}
    for name in HEAT_PLACES:
        for key, i in draft.ids(name).items():
            if key in seen:
                message = f"id {key!r} is in {seen[key]} too; heat links could mean either"
                yield draft.problem(
                    name, i, tables()[name].key[0], message, "an id that no other place of heat has"
                )
            seen.setdefault(key, name)
