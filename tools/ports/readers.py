"""What does Nightdesk read, whoever provides it?"""

from datetime import datetime
from typing import Protocol

from tools.domain.order import Order
from tools.domain.paid_back import PaidBack
from tools.domain.party import Seller, SellerId
from tools.domain.shipment import TrackingEvent
from tools.domain.ticket import PhotoId


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Storefront(Protocol):
    """The shop's records.

    Every call raises `UnavailableError` when the shop does not answer.
    """

    async def find_order(self, number: str) -> Order | None:
        """Return the order with this number, or None. Takes any string."""
        ...

    async def orders_of(self, email: str) -> tuple[Order, ...]:
        """Return the orders placed with this e-mail address, newest first; case is ignored."""
        ...

    async def find_seller(self, seller: SellerId) -> Seller | None:
        """Return a seller, or None."""
        ...

    async def refunds_since(self, since: datetime) -> tuple[PaidBack, ...]:
        """Return what the whole marketplace paid back from an instant on, that instant included.

        What failed is left out; in no particular order.
        """
        ...

    async def stock_of(self, seller: SellerId, sku: str) -> int | None:
        """Return how many pieces a seller can send, or None when that is not recorded."""
        ...

    async def claims_at_address(self, order: Order, since: datetime) -> int | None:
        """Return how many orders of other accounts to the address of this one have a claim since.

        Only the number is told, so that no record of another buyer comes near this one's
        conversation; None when the shop does not know.
        """
        ...


class PhotoRecords(Protocol):
    """What is known of the photos that buyers have sent."""

    async def sent_before(self, sent: tuple[PhotoId, ...], order: str) -> bool:
        """Whether one of these pictures was sent for another order before it was for this one.

        Mirrored, turned, resized or compressed again it is still the same picture.
        Raises `UnavailableError` when nobody can look.
        """
        ...


class Carrier(Protocol):
    """Whoever knows where parcels are."""

    async def track(self, carrier: str, tracking_number: str) -> tuple[TrackingEvent, ...] | None:
        """Return the scans, oldest first; empty when announced but not scanned, None when unknown.

        Raises `UnavailableError` when the carrier does not answer.
        """
        ...
