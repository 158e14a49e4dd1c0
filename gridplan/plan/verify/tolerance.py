"""How far a stated number may be from the recomputed one: the one list of tolerances.

Every comparison also allows `RELATIVE` of the larger of the two numbers.
"""

RELATIVE = 1e-6
MW = 1e-4  # flows, withdrawals and limits in the hours of the program: what the solver leaves
PEAK_MW = 2e-3  # peaks over all hours of the year, which are certified to 1 kW
KEPT_MW = 1e-3  # an hour counts as kept, or a station as full, within this
UNIT = 1e-5  # IT MW, ha, shares: stocks that the plan decides
EXACT = 1e-6  # what follows from other columns by plain arithmetic
MWH = 1e-2  # energy a year
RIGHT_MWH = 0.1  # energy a year of one transport right, known to 1 kW in every hour
SUM_MWH = 1.0  # energy a year of many assets together
TJ = 1e-3  # heat a year
COP_MWH = 0.1  # electricity a year of a heat pump
MEUR = 1e-3  # money that is summed over assets
UNSERVED_MWH = 0.1  # unserved energy a year of the whole region
PEAK_SHARE = 1e-3  # share by which heat a year may be more than its peak all year
BOUND = 1e-5  # share of its value by which a bound may lie beyond it
SLACK = 1e-4  # share of its value by which a hard policy may be passed
