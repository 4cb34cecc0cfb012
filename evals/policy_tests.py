"""Do the owner's own cases and the written conversations come out as expected under some rules?"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agent.bootstrap import load_house, load_law
from agent.settings import Settings
from evals.law.case_reading import read_cases
from evals.law.failure import Failure
from evals.law.trying import failing_cases
from evals.outcome import Outcome
from evals.replay import Stage
from evals.suites import read_suites, run_suites
from tools.domain.model import Frozen


class PolicyTests(Frozen):
    """What came of one run."""

    version: str
    """Of the rules that were tried."""
    cases: int
    conversations: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        """Return how many came out as expected."""
        return self.cases + self.conversations - self.failed

    @property
    def failed(self) -> int:
        """Return how many did not."""
        return len(self.failures)


def run_policy_tests(policy: Path) -> PolicyTests:
    """Try the rules of a folder with its own cases and with the conversations of the evals.

    They are read once; what changes in the folder meanwhile is not tried.

    Raises `BadInputError` when the rules or the cases cannot be read.
    """
    law = load_law(policy)
    cases = read_cases(policy, law.rulebook)
    settings = Settings()
    house = replace(load_house(settings, model="embedded", policy=policy), home=None)
    outcomes = asyncio.run(_play(Stage(house=house, world=settings.world, policy=policy)))
    return PolicyTests(
        version=law.rulebook.version,
        cases=len(cases),
        conversations=len(outcomes),
        failures=(
            *failing_cases(cases, law.documents, law.rulebook),
            *(failure for outcome in outcomes for failure in failed_conversation(outcome)),
        ),
    )


def failed_conversation(outcome: Outcome) -> Iterator[Failure]:
    """Yield what a conversation did not come to, if anything."""
    if not outcome.good:
        sentences = tuple(f"{scorer}, {miss}" for scorer, miss in outcome.misses)
        yield Failure(name=outcome.sample, place=outcome.suite, sentences=sentences)


async def _play(stage: Stage) -> list[Outcome]:
    return [outcome async for outcome in run_suites(read_suites(), stage, times=1)]
