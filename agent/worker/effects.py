"""How does an allowed effect happen once, and only once?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.context import Rulebooks
from agent.worker.alarms import RefundAlarm
from agent.worker.approvals import Approvals
from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import EffectBegun, EffectSettled
from agent.worker.authority import Authority
from agent.worker.breaker import Breaker
from agent.worker.budgets import Budgets
from agent.worker.cases import Readers
from agent.worker.order_effects import Hands, OrderEffects, Parts
from agent.worker.order_ledger import OrderLedger
from agent.worker.reconcile import Reconciler
from agent.worker.refusals import Refusal
from agent.worker.store import Store
from agent.worker.tables import ledger
from agent.worker.withdrawals import StoredWithdrawals
from tools.domain.changes import OrderChange
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    Confirmed,
    Effect,
    EffectId,
    ExchangeItem,
    Failed,
    IssueRefund,
    OpenReturn,
    OpenTicket,
    OrderEffect,
    Receipt,
    Recorded,
    RecordWithdrawal,
    SendAgain,
    SendPaper,
    conversation_of,
)
from tools.errors import OutsideError, RefusedError, UnavailableError
from tools.ports.readers import Clock
from tools.ports.writers import Helpdesk, OrderDesk, Payments, Withdrawals

_log = logging.getLogger(__name__)
_EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)
_RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)
_PAUSES = (0.2, 0.4)
"""Seconds between the attempts: the buyer is waiting for the reply."""

Status = Literal["PENDING", "CONFIRMED", "FAILED", "UNKNOWN"]
"""UNKNOWN: the provider did not answer, so it may have happened; only the same key may ask again."""


@dataclass(frozen=True)
class LedgerRow:
    """What the ledger says about one effect."""

    effect: Effect
    status: Status
    receipt: Receipt | None


@dataclass(frozen=True)
class Providers:
    """Who carries out what is done to orders and to money."""

    payments: Payments
    orders: OrderDesk


@dataclass(frozen=True)
class ShopDoor:
    """What the gateway needs besides the providers, to judge by itself what may be done."""

    providers: Providers
    readers: Readers
    """Its own: never what a turn has read before."""
    rulebooks: Rulebooks
    approvals: Approvals | None = None


class EffectGateway:
    """The only door to anything that changes the world.

    The effect stands in the ledger before the provider is called, and its id is the provider's
    idempotency key; so a crash, a retry or a second process ends with one effect.
    """

    def __init__(
        self,
        store: Store,
        helpdesk: Helpdesk,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        withdrawals: Withdrawals | None = None,
        shop: ShopDoor | None = None,
    ) -> None:
        self._store = store
        self._database = store.database
        self._shop = shop
        self._withdrawals = withdrawals or StoredWithdrawals(store.database, clock)
        self._helpdesk = helpdesk
        self._clock = clock
        self._pause = pause
        self.breaker = Breaker(store.database, clock)
        self.orders = None if shop is None else _open_door(shop, store, clock, pause, self.breaker)
        """The gate for orders and money; None where nothing can be done to them."""

    async def perform(self, effect: Effect) -> Receipt:
        """Carry out an effect once, however often it is asked for; never raises."""
        if not isinstance(effect, OpenTicket | RecordWithdrawal):
            if self.orders is None:
                refusal = Refusal("records_unavailable", "no provider is connected")
                return refusal.receipt(effect)
            return await self.orders.perform(effect)
        try:
            row = self._begin(effect)
        except OutsideError as error:
            return _failed(effect.id, error)
        if row.status == "CONFIRMED" and row.receipt is not None:
            return row.receipt
        # A provider wants the same words under the same key, so the first ones count.
        receipt, status = await self._call(row.effect)
        self._settle(row.effect, receipt, status)
        return receipt

    def reconciler(self, alarm: RefundAlarm) -> Reconciler:
        """Return what compares the books with the provider; only where there is a shop."""
        assert self.orders is not None, "without a shop there is nothing to compare"
        assert self._shop is not None, "as above"

        async def ring(effect: IssueRefund, why: str) -> bool:
            return await alarm.ring(effect, why, self.perform)

        books, storefront = self._shop.providers.payments, self._shop.readers.storefront
        return Reconciler(self._store, self.orders, books, storefront, self._clock, ring)

    async def receipt_of(self, effect: EffectId) -> Receipt | None:
        """Return the receipt of an effect that has happened; None when that is not known."""
        try:
            row = self.look_up(effect)
        except OutsideError:
            return None
        return row.receipt if row is not None and row.status == "CONFIRMED" else None

    async def resolve_unknown(self) -> tuple[Receipt, ...]:
        """Ask again, with the same keys, about effects whose outcome is not known."""
        query = select(ledger.c.payload).where(
            ledger.c.status == "UNKNOWN", ledger.c.kind.in_(("open_ticket", "record_withdrawal"))
        )
        with self._database.reading("unknown effects") as connection:
            payloads = connection.scalars(query).all()
        receipts = [await self.perform(_EFFECT.validate_json(text)) for text in payloads]
        if self.orders is not None:
            receipts.extend(await self.orders.resume_open())
        return tuple(receipts)

    def look_up(self, effect: EffectId) -> LedgerRow | None:
        """Return what the ledger says; None when it never heard of the effect."""
        columns = (ledger.c.payload, ledger.c.status, ledger.c.receipt)
        with self._database.reading("ledger") as connection:
            row = connection.execute(
                select(*columns).where(ledger.c.effect == effect)
            ).one_or_none()
        if row is None:
            return None
        receipt = None if row.receipt is None else _RECEIPT.validate_json(row.receipt)
        return LedgerRow(_EFFECT.validate_json(row.payload), row.status, receipt)

    def _begin(self, effect: Effect) -> LedgerRow:
        if known := self.look_up(effect.id):
            return known
        now = self._clock.now()
        text = effect.model_dump_json()
        entry = EffectBegun(effect=effect.id, kind=effect.kind, effect_sha256=digest(text))
        row = {
            "effect": effect.id,
            "kind": effect.kind,
            "payload": text,
            "status": "PENDING",
            "created_at": now,
            "updated_at": now,
        }
        try:
            with self._database.writing("begin effect") as connection:
                connection.execute(insert(ledger), row)
                append_event(connection, now, conversation_of(effect), entry)
        except IntegrityError:  # another process has begun it since the look-up
            return self.look_up(effect.id) or LedgerRow(effect, "PENDING", None)
        return LedgerRow(effect, "PENDING", None)

    async def _call(self, effect: Effect) -> tuple[Receipt, Status]:
        pauses = iter(_PAUSES)
        while True:
            try:
                return await self._carry_out(effect), "CONFIRMED"
            except UnavailableError as error:
                _log.warning("Effect %s: %s", effect.id, error)
                pause = next(pauses, None)
                if pause is None:
                    return _failed(effect.id, error), "UNKNOWN"
                await self._pause(pause)
            except OutsideError as error:
                return _failed(effect.id, error), "FAILED"

    async def _carry_out(self, effect: Effect) -> Confirmed | Recorded:
        match effect:
            case OpenTicket(id=key, ticket=draft):
                ticket = await self._helpdesk.open_ticket(draft, idempotency_key=key)
                return Confirmed(effect=key, ticket=ticket)
            case RecordWithdrawal(id=key, statement=said):
                kept = await self._withdrawals.record(said, idempotency_key=key)
                return Recorded(effect=key, withdrawal=kept)
            case _:
                raise RefusedError("gateway", effect.kind, "it has another door")

    def _settle(self, effect: Effect, receipt: Receipt, status: Status) -> None:
        """Write the outcome; when that fails, the row stays PENDING and a retry finds it out."""
        now = self._clock.now()
        text = receipt.model_dump_json()
        values = {"status": status, "receipt": text, "updated_at": now}
        entry = EffectSettled(
            effect=effect.id, kind=effect.kind, status=status, receipt_sha256=digest(text)
        )
        conversation = conversation_of(effect)
        try:
            with self._database.writing("settle effect") as connection:
                open_row = (ledger.c.effect == effect.id, ledger.c.status != "CONFIRMED")
                if connection.execute(update(ledger).where(*open_row).values(values)).rowcount:
                    append_event(connection, now, conversation, entry)
        except OutsideError as error:
            _log.error("Effect %s is %s, but not in the ledger: %s", effect.id, status, error)


def _open_door(
    shop: ShopDoor,
    store: Store,
    clock: Clock,
    pause: Callable[[float], Awaitable[None]],
    breaker: Breaker,
) -> OrderEffects:
    payments = shop.providers.payments
    authority = Authority(store, shop.readers, shop.rulebooks, payments, shop.approvals)
    books = OrderLedger(store.database, Budgets(store.database), breaker, shop.approvals)
    hands = _hands(shop.providers)
    storefront = shop.readers.storefront
    return OrderEffects(Parts(authority, books, hands, storefront, shop.rulebooks, clock, pause))


def _hands(by: Providers) -> Hands:
    async def carry_out(effect: OrderEffect) -> OrderChange:
        if isinstance(effect, IssueRefund):
            return await by.payments.refund(effect, idempotency_key=effect.id)
        return await _change_order(effect, by.orders)

    async def find(effect: OrderEffect) -> OrderChange | None:
        if isinstance(effect, IssueRefund):
            return await by.payments.find(effect.payment, effect.id)
        return await by.orders.find(effect.permit.order, effect.id)

    return Hands(carry_out, find)


async def _change_order(
    effect: OpenReturn | ExchangeItem | CancelItems | ChangeAddress | SendAgain | SendPaper,
    desk: OrderDesk,
) -> OrderChange:
    match effect:
        case OpenReturn(id=key):
            return await desk.open_return(effect, idempotency_key=key)
        case ExchangeItem(id=key):
            return await desk.exchange(effect, idempotency_key=key)
        case CancelItems(id=key):
            return await desk.cancel(effect, idempotency_key=key)
        case ChangeAddress(id=key):
            return await desk.change_address(effect, idempotency_key=key)
        case SendAgain(id=key):
            return await desk.send_again(effect, idempotency_key=key)
        case SendPaper(id=key):
            return await desk.send_paper(effect, idempotency_key=key)


def _failed(effect: EffectId, error: OutsideError) -> Failed:
    return Failed(effect=effect, why=str(error))
