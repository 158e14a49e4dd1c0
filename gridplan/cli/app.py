"""The verbs of the command line, in the order a planner meets them."""

from __future__ import annotations

from typing import Annotated

import typer

from gridplan.cli.ac_check import ac_check
from gridplan.cli.alternatives import alternatives
from gridplan.cli.bottlenecks import bottlenecks
from gridplan.cli.compare import compare, rerun
from gridplan.cli.doctor import doctor
from gridplan.cli.explain import explain
from gridplan.cli.export import export
from gridplan.cli.frontier import frontier
from gridplan.cli.headroom import headroom
from gridplan.cli.heat import heat
from gridplan.cli.import_ import import_
from gridplan.cli.new import new
from gridplan.cli.options import examples
from gridplan.cli.plot import plot
from gridplan.cli.policy_cost import policy_cost
from gridplan.cli.report import report
from gridplan.cli.robust import robust
from gridplan.cli.solve import solve
from gridplan.cli.sweep import sweep
from gridplan.cli.unlock import unlock
from gridplan.cli.validate import validate
from gridplan.cli.verify import verify

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples("gridplan new my-case", "gridplan solve tutorial --out results/tutorial"),
)


def _version(wanted: bool) -> None:
    if wanted:
        from gridplan.versions import gridplan_version

        typer.echo(f"gridplan {gridplan_version()}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """What fits on the grid, where, when, what must be built for it, and if not, why not?"""


app.command(
    epilog=examples(
        "gridplan new plans/noord --from tutorial",
        "gridplan new plans/large --synthetic stations=30 zones=15 seed=1",
    )
)(new)
app.command(epilog=examples("gridplan validate tutorial", "gridplan validate tutorial --json"))(validate)
app.command(
    epilog=examples(
        "gridplan solve tutorial",
        "gridplan solve tutorial --gap 0.05 --out results/quick",
    )
)(solve)
app.command(epilog=examples("gridplan verify results/tutorial", "gridplan verify results/tutorial --json"))(
    verify
)
app.command(
    epilog=examples(
        "gridplan plot results/tutorial", "gridplan plot results/tutorial map --format svg --lang nl"
    )
)(plot)
app.command(
    epilog=examples(
        "gridplan report results/tutorial --lang nl",
        "gridplan report results/tutorial --zone Havenstad --lang both",
    )
)(report)
app.command(
    epilog=examples(
        "gridplan explain tutorial --plan results/tutorial",
        "gridplan explain tutorial --plan results/tutorial --place HAV --lang nl",
    )
)(explain)
app.command(
    epilog=examples(
        "gridplan headroom tutorial --as-is --year 2026",
        "gridplan headroom results/tutorial --hours 1314 --direction demand --out results/room",
    )
)(headroom)
app.command(
    epilog=examples(
        "gridplan heat results/tutorial --exact --site hav_campus",
        "gridplan heat results/tutorial --coupling --lang nl",
    )
)(heat)
app.command(
    epilog=examples(
        "gridplan bottlenecks tutorial",
        "gridplan bottlenecks results/tutorial --year 2035 --lang nl --out results/full",
    )
)(bottlenecks)
app.command(
    epilog=examples(
        "gridplan unlock tutorial --pairs",
        "gridplan unlock tutorial --kept results/tutorial --measure mw_years --lang nl",
    )
)(unlock)
app.command(
    epilog=examples(
        "gridplan policy-cost tutorial --no-shapley",
        "gridplan policy-cost tutorial --only noordveld_ban --price 2 --out results/rules",
    )
)(policy_cost)
app.command(
    epilog=examples(
        "gridplan frontier garver6 --x capex_meur --y new_circuits --exact",
        "gridplan frontier tutorial --x total_cost_meur --y heat_reused_tj --points 3 --out results/heat",
    )
)(frontier)
app.command(
    epilog=examples(
        "gridplan alternatives garver6 -k 3 --within 0.2 --of reinforcements",
        "gridplan alternatives tutorial -k 2 --within 0.05 --out results/other",
    )
)(alternatives)
app.command(
    epilog=examples(
        "gridplan robust tutorial --scenarios base,high_growth",
        "gridplan robust tutorial --scenarios now=base,growth=high_growth --out results/robust",
    )
)(robust)
app.command(
    epilog=examples(
        "gridplan sweep tutorial --dry-run",
        "gridplan sweep tutorial --workers 2 --out results/sweep",
    )
)(sweep)
app.command(
    epilog=examples(
        "gridplan compare results/tutorial results/quick",
        "gridplan compare now=results/tutorial quick=results/quick --out results/compared",
    )
)(compare)
app.command(
    epilog=examples("gridplan rerun results/tutorial/manifest.json", "gridplan rerun results/tutorial --json")
)(rerun)
app.command(
    "import",
    epilog=examples(
        "gridplan import tnep three_bus my-expansion --dispatch fixed",
        "gridplan import matpower three_bus.m my-dispatch",
    ),
)(import_)
app.command(
    epilog=examples("gridplan export excel tutorial tutorial.xlsx", "gridplan export excel garver6 g.xlsx"),
)(export)
app.command(
    "ac-check",
    epilog=examples("gridplan ac-check results/tutorial", "gridplan ac-check results/tutorial --outages"),
)(ac_check)
app.command(epilog=examples("gridplan doctor", "gridplan doctor --json"))(doctor)
