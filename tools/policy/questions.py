"""What are the fewest things to ask, so that the rules can answer whatever the buyer says?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from tools.policy.decision import FactName
from tools.policy.facts import Catalogue, Fact, Facts, Value
from tools.policy.rulebook import Table
from tools.policy.values import telling_values
from tools.policy.walk import open_questions, walk

_MOST_SEARCHED = 8
"""Beyond so many open questions the search would cost more than it saves; then all are named."""


@dataclass(frozen=True)
class Interview:
    """A table, and the buyer's possible answers to what it hangs on."""

    table: Table
    catalogue: Catalogue
    now: datetime

    def fewest(self, facts: Facts) -> tuple[FactName, ...]:
        """Return the smallest set of facts that settles the outcome, the most telling first.

        Empty when the outcome is settled, or when a person has to decide whatever is answered.
        Of sets of the same size, the one that stands first in the table wins.
        """
        if self.is_over(facts):
            return ()
        candidates = open_questions(walk(self.table, facts, self.catalogue), self.catalogue)
        if len(candidates) > _MOST_SEARCHED:
            return candidates
        chosen = next(
            some
            for size in range(1, len(candidates) + 1)
            for some in combinations(candidates, size)
            if self._settles(some, facts)
        )
        return tuple(sorted(chosen, key=lambda name: -self._share_settled(name, facts)))

    def is_over(self, facts: Facts) -> bool:
        """Whether no answer could change the outcome, or none could spare a person."""
        return walk(self.table, facts, self.catalogue).is_settled or self._needs_person(facts)

    def _needs_person(self, facts: Facts) -> bool:
        walked = walk(self.table, facts, self.catalogue)
        if walked.is_settled:
            return walked.ends_with_person
        asked = open_questions(walked, self.catalogue)
        return not asked or all(self._needs_person(more) for more in self._answers(asked[0], facts))

    def _settles(self, names: Sequence[FactName], facts: Facts) -> bool:
        if self.is_over(facts):
            return True
        return bool(names) and all(
            self._settles(names[1:], more) for more in self._answers(names[0], facts)
        )

    def _share_settled(self, name: FactName, facts: Facts) -> float:
        answers = self._answers(name, facts)
        return sum(self.is_over(more) for more in answers) / len(answers)

    def _answers(self, name: FactName, facts: Facts) -> list[Facts]:
        return [{**facts, name: self._said(name, value)} for value in self._values(name)]

    def _values(self, name: FactName) -> tuple[Value, ...]:
        conditions = (rule.when for rule in self.table.rules)
        return telling_values(name, self.catalogue[name], conditions)

    def _said(self, name: FactName, value: Value) -> Fact:
        return Fact(name=name, value=value, source="buyer", as_of=self.now)
