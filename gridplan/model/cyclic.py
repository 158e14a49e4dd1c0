"""Days as rings: what batteries and heat tanks need to know of the order of periods."""

from __future__ import annotations

from collections import defaultdict

from gridplan.model.frame import Frame


def following(frame: Frame) -> dict[int, int]:
    """The period after each in its day; the last is followed by the first.
    Energy days, critical days and outages stay apart.
    """
    days = defaultdict(list)
    for k, item in enumerate(frame.periods.items):
        days[item.day, item.weight > 0, item.outage, item.cut].append((item.hour, k))
    after: dict[int, int] = {}
    for members in days.values():
        order = [k for _, k in sorted(members)]
        after.update(zip(order, [*order[1:], order[0]], strict=True))
    return after
