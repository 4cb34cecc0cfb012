"""Which amount does somebody mean by what they typed?"""

import re
from decimal import Decimal

from tools.domain.money import DIGITS, Money

_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,4})?", re.ASCII)
_USUAL_DIGITS = 2


def read_amount(text: str, currency: str) -> Money | None:
    """Read `12.50` or `12,50`; None when it is no amount of that currency. Takes any string."""
    typed = text.strip()
    digits = DIGITS.get(currency, _USUAL_DIGITS)
    if not _AMOUNT.fullmatch(typed):
        return None
    whole, _, part = typed.replace(",", ".").partition(".")
    if len(part) > digits:
        return None
    minor = Decimal(f"{whole}.{part or 0}").scaleb(digits)
    return Money(amount=int(minor), currency=currency)
