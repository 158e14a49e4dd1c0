"""Who fills a station: the withdrawals of every subject, against what the case says of its assets."""

from collections import defaultdict

from tests.invariants.view import KEY, View, near


def withdrawals(plan):
    """Table `withdrawals` is what demands, datacenters, supplies, storages, masts and heat draw by the case.

    In critical hours and in cases without profiles to the MW; in energy blocks, whose mean profile values
    stand in no table, over the year.
    """
    v = View(plan)
    table = v.table("withdrawals")
    found = table.groupby([*KEY, "substation", "subject"])["mw"].sum().to_dict()
    energy = (
        table.assign(mwh=table["mw"] * table["weight_hours"])
        .groupby(["year", "substation", "subject"])["mwh"]
        .sum()
        .to_dict()
    )
    hourly, yearly = defaultdict(float), defaultdict(float)
    _profiled(v, _fixed(v), hourly, yearly)
    _listed(v, "supplies", "supply", hourly)
    _listed(v, "storages", "storage", hourly)
    _telecom(v, hourly)
    wrong = []
    exact = {"demands", "existing_datacenters", "datacenters"}
    told = {*found, *hourly}
    for key in told:
        subject = key[-1]
        if subject in ("heat", "unserved") or (
            subject in exact and key[3] > 0 and v.case.profiles is not None
        ):
            continue
        if not near(found.get(key, 0.0), hourly.get(key, 0.0)):
            wrong.append(f"{key}: {found.get(key, 0.0)}, by the case {hourly.get(key, 0.0)}")
    for key in {*(k for k in energy if k[-1] in exact), *yearly}:
        if not near(energy.get(key, 0.0), yearly.get(key, 0.0), 1e-2):
            wrong.append(f"{key}: {energy.get(key, 0.0)} MWh, by the case {yearly.get(key, 0.0)}")
    return wrong + _heat(v, energy) + _unserved(v, found, hourly, energy)


def _fixed(v):
    """(subject, rows' place, profile, peak by year) of everything that follows a profile."""
    for _, rows in v.groups("demands", "demand"):
        first = rows.iloc[0].to_dict()
        yield "demands", first, first["profile"], v.by_year(rows, "peak_mw")
    table = v.table("datacenters").set_index(["site", "year"])
    for row in v.rows("datacenters"):
        first = v.years[0]
        used = {
            y: min(1.0, row["existing_utilisation"] * (1 + row["existing_growth"]) ** (y - first))
            for y in v.years
        }
        old = {y: row["existing_it_mw"] * row["pue"] * used[y] for y in v.years}
        yield "existing_datacenters", row, row["profile"], old
        new = {y: table.at[(row["site"], y), "it_mw"] * row["pue"] * row["utilisation"] for y in v.years}
        yield "datacenters", row, row["profile"], new


def _profiled(v, assets, hourly, yearly):
    periods = v.periods.to_dict("records")
    for subject, place, profile, peak in assets:
        for station, share in v.places(place):
            for y in v.years:
                yearly[y, station, subject] += share * peak[y] * v.full_hours(profile)
            for period in periods:
                value = v.profile(profile, period)
                if value is not None:
                    key = (*(period[k] for k in KEY), station, subject)
                    hourly[key] += share * peak[period["year"]] * value


def _listed(v, table, key, hourly):
    """Supplies and storages: their own hourly tables, by the shares of their place."""
    rows = {str(name): group.iloc[0].to_dict() for name, group in v.groups(table, key)}
    for record in v.table(table).to_dict("records"):
        for station, share in v.places(rows[record[key]]):
            hourly[(*(record[k] for k in KEY), station, table)] -= share * record["mw"]


def _telecom(v, hourly):
    kw = {row["mast"]: row for row in v.rows("masts")}
    for record in v.table("masts").to_dict("records"):
        if record["in_service"]:
            row = kw[record["mast"]]
            for station, share in v.places({"zone": row["zone"]}):
                for period in v.period_keys:
                    if period[0] == record["year"]:
                        hourly[(*period, station, "telecom")] += share * row["power_kw"] / 1000


def _heat(v, energy):
    """Over the year: pumps of heat and of pipes, and all-electric sinks without a link."""
    wrong = []
    links = v.table("heat_links").to_dict("records")
    types = {row["pipe"]: row for row in v.rows("pipe_types")}
    taken = {(r["sink"], r["year"]): r["heat_tj"] / 0.0036 for r in v.table("heat_sinks").to_dict("records")}
    pumps = v.table("heat_pumps").groupby("year")["electricity_gwh"].sum().to_dict()
    for y in v.years:
        mwh = pumps.get(y, 0.0) * 1000
        mwh += sum(
            types[r["pipe"]]["pump_kw_per_km"] * r["length_km"] / 1000 * v.year_hours
            for r in links
            if r["year"] == y and r["pipe"]
        )
        for row in v.rows("heat_sinks"):
            if row["alternative"] == "all_electric":
                mwh += (sink_mwh(v, row, y) - taken[row["sink"], y]) / row["alternative_cop"]
        drawn = sum(value for (year, _, subject), value in energy.items() if year == y and subject == "heat")
        if not near(mwh, drawn, 1.0):
            wrong.append(f"heat {y}: {drawn} MWh drawn, by its parts {mwh}")
    return wrong


def sink_mwh(v, row, year):
    """Heat a sink needs in a year, MWh."""
    if row["from_year"] > year:
        return 0.0
    if row["annual_gwh"] >= 0 and (v.case.profiles is not None or not row["peak_mw"] >= 0):
        return row["annual_gwh"] * 1000
    return row["peak_mw"] * v.full_hours(row["profile"]) if row["peak_mw"] >= 0 else 0.0


def _unserved(v, found, hourly, energy):
    """Nothing is shed that is critical or not there; table `unserved` tells the worst hour and the year."""
    wrong, table = [], v.table("unserved").set_index(["substation", "year"])
    firm, periods = defaultdict(float), v.periods.to_dict("records")
    for _, rows in v.groups("demands", "demand"):
        first = rows.iloc[0].to_dict()
        if first["critical"]:
            _profiled(
                v, [("firm", first, first["profile"], v.by_year(rows, "peak_mw"))], firm, defaultdict(float)
            )
    worst = defaultdict(float)
    for key, mw in found.items():
        *period, station, subject = key
        if subject != "unserved":
            continue
        load = sum(found.get((*period, station, s), 0.0) for s in ("demands", "existing_datacenters"))
        if -mw > load - firm.get((*period, station, "firm"), 0.0) + 1e-4:
            wrong.append(f"{key}: sheds {-mw} of {load}")
        worst[station, period[0]] = max(worst[station, period[0]], -mw)
    for key, mw in worst.items():
        told = table.at[key, "mw"] if key in table.index else 0.0
        if mw > told + 1e-4:
            wrong.append(f"unserved {key}: {told} told, {mw} in the worst period")
        mwh = table.at[key, "mwh"] if key in table.index else 0.0
        if not near(mwh, -energy.get((key[1], key[0], "unserved"), 0.0), 1e-2):
            wrong.append(f"unserved {key}: {mwh} MWh told")
    assert periods
    return wrong
