"""What of the law does no case and no conversation touch?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from agent.state import TurnRecord
from evals.law.case_reading import Case
from tools.domain.model import Frozen
from tools.policy.caps import SUMS
from tools.policy.conditions import leaves
from tools.policy.decision import Decision, FactName, NeedApproval, NeedFacts
from tools.policy.documents import AllowThen, ApprovalThen, Fallbacks
from tools.policy.engine import decide
from tools.policy.facts import Fact
from tools.policy.rulebook import Rulebook, Table

Kind = Literal["rule", "setting", "outcome", "fallback", "cap"]
_CODE = ("caps.", "floor.", "fallbacks.")


class Point(Frozen):
    """One thing that a rulebook can do."""

    kind: Kind
    name: str
    """Rule `returns.late`, setting `tiny-oak-toys: may_return.window_days`, outcome
    `may_return: deny`, fallback `fallbacks.no_rule`, cap `EUR: action`."""


class Covered(Frozen):
    """How often something was touched."""

    point: Point
    cases: int
    conversations: int

    @property
    def is_touched(self) -> bool:
        """Whether anything touched it."""
        return self.cases + self.conversations > 0


class Made(Frozen):
    """A decision, with what it was made from."""

    question: str
    facts: tuple[Fact, ...]
    decision: Decision


def decided(cases: Iterable[Case], rulebook: Rulebook) -> Iterator[Made]:
    """Decide the owner's cases."""
    for case in cases:
        decision = decide(case.question, case.facts, rulebook, case.clock)
        yield Made(question=case.question, facts=tuple(case.facts.values()), decision=decision)


def made_in(record: TurnRecord) -> Iterator[Made]:
    """Yield the decisions of one turn: about line items, and about who answers."""
    for one in (*record.decision, *record.triage):
        yield Made(question=one.question, facts=one.facts, decision=one.decision)


def rules_of(record: TurnRecord) -> Iterator[str]:
    """Yield the rules that decided something in one turn."""
    for made in made_in(record):
        yield from (point.name for point in touched(made) if point.kind == "rule")


def all_rules(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the rules of the marketplace and of every seller."""
    every = (rule.id for _, table in rulebook.all_tables() for rule in table.rules)
    return tuple(dict.fromkeys(every))


def cover(
    rulebook: Rulebook, by_cases: Iterable[Made], by_conversations: Iterable[Made]
) -> tuple[Covered, ...]:
    """Return everything that the rulebook can do, with how often it was done."""
    cases = Counter(point for made in by_cases for point in set(touched(made)))
    talks = Counter(point for made in by_conversations for point in set(touched(made)))
    return tuple(
        Covered(point=point, cases=cases[point], conversations=talks[point])
        for point in dict.fromkeys(points(rulebook))
    )


def points(rulebook: Rulebook) -> Iterator[Point]:
    """Yield everything that a rulebook can do."""
    yield from (Point(kind="rule", name=rule) for rule in all_rules(rulebook))
    for seller, table in rulebook.all_tables():
        yield from _settings(seller, table)
    for table in rulebook.tables.values():
        yield from (_outcome(table.question, kind) for kind in _kinds(table, rulebook))
    for name in Fallbacks.model_fields:
        spoken = "floor.hard_cap" if name == "over_hard_cap" else f"fallbacks.{name}"
        yield Point(kind="fallback", name=spoken)
    if any(_pays(table) for _, table in rulebook.all_tables()):
        yield from _caps(rulebook)


def touched(made: Made) -> Iterator[Point]:
    """Yield what a decision has shown of the rulebook."""
    decision = made.decision
    yield _outcome(made.question, decision.kind)
    if isinstance(decision, NeedFacts):
        yield Point(kind="fallback", name="fallbacks.need_facts")
        return
    known: Mapping[FactName, object] = {fact.name: fact.value for fact in made.facts}
    seller, currency = known.get(FactName("seller")), known.get(FactName("currency"))
    if isinstance(decision, NeedApproval) and decision.over:
        yield Point(kind="fallback", name="fallbacks.over_cap")
        yield from (Point(kind="cap", name=f"{currency}: {name}") for name in decision.over)
        yield from (_seller_cap(seller, currency, name) for name in decision.over)
    elif decision.rule_id.startswith(_CODE):
        yield Point(kind="fallback", name=_named(decision.rule_id))
    yield from (Point(kind="rule", name=name) for name in _rules(decision))
    for setting in decision.settings:
        if setting.layer == "seller":
            yield Point(kind="setting", name=f"{seller}: {made.question}.{setting.name}")


def _named(rule_id: str) -> str:
    is_right = rule_id.startswith("floor.") and rule_id != "floor.hard_cap"
    return "fallbacks.below_floor" if is_right else rule_id


def _rules(decision: Decision) -> Iterator[str]:
    """Yield the rule that decided: where a cap or an empty purse spoke, the one before it."""
    if not decision.rule_id.startswith(_CODE):
        yield decision.rule_id
    elif decision.rule_id != "fallbacks.nobody_knows":
        matched = [step.rule_id for step in decision.trace if step.outcome == "matched"]
        yield from [one for one in matched if not one.startswith(_CODE)][-1:]


def _settings(seller: str | None, table: Table) -> Iterator[Point]:
    for rule in table.rules:
        for one in rule.settings:
            if one.layer == "seller":
                yield Point(kind="setting", name=f"{seller}: {table.question}.{one.name}")


def _kinds(table: Table, rulebook: Rulebook) -> Iterator[str]:
    yield from (rule.then.kind for rule in table.rules)
    asked = (test.fact for rule in table.rules for test in leaves(rule.when))
    if any(rulebook.catalogue[name].askable for name in asked):
        yield "need_facts"


def _outcome(question: str, kind: str) -> Point:
    return Point(kind="outcome", name=f"{question}: {kind}")


def _pays(table: Table, cap: str | None = None) -> bool:
    return any(
        isinstance(rule.then, AllowThen | ApprovalThen)
        and rule.then.refund is not None
        and cap in (None, rule.then.refund.cap)
        for rule in table.rules
    )


def _caps(rulebook: Rulebook) -> Iterator[Point]:
    names = [*SUMS]
    names += ["photo"] if any(_pays(table, "photo") for _, table in rulebook.all_tables()) else []
    for currency in rulebook.marketplace.caps:
        yield from (Point(kind="cap", name=f"{currency}: {name}") for name in names)
    for seller, lowered in rulebook.seller_caps.items():
        for currency, caps in lowered.items():
            for name, value in caps:
                if value != getattr(rulebook.marketplace.caps[currency], name):
                    yield _seller_cap(seller, currency, name)


def _seller_cap(seller: object, currency: object, name: str) -> Point:
    return Point(kind="cap", name=f"{seller}: {currency} {name}")
