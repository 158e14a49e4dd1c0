"""Sentences about the heat of a datacenter, from one table of phrases (phrases.toml)."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "nl")


@cache
def phrases() -> dict[str, dict[str, dict[str, str]]]:
    """Section → key → language → text."""
    return tomllib.loads((files("gridplan.plan.heat") / "phrases.toml").read_text(encoding="utf-8"))


def number(value: float, lang: str) -> str:
    """Three figures: `1,234` `57.8` `2.51` in English, `1.234` `57,8` `2,51` in Dutch; `–` where unknown."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = "0"
    elif "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def sentences(
    row: Mapping[str, Any], names: Mapping[str, str], temperature_c: float, gap_meur: float, whole: bool
) -> dict[str, str]:
    """`sentence_en` and `sentence_nl` of a row of `heat_reuse`.

    Args:
        row: the row.
        names: names in words of sites, sinks, sources and policies.
        temperature_c: of the site's heat.
        gap_meur: to which the plan is known to be the best.
        whole: the case assumes that the sink takes all of its heat from the site.
    """
    more = {"temperature": temperature_c, "gap": gap_meur}
    return {f"sentence_{lang}": _sentence(row, names, more, whole, lang) for lang in LANGUAGES}


def _sentence(
    row: Mapping[str, Any], names: Mapping[str, str], more: Mapping[str, float], whole: bool, lang: str
) -> str:
    def say(section: str, key: str, **values: str) -> str:
        return phrases()[section][key][lang].format(**values)

    def words(ids: str) -> str:
        found = [names.get(i, i) for i in ids.split("; ") if i]
        ends = found[-2:] if len(found) > 1 else found
        return ", ".join([*found[:-2], say("part", "and").join(ends)]) if found else "–"

    numbers = {
        "grid": row["grid_mw"],
        "heat": row["heat_tj"],
        "used": row["used_tj"],
        "case": row["case_tj"],
        "invest": row["invest_meur"],
        "eur": row["eur_per_gj"],
        "npv": row["npv_meur"],
        "subsidy": row["subsidy_meur"],
        "subsidy_gj": row["subsidy_eur_per_gj"],
        "needs": row["needs_mw"],
        "room": row["room_mw"],
        "km": row["length_km"],
        "mw": row["pump_mw"],
        **more,
    }
    given = {name: number(float(value), lang) for name, value in numbers.items()}
    given |= {"site": words(row["site"]), "sink": words(row["sink"]), "by": words(row["by"])}
    given |= {"station": row["station"], "year": str(row["year"])}
    link = say("part", "link" if row["length_km"] > 0 else "no_pipe", km=given["km"])
    given["link"] = link + (say("part", "pump", mw=given["mw"]) if row["pump_mw"] > 1e-6 else "")
    given["money"] = say("part", "money", **given)
    given["result"] = say("part", "subsidy" if row["subsidy_meur"] > 1e-6 else "gains", **given)
    given["whole"] = say("part", "whole") if whole else ""
    near = row["by"] and row["length_km"] >= 0
    given["nearest"] = say("part", "nearest", sink=given["by"], km=given["km"]) if near else ""
    key = row["verdict"]
    if key == "does_not_pay" and not row["sink"]:
        key = "too_little"
    return say("verdict", key, **given)
