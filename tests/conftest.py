"""What every test shares."""

import pandas as pd

# An optional package brings numexpr, with which pandas warns on queries about text.
pd.set_option("compute.use_numexpr", False)
