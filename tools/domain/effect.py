"""What may be done to the world?"""

import hashlib
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.ticket import TicketDraft, TicketId
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement

EffectId = NewType("EffectId", str)


class OpenTicket(Frozen):
    """Give the conversation to a person."""

    kind: Literal["open_ticket"] = "open_ticket"
    id: EffectId
    rule_id: str
    """The rule or the standing order that permits it."""
    ticket: TicketDraft


class RecordWithdrawal(Frozen):
    """Keep a consumer's statement that takes back a purchase, and give a receipt for it."""

    kind: Literal["record_withdrawal"] = "record_withdrawal"
    id: EffectId
    rule_id: str
    """As above; a right that the law gives stands there as `floor.withdrawal`."""
    statement: WithdrawalStatement


Effect = Annotated[OpenTicket | RecordWithdrawal, Field(discriminator="kind")]
"""The closed list of effects; it grows one typed model at a time."""


class Confirmed(Frozen):
    """A ticket was opened, once."""

    kind: Literal["confirmed"] = "confirmed"
    effect: EffectId
    ticket: TicketId


class Recorded(Frozen):
    """A withdrawal was recorded, once."""

    kind: Literal["recorded"] = "recorded"
    effect: EffectId
    withdrawal: Withdrawal


class Failed(Frozen):
    """The effect did not happen and will not by itself."""

    kind: Literal["failed"] = "failed"
    effect: EffectId
    why: str
    """For the operator: vendor, operation, request id, retryable or not."""


Receipt = Annotated[Confirmed | Recorded | Failed, Field(discriminator="kind")]


def effect_id(*parts: str) -> EffectId:
    """Return the same id for the same parts, so that a retry finds the first attempt.

    Parts are the conversation, the message and what is to be done.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return EffectId(f"eff_{digest[:24]}")


def conversation_of(effect: Effect) -> str:
    """Return the id of the conversation that an effect belongs to."""
    match effect:
        case OpenTicket(ticket=draft):
            return draft.packet.conversation
        case RecordWithdrawal(statement=statement):
            return statement.conversation
