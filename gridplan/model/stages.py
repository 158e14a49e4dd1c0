"""What is built stays: the one stage logic of reinforcements, modules, pipes, pumps and masts."""

from __future__ import annotations

from typing import Any

from gridplan.model.rows import constrain


def keep(block: Any, name: str, variable: Any, index: Any) -> None:
    """Add `variable[i, y] ≥ variable[i, previous y]` for every asset and stage but the first.

    Args:
        block: block of the subject.
        name: name of the rows.
        variable: stock in service, indexed (…, year).
        index: set of assets.
    """
    model = block.model()

    def rule(b: Any, *key: Any) -> Any:
        """What is in service stays: x[i,y] ≥ x[i,y−1] (units of x). Binds where an asset is kept idle."""
        *asset, year = key
        return variable[(*asset, year)] >= variable[(*asset, model.previous[year])]

    constrain(block, name, index, model.later, rule=rule)


def until(variable: Any, earliest: dict[Any, int]) -> None:
    """Fix a stock at zero in the stages before an asset's first year."""
    for key, item in variable.items():
        asset, year = key[:-1], key[-1]
        if year < earliest.get(asset if len(asset) > 1 else asset[0], year):
            item.fix(0)
