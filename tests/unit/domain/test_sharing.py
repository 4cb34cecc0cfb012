"""Is money divided to the last cent, whatever the order?"""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, a_line, an_order, euros
from tools.domain.order import Order, Payment, PaymentId
from tools.domain.paid_back import paid_back, per_line, refunded_of
from tools.domain.returns import Refund, RefundId
from tools.domain.sharing import share
from tools.domain.shipment import LineId

WEIGHTS = st.dictionaries(
    st.sampled_from(["L1", "L2", "L3", "L4", "L5"]), st.integers(0, 10**9), min_size=1
)
AMOUNTS = st.integers(0, 10**9)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_add_up_exactly(total: int, weights: dict[str, int]):
    assert sum(share(total, weights).values()) == total


@given(AMOUNTS, WEIGHTS)
def test_the_order_of_the_weights_plays_no_part(total: int, weights: dict[str, int]):
    assert share(total, weights) == share(total, dict(reversed(weights.items())))


@given(AMOUNTS, WEIGHTS)
def test_nobody_is_off_by_a_whole_cent(total: int, weights: dict[str, int]):
    whole = sum(weights.values()) or len(weights)
    for key, part in share(total, weights).items():
        weight = weights[key] if any(weights.values()) else 1
        assert abs(part * whole - total * weight) < whole


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_never_gets_less(total: int, weights: dict[str, int]):
    parts = share(total, weights)
    by_weight = sorted(parts, key=lambda key: (weights[key], parts[key]))
    assert [parts[key] for key in by_weight] == sorted(parts.values())


def test_without_any_weight_everybody_gets_the_same():
    assert share(5, {"b": 0, "a": 0}) == {"a": 3, "b": 2}


def refund(cents: int, *lines: str, status: str = "succeeded") -> Refund:
    raw = {"id": RefundId("F1"), "amount": euros(cents), "lines": lines, "created_at": NOW}
    return Refund.model_validate({**raw, "status": status})


def refunded(*refunds: Refund) -> Order:
    lines = (a_line("L1", quantity=2), a_line("L2", seller="loom"), a_line("L3"))
    return an_order(*lines).model_copy(update={"refunds": refunds})


def test_a_refund_of_several_lines_is_shared_by_what_they_cost():
    order = refunded()
    assert per_line(order, refund(900, "L1", "L2", "L1")) == {LineId("L1"): 600, LineId("L2"): 300}


def test_a_refund_that_names_no_line_of_the_order_is_for_none_of_them():
    assert per_line(refunded(), refund(900)) == {}
    assert per_line(refunded(), refund(900, "L9")) == {}


def test_a_refund_of_the_whole_order_counts_for_every_seller():
    made = [(one.seller, one.amount) for one in paid_back(refunded(refund(1000)))]
    assert made == [("clay", euros(750)), ("loom", euros(250))]


def test_a_refund_that_failed_was_not_paid_back():
    assert list(paid_back(refunded(refund(1000, status="failed")))) == []


@given(st.lists(st.tuples(AMOUNTS, st.sets(st.sampled_from(["L1", "L2", "L3", "L9"]))), max_size=5))
def test_what_sellers_paid_back_is_what_was_paid_back(made: list[tuple[int, set[str]]]):
    order = refunded(*(refund(cents, *lines) for cents, lines in made))
    assert sum(one.amount.amount for one in paid_back(order)) == sum(cents for cents, _ in made)


def shared(cents: int, *shares: tuple[str, int], lines: tuple[str, ...]) -> Refund:
    told = [{"of": of, "amount": amount} for of, amount in shares]
    raw = refund(cents, *lines).model_dump() | {"shares": told}
    return Refund.model_validate(raw)


def test_a_refund_that_tells_its_shares_is_divided_as_it_says():
    made = shared(1000, ("L1", 300), ("L2", 500), ("shipping", 200), lines=("L1", "L2"))
    assert per_line(refunded(), made) == {LineId("L1"): 433, LineId("L2"): 567}
    assert made.for_goods == 800


def test_a_refund_of_the_delivery_counts_for_the_lines_that_it_came_with():
    assert per_line(refunded(), shared(490, ("shipping", 490), lines=("L3",))) == {"L3": 490}


def paid_twice(*refunds: Refund) -> Order:
    two = [
        Payment(id=PaymentId(name), amount=euros(amount), captured_at=NOW)
        for name, amount in (("P1", 1000), ("P2", 9000))
    ]
    return refunded(*refunds).model_copy(update={"payments": tuple(two)})


def test_a_refund_goes_to_the_payment_that_it_names():
    order = paid_twice(refund(900).model_copy(update={"payment": PaymentId("P2")}))
    assert (refunded_of(order, PaymentId("P1")), refunded_of(order, PaymentId("P2"))) == (0, 900)


def test_a_refund_that_names_no_payment_fills_one_after_the_other():
    named = refund(400).model_copy(update={"payment": PaymentId("P1")})
    order = paid_twice(refund(700), refund(100, status="failed"), named)
    assert (refunded_of(order, PaymentId("P1")), refunded_of(order, PaymentId("P2"))) == (1000, 100)


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from([None, "P1", "P2"])), max_size=5))
def test_no_refund_is_lost_between_payments(made: list[tuple[int, str | None]]):
    order = paid_twice(
        *(refund(cents).model_copy(update={"payment": payment}) for cents, payment in made)
    )
    back = sum(refunded_of(order, one.id) for one in order.payments)
    assert back == sum(cents for cents, _ in made)
