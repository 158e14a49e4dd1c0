"""Transport rights in the program: rules of the contracts, which no row of the case alone holds."""

from __future__ import annotations

from gridplan.explain.why.register.context import ColumnEntry, RowEntry

CONSTRAINTS: dict[str, RowEntry | str] = {
    "rights.splits": "every MW has a right",
    "rights.shares": "a right has at most its share",
    "rights.firm_stays": "a firm right stays",
    "rights.cut_limit": "off only where the right lets it",
    "rights.withdraw": "what new datacenters draw under their rights",
    "rights.reserves": "contracts count, used or not",
    "rights.group_limit": "members of a group share its contract",
    "rights.adds": "every new MW of supply has a right",
    "rights.feedin_shares": "a right has at most its share",
    "rights.feedin_stays": "a firm right stays",
    "rights.unfed_limit": "not fed in only where the right lets it",
    "rights.rest_most": "what exists gives at most what it can",
    "rights.rest_least": "what must run runs",
    "rights.keeps": "room is kept for what may be fed in",
    "rights.feedin_reserves": "contracts count, used or not",
    "rights.loses": "energy that is lost",
    "rights.curve": "energy that is lost in the busiest hours",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "rights.it": "bounded by the site",
    "rights.cut": "bounded by rows",
    "rights.lost": "bounded by rows",
    "rights.withdrawal": "a sum",
    "rights.reserved": "a sum",
    "rights.new": "bounded by the supply",
    "rights.unfed": "bounded by rows",
    "rights.kept_in": "bounded by rows",
    "rights.reserved_in": "a sum",
}
