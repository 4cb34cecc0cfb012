"""How does an owner write an amount?"""

import re

from babel.numbers import UnknownCurrencyError, get_currency_precision

from tools.domain.money import Money

_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,12})(?:\.(?P<fraction>[0-9]+))? (?P<currency>[A-Z]{3})")
HINT = "written like `80.00 EUR`, with all decimals (`1800 JPY`)"


def read_amount(written: str) -> Money | None:
    """Return an amount; None when it is written otherwise."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        return None
    fraction, currency = found["fraction"] or "", found["currency"]
    if len(fraction) != _decimals(currency):
        return None
    return Money(amount=int(found["whole"] + fraction), currency=currency)


def show_amount(money: Money | None) -> str:
    """Return an amount as `read_amount` reads it."""
    if money is None:
        return "none"
    digits = _decimals(money.currency)
    text = str(money.amount).zfill(digits + 1)
    number = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"{number} {money.currency}"


def _decimals(currency: str) -> int:
    try:
        return get_currency_precision(currency)
    except UnknownCurrencyError:
        return 2
