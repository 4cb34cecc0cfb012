"""What do we read of Stripe's answers?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from tools.connectors.stripe_amounts import from_stripe
from tools.domain.changes import ProviderRefund
from tools.domain.order import PaymentId
from tools.domain.returns import RefundId

KEY = "nightdesk_effect"
"""The field of a refund's metadata that holds our idempotency key."""
WORDS = "nightdesk_words"
"""The field that holds a digest of everything that was asked for under that key."""
_STATUS: Mapping[str | None, Literal["pending", "succeeded", "failed"]] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Charge(_Answer):
    """Money that was taken from a card or an account."""

    id: str
    amount_captured: int = Field(ge=0)
    currency: str
    disputed: bool
    """Stays true after the dispute was decided, so a person looks at those as well."""
    metadata: dict[str, str] = {}
    transfer_data: dict[str, object] | None = None
    """Set when it was passed on to a seller's account."""
    application_fee_amount: int | None = None


class Intent(_Answer):
    """What a buyer agreed to pay, with the charge that came of it."""

    id: str
    amount_received: int = Field(ge=0)
    currency: str
    metadata: dict[str, str] = {}
    latest_charge: Charge | None = None


class MadeRefund(_Answer):
    """A refund, by whomever."""

    id: str
    amount: int = Field(ge=0)
    currency: str
    created: int
    status: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None
    destination_details: dict[str, object] | None = None

    def field(self, name: str) -> str | None:
        """Return a field of the metadata."""
        return (self.metadata or {}).get(name)

    def of(self, payment: PaymentId) -> ProviderRefund:
        """Return the refund in our words."""
        # What is waited for, by whomever, and what we have no word for may still be paid.
        status = _STATUS.get(self.status, "pending")
        return ProviderRefund(
            id=RefundId(self.id),
            payment=payment,
            amount=from_stripe(self.amount, self.currency),
            status=status,
            created_at=datetime.fromtimestamp(self.created, UTC),
            reference=self._reference(),
            key=self.field(KEY),
            why_failed=(self.failure_reason or self.status) if status == "failed" else None,
        )

    def _reference(self) -> str | None:
        """Return what the bank finds it by: for cards the acquirer's reference number."""
        details = self.destination_details or {}
        way = details.get(str(details.get("type")))
        if not isinstance(way, dict):
            return None
        reference = cast("dict[str, object]", way).get("reference")
        return reference if isinstance(reference, str) else None
