"""What do people at the desk do, and what does the buyer's conversation notice of it?"""

import hashlib
from datetime import datetime
from typing import Self

from agent.conversation import (
    ConversationId,
    HandBack,
    InboundMessage,
    MessageId,
    PersonSaid,
)
from agent.worker.runtime import Runtime, TranscriptEntry
from tools.domain.model import Frozen
from tools.domain.ticket import Ticket, TicketId
from tools.ports.desk import TicketBoard
from tools.ports.readers import Clock


class WholeTicket(Frozen):
    """A ticket with the conversation as it stands now."""

    ticket: Ticket
    transcript: tuple[TranscriptEntry, ...]


class QueueRow(Frozen):
    """What the queue tells about a ticket, for scripts."""

    ticket: TicketId
    status: str
    queue: str
    reason: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    customer: str | None
    verified_how: str
    wish: str
    conversation: str
    assignee: str | None

    @classmethod
    def of(cls, ticket: Ticket, now: datetime) -> Self:
        """Take out of a ticket what the queue shows."""
        draft, packet = ticket.draft, ticket.draft.packet
        return cls(
            ticket=ticket.id,
            status=ticket.status,
            queue=draft.queue,
            reason=draft.reason,
            opened_at=draft.opened_at,
            due_at=draft.due_at,
            overdue=ticket.status != "closed" and draft.due_at < now,
            customer=packet.customer,
            verified_how=packet.verified_how,
            wish=packet.wish,
            conversation=packet.conversation,
            assignee=ticket.assignee,
        )


class TicketDesk:
    """Tickets and the conversations behind them.

    Calls raise `OutsideError` as the ticket board and the runtime do.
    """

    def __init__(self, board: TicketBoard, runtime: Runtime, clock: Clock) -> None:
        self._board = board
        self._runtime = runtime
        self._clock = clock

    async def waiting(self) -> tuple[Ticket, ...]:
        """Return the tickets that are not closed, the earliest due first."""
        return await self._board.list_tickets()

    async def closed(self) -> tuple[Ticket, ...]:
        """Return the tickets that are closed."""
        return await self._board.list_tickets(closed=True)

    async def whole(self, number: TicketId) -> WholeTicket | None:
        """Return a ticket with its conversation, or None."""
        ticket = await self._board.find_ticket(number)
        if ticket is None:
            return None
        entries = await self._runtime.transcript(_conversation(ticket))
        return WholeTicket(ticket=ticket, transcript=entries)

    async def answer(self, number: TicketId, text: str, *, person: str | None = None) -> bool:
        """Deliver a person's words to the buyer; False when no open ticket has this number.

        The same words twice, with nothing said in between, are delivered once.
        """
        ticket = await self._open_ticket(number)
        if ticket is None:
            return False
        entries = await self._runtime.transcript(_conversation(ticket))
        last = entries[-1] if entries else None
        if last is not None and (last.author, last.text) == ("person", text):
            return True
        name = _message_id(number, "answer", str(last.seq if last else 0), text)
        await self._send(ticket, name, PersonSaid(text=text))
        if person is not None:
            await self._board.assign(number, person)
        await self._board.mark_answered(number)
        return True

    async def close(self, number: TicketId, note: str = "") -> bool:
        """Give the conversation back to Nightdesk; False when no open ticket has this number."""
        ticket = await self._open_ticket(number)
        if ticket is None:
            return False
        await self._send(ticket, _message_id(number, "close"), HandBack())
        return await self._board.close(number, note)

    async def _open_ticket(self, number: TicketId) -> Ticket | None:
        ticket = await self._board.find_ticket(number)
        return None if ticket is None or ticket.status == "closed" else ticket

    async def _send(self, ticket: Ticket, name: MessageId, event: PersonSaid | HandBack) -> None:
        message = InboundMessage(
            id=name,
            conversation=_conversation(ticket),
            channel=ticket.draft.packet.channel,
            at=self._clock.now(),
            event=event,
        )
        await self._runtime.accept(message)
        await self._runtime.settled(message.conversation)


def _conversation(ticket: Ticket) -> ConversationId:
    return ConversationId(ticket.draft.packet.conversation)


def _message_id(number: TicketId, *parts: str) -> MessageId:
    """Return the same id for the same step, so that a repeated command does it once."""
    words = "\x1f".join(parts).encode(errors="backslashreplace")
    return MessageId(f"desk:{number}:{hashlib.sha256(words).hexdigest()[:16]}")
