"""Where are the parcels of an order?"""

import asyncio
from typing import Annotated, Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.order import Order
from tools.domain.party import Seller, SellerId
from tools.domain.shipment import ParcelReport, Shipment, ShippingClass
from tools.errors import OutsideError
from tools.lookup_order import LookupOrderArguments, OrderFound, lookup_order
from tools.parcel_report import (
    Parcel,
    Scans,
    UnsentLines,
    derive_report,
    derive_unsent_report,
    find_unsent,
)
from tools.policy.floor import EU_AND_UK
from tools.results import NotFound, NotYours, Unavailable
from tools.scope import ToolScope


class TrackShipmentArguments(Frozen):
    """Which order."""

    number: str
    """As the buyer wrote it."""


class Tracked(Frozen):
    """One report a parcel, and one a seller that has not sent everything."""

    kind: Literal["tracked"] = "tracked"
    number: str
    reports: tuple[ParcelReport, ...]


TrackShipmentResult = Annotated[
    Tracked | NotFound | NotYours | Unavailable, Field(discriminator="kind")
]


async def track_shipment(
    arguments: TrackShipmentArguments, scope: ToolScope
) -> TrackShipmentResult:
    """Report the parcels of an order that the buyer has been shown to own."""
    found = await lookup_order(LookupOrderArguments(number=arguments.number), scope)
    match found:
        case OrderFound(order=order):
            try:
                reports = await report_parcels(order, scope)
            except OutsideError as error:
                return Unavailable(vendor=error.vendor)
            return Tracked(number=order.number, reports=reports)
        case NotFound() | NotYours() | Unavailable():
            return found
        case _:
            return NotFound()  # an empty number names no order


async def report_parcels(order: Order, scope: ToolScope) -> tuple[ParcelReport, ...]:
    """Report what is known of every parcel and of what is still to be sent.

    A carrier that is down hides only what it alone knows. Raises `OutsideError` when the shop does
    not answer.
    """
    ids = {line.seller for line in order.lines} | {parcel.seller for parcel in order.shipments}
    sellers = {seller: await scope.storefront.find_seller(seller) for seller in sorted(ids)}
    answers = await asyncio.gather(*(_scans(parcel, scope) for parcel in order.shipments))
    patience, now = scope.rulebook.marketplace.patience, scope.clock.now()
    sent = [
        derive_report(
            Parcel(order, item, sellers[item.seller], scans, patience.get(item.shipping_class)), now
        )
        for item, scans in zip(order.shipments, answers, strict=True)
    ]
    unsent = [
        derive_unsent_report(
            UnsentLines(
                order,
                seller,
                sellers[seller],
                lines,
                cancelled,
                patience.get(_shipping_class(order, seller, sellers[seller])),
            ),
            now,
        )
        for seller, lines, cancelled in find_unsent(order)
    ]
    return (*sent, *unsent)


async def _scans(shipment: Shipment, scope: ToolScope) -> Scans:
    if shipment.carrier is None or shipment.tracking_number is None:
        return "not_asked"
    try:
        scans = await scope.carrier.track(shipment.carrier, shipment.tracking_number)
    except OutsideError:
        return "unavailable"
    return "unknown" if scans is None else scans


def _shipping_class(order: Order, seller_id: SellerId, seller: Seller | None) -> ShippingClass:
    """Expect what the seller's other parcel of the order has, else go by where it is going."""
    for shipment in order.shipments:
        if shipment.seller == seller_id:
            return shipment.shipping_class
    to = order.ship_to.country
    origin = seller.country if seller else to
    return "standard" if origin == to or {origin, to} <= EU_AND_UK else "international"
