"""Does every amount reach Stripe, and come back, to the last minor unit?"""

import pytest

from tools.connectors.stripe_amounts import from_stripe, to_stripe
from tools.domain.money import Money
from tools.errors import RefusedError


@pytest.mark.parametrize(
    ("ours", "currency", "theirs"),
    [
        (1, "EUR", 1),
        (500, "JPY", 500),
        (5124, "KWD", 5124),
        (5, "ISK", 500),
        (500, "MGA", 5),
    ],
)
def test_an_amount_is_the_same_money_there_and_back(ours: int, currency: str, theirs: int):
    money = Money(amount=ours, currency=currency)
    assert to_stripe(money) == theirs
    assert from_stripe(theirs, currency.lower()) == money


def test_a_part_that_stripe_cannot_pay_is_refused_and_not_rounded():
    with pytest.raises(RefusedError, match="MGA"):
        to_stripe(Money(amount=501, currency="MGA"))


def test_a_part_that_we_cannot_say_is_refused_and_not_rounded():
    with pytest.raises(RefusedError, match="ISK"):
        from_stripe(4010, "isk")


def test_a_currency_that_may_be_counted_in_two_ways_is_refused():
    with pytest.raises(RefusedError, match="UGX"):
        to_stripe(Money(amount=500, currency="UGX"))
