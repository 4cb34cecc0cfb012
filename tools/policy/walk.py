"""What does a table say so far, with some facts still unknown?"""

from dataclasses import dataclass

from tools.policy.conditions import Lookup, Truth, evaluate
from tools.policy.decision import FactName
from tools.policy.documents import HandOffThen, Then
from tools.policy.facts import Catalogue, Facts, Source, Value
from tools.policy.rulebook import Rule, Table


@dataclass(frozen=True)
class Walk:
    """The rules that were looked at, down to the first that surely applies."""

    seen: tuple[tuple[Rule, Truth], ...]
    certain: Rule | None
    """The last one looked at, if it applies; None when the table came to its end."""

    @property
    def possible(self) -> tuple[Rule, ...]:
        """Rules that would win if what is unknown turned out so."""
        return tuple(rule for rule, truth in self.seen if truth.holds is None)

    @property
    def is_settled(self) -> bool:
        """Whether nothing that is unknown could change the outcome.

        Two outcomes are the same when they allow or deny the same; any two people are the same.
        """
        last: Then = self.certain.then if self.certain else HandOffThen(kind="hand_off")
        return all(_same(rule.then, last) for rule in self.possible)

    @property
    def ends_with_person(self) -> bool:
        """Whether the last rule looked at hands off, or none applied."""
        return self.certain is None or isinstance(self.certain.then, HandOffThen)


def _same(one: Then, other: Then) -> bool:
    return one == other or (isinstance(one, HandOffThen) and isinstance(other, HandOffThen))


def walk(table: Table, facts: Facts, catalogue: Catalogue) -> Walk:
    """Look at the rules in order."""
    seen: list[tuple[Rule, Truth]] = []
    for rule in table.rules:
        truth = evaluate(rule.when, known_to(rule, facts, catalogue))
        seen.append((rule, truth))
        if truth.holds is True:
            return Walk(tuple(seen), rule)
    return Walk(tuple(seen), None)


def known_to(rule: Rule | None, facts: Facts, catalogue: Catalogue) -> Lookup:
    """Return what a rule may believe: an inadmissible source or value counts as unknown."""

    def look_up(name: FactName) -> Value | None:
        fact, spec = facts.get(name), catalogue.get(name)
        if fact is None or spec is None or not spec.fits(fact.value):
            return None
        return fact.value if fact.source in believed(rule, name, catalogue) else None

    return look_up


def believed(rule: Rule | None, name: FactName, catalogue: Catalogue) -> frozenset[Source]:
    """Return the sources of a fact that count for a rule (None: for none in particular)."""
    allowed = frozenset(catalogue[name].sources)
    demanded = rule.demand.get(name) if rule is not None else None
    return allowed if demanded is None else allowed & frozenset(demanded)


def open_questions(walked: Walk, catalogue: Catalogue) -> tuple[FactName, ...]:
    """Return the unknown facts that the outcome may hang on and the buyer can be asked for."""
    unknown = (
        (rule, fact) for rule, truth in walked.seen if truth.holds is None for fact in truth.facts
    )
    return tuple(dict.fromkeys(f for rule, f in unknown if "buyer" in believed(rule, f, catalogue)))
