"""What happened to a request for a person's word, step by step?"""

from datetime import datetime
from typing import Literal

from agent.conversation import Rejection
from agent.state import DecisionRecord, Proposal
from agent.worker.approvals import Approval
from tools.domain.effect import OrderEffect
from tools.domain.model import Frozen
from tools.policy.marketplace import Role

Verdict = Literal["accepted", "edited", "rejected", "expired", "void"]
StepName = Literal["opened", "asked", "used"] | Verdict


class Asked(Frozen):
    """What a person is to agree to, as the conversation has it."""

    proposal: Proposal
    """What was summed up to the buyer."""
    effect: OrderEffect
    """The same, with the buyer's message that confirmed it in its permit."""
    decisions: tuple[DecisionRecord, ...]
    facts_sha256: str
    """`facts_digest` of these decisions."""
    channel: str
    due_at: datetime
    """When the buyer expects an answer."""
    expires_at: datetime


class ApprovalStep(Frozen):
    """One step, as colleagues see it."""

    version: int
    step: StepName
    at: datetime
    by: str | None = None
    role: Role | None = None
    reason: Rejection | None = None
    note: str = ""
    """For colleagues: why, in their own words, or what the buyer was asked."""


class ApprovalCase(Frozen):
    """A request for a person's word with everything that became of it."""

    approval: Approval
    channel: str
    version: int
    """Grows by one with each step: who answers says which one they saw."""
    opened_at: datetime
    due_at: datetime
    steps: tuple[ApprovalStep, ...] = ()

    @property
    def conversation(self) -> str:
        """Return the id of the conversation that it belongs to."""
        return self.approval.effect.permit.conversation

    @property
    def last(self) -> ApprovalStep | None:
        """Return what happened last."""
        return self.steps[-1] if self.steps else None


class Stale(Frozen):
    """Somebody, or the clock, was faster."""

    case: ApprovalCase
    """As it stands now."""
