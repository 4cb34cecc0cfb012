"""What do the rules say about this case?"""

from dataclasses import dataclass
from datetime import datetime

from tools.policy.conditions import Truth
from tools.policy.deadline import fill_numbers, first_day, last_instant, needs_day
from tools.policy.decision import (
    Allow,
    Decision,
    Deny,
    FactName,
    HandOff,
    LocalizedText,
    NeedApproval,
    NeedFacts,
    RuleId,
    TraceStep,
)
from tools.policy.documents import (
    ApprovalThen,
    DenyThen,
    HandOffThen,
    Queue,
    deadline_of,
)
from tools.policy.facts import Facts, shown
from tools.policy.floor import undercut
from tools.policy.questions import Interview
from tools.policy.rulebook import Rule, Rulebook, Table
from tools.policy.walk import Walk, known_to, walk

_SELLER = FactName("seller")


def decide(question: str, facts: Facts, rulebook: Rulebook, now: datetime) -> Decision:
    """Answer a question by the first rule that applies; pure, total and deterministic.

    A `seller` fact selects that seller's version of the table. The numbers in the sentences
    (`{days}`, `{window}`) are filled in; `{deadline}` and `{seller}` are left for whoever knows
    how the buyer writes dates and what the shop is called.
    """
    seller = known_to(None, facts, rulebook.catalogue)(_SELLER)
    table = rulebook.table(question, seller if isinstance(seller, str) else None)
    if table is None:
        return HandOff(
            rule_id=RuleId("fallbacks.no_question"),
            because=rulebook.fallbacks.no_question,
            version=rulebook.version,
        )
    return _Case(table, facts, rulebook, now).decide()


@dataclass(frozen=True)
class _Case:
    table: Table
    facts: Facts
    rulebook: Rulebook
    now: datetime

    def decide(self) -> Decision:
        walked = walk(self.table, self.facts, self.rulebook.catalogue)
        trace = tuple(self._step(rule, truth) for rule, truth in walked.seen)
        asked = Interview(self.table, self.rulebook.catalogue, self.now).fewest(self.facts)
        if asked:
            return NeedFacts(
                rule_id=walked.possible[0].id,
                because=self.rulebook.fallbacks.need_facts,
                version=self.rulebook.version,
                trace=trace,
                facts=asked,
            )
        return self._settle(walked, trace)

    def _settle(self, walked: Walk, trace: tuple[TraceStep, ...]) -> Decision:
        fallbacks, rule = self.rulebook.fallbacks, walked.certain
        if not walked.is_settled:
            return self._hand_off("fallbacks.nobody_knows", fallbacks.nobody_knows, trace)
        if rule is None:
            return self._hand_off("fallbacks.no_rule", fallbacks.no_rule, trace)
        lookup = known_to(None, self.facts, self.rulebook.catalogue)
        if floor := undercut(self.table.question, rule.then, lookup):
            why = f"{rule.id} grants less than this right, so a person decides"
            step = TraceStep(rule_id=floor.id, outcome="matched", why=why)
            return self._hand_off(floor.id, fallbacks.below_floor, (*trace, step))
        return self._apply(rule, trace)

    def _apply(self, rule: Rule, trace: tuple[TraceStep, ...]) -> Decision:
        deadline, version = deadline_of(rule.then), self.rulebook.version
        day = deadline and first_day(deadline.after, self.facts, self.rulebook.catalogue, self.now)
        end = last_instant(deadline, day) if deadline else None
        if end is None and needs_day(rule.because):
            nobody = self.rulebook.fallbacks.nobody_knows
            return self._hand_off("fallbacks.nobody_knows", nobody, trace)
        said = fill_numbers(rule.because, deadline, day, self.now)
        then = rule.then
        if isinstance(then, HandOffThen):
            return self._hand_off(rule.id, said, trace, then.queue)
        if isinstance(then, ApprovalThen):
            return NeedApproval(rule_id=rule.id, because=said, version=version, trace=trace)
        if isinstance(then, DenyThen):
            return Deny(rule_id=rule.id, because=said, version=version, trace=trace, since=end)
        return Allow(
            rule_id=rule.id,
            because=said,
            version=version,
            trace=trace,
            until=end,
            terms=then.terms,
        )

    def _hand_off(
        self,
        rule_id: str,
        because: LocalizedText,
        trace: tuple[TraceStep, ...],
        queue: Queue | None = None,
    ) -> HandOff:
        return HandOff(
            rule_id=RuleId(rule_id),
            because=because,
            version=self.rulebook.version,
            trace=trace,
            queue=queue or self.table.queue,
        )

    def _step(self, rule: Rule, truth: Truth) -> TraceStep:
        """Say what became of a rule and which facts decided it."""
        lookup = known_to(rule, self.facts, self.rulebook.catalogue)
        words = [
            f"{name} is {shown(value)} ({self.facts[name].source})"
            if (value := lookup(name)) is not None
            else f"{name} is not known"
            for name in truth.facts
        ]
        outcome = "unknown" if truth.holds is None else "matched" if truth.holds else "not_matched"
        return TraceStep(rule_id=rule.id, outcome=outcome, why="; ".join(words) or "always applies")
