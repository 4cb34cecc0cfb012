"""Where is a parcel, and what may a buyer be told about it?"""

from datetime import date, datetime, timedelta
from typing import Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.party import SellerId

ShipmentId = NewType("ShipmentId", str)
LineId = NewType("LineId", str)

ScanStatus = Literal[
    "pending",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "ready_for_pickup",
    "delivered",
    "delivery_failed",
    "delivery_delayed",
    "on_hold",
    "return_to_sender",
    "lost",
    "cancelled",
    "unknown",
]
"""One vocabulary for every carrier; connectors translate into it."""

ShippingClass = Literal["standard", "express", "international"]


class TrackingEvent(Frozen):
    """One scan by the carrier."""

    at: datetime
    status: ScanStatus
    place: str | None = None
    text: str = ""
    """The carrier's own words: free text from outside, never a basis for a decision."""


class ShippedLine(Frozen):
    """How many pieces of a line item are in a parcel."""

    line: LineId
    quantity: int = Field(ge=1)


class Shipment(Frozen):
    """One parcel of one seller, as the shop knows it (the carrier's scans come from the carrier)."""

    id: ShipmentId
    seller: SellerId
    lines: tuple[ShippedLine, ...]
    shipping_class: ShippingClass = "standard"
    packed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    """From the shop's own record; a carrier's `delivered` scan counts as well."""
    promised_by: date | None = None
    carrier: str | None = None
    tracking_number: str | None = None


Milestone = Literal["placed", "packed", "shipped", "in_transit", "out_for_delivery", "delivered"]
MILESTONES: tuple[Milestone, ...] = (
    "placed",
    "packed",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "delivered",
)

ParcelCondition = Literal[
    "on_time",
    "delayed",
    "stalled",
    "lost",
    "returned_to_sender",
    "delivery_failed",
    "ready_for_pickup",
    "on_hold",
    "no_scan_yet",
    "unknown_to_carrier",
    "no_tracking_number",
    "carrier_unavailable",
    "cancelled",
]
"""What there is to say about a parcel besides how far it got."""


class ParcelReport(Frozen):
    """What may be said about one parcel, derived from records at a stated instant."""

    shipment: ShipmentId | None
    """None while the seller has not made a parcel of these lines yet."""
    seller: SellerId
    seller_name: str
    titles: tuple[str, ...]
    """For people; what is decided goes by `lines`, for a title is the seller's free text."""
    lines: tuple[LineId, ...] = ()
    milestone: Milestone
    condition: ParcelCondition
    carrier: str | None = None
    tracking_number: str | None = None
    last_scan: TrackingEvent | None = None
    last_scan_age: timedelta | None = None
    delivered_at: datetime | None = None
    expected_by: date | None = None
    """The promised date, or the one that follows from handling and transit times; None if unknown."""
    ship_by: date | None = None
    """The last day for the seller to hand it to the carrier; None once it is sent, or if unknown."""
    days_late: int = 0
    """Whole days past `expected_by` or `ship_by`; 0 when on time, arrived or unknown."""
    past_threshold: bool = False
    """Late or silent for longer than the owner lets a buyer wait before a person is offered."""
