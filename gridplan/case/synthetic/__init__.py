"""Made-up regions of any size, for tests of speed and for trying things out; see docs/synthetic.md."""

from __future__ import annotations

from gridplan.case.synthetic.asked import Asked, AskedError, asked_of
from gridplan.case.synthetic.make import synthetic

__all__ = ["Asked", "AskedError", "asked_of", "synthetic"]
