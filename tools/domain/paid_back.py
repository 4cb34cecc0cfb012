"""What did each seller's goods cost the marketplace in refunds?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.paid_for import paid_for_lines
from tools.domain.party import SellerId
from tools.domain.returns import PaymentId, Refund, RefundId
from tools.domain.sharing import share
from tools.domain.shipment import LineId


class PaidBack(Frozen):
    """The part of one refund that is for goods of one seller."""

    refund: RefundId
    order: str
    seller: SellerId
    amount: Money
    at: datetime


def paid_back(order: Order) -> Iterator[PaidBack]:
    """Yield every refund that did not fail, divided between the sellers.

    One that names no line is for the whole order.
    """
    everything = tuple(line.id for line in order.lines)
    for refund in order.refunds:
        if refund.status == "failed":
            continue
        by_line = per_line(order, refund) or _divide(order, refund.amount.amount, everything)
        by_seller: dict[SellerId, int] = {}
        for line, amount in by_line.items():
            seller = order.line(line).seller
            by_seller[seller] = by_seller.get(seller, 0) + amount
        for seller, amount in by_seller.items():
            yield PaidBack(
                refund=refund.id,
                order=order.number,
                seller=seller,
                amount=Money(amount=amount, currency=refund.amount.currency),
                at=refund.created_at,
            )


def per_line(order: Order, refund: Refund) -> dict[LineId, int]:
    """Divide a refund between the lines that it names; empty when it names none of the order.

    What is for the delivery counts for the lines that it came with.
    """
    named = {line.id for line in order.lines} & set(refund.lines)
    if not named:
        return {}
    known = {line.id for line in order.lines} & {share.of for share in refund.shares}
    if not known:
        return _divide(order, refund.amount.amount, named)
    told = {one.of: one.amount for one in refund.shares if one.of != "shipping"}
    goods = {line: told[line] for line in told if line in known}
    rest = _divide(order, refund.amount.amount - sum(goods.values()), named)
    return {line: goods.get(line, 0) + rest.get(line, 0) for line in sorted(known | named)}


def per_payment(order: Order) -> dict[PaymentId, tuple[Refund, ...]]:
    """Return the refunds of each payment.

    One that names no payment goes to the first that still has something of its amount left, and on
    to the next.
    """
    made: dict[PaymentId, list[Refund]] = {one.id: [] for one in order.payments}
    for refund in sorted(order.refunds, key=lambda one: one.payment is None):
        if refund.payment is not None:
            made.setdefault(refund.payment, []).append(refund)
            continue
        for payment, part in _spread(order, refund, made).items():
            made[payment].append(refund.model_copy(update={"amount": part}))
    return {payment: tuple(refunds) for payment, refunds in made.items()}


def refunded_of(order: Order, payment: PaymentId) -> int:
    """Return what was or may still be paid back for a payment, by anybody; minor units."""
    return _alive(per_payment(order).get(payment, ()))


def _spread(
    order: Order, refund: Refund, made: Mapping[PaymentId, Sequence[Refund]]
) -> dict[PaymentId, Money]:
    left, parts = refund.amount.amount, dict[PaymentId, int]()
    for payment in order.payments:
        room = max(0, payment.amount.amount - _alive(made[payment.id]))
        if part := min(left, room):
            parts[payment.id] = part
            left -= part
    if left and order.payments:
        last = order.payments[-1].id
        parts[last] = parts.get(last, 0) + left
    currency = refund.amount.currency
    return {one: Money(amount=part, currency=currency) for one, part in parts.items()}


def _alive(refunds: Iterable[Refund]) -> int:
    return sum(one.amount.amount for one in refunds if one.status != "failed")


def _divide(order: Order, amount: int, lines: Collection[LineId]) -> dict[LineId, int]:
    paid = paid_for_lines(order)
    return share(amount, {line: paid[line] for line in lines})
