"""How much may be paid back without a person, and how much never by Nightdesk at all?

All amounts are minor units of one currency; amounts in different currencies are never added up.
The marketplace sets its caps in `policy/marketplace.yaml`, a seller may only lower them, and no
file can set one above `HARD_CAPS`. A currency without caps is not paid back without a person.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.money import Currency
from tools.policy.decision import FactName

CapName = Literal["action", "order", "buyer_30_days", "seller_day", "day", "photo"]


class Caps(Frozen):
    """The most that is paid back without a person, in one currency."""

    action: int = Field(ge=0)
    """By one refund."""
    order: int = Field(ge=0)
    """For one order, with everything that was paid back before."""
    buyer_30_days: int = Field(ge=0)
    """To one buyer within 30 days."""
    seller_day: int = Field(ge=0)
    """For goods of one seller on one day, in UTC."""
    day: int = Field(ge=0)
    """By the whole marketplace on one day, in UTC."""
    photo: int = Field(ge=0)
    """By one refund whose only evidence is a photo."""


class SellerCaps(Frozen):
    """What a seller lowers; what is left out is as the marketplace has it."""

    action: int | None = Field(default=None, ge=0)
    order: int | None = Field(default=None, ge=0)
    buyer_30_days: int | None = Field(default=None, ge=0)
    seller_day: int | None = Field(default=None, ge=0)
    day: int | None = Field(default=None, ge=0)
    photo: int | None = Field(default=None, ge=0)


CapsByCurrency = Mapping[Currency, Caps]

SUMS: Mapping[CapName, FactName | None] = {
    "action": None,
    "order": FactName("refunded_order"),
    "buyer_30_days": FactName("refunded_buyer_30_days"),
    "seller_day": FactName("refunded_seller_today"),
    "day": FactName("refunded_today"),
}
"""What was paid back already and counts towards the cap; `photo` is asked for by a rule."""


def _hard(action: int) -> Caps:
    """Return the hard caps that go with the largest single refund."""
    return Caps(
        action=action,
        order=2 * action,
        buyer_30_days=3 * action,
        seller_day=10 * action,
        day=25 * action,
        photo=action // 2,
    )


HARD_CAPS: CapsByCurrency = {
    "EUR": _hard(500_00),
    "GBP": _hard(450_00),
    "USD": _hard(550_00),
    "CHF": _hard(500_00),
    "CAD": _hard(700_00),
    "AUD": _hard(800_00),
    "NZD": _hard(900_00),
    "SEK": _hard(5500_00),
    "NOK": _hard(5500_00),
    "DKK": _hard(3700_00),
    "PLN": _hard(2200_00),
    "CZK": _hard(12500_00),
    "HUF": _hard(200_000_00),
    "RON": _hard(2500_00),
    "BGN": _hard(1000_00),
    "JPY": _hard(80_000),
}
"""Above these nobody pays through Nightdesk. About 500 euros a refund; a currency that is not
here is paid by a person."""


def exceeded(
    amount: int, caps: Caps, paid: Mapping[FactName, int], *, photo_only: bool
) -> Iterator[CapName]:
    """Name each cap that a refund would exceed, given the sums that were paid back before."""
    for name, fact in SUMS.items():
        before = paid[fact] if fact is not None else 0
        cap: int = getattr(caps, name)
        if before + amount > cap:
            yield name
    if photo_only and amount > caps.photo:
        yield "photo"


def lowered(caps: Caps, by: SellerCaps) -> Caps:
    """Return the caps with what a seller set, where it is lower."""
    own = {name: min(value, getattr(caps, name)) for name, value in by if value is not None}
    return caps.model_copy(update=own)
