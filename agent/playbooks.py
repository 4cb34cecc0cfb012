"""What does each request need: which records, which rules?

A request that is not switched on in `prompts/requests.yaml` follows the same playbook up to the
point where it would be answered, and then goes to a person with everything gathered.
"""

from typing import Literal

from agent.requests import RequestId
from tools.domain.model import Frozen


class Playbook(Frozen):
    """The way from a request to its answer."""

    order: Literal["none", "wanted", "needed"] = "needed"
    """`wanted`: asked for once, because a person's case is better with it."""
    track: bool = False
    """Whether the answer shows where the parcels are."""
    question: str | None = None
    """The rulebook's question about each line item."""
    answer: Literal["records", "rules", "effect", "person"] = "records"
    """Where the buyer's answer comes from. What the rules say is always in a person's case.

    `effect`: what the rules allow is summed up, and happens once the buyer has said yes.
    """


_STATUS = Playbook(track=True)
_CASE = Playbook(order="wanted")
_CASE_TRACKED = Playbook(order="wanted", track=True)
_TALK = Playbook(order="none")


def _effect_of(question: str) -> Playbook:
    """Return the way to an effect, or to a person who gets the case with the decision made."""
    return Playbook(order="wanted", track=True, question=question, answer="effect")


_MONEY_BACK = _effect_of("may_refund")

PLAYBOOKS: dict[RequestId, Playbook] = {
    "order_status": _STATUS,
    "tracking_problem": _STATUS,
    "delivery_delay": _STATUS,
    "not_received": Playbook(track=True, question="may_refund"),
    "damaged_item": _MONEY_BACK,
    "missing_item": _MONEY_BACK,
    "wrong_item": _MONEY_BACK,
    "return_eligibility": Playbook(track=True, question="may_return", answer="rules"),
    "start_return": _effect_of("may_return"),
    "exchange": _effect_of("may_exchange"),
    "refund_request": _MONEY_BACK,
    "refund_status": Playbook(),
    "cancel_order": _effect_of("may_cancel"),
    "change_order": _CASE_TRACKED,
    "change_address": _effect_of("may_change_address"),
    "gift_receipt": _effect_of("may_send_papers"),
    "invoice_receipt": _effect_of("may_send_papers"),
    "payment_issue": _CASE,
    "chargeback_fraud": _TALK,
    "warranty_repair": _CASE_TRACKED,
    "complaint": _CASE_TRACKED,
    "shipping_info": _TALK,
    "human_agent": _TALK,
    "smalltalk": _TALK,
    "out_of_scope": _TALK,
}
