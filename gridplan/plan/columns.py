"""The tables of a plan and their columns: one list for extraction, files, plots and checks."""

TABLES: dict[str, tuple[str, ...]] = {
    "reinforcements": (
        "reinforcement", "kind", "target", "owner", "year", "units_started", "units_in_service", "start_year", "capex_meur",
    ),
    "stations": (
        "substation", "year", "direction", "peak_mw", "limit_mw", "loading", "binding_hours", "headroom_mw",
    ),
    "branches": ("branch", "year", "circuits", "peak_mw", "limit_mw", "loading", "worst_outage"),
    "datacenters": ("site", "class", "zone", "year", "right", "it_mw", "grid_mw", "existing_grid_mw"),
    "shortfall": ("class", "region", "year", "it_mw"),
    "heat_links": ("link", "pipe", "year", "peak_mw", "heat_tj", "length_km", "capex_meur"),
    "heat_sinks": ("sink", "zone", "year", "connected", "peak_mw", "heat_tj"),
    "heat_pumps": ("heat_pump", "at", "year", "heat_mw", "peak_mw", "electricity_gwh"),
    "masts": ("mast", "zone", "year", "in_service"),
    "supplies": ("supply", "year", "day", "hour", "mw"),
    "storages": ("storage", "year", "day", "hour", "mw", "energy_mwh"),
    "flows": ("branch", "year", "day", "hour", "mw"),
    "withdrawals": ("substation", "side", "subject", "year", "day", "hour", "mw"),
    "unserved": ("substation", "year", "mw", "mwh"),
    "duration": ("substation", "year", "rank_hours", "mw"),
    "policies": ("policy", "indicator", "scope", "year", "sense", "value", "reached", "slack", "binding"),
    "indicators": ("indicator", "zone", "year", "value", "unit"),
}
