"""Who is involved in an order?"""

from typing import Annotated, Literal, NewType

from pydantic import Field, StringConstraints

from tools.domain.model import Frozen

CustomerId = NewType("CustomerId", str)
SellerId = NewType("SellerId", str)
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code."""


class Address(Frozen):
    """Where a parcel goes."""

    name: str
    street: str
    city: str
    postcode: str
    country: Country


class Seller(Frozen):
    """A shop on the marketplace."""

    id: SellerId
    name: str
    country: Country
    handling_days: int = Field(ge=0)
    """Working days from order to handing the parcel to the carrier."""
    returns_to: Address | None = None
    """Where goods go back to, where that is known."""


class Identity(Frozen):
    """Who the buyer of this conversation has been shown to be. Server state, never text."""

    email: str | None = None
    """Set only when the shop vouched for it; then every order with this e-mail is theirs."""
    orders: frozenset[str] = frozenset()
    """Numbers of the orders that the buyer has verified in this conversation."""
    how: Literal["none", "signed", "order_and_email", "order_and_postcode"] = "none"
    second_factor: bool = False
    """Whether the buyer also proved to hold the account, beyond knowing the order."""

    def may_see(self, number: str, order_email: str) -> bool:
        """Whether data of this order may enter a reply, a log or a model."""
        by_account = self.email is not None and self.email.casefold() == order_email.casefold()
        return by_account or number in self.orders
