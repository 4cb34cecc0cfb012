"""Which one effect fulfils a wish that the rules allow?

Every amount, piece and term follows from the decisions and the order. What the buyer chose came
from a closed set that was offered, or is a new address that was checked and read back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tools.domain.effect import (
    ChangeAddress,
    ExchangeItem,
    IssueRefund,
    OrderEffect,
    Permit,
    SendAgain,
    SendPaper,
    effect_id,
)
from tools.domain.order import LineItem, Order, Payment
from tools.domain.paid_back import per_line, refunded_of
from tools.domain.paid_for import paid_for_cancelled, paid_for_remaining
from tools.domain.party import Address
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId
from tools.policy.decision import Allow, Decision, NeedApproval

Granted = Allow | NeedApproval


@dataclass(frozen=True)
class Wish:
    """What a buyer wants done, apart from what the rules make of it."""

    conversation: str
    message: str
    """The message in answer to which the effect is summed up."""
    question: str
    lines: tuple[LineId, ...]
    """In the order of the order; each of them was decided on its own."""
    for_sku: str | None = None
    address: Address | None = None
    paper: Literal["receipt", "gift_receipt"] | None = None
    again: bool = False
    """Whether pieces are to be sent a second time instead of paid back."""


def wish_of(effect: OrderEffect, message: str) -> Wish:
    """Return the wish that an effect fulfils, so that it can be worked out again."""
    permit = effect.permit
    return Wish(
        conversation=permit.conversation,
        message=message,
        question=permit.question,
        lines=permit.lines,
        for_sku=effect.for_sku if isinstance(effect, ExchangeItem) else None,
        address=effect.address if isinstance(effect, ChangeAddress) else None,
        paper=effect.paper if isinstance(effect, SendPaper) else None,
        again=isinstance(effect, SendAgain),
    )


def propose(wish: Wish, order: Order, decisions: Mapping[LineId, Decision]) -> OrderEffect | None:
    """Return the effect, not yet confirmed by anybody; None when a person has to see to it.

    Pure: the same wish, order and decisions give the same effect. The effect gateway calls it
    again, with records of its own, and compares.
    """
    granted = _granted(wish, decisions)
    build = _BUILDERS.get(wish.question)
    if build is None or not granted or wish.again:
        return None
    return build(wish, order, granted)


def _granted(wish: Wish, decisions: Mapping[LineId, Decision]) -> Mapping[LineId, Granted]:
    """Return the decision of each line; nothing when one of them is not a yes."""
    found: dict[LineId, Granted] = {}
    for line in wish.lines:
        decision = decisions.get(line)
        if not isinstance(decision, Allow | NeedApproval):
            return {}
        found[line] = decision
    return found


def permit_for(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> Permit:
    """Return what an effect rests on."""
    return Permit(
        conversation=wish.conversation,
        question=wish.question,
        order=order.number,
        lines=wish.lines,
        rule_ids=tuple(granted[line].rule_id for line in wish.lines),
        version=granted[wish.lines[0]].version,
    )


def _refund(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> IssueRefund | None:
    amounts = {line: one.refund for line, one in granted.items() if one.refund is not None}
    total = sum(amount.amount for amount in amounts.values())
    currencies = {amount.currency for amount in amounts.values()}
    payment = _payment_with_room(order, total)
    if len(amounts) < len(granted) or len(currencies) != 1 or total < 1 or payment is None:
        return None
    if payment.amount.currency not in currencies:
        return None
    return IssueRefund(
        id=effect_id(wish.conversation, wish.message, "issue_refund", order.number, *wish.lines),
        permit=permit_for(wish, order, granted),
        payment=payment.id,
        amount=payment.amount.model_copy(update={"amount": total}),
        shares=_shares(order, {line: amount.amount for line, amount in amounts.items()}),
        already_refunded=refunded_of(order, payment.id),
    )


def _payment_with_room(order: Order, total: int) -> Payment | None:
    """Return the first payment that the whole amount fits into."""
    for payment in order.payments:
        if refunded_of(order, payment.id) + total <= payment.amount.amount:
            return payment
    return None


def _shares(order: Order, amounts: Mapping[LineId, int]) -> tuple[RefundShare, ...]:
    """Divide amounts: first the goods of each line, what is left over is for the delivery."""
    shares: list[RefundShare] = []
    shipping = 0
    for line_id, amount in amounts.items():
        goods = min(amount, _goods_left(order, order.line(line_id)))
        if goods:
            shares.append(RefundShare(of=line_id, amount=goods))
        shipping += amount - goods
    if shipping:
        shares.append(RefundShare(of="shipping", amount=shipping))
    return tuple(shares)


def _goods_left(order: Order, line: LineItem) -> int:
    """Return what was paid for the pieces that are not cancelled and was not paid back."""
    alive = (one for one in order.refunds if one.status != "failed")
    back = sum(per_line(order, refund).get(line.id, 0) for refund in alive)
    back = max(0, back - paid_for_cancelled(order, line))
    return max(0, paid_for_remaining(order, line) - back)


_BUILDERS: Mapping[str, Callable[[Wish, Order, Mapping[LineId, Granted]], OrderEffect | None]] = {
    "may_refund": _refund
}
"""By question of the rulebook."""
