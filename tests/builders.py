"""Readable records for tests: each builder gives a plain one, a test names only what matters."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from tools.connectors.calendars import HolidayCalendar
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World
from tools.domain.money import Money
from tools.domain.order import LineItem, Order, Payment, PaymentId
from tools.domain.party import Address, CustomerId, Identity, Seller, SellerId
from tools.domain.shipment import (
    LineId,
    ScanStatus,
    Shipment,
    ShipmentId,
    ShippedLine,
    ShippingClass,
    TrackingEvent,
)
from tools.policy.documents import Fallbacks
from tools.policy.marketplace import MarketplacePolicy, Patience
from tools.policy.rulebook import Rulebook
from tools.scope import ToolScope

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""A Wednesday."""
PATIENCE = Patience(transit_days=5, late_days=3, silent_days=5)


def ago(*, days: float = 0, hours: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours)


def euros(cents: int) -> Money:
    return Money(amount=cents, currency="EUR")


def an_address(postcode: str = "24103", country: str = "DE") -> Address:
    return Address(
        name="Ida Sommer", street="Kaiweg 1", city="Kiel", postcode=postcode, country=country
    )


def a_line(
    name: str = "L1",
    *,
    seller: str = "clay",
    title: str = "Mug",
    quantity: int = 1,
    cancelled: int = 0,
) -> LineItem:
    return LineItem(
        id=LineId(name),
        seller=SellerId(seller),
        title=title,
        sku=f"SKU-{name}",
        category="ceramics",
        quantity=quantity,
        cancelled_quantity=cancelled,
        unit_price=euros(2400),
    )


def a_scan(status: ScanStatus = "in_transit", *, days: float = 1, text: str = "") -> TrackingEvent:
    """Return a scan made some days before `NOW`; negative days are ahead of it."""
    return TrackingEvent(at=ago(days=days), status=status, text=text)


def a_shipment(
    *parts: str,
    name: str = "S1",
    seller: str = "clay",
    shipped: float | None = 3,
    delivered: float | None = None,
    promised_by: date | None = None,
    tracked: bool = True,
) -> Shipment:
    """Return a parcel with one piece of each line; `shipped` and `delivered` are days ago."""
    return Shipment(
        id=ShipmentId(name),
        seller=SellerId(seller),
        lines=tuple(ShippedLine(line=LineId(part), quantity=1) for part in parts or ("L1",)),
        packed_at=None if shipped is None else ago(days=shipped, hours=2),
        shipped_at=None if shipped is None else ago(days=shipped),
        delivered_at=None if delivered is None else ago(days=delivered),
        promised_by=promised_by,
        carrier="kestrel" if tracked else None,
        tracking_number=f"KE-{name}" if tracked else None,
    )


def an_order(
    *lines: LineItem,
    number: str = "ND-1001",
    shipments: Sequence[Shipment] = (),
    placed: float = 4,
    cancelled: float | None = None,
    email: str = "ida@example.com",
    ship_to: Address | None = None,
) -> Order:
    """Return an order paid in full; `placed` and `cancelled` are days ago."""
    items = lines or (a_line(),)
    total = euros(490)
    for line in items:
        total += line.unit_price * line.quantity
    return Order(
        number=number,
        customer=CustomerId("ida"),
        email=email,
        placed_at=ago(days=placed),
        ship_to=ship_to or an_address(),
        lines=items,
        shipments=tuple(shipments),
        payments=(Payment(id=PaymentId("P1"), amount=total, captured_at=ago(days=placed)),),
        shipping_price=euros(490),
        cancelled_at=None if cancelled is None else ago(days=cancelled),
    )


def a_seller(name: str = "clay", *, handling_days: int = 3, country: str = "DE") -> Seller:
    return Seller(
        id=SellerId(name), name=name.title(), country=country, handling_days=handling_days
    )


def a_rulebook(patience: dict[ShippingClass, Patience] | None = None) -> Rulebook:
    """Return a rulebook without rules, which is enough for everything but decisions."""
    nothing = {"en": "-"}
    return Rulebook(
        version="test",
        marketplace=MarketplacePolicy(
            name="Test market",
            owner="Test owner",
            locales=("en",),
            desk_language="en",
            reply_hours=24,
            identity_attempts=3,
            patience=patience
            or {"standard": PATIENCE, "express": PATIENCE, "international": PATIENCE},
        ),
        catalogue={},
        fallbacks=Fallbacks(
            no_question=nothing,
            no_rule=nothing,
            nobody_knows=nothing,
            need_facts=nothing,
            below_floor=nothing,
            nothing_left=nothing,
            over_cap=nothing,
            over_hard_cap=nothing,
        ),
        tables={},
    )


def a_scope(
    world: World,
    identity: Identity | None = None,
    *,
    shop_answers: bool = True,
    carrier_answers: bool = True,
) -> ToolScope:
    """Return a scope over a real embedded marketplace at `NOW`."""
    clock = FixedClock(NOW)
    market = EmbeddedMarketplace(world, clock)
    return ToolScope(
        identity=identity or Identity(),
        storefront=EmbeddedStorefront(market, available=shop_answers),
        carrier=EmbeddedCarrier(market, available=carrier_answers),
        clock=clock,
        calendar=HolidayCalendar(),
        rulebook=a_rulebook(),
    )


def verified(*numbers: str) -> Identity:
    return Identity(orders=frozenset(numbers), how="order_and_email")


def signed(email: str) -> Identity:
    return Identity(email=email, how="signed")
