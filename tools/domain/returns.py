"""What came back, and what was paid back?"""

from datetime import datetime
from typing import Literal, NewType

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.shipment import LineId

ReturnId = NewType("ReturnId", str)
RefundId = NewType("RefundId", str)
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


class Refund(Frozen):
    """Money on its way back to the buyer."""

    id: RefundId
    amount: Money
    lines: tuple[LineId, ...] = ()
    created_at: datetime
    status: Literal["pending", "succeeded", "failed"]
    reason: Reason | None = None
