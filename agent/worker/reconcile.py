"""Does the ledger say what the payment provider says, and the other way round?"""

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select, update

from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import OutsideRefundFound, RefundFailedLater
from agent.worker.authority import PaymentBooks
from agent.worker.entries import Entry
from agent.worker.order_effects import IN_FLIGHT, OrderEffects
from agent.worker.order_ledger import OrderLedger
from agent.worker.store import Store
from agent.worker.tables import ledger, outside_refunds, reservations
from tools.domain.changes import ProviderRefund
from tools.domain.effect import Done, Failed, IssueRefund, NotPermitted, Receipt, effect_id
from tools.domain.order import PaymentId
from tools.errors import OutsideError
from tools.ports.readers import Clock, Storefront

LOOK_BACK = timedelta(days=45)
"""A bank may send a refund back weeks after it was made."""

Alarm = Callable[[IssueRefund, str], Awaitable[bool]]
"""Opens a ticket for a refund that did not arrive; says whether it is stored."""


@dataclass(frozen=True)
class Unexplained:
    """Something that the books do not agree on: a person has to look."""

    what: str
    """`refund_gone`, `refund_other`, `key_unknown`, `refund_owed`, `effect_open`, `unreadable`."""
    about: str
    """An effect, a refund or a payment."""
    detail: str = ""


@dataclass(frozen=True)
class Reconciled:
    """What one comparison found."""

    explained: int = 0
    """Refunds that both sides tell of alike."""
    repaired: tuple[str, ...] = ()
    """Effects whose outcome was found out, refunds that others made, refunds that failed later."""
    unexplained: tuple[Unexplained, ...] = ()


