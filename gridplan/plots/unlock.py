"""What reinforcements unlock: a bar for each, and for the best pairs, split into alone and together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gridplan.explain.levers.tell import better
from gridplan.explain.why.say import Say
from gridplan.plots.style import (
    BUILT,
    DATACENTER,
    FAINT,
    INK,
    headline,
    margins,
    nothing,
    sheet,
    write,
)
from gridplan.plots.text import short

if TYPE_CHECKING:
    from gridplan.explain.levers.result import Unlock

COLUMNS = ("bar", "kind", "name", "part", "begin", "mw", "extra_mw", "capex_meur", "year")
SINGLES, PAIRS, TOGETHER = 12, 8, 4
LOOKS = {"alone": DATACENTER, "sum": "#9DBFE0", "only_together": BUILT}
KEYS = {"alone": "unlock.alone", "sum": "unlock.sum", "only_together": "unlock.extra_pair"}


def data(study: Unlock) -> pd.DataFrame:
    """A row for each part of each bar, in the unit of the study: the best reinforcements, then pairs."""
    rows: list[dict[str, Any]] = []
    good = study.singles[study.singles["extra_mw"] > 0].head(SINGLES).to_dict("records")
    for row in good:
        rows.append(_part(len(rows), "single", str(row["name"]), "alone", 0.0, row["extra_mw"], row))
    bar = len(rows)
    best = _pairs(study).to_dict("records") if study.pairs is not None else []
    names = dict(zip(study.singles["reinforcement"], study.singles["name"], strict=True))
    for row in best:
        name = f"{short(names[row['first']], 30)} + {short(names[row['second']], 30)}"
        alone = min(row["first_mw"] + row["second_mw"], row["extra_mw"])
        for part, begin, mw in (("sum", 0.0, alone), ("only_together", alone, row["extra_mw"] - alone)):
            if mw > 0:
                rows.append(_part(bar, "pair", name, part, begin, mw, row))
        bar += 1
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pairs(study: Unlock) -> pd.DataFrame:
    """The best pairs, and the best of those in which one does nothing without the other."""
    good = better(study)
    together = good[good["only_together"].fillna("") != ""].head(TOGETHER)
    return good[good.index.isin([*good.index[:PAIRS], *together.index])]


def _part(
    bar: int, kind: str, name: str, part: str, begin: float, mw: float, row: dict[Any, Any]
) -> dict[str, Any]:
    cells = {"bar": bar, "kind": kind, "name": name, "part": part, "begin": begin, "mw": mw}
    return cells | {k: row[k] for k in ("extra_mw", "capex_meur", "year")}


def plot(study: Unlock, lang: str = "en") -> Axes:
    """Draw an unlock study on a sheet of its own."""
    say, table = Say(lang), data(study)
    count = int(table["bar"].max()) + 1 if len(table) else 0
    ax = sheet(11.0, max(3.6, 2.1 + 0.34 * (count + 1)))
    ax.gridplan_data = table  # type: ignore[attr-defined]
    title = say("unlock.title", year=study.year) if study.measure == "mw" else say("unlock.title_years")
    footer = say("unlock.footer", short=study.reference.upper, unit=study.unit, within=study.within)
    case = study.case.settings.case.title or study.case.name
    if not count:
        nothing(ax, say("unlock.empty"))
        headline(ax, title, case, footer)
        return ax
    names = table.drop_duplicates("bar")
    labels = [short(name, 64) for name in names["name"]]
    margins(ax, 0.45 + 0.068 * max(map(len, labels)), 0.35, 1.15, 0.85)
    for row in table.to_dict("records"):
        ax.barh(row["bar"], row["mw"], 0.62, left=row["begin"], color=LOOKS[row["part"]], gid=row["part"])
    for row in names.to_dict("records"):
        text = say(
            "unlock.bar", extra=row["extra_mw"], unit=study.unit, capex=row["capex_meur"], year=row["year"]
        )
        write(ax, row["extra_mw"], row["bar"], f" {text}", va="center", fontsize=8, color=INK)
    _axes(ax, labels, table, say("unlock.axis", unit=study.unit))
    shown = [part for part in LOOKS if (table["part"] == part).any()]
    keys = [Patch(color=LOOKS[part], label=say(KEYS[part])) for part in shown]
    ax.legend(
        handles=keys, loc="upper left", bbox_to_anchor=(0, -0.44 / ax.get_position().height / _inches(ax)),
        ncols=3, frameon=False, fontsize=8, borderaxespad=0,
    )  # fmt: skip
    headline(ax, title, case, footer, drop=58)
    return ax


def _inches(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(figure.get_size_inches()[1])


def _axes(ax: Axes, labels: list[str], table: pd.DataFrame, axis: str) -> None:
    ax.set_yticks(range(len(labels)), labels, fontsize=8)
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_xlim(0, float(table["extra_mw"].max()) * 1.32)
    ax.set_xlabel(axis, fontsize=8.5)
    ax.tick_params(labelsize=8, left=False)
    singles = int((table.drop_duplicates("bar")["kind"] == "single").sum())
    if 0 < singles < len(labels):
        ax.axhline(singles - 0.5, color=FAINT, linewidth=0.8, linestyle=":")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
