"""What may be done to the world?"""

import hashlib
from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.changes import OrderChange, Pieces
from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import OrderNumber, PaymentId
from tools.domain.party import Address
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId
from tools.domain.ticket import TicketDraft, TicketId
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement

EffectId = NewType("EffectId", str)


class OpenTicket(Frozen):
    """Give the conversation to a person."""

    kind: Literal["open_ticket"] = "open_ticket"
    id: EffectId
    rule_id: str
    """The rule or the standing order that permits it."""
    ticket: TicketDraft


class RecordWithdrawal(Frozen):
    """Keep a consumer's statement that takes back a purchase, and give a receipt for it."""

    kind: Literal["record_withdrawal"] = "record_withdrawal"
    id: EffectId
    rule_id: str
    """As above; a right that the law gives stands there as `floor.withdrawal`."""
    statement: WithdrawalStatement


class Permit(Frozen):
    """What an effect on an order or on money rests on. The gateway checks all of it again."""

    conversation: str
    question: str
    """Which question of the rulebook allowed it."""
    order: OrderNumber
    lines: tuple[LineId, ...] = Field(min_length=1)
    """Each of them was decided on its own, and each decision allows it."""
    rule_ids: tuple[str, ...]
    """The deciding rule of each line."""
    version: str
    """Of the rulebook that was asked."""
    confirmed_by: str | None = None
    """The buyer's own later message; None while the effect is only proposed."""
    approval: str | None = None
    """The approval of a person, where the rules want one."""


class IssueRefund(Frozen):
    """Pay back money by the way it was paid."""

    kind: Literal["issue_refund"] = "issue_refund"
    id: EffectId
    permit: Permit
    payment: PaymentId
    amount: Money
    shares: tuple[RefundShare, ...]
    """They add up to the amount."""
    already_refunded: int = Field(ge=0)
    """Minor units that were paid back for the payment, by anybody, when this was worked out: if it
    is another sum by then, nothing is paid."""
    pieces: tuple[Pieces, ...] = ()
    """What it is paid for; empty: all that is left of the lines."""


class OpenReturn(Frozen):
    """Let the buyer send goods back."""

    kind: Literal["open_return"] = "open_return"
    id: EffectId
    permit: Permit
    pieces: tuple[Pieces, ...]
    shipping_paid_by: Literal["buyer", "seller"]
    """The seller pays with a prepaid label; the buyer gets instructions."""
    send_by: datetime | None = None


class ExchangeItem(Frozen):
    """Send another piece for one that comes back."""

    kind: Literal["exchange_item"] = "exchange_item"
    id: EffectId
    permit: Permit
    pieces: tuple[Pieces, ...]
    for_sku: str
    shipping_paid_by: Literal["buyer", "seller"]


class CancelItems(Frozen):
    """Do not send pieces that were not sent yet. What they cost is paid back apart."""

    kind: Literal["cancel_items"] = "cancel_items"
    id: EffectId
    permit: Permit
    pieces: tuple[Pieces, ...]


class ChangeAddress(Frozen):
    """Send what was not sent yet to another place."""

    kind: Literal["change_address"] = "change_address"
    id: EffectId
    permit: Permit
    address: Address


class SendAgain(Frozen):
    """Send pieces a second time, because the first never came or came broken."""

    kind: Literal["send_again"] = "send_again"
    id: EffectId
    permit: Permit
    pieces: tuple[Pieces, ...]


class SendPaper(Frozen):
    """Send a receipt to the contact on file."""

    kind: Literal["send_paper"] = "send_paper"
    id: EffectId
    permit: Permit
    paper: Literal["receipt", "gift_receipt"]


OrderEffect = Annotated[
    IssueRefund | OpenReturn | ExchangeItem | CancelItems | ChangeAddress | SendAgain | SendPaper,
    Field(discriminator="kind"),
]
"""What moves money or changes an order: only with a permit."""

Effect = Annotated[
    OpenTicket
    | RecordWithdrawal
    | IssueRefund
    | OpenReturn
    | ExchangeItem
    | CancelItems
    | ChangeAddress
    | SendAgain
    | SendPaper,
    Field(discriminator="kind"),
]
"""The closed list of effects."""


class Confirmed(Frozen):
    """A ticket was opened, once."""

    kind: Literal["confirmed"] = "confirmed"
    effect: EffectId
    ticket: TicketId


class Recorded(Frozen):
    """A withdrawal was recorded, once."""

    kind: Literal["recorded"] = "recorded"
    effect: EffectId
    withdrawal: Withdrawal


class Failed(Frozen):
    """The effect did not happen and will not by itself."""

    kind: Literal["failed"] = "failed"
    effect: EffectId
    why: str
    """For the operator: vendor, operation, request id, retryable or not."""


class Done(Frozen):
    """An effect on an order or on money happened, once."""

    kind: Literal["done"] = "done"
    effect: EffectId
    at: datetime
    change: OrderChange


class Open(Frozen):
    """The provider did not answer: it may have happened, and is looked up until that is known."""

    kind: Literal["open"] = "open"
    effect: EffectId
    why: str
    """For the operator."""


class NotPermitted(Frozen):
    """The gateway refused: nothing was asked of anybody."""

    kind: Literal["not_permitted"] = "not_permitted"
    effect: EffectId
    why: str
    """A name for the macro: `over_budget`, `dispute`, `changed`, ..."""
    detail: str = ""
    """For the operator: which check said no, and why."""


Receipt = Annotated[
    Confirmed | Recorded | Done | Open | NotPermitted | Failed, Field(discriminator="kind")
]


def effect_id(*parts: str) -> EffectId:
    """Return the same id for the same parts, so that a retry finds the first attempt.

    Parts are the conversation, the message and what is to be done.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return EffectId(f"eff_{digest[:24]}")


def conversation_of(effect: Effect) -> str:
    """Return the id of the conversation that an effect belongs to."""
    match effect:
        case OpenTicket(ticket=draft):
            return draft.packet.conversation
        case RecordWithdrawal(statement=statement):
            return statement.conversation
        case _:
            return effect.permit.conversation
