"""How is every record read once in a turn, so that all its answers rest on the same records?"""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import TypeVar, cast

from tools.domain.order import Order
from tools.domain.paid_back import PaidBack
from tools.domain.party import Seller, SellerId
from tools.domain.shipment import TrackingEvent
from tools.errors import OutsideError
from tools.ports.readers import Carrier, Storefront

Answer = TypeVar("Answer")


class _Once:
    """Keeps what was answered, and that there was no answer."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, object] = {}

    async def read(self, key: Hashable, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        if key not in self._kept:
            try:
                self._kept[key] = await ask()
            except OutsideError as error:
                self._kept[key] = error
        kept = self._kept[key]
        if isinstance(kept, OutsideError):
            raise kept
        return cast("Answer", kept)


class StorefrontReadOnce:
    """A storefront as it is at the first look; made anew for each turn."""

    def __init__(self, storefront: Storefront) -> None:
        self._shop, self._once = storefront, _Once()

    async def find_order(self, number: str) -> Order | None:
        return await self._once.read(("order", number), lambda: self._shop.find_order(number))

    async def orders_of(self, email: str) -> tuple[Order, ...]:
        return await self._once.read(("orders", email), lambda: self._shop.orders_of(email))

    async def find_seller(self, seller: SellerId) -> Seller | None:
        return await self._once.read(("seller", seller), lambda: self._shop.find_seller(seller))

    async def refunds_since(self, since: datetime) -> tuple[PaidBack, ...]:
        return await self._once.read(("refunds", since), lambda: self._shop.refunds_since(since))

    async def stock_of(self, seller: SellerId, sku: str) -> int | None:
        return await self._once.read(
            ("stock", seller, sku), lambda: self._shop.stock_of(seller, sku)
        )

    async def claims_at_address(self, order: Order, since: datetime) -> int | None:
        return await self._once.read(
            ("claims", order.number), lambda: self._shop.claims_at_address(order, since)
        )


class CarrierReadOnce:
    """A carrier as it is at the first look; made anew for each turn."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier, self._once = carrier, _Once()

    async def track(self, carrier: str, tracking_number: str) -> tuple[TrackingEvent, ...] | None:
        return await self._once.read(
            (carrier, tracking_number), lambda: self._carrier.track(carrier, tracking_number)
        )
