"""Make the scenarios of demand: two storylines, and three axes that take one part of ND each.

    python cases/mra/make_scenarios.py [folder of facts]

Reads demand.csv (GWh of the region by storyline, year and category) and zones.csv (GWh by municipality, 2023)
from ../shared/mra-facts unless told otherwise, and this case's own tables. KA is the case itself. The paths
are stylised: they borrow the names of the grid operators' storylines, not their published numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
FACTS = HERE.parents[1].parent / "shared/mra-facts"
YEARS = (2030, 2035, 2040)

# category of the case: (column of zones.csv, category of demand.csv, profile)
KINDS = {
    "households": ("elec_households_gwh_2023", "households", "household"),
    "services": ("elec_services_gwh_2023", "services", "services"),
    "industry": ("elec_industry_other_gwh_2023", "industry_excl_steel", "industry"),
    "horticulture": ("elec_horticulture_gwh_2023", "horticulture", "horticulture"),
    "mobility_road": ("elec_mobility_road_gwh_2023", "mobility_road", "mobility"),
    "rail": ("elec_rail_gwh_2023", "rail", "rail"),
    "steel": ("", "steel_tata", "steel"),
}
# Share of the new dwellings of the region (assumption); 5 % are spread over the others by inhabitants.
DWELLINGS = {"Amsterdam": 0.32, "Almere": 0.17, "Haarlemmermeer": 0.10, "Zaanstad": 0.08, "Lelystad": 0.06}
DWELLINGS |= {"Haarlem": 0.05, "Purmerend": 0.05, "Amstelveen": 0.04, "Hilversum": 0.03}
DWELLINGS |= {"Ouder-Amstel": 0.03, "Diemen": 0.02}
BY_DWELLINGS = 0.4  # share of the growth of homes that follows new dwellings (assumption)
CLASSES = {"colo": 0.60, "wholesale": 0.25, "hyperscale": 0.12, "edge": 0.03}  # of new IT power (assumption)
PUE, USED = 1.2, 0.65  # of new datacenters
GROWTH = 0.01  # a year, of the load of existing datacenters
# Every category of demand belongs to one axis; together the three axes are ND.
AXES = {
    "housing": ("households",),
    "electrification": ("services", "industry", "horticulture", "mobility_road", "rail", "steel"),
    "datacenter_growth": (),
}


def share(values: pd.Series) -> pd.Series:
    """Parts of a sum."""
    return values / values.sum()


def spread(category: str, zones: pd.DataFrame) -> pd.Series:
    """Where the growth of a category falls: the share of each municipality."""
    own = share(zones[KINDS[category][0]])
    if category == "mobility_road":  # charging at home and at work
        return (share(zones["elec_households_gwh_2023"]) + share(zones["elec_services_gwh_2023"])) / 2
    if category != "households":
        return own
    new = pd.Series(DWELLINGS).reindex(zones.index)
    rest = new.isna()
    new[rest] = (1 - sum(DWELLINGS.values())) * share(zones.loc[rest, "population_2023"])
    return (1 - BY_DWELLINGS) * own + BY_DWELLINGS * new


def peaks(facts: pd.DataFrame, zones: pd.DataFrame, storyline: str, category: str, year: int) -> pd.Series:
    """Peak MW by municipality: GWh of 2023 and growth, over the full-load hours of the profile."""
    column, name, profile = KINDS[category]
    now = zones[column]
    growth = facts.loc[storyline, name, year]["value"] - now.sum()
    hours = pd.read_csv(HERE / "profiles.csv", usecols=[profile])[profile].sum()
    return ((now + growth * spread(category, zones)) * 1000 / hours).round(3)


def demands(facts: pd.DataFrame, zones: pd.DataFrame, storyline: str, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Rows of demands.csv in a storyline, for some categories."""
    base = pd.read_csv(HERE / "demands.csv", dtype={"critical": str}, keep_default_na=False)
    base = base[base["year"] == YEARS[0]]
    text = f"assumption: stylised path {storyline}, spread over zones (see README), not the published figures"
    found = []
    for category in kinds:
        for year in YEARS:
            rows = base[base["category"] == category].assign(year=year, source=text)
            if category == "steel":
                factor = facts.loc[storyline, "steel_tata", year]["growth_factor"]
                start = pd.read_csv(HERE / "demands.csv").query("category == 'steel'")["peak_mw"].iloc[0]
                text_of = text.replace(", spread over zones (see README)", "")
                rows = rows.assign(peak_mw=round(start * factor, 3), source=text_of)
            else:
                rows = rows.assign(peak_mw=rows["zone"].map(peaks(facts, zones, storyline, category, year)))
            found.append(rows.drop(columns="note"))
    return pd.concat(found, ignore_index=True)


def programme(facts: pd.DataFrame, storyline: str) -> pd.DataFrame:
    """Rows of datacenter_demand.csv: what the storyline asks, less the load of existing sites."""
    sites = pd.read_csv(HERE / "datacenters.csv")
    rooms = pd.read_csv(HERE / "demands.csv").query("category == 'ict' and year == 2030")["peak_mw"].sum()
    grown = (1 + sites["existing_growth"]) ** (YEARS[0] - 2026)
    there = (sites["existing_it_mw"] * sites["pue"] * sites["existing_utilisation"] * grown).sum() + rooms
    hours = pd.read_csv(HERE / "profiles.csv", usecols=["datacenter"])["datacenter"].sum()
    text = f"assumption: stylised path {storyline} minus existing sites, /(PUE 1.2 x 0.65); "
    text += "split over classes assumed"
    found = []
    for year in YEARS:
        asked = facts.loc[storyline, "datacenters", year]["value"] * 1000 / hours
        new = (asked - there * (1 + GROWTH) ** (year - YEARS[0])) / (PUE * USED)
        for kind, part in CLASSES.items():
            rtt = "0.8" if kind in ("colo", "edge") else ""
            found.append((kind, "", year, round(new * part, 1), rtt, 25, text))
    columns = ["class", "region", "year", "it_mw", "max_rtt_ms", "unserved_meur_per_mw", "source"]
    return pd.DataFrame(found, columns=columns)


def write(name: str, **tables: pd.DataFrame) -> None:
    """Tables of one scenario."""
    folder = HERE / "scenarios" / name
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        rows.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")


def main(folder: Path) -> None:
    """Write all scenarios of demand."""
    facts = pd.read_csv(folder / "demand.csv").set_index(["scenario", "category", "year"]).sort_index()
    order = pd.read_csv(HERE / "zones.csv")["zone"]
    zones = pd.read_csv(folder / "zones.csv").set_index("name").reindex(order)
    for storyline in ("ND", "IA"):
        rows = demands(facts, zones, storyline, tuple(KINDS))
        write(storyline, demands=rows, datacenter_demand=programme(facts, storyline))
    for axis, kinds in AXES.items():
        if kinds:
            write(axis, demands=demands(facts, zones, "ND", kinds))
        else:
            write(axis, datacenter_demand=programme(facts, "ND"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS)
