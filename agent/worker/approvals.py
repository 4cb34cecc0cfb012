"""What has a person agreed to?"""

from datetime import datetime
from typing import Literal, Protocol

from agent.state import DecisionRecord
from tools.domain.effect import EffectId, OrderEffect
from tools.domain.model import Frozen

ApprovalStatus = Literal["open", "accepted", "edited", "rejected", "expired", "void", "used"]


class Approval(Frozen):
    """A person's word on exactly one effect."""

    id: str
    effect: OrderEffect
    """Without the approval's own id in its permit, and confirmed by the buyer."""
    decisions: tuple[DecisionRecord, ...]
    """Of each line: what the rules said when the person was asked."""
    facts_sha256: str
    """Of the facts that these decisions rest on, as `facts_digest` gives it."""
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

    def use(self, approval: Approval) -> bool:
        """Take an approval for good; False when somebody has taken it before, or it fell away."""
        ...
