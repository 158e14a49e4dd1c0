"""`plan.plot`: every picture of a plan, its data, and files of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from gridplan.plots import (
    bottlenecks,
    cover,
    duration,
    gantt,
    growth,
    growth_data,
    heat_bands,
    heat_sankey,
    heat_seasons,
    land,
    network_labels,
    network_map,
    power,
    power_data,
    siting,
    style,
)
from gridplan.plots.about import about, case_rows, rows, stages
from gridplan.plots.places import places_of
from gridplan.plots.shapes import Rings, zone_shapes
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

DATA: dict[str, Callable[..., pd.DataFrame]] = {
    "map": network_map.data,
    "bottlenecks": bottlenecks.data,
    "duration": duration.data,
    "gantt": gantt.data,
    "siting": siting.data,
    "cover": cover.data,
    "heat_seasons": heat_seasons.data,
    "growth": growth_data.data,
    "land": land.data,
    "power": power_data.data,
    "heat_sankey": heat_sankey.data,
}
FORMULA = re.compile(r"'*[=+\-@\t\r]")


class Plots:
    """Pictures of a plan. Each method returns matplotlib Axes (their figure: `.figure`); none uses pyplot.

    `ax` draws on Axes of your own; `lang` is `en` or `nl`.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def map(
        self, year: int | None = None, direction: str = "demand", ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Map of the grid by loading (%), with what the plan builds (last stage unless told).

        Raises:
            ValueError: unknown year, direction or language; a plan without tables.
        """
        words, table = Words(lang), network_map.data(self._plan, year, direction)
        scheme = places_of(self._plan).schematic
        caption = about(self._plan, words, *_notes(table, words, scheme))
        return network_map.draw(
            ax or _map_sheet(table), table, self._shapes(), words, caption, scale=not scheme
        )

    def bottlenecks(
        self, direction: str | None = None, top: int = 20, ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Table chart of the `top` fullest substations and connections per year: loading (%) and MW left.

        Raises:
            ValueError: unknown direction or language; a plan without tables.
        """
        words, table = Words(lang), bottlenecks.data(self._plan, direction, top)
        ax = ax or style.sheet(height=bottlenecks.height(table))
        return bottlenecks.draw(ax, table, words, about(self._plan, words), direction)

    def duration(
        self, substation: str | None = None, year: int | None = None, ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Load-duration curve (MW over hours) of a substation, the tightest unless told, with its limits.

        Raises:
            ValueError: unknown substation, year or language; a plan without duration curves.
        """
        words, table = Words(lang), duration.data(self._plan, substation, year)
        return duration.draw(ax or style.sheet(9.5, 6.0), table, words, about(self._plan, words))

    def gantt(self, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Phasing of what is built: start, in service, latest start (years), M€ and owner.

        Raises:
            ValueError: unknown language; a plan without tables.
        """
        words, table = Words(lang), gantt.data(self._plan)
        price_year = getattr(self._plan.case.settings.case, "price_year", None)
        ax = ax or style.sheet(height=gantt.height(table))
        return gantt.draw(ax, table, words, about(self._plan, words), price_year)

    def siting(self, year: int | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Map of new datacenters (MW IT), residual heat (TJ a year) and masts (last stage unless told).

        Raises:
            ValueError: unknown year or language; a plan without tables.
        """
        words, table = Words(lang), siting.data(self._plan, year)
        scheme = places_of(self._plan).schematic
        caption = about(self._plan, words, *_notes(table, words, scheme))
        return siting.draw(ax or _map_sheet(table), table, self._shapes(), words, caption, scale=not scheme)

    def cover(self, year: int | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Map of places that masts cover or not, masts that stand or come, edge sites (kW), shares (%).

        Raises:
            ValueError: unknown year or language; a plan without tables.
        """
        words, table = Words(lang), cover.data(self._plan, year)
        scheme = places_of(self._plan).schematic
        caption = about(self._plan, words, *_notes(table, words, scheme))
        sheet = style.sheet(14.6, 10.3) if len(table) > cover.CROWDED else style.sheet()
        return cover.draw(ax or sheet, table, self._shapes(), words, caption, scale=not scheme)

    def heat_seasons(
        self, year: int | None = None, network: str | None = None, ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Heat wanted, covered, missing and left over by month (TJ), of all heat networks or of one.

        Raises:
            ValueError: unknown year, network or language; a plan without tables.
        """
        words, table = Words(lang), heat_seasons.data(self._plan, year, network)
        return heat_seasons.draw(ax or style.sheet(10.5, 6.4), table, words, about(self._plan, words))

    def growth(
        self,
        substation: str | None = None,
        top: int = growth_data.TOP,
        ax: Axes | None = None,
        lang: str = "en",
    ) -> Axes:
        """What fills each station by stage and category (MW) against its limit: the `top`, or one.

        Raises:
            ValueError: unknown substation or language; a plan without tables.
        """
        words, table = Words(lang), growth_data.data(self._plan, substation, top)
        return growth.draw(ax or style.sheet(), table, words, about(self._plan, words))

    def heat_sankey(
        self, year: int | None = None, region: str | None = None, ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Heat from producers through heat pumps to users, TJ a year, and what is lost or not used.

        Args:
            year: stage; None: the last.
            region: zone, region or RES region; None: all.
            ax, lang: as for the other pictures.

        Raises:
            ValueError: unknown year, region or language; a plan without tables.
        """
        words, table = Words(lang), heat_sankey.data(self._plan, year, region)
        ax = ax or style.sheet(heat_sankey.WIDTH, heat_sankey.height(table, words))
        return heat_bands.draw(ax, table, words, about(self._plan, words), region or "")

    def land(self, ax: Axes | None = None, lang: str = "en") -> Axes:
        """What new datacenters take of each municipality's land by stage (ha), with MW IT.

        Raises:
            ValueError: unknown language; a plan without tables.
        """
        words, table = Words(lang), land.data(self._plan)
        ax = ax or style.sheet(height=land.height(table))
        return land.draw(ax, table, words, about(self._plan, words))

    def power(self, year: int | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Electricity from supply through sub-regions to use, and to and from the grid, GWh a year.

        Raises:
            ValueError: unknown year or language; a plan without tables.
        """
        words, table = Words(lang), power_data.data(self._plan, year)
        ax = ax or style.sheet(power.WIDTH, power.height(table, words))
        return power.draw(ax, table, words, about(self._plan, words))

    def data(self, name: str, **options: Any) -> pd.DataFrame:
        """What the picture `name` draws, with the options of its method.

        Raises:
            ValueError: a picture that is not there, or an option its method refuses.
        """
        if name not in DATA:
            raise ValueError(f"picture '{name}' is not there; there are {', '.join(DATA)}")
        return DATA[name](self._plan, **options)

    def names(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Every picture that can be saved: file name → method and its options."""
        years = stages(self._plan)
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for way in ("demand", "feedin"):
            found |= {f"map_{way}_{y}": ("map", {"year": y, "direction": way}) for y in years}
        found["bottlenecks"] = ("bottlenecks", {})
        found |= {f"bottlenecks_{way}": ("bottlenecks", {"direction": way}) for way in ("demand", "feedin")}
        curves = rows(self._plan, "duration", years[-1])["substation"].astype(str)
        for station in dict.fromkeys(curves):
            found[f"duration_{slug(station)}"] = ("duration", {"substation": station})
        found |= {"gantt": ("gantt", {})} | {f"siting_{y}": ("siting", {"year": y}) for y in years}
        found |= {"growth": ("growth", {}), "land": ("land", {})}
        found |= {f"power_{y}": ("power", {"year": y}) for y in years}
        for y in years:
            if heat_seasons.networks(self._plan, y):
                found[f"heat_seasons_{y}"] = ("heat_seasons", {"year": y})
        for name in heat_seasons.networks(self._plan, years[-1]):
            found[f"heat_seasons_{slug(name)}"] = ("heat_seasons", {"network": name})
        flows = rows(self._plan, "heat_flows")
        warm = [y for y in years if (flows["year"] == y).any()]
        found |= {f"heat_sankey_{y}": ("heat_sankey", {"year": y}) for y in warm}
        return found | {f"cover_{y}": ("cover", {"year": y}) for y in years if self._has_cells()}

    def usual(self) -> list[str]:
        """File names of the pictures saved unless told otherwise."""
        years = stages(self._plan)
        chosen = [
            f"map_demand_{years[-1]}",
            f"map_feedin_{years[-1]}",
            f"map_demand_{years[0]}",
            "bottlenecks",
        ]
        curves = list(dict.fromkeys(rows(self._plan, "duration", years[-1])["substation"].astype(str)))
        if curves:
            chosen.append(f"duration_{slug(duration.tightest(self._plan, years[-1], curves))}")
        chosen += ["growth", "gantt", f"siting_{years[-1]}", "land", f"power_{years[-1]}"]
        chosen += [f"heat_sankey_{years[-1]}"] if len(rows(self._plan, "heat_flows", years[-1])) else []
        chosen += [f"cover_{years[-1]}"] if self._has_cells() else []
        if heat_seasons.networks(self._plan, years[-1]):
            chosen.append(f"heat_seasons_{years[-1]}")
        return list(dict.fromkeys(chosen))

    def save(self, folder: str | Path, names: Iterable[str] | None = None, lang: str = "en") -> list[Path]:
        """Write `<name>.png` and `<name>.csv` (the data drawn) for each name; the paths written, in order.

        `names` are file names of `names()`, or kinds (`map`, `siting`, …: the usual ones of that kind).

        Raises:
            ValueError: an unknown name or language; a plan without tables. Nothing is written then.
        """
        Words(lang)
        known, chosen = self.names(), self._chosen(names)
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        for name in chosen:
            kind, options = known[name]
            axes: Axes = getattr(self, kind)(**options, lang=lang)
            picture, table = target / f"{name}.png", target / f"{name}.csv"
            _write(axes, picture)
            table.write_text(csv_text(self.data(kind, **options)), encoding="utf-8", newline="\n")
            written += [picture, table]
        return written

    def _chosen(self, names: Iterable[str] | None) -> list[str]:
        if names is None:
            return self.usual()
        known, chosen = self.names(), []
        for name in [names] if isinstance(names, str) else names:
            of_kind = [one for one in self.usual() if known[one][0] == name]
            if name not in known and not of_kind:
                raise ValueError(f"picture '{name}' is not there; there are {', '.join([*DATA, *known])}")
            chosen += [name] if name in known else of_kind
        return list(dict.fromkeys(chosen))

    def _has_cells(self) -> bool:
        return len(case_rows(self._plan, "cells", "cell")) > 0

    def _shapes(self) -> dict[str, Rings]:
        zones = case_rows(self._plan, "zones", "zone", "lon", "lat")
        return zone_shapes(zones, self._plan.case.shapes)


def _map_sheet(table: pd.DataFrame) -> Axes:
    """A larger sheet for a map with much on it."""
    crowded = table["layer"].isin(["station", "datacenter", "sink", "sink_open"]).sum() > network_labels.FEW
    return style.sheet(14.6, 10.3) if crowded else style.sheet()


def _notes(table: pd.DataFrame, words: Words, scheme: bool) -> list[str]:
    """What a reader must know of a map's places: a scheme, or things that are not on it."""
    lost = table[table["lon"].isna() & ~table["layer"].isin(["zone", "shortfall"])]
    names = [short(name, 20) for name in dict.fromkeys(lost["name"])]
    shown = ", ".join(names[:4]) + (f" +{len(names) - 4}" if len(names) > 4 else "")
    unplaced = [words("map.unplaced", names=shown)] if names else []
    return [words("map.schematic"), *unplaced] if scheme else unplaced


def _write(axes: Axes, path: Path) -> None:
    figure = axes.get_figure(root=True)
    if figure is not None:
        figure.savefig(path, metadata={"Software": None})


def csv_text(table: pd.DataFrame) -> str:
    """CSV of what a picture draws; a text that a spreadsheet would run as a formula gets an apostrophe."""
    texts = table.select_dtypes(include=["object", "string"]).columns
    guarded = {name: [guard(value) for value in table[name]] for name in texts}
    return table.assign(**guarded).to_csv(index=False, lineterminator="\n")


def guard(value: Any) -> Any:
    """A text as a spreadsheet takes it for text; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def slug(name: str) -> str:
    """An id as part of a file name."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "x"
