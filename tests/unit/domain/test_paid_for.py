"""Does what was paid for pieces, lines and the delivery add up to what was paid, to the last unit?"""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_line, an_order
from tools.domain.money import DIGITS, Money
from tools.domain.order import LineItem, Order
from tools.domain.paid_for import (
    in_one_currency,
    paid_for_cancelled,
    paid_for_lines,
    paid_for_order,
    paid_for_pieces,
    paid_for_remaining,
    paid_for_shipping,
    shipping_of_lines,
)

Number = Callable[[int, int], int]
"""Gives a whole number between two, both included."""
CURRENCIES = sorted({*DIGITS, "EUR", "GBP", "USD"})
BASKETS = 5_000


def basket(number: Number) -> Order:
    currency = CURRENCIES[number(0, len(CURRENCIES) - 1)]
    lines = [bought(f"L{i}", currency, number) for i in range(number(1, 5))]
    return an_order().model_copy(
        update={
            "lines": tuple(lines),
            "shipping_price": Money(amount=number(0, 2_000), currency=currency),
            "discount": maybe(currency, number, 30_000),
            "prices_include_tax": bool(number(0, 1)),
        }
    )


def bought(name: str, currency: str, number: Number) -> LineItem:
    quantity = number(1, 7)
    return a_line(name).model_copy(
        update={
            "quantity": quantity,
            "cancelled_quantity": number(0, quantity),
            "unit_price": Money(amount=number(0, 10_000), currency=currency),
            "discount": maybe(currency, number, 9_000),
            "tax": maybe(currency, number, 3_000),
        }
    )


def maybe(currency: str, number: Number, most: int) -> Money | None:
    return Money(amount=number(0, most), currency=currency) if number(0, 1) else None


def check(order: Order, number: Number) -> None:
    """Every way of taking the basket apart gives the same whole."""
    cost, shipping = paid_for_lines(order), paid_for_shipping(order)
    assert sum(cost.values()) + shipping == paid_for_order(order)
    assert sum(shipping_of_lines(order).values()) == shipping
    assert min(*cost.values(), shipping) >= 0
    for line in order.lines:
        each = [paid_for_pieces(order, line, 1, i) for i in range(line.quantity)]
        assert sum(each) == cost[line.id]
        assert max(each) - min(each) <= 1
        cut = number(0, line.quantity)
        left = paid_for_pieces(order, line, line.quantity - cut, cut)
        assert paid_for_pieces(order, line, cut) + left == cost[line.id]
        gone = paid_for_cancelled(order, line)
        assert gone + paid_for_remaining(order, line) == cost[line.id]


@settings(max_examples=200)
@given(st.data())
def test_every_basket_adds_up(data: st.DataObject):
    def number(low: int, high: int) -> int:
        return data.draw(st.integers(low, high))

    check(basket(number), number)


def test_thousands_of_baskets_add_up():
    dice = random.Random(20)
    for _ in range(BASKETS):
        check(basket(dice.randint), dice.randint)


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_lines_plays_no_part(dice: random.Random):
    order = basket(dice.randint)
    lines = list(order.lines)
    dice.shuffle(lines)
    other = order.model_copy(update={"lines": tuple(lines)})
    assert paid_for_lines(order) == paid_for_lines(other)
    assert shipping_of_lines(order) == shipping_of_lines(other)


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_nobody_is_paid_more_than_the_list_price_and_the_tax(dice: random.Random):
    order = basket(dice.randint)
    for line in order.lines:
        tax = 0 if line.tax is None or order.prices_include_tax else line.tax.amount
        assert paid_for_lines(order)[line.id] <= line.unit_price.amount * line.quantity + tax


def cents(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def test_a_voucher_is_shared_by_value_and_the_cent_left_over_goes_to_the_largest_remainder():
    lines = [a_line(name).model_copy(update={"unit_price": cents(1000)}) for name in "abc"]
    order = an_order(*lines).model_copy(update={"discount": cents(1000)})
    assert list(paid_for_lines(order).values()) == [666, 667, 667]


def test_a_voucher_above_the_goods_takes_the_rest_off_the_delivery():
    order = an_order(a_line()).model_copy(update={"discount": cents(2500)})
    assert (paid_for_order(order), paid_for_shipping(order)) == (390, 390)


@pytest.mark.parametrize(("included", "paid"), [(True, 2000), (False, 2380)])
def test_tax_is_paid_on_top_only_where_prices_leave_it_out(included: bool, paid: int):
    line = a_line().model_copy(update={"discount": cents(400), "tax": cents(380)})
    order = an_order(line).model_copy(update={"prices_include_tax": included})
    assert paid_for_lines(order) == {line.id: paid}


def test_the_first_pieces_carry_what_does_not_divide():
    line = a_line(quantity=3).model_copy(update={"discount": cents(100)})
    order = an_order(line)
    assert [paid_for_pieces(order, line, 1, i) for i in range(3)] == [2367, 2367, 2366]
    assert paid_for_pieces(order, line, 9) == 7100


@pytest.mark.parametrize("field", ["discount", "tax"])
def test_one_amount_in_another_currency_is_noticed(field: str):
    other = a_line().model_copy(update={field: Money(amount=1, currency="JPY")})
    assert in_one_currency(an_order())
    assert not in_one_currency(an_order(other))
