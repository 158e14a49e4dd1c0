"""Sentences of `gridplan heat`, in English and Dutch, from one table of words (heat_words.toml)."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.explain.heat import CUT_OFF, WITH, WITHOUT
from gridplan.explain.heat_why import BOTH, LESS, MORE, ONLY_WITH, ONLY_WITHOUT
from gridplan.plan.heat.sentences import number
from gridplan.plan.heat.verdict import WITHIN_GAP

if TYPE_CHECKING:
    from gridplan.explain.heat_coupling import Coupling

EVEN = 5e-4  # M€ that are shown as none


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """Section → key → language → text."""
    return tomllib.loads((files("gridplan.explain") / "heat_words.toml").read_text(encoding="utf-8"))


def say(section: str, key: str, lang: str, **values: str) -> str:
    """One text with its {names} filled in."""
    return words()[section][key][lang].format(**values)


def exact_sentence(row: dict[str, Any], lang: str) -> str:
    """What solving again said of a site (a row of `heat_value`); blank where nothing was asked."""
    if row["exact"] == CUT_OFF:
        return say("exact", "cut_off", lang)
    if row["asked"] not in (WITH, WITHOUT):
        return ""
    meur = float(row["exact_meur"])
    if math.isnan(meur):
        return say("exact", "needed" if row["asked"] == WITHOUT else "nowhere", lang)
    left = float(row["open_meur"])
    works = {"works": str(row["built"]).replace("; ", ", ")}
    given = {
        "meur": number(abs(meur), lang),
        "tj": number(float(row["exact_tj"]), lang),
        "open": say("exact", "open", lang, open=_known(left, lang)) if left > EVEN else "",
        "built": say("exact", "built", lang, **works) if row["built"] else "",
    }
    if row["asked"] == WITH and row["exact"] == WITHIN_GAP and abs(meur) <= EVEN:
        return say("exact", "even", lang, **given)
    return say("exact", str(row["asked"]) + ("_less" if meur < 0 else ""), lang, **given)


def coupling_sentences(found: Coupling, lang: str) -> list[str]:
    """The comparison in words: how many links, money, every link and reinforcement that differs."""
    links, kinds = found.links, found.links["status"].value_counts()
    given = {
        "both": kinds.get(BOTH, 0),
        "with": kinds.get(ONLY_WITH, 0),
        "without": kinds.get(ONLY_WITHOUT, 0),
        "changed": kinds.get(MORE, 0) + kinds.get(LESS, 0),
    }
    money = {"with": number(found.meur[0], lang), "without": number(found.meur[1], lang)}
    lines = [
        say("coupling", "count", lang, **{name: str(n) for name, n in given.items()}),
        say("coupling", "money", lang, **money, open=_known(max(found.open_meur), lang)),
    ]
    prices = [number(price, lang) for price in found.eur_per_mwh]
    lines.append(say("coupling", "prices", lang, **{"with": prices[0], "without": prices[1]}))
    rows = [{str(k): v for k, v in row.items()} for row in links.to_dict("records")]
    lines += [link_sentence(row, lang) for row in rows if row["status"] != BOTH]
    works = [{str(k): v for k, v in row.items()} for row in found.works.to_dict("records")]
    return lines + ([work_sentence(row, lang) for row in works] or [say("works", "none", lang)])


def reason(row: dict[str, Any], lang: str) -> str:
    """Why a link differs, as part of a sentence."""
    needs, room = abs(float(row["needs_mw"])), max(float(row["room_mw"]), 0.0)
    numbers = {"needs": number(needs, lang), "room": number(room, lang)}
    given = {"station": str(row["station"]), "by": str(row["by"]).replace("; ", ", "), **numbers}
    return say("reason", str(row["reason"]), lang, **given)


def link_sentence(row: dict[str, Any], lang: str) -> str:
    """One link that differs."""
    given = {"with": row["tj_with"], "without": row["tj_without"], "km": row["length_km"]}
    numbers = {name: number(float(value), lang) for name, value in given.items()}
    key = str(row["status"])
    return say("difference", key, lang, link=str(row["link"]), reason=reason(row, lang), **numbers)


def work_sentence(row: dict[str, Any], lang: str) -> str:
    """One reinforcement that differs."""
    first, other = row["year_with"], row["year_without"]
    given = {
        "name": str(row["reinforcement"]),
        "target": str(row["target"]),
        "meur": number(abs(float(row["capex_meur"])), lang),
        "units": number(float(row["units_with"]), lang),
        "others": number(float(row["units_without"]), lang),
    }
    if pd.isna(other):
        return say("works", "only_with", lang, year=str(int(first)), **given)
    if pd.isna(first):
        return say("works", "only_without", lang, year=str(int(other)), **given)
    if row["units_with"] != row["units_without"]:
        return say("works", "sized", lang, **given)
    return say("works", "moved", lang, year=str(int(first)), other=str(int(other)), **given)


def _known(meur: float, lang: str) -> str:
    return "?" if math.isinf(meur) else number(meur, lang)
