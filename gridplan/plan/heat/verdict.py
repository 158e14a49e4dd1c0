"""Why a site's heat is used or not: one verdict a site, and the business case that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.plan.extract import assets
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.market import Market
from gridplan.plan.heat.prices import MONEY
from gridplan.plan.heat.standalone import Asked, Case, best_case
from gridplan.plan.heat.ways import Way, Ways

LINKED = "linked"
NO_HEAT = "no_heat"
NO_CANDIDATE = "no_candidate"
TOO_COLD = "too_cold"
SINK_TAKEN = "sink_taken"
DOES_NOT_FIT = "does_not_fit"
DOES_NOT_PAY = "does_not_pay"
WITHIN_GAP = "within_gap"
POLICY = "policy"
PAYS = "pays"
VERDICTS = (
    LINKED,
    NO_HEAT,
    NO_CANDIDATE,
    TOO_COLD,
    SINK_TAKEN,
    DOES_NOT_FIT,
    DOES_NOT_PAY,
    WITHIN_GAP,
    POLICY,
    PAYS,
)
NEAREST = 6  # sinks of a site that are reckoned with, the cheapest ways first
NOTHING = 1e-6  # M€
LIMITS = frozenset(  # indicators on which a policy can keep a link away
    {"capex_meur", "total_cost_meur", "operating_cost_meur"}
    | {"heat_pump_mw", "heat_reused_tj", "heat_delivered_tj"}
)


@dataclass(frozen=True)
class Verdict:
    """What is said of a site.

    Attributes:
        name: one of VERDICTS.
        case: business case, where there is one.
        by: what stands in the way (a policy), or whose heat the sink takes.
    """

    name: str
    case: Case | None = None
    by: str = ""


class Judge:
    """Gives verdicts on sites whose heat is not used."""

    def __init__(self, r: Reader, market: Market, ways: Ways) -> None:
        """Take a solution and what a site finds there."""
        self.r, self.market, self.ways = r, market, ways
        self.gap = absolute_gap(r)

    def verdict(self, site: str) -> Verdict:
        """Verdict on one site; the tests are in this order."""
        if site not in self.ways.start:
            return Verdict(NO_HEAT)
        if not self.ways.near(site):
            return Verdict(NO_CANDIDATE)
        ways = self._ways(site)
        if not ways:
            return Verdict(TOO_COLD)
        alone = self._best(ways, Asked(whole=True, room=False))
        left = self._best(ways, Asked(whole=False, room=False))
        if left is None or left.npv_meur <= NOTHING:
            return self._without(ways, left, alone)
        fits = self._best(ways, Asked(whole=False, room=True))
        if fits is None or fits.npv_meur <= NOTHING:
            return Verdict(DOES_NOT_FIT, left)
        policy = self._policy(site)
        if policy:
            return Verdict(POLICY, fits, policy)
        return Verdict(WITHIN_GAP if fits.npv_meur <= self.gap else PAYS, fits)

    def _without(self, ways: list[Way], left: Case | None, alone: Case | None) -> Verdict:
        """No case on what the plan leaves: are others in the way, or does it not pay anyhow?"""
        if alone is not None and alone.npv_meur > NOTHING:
            return Verdict(SINK_TAKEN, alone, "; ".join(self._givers(alone.way.sink)))
        fits = self._best(ways, Asked(whole=False, room=True))
        return Verdict(DOES_NOT_PAY, fits or left or alone)

    def _ways(self, site: str) -> list[Way]:
        years = self.market.years
        row = self.market.sites[site]
        most = max(float((row["heat_share"] * self.market.clock.site_mw(row, y)).max()) for y in years)
        cost = self.market.cost
        return self.ways.of(site, lambda link, pump, cop: cost(link, pump, cop, most))[:NEAREST]

    def _best(self, ways: list[Way], asked: Asked) -> Case | None:
        cases = [case for way in ways if (case := best_case(self.market, way, asked)) is not None]
        return max(cases, key=lambda case: case.npv_meur, default=None)

    def _givers(self, sink: str) -> list[str]:
        """Producers whose heat a sink takes in the last stage, the largest first."""
        from gridplan.plan.extract.heat_business import heat_business

        table = self.r.once(heat_business)
        own = table[(table["to"] == sink) & (table["year"] == self.market.years[-1]) & (table["heat_tj"] > 0)]
        return [str(h) for h in own.sort_values("heat_tj", ascending=False)["from"]]

    def _policy(self, site: str) -> str:
        """A policy that binds where a link would count."""
        row = self.market.sites[site]
        zone = self.r.frame.zone_at(row["zone"], row["substation"])
        table = self.r.once(assets.policies)
        for p in table[table["binding"] & (table["sense"] == "max")].to_dict("records"):
            if p["indicator"] in LIMITS and self.r.frame.in_scope(zone, str(p["scope"])):
                return str(p["policy"])
        return ""


def absolute_gap(r: Reader) -> float:
    """M€ that another plan could be better by, in heat alone where that was searched; 0 where money is not
    minimised last.
    """
    name, goal = list(r.answer.goals.items())[-1]
    if name != MONEY:
        return 0.0
    if r.answer.heat_gap is not None:
        return max(r.answer.heat_gap, 0.0)
    return 0.0 if goal.value is None or goal.bound is None else max(goal.value - goal.bound, 0.0)
