"""Pictures of a plan: maps, bottlenecks, duration curves, phasing. Imported only when asked for.

Each picture is a file with two functions: `data` (its DataFrame) and `draw` (on Axes). The data
of a picture is saved next to it as CSV. No global state of matplotlib is touched.
"""

from gridplan.plots.accessor import Plots

__all__ = ["Plots"]
