"""What may Nightdesk change in the world? Only the effect gateway holds these."""

from typing import Protocol

from tools.domain.changes import (
    AddressChanged,
    Cancelled,
    Exchanged,
    OrderChange,
    PaperSent,
    PaymentState,
    ProviderRefund,
    ReturnOpened,
    SentAgain,
)
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    ExchangeItem,
    IssueRefund,
    OpenReturn,
    SendAgain,
    SendPaper,
)
from tools.domain.order import PaymentId
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


class Payments(Protocol):
    """Where money is paid back.

    A call that raises `UnavailableError` may have happened; `find` tells. One that raises
    `RefusedError` has not.
    """

    async def state_of(self, payment: PaymentId) -> PaymentState | None:
        """Return a payment with every refund of it, also those made elsewhere; None if unknown."""
        ...

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        """Pay back, if no other sum was paid back for the payment than the effect says.

        The same key always gives the same refund; with other words it is refused.
        """
        ...

    async def find(self, payment: PaymentId, idempotency_key: str) -> ProviderRefund | None:
        """Return the refund that was made with a key, or None when there is none."""
        ...


class OrderDesk(Protocol):
    """Where a shop changes orders; errors and keys as with `Payments`."""

    async def open_return(self, effect: OpenReturn, *, idempotency_key: str) -> ReturnOpened:
        """Expect goods back."""
        ...

    async def exchange(self, effect: ExchangeItem, *, idempotency_key: str) -> Exchanged:
        """Send another piece; refused when there is none left."""
        ...

    async def cancel(self, effect: CancelItems, *, idempotency_key: str) -> Cancelled:
        """Do not send pieces; refused when one of them is on its way already."""
        ...

    async def change_address(
        self, effect: ChangeAddress, *, idempotency_key: str
    ) -> AddressChanged:
        """Send to another place; refused when something is on its way already."""
        ...

    async def send_again(self, effect: SendAgain, *, idempotency_key: str) -> SentAgain:
        """Send pieces a second time; refused when there are none left."""
        ...

    async def send_paper(self, effect: SendPaper, *, idempotency_key: str) -> PaperSent:
        """Send a receipt to the contact on file."""
        ...

    async def find(self, order: str, idempotency_key: str) -> OrderChange | None:
        """Return what was done with a key, or None when nothing was."""
        ...
