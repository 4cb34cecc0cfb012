"""How well is the law of a folder tried, and what of that is accepted?"""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from agent.bootstrap import load_house, load_law
from agent.settings import Settings
from evals.law.accepted import Accepted, read_accepted
from evals.law.case_reading import Cases, read_cases
from evals.law.conversations import Conversations, hear_conversations
from evals.law.coverage import Covered, cover, decided
from evals.law.mutant import Mutant
from evals.law.mutants import mutants_of
from evals.law.mutation import Trial, Tried
from evals.replay import Stage
from tools.policy.explain import Law


@dataclass(frozen=True)
class Folder:
    """A folder of rules with its cases, and the conversations as they go under it."""

    law: Law
    cases: Cases
    accepted: Accepted
    conversations: Conversations


@dataclass(frozen=True)
class Coverage:
    """What is touched, and what that leaves to explain."""

    covered: tuple[Covered, ...]
    accepted: Accepted

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Name what nothing touches and nobody accepted."""
        return tuple(name for name in self.untouched if name not in self.accepted.untouched)

    @property
    def untouched(self) -> tuple[str, ...]:
        """Name what nothing touches."""
        return tuple(one.point.name for one in self.covered if not one.is_touched)

    @property
    def stale(self) -> tuple[str, ...]:
        """Say which accepted entries are not needed any more."""
        every = {one.point.name for one in self.covered}
        return self.accepted.stale("untouched", set(self.untouched), every)


@dataclass(frozen=True)
class Mutation:
    """What became of the mutants, and what that leaves to explain."""

    tried: tuple[Tried, ...]
    accepted: Accepted
    is_whole: bool
    """Whether every mutant was tried, so that an entry without one is stale."""

    @property
    def unexplained(self) -> tuple[Tried, ...]:
        """Return the survivors that nobody accepted."""
        survivors = (one for one in self.tried if one.verdict == "survived")
        return tuple(one for one in survivors if one.mutant not in self.accepted.survivors)

    @property
    def stale(self) -> tuple[str, ...]:
        """Say which accepted entries are not needed any more."""
        every = {one.mutant for one in self.tried}
        survivors = {one.mutant for one in self.tried if one.verdict == "survived"}
        untried = () if self.is_whole else (n for n in self.accepted.survivors if n not in every)
        return self.accepted.stale("survivors", survivors | set(untried), every)


def open_folder(policy: Path) -> Folder:
    """Read everything and play the conversations; `BadInputError` lists every fault."""
    law = load_law(policy)
    cases, accepted = read_cases(policy, law.rulebook), read_accepted(policy)
    settings = Settings()
    house = replace(load_house(settings, model="embedded", policy=policy), home=None)
    stage = Stage(house=house, world=settings.world, policy=policy)
    return Folder(law, cases, accepted, hear_conversations(stage))


def measure_coverage(folder: Folder) -> Coverage:
    """Count what each part of the law decided."""
    rulebook = folder.law.rulebook
    by_cases = decided(folder.cases.decided, rulebook)
    return Coverage(cover(rulebook, by_cases, folder.conversations.made), folder.accepted)


def try_mutants(folder: Folder, *, sample: int | None = None, seed: int = 0) -> Mutation:
    """Try every mutant, or so many of them as a seed picks."""
    every = tuple(mutants_of(folder.law.documents))
    chosen = every if sample is None or sample >= len(every) else _some(every, sample, seed)
    tried = tuple(_trial(folder).run(chosen))
    return Mutation(tried, folder.accepted, is_whole=len(chosen) == len(every))


def _some(mutants: tuple[Mutant, ...], sample: int, seed: int) -> tuple[Mutant, ...]:
    return tuple(random.Random(seed).sample(mutants, sample))  # noqa: S311 - nothing secret


def _trial(folder: Folder) -> Trial:
    law, listen = folder.law, folder.conversations.first_failing
    return Trial(law.documents, law.rulebook, folder.cases, listen)
