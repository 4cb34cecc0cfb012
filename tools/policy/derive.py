"""What do the records say about one line item?

What the records leave open is not in the result: it is unknown, never guessed.
"""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from tools.domain.order import LineItem, Order
from tools.domain.paid_for import paid_for_cancelled, paid_for_lines
from tools.domain.shipment import LineId, ParcelCondition, ParcelReport, Shipment
from tools.policy.calendar import Calendar, days_between, withdrawal_end
from tools.policy.decision import FactName
from tools.policy.derive_money import value_of_line
from tools.policy.facts import Fact, Value
from tools.policy.floor import LAW_OF_EU_OR_UK

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


_Arrival = datetime | Literal[False] | None
"""When something arrived, False while it has not, None when nobody can say."""


def derive_facts(
    order: Order,
    line: LineItem,
    reports: tuple[ParcelReport, ...],
    now: datetime,
    calendar: Calendar,
) -> dict[FactName, Fact]:
    """Return every record fact of a line item at an instant.

    The reports are those of the whole order; days are those of the place it goes to.
    """
    zone = calendar.zone(order.ship_to.country)
    values: dict[str, Value] = {
        **_bought(order, line, now, zone),
        **value_of_line(order, line),
        **_happened_since(order, line),
        **_arrived(order, line, reports, now, zone),
        **_withdrawal(order, line, reports, now, calendar),
    }
    return {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=now)
        for name, value in values.items()
    }


def _bought(order: Order, line: LineItem, now: datetime, zone: ZoneInfo) -> dict[str, Value]:
    remaining = max(0, line.quantity - line.cancelled_quantity)
    return {
        "seller": line.seller,
        "order_kind": order.kind,
        "gift": order.gift,
        "ship_to_country": order.ship_to.country,
        "ship_to_eu_uk": order.ship_to.country in LAW_OF_EU_OR_UK,
        "time_zone": zone.key,
        "category": line.category,
        "quantity": remaining,
        "currency": line.unit_price.currency,
        "custom_made": line.custom_made,
        "final_sale": line.final_sale,
        "placed_at": order.placed_at.isoformat(),
        "days_since_order": days_between(order.placed_at, now, zone),
    }


def _happened_since(order: Order, line: LineItem) -> dict[str, Value]:
    returns = [one for one in order.returns if line.id in one.lines]
    fully, partly = _refunded(order, line)
    return {
        "cancelled": _is_cancelled(order, line),
        "already_returned": bool(returns),
        "refund_pending_inspection": any(
            one.received_at is not None and one.inspection == "pending" for one in returns
        ),
        "already_refunded": fully,
        "partly_refunded": partly and not fully,
        "dispute_open": any(payment.dispute == "open" for payment in order.payments),
    }


def _is_cancelled(order: Order, line: LineItem) -> bool:
    return order.cancelled_at is not None or line.cancelled_quantity >= line.quantity


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
    back = sum(one.for_goods for one in named)
    cost = paid_for_lines(order)
    fully = bool(goods) and back >= sum(cost[item.id] for item in goods)
    for_cancelled = sum(paid_for_cancelled(order, item) for item in goods)
    return whole_order or fully, back > for_cancelled


def _arrived(
    order: Order,
    line: LineItem,
    reports: tuple[ParcelReport, ...],
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, Value]:
    known: dict[str, Value] = {}
    if conditions := _conditions(line, order.shipments_of(line.id), reports):
        known["parcel_condition"] = min(conditions, key=_WORST_FIRST.index)
    match _arrival(order, line, reports, now):
        case None:
            return known
        case False:
            return {**known, "delivered": False}
        case at:
            return {
                **known,
                "delivered": True,
                "delivered_at": at.astimezone(UTC).isoformat(),
                "days_since_delivery": days_between(at, now, zone),
            }


def _withdrawal(
    order: Order,
    line: LineItem,
    reports: tuple[ParcelReport, ...],
    now: datetime,
    calendar: Calendar,
) -> dict[str, Value]:
    """Return until when a consumer may withdraw.

    What was ordered from one seller at once is one contract, whose period begins when the last of
    it arrives; what was cancelled, or paid back because it never came, is not waited for. A clock
    that is behind the carrier's counts as the moment of delivery.
    """
    country = order.ship_to.country
    if country not in LAW_OF_EU_OR_UK:
        return {"in_withdrawal_period": False}
    contract = [
        (one, _arrival(order, one, reports, now))
        for one in order.lines
        if one.seller == line.seller and not _is_cancelled(order, one)
    ]
    arrivals = [at for one, at in contract if at or not _refunded(order, one)[0]]
    last = max((min(at, now) for at in arrivals if isinstance(at, datetime)), default=None)
    end = None if last is None else withdrawal_end(last, country, calendar)
    if None in arrivals or False in arrivals:
        is_open = False in arrivals or (end is not None and now <= end)
        return {"in_withdrawal_period": True} if is_open else {}
    if end is None:
        return {"in_withdrawal_period": False}
    return {"in_withdrawal_period": now <= end, "withdrawal_ends": end.isoformat()}


def _conditions(
    line: LineItem, parcels: tuple[Shipment, ...], reports: tuple[ParcelReport, ...]
) -> list[ParcelCondition]:
    """Return how the parcels of a line fare, and what of it is still with the seller."""
    ids = {parcel.id for parcel in parcels}
    found: list[ParcelCondition] = [
        report.condition
        for report in reports
        if report.shipment in ids
        or (report.shipment is None and report.seller == line.seller and line.id in report.lines)
    ]
    return found if found or parcels else ["on_time"]


def _arrival(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...], now: datetime
) -> _Arrival:
    """Return when the last piece of a line item arrived."""
    by_parcel = {report.shipment: report for report in reports if report.shipment is not None}
    parcels = order.shipments_of(line.id)
    arrivals = [_parcel_arrival(parcel, by_parcel.get(parcel.id), now) for parcel in parcels]
    if _pieces(parcels, line.id) < line.quantity - line.cancelled_quantity or False in arrivals:
        return False
    last = [at for at in arrivals if isinstance(at, datetime)]
    return max(last) if last and len(last) == len(arrivals) else None


def _parcel_arrival(parcel: Shipment, report: ParcelReport | None, now: datetime) -> _Arrival:
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
