"""What was bought, paid, sent and given back?"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.domain.party import Address, CustomerId, SellerId
from tools.domain.returns import PaymentId, Refund, Replacement, Return
from tools.domain.shipment import LineId, Shipment

OrderNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9#-]{3,32}$")]
"""As printed on the receipt, for instance `ND-1042`."""
OrderKind = Literal["consumer", "bulk", "bundle"]


class LineItem(Frozen):
    """One row of an order."""

    id: LineId
    seller: SellerId
    title: str
    sku: str
    category: str
    """From the marketplace's own list, for instance `ceramics`, `jewellery`, `food`."""
    quantity: int = Field(ge=1)
    cancelled_quantity: int = Field(default=0, ge=0)
    unit_price: Money
    discount: Money | None = None
    """Taken off the whole line, for all its pieces; None: nothing."""
    tax: Money | None = None
    """What was charged for the whole line after every discount; None: not told apart."""
    custom_made: bool = False
    """Made to the buyer's specification or personalised."""
    final_sale: bool = False


class Payment(Frozen):
    """Money the buyer paid for an order."""

    id: PaymentId
    amount: Money
    captured_at: datetime
    dispute: Literal["none", "open", "won", "lost"] = "none"


class Order(Frozen):
    """A purchase at one or several sellers, with everything recorded about it since."""

    number: OrderNumber
    customer: CustomerId
    email: str
    placed_at: datetime
    kind: OrderKind = "consumer"
    gift: bool = False
    ship_to: Address
    lines: tuple[LineItem, ...] = Field(min_length=1)
    shipments: tuple[Shipment, ...] = ()
    payments: tuple[Payment, ...] = ()
    shipping_price: Money
    """With its tax."""
    discount: Money | None = None
    """Taken off the order as a whole: off the goods first, the rest off the delivery."""
    prices_include_tax: bool = True
    """Else the tax of each line is paid on top of its price."""
    returns: tuple[Return, ...] = ()
    refunds: tuple[Refund, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    cancelled_at: datetime | None = None

    def line(self, line_id: LineId) -> LineItem:
        """Return the line item with this id; `KeyError` if the order has none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    def shipments_of(self, line_id: LineId) -> tuple[Shipment, ...]:
        """Return the parcels that hold pieces of a line item."""
        return tuple(s for s in self.shipments if any(part.line == line_id for part in s.lines))
