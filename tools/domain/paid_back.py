"""What did each seller's goods cost the marketplace in refunds?"""

from collections.abc import Iterator
from datetime import datetime

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.party import SellerId
from tools.domain.returns import Refund, RefundId
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
        by_line = per_line(order, refund) or _divide(order, refund, everything)
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
    """Divide a refund between the lines that it names; empty when it names none of the order."""
    named = {line.id for line in order.lines} & set(refund.lines)
    return _divide(order, refund, tuple(named)) if named else {}


def _divide(order: Order, refund: Refund, lines: tuple[LineId, ...]) -> dict[LineId, int]:
    return share(refund.amount.amount, values_of(order, lines))


def values_of(order: Order, lines: tuple[LineId, ...]) -> dict[LineId, int]:
    """Return what lines cost when the order was placed, cancelled pieces included."""
    return {line: order.line(line).unit_price.amount * order.line(line).quantity for line in lines}
