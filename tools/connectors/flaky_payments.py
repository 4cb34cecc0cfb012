"""What if a payment provider answers late, twice, wrongly or not at all? For drills."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import IssueRefund
from tools.domain.order import PaymentId
from tools.domain.returns import RefundId
from tools.errors import UnavailableError
from tools.ports.writers import Payments

_VENDOR = "flaky payments"
Whim = Literal["well", "out_before", "out_after", "twice", "other_body", "fails_later"]
"""How one call of `refund` goes.

* out_before: no answer, and nothing was paid
* out_after: no answer, but it was paid
* twice: the same request reaches the provider a second time
* other_body: the answer tells of another refund than the one that was made
* fails_later: paid, and days later the bank sends it back
"""


class FlakyPayments:
    """Real payments with a whim for each call of `refund`; when they are used up, all goes well."""

    def __init__(self, payments: Payments, whims: Iterable[Whim] = ()) -> None:
        self._payments = payments
        self._whims = iter(whims)
        self._failed: set[RefundId] = set()
        self.calls: Counter[Whim] = Counter()
        """How often each whim was had."""
        self.down = False
        """While it is, look-ups fail as well."""

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment; refunds that failed since are told as failed."""
        self._answer("state")
        state = await self._payments.state_of(payment)
        if state is None:
            return None
        refunds = tuple(self._as_now(one) for one in state.refunds)
        return state.model_copy(update={"refunds": refunds})

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        """Pay back, or not, as the next whim says."""
        self._answer("refund")
        whim = self._next_whim()
        self.calls[whim] += 1
        if whim == "out_before":
            raise UnavailableError(_VENDOR, "refund", "drill: no answer")
        made = await self._payments.refund(effect, idempotency_key=idempotency_key)
        if whim == "out_after":
            raise UnavailableError(_VENDOR, "refund", "drill: no answer")
        if whim == "twice":
            made = await self._payments.refund(effect, idempotency_key=idempotency_key)
        if whim == "other_body":
            other = made.amount.model_copy(update={"amount": made.amount.amount + 1})
            return made.model_copy(update={"id": RefundId(f"{made.id}-other"), "amount": other})
        if whim == "fails_later":
            self._failed.add(made.id)
        return made

    async def find(self, payment: PaymentId, idempotency_key: str) -> ProviderRefund | None:
        """Return the refund that was made with a key, as it is now."""
        self._answer("find")
        made = await self._payments.find(payment, idempotency_key)
        return None if made is None else self._as_now(made)

    def _next_whim(self) -> Whim:
        for whim in self._whims:
            return whim
        return "well"

    def _as_now(self, made: ProviderRefund) -> ProviderRefund:
        if made.id not in self._failed:
            return made
        return made.model_copy(update={"status": "failed", "why_failed": "drill: sent back"})

    def _answer(self, operation: str) -> None:
        if self.down:
            raise UnavailableError(_VENDOR, operation, "drill: no answer")
