"""Checks of heat: temperatures of streams, back-ups, and tanks that keep something."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem

STREAMS = {  # table → its temperature, and the one at which that water leaves a heat pump or comes back
    "datacenters": ("heat_c", "heat_return_c"),
    "heat_sources": ("temperature_c", "return_c"),
    "heat_sinks": ("temperature_c", "return_c"),
}
PLACES = ("datacenters", "heat_sources", "heat_sinks", "heat_links")
OF_BACKUP = {"backup_eur_per_mwh": 0, "backup_cop": 1, "backup_max_mw": None, "backup_capex_meur_per_mw": 0}


@check("heat-returns", *STREAMS)
def heat_returns(draft: Draft) -> Iterator[Problem]:
    """Water comes back no warmer than it went."""
    for name, (warm, cool) in STREAMS.items():
        frame = draft.table(name)
        for i in (frame[cool] > frame[warm]).to_numpy(dtype=bool).nonzero()[0]:
            most = frame[warm].iloc[int(i)]
            message = f"{frame[cool].iloc[int(i)]:g} °C is warmer than {warm} {most:g} °C"
            yield draft.problem(name, int(i), cool, message, f"at most {most:g} °C, or blank")


@check("backup-without-effect", "heat_sinks")
def backup_without_effect(draft: Draft) -> Iterator[Problem]:
    """What is said of a back-up that there is none of changes nothing."""
    frame = draft.table("heat_sinks")
    for i, kind in enumerate(frame["backup"].tolist()):
        for column, usual in OF_BACKUP.items():
            value = frame[column].iloc[i]
            silent = kind in ("alternative", "none") or (column == "backup_cop" and kind == "gas")
            given = value == value if usual is None else value != usual
            if silent and given:
                message = f"is not looked at with backup = {kind!r}"
                hint = "write backup = gas or electric, or leave this blank"
                yield draft.problem("heat_sinks", i, column, message, "", hint, "warning")


@check("tanks", "case.toml", "heat_storages", *PLACES)
def tanks(draft: Draft) -> Iterator[Problem]:
    """A tank has room, hours to keep heat for, and heat that passes by."""
    frame = draft.table("heat_storages")
    linked = {end for row in ("from", "to") for end in draft.table("heat_links")[row]}
    for i, (at, room, more) in enumerate(
        zip(frame["at"].tolist(), frame["energy_mwh"].tolist(), frame["max_new_mwh"].tolist(), strict=True)
    ):
        if room + more <= 0:
            message = "holds 0 MWh and nothing may be added, so it keeps nothing"
            yield draft.problem("heat_storages", i, "energy_mwh", message, "above 0 MWh", "", "warning")
        elif at not in linked:
            message = f"no heat link begins or ends at {at!r}, so no heat passes by"
            yield draft.problem("heat_storages", i, "at", message, "an end of a heat link", "", "warning")
        elif draft.profiles is None:
            message = "without profiles a year is one hour, in which a tank gives nothing"
            yield draft.problem("heat_storages", i, "heat_storage", message, "", "", "warning")
