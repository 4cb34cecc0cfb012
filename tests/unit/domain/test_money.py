"""Does money add up, and only what is of one kind?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.builders import euros
from tools.domain.money import CurrencyMismatchError, Money

cents = st.integers(-(10**12), 10**12)


@given(cents, cents)
def test_adding_and_taking_away_again_changes_nothing(one: int, other: int):
    assert euros(one) + euros(other) - euros(other) == euros(one)


@given(cents, st.integers(0, 1_000))
def test_so_many_pieces_cost_so_many_times_as_much(price: int, quantity: int):
    total = euros(0)
    for _ in range(quantity):
        total += euros(price)
    assert euros(price) * quantity == total


def test_two_currencies_do_not_add_up():
    pounds = Money(amount=100, currency="GBP")
    with pytest.raises(CurrencyMismatchError, match="EUR and GBP"):
        _ = euros(100) + pounds
    with pytest.raises(CurrencyMismatchError, match="GBP and EUR"):
        _ = pounds - euros(100)


@pytest.mark.parametrize("amount", [1.5, "100", True, None])
def test_an_amount_is_a_whole_number_of_minor_units(amount: object):
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "€"])
def test_a_currency_is_a_code_of_three_letters(currency: str):
    with pytest.raises(ValidationError):
        Money(amount=1, currency=currency)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (8000, "EUR", "80.00 EUR"),
        (5, "EUR", "0.05 EUR"),
        (0, "USD", "0.00 USD"),
        (-1, "USD", "-0.01 USD"),
        (8000, "JPY", "8000 JPY"),
        (8000, "KWD", "8.000 KWD"),
        (7, "CLF", "0.0007 CLF"),
    ],
)
def test_an_amount_is_written_in_the_digits_of_its_currency(amount: int, currency: str, text: str):
    assert str(Money(amount=amount, currency=currency)) == text
