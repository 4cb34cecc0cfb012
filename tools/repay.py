"""What exactly is paid back for pieces of an order, out of which payment, and for what?"""

from collections.abc import Mapping

from tools.domain.changes import Pieces
from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import LineItem, Order, Payment
from tools.domain.paid_back import per_line, refunded_of
from tools.domain.paid_for import (
    paid_for_cancelled,
    paid_for_pieces,
    paid_for_remaining,
    shipping_of_lines,
)
from tools.domain.returns import PaymentId, RefundShare
from tools.domain.shipment import LineId


class Repayment(Frozen):
    """An amount that one payment can bear, and how it is divided."""

    payment: PaymentId
    amount: Money
    shares: tuple[RefundShare, ...]
    already_refunded: int


def repay(
    order: Order, pieces: tuple[Pieces, ...], most: Mapping[LineId, Money]
) -> Repayment | None:
    """Return what is paid back, never more than the rules allow for each line.

    Nothing when the amounts are in several currencies or no payment alone has enough left.
    """
    currencies = {amount.currency for amount in most.values()}
    amounts = {one.line: _part(order, one, most[one.line].amount) for one in pieces}
    total = sum(amounts.values())
    if len(currencies) != 1 or min(amounts.values()) < 0 or total < 1:
        return None
    money = Money(amount=total, currency=currencies.pop())
    payment = _payment_with_room(order, money)
    if payment is None:
        return None
    return Repayment(
        payment=payment.id,
        amount=money,
        shares=_shares(order, pieces, amounts),
        already_refunded=refunded_of(order, payment.id),
    )


def _part(order: Order, pieces: Pieces, most: int) -> int:
    """Return the part of a line's amount that is for some of its pieces; for all it is all of it.

    Rounded down, so that the parts of a line never come to more than the line.
    """
    line = order.line(pieces.line)
    left = line.quantity - line.cancelled_quantity
    if pieces.quantity >= left:
        return most
    delivery = shipping_of_lines(order)[line.id]
    whole = paid_for_remaining(order, line) + delivery
    some = _paid_for(order, line, pieces.quantity) + delivery * pieces.quantity // left
    goods_only = most <= paid_for_remaining(order, line)
    if goods_only:
        whole, some = whole - delivery, some - delivery * pieces.quantity // left
    return most * some // whole if whole else 0


def _payment_with_room(order: Order, money: Money) -> Payment | None:
    """Return the first payment that the whole amount fits into, unless a bank is looking at it."""
    for payment in order.payments:
        left = payment.amount.amount - refunded_of(order, payment.id)
        is_free = payment.dispute in ("none", "won")
        if payment.amount.currency == money.currency and money.amount <= left and is_free:
            return payment
    return None


def _shares(
    order: Order, pieces: tuple[Pieces, ...], amounts: Mapping[LineId, int]
) -> tuple[RefundShare, ...]:
    """Divide amounts: first the goods of each line, what is left over is for the delivery."""
    shares: list[RefundShare] = []
    shipping = 0
    for one in pieces:
        line, amount = order.line(one.line), amounts[one.line]
        goods = min(amount, _goods_left(order, line), _paid_for(order, line, one.quantity))
        if goods:
            shares.append(RefundShare(of=one.line, amount=goods))
        shipping += amount - goods
    if shipping:
        shares.append(RefundShare(of="shipping", amount=shipping))
    return tuple(shares)


def _paid_for(order: Order, line: LineItem, quantity: int) -> int:
    """Return what was paid for so many of the pieces that are left."""
    return paid_for_pieces(order, line, quantity, line.cancelled_quantity)


def _goods_left(order: Order, line: LineItem) -> int:
    """Return what was paid for the pieces that are not cancelled and was not paid back."""
    alive = (one for one in order.refunds if one.status != "failed")
    back = sum(per_line(order, refund).get(line.id, 0) for refund in alive)
    back = max(0, back - paid_for_cancelled(order, line))
    return max(0, paid_for_remaining(order, line) - back)
