"""How is a generated case told in one line?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.cli.flip_rows import minor, outcome
from tools.policy.conditions import leaves
from tools.policy.decision import Decision, FactName
from tools.policy.facts import Catalogue, Fact, shown
from tools.policy.grid_flips import Group
from tools.policy.grid_variants import NOW, ordinary
from tools.policy.rulebook import Rule, Rulebook
from tools.policy.wording import DiffWords, PolicyWords, fill
from tools.policy.words import plain

_CURRENCY = FactName("currency")


@dataclass(frozen=True)
class CaseTeller:
    """Says what a case is about and how it is answered under both rulebooks."""

    old: Rulebook
    new: Rulebook
    words: PolicyWords

    def case(self, group: Group) -> str:
        """Say what tells this case from an ordinary item."""
        known = {fact.name: fact for fact in group.example.past.facts}
        told = [self._told(name, known.get(name), known) for name in self._order(group)]
        return ", ".join(one for one in told if one) or self.words.diff.ordinary

    def answers(self, group: Group) -> tuple[str, str]:
        """Say what is answered before and after, and by which rules."""
        old, new = group.example.past.decision, group.example.new
        said = (self._outcome(old, full=False), self._outcome(new, full=False))
        if said[0] == said[1]:
            said = (self._outcome(old, full=True), self._outcome(new, full=True))
        return f"{said[0]} ({old.rule_id})", f"{said[1]} ({new.rule_id})"

    def _outcome(self, decision: Decision, *, full: bool) -> str:
        return outcome(decision, self.words.replay, full=full, now=NOW)

    @property
    def _catalogue(self) -> Catalogue:
        return {**self.old.catalogue, **self.new.catalogue}

    def _order(self, group: Group) -> list[FactName]:
        """Return what the deciding rules look at, and in what the case lies beside another."""
        telling = group.case.telling if group.case else frozenset[FactName]()
        looked_at = [
            test.fact
            for rule in self._deciding(group)
            for test in leaves(rule.when)
            if test.fact in telling
        ]
        changed = [group.case.changed] if group.case and group.case.changed else []
        return list(dict.fromkeys((*(looked_at or sorted(telling)), *changed)))

    def _deciding(self, group: Group) -> Iterator[Rule]:
        flip = group.example
        for book, decision in ((self.old, flip.past.decision), (self.new, flip.new)):
            table = book.table(group.question, flip.seller or None)
            rules = table.rules if table else ()
            yield from (rule for rule in rules if rule.id == decision.rule_id)

    def _told(self, name: FactName, fact: Fact | None, known: Mapping[FactName, Fact]) -> str:
        words, spec = self.words.diff, self._catalogue.get(name)
        if fact is None or spec is None:
            return fill(words.unknown, fact=plain(name))
        if fact.value == ordinary(name, spec) and fact.source == "record":
            return ""
        if isinstance(fact.value, bool):
            return _yes_or_no(name, words, value=fact.value)
        value = plain(shown(fact.value))
        if isinstance(fact.value, int) and spec.money:
            currency = known[_CURRENCY].value if _CURRENCY in known else ""
            value = minor(fact.value, str(currency))
        return fill(words.phrases.get(name, words.value), fact=plain(name), value=value)


def _yes_or_no(name: FactName, words: DiffWords, *, value: bool) -> str:
    own = words.phrases.get(name)
    if value:
        return own or fill(words.yes, fact=plain(name))
    return words.phrases.get(f"{name}.false") or fill(words.no, fact=own or plain(name))
