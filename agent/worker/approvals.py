"""What has a person agreed to?"""

from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import Connection

from agent.state import DecisionRecord, Proposal
from tools.domain.effect import EffectId, OrderEffect
from tools.domain.model import Frozen

ApprovalStatus = Literal["open", "accepted", "edited", "rejected", "expired", "void", "used"]


class Approval(Frozen):
    """A person's word on exactly one effect."""

    id: str
    proposal: Proposal
    """What the buyer said yes to."""
    effect: OrderEffect
    """The same, confirmed by the buyer's message; with `edited`, what the person made of it."""
    decisions: tuple[DecisionRecord, ...]
    """Of each line: what the rules said when the person was asked."""
    facts_sha256: str
    """`facts_digest` of these decisions; with another one the approval is void."""
    status: ApprovalStatus
    by: str | None = None
    role: Literal["agent", "lead", "owner"] | None = None
    at: datetime | None = None
    """When that person answered."""
    expires_at: datetime


class Approvals(Protocol):
    """What the gateway asks for."""

    def accepted_for(self, effect: EffectId, now: datetime) -> Approval | None:
        """Return the approval of an effect that was accepted, is not expired and not used."""
        ...

    def use(self, connection: Connection, approval: Approval) -> bool:
        """Take an approval for good, within the transaction that begins its effect.

        False when somebody has taken it before, or it fell away meanwhile.
        """
        ...
