"""What does a person need to know to agree to one effect, or not?

The card is a pure function of the effect, the decisions, the order and the limits. No word of the
buyer, a seller or a model stands in it, except where its name says so (`title`, `address`).
"""

from datetime import datetime, timedelta

from agent.desk.limits import may_agree, money_of, pieces_of
from agent.desk.wording import DeskWording, fill
from agent.state import DecisionRecord
from agent.worker.approval_steps import ApprovalCase
from agent.worker.approvals import Approval, ApprovalStatus
from tools.domain.effect import (
    ChangeAddress,
    ExchangeItem,
    IssueRefund,
    OpenReturn,
    OrderEffect,
    SendPaper,
)
from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import Order
from tools.policy.decision import Allow, Decision, NeedApproval, TraceStep
from tools.policy.facts import Fact, FactSpec, shown
from tools.policy.marketplace import ROLES, MarketplacePolicy, Role
from tools.policy.rulebook import Rulebook
from tools.policy.supplied import looked_at

HISTORY = (
    "claims_90_days",
    "refunded_buyer_30_days",
    "refunded_order",
    "photo_reused",
    "address_claims_90_days",
    "carrier_contradicts",
    "address_changed_before",
    "contact_changed_lately",
    "duplicate_order",
)
"""Facts about the buyer and the order that a person wants to see whatever the rules looked at."""


class Good(Frozen):
    """One line item that the effect is about."""

    pieces: str
    title: str
    """A seller's words."""


class RuleSaid(Frozen):
    """The answer of the rules for one line item."""

    line: str
    said: str
    because: str
    trace: tuple[TraceStep, ...]


class CardFact(Frozen):
    """One fact with its source and its age."""

    line: str
    name: str
    meaning: str
    value: str
    source: str
    age: timedelta


class Card(Frozen):
    """One request, ready to be decided."""

    id: str
    version: int
    status: ApprovalStatus
    effect: str
    """In words."""
    also: str | None
    """What follows with the same yes."""
    amount: Money | None
    editable: bool
    to_whom: str
    destination: str
    address: str | None
    """As the buyer gave it."""
    order: str
    goods: tuple[Good, ...]
    why: tuple[str, ...]
    who_may: tuple[Role, ...]
    rules: tuple[RuleSaid, ...]
    facts: tuple[CardFact, ...]
    history: tuple[CardFact, ...]
    due_at: datetime
    expires_at: datetime


def make_card(
    case: ApprovalCase,
    order: Order | None,
    rulebook: Rulebook,
    words: DeskWording,
    now: datetime,
) -> Card:
    """Return the card; without the order while the shop does not answer."""
    approval = case.approval
    effect, then = approval.effect, approval.proposal.then
    address = effect.address if isinstance(effect, ChangeAddress) else None
    facts = _facts(approval, rulebook, words, now)
    decisive = _decisive(approval, rulebook)
    return Card(
        id=approval.id,
        version=case.version,
        status=approval.status,
        effect=_in_words(effect, words),
        also=None if then is None else _in_words(then, words),
        amount=money_of(approval),
        editable=isinstance(effect, IssueRefund),
        to_whom=words.say("to_contact", email=order.email) if order is not None else "",
        destination=_destination(approval, words),
        address=None
        if address is None
        else f"{address.name}, {address.street}, {address.postcode} {address.city}",
        order=effect.permit.order,
        goods=_goods(effect, order, words),
        why=_why(approval.decisions, words),
        who_may=_who_may(approval, rulebook.marketplace),
        rules=tuple(_rule(record, rulebook, words) for record in approval.decisions),
        facts=tuple(fact for fact in facts if (fact.line, fact.name) in decisive),
        history=tuple(fact for fact in facts if fact.name in HISTORY),
        due_at=case.due_at,
        expires_at=approval.expires_at,
    )


