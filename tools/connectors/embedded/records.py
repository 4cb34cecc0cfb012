"""What does a world file say about sellers, customers and orders?"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tools.connectors.embedded.scalars import Day, Instant, Price, resolve_date, resolve_instant
from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import LineItem, Order, OrderKind, OrderNumber, Payment
from tools.domain.party import Address, Country, CustomerId, Seller, SellerId
from tools.domain.returns import PaymentId, Reason, Refund, RefundId, Return, ReturnId
from tools.domain.shipment import (
    LineId,
    ScanStatus,
    Shipment,
    ShipmentId,
    ShippedLine,
    ShippingClass,
    TrackingEvent,
)

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class WorldAddress(Frozen):
    """Where a parcel goes; without a name it is that of the customer or of the seller."""

    name: Text | None = None
    street: Text
    city: Text
    postcode: str
    country: Country

    def to_address(self, name: str) -> Address:
        return Address(**(dict(self) | {"name": self.name or name}))


class WorldSeller(Frozen):
    """A shop on the marketplace."""

    id: Id
    name: Text
    country: Country
    handling_days: int = Field(ge=0, le=365)
    returns_to: WorldAddress | None = None
    """Left out: the marketplace's."""

    def to_seller(self) -> Seller:
        return Seller(
            id=SellerId(self.id),
            name=self.name,
            country=self.country,
            handling_days=self.handling_days,
            returns_to=self.returns_to.to_address(self.name) if self.returns_to else None,
        )


class WorldStock(Frozen):
    """How many pieces of a kind a seller has; what is not listed is not known."""

    seller: Id
    sku: Id
    pieces: int = Field(ge=0)


class WorldCustomer(Frozen):
    """A buyer with an account."""

    id: Id
    name: Text
    email: Email
    locale: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    address: WorldAddress


class WorldLine(Frozen):
    """One line item."""

    id: Id
    seller: Id
    title: Text
    sku: Id
    category: Id
    quantity: int = Field(default=1, ge=1)
    cancelled_quantity: int = Field(default=0, ge=0)
    unit_price: Price
    discount: Price | None = None
    tax: Price | None = None
    custom_made: bool = False
    final_sale: bool = False

    def to_line(self) -> LineItem:
        return LineItem.model_validate(dict(self))

    def listed(self) -> Money:
        """Return what the pieces cost after the line's own discount, without tax on top."""
        listed = self.unit_price * self.quantity
        return listed if self.discount is None else listed - self.discount


class WorldScan(Frozen):
    """One scan by the carrier; scans may contradict each other, as they do in real life."""

    at: Instant
    status: ScanStatus
    place: str | None = None
    text: str = ""


class WorldShipment(Frozen):
    """One parcel of one seller."""

    id: Id
    seller: Id
    lines: tuple[ShippedLine, ...] = Field(min_length=1)
    shipping_class: ShippingClass = "standard"
    packed_at: Instant | None = None
    shipped_at: Instant | None = None
    delivered_at: Instant | None = None
    promised_by: Day | None = None
    carrier: Id | None = None
    tracking_number: Text | None = None
    scans: tuple[WorldScan, ...] | None = None
    """Left out: the carrier does not know the number. Empty: announced, not scanned yet."""


class WorldPayment(Frozen):
    """Money the buyer paid."""

    id: Id
    amount: Price
    captured_at: Instant
    dispute: Literal["none", "open", "won", "lost"] = "none"


class WorldReturn(Frozen):
    """Goods on their way back."""

    id: Id
    lines: tuple[Id, ...] = Field(min_length=1)
    requested_at: Instant
    received_at: Instant | None = None
    inspection: Literal["pending", "passed", "failed"] = "pending"
    reason: Reason | None = None


class WorldRefund(Frozen):
    """Money on its way back."""

    id: Id
    amount: Price
    lines: tuple[Id, ...] = ()
    created_at: Instant
    status: Literal["pending", "succeeded", "failed"]
    reason: Reason | None = None
    payment: Id | None = None
    """Left out: the first payment that has something left to pay back."""


