"""How does an order look after what was done to it?"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tools.connectors.embedded.changes import Disputed, Kept, Packed, RefundFailed
from tools.domain.changes import (
    AddressChanged,
    Cancelled,
    Exchanged,
    PaperSent,
    Pieces,
    ProviderRefund,
    ReturnOpened,
    SentAgain,
)
from tools.domain.effect import IssueRefund, OrderEffect
from tools.domain.order import LineItem, Order
from tools.domain.party import SellerId
from tools.domain.returns import Refund, Replacement, Return, ReturnId
from tools.domain.shipment import LineId, Shipment, ShipmentId, ShippedLine

OfGoods = ReturnOpened | Exchanged | SentAgain | Cancelled | AddressChanged | Packed | PaperSent


def as_changed(order: Order, changes: Iterable[Kept]) -> Order:
    """Return an order with everything that was done to it, oldest first."""
    for kept in changes:
        order = _changed(order, kept)
    return order


def under_way(order: Order, line: LineId) -> int:
    """Return how many pieces of a line are packed or on their way already."""
    return sum(
        part.quantity
        for parcel in order.shipments
        if is_packed(parcel)
        for part in parcel.lines
        if part.line == line
    )


def is_packed(parcel: Shipment) -> bool:
    return any((parcel.packed_at, parcel.shipped_at, parcel.delivered_at))


def unsent(order: Order, line: LineItem) -> int:
    """Return how many pieces of a line are still to be packed."""
    return max(0, line.quantity - line.cancelled_quantity - under_way(order, line.id))


def _changed(order: Order, kept: Kept) -> Order:
    change = kept.change
    match change:
        case ProviderRefund():
            made = _refund(change, kept.request)
            return order.model_copy(update={"refunds": (*order.refunds, made)})
        case RefundFailed(refund=refund):
            made = tuple(
                one.model_copy(update={"status": "failed"}) if one.id == refund else one
                for one in order.refunds
            )
            return order.model_copy(update={"refunds": made})
        case Disputed(payment=payment, now=now):
            paid = tuple(
                one.model_copy(update={"dispute": now}) if one.id == payment else one
                for one in order.payments
            )
            return order.model_copy(update={"payments": paid})
        case _:
            return _goods_changed(order, change, kept.at)


def _goods_changed(order: Order, change: OfGoods, at: datetime) -> Order:
    match change:
        case ReturnOpened(id=number, pieces=pieces):
            return _coming_back(order, number, pieces, at)
        case Exchanged() | SentAgain():
            return _replaced(order, change, at)
        case Cancelled(pieces=pieces):
            return _cancelled(order, pieces, at)
        case AddressChanged(address=address):
            return order.model_copy(update={"ship_to": address})
        case Packed():
            return _packed(order, at)
        case PaperSent():
            return order


def _refund(made: ProviderRefund, request: OrderEffect | None) -> Refund:
    asked = request if isinstance(request, IssueRefund) else None
    return Refund(
        id=made.id,
        amount=made.amount,
        lines=asked.permit.lines if asked else (),
        created_at=made.created_at,
        status=made.status,
        payment=made.payment,
        shares=asked.shares if asked else (),
    )


def _coming_back(order: Order, number: ReturnId, pieces: tuple[Pieces, ...], at: datetime) -> Order:
    back = Return(id=number, lines=tuple(one.line for one in pieces), requested_at=at)
    return order.model_copy(update={"returns": (*order.returns, back)})


def _replaced(order: Order, change: Exchanged | SentAgain, at: datetime) -> Order:
    new = Replacement(
        id=change.id,
        lines=tuple(one.line for one in change.pieces),
        requested_at=at,
        because_of="exchange" if change.kind == "exchanged" else "sent_again",
    )
    order = order.model_copy(update={"replacements": (*order.replacements, new)})
    if isinstance(change, Exchanged) and change.back is not None:
        return _coming_back(order, change.back, change.pieces, at)
    return order


def _cancelled(order: Order, pieces: tuple[Pieces, ...], at: datetime) -> Order:
    gone = {one.line: one.quantity for one in pieces}
    lines = tuple(
        line.model_copy(
            update={
                "cancelled_quantity": min(
                    line.quantity, line.cancelled_quantity + gone.get(line.id, 0)
                )
            }
        )
        for line in order.lines
    )
    order = order.model_copy(update={"lines": lines})
    nothing_left = all(line.cancelled_quantity >= line.quantity for line in lines)
    update = {"shipments": tuple(_parcels_left(order))}
    return order.model_copy(update=update | ({"cancelled_at": at} if nothing_left else {}))


def _parcels_left(order: Order) -> Iterator[Shipment]:
    """Yield the parcels without what is not to be sent any more."""
    left = {line.id: unsent(order, line) for line in order.lines}
    for parcel in order.shipments:
        if is_packed(parcel):
            yield parcel
            continue
        parts: list[ShippedLine] = []
        for part in parcel.lines:
            if quantity := min(part.quantity, left.get(part.line, 0)):
                left[part.line] -= quantity
                parts.append(ShippedLine(line=part.line, quantity=quantity))
        if parts:
            yield parcel.model_copy(update={"lines": tuple(parts)})


def _packed(order: Order, at: datetime) -> Order:
    parcels = [
        one if is_packed(one) else one.model_copy(update={"packed_at": at})
        for one in order.shipments
    ]
    order = order.model_copy(update={"shipments": tuple(parcels)})
    return order.model_copy(update={"shipments": (*parcels, *_new_parcels(order, at))})


def _new_parcels(order: Order, at: datetime) -> Iterator[Shipment]:
    rest: dict[SellerId, list[ShippedLine]] = {}
    for line in order.lines:
        if quantity := unsent(order, line):
            rest.setdefault(line.seller, []).append(ShippedLine(line=line.id, quantity=quantity))
    for seller, parts in rest.items():
        number = ShipmentId(f"{order.number}-{seller}")
        yield Shipment(id=number, seller=seller, lines=tuple(parts), packed_at=at)
