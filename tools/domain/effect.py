"""What may be done to the world?"""

import hashlib
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.ticket import TicketDraft, TicketId

EffectId = NewType("EffectId", str)


class OpenTicket(Frozen):
    """Give the conversation to a person."""

    kind: Literal["open_ticket"] = "open_ticket"
    id: EffectId
    rule_id: str
    """The rule or the standing order that permits it."""
    ticket: TicketDraft


Effect = OpenTicket
"""The closed list of effects; it grows one typed model at a time."""


class Confirmed(Frozen):
    """The effect happened, once."""

    kind: Literal["confirmed"] = "confirmed"
    effect: EffectId
    ticket: TicketId


class Failed(Frozen):
    """The effect did not happen and will not by itself."""

    kind: Literal["failed"] = "failed"
    effect: EffectId
    why: str
    """For the operator: vendor, operation, request id, retryable or not."""


Receipt = Annotated[Confirmed | Failed, Field(discriminator="kind")]


def effect_id(*parts: str) -> EffectId:
    """Return the same id for the same parts, so that a retry finds the first attempt.

    Parts are the conversation, the message and what is to be done.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return EffectId(f"eff_{digest[:24]}")
