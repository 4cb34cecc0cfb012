"""How does Stripe write an amount of money?"""

from tools.domain.money import DIGITS, Money
from tools.errors import RefusedError

_USUAL_DIGITS = 2
_DIGITS_AT_STRIPE = {"ISK": 2, "MGA": 0}
"""Where it counts otherwise than ISO 4217. An amount of three decimals that does not end in 0 is
for it to accept or refuse."""
_UNSURE = frozenset({"UGX"})
"""Its own pages contradict each other, and the two readings are a factor of a hundred apart."""


def to_stripe(money: Money) -> int:
    """Return an amount as Stripe wants it; `RefusedError` where that is not exactly possible."""
    up, down = _factors(money.currency)
    return _exactly(money.amount * up, down, money.currency)


def from_stripe(amount: int, currency: str) -> Money:
    """Return what Stripe means by an amount; `RefusedError` where we could not say it exactly."""
    code = currency.upper()
    up, down = _factors(code)
    return Money(amount=_exactly(amount * down, up, code), currency=code)


def _factors(currency: str) -> tuple[int, int]:
    if currency in _UNSURE:
        raise _inexact(f"how {currency} is counted is not certain")
    ours = DIGITS.get(currency, _USUAL_DIGITS)
    theirs = _DIGITS_AT_STRIPE.get(currency, ours)
    return 10 ** max(0, theirs - ours), 10 ** max(0, ours - theirs)


def _exactly(amount: int, divisor: int, currency: str) -> int:
    whole, rest = divmod(amount, divisor)
    if rest:
        raise _inexact(f"an amount in {currency} has a part that cannot be expressed")
    return whole


def _inexact(why: str) -> RefusedError:
    return RefusedError("stripe", "amount", why)
