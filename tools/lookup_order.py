"""Which order does a buyer mean, and is it theirs?"""

import hmac
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.order import Order
from tools.errors import OutsideError
from tools.results import NotFound, NotYours, Unavailable
from tools.scope import ToolScope

_PREFIX = "ND"
"""Stands before every order number of the marketplace; buyers leave it out."""
_NUMBER = re.compile(r"([A-Z]{0,6})[-_.\u2010-\u2015\u2212]?([0-9]{1,20})")
"""Phones turn a hyphen into one of several dashes."""

How = Literal["signed", "order_and_email", "order_and_postcode"]


class LookupOrderArguments(Frozen):
    """What to look for; without a number, every order of a buyer whom the shop vouches for."""

    number: str | None = None
    """As the buyer wrote it."""
    contact: str | None = None
    """The e-mail address of the order, or the postcode it goes to."""


class OrderFound(Frozen):
    """One order, and why the buyer may see it."""

    kind: Literal["order_found"] = "order_found"
    order: Order
    how: How


class OrdersFound(Frozen):
    """All orders that the buyer may see, newest first."""

    kind: Literal["orders_found"] = "orders_found"
    orders: tuple[Order, ...]


LookupOrderResult = Annotated[
    OrderFound | OrdersFound | NotFound | NotYours | Unavailable, Field(discriminator="kind")
]


async def lookup_order(arguments: LookupOrderArguments, scope: ToolScope) -> LookupOrderResult:
    """Find an order by its number for a buyer who proves, or has proven, that it is theirs."""
    try:
        if arguments.number is None or not arguments.number.strip():
            return await _orders_of_buyer(scope)
        order = await scope.storefront.find_order(normalise_number(arguments.number))
    except OutsideError as error:
        return Unavailable(vendor=error.vendor)
    # Compared for an unknown order too, so that both take the same time.
    proven = _match_contact(arguments.contact or "", order)
    if order is None:
        return NotFound()
    if scope.identity.how != "none" and scope.identity.may_see(order.number, order.email):
        return OrderFound(order=order, how=scope.identity.how)
    return OrderFound(order=order, how=proven) if proven else NotYours()


def normalise_number(text: str) -> str:
    """Return an order number as it is printed: `#nd 1042` and `1042` are `ND-1042`.

    What does not look like an order number comes back folded and is found nowhere.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).upper().split()).strip("#:.,;!?\"'()")
    match = _NUMBER.fullmatch(folded)
    return f"{match[1] or _PREFIX}-{match[2]}" if match else folded


async def _orders_of_buyer(scope: ToolScope) -> OrdersFound | NotFound:
    if scope.identity.how == "none":
        return NotFound()
    if scope.identity.email is not None:
        return OrdersFound(orders=await scope.storefront.orders_of(scope.identity.email))
    found = [await scope.storefront.find_order(number) for number in scope.identity.orders]
    orders = sorted((o for o in found if o), key=lambda o: (o.placed_at, o.number), reverse=True)
    return OrdersFound(orders=tuple(orders)) if orders else NotFound()


def _match_contact(contact: str, order: Order | None) -> How | None:
    by_email = _same(_fold_email(contact), _fold_email(order.email) if order else "")
    by_postcode = _same(
        _fold_postcode(contact), _fold_postcode(order.ship_to.postcode) if order else ""
    )
    if by_email:
        return "order_and_email"
    return "order_and_postcode" if by_postcode else None


def _same(given: str, recorded: str) -> bool:
    """Compare in constant time; nothing is never the same as nothing."""
    same = hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), recorded.encode("utf-8", "surrogatepass")
    )
    return same and bool(recorded)


def _fold_email(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _fold_postcode(text: str) -> str:
    """Keep letters and digits: buyers leave out spaces and hyphens, and phones type wide digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
