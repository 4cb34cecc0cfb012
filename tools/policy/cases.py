"""Is there a case in which these conditions hold and those do not?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.policy.conditions import Condition, Truth, evaluate
from tools.policy.decision import FactName
from tools.policy.facts import Catalogue, Value, shown
from tools.policy.values import telling_values

Case = Mapping[FactName, Value]
"""Only the facts that matter; the others may be anything."""


@dataclass(frozen=True)
class Search:
    """What is looked for."""

    catalogue: Catalogue
    holding: Sequence[Condition]
    failing: Sequence[Condition]

    def find(self, case: Case) -> Case | None:
        """Settle one fact after the other and give up a branch as soon as it cannot succeed."""
        truths = [(evaluate(one, case.get), True) for one in self.holding]
        truths += [(evaluate(one, case.get), False) for one in self.failing]
        if any(truth.holds is not None and truth.holds is not wanted for truth, wanted in truths):
            return None
        unknown = next(_unknown(truth for truth, _ in truths), None)
        if unknown is None:
            return case
        values = telling_values(unknown, self.catalogue[unknown], (*self.holding, *self.failing))
        found = (self.find({**case, unknown: value}) for value in values)
        return next((one for one in found if one is not None), None)


def _unknown(truths: Iterator[Truth]) -> Iterator[FactName]:
    for truth in truths:
        if truth.holds is None:
            yield from truth.facts


def in_words(case: Case, telling: Collection[FactName] | None = None) -> str:
    """Return a case as a person reads it; with `telling`, without what is merely not the case."""
    told = {
        name: value
        for name, value in case.items()
        if telling is None or name in telling or value is not False
    }
    return ", ".join(f"{name} is {shown(value)}" for name, value in told.items())
