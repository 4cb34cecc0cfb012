"""What can a buyer want? The closed list, and the owner's file about it."""

from typing import Literal, get_args

from pydantic import Field

from tools.domain.model import Frozen

RequestId = Literal[
    "order_status",
    "tracking_problem",
    "delivery_delay",
    "not_received",
    "damaged_item",
    "missing_item",
    "wrong_item",
    "return_eligibility",
    "start_return",
    "exchange",
    "refund_request",
    "refund_status",
    "cancel_order",
    "change_order",
    "change_address",
    "gift_receipt",
    "invoice_receipt",
    "payment_issue",
    "chargeback_fraud",
    "warranty_repair",
    "complaint",
    "shipping_info",
    "human_agent",
    "smalltalk",
    "out_of_scope",
]
REQUEST_IDS: tuple[RequestId, ...] = get_args(RequestId)


class Request(Frozen):
    """One wish, as the buyer worded it. It has no authority: it only names what to look up."""

    id: RequestId
    words: str = ""
    """The part of the message that says so."""
    order: str | None = None
    """An order number in the buyer's words, normalised; not verified."""
    item: str | None = None
    """The buyer's words for a line item, or the id of a line that was offered."""
    confidence: float = Field(default=1.0, ge=0, le=1)
