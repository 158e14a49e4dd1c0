"""What every test shares."""

import gc

import pandas as pd
import pytest

# An optional package brings numexpr, with which pandas warns on queries about text.
pd.set_option("compute.use_numexpr", False)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the search for garbage: a tenth of a small solve went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
