"""Every check of a plan, and the certificate they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.plan.verify import (
    branches,
    building,
    business,
    contracts,
    flows,
    goals,
    heat,
    indicators,
    mast_details,
    masts,
    money,
    pumps,
    queue,
    rights,
    rules,
    seasons,
    sites,
    stations,
    storages,
    supplies,
    tables,
    tanks,
    withdrawals,
)
from gridplan.plan.verify.certificate import Certificate, certificate
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Failure, Ledger

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

Check = Callable[[Facts, Ledger], None]
CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        tables.tables,
        flows.balance,
        flows.kirchhoff,
        branches.branch_ratings,
        stations.station_limits,
        withdrawals.withdrawals,
        supplies.supplies,
        storages.storages,
        building.building,
        building.crew,
        sites.sites,
        sites.land,
        sites.bays,
        rights.rights,
        rights.curtailments,
        contracts.contracts,
        contracts.groups,
        contracts.lost_energy,
        masts.masts,
        masts.edges,
        mast_details.mast_details,
        heat.heat_nodes,
        heat.heat_links,
        pumps.heat_pumps,
        tanks.heat_storages,
        seasons.heat_seasons,
        business.heat_business,
        business.heat_flows,
        business.heat_reuse,
        rules.policies,
        rules.programme,
        rules.duration,
        queue.queue,
        rules.zones,
        indicators.amounts,
        money.capex,
        money.operating_cost,
        money.total_cost,
        goals.totals,
        goals.objective,
        goals.security,
    )
}


class NoPlanError(ValueError):
    """There are no tables, for no plan was found."""


def verify(plan: Plan, only: Iterable[str] | None = None) -> Certificate:
    """Recompute a plan and compare.

    Args:
        plan: a plan with tables; NoPlanError where there is none.
        only: names of checks; None: all of them.

    Returns:
        The certificate; a check that cannot be made has failed.
    """
    facts = Facts(_with_tables(plan))
    return certificate(_title(plan), [_run(facts, name) for name in (CHECKS if only is None else only)])


def _with_tables(plan: Plan) -> Plan:
    if not plan.has_plan:
        raise NoPlanError(f"there is no plan to verify: {plan.status.value}")
    return plan


def _run(facts: Facts, name: str) -> tuple[Ledger, str]:
    book, check = Ledger(name), CHECKS[name]
    try:
        check(facts, book)
    except Exception as error:  # tables that were tampered with may hold anything
        text = f"cannot be checked: {type(error).__name__}: {error}"
        book.failures.append(Failure(name, "", "", "", text))
    return book, " ".join((check.__doc__ or name).split())


def _title(plan: Plan) -> str:
    scenario = f", scenario {plan.case.scenario}" if plan.case.scenario else ""
    return f"Certificate of the plan for case {plan.case.name}{scenario} ({plan.status.value})"


def verify_folder(folder: str | Path, only: Iterable[str] | None = None) -> Certificate:
    """Verify the plan of a result folder; tables changed since it was written are named, and verified too.

    `only` are names of checks, besides that of the files; None: all of them.

    LoadError where the folder holds no result that can be read, NoPlanError where that holds no plan.
    """
    from gridplan.plan.load import read_plan

    plan, changed = read_plan(folder)
    facts, book = Facts(_with_tables(plan)), Ledger("files")
    for name in plan.tables:
        book.holds((name, ""), {}, name not in changed, "was changed after gridplan wrote it")
    first = (book, "Tables are those that gridplan wrote, by their SHA-256.")
    return certificate(
        _title(plan), [first, *(_run(facts, name) for name in (CHECKS if only is None else only))]
    )
