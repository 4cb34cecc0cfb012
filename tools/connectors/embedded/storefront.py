"""What does the embedded shop answer?"""

from datetime import datetime

from tools.connectors.embedded.changed_shop import ChangedShop
from tools.connectors.embedded.changes import ShopChanges
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.domain.claims import door, has_claim
from tools.domain.order import Order
from tools.domain.paid_back import PaidBack, paid_back
from tools.domain.party import Seller, SellerId
from tools.errors import UnavailableError


class EmbeddedStorefront:
    """The shop side of the embedded marketplace, with what was changed since, if it is kept."""

    def __init__(
        self,
        marketplace: EmbeddedMarketplace,
        changes: ShopChanges | None = None,
        *,
        available: bool = True,
    ) -> None:
        self._marketplace = marketplace
        self._shop = ChangedShop(marketplace, changes)
        self._available = available

    async def find_order(self, number: str) -> Order | None:
        self._answer("find_order")
        return self._shop.order(number)

    async def orders_of(self, email: str) -> tuple[Order, ...]:
        self._answer("orders_of")
        orders = self._shop.orders(email)
        return tuple(sorted(orders, key=lambda o: (o.placed_at, o.number), reverse=True))

    async def find_seller(self, seller: SellerId) -> Seller | None:
        self._answer("find_seller")
        found = self._marketplace.seller(seller)
        return found.to_seller() if found else None

    async def refunds_since(self, since: datetime) -> tuple[PaidBack, ...]:
        self._answer("refunds_since")
        made = (one for order in self._shop.orders_with_refunds() for one in paid_back(order))
        return tuple(one for one in made if one.at >= since)

    async def stock_of(self, seller: SellerId, sku: str) -> int | None:
        self._answer("stock_of")
        return self._shop.stock(seller, sku)

    async def claims_at_address(self, order: Order, since: datetime) -> int | None:
        self._answer("claims_at_address")
        here = door(order.ship_to)
        others = (one for one in self._shop.orders_with_claims() if not _same_account(one, order))
        return sum(door(one.ship_to) == here and has_claim(one, since) for one in others)

    def _answer(self, operation: str) -> None:
        if not self._available:
            raise UnavailableError("embedded", operation, "drill: the shop does not answer")


def _same_account(one: Order, other: Order) -> bool:
    return one.email.casefold() == other.email.casefold()
