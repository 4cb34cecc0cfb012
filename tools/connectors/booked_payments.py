"""How does the embedded shop learn what was paid back through another provider?"""

from tools.connectors.embedded.changed_shop import ChangedShop
from tools.connectors.embedded.changes import Disputed, Kept, RefundFailed, ShopChanges
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import IssueRefund
from tools.domain.order import Order, PaymentId
from tools.ports.readers import Clock
from tools.ports.writers import Payments


class BookedPayments:
    """Another provider's payments; what comes of them is written into the shop's own books.

    Shops with a system of their own learn it from their provider. Implements `Payments`.
    """

    def __init__(
        self,
        provider: Payments,
        marketplace: EmbeddedMarketplace,
        changes: ShopChanges,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._shop = ChangedShop(marketplace, changes)
        self._changes = changes
        self._clock = clock

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment, and note what has happened to it since."""
        state = await self._provider.state_of(payment)
        if state is not None:
            for made in reversed(state.refunds):
                self._note(payment, made)
            if state.disputed:
                self._note(payment, Disputed(payment=payment, now="open"))
        return state

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        """Pay back, and note it; should noting fail, asking again with the same key mends it."""
        made = await self._provider.refund(effect, idempotency_key=idempotency_key)
        self._note(effect.payment, made, effect)
        return made

    async def find(self, payment: PaymentId, idempotency_key: str) -> ProviderRefund | None:
        """Return the refund that was made with a key, and note it."""
        made = await self._provider.find(payment, idempotency_key)
        if made is not None:
            self._note(payment, made)
        return made

    def _note(
        self,
        payment: PaymentId,
        told: ProviderRefund | Disputed,
        asked: IssueRefund | None = None,
    ) -> None:
        with self._changes.reading("look for refunds") as session:
            order = self._shop.order_of_payment(payment, session)
        if order is None or _news(order, told) is None:
            return
        with self._changes.writing("note refund") as session:
            order = self._shop.order_of_payment(payment, session)
            if order is None or (news := _news(order, told)) is None:
                return
            made = news if isinstance(news, ProviderRefund) else None
            session.add(
                Kept(
                    order=order.number,
                    at=made.created_at if made else self._clock.now(),
                    change=news,
                    key=made.key if made else None,
                    request=asked if made else None,
                )
            )


def _news(
    order: Order, told: ProviderRefund | Disputed
) -> ProviderRefund | RefundFailed | Disputed | None:
    """Return what the books do not tell yet."""
    if isinstance(told, Disputed):
        known = next(one for one in order.payments if one.id == told.payment)
        return told if known.dispute == "none" else None
    made = next((one for one in order.refunds if one.id == told.id), None)
    if made is None:
        return told
    if told.status == "failed" and made.status != "failed":
        return RefundFailed(refund=told.id, why=told.why_failed or "")
    return None
