"""What do a carrier's scans say, however they arrive?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tools.domain.shipment import Milestone, ScanStatus, TrackingEvent

End = Literal["delivered", "returned_to_sender", "lost"]

_STANDING: dict[ScanStatus, Milestone] = {
    "picked_up": "shipped",
    "in_transit": "in_transit",
    "delivery_delayed": "in_transit",
    "on_hold": "in_transit",
    "delivery_failed": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "ready_for_pickup": "out_for_delivery",
}
"""Where a parcel is right after a scan; the other kinds of scan do not say."""

_ORDER_AT_ONE_INSTANT: tuple[ScanStatus, ...] = (
    "unknown",
    "pending",
    "cancelled",
    "picked_up",
    "in_transit",
    "delivery_delayed",
    "on_hold",
    "out_for_delivery",
    "delivery_failed",
    "ready_for_pickup",
    "delivered",
    "lost",
    "return_to_sender",
)


@dataclass(frozen=True)
class History:
    """The scans of one parcel up to an instant, made sense of."""

    last: TrackingEvent | None
    """The latest scan, whatever it says."""
    standing: TrackingEvent | None
    """The latest scan that says where the parcel is or what holds it up."""
    milestone: Milestone | None
    """Where the parcel is by its scans; None while nobody has seen it."""
    picked_up_at: datetime | None
    """When it was first seen."""
    end: End | None
    delivered_at: datetime | None
    seen: bool
    """The carrier has had it in hand."""
    voided: bool
    """The carrier took the number back and has not seen the parcel since."""


def read_history(
    scans: Iterable[TrackingEvent], now: datetime, shop_delivered_at: datetime | None = None
) -> History:
    """Make sense of scans in any order, with repetitions, contradictions and future dates.

    A scan dated after `now` has not happened. Delivered stays delivered when later scans only say
    that the parcel moved: carriers upload those late. Lost or sent back is something else.
    """
    past = sorted((scan for scan in scans if scan.at <= now), key=_chronological)
    moves = [scan for scan in past if scan.status in _STANDING or scan.status == "delivered"]
    standing = next((scan for scan in reversed(past) if scan.status in _STANDING), None)
    end, delivered_at = _find_end(_with_shop_record(past, shop_delivered_at, now))
    informative = [scan for scan in past if scan.status not in {"unknown", "pending"}]
    return History(
        last=past[-1] if past else None,
        standing=standing,
        milestone="delivered" if end == "delivered" else _milestone(standing, end),
        picked_up_at=moves[0].at if moves else None,
        end=end,
        delivered_at=delivered_at,
        seen=any(scan.status not in {"pending", "cancelled"} for scan in past),
        voided=bool(informative) and informative[-1].status == "cancelled",
    )


def _chronological(scan: TrackingEvent) -> tuple[datetime, int, str, str]:
    """Order scans the same way, however they arrive."""
    return scan.at, _ORDER_AT_ONE_INSTANT.index(scan.status), scan.place or "", scan.text


def _with_shop_record(
    scans: list[TrackingEvent], delivered_at: datetime | None, now: datetime
) -> list[TrackingEvent]:
    if delivered_at is None or delivered_at > now:
        return scans
    record = TrackingEvent(at=delivered_at, status="delivered")
    return sorted([*scans, record], key=_chronological)


def _find_end(scans: list[TrackingEvent]) -> tuple[End | None, datetime | None]:
    """Return how the journey ended, if it did, and when the buyer had the parcel."""
    end: End | None = None
    delivered_at: datetime | None = None
    for scan in scans:
        match scan.status:
            # A parcel that goes back is "delivered" too: to the sender.
            case "delivered" if end != "returned_to_sender":
                delivered_at = delivered_at if end == "delivered" else scan.at
                end = "delivered"
            case "return_to_sender":
                end = "returned_to_sender"
            case "lost" if end != "returned_to_sender":
                end = "lost"
            case "out_for_delivery" | "ready_for_pickup" if end != "delivered":
                end = None
            case "picked_up" | "in_transit" if end == "lost":
                end = None
            case _:
                pass
    return end, delivered_at if end == "delivered" else None


def _milestone(standing: TrackingEvent | None, end: End | None) -> Milestone | None:
    if end is not None:
        return "in_transit"
    return _STANDING[standing.status] if standing else None
