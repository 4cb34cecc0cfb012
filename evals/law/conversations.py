"""Which written conversations does a change of the law reach, and do they still come out well?"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evals.conversation_file import Sample
from evals.law.coverage import Made, made_in
from evals.outcome import score
from evals.replay import Stage, play
from evals.run import Run
from evals.scorers import total
from evals.suites import read_suites
from tools.policy.decision import Decision
from tools.policy.engine import decide
from tools.policy.rulebook import Rulebook


@dataclass(frozen=True)
class Heard:
    """One conversation as it went, with every decision that was made in it."""

    sample: Sample
    is_good: bool
    made: tuple[Made, ...]


@dataclass(frozen=True)
class Conversations:
    """All conversations as they go under the law as it is."""

    stage: Stage
    heard: Sequence[Heard]

    @property
    def made(self) -> Iterator[Made]:
        """Yield every decision of all of them."""
        return (made for one in self.heard for made in one.made)

    def first_failing(self, rulebook: Rulebook, question: str) -> str | None:
        """Play those that a rulebook decides otherwise; return the first that fails by it."""
        reached = (
            one for one in self.heard if one.is_good and _is_reached(one, rulebook, question)
        )
        return asyncio.run(self._first_failing(reached, rulebook))

    async def _first_failing(self, reached: Iterable[Heard], rulebook: Rulebook) -> str | None:
        stage = replace(self.stage, house=replace(self.stage.house, rulebook=rulebook))
        for one in reached:
            if total(score(await play(one.sample, stage))) < 1:
                return one.sample.id
        return None


def hear_conversations(stage: Stage) -> Conversations:
    """Play every conversation of the evals once."""
    return Conversations(stage, asyncio.run(_hear_all(stage)))


async def _hear_all(stage: Stage) -> list[Heard]:
    samples = [sample for suite in read_suites().values() for sample in suite]
    return [heard(await play(sample, stage)) for sample in samples]


def heard(run: Run) -> Heard:
    """Sum up how a conversation went."""
    made = tuple(made for record in run.records for made in made_in(record))
    return Heard(run.sample, total(score(run)) >= 1, made)


def _is_reached(one: Heard, rulebook: Rulebook, question: str) -> bool:
    return any(
        _consequences(made.decision) != _consequences(_again(made, rulebook))
        for made in one.made
        if question in ("", made.question)
    )


def _again(made: Made, rulebook: Rulebook) -> Decision:
    now = max(fact.as_of for fact in made.facts)
    return decide(made.question, {fact.name: fact for fact in made.facts}, rulebook, now)


def _consequences(decision: Decision) -> Mapping[str, object]:
    return decision.model_dump(exclude={"trace", "version"})
