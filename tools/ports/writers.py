"""What may Nightdesk change in the world? Only the effect gateway holds these."""

from typing import Protocol

from tools.domain.ticket import TicketDraft, TicketId


class Helpdesk(Protocol):
    """Where people take over conversations."""

    async def open_ticket(self, draft: TicketDraft, *, idempotency_key: str) -> TicketId:
        """Store a ticket and return its number; the same key always gives the same ticket.

        Raises `UnavailableError` when it cannot be stored at the moment.
        """
        ...
