"""How is a person's word kept, so that it counts once, for one effect, and no longer than it may?"""

import base64
import hashlib
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import IntegrityError

from agent.conversation import ApprovalSettled, ConversationId, PersonSaid
from agent.state import Conversation
from agent.worker.approval_rows import add_case, move_case, post, read_cases
from agent.worker.approval_steps import ApprovalCase, ApprovalStep, Asked, Stale, Verdict
from agent.worker.approvals import Approval
from agent.worker.desk_tables import approval_steps, approvals
from agent.worker.store import Store
from agent.worker.tables import conversations
from tools.domain.effect import EffectId
from tools.ports.readers import Clock

_GRANTED = ("accepted", "edited")
_STANDING = ("open", *_GRANTED)
_VERDICTS: dict[str, Verdict] = {
    "accepted": "accepted",
    "edited": "edited",
    "rejected": "rejected",
    "expired": "expired",
    "void": "void",
}


class StoredApprovals:
    """Requests for a person's word; errors are those of `Database`.

    Each step is one transaction with its entry in the audit and, where the conversation is to
    hear of it, the event in its inbox.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._database = store.database
        self._clock = clock

    def ask(self, asked: Asked) -> ApprovalCase:
        """Ask for a person's word, once for each confirmation of the buyer.

        What was asked about the same effect before and is not used falls away.
        """
        case = _new_case(asked, self._clock.now())
        if known := self.find(case.approval.id):
            return known
        try:
            with self._database.writing("ask for approval") as connection:
                for older in read_cases(connection, _standing_for(case)):
                    _end(connection, older, "void", case.opened_at)
                add_case(connection, case, case.opened_at)
        except IntegrityError:  # another process has asked since the look-up
            pass
        return self.find(case.approval.id) or case

    def find(self, name: str) -> ApprovalCase | None:
        """Return a request with its steps; None when there is none of that name."""
        with self._database.reading("find approval") as connection:
            found = read_cases(connection, select(approvals).where(approvals.c.id == name))
        if not found:
            return None
        query = select(approval_steps.c.step).where(approval_steps.c.approval == name)
        with self._database.reading("steps of an approval") as connection:
            texts = connection.scalars(query.order_by(approval_steps.c.version)).all()
        steps = tuple(ApprovalStep.model_validate_json(text) for text in texts)
        return found[0].model_copy(update={"steps": steps})

    def waiting(self) -> tuple[ApprovalCase, ...]:
        """Return the requests that nobody has answered, the first to expire first."""
        query = select(approvals).where(approvals.c.status == "open")
        return self._read(query.order_by(approvals.c.expires_at, approvals.c.id))

    def of_conversation(self, conversation: str) -> tuple[ApprovalCase, ...]:
        """Return every request of a conversation, the latest first."""
        query = select(approvals).where(approvals.c.conversation == conversation)
        return self._read(query.order_by(approvals.c.opened_at.desc(), approvals.c.id))

    def signed_email(self, conversation: str) -> str | None:
        """Return whom the shop vouched for in a conversation."""
        query = select(conversations.c.state).where(conversations.c.id == conversation)
        with self._database.reading("buyer of a conversation") as connection:
            text = connection.scalar(query)
        try:
            return None if text is None else Conversation.model_validate_json(text).identity.email
        except ValidationError:
            return None

    def settle(self, seen: ApprovalCase, to: Approval, step: ApprovalStep) -> ApprovalCase | Stale:
        """Answer a request as it was seen; `Stale` when it is not like that any more."""
        with self._database.writing("settle approval") as connection:
            moved = move_case(connection, seen, to, step)
            if moved:
                verdict = _VERDICTS[to.status]
                event = ApprovalSettled(approval=to.id, verdict=verdict, reason=step.reason)
                post(connection, seen, event, step.at)
        return self._after(seen, moved=moved)

    def question(self, seen: ApprovalCase, words: str, step: ApprovalStep) -> ApprovalCase | Stale:
        """Ask the buyer something; the request stays as it is."""
        with self._database.writing("ask the buyer") as connection:
            moved = move_case(connection, seen, seen.approval, step)
            if moved:
                post(connection, seen, PersonSaid(text=words), step.at)
        return self._after(seen, moved=moved)

    def withdraw(self, conversation: str) -> None:
        """Let every request of a conversation fall away that was not used.

        For the conversation itself, so that it is not told.
        """
        query = select(approvals).where(
            approvals.c.conversation == conversation, approvals.c.status.in_(_STANDING)
        )
        now = self._clock.now()
        with self._database.writing("withdraw approvals") as connection:
            for case in read_cases(connection, query):
                _end(connection, case, "void", now)

    def expire_due(self) -> tuple[ConversationId, ...]:
        """Let what ran out fall away; return the conversations that are to hear of it."""
        now = self._clock.now()
        due = select(approvals).where(
            approvals.c.status.in_(_STANDING), approvals.c.expires_at < now
        )
        told: list[ConversationId] = []
        for case in self._read(due):
            with self._database.writing("expire approval") as connection:
                if _end(connection, case, "expired", now):
                    event = ApprovalSettled(approval=case.approval.id, verdict="expired")
                    post(connection, case, event, now)
                    told.append(ConversationId(case.conversation))
        return tuple(told)

    def accepted_for(self, effect: EffectId, now: datetime) -> Approval | None:
        """Return the approval of an effect that was accepted, is not expired and not used."""
        query = select(approvals).where(
            approvals.c.effect == effect,
            approvals.c.status.in_(_GRANTED),
            approvals.c.expires_at >= now,
        )
        found = self._read(query.order_by(approvals.c.opened_at.desc()))
        return found[0].approval if found else None

    def use(self, connection: Connection, approval: Approval) -> bool:
        """Take an approval for good, within the transaction that begins its effect."""
        now = self._clock.now()
        query = select(approvals).where(
            approvals.c.id == approval.id,
            approvals.c.status.in_(_GRANTED),
            approvals.c.expires_at >= now,
        )
        found = read_cases(connection, query)
        if not found or found[0].approval != approval:
            return False
        used = approval.model_copy(update={"status": "used"})
        return move_case(connection, found[0], used, ApprovalStep(version=0, step="used", at=now))

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[ApprovalCase, ...]:
        with self._database.reading("approvals") as connection:
            return read_cases(connection, query)

    def _after(self, seen: ApprovalCase, *, moved: bool) -> ApprovalCase | Stale:
        case = self.find(seen.approval.id)
        assert case is not None, "nothing is ever deleted here"
        return case if moved else Stale(case=case)


def _new_case(asked: Asked, now: datetime) -> ApprovalCase:
    permit = asked.effect.permit
    words = "\x1f".join((permit.conversation, asked.effect.id, permit.confirmed_by or ""))
    short = base64.b32encode(hashlib.sha256(words.encode()).digest()).decode()
    name = f"A-{short[:10]}"
    bound = permit.model_copy(update={"approval": name})
    approval = Approval(
        id=name,
        proposal=asked.proposal,
        effect=asked.effect.model_copy(update={"permit": bound}),
        decisions=asked.decisions,
        facts_sha256=asked.facts_sha256,
        status="open",
        expires_at=asked.expires_at,
    )
    return ApprovalCase(
        approval=approval, channel=asked.channel, version=1, opened_at=now, due_at=asked.due_at
    )


def _standing_for(case: ApprovalCase) -> Select[tuple[object, ...]]:
    return select(approvals).where(
        approvals.c.effect == case.approval.effect.id,
        approvals.c.conversation == case.conversation,
        approvals.c.status.in_(_STANDING),
    )


def _end(connection: Connection, case: ApprovalCase, how: Verdict, now: datetime) -> bool:
    ended = case.approval.model_copy(update={"status": how})
    return move_case(connection, case, ended, ApprovalStep(version=0, step=how, at=now))
