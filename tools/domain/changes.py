"""What did a shop or a payment provider do because Nightdesk asked it to?"""

from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.order import PaymentId
from tools.domain.party import Address
from tools.domain.returns import RefundId, ReturnId
from tools.domain.shipment import LineId

ExchangeId = NewType("ExchangeId", str)
CancellationId = NewType("CancellationId", str)
ShipmentOrderId = NewType("ShipmentOrderId", str)


class Pieces(Frozen):
    """So many pieces of a line item."""

    line: LineId
    quantity: int = Field(ge=1)


class ProviderRefund(Frozen):
    """A refund as the payment provider has it."""

    kind: Literal["refund"] = "refund"
    id: RefundId
    payment: PaymentId
    amount: Money
    status: Literal["pending", "succeeded", "failed"]
    """`succeeded`: on its way to the buyer's bank, where it shows some days later."""
    created_at: datetime
    reference: str | None = None
    """What the buyer's bank can find it by, where the provider tells."""
    key: str | None = None
    """Our idempotency key; None when somebody else made it."""
    why_failed: str | None = None


class PaymentState(Frozen):
    """A payment as the provider has it now."""

    id: PaymentId
    captured: Money
    refunds: tuple[ProviderRefund, ...] = ()
    disputed: bool = False

    @property
    def refunded(self) -> int:
        """Return what was or may still be paid back, by anybody; minor units."""
        return sum(one.amount.amount for one in self.refunds if one.status != "failed")


class ReturnOpened(Frozen):
    """The shop expects goods back."""

    kind: Literal["return_opened"] = "return_opened"
    id: ReturnId
    order: str
    pieces: tuple[Pieces, ...]
    send_to: Address
    label: str | None = None
    """The file or code of a prepaid label; None when the buyer pays for the way back."""
    send_by: datetime | None = None


class Exchanged(Frozen):
    """The shop sends another piece and expects the first one back."""

    kind: Literal["exchanged"] = "exchanged"
    id: ExchangeId
    order: str
    pieces: tuple[Pieces, ...]
    for_sku: str
    back: ReturnId | None = None
    """None when nothing has to come back."""


class Cancelled(Frozen):
    """Pieces that will not be sent."""

    kind: Literal["cancelled"] = "cancelled"
    id: CancellationId
    order: str
    pieces: tuple[Pieces, ...]


class AddressChanged(Frozen):
    """The parcel goes to another place."""

    kind: Literal["address_changed"] = "address_changed"
    order: str
    address: Address


class SentAgain(Frozen):
    """The shop sends pieces a second time."""

    kind: Literal["sent_again"] = "sent_again"
    id: ShipmentOrderId
    order: str
    pieces: tuple[Pieces, ...]


class PaperSent(Frozen):
    """A receipt went to the contact on file."""

    kind: Literal["paper_sent"] = "paper_sent"
    order: str
    paper: Literal["receipt", "gift_receipt"]
    to: str
    """The e-mail address with all but its first letter and its domain blanked."""


OrderChange = Annotated[
    ProviderRefund | ReturnOpened | Exchanged | Cancelled | AddressChanged | SentAgain | PaperSent,
    Field(discriminator="kind"),
]
"""What came of an effect on an order or on money."""
