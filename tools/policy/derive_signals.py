"""What in the records calls for a second look at a claim? Never a reason for a no."""

from tools.domain.order import LineItem, Order
from tools.domain.shipment import ParcelReport
from tools.policy.around import Around
from tools.policy.facts import Value


def signals(
    order: Order, line: LineItem, reports: tuple[ParcelReport, ...], around: Around
) -> dict[str, Value]:
    """Return what is known; what nobody told is left out."""
    known: dict[str, Value] = {
        "carrier_contradicts": around.missing and _is_scanned_in(order, line, reports)
    }
    if around.claims_at_address is not None:
        known["address_claims_90_days"] = around.claims_at_address
    return known


def _is_scanned_in(order: Order, line: LineItem, reports: tuple[ParcelReport, ...]) -> bool:
    """Whether the carrier scanned a parcel of the line as handed over, or as ready to be fetched.

    What the shop wrote down by itself is no scan.
    """
    own = {parcel.id for parcel in order.shipments_of(line.id)}
    scans = (one.last_scan for one in reports if one.shipment in own)
    return any(s is not None and s.status in ("delivered", "ready_for_pickup") for s in scans)
