"""What was paid and paid back, as far as it bears on one line item?

Amounts are minor units of the line's currency. Amounts in several currencies are never added up: as
soon as one of them is in another currency, the sum is unknown.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tools.domain.money import Money
from tools.domain.order import LineItem, Order
from tools.domain.paid_back import per_line
from tools.domain.paid_for import (
    amounts_of_line,
    in_one_currency,
    paid_for_cancelled,
    paid_for_order,
    paid_for_remaining,
    shipping_of_lines,
)
from tools.domain.returns import Refund
from tools.policy.around import Around
from tools.policy.facts import Value

WINDOW = timedelta(days=30)
"""Thirty times 24 hours back from now; a refund made exactly then still counts."""


def money_of_order(order: Order, line: LineItem) -> dict[str, Value]:
    """Return what the order alone says about money."""
    refunds = _alive(order)
    paid = _sum((one.amount for one in order.payments if one.dispute != "lost"), line)
    back = _sum((one.amount for one in refunds), line)
    known: dict[str, int | None] = {
        "order_value": paid_for_order(order) if in_one_currency(order) else None,
        "line_shipping": _line_shipping(order, line),
        "line_refunded": None if back is None else _line_refunded(order, line, refunds),
        "refunded_order": back,
        "order_refundable": None if paid is None or back is None else max(0, paid - back),
    }
    return {name: value for name, value in known.items() if value is not None}


def value_of_line(order: Order, line: LineItem) -> dict[str, Value]:
    """Return what was paid for the pieces that were not cancelled, if it can be said."""
    return {"line_value": paid_for_remaining(order, line)} if _is_priced(order, line) else {}


def money_around(order: Order, line: LineItem, around: Around, now: datetime) -> dict[str, Value]:
    """Return what was paid back elsewhere and counts towards a cap.

    A day is one of UTC. In another currency something else was paid back, which counts towards
    the caps of that currency alone.
    """
    known: dict[str, Value] = {}
    if (orders := around.orders_with(order)) is not None:
        known["refunded_buyer_30_days"] = sum(
            refund.amount.amount
            for one in orders
            for refund in _alive(one)
            if _is_alike(refund.amount, line) and now - refund.created_at <= WINDOW
        )
    if around.today is not None:
        today = [one for one in around.today if _is_alike(one.amount, line)]
        known["refunded_today"] = sum(one.amount.amount for one in today)
        known["refunded_seller_today"] = sum(
            one.amount.amount for one in today if one.seller == line.seller
        )
    return known


def start_of_day(now: datetime) -> datetime:
    """Return when the day of the caps began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _alive(order: Order) -> list[Refund]:
    return [one for one in order.refunds if one.status != "failed"]


def _is_priced(order: Order, line: LineItem) -> bool:
    """Whether what was paid for a line can be said: a voucher needs one currency for the order."""
    own = {amount.currency for amount in amounts_of_line(line)}
    return in_one_currency(order) if order.discount is not None else len(own) == 1


def _line_shipping(order: Order, line: LineItem) -> int | None:
    """Return the line's part of what the delivery cost; by value, with its cancelled pieces."""
    if not (_is_alike(order.shipping_price, line) and _is_priced(order, line)):
        return None
    return shipping_of_lines(order)[line.id]


def _line_refunded(order: Order, line: LineItem, refunds: list[Refund]) -> int:
    """Return what was paid back for the pieces that were not cancelled."""
    back = sum(per_line(order, refund).get(line.id, 0) for refund in refunds)
    return max(0, back - paid_for_cancelled(order, line))


def _sum(amounts: Iterable[Money], line: LineItem) -> int | None:
    """Add up; None when an amount is in another currency."""
    found = tuple(amounts)
    alike = all(_is_alike(one, line) for one in found)
    return sum(one.amount for one in found) if alike else None


def _is_alike(amount: Money, line: LineItem) -> bool:
    return amount.currency == line.unit_price.currency