class Reconciler:
    """Run at start and from time to time; a second run finds nothing new to repair."""

    def __init__(
        self,
        store: Store,
        orders: OrderEffects,
        books: PaymentBooks,
        storefront: Storefront,
        clock: Clock,
        alarm: Alarm,
    ) -> None:
        self._database = store.database
        self._orders = orders
        self._ledger: OrderLedger = orders.ledger
        self._books = books
        self._storefront = storefront
        self._clock = clock
        self._alarm = alarm

    async def run(self, *, everything: bool = False) -> Reconciled:
        """Compare; with `everything`, what was begun just now is looked up as well.

        What cannot be read at the moment is told as unexplained.
        """
        repaired, unexplained = list[str](), list[Unexplained]()
        try:
            await self._finish_open(repaired, unexplained, everything=everything)
            await self._pay_owed(repaired, unexplained)
            payments = await self._payments()
        except OutsideError as error:
            return Reconciled(0, tuple(repaired), (Unexplained("unreadable", "-", str(error)),))
        explained = 0
        for payment, number in payments.items():
            try:
                explained += await self._compare(payment, number, repaired, unexplained)
            except OutsideError as error:
                unexplained.append(Unexplained("unreadable", payment, str(error)))
        return Reconciled(explained, tuple(repaired), tuple(unexplained))

    async def _finish_open(
        self, repaired: list[str], unexplained: list[Unexplained], *, everything: bool
    ) -> None:
        now = self._clock.now()
        for known in self._ledger.open_entries(None if everything else now - IN_FLIGHT):
            receipt = await self._orders.resume(known)
            if receipt.kind == "open":
                unexplained.append(Unexplained("effect_open", known.effect.id, receipt.why))
            else:
                repaired.append(known.effect.id)

    async def _pay_owed(self, repaired: list[str], unexplained: list[Unexplained]) -> None:
        """Finish what was confirmed as one: pay back what was cancelled just before a crash."""
        now = self._clock.now()
        for done, then in self._ledger.owed(now - LOOK_BACK):
            if now - done.updated_at < IN_FLIGHT:
                continue  # its turn may be running
            receipt = await self._orders.perform(then)
            if isinstance(receipt, Done):
                repaired.append(then.id)
                continue
            why = str(getattr(receipt, "detail", "") or getattr(receipt, "why", ""))
            if isinstance(receipt, Failed) and self._has_person(then):
                continue
            unexplained.append(Unexplained("refund_owed", then.id, why))
            if _stays_so(receipt) and not self._has_person(then):
                await self._alarm(then, why)

    def _has_person(self, then: IssueRefund) -> bool:
        """Whether a ticket tells of it: the alarm's, or the one of the turn that was to pay it."""
        permit = then.permit
        turn = effect_id(permit.conversation, permit.confirmed_by or "", "open_ticket")
        return self._is_known(effect_id(then.id, "refund_failed")) or self._is_known(turn)

    async def _payments(self) -> dict[PaymentId, str]:
        """Return the payments that money went back for lately, each with its order."""
        since = self._clock.now() - LOOK_BACK
        found: dict[PaymentId, str] = {}
        for entry in self._ledger.confirmed_refunds(since):
            if isinstance(entry.effect, IssueRefund):
                found[entry.effect.payment] = entry.effect.permit.order
        numbers = {one.order for one in await self._storefront.refunds_since(since)}
        for number in sorted(numbers):
            order = await self._storefront.find_order(number)
            found |= {one.id: number for one in order.payments} if order is not None else {}
        return found

    async def _compare(
        self,
        payment: PaymentId,
        number: str,
        repaired: list[str],
        unexplained: list[Unexplained],
    ) -> int:
        state = await self._books.state_of(payment)
        made = state.refunds if state is not None else ()
        ours = self._ours(payment)
        explained = 0
        for entry in ours:
            fault = _fault(entry, made)
            if fault is None:
                explained += 1
            elif fault.what == "refund_failed":
                await self._failed_later(entry, fault.detail, repaired, unexplained)
            else:
                unexplained.append(fault)
        keys: set[str] = {entry.effect.id for entry in ours}
        for refund in made:
            explained += self._explain(refund, number, keys, repaired, unexplained)
        return explained

    def _ours(self, payment: PaymentId) -> list[Entry]:
        since = self._clock.now() - LOOK_BACK
        return [
            entry
            for entry in self._ledger.confirmed_refunds(since)
            if isinstance(entry.effect, IssueRefund) and entry.effect.payment == payment
        ]

    def _explain(
        self,
        refund: ProviderRefund,
        number: str,
        ours: Container[str],
        repaired: list[str],
        unexplained: list[Unexplained],
    ) -> int:
        """Return 1 when a refund was already known to be somebody else's."""
        if refund.key is not None and refund.key in ours:
            return 0
        if refund.key is not None and self._is_known(refund.key):
            return 0  # still open, failed later or long ago
        if refund.key is not None and refund.key.startswith("eff_"):
            unexplained.append(Unexplained("key_unknown", refund.id, refund.key))
            return 0
        if self._note_outside(refund, number):
            repaired.append(refund.id)
            return 0
        return 1

    def _is_known(self, key: str) -> bool:
        query = select(ledger.c.status).where(ledger.c.effect == key)
        with self._database.reading("known effect") as connection:
            return connection.scalar(query) is not None

    def _note_outside(self, refund: ProviderRefund, number: str) -> bool:
        """Keep a refund that nobody asked Nightdesk for; False when it is kept already."""
        now = self._clock.now()
        known = select(outside_refunds.c.refund).where(
            outside_refunds.c.refund == refund.id, outside_refunds.c.payment == refund.payment
        )
        row = {
            "refund": refund.id,
            "payment": refund.payment,
            "order_number": number,
            "currency": refund.amount.currency,
            "amount": refund.amount.amount,
            "made_at": refund.created_at,
            "found_at": now,
        }
        entry = OutsideRefundFound(
            refund_sha256=digest(refund.id),
            currency=refund.amount.currency,
            amount=refund.amount.amount,
        )
        with self._database.writing("note outside refund") as connection:
            if connection.scalar(known) is not None:
                return False
            connection.execute(insert(outside_refunds), row)
            append_event(connection, now, "", entry)
        return True

    async def _failed_later(
        self, entry: Entry, why: str, repaired: list[str], unexplained: list[Unexplained]
    ) -> None:
        """Open a ticket, then free the money: it is still the buyer's."""
        effect = entry.effect
        assert isinstance(effect, IssueRefund), "only refunds are compared"
        if not await self._alarm(effect, why):
            unexplained.append(Unexplained("refund_failed", effect.id, why))
            return
        now = self._clock.now()
        free = update(reservations).where(
            reservations.c.effect == effect.id, reservations.c.failed_later.is_(None)
        )
        with self._database.writing("note failed refund") as connection:
            if connection.execute(free.values(failed_later=why)).rowcount:
                note = RefundFailedLater(effect=effect.id, why=why)
                append_event(connection, now, effect.permit.conversation, note)
        repaired.append(effect.id)


def _stays_so(receipt: Receipt) -> bool:
    """Whether asking again later is of no use."""
    if isinstance(receipt, NotPermitted):
        return receipt.why not in {"unavailable", "busy", "breaker_open"}
    return isinstance(receipt, Failed)


def _fault(entry: Entry, made: tuple[ProviderRefund, ...]) -> Unexplained | None:
    """Return what is wrong with a refund that the ledger has as made."""
    effect, name = entry.effect, entry.effect.id
    assert isinstance(effect, IssueRefund), "only refunds are compared"
    mine = [one for one in made if one.key == name]
    if len(mine) != 1:
        return Unexplained("refund_gone" if not mine else "refund_twice", name)
    (refund,) = mine
    if refund.status == "failed":
        return Unexplained("refund_failed", name, refund.why_failed or "the provider tells no more")
    known = entry.receipt.change if isinstance(entry.receipt, Done) else None
    same = isinstance(known, ProviderRefund) and known.id == refund.id
    if refund.amount != effect.amount or not same:
        return Unexplained("refund_other", name, f"{refund.id} {refund.amount}")
    return None
