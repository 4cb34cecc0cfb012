"""What may Nightdesk change in the world? Only the effect gateway holds these."""

from typing import Protocol

from tools.domain.ticket import TicketDraft, TicketId
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement


class Helpdesk(Protocol):
    """Where people take over conversations."""

    async def open_ticket(self, draft: TicketDraft, *, idempotency_key: str) -> TicketId:
        """Store a ticket and return its number; the same key always gives the same ticket.

        Raises `UnavailableError` when it cannot be stored at the moment.
        """
        ...


class Withdrawals(Protocol):
    """Where consumers' statements of withdrawal are kept."""

    async def record(self, statement: WithdrawalStatement, *, idempotency_key: str) -> Withdrawal:
        """Keep a statement for good; the same key always gives the same receipt.

        Raises `UnavailableError` when it cannot be stored at the moment.
        """
        ...
