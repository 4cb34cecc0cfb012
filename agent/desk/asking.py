"""How does a conversation ask people at the desk, and learn what they said?"""

from datetime import timedelta

from agent.state import DecisionRecord, PersonsAnswer, Proposal
from agent.worker.approval_steps import ApprovalCase, Asked
from agent.worker.comparing import facts_digest
from agent.worker.stored_approvals import StoredApprovals
from tools.domain.effect import OrderEffect
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Clock

_REPLY_TIMES = 3
"""So often the time in which a person answers may go by before a request falls away."""


class AskingDesk:
    """`PersonsWord` over the stored approvals."""

    def __init__(self, approvals: StoredApprovals, clock: Clock) -> None:
        self._approvals = approvals
        self._clock = clock

    async def ask(
        self,
        proposal: Proposal,
        effect: OrderEffect,
        decisions: tuple[DecisionRecord, ...],
        rulebooks: tuple[Rulebook, ...],
        channel: str,
    ) -> PersonsAnswer:
        """Ask about a confirmed effect; the same confirmation asks once."""
        hours = rulebooks[0].marketplace.reply_hours
        asked = Asked(
            proposal=proposal,
            effect=effect,
            decisions=decisions,
            facts_sha256=facts_digest(decisions, rulebooks),
            channel=channel,
            due_at=self._clock.now() + timedelta(hours=hours),
            expires_at=self._clock.now() + timedelta(hours=_REPLY_TIMES * hours),
        )
        return _answer(self._approvals.ask(asked))

    async def find(self, name: str) -> PersonsAnswer | None:
        """Return what became of a request."""
        case = self._approvals.find(name)
        return None if case is None else _answer(case)

    async def withdraw(self, conversation: str) -> None:
        """Let what is not used fall away."""
        self._approvals.withdraw(conversation)


def _answer(case: ApprovalCase) -> PersonsAnswer:
    approval = case.approval
    last = case.last
    return PersonsAnswer(
        id=approval.id,
        status=approval.status,
        proposal=approval.proposal,
        effect=approval.effect,
        reason=None if last is None else last.reason,
        due_at=case.due_at,
        expires_at=approval.expires_at,
    )
