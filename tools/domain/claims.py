"""What on an order counts as a claim, and which orders go to the same door?"""

from datetime import datetime, timedelta

from tools.domain.order import Order
from tools.domain.party import Address
from tools.domain.returns import Reason

CLAIMS: frozenset[Reason] = frozenset(
    {"damaged", "faulty", "missing", "wrong_item", "not_as_described", "not_received"}
)
"""Reasons that put the fault with the seller or the carrier."""
CLAIM_WINDOW = timedelta(days=90)


def has_claim(order: Order, since: datetime) -> bool:
    """Whether anything of an order was claimed since then; a return and its refund are one claim."""
    claimed = [
        *((one.reason, one.requested_at) for one in order.returns),
        *((one.reason, one.created_at) for one in order.refunds),
    ]
    return any(reason in CLAIMS and at >= since for reason, at in claimed)


def door(address: Address) -> tuple[str, ...]:
    """Return where a parcel is carried, whoever it is for and however it is written."""
    written = (address.street, address.city, address.postcode, address.country)
    return tuple("".join(filter(str.isalnum, part.casefold())) for part in written)
