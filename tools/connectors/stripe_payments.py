"""How is money paid back through Stripe?"""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Literal

from tools.connectors.objections import objection
from tools.connectors.stripe_amounts import from_stripe, to_stripe
from tools.connectors.stripe_answers import KEY, WORDS, Charge, Intent, MadeRefund
from tools.connectors.stripe_api import VENDOR, Reference, RefundAsked, StripeApi
from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import IssueRefund
from tools.domain.order import PaymentId
from tools.errors import RefusedError

SellersShare = Literal["refuse", "reverse", "platform"]
"""Who pays, when a payment was passed on to a seller's account.

* refuse: nobody; it is for a person to decide
* reverse: the seller, and the marketplace gives back its fee
* platform: the marketplace
"""
_LONGEST_FIELD = 500


@dataclass(frozen=True)
class StripeHabits:
    """What a shop has settled with Stripe."""

    order_field: str | None = None
    """In which field of its metadata a payment names its order; a payment that names another order,
    or none, is not paid back. None: payments name no order."""
    sellers_share: SellersShare = "refuse"


@dataclass(frozen=True)
class _Held:
    """A payment at Stripe, with the refunds of it."""

    state: PaymentState
    made: tuple[MadeRefund, ...]
    metadata: dict[str, str]
    charge: Charge | None

    def with_key(self, key: str) -> MadeRefund | None:
        return next((one for one in self.made if one.field(KEY) == key), None)


class StripePayments:
    """Refunds at Stripe; implements `Payments`.

    What was paid back by now is read right before paying. Between the two somebody else may pay
    back another part: then both are paid, and reconciling tells. Never more than the payment, never
    twice under one key and never a payment that was charged back: that Stripe refuses by itself.
    It forgets a key after a day, so a refund is looked for by its metadata as well.
    """

    def __init__(self, api: StripeApi, habits: StripeHabits | None = None) -> None:
        self._api = api
        self._habits = habits or StripeHabits()

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment with every refund of it."""
        held = await self._held(payment)
        return None if held is None else held.state

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        """Pay back, once for a key."""
        held = await self._held(effect.payment)
        if held is None or not self._of_order(held, effect.permit.order):
            raise _refused("the order has no such payment")
        if known := held.with_key(idempotency_key):
            if known.field(WORDS) != _words(effect):
                raise _refused("the key was used for something else")
            return known.of(effect.payment)
        if why := objection(effect, held.state) or self._passed_on(held.charge):
            raise _refused(why)
        asked = self._asked(effect, idempotency_key, held.charge)
        made = await self._api.refund(Reference.of(effect.payment), asked, idempotency_key)
        return made.of(effect.payment)

    async def find(self, payment: PaymentId, idempotency_key: str) -> ProviderRefund | None:
        """Return the refund that was made with a key, however long ago."""
        held = await self._held(payment)
        made = held.with_key(idempotency_key) if held else None
        return made.of(payment) if made else None

    async def probe(self) -> None:
        """Read a little, to see whether that works; raises as the others do."""
        await self._api.answers()

    async def _held(self, payment: PaymentId) -> _Held | None:
        reference = Reference.of(payment)
        found = await self._api.payment(reference)
        if found is None:
            return None
        charge = found.latest_charge if isinstance(found, Intent) else found
        captured = found.amount_received if isinstance(found, Intent) else found.amount_captured
        made = await self._api.refunds(reference)
        state = PaymentState(
            id=payment,
            captured=from_stripe(captured, found.currency),
            refunds=tuple(one.of(payment) for one in made),
            disputed=charge is not None and charge.disputed,
        )
        metadata = {**(charge.metadata if charge else {}), **found.metadata}
        return _Held(state, made, metadata, charge)

    def _of_order(self, held: _Held, order: str) -> bool:
        field = self._habits.order_field
        return field is None or held.metadata.get(field) == order

    def _passed_on(self, charge: Charge | None) -> str | None:
        if charge and charge.transfer_data and self._habits.sellers_share == "refuse":
            return "the payment was passed on to a seller's account"
        return None

    def _asked(self, effect: IssueRefund, key: str, charge: Charge | None) -> RefundAsked:
        asked = RefundAsked(to_stripe(effect.amount), _metadata(effect, key))
        if charge is None or self._habits.sellers_share != "reverse":
            return asked
        return replace(
            asked,
            reverse_transfer=charge.transfer_data is not None,
            refund_application_fee=bool(charge.application_fee_amount),
        )


def _metadata(effect: IssueRefund, key: str) -> dict[str, str]:
    permit = effect.permit
    return {
        KEY: key,
        WORDS: _words(effect),
        "nightdesk_order": permit.order,
        "nightdesk_lines": ",".join(permit.lines)[:_LONGEST_FIELD],
        "nightdesk_rules": permit.version[:_LONGEST_FIELD],
    }


def _words(effect: IssueRefund) -> str:
    """Return a digest of what is asked for, without what permits it."""
    body = effect.model_dump(mode="json", exclude={"id", "permit"})
    body |= {"order": effect.permit.order, "lines": effect.permit.lines}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _refused(why: str) -> RefusedError:
    return RefusedError(VENDOR, "refund", why)
