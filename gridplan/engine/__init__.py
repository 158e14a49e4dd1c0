"""Pieces of work, here or on many processes. It knows nothing of cases, programs or plans."""

from gridplan.engine.crew import Crew
from gridplan.engine.parcel import Last, packed, unpacked
from gridplan.engine.pieces import Done, Engine, EngineError, Here, Task, Work, engine

__all__ = [
    "Crew",
    "Done",
    "Engine",
    "EngineError",
    "Here",
    "Last",
    "Task",
    "Work",
    "engine",
    "packed",
    "unpacked",
]
