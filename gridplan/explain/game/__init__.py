"""The least objective of a case by which of its rows are free: what exact attributions are made of."""

from gridplan.explain.game.board import Recipe
from gridplan.explain.game.game import WAVE, Found, Game
from gridplan.explain.game.known import Made
from gridplan.explain.game.members import Part, policies, reinforcements

__all__ = ["WAVE", "Found", "Game", "Made", "Part", "Recipe", "policies", "reinforcements"]
