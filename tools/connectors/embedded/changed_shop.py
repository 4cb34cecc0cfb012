"""What stands in the embedded shop's books now: its world, and what was done since?"""

from collections.abc import Iterator

from tools.connectors.embedded.changes import ShopChanges, ShopSession
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.overlay import as_changed
from tools.connectors.embedded.records import WorldCustomer, WorldOrder
from tools.domain.order import Order
from tools.domain.returns import PaymentId


class ChangedShop:
    """Orders and stock as they are now.

    Within a transaction, the session of that transaction is handed in.
    """

    def __init__(self, marketplace: EmbeddedMarketplace, changes: ShopChanges | None) -> None:
        self._marketplace = marketplace
        self._changes = changes

    def order(self, number: str, session: ShopSession | None = None) -> Order | None:
        found = self._marketplace.order(number)
        return None if found is None else self._changed(*found, session)

    def orders(self, email: str) -> list[Order]:
        return [self._changed(*found) for found in self._marketplace.orders(email)]

    def orders_with_refunds(self) -> Iterator[Order]:
        """Yield every order of which something was paid back, in no particular order."""
        found = {
            order.number: (order, who) for order, who in self._marketplace.orders_with_refunds()
        }
        for number in self._refunded_since():
            if (order := self._marketplace.order(number)) is not None:
                found[number] = order
        yield from (self._changed(*one) for one in found.values())

    def orders_with_claims(self) -> Iterator[Order]:
        """Yield every order that something came back of, or was paid back of, in any order."""
        found = {
            order.number: (order, who) for order, who in self._marketplace.orders_with_returns()
        }
        yield from (self._changed(*one) for one in found.values())
        yield from (one for one in self.orders_with_refunds() if one.number not in found)

    def order_of_payment(
        self, payment: PaymentId, session: ShopSession | None = None
    ) -> Order | None:
        number = self._marketplace.number_of_payment(payment)
        return None if number is None else self.order(number, session)

    def stock(self, seller: str, sku: str, session: ShopSession | None = None) -> int | None:
        """Return how many pieces are left, None when nobody counts them."""
        pieces = self._marketplace.pieces(seller, sku)
        if pieces is None or self._changes is None:
            return pieces
        if session is not None:
            return max(0, pieces - session.taken((seller, sku)))
        with self._changes.reading("count stock") as looked:
            return max(0, pieces - looked.taken((seller, sku)))

    def _refunded_since(self) -> tuple[str, ...]:
        if self._changes is None:
            return ()
        with self._changes.reading("find refunds") as session:
            return session.refunded_orders()

    def _changed(
        self, order: WorldOrder, customer: WorldCustomer, session: ShopSession | None = None
    ) -> Order:
        plain = order.to_order(customer, self._marketplace.now())
        if self._changes is None:
            return plain
        if session is not None:
            return as_changed(plain, session.of_order(plain.number))
        with self._changes.reading("read order") as looked:
            return as_changed(plain, looked.of_order(plain.number))
