"""How much does a yes pay back, and which caps does that exceed?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tools.domain.money import Money
from tools.policy.caps import HARD_CAPS, SUMS, CapName, Caps, exceeded
from tools.policy.conditions import Lookup
from tools.policy.decision import FactName
from tools.policy.documents import RefundThen

_CODE = re.compile("[A-Z]{3}")
_NOTHING = Caps(action=0, order=0, buyer_30_days=0, seller_day=0, day=0, photo=0)
"""The caps of a currency that has none: not even a cent goes without a person."""
NEEDED = (
    *(FactName(name) for name in ("line_value", "line_shipping", "line_refunded")),
    FactName("order_refundable"),
    *(fact for fact in SUMS.values() if fact is not None),
)
"""What the records must say before anything is paid back; minor units of the line's currency."""


@dataclass(frozen=True)
class Payback:
    """An amount, and the caps that it exceeds."""

    amount: Money
    over: tuple[CapName, ...]
    over_hard: tuple[CapName, ...]


def work_out(then: RefundThen, lookup: Lookup, caps: Mapping[str, Caps]) -> Payback | None:
    """Return what a rule pays back in this case; None when the records do not say enough."""
    currency = lookup(FactName("currency"))
    known = {name: value for name in NEEDED if type(value := lookup(name)) is int}
    if not isinstance(currency, str) or not _CODE.fullmatch(currency) or len(known) < len(NEEDED):
        return None
    paid = {name: max(0, value) for name, value in known.items()}
    base = paid[FactName("line_value")]
    if then.of == "item_and_shipping":
        base += paid[FactName("line_shipping")]
    wanted = base * then.percent // 100 - paid[FactName("line_refunded")]
    amount = max(0, min(wanted, paid[FactName("order_refundable")]))
    photo_only = then.cap == "photo"
    own, hard = caps.get(currency, _NOTHING), HARD_CAPS.get(currency, _NOTHING)
    return Payback(
        amount=Money(amount=amount, currency=currency),
        over=tuple(exceeded(amount, own, paid, photo_only=photo_only)),
        over_hard=tuple(exceeded(amount, hard, paid, photo_only=photo_only)),
    )
