"""What do the people at the desk do with tickets?"""

from typing import Protocol

from tools.domain.ticket import Ticket, TicketId


class TicketBoard(Protocol):
    """The helpdesk as its own people see it.

    Every call raises `UnavailableError` when the helpdesk does not answer.
    """

    async def list_tickets(self, *, closed: bool = False) -> tuple[Ticket, ...]:
        """Return the tickets that are not closed, or those that are; the earliest due first."""
        ...

    async def find_ticket(self, ticket: TicketId) -> Ticket | None:
        """Return a ticket, or None."""
        ...

    async def assign(self, ticket: TicketId, person: str | None) -> bool:
        """Say whose ticket it is; False when there is no such ticket that is not closed."""
        ...

    async def mark_answered(self, ticket: TicketId) -> bool:
        """Note that a person has answered; False as above."""
        ...

    async def close(self, ticket: TicketId, note: str = "") -> bool:
        """Close a ticket for good; False when it is not there or closed already."""
        ...
