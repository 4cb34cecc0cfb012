"""Is every sum that a refund hangs on exact, or unknown?"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, a_line, an_order, euros
from tests.unit.policy.records import (
    NOTHING_ELSE,
    THREE,
    changed,
    paid,
    refund,
    refunded,
)
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.shipment import LineId
from tools.policy.around import Around
from tools.policy.derive_money import money_around, money_of_order, start_of_day
from tools.policy.facts import Value

CENTS = st.integers(0, 100_000)
SOME_LINES = st.sets(st.sampled_from(["L1", "L2", "L3"]))


def told(order: Order, line: str = "L1") -> dict[str, Value]:
    return money_of_order(order, order.line(LineId(line)))


def around(order: Order, records: Around) -> dict[str, Value]:
    return money_around(order, order.lines[0], records, NOW)


def test_the_order_is_worth_what_was_asked_for_it():
    assert told(an_order(*THREE))["order_value"] == 9600 + 490


def test_shipping_is_shared_by_value_to_the_last_cent():
    order = an_order(*THREE)
    assert [told(order, line)["line_shipping"] for line in ("L1", "L2", "L3")] == [245, 123, 122]


@given(CENTS, st.lists(st.tuples(CENTS, st.integers(1, 9)), min_size=1, max_size=6))
def test_the_shares_of_shipping_add_up(shipping: int, goods: list[tuple[int, int]]):
    lines = [
        a_line(f"L{i}", quantity=pieces).model_copy(update={"unit_price": euros(price)})
        for i, (price, pieces) in enumerate(goods)
    ]
    order = changed(an_order(*lines), shipping_price=euros(shipping))
    shares = [money_of_order(order, line)["line_shipping"] for line in order.lines]
    assert sum(int(share) for share in shares) == shipping
    assert all(int(share) >= 0 for share in shares)


def test_what_was_paid_back_for_other_lines_is_not_counted():
    order = refunded(refund(2400, "L2"))
    assert told(order)["line_refunded"] == 0
    assert told(order, "L2")["line_refunded"] == 2400
    assert told(order)["refunded_order"] == 2400


def test_a_refund_of_several_lines_is_shared_by_value():
    order = refunded(refund(1000, "L1", "L2"))
    assert told(order)["line_refunded"] == 667
    assert told(order, "L2")["line_refunded"] == 333


def test_a_refund_that_names_no_line_counts_for_the_order_only():
    order = refunded(refund(1000))
    assert told(order)["line_refunded"] == 0
    assert told(order)["order_refundable"] == 9600 + 490 - 1000


@given(st.lists(st.tuples(CENTS, SOME_LINES), max_size=5))
def test_what_lines_were_paid_back_adds_up_whatever_the_order(
    made: list[tuple[int, set[str]]],
):
    order = refunded(*(refund(cents, *lines) for cents, lines in made))
    backwards = refunded(*(refund(cents, *lines) for cents, lines in reversed(made)))
    each = [told(order, line)["line_refunded"] for line in ("L1", "L2", "L3")]
    assert sum(map(int, each)) == sum(cents for cents, lines in made if lines)
    assert each == [told(backwards, line)["line_refunded"] for line in ("L1", "L2", "L3")]


def test_what_was_paid_back_for_cancelled_pieces_leaves_the_others_untouched():
    line = a_line("L1", quantity=3, cancelled=1)
    order = changed(an_order(line), refunds=(refund(3000, "L1"),))
    assert told(order)["line_refunded"] == 600


def test_a_refund_that_failed_is_no_refund():
    order = refunded(refund(1000, "L1", status="failed"))
    assert (told(order)["line_refunded"], told(order)["refunded_order"]) == (0, 0)


def test_a_refund_on_its_way_is_one():
    assert told(refunded(refund(1000, "L1", status="pending")))["refunded_order"] == 1000


def test_no_more_can_be_paid_back_than_was_paid():
    assert told(refunded(refund(9600, "L1"), refund(9600, "L2")))["order_refundable"] == 0
    assert told(changed(an_order(*THREE), payments=()))["order_refundable"] == 0


def test_what_the_bank_took_back_cannot_be_paid_back_again():
    order = an_order(*THREE)
    lost = tuple(one.model_copy(update={"dispute": "lost"}) for one in order.payments)
    assert told(changed(order, payments=lost))["order_refundable"] == 0


YEN = Money(amount=500, currency="JPY")


@pytest.mark.parametrize(
    ("update", "unknown"),
    [
        ({"shipping_price": YEN}, {"order_value", "line_shipping"}),
        (
            {"refunds": (refund(1).model_copy(update={"amount": YEN}),)},
            {"line_refunded", "refunded_order", "order_refundable"},
        ),
        (
            {"payments": (an_order().payments[0].model_copy(update={"amount": YEN}),)},
            {"order_refundable"},
        ),
    ],
)
def test_a_sum_over_two_currencies_is_unknown(update: dict[str, object], unknown: set[str]):
    order = an_order(*THREE)
    assert set(told(order)) - set(told(changed(order, **update))) == unknown


def test_the_buyers_other_orders_count_for_thirty_days():
    order = refunded(refund(100, days=2))
    other = refunded(refund(20, days=30), refund(3, days=30.001), number="ND-2", placed=40)
    known = around(order, Around(orders=(order, other)))
    assert known == {"refunded_buyer_30_days": 120}


def test_the_order_counts_even_when_the_list_lacks_it():
    order = refunded(refund(100, days=2))
    assert around(order, NOTHING_ELSE)["refunded_buyer_30_days"] == 100


def test_refunds_in_another_currency_count_towards_its_own_caps():
    order = refunded(refund(100).model_copy(update={"amount": YEN}), refund(7))
    assert around(order, NOTHING_ELSE)["refunded_buyer_30_days"] == 7


def test_the_day_counts_for_the_seller_and_for_all():
    today = (paid(100), paid(30, "loom"), paid(9, currency="JPY"))
    known = around(an_order(*THREE), Around(today=today))
    assert known == {"refunded_seller_today": 100, "refunded_today": 130}


def test_what_nobody_told_is_unknown_and_not_nothing():
    assert around(an_order(*THREE), Around()) == {}


def test_the_day_begins_at_midnight_in_utc():
    assert start_of_day(NOW + timedelta(seconds=1)) == NOW - timedelta(hours=12)
