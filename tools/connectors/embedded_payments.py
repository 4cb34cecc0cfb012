"""How does the embedded marketplace pay money back?"""

from collections.abc import Iterator

from tools.connectors.embedded.changed_shop import ChangedShop
from tools.connectors.embedded.changes import Kept, RefundFailed, ShopChanges, ShopSession
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.numbers import code_of, digits_of
from tools.connectors.embedded.repeated import same_again
from tools.connectors.objections import objection
from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import IssueRefund
from tools.domain.order import Order, Payment
from tools.domain.paid_back import per_payment
from tools.domain.returns import PaymentId, Refund, RefundId
from tools.errors import RefusedError
from tools.ports.readers import Clock

_VENDOR = "embedded payments"


class EmbeddedPayments:
    """The till of the embedded marketplace; implements `Payments`."""

    def __init__(
        self, marketplace: EmbeddedMarketplace, changes: ShopChanges, clock: Clock
    ) -> None:
        self._shop = ChangedShop(marketplace, changes)
        self._changes = changes
        self._clock = clock

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment with every refund of it."""
        with self._changes.reading("payment") as session:
            order = self._shop.order_of_payment(payment, session)
            return None if order is None else _state(order, payment, session)

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        """Pay back, once for a key."""
        with self._changes.writing("refund") as session:
            if known := session.known(idempotency_key):
                return same_again(_VENDOR, known, effect, ProviderRefund)
            order = self._shop.order_of_payment(effect.payment, session)
            if order is None or order.number != effect.permit.order:
                raise RefusedError(_VENDOR, "refund", "the order has no such payment")
            if why := _objection(effect, _state(order, effect.payment, session), order):
                raise RefusedError(_VENDOR, "refund", why)
            made = ProviderRefund(
                id=RefundId(code_of("RF", idempotency_key)),
                payment=effect.payment,
                amount=effect.amount,
                status="succeeded",
                created_at=self._clock.now(),
                reference=digits_of(idempotency_key),
                key=idempotency_key,
            )
            session.add(
                Kept(
                    order=order.number,
                    at=made.created_at,
                    change=made,
                    key=idempotency_key,
                    request=effect,
                )
            )
        return made

    async def find(self, payment: PaymentId, idempotency_key: str) -> ProviderRefund | None:
        """Return the refund that was made with a key."""
        state = await self.state_of(payment)
        made = state.refunds if state else ()
        return next((one for one in made if one.key == idempotency_key), None)


def _state(order: Order, payment: PaymentId, session: ShopSession) -> PaymentState:
    paid = next(one for one in order.payments if one.id == payment)
    made = _made(per_payment(order)[payment], paid, session.of_order(order.number))
    return PaymentState(
        id=payment,
        captured=paid.amount,
        refunds=tuple(made),
        disputed=paid.dispute in {"open", "lost"},
    )


def _objection(effect: IssueRefund, state: PaymentState, order: Order) -> str | None:
    """Return why nothing is paid."""
    lines = {line.id for line in order.lines}
    if not {x.of for x in effect.shares} <= {*lines, "shipping"}:
        return "a share is for no line of the order"
    return objection(effect, state)


def _made(
    refunds: tuple[Refund, ...], payment: Payment, kept: tuple[Kept, ...]
) -> Iterator[ProviderRefund]:
    """Yield refunds as the till has them; what is in no book of ours was made by somebody else."""
    ours = {x.change.id: x.change for x in kept if isinstance(x.change, ProviderRefund)}
    failed = {x.change.refund: x.change.why for x in kept if isinstance(x.change, RefundFailed)}
    for refund in refunds:
        known = ours.get(refund.id)
        if known is not None:
            why = failed.get(refund.id)
            yield known.model_copy(update={"status": refund.status, "why_failed": why})
            continue
        yield ProviderRefund(
            id=refund.id,
            payment=payment.id,
            amount=refund.amount,
            status=refund.status,
            created_at=refund.created_at,
        )