class WorldOrder(Frozen):
    """A purchase and what became of it."""

    number: OrderNumber
    note: str = ""
    """For people who read the world file: which case this order shows. Never shown to a buyer."""
    customer: Id
    placed_at: Instant
    kind: OrderKind = "consumer"
    gift: bool = False
    ship_to: WorldAddress | None = None
    """Left out: the customer's address."""
    lines: tuple[WorldLine, ...] = Field(min_length=1)
    shipments: tuple[WorldShipment, ...] = ()
    payments: tuple[WorldPayment, ...] | None = None
    """Left out: paid in full when it was placed."""
    shipping_price: Price
    discount: Price | None = None
    """A voucher over the whole order."""
    prices_include_tax: bool = True
    returns: tuple[WorldReturn, ...] = ()
    refunds: tuple[WorldRefund, ...] = ()
    cancelled_at: Instant | None = None

    def total(self) -> Money:
        """Return what the order cost when it was placed; the currencies must match."""
        total = self.before_voucher()
        if self.discount is not None:
            total -= self.discount
        for line in self.lines:
            if line.tax is not None and not self.prices_include_tax:
                total += line.tax
        return total

    def before_voucher(self) -> Money:
        """Return what a voucher can take something off."""
        total = self.shipping_price
        for line in self.lines:
            total += line.listed()
        return total

    def payment_ids(self) -> tuple[str, ...]:
        """Return what the payments are called."""
        if self.payments is None:
            return (f"P-{self.number}",)
        return tuple(payment.id for payment in self.payments)

    def to_order(self, customer: WorldCustomer, anchor: datetime) -> Order:
        """Return the order as the shop would report it at an instant."""
        at = _Resolver(anchor)
        address = self.ship_to or customer.address
        return Order(
            number=self.number,
            customer=CustomerId(customer.id),
            email=customer.email,
            placed_at=at.instant(self.placed_at),
            kind=self.kind,
            gift=self.gift,
            ship_to=address.to_address(customer.name),
            lines=tuple(line.to_line() for line in self.lines),
            shipments=tuple(at.shipment(shipment) for shipment in self.shipments),
            payments=self._payments(at),
            shipping_price=self.shipping_price,
            discount=self.discount,
            prices_include_tax=self.prices_include_tax,
            returns=tuple(at.returned(item) for item in self.returns),
            refunds=tuple(at.refund(item) for item in self.refunds),
            cancelled_at=at.maybe(self.cancelled_at),
        )

    def _payments(self, at: "_Resolver") -> tuple[Payment, ...]:
        if self.payments is not None:
            return tuple(at.payment(payment) for payment in self.payments)
        number = PaymentId(self.payment_ids()[0])
        return (Payment(id=number, amount=self.total(), captured_at=at.instant(self.placed_at)),)


class _Resolver:
    """Turns a world's records into domain records, seen from one instant."""

    def __init__(self, anchor: datetime) -> None:
        self._anchor = anchor

    def instant(self, text: str) -> datetime:
        return resolve_instant(text, self._anchor)

    def maybe(self, text: str | None) -> datetime | None:
        return None if text is None else self.instant(text)

    def day(self, text: str | None) -> date | None:
        return None if text is None else resolve_date(text, self._anchor)

    def shipment(self, shipment: WorldShipment) -> Shipment:
        return Shipment(
            id=ShipmentId(shipment.id),
            seller=SellerId(shipment.seller),
            lines=shipment.lines,
            shipping_class=shipment.shipping_class,
            packed_at=self.maybe(shipment.packed_at),
            shipped_at=self.maybe(shipment.shipped_at),
            delivered_at=self.maybe(shipment.delivered_at),
            promised_by=self.day(shipment.promised_by),
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number,
        )

    def payment(self, payment: WorldPayment) -> Payment:
        return Payment(
            id=PaymentId(payment.id),
            amount=payment.amount,
            captured_at=self.instant(payment.captured_at),
            dispute=payment.dispute,
        )

    def returned(self, item: WorldReturn) -> Return:
        return Return(
            id=ReturnId(item.id),
            lines=tuple(LineId(line) for line in item.lines),
            requested_at=self.instant(item.requested_at),
            received_at=self.maybe(item.received_at),
            inspection=item.inspection,
            reason=item.reason,
        )

    def refund(self, item: WorldRefund) -> Refund:
        return Refund(
            id=RefundId(item.id),
            amount=item.amount,
            lines=tuple(LineId(line) for line in item.lines),
            created_at=self.instant(item.created_at),
            status=item.status,
            reason=item.reason,
            payment=None if item.payment is None else PaymentId(item.payment),
        )


def to_scan(scan: WorldScan, anchor: datetime) -> TrackingEvent:
    """Return a scan as the carrier would report it at an instant."""
    return TrackingEvent(
        at=resolve_instant(scan.at, anchor), status=scan.status, place=scan.place, text=scan.text
    )
