"""The least objective of a case by which of its rows are free: what exact attributions are made of."""

from gridplan.explain.game.game import Found, Game
from gridplan.explain.game.known import Made
from gridplan.explain.game.members import Part, policies, reinforcements

__all__ = ["Found", "Game", "Made", "Part", "policies", "reinforcements"]
