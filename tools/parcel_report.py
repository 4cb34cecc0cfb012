"""What may be said about a parcel, from the shop's records and the carrier's scans?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tools.domain.order import LineItem, Order
from tools.domain.party import Seller, SellerId
from tools.domain.shipment import (
    Milestone,
    ParcelCondition,
    ParcelReport,
    Shipment,
    TrackingEvent,
)
from tools.policy.marketplace import Patience
from tools.scan_history import History, read_history

Scans = tuple[TrackingEvent, ...] | Literal["unknown", "unavailable", "not_asked"]
"""What the carrier answered; it is not asked about a parcel without a tracking number."""

_SATURDAY = 5


@dataclass(frozen=True)
class Parcel:
    """One shipment with everything that is known about it."""

    order: Order
    shipment: Shipment
    seller: Seller | None
    """None when the shop does not know the seller any more."""
    scans: Scans
    patience: Patience | None
    """None when the owner has not settled it for this shipping class."""


@dataclass(frozen=True)
class UnsentLines:
    """Lines of one seller that are in no parcel."""

    order: Order
    seller_id: SellerId
    seller: Seller | None
    lines: tuple[LineItem, ...]
    cancelled: bool
    patience: Patience | None


def derive_report(parcel: Parcel, now: datetime) -> ParcelReport:
    """Derive what is true of one parcel at an instant; nothing is read and nothing guessed.

    Once a parcel waits for nobody but the buyer, it is not late any more.
    """
    shipment = parcel.shipment
    journey = _Journey(parcel, now)
    condition = journey.condition()
    history = journey.history
    return ParcelReport(
        shipment=shipment.id,
        seller=shipment.seller,
        seller_name=parcel.seller.name if parcel.seller else shipment.seller,
        titles=tuple(parcel.order.line(part.line).title for part in shipment.lines),
        lines=tuple(part.line for part in shipment.lines),
        milestone=journey.milestone,
        condition=condition,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        last_scan=history.last,
        last_scan_age=now - history.last.at if history.last else None,
        delivered_at=history.delivered_at,
        expected_by=journey.schedule.expected_by,
        ship_by=journey.schedule.ship_by,
        days_late=journey.days_late,
        past_threshold=journey.stalled or _is_too_late(journey.days_late, parcel.patience),
    )


def derive_unsent_report(unsent: UnsentLines, now: datetime) -> ParcelReport:
    """Derive what is true of lines that the seller has not made a parcel of."""
    schedule = _Schedule(unsent.order, unsent.seller, unsent.patience)
    days_late = 0 if unsent.cancelled else schedule.days_late(now)
    condition: ParcelCondition = "delayed" if days_late else "on_time"
    return ParcelReport(
        shipment=None,
        seller=unsent.seller_id,
        seller_name=unsent.seller.name if unsent.seller else unsent.seller_id,
        titles=tuple(line.title for line in unsent.lines),
        lines=tuple(line.id for line in unsent.lines),
        milestone="placed",
        condition="cancelled" if unsent.cancelled else condition,
        expected_by=None if unsent.cancelled else schedule.expected_by,
        ship_by=None if unsent.cancelled else schedule.ship_by,
        days_late=days_late,
        past_threshold=_is_too_late(days_late, unsent.patience),
    )


def find_unsent(order: Order) -> Iterator[tuple[SellerId, tuple[LineItem, ...], bool]]:
    """Yield what is in no parcel, per seller: what is still to be sent, then what is cancelled."""
    for seller in dict.fromkeys(line.seller for line in order.lines):
        lines = [line for line in order.lines if line.seller == seller]
        due = tuple(line for line in lines if _pieces_due(order, line) > 0)
        cancelled = tuple(line for line in lines if line.cancelled_quantity >= line.quantity)
        if order.cancelled_at is not None:
            cancelled = tuple(line for line in lines if line in due or line in cancelled)
            due = ()
        if due:
            yield seller, due, False
        if cancelled:
            yield seller, cancelled, True


class _Journey:
    """One parcel on its way, seen from one instant."""

    def __init__(self, parcel: Parcel, now: datetime) -> None:
        shipment = parcel.shipment
        scans = parcel.scans if isinstance(parcel.scans, tuple) else ()
        self.history = read_history(scans, now, shipment.delivered_at)
        self.milestone: Milestone = self.history.milestone or _milestone_of_shop(shipment, now)
        self._parcel = parcel
        self._sent_at = _sent_at(shipment, self.history, now)
        self._cancelled = self._sent_at is None and parcel.order.cancelled_at is not None
        self.schedule = _Schedule(
            parcel.order, parcel.seller, parcel.patience, self._sent_at, shipment.promised_by
        )
        waiting = not (self._cancelled or self.milestone == "delivered" or self._rests())
        self.days_late = self.schedule.days_late(now) if waiting else 0
        self.stalled = waiting and self._is_silent(now)

    def condition(self) -> ParcelCondition:
        """Return the most important thing to say; what ended the journey comes first."""
        end, standing = self.history.end, self.history.standing
        status = standing.status if standing else None
        asked, sent = self._parcel.scans, self._sent_at is not None
        conditions: tuple[tuple[ParcelCondition, bool], ...] = (
            ("cancelled", self._cancelled),
            ("on_time", self.milestone == "delivered"),
            ("lost", end == "lost"),
            ("returned_to_sender", end == "returned_to_sender"),
            ("carrier_unavailable", asked == "unavailable"),
            ("no_tracking_number", sent and asked == "not_asked"),
            ("unknown_to_carrier", sent and (asked == "unknown" or self.history.voided)),
            ("no_scan_yet", sent and not self.history.seen),
            ("ready_for_pickup", status == "ready_for_pickup"),
            ("delivery_failed", status == "delivery_failed"),
            ("on_hold", status == "on_hold"),
            ("stalled", self.stalled),
            ("delayed", self.days_late > 0 or status == "delivery_delayed"),
        )
        holding: list[ParcelCondition] = [name for name, holds in conditions if holds]
        return holding[0] if holding else "on_time"

    def _rests(self) -> bool:
        standing = self.history.standing
        return standing is not None and standing.status == "ready_for_pickup"

    def _is_silent(self, now: datetime) -> bool:
        patience = self._parcel.patience
        if patience is None or self._sent_at is None or self._parcel.scans == "unavailable":
            return False
        heard_at = self.history.last.at if self.history.last else self._sent_at
        return now - max(heard_at, self._sent_at) > timedelta(days=patience.silent_days)


class _Schedule:
    """When lines should leave the seller and arrive."""

    def __init__(
        self,
        order: Order,
        seller: Seller | None,
        patience: Patience | None,
        sent_at: datetime | None = None,
        promised_by: date | None = None,
    ) -> None:
        self.ship_by: date | None = None
        if seller is not None and sent_at is None:
            self.ship_by = add_working_days(order.placed_at.date(), seller.handling_days)
        leaves = sent_at.date() if sent_at else self.ship_by
        self.expected_by = promised_by
        if promised_by is None and leaves is not None and patience is not None:
            self.expected_by = leaves + timedelta(days=patience.transit_days)

    def days_late(self, now: datetime) -> int:
        today = now.date()
        due = [day for day in (self.ship_by, self.expected_by) if day is not None]
        return max([0, *((today - day).days for day in due)])


def add_working_days(day: date, count: int) -> date:
    """Return the working day that many working days later; public holidays are not known."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _pieces_due(order: Order, line: LineItem) -> int:
    parcels = order.shipments_of(line.id)
    sent = sum(part.quantity for p in parcels for part in p.lines if part.line == line.id)
    return line.quantity - line.cancelled_quantity - sent


def _milestone_of_shop(shipment: Shipment, now: datetime) -> Milestone:
    if shipment.shipped_at is not None and shipment.shipped_at <= now:
        return "shipped"
    if shipment.packed_at is not None and shipment.packed_at <= now:
        return "packed"
    return "placed"


def _sent_at(shipment: Shipment, history: History, now: datetime) -> datetime | None:
    """Return when the parcel left the seller: by the shop's record or the carrier's first sight."""
    known = (shipment.shipped_at, history.picked_up_at, history.delivered_at)
    return min((at for at in known if at is not None and at <= now), default=None)


def _is_too_late(days_late: int, patience: Patience | None) -> bool:
    return patience is not None and days_late > patience.late_days
