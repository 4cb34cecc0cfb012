"""What else do the records hold that a line item is judged by?"""

from dataclasses import dataclass

from tools.domain.order import Order
from tools.domain.paid_back import PaidBack
from tools.domain.party import Seller


@dataclass(frozen=True)
class Around:
    """Records besides the order itself; None is what nobody told."""

    orders: tuple[Order, ...] | None = None
    """All orders of the buyer."""
    today: tuple[PaidBack, ...] | None = None
    """What the marketplace paid back since the day began, in UTC."""
    seller: Seller | None = None
    """The one of the line item."""
    stock: int | None = None
    """Pieces of the same kind that this seller can send."""
    second_factor: bool = False
    """Whether the buyer proved to hold the account."""
    claiming: bool = False
    """Whether the buyer is putting in a claim about the order."""
    missing: bool = False
    """Whether the claim is that nothing came."""
    claims_at_address: int | None = None
    """Orders of other accounts to the same address with a claim lately."""

    def orders_with(self, order: Order) -> tuple[Order, ...] | None:
        """Return the buyer's orders with this one as it was read, even if the list lacks it."""
        if self.orders is None:
            return None
        return (order, *(other for other in self.orders if other.number != order.number))
