"""Searches of each scenario by itself, which wait for no other scenario: here, or in other processes.

What is asked of one scenario at once is one piece of work, done one after the other, so that hours found by
one search serve the next. A piece gets the hours that the driver knows and gives back its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridplan.case import Case
from gridplan.engine import Crew, Last, packed
from gridplan.model.periods import Periods
from gridplan.solve.extra import Extra
from gridplan.solve.highs import Options
from gridplan.solve.progress import Progress, Silent
from gridplan.study.runner import Found, Runner


@dataclass(frozen=True)
class Wish:
    """A search that is asked for: the arguments of `Runner.find`."""

    extra: Extra
    part: str
    with_plan: bool = False


@dataclass(frozen=True)
class State:
    """What a runner has learnt of its case: its hours, and whether it has scouted."""

    periods: Periods
    scouted: bool


@dataclass(frozen=True)
class Reply:
    """What became of a piece: as much as was asked, or less where the user stopped."""

    found: tuple[Found, ...]
    state: State


def state_of(runner: Runner) -> State:
    """What a runner has learnt."""
    return State(runner.rounds.periods, runner.rounds.scouted)


def learn(runner: Runner, state: State) -> None:
    """Let a runner know what another has learnt."""
    if runner.rounds.periods != state.periods:
        runner.rounds.periods, runner.rounds.compiled = state.periods, None
    runner.rounds.scouted = state.scouted


def ask(runner: Runner, wishes: Sequence[Wish]) -> tuple[Found, ...]:
    """One search after the other."""
    found = []
    for wish in wishes:
        if runner.stopped:
            break
        found.append(runner.find(wish.extra, wish.part, wish.with_plan))
    return tuple(found)


def _runner(asked: tuple[Case, Options]) -> Runner:
    case, options = asked
    return Runner(case, options, Silent())


_runners = Last(_runner)


def play(asked: bytes, state: State, wishes: Sequence[Wish]) -> Reply:
    """A piece in a process of its own: case and options, `packed`, are unpacked by its first piece."""
    runner = _runners.of(asked)
    learn(runner, state)
    found = ask(runner, wishes)
    return Reply(found, state_of(runner))


class Each:
    """The runners of scenarios, and who searches for them."""

    def __init__(self, runners: Mapping[str, Runner], crew: Crew, progress: Progress | None = None) -> None:
        """Take the runners by scenario; those of the driver know all hours, whoever found them."""
        self.runners, self.crew, self.progress = runners, crew, progress or Silent()
        self._packed: dict[str, bytes] = {}

    def find(self, asked: Mapping[str, Sequence[Wish]]) -> dict[str, tuple[Found, ...]]:
        """What is found in every scenario; less than was asked, or nothing, where the user stopped."""
        items = [(name, wishes) for name, wishes in asked.items() if wishes]
        if not items or not self.crew.ready(len(items)):
            found = self.crew.here(lambda item: ask(self.runners[item[0]], item[1]), items)
            return dict(zip((name for name, _ in items), found, strict=False))
        pieces = []
        for name, wishes in items:
            runner = self.runners[name]
            if name not in self._packed:
                self._packed[name] = packed((runner.case, runner.options))
            pieces.append((self._packed[name], state_of(runner), tuple(wishes)))
        more = f" and {len(items) - 1} more" if len(items) > 1 else ""
        self.progress.phase(f"search {items[0][1][0].part}{more}", len(pieces))
        replies = self.crew.away(play, pieces, self.progress.advance)
        for k, reply in replies.items():
            learn(self.runners[items[k][0]], reply.state)
        return {items[k][0]: replies[k].found for k in sorted(replies)}
