"""Which case does a rule just decide, and in which case do two tables answer by different rules?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.policy.cases import Case, Search
from tools.policy.conditions import Condition
from tools.policy.deadline import needs_day
from tools.policy.decision import FactName
from tools.policy.facts import Catalogue
from tools.policy.rulebook import Rule, Table

MOST_SEARCHES = 600
"""Beyond so many pairs of rules the tables have too little in common to look at each pair."""


@dataclass(frozen=True)
class Seed:
    """A case with nothing in it but what the rules before and at its deciding rules look at."""

    case: Case
    rules: tuple[Rule, ...]
    """Those that decide it."""
    is_news: bool
    """Whether the two tables decide it by different rules."""


@dataclass(frozen=True)
class TablePair:
    """The tables of one question, as the same sellers have it under both rulebooks."""

    question: str
    sellers: tuple[str, ...]
    old: Table | None
    new: Table | None
    catalogue: Catalogue
    """Every fact that either rulebook knows."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of both tables."""
        return (*rules_of(self.old), *rules_of(self.new))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return what the rules of both tables look at."""
        return tuple(rule.when for rule in self.rules)


def rules_of(table: Table | None) -> tuple[Rule, ...]:
    """Return the rules of a table that may be missing."""
    return table.rules if table else ()


def is_same_rule(one: Rule, other: Rule) -> bool:
    """Whether two rules say the same, whatever they are called and however they put it."""
    return (
        one.when == other.when
        and one.then == other.then
        and dict(one.demand) == dict(other.demand)
        and needs_day(one.because) == needs_day(other.because)
    )


def is_same_table(one: Table | None, other: Table | None) -> bool:
    """Whether two tables give the same answers, as long as facts and caps are the same."""
    if one is None or other is None:
        return one is other
    ours, theirs = one.rules, other.rules
    return (
        one.queue == other.queue
        and len(ours) == len(theirs)
        and all(map(is_same_rule, ours, theirs))
    )


def find_seeds(pair: TablePair) -> Iterator[Seed]:
    """Return a case for each pair of different rules, then one for each rule of either table."""
    for old, new in _different(pair):
        case = _find(pair, (old, new), (*_above(pair.old, old), *_above(pair.new, new)))
        if case is not None:
            yield Seed(case, (old, new), is_news=True)
    known: list[Rule] = []
    for table in (pair.old, pair.new):
        for rule in rules_of(table):
            case = _find(pair, (rule,), _above(table, rule))
            if case is not None:
                yield Seed(case, (rule,), is_news=not any(is_same_rule(rule, r) for r in known))
            known.append(rule)


def _different(pair: TablePair) -> Iterator[tuple[Rule, Rule]]:
    """Return rules that are not the same and of which neither keeps the other from deciding."""
    left = MOST_SEARCHES
    for old in rules_of(pair.old):
        above = [rule.when for rule in _above(pair.old, old)]
        for new in rules_of(pair.new):
            failing = (*above, *(rule.when for rule in _above(pair.new, new)))
            if is_same_rule(old, new) or old.when in failing or new.when in failing:
                continue
            left -= 1
            if left < 0:
                return
            yield old, new


def _above(table: Table | None, rule: Rule) -> tuple[Rule, ...]:
    rules = rules_of(table)
    return rules[: next(at for at, one in enumerate(rules) if one is rule)]


def _find(pair: TablePair, holding: Sequence[Rule], failing: Sequence[Rule]) -> Case | None:
    must, must_not = (tuple(rule.when for rule in rules) for rules in (holding, failing))
    of_seller = {FactName("seller"): pair.sellers[0]} if pair.sellers else {}
    return Search(pair.catalogue, must, must_not).find(of_seller)
