"""What do the desk's pages show of tickets and requests?"""

from datetime import datetime
from typing import Self

from agent.desk.card import Card
from agent.desk.limits import money_of
from agent.desk.wording import DeskWording
from agent.worker.approval_steps import ApprovalCase
from agent.worker.runtime import TranscriptEntry
from tools.domain.model import Frozen
from tools.domain.ticket import Ticket

_FIRST_WORDS = 140


class QueueItem(Frozen):
    """One line of the queue."""

    kind: str
    """`approval` or `handoff`."""
    address: str
    name: str
    queue: str
    what: str
    buyer: str
    opened_at: datetime
    due_at: datetime
    overdue: bool

    @classmethod
    def of_ticket(cls, ticket: Ticket, now: datetime) -> Self:
        """Take out of a ticket what the queue shows."""
        packet = ticket.draft.packet
        return cls(
            kind="handoff",
            address=f"/desk/tickets/{ticket.id}",
            name=ticket.id,
            queue=ticket.draft.queue,
            what=packet.wish[:_FIRST_WORDS] or ticket.draft.reason,
            buyer=packet.customer or "",
            opened_at=ticket.draft.opened_at,
            due_at=ticket.draft.due_at,
            overdue=ticket.draft.due_at < now,
        )

    @classmethod
    def of_case(cls, case: ApprovalCase, words: DeskWording, now: datetime) -> Self:
        """Take out of a request what the queue shows."""
        approval = case.approval
        amount = money_of(approval)
        order = words.say("at_order", order=approval.effect.permit.order)
        queue = "payments" if amount is not None else "returns"
        return cls(
            kind="approval",
            address=f"/desk/approvals/{approval.id}",
            name=approval.id,
            queue=queue,
            what=order if amount is None else f"{amount}, {order}",
            buyer="",
            opened_at=case.opened_at,
            due_at=case.due_at,
            overdue=case.due_at < now,
        )


class CasePage(Frozen):
    """Everything on one screen."""

    title: str
    ticket: Ticket | None = None
    card: Card | None = None
    steps: tuple[str, ...] = ()
    words_of_buyer: str = ""
    photos: tuple[str, ...] = ()
    talk: tuple[TranscriptEntry, ...] = ()
