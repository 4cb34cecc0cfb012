"""How are many cases decided under one rulebook without working out the same questions again?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tools.policy.conditions import Test, leaves
from tools.policy.decision import Decision, FactName
from tools.policy.engine import decide
from tools.policy.facts import Facts, still_fresh
from tools.policy.rulebook import Rule, Rulebook
from tools.policy.walk import Walk, known_to, walk

_SELLER = FactName("seller")
_Shape = tuple[int, tuple[str, ...], tuple[object, ...]]
"""The table, the rules that may still apply, and how each of their tests turns out."""


@dataclass
class Redecider:
    """Gives the decisions of `decide`, without their traces.

    What to ask next is what costs time to find. A rule that surely does not apply never will,
    however much becomes known, so that it hangs on the rules that are still open and on nothing
    else; of these, past cases have only a few.
    """

    rulebook: Rulebook
    _tests: dict[int, Mapping[FactName, list[Test]]] = field(
        default_factory=dict[int, Mapping[FactName, list[Test]]]
    )
    _open: dict[_Shape, Decision] = field(default_factory=dict[_Shape, Decision])

    def decide(self, question: str, facts: Facts, now: datetime) -> Decision:
        """Answer as `tools.policy.engine.decide` does; questions may come in another order."""
        facts = still_fresh(facts, self.rulebook.catalogue, now)
        seller = known_to(None, facts, self.rulebook.catalogue)(_SELLER)
        table = self.rulebook.table(question, seller if isinstance(seller, str) else None)
        walked = walk(table, facts, self.rulebook.catalogue) if table else None
        if table is None or walked is None or walked.is_settled:
            # Dates may count here, and it is quickly decided.
            return _traceless(decide(question, facts, self.rulebook, now))
        rules = (*walked.possible, *([walked.certain] if walked.certain else ()))
        shape = id(table), tuple(rule.id for rule in rules), self._outcomes(walked, facts)
        if shape not in self._open:
            still = {question: replace(table, rules=rules)}
            law = replace(self.rulebook, tables=still, sellers={})
            self._open[shape] = _traceless(decide(question, facts, law, now))
        return self._open[shape]

    def _outcomes(self, walked: Walk, facts: Facts) -> tuple[object, ...]:
        catalogue = self.rulebook.catalogue
        return tuple(
            (fact, None if value is None else tuple(test.holds(value) for test in tests))
            for rule in walked.possible
            for lookup in (known_to(rule, facts, catalogue),)
            for fact, tests in self._tests_of(rule).items()
            for value in (lookup(fact),)
        )

    def _tests_of(self, rule: Rule) -> Mapping[FactName, list[Test]]:
        found = self._tests.get(id(rule))
        if found is None:
            found = self._tests[id(rule)] = _by_fact(rule)
        return found


def _traceless(decision: Decision) -> Decision:
    return decision.model_copy(update={"trace": ()})


def _by_fact(rule: Rule) -> Mapping[FactName, list[Test]]:
    tests: dict[FactName, list[Test]] = {}
    for test in leaves(rule.when):
        tests.setdefault(test.fact, []).append(test)
    return tests
