"""What happens at the embedded shop without Nightdesk?"""

from tools.connectors.embedded.changed_shop import ChangedShop
from tools.connectors.embedded.changes import (
    Change,
    Disputed,
    Kept,
    Packed,
    RefundFailed,
    ShopChanges,
)
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.numbers import code_of
from tools.domain.changes import ProviderRefund
from tools.domain.money import Money
from tools.domain.order import OrderNumber
from tools.domain.returns import PaymentId, RefundId
from tools.errors import RefusedError
from tools.ports.readers import Clock


class EmbeddedElsewhere:
    """For drills: people, banks and sellers who change an order by other ways."""

    def __init__(
        self, marketplace: EmbeddedMarketplace, changes: ShopChanges, clock: Clock
    ) -> None:
        self._shop = ChangedShop(marketplace, changes)
        self._changes = changes
        self._clock = clock

    def refund(self, payment: PaymentId, amount: Money, name: str) -> ProviderRefund:
        """Pay back by hand; another name is another refund."""
        made = ProviderRefund(
            id=RefundId(code_of("RF", f"elsewhere {payment} {name}")),
            payment=payment,
            amount=amount,
            status="succeeded",
            created_at=self._clock.now(),
        )
        self._add(self._number(payment), made)
        return made

    def dispute(self, disputed: Disputed) -> None:
        """Let a bank ask for money back, or decide."""
        self._add(self._number(disputed.payment), disputed)

    def fail_refund(self, payment: PaymentId, failed: RefundFailed) -> None:
        """Let a bank send back money that was paid back."""
        self._add(self._number(payment), failed)

    def pack(self, order: OrderNumber) -> None:
        """Let the sellers pack everything that is left."""
        self._add(order, Packed())

    def _number(self, payment: PaymentId) -> OrderNumber:
        order = self._shop.order_of_payment(payment)
        if order is None:
            raise RefusedError("embedded shop", "change elsewhere", "there is no such payment")
        return order.number

    def _add(self, order: OrderNumber, change: Change) -> None:
        with self._changes.writing("change elsewhere") as session:
            session.add(Kept(order=order, at=self._clock.now(), change=change))
