"""COP of heat pumps from temperatures: a share of Carnot or of Lorenz.

Carnot sees two temperatures: COP = η·T_high/(T_high − T_low), in kelvin. Lorenz sees two streams, of which
one cools down while the other warms up: the same formula with their logarithmic means,
T̄ = (T_in − T_out)/ln(T_in/T_out). Without glides the two are one.

Source: Pieper, Ommen, Jensen, Elmegaard, Markussen, "Comparison of COP estimation methods for large-scale
heat pumps used in energy planning", Energy 205 (2020) 117994; shares of 0.4 to 0.6 by the Technology Data of
the Danish Energy Agency.

Example: half of Carnot from 30 to 70 °C is 0.5·343.15/40 = 4.29. A source that cools down from 30 to 20 °C
and a sink that comes back at 40 °C have means of 298.12 and 327.92 K: half of Lorenz is 0.5·327.92/29.80 =
5.50.
"""

from __future__ import annotations

from math import isfinite, log
from typing import NamedTuple

ZERO_C = 273.15  # K
LEAST = 1.05  # COP of a pump that lifts very far
MOST = 30.0  # COP of one that hardly lifts at all: no more than a case may state
UNKNOWN = 3.0  # COP where temperatures are not known: a cautious district heat pump


class Stream(NamedTuple):
    """Water that cools down or warms up.

    Attributes:
        warm: its higher temperature (°C); -inf or inf where unknown.
        cool: its lower temperature (°C).
    """

    warm: float
    cool: float


def cop(source: Stream, sink: Stream, method: str, efficiency: float) -> float:
    """Heat per electricity of a pump between two streams.

    Args:
        source: what it cools.
        sink: what it warms.
        method: carnot or lorenz.
        efficiency: share of that (of 1).
    """
    if not (isfinite(source.warm) and isfinite(sink.warm)):
        return UNKNOWN
    glides = method == "lorenz"
    low = mean_k(source) if glides else source.warm + ZERO_C
    high = mean_k(sink) if glides else sink.warm + ZERO_C
    if high - low <= efficiency * high / MOST:
        return MOST
    return max(LEAST, efficiency * high / (high - low))


def mean_k(stream: Stream) -> float:
    """Logarithmic mean of the two temperatures of a stream, K."""
    warm, cool = stream.warm + ZERO_C, stream.cool + ZERO_C
    return warm if warm - cool < 1e-9 else (warm - cool) / log(warm / cool)
