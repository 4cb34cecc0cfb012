"""In which case do two laws say something else?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.policy.cases import Case, Search
from tools.policy.conditions import Condition
from tools.policy.decision import FactName
from tools.policy.facts import Catalogue
from tools.policy.rulebook import Rule, Rulebook, Table


def case_between(one: Rulebook, other: Rulebook, question: str) -> Case | None:
    """Return a case that two rulebooks answer by different rules, outcomes or words.

    Everything is known in it. Two laws without such a case may still ask in another order.
    """
    sellers = (None, *dict.fromkeys((*one.sellers, *other.sellers)))
    for seller in sellers:
        mine, theirs = one.table(question, seller), other.table(question, seller)
        if mine is None or theirs is None or mine == theirs:
            continue
        of_seller = {} if seller is None else {FactName("seller"): seller}
        case = _Pair(mine, theirs, one.catalogue, of_seller).find()
        if case is not None:
            return case
    return None


@dataclass(frozen=True)
class _Pair:
    mine: Table
    theirs: Table
    catalogue: Catalogue
    seller: Mapping[FactName, str]

    def find(self) -> Case | None:
        return next((case for i, k in self._suspects() if (case := self._case(i, k))), None)

    def _suspects(self) -> Iterator[tuple[int, int]]:
        """Yield the places of two rules that a case might be decided by, now and then.

        Where neither was touched nor moved past the other, no case is.
        """
        mine = {_says(rule): i for i, rule in enumerate(self.mine.rules)}
        theirs = {_says(rule): k for k, rule in enumerate(self.theirs.rules)}
        for a, i in mine.items():
            for b, k in theirs.items():
                if a.answer == b.answer:
                    continue
                kept = a in theirs and b in mine
                if not kept or (i < mine[b]) != (theirs[a] < k):
                    yield i, k

    def _case(self, i: int, k: int) -> Case | None:
        above = (*self.mine.rules[:i], *self.theirs.rules[:k])
        holding = (self.mine.rules[i].when, self.theirs.rules[k].when)
        failing = tuple(dict.fromkeys(rule.when for rule in above))
        if any(one in failing for one in holding):
            return None
        return Search(self.catalogue, tuple(dict.fromkeys(holding)), failing).find(self.seller)


@dataclass(frozen=True)
class _Saying:
    when: Condition
    answer: str
    """Outcome, words and whom it believes."""


def _says(rule: Rule) -> _Saying:
    return _Saying(rule.when, repr((rule.then, rule.because, rule.demand)))
