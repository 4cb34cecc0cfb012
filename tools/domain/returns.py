"""What came back, what was paid back, and what was sent in its place?"""

from datetime import datetime
from typing import Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.shipment import LineId

ReturnId = NewType("ReturnId", str)
RefundId = NewType("RefundId", str)
PaymentId = NewType("PaymentId", str)
Reason = Literal[
    "changed_mind",
    "does_not_fit",
    "damaged",
    "faulty",
    "missing",
    "wrong_item",
    "not_as_described",
    "not_received",
    "duplicate",
    "other",
]
"""Why something came back or was paid back."""


class Return(Frozen):
    """Goods on their way back to a seller."""

    id: ReturnId
    lines: tuple[LineId, ...]
    requested_at: datetime
    received_at: datetime | None = None
    inspection: Literal["pending", "passed", "failed"] = "pending"
    reason: Reason | None = None


class RefundShare(Frozen):
    """The part of a refund that is for one line item, or for the delivery."""

    of: LineId | Literal["shipping"]
    amount: int = Field(ge=1)
    """In minor units of the refund's currency."""


class Refund(Frozen):
    """Money on its way back to the buyer."""

    id: RefundId
    amount: Money
    lines: tuple[LineId, ...] = ()
    created_at: datetime
    status: Literal["pending", "succeeded", "failed"]
    reason: Reason | None = None
    payment: PaymentId | None = None
    """Which payment it goes back to; None where the shop does not tell."""
    shares: tuple[RefundShare, ...] = ()
    """How it is divided; empty where the shop does not tell, else they add up to the amount."""

    @property
    def for_goods(self) -> int:
        """Return what is not known to be for the delivery; minor units."""
        return self.amount.amount - sum(x.amount for x in self.shares if x.of == "shipping")


class Replacement(Frozen):
    """Pieces that were sent, or will be, without being paid again."""

    id: str
    lines: tuple[LineId, ...]
    """What they replace."""
    requested_at: datetime
    because_of: Literal["exchange", "sent_again"]
