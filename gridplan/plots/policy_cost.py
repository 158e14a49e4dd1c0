"""What rules cost: for each what lifting it alone saves, and its share of what all cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gridplan.explain.ledger.tell import cost
from gridplan.explain.why.say import Say
from gridplan.plots.style import DATACENTER, FAINT, INK, headline, margins, nothing, sheet, write
from gridplan.plots.text import short

if TYPE_CHECKING:
    from gridplan.explain.ledger.result import PolicyCost

COLUMNS = ("bar", "policy", "name", "attribution", "meur", "within_meur", "error_meur", "displaced_mw")
LOOKS = {"leave_one_out": "#9DBFE0", "shapley": DATACENTER}
KEYS = {"leave_one_out": "policy_cost.loo", "shapley": "policy_cost.share"}
PLACE = {"leave_one_out": -0.2, "shapley": 0.2}
MOST = 15


def data(study: PolicyCost) -> pd.DataFrame:
    """A row per policy that may cost something and attribution, M€ and MW."""
    own = study.table[study.table["note"] == ""].head(MOST)
    rows = []
    for bar, row in enumerate(own.to_dict("records")):
        for way, mw, error in (
            ("leave_one_out", "displaced_mw", 0.0),
            ("shapley", "shapley_displaced_mw", row["shapley_error_meur"]),
        ):
            if pd.notna(row[f"{way}_meur"]):
                name = str(row["name"])
                meur, within = row[f"{way}_meur"], row[f"{way}_within_meur"]
                rows.append((bar, row["policy"], name, way, meur, within, error, row[mw]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plot(study: PolicyCost, lang: str = "en") -> Axes:
    """Draw a policy-cost study on a sheet of its own."""
    say, table = Say(lang), data(study)
    count = int(table["bar"].max()) + 1 if len(table) else 0
    ax = sheet(11.0, max(3.6, 2.2 + 0.55 * count))
    ax.gridplan_data = table  # type: ignore[attr-defined]
    case = study.case.settings.case.title or study.case.name
    within = float(study.table["leave_one_out_within_meur"].max()) if len(study.table) else 0.0
    footer = say("policy_cost.footer", cost=cost(study, say), within=within)
    if not count:
        nothing(ax, say("policy_cost.none"))
        headline(ax, say("policy_cost.title"), case, footer)
        return ax
    labels = [short(name, 46) for name in table.drop_duplicates("bar")["name"]]
    margins(ax, 0.45 + 0.068 * max(map(len, labels)), 0.35, 1.2, 0.85)
    for row in table.to_dict("records"):
        at = row["bar"] + PLACE[row["attribution"]]
        ax.barh(at, row["meur"], 0.36, color=LOOKS[row["attribution"]], gid=row["attribution"])
        text = say("policy_cost.bar", cost=row["meur"])
        if row["error_meur"]:
            text += f" ± {say.words.number(row['error_meur'], 1)}"
        if pd.notna(row["displaced_mw"]) and row["displaced_mw"] > 0:
            text += f" · {say('policy_cost.moved', mw=row['displaced_mw'])}"
        write(ax, max(row["meur"], 0.0), at, f" {text}", va="center", fontsize=8, color=INK)
    _axes(ax, labels, table, say("policy_cost.axis"))
    keys = [Patch(color=LOOKS[w], label=say(KEYS[w])) for w in LOOKS if (table["attribution"] == w).any()]
    figure = ax.get_figure(root=True)
    assert figure is not None
    deep = 0.46 / (ax.get_position().height * float(figure.get_size_inches()[1]))
    ax.legend(
        handles=keys, loc="upper left", bbox_to_anchor=(0, -deep), ncols=2, frameon=False, fontsize=8,
        borderaxespad=0,
    )  # fmt: skip
    headline(ax, say("policy_cost.title"), case, footer, drop=60)
    return ax


def _axes(ax: Axes, labels: list[str], table: pd.DataFrame, axis: str) -> None:
    ax.set_yticks(range(len(labels)), labels, fontsize=8)
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    low, high = min(0.0, float(table["meur"].min())), max(0.0, float(table["meur"].max()))
    ax.set_xlim(low * 1.1, (high or 1.0) * 1.35)
    ax.axvline(0, color=FAINT, linewidth=0.8)
    ax.set_xlabel(axis, fontsize=8.5)
    ax.tick_params(labelsize=8, left=False)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
