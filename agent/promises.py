"""What has the buyer been told will happen, and what is it that would keep the word?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from tools.domain.model import Frozen

PromiseKind = Literal[
    "person_answer",
    "approval_answer",
    "effect_outcome",
    "word_on_outcome",
    "refund_outcome",
    "return_received",
    "refund_after_check",
]
"""A person answers; a person's word on a request is told; what became of an effect is found out; the
buyer is told so; a refund the provider works on is made; goods that go back arrive; what has
arrived is looked at and paid back."""


class Promise(Frozen):
    """One thing that a reply commits to."""

    kind: PromiseKind
    about: str
    """What keeps it: a ticket, an effect, a refund or a return; else the order, or the message that
    was answered."""
    order: str | None = None
    due_at: datetime


PROMISING: Mapping[str, tuple[PromiseKind, ...]] = {
    "handed_off": ("person_answer",),
    "withdrawal_next": ("person_answer",),
    "effect_failed": ("person_answer",),
    "repayment_open": ("person_answer",),
    "rejected_other_way": ("person_answer",),
    "approval_asked": ("approval_answer",),
    "approval_waiting": ("approval_answer",),
    "effect_open": ("effect_outcome", "word_on_outcome"),
    "done_refund_pending": ("refund_outcome",),
    "refund_waits_for_goods": ("return_received",),
    "refund_waits_for_check": ("refund_after_check",),
    "done_return": ("return_received",),
    "done_back": ("return_received",),
}
"""Which wordings commit to what. A wording that promises and is missing here fails a test."""