def _in_words(effect: OrderEffect, words: DeskWording) -> str:
    sentence = words.effects[effect.kind]
    match effect:
        case IssueRefund(amount=amount):
            return fill(sentence, amount=str(amount))
        case OpenReturn(shipping_paid_by=payer):
            return fill(sentence, payer=words.payers[payer])
        case ExchangeItem(shipping_paid_by=payer, for_sku=sku):
            return fill(sentence, payer=words.payers[payer], sku=sku)
        case SendPaper(paper=paper):
            return fill(sentence, paper=words.papers[paper])
        case _:
            return sentence


def _destination(approval: Approval, words: DeskWording) -> str:
    effect, then = approval.effect, approval.proposal.then
    paid = effect if isinstance(effect, IssueRefund) else then
    if paid is not None:
        return words.say("way_back", payment=paid.payment)
    return words.say("at_order", order=effect.permit.order)


def _goods(effect: OrderEffect, order: Order | None, words: DeskWording) -> tuple[Good, ...]:
    if order is None:
        return tuple(Good(pieces=line, title="") for line in effect.permit.lines)
    found: list[Good] = []
    for one in pieces_of(effect, order):
        line = order.line(one.line)
        pieces = words.say("pieces", quantity=str(one.quantity), sku=line.sku, line=line.id)
        found.append(Good(pieces=pieces, title=line.title))
    return tuple(found)


def _why(decisions: tuple[DecisionRecord, ...], words: DeskWording) -> tuple[str, ...]:
    return tuple(
        words.say("why_caps", line=record.line, caps=_caps(decision.over, words))
        if decision.over
        else words.say("why_rule", line=record.line, rule=decision.rule_id)
        for record in decisions
        if isinstance(decision := record.decision, NeedApproval)
    )


def _caps(over: tuple[str, ...], words: DeskWording) -> str:
    return ", ".join(text for name, text in words.caps.items() if name in over)


def _who_may(approval: Approval, policy: MarketplacePolicy) -> tuple[Role, ...]:
    amount = money_of(approval)
    return tuple(role for role in ROLES if may_agree(role, amount, policy))


def _rule(record: DecisionRecord, rulebook: Rulebook, words: DeskWording) -> RuleSaid:
    decision = record.decision
    said = words.say(
        "rule_line",
        line=record.line,
        answer=words.answers[decision.kind],
        rule=decision.rule_id,
        layer=words.layers[decision.layer],
    )
    most = _most(decision)
    desk = rulebook.marketplace.desk_language
    return RuleSaid(
        line=record.line,
        said=said if most is None else f"{said}, {words.say('at_most', most=str(most))}",
        because=decision.because.get(desk, decision.because["en"]),
        trace=decision.trace,
    )


def _most(decision: Decision) -> Money | None:
    return decision.refund if isinstance(decision, Allow | NeedApproval) else None


def _facts(
    approval: Approval, rulebook: Rulebook, words: DeskWording, now: datetime
) -> tuple[CardFact, ...]:
    found: list[CardFact] = []
    for record in approval.decisions:
        currency = next((str(one.value) for one in record.facts if one.name == "currency"), None)
        for fact in record.facts:
            spec = rulebook.catalogue.get(fact.name)
            found.append(
                CardFact(
                    line=record.line,
                    name=fact.name,
                    meaning=spec.meaning if spec is not None else "",
                    value=_value(fact, spec, currency),
                    source=words.sources[fact.source],
                    age=max(timedelta(0), now - fact.as_of),
                )
            )
    return tuple(found)


def _value(fact: Fact, spec: FactSpec | None, currency: str | None) -> str:
    if spec is not None and spec.money and currency and isinstance(fact.value, int):
        return str(Money(amount=fact.value, currency=currency))
    return shown(fact.value)


def _decisive(approval: Approval, rulebook: Rulebook) -> set[tuple[str, str]]:
    """Return the facts that the rules look at, by line item and name."""
    found: set[tuple[str, str]] = set()
    for record in approval.decisions:
        seller = next((str(one.value) for one in record.facts if one.name == "seller"), None)
        names = looked_at(rulebook, record.question, seller)
        found |= {(record.line, name) for name in names}
    return found
