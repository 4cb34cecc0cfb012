"""What happened to a line item and around it, as far as it bears on a refund or a change?"""

from collections import Counter
from datetime import datetime, timedelta

from tools.domain.claims import CLAIM_WINDOW, has_claim
from tools.domain.order import LineItem, Order
from tools.domain.shipment import MILESTONES, ParcelReport
from tools.policy.around import Around
from tools.policy.facts import Value

_TWICE_WITHIN = timedelta(hours=24)
_HOUR = timedelta(hours=1)


def history_of_order(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...], now: datetime
) -> dict[str, Value]:
    """Return what the order and its parcels say."""
    own = _reports_of(order, line, reports)
    furthest = max((MILESTONES.index(report.milestone) for report in own), default=0)
    received = [one for one in order.returns if line.id in one.lines and one.received_at]
    inspections = {one.inspection for one in received}
    worst = next((one for one in ("failed", "pending", "passed") if one in inspections), "none")
    return {
        "milestone": MILESTONES[furthest],
        "days_late": max((report.days_late for report in own), default=0),
        "hours_since_order": max(0, (now - order.placed_at) // _HOUR),
        "return_received": bool(received),
        "return_inspection": worst,
    }


def history_around(order: Order, line: LineItem, around: Around, now: datetime) -> dict[str, Value]:
    """Return what other records say about the buyer, the seller and the goods."""
    known: dict[str, Value] = {"second_factor": around.second_factor}
    if around.seller is not None:
        known["seller_country"] = around.seller.country
        known["international"] = around.seller.country != order.ship_to.country
    if around.stock is not None:
        known["in_stock"] = around.stock >= max(1, line.quantity - line.cancelled_quantity)
    if (orders := around.orders_with(order)) is not None:
        known["duplicate_order"] = any(_repeats(order, other) for other in orders)
        claimed = {one.number for one in orders if has_claim(one, now - CLAIM_WINDOW)}
        if around.claiming:
            claimed.add(order.number)
        known["claims_90_days"] = len(claimed)
    return known


def _reports_of(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...]
) -> list[ParcelReport]:
    """Return the reports of the line's parcels, and of what the seller has still to send of it."""
    ids = {parcel.id for parcel in order.shipments_of(line.id)}
    return [
        report
        for report in reports
        if report.shipment in ids
        or (report.shipment is None and report.seller == line.seller and line.id in report.lines)
    ]


def _repeats(order: Order, earlier: Order) -> bool:
    """Whether an order is another one sent off a second time.

    The same goods, by the seller's own numbers for them, in the same quantities to the same
    address, within 24 hours, neither of them cancelled. Only the later one is the duplicate;
    of two at one instant, the higher number.
    """
    apart = order.placed_at - earlier.placed_at
    is_later = (order.placed_at, order.number) > (earlier.placed_at, earlier.number)
    return (
        is_later
        and apart <= _TWICE_WITHIN
        and not (_is_cancelled(order) or _is_cancelled(earlier))
        and all(line.sku for line in order.lines)
        and _goods(order) == _goods(earlier)
        and _address(order) == _address(earlier)
    )


def _is_cancelled(order: Order) -> bool:
    """Whether the whole order or any piece of it was cancelled, which then was no accident."""
    return order.cancelled_at is not None or any(line.cancelled_quantity for line in order.lines)


def _goods(order: Order) -> Counter[tuple[str, ...]]:
    goods = Counter[tuple[str, ...]]()
    for line in order.lines:
        goods[line.seller, line.sku] += line.quantity
    return goods


def _address(order: Order) -> tuple[str, ...]:
    to = order.ship_to
    written = (to.name, to.street, to.city, to.postcode, to.country)
    return tuple("".join(part.casefold().split()) for part in written)
