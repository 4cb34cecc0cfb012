"""Which decisions are made in the conversations of the evals?"""

import asyncio
from pathlib import Path

from agent.bootstrap import load_house
from agent.past_cases import past_decisions
from agent.settings import Settings
from evals.replay import Stage, play
from evals.suites import read_suites
from tools.policy.flips import PastDecision


def recorded_decisions(policy: Path, settings: Settings) -> tuple[PastDecision, ...]:
    """Play the conversations of the evals under some rules and return what was decided."""
    house = load_house(settings, model="embedded", policy=policy)
    return asyncio.run(_played(Stage(house=house, world=settings.world, policy=policy)))


async def _played(stage: Stage) -> tuple[PastDecision, ...]:
    found: list[PastDecision] = []
    for samples in read_suites().values():
        for sample in samples:
            run = await play(sample, stage)
            found.extend(past_decisions(list(run.records)))
    return tuple(found)
