"""How does an effect on an order or on money happen once, however the provider behaves?"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.context import Rulebooks
from agent.worker.answers import answers
from agent.worker.authority import Authority
from agent.worker.budgets import Till, read_shop_refunds
from agent.worker.order_ledger import Entry, OrderLedger
from agent.worker.order_rows import Begin
from agent.worker.refusals import Refusal, Refused
from agent.worker.verdicts import Verdict
from tools.domain.changes import OrderChange, ProviderRefund
from tools.domain.effect import Done, Failed, IssueRefund, Open, OrderEffect, Receipt
from tools.errors import OutsideError, UnavailableError
from tools.ports.readers import Clock, Storefront

_log = logging.getLogger(__name__)
_PAUSES = (0.2, 0.4)
"""Seconds between the attempts: the buyer is waiting for the reply."""
IN_FLIGHT = timedelta(minutes=5)
"""So long a call that was not answered may still reach the provider."""


@dataclass(frozen=True)
class Hands:
    """Who carries effects out; the id of an effect is its idempotency key."""

    carry_out: Callable[[OrderEffect], Awaitable[OrderChange]]
    find: Callable[[OrderEffect], Awaitable[OrderChange | None]]
    """What was done with the effect's key."""


@dataclass(frozen=True)
class Parts:
    """What the gateway works with."""

    authority: Authority
    ledger: OrderLedger
    hands: Hands
    storefront: Storefront
    rulebooks: Rulebooks
    clock: Clock
    pause: Callable[[float], Awaitable[None]]


class OrderEffects:
    """The gate for orders and money: asks the authority, keeps the books, then calls."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def ledger(self) -> OrderLedger:
        """Return the books."""
        return self._parts.ledger

    async def perform(self, effect: OrderEffect) -> Receipt:
        """Carry out an effect once if everything it rests on still holds; never raises."""
        attempt = secrets.token_hex(8)
        try:
            known = self._parts.ledger.find(effect.id)
            if known is None:
                begun = await self._begin(effect, attempt)
                if isinstance(begun, Entry) and begun.holder == attempt:
                    return await self._attempt(effect)
                # Somebody else may have begun it in between, and even finished it.
                known = begun if isinstance(begun, Entry) else self._parts.ledger.find(effect.id)
                if known is None:
                    assert isinstance(begun, Refusal), "else it would be known"
                    return begun.receipt(effect)
        except OutsideError as error:
            return Refusal("records_unavailable", str(error)).receipt(effect)
        if known.effect != effect:
            return Refusal("changed_words", "its id was used for something else").receipt(effect)
        return await self.resume(known)

    async def resume(self, known: Entry) -> Receipt:
        """Find out what became of an effect that was begun, and finish it; never raises."""
        if not known.is_open and known.receipt is not None:
            return known.receipt
        try:
            made = await self._parts.hands.find(known.effect)
            if made is not None:
                return self._made(known.effect, made)
            if not self._hold(known):
                return _open(known.effect, "another attempt is running")
            judged = await self._parts.authority.examine(known.effect, known.verdict)
        except OutsideError as error:
            return _open(known.effect, str(error))
        if isinstance(judged, Refusal):
            return self._given_up(known, judged)
        return await self._attempt(known.effect)

    async def resume_open(self, untouched_since: datetime | None = None) -> list[Receipt]:
        """Finish what was begun, by this process or by another; raises `OutsideError`."""
        found = self._parts.ledger.open_entries(untouched_since)
        return [await self.resume(known) for known in found]

    def _hold(self, known: Entry) -> bool:
        now = self._parts.clock.now()
        return self._parts.ledger.hold(known.effect.id, secrets.token_hex(8), now)

    async def _begin(self, effect: OrderEffect, attempt: str) -> Entry | Refusal:
        parts = self._parts
        judged = await parts.authority.examine(effect)
        if isinstance(judged, Verdict):
            try:
                till = await self._till(effect, judged)
            except Refused as refused:
                judged = refused.refusal
            else:
                now = parts.clock.now()
                return parts.ledger.begin(Begin(effect, judged, till, attempt, now))
        parts.ledger.note_refusal(effect, judged, parts.clock.now())
        return judged

    async def _till(self, effect: OrderEffect, verdict: Verdict) -> Till | None:
        if not isinstance(effect, IssueRefund):
            return None
        parts = self._parts
        shop = await read_shop_refunds(effect, parts.storefront, parts.clock)
        rulebook = (await parts.rulebooks.in_force()).rulebook
        return Till(effect, verdict, shop, rulebook, parts.clock.now())

    async def _attempt(self, effect: OrderEffect) -> Receipt:
        """Call until it is known what happened; before each repetition the key is looked up."""
        pauses = iter(_PAUSES)
        while True:
            try:
                return self._made(effect, await self._parts.hands.carry_out(effect))
            except OutsideError as error:
                _log.warning("Effect %s: %s", effect.id, error)
                settled = await self._look_up(effect, error)
            if settled is not None:
                return settled
            pause = next(pauses, None)
            if pause is None:
                return self._settled(effect, _open(effect, "the provider did not answer"))
            await self._parts.pause(pause)

    async def _look_up(self, effect: OrderEffect, error: OutsideError) -> Receipt | None:
        """Return what the provider knows of a call that went wrong; None: ask again."""
        try:
            made = await self._parts.hands.find(effect)
        except OutsideError as unknown:
            if isinstance(error, UnavailableError) and isinstance(unknown, UnavailableError):
                return None
            return self._settled(effect, _open(effect, f"{error}; {unknown}"))
        if made is not None:
            return self._made(effect, made)
        if isinstance(error, UnavailableError):
            return None
        return self._settled(effect, Failed(effect=effect.id, why=str(error)))

    def _made(self, effect: OrderEffect, change: OrderChange) -> Receipt:
        if not answers(effect, change):
            return self._settled(effect, _open(effect, "the provider answered something else"))
        if isinstance(change, ProviderRefund) and change.status == "failed":
            why = change.why_failed or "the provider could not pay"
            return self._settled(effect, Failed(effect=effect.id, why=why))
        now = self._parts.clock.now()
        return self._settled(effect, Done(effect=effect.id, at=now, change=change))

    def _given_up(self, known: Entry, refusal: Refusal) -> Receipt:
        """End what nobody has carried out and what may not happen any more.

        A call that was never answered may still arrive, so that it is left open for a while.
        """
        effect, now = known.effect, self._parts.clock.now()
        self._parts.ledger.note_refusal(effect, refusal, now)
        if refusal.why == "unavailable" or now - known.updated_at < IN_FLIGHT:
            return _open(effect, f"{refusal.reason}: {refusal.detail}")
        return self._settled(effect, Failed(effect=effect.id, why=refusal.receipt(effect).detail))

    def _settled(self, effect: OrderEffect, receipt: Done | Open | Failed) -> Receipt:
        return self._parts.ledger.settle(effect, receipt, self._parts.clock.now())


def _open(effect: OrderEffect, why: str) -> Open:
    return Open(effect=effect.id, why=why)
