"""What do the records say about one line item?

What the records leave open is not in the result: it is unknown, never guessed.
"""

from datetime import UTC, datetime

from tools.domain.order import LineItem, Order
from tools.domain.shipment import LineId, ParcelCondition, ParcelReport, Shipment
from tools.policy.decision import FactName
from tools.policy.facts import Fact, Value
from tools.policy.floor import EU_AND_UK

_WORST_FIRST: tuple[ParcelCondition, ...] = (
    "lost",
    "returned_to_sender",
    "on_hold",
    "delivery_failed",
    "ready_for_pickup",
    "stalled",
    "unknown_to_carrier",
    "carrier_unavailable",
    "no_tracking_number",
    "delayed",
    "no_scan_yet",
    "on_time",
    "cancelled",
)
_BLIND = ("unknown_to_carrier", "carrier_unavailable", "no_tracking_number")
"""Conditions in which nobody can say whether a parcel under way has arrived."""


def derive_facts(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...], now: datetime
) -> dict[FactName, Fact]:
    """Return every record fact of a line item at an instant.

    A report counts for the line when it is about a parcel with pieces of it.
    """
    values: dict[str, Value] = {
        **_bought(order, line, now),
        **_happened_since(order, line),
        **_arrived(order, line, reports, now),
    }
    return {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=now)
        for name, value in values.items()
    }


def _bought(order: Order, line: LineItem, now: datetime) -> dict[str, Value]:
    remaining = max(0, line.quantity - line.cancelled_quantity)
    return {
        "seller": line.seller,
        "order_kind": order.kind,
        "gift": order.gift,
        "ship_to_country": order.ship_to.country,
        "ship_to_eu_uk": order.ship_to.country in EU_AND_UK,
        "category": line.category,
        "quantity": remaining,
        "line_value": _price(line, remaining),
        "currency": line.unit_price.currency,
        "custom_made": line.custom_made,
        "final_sale": line.final_sale,
        "placed_at": order.placed_at.isoformat(),
        "days_since_order": _days_between(order.placed_at, now),
    }


def _happened_since(order: Order, line: LineItem) -> dict[str, Value]:
    returns = [one for one in order.returns if line.id in one.lines]
    fully, partly = _refunded(order, line)
    return {
        "cancelled": order.cancelled_at is not None or line.cancelled_quantity >= line.quantity,
        "already_returned": bool(returns),
        "refund_pending_inspection": any(
            one.received_at is not None and one.inspection == "pending" for one in returns
        ),
        "already_refunded": fully,
        "partly_refunded": partly and not fully,
        "dispute_open": any(payment.dispute == "open" for payment in order.payments),
    }


def _refunded(order: Order, line: LineItem) -> tuple[bool, bool]:
    """Return whether the line was paid back in full, and whether some of it was.

    A refund that names no line is for the line only when everything paid has come back. What was
    paid back for cancelled pieces leaves the others untouched.
    """
    alive = [one for one in order.refunds if one.status != "failed"]
    paid = sum(payment.amount.amount for payment in order.payments)
    whole_order = 0 < paid <= sum(one.amount.amount for one in alive)
    named = [one for one in alive if line.id in one.lines]
    covered = {id_ for one in named for id_ in one.lines}
    goods = [item for item in order.lines if item.id in covered]
    back = sum(one.amount.amount for one in named)
    fully = bool(goods) and back >= sum(_price(item, item.quantity) for item in goods)
    for_cancelled = sum(_price(item, item.cancelled_quantity) for item in goods)
    return whole_order or fully, back > for_cancelled


def _price(line: LineItem, pieces: int) -> int:
    return line.unit_price.amount * pieces


def _arrived(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...], now: datetime
) -> dict[str, Value]:
    by_parcel = {report.shipment: report for report in reports if report.shipment is not None}
    parcels = order.shipments_of(line.id)
    known: dict[str, Value] = {}
    if conditions := _conditions(line, parcels, reports):
        known["parcel_condition"] = min(conditions, key=_WORST_FIRST.index)
    arrivals = [_arrival(parcel, by_parcel.get(parcel.id), now) for parcel in parcels]
    if _pieces(parcels, line.id) < line.quantity - line.cancelled_quantity or False in arrivals:
        return {**known, "delivered": False}
    last = [at for at in arrivals if isinstance(at, datetime)]
    if not last or len(last) < len(arrivals):
        return known
    return {
        **known,
        "delivered": True,
        "delivered_at": max(last).astimezone(UTC).isoformat(),
        "days_since_delivery": _days_between(max(last), now),
    }


def _conditions(
    line: LineItem, parcels: tuple[Shipment, ...], reports: tuple[ParcelReport, ...]
) -> list[ParcelCondition]:
    """Return how the parcels of a line fare, and what of it is still with the seller."""
    ids = {parcel.id for parcel in parcels}
    found: list[ParcelCondition] = []
    for report in reports:
        unsent = report.shipment is None and report.seller == line.seller
        if report.shipment in ids or (unsent and line.title in report.titles):
            found.append(report.condition)
    return found if found or parcels else ["on_time"]


def _arrival(
    parcel: Shipment, report: ParcelReport | None, now: datetime
) -> datetime | bool | None:
    """Return when a parcel arrived, False while it has not, None when nobody can say."""
    if report is None:
        shop_says = parcel.delivered_at
        if shop_says is not None and shop_says <= now:
            return shop_says
        return False if parcel.shipped_at is None else None
    if report.delivered_at is not None:
        return report.delivered_at
    is_with_seller = report.milestone in ("placed", "packed")
    return None if report.condition in _BLIND and not is_with_seller else False


def _pieces(parcels: tuple[Shipment, ...], line: LineId) -> int:
    return sum(part.quantity for p in parcels for part in p.lines if part.line == line)


def _days_between(start: datetime, now: datetime) -> int:
    """Count whole days in UTC; a clock that is behind the records counts as the same day."""
    return max(0, (now.astimezone(UTC).date() - start.astimezone(UTC).date()).days)
