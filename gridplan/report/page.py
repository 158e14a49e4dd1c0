"""The dossier and the one-pagers as HTML: templates, styles, libraries and data in one file."""

from __future__ import annotations

import base64
import gzip
import io
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gridplan.plots.accessor import csv_text
from gridplan.plots.style import CLASSES, COLOURS
from gridplan.plots.text import Words
from gridplan.report import chapters, grid_map, load_flow, method, summary, unlocked
from gridplan.report.curve import curve
from gridplan.report.decisions import by_owner, decisions, soon
from gridplan.report.facts import Facts
from gridplan.report.places import place
from gridplan.report.sheets import Sheet, sheet

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.axes import Axes

CHAPTERS = (
    "summary",
    "map",
    "decisions",
    "municipalities",
    "stations",
    "datacenters",
    "build",
    "pictures",
    "why",
    "unlock",
    "ac",
    "method",
    "manifest",
)
DPI, COLOURS_KEPT = 120, 64
APART = ("map", "duration")  # pictures that the page has in a form that moves


class MissingLibrary(RuntimeError):
    """A library of the report is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Picture:
    """A picture as a data URI, its title, and the CSV of what it draws."""

    name: str
    source: str
    alt: str
    csv: str


@cache
def bundle() -> dict[str, str]:
    """Code of the libraries, packed: plotly.js, and DataTables (with its style) as itables ships it.

    Raises:
        MissingLibrary: one of them is not installed.
    """
    try:
        plotly = files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
        table = files("itables").joinpath("html", "dt_bundle.js").read_text(encoding="utf-8")
        style = files("itables").joinpath("html", "dt_bundle.css").read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise MissingLibrary(
            f"{error}; the report needs its libraries: pip install 'gridplan[report]'"
        ) from error
    return {"plotly": packed(plotly), "table_js": packed(table), "table_css": style}


def packed(code: str) -> str:
    """Code as base64 of gzip, a third of its size; the page unpacks it. The same code gives the same text."""
    return base64.b64encode(gzip.compress(code.encode("utf-8"), 9, mtime=0)).decode("ascii")


@cache
def environment() -> Environment:
    """Templates of the package; everything is escaped unless a template says otherwise.

    Raises:
        MissingLibrary: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            f"{error}; the report needs its libraries: pip install 'gridplan[report]'"
        ) from error
    loader = PackageLoader("gridplan.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _text(name: str) -> str:
    return files("gridplan.report").joinpath("templates", name).read_text(encoding="utf-8")


def dossier(facts: Facts, words: Words, pages: dict[str, str], explained: list[str]) -> str:
    """The whole dossier of one language.

    Args:
        facts: the plan.
        words: its language.
        pages: number of a station, or `z` and the number of a municipality → link to its one-pager.
        explained: sentences of explanations that were computed for this report.
    """
    sheets = [sheet(facts, station, words) for station in facts.stations]
    found = pictures(facts, words)
    return environment().get_template("dossier.html.j2").render(
        **_common(facts, words),
        bundle=bundle(),
        js=_text("dossier.js"),
        chapters=[key for key in CHAPTERS if key != "pictures" or found],
        tiles=summary.tiles(facts, words),
        summary=summary.sentences(facts, words),
        years=facts.years,
        first=facts.first,
        soon=soon(facts),
        layers=grid_map.LAYERS,
        classes=[{"colour": COLOURS[k], "text": words(f"classes.{k}")} for k in (*CLASSES, "none")],
        sheets=sheets,
        decided=by_owner(decisions(facts, words)),
        tables=chapters.all_tables(facts, words),
        pages=pages,
        shortfall=method.shortfall(facts, words),
        reuse=[str(row[f"sentence_{words.lang}"]) for row in facts.reuse],
        pictures=found,
        explained=[*explained, *method.explained(facts, words)],
        unlocked=unlocked.sentences(facts, words),
        unlock_tables=unlocked.tables(facts, words),
        ac=load_flow.sentences(facts, words),
        ac_tables=load_flow.tables(facts, words),
        method=method.method(facts, words),
        limits=method.limits(facts, words),
        manifest=method.manifest(facts, words),
        sources=chapters.sources(facts),
        data=_data(facts, words, sheets),
    )  # fmt: skip


def place_page(facts: Facts, zone: str, words: Words, back: str, pages: dict[str, str]) -> str:
    """The one-pager of a municipality; `back` links to the dossier."""
    found = place(facts, zone, words)
    template = environment().get_template("place.html.j2")
    return template.render(**_common(facts, words), name=found.name, p=found, back=back, pages=pages)


def station_page(facts: Facts, station: str, words: Words, back: str) -> str:
    """The one-pager of a station, with its load-duration curve."""
    found = sheet(facts, station, words)
    template = environment().get_template("station.html.j2")
    drawn = curve(facts, station, words)
    return template.render(
        **_common(facts, words), name=found.name, s=found, back=back, pages={}, curve=drawn
    )


def _common(facts: Facts, words: Words) -> dict[str, Any]:
    return {
        "words": words,
        "lang": words.lang,
        "css": _text("report.css"),
        "title": facts.title,
        "scenario": facts.plan.case.scenario or "",
        "fingerprint": facts.fingerprint,
    }


def pictures(facts: Facts, words: Words) -> list[Picture]:
    """The usual pictures of the plan, but those that the page draws itself."""
    names = facts.plan.plot.names()
    usual = [name for name in facts.plan.plot.usual() if names[name][0] not in APART]
    return [_picture(facts, name, *names[name], words) for name in usual]


def _picture(facts: Facts, name: str, kind: str, options: dict[str, Any], words: Words) -> Picture:
    """A picture as PNG with few colours, a tenth of the size of one made of paths."""
    from PIL import Image

    axes: Axes = getattr(facts.plan.plot, kind)(**options, lang=words.lang)
    title = next((t.get_text() for t in axes.texts if t.get_gid() == "title"), name)
    drawn, small = io.BytesIO(), io.BytesIO()
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError(f"picture '{name}' has no figure")
    figure.savefig(drawn, format="png", dpi=DPI)
    Image.open(drawn).convert("RGB").quantize(COLOURS_KEPT, dither=Image.Dither.NONE).save(small, "png")
    source = "data:image/png;base64," + base64.b64encode(small.getvalue()).decode("ascii")
    table = facts.plan.plot.data(kind, **options)
    return Picture(name, source, title, csv_text(table))


def _data(facts: Facts, words: Words, sheets: list[Sheet]) -> Any:
    """What the page's code reads, safe inside a script element."""
    from jinja2.utils import htmlsafe_json_dumps

    return htmlsafe_json_dumps(
        {
            "lang": words.lang,
            "years": facts.years,
            "states": grid_map.states(facts, words),
            "said": {
                f"{year}|{way}": method.said(facts, year, way, words)
                for year in facts.years
                for way in ("demand", "feedin")
            },
            "layout": grid_map.layout(facts, words),
            "curves": {str(s.number): _curves(facts, s.id, words) for s in sheets if s.id in facts.curves},
            "text": {k: words(f"script.{k}") for k in ("filter", "all", "hours", "h", "curve")},
            "dictionary": method.modebar(words),
            "tables": method.table_words(words),
        },
        allow_nan=False,
    )


def _curves(facts: Facts, station: str, words: Words) -> list[dict[str, Any]]:
    """Load-duration curve of a station by stage, with its limit for demand."""
    found = []
    for stage, part in facts.curves[station].groupby("year"):
        year = int(str(stage))
        limit = float(facts.load(station, year).get("limit_mw", math.nan))
        known = math.isfinite(limit) and limit > 0
        found.append(
            {
                "year": year,
                "x": [round(float(hour)) for hour in part["rank_hours"]],
                "y": [round(float(mw), 2) for mw in part["mw"]],
                "limit": round(limit, 3) if known else None,
                "note": words("duration.demand_limit", mw=words.mw(limit)) if known else "",
            }
        )
    return found
