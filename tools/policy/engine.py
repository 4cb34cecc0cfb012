"""What do the rules say about this case?"""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict

from tools.policy.caps import CapName
from tools.policy.conditions import Truth
from tools.policy.deadline import Counting, fill_numbers, last_instant, needs_day
from tools.policy.decision import (
    Allow,
    Decision,
    Deny,
    FactName,
    HandOff,
    Layer,
    LocalizedText,
    NeedApproval,
    NeedFacts,
    RuleId,
    Setting,
    TraceStep,
)
from tools.policy.documents import (
    AllowThen,
    ApprovalThen,
    DenyThen,
    HandOffThen,
    Queue,
    deadline_of,
)
from tools.policy.facts import Facts, shown, still_fresh
from tools.policy.floor import extended, undercut
from tools.policy.payback import Payback, work_out
from tools.policy.questions import Interview
from tools.policy.rulebook import Rule, Rulebook, Table
from tools.policy.walk import Walk, known_to, walk

_SELLER = FactName("seller")
_COUNTRY = FactName("ship_to_country")


class _Said(TypedDict):
    """What every decision says."""

    rule_id: RuleId
    because: LocalizedText
    version: str
    trace: tuple[TraceStep, ...]
    layer: Layer
    settings: tuple[Setting, ...]


def decide(question: str, facts: Facts, rulebook: Rulebook, now: datetime) -> Decision:
    """Answer a question by the first rule that applies; pure, total and deterministic.

    A `seller` fact selects that seller's version of the table and caps; a fact that is no longer
    fresh counts as unknown. The numbers in the sentences (`{days}`, `{window}`) are filled in.
    """
    facts = still_fresh(facts, rulebook.catalogue, now)
    known = known_to(None, facts, rulebook.catalogue)(_SELLER)
    seller = known if isinstance(known, str) else None
    table = rulebook.table(question, seller)
    if table is None:
        return HandOff(
            rule_id=RuleId("fallbacks.no_question"),
            because=rulebook.fallbacks.no_question,
            version=rulebook.version,
        )
    return _Case(table, facts, rulebook, now, seller).decide()


@dataclass(frozen=True)
class _Case:
    table: Table
    facts: Facts
    rulebook: Rulebook
    now: datetime
    seller: str | None

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
                layer=_layer(walked.possible[0]),
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
            cited = floor.cited(lookup(_COUNTRY))
            why = f"{rule.id} grants less than this right ({cited}), so a person decides"
            step = TraceStep(rule_id=floor.id, outcome="matched", why=why, layer="law")
            return self._hand_off(floor.id, fallbacks.below_floor, (*trace, step), layer="law")
        return self._apply(rule, trace)

    def _apply(self, rule: Rule, trace: tuple[TraceStep, ...]) -> Decision:
        deadline = deadline_of(rule.then)
        counting = Counting(self.rulebook.catalogue, self.now)
        end = last_instant(deadline, self.facts, counting) if deadline else None
        if end is None and needs_day(rule.because):
            return self._nobody_knows(trace)
        said = _Said(
            rule_id=rule.id,
            because=fill_numbers(rule.because, deadline, self.facts, counting),
            version=self.rulebook.version,
            trace=trace,
            layer=_layer(rule),
            settings=rule.settings,
        )
        if isinstance(rule.then, HandOffThen):
            return HandOff(**said, queue=rule.then.queue)
        if isinstance(rule.then, DenyThen):
            return Deny(**said, since=end)
        return self._grant(rule.then, *self._extend(said, end))

    def _extend(self, said: _Said, end: datetime | None) -> tuple[_Said, datetime | None]:
        """Let a yes last as long as the law has it last."""
        lookup = known_to(None, self.facts, self.rulebook.catalogue)
        longer = extended(self.table.question, end, lookup) if end is not None else None
        if longer is None:
            return said, end
        end, right = longer
        why = (
            f"{said['rule_id']} would end before this right does ({right.cited(lookup(_COUNTRY))})"
        )
        step = TraceStep(rule_id=right.id, outcome="matched", why=why, layer="law")
        extended_said = said.copy()
        extended_said.update(trace=(*said["trace"], step), layer="law")
        return extended_said, end

    def _grant(self, then: AllowThen | ApprovalThen, said: _Said, end: datetime | None) -> Decision:
        """Say yes as far as the caps allow it."""
        pays: Payback | None = None
        over: tuple[CapName, ...] = ()
        if then.refund is not None:
            lookup = known_to(None, self.facts, self.rulebook.catalogue)
            pays = work_out(then.refund, lookup, self.rulebook.caps(self.seller))
            if pays is None:
                return self._nobody_knows(said["trace"])
            if pays.amount.amount == 0 or pays.over_hard:
                return self._pay_nothing(pays, said["trace"])
            over = pays.over
        refund = pays.amount if pays is not None else None
        if isinstance(then, AllowThen) and over:
            said = self._over_cap(said, over)
        elif isinstance(then, AllowThen):
            return Allow(**said, until=end, terms=then.terms, refund=refund)
        return NeedApproval(**said, until=end, terms=then.terms, refund=refund, over=over)

    def _over_cap(self, said: _Said, over: tuple[CapName, ...]) -> _Said:
        step = TraceStep(
            rule_id=RuleId(f"caps.{next(iter(over))}"),
            outcome="matched",
            why=f"{said['rule_id']} pays more than goes without a person: {', '.join(over)}",
            layer="limit",
        )
        return _Said(
            rule_id=step.rule_id,
            because=self.rulebook.fallbacks.over_cap,
            version=said["version"],
            trace=(*said["trace"], step),
            layer="limit",
            settings=said["settings"],
        )

    def _pay_nothing(self, pays: Payback, trace: tuple[TraceStep, ...]) -> HandOff:
        """Leave to a person what is spent already, or too much for any rule."""
        fallbacks = self.rulebook.fallbacks
        if pays.amount.amount == 0:
            nothing = fallbacks.nothing_left
            return self._hand_off("fallbacks.nothing_left", nothing, trace, queue="payments")
        step = TraceStep(
            rule_id=RuleId("floor.hard_cap"),
            outcome="matched",
            why=f"more than may ever be paid back here: {', '.join(pays.over_hard)}",
            layer="law",
        )
        return self._hand_off(
            step.rule_id, fallbacks.over_hard_cap, (*trace, step), queue="payments", layer="law"
        )

    def _nobody_knows(self, trace: tuple[TraceStep, ...]) -> HandOff:
        nobody = self.rulebook.fallbacks.nobody_knows
        return self._hand_off("fallbacks.nobody_knows", nobody, trace)

    def _hand_off(
        self,
        rule_id: str,
        because: LocalizedText,
        trace: tuple[TraceStep, ...],
        *,
        queue: Queue | None = None,
        layer: Layer = "marketplace",
    ) -> HandOff:
        return HandOff(
            rule_id=RuleId(rule_id),
            because=because,
            version=self.rulebook.version,
            trace=trace,
            layer=layer,
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
        why = "; ".join(words) or "always applies"
        return TraceStep(rule_id=rule.id, outcome=outcome, why=why, layer=rule.layer)


def _layer(rule: Rule) -> Layer:
    """Return whose word a rule is: a seller's too when the seller set one of its numbers."""
    if any(setting.layer == "seller" for setting in rule.settings):
        return "seller"
    return rule.layer
