"""What does the embedded shop answer?"""

from datetime import datetime

from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.domain.order import Order
from tools.domain.paid_back import PaidBack, paid_back
from tools.domain.party import Seller, SellerId
from tools.errors import UnavailableError


class EmbeddedStorefront:
    """The shop side of the embedded marketplace."""

    def __init__(self, marketplace: EmbeddedMarketplace, *, available: bool = True) -> None:
        self._marketplace = marketplace
        self._available = available

    async def find_order(self, number: str) -> Order | None:
        self._answer("find_order")
        found = self._marketplace.order(number)
        if found is None:
            return None
        order, customer = found
        return order.to_order(customer, self._marketplace.now())

    async def orders_of(self, email: str) -> tuple[Order, ...]:
        self._answer("orders_of")
        now = self._marketplace.now()
        orders = [order.to_order(who, now) for order, who in self._marketplace.orders(email)]
        return tuple(sorted(orders, key=lambda o: (o.placed_at, o.number), reverse=True))

    async def find_seller(self, seller: SellerId) -> Seller | None:
        self._answer("find_seller")
        found = self._marketplace.seller(seller)
        return found.to_seller() if found else None

    async def refunds_since(self, since: datetime) -> tuple[PaidBack, ...]:
        self._answer("refunds_since")
        now = self._marketplace.now()
        found = self._marketplace.orders_with_refunds()
        made = (one for order, who in found for one in paid_back(order.to_order(who, now)))
        return tuple(one for one in made if one.at >= since)

    async def stock_of(self, seller: SellerId, sku: str) -> int | None:
        self._answer("stock_of")
        return self._marketplace.pieces(seller, sku)

    def _answer(self, operation: str) -> None:
        if not self._available:
            raise UnavailableError("embedded", operation, "drill: the shop does not answer")
