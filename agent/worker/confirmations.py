"""Did the buyer agree to this very effect, after it was summed up to them?"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select

from agent.conversation import InboundMessage, Say, Tap
from agent.requests import RequestId
from agent.state import Conversation, Proposal
from agent.worker.approvals import Approval, Approvals
from agent.worker.comparing import difference
from agent.worker.refusals import Refused
from agent.worker.store import Store
from agent.worker.tables import conversations, inbox, verdicts
from tools.domain.effect import IssueRefund, OrderEffect


@dataclass(frozen=True)
class Agreed:
    """What the buyer, and maybe a person, agreed to."""

    state: Conversation
    """As the last turn left it: the store's own, never one that was handed in."""
    answered: str
    request: RequestId | None
    approval: Approval | None = None
    then: IssueRefund | None = None
    """What was summed up to follow."""


@dataclass(frozen=True)
class _Accepted:
    seq: int
    accepted_at: datetime
    message: InboundMessage


class Confirmations:
    """Reads the committed conversation and the inbox; believes nothing that an effect says."""

    def __init__(self, store: Store, approvals: Approvals | None) -> None:
        self._database = store.database
        self._approvals = approvals

    def agreed(self, effect: OrderEffect, now: datetime) -> Agreed:
        """Return what was agreed to; raises `Refused`."""
        state = self.state_of(effect)
        approval = self._approval(effect, now)
        if approval is not None and approval.status == "accepted":
            proposal = approval.proposal
        else:
            proposal = _proposed(state, effect, now)
        self._check_confirmation(effect, proposal, state)
        return Agreed(state, proposal.answered, proposal.request, approval, proposal.then)

    def state_of(self, effect: OrderEffect) -> Conversation:
        """Return the committed state of the conversation that an effect belongs to."""
        name = effect.permit.conversation
        query = select(conversations.c.state).where(conversations.c.id == name)
        with self._database.reading("conversation of an effect") as connection:
            text = connection.scalar(query)
        try:
            state = None if text is None else Conversation.model_validate_json(text)
        except ValidationError as error:
            raise Refused("conversation_unknown", "its state is damaged") from error
        if state is None or state.id != name:
            raise Refused("conversation_unknown", name)
        return state

    def _approval(self, effect: OrderEffect, now: datetime) -> Approval | None:
        name = effect.permit.approval
        if name is None:
            return None
        found = self._approvals.accepted_for(effect.id, now) if self._approvals else None
        if found is None:
            raise Refused("approval_none", name)
        if found.id != name or found.status not in {"accepted", "edited"} or found.by is None:
            raise Refused("approval_other", found.id)
        if now > found.expires_at:
            raise Refused("approval_expired", found.id)
        if (reason := difference(effect, found.effect)) is not None:
            raise Refused("approval_other", reason)
        if found.status == "accepted":
            _check_buyers_word(effect, found)
        return found

    def _check_confirmation(
        self, effect: OrderEffect, proposal: Proposal, state: Conversation
    ) -> None:
        name = effect.permit.confirmed_by
        if name is None:
            raise Refused("confirmation_none")
        shown = self._message(state, proposal.answered)
        said = self._message(state, name)
        if said is None or shown is None:
            raise Refused("confirmation_unknown", name)
        if said.seq <= shown.seq:
            raise Refused("confirmation_too_early", name)
        if said.accepted_at > proposal.expires_at:
            raise Refused("confirmation_late", name)
        _check_author(said.message, state)
        _check_words(said.message, proposal)
        self._check_unused(effect)

    def _message(self, state: Conversation, name: str) -> _Accepted | None:
        query = select(inbox.c.seq, inbox.c.accepted_at, inbox.c.payload).where(
            inbox.c.conversation == state.id,
            inbox.c.channel == state.channel,
            inbox.c.message_id == name,
        )
        with self._database.reading("confirmation") as connection:
            row = connection.execute(query).one_or_none()
        try:
            message = None if row is None else InboundMessage.model_validate_json(row.payload)
        except ValidationError:
            return None
        if row is None or message is None or message.conversation != state.id:
            return None
        return _Accepted(row.seq, row.accepted_at, message)

    def _check_unused(self, effect: OrderEffect) -> None:
        query = select(verdicts.c.effect).where(
            verdicts.c.conversation == effect.permit.conversation,
            verdicts.c.confirmed_by == effect.permit.confirmed_by,
        )
        with self._database.reading("used confirmation") as connection:
            used = connection.scalar(query)
        if used is not None and used != effect.id:
            raise Refused("confirmation_used", f"by {used}")


def _proposed(state: Conversation, effect: OrderEffect, now: datetime) -> Proposal:
    """Return what was summed up to the buyer; what a person made smaller is summed up again."""
    if state.owner == "person":
        raise Refused("person_owns")
    proposal = state.proposal
    if proposal is None:
        raise Refused("proposal_none")
    if (reason := difference(effect, proposal.effect)) is not None:
        raise Refused("proposal_other", reason)
    if now > proposal.expires_at:
        raise Refused("proposal_expired", f"at {proposal.expires_at}")
    return proposal


def _check_buyers_word(effect: OrderEffect, approval: Approval) -> None:
    if approval.effect.permit.confirmed_by != effect.permit.confirmed_by:
        raise Refused("approval_other", "another message confirmed it")
    if difference(effect, approval.proposal.effect) is not None:
        raise Refused("approval_other", "the buyer agreed to something else")


def _check_author(message: InboundMessage, state: Conversation) -> None:
    if not isinstance(message.event, Say | Tap):
        raise Refused("confirmation_not_buyers", message.event.kind)
    email, known = message.signed_email, state.identity.email
    if email is not None and (known is None or email.casefold() != known.casefold()):
        raise Refused("confirmation_other_buyer")


def _check_words(message: InboundMessage, proposal: Proposal) -> None:
    """A button says yes to one effect only; what words mean is for the reader to say."""
    if isinstance(message.event, Tap) and message.event.choice != proposal.yes:
        raise Refused("confirmation_other", message.event.choice)
