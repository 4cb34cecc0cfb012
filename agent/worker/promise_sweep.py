"""Which promises do the shop's records show to be kept?"""

from datetime import datetime

from agent.worker.audit import append_events
from agent.worker.obligations import Obligation, Obligations, close_by_record
from agent.worker.store import Store
from tools.domain.order import Order
from tools.domain.returns import Refund, Return
from tools.ports.readers import Clock, Storefront

TIME_PASSED = "time passed"


class PromiseSweep:
    """Run from time to time: nobody tells Nightdesk when a parcel or a refund has arrived."""

    def __init__(self, store: Store, storefront: Storefront, clock: Clock) -> None:
        self._database = store.database
        self._obligations = Obligations(store.database)
        self._storefront = storefront
        self._clock = clock

    async def run(self) -> tuple[int, ...]:
        """Close what is kept and return its numbers; raises `OutsideError`."""
        now, closed = self._clock.now(), list[int]()
        for promise in self._obligations.open():
            if promise.order is None:
                continue
            order = await self._storefront.find_order(promise.order)
            by = None if order is None else kept_by(promise, order, now)
            if by is not None:
                self._close(promise, by, now)
                closed.append(promise.id)
        return tuple(closed)

    def _close(self, promise: Obligation, by: str, now: datetime) -> None:
        with self._database.writing("close a promise") as connection:
            told = close_by_record(connection, promise.id, by, now)
            append_events(connection, now, promise.conversation, told)


def kept_by(promise: Obligation, order: Order, now: datetime) -> str | None:
    """Return which record closes a promise; None while it is open."""
    match promise.kind:
        case "return_received":
            back = _arrived(promise, order)
            late = TIME_PASSED if now > promise.due_at else None
            return f"return {back.id} arrived" if back is not None else late
        case "refund_outcome":
            made = next((one for one in order.refunds if one.id == promise.about), None)
            ended = made is not None and made.status != "pending"
            return f"refund {made.id} {made.status}" if made is not None and ended else None
        case "refund_after_check":
            paid = _paid_since(promise, order)
            if paid is not None:
                return f"refund {paid.id} {paid.status}"
            failed = next((one for one in order.returns if one.inspection == "failed"), None)
            return None if failed is None else f"return {failed.id} did not pass"
        case "person_answer" | "approval_answer" | "effect_outcome" | "word_on_outcome":
            return None


def _arrived(promise: Obligation, order: Order) -> Return | None:
    """A promise about the order is kept by whatever arrives after it was made."""
    for one in order.returns:
        at = one.received_at
        if at is not None and (one.id == promise.about or _is_since(promise, order, at)):
            return one
    return None


def _is_since(promise: Obligation, order: Order, at: datetime) -> bool:
    return promise.about == order.number and at >= promise.made_at


def _paid_since(promise: Obligation, order: Order) -> Refund | None:
    later = (one for one in order.refunds if one.created_at >= promise.made_at)
    return next((one for one in later if one.status != "failed"), None)
