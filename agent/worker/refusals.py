"""Why does the gateway refuse an effect?"""

from dataclasses import dataclass
from typing import Literal, get_args

from tools.domain.effect import NotPermitted, OrderEffect

Why = Literal[
    "not_proposed",
    "not_confirmed",
    "expired",
    "not_yours",
    "not_allowed",
    "needs_approval",
    "changed",
    "dispute",
    "over_budget",
    "breaker_open",
    "busy",
    "unavailable",
]
"""What the buyer is told about it; each has a macro."""

Reason = Literal[
    "conversation_unknown",
    "person_owns",
    "proposal_none",
    "proposal_other",
    "proposal_expired",
    "confirmation_none",
    "confirmation_unknown",
    "confirmation_not_buyers",
    "confirmation_other_buyer",
    "confirmation_too_early",
    "confirmation_late",
    "confirmation_other",
    "confirmation_used",
    "order_unknown",
    "order_not_yours",
    "line_unknown",
    "second_factor",
    "rules_say_no",
    "approval_none",
    "approval_other",
    "approval_void",
    "approval_expired",
    "approval_used",
    "changed_kind",
    "changed_id",
    "changed_rules",
    "changed_amount",
    "changed_currency",
    "changed_shares",
    "changed_payment",
    "changed_refunded",
    "changed_pieces",
    "changed_sku",
    "changed_terms",
    "changed_address",
    "changed_paper",
    "changed_words",
    "changed_then",
    "cause_open",
    "nothing_to_do",
    "payment_unknown",
    "payment_disputed",
    "more_than_paid",
    "cap_action",
    "cap_order",
    "cap_buyer_30_days",
    "cap_seller_day",
    "cap_day",
    "cap_photo",
    "breaker_failures",
    "breaker_sum",
    "effect_open",
    "records_unavailable",
]
"""Which check said no."""

_WHY: dict[str, Why] = {
    "conversation_unknown": "not_proposed",
    "person_owns": "not_proposed",
    "proposal_none": "not_proposed",
    "proposal_other": "not_proposed",
    "proposal_expired": "expired",
    "confirmation_late": "expired",
    "approval_expired": "expired",
    "order_unknown": "not_yours",
    "order_not_yours": "not_yours",
    "line_unknown": "changed",
    "second_factor": "not_yours",
    "rules_say_no": "not_allowed",
    "approval_none": "needs_approval",
    "approval_other": "needs_approval",
    "approval_void": "needs_approval",
    "approval_used": "needs_approval",
    "cause_open": "not_confirmed",
    "nothing_to_do": "changed",
    "payment_unknown": "changed",
    "payment_disputed": "dispute",
    "more_than_paid": "changed",
    "effect_open": "busy",
    "records_unavailable": "unavailable",
}
_BY_PREFIX: dict[str, Why] = {
    "confirmation_": "not_confirmed",
    "changed_": "changed",
    "cap_": "over_budget",
    "breaker_": "breaker_open",
}


@dataclass(frozen=True)
class Refusal:
    """A no, before anybody was asked for anything."""

    reason: Reason
    detail: str = ""
    """For the operator."""

    @property
    def why(self) -> Why:
        """Return what the buyer is told about it."""
        return why_of(self.reason)

    def receipt(self, effect: OrderEffect) -> NotPermitted:
        """Return it as what became of an effect."""
        detail = f"{self.reason}: {self.detail}" if self.detail else self.reason
        return NotPermitted(effect=effect.id, why=self.why, detail=detail)


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """Carries a refusal out of a chain of checks; never leaves this package."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, detail)


def why_of(reason: Reason) -> Why:
    """Return what the buyer is told for a reason."""
    known = _WHY.get(reason)
    if known is not None:
        return known
    return next(why for prefix, why in _BY_PREFIX.items() if reason.startswith(prefix))


REASONS: tuple[Reason, ...] = get_args(Reason)
